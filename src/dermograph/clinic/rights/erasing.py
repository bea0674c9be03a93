"""The erasure of a whole patient: the one sanctioned path on which entries are removed.

Every row that leads to the patient goes, the files go, their account goes or loses its name, and their key is destroyed
in both of its halves. What stays names nobody: the audit trail with its ids, the proof, the money by month, and how
often a lot was used. No skeleton of the course stays for statistics: in one clinic the days of the sessions are enough
to tell whose they were.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.purposes import RESEARCH
from dermograph.clinic.ledger.models import LotUse, Payment
from dermograph.clinic.people.erasure import patient_erased
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.clinic.people.name_words import folded
from dermograph.clinic.rights import account, proofs
from dermograph.clinic.rights.keeping import Decision, decide
from dermograph.clinic.rights.models import ErasureProof, ExportedSet, KeptMoney, KeptUse
from dermograph.clinic.rights.reach import left_for_good, records_that_left, tables_for_research
from dermograph.clinic.rights.rows import Rows, files_in, in_parts, rows_of
from dermograph.clinic.vault import halves, keybook, seal, store
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

GROUNDS: Final[Mapping[str, Text]] = {
    "asked": Text("The patient asked for it.", "Lo ha pedido el paciente."),
    "over": Text("The term for keeping the record is over.", "El plazo de conservación ha terminado."),
    "mistake": Text("The record was made by mistake.", "La historia se creó por error."),
}
LONGEST_WORDS: Final = 300
_SHORTEST_NAME, _SHORTEST_PHONE = 3, 6


class KeptByLaw(InputError):  # noqa: N818 (an answer)
    """The record has to be kept."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__(decision.why)


def erase(*, patient: uuid.UUID, clinic: Clinic, who: User, ground: str, words: str = "") -> ErasureProof:
    """Erase a patient for good; once more for the same patient finds the proof that is there.

    Args:
        patient: The id of the record.
        clinic: Whose it is.
        who: Who answers for it; asked for their password just before.
        ground: A key of ``GROUNDS``.
        words: More of it; they stay, so they may not name the patient.

    Raises:
        KeptByLaw: If it has to be kept.
        InputError: If no such record is there, the ground is missing, the words name the patient, or the keys cannot be
            destroyed. Nothing is erased then.
    """
    if ground not in GROUNDS:
        raise InputError(Text("Choose the ground.", "Elija el motivo."), Place(field="ground"))
    _let_zeros_be_written()
    with transaction.atomic():
        held = Patient.objects.select_for_update().filter(pk=patient, clinic=clinic).first()
        if held is None:
            there: ErasureProof | None = ErasureProof.objects.filter(erased=patient, clinic=clinic).first()
            if there is None:
                raise InputError(Text("There is no such record.", "No existe esa historia."))
            return there
        held.clinic = clinic
        kept_words = nameless(held, words)
        decision = decide(held, timezone.now().astimezone(clinic.zone).date())
        if not decision.may_erase:
            raise KeptByLaw(decision)
        rows = rows_of(held)
        files = files_in(rows)
        proof = ErasureProof(
            clinic=clinic,
            written_by=who,
            erased=held.pk,
            erased_at=timezone.now(),
            ground=ground,
            words=kept_words,
            counts={**_counts(rows), "files": len(files)},
            key_sha256=seal.fingerprint(held),
            retention=decision.to_json(),
            beyond=_beyond(held),
        )
        proof.sha256 = proofs.digest(proof)
        _remove_rows(held, rows)
        proof.save()
        record("patient.erased", clinic=clinic, who=who, about=proof, patient=patient, details={"sha256": proof.sha256})
        # Last, for nothing brings it back. If the transaction still fails after this, ``reapply`` finishes it.
        _destroy_key(held, proof)
        _remove_files(files)
        transaction.on_commit(_forget_pages)
    return proof


def reapply() -> list[uuid.UUID]:
    """Erase again whoever an older database brought back, and finish what was interrupted; nobody is asked.

    To be called after a restore and before anything is served; once more does nothing.

    Returns:
        Who was erased again.
    """
    again = []
    _let_zeros_be_written()
    for patient, told in halves.erased_patients().items():
        halves.destroy(patient)
        with transaction.atomic():
            proof = proofs.brought_back(told.get("proof") or {})
            held = Patient.objects.select_for_update(of=("self",)).select_related("clinic").filter(pk=patient).first()
            if held is None:
                continue
            rows = rows_of(held)
            files = files_in(rows)
            _remove_rows(held, rows)
            _remove_files(files)
            record("patient.erased_again", clinic=held.clinic, who=None, about=proof, patient=patient)
            again.append(patient)
    _forget_pages()
    if again:
        keybook.renew()
    return again


