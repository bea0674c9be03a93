"""Every address that answers with what lies in the vault is a display inside the clinic, or writes down what leaves."""

from __future__ import annotations

import ast
import io
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

import dermograph.clinic
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.gallery.services import draw_outline
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.people.models import Course, Membership, Role
from dermograph.clinic.permissions import ANYONE, PERMISSIONS
from dermograph.clinic.rights.leaving import DISPLAYS
from dermograph.clinic.rights.models import Disclosure, SharedLink
from dermograph.clinic.rights.sharing import make_link
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.vault import seal, store
from tests.clinic.conftest import member
from tests.clinic.gallery.photos import judged
from tests.clinic.rights.held import Signed, photograph, photographed, signed, sure
from tests.clinic.scalp.drawn import result_of

__all__ = ["photograph", "signed"]
CLINIC = Path(dermograph.clinic.__file__).parent
#: Who may open what lies in the vault. Whoever adds a module here says why nothing leaves by it unseen.
OPENERS = {
    "gallery/photograph_views.py",  # displays
    "gallery/draw_views.py",  # looks at the picture to help drawing
    "gallery/tasks.py",  # measures
    "scalp/work.py",  # the same
    "api/operations/photographs.py",  # asks rights.leaving
    "rights/exit_views.py",  # leaves, with a disclosure
    "imaging/views.py",  # the same
    "imaging/handing_out.py",  # the same
    "imaging/work.py",  # sends what was written down when it was queued
    "rights/sharing.py",  # the same
    "rights/sets.py",  # the same
    "rights/everything.py",  # the same
    "printed/pictures.py",  # for printed/handing.py, which asks rights.leaving before a paper is handed out
    "scalp/file_views.py",  # papers without a photograph, written down
}
#: Open the words of messages, which are no photographs: shown to the two who write them, and put in words for
#: ``rights/everything.py``, which asks ``rights.leaving`` before anything is handed out, or for a record as FHIR, which
#: ``handover/handing_out.py`` hands out by the same rules and ``fhir/door.py`` to whom the scopes let through.
READERS = {"portal/messaging.py", "rights/readable.py", "handover/outgoing/papers.py"}
#: Papers that hold dots and no photograph, and the one that is asked for: the trail says who took it.
PAPERS = {"scalp_design_file": {"kind": "sheet_en"}}
#: Shows only what a link was made for; the making was written down.
BY_LINK = {"shared_picture"}
_OPEN = {"get", "unseal", "unseal_each"}
FORM = {"purpose": "teaching", "recipient": "School", "days": "7", "treatment": ""}


