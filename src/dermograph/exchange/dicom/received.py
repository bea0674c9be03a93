"""What a DICOM file holds, with what of it could not be understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dermograph.exchange.dicom.report_values import Report
from dermograph.exchange.dicom.values import Photograph


@dataclass(frozen=True, slots=True)
class Received:
    """What a DICOM file holds in our values.

    Attributes:
        value: The photograph or the report.
        not_understood: Attributes and content that have no place in our values, as ``(gggg,eeee) Name``.
        by: The software that wrote it, as it says itself; empty if it does not.
    """

    value: Photograph | Report
    not_understood: tuple[str, ...] = ()
    by: str = ""

    def to_json(self) -> dict[str, Any]:
        """What was read, without the pixels."""
        series = self.value.series
        found: dict[str, Any] = {
            "kind": "photograph" if isinstance(self.value, Photograph) else "report",
            "uid": self.value.uid,
            "series_uid": series.uid,
            "study_uid": series.study.uid,
            "patient_id": series.study.person.patient_id,
            "by": self.by,
            "not_understood": list(self.not_understood),
        }
        return found
