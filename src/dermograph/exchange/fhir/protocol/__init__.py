"""A protocol as FHIR R4: what it asks, what it says, and what it comes to for one patient."""
