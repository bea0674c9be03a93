"""The page on which measures are exported, and the same on the command line."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dermograph import cli
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.people.models import Clinic, Membership, Patient, User
from dermograph.clinic.research.exporting import Wish, let_leave
from dermograph.clinic.research.models import Export, Project
from dermograph.clinic.research.pseudonyms import opened
from dermograph.clinic.research.taken_back import no_longer
from dermograph.core.text import LANGUAGES, Language
from dermograph.photo.measure import kinds
from tests.clinic.research.studied import agrees, followed_up, person, table, treated
from tests.clinic.rights.held import sure


@pytest.fixture
def agreed(clinic: Clinic, practitioner: Membership) -> Patient:
    """One patient who agrees."""
    patient = person(clinic, 1)
    followed_up(treated(patient, practitioner))
    agrees(patient, "research")
    return patient


def form(**change: str) -> dict[str, str]:
    return {"entry": str(uuid.uuid4()), "project": "Scars", "purpose": "A", "recipient": "B", "kind": "csv", **change}


def test_the_page_tells_numbers_from_five_on_only(agreed: Patient, lead: Membership) -> None:
    page = sure(lead).get(reverse("research_export")).content.decode()
    assert "Fewer than 5 patients agree" in page
    assert re.findall(r"<option value=.(?:csv|parquet).[^>]*>(\w+)<", page) == ["CSV", "Parquet"]
    for number in range(2, 7):
        agrees(person(agreed.clinic, number), "research")
        person(agreed.clinic, 20 + number)
    page = sure(lead).get(reverse("research_export")).content.decode()
    assert "6 patients agree" in page
    assert 'no consent to research is signed: <span class="num">5</span>' in page
    assert "Zenobia" not in page


def test_the_page_takes_few_queries(
    agreed: Patient,
    lead: Membership,
    django_assert_max_num_queries: Any,  # noqa: ANN401 (pytest-django's own)
) -> None:
    client = sure(lead)
    assert client.post(reverse("research_export"), form()).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(reverse("research_export")).status_code == 200
    withdraw(consent=agreed.consents.get(), who=lead.user, purpose="research")
    with django_assert_max_num_queries(12):
        assert "no longer" in client.get(reverse("research_export")).content.decode()


def test_the_download_is_a_zip_that_nothing_on_the_way_keeps(agreed: Patient, admin: Membership) -> None:
    answer: Any = sure(admin).post(reverse("research_export"), form())
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "measures.csv" in archive.namelist()
    assert answer["Cache-Control"] == "no-store, private"
    assert "Zenobia" not in answer["Content-Disposition"]
    assert Export.objects.get().written_by == admin.user


@pytest.mark.parametrize(
    "change",
    [{"project": ""}, {"recipient": ""}, {"kind": "exe"}, {"entry": "x"}, {"purpose": "\x00"}],
    ids=lambda change: next(iter(change)),
)
def test_a_form_that_says_too_little_exports_nothing(agreed: Patient, lead: Membership, change: dict[str, str]) -> None:
    answer = sure(lead).post(reverse("research_export"), form(**change))
    assert answer.status_code == 422
    assert Export.objects.count() == 0
    page = answer.content.decode()
    assert 'role="alert" id="error"' in page
    (name,) = change
    marked = re.findall(r'name="(\w+)"[^>]* aria-invalid="true" aria-describedby="(?:\w+-help )?error"', page)
    assert marked == ([] if name == "entry" else [name])


def test_without_anybody_who_agrees_the_page_says_so(clinic: Clinic, lead: Membership) -> None:
    answer = sure(lead).post(reverse("research_export"), form())
    assert answer.status_code == 422
    assert "No patient agrees to research now" in answer.content.decode()


def test_whoever_takes_it_back_later_is_named_for_the_recipient_by_pseudonym(agreed: Patient, lead: Membership) -> None:
    client = sure(lead)
    answer: Any = client.post(reverse("research_export"), form())
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    pseudonym = archive.read("measures.csv").splitlines()[1].split(b",")[0].decode()
    assert pseudonym not in client.get(reverse("research_export")).content.decode()
    withdraw(consent=agreed.consents.get(), who=lead.user, purpose="research")
    page = client.get(reverse("research_export")).content.decode()
    assert pseudonym in page
    assert "Ask B to remove these patients" in page


def left(clinic: Clinic) -> Export:
    """An export to B."""
    wish = Wish(project="Scars", purpose="A", recipient="B")
    return let_leave(clinic=clinic, who=None, wish=wish, entry=uuid.uuid4())[0]


def test_every_export_names_everybody_who_agrees_no_longer(agreed: Patient, lead: Membership) -> None:
    others = [person(agreed.clinic, number) for number in range(2, 60)]
    consents = [agrees(one, "research") for one in others]
    first = left(agreed.clinic)
    for _ in range(21):
        left(agreed.clinic)
    for one in consents:
        withdraw(consent=one, who=lead.user, purpose="research")
    page = sure(lead).get(reverse("research_export")).content.decode()
    key = opened(first.project.pk, bytes(first.project.sealed))
    assert all(page.count(key.of("patient", one.pk)) == 22 for one in others)
    assert key.of("patient", agreed.pk) not in page


def test_older_exports_stand_on_further_pages(agreed: Patient, lead: Membership) -> None:
    made = [left(agreed.clinic) for _ in range(21)]
    for number, one in enumerate(made):
        Export.objects.filter(pk=one.pk).update(purpose=f"Nr {number} ends")
    client = sure(lead)
    page = client.get(reverse("research_export")).content.decode()
    assert "Nr 20 ends" in page
    assert "Nr 0 ends" not in page
    assert "?page=2" in page
    for asked in ("2", "999", "x"):
        shown = client.get(reverse("research_export"), {"page": asked}).content.decode()
        assert ("Nr 0 ends" in shown) == (asked != "x")


@pytest.mark.parametrize("how", ["withdrawn", "narrower", "all_of_it"])
def test_a_course_that_is_no_longer_agreed_to_is_named_though_another_is(
    clinic: Clinic, lead: Membership, practitioner: Membership, how: str
) -> None:
    patient = person(clinic, 1)
    one, other = treated(patient, practitioner), treated(patient, practitioner, name="arm")
    if how == "narrower":
        consent = agrees(patient, "research")
    else:
        consent = agrees(patient, "research", course=one)
        agrees(patient, "research", course=other)  # signed later: it is the one that the export keeps
    made = left(clinic)
    later = treated(patient, practitioner, name="leg")
    assert no_longer(clinic) == []
    if how == "narrower":
        agrees(patient, "research", course=other, supersedes=consent)
    else:
        withdraw(consent=consent, who=lead.user, purpose="" if how == "all_of_it" else "research")
    (gone,) = no_longer(clinic)
    key = opened(made.project.pk, bytes(made.project.sealed))
    assert (gone.export, gone.patients, gone.courses) == (made, (), (key.of("course", one.pk),))
    page = sure(lead).get(reverse("research_export")).content.decode()
    assert "Ask B to remove these courses" in page
    assert key.of("course", one.pk) in page
    assert key.of("course", later.pk) not in page
    agrees(patient, "research")
    assert no_longer(clinic) == []


def test_a_blocked_record_is_named_and_another_purpose_is_not(agreed: Patient, lead: Membership) -> None:
    made = left(agreed.clinic)
    other = person(agreed.clinic, 2)
    withdraw(consent=agrees(other, "research", "teaching"), who=lead.user, purpose="teaching")
    assert no_longer(agreed.clinic) == []
    Patient.objects.filter(pk=agreed.pk).update(restricted_at=timezone.now())
    (gone,) = no_longer(agreed.clinic)
    assert gone.patients == (opened(made.project.pk, bytes(made.project.sealed)).of("patient", agreed.pk),)
    assert no_longer(Clinic.objects.create(name="Otra", slug="otra")) == []


def test_where_the_key_is_lost_the_page_says_that_somebody_cannot_be_named(agreed: Patient, lead: Membership) -> None:
    made = left(agreed.clinic)
    Project.objects.filter(pk=made.project_id).update(sealed=b"")
    withdraw(consent=agreed.consents.get(), who=lead.user, purpose="research")
    page = sure(lead).get(reverse("research_export")).content.decode()
    assert "Somebody in it agrees no longer" in page


def test_few_patients_are_not_counted_in_the_list_of_what_left(agreed: Patient, lead: Membership) -> None:
    for number in range(2, 5):
        agrees(person(agreed.clinic, number), "research")
    left(agreed.clinic)
    assert '<td class="num">fewer than 5</td>' in sure(lead).get(reverse("research_export")).content.decode()
    agrees(person(agreed.clinic, 5), "research")
    left(agreed.clinic)
    page = sure(lead).get(reverse("research_export")).content.decode()
    assert re.findall(r'<td class="num">([^<]*)</td>', page) == ["5", "fewer than 5"]


def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> int:
    """The command, on the test's own database."""
    monkeypatch.setattr("dermograph.cli.export_measures.opened_of_this_version", lambda _chosen: tmp_path)
    return cli.main(["export", "measures", "--clinic", "aurora", *more])


