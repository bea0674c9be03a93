"""Pages of sessions, symptoms, reviews and the timeline."""
