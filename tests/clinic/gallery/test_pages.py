"""The gallery's pages: who may see what, what is said, and what is sent."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.people.models import Clinic, Course, Membership, Role
from tests.clinic.conftest import member, signed_in
from tests.clinic.gallery.photos import DAY, Added, added, consent, judged, outlined, picture, with_exif
from tests.clinic.rights.held import sure

__all__ = ["added", "consent"]
JSON: dict[str, Any] = {"HTTP_ACCEPT": "application/json"}


def file_of(data: bytes, name: str = "skin.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def sent(client: Client, course: Course, *files: SimpleUploadedFile, json: bool = True, **given: Any) -> Any:  # noqa: ANN401 (the test client's answer)
    address = reverse("photograph_upload", args=[course.pk])
    form = {"entry": str(uuid.uuid4()), "taken_on": "2026-03-02", "session": "", "note": "", **given}
    return client.post(address, {**form, "files": list(files)}, **(JSON if json else {}))


def test_an_empty_gallery_teaches_and_offers_the_one_next_thing(
    course: Course, practitioner: Membership, consent: Consent
) -> None:
    page = signed_in(practitioner).get(reverse("gallery", args=[course.pk])).content.decode()
    assert "No photograph yet" in page
    assert "Begin with the baseline" in page
    assert page.count("button primary") == 1


def test_without_consent_the_page_leads_to_it(course: Course, practitioner: Membership) -> None:
    client = signed_in(practitioner)
    page = client.get(reverse("gallery", args=[course.pk])).content.decode()
    assert "No consent stands" in page
    answer = sent(client, course, file_of(picture()))
    assert answer.status_code == 422
    assert "consent" in answer.json()["errors"][0]["what"]
    assert Photograph.objects.count() == 0


def test_several_photographs_come_in_one_form(course: Course, practitioner: Membership, consent: Consent) -> None:
    client = signed_in(practitioner)
    answer = sent(client, course, *(file_of(picture(n), f"{n}.jpg") for n in range(3)), json=False)
    assert answer.status_code == 302
    assert Photograph.objects.count() == 3
    page = client.get(answer["Location"]).content.decode()
    assert "2.jpg stored, taken on 2 March 2026" in page


def test_the_camera_is_answered_in_json(course: Course, practitioner: Membership, consent: Consent) -> None:
    client = signed_in(practitioner)
    answer = sent(client, course, file_of(with_exif(picture(), "2026:02:11 09:30:00")), taken_on="")
    assert answer.status_code == 201
    [row] = answer.json()["photographs"]
    assert row["url"] == reverse("photograph", args=[row["id"]])
    assert "as the camera's clock says" in row["told"]["en"]
    twice = sent(client, course, file_of(with_exif(picture(), "2026:02:11 09:30:00")), taken_on="")
    assert twice.json()["photographs"][0]["id"] == row["id"]
    assert "not stored twice" in twice.json()["photographs"][0]["told"]["en"]


def test_a_bad_file_among_good_ones_is_named_and_the_good_ones_are_kept(
    course: Course, practitioner: Membership, consent: Consent
) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    files = (file_of(picture(1), "good.jpg"), file_of(svg, "bad.jpg"))
    answer = sent(signed_in(practitioner), course, *files, json=False)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "<strong>bad.jpg</strong>" in page
    assert "SVG" in page
    assert [row.name for row in Photograph.objects.all()] == ["good.jpg"]


def test_two_hundred_megabytes_are_refused_with_413_and_a_clear_message(
    course: Course, practitioner: Membership, consent: Consent, settings: Settings
) -> None:
    settings.LARGEST_PHOTOGRAPH_MB = 1
    answer = sent(signed_in(practitioner), course, file_of(bytes(2_000_000)), json=False)
    assert answer.status_code == 413
    assert "1 MB at most" in answer.content.decode()
    assert Photograph.objects.count() == 0


def test_a_full_disk_is_said_in_the_form(
    course: Course, practitioner: Membership, consent: Consent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    answer = sent(signed_in(practitioner), course, file_of(picture()), json=False)
    assert answer.status_code == 507
    assert "disk of the server is full" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"entry": "x"},
        {"entry": ""},
        {"taken_on": "2026-13-45"},
        {"taken_on": "9999999-01-01"},
        {"session": "nonsense"},
        {"session": str(uuid.uuid4())},
        {"note": "x" * 5000},
        {"note": "a\0b"},
        {"taken_on": "2999-01-01"},
        {"taken_on": "1950-01-01"},
    ],
)
def test_whatever_is_posted_gives_a_message_and_stores_nothing(
    course: Course, practitioner: Membership, consent: Consent, wrong: dict[str, str]
) -> None:
    client = signed_in(practitioner)
    for json in (True, False):
        answer = sent(client, course, file_of(picture()), json=json, **wrong)
        assert answer.status_code == 422
    assert Photograph.objects.count() == 0


def test_a_form_without_files_or_fields_gives_a_message(
    course: Course, practitioner: Membership, consent: Consent
) -> None:
    client, address = signed_in(practitioner), reverse("photograph_upload", args=[course.pk])
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"entry": str(uuid.uuid4()), "files": "text"}).status_code == 422
    assert client.post(address, b"broken", content_type="multipart/form-data; boundary=x").status_code in (400, 422)
    assert client.get(address).status_code == 302


def test_a_form_that_is_sent_again_leads_to_the_same_photograph(
    course: Course, practitioner: Membership, consent: Consent
) -> None:
    client, entry = signed_in(practitioner), str(uuid.uuid4())
    first = sent(client, course, file_of(picture(1)), file_of(picture(2)), entry=entry).json()
    again = sent(client, course, file_of(picture(1)), file_of(picture(2)), entry=entry).json()
    assert [row["id"] for row in first["photographs"]] == [row["id"] for row in again["photographs"]]
    assert Photograph.objects.count() == 2


def test_a_preview_is_shown_and_never_kept_by_a_browser(added: Added, practitioner: Membership) -> None:
    row = added(picture(1, size=(2000, 1500)))
    answer = signed_in(practitioner).get(reverse("photograph_image", args=[row.pk, "preview"]))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert signed_in(practitioner).get(reverse("photograph_image", args=[row.pk, "original"])).status_code == 404


def test_the_original_is_a_download_and_is_audited(added: Added, practitioner: Membership) -> None:
    data = picture(1, ".png")
    row = added(data, name='a "quoted"; ñ\r\nX: y.html')
    answer = sure(practitioner).post(reverse("photograph_original", args=[row.pk]), {"purpose": "patient"})
    assert answer.content == data
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "\n" not in answer["Content-Disposition"]
    assert ".png" in answer["Content-Disposition"]
    assert AuditEntry.objects.filter(action="photograph.downloaded", about=row.pk).count() == 1


def addresses(course: Course, row: Photograph, comparison: Comparison) -> list[str]:
    return [
        reverse("gallery", args=[course.pk]),
        reverse("measures", args=[course.pk]),
        reverse("photograph", args=[row.pk]),
        reverse("photograph_image", args=[row.pk, "preview"]),
        reverse("photograph_original", args=[row.pk]),
        reverse("photograph_correct", args=[row.pk]),
        reverse("comparison", args=[comparison.pk]),
        reverse("comparison_status", args=[comparison.pk]),
    ]


@pytest.fixture
def comparison(added: Added, practitioner: Membership) -> Comparison:
    before = judged(added(picture(1)))
    judged(added(picture(2), DAY + dt.timedelta(days=40)))
    outlined(before, practitioner)
    return Comparison.objects.get()


def test_another_clinic_finds_nothing(comparison: Comparison, course: Course) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    client = signed_in(member(other, Role.MEDICAL_LEAD, "Olga Prats"))
    for address in addresses(course, comparison.before, comparison):
        assert client.get(address).status_code == 404
    assert sent(client, course, file_of(picture())).status_code == 404
    assert client.post(reverse("comparison_again", args=[comparison.pk])).status_code == 404


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMIN, Role.PATIENT])
def test_who_does_not_treat_sees_no_photograph(
    comparison: Comparison, course: Course, clinic: Clinic, role: str
) -> None:
    client = signed_in(member(clinic, role, "Berta Sanz"))
    for address in addresses(course, comparison.before, comparison):
        assert client.get(address).status_code == 403


def test_who_is_not_signed_in_is_asked_to(comparison: Comparison, course: Course) -> None:
    for address in addresses(course, comparison.before, comparison):
        assert Client().get(address).status_code == 302


def test_every_page_needs_at_most_twelve_queries(
    added: Added, comparison: Comparison, course: Course, practitioner: Membership
) -> None:
    for number in range(6):
        judged(added(picture(10 + number), DAY + dt.timedelta(days=50 + number)))
    client = signed_in(practitioner)
    pages = [
        address for address in addresses(course, comparison.before, comparison) if not address.endswith("original")
    ]
    for address in pages:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 12, (
            address,
            "\n".join(one["sql"][:60] + " … " + one["sql"][one["sql"].index("FROM") :][:150] for one in queries),
        )


def test_while_work_is_under_way_only_what_changes_is_sent(
    comparison: Comparison, course: Course, practitioner: Membership
) -> None:
    client, address = signed_in(practitioner), reverse("gallery", args=[course.pk])
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in part
    assert "<img" not in part
    assert "<html" not in part
    Comparison.objects.update(stage="failed", failure={"en": "It broke.", "es": "Se rompió."})
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" not in part
    assert "It broke." in part


def test_the_status_tells_the_page_to_load_again_when_it_is_over(
    comparison: Comparison, practitioner: Membership
) -> None:
    client, address = signed_in(practitioner), reverse("comparison_status", args=[comparison.pk])
    Comparison.objects.update(stage="running", step="flow", progress=0.4)
    part = client.get(address, headers={"HX-Request": "true"})
    assert "Aligning them" in part.content.decode()
    assert 'value="40"' in part.content.decode()
    Comparison.objects.update(stage="failed", failure={"en": "x", "es": "x"})
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_what_failed_can_be_asked_for_again(comparison: Comparison, practitioner: Membership) -> None:
    Comparison.objects.update(stage="failed", failure={"en": "It broke.", "es": "Se rompió."})
    client = signed_in(practitioner)
    page = client.get(reverse("comparison", args=[comparison.pk])).content.decode()
    assert "It broke." in page
    answer = client.post(reverse("comparison_again", args=[comparison.pk]))
    [standing] = Comparison.objects.all().standing()
    assert standing.supersedes == comparison
    assert answer["Location"] == reverse("comparison", args=[standing.pk])


def test_a_photograph_is_corrected_on_its_page(added: Added, practitioner: Membership) -> None:
    row, client = added(), signed_in(practitioner)
    address = reverse("photograph_correct", args=[row.pk])
    assert client.get(address).status_code == 200
    form = {"entry": str(uuid.uuid4()), "taken_on": "2026-03-01", "session": "", "note": "n", "reason": "clock"}
    without = client.post(address, {**form, "reason": ""})
    assert without.status_code == 422
    assert 'value="2026-03-01"' in without.content.decode()
    assert client.post(address, {**form, "taken_on": "2999-01-01"}).status_code == 422
    answer = client.post(address, form)
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(address, form)["Location"] == answer["Location"]
    later = client.post(address, {**form, "entry": str(uuid.uuid4()), "note": "my own words"})
    assert later.status_code == 422
    assert "Nuria Vidal changed it meanwhile" in later.content.decode()
    assert "my own words" in later.content.decode()


def test_pages_speak_spanish(added: Added, practitioner: Membership, course: Course) -> None:
    practitioner.user.language = "es"
    practitioner.user.save()
    row = judged(added())
    client = signed_in(practitioner)
    assert "Fotografías" in client.get(reverse("gallery", args=[course.pk])).content.decode()
    assert "El archivo" in client.get(reverse("photograph", args=[row.pk])).content.decode()
    assert "Tarjeta de calibración" in client.get(reverse("card")).content.decode()


def test_the_card_is_a_pdf_with_its_number(practitioner: Membership) -> None:
    client = signed_in(practitioner)
    answer = client.get(reverse("card"), {"layout": "small", "serial": "17"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert "card-small-17.pdf" in answer["Content-Disposition"]


@pytest.mark.parametrize("serial", ["-1", "9999999", "x", "", "1.5", "9" * 400])
def test_a_card_that_cannot_be_is_refused_in_words(practitioner: Membership, serial: str) -> None:
    answer = signed_in(practitioner).get(reverse("card"), {"layout": "small", "serial": serial})
    assert answer.status_code == 422
    assert "whole number" in answer.content.decode()
    assert signed_in(practitioner).get(reverse("card"), {"layout": "../x", "serial": "1"}).status_code == 422