def test_the_command_writes_the_same_files(
    agreed: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert exported(tmp_path, monkeypatch, "--out", str(out), "--to", "Institute", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["patients"], said["fewer_than"]) == (None, 5)
    assert {path.name: path.stat().st_size for path in out.iterdir()} == said["files"]
    made = Export.objects.get()
    assert (made.recipient, made.project.name, made.written_by) == ("Institute", "research", None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_command_and_page_write_words_in_the_language_that_is_asked_for(
    language: Language, agreed: Patient, lead: Membership, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = kinds.MELANIN.caveat.say(language)
    assert exported(tmp_path, monkeypatch, "--out", str(tmp_path / "out"), "--lang", language) == 0
    with (tmp_path / "out" / "measures.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["caveat_words"] == said
    User.objects.filter(pk=lead.user.pk).update(language=language)
    sent: Any = sure(lead).post(reverse("research_export"), form())
    archive = zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content)))
    assert table(archive, "measures")[0]["caveat_words"] == said


@pytest.mark.parametrize(("number", "says"), [(4, "Fewer than 5 patients agreed"), (5, "5 patients agreed")])
def test_the_command_tells_numbers_from_five_on_only(
    agreed: Patient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
    says: str,
) -> None:
    for one in range(2, number + 1):
        agrees(person(agreed.clinic, one), "research")
    assert exported(tmp_path, monkeypatch, "--out", str(tmp_path / "out")) == 0
    assert says in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["clinic", "folder", "format", "nobody"])
def test_the_command_refuses_in_words_and_leaves_nothing(
    wrong: str, agreed: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    more = ["--out", str(out)]
    if wrong == "folder":
        (out / "there").write_text("x")
    more += {"clinic": ["--clinic", "auror"], "format": ["--format", "xls"]}.get(wrong, [])
    if wrong == "nobody":
        agreed.consents.update(purposes=[])
    assert exported(tmp_path, monkeypatch, *more) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert Export.objects.count() == 0
    assert [path.name for path in out.iterdir()] == (["there"] if wrong == "folder" else [])
