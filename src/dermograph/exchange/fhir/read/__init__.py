"""Strict reading: from bytes to a resource that is FHIR R4 in every element, or a refusal that says why."""
