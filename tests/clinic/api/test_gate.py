"""Who is let in: only a token that is taken now, counted, and never a cookie."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dermograph.clinic.api.models import ApiToken
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Membership, Patient, Role
from tests.clinic.api.asking import Asker, asker, fresh_count, token_of
from tests.clinic.conftest import signed_in

__all__ = ["fresh_count"]


def said(answer: object) -> dict[str, object]:
    """A problem without its address."""
    found: dict[str, object] = json.loads(getattr(answer, "content", b"{}"))
    return {key: value for key, value in found.items() if key != "instance"}


def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(lead: Membership, practitioner: Membership) -> None:
    now = timezone.now()
    ended = token_of(lead, expires_at=now)[1]
    revoked = token_of(lead, revoked_at=now)[1]
    _, gone = token_of(practitioner)
    Membership.objects.filter(pk=practitioner.pk).update(active=False)
    good = token_of(lead)[1]
    wrong = ("", "dmg_", "x" * 5000, good[:-1], good + "x", good.upper(), ended, revoked, gone, "\x00", "ñ", "a b c")
    answers = [Asker(secret).get("/me") for secret in wrong]
    answers.append(Asker("").get("/me", authorization=f"Basic {good}"))
    answers.append(Asker("").get(f"/me?token={good}"))
    assert {answer.status_code for answer in answers} == {401}
    assert len({json.dumps(said(answer)) for answer in answers}) == 1
    assert {answer["WWW-Authenticate"] for answer in answers} == {'Bearer realm="clinic"'}
    assert Asker(good).get("/me").status_code == 200


def test_a_token_ends_with_its_time_and_not_before(lead: Membership) -> None:
    token, secret = token_of(lead)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() + dt.timedelta(seconds=30))
    assert Asker(secret).get("/me").status_code == 200
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    assert Asker(secret).get("/me").status_code == 401


def test_a_patient_s_place_never_acts_by_token(lead: Membership) -> None:
    _, secret = token_of(lead)
    Membership.objects.filter(pk=lead.pk).update(role=Role.PATIENT)
    assert Asker(secret).get("/me").status_code == 401


def test_a_cookie_opens_nothing_and_a_write_by_cookie_does_nothing(lead: Membership) -> None:
    browser = signed_in(lead)
    assert browser.get("/api/v1/patients").status_code == 401
    form = {"given_names": "Eva"}
    sent = browser.post("/api/v1/patients", form, content_type="application/json", headers={"idempotency-key": "k" * 8})
    assert sent.status_code == 401
    assert Patient.objects.count() == 0


def test_after_many_wrong_tokens_an_address_waits_and_a_right_one_still_works(
    lead: Membership, settings: Settings
) -> None:
    settings.API_WRONG_TOKENS_A_MINUTE = 5
    codes = [Asker(f"dmg_wrong{number}").get("/me").status_code for number in range(7)]
    assert codes == [401] * 5 + [429] * 2
    last = Asker("dmg_wrong").get("/me")
    assert int(last["Retry-After"]) >= 1
    assert asker(lead).get("/me").status_code == 200


@pytest.mark.parametrize("tls", [True, False], ids=["proxy", "none"])
def test_behind_a_proxy_wrong_tokens_are_counted_by_the_address_that_it_tells(
    *, tls: bool, lead: Membership, settings: Settings
) -> None:
    settings.BEHIND_TLS, settings.API_WRONG_TOKENS_A_MINUTE = tls, 3
    # What stands before the last comma the program has sent itself.
    told = [*["192.0.2.1", "203.0.113.9, 192.0.2.1"] * 2, "192.0.2.1, 192.0.2.2"]
    codes = [Asker("dmg_wrong", **{"x-forwarded-for": one}).get("/me").status_code for one in told]
    assert codes == [401, 401, 401, 429, 401 if tls else 429]
    assert asker(lead).get("/me").status_code == 200


@pytest.mark.parametrize(("most", "asked"), [(1, 3), (25, 30)])
def test_a_token_has_so_many_requests_a_minute_and_not_one_more(
    most: int, asked: int, lead: Membership, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = timezone.now().replace(second=5)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    settings.API_REQUESTS_A_MINUTE = most
    program = asker(lead)
    codes = [program.get("/me").status_code for _ in range(asked)]
    assert codes == [200] * most + [429] * (asked - most)
    later = moment + dt.timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert program.get("/me").status_code == 200


def test_the_use_of_a_token_is_noted_every_few_minutes(lead: Membership) -> None:
    token, secret = token_of(lead)
    assert Asker(secret).get("/me").status_code == 200
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    Asker(secret).get("/me")
    token.refresh_from_db()
    assert token.last_used_at == first
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=first - dt.timedelta(minutes=6))
    Asker(secret).get("/me")
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert token.last_used_at >= first


def test_a_write_stands_in_the_trail_with_its_person_and_its_token(lead: Membership) -> None:
    token, secret = token_of(lead)
    made = Asker(secret).post("/patients", {"given_names": "Eva", "family_names": "Luna"})
    assert made.status_code == 201
    found = list(AuditEntry.objects.order_by("number").values_list("action", "who", "details"))
    assert [one[:2] for one in found] == [("patient.registered", lead.user_id), ("api.written", lead.user_id)]
    row = made["Location"].rpartition("/")[2]
    assert found[1][2] == {"token": token.prefix, "operation": "register_new_patient", "row": row}


def test_opening_a_record_stands_in_the_trail_once_an_hour(lead: Membership, patient: Patient) -> None:
    program = asker(lead)
    for _ in range(3):
        assert program.get(f"/patients/{patient.pk}").status_code == 200
    assert AuditEntry.objects.filter(action="patient.opened", patient=patient.pk, who=lead.user).count() == 1


@pytest.mark.parametrize(
    ("asked", "language"), [("es", "es"), ("es-MX,en;q=0.5", "es"), ("fr,es;q=0.2", "es"), ("en", "en"), ("", "en")]
)
def test_problems_speak_the_language_that_is_asked_for(asked: str, language: str, lead: Membership) -> None:
    answer = asker(lead).get("/patients/nothing", **{"accept-language": asked})
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Content-Language"] == language
    found = answer.json()
    assert set(found) == {"type", "title", "status", "detail", "instance", "what", "place", "todo"}
    assert found["title"] == ("Aquí no existe" if language == "es" else "There is no such thing here")


def test_what_does_not_exist_is_answered_in_json_and_a_wrong_method_says_which_are_right(lead: Membership) -> None:
    program = asker(lead)
    assert program.get("/").status_code == 404
    wrong = program.ask("DELETE", "/patients")
    assert (wrong.status_code, wrong["Allow"], wrong["Content-Type"]) == (
        405,
        "GET, HEAD, POST",
        "application/problem+json",
    )
    assert program.post("/openapi.json", {}).status_code == 405


def test_who_asks_for_the_head_gets_no_body(lead: Membership) -> None:
    program = asker(lead)
    head, whole = program.ask("HEAD", "/patients"), program.get("/patients")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])
    assert int(head["Content-Length"]) == len(whole.content)
    assert program.ask("HEAD", "/nothing").status_code == 404


def test_an_answer_that_is_known_already_is_not_sent_again(lead: Membership, patient: Patient) -> None:
    program = asker(lead)
    first = program.get(f"/patients/{patient.pk}")
    again = program.get(f"/patients/{patient.pk}", **{"if-none-match": f'"other", W/{first["ETag"]}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert first["Cache-Control"] == "private, no-store"


def test_another_host_is_refused_before_anything_is_read(lead: Membership) -> None:
    _, secret = token_of(lead)
    answer = Client().get("/api/v1/me", headers={"host": "evil.example", "authorization": f"Bearer {secret}"})
    assert answer.status_code == 400
    assert ApiToken.objects.get().last_used_at is None
