"""What this clinic holds already, as whoever judges a Bundle asks for it: looked up for the whole Bundle at once."""

from __future__ import annotations

import functools
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from django.apps import apps
from django.db.models import ForeignKey, Model

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.handover.identifiers import identifiers_of, keys_named
from dermograph.clinic.handover.kept import in_parts, latest, opened
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.stored import Stored
from dermograph.clinic.handover.subjects import references_of
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.records import Record
from dermograph.clinic.vault import halves
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Held
from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference

Address = tuple[str, uuid.UUID]
#: What reads entries of this clinic of one type as they would be sent, by their ids; of what is not this clinic's
#: there is none. The outgoing half adds itself.
READERS: Final[list[Callable[[Clinic, str, Sequence[uuid.UUID]], Mapping[uuid.UUID, Stored]]]] = []
#: What reads what was received, of one type, as it would be sent on: with the ids of this clinic.
SENT_ON: Final[list[Callable[[Clinic, str, Sequence[uuid.UUID]], Mapping[uuid.UUID, Stored]]]] = []
#: Types of which some have an id that is no row's of ``owners``, so that only the readers know them.
DERIVED_KINDS: Final[set[str]] = set()
#: The apps whose rows leave as resources, so that other systems may name them.
_NAMED: Final = frozenset({"people", "intake", "agenda", "gallery", "scalp", "treatment", "ledger", "portal"})
#: So many are read at once: a row may have many, and each id asks for as many rows as it could be made of.
_READ_AT_ONCE: Final = 50
#: What counts as here, with whom it is about as far as that is known.
Expected = Mapping[Address, uuid.UUID | None]
NOTHING: Final[Expected] = MappingProxyType({})
_NOWHERE: Final = uuid.UUID(int=0)
_ERASED: Final = Text(
    "This patient was erased here. They are not taken over again.",
    "Este paciente se borró aquí. No se vuelve a incorporar.",
)
_BLOCKED: Final = Text(
    "The record of this patient is blocked: nothing is done with it.",
    "La historia de este paciente está bloqueada: no se hace nada con ella.",
)


