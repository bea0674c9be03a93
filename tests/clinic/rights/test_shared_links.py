"""A shared link: made once, shown while everything stands, and the same nothing afterwards."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.people.models import Membership
from dermograph.clinic.rights.models import Disclosure, SharedLink
from dermograph.clinic.rights.sharing import link_of, make_link
from dermograph.clinic.rights.slow import AT_MOST
from dermograph.core.errors import InputError
from tests.clinic.conftest import signed_in
from tests.clinic.rights.held import Signed, photograph, signed

__all__ = ["photograph", "signed"]


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    cache.clear()


@pytest.fixture
def teaching(signed: Signed) -> Consent:
    return signed("teaching", of=None)


@pytest.fixture
def token(photograph: Photograph, teaching: Consent, practitioner: Membership) -> str:
    _, token = make_link(
        photograph=photograph,
        purpose="teaching",
        recipient="Dra. Niño",
        days=7,
        watermark=True,
        who=practitioner.user,
        entry=uuid.uuid4(),
    )
    return token


def page(token: str) -> int:
    status = Client().get(reverse("shared_photograph", args=[token])).status_code
    assert Client().get(reverse("shared_picture", args=[token])).status_code == status
    return int(status)


def test_the_page_shows_the_address_once_and_keeps_only_its_hash(
    photograph: Photograph, teaching: Consent, practitioner: Membership
) -> None:
    client = signed_in(practitioner)
    form = {"entry": str(uuid.uuid4()), "purpose": "teaching", "recipient": "Dra. Niño", "days": "7"}
    address = reverse("photograph_share", args=[photograph.pk])
    first = client.post(address, form)
    [token] = re.findall(r"/shared/([\w-]{43})", first.content.decode())
    link = SharedLink.objects.get()
    assert link.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert first["Cache-Control"] == "no-store, private"
    again = client.post(address, form)  # a second click, or the page loaded anew
    assert SharedLink.objects.count() == 1
    assert Disclosure.objects.count() == 1
    assert "/shared/" not in again.content.decode()
    assert "is not known here any more" in again.content.decode()
    assert token not in client.get(address).content.decode()
    assert page(token) == 200


def test_the_picture_is_made_for_the_link_without_metadata_and_with_the_words_burnt_in(
    token: str, photograph: Photograph, practitioner: Membership
) -> None:
    answer = Client().get(reverse("shared_picture", args=[token]))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "no-store, private"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    picture = Image.open(io.BytesIO(answer.content))
    assert not picture.getexif()
    assert b"Ferrer" not in answer.content
    plain, bare = make_link(
        photograph=photograph,
        purpose="teaching",
        recipient="X Y",
        days=1,
        watermark=False,
        who=practitioner.user,
        entry=uuid.uuid4(),
    )
    assert plain.watermark is False
    unmarked = Image.open(io.BytesIO(Client().get(reverse("shared_picture", args=[bare])).content))
    foot = (0, picture.height - 6, picture.width, picture.height)
    dark = sum(picture.convert("L").crop(foot).tobytes()) / sum(unmarked.convert("L").crop(foot).tobytes())
    assert dark < 0.6  # the band under the words


def test_the_page_names_recipient_and_purpose_and_nothing_of_the_patient(token: str, photograph: Photograph) -> None:
    answer = Client().get(reverse("shared_photograph", args=[token]))
    words = answer.content.decode()
    assert "Dra. Niño" in words
    assert "teaching" in words
    assert "Ferrer" not in words
    assert str(photograph.pk) not in words
    assert "noindex" in answer["X-Robots-Tag"]


def test_opening_it_is_counted_and_told_to_the_trail_once_an_hour(token: str) -> None:
    assert page(token) == 200
    assert page(token) == 200
    assert SharedLink.objects.get().opened == 2
    assert AuditEntry.objects.filter(action="share.opened", who=None).count() == 1


def test_it_shows_until_the_last_moment_and_not_after(token: str) -> None:
    link = SharedLink.objects.get()
    SharedLink.objects.update(expires_at=timezone.now() + dt.timedelta(seconds=20))
    assert page(token) == 200
    SharedLink.objects.update(expires_at=timezone.now())
    assert page(token) == 404
    assert link.expires_at - link.written_at <= dt.timedelta(days=7, seconds=1)


def test_wrong_expired_ended_and_taken_back_are_one_and_the_same_page(
    token: str, teaching: Consent, practitioner: Membership
) -> None:
    def nothing(of: str) -> bytes:
        answer = Client().get(reverse("shared_photograph", args=[of]))
        assert answer.status_code == 404
        page: bytes = answer.content.replace(of.encode(), b"")  # the address that was asked for, in the language switch
        return re.sub(rb'csrf[^>]*content="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', b"", page)

    wrong = nothing("A" * 43)
    assert nothing("y-y-y") == wrong
    link = SharedLink.objects.get()
    SharedLink.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    assert nothing(token) == wrong
    SharedLink.objects.update(expires_at=link.expires_at, ended_at=timezone.now())
    assert nothing(token) == wrong
    SharedLink.objects.update(ended_at=None)
    withdraw(consent=teaching, who=practitioner.user, purpose="teaching")
    assert nothing(token) == wrong


def test_a_withdrawal_ends_it_at_once_and_for_good(
    token: str, teaching: Consent, practitioner: Membership, signed: Signed
) -> None:
    assert page(token) == 200
    withdraw(consent=teaching, who=practitioner.user, purpose="teaching")
    assert page(token) == 404
    signed("teaching", of=None, supersedes=teaching)
    signed("teaching", of=None)
    assert page(token) == 404  # what was agreed to later is another yes


def test_another_purpose_taken_back_leaves_it(
    token: str, photograph: Photograph, signed: Signed, practitioner: Membership
) -> None:
    withdraw(consent=signed("publication", of=None), who=practitioner.user, purpose="publication")
    assert page(token) == 200


def test_a_newer_consent_with_the_same_purpose_keeps_it_and_one_without_ends_it(
    token: str, teaching: Consent, signed: Signed
) -> None:
    newer = signed("record", "teaching", of=None, supersedes=teaching)
    assert page(token) == 200
    signed("record", of=None, supersedes=newer)
    assert page(token) == 404


def test_a_photograph_that_is_corrected_stays_and_one_that_is_taken_out_goes(
    token: str, photograph: Photograph, practitioner: Membership
) -> None:
    kept = correct_photograph(
        photograph=photograph, taken_on=photograph.taken_on, reason="note", who=practitioner.user, entry=uuid.uuid4()
    )
    assert page(token) == 200
    correct_photograph(
        photograph=kept,
        taken_on=kept.taken_on,
        reason="not hers",
        who=practitioner.user,
        entry=uuid.uuid4(),
        withdrawn=True,
    )
    assert page(token) == 404


def test_the_clinic_ends_it_and_a_second_click_changes_nothing(token: str, practitioner: Membership) -> None:
    link = SharedLink.objects.get()
    client = signed_in(practitioner)
    for _ in range(2):
        assert client.post(reverse("share_end", args=[link.pk])).status_code == 302
    assert page(token) == 404
    assert AuditEntry.objects.filter(action="share.ended").count() == 1
    assert client.get(reverse("share_end", args=[link.pk])).status_code == 405


@pytest.mark.parametrize(("days", "fits"), [("0", 0), ("1", 1), ("90", 1), ("91", 0), ("-1", 0)])
def test_it_lasts_from_one_to_ninety_days(
    photograph: Photograph, teaching: Consent, practitioner: Membership, days: str, fits: int
) -> None:
    form = {"entry": str(uuid.uuid4()), "purpose": "teaching", "recipient": "X Y", "days": days}
    answer = signed_in(practitioner).post(reverse("photograph_share", args=[photograph.pk]), form)
    assert answer.status_code == (200 if fits else 422)
    assert SharedLink.objects.count() == fits


@pytest.mark.parametrize(
    "change",
    [
        {"entry": ""},
        {"entry": "x"},
        {"purpose": "patient"},
        {"purpose": "research"},
        {"purpose": "\x00"},
        {"recipient": ""},
        {"recipient": "x" * 5000},
        {"days": "9" * 400},
        {"days": "seven"},
        {"days": "٧"},
    ],
    ids=str,
)
def test_a_hostile_form_makes_no_link(
    photograph: Photograph, teaching: Consent, practitioner: Membership, change: dict[str, str]
) -> None:
    form = {"entry": str(uuid.uuid4()), "purpose": "teaching", "recipient": "X Y", "days": "7", **change}
    answer = signed_in(practitioner).post(reverse("photograph_share", args=[photograph.pk]), form)
    assert answer.status_code == 422
    assert SharedLink.objects.count() == 0


@pytest.mark.parametrize("wrong", ["x", "A" * 43, "A" * 44, "é" * 43, "A" * 5000, "%00" * 10])
def test_a_token_that_is_none_shows_nothing(db: None, wrong: str) -> None:
    assert Client().get(f"/shared/{wrong}").status_code == 404
    assert link_of(wrong) is None


def test_who_guesses_is_slowed_down(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dermograph.clinic.rights.slow.time.time", lambda: 1_790_000_000.0)  # no minute ends meanwhile
    client = Client()
    answers = [client.get(reverse("shared_photograph", args=["A" * 43])).status_code for _ in range(AT_MOST + 1)]
    assert answers[:-1] == [404] * AT_MOST
    last = client.get(reverse("shared_photograph", args=["A" * 43]))
    assert last.status_code == 429
    assert last["Retry-After"]


def test_a_form_that_was_used_for_another_photograph_is_refused(
    photograph: Photograph, token: str, practitioner: Membership
) -> None:
    from tests.clinic.rights.held import photographed

    second = photographed(photograph.course, practitioner, seed=5)
    with pytest.raises(InputError, match="elsewhere"):
        make_link(
            photograph=second,
            purpose="teaching",
            recipient="X Y",
            days=7,
            watermark=True,
            who=practitioner.user,
            entry=SharedLink.objects.get().pk,
        )
