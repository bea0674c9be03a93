"""Writing what was judged: patients, answers, and what is kept as received, in one transaction with the trail."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db import connection, transaction

from dermograph.clinic.audit.record import record, record_each
from dermograph.clinic.handover.answered import take_answers
from dermograph.clinic.handover.canonical import canonical, sha256
from dermograph.clinic.handover.conflicts import StaleError, VersionConflictError
from dermograph.clinic.handover.filing import Filing, filing_of
from dermograph.clinic.handover.holdings import Address
from dermograph.clinic.handover.identifiers import digest, identifiers_of
from dermograph.clinic.handover.judging import Judged
from dermograph.clinic.handover.kept import in_parts, opened, seal_rows
from dermograph.clinic.handover.models import Received, ReceivedIdentifier
from dermograph.clinic.handover.patients import Read, alike, change, read_patient
from dermograph.clinic.handover.retracting import Version
from dermograph.clinic.handover.sender import Others, Sender
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.people.register_many import Newcomer, register_patients
from dermograph.clinic.people.services import CHANGEABLE
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Result
from dermograph.exchange.fhir.map.table import tag_of
from dermograph.exchange.fhir.map.tables import field_of
from dermograph.exchange.fhir.outcome import Issue, Severity
from dermograph.exchange.record.clinical import Response
from dermograph.exchange.record.part import Part

_RESPONSE: Final = "QuestionnaireResponse"
#: The former versions of responses, by their key: the id of each, and of its patient; None where that one is blocked.
Former = dict[uuid.UUID, list[tuple[uuid.UUID, uuid.UUID | None]]]
#: Notes on entries, by their number.
Notes = dict[int, list[Issue]]


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms something is written.

    Attributes:
        through: The program that sends it, as the trail names it; empty for a person's own command.
        versions: The versions that have to stand, by type and id; of others any.
        originals: The versions of what was received that have to stand, 0 for none; of a patient it is another number.
        clears: Whether what is not said of a patient is taken out.
        tells_others: Whether the sender is told of other patients who may be the same: who reaches one alone never is.
    """

    through: str = ""
    versions: Mapping[Address, str] = field(default_factory=dict)
    originals: Mapping[Address, int] = field(default_factory=dict)
    clears: bool = False
    tells_others: bool = True


