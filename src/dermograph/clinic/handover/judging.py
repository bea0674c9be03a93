"""What a Bundle would do here: what the exchange says of it, and what only the database and the house know."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from dermograph.clinic.handover.following import as_it_came_back, as_it_stands
from dermograph.clinic.handover.holdings import NOTHING, Address, Expected, Holdings
from dermograph.clinic.handover.patients import Read, read_patient
from dermograph.clinic.handover.subjects import (
    ABOUT_NOBODY,
    NO_RECORD,
    based_on,
    holds_somebody,
    names_nobody_usable,
    references_of,
    said_by,
    whom_each,
)
from dermograph.clinic.people.models import Clinic
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.exchange.fhir.bundle_entries import says_the_same
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Incoming, Result
from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.read_bundle import incoming, wrong_with

NOBODY: Final = Text(
    "It does not say which patient it is about: it cannot be filed.",
    "No dice de qué paciente trata: no se puede archivar.",
)
_SEVERAL: Final = Text(
    "It is about several patients: it cannot be filed with one.",
    "Trata de varios pacientes: no se puede archivar con uno.",
)
_SOMEBODY: Final = Text(
    "It has the details of a person inside, and could not be erased with them: it cannot be filed. Send them by "
    "themselves, and name them by a reference.",
    "Contiene los datos de una persona y no podría borrarse con ella: no se puede archivar. Envíela aparte e indíquela "
    "con una referencia.",
)
_NO_RECORD: Final = Text("It is no part of a record: it is not kept.", "No forma parte de una historia: no se guarda.")
_OURS: Final = Text(
    "It was written in this clinic, and is corrected here by an entry of its own.",
    "Se escribió en esta clínica y se corrige aquí con una anotación propia.",
)
_THEIRS: Final = Text(
    "Another system sent it first. Only that system changes it.",
    "Lo envió antes otro sistema. Solo ese sistema lo modifica.",
)
#: Why a change is refused of what is here, and stays: nothing that needs it is refused with it.
STANDS: Final = frozenset({_OURS, _THEIRS})


@dataclass(frozen=True, slots=True)
class Judged:
    """A Bundle, judged.

    Attributes:
        incoming: What becomes of each entry.
        holdings: What was held when it was judged.
        patients: Whom each entry that is kept is about, by its number; None for nobody.
        people: The columns of each Patient that is kept, by its id.
    """

    incoming: Incoming
    holdings: Holdings
    patients: Mapping[int, uuid.UUID | None]
    people: Mapping[uuid.UUID, Read]


def judge(
    clinic: Clinic,
    bundle: Any,  # noqa: ANN401 (any JSON)
    source: str,
    expected: Expected = NOTHING,
    program: str = "",
    *,
    tells_others: bool = True,
) -> Judged:
    """What a Bundle would do; nothing is written.

    Args:
        clinic: Into whose records.
        bundle: JSON.
        source: The URI of the system that sends it.
        expected: What counts as here already, with whom it is about if that is known.
        program: Who lets it in, as ``models.Received`` has it.
        tells_others: Whether the sender is told of patients with the same identifiers.

    Raises:
        RefusedError: If it is no Bundle that can be taken over at all.
    """
    keys = Keys(source, clinic.pk)
    holdings = Holdings(clinic, keys, expected, program, tells_others=tells_others)
    wrong = wrong_with(bundle)
    holdings.load(_resources(bundle, wrong))
    while True:
        found = incoming(bundle, holdings, clinic.pk, source=source, wrong=wrong)
        people: dict[uuid.UUID, Read] = {}
        patients, refused = _of_the_house(found, holdings, people)
        if not refused:
            return Judged(_worded(found, bundle, holdings), holdings, patients, people)
        holdings.refused |= refused  # again: what needs them is refused with them


def _resources(bundle: Any, wrong: Sequence[tuple[Issue, ...]]) -> list[tuple[Element, str]]:  # noqa: ANN401 (a Bundle)
    """The resources with which nothing is wrong; what is wrong with the others is told by the exchange."""
    entries = zip(bundle.get("entry", ()), wrong, strict=True)
    return [(one["resource"], one.get("fullUrl", "")) for one, issues in entries if "resource" in one and not issues]


def _of_the_house(
    found: Incoming, holdings: Holdings, people: dict[uuid.UUID, Read]
) -> tuple[dict[int, uuid.UUID | None], dict[Address, Text]]:
    """Whom each entry is about, and what is refused for reasons of the house."""
    kept: dict[Address, Result] = {}
    for one in found.results:
        if one.resource is not None and one.key is not None:
            kept.setdefault((one.kind, one.key), one)  # the same once more changes nothing
    about = whom_each(
        {at: said_by(one.resource or {}, holdings.keys) for at, one in kept.items()},
        lambda at: holdings.patient_of(*at),
    )
    patients: dict[int, uuid.UUID | None] = {}
    refused: dict[Address, Text] = {}
    for (kind, key), one in kept.items():
        whom = about[kind, key]
        patients[one.number] = next(iter(whom)) if len(whom) == 1 else None
        if kind in NO_RECORD:
            refused[kind, key] = _NO_RECORD
        elif holds_somebody(one.resource or {}):
            refused[kind, key] = _SOMEBODY
        elif len(whom | _asked_for(one, about, holdings)) > 1:
            refused[kind, key] = _SEVERAL
        elif not whom and (kind not in ABOUT_NOBODY or names_nobody_usable(one.resource or {})):
            refused[kind, key] = NOBODY
        elif kind == "Patient" and one.done in {"created", "changed"} and one.resource is not None:
            try:
                people[key] = read_patient(one.resource, holdings.keys.source, holdings.clinic)
            except InputError as error:
                refused[kind, key] = Text(error.say("en"), error.say("es"))
    return patients, refused


def _asked_for(one: Result, about: Mapping[Address, frozenset[uuid.UUID]], holdings: Holdings) -> frozenset[uuid.UUID]:
    """For whom the requests are that an entry is based on, as far as they are known."""
    found: set[uuid.UUID] = set()
    if one.key is not None and holdings.is_own(one.kind, one.key):
        return frozenset()  # what was written here is left alone whatever is said
    for to in based_on(one.resource or {}):
        at = (kind_of_reference(to), _key(to, holdings))
        whom = holdings.patient_of(*at)
        found |= about.get(at, frozenset({whom} if whom else ()))
    return frozenset(found)


def _worded(found: Incoming, bundle: Any, holdings: Holdings) -> Incoming:  # noqa: ANN401 (any JSON)
    """The same with the reasons of the house in place of the exchange's, and what is ours left alone."""
    results = [_explained(one, bundle, holdings) if one.done == "refused" else one for one in found.results]
    others = ((one.kind, one.key) for one in results if one.key is not None and _is_anothers(one, holdings))
    sent_on = holdings.sent_on(others)
    return replace(found, results=tuple(_left_alone(one, holdings, sent_on) for one in results))


