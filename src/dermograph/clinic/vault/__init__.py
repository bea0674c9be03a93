"""Photographs at rest: encrypted, one key a patient."""
