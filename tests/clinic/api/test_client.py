"""The client against the running site: a whole journey, errors in the clinic's words, and retries that are safe."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import os
import runpy
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from dermograph.client import (
    Client,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from dermograph.client.asking import COVERED
from dermograph.client.shapes import (
    AnswerNew,
    AppointmentMove,
    AppointmentNew,
    AppointmentState,
    AreaNew,
    ComparisonNew,
    CourseAgain,
    CourseEnd,
    CourseNew,
    HappeningNew,
    OutlineNew,
    OutlineShape,
    PatientNew,
    SessionNew,
    SymptomNew,
    Zone,
)
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Course, Membership, Patient
from tests.clinic.agenda.opened import at, monday, open_up
from tests.clinic.api.asking import fresh_count, operations, token_of
from tests.clinic.gallery.photos import judged, picture
from tests.clinic.treatment.held import compared, consented, held, kit, moment, photographed, ready, reviewed

__all__ = ["fresh_count"]
EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "open_courses.py"


@pytest.fixture
def program(lead: Membership, transactional_db: None, live_server: LiveServer) -> Client:
    return Client(live_server.url, token_of(lead)[1], tries=1)


def test_a_patient_is_registered_found_and_corrected(program: Client) -> None:
    eva = program.register_new_patient(PatientNew(given_names="Eva", birth_date=dt.date(1990, 5, 1)))
    assert (eva.number, eva.birth_date, eva.version) == (1, dt.date(1990, 5, 1), 1)
    assert [one.id for one in program.search_patients("ev")] == [eva.id]
    changed = program.correct_patient(eva.id, version=1, family_names="Luna", birth_date=None)
    assert (changed.family_names, changed.birth_date, changed.version) == ("Luna", None, 2)
    with pytest.raises(ConflictError, match="changed meanwhile"):
        program.correct_patient(eva.id, version=1, phone="1")


def test_lists_page_by_themselves(program: Client) -> None:
    made = [program.register_new_patient(PatientNew(given_names=f"Eva {letter}")).id for letter in "abcde"]
    assert [one.id for one in program.list_patients(limit=2)] == made


def test_errors_are_typed_and_speak(program: Client, live_server: LiveServer, lead: Membership) -> None:
    with pytest.raises(NotFoundError):
        program.get_patient(uuid.uuid4())
    with pytest.raises(RefusedError) as refused:
        program.register_new_patient(PatientNew(given_names="1"))
    assert (refused.value.status, refused.value.what) == (422, "A patient needs a name.")
    spanish = Client(live_server.url, token_of(lead)[1], language="es")
    with pytest.raises(RefusedError, match="Un paciente necesita un nombre"):
        spanish.register_new_patient(PatientNew(given_names="1"))
    with pytest.raises(NotAllowedError, match="not for patients:write"):
        Client(live_server.url, token_of(lead, ("patients:read",))[1]).register_new_patient(PatientNew(given_names="A"))
    with pytest.raises(NotAllowedError, match="token"):
        Client(live_server.url, "dmg_wrong").get_me()


def test_every_operation_is_called_as_a_program_would(
    program: Client, course: Course, lead: Membership, practitioner: Membership, patient: Patient
) -> None:
    called: set[str] = set()
    for name, method in COVERED.items():
        _count(program, name, method, called)
    rooms = open_up(course.clinic)
    _reads(program)
    other = _makes_a_course(program)
    ready(course, lead)
    consented(course, ("treatment", "record"))
    _books(program, course, practitioner, rooms[0].pk)
    _treats(program, course, practitioner)
    _photographs(program, course, lead)
    compared(course, photographed(course, -60), -3, 8.0, 5.0)
    assert {one.name for one in program.list_measures(course.pk)} <= {"contrast"}
    assert [one.treatment for one in program.list_outcomes()] == ["paramedical"]
    assert [one.course for one in program.list_course_outcomes()] == [course.pk]
    program.close_course_with_outcome(other, CourseEnd(outcome="abandoned", reason="moved away"))
    assert program.reopen_closed_course(other, CourseAgain(reason="came back")).closed_at is None
    assert {name for name, *_ in operations()} - called == set()


def _count(program: Client, name: str, method: str, called: set[str]) -> None:
    """Note that a method was called."""
    real = getattr(program, method)

    def noted(*args: Any, **given: Any) -> Any:  # noqa: ANN401 (whatever it takes)
        called.add(name)
        return real(*args, **given)

    object.__setattr__(program, method, noted)


def _reads(program: Client) -> None:
    me = program.get_me()
    assert (me.role, me.clinic.time_zone) == ("medical_lead", "Europe/Madrid")
    treatments = [one.id for one in program.list_treatments()]
    whole = program.get_treatment(treatments[0])
    sources = {one.key for one in program.list_sources()}
    assert all(one.cite for one in whole.statements)
    assert {cite.source for one in whole.statements for cite in one.cite} <= sources
    assert {"patient", "area"} == {one.scope for one in program.list_facts()}
    assert list(program.list_reviews(next(iter(program.list_courses(state="open"))).id)) == []


def _makes_a_course(program: Client) -> uuid.UUID:
    eva = program.register_new_patient(PatientNew(given_names="Eva"))
    eva = program.correct_patient(eva.id, version=eva.version, family_names="Luna")
    assert [one.id for one in program.search_patients("luna")] == [eva.id]
    assert eva in list(program.list_patients())
    area = program.add_area_of_patient(eva.id, AreaNew(name="arm", view="front", x=0.25, y=0.5))
    assert [one.id for one in program.list_areas(eva.id)] == [area.id]
    assert (program.get_area(area.id), program.get_patient(eva.id).number) == (area, 2)
    course = program.open_course_on_area(area.id, CourseNew(treatment="microneedling"))
    now = program.get_assessment_now(course.id)
    assert (now.verdict, now.in_force, now.answers) == ("incomplete", None, [])
    question = now.ask[0]
    told = program.answer_question(course.id, AnswerNew(fact=question.fact, missing="not_known"))
    assert [one.missing for one in told.answers] == ["not_known"]
    assert question.fact in {one.fact for one in told.ask}, "what is not known is still asked for"
    with pytest.raises(ConflictError):
        program.get_proposal(course.id)
    assert "pain" in {one.id for one in program.list_signs()}
    kinds = [one.id for one in program.list_events()]
    sun = HappeningNew(what=kinds[0], first=dt.date(2026, 1, 2), last=dt.date(2026, 1, 3))
    assert program.write_happening(course.id, sun).last == dt.date(2026, 1, 3)
    assert len(list(program.list_happenings(course.id))) == 1
    assert program.get_course(course.id).treatment == "microneedling"
    return course.id


def _books(program: Client, course: Course, who: Membership, room: uuid.UUID) -> None:
    day, clinic = monday(), course.clinic
    days = program.get_days(course.pk, day, day + dt.timedelta(days=30))
    assert {one.kind for one in days.runs} <= {"open", "pending", "closed"}
    slots = program.get_slots(course.pk, day, purpose="review", practitioner=who.pk)
    first = slots.slots[0]
    assert (slots.length.basis, first.practitioner) == ("assumption", who.pk)
    assert {one.name for one in program.list_rooms()} == {"Room 1", "Room 2"}
    assert who.pk in {one.id for one in program.list_practitioners()}
    wish = AppointmentNew(purpose="review", practitioner=who.pk, room=room, starts_at=at(clinic, day, 10))
    made = program.book_appointment(course.pk, wish)
    with pytest.raises(ConflictError) as taken:
        program.book_appointment(course.pk, wish)
    assert (taken.value.kind, bool(taken.value.problem["free"])) == ("taken", True)
    move = AppointmentMove(practitioner=who.pk, room=room, starts_at=at(clinic, day, 12), sequence=made.sequence)
    moved = program.move_appointment(made.id, move)
    with pytest.raises(ConflictError):
        program.set_appointment_state(made.id, AppointmentState(state="cancelled", reason="ill", sequence=0))
    gone = AppointmentState(state="cancelled", reason="ill", sequence=moved.sequence)
    assert program.set_appointment_state(made.id, gone).state == "cancelled"
    assert program.get_appointment(made.id).reason == "ill"
    assert [one.id for one in program.list_appointments(course=course.pk, first=day, last=day)] == [made.id]


def _treats(program: Client, course: Course, who: Membership) -> None:
    lots = kit(course.clinic)
    assert {one.id for one in program.list_lots(kind="needle")} == {lots[0].pk}
    assert program.get_lot(lots[0].pk).state in ("good", "soon")
    began = moment(course.clinic, -1, 10)
    session = SessionNew(
        performed_by=who.pk,
        started_at=began,
        ended_at=began + dt.timedelta(minutes=75),
        device="Dermograph D3",
        zones=[Zone(name="left", needle_setting_mm=1.2, needles=5)],
        lots=[one.pk for one in lots],
        anaesthesia="cream",
    )
    made = program.record_held_session(course.pk, session)
    assert (made.zones[0].needle_setting_mm, made.zones[0].cm2) == (1.2, None)
    assert program.get_session(made.id) == next(iter(program.list_sessions(course.pk)))
    on = timezone.now().astimezone(course.clinic.zone).date()
    sign = program.report_sign(course.pk, SymptomNew(sign="pain", reported_on=on))
    assert [one.id for one in program.list_symptoms(course.pk)] == [sign.id]
    proposal = program.get_proposal(course.pk)
    assert (proposal.decision != "", bool(proposal.reasons)) == (True, True)
    signed = next(iter(program.list_signed_assessments(course.pk)))
    assert program.get_signed_assessment(signed.id).verdict == signed.verdict
    consents = list(program.list_consents(course.pk))
    assert program.get_consent(consents[0].id).signed_name == "x"
    review = reviewed(course, who, 0)
    assert program.get_review(review.pk).decision == "repeat"
    assert [one.id for one in program.list_reviews(course.pk)] == [review.pk]


def _photographs(program: Client, course: Course, lead: Membership) -> None:
    day = dt.date(2026, 3, 2)
    before = program.upload_photograph(course.pk, picture(), name="a.jpg", taken_on=day)
    after = program.upload_photograph(course.pk, picture(1), name="b.jpg", taken_on=day + dt.timedelta(days=9))
    assert program.upload_photograph(course.pk, picture(), name="a.jpg", taken_on=day).id == before.id
    assert (before.usable, before.scale.value, before.scale.unit) == (None, None, "mm/px")
    for one in (before, after):
        judged(Photograph.objects.get(pk=one.id))
    assert program.get_original(before.id) == picture()
    assert program.get_preview(before.id)[:3] == b"\xff\xd8\xff"
    assert program.get_photograph(before.id).usable is True
    assert len(list(program.list_photographs(course.pk, limit=1))) == 2
    shape = OutlineShape(lesion=[[40.0, 40.0], [120.0, 40.0], [120.0, 120.0], [40.0, 120.0]])
    outline = program.draw_outline_on(before.id, OutlineNew(shape=shape))
    assert [one.id for one in program.list_outlines(before.id)] == [outline.id]
    asked = program.ask_comparison(course.pk, ComparisonNew(before=before.id, after=after.id, outline=outline.id))
    assert (asked.work.stage, asked.verdict) == ("waiting", "")
    assert program.measured(asked.id, within=0).result is None
    assert program.get_comparison(asked.id).before == before.id
    assert [one.id for one in program.list_comparisons(course.pk)] == [asked.id]


class Shaky(http.server.BaseHTTPRequestHandler):
    """A site that answers 503, breaks off, and then works; it remembers the keys that it was sent."""

    keys: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.keys.append(self.headers["Idempotency-Key"])
        if len(self.keys) == 1:
            self.send_response(503)
            self.send_header("Retry-After", "0")
            self.end_headers()
        elif len(self.keys) == 2:
            self.close_connection = True
        else:
            body = json.dumps({"id": str(uuid.uuid4()), "patient": str(uuid.uuid4()), "name": "arm"}).encode()
            full = {**json.loads(body), "view": "front", "side": "", "x": None, "y": None, "newer": 1}
            self._answer(201, json.dumps(full).encode())

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@pytest.fixture
def shaky() -> Iterator[str]:
    Shaky.keys.clear()
    server = http.server.HTTPServer(("127.0.0.1", 0), Shaky)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_write_is_sent_again_under_the_same_key(shaky: str) -> None:
    made = Client(shaky, "dmg_x").add_area_of_patient(uuid.uuid4(), AreaNew(name="arm", view="front"))
    assert made.name == "arm"
    assert len(Shaky.keys) == 3
    assert len(set(Shaky.keys)) == 1


def test_no_redirect_takes_the_token_along(shaky: str) -> None:
    with pytest.raises(RefusedError) as refused:
        Client(shaky, "dmg_x").get_me()
    assert refused.value.status == 302


def test_who_cannot_be_reached_is_told_as_such() -> None:
    with pytest.raises(UnavailableError):
        Client("http://127.0.0.1:9", "dmg_x", tries=1).get_me()


@pytest.mark.parametrize("url", ["http://clinic.example", "ftp://clinic.example", "clinic.example", "file:///etc"])
def test_a_token_travels_by_https_only(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Client(url, "dmg_x")


def test_the_example_runs(
    program: Client, lead: Membership, course: Course, live_server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    held(course, -40, lead)
    os.environ["DERMOGRAPH_URL"], os.environ["DERMOGRAPH_TOKEN"] = live_server.url, token_of(lead)[1]
    try:
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(EXAMPLE), run_name="__main__")
    finally:
        del os.environ["DERMOGRAPH_URL"], os.environ["DERMOGRAPH_TOKEN"]
    assert ended.value.code == 0
    assert "abdomen" in capsys.readouterr().out


@pytest.mark.parametrize("given", [(), ("DERMOGRAPH_URL",), ("DERMOGRAPH_TOKEN",)], ids=["neither", "url", "token"])
def test_the_example_without_its_variables_says_so_in_one_sentence(
    given: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DERMOGRAPH_URL", "DERMOGRAPH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in given:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(EXAMPLE), run_name="__main__")
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.count("\n") == 1
    assert "DERMOGRAPH_URL" in said
    assert "DERMOGRAPH_TOKEN" in said
