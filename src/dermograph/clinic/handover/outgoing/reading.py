"""What the rows of a clinic are read with: who works there, the language, and days and reasons as parts have them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from dermograph.clinic.people.models import Clinic, Membership
from dermograph.core.text import Language
from dermograph.exchange.record.part import Measured, SomeMeasured
from dermograph.exchange.record.partial import PartialDate, SomeDay
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown


class Reading:
    """One reading of a clinic's rows.

    Attributes:
        clinic: Whose rows.
        opened: Sealed words that were opened, by the id of their row.
    """

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.opened: dict[uuid.UUID, str] = {}

    @cached_property
    def _members(self) -> dict[uuid.UUID, uuid.UUID]:
        """The place of each person in the clinic, by the person's id."""
        return dict(Membership.objects.filter(clinic=self.clinic).values_list("user_id", "pk"))

    @property
    def language(self) -> Language:
        """Of words that the clinic would read."""
        return "es" if self.clinic.language == "es" else "en"

    def member(self, user: uuid.UUID | None) -> uuid.UUID | None:
        """The place in the clinic of a person; None of who has none, such as a patient."""
        return None if user is None else self._members.get(user)

    def entry(self, row: Any) -> dict[str, Any]:  # noqa: ANN401 (an Entry, or what is written like one)
        """What every entry has in common."""
        return {
            "id": row.pk,
            "written_at": row.written_at,
            "written_by": self.member(row.written_by_id),
            "supersedes": row.supersedes_id,
            "correction_reason": row.correction_reason,
        }

    def says(self, words: Mapping[str, Any] | None) -> str:
        """Stored words ``{"en", "es"}`` in the clinic's language; empty for none."""
        return str((words or {}).get(self.language) or "")


def day(value: dt.date | None) -> SomeDay:
    """A day; unknown where none is written."""
    return UNWRITTEN if value is None else PartialDate.of(value)


def known(value: Any) -> Any:  # noqa: ANN401 (any value)
    """A value; unknown where none is written."""
    return UNWRITTEN if value is None else value


def measured(value: Mapping[str, Any] | float | None, unit: str = "") -> SomeMeasured:
    """A stored figure with its standard uncertainty, ``{"value", "u"}`` or a bare number; unknown where none is."""
    if isinstance(value, int | float):
        return Measured(float(value), UNWRITTEN, unit)
    if not value or value.get("value") is None:
        return Unknown("not_performed")
    u = value.get("u")
    return Measured(float(value["value"]), UNWRITTEN if u is None else float(u), unit)