def nameless(patient: Patient, words: str) -> str:
    """The words, if nothing in them tells who it was.

    Raises:
        InputError: If something does, or they are too long.
    """
    text = " ".join("".join(char if char.isprintable() else " " for char in words).split())
    if len(text) > LONGEST_WORDS:
        raise InputError(
            Text(f"At most {LONGEST_WORDS} characters.", f"Como máximo {LONGEST_WORDS} caracteres."),
            Place(field="words"),
        )
    heard = folded(text).split()
    names = folded(f"{patient.given_names} {patient.family_names}").split()
    phone = "".join(char for char in patient.phone if char.isdigit())
    told = any(name in heard for name in names if len(name) >= _SHORTEST_NAME)
    told = told or bool(patient.email and patient.email.lower() in text.lower())
    told = told or (len(phone) >= _SHORTEST_PHONE and phone in "".join(char for char in text if char.isdigit()))
    if told:
        raise InputError(
            Text(
                "These words stay: they may not name the patient.", "Estas palabras quedan: no pueden nombrar a nadie."
            ),
            Place(field="words"),
        )
    return text


def _remove_rows(patient: Patient, rows: Rows) -> None:
    """Take all rows of a patient out of the database."""
    user = User.objects.filter(pk=patient.user_id).first() if patient.user_id else None
    ids = {pk for some in rows.values() for pk in some}
    patient_erased.send(Patient, patient=patient, email=patient.email, user_id=patient.user_id, ids=ids)
    _keep_what_names_nobody(patient.clinic, rows)
    for model, keys in rows.items():
        for some in in_parts(keys):
            # Foreign keys are looked at when the transaction ends, so that the order does not matter. The models' own
            # refusal to delete is for everybody else.
            model._base_manager.filter(pk__in=some)._raw_delete(using=connection.alias)  # noqa: SLF001 (Django has no public way past PROTECT)
    account.forget(patient, user)


def _remove_files(names: set[str]) -> None:
    """Remove sealed files. One that cannot be removed is unreadable all the same: its key is gone."""
    for name in names:
        store.remove(name)


def _destroy_key(patient: Patient, proof: ErasureProof) -> None:
    try:
        halves.destroy(patient.pk, {**proofs.said(proof), "sha256": proof.sha256})
    except OSError as error:
        raise InputError(
            Text(
                "The key could not be destroyed: nothing was erased.", "No se pudo destruir la clave: no se borró nada."
            ),
            todo=Text("Tell who looks after the server.", "Avise a quien cuida del servidor."),
        ) from error


def _keep_what_names_nobody(clinic: Clinic, rows: Rows) -> None:
    """Money by month, and that a lot was used: for the books and for a recall, without a person."""
    paid: Counter[tuple[dt.date, str]] = Counter()
    for some in in_parts(rows.get(Payment, set())):
        for one in Payment.objects.filter(pk__in=some, superseded_by=None):
            paid[one.paid_at.astimezone(clinic.zone).date().replace(day=1), one.method] += one.cents
    KeptMoney.objects.bulk_create(
        KeptMoney(clinic=clinic, month=month, method=method, cents=cents) for (month, method), cents in paid.items()
    )
    for some in in_parts(rows.get(LotUse, set())):
        lots = LotUse.objects.filter(pk__in=some, session__superseded_by=None).values_list("lot_id", flat=True)
        KeptUse.objects.bulk_create([KeptUse(clinic=clinic, lot_id=lot) for lot in lots])


def _counts(rows: Rows) -> dict[str, int]:
    return {model._meta.label: len(ids) for model, ids in sorted(rows.items(), key=lambda one: one[0]._meta.label)}  # noqa: SLF001 (Django's name of a model)


def _beyond(patient: Patient) -> dict[str, Any]:
    """What no erasure reaches: sets and tables for research by recipient, everything else as a number.

    The recipient of the rest may say who it was. A whole record that went to somebody else is one of the others, with
    the photographs in it.
    """
    sets = ExportedSet.objects.filter(disclosures__patient=patient).distinct().order_by("written_at")
    # What is in a printed record left with it: it is the same copy.
    others = [one for one in left_for_good(patient) if one.first.exported_set_id is None and not one.is_in_paper]
    zone = patient.clinic.zone
    return {
        "sets": [
            {
                "id": str(one.pk),
                "recipient": one.recipient,
                "purpose": one.purpose,
                "on": one.written_at.astimezone(zone).date().isoformat(),
            }
            for one in sets
        ]
        + [
            {
                "id": str(one.pk),
                "recipient": one.recipient,
                "purpose": RESEARCH,
                "on": one.written_at.astimezone(zone).date().isoformat(),
            }
            for one in tables_for_research(patient)
        ],
        "others": len(records_that_left(patient)) + sum(one.photographs for one in others),
    }


def _let_zeros_be_written() -> None:
    """Let SQLite write zeros over what it deletes."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _forget_pages() -> None:
    """Let SQLite empty its log of writes, in which old pages stand."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
