"""Measuring for real, on synthetic photographs: from two files to a page, and through a runner that was killed."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from dermograph.clinic import facts
from dermograph.clinic.gallery import frames, tasks
from dermograph.clinic.gallery.child import Child, Died, Refused
from dermograph.clinic.gallery.models import Comparison, Stage
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.vault import store
from tests.clinic.conftest import signed_in
from tests.clinic.gallery.photos import (
    DAY,
    Added,
    added,
    consent,
    files_of_pair,
    measuring,
    outlined,
    picture,
    shape_of_pair,
)
from tests.clinic.prepared import prepare
from tests.clinic.rights.held import sure

__all__ = ["added", "consent", "measuring"]
LATER = DAY + dt.timedelta(days=45)
LONGEST_S = 240


def whatever(_step: str, _share: float) -> bool:
    return True


@pytest.mark.slow
def test_two_photographs_become_a_measured_change_on_a_page(
    added: Added, practitioner: Membership, course: Course, measuring: None
) -> None:
    before, after = files_of_pair()
    first, second = added(before, name="synthetic-1.jpg"), added(after, LATER, name="synthetic-2.jpg")
    while work_once():
        pass
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.usable, second.usable) == (True, True)
    assert first.findings["card"]["found"]
    assert first.findings["scale_mm_per_px"] == pytest.approx(1 / 6, rel=0.1)
    outlined(first, practitioner, shape_of_pair())
    while work_once():
        pass
    row = Comparison.objects.get()
    assert row.stage == Stage.DONE
    assert (row.result or {})["verdict"] == "improved"
    assert set(row.pictures) == {"before", "after", "heat", "report_en", "report_es"}
    assert store.get(course.patient, row.pictures["heat"]).startswith(b"\xff\xd8\xff")
    found = facts.case_of(course, facts.today(course)).areas[0].measurements
    assert [one.comparable for one in found] == [True, True]
    _pages_show_it(row, course, practitioner)


def _pages_show_it(row: Comparison, course: Course, practitioner: Membership) -> None:
    client = signed_in(practitioner)
    page = client.get(reverse("comparison", args=[row.pk])).content.decode()
    assert "improved" in page
    assert "data-viewer" in page
    assert " style=" not in page
    for kind in ("before", "after", "heat"):
        assert client.get(reverse("comparison_picture", args=[row.pk, kind]))["Content-Type"] == "image/jpeg"
    assert client.get(reverse("comparison_picture", args=[row.pk, "report_en"])).status_code == 404
    report = sure(practitioner).post(reverse("comparison_report", args=[row.pk]), {"purpose": "patient"})
    assert report["Content-Disposition"].startswith("attachment")
    assert b"Measured comparison" in report.content
    assert b"Synthetic" in report.content
    gallery = client.get(reverse("gallery", args=[course.pk])).content.decode()
    assert "improved" in gallery
    assert "card found" in gallery
    over_time = client.get(reverse("measures", args=[course.pk])).content.decode()
    assert over_time.count("<svg viewBox") >= 2
    table = client.get(reverse("measures", args=[course.pk]), {"format": "csv"}).content.decode().splitlines()
    assert table[0].startswith("measure,unit,day,value")
    assert any(line.startswith(f"contrast,delta_e00,{LATER.isoformat()},") for line in table)
    again = client.post(reverse("comparison_again", args=[row.pk]), follow=True).content.decode()
    assert "give the same figures" in again
    assert Comparison.objects.count() == 1


def test_a_file_that_cannot_be_read_is_refused_by_the_process_and_not_retried(measuring: None) -> None:
    with pytest.raises(Refused) as refused:
        tasks.child.ask({"what": "judge", "name": "a.jpg"}, [b"nonsense"], whatever, LONGEST_S)
    assert set(refused.value.words) == {"en", "es"}


def test_a_process_that_is_killed_is_told_and_replaced() -> None:
    child = Child()
    try:
        child.start()
        first = child.pid

        def kill(_step: str, _share: float) -> bool:
            with contextlib.suppress(ProcessLookupError):
                os.kill(first or 0, signal.SIGKILL)
            return True

        with pytest.raises(Died):
            child.ask({"what": "judge", "name": "a.jpg"}, [picture(1)], kill, LONGEST_S)
        answer, _ = child.ask({"what": "judge", "name": "a.jpg"}, [picture(1)], whatever, LONGEST_S)
        assert "quality" in answer["findings"]
        assert child.pid != first
    finally:
        child.stop()


def test_an_answer_never_reaches_another_task_than_its_own() -> None:
    child = Child()
    try:
        child.start()

        def away(_step: str, _share: float) -> bool:
            raise ConnectionError("the database is away")

        with pytest.raises(ConnectionError):
            child.ask({"what": "judge", "name": "one.jpg"}, [picture(1)], away, LONGEST_S)
        answer, _ = child.ask({"what": "judge", "name": "two.jpg"}, [picture(2)], whatever, LONGEST_S)
        assert answer["findings"]["file"] == "two.jpg"
        with pytest.raises(Refused):
            child.ask({"what": "judge", "name": "bad.jpg"}, [b"nonsense"], whatever, LONGEST_S)
        answer, _ = child.ask({"what": "judge", "name": "three.jpg"}, [picture(3)], whatever, LONGEST_S)
        assert answer["findings"]["file"] == "three.jpg"
    finally:
        child.stop()


def test_a_task_that_nobody_wants_any_more_ends_the_process() -> None:
    child = Child()
    try:
        with pytest.raises(Died, match="given up"):
            child.ask({"what": "judge", "name": "a.jpg"}, [picture(1)], lambda _step, _share: False, LONGEST_S)
        assert child.pid is None
    finally:
        child.stop()


@pytest.mark.parametrize("broken", [b"\0" * 5, b"\0" * 12, b"\xff" * 40, b"\0" * 7 + b"\x02\0\0\0\0[]", b"garbage" * 9])
def test_a_frame_that_is_none_is_refused(broken: bytes) -> None:
    with pytest.raises(frames.BadFrame):
        frames.receive(io.BytesIO(broken))


def test_frames_carry_files_of_any_bytes() -> None:
    stream = io.BytesIO()
    files = [b"", bytes(range(256)) * 500]
    frames.send(stream, {"a": "ñ"}, files)
    frames.send(stream, {"b": 1})
    stream.seek(0)
    assert frames.receive(stream) == ({"a": "ñ"}, files)
    assert frames.receive(stream) == ({"b": 1}, [])
    assert frames.receive(stream) is None


SET_UP = """
import datetime as dt, json, sys, uuid
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from dermograph.clinic.gallery import rules
rules.may_keep_photographs = lambda course: True
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.services import add_photograph, draw_outline
from dermograph.clinic.people.models import Area, Clinic, Course, Patient, User
folder = sys.argv[1]
clinic = Clinic.objects.create(name="Aurora", slug="aurora")
user = User.objects.create_user("nuria@aurora.example", name="Nuria Vidal")
patient = Patient.objects.create(clinic=clinic, number=1, given_names="A", family_names="B", synthetic=True)
area = Area.objects.create(patient=patient, name="abdomen", view="front")
course = Course.objects.create(clinic=clinic, patient=patient, area=area, treatment="paramedical")
rows = [
    add_photograph(course=course, data=open(f"{folder}/{n}.jpg", "rb").read(), name=f"synthetic-{n}.jpg", who=user,
                   entry=uuid.uuid4(), taken_on=dt.date(2026, 3, 2 + 20 * n))
    for n in (0, 1)
]
side = {"card": {"found": False}, "colour": {"calibrated": False}, "quality": []}
Photograph.objects.update(stage="done", usable=True, findings=side)
draw_outline(photograph=rows[0], shape=json.load(open(f"{folder}/shape.json")), who=user, entry=uuid.uuid4())
"""
RUN = """
import signal, threading
import django
django.setup()
from dermograph.clinic.gallery import leases
leases.LEASE_S = 6.0
from dermograph.clinic.gallery.runner import run
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
run(stop)
"""


@pytest.fixture
def installation(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """An installation of its own with one comparison to be measured, and the environment to work in it."""
    for number, data in enumerate(files_of_pair()):
        (tmp_path / f"{number}.jpg").write_bytes(data)
    (tmp_path / "shape.json").write_text(json.dumps(shape_of_pair()), encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DERMOGRAPH_", "DATABASE_URL"))}
    env = {**kept, "DERMOGRAPH_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings"}
    (tmp_path / "data").mkdir(mode=0o700)
    prepare(tmp_path / "data")
    subprocess.run([sys.executable, "-c", SET_UP, str(tmp_path)], env=env, check=True, timeout=LONGEST_S)
    return tmp_path / "data" / "clinic.sqlite3", env


def state_of(database: Path) -> dict[str, Any]:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        [row] = connection.execute("select * from gallery_comparison").fetchall()
        return dict(row)


def wait_until(database: Path, holds: Any) -> dict[str, Any]:  # noqa: ANN401 (a function)
    until = time.monotonic() + LONGEST_S
    while not holds(state := state_of(database)):
        assert time.monotonic() < until, state
        time.sleep(0.05)
    return state


@pytest.mark.slow
def test_a_runner_that_is_killed_while_it_measures_is_done_after_a_restart_once(
    installation: tuple[Path, dict[str, str]],
) -> None:
    database, env = installation
    first = subprocess.Popen([sys.executable, "-c", RUN], env=env)
    try:
        wait_until(database, lambda row: row["stage"] == "running" and row["step"] in ("features", "flow", "measure"))
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    left = state_of(database)
    assert (left["stage"], left["attempt"], left["result"]) == ("running", 1, None)
    second = subprocess.Popen([sys.executable, "-c", RUN], env=env)
    try:
        done = wait_until(database, lambda row: row["stage"] == "done" and row["leased_until"] is None)
        time.sleep(1)
        after = state_of(database)
    finally:
        second.send_signal(signal.SIGTERM)
        assert second.wait(LONGEST_S) == 0
    assert done["attempt"] == 2
    assert json.loads(done["result"])["verdict"] == "improved"
    assert set(json.loads(done["pictures"])) == {"before", "after", "heat", "report_en", "report_es"}
    assert (after["done_at"], after["result"]) == (done["done_at"], done["result"])
    pictures = list((database.parent / "files").rglob("*.heat"))
    assert len(pictures) == 1
    assert list((database.parent / "files").rglob("*.part")) == []
