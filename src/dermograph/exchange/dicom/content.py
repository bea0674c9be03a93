"""Content items of structured reports (PS3.3, C.17.3): built for writing, and read as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pydicom.dataset import Dataset

from dermograph.exchange.dicom.elements import coded, decimal, sequence, words
from dermograph.exchange.dicom.report_values import WhyMissing
from dermograph.exchange.dicom.uids import checked_uid
from dermograph.exchange.dicom.values import Code

Relation = Literal["CONTAINS", "HAS OBS CONTEXT", "HAS CONCEPT MOD", "HAS PROPERTIES", "INFERRED FROM"]


def container(relation: Relation, concept: Code, children: Iterable[Dataset]) -> Dataset:
    """A heading with what stands below it."""
    item = _item(relation, "CONTAINER", concept)
    item.ContinuityOfContent = "SEPARATE"
    item.ContentSequence = sequence(children)
    return item


def text(relation: Relation, concept: Code, value: str) -> Dataset:
    """A text of any length."""
    item = _item(relation, "TEXT", concept)
    item.TextValue = words(value, concept.value, None)
    return item


def code(relation: Relation, concept: Code, value: Code, children: Iterable[Dataset] = ()) -> Dataset:
    """A coded value."""
    item = _item(relation, "CODE", concept)
    item.ConceptCodeSequence = sequence([coded(value)])
    return _with(item, children)


def uid_reference(relation: Relation, concept: Code, uid: str) -> Dataset:
    """An identifier."""
    item = _item(relation, "UIDREF", concept)
    item.UID = checked_uid(uid, concept.value)
    return item


def image(relation: Relation, concept: Code | None, sop_class: str, uid: str) -> Dataset:
    """A reference to an image."""
    item = _item(relation, "IMAGE", concept)
    reference = Dataset()
    reference.ReferencedSOPClassUID = sop_class
    reference.ReferencedSOPInstanceUID = checked_uid(uid, "image")
    item.ReferencedSOPSequence = sequence([reference])
    return item


def number(relation: Relation, concept: Code, value: float, unit: Code, children: Iterable[Dataset] = ()) -> Dataset:
    """A number with its unit, as decimal, and beside it as binary where 16 characters do not hold it (C.18.1).

    Raises:
        InputError: If the number is not finite.
    """
    item = _item(relation, "NUM", concept)
    measured = Dataset()
    measured.NumericValue = decimal(value, concept.value)
    if float(measured.NumericValue) != value:
        measured.FloatingPointValue = value
    measured.MeasurementUnitsCodeSequence = sequence([coded(unit)])
    item.MeasuredValueSequence = sequence([measured])
    return _with(item, children)


def no_number(relation: Relation, concept: Code, why: WhyMissing, children: Iterable[Dataset] = ()) -> Dataset:
    """A measure without a number, and why (C.18.1, CID 42)."""
    item = _item(relation, "NUM", concept)
    item.MeasuredValueSequence = sequence([])
    item.NumericValueQualifierCodeSequence = sequence([coded(QUALIFIERS[why])])
    return _with(item, children)


QUALIFIERS = {
    WhyMissing.FAILED: Code("114006", "DCM", "Measurement failure"),
    WhyMissing.NOT_ATTEMPTED: Code("114007", "DCM", "Measurement not attempted"),
    WhyMissing.UNKNOWN: Code("114010", "DCM", "Value unknown"),
    WhyMissing.INDETERMINATE: Code("114011", "DCM", "Value indeterminate"),
}


def _item(relation: Relation, value_type: str, concept: Code | None) -> Dataset:
    item = Dataset()
    item.RelationshipType = relation
    item.ValueType = value_type
    if concept is not None:
        item.ConceptNameCodeSequence = sequence([coded(concept)])
    return item


def _with(item: Dataset, children: Iterable[Dataset]) -> Dataset:
    if found := list(children):
        item.ContentSequence = sequence(found)
    return item


@dataclass(frozen=True, slots=True)
class Content:
    """A content item as it was read.

    Attributes:
        kind: Its value type.
        concept: None where the item has no name.
        value: Text, code, UID of an image or of anything, or number; None where it has none or none that is read.
        unit: Of a number.
        qualifier: Code value of why there is no number; empty if there is one.
    """

    kind: str
    concept: Code | None
    value: str | float | Code | None
    unit: Code | None
    qualifier: str
    children: tuple[Content, ...]

    def named(self, concept: Code) -> Iterator[Content]:
        """The children that have a name, by its code and scheme; what it is called may differ."""
        return (one for one in self.children if is_concept(one.concept, concept))

    def first(self, concept: Code) -> Content | None:
        """The first child of a name."""
        return next(self.named(concept), None)

    def text(self, concept: Code) -> str:
        """The text of the first child of a name; empty if there is none."""
        found = self.first(concept)
        return found.value if found and isinstance(found.value, str) else ""

    def number(self, concept: Code) -> float | None:
        """The number of the first child of a name."""
        found = self.first(concept)
        return found.value if found and isinstance(found.value, float) else None


def is_concept(found: Code | None, wanted: Code) -> bool:
    """Whether two codes say the same, whatever their meanings are called."""
    return found is not None and (found.value, found.scheme) == (wanted.value, wanted.scheme)


def content_of(item: Dataset) -> Content:
    """A content item with all below it. The file's structure was checked before, so that the depth is bounded."""
    value, unit, qualifier = _value(item)
    return Content(
        str(item.get("ValueType", "")),
        code_of(item.get("ConceptNameCodeSequence")),
        value,
        unit,
        qualifier,
        tuple(content_of(child) for child in item.get("ContentSequence") or ()),
    )


def code_of(items: Iterable[Dataset] | None) -> Code | None:
    """The code that the only item of a sequence holds; None if it holds none."""
    item = next(iter(items or ()), None)
    if item is None:
        return None
    value = item.get("CodeValue") or item.get("LongCodeValue") or item.get("URNCodeValue") or ""
    parts = (value, item.get("CodingSchemeDesignator", ""), item.get("CodeMeaning", ""))
    found = Code(*(str(part or "").strip() for part in parts))
    return found if found.value else None


def _value(item: Dataset) -> tuple[str | float | Code | None, Code | None, str]:
    """Value, unit, and why there is no number."""
    kind = item.get("ValueType")
    if kind in ("NUM", "NUMERIC"):
        holder = item if kind == "NUMERIC" else next(iter(item.get("MeasuredValueSequence") or ()), None)
        why = code_of(item.get("NumericValueQualifierCodeSequence"))
        if holder is None:
            return None, None, why.value if why else ""
        return number_of(holder), code_of(holder.get("MeasurementUnitsCodeSequence")), why.value if why else ""
    if kind == "TEXT":
        return str(item.get("TextValue") or "").strip(), None, ""
    if kind == "CODE":
        return code_of(item.get("ConceptCodeSequence")), None, ""
    if kind == "UIDREF":
        return str(item.get("UID") or ""), None, ""
    if kind in ("IMAGE", "COMPOSITE"):
        reference = next(iter(item.get("ReferencedSOPSequence") or ()), Dataset())
        return str(reference.get("ReferencedSOPInstanceUID") or ""), None, ""
    return None, None, ""


def number_of(holder: Dataset) -> float | None:
    """The number of a measured value, the binary one where there is one."""
    exact = holder.get("FloatingPointValue")
    if isinstance(exact, float):
        return exact
    plain = holder.get("NumericValue")
    return float(plain) if isinstance(plain, int | float) else None
