"""Django's ``flush``, which empties every table: it asks first, and then the audit trail goes as well."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from dermograph.clinic.audit.append_only import lifted


class Command(flush.Command):
    """Empties the database, although the audit trail is append-only; protected again afterwards."""

    def handle(self, **options: Any) -> None:  # noqa: ANN401 (Django's options)
        """Empty it."""
        with lifted(connections[options["database"]]):
            super().handle(**options)
