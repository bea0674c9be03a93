"""The pages of designs: looking at one, choosing one, and what leaves as a file."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Role
from dermograph.clinic.rights.models import Disclosure
from dermograph.clinic.scalp.models import DesignChoice, ScalpChange, ScalpDesign
from dermograph.clinic.scalp.services import choose_design
from dermograph.clinic.vault import store
from tests.clinic.conftest import member, signed_in
from tests.clinic.gallery.photos import added, consent
from tests.clinic.rights.held import sure
from tests.clinic.scalp.drawn import (
    asked_for,
    done,
    form,
    result_of,
    scaled,
    sent,
    text_of,
)
from tests.clinic.scalp.scalps import Photographed, counted, course, photographed

__all__ = ["added", "consent", "course", "photographed"]


@pytest.fixture
def photograph(photographed: Photographed) -> Photograph:
    return scaled(photographed(-10))


@pytest.fixture
def design(photograph: Photograph, practitioner: Membership) -> ScalpDesign:
    return done(asked_for(photograph, practitioner))


def test_while_it_is_worked_on_the_page_asks_again_and_loads_itself_when_it_is_over(
    photograph: Photograph, practitioner: Membership
) -> None:
    waiting = asked_for(photograph, practitioner)
    client, htmx = signed_in(practitioner), {"HX-Request": "true"}
    assert 'hx-trigger="every 1s"' in text_of(practitioner, "scalp_design", waiting.pk)
    address = reverse("scalp_design_status", args=[waiting.pk])
    assert "Waiting for its turn" in client.get(address, headers=htmx).content.decode()
    done(waiting)
    assert client.get(address, headers=htmx)["HX-Refresh"] == "true"


def test_a_design_that_is_refused_says_why_and_what_to_do(photograph: Photograph, practitioner: Membership) -> None:
    refusal = {
        "code": "steep",
        "says": {"en": "Too steep.", "es": "Muy inclinado."},
        "todo": {"en": "Go above.", "es": "Suba."},
    }
    row = done(asked_for(photograph, practitioner), {"refusal": refusal})
    page = text_of(practitioner, "scalp_design", row.pk)
    assert "Too steep." in page
    assert "Go above." in page
    assert "data-viewer" not in page
    assert f"?from={row.pk}" in page


def test_a_design_that_failed_says_why(photograph: Photograph, practitioner: Membership) -> None:
    row = asked_for(photograph, practitioner)
    ScalpDesign.objects.filter(pk=row.pk).update(stage="failed", failure={"en": "It broke.", "es": "Falló."})
    page = text_of(practitioner, "scalp_design", row.pk)
    assert "It broke." in page
    assert f"?from={row.pk}" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Simulation, session_2_settled",
                "Scatter is assumed",
                "12,346 dots of 0.42 mm",
                "an assumption, the clinic",
            ),
        ),
        (
            "es",
            (
                "Simulación, session_2_settled",
                "La dispersión es",
                "12.346 puntos de 0,42 mm",
                "un supuesto, la clínica",
            ),
        ),
    ],
)
def test_a_design_that_is_done_shows_scenes_figures_and_what_they_assume(
    design: ScalpDesign, practitioner: Membership, language: str, words: tuple[str, ...]
) -> None:
    practitioner.user.language = language
    practitioner.user.save(update_fields=["language"])
    client = signed_in(practitioner)
    client.cookies["django_language"] = language
    page = client.get(reverse("scalp_design", args=[design.pk])).content.decode()
    assert [one for one in words if one not in page] == []
    assert page.count('class="scalp-mark"') == len(result_of()["scenes"])
    assert page.count("data-scene=") == len(result_of()["scenes"])
    assert reverse("scalp_picture", args=["design", design.pk, f"session_2_settled_{language}"]) in page
    assert " style=" not in page


def test_a_scene_is_shown_by_its_address_without_a_script(design: ScalpDesign, practitioner: Membership) -> None:
    page = text_of(practitioner, "scalp_design", design.pk, scene="after_3_years")
    shown = page[page.index('class="pane after"') :][:300]
    assert "after_3_years_en" in shown
    assert "session_2_settled_en" in text_of(practitioner, "scalp_design", design.pk, scene="<x>")


def test_where_the_rates_come_from_is_said(design: ScalpDesign, practitioner: Membership) -> None:
    Clinic.objects.filter(pk=design.clinic_id).update(rules={"scalp": {"dots_a_minute": 45}})
    page = text_of(practitioner, "scalp_design", design.pk)
    assert "60 dots a minute: written for this design" in page
    assert "3,000 dots a needle: an assumption" in page
    Clinic.objects.filter(pk=design.clinic_id).update(rules={"scalp": {"dots_a_needle": 2500}})
    assumed = {**result_of(), "assumed": {"dots_a_minute": 60.0, "dots_a_needle": 2500.0}}
    ScalpDesign.objects.filter(pk=design.pk).update(result=assumed)
    assert "2,500 dots a needle: the clinic&#x27;s figure" in text_of(practitioner, "scalp_design", design.pk)


def chosen(person: Membership, design: ScalpDesign, **given: str) -> Any:  # noqa: ANN401 (the test client's answer)
    address = reverse("scalp_design_choose", args=[design.pk])
    return signed_in(person).post(address, {"entry": str(uuid.uuid4()), **given})


def test_a_design_is_chosen_shown_hidden_and_taken_back(
    design: ScalpDesign, course: Course, practitioner: Membership
) -> None:
    def standing() -> tuple[ScalpDesign | None, bool]:
        row = DesignChoice.objects.standing().get(course=course)
        return row.design, row.shown_to_patient

    assert chosen(practitioner, design).status_code == 302
    assert standing() == (design, False)
    assert "The patient does not see it." in text_of(practitioner, "scalp_design", design.pk)
    chosen(practitioner, design, shown="on")
    assert standing() == (design, True)
    page = text_of(practitioner, "scalp_design", design.pk)
    assert "The patient sees its simulations" in page
    assert practitioner.user.name in page
    chosen(practitioner, design)
    assert standing() == (design, False)
    chosen(practitioner, design, take_back="on")
    assert standing() == (None, False)
    actions = list(AuditEntry.objects.filter(action__startswith="design.").values_list("action", flat=True))
    assert actions.count("design.chosen") == 3
    assert actions.count("design.unchosen") == 1


def test_a_replayed_choice_writes_once(design: ScalpDesign, practitioner: Membership) -> None:
    entry = str(uuid.uuid4())
    for _ in range(2):
        assert chosen(practitioner, design, entry=entry, shown="on").status_code == 302
    assert DesignChoice.objects.count() == 1


def test_what_is_not_ready_or_no_longer_stands_cannot_be_chosen(
    design: ScalpDesign, course: Course, practitioner: Membership
) -> None:
    new = asked_for(design.photograph, practitioner, supersedes=design)
    for one in (new, design):
        answer = chosen(practitioner, one)
        assert answer.status_code == 422
        assert "not ready, was refused, or another one" in answer.content.decode()
    assert chosen(practitioner, done(new), entry="x").status_code == 422
    assert not DesignChoice.objects.exists()
    page = text_of(practitioner, "scalp_design", design.pk)
    assert "Choose this design" not in page


def test_a_chosen_design_in_whose_place_another_was_drawn_is_found_hidden_and_shown(
    design: ScalpDesign, course: Course, practitioner: Membership
) -> None:
    chosen(practitioner, design, shown="on")
    new = asked_for(design.photograph, practitioner, supersedes=design)
    listed = text_of(practitioner, "scalp", course.pk)
    assert reverse("scalp_design", args=[design.pk]) in listed
    assert listed.count("sessions follow it") == 1
    assert "a later design stands in its place" in listed
    assert reverse("scalp_design", args=[design.pk]) in text_of(practitioner, "scalp_design", new.pk)
    for given, is_shown in (({}, False), ({"shown": "on"}, True)):
        assert chosen(practitioner, design, **given).status_code == 302
        row = DesignChoice.objects.standing().get()
        assert (row.design, row.shown_to_patient) == (design, is_shown)
    assert chosen(practitioner, design, take_back="on").status_code == 302
    assert reverse("scalp_design", args=[design.pk]) not in text_of(practitioner, "scalp", course.pk)
    assert chosen(practitioner, design).status_code == 422


def test_taking_back_from_an_old_page_leaves_the_choice_of_another_design(
    design: ScalpDesign, course: Course, practitioner: Membership
) -> None:
    other = done(asked_for(design.photograph, practitioner))
    choose_design(course=course, design=other, shown_to_patient=True, who=practitioner.user, entry=uuid.uuid4())
    assert chosen(practitioner, design, take_back="on").status_code == 422
    assert DesignChoice.objects.standing().get().design == other
    page = text_of(practitioner, "scalp_design", design.pk)
    assert "says beside the field how many dots it sets; nothing is filled in" in page
    assert "It takes the place of" in page
    assert "unless this is checked they will see none" in page
    assert 'name="shown" checked' not in page


def test_a_picture_is_sent_to_be_looked_at_and_never_kept(
    design: ScalpDesign, photographed: Photographed, practitioner: Membership
) -> None:
    before, after = (counted(photographed(days)) for days in (-9, -8))
    patient = design.course.patient
    change = ScalpChange.objects.create(clinic=design.clinic, course=design.course, before=before, after=after)
    for one in (before, change):
        kept = {"map_en": store.put(patient, b"\xff\xd8\xff of it", "map_en")}
        type(one).objects.filter(pk=one.pk).update(pictures=kept)
    client = signed_in(practitioner)
    shown = (("design", design.pk, "before"), ("reading", before.pk, "map_en"), ("change", change.pk, "map_en"))
    for found in shown:
        answer = client.get(reverse("scalp_picture", args=found))
        assert answer.content.startswith(b"\xff\xd8\xff")
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
    for what, kind in (
        ("design", "sheet_en"),
        ("design", "dots"),
        ("design", "map_en"),
        ("reading", "before"),
        ("moon", "before"),
    ):
        assert client.get(reverse("scalp_picture", args=[what, design.pk, kind])).status_code == 404


@pytest.mark.parametrize(
    ("kind", "begins", "content_type"),
    [("sheet_en", b"%PDF", "application/pdf"), ("sheet_es", b"%PDF", "application/pdf"), ("dots", b"x_px", "text/csv")],
)
def test_a_paper_of_a_design_is_a_download_and_is_written_down(
    design: ScalpDesign, practitioner: Membership, kind: str, begins: bytes, content_type: str
) -> None:
    answer = signed_in(practitioner).get(reverse("scalp_design_file", args=[design.pk, kind]))
    assert answer.content.startswith(begins)
    assert answer["Content-Type"].startswith(content_type)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "private, no-store"
    assert AuditEntry.objects.get(action="design.exported", about=design.pk).details == {"file": kind}


def test_nothing_but_the_papers_is_a_paper(design: ScalpDesign, practitioner: Membership) -> None:
    client = signed_in(practitioner)
    for kind in ("before", "session_1_fresh_en", "x"):
        assert client.get(reverse("scalp_design_file", args=[design.pk, kind])).status_code == 404
    store.remove(design.pictures["dots"])
    assert client.get(reverse("scalp_design_file", args=[design.pk, "dots"])).status_code == 404
    assert not AuditEntry.objects.filter(action="design.exported").exists()


def test_a_simulation_leaves_as_the_photograph_that_it_is(design: ScalpDesign, practitioner: Membership) -> None:
    client, address = sure(practitioner), reverse("scalp_design_scene", args=[design.pk, "after_1_years"])
    assert "The simulation leaves the clinic" in client.get(address).content.decode()
    refused = client.post(address, {"purpose": "teaching", "recipient": "School"})
    assert refused.status_code == 422
    assert not Disclosure.objects.exists()
    answer = client.post(address, {"purpose": "patient"})
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert answer["Content-Disposition"].startswith("attachment;")
    left = Disclosure.objects.get()
    assert (left.form, left.photograph, left.purpose) == ("preview", design.photograph, "patient")
    assert AuditEntry.objects.filter(action="design.shared").count() == 1
    for kind in ("before", "dots", "sheet", "x"):
        assert client.get(reverse("scalp_design_scene", args=[design.pk, kind])).status_code == 404


def addresses(course: Course, design: ScalpDesign) -> list[str]:
    return [
        reverse("scalp_design_new", args=[course.pk]),
        reverse("scalp_design", args=[design.pk]),
        reverse("scalp_design_status", args=[design.pk]),
        reverse("scalp_design_file", args=[design.pk, "dots"]),
        reverse("scalp_picture", args=["design", design.pk, "before"]),
        reverse("scalp_design_scene", args=[design.pk, "after_1_years"]),
    ]


def test_another_clinic_finds_nothing(design: ScalpDesign, course: Course) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    client = sure(member(other, Role.MEDICAL_LEAD, "Olga Prats"))
    assert [client.get(address).status_code for address in addresses(course, design)] == [404] * 6
    assert sent(client, course, design.photograph).status_code == 404
    assert client.post(reverse("scalp_design_choose", args=[design.pk]), {}).status_code == 404


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMIN, Role.PATIENT])
def test_who_does_not_treat_sees_no_design(design: ScalpDesign, course: Course, clinic: Clinic, role: str) -> None:
    client = signed_in(member(clinic, role, "Berta Sanz"))
    assert [client.get(address).status_code for address in addresses(course, design)] == [403] * 6
    assert client.post(reverse("scalp_design_choose", args=[design.pk]), {}).status_code == 403


def test_what_belongs_to_another_course_cannot_be_brought_in(
    design: ScalpDesign, course: Course, practitioner: Membership
) -> None:
    area = Area.objects.create(patient=course.patient, name="nape", view="back")
    other = Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=area, treatment="scalp", lead=practitioner
    )
    client, address = signed_in(practitioner), reverse("scalp_design_new", args=[other.pk])
    assert client.get(address, {"from": str(design.pk)}).status_code == 404
    assert client.get(address, {"photograph": str(design.photograph_id)}).status_code == 404
    assert sent(client, other, design.photograph).status_code == 422
    assert client.post(address, form(design.photograph, supersedes=str(design.pk))).status_code == 404
    assert ScalpDesign.objects.count() == 1


def test_a_course_of_another_treatment_has_no_designs(course: Course, practitioner: Membership) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="paramedical")
    assert signed_in(practitioner).get(reverse("scalp_design_new", args=[course.pk])).status_code == 404


def test_every_page_needs_at_most_twelve_queries(
    design: ScalpDesign, course: Course, photographed: Photographed, practitioner: Membership
) -> None:
    for days in range(-8, -2):
        scaled(photographed(days))
    choose_design(course=course, design=design, shown_to_patient=True, who=practitioner.user, entry=uuid.uuid4())
    client = signed_in(practitioner)
    pages = [*addresses(course, design)[:3], f"{reverse('scalp_design_new', args=[course.pk])}?from={design.pk}"]
    for address in pages:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 12, (address, [one["sql"][:200] for one in queries])
