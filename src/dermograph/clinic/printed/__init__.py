"""Papers as PDF: the record of a patient and the aftercare sheet, in both languages, for the clinic and the patient."""