class Writing:
    """One batch of what was judged.

    Attributes:
        notes: What is worth to be told of an entry, found while it was written.
    """

    def __init__(self, judged: Judged, clinic: Clinic, member: Membership, terms: Terms) -> None:
        self.judged, self.clinic, self.member, self.terms = judged, clinic, member, terms
        self.source: Final = judged.holdings.keys.source
        self.notes: Notes = defaultdict(list)

    def write(self, results: Sequence[Result]) -> None:
        """Write some entries: all of them or none.

        Args:
            results: Entries that are created or changed, patients with what is about them.

        Raises:
            StaleError: If what is held is no longer what it was judged against.
            VersionConflictError: If another version stands than has to.
            InputError: If the vault cannot be written.
        """
        with transaction.atomic():
            _one_at_a_time(self.clinic)
            self._refuse_if_stale(results)
            former = self._former(results)
            there = self._lock_patients(results, former)
            self._refuse_other_versions(there)
            rows = [(one, self._row(one)) for one in results]
            self._answer([(one, row) for one, row in rows if one.kind == _RESPONSE], there, former)
            people = [one for one in results if one.kind == "Patient"]
            self._change([one for one in people if one.key in there], there)
            new = self._register([one for one in people if one.key not in there])
            self._keep(rows, {**there, **new})
            self._record(results, set(new))

    def _refuse_if_stale(self, results: Sequence[Result]) -> None:
        found: dict[tuple[str, Any], int] = {}
        for some in in_parts({one.key for one in results}):
            rows = Received.objects.filter(clinic=self.clinic, key__in=some, is_latest=True)
            found |= {(kind, key): version for kind, key, version in rows.values_list("kind", "key", "version")}
        holdings = self.judged.holdings
        for one in results:
            if one.key is not None and found.get((one.kind, one.key), 0) != holdings.version_of(one.kind, one.key):
                raise StaleError

    def _refuse_other_versions(self, there: Mapping[uuid.UUID, Patient]) -> None:
        """What was judged still stands, and nobody changes it now: compare it with what the sender saw."""
        for (kind, key), wanted in self.terms.versions.items():
            stands = there[key].version if kind == "Patient" and key in there else 0
            received = self.judged.holdings.version_of(kind, key)
            stands, original = stands or received, self.terms.originals.get((kind, key), received)
            if (stands and str(stands) != wanted) or received != original:
                raise VersionConflictError(str(stands))

    def _former(self, results: Sequence[Result]) -> Former:
        """The former versions of the responses that are changed: what they answered may have to be taken back."""
        found: Former = defaultdict(list)
        for some in in_parts(one.key for one in results if one.kind == _RESPONSE and one.done == "changed"):
            rows = Received.objects.filter(clinic=self.clinic, kind=_RESPONSE, key__in=some).order_by("version")
            for key, pk, whom, since in rows.values_list("key", "pk", "patient", "patient__restricted_at"):
                found[key].append((pk, whom if since is None else None))
        return found

    def _lock_patients(self, results: Sequence[Result], former: Former) -> dict[uuid.UUID, Patient]:
        """The patients who are there already, locked before anything else; then the courses that are answered."""
        patients = {self.judged.patients[one.number] for one in results}
        patients = (patients | {whom for rows in former.values() for _, whom in rows}) - {None}
        there: dict[uuid.UUID, Patient] = {}
        for some in in_parts(sorted(patients)):
            rows = Patient.objects.select_for_update(of=("self",), no_key=True).select_related("clinic", "user")
            there |= {one.pk: one for one in rows.filter(pk__in=some, clinic=self.clinic).order_by("pk")}
        if any(one.restricted_at is not None for one in there.values()):
            raise StaleError
        if any(one.kind == "Patient" and one.done == "created" and one.key in there for one in results):
            raise StaleError
        new = {key for key in patients if key not in there}
        if new - {one.key for one in results if one.kind == "Patient"}:
            raise StaleError
        answered = {self.judged.patients[one.number] for one in results if one.kind == _RESPONSE}
        courses = Course.objects.select_for_update(of=("self",), no_key=True)
        list(courses.filter(patient__in=answered & there.keys(), closed_at=None).order_by("pk"))
        return there

    def _answer(
        self, responses: Sequence[tuple[Result, Received]], there: Mapping[uuid.UUID, Patient], former: Former
    ) -> None:
        sender = Sender(self.judged.holdings, self.judged.incoming.results if responses else ())
        for one, row in responses:
            if one.resource is None:
                continue
            patient = self.judged.patients[one.number]
            is_following = isinstance(one.part, Response) and bool(tag_of(one.resource))
            version = Version(
                id=row.pk,
                resource=one.resource,
                clinic=self.clinic,
                patient=patient,
                source=self.source,
                who=self.member.user,
                former=tuple(pk for pk, _ in former.get(row.key, ())),
                patients=frozenset(there.keys() & {whom for _, whom in former.get(row.key, ())}),
                before=self.judged.holdings.before(row.kind, row.key),
            )
            if is_following:
                version = replace(version, follows=_follows(version, one.part, sender))
            filing = Filing()
            if patient in there and patient is not None:
                filing = filing_of(one.resource, patient, self.judged.holdings.keys)
            others = sender.others(one, patient) if is_following and not version.follows else Others()
            for note in take_answers(version, filing, others):
                self._tell(one, note.words, note.code)
            if is_following:
                sender.put_down(row.pk, one, patient)

    def _change(self, people: Sequence[Result], there: Mapping[uuid.UUID, Patient]) -> None:
        for one in people:
            if one.key is None:
                continue
            now, patient = self._told(one), there[one.key]
            former = self.judged.holdings.before("Patient", one.key)
            if former is not None:
                last = self.judged.holdings.rows["Patient", one.key]
                before = self._said_before(last, former, patient, now.newcomer)
            else:  # their own details, sent back: what is said anew counts
                before = Newcomer(
                    id=patient.pk,
                    given_names=patient.given_names,
                    family_names=patient.family_names,
                    birth_date=patient.birth_date,
                    phone=patient.phone,
                    email=patient.email,
                    language=patient.language,
                )
            for words in change(patient, before, now, self.member.user, clears=self.terms.clears):
                self._tell(one, words)

    def _said_before(self, last: Received, former: Element, patient: Patient, now: Newcomer) -> Newcomer:
        """What the sender said last of each column.

        Of a column of which they say something now, an older version counts where newer ones said nothing: what those
        left standing was written by them all the same, and not corrected here. Where one said that it is over, what
        stands was written here.
        """
        read = read_patient(former, self.source, self.clinic, last.taken_at)
        before = read.beside(patient)
        wanted = {name for name in CHANGEABLE if getattr(now, name) and getattr(patient, name)}
        older = Received.objects.filter(clinic=self.clinic, kind=last.kind, key=last.key, version__lt=last.version)
        rows = older.select_related("patient").order_by("-version").iterator(chunk_size=20)
        while wanted := {
            name for name in wanted if not getattr(before, name) and not read.is_over(name, getattr(patient, name))
        }:
            row = next(rows, None)
            if row is None:
                break
            read = read_patient(opened([row])[0], row.source, self.clinic, row.taken_at)
            said = read.beside(patient)
            before = replace(before, **{name: getattr(said, name) for name in wanted})
        return before

    def _register(self, people: Sequence[Result]) -> dict[uuid.UUID, Patient]:
        if not people:
            return {}
        newcomers = [self._told(one, is_new=True).newcomer for one in people]
        twins = alike(self.clinic, newcomers) if self.terms.tells_others else {}
        for one in people:
            if one.key in twins:
                who = ", ".join(twins[one.key])
                self._tell(
                    one,
                    Text(f"It may be the same person as {who}.", f"Puede ser la misma persona que {who}."),
                    "duplicate",
                )
        details = self._sender()
        made = register_patients(clinic=self.clinic, who=self.member.user, newcomers=newcomers, details=details)
        return {one.pk: one for one in made}

    def _told(self, one: Result, *, is_new: bool = False) -> Read:
        if one.key is None:
            msg = "an entry that is kept has an id"
            raise TypeError(msg)
        read = self.judged.people[one.key]
        for words in read.told_of_new() if is_new else read.told:
            self._tell(one, words)
        return read

    def _row(self, one: Result) -> Received:
        if one.key is None or one.resource is None:
            msg = "an entry that is kept has an id and a resource"
            raise TypeError(msg)
        return Received(
            clinic=self.clinic,
            kind=one.kind,
            key=one.key,
            part=field_of(one.part) if one.part is not None else "",
            sha256=sha256(one.resource),
            source=self.source,
            program=self.judged.holdings.program,
            version=self.judged.holdings.version_of(one.kind, one.key) + 1,
            taken_by=self.member,
        )

    def _keep(self, rows: Sequence[tuple[Result, Received]], patients: Mapping[uuid.UUID, Patient]) -> None:
        for one, row in rows:
            whom = self.judged.patients[one.number]
            row.patient = patients[whom] if whom is not None else None
        before = self.judged.holdings.rows
        for some in in_parts(before[row.kind, row.key].pk for _, row in rows if row.version > 1):
            Received.objects.filter(pk__in=some).update(is_latest=False)
        try:
            seal_rows([(row, canonical(one.resource or {})) for one, row in rows])
        except OSError as error:
            raise InputError(
                Text("The keys cannot be kept: nothing was taken over.", "No se pudo: no se ha incorporado nada."),
                todo=Text("Is the disk full? Make room, then try again.", "¿Disco lleno? Libere espacio y repita."),
            ) from error
        Received.objects.bulk_create([row for _, row in rows], batch_size=500)
        named = [(row, pair) for one, row in rows for pair in sorted(set(identifiers_of(one.resource or {})))]
        ReceivedIdentifier.objects.bulk_create(
            [ReceivedIdentifier(received=row, clinic=self.clinic, digest=digest(*pair)) for row, pair in named],
            batch_size=500,
        )

    def _record(self, results: Sequence[Result], new: set[uuid.UUID]) -> None:
        """One entry a patient; who is new and came alone has theirs by being registered."""
        by_patient: dict[uuid.UUID | None, list[Result]] = defaultdict(list)
        for one in results:
            by_patient[self.judged.patients[one.number]].append(one)
        who = self.member.user
        told = [
            (patient, self._details(some))
            for patient, some in by_patient.items()
            if patient is not None and not (patient in new and len(some) == 1)
        ]
        record_each("record.received", clinic=self.clinic, who=who, what="Received", patients=told)
        if None in by_patient:
            record("record.received", clinic=self.clinic, who=who, details=self._details(by_patient[None]))

    def _details(self, some: Sequence[Result]) -> dict[str, Any]:
        kinds = dict(sorted(Counter(one.kind for one in some).items()))
        return {**self._sender(), **Counter(str(one.done) for one in some), "kinds": kinds}

    def _sender(self) -> dict[str, Any]:
        """Who sent it, as they say themselves, and the program that did, as we know it."""
        return {"source": self.source} | ({"through": self.terms.through} if self.terms.through else {})

    def _tell(self, one: Result, words: Text, code: str = "informational") -> None:
        severity: Severity = "information" if code == "informational" else "warning"
        self.notes[one.number].append(Issue(code, words, f"Bundle.entry[{one.number}].resource", severity))


def _follows(version: Version, response: Part | None, sender: Sender) -> bool:
    """Whether a response, marked as following from entries, comes with them or after them, and answers nothing.

    One that says anything else is as good as any other: it answers. So is every one while anything stands that the
    same sender answered by one: what they say now would not be heard else.
    """
    if not isinstance(response, Response) or sender.answered(version.patient) or version.standing():
        return False
    return sender.wrote(response, version.patient)


def _one_at_a_time(clinic: Clinic) -> None:
    """Let two who take over into one clinic wait for each other; SQLite lets nobody else write anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            number = int.from_bytes(clinic.pk.bytes[:8], "big", signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