def addresses(
    resolver: URLResolver | None = None, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name and the arguments of every address of the site."""
    for one in (get_resolver() if resolver is None else resolver).url_patterns:
        names = (*above, *(tuple(one.pattern.converters) or tuple(one.pattern.regex.groupindex)))
        if isinstance(one, URLResolver):
            yield from addresses(one, names)
        elif one.name:
            yield one.name, names


def test_only_known_modules_open_what_lies_in_the_vault() -> None:
    found = set()
    for path in CLINIC.rglob("*.py"):
        name = path.relative_to(CLINIC).as_posix()
        if name.startswith(("vault/", "demo/", "upkeep/")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            opens = isinstance(node, ast.Attribute) and node.attr in _OPEN and _is_vault(node.value)
            takes = (
                isinstance(node, ast.ImportFrom)
                and (node.module or "").startswith("dermograph.clinic.vault")
                and {one.name for one in node.names} & _OPEN
            )
            if opens or takes:
                found.add(name)
    assert found - OPENERS == READERS


@pytest.mark.parametrize(
    "name", sorted(one for one in OPENERS if one.startswith(("api/", "rights/", "imaging/views", "imaging/handing")))
)
def test_a_module_that_hands_out_asks_first(name: str) -> None:
    tree = ast.parse((CLINIC / name).read_text(encoding="utf-8"))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert "leave" in called


def _is_vault(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("store", "seal", "sealing")


@pytest.fixture
def things(photograph: Photograph, practitioner: Membership, signed: Signed) -> dict[str, Any]:
    """What addresses name, with pictures in the vault and a consent for everything."""
    consent: Consent = signed("treatment", "record", "teaching", "publication", "research", of=None)
    course, before = photograph.course, judged(photograph)
    after = judged(photographed(course, practitioner, seed=2))
    square = {"lesion": [[40, 40], [120, 40], [120, 120], [40, 120]]}
    outline = draw_outline(photograph=before, shape=square, who=practitioner.user, entry=uuid.uuid4())
    kinds = ("before", "after", "heat", "report_en", "report_es")
    comparison = Comparison.objects.create(
        clinic=course.clinic,
        course=course,
        before=before,
        after=after,
        outline=outline,
        stage="failed",
        failure={"en": "no", "es": "no"},
        pictures={kind: store.put(course.patient, before.file.encode(), kind) for kind in kinds},
    )
    design = ScalpDesign.objects.create(
        clinic=course.clinic,
        course=course,
        photograph=before,
        shapes={},
        stage="done",
        result={**result_of(1), "scenes": [{**result_of(1)["scenes"][0], "name": "heat"}]},
        pictures={
            kind: store.put(course.patient, before.file.encode(), kind) for kind in ("heat", "heat_en", "sheet_en")
        },
    )
    link, token = make_link(
        photograph=before,
        purpose="teaching",
        recipient="School",
        days=7,
        watermark=True,
        who=practitioner.user,
        entry=uuid.uuid4(),
    )
    return {
        "patient": course.patient.pk,
        "course": course.pk,
        "area": course.area.pk,
        "clinic": course.clinic.slug,
        "photograph": before.pk,
        "comparison": comparison.pk,
        "design": design.pk,
        "what": "design",
        "row": design.pk,
        "share": link.pk,
        "consent": consent.pk,
        "token": token,
        "size": "preview",
        "kind": "heat",
    }


def test_every_address_that_opens_the_vault_is_a_display_or_writes_down_what_leaves(
    things: dict[str, Any], lead: Membership, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = seal.unseal

    def watched(patient: Any, sealed: bytes, name: str = "") -> bytes:  # noqa: ANN401 (any model)
        opened.append(name)
        return real(patient, sealed, name)

    monkeypatch.setattr(store, "unseal", watched)
    found, unguarded = set(), []
    people = {role: member(course.clinic, role, f"{role} person") for role in (Role.ADMIN, Role.FRONT_DESK)}
    people[Role.MEDICAL_LEAD] = lead
    for name, parameters in addresses():
        if not set(parameters) <= set(things) or name in ("switch_clinic", "patient_erase"):
            continue
        asked = {**things, **PAPERS.get(name, {})}
        address = reverse(name, kwargs={one: asked[one] for one in parameters})
        for role, person in people.items():
            if PERMISSIONS[name] != ANYONE and role not in PERMISSIONS[name]:
                continue
            for method in ("get", "post"):
                opened.clear()
                with (
                    transaction.atomic()
                ):  # what one address does, such as taking a consent back, is undone for the next
                    before = Disclosure.objects.count()
                    form = {**FORM, "entry": str(uuid.uuid4())} if method == "post" else {}
                    answer = getattr(sure(person), method)(address, form)
                    whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
                    guarded = Disclosure.objects.count() > before
                    guarded |= name in PAPERS and AuditEntry.objects.filter(action="design.exported").exists()
                    transaction.set_rollback(True)
                if not opened or answer.status_code >= 400 or not _has_photograph(answer, whole):
                    continue
                found.add(name)
                if name not in DISPLAYS and name not in BY_LINK and not guarded:
                    unguarded.append((name, method, role))
    assert unguarded == []
    with_disclosure = {
        "photograph_original",
        "photograph_dicom",
        "comparison_report",
        "scalp_design_scene",
        "patient_export",
        "photograph_sets",
    }
    assert with_disclosure | BY_LINK | set(PAPERS) <= found
    assert found - DISPLAYS == with_disclosure | BY_LINK | set(PAPERS)


def _has_photograph(answer: Any, whole: bytes) -> bool:  # noqa: ANN401 (the test client's answer)
    """Whether an answer holds anything of the vault; pages of ours hold none."""
    kind = answer["Content-Type"]
    if kind.startswith("application/zip"):
        return any(one.endswith((".jpg", ".png")) for one in zipfile.ZipFile(io.BytesIO(whole)).namelist())
    return not kind.startswith(("text/html", "application/json")) or "attachment" in answer.get(
        "Content-Disposition", ""
    )


def test_a_display_gives_the_small_copies_and_never_the_original(things: dict[str, Any], lead: Membership) -> None:
    row = Photograph.objects.get(pk=things["photograph"])
    original = store.get(row.course.patient, row.file)
    for name in DISPLAYS & {name for name, _ in addresses()}:
        parameters = next(found for one, found in addresses() if one == name)
        if not set(parameters) <= set(things):
            continue
        answer = sure(lead).get(reverse(name, kwargs={one: things[one] for one in parameters}))
        assert original not in answer.content


def test_a_link_was_written_down_when_it_was_made(things: dict[str, Any]) -> None:
    left = Disclosure.objects.get(form="link")
    assert left.link == SharedLink.objects.get()
    assert left.recipient == "School"