class Holdings:
    """The ``Lookup`` on the database, for one Bundle.

    Attributes:
        rows: The latest version of what this clinic received, by type and id.
        native: The ids of entries of the clinic's own tables.
        taken: Ids of another clinic's patients, which no patient of this one can have.
        expected: What counts as here; what the Bundle itself brings only if it is known whom that is about.
        program: Who lets the Bundle in, as ``models.Received`` has it.
        tells_others: Whether the sender is told of patients with the same identifiers.
        refused: What is refused for a reason that only the database knows, with the reason.
    """

    def __init__(
        self, clinic: Clinic, keys: Keys, expected: Expected = NOTHING, program: str = "", *, tells_others: bool = True
    ) -> None:
        self.clinic, self.keys, self.expected, self.program = clinic, keys, expected, program
        self.tells_others = tells_others
        self.rows: dict[Address, Received] = {}
        self.native: set[uuid.UUID] = set()
        self.taken: set[uuid.UUID] = set()
        self.refused: dict[Address, Text] = {}
        self._resources: dict[uuid.UUID, Element] = {}
        self._named: dict[tuple[str, str], uuid.UUID] = {}
        self._registered: dict[uuid.UUID, str] = {}
        self._by_key: dict[uuid.UUID, Received] = {}
        self._read: dict[Address, Stored | None] = {}
        self._brought: set[Address] = set()

    def load(self, resources: Iterable[tuple[Element, str]]) -> None:
        """Look up what a Bundle brings or mentions.

        Args:
            resources: Checked, each with the ``fullUrl`` of its entry.
        """
        own, mentioned, names = set(), set(), set()
        for resource, url in resources:
            own.add((resource["resourceType"], self.key_of(resource, url)))
            mentioned |= {
                (kind_of_reference(one), self.keys.of_reference(one["reference"])) for one in references_of(resource)
            }
            if resource["resourceType"] == "Patient" and self.tells_others:
                names |= set(identifiers_of(resource))
        self._brought = own
        every = {key for _, key in mentioned | own}
        for some in in_parts(every):
            for row in latest(self.clinic).filter(key__in=some):
                self.rows[row.kind, row.key] = self._by_key[row.key] = row
            for model, pk, clinic in owners(some):
                if clinic == self.clinic.pk:
                    self.native.add(pk)
                elif model is Patient:
                    self.taken.add(pk)
        mine = [row for at, row in self.rows.items() if at in own]
        self._refuse_who_is_gone(every | {row.patient_id for row in mine if row.patient_id is not None})
        readable = [row for row in mine if ("Patient", row.patient_id) not in self.refused]
        self._resources = {row.pk: one for row, one in zip(readable, opened(readable), strict=True)}
        self._named = keys_named(self.clinic, "Patient", names)
        self._load_registered(row.key for row in mine if row.kind == "Patient")
        self._load_own(at for at in mentioned | own if at not in self.rows)

    def key_of(self, resource: Element, url: str) -> uuid.UUID:
        """The id of an entry's resource here."""
        if "id" not in resource and url.startswith("urn:uuid:"):
            return self.keys.of_reference(url)
        return self.keys.of_resource(resource)

    def held(self, kind: str, key: uuid.UUID) -> Held | None:
        """The resource of a type with an id; None if there is none."""
        if (kind, key) in self.refused or (not kind and ("Patient", key) in self.refused):
            return Held(_NOWHERE, {}, is_barred=True)
        if kind == "Patient" and key in self.taken:
            return Held(_NOWHERE, {})
        row = self.rows.get((kind, key)) if kind else self._by_key.get(key)
        if row is not None:
            return Held(row.clinic_id, self._resources.get(row.pk, {}))
        own = self._own(kind, key)
        if own is None and key not in self.native and not self._is_expected((kind or "Patient", key)):
            return None
        return Held(self.clinic.pk, own.resource if own is not None else {})

    def named(self, kind: str, system: str, value: str) -> uuid.UUID | None:
        """The id of this clinic's resource of a type with a business identifier; None if there is none."""
        return self._named.get((system, value)) if kind == "Patient" else None

    def is_own(self, kind: str, key: uuid.UUID) -> bool:
        """Whether it was written in this clinic, and not received."""
        if (kind, key) in self.rows:
            return False
        return key in self.native or self._own(kind, key) is not None

    def version_of(self, kind: str, key: uuid.UUID) -> int:
        """The version that was received last; 0 for none."""
        row = self.rows.get((kind, key))
        return row.version if row else 0

    def before(self, kind: str, key: uuid.UUID) -> Element | None:
        """What was received last; None if nothing was."""
        row = self.rows.get((kind, key))
        return self._resources.get(row.pk) if row else None

    def patient_of(self, kind: str, key: uuid.UUID) -> uuid.UUID | None:
        """Whom something is about that was received, is our own, or is expected; None for nobody or nothing of that."""
        row = self.rows.get((kind, key)) if kind else self._by_key.get(key)
        if row is not None:
            return row.patient_id
        own = self._own(kind, key)
        return own.patient if own is not None else self.expected.get((kind, key))

    def source_of(self, kind: str, key: uuid.UUID) -> str | None:
        """From which system something was received; None if it was not.

        Of a patient it is the one from which they were registered, whoever sent details of them since; None for who was
        registered here.
        """
        if kind == "Patient":
            return self._registered.get(key)
        row = self.rows.get((kind, key))
        return row.source if row else None

    def is_of_another_program(self, kind: str, key: uuid.UUID) -> bool:
        """Whether the version that stands came by another program: what it says of its source is not believed then."""
        row = self.rows.get((kind, key))
        return bool(row and row.program and self.program and row.program != self.program)

    def sent_on(self, wanted: Iterable[Address]) -> dict[Address, Element]:
        """What was received, as this clinic sends it on to others."""
        by_kind: dict[str, list[uuid.UUID]] = defaultdict(list)
        for kind, key in wanted:
            by_kind[kind].append(key)
        found: dict[Address, Element] = {}
        for kind, keys in by_kind.items():
            for some in in_parts(keys, _READ_AT_ONCE):
                for read in SENT_ON:
                    found |= {(kind, key): one.resource for key, one in read(self.clinic, kind, some).items()}
        return found

    def _is_expected(self, at: Address) -> bool:
        """Whether something counts as here; what is brought now only where it was brought before."""
        return at in self.expected and (at not in self._brought or self.expected[at] is not None)

    def _own(self, kind: str, key: uuid.UUID) -> Stored | None:
        """What is written in this clinic, also what it derives from a row: that stands in no table under its id."""
        if (kind, key) not in self._read:
            self._load_own([(kind, key)])
        return self._read.get((kind, key))

    def _load_own(self, wanted: Iterable[Address]) -> None:
        by_kind: dict[str, list[uuid.UUID]] = defaultdict(list)
        for kind, key in wanted:
            if kind in DERIVED_KINDS or (kind and key in self.native):
                by_kind[kind].append(key)
        for kind, keys in by_kind.items():
            for some in in_parts(keys, _READ_AT_ONCE):
                found = {key: one for read in READERS for key, one in read(self.clinic, kind, some).items()}
                self._read |= {(kind, key): found.get(key) for key in some}

    def _load_registered(self, keys: Iterable[uuid.UUID]) -> None:
        """The trail says of each whom another system sent which one that was."""
        for some in in_parts(keys):
            entries = AuditEntry.objects.filter(clinic=self.clinic, action="patient.registered", patient__in=some)
            for patient, details in entries.values_list("patient", "details"):
                if patient is not None and "source" in details:
                    self._registered[patient] = details["source"]

    def _refuse_who_is_gone(self, keys: Iterable[uuid.UUID]) -> None:
        for some in in_parts(keys):
            blocked = Patient.objects.filter(pk__in=some, clinic=self.clinic, restricted_at__isnull=False)
            self.refused |= {("Patient", pk): _BLOCKED for pk in blocked.values_list("pk", flat=True)}
            self.refused |= {
                ("Patient", key): _ERASED
                for key in some
                if key not in self.native and key not in self.taken and halves.is_erased(key)
            }
        for at, row in self.rows.items():  # what is about them is as little touched
            if ("Patient", row.patient_id) in self.refused:
                self.refused.setdefault(at, _BLOCKED)


