"""Forms of sessions, symptoms and reviews."""
