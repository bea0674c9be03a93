"""FHIR R4 (4.0.1): records and protocols as resources, and resources as records."""
