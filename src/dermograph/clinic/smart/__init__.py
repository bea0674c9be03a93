"""SMART on FHIR (App Launch 2.2): which programs a clinic lets in, on whose behalf, and how far each may reach."""
