"""Accounts in depth: second factors, the sessions of a person, and what of it stands in the audit trail."""