def owners(keys: list[uuid.UUID]) -> Iterator[tuple[type[Model], uuid.UUID, uuid.UUID]]:
    """Which of some ids are rows of the clinics' own tables: the model, the id, the clinic.

    Args:
        keys: At most ``kept.AT_ONCE``.
    """
    for model, path in _tables().items():
        for pk, clinic in model._base_manager.filter(pk__in=keys).values_list("pk", path):  # noqa: SLF001 (the manager that hides no row)
            yield model, pk, clinic


def is_named(model: type[Model]) -> bool:
    """Whether ``owners`` knows the rows of a table by their ids."""
    return model in _tables()


@functools.cache
def _tables() -> Mapping[type[Model], str]:
    """Every kind of row that other systems may name, with the way to its clinic."""
    found: dict[type[Model], str] = {Clinic: "pk"}
    for model in apps.get_models():
        if issubclass(model, Record) and model not in found and model._meta.app_label in _NAMED:  # noqa: SLF001 (Django's documented way to a model)
            path = _way_to_clinic(model)
            if path:
                found[model] = path
    return found


def _way_to_clinic(model: type[Model]) -> str:
    keys: list[ForeignKey[Any, Any]] = [one for one in model._meta.get_fields() if isinstance(one, ForeignKey)]  # noqa: SLF001 (Django's documented way to a model's fields)
    if any(one.related_model is Clinic for one in keys):
        return "clinic"
    for one in keys:
        if not one.null and any(to.name == "clinic" for to in one.related_model._meta.concrete_fields):  # noqa: SLF001 (the same)
            return f"{one.name}__clinic"
    return ""
