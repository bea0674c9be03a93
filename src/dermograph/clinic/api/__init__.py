"""The clinic for programs: REST under ``/api/v1/``, by token, with the same services and rules as the pages."""
