"""What is counted of rows while they pass: rows, patients, protocols, methods, and cells with few patients."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from dermograph.clinic.research.columns import Row, Table
from dermograph.clinic.research.participants import FEWEST

Json = dict[str, Any]
#: By what somebody could be recognised, alone and together.
_CELLS: Final = (("treatment",), ("age_band",), ("area_view", "area_side"), ("treatment", "age_band", "area_view"))


@dataclass(slots=True)
class Counted:
    """Counts of one table; its rows come patient by patient, so that nobody is remembered.

    Attributes:
        rows, patients: How many there were.
        cells: Patients by the columns of a cell and their values.
        protocols: Rows by treatment, version and hash.
        methods: Rows by version of the method.
    """

    table: Table
    rows: int = 0
    patients: int = 0
    cells: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=Counter)
    protocols: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows, counted."""
        place = {name: number for number, name in enumerate(self.table.names)}
        method = place.get("method_version")
        last, seen = None, set()  # type: Any, set[Any]
        for row in rows:
            self.rows += 1
            if row[0] != last:
                last, seen = row[0], set()
                self.patients += 1
            new = {(cell, tuple(str(row[place[name]] or "") for name in cell)) for cell in _CELLS} - seen
            self.cells.update(new)
            seen |= new
            pin = (str(row[place["treatment"]]), row[place["protocol_version"]], row[place["protocol_hash"]])
            self.protocols[pin[0], str(pin[1] or ""), str(pin[2] or "")] += 1
            if method is not None:
                self.methods[str(row[method] or "")] += 1
            yield row

    def small_cells(self) -> list[Json]:
        """The cells with patients, but fewer than ``FEWEST``, by their values; how many is not said."""
        found: defaultdict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
        for (cell, values), patients in self.cells.items():
            if patients < FEWEST:
                found[cell].append(values)
        return [{"columns": list(cell), "values": sorted(map(list, found[cell]))} for cell in _CELLS if found[cell]]


def told(patients: int) -> int | None:
    """A number of patients; None where it is too small to be told."""
    return patients if patients >= FEWEST else None
