"""What is held of a scalp leaves with everything else, is erased with everything else, and is backed up."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from pytest_django.fixtures import Settings

from dermograph.clinic.gallery import tasks
from dermograph.clinic.gallery.models import Work
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.rights.erasing import erase
from dermograph.clinic.rights.everything import archive
from dermograph.clinic.rights.keeping import choose
from dermograph.clinic.rights.rows import files_in, rows_of
from dermograph.clinic.scalp.models import DesignChoice, ScalpChange, ScalpDesign, ScalpReading
from dermograph.clinic.scalp.selectors import changes
from dermograph.clinic.scalp.services import choose_design
from dermograph.clinic.upkeep import contents
from dermograph.clinic.upkeep.checks_work import jobs
from dermograph.clinic.upkeep.verify import own_ask
from tests.clinic.gallery.photos import added, consent
from tests.clinic.rights.held import closed
from tests.clinic.scalp.scalps import Photographed, counted, course, designed, matched, photographed, session

__all__ = ["added", "consent", "course", "photographed", "session"]
DRAWN = {
    ScalpReading: {"map_en": b"map", "map_es": b"mapa", "marks_en": b"marks", "marks_es": b"marcas"},
    ScalpChange: {"change_en": b"change", "change_es": b"cambio"},
    ScalpDesign: {"before": b"before", "dots": b"x_px,y_px\n", "sheet_en": b"%PDF", "sheet_es": b"%PDF-es"},
}


@pytest.fixture
def full(session: None, photographed: Photographed, course: Course, practitioner: Membership) -> Course:
    """A scalp with a reading of each visit, a change, and a design that was chosen; with their pictures."""
    first = photographed(31)
    counted(first)
    counted(photographed(395))
    matched(changes(course).get(), left=0.8)
    design = designed(first, practitioner)
    choose_design(course=course, design=design, shown_to_patient=True, who=practitioner.user, entry=uuid.uuid4())
    for model, made in DRAWN.items():
        for row in model.objects.all():
            _drawn(row, course, made)
    return course


def _drawn(row: Work, course: Course, made: dict[str, bytes]) -> None:
    names = tasks.kept(course.patient, row, made)
    type(row)._default_manager.filter(pk=row.pk).update(pictures=names)  # noqa: SLF001 (Django's name for it)


@pytest.mark.parametrize("language", ["en", "es"])
def test_everything_held_of_a_scalp_leaves_in_the_patients_language(full: Course, language: str) -> None:
    full.patient.language = language
    whole = zipfile.ZipFile(io.BytesIO(b"".join(archive(full.patient))))
    names = set(whole.namelist())
    for model in (ScalpReading, ScalpChange, ScalpDesign, DesignChoice):
        said = json.loads(whole.read(f"records/{model._meta.label_lower}.json"))  # noqa: SLF001 (Django's name of a model)
        assert {one["id"] for one in said["rows"]} == {str(pk) for pk in model.objects.values_list("pk", flat=True)}
        assert not said["what"].startswith("scalp."), "it has a title for people"
    other = "es" if language == "en" else "en"
    for model, folder in ((ScalpReading, "readings"), (ScalpChange, "changes"), (ScalpDesign, "designs")):
        for row in model.objects.all():
            wanted = {kind: data for kind, data in DRAWN[model].items() if not kind.endswith(f"_{other}")}
            for kind, data in wanted.items():
                ending = {"dots": "csv", f"sheet_{language}": "pdf"}.get(kind, "jpg")
                assert whole.read(f"scalp/{folder}/{row.pk}/{kind}.{ending}") == data
    assert not any(f"_{other}." in name for name in names if name.startswith("scalp/"))


def test_erasing_a_patient_destroys_readings_changes_designs_and_their_pictures(
    full: Course, lead: Membership, tmp_path: Path, settings: Settings
) -> None:
    settings.PATIENT_KEYS = tmp_path / "keys"
    choose(clinic=full.clinic, who=lead.user, jurisdiction="es")
    patient = closed(full)
    names = files_in(rows_of(patient))
    of_scalps = {name for model in DRAWN for row in model.objects.all() for name in row.pictures.values()}
    assert len(of_scalps) == 2 * 4 + 2 + 4
    assert of_scalps <= names
    proof = erase(patient=patient.pk, clinic=full.clinic, who=lead.user, ground="asked")
    for model in (*DRAWN, DesignChoice):
        assert not model.objects.exists()
    assert not any(default_storage.exists(name) for name in names)
    assert proof.counts["scalp.ScalpReading"] == 2
    assert proof.counts["scalp.DesignChoice"] == 1
    connection.check_constraints()


def test_a_backup_knows_the_pictures_of_scalps_and_a_database_of_before_has_none(full: Course) -> None:
    of_scalps = {name for model in DRAWN for row in model.objects.all() for name in row.pictures.values()}
    assert of_scalps <= set(contents.file_names(own_ask()))

    def of_before(sql: str, values: Any = ()) -> Any:  # noqa: ANN401 (rows of a database)
        rows = list(own_ask()(sql, values))
        assert "scalp_" not in sql
        return [row for row in rows if row[0] != "scalp"] if "django_migrations" in sql else rows

    assert not of_scalps & set(contents.file_names(of_before))
    assert full.scalp_readings.exists()


def test_work_of_scalps_that_waits_too_long_is_told(full: Course) -> None:
    now = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    ScalpChange.objects.update(stage="waiting")
    ScalpReading.objects.filter(pk=ScalpReading.objects.values("pk")[:1]).update(stage="failed")
    found = {one.mark: one.words.en for one in jobs(Path(), now)}
    assert found["mend"].startswith("1 pieces of work")
    assert found["mind"].startswith("1 measurements failed")
