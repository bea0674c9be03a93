"""The steps of a protocol as ActivityDefinitions: what somebody does, or does not do, around a session and in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import EVENT_KINDS, STATEMENT_KINDS, canonical, resource_id, version_of
from dermograph.exchange.fhir.elements import Element, coding, concept, narrative, without_empty
from dermograph.exchange.fhir.protocol.citing import citation, provenance
from dermograph.exchange.fhir.protocol.durations import lasting
from dermograph.exchange.fhir.protocol.publishing import published
from dermograph.exchange.fhir.protocol.statements import KINDS, Said, sections
from dermograph.protocols.citations import Cite
from dermograph.protocols.model import Aftercare, Maintenance, Preparation, Protocol, Rule, Statement, Timed

#: The key of the step that is the session itself.
SESSION = "session"

#: What each kind of step asks for (R4 request-resource-types).
_KINDS = {
    "preparation": "CommunicationRequest",
    "aftercare": "CommunicationRequest",
    "review-before-next": "Task",
    "measure-after": "Task",
    "maintenance": "Task",
    "maintain": "Task",
    "rule": "ServiceRequest",
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is done.

    Attributes:
        key: Unique in its protocol, also as an id of FHIR.
        does: The kind of request that it leads to.
        event: The kind of event that it forbids; None if it forbids none.
        said: The statements behind it, at least one for all but a session without parameters.
    """

    key: str
    kind: str
    title: Text
    says: Text
    does: str
    said: tuple[Statement, ...]
    event: str | None = None

    @property
    def cite(self) -> tuple[Cite, ...]:
        """Every citation of its statements, each once."""
        return tuple(dict.fromkeys(cite for statement in self.said for cite in statement.cite))


def steps(protocol: Protocol) -> tuple[Step, ...]:
    """The steps of a protocol: the session, what goes before and after it, reviews, and whose word is asked for."""
    session = Step(SESSION, "parameter", protocol.title, protocol.summary, "ServiceRequest", protocol.session)
    found = [session]
    for section in sections(protocol):
        found += [_step(one) for one in section.said if is_step(one)]
    return tuple(found)


def is_step(said: Said) -> bool:
    """Whether a statement is something to be done; of rules only those are that ask somebody."""
    if isinstance(said.statement, Rule):
        return said.statement.grade == "clearance"
    return said.kind in _KINDS


def _step(said: Said) -> Step:
    statement = said.statement
    event = statement.avoid if isinstance(statement, Preparation | Aftercare) else None
    return Step(said.key, said.kind, KINDS[said.kind], statement.says, _KINDS[said.kind], (statement,), event)


def activity_url(protocol: Protocol, key: str) -> str:
    """The canonical URL of a step's ActivityDefinition, with its version."""
    return f"{canonical('ActivityDefinition', resource_id(protocol.id, key))}|{version_of(protocol)}"


def activity_definitions(protocol: Protocol) -> list[dict[str, Any]]:
    """Every step of a protocol as an ActivityDefinition."""
    return [_definition(step, protocol) for step in steps(protocol)]


def _definition(step: Step, protocol: Protocol) -> dict[str, Any]:
    name = resource_id(protocol.id, step.key)
    title = Text(f"{protocol.title.en}: {step.title.en}", f"{protocol.title.es}: {step.title.es}")
    code = [coding(STATEMENT_KINDS, step.kind, KINDS[step.kind].en)]
    if step.event is not None:
        code.append(coding(EVENT_KINDS, step.event, protocol.vocabulary.events[step.event].label.en))
    version = version_of(protocol)
    return without_empty(
        {
            "resourceType": "ActivityDefinition",
            "id": resource_id(protocol.id, version, step.key),
            "language": "en",
            "text": narrative(step.says),
            "extension": [one for statement in step.said for one in provenance(statement, protocol)],
            **published("ActivityDefinition", name, version, title=title, description=step.says),
            "relatedArtifact": [citation(cite, protocol) for cite in step.cite],
            "kind": step.does,
            "intent": "plan",
            "code": concept(*code),
            "doNotPerform": True if step.event is not None else None,
            **_timing(step),
            "participant": _participants(step),
        }
    )


def _timing(step: Step) -> Element:
    """For how long it holds, or after how long it is done."""
    if len(step.said) != 1:
        return {}
    [statement] = step.said
    if isinstance(statement, Aftercare):
        return lasting("timing", statement.shortest, statement.period)
    if isinstance(statement, Preparation | Timed):
        return lasting("timing", None, statement.period)
    if isinstance(statement, Maintenance):
        return lasting("timing", None, statement.every)
    return {}


def _participants(step: Step) -> list[Element]:
    """Who is asked, or who does it."""
    if len(step.said) == 1 and isinstance(step.said[0], Rule):
        asked = step.said[0].to
        return [{"type": "practitioner", **({"role": concept(text=asked.en)} if asked else {})}]
    return [{"type": "patient" if step.does == "CommunicationRequest" else "practitioner"}]
