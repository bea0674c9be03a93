"""Dots that a session set: written down on a scalp, never taken for nought where nobody counted."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.scalp.models import DesignChoice
from dermograph.clinic.scalp.services import choose_design
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.services import correct_session, record_session
from dermograph.core.errors import InputError
from tests.clinic.conftest import signed_in
from tests.clinic.gallery.photos import added, consent
from tests.clinic.scalp.scalps import Photographed, course, designed, photographed
from tests.clinic.treatment.held import kit, moment, ready, written
from tests.clinic.treatment.test_session_pages import posted

__all__ = ["added", "consent", "course", "photographed"]
KINDS = ("needle", "anaesthetic", "pigment")


def sent(course: Course, who: Membership, **more: Any) -> Any:  # noqa: ANN401 (a response)
    handed = f"{moment(course.clinic, -1, 9):%Y-%m-%dT%H:%M}"
    values = posted(who, kit(course.clinic, *KINDS), label_handed_at=handed, **more)
    return signed_in(who).post(reverse("session_new", args=[course.pk]), values)


@pytest.mark.parametrize(("text", "kept"), [("412", 412), ("2000000", 2_000_000), ("1", 1), ("", None)])
def test_dots_are_kept_as_they_were_written(
    course: Course, practitioner: Membership, text: str, kept: int | None
) -> None:
    ready(course, practitioner)
    answer = sent(course, practitioner, dots=text)
    assert answer.status_code == 302
    session = Session.objects.get()
    assert session.dots == kept
    page = " ".join(signed_in(practitioner).get(answer["Location"]).content.decode().split())
    shown = f'<dt>Dots set</dt><dd><span class="figure">{kept}</span>'
    assert (shown if kept else '<dt>Dots set</dt><dd><span class="unknown">not recorded</span>') in page


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "2000001", "many", "1e3", "٣"])
def test_what_is_no_number_of_dots_is_refused_and_loses_nothing(
    course: Course, practitioner: Membership, text: str
) -> None:
    ready(course, practitioner)
    answer = sent(course, practitioner, dots=text)
    assert answer.status_code == 422
    assert answer.context["form"].errors["dots"]
    assert answer.context["form"]["device"].value() == "Dermograph D3"
    assert not Session.objects.exists()


def test_the_service_refuses_what_no_form_would_send(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    lots = kit(course.clinic, *KINDS)
    given: dict[str, Any] = {"lots": lots, "label_handed_at": moment(course.clinic, -1, 9)}
    for dots in (0, 2_000_001):
        with pytest.raises(InputError) as refused:
            record_session(**written(course, practitioner, **given, dots=dots))
        assert refused.value.place.field == "dots"
    assert not Session.objects.exists()


def test_only_a_scalp_has_dots(course: Course, practitioner: Membership) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="paramedical")
    course.refresh_from_db()
    ready(course, practitioner)
    page = signed_in(practitioner).get(reverse("session_new", args=[course.pk])).content.decode()
    assert "id_dots" not in page
    with pytest.raises(InputError) as refused:
        record_session(**written(course, practitioner, dots=100))
    assert refused.value.place.field == "dots"


def test_the_form_says_what_the_design_sets_and_fills_nothing_in(
    course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    ready(course, practitioner)
    design = designed(photographed(-5), practitioner, {"dots": 300, "sessions": [{"dots": 140}, {"dots": 160}]})
    choose_design(course=course, design=design, shown_to_patient=False, who=practitioner.user, entry=uuid.uuid4())
    DesignChoice.objects.update(written_at=timezone.now() - dt.timedelta(days=5))
    page = signed_in(practitioner).get(reverse("session_new", args=[course.pk]))
    assert page.context["form"]["dots"].value() is None
    assert "The chosen design sets 140 in its session 1." in page.content.decode()
    answer = sent(course, practitioner, dots="138")
    says = "the design chosen then sets 140 in its session 1"
    assert says in signed_in(practitioner).get(answer["Location"]).content.decode()
    again = signed_in(practitioner).get(reverse("session_new", args=[course.pk])).content.decode()
    assert "The chosen design sets 160 in its session 2." in again
    other = designed(photographed(-4), practitioner, {"dots": 9, "sessions": [{"dots": 9}]})
    choose_design(course=course, design=other, shown_to_patient=False, who=practitioner.user, entry=uuid.uuid4())
    assert says in signed_in(practitioner).get(answer["Location"]).content.decode()
    corrected = signed_in(practitioner).get(reverse("session_correct", args=[Session.objects.get().pk]))
    assert "The chosen design sets 140 in its session 1." in corrected.content.decode()
    later = signed_in(practitioner).get(reverse("session_new", args=[course.pk])).content.decode()
    assert "The chosen design sets 9 in its session 1." in later


def test_a_correction_keeps_the_dots_and_is_told_in_the_timeline(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    lots = kit(course.clinic, *KINDS)
    values = written(course, practitioner, lots, label_handed_at=moment(course.clinic, -1, 9), dots=412)
    session = record_session(**values)
    form = signed_in(practitioner).get(reverse("session_correct", args=[session.pk])).context["form"]
    assert form["dots"].value() == "412"
    values.pop("course")
    new = correct_session(old=session, reason="The device was another one.", **{**values, "device": "D5"})
    assert new.dots == 412
    timeline = signed_in(practitioner).get(reverse("timeline", args=[course.pk])).content.decode()
    assert "Dots set: 412" in timeline
