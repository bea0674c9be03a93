"""Keeping a clinic for years: the audit trail proved, backups that restore, and a look at everything that can fail."""
