"""The record and the aftercare sheet as PDF: what they say, to whom they go, and what is never fetched for them."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dermograph import cli
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.intake.models import Answer, Consent
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.printed import handing
from dermograph.clinic.printed import paper as paper_
from dermograph.clinic.printed.handing import For, hand_out_aftercare, hand_out_record
from dermograph.clinic.printed.models import PrintedRecord
from dermograph.clinic.printed.paper import NotInstalled, paper
from dermograph.clinic.printed.record import contents_of
from dermograph.clinic.rights.erasing import erase
from dermograph.clinic.rights.everything import archive
from dermograph.clinic.rights.leaving import NotAllowed
from dermograph.clinic.rights.models import Disclosure
from dermograph.clinic.vault import store
from dermograph.core.text import Language
from tests.clinic.conftest import signed_in
from tests.clinic.gallery.photos import picture
from tests.clinic.overview import rows
from tests.clinic.portal.people import signed_in_patient
from tests.clinic.printed.papers import fonts, is_sound, opened, pages, told
from tests.clinic.research.studied import FIRST, agrees, person, treated
from tests.clinic.rights.held import sure

OWN = For("patient", "", "en", pictures=True)


def measured(course: Course) -> Comparison:
    """A comparison with everything that a page shows of it, and pictures in the vault."""
    made = rows.compared(course, FIRST + dt.timedelta(days=60), -2.5)
    side = {"card": {"found": False}, "colour": {"calibrated": True}, "quality": []}
    result: Any = made.result
    result = {**result, "before": side, "after": side, "registration": {}, "reason": None}
    caveat = {"en": "Same light.", "es": "Misma luz."}
    says = {"en": "Bands only.", "es": "Solo bandas."}
    result["measures"][0] |= {"label": {"en": "Contrast", "es": "Contraste"}, "unit": "delta_e00", "caveat": caveat}
    result["measures"].append(
        {
            "name": "length",
            "label": {"en": "Length", "es": "Longitud"},
            "unit": "mm",
            "caveat": {"en": "", "es": ""},
            "before": None,
            "after": None,
            "change": {"value": None, "verdict": "not_comparable"},
            "reason": {"code": "x", "says": says, "todo": says},
        }
    )
    kept = {
        side: store.put(course.patient, picture(seed, size=(300, 200)), side)
        for seed, side in enumerate(("before", "after"))
    }
    Comparison.objects.filter(pk=made.pk).update(result=result, pictures=kept, method="4")
    return made


@pytest.fixture
def full(clinic: Clinic, practitioner: Membership) -> Patient:
    """Somebody with a long name, a course, answers, a session, a sign, a comparison and a review."""
    long = {"given_names": "María de los Ángeles Concepción", "family_names": "Łukaszewiczová-" + "x" * 60}
    patient = person(clinic, 1, **long)
    course = treated(patient, practitioner)
    for fact, value, missing in (("diabetes", True, ""), ("pregnant", None, "refused")):
        Answer.objects.create(
            clinic=clinic, patient=patient, fact=fact, value=value, missing=missing, answered_on=FIRST
        )
    rows.photographed(course, FIRST)
    rows.held(course, FIRST + dt.timedelta(days=7))
    rows.reported(course, "pain", FIRST + dt.timedelta(days=9), words="like <b>fire</b>")
    measured(course)
    rows.reviewed(course, FIRST + dt.timedelta(days=61), "another_session", FIRST + dt.timedelta(days=70))
    agrees(patient, "treatment")
    return patient


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_full_record_says_everything_with_its_source_on_numbered_pages(
    full: Patient, practitioner: Membership, language: Language, tmp_path: Path
) -> None:
    made = hand_out_record(full, For("patient", "", language, pictures=True), who=practitioner.user)
    found = pages(made, tmp_path)
    whole = " ".join(found)
    es = language == "es"
    for number, page in enumerate(found, start=1):
        assert f"página {number} de {len(found)}" in page if es else f"page {number} of {len(found)}" in page
        assert "Łukaszewiczová" in page
        assert str(full.number) in page
    for words in (
        "María de los Ángeles",
        "like <b>fire</b>",
        "-2,50 ± 0,40" if es else "-2.50 ± 0.40",
        "under the navel",
    ):
        assert words in whole
    for words in ("Solo bandas", "Misma luz", "sin decir") if es else ("Bands only", "Same light", "not told"):
        assert words in whole
    assert whole.count("x" * 20) >= 2
    info = told(made, tmp_path)
    assert info["Tagged"] == "yes"
    assert info["Title"].startswith("Historia clínica" if es else "Clinical record")
    inside = opened(made)
    assert re.search(rb"/Lang \(" + language.encode() + rb"\)", inside)
    assert b"pdfuaid" in inside
    assert b"/DisplayDocTitle true" in inside
    assert len(re.findall(rb"/Alt ", inside)) == 2
    assert all(line.split()[-5] == "yes" for line in fonts(made, tmp_path))
    assert is_sound(made, tmp_path)


def test_an_empty_record_says_what_is_not_there(clinic: Clinic, tmp_path: Path) -> None:
    patient = person(clinic, 1, birth_date=None, phone="", email="")
    whole = " ".join(pages(hand_out_record(patient, OWN, who=None), tmp_path))
    assert whole.count("not known") >= 4
    for words in ("No question was answered yet", "None is signed", "None was opened"):
        assert words in whole


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_aftercare_sheet_has_each_advice_with_its_source(full: Patient, language: Language, tmp_path: Path) -> None:
    made = hand_out_aftercare(full, language, who=None)
    whole = " ".join(pages(made, tmp_path))
    assert ("Hoja de cuidados" if language == "es" else "Aftercare sheet") in whole
    assert whole.count("Fuente:" if language == "es" else "Source:") >= 5
    assert is_sound(made, tmp_path)
    assert AuditEntry.objects.get(action="aftercare.printed").patient == full.pk


def test_a_patient_without_a_session_has_no_aftercare(course: Course, practitioner: Membership) -> None:
    answer = signed_in(practitioner).get(reverse("aftercare_pdf", args=[course.patient_id]))
    assert answer.status_code == 400
    assert "No session was held yet" in answer.content.decode()


def test_the_same_few_queries_for_one_course_and_for_three(full: Patient, practitioner: Membership) -> None:
    with CaptureQueriesContext(connection) as one:
        contents_of(full, "en", pictures=True)
    for name in ("arm", "leg"):
        other = treated(full, practitioner, name=name)
        rows.held(other, FIRST)
        measured(other)
    with CaptureQueriesContext(connection) as three:
        contents_of(full, "en", pictures=True)
    assert len(one) == len(three) <= 10


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "data:image/png;base64,AAAA",
        "held:../views.py",
        "held:x.exe",
        "ftp://x/y",
    ],
    ids=lambda address: address.split(":")[0] + str(len(address)),
)
def test_a_paper_fetches_nothing_but_what_is_handed_over(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_, "render_to_string", lambda *_: f'<html lang="en"><img src="{address}" alt="x"></html>')
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError, match="fetches nothing"):
        paper("x", {}, "en", {})


def test_words_of_people_are_words_on_a_paper_and_nothing_else(clinic: Clinic, tmp_path: Path) -> None:
    patient = person(clinic, 1, given_names='<img src="http://evil.example/x.png">', family_names="}</style>{% x %}")
    found = pages(hand_out_record(patient, OWN, who=None), tmp_path)
    assert "http://evil.example/x.png" in found[0]


def test_without_weasyprint_it_is_said_in_words(
    full: Patient, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(NotInstalled, match="libpango"):
        hand_out_record(full, OWN, who=None)
    assert not AuditEntry.objects.filter(action="record.printed").exists()


def asked(full: Patient, who: Membership, **change: str) -> Any:  # noqa: ANN401 (the test client's answer)
    form = {"purpose": "patient", "recipient": "", "in": "en", "pictures": "on", **change}
    return sure(who).post(reverse("record_pdf", args=[full.pk]), form)


def test_the_patients_copy_is_written_down_with_each_photograph(full: Patient, practitioner: Membership) -> None:
    answer = asked(full, practitioner)
    whole = b"".join(answer.streaming_content)
    assert whole.startswith(b"%PDF-")
    assert int(answer["Content-Length"]) == len(whole)
    assert "Łukasz" not in answer["Content-Disposition"]
    assert f"record-{full.number}-" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store, private"
    assert Disclosure.objects.filter(patient=full, purpose="patient", form="pdf").count() == 2
    details = AuditEntry.objects.get(action="record.printed").details
    assert details == {"purpose": "patient", "language": "en", "photographs": 2}


def test_without_pictures_no_photograph_leaves(full: Patient, practitioner: Membership) -> None:
    whole = b"".join(asked(full, practitioner, pictures="").streaming_content)
    assert b"/Alt " not in opened(whole)
    assert Disclosure.objects.count() == 0


def test_the_patients_copy_goes_to_nobody_else(full: Patient, practitioner: Membership) -> None:
    answer = asked(full, practitioner, recipient="Another clinic")
    assert answer.status_code == 422
    assert "An own copy goes to nobody else" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="record.printed").exists()


def test_for_somebody_else_photographs_need_the_consent_that_stands(
    full: Patient, practitioner: Membership, lead: Membership
) -> None:
    answer = asked(full, practitioner, purpose="record", recipient="Another clinic")
    assert answer.status_code == 422
    assert Disclosure.objects.count() == 0
    consent = agrees(full, "record")
    assert asked(full, practitioner, purpose="record", recipient="Another clinic").status_code == 200
    assert set(Disclosure.objects.values_list("recipient", flat=True)) == {"Another clinic"}
    withdraw(consent=consent, who=lead.user, purpose="record")
    with pytest.raises(NotAllowed):
        hand_out_record(full, For("record", "Another clinic", "en", pictures=True), who=practitioner.user)


def test_for_somebody_else_the_record_needs_the_consent_also_without_photographs(
    full: Patient, practitioner: Membership, lead: Membership
) -> None:
    wish = {"purpose": "record", "recipient": "Another clinic", "pictures": ""}
    answer = asked(full, practitioner, **wish)
    assert answer.status_code == 422
    assert "handing the whole record to somebody else" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="record.printed").exists()
    assert PrintedRecord.objects.count() == 0
    consent = agrees(full, "record")
    assert asked(full, practitioner, **wish).status_code == 200
    withdraw(consent=consent, who=lead.user, purpose="record")
    assert asked(full, practitioner, **wish).status_code == 422
    assert PrintedRecord.objects.count() == 1


def test_a_consent_for_one_course_does_not_hand_out_the_others(full: Patient, practitioner: Membership) -> None:
    wish = For("record", "Another clinic", "en", pictures=False)
    agrees(full, "record", course=full.courses.get())
    assert hand_out_record(full, wish, who=None).startswith(b"%PDF-")
    treated(full, practitioner, name="arm")
    with pytest.raises(NotAllowed):
        hand_out_record(full, wish, who=None)
    agrees(full, "record")
    assert hand_out_record(full, wish, who=None).startswith(b"%PDF-")


def test_a_record_without_a_course_needs_a_consent_for_all_of_it(clinic: Clinic) -> None:
    patient = person(clinic, 1)
    wish = For("record", "Another clinic", "en", pictures=False)
    with pytest.raises(NotAllowed):
        hand_out_record(patient, wish, who=None)
    agrees(patient, "record")
    assert hand_out_record(patient, wish, who=None).startswith(b"%PDF-")


def test_a_consent_taken_back_while_the_paper_is_made_stops_it(
    full: Patient, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = agrees(full, "record")

    def meanwhile(*_: object, **__: object) -> bytes:
        withdraw(consent=consent, who=lead.user, purpose="record")
        return b"%PDF-"

    monkeypatch.setattr(handing, "photographs_in", lambda _parts: [])
    monkeypatch.setattr(handing, "record_paper", meanwhile)
    with pytest.raises(NotAllowed):
        hand_out_record(full, For("record", "Another clinic", "en", pictures=False), who=None)
    assert PrintedRecord.objects.count() == 0


def test_one_that_is_erased_while_the_paper_is_made_is_refused_in_words(
    clinic: Clinic, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = person(clinic, 1)

    def meanwhile(*_: object, **__: object) -> bytes:
        erase(patient=patient.pk, clinic=clinic, who=lead.user, ground="mistake")
        return b"%PDF-"

    monkeypatch.setattr(handing, "record_paper", meanwhile)
    answer = asked(patient, lead)
    assert answer.status_code == 422
    assert "This record was erased." in answer.content.decode()
    assert not AuditEntry.objects.filter(action="record.printed").exists()


def test_to_whom_it_went_stands_in_everything_held_and_goes_with_the_patient(
    clinic: Clinic, lead: Membership, practitioner: Membership
) -> None:
    patient = person(clinic, 1)
    consent = agrees(patient, "record")
    asked(patient, practitioner, purpose="record", recipient="Dr Quintanilla's sister")
    row = PrintedRecord.objects.get()
    assert (row.clinic, row.patient, row.written_by) == (clinic, patient, practitioner.user)
    assert (row.purpose, row.recipient, row.language, row.photographs) == ("record", "Dr Quintanilla's sister", "en", 0)
    assert "sister" not in json.dumps(AuditEntry.objects.get(action="record.printed").details)
    held = zipfile.ZipFile(io.BytesIO(b"".join(archive(patient))))
    kept = json.loads(held.read("records/printed.printedrecord.json"))
    assert kept["what"] == "A quién se entregó la historia en papel"
    assert [one["recipient"] for one in kept["rows"]] == ["Dr Quintanilla's sister"]
    Consent.objects.filter(pk=consent.pk)._raw_delete(using="default")  # noqa: SLF001 (nothing clinical is left)
    erase(patient=patient.pk, clinic=clinic, who=lead.user, ground="mistake")
    assert PrintedRecord.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [{"purpose": "research"}, {"purpose": ""}, {"purpose": "record"}, {"purpose": "record", "recipient": "\x00a"}],
    ids=["beyond", "none", "to_nobody", "unprintable"],
)
def test_a_hostile_form_hands_out_nothing(full: Patient, practitioner: Membership, change: dict[str, str]) -> None:
    answer = asked(full, practitioner, **change)
    assert answer.status_code == 422
    assert not AuditEntry.objects.filter(action="record.printed").exists()


def test_a_blocked_record_is_refused(full: Patient, practitioner: Membership) -> None:
    Patient.objects.filter(pk=full.pk).update(restricted_at=timezone.now())
    assert asked(full, practitioner).status_code == 400
    assert signed_in(practitioner).get(reverse("aftercare_pdf", args=[full.pk])).status_code == 400
    client = signed_in_patient(full)
    assert client.get(reverse("me_aftercare_pdf")).status_code in (302, 403)
    full.refresh_from_db()
    with pytest.raises(Restricted):
        hand_out_record(full, OWN, who=None)
    with pytest.raises(Restricted):
        hand_out_aftercare(full, "en", who=None)
    assert not AuditEntry.objects.filter(action__endswith=".printed").exists()


def test_one_that_is_blocked_while_the_paper_is_made_is_refused(full: Patient) -> None:
    Patient.objects.filter(pk=full.pk).update(restricted_at=timezone.now())  # ``full`` was read before
    with pytest.raises(Restricted):
        hand_out_record(full, OWN, who=None)
    assert Disclosure.objects.count() == 0


def test_patients_take_their_own_papers_and_nobody_elses(full: Patient, clinic: Clinic) -> None:
    client = signed_in_patient(full)
    assert client.get(reverse("me_record_pdf")).status_code == 302
    answer: Any = client.get(reverse("me_aftercare_pdf"), {"in": "es"})
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    session = client.session
    session["sure_at"] = timezone.now().timestamp()
    session.save()
    answer = client.post(reverse("me_record_pdf"))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    entry = AuditEntry.objects.get(action="record.printed")
    assert (entry.who, entry.patient) == (full.user, full.pk)
    assert client.get(reverse("record_pdf", args=[full.pk])).status_code == 403


def test_too_many_papers_in_a_minute_are_refused(course: Course, practitioner: Membership) -> None:
    client = signed_in(practitioner)
    answers = [client.get(reverse("aftercare_pdf", args=[course.patient_id])).content.decode() for _ in range(8)]
    assert any("too many PDF files" in one for one in answers[6:])
    assert not any("too many PDF files" in one for one in answers[:5])


def test_a_picture_that_cannot_be_opened_is_said_to_be_missing(full: Patient, tmp_path: Path) -> None:
    made = Comparison.objects.get()
    Comparison.objects.filter(pk=made.pk).update(pictures={**made.pictures, "after": store.new_name("after")})
    whole = " ".join(pages(hand_out_record(full, OWN, who=None), tmp_path))
    assert "cannot be opened" in whole
    assert [one.photograph_id for one in Disclosure.objects.all()] == [made.before_id]
    assert PrintedRecord.objects.get().photographs == 1


def test_the_command_writes_both_papers(
    full: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dermograph.cli.export_pdf.opened_of_this_version", lambda _chosen: tmp_path)
    out = tmp_path / "none.pdf"
    for kind in ("record", "aftercare"):
        out = tmp_path / f"{kind}.pdf"
        who = ["--clinic", "aurora", "--patient", str(full.number), "--out", str(out), "--json"]
        assert cli.main(["export", "pdf", kind, *who]) == 0
        assert json.loads(capsys.readouterr().out)["bytes"] == len(out.read_bytes())
        assert out.stat().st_mode & 0o777 == 0o600
    assert cli.main(["export", "pdf", "record", "--clinic", "aurora", "--patient", "7", "--out", str(out)]) == 2
    assert "no patient 7 in this clinic" in capsys.readouterr().err


def test_the_words_of_each_template_are_in_both_languages() -> None:
    folder = Path(paper_.__file__).parent / "templates" / "printed"
    for path in folder.glob("*.html"):
        engines["django"].from_string(path.read_text(encoding="utf-8"))
        for en, es in re.findall(r'{% t "([^"]*)" "([^"]*)"', path.read_text(encoding="utf-8")):
            assert en
            assert es
