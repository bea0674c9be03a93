"""Today, outcomes and settings."""
