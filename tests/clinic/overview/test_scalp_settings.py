"""The clinic's own figures of scalps on the page of its settings."""

from __future__ import annotations

import pytest
from django.urls import reverse

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.clinic.scalp.rules import ScalpFigures, figures, fingerprint
from tests.clinic.conftest import signed_in
from tests.clinic.overview.test_settings import STRANGE

NAMES = ("limit_percent", "dots_a_minute", "dots_a_needle")
WHOLE = {"limit_percent": "55", "dots_a_minute": "72,5", "dots_a_needle": "2500"}


def whole(clinic: Clinic) -> dict[str, str]:
    return {**WHOLE, "seen": fingerprint(clinic)}


def test_the_figures_are_shown_saved_and_audited(clinic: Clinic, admin: Membership) -> None:
    client = signed_in(admin)
    form = client.get(reverse("clinic_settings")).context["scalp_form"]
    assert [form[name].value() for name in NAMES] == ["60", "60", "3000"]
    assert client.post(reverse("scalp_settings"), whole(clinic)).status_code == 302
    clinic.refresh_from_db()
    assert figures(clinic) == ScalpFigures(55.0, 72.5, 2500.0)
    changed = {name: {"from": None, "to": to} for name, to in zip(NAMES, (55.0, 72.5, 2500.0), strict=True)}
    assert AuditEntry.objects.get(action="clinic.changed").details == {"figures": changed}
    page = client.get(reverse("clinic_settings")).content.decode()
    assert 'value="55"' in page
    assert 'value="72.5"' in page


@pytest.mark.parametrize("field", list(WHOLE))
@pytest.mark.parametrize("value", [*STRANGE, "0", "1000001", "nan", "inf"])
def test_what_is_no_figure_is_refused_and_kept_on_the_page(
    clinic: Clinic, admin: Membership, field: str, value: str
) -> None:
    page = signed_in(admin).post(reverse("scalp_settings"), {**whole(clinic), field: value})
    assert page.status_code == 400
    assert page.context["scalp_form"].errors[field]
    assert page.context["form"]["name"].value() == clinic.name
    clinic.refresh_from_db()
    assert figures(clinic) == ScalpFigures()


def test_of_two_who_set_figures_the_later_is_told_and_only_what_changed_is_audited(
    clinic: Clinic, admin: Membership
) -> None:
    client, old = signed_in(admin), whole(clinic)
    client.post(reverse("scalp_settings"), {**old, "limit_percent": "50"})
    refused = client.post(reverse("scalp_settings"), old)
    assert refused.status_code == 400
    page = refused.content.decode()
    assert "Somebody else has changed these figures meanwhile. They are now: 50 %, 72.5, 2500." in page
    assert 'value="55"' in page
    clinic.refresh_from_db()
    assert figures(clinic).limit_percent == 50
    assert f'name="seen" value="{fingerprint(clinic)}"' in page
    assert client.post(reverse("scalp_settings"), whole(clinic)).status_code == 302
    last = AuditEntry.objects.filter(action="clinic.changed").order_by("number").last()
    assert last is not None
    assert last.details == {"figures": {"limit_percent": {"from": 50.0, "to": 55.0}}}


def test_who_does_not_run_the_clinic_sets_no_figures(practitioner: Membership, front_desk: Membership) -> None:
    for person in (practitioner, front_desk):
        assert signed_in(person).post(reverse("scalp_settings"), WHOLE).status_code == 403
