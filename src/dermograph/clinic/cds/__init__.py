"""CDS Hooks: other systems ask at their own moments, and get what the protocol says as cards."""
