"""Rows as the clinic itself wrote them, read from the made-up clinic of ``dermograph demo``: the samples to copy."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]

#: Of one row each, whatever its course: only their words and figures are taken, every id and day is made anew.
_ANY = (
    "people_patient",
    "people_ending",
    "agenda_appointment",
    "ledger_lotuse",
    "ledger_payment",
    "treatment_symptomreport",
)
#: Of each treatment apart, with what makes a row fit to be copied.
_OF_TREATMENT = {
    "people_area": "1",
    "people_course": "1",
    "gallery_photograph": "t.stage = 'done' AND t.usable",
    "gallery_outline": "1",
    "gallery_comparison": "t.stage = 'done'",
    "treatment_session": "1",
    "treatment_review": "1",
    "intake_assessment": "t.verdict = 'suitable'",
    "intake_consent": "1",
    "intake_answer": "1",
}
_COURSE_OF = {
    "people_area": "c.area_id = t.id",
    "people_course": "c.id = t.id",
    "gallery_outline": "c.id = (SELECT p.course_id FROM gallery_photograph p WHERE p.id = t.photograph_id)",
    "intake_answer": "c.patient_id = t.patient_id",
}


@dataclass(frozen=True, slots=True)
class Samples:
    """Rows to copy.

    Attributes:
        any: One row of a table.
        of: Rows of a table by treatment, never empty.
        answers: Of somebody who was assessed as suitable, one for each fact, by treatment.
    """

    any: Mapping[str, Row]
    of: Mapping[str, Mapping[str, tuple[Row, ...]]]
    answers: Mapping[str, tuple[Row, ...]]

    @property
    def treatments(self) -> tuple[str, ...]:
        """All treatments."""
        return tuple(sorted(self.answers))


def samples(database: Path) -> Samples:
    """Read them from the database of a made-up clinic."""
    with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as link:
        link.row_factory = sqlite3.Row
        whole = {table: dict(link.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()) for table in _ANY}  # noqa: S608 (our own words)
        of: dict[str, dict[str, tuple[Row, ...]]] = {}
        for table, fits in _OF_TREATMENT.items():
            course = _COURSE_OF.get(table, "c.id = t.course_id")
            query = f"SELECT c.treatment AS sampled, t.* FROM {table} t JOIN people_course c ON {course} WHERE {fits}"  # noqa: S608 (the same)
            found: dict[str, list[Row]] = defaultdict(list)
            for row in map(dict, link.execute(query)):
                found[row.pop("sampled")].append(row)
            of[table] = {treatment: tuple(rows) for treatment, rows in found.items()}
    answers = {}
    for treatment, assessments in of["intake_assessment"].items():
        by_patient: dict[str, dict[str, Row]] = defaultdict(dict)
        for answer in of["intake_answer"][treatment]:
            by_patient[answer["patient_id"]][answer["fact"]] = answer
        # The assessment that goes with them is the one whose facts name their ids.
        chosen = next(
            (
                rows
                for rows in by_patient.values()
                if all(_dashed(one["id"]) in assessments[0]["facts"] for one in rows.values())
            ),
            max(by_patient.values(), key=len),
        )
        answers[treatment] = tuple(chosen.values())
    return Samples(whole, of, answers)


def _dashed(one: str) -> str:
    return f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"
