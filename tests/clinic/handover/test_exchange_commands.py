"""The commands that hand out and take over, as a person runs them, on a clinic in a folder of its own."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.clinic.upkeep.small_clinic import command, make

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the folder of this clinic is SQLite's"),
]
ELSEWHERE = "https://hospital.example/fhir"
ROSA = {"resourceType": "Patient", "id": "r-1", "name": [{"family": "Inventada", "given": ["Rosa"]}]}
TOLD = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"fullUrl": f"{ELSEWHERE}/Patient/r-1", "resource": ROSA | {"birthDate": "1990-02"}}],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic of its own, into which this module writes."""
    made = tmp_path_factory.mktemp("exchange") / "data"
    make(made)
    return made


def test_a_record_leaves_as_a_bundle_that_only_its_owner_can_read(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    words = ("--clinic", "aurora", "--patient", "1", "--purpose", "clinic", "--out", file)
    done = command(folder, "export", "fhir", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    bundle = json.loads(file.read_text())
    assert bundle["resourceType"] == "Bundle"
    assert {"Patient", "Media"} <= {one["resource"]["resourceType"] for one in bundle["entry"]}
    assert file.stat().st_mode & 0o077 == 0


def test_what_is_taken_over_comes_out_again_and_twice_is_once(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "told.json"
    file.write_text(json.dumps(TOLD))
    words = ("--clinic", "aurora", "--as", "lead@aurora.example", "--source", ELSEWHERE, "--json")
    tried = command(folder, "import", "fhir", file, *words, "--dry-run")
    first, again = (command(folder, "import", "fhir", file, *words) for _ in range(2))
    for done, what in ((tried, "created"), (first, "created"), (again, "unchanged")):
        assert done.returncode == 0, done.stdout + done.stderr
        assert f'"{what}"' in done.stdout
    out = tmp_path / "rosa.json"
    done = command(
        folder, "export", "fhir", "--clinic", "aurora", "--patient", "4", "--purpose", "clinic", "--out", out
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [rosa] = [one["resource"] for one in json.loads(out.read_text())["entry"] if "birthDate" in one["resource"]]
    assert rosa["birthDate"] == "1990-02"


def test_a_record_becomes_a_paper(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "record.pdf"
    done = command(
        folder, "export", "pdf", "record", "--clinic", "aurora", "--patient", "2", "--no-pictures", "--out", file
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert file.read_bytes().startswith(b"%PDF-")


def test_where_nobody_agreed_no_measures_leave_for_research(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "measures"
    done = command(folder, "export", "measures", "--clinic", "aurora", "--synthetic", "--out", out)
    assert (done.returncode, done.stderr) == (2, "No patient agrees to research now, so nothing was exported.\n")
    assert not out.exists() or not list(out.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "fhir", "--clinic", "nowhere", "--patient", "1", "--purpose", "clinic"), "nowhere"),
        (("export", "fhir", "--clinic", "aurora", "--patient", "99", "--purpose", "clinic"), "--patient"),
        (
            (
                "import",
                "fhir",
                "no-such.json",
                "--clinic",
                "aurora",
                "--as",
                "lead@aurora.example",
                "--source",
                ELSEWHERE,
            ),
            "no-such",
        ),
        (("export", "pdf", "record", "--clinic", "aurora", "--patient", "99", "--out", "x.pdf"), "--patient"),
    ],
    ids=["clinic", "patient", "file", "paper"],
)
def test_what_is_not_there_is_told_in_one_line(folder: Path, words: tuple[str, ...], said: str) -> None:
    done = command(folder, *words)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert said in done.stderr


def test_a_database_of_an_older_version_is_told_and_left_alone(folder: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(folder / "clinic.sqlite3")) as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'handover'")
        database.commit()
    done = command(folder, "export", "fhir", "--clinic", "aurora", "--patient", "1", "--purpose", "clinic")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "another version" in done.stderr
    assert not list(tmp_path.iterdir())
