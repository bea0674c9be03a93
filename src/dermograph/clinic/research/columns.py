"""What a column of an export is: the parts that the tables and the data dictionary share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Type = Literal["text", "number", "count", "yes_no"]
Value = str | float | int | bool | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        type: ``text``, ``number`` (a 64-bit float), ``count`` (a whole number, 64 bits, may be negative for days) or
            ``yes_no``.
        unit: Such as ``d``, ``mm``; empty for none.
        range: Which values there can be, in words or as codes with ``|`` between them.
        source: From where in the record it comes.
        says: What it is, a sentence.
    """

    name: str
    type: Type
    says: str
    unit: str = ""
    range: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        name: Also of its file.
        says: What one row of it is.
        columns: In order; those of ``WHOSE`` come first.
    """

    name: str
    says: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(one.name for one in self.columns)


DAYS: Final = "whole days; negative before the baseline"
#: What every row begins with: whose it is, of which course, and which protocol was followed.
WHOSE: Final[Sequence[Column]] = (
    Column("patient", "text", "Pseudonym of the patient within this project.", range="P- and 16 of A-Z2-7"),
    Column("area", "text", "Pseudonym of the area of skin.", range="A- and 16 of A-Z2-7"),
    Column("course", "text", "Pseudonym of the course of treatment.", range="C- and 16 of A-Z2-7"),
    Column("treatment", "text", "Id of the protocol that the course follows.", source="course"),
    Column("area_view", "text", "View of the body map on which the area lies.", range="front|back|face|scalp"),
    Column("area_side", "text", "Side of the body; empty where it was not said.", range="left|right|middle"),
    Column("age_band", "text", "Age at the baseline, in bands.", "a", "0-17|18-29|30-39|…|80-89|90+", "birth date"),
    Column(
        "age_years",
        "count",
        "Full years of age at the baseline; 90 stands for 90 and more; only where asked for.",
        "a",
        "0 to 90",
        "birth date",
    ),
    Column(
        "age_reason",
        "text",
        "Why an age is empty.",
        range="no_birth_date|band_only|birth_date_after_baseline",
    ),
    Column(
        "baseline",
        "text",
        "What day 0 is: the oldest usable photograph of the clinic, else the first session, else the opening.",
        range="photograph|first_session|opened",
    ),
    Column(
        "protocol_version",
        "text",
        "Version of the protocol in the latest assessment or review that was signed by that day.",
        source="signed assessment or review",
    ),
    Column("protocol_hash", "text", "SHA-256 of that protocol's content.", range="sha256: and 64 hexadecimal digits"),
    Column("protocol_reason", "text", "Why the version is empty.", range="nothing_signed"),
)


def quantity(name: str, unit: str, says: str, source: str) -> tuple[Column, Column]:
    """A value and its standard uncertainty."""
    return (
        Column(name, "number", says, unit, "", source),
        Column(f"{name}_u", "number", f"Standard uncertainty of {name}.", unit, "0 or more", source),
    )


def side(which: str) -> tuple[Column, ...]:
    """The conditions under which one photograph of a comparison was taken."""
    source = f"result.{which}"
    return (
        Column(f"{which}_calibrated", "yes_no", "Whether colours were corrected by a card in view.", source=source),
        Column(f"{which}_colour_reason", "text", "Code of why they were not.", source=source),
        Column(f"{which}_mm_per_px", "number", "Scale.", "mm/px", "above 0", source),
        Column(f"{which}_scale_reason", "text", "Code of why there is no scale.", source=source),
        Column(f"{which}_skin_ita_deg", "number", "ITA of the skin beside the lesion.", "deg", "-180 to 180", source),
        Column(f"{which}_failed_checks", "text", "Codes of the quality checks not passed, | between.", source=source),
        Column(f"{which}_unknown_checks", "text", "Codes of those that could not be made.", source=source),
    )
