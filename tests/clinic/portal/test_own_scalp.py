"""What a patient sees of their own scalp: the shared simulation and what was counted, no promise, nobody else's."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.models import Consent, Withdrawal
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.rights.leaving import DISPLAYS
from dermograph.clinic.scalp.models import ScalpReading
from tests.clinic.conftest import signed_in
from tests.clinic.portal.own_scalp_rows import CAVEAT, REFUSAL, SCENES, changed, chosen, designed, read, scalp_course
from tests.clinic.portal.people import another_patient, patient_account, signed_in_patient
from tests.clinic.treatment.held import held, photographed

NOTHING = "Nothing is shared with you here now."
PROMISES = re.compile(
    r"perfect|painless|permanent|imperceptib|guarantee|garantiza|indolor|you will look", re.IGNORECASE
)


@pytest.fixture
def scalp(patient: Patient, practitioner: Membership) -> Course:
    return scalp_course(patient, practitioner)


def seen(course: Course, language: str = "en", scene: str = "") -> str:
    """The page of a scalp as its patient sees it."""
    user = patient_account(course.patient)
    user.language = language
    user.save(update_fields=["language"])
    query = f"?scene={scene}" if scene else ""
    answer = signed_in_patient(course.patient).get(reverse("me_scalp", args=[course.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def status_of(course: Course, design: Any, kind: str) -> int:  # noqa: ANN401 (a design, or an id)
    """How a picture of a design answers its patient."""
    address = reverse("me_scalp_picture", args=[getattr(design, "pk", design), kind])
    return signed_in_patient(course.patient).get(address).status_code


# ── The simulation ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_shared_design_stands_under_a_slider_and_is_called_a_simulation(scalp: Course) -> None:
    design = designed(scalp)
    chosen(design, scalp)
    shown = seen(scalp)
    assert "data-viewer" in shown
    assert 'class="simulation"' in shown
    assert "This is a simulation that a program drew into your photograph. It is no promise" in shown
    assert "Simulation, session_1_settled" in shown, "the last settled scene is shown unless another one is asked for"
    assert reverse("me_scalp_picture", args=[design.pk, "session_1_settled"]) in shown
    assert reverse("me_scalp_picture", args=[design.pk, "before"]) in shown
    assert 'data-mm-per-px="0.1"' in shown, "10 px of 0.05 mm each are shown as 5 px"
    assert "What it rests on" in shown
    assert "rule <code>duration</code>" in shown
    assert not PROMISES.search(re.sub(r"<[^>]+>", " ", shown))


@pytest.mark.parametrize(
    ("scene", "assumes", "not_said"),
    [
        ("session_1_fresh", "the skin around them red", "How much pigment is left then"),
        ("session_1_settled", "How pigment looks below skin", "the skin around them red"),
        ("after_3_years", "no dot is taken to be lost", "the skin around them red"),
        ("no_such_scene", "How pigment looks below skin", "the skin around them red"),
    ],
)
def test_each_scene_says_what_it_assumes(scalp: Course, scene: str, assumes: str, not_said: str) -> None:
    chosen(designed(scalp), scalp)
    shown = seen(scalp, scene=scene)
    assert assumes in shown
    assert not_said not in shown


def test_one_goes_from_scene_to_scene_without_a_script(scalp: Course) -> None:
    chosen(designed(scalp), scalp)
    shown = seen(scalp)
    for name in SCENES:
        assert f"?scene={name}#simulation" in shown
    assert shown.count('aria-current="true"') == 1
    assert "earlier:" in shown
    assert "later:" in shown
    assert "earlier:" not in seen(scalp, scene=SCENES[0])
    assert "later:" not in seen(scalp, scene=SCENES[-1])


def test_a_simulation_is_told_in_spanish_too_with_its_own_pictures(scalp: Course) -> None:
    design = designed(scalp)
    chosen(design, scalp)
    shown = seen(scalp, "es")
    assert "Es una simulación que un programa dibujó en su fotografía. No es una promesa" in shown
    assert "Simulación, session_1_settled" in shown
    assert not PROMISES.search(re.sub(r"<[^>]+>", " ", shown))
    address = reverse("me_scalp_picture", args=[design.pk, "session_1_settled"])
    answer = signed_in_patient(scalp.patient).get(address)
    assert answer.content == b"session_1_settled_es"


def test_the_pictures_open_for_the_patient_alone_and_no_browser_keeps_them(scalp: Course, lead: Membership) -> None:
    design = designed(scalp)
    chosen(design, scalp)
    assert "me_scalp_picture" in DISPLAYS
    address = reverse("me_scalp_picture", args=[design.pk, "session_1_settled"])
    answer = signed_in_patient(scalp.patient).get(address)
    assert (answer.content, answer["Cache-Control"]) == (b"session_1_settled_en", "private, no-store")
    assert status_of(scalp, design, "before") == 200
    for kind in ("dots", "sheet", "sheet_en", "session_1_settled_en", "after_9_years", "..", "original"):
        assert status_of(scalp, design, kind) == 404, kind
    assert signed_in(lead).get(address).status_code == 403


def test_nothing_is_shown_of_a_design_that_nobody_chose(scalp: Course) -> None:
    design = designed(scalp)
    assert NOTHING in seen(scalp)
    assert status_of(scalp, design, "before") == 404


def test_nothing_is_shown_of_a_design_that_is_not_shared(scalp: Course) -> None:
    design = designed(scalp)
    chosen(design, scalp, shown_to_patient=False)
    assert NOTHING in seen(scalp)
    assert status_of(scalp, design, "before") == 404


def test_nothing_is_shown_once_the_choice_is_taken_back_or_another_design_took_its_place(scalp: Course) -> None:
    first, second = designed(scalp), designed(scalp)
    chosen(first, scalp)
    chosen(second, scalp)
    assert [status_of(scalp, one, "before") for one in (first, second)] == [404, 200]
    chosen(None, scalp, shown_to_patient=False)
    assert NOTHING in seen(scalp)
    assert [status_of(scalp, one, "before") for one in (first, second)] == [404, 404]


@pytest.mark.parametrize("purpose", ["record", ""])
def test_nothing_is_shown_once_the_consent_to_photographs_is_taken_back(scalp: Course, purpose: str) -> None:
    design = designed(scalp)
    chosen(design, scalp)
    assert status_of(scalp, design, "before") == 200
    consent = Consent.objects.get(course=scalp)
    Withdrawal.objects.create(clinic=scalp.clinic, consent=consent, purpose=purpose, reason="x")
    assert NOTHING in seen(scalp)
    assert status_of(scalp, design, "before") == 404


def test_nothing_is_shown_on_a_photograph_that_was_taken_out_of_the_course(scalp: Course) -> None:
    design = designed(scalp)
    chosen(design, scalp)
    out = photographed(scalp, -30)
    Photograph.objects.filter(pk=out.pk).update(
        supersedes=design.photograph, withdrawn=True, sha256=design.photograph.sha256
    )
    assert NOTHING in seen(scalp)
    assert status_of(scalp, design, "before") == 404


@pytest.mark.parametrize(
    "state",
    [{"stage": "waiting", "result": None}, {"stage": "failed", "result": None}, {"result": {"refusal": REFUSAL}}],
)
def test_nothing_is_shown_of_a_design_that_is_not_drawn(scalp: Course, state: dict[str, Any]) -> None:
    design = designed(scalp, **{"pictures": {}, **state})
    chosen(design, scalp)
    assert NOTHING in seen(scalp)
    assert status_of(scalp, design, "before") == 404


def test_another_patients_scalp_and_design_are_not_found(scalp: Course, practitioner: Membership) -> None:
    other = scalp_course(another_patient(scalp.clinic), practitioner)
    design = designed(other)
    chosen(design, other)
    client = signed_in_patient(scalp.patient)
    assert client.get(reverse("me_scalp", args=[other.pk])).status_code == 404
    for which in (design.pk, uuid.uuid4()):
        assert status_of(scalp, which, "before") == 404
        assert status_of(scalp, which, "session_1_settled") == 404
    assert status_of(other, design, "before") == 200


def test_a_course_of_another_treatment_has_no_such_page(course: Course) -> None:
    client = signed_in_patient(course.patient)
    assert client.get(reverse("me_scalp", args=[course.pk])).status_code == 404


def test_the_home_leads_to_the_scalp_and_other_treatments_have_no_such_link(scalp: Course, course: Course) -> None:
    shown = signed_in_patient(scalp.patient).get("/me/").content.decode()
    assert reverse("me_scalp", args=[scalp.pk]) in shown
    assert reverse("me_scalp", args=[course.pk]) not in shown


def test_the_page_takes_no_more_than_twelve_queries(scalp: Course) -> None:
    held(scalp, -70)
    chosen(designed(scalp), scalp)
    changed(read(scalp, -35), read(scalp, -1))
    client = signed_in_patient(scalp.patient)
    client.get("/me/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("me_scalp", args=[scalp.pk])).status_code == 200
    assert len(queries) <= 12, [one["sql"] for one in queries]


# ── What was counted ────────────────────────────────────────────────────────────────────────────────────────────────


def counted(shown: str) -> str:
    """The part of a page that speaks of dots, without markup."""
    part = shown.partition('id="dots-title"')[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))


def test_a_count_is_one_sentence_with_its_error_and_says_what_no_photograph_can_tell(scalp: Course) -> None:
    held(scalp, -60)
    read(scalp, -5)
    said = counted(seen(scalp))
    assert "About 87 dots on each cm²; with the measuring error, between 79 and 95." in said
    assert CAVEAT["en"] in said
    spanish = counted(seen(scalp, "es"))
    assert "Unos 87 puntos por cm²; con el error de medida, entre 79 y 95." in spanish


def test_an_interval_never_goes_below_nothing_nor_above_all_dots(scalp: Course) -> None:
    held(scalp, -120)
    first, later = read(scalp, -60, per_cm2=3, u=4), read(scalp, -1)
    dots = {"survived": {"value": 0.99, "u": 0.02}, "pigment_left": None}
    changed(first, later, result={"dots": dots, "refusal": None})
    said = counted(seen(scalp))
    assert "About 3 dots on each cm²; with the measuring error, between 0 and 11." in said
    assert "about 99 % are still there; with the measuring error, between 95 and 100 %." in said
    assert "pigment" not in said


def test_a_photograph_from_before_the_first_session_shows_what_only_looks_like_dots(scalp: Course) -> None:
    held(scalp, -30)
    read(scalp, -40, per_cm2=12, u=2)
    assert "Before your first session, about 12 places on each cm² look like a dot" in counted(seen(scalp))


def test_without_any_session_what_looks_like_dots_is_not_called_dots(scalp: Course) -> None:
    read(scalp, -40, per_cm2=12, u=2)
    said = counted(seen(scalp))
    assert "Before your first session, about 12 places on each cm² look like a dot" in said
    assert "About 12 dots" not in said


def test_where_no_dot_was_found_no_interval_claims_that_there_is_none(scalp: Course) -> None:
    held(scalp, -60)
    read(scalp, -5, per_cm2=0, u=0)
    said = counted(seen(scalp))
    assert "No dots were found." in said
    assert "between 0 and 0" not in said
    assert "No se ha encontrado ningún punto." in counted(seen(scalp, "es"))


@pytest.mark.parametrize(("days", "heals"), [(0, True), (19, True), (20, False)])
def test_while_the_skin_heals_a_count_says_so(scalp: Course, days: int, heals: bool) -> None:  # noqa: FBT001 (a column)
    held(scalp, -25)
    read(scalp, days - 25)
    assert ("while the skin was healing" in counted(seen(scalp))) is heals


def test_what_share_is_still_there_is_told_with_its_error_in_both_languages(scalp: Course) -> None:
    held(scalp, -120)
    changed(read(scalp, -80), read(scalp, -1))
    said = counted(seen(scalp))
    assert "about 92 % are still there; with the measuring error, between 89 and 95 %." in said
    assert "about 80 % of the pigment that they had; with the measuring error, between 74 and 86 %." in said
    assert "sigue cerca del 92 %; con el error de medida, entre el 89 y el 95 %." in counted(seen(scalp, "es"))


def test_nothing_is_said_about_colour_before_one_month_after_the_last_session(scalp: Course) -> None:
    held(scalp, -120)
    changed(read(scalp, -80), read(scalp, -1))
    held(scalp, -10)  # written down later: the follow-up belongs to a series of its own now
    said = counted(seen(scalp))
    assert "of the pigment that they had" not in said
    assert "nothing is said about colour before" in said


def test_what_cannot_be_counted_or_compared_says_why(scalp: Course) -> None:
    held(scalp, -120)
    first, later = read(scalp, -80), read(scalp, -1)
    changed(first, later, result={"refusal": REFUSAL})
    read(scalp, -3, result={"refusal": REFUSAL})
    said = counted(seen(scalp))
    assert "The dots cannot be counted: the scalp is wet." in said
    assert "The dots cannot be compared with those of" in said


@pytest.mark.parametrize("state", [{"stage": "waiting", "result": None}, {"stage": "failed", "result": None}])
def test_what_is_not_counted_yet_is_not_told(scalp: Course, state: dict[str, Any]) -> None:
    read(scalp, -1, **state)
    assert "Nothing is counted yet" in counted(seen(scalp))


def test_a_count_of_a_photograph_that_was_taken_out_is_not_told(scalp: Course) -> None:
    row = read(scalp, -3)
    out = photographed(scalp, -3)
    Photograph.objects.filter(pk=out.pk).update(supersedes=row.photograph, withdrawn=True)
    assert "Nothing is counted yet" in counted(seen(scalp))
    assert ScalpReading.objects.count() == 1


def test_what_is_held_about_a_patient_counts_their_dots_and_designs(scalp: Course) -> None:
    designed(scalp)
    read(scalp, -3)
    shown = signed_in_patient(scalp.patient).get(reverse("me_data")).content.decode()
    assert "Counts of dots" in shown
    assert "Designs drawn on a photograph of yours" in shown
