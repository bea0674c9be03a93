"""The decisions: pure functions from a protocol, facts, dates and measurements to a value that explains itself."""
