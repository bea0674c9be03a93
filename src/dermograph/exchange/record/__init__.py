"""The neutral record: one patient's whole record as frozen values, free of any database and of any standard."""
