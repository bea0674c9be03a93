"""FHIR R4 for other systems under ``/fhir``: read, search, create, update, Bundles and operations (R4, http)."""
