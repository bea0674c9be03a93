"""What the commands say where there is nothing to scale."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dermograph.cli import main
from dermograph.clinic.scale import worker


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


def test_a_worker_beside_sqlite_is_told_that_the_server_measures_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["worker", "--data", str(tmp_path / "clinic")]) == 2
    said = capsys.readouterr().err
    assert "the server measures by itself" in said
    assert "DATABASE_URL" in said
    assert not (tmp_path / "clinic").exists()


def test_it_is_told_in_spanish_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "--lang", "es", "--data", str(tmp_path / "clinic")]) == 2
    assert "el propio servidor mide" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["", "sqlite:////srv/clinic.sqlite3"])
def test_pages_alone_are_refused_with_sqlite(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    assert main(["serve", "--no-jobs", "--data", str(tmp_path / "clinic")]) == 2
    assert "nobody else can measure" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--stop-after", "-1"], ["--stop-after", "x"], ["--clinic"], ["--processes", "2"]])
def test_what_cannot_be_meant_is_refused(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure-again", "--data", str(tmp_path), *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_folder_that_is_no_clinic_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure-again", "--data", str(tmp_path)]) == 2
    assert "no data folder" in capsys.readouterr().err


def test_a_second_minute_waits_without_taking_the_place_of_the_look_for_lost_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("procrastinate.contrib.django.utils.connector_params", dict)
    with ThreadPoolExecutor(1) as measuring, ThreadPoolExecutor(1) as keeping:
        app = worker._app(threading.Event(), measuring, keeping)  # noqa: SLF001 (what a worker runs)
    minute, sweep = app.tasks["dermograph.minute"], app.tasks["dermograph.sweep"]
    assert (minute.lock, sweep.lock) == ("minute", None)
    assert minute.queue == sweep.queue
