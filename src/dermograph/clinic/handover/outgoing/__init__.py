"""Rows of the clinic as parts of a record: one place says for every table what becomes of it, or why nothing does."""
