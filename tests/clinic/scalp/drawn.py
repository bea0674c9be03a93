"""Designs that are done, with pictures in the vault, for the tests of their pages."""

from __future__ import annotations

import json
import re
import uuid
from functools import cache
from typing import Any

import cv2
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.scalp.services import METHOD, ask_for_design
from dermograph.clinic.vault import store
from dermograph.photo.phantom.scalp import ScalpKind, scalp
from tests.clinic.conftest import signed_in
from tests.clinic.gallery.photos import picture

AREA = [[40, 40], [200, 40], [200, 160], [40, 160]]
FRONT = [[40, 150], [120, 158], [200, 150]]
HAIR = [[210, 40], [280, 40], [280, 160]]
WISH = {
    "per_cm2": "80",
    "soft_mm": "6",
    "ragged_mm": "1.5",
    "sessions": "2",
    "diameter_mm": "",
    "tone": "",
    "dots_a_minute": "60",
    "dots_a_needle": "3000",
}
_YEARS = {1: 0.8, 3: 0.5, 5: 0.3}


@cache
def bald() -> bytes:
    """A synthetic scalp without dots, the card in its lower left corner, 1,680 × 1,260 px, as a camera writes it."""
    made = scalp(12_601, kind=ScalpKind(dots_per_cm2=0), width=1680, height=1260, px_per_mm=14.0, card="small")
    rgb = cv2.cvtColor(made.photograph.rgb, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, 96])[1].tobytes()


def scaled(photograph: Photograph, mm_per_px: float | None = 0.1) -> Photograph:
    """A photograph whose card was read."""
    findings = {**photograph.findings, "scale_mm_per_px": mm_per_px}
    Photograph.objects.filter(pk=photograph.pk).update(findings=findings)
    photograph.refresh_from_db()
    return photograph


def result_of(sessions: int = 2) -> dict[str, Any]:
    """What the process that measures says of a design."""
    scenes: list[dict[str, Any]] = [
        {"name": f"session_{n}_{moment}", "sessions": n, "moment": moment, "left": 1.0}
        for n in range(1, sessions + 1)
        for moment in ("fresh", "settled")
    ]
    scenes += [
        {"name": f"after_{years}_years", "sessions": sessions, "moment": "settled", "left": left}
        for years, left in _YEARS.items()
    ]
    for one in scenes:
        said = f"Simulation, {one['name']}"
        one["title"] = {"en": said, "es": said.replace("Simulation", "Simulación")}
        one["assumptions"] = [{"en": "Scatter is assumed.", "es": "La dispersión es un supuesto."}]
    return {
        "dots": 12_346,
        "area_cm2": 151.24,
        "diameter_mm": 0.42,
        "tone": 0.5,
        "by_stubble": False,
        "stubble_found": None,
        "sessions": [{"dots": 6173, "minutes": 102.9, "needles": 3}] * sessions,
        "assumed": {"dots_a_minute": 60.0, "dots_a_needle": 3000.0},
        "scenes": scenes,
        "shown": {"width": 300, "height": 200},
    }


def asked_for(photograph: Photograph, who: Membership, **given: Any) -> ScalpDesign:  # noqa: ANN401 (arguments of the service)
    """A design that waits for its turn."""
    shapes = {"area": {"lesion": AREA}, "front": FRONT}
    return ask_for_design(
        photograph=photograph, shapes=shapes, who=who.user, entry=uuid.uuid4(), **{"wish": {"sessions": 2}, **given}
    )


def done(design: ScalpDesign, result: dict[str, Any] | None = None) -> ScalpDesign:
    """The same with its result and its pictures."""
    patient, said = design.course.patient, result or result_of()
    names = [f"{one['name']}_{language}" for one in said.get("scenes", []) for language in ("en", "es")]
    files = {name: picture(number) for number, name in enumerate(["before", *names])} if names else {}
    files |= {"sheet_en": b"%PDF-1.4 en", "sheet_es": b"%PDF-1.4 es", "dots": b"x_px,y_px\n1,2\n"} if names else {}
    kept = {name: store.put(patient, data, name) for name, data in files.items()}
    ScalpDesign.objects.filter(pk=design.pk).update(
        stage="done", result=said, pictures=kept, method=METHOD, done_at=timezone.now()
    )
    design.refresh_from_db()
    return design


def form(photograph: Photograph, /, **given: object) -> dict[str, Any]:
    """What the form of a design sends."""
    drawn = {"area": json.dumps(AREA), "front": json.dumps(FRONT), "hair": ""}
    entry = {"entry": str(uuid.uuid4()), "photograph": str(photograph.pk), "supersedes": ""}
    return {**entry, **drawn, **WISH, **given}


def sent(client: Client, course: Course, photograph: Photograph, /, **given: object) -> Any:  # noqa: ANN401 (the test client's answer)
    """The answer to that form."""
    return client.post(reverse("scalp_design_new", args=[course.pk]), form(photograph, **given))


def text_of(person: Membership, name: str, *args: object, **query: str) -> str:
    """A page that somebody opens."""
    answer = signed_in(person).get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def settings_in(page: str) -> Any:  # noqa: ANN401 (JSON)
    """What the script of the page is given."""
    found = re.search(r'<script id="outline-settings" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])