def _explained(one: Result, bundle: Any, holdings: Holdings) -> Result:  # noqa: ANN401 (any JSON)
    if not any(issue.code == "forbidden" for issue in one.issues):
        return one
    resource = bundle["entry"][one.number]["resource"]
    named = [(one.kind, one.key), *((kind_of_reference(to), _key(to, holdings)) for to in references_of(resource))]
    why = next((holdings.refused[at] for at in named if at[1] is not None and at in holdings.refused), None)
    if why is None:
        return one
    issues = tuple(
        replace(issue, code="business-rule", words=why) if issue.code == "forbidden" else issue for issue in one.issues
    )
    return replace(one, issues=issues)


def _key(reference: Mapping[str, Any], holdings: Holdings) -> uuid.UUID:
    return holdings.keys.of_reference(reference["reference"])


def _is_anothers(one: Result, holdings: Holdings) -> bool:
    """Whether an entry changes what another system sent."""
    if one.done != "changed" or one.key is None:
        return False
    return holdings.source_of(one.kind, one.key) not in (None, holdings.keys.source)


def _left_alone(one: Result, holdings: Holdings, sent_on: Mapping[Address, Element]) -> Result:
    """What was written here, or sent by one system, is no other's to change, but for details of a patient of ours."""
    if one.done != "changed" or one.key is None:
        return one
    if (one.kind, one.key) in sent_on and says_the_same(sent_on[one.kind, one.key], one.resource):
        return replace(one, done="unchanged")  # as this clinic sends it on, come back
    source = holdings.source_of(one.kind, one.key)
    if source is None and (one.kind == "Patient" or not holdings.is_own(one.kind, one.key)):
        return one
    if source is None and (back := as_it_came_back(one, holdings)) is not None:
        return back
    if source == holdings.keys.source and not holdings.is_of_another_program(one.kind, one.key):
        return as_it_stands(one, holdings)
    words = _OURS if source is None else _THEIRS
    issue = Issue("business-rule", words, f"Bundle.entry[{one.number}].resource")
    return Result(one.number, one.kind, one.key, "refused", issues=(*one.issues, issue))
