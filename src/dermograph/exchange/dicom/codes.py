"""The codes that are written: DICOM's and SNOMED CT's where they fit exactly, our own where none does.

Source: PS3.16, templates 300, 1001, 1204, 1500, 1501, 1600; CID 42, 244, 4029, 7470, 7471.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from pydicom.sr import codedict

from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Text
from dermograph.exchange.dicom.values import Code, Laterality

OURS = "99DERMO"
DERMATOLOGY_SITES = 4029

REPORT = Code("126000", "DCM", "Imaging Measurement Report")
LANGUAGE = Code("121049", "DCM", "Language of Content Item and Descendants")
ENGLISH = Code("en", "RFC5646", "English")
OBSERVER_TYPE = Code("121005", "DCM", "Observer Type")
DEVICE = Code("121007", "DCM", "Device")
DEVICE_UID = Code("121012", "DCM", "Device Observer UID")
DEVICE_NAME = Code("121013", "DCM", "Device Observer Name")
DEVICE_MODEL = Code("121015", "DCM", "Device Observer Model Name")
PROCEDURE_REPORTED = Code("121058", "DCM", "Procedure reported")
PROCEDURE = Code("197157006", "SCT", "Photography of patient")
IMAGE_LIBRARY = Code("111028", "DCM", "Image Library")
LIBRARY_GROUP = Code("126200", "DCM", "Image Library Group")
MEASUREMENTS = Code("126010", "DCM", "Imaging Measurements")
GROUP = Code("125007", "DCM", "Measurement Group")
TRACKING_ID = Code("112039", "DCM", "Tracking Identifier")
TRACKING_UID = Code("112040", "DCM", "Tracking Unique Identifier")
FINDING_SITE = Code("363698007", "SCT", "Finding Site")
LATERALITY = Code("272741003", "SCT", "Laterality")
METHOD = Code("370129005", "SCT", "Measurement Method")
SOURCE = Code("121112", "DCM", "Source of Measurement")
COMMENT = Code("121106", "DCM", "Comment")

SIDES: Mapping[Laterality, Code] = MappingProxyType(
    {
        Laterality.RIGHT: Code("24028007", "SCT", "Right"),
        Laterality.LEFT: Code("7771000", "SCT", "Left"),
        Laterality.BOTH: Code("51440002", "SCT", "Right and left"),
        Laterality.UNPAIRED: Code("unpaired", OURS, "Not a paired structure"),
    }
)

# Of our own scheme.
STANDARD_U = Code("standard_u", OURS, "Standard uncertainty")
MDC95 = Code("mdc95", OURS, "Minimal detectable change (95 %)")
AREA_NAME = Code("area_name", OURS, "Area as the clinic names it")
SITE_NOT_CODED = Code("site_not_coded", OURS, "Site named in words only")
CARD = Code("card", OURS, "Calibration card")
SCALE = Code("mm_per_px", OURS, "Scale at the centre of the card")
U_SCALE = Code("u_mm_per_px", OURS, "Standard uncertainty of the scale")
TILT = Code("tilt", OURS, "Angle between card and sensor")
U_TILT = Code("u_tilt", OURS, "Standard uncertainty of the angle")
CARD_COLOURS = Code("card_colours", OURS, "Source of the known colours of the card")
RESIDUAL = Code("residual_de00", OURS, "Residual of the colour calibration, delta E 2000")
NO_SCALE = Code("no_scale", OURS, "Why the scale is not known")
NO_COLOUR = Code("no_colour", OURS, "Why colour is not calibrated")

NO_UNIT = Code("1", "UCUM", "no units")
DEGREE = Code("deg", "UCUM", "degree")
MILLIMETRE = Code("mm", "UCUM", "mm")
MM_PER_PX = Code("mm/{pixels}", "UCUM", "mm per pixel")
#: Our units in UCUM. CIELAB and its differences have none.
UNITS: Mapping[str, Code] = MappingProxyType(
    {
        "cm2": Code("cm2", "UCUM", "square centimeter"),
        "mm": MILLIMETRE,
        "deg": DEGREE,
        "percent": Code("%", "UCUM", "Percent"),
        **dict.fromkeys(("delta_e00", "lab", "index", ""), NO_UNIT),
    }
)
#: Measures that have a code of SNOMED CT in CID 7470 and 7471.
MEASURES: Mapping[str, Code] = MappingProxyType(
    {
        "area": Code("42798000", "SCT", "Area"),
        "length": Code("410668003", "SCT", "Length"),
        "width": Code("103355008", "SCT", "Width"),
    }
)


def area_code(name: str) -> Code:
    """A code of our own scheme for an area that has only a name: the same name gives the same code."""
    digest = hashlib.sha256(name.strip().casefold().encode()).hexdigest()
    return Code(f"area-{digest[:11]}", OURS, name.strip())


def method_code(words: str) -> Code:
    """A code of our own scheme for a method that has only words, at most 64 characters: the same give the same code."""
    digest = hashlib.sha256(words.strip().encode()).hexdigest()
    return Code(f"method-{digest[:9]}", OURS, words.strip())


def is_area_code(code: Code) -> bool:
    """Whether a code is one of ``area_code``."""
    return code.scheme == OURS and code.value.startswith("area-")


def dermatology_sites() -> dict[str, Code]:
    """CID 4029, Dermatology Anatomic Sites, by its code values and by its meanings in lower case."""
    found: dict[str, Code] = {}
    for one in codedict.Collection(f"CID{DERMATOLOGY_SITES}").concepts.values():
        code = Code(one.value, one.scheme_designator, one.meaning)
        found[code.value] = found[code.meaning.lower()] = code
    return found


def dermatology_site(name: str) -> Code:
    """A code of CID 4029 by its value or its meaning, such as ``75093004`` or ``skin of abdomen``.

    Raises:
        InputError: If CID 4029 has no such code.
    """
    sites = dermatology_sites()
    found = sites.get(name.strip()) or sites.get(name.strip().lower())
    if found is None:
        raise InputError(
            Text(
                f"{shown(name)} is not one of DICOM's dermatology anatomic sites (CID 4029).",
                f"{shown(name)} no está entre las zonas dermatológicas de DICOM (CID 4029).",
            ),
            Place(field="region"),
            nearest(name.lower(), sites),
        )
    return found
