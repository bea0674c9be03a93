"""A photograph's file, and what is known of whom and what it shows, as the photograph that goes out.

UIDs follow from what is known: the same file under the same names comes out as the same object each time. Under a
pseudonym no day, time, device or word of one's own goes along, and no UID follows from a day, which could be found by
trying them all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from dermograph.exchange.dicom.from_photo import calibration_from, groups_from
from dermograph.exchange.dicom.pixels import pixels_of
from dermograph.exchange.dicom.report_values import ImageReference, Report, day_alone
from dermograph.exchange.dicom.uids import derived_uid
from dermograph.exchange.dicom.values import Area, Lesion, Person, Photograph, Series, Study
from dermograph.photo.card.calibration import calibrate
from dermograph.photo.card.reading import read_card
from dermograph.photo.card.references import References
from dermograph.photo.comparison import Comparison
from dermograph.photo.finding import Refusal
from dermograph.photo.image import Photograph as Picture

_PHOTOGRAPHS, _REPORT = 1, 2


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom and what photographs show.

    Attributes:
        lesion_name: Empty for photographs that are not of one lesion.
        zone: Of the camera's clock; None if not known.
        burned_in: Whether the pixels show who it is; None if nobody looked.
    """

    person: Person
    area: Area
    lesion_name: str = ""
    zone: dt.tzinfo | None = None
    burned_in: bool | None = None

    @property
    def lesion(self) -> Lesion | None:
        """The lesion, known by its name in its area of this person; of a pseudonym by a number made of that."""
        if not self.lesion_name.strip():
            return None
        uid = derived_uid("lesion", self.person.patient_id, *self._names)
        return Lesion(f"Lesion {uid[-6:]}" if self.person.is_pseudonym else self.lesion_name, uid)

    @property
    def shown_area(self) -> Area:
        """The area as it goes out: of a pseudonym without words of one's own, which may name somebody."""
        return replace(self.area, name="") if self.person.is_pseudonym else self.area

    @property
    def _names(self) -> tuple[str, str, str, str]:
        region, side = self.area.region, self.area.laterality
        return self.area.name, region.value if region else "", side.value if side else "", self.lesion_name

    def series(self, picture: Picture, number: int) -> Series:
        """One study a person and day, one series an area and lesion in it; of a pseudonym one study a photograph."""
        day = None if picture.taken_at is None or self.person.is_pseudonym else picture.taken_at.date()
        visit = picture.sha256 if self.person.is_pseudonym else str(day or "")
        study = Study(derived_uid("study", self.person.patient_id, visit), self.person, started_at=day)
        uid = derived_uid("series", study.uid, *self._names, str(number))
        return Series(uid, study, number, self.shown_area.name)


def photograph_from(
    data: bytes, picture: Picture, subject: Subject, number: int, references: References | None = None
) -> Photograph:
    """The photograph in a file, with the calibration that its card gives.

    Args:
        data: The file.
        picture: The same file as ``photo.image`` read it.
        subject: Whom and what it shows.
        number: Of the photograph in its series.
        references: Measured colours of the card; None takes the nominal ones.
    """
    card = read_card(picture, references)
    is_pseudonym = subject.person.is_pseudonym
    colours = card if isinstance(card, Refusal) else calibrate(picture, card)
    taken_at = None if is_pseudonym else picture.taken_at
    if taken_at is not None and subject.zone is not None:
        taken_at = taken_at.replace(tzinfo=subject.zone)
    series = subject.series(picture, _PHOTOGRAPHS)
    return Photograph(
        uid=derived_uid("photograph", series.uid, picture.sha256),
        series=series,
        pixels=pixels_of(data, picture, is_pseudonym=is_pseudonym),
        area=subject.shown_area,
        lesion=subject.lesion,
        calibration=calibration_from(card, colours, with_serial=not is_pseudonym),
        taken_at=taken_at,
        camera="" if is_pseudonym else picture.camera or "",
        burned_in=subject.burned_in,
        number=number,
    )


def report_from(
    found: Comparison,
    lesion: Lesion,
    subject: Subject,
    photographs: tuple[Photograph, Photograph],
    made_at: dt.datetime,
) -> Report:
    """The measures of a comparison.

    Args:
        found: The comparison.
        lesion: Of which.
        subject: Whom and what the photographs show.
        photographs: Baseline and follow-up, as they go out.
        made_at: With its time zone; of a pseudonym its day in UTC goes out, which DICOM asks for.
    """
    before, after = photographs
    series = subject.series(found.after.photo, _REPORT)
    if subject.person.is_pseudonym:
        made_at = day_alone(made_at)
    return Report(
        uid=derived_uid("report", series.uid, before.uid, after.uid),
        series=series,
        made_at=made_at,
        groups=groups_from(found, lesion, subject.shown_area, before.uid, after.uid),
        images=tuple(ImageReference(one.uid, one.series.uid, one.series.study.uid) for one in photographs),
    )
