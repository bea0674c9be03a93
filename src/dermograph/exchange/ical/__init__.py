"""iCalendar (RFC 5545, RFC 7986): calendars written for patients and practitioners, and theirs read in as absences."""
