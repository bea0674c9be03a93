"""Calendars of other programs: a practitioner's day that they fetch, absences and travel that are read from them."""
