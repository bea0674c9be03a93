"""Whatever is posted, the answer is a page: no error of ours, and no half record."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dermograph.clinic.ledger.models import Lot, LotUse, Payment
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.treatment.models import Review, Session, SymptomReport
from tests.clinic.conftest import signed_in
from tests.clinic.treatment.held import held, kit, ready
from tests.clinic.treatment.test_session_pages import posted

ROUGH = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NASTY = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "\x00",
            "a\x00b",
            "9" * 400,
            "-1",
            "1e309",
            "NaN",
            "0001-01-01",
            "9999-12-31T23:59",
            "2026-02-30",
            "2026-03-29T02:30",
            "00000000-0000-0000-0000-000000000000",
            "' OR 1=1 --",
            "<script>alert(1)</script>",
            "../../etc/passwd",
            "\ud800".encode("utf-8", "replace").decode(),
            "𝟙𝟚",
            "true",
            "[]",
            "x" * 9000,
            "1,5",
            "٣",
        ]
    ),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace").decode()),
)
SESSION = [
    "entry",
    "performed_by",
    "started_at",
    "ended_at",
    "label_handed_at",
    "device",
    "anaesthesia",
    "needle",
    "pigment",
    "anaesthetic",
    "active",
    "anaesthesia_minutes",
    "cents",
    "movements",
    "reaction",
    "notes",
    "appointment",
    "clearance_reason",
    "zones-TOTAL_FORMS",
    "zones-INITIAL_FORMS",
    "zones-0-name",
    "zones-0-needles",
    "zones-0-cm2",
    "zones-0-seconds",
    "zones-0-needle_setting_mm",
    "add_zone",
]


@ROUGH
@given(changes=st.dictionaries(st.sampled_from(SESSION), NASTY, min_size=1, max_size=4))
@example(changes={"zones-TOTAL_FORMS": "0"})
def test_a_session_form_with_nonsense_is_a_form_again_or_a_whole_session(
    changes: dict[str, str], course: Course, practitioner: Membership
) -> None:
    if not Lot.objects.exists():
        ready(course, practitioner)
        kit(course.clinic)
    values: dict[str, Any] = posted(practitioner, list(Lot.objects.all())) | changes
    client = signed_in(practitioner)
    client.raise_request_exception = True
    answer = client.post(reverse("session_new", args=[course.pk]), values)
    assert answer.status_code in (200, 302, 400, 422)
    for session in Session.objects.all():
        assert session.zones
        assert session.lot_uses.count() >= 2
    LotUse.objects.all().delete()
    QuerySet.delete(Session.objects.all())


@ROUGH
@given(changes=st.dictionaries(st.sampled_from(["entry", "sign", "reported_on", "gone_on", "said"]), NASTY, min_size=1))
def test_a_sign_with_nonsense_is_a_form_again(
    changes: dict[str, str], course: Course, practitioner: Membership
) -> None:
    if not Session.objects.exists():
        held(course, -3)
    client, address = signed_in(practitioner), reverse("symptom_new", args=[course.pk])
    assert client.post(address, changes).status_code in (302, 400, 422)
    for report in SymptomReport.objects.all():
        assert report.sign in {"itching", "pain"} or report.sign


@ROUGH
@given(
    changes=st.dictionaries(
        st.sampled_from(["entry", "shown", "decision", "reason", "signed_name", "password"]), NASTY, min_size=1
    )
)
def test_a_signature_with_nonsense_signs_nothing(
    changes: dict[str, str], course: Course, practitioner: Membership
) -> None:
    if not Session.objects.exists():
        held(course, -3)
    answer = signed_in(practitioner).post(
        reverse("review_sign", args=[course.pk]), {"decision": "wait", **changes}, REMOTE_ADDR="127.0.0.1"
    )
    assert answer.status_code in (400, 403, 409, 422, 429)
    assert not Review.objects.exists()


@ROUGH
@given(changes=st.dictionaries(st.sampled_from(["entry", "direction", "euros", "method"]), NASTY, min_size=1))
def test_a_payment_with_nonsense_is_a_form_again_or_a_payment(
    changes: dict[str, str], course: Course, front_desk: Membership
) -> None:
    session = Session.objects.first() or held(course, -3)
    values = {"direction": "paid", "euros": "10", "method": "cash", **changes}
    assert signed_in(front_desk).post(reverse("payment_new", args=[session.pk]), values).status_code in (302, 400, 422)
    assert all(0 < payment.cents <= 100_000_00 for payment in Payment.objects.all())


@ROUGH
@given(
    changes=st.dictionaries(
        st.sampled_from(["entry", "kind", "name", "number", "expires_on", "received_on", "label", "maker"]),
        NASTY,
        min_size=1,
    )
)
def test_a_lot_with_nonsense_is_a_form_again_or_a_lot(changes: dict[str, str], practitioner: Membership) -> None:
    values = {"kind": "needle", "name": "N", "number": "1", "expires_on": "2030-01-01", **changes}
    assert signed_in(practitioner).post(reverse("lot_new"), values).status_code in (302, 400, 422)
    assert all(one.name and one.number for one in Lot.objects.all())


@pytest.mark.parametrize("page", ["session_new", "symptom_new", "review", "timeline"])
def test_nonsense_in_the_address_is_shown_as_a_page(course: Course, practitioner: Membership, page: str) -> None:
    held(course, -3)
    query = {"kind": "\x00", "order": "x" * 999, "appointment": "nonsense", "in": "xx"}
    assert signed_in(practitioner).get(reverse(page, args=[course.pk]), query).status_code == 200
