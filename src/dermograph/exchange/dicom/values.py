"""What goes out as DICOM and what comes back. None always means "not known"; it is never written as a value."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Literal

Moment = dt.date | dt.datetime
Sex = Literal["M", "F", "O"]


class Laterality(enum.Enum):
    """The side of the body, by the letters of Image Laterality (0020,0062)."""

    RIGHT = "R"
    LEFT = "L"
    BOTH = "B"
    UNPAIRED = "U"


@dataclass(frozen=True, slots=True)
class Code:
    """A coded concept (PS3.3, 8.8).

    Attributes:
        value: At most 16 characters.
        scheme: Such as ``SCT``, ``DCM``, ``UCUM``, or ``99DERMO`` for our own.
        meaning: For people, in English, at most 64 characters.
    """

    value: str
    scheme: str
    meaning: str

    def to_json(self) -> dict[str, str]:
        """The three parts."""
        return {"value": self.value, "scheme": self.scheme, "meaning": self.meaning}


@dataclass(frozen=True, slots=True)
class Person:
    """The patient as the recipient is to know them.

    Attributes:
        patient_id: At most 64 characters.
        family_name: Empty if it is not given away.
        given_names: The same.
        birth_date: None if not known or not given away. DICOM holds no birth date of which only the year is known.
        sex: None if not known or not given away.
        is_pseudonym: Whether ``patient_id`` is a pseudonym; no name goes out then. That identity was removed is claimed
            only where somebody also looked at the pixels.
    """

    patient_id: str
    family_name: str = ""
    given_names: str = ""
    birth_date: dt.date | None = None
    sex: Sex | None = None
    is_pseudonym: bool = False


@dataclass(frozen=True, slots=True)
class Study:
    """All that was recorded of a person at one visit.

    Attributes:
        uid: Study Instance UID.
        identifier: Study ID, at most 16 characters; empty if there is none.
        started_at: A day, or a time with or without its zone; None if not known.
        description: At most 64 characters.
    """

    uid: str
    person: Person
    identifier: str = ""
    started_at: Moment | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """The photographs of one area at one visit, or its report."""

    uid: str
    study: Study
    number: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """Where on the body.

    Attributes:
        name: As the clinic names it; empty if it has no name.
        region: A code of DICOM's CID 4029 (Dermatology Anatomic Sites) or of another scheme; None if not coded.
        laterality: None if not known.
    """

    name: str = ""
    region: Code | None = None
    laterality: Laterality | None = None


@dataclass(frozen=True, slots=True)
class Lesion:
    """One lesion through all photographs and reports.

    Attributes:
        tracking_id: For people, at most 64 characters.
        tracking_uid: For programs.
    """

    tracking_id: str
    tracking_uid: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the card in a photograph says.

    Attributes:
        mm_per_px: In the plane of the card, at its centre, more than 0; None if the scale is unknown.
        u_mm_per_px: Its standard uncertainty.
        card: Which card, such as ``a6/1 7``; empty if none was read.
        tilt_deg: Between card and sensor; None without a card.
        u_tilt_deg: Its standard uncertainty.
        colours: Where the card's known colours come from; None if colour is not calibrated.
        residual_delta_e00: Mean error that the colour calibration leaves on the card; None if not calibrated.
        no_scale: Why there is no scale, in English; empty if there is one or nobody said why.
        no_colour: The same for colour.
    """

    mm_per_px: float | None = None
    u_mm_per_px: float | None = None
    card: str = ""
    tilt_deg: float | None = None
    u_tilt_deg: float | None = None
    colours: Literal["measured", "nominal"] | None = None
    residual_delta_e00: float | None = None
    no_scale: str = ""
    no_colour: str = ""


@dataclass(frozen=True, slots=True)
class Lossy:
    """That pixels went through a compression that loses something.

    Attributes:
        method: Defined term of (0028,2114), such as ``ISO_10918_1``; empty if not known.
        ratio: Bytes of the pixels over bytes of the compressed picture; None if not known.
    """

    method: str = ""
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Pixels:
    """The picture.

    Attributes:
        encoding: ``jpeg`` for a baseline JPEG stream, ``plain`` for rows of samples, the colours of a pixel together.
        data: The stream or the samples, 8 bits each.
        width: Columns, px.
        height: Rows, px.
        samples: 3 for RGB (in a JPEG: YCbCr), 1 for grey.
        lossy: None if it is not known to have gone through a lossy compression.
        icc: Colour profile; None if there is none.
        derived: What was done to the camera's pixels, in English; empty if nothing was.
    """

    encoding: Literal["jpeg", "plain"]
    data: bytes
    width: int
    height: int
    samples: Literal[1, 3] = 3
    lossy: Lossy | None = None
    icc: bytes | None = None
    derived: str = ""


@dataclass(frozen=True, slots=True)
class Photograph:
    """One photograph.

    Attributes:
        uid: SOP Instance UID.
        lesion: None for a photograph that is not of one lesion.
        calibration: None if nobody looked for a card.
        taken_at: By the camera's clock; without a zone where that is not known; None if not known at all.
        camera: Maker and model; empty if not known.
        burned_in: Whether the pixels show who it is; None if nobody looked.
        number: Instance Number.
    """

    uid: str
    series: Series
    pixels: Pixels
    area: Area = Area()
    lesion: Lesion | None = None
    calibration: Calibration | None = None
    taken_at: Moment | None = None
    camera: str = ""
    burned_in: bool | None = None
    number: int | None = None
