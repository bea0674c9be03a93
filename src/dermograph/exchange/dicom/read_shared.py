"""What photographs and reports have in common, read: patient, study, series."""

from __future__ import annotations

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.dicom.attributes import Attributes
from dermograph.exchange.dicom.modules import PIXELS_NOT_LOOKED_AT
from dermograph.exchange.dicom.uids import checked_uid
from dermograph.exchange.dicom.values import Person, Series, Sex, Study

_NAME_PARTS = 2
_SEXES: dict[str, Sex] = {"M": "M", "F": "F", "O": "O"}


def series_of(found: Attributes) -> Series:
    """Series, study and patient.

    Raises:
        InputError: If a UID is missing or none.
    """
    found.pass_over("SpecificCharacterSet", "SOPClassUID", "Modality", "CodingSchemeIdentificationSequence")
    study = Study(
        uid=required_uid(found, "StudyInstanceUID"),
        person=_person(found),
        identifier=found.text("StudyID"),
        started_at=found.moment("Study"),
        description=found.text("StudyDescription"),
    )
    return Series(
        required_uid(found, "SeriesInstanceUID"), study, found.whole("SeriesNumber"), found.text("SeriesDescription")
    )


def required_uid(found: Attributes, keyword: str) -> str:
    """A UID that no object is without.

    Raises:
        InputError: If it is missing or none.
    """
    uid = found.text(keyword)
    if not uid:
        raise InputError(Text("A UID is missing.", "Falta un UID."), Place(field=keyword))
    return checked_uid(uid, keyword)


def written_by(found: Attributes) -> str:
    """The software that wrote it, as it says itself."""
    found.pass_over("Manufacturer")
    return " ".join(found.texts("SoftwareVersions"))


def _person(found: Attributes) -> Person:
    family, given = _name(found)
    # Where nobody looked at the pixels we claim less, and it is a pseudonym all the same.
    is_pseudonym = found.text("PatientIdentityRemoved") == "YES"
    if is_pseudonym or found.text("DeidentificationMethod") == PIXELS_NOT_LOOKED_AT:
        is_pseudonym = True
        found.pass_over("DeidentificationMethod", "LongitudinalTemporalInformationModified")
    elif found.has("DeidentificationMethod"):
        found.forget("DeidentificationMethod")
    sex = _SEXES.get(found.text("PatientSex"))
    if sex is None and found.has("PatientSex"):
        found.forget("PatientSex")
    return Person(
        patient_id=found.text("PatientID"),
        family_name=family,
        given_names=given,
        birth_date=found.day("PatientBirthDate"),
        sex=sex,
        is_pseudonym=is_pseudonym,
    )


def _name(found: Attributes) -> tuple[str, str]:
    """Family and given names; what else a name has is noted as not understood."""
    groups = found.text("PatientName").split("=")
    parts = [part.strip() for part in groups[0].split("^")]
    if any(groups[1:]) or any(parts[_NAME_PARTS:]):
        found.forget("PatientName")
    return parts[0], parts[1] if len(parts) > 1 else ""
