"""The page on which measures are exported, and the same on the command line."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from dermograph import cli
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.clinic.research.models import Export
from tests.clinic.research.studied import agrees, followed_up, person, treated
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


def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> int:
    """The command, on the test's own database."""
    monkeypatch.setattr("dermograph.cli.export_measures.opened", lambda _chosen: tmp_path)
    return cli.main(["export", "measures", "--clinic", "aurora", *more])


def test_the_command_writes_the_same_files(
    agreed: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert exported(tmp_path, monkeypatch, "--out", str(out), "--to", "Institute", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["patients"] == 1
    assert {path.name: path.stat().st_size for path in out.iterdir()} == said["files"]
    made = Export.objects.get()
    assert (made.recipient, made.project.name, made.written_by) == ("Institute", "research", None)


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
