"""The regions of the body map as codes of DICOM's CID 4029; what it has no exact code for has none."""

from __future__ import annotations

from typing import Final

from dermograph.clinic.imaging.identity import shortened
from dermograph.clinic.people.body_regions import region_at
from dermograph.clinic.people.models import Area as Row
from dermograph.exchange.dicom.codes import dermatology_site
from dermograph.exchange.dicom.values import Area, Code, Laterality

_SIDES: Final = {"left": Laterality.LEFT, "right": Laterality.RIGHT, "middle": Laterality.UNPAIRED}
#: By the region's id without its side.
_SITES: Final = {
    "front-head": "Skin of head",
    "front-neck": "Skin of anterior portion of neck",
    "front-chest": "Skin of anterior surface of thorax",
    "front-abdomen": "Skin of abdomen",
    "front-lower-abdomen": "Skin of lower abdomen",
    "front-groin": "Skin of inguinal region",
    "front-upper-arm": "Skin of anterior surface of upper arm",
    "front-elbow": "Skin of antecubital fossa",
    "front-forearm": "Skin of anterior surface of forearm",
    "front-hand": "Skin of hand",
    "front-thigh": "Skin of anterior surface of thigh",
    "front-inner-thigh": "Skin of medial surface of thigh",
    "front-knee": "Skin of anterior surface of knee",
    "front-shin": "Skin of anterior surface of lower leg",
    "front-foot": "Skin of foot",
    "back-head": "Skin of head",
    "back-nape": "Skin of nuchal region",
    "back-upper-back": "Skin of back of upper thoracic region",
    "back-mid-back": "Skin of mid back",
    "back-lower-back": "Skin of lower back",
    "back-buttock": "Skin of buttock",
    "back-upper-arm": "Skin of posterior surface of upper arm",
    "back-elbow": "Skin of posterior surface of elbow",
    "back-forearm": "Skin of posterior surface of forearm",
    "back-hand": "Skin of hand",
    "back-thigh": "Skin of posterior surface of thigh",
    "back-knee": "Skin of popliteal fossa",
    "back-calf": "Skin of posterior surface of lower leg",
    "back-heel": "Skin of heel",
    "face-forehead": "Skin of forehead",
    "face-brow": "Skin of eyebrow",
    "face-eye": "Skin of eye region",
    "face-cheek": "Skin of cheek",
    "face-chin": "Skin of chin",
    "face-ear": "Skin of ear",
    "face-fold": "Skin of nasolabial fold",
    "face-jaw": "Skin of jawline",
    "face-lips": "Skin of lip",
    "face-neck": "Skin of neck",
    "face-nose": "Skin of nose",
    "face-temple": "Skin of temporal region",
    "face-upper-lip": "Skin of upper lip",
    "scalp-crown": "Skin of vertex of scalp",
    "scalp-ear": "Skin of ear",
    "scalp-forehead": "Skin of forehead",
    "scalp-temple": "Skin of temporal region",
}
_WHOLE: Final = {"face": "Skin of face", "scalp": "Skin of scalp"}


def area_of(row: Row, *, with_name: bool) -> Area:
    """Where on the body an area is.

    Args:
        row: The area.
        with_name: Whether what the clinic calls it goes along; its words may name somebody.
    """
    return Area(shortened(row.name) if with_name else "", site_of(row), _SIDES.get(row.side))


def site_of(row: Row) -> Code | None:
    """The code of CID 4029 for the place of an area; None where there is none that fits."""
    found = None
    if row.x is not None and row.y is not None:
        region = region_at(row.view, row.x, row.y)
        found = _SITES.get(region.id.removesuffix(f"-{region.side}")) if region else None
    name = found or _WHOLE.get(row.view)
    return dermatology_site(name) if name else None
