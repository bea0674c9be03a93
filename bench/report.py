"""The rows as a table in the terminal, and as a page of the documentation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.measuring import Row

HEADINGS = ("", "median", "min–max", "unit", "target", "")
WIDTHS = (44, 9, 17, 6, 12, 6)  # and a space between: fits 100 columns

_PIPE = "\\|"  # in a cell it would begin the next one
_PAGE = """\
# {title}

Measured on {day} with `make bench`. {verdict}

{about}

Every figure is the median of its runs, beside it the fastest and the slowest. Jobs that are compared take turns within
one run, and a ratio is formed round by round, so that a busy machine slows both sides of it. A target is held against
the median.

{tables}
{rest}"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of figures.

    Attributes:
        file: Its name in ``docs/``.
        rest: What follows the tables, in Markdown: what is measured, and how to reproduce it.
    """

    file: str
    title: str
    rest: str


CARE_PAGE = Page(
    "benchmarks.md",
    "Benchmarks",
    """\
## What is measured

- **One assessment**: `assess()` on generated patients, whole: verdict, reasons with citations, questions, first day.
- **Command line**: a process from its start to its end. Bytecode is compiled and the disk cache warm; the process is
  cold.
- **Loading**: `load_library()` in a fresh process, with all checks and hashes. The peer parses the same files and
  builds nothing.
- **Rescreening**: a fresh process for each run reads 100,000 generated cases and screens them, chunk by chunk, as
  `dermograph rescreen` does. Time starts when the packs are loaded; the row "with imports and packs" has all of it but
  the interpreter's own start. Memory is the most that the process held, libraries included (on Linux `VmHWM`); MB are
  10⁶ bytes.
- **Against the plain engine**: the plain engine runs on one core and also gathers reasons and questions; the screening
  uses all cores and gives verdict, worst case and first day. "In memory" leaves reading out on both sides; "both
  reading" has it on both sides.
- **fhirpathpy**: each rule's condition is translated to FHIRPath (`bench/fhirpath.py`), compiled once, and evaluated
  per patient. Before anything is timed, every pair of a rule and a patient, over all three protocols, is compared
  with our own truth: true, false, or empty for unknown. Dates are FHIRPath's own arithmetic (`@2026-11-21 < onset +
  12 months`); nothing is computed beforehand. Most of the time on a QuestionnaireResponse goes into finding answers
  by their `linkId`; so a second shape (answers by name) spares fhirpathpy that search. Resources are built
  beforehand; only the evaluation counts. "Plain engine, conditions alone" evaluates the same conditions and nothing
  else. The screening is that of the Parquet table, in memory.

## Reproduce

```text
make bench                        # everything, more than an hour
make bench ARGS=--quick           # without the long ones
make bench ARGS="--part care --write"   # and write this page
```

The patients are generated from the seed (`bench/patients.py`): every fact is known with a chance of 0.9, dates often
lie near a limit. No real patient is in them. A machine that does nothing else gives the narrowest ranges.
""",
)


def table(name: str, rows: Sequence[Row]) -> str:
    """One section for the terminal."""
    lines = [name]
    for cells in (HEADINGS, *(row.cells() for row in rows)):
        first, *figures, met = cells
        padded = [f"{_short(first):<{WIDTHS[0]}}"]
        padded += [f"{cell:>{width}}" for cell, width in zip(figures, WIDTHS[1:-1], strict=True)]
        lines.append(" ".join((*padded, met)).rstrip())
    return "\n".join(lines)


def _short(name: str) -> str:
    return name if len(name) <= WIDTHS[0] else name[: WIDTHS[0] - 1] + "…"


def document(page: Page, rows: Sequence[Row], about: Sequence[str], day: dt.date) -> str:
    """The page, in Markdown."""
    missed = [row for row in rows if row.met is False]
    judged = sum(row.met is not None for row in rows)
    verdict = f"{judged - len(missed)} of {judged} targets are met."
    if missed:
        verdict += " **Missed:** " + "; ".join(f"{row.section.lower()}, {row.name.strip()}" for row in missed) + "."
    tables = "\n".join(_markdown(name, list(section)) for name, section in groupby(rows, key=lambda row: row.section))
    return _PAGE.format(
        day=day.isoformat(),
        verdict=verdict,
        about="\n".join(f"- {line}" for line in about),
        tables=tables,
        title=page.title,
        rest=page.rest,
    )


def _markdown(name: str, rows: Sequence[Row]) -> str:
    lines = [f"## {name}", "", "| what | median | min–max | unit | target | |", "|---|--:|--:|---|--:|---|"]
    for row in rows:
        what, median, span, unit, aim, met = row.cells()
        shown = f"**{met}**" if met == "MISSED" else met
        lines.append(f"| {what.strip().replace('|', _PIPE)} | {median} | {span} | {unit} | {aim} | {shown} |")
    return "\n".join([*lines, ""])
