"""Translation between the clinic's records and the standards of others. Nothing is decided here."""
