"""Everything that is held about a patient, as one ZIP file: for the patient, from the clinic's page or their own.

The rows are those that an erasure would remove, found the same way; so nothing is forgotten by one of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils import timezone

from dermograph.clinic.audit.actions import action_words
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery.files import ENDINGS
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.people.models import Patient, User
from dermograph.clinic.rights.leaving import leave
from dermograph.clinic.rights.models import Form
from dermograph.clinic.rights.purposes import PATIENT
from dermograph.clinic.rights.read_me import read_me
from dermograph.clinic.rights.readable import TECHNICAL, as_json, title_of
from dermograph.clinic.rights.rows import in_parts, rows_of
from dermograph.clinic.rights.signed_text import signed_text
from dermograph.clinic.rights.zipped import File, as_bytes, zipped
from dermograph.clinic.scalp.models import ScalpChange, ScalpDesign, ScalpReading
from dermograph.clinic.vault import store
from dermograph.clinic.vault.seal import Erased, Unreadable
from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES, Language, Text

Json = dict[str, Any]


def handed_out(patient: Patient, who: User | None) -> Iterator[bytes]:
    """Write down that everything leaves to the patient, then the archive itself.

    Args:
        patient: With its clinic.
        who: Who lets it be made: somebody of the clinic, or the patient.

    Raises:
        InputError: If that cannot be written down, as where the disk is full: then nothing leaves.
    """
    photographs = list(
        Photograph.objects.filter(course__patient=patient).select_related("course__patient", "clinic").order_by("pk")
    )
    try:
        if photographs:
            leave(photographs=photographs, purpose=PATIENT, recipient="", form=Form.ARCHIVE, who=who)
        else:
            with transaction.atomic():
                details = {"purpose": PATIENT, "form": str(Form.ARCHIVE), "photographs": 0}
                record("record.exported", clinic=patient.clinic, who=who, patient=patient.pk, details=details)
    except (DatabaseError, OSError) as error:
        raise InputError(
            Text(
                "It could not be written down, so nothing was exported.",
                "No se pudo anotar, así que no se ha exportado nada.",
            ),
            todo=Text("Is the disk full? Make room, then try again.", "¿Está lleno el disco? Libere espacio y repita."),
        ) from error
    return archive(patient)


def archive(patient: Patient) -> Iterator[bytes]:
    """The ZIP of everything, in pieces: records, originals of photographs, consents as they were signed, who did what.

    Nothing is written down by this; ``handed_out`` does.

    Args:
        patient: With its clinic.
    """
    language: Language = "es" if patient.language == "es" else "en"
    return zipped(_files(patient, language), {"patient": str(patient.pk)})


def name_of_archive(patient: Patient) -> str:
    """What the file is called: the number of the record and the day, no name."""
    return f"dermograph-{patient.number}-{timezone.now().astimezone(patient.clinic.zone).date().isoformat()}.zip"


def _files(patient: Patient, language: Language) -> Iterator[File]:
    today = timezone.now().astimezone(patient.clinic.zone).date()
    yield "README.txt", read_me(patient, today, language).encode(), False
    rows = rows_of(patient)
    for model, ids in sorted(rows.items(), key=lambda one: one[0]._meta.label):  # noqa: SLF001 (Django's name of a model)
        label = model._meta.label  # noqa: SLF001 (the same)
        if label not in TECHNICAL:
            yield f"records/{label.lower()}.json", as_bytes(_table(model, ids, language)), False
    for consent in Consent.objects.filter(pk__in=rows.get(Consent, set())).order_by("signed_at", "pk"):
        day = consent.signed_at.astimezone(patient.clinic.zone).date()
        yield f"consents/{day}-{str(consent.pk)[:8]}.txt", signed_text(consent).encode(), False
    yield "audit.json", as_bytes(_audit(patient, language)), False
    yield from _photographs(patient, language)
    yield from _reports(patient, language)
    yield from _drawn_of_scalps(patient, language)


def _table(model: type[Model], ids: set[Any], language: Language) -> Json:
    named = [field.name for field in model._meta.concrete_fields if field.is_relation]  # noqa: SLF001 (Django's documented way to fields)
    found = []
    for some in in_parts(ids):
        rows = model._base_manager.filter(pk__in=some).select_related(*named)  # noqa: SLF001 (the manager that hides no row)
        found += [as_json(row, language) for row in rows.order_by("pk")]
    return {"what": title_of(model._meta.label, language), "rows": found}  # noqa: SLF001 (Django's name of a model)


def _audit(patient: Patient, language: Language) -> list[Json]:
    """Who did what with the record: opened it, changed it, exported from it."""
    entries = AuditEntry.objects.filter(clinic=patient.clinic, patient=patient.pk).select_related("who")
    return [
        {
            "at": one.at.isoformat(),
            "who": str(one.who) if one.who else None,
            "did": action_words(one.action).say(language),
            "action": one.action,
            "details": one.details,
        }
        for one in entries.order_by("number").iterator()
    ]


def _photographs(patient: Patient, language: Language) -> Iterator[File]:
    """The originals, byte for byte, each file once though its entry may have been corrected."""
    seen = set()
    for row in Photograph.objects.filter(course__patient=patient).order_by("taken_on", "pk"):
        if row.file not in seen:
            seen.add(row.file)
            yield _kept(patient, row.file, f"photographs/{row.taken_on}-{len(seen):03d}.{ENDINGS[row.kind]}", language)


def _reports(patient: Patient, language: Language) -> Iterator[File]:
    seen = set()
    for row in Comparison.objects.filter(course__patient=patient).select_related("after").order_by("after__taken_on"):
        name = row.pictures.get(f"report_{language}")
        if name and name not in seen:
            seen.add(name)
            yield _kept(patient, name, f"comparisons/{row.after.taken_on}-{len(seen):03d}.html", language)


def _drawn_of_scalps(patient: Patient, language: Language) -> Iterator[File]:
    """What was drawn for readings, changes and designs of a scalp: in the patient's language, and what has none."""
    seen, others = set(), tuple(f"_{one}" for one in LANGUAGES if one != language)
    for model, folder in ((ScalpReading, "readings"), (ScalpChange, "changes"), (ScalpDesign, "designs")):
        for row in model.objects.filter(course__patient=patient).order_by("written_at", "pk"):
            for kind, name in sorted(row.pictures.items()):
                if kind.endswith(others) or name in seen:
                    continue
                seen.add(name)
                ending = {"dots": "csv", f"sheet_{language}": "pdf"}.get(kind, "jpg")
                yield _kept(patient, name, f"scalp/{folder}/{row.pk}/{kind}.{ending}", language)


def _kept(patient: Patient, name: str, called: str, language: Language) -> File:
    """A file of the vault; where it cannot be opened, a note that says so in its place."""
    try:
        return called, store.get(patient, name), not called.endswith((".html", ".csv"))
    except Erased:
        raise
    except Unreadable as error:
        return f"{called}.missing.txt", error.say(language).encode(), False
