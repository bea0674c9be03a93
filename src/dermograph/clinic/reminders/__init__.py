"""Reminders by e-mail: planned from appointments, sessions and reviews, each sent once, in the patient's language."""
