"""The modules that photographs and reports share: patient, study, series, equipment, SOP common; and the file.

Source: PS3.3, C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.12.1; PS3.10, 7.1.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

from dermograph import __version__
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.dicom.codes import OURS
from dermograph.exchange.dicom.elements import (
    SHORT,
    day_of,
    in_zone,
    offset_of,
    person_name,
    sequence,
    storable,
    time_of,
    words,
)
from dermograph.exchange.dicom.uids import checked_uid, derived_uid
from dermograph.exchange.dicom.values import Moment, Person, Series

SOFTWARE = "Dermograph"
IMPLEMENTATION = derived_uid("implementation")
#: How who it is was taken out (0012,0063), where no pixel can say it either, and where nobody looked at the pixels.
IDENTITY_REMOVED = "Pseudonym; no name, birth date, sex, metadata of the camera file"
PIXELS_NOT_LOOKED_AT = "Pseudonym; no name, birth date, sex, metadata; pixels not seen"


def new_dataset(sop_class: str, uid: str) -> Dataset:
    """An empty data set of a class, in UTF-8."""
    one = Dataset()
    one.SpecificCharacterSet = "ISO_IR 192"
    one.SOPClassUID = sop_class
    one.SOPInstanceUID = checked_uid(uid, "uid")
    return one


def add_patient(one: Dataset, person: Person, *, shows_nobody: bool, is_dated: bool) -> None:
    """The Patient module: type 2 attributes that are not known stand there empty.

    Args:
        one: Where they go.
        person: As the recipient is to know them.
        shows_nobody: Whether the pixels, if there are any, are known not to say who it is. Patient Identity Removed is
            about attributes and pixels (PS3.3, C.7.1.1): without this it is not claimed.
        is_dated: Whether a day or time of the patient goes along.

    Raises:
        InputError: If the patient has no identifier, or a pseudonym comes with who it is.
    """
    identifier = words(person.patient_id, "patient id")
    if not identifier:
        raise InputError(
            Text("The patient has no identifier.", "El paciente no tiene identificador."),
            Place(field="patient id"),
            Text("Give the record number or a pseudonym.", "Indique el número de historia o un seudónimo."),
        )
    if person.is_pseudonym and (person.family_name or person.given_names or person.birth_date or person.sex):
        raise InputError(
            Text(
                "A pseudonym goes out with a name, a birth date or a sex.",
                "Un seudónimo sale con nombre, fecha de nacimiento o sexo.",
            ),
            Place(field="person"),
            Text("Leave these out.", "Omítalos."),
        )
    one.PatientName = person_name(person.family_name, person.given_names)
    one.PatientID = identifier
    one.PatientBirthDate = day_of(person.birth_date) if person.birth_date else ""
    one.PatientSex = person.sex or ""
    if person.is_pseudonym:
        if shows_nobody:
            one.PatientIdentityRemoved = "YES"
        one.DeidentificationMethod = IDENTITY_REMOVED if shows_nobody else PIXELS_NOT_LOOKED_AT
        one.LongitudinalTemporalInformationModified = "UNMODIFIED" if is_dated else "REMOVED"


def add_series(one: Dataset, series: Series, modality: str) -> None:
    """The Study and Series modules, but for their times."""
    study = series.study
    one.StudyInstanceUID = checked_uid(study.uid, "study uid")
    one.StudyID = words(study.identifier, "study id", SHORT)
    one.AccessionNumber = ""
    one.ReferringPhysicianName = ""
    if description := words(study.description, "study description"):
        one.StudyDescription = description
    one.SeriesInstanceUID = checked_uid(series.uid, "series uid")
    one.SeriesNumber = series.number
    if description := words(series.description, "series description"):
        one.SeriesDescription = description
    one.Modality = modality


def add_times(one: Dataset, series: Series, made_at: Moment | None, prefixes: Iterable[str]) -> Moment | None:
    """Dates and times of the study and of the object, all in one zone, with its offset where it is known.

    Args:
        one: Where they go.
        series: Whose study began at some time.
        made_at: When the object was made; None if not known.
        prefixes: Of the attributes that take ``made_at``, such as ``Content``.

    Returns:
        ``made_at`` with an offset that DICOM can hold.

    Raises:
        InputError: If one of the two times has a zone and the other has none: DICOM has one offset for both.
    """
    made = None if made_at is None else storable(made_at)
    started = None if series.study.started_at is None else storable(series.study.started_at)
    if isinstance(made, dt.datetime) and isinstance(started, dt.datetime):
        if (made.tzinfo is None) != (started.tzinfo is None):
            raise InputError(
                Text(
                    "Of the times of study and photograph one has a time zone and one has none.",
                    "Entre la hora del estudio y la de la fotografía, una tiene zona horaria y la otra no.",
                ),
                Place(field="taken_at"),
                Text("Give the zone of both.", "Indique la zona de ambas."),
            )
        if made.tzinfo is not None:
            started = in_zone(started, made.tzinfo)
    one.StudyDate, one.StudyTime = (day_of(started), time_of(started)) if started else ("", "")
    for prefix in prefixes:
        if made is not None:  # types 1C and 3: absent where not known
            setattr(one, f"{prefix}Date", day_of(made))
        if made is not None and (clock := time_of(made)):
            setattr(one, f"{prefix}Time", clock)
    for moment in (made, started):
        if moment is not None and (offset := offset_of(moment)):
            one.TimezoneOffsetFromUTC = offset
            break
    return made


def add_equipment(one: Dataset, model: str = "") -> None:
    """The General Equipment module: the camera by its model, and us by our software."""
    one.Manufacturer = ""
    if name := words(model, "camera"):
        one.ManufacturerModelName = name
    one.SoftwareVersions = f"{SOFTWARE} {__version__}"


def add_our_scheme(one: Dataset) -> None:
    """Who defines the codes of our own, for who meets them later."""
    scheme = Dataset()
    scheme.CodingSchemeDesignator = OURS
    scheme.CodingSchemeName = f"Concepts of {SOFTWARE}"
    scheme.CodingSchemeResponsibleOrganization = SOFTWARE
    one.CodingSchemeIdentificationSequence = sequence([scheme])


def file_bytes(one: Dataset, transfer_syntax: UID) -> bytes:
    """A data set as a file (PS3.10).

    Args:
        one: With its SOP class and instance.
        transfer_syntax: Of the data set; explicit little endian in any case.
    """
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = one.SOPClassUID
    meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
    meta.TransferSyntaxUID = transfer_syntax
    meta.ImplementationClassUID = UID(IMPLEMENTATION)
    meta.ImplementationVersionName = f"{SOFTWARE.upper()}_{__version__}"[:SHORT]
    one.file_meta = meta
    out = io.BytesIO()
    pydicom.dcmwrite(out, one, enforce_file_format=True)
    return out.getvalue()
