"""Asking for designs and choosing one: checked before anything is written, once, and one choice that stands."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict
from typing import Any

import pytest
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.rules import FORM_USED
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.scalp.models import DesignChoice, ScalpDesign
from dermograph.clinic.scalp.rules import change_figures
from dermograph.clinic.scalp.selectors import choice, designs, planned_dots, readings
from dermograph.clinic.scalp.services import ask_for_design, ask_for_reading, choose_design
from dermograph.clinic.scalp.services_reading import read_what_was_judged
from dermograph.clinic.scalp.shapes import checked_outline
from dermograph.clinic.scalp.words import NOT_A_SCALP, NOT_OF_COURSE, NOT_READY, NOTHING_CHOSEN
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError
from dermograph.photo.scalp.design import Wish
from tests.clinic.gallery.photos import Added, added, consent, judged
from tests.clinic.overview.rows import another_course, held
from tests.clinic.scalp.scalps import (
    DESIGNED,
    REFUSED,
    SESSION,
    SQUARE,
    Photographed,
    course,
    designed,
    photographed,
)

__all__ = ["added", "consent", "course", "photographed"]
FRONT = [[40, 60], [120, 50], [200, 60]]


def asked(photographed: Photographed, who: Membership, **given: Any) -> ScalpDesign:  # noqa: ANN401 (as a test gives it)
    values: dict[str, Any] = {"shapes": {"area": SQUARE}, "wish": {}, "entry": uuid.uuid4(), **given}
    photograph = values.pop("photograph", None) or photographed(40)
    return ask_for_design(photograph=photograph, who=who.user, **values)


def test_a_design_keeps_what_was_drawn_and_every_figure_of_the_wish(
    photographed: Photographed, practitioner: Membership, lead: Membership, course: Course
) -> None:
    change_figures(clinic=course.clinic, who=lead.user, values={"dots_a_minute": 45})
    shapes = {"area": SQUARE, "hair": {"lesion": [[210, 40], [290, 40], [290, 160]]}, "front": FRONT}
    row = asked(photographed, practitioner, shapes=shapes, wish={"per_cm2": 80, "sessions": 2, "tone": None}, seed=7)
    assert set(row.shapes) == {"area", "hair", "front"}
    assert row.shapes["front"] == [[float(x), float(y)] for x, y in FRONT]
    assert row.wish == asdict(Wish(per_cm2=80, sessions=2, dots_a_minute=45))
    assert (row.seed, row.stage, row.course) == (7, "waiting", course)
    assert AuditEntry.objects.get(action="design.asked").about == row.pk


def test_points_on_the_very_edge_are_moved_to_the_last_pixels(
    photographed: Photographed, practitioner: Membership
) -> None:
    shapes = {"area": {"lesion": [[-0.5, -0.5], [299.5, -0.5], [150, 100]]}, "front": [[-0.5, 3], [299.5, 3]]}
    row = asked(photographed, practitioner, shapes=shapes)
    assert row.shapes["area"] == {"lesion": [[0.0, 0.0], [299.0, 0.0], [150.0, 100.0]]}
    assert row.shapes["front"] == [[0.0, 3.0], [299.0, 3.0]]


def test_a_replay_finds_the_design_that_is_there(photographed: Photographed, practitioner: Membership) -> None:
    one, entry = photographed(40), uuid.uuid4()
    first = asked(photographed, practitioner, photograph=one, entry=entry)
    assert asked(photographed, practitioner, photograph=one, entry=entry, seed=2) == first
    with pytest.raises(InputError) as refused:
        asked(photographed, practitioner, photograph=photographed(50), entry=entry)
    assert refused.value.what == FORM_USED
    assert ScalpDesign.objects.count() == 1


@pytest.mark.parametrize(
    ("shapes", "field"),
    [
        ({}, "area"),
        ({"area": {}}, "area"),
        ({"area": {"lesion": [[40, 40], [300, 40], [200, 160]]}}, "area"),
        ({"area": {"lesion": [[0, 0], [90, 90], [90, 0], [0, 90]]}}, "area"),
        ({"area": SQUARE, "hair": {"lesion": [[1, 1]]}}, "hair"),
        ({"area": SQUARE, "front": [[40, 60]]}, "front"),
        ({"area": SQUARE, "front": [[40, 60], [40, 60]]}, "front"),
        ({"area": SQUARE, "front": [[40, 60], [900, 60]]}, "front"),
        ({"area": SQUARE, "front": [[40, 60], [True, 60]]}, "front"),
        ({"area": SQUARE, "front": [[40, float("nan")], [60, 60]]}, "front"),
        ({"area": SQUARE, "front": "straight"}, "front"),
        ({"area": SQUARE, "brow": []}, ""),
    ],
)
def test_a_shape_that_cannot_be_used_is_refused_by_its_field(
    photographed: Photographed, practitioner: Membership, shapes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as refused:
        asked(photographed, practitioner, shapes=shapes)
    assert refused.value.place.field == field
    assert not ScalpDesign.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("per_cm2", 401),
        ("per_cm2", 0),
        ("per_cm2", float("nan")),
        ("per_cm2", "many"),
        ("sessions", 7),
        ("sessions", 2.5),
        ("sessions", True),
        ("diameter_mm", 0),
        ("diameter_mm", 2),
        ("tone", 0.01),
        ("soft_mm", -1),
    ],
)
def test_a_figure_that_cannot_be_is_refused_by_its_name(
    photographed: Photographed, practitioner: Membership, name: str, value: object
) -> None:
    with pytest.raises(InputError) as refused:
        asked(photographed, practitioner, wish={name: value})
    assert refused.value.place.field == name
    assert not ScalpDesign.objects.exists()


@pytest.mark.parametrize("seed", [-1, 2**31, 1.5, True])
def test_what_is_no_seed_is_refused(photographed: Photographed, practitioner: Membership, seed: Any) -> None:  # noqa: ANN401 (what somebody sends)
    with pytest.raises(InputError) as refused:
        asked(photographed, practitioner, seed=seed)
    assert refused.value.place.field == "seed"


def test_of_two_who_put_a_design_in_the_place_of_another_the_later_is_told(
    photographed: Photographed, practitioner: Membership, course: Course
) -> None:
    one = photographed(40)
    first = designed(one, practitioner)
    second = asked(photographed, practitioner, photograph=one, supersedes=first)
    assert (second.supersedes, list(designs(course))) == (first, [second])
    with pytest.raises(InputError, match="changed it meanwhile"):
        asked(photographed, practitioner, photograph=one, supersedes=first)
    assert ScalpDesign.objects.count() == 2


def test_a_design_beside_another_takes_nobodys_place(
    photographed: Photographed, practitioner: Membership, course: Course
) -> None:
    one = photographed(40)
    rows = [designed(one, practitioner), designed(one, practitioner)]
    assert list(designs(course)) == rows


def chosen(course: Course, design: ScalpDesign | None, who: Membership, **given: Any) -> DesignChoice:  # noqa: ANN401 (as a test gives it)
    values: dict[str, Any] = {"shown_to_patient": False, "entry": uuid.uuid4(), **given}
    return choose_design(course=course, design=design, who=who.user, **values)


def test_one_choice_stands_and_sessions_follow_it(
    photographed: Photographed, practitioner: Membership, course: Course
) -> None:
    one = photographed(40)
    first, second = designed(one, practitioner), designed(one, practitioner, {**DESIGNED, "sessions": [{"dots": 40}]})
    made = chosen(course, first, practitioner, shown_to_patient=True)
    assert chosen(course, first, practitioner, shown_to_patient=True) == made, "the same is chosen once"
    assert planned_dots(course, timezone.now()) == (1, 100)
    other = chosen(course, second, practitioner, reason="smaller")
    assert (other.supersedes, other.correction_reason, choice(course)) == (made, "smaller", other)
    assert planned_dots(course, timezone.now()) == (1, 40)
    assert planned_dots(course, timezone.now(), written_at=made.written_at) == (1, 100), "what stood then"
    assert planned_dots(course, made.written_at - dt.timedelta(minutes=2)) is None, "began before it was chosen"
    back = chosen(course, None, practitioner, shown_to_patient=True)
    assert (back.supersedes, back.shown_to_patient, choice(course)) == (other, False, None)
    assert planned_dots(course, timezone.now()) is None
    actions = AuditEntry.objects.filter(action__startswith="design.").exclude(action="design.asked")
    assert list(actions.order_by("number").values_list("action", flat=True)) == [
        "design.chosen",
        "design.chosen",
        "design.unchosen",
    ]


def test_a_design_begins_with_the_first_session_after_it_was_chosen(
    photographed: Photographed, practitioner: Membership, course: Course
) -> None:
    held(course, SESSION)  # before there was any design
    one = photographed(40)
    first, second = (designed(one, practitioner, {**DESIGNED, "sessions": [{"dots": n}] * 2}) for n in (100, 40))
    now = timezone.now()
    rows = [
        chosen(course, first, practitioner),
        chosen(course, first, practitioner, shown_to_patient=True),
        chosen(course, second, practitioner),
    ]
    for row, days in zip(rows, (60, 20, 10), strict=True):
        DesignChoice.objects.filter(pk=row.pk).update(written_at=now - dt.timedelta(days=days))
    during_first = now - dt.timedelta(days=15)
    sessions = [held(course, (now - dt.timedelta(days=days)).date()) for days in (50, 30, 5)]
    planned = [planned_dots(course, each.started_at, written_at=during_first) for each in sessions[:2]]
    assert planned == [(1, 100), (2, 100)], "shown to the patient it is still the same choice"
    assert planned_dots(course, sessions[0].started_at) is None, "the design of today was not followed then"
    assert planned_dots(course, sessions[2].started_at) == (1, 40)
    assert planned_dots(course, now) == (2, 40)
    held(course, (now - dt.timedelta(days=3)).date())
    assert planned_dots(course, now) is None, "it has two sessions"


def test_showing_it_to_the_patient_is_a_choice_of_its_own(
    photographed: Photographed, practitioner: Membership, course: Course
) -> None:
    one = designed(photographed(40), practitioner)
    chosen(course, one, practitioner)
    chosen(course, one, practitioner, shown_to_patient=True)
    found = choice(course)
    assert found is not None
    assert found.shown_to_patient
    assert DesignChoice.objects.count() == 2


def test_a_replayed_choice_is_the_one_that_is_there(
    photographed: Photographed, practitioner: Membership, course: Course
) -> None:
    one, entry = photographed(40), uuid.uuid4()
    first, second = designed(one, practitioner), designed(one, practitioner)
    made = chosen(course, first, practitioner, entry=entry)
    assert chosen(course, second, practitioner, entry=entry) == made
    other = another_course(course, 2, "scalp")
    with pytest.raises(InputError) as refused:
        chosen(other, None, practitioner, entry=entry)
    assert refused.value.what == FORM_USED


def test_what_cannot_be_followed_is_not_chosen(
    photographed: Photographed, practitioner: Membership, course: Course
) -> None:
    one = photographed(40)
    waiting, refused_one = asked(photographed, practitioner, photograph=one), designed(one, practitioner, REFUSED)
    replaced = designed(one, practitioner)
    asked(photographed, practitioner, photograph=one, supersedes=replaced)
    for design in (waiting, refused_one, replaced):
        with pytest.raises(InputError) as refused:
            chosen(course, design, practitioner)
        assert refused.value.what == NOT_READY
    with pytest.raises(InputError) as refused:
        chosen(course, None, practitioner)
    assert refused.value.what == NOTHING_CHOSEN
    assert not DesignChoice.objects.exists()


def test_designs_of_others_are_not_chosen_nor_superseded(
    photographed: Photographed, practitioner: Membership, course: Course
) -> None:
    mine = designed(photographed(40), practitioner)
    other = another_course(course, 2, "scalp")
    with pytest.raises(InputError) as refused:
        chosen(other, mine, practitioner)
    assert refused.value.what == NOT_OF_COURSE
    with pytest.raises(InputError) as refused:
        chosen(another_course(course, 3), mine, practitioner)
    assert refused.value.what == NOT_A_SCALP
    theirs = ScalpDesign.objects.create(clinic=other.clinic, course=other, photograph=mine.photograph, shapes={})
    with pytest.raises(InputError) as refused:
        asked(photographed, practitioner, supersedes=theirs)
    assert refused.value.what == NOT_OF_COURSE


def test_a_design_outlives_a_correction_of_its_photograph_but_not_its_withdrawal(
    photographed: Photographed, practitioner: Membership, course: Course
) -> None:
    one = photographed(40)
    row = designed(one, practitioner)
    made = chosen(course, row, practitioner)
    given: dict[str, Any] = {"reason": "r", "who": practitioner.user, "taken_on": one.taken_on}
    noted = correct_photograph(photograph=one, note="crown", entry=uuid.uuid4(), **given)
    assert (list(designs(course)), choice(course)) == ([row], made)
    correct_photograph(photograph=noted, withdrawn=True, entry=uuid.uuid4(), **given)
    assert (list(designs(course)), choice(course), planned_dots(course, timezone.now())) == ([], None, None)
    with pytest.raises(InputError) as refused:
        chosen(course, row, practitioner, shown_to_patient=True)
    assert refused.value.what == NOT_READY


def test_a_file_that_is_sent_again_brings_back_no_choice_and_is_counted_where_it_was_before(
    added: Added, photographed: Photographed, practitioner: Membership, course: Course
) -> None:
    one = photographed(40)
    ask_for_reading(photograph=one, who=None, area=SQUARE)
    row = designed(one, practitioner)
    chosen(course, row, practitioner, shown_to_patient=True)
    given: dict[str, Any] = {"reason": "r", "who": practitioner.user, "taken_on": one.taken_on}
    correct_photograph(photograph=one, withdrawn=True, entry=uuid.uuid4(), **given)
    ended = DesignChoice.objects.standing().get()
    assert (ended.design, ended.shown_to_patient, ended.written_by) == (None, False, practitioner.user)
    again = judged(added(store.get(course.patient, one.file), one.taken_on))
    assert (again.sha256, again.usable) == (one.sha256, True)
    assert choice(course) is None
    read_what_was_judged(again)
    assert [each.area for each in readings(course)] == [checked_outline(SQUARE, again, "area")]
