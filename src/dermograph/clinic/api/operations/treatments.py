"""Who the token is; treatments, their protocols, sources, and the facts that can be answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ninja import Router

from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import Page, whole
from dermograph.clinic.api.problems import language, not_found
from dermograph.clinic.api.shapes import Json
from dermograph.clinic.api.shapes_people import FactOut, Me, ProtocolOut, SourceOut, TreatmentOut, WordOut
from dermograph.clinic.api.site import operation
from dermograph.core.dates import Period
from dermograph.core.text import Language, Text
from dermograph.protocols import Protocol, load_library
from dermograph.protocols.model import Amount, Statement

router = Router(tags=["treatments"])
_PARTS = ("indications", "rules", "preparation", "session", "aftercare", "side_effects", "results", "maintenance")


@operation(router, "get", "/me", out=Me, scope="")
def get_me(request: ApiRequest) -> Json:
    """Who this token is.

    Its scopes, the person in whose name it acts, the clinic, and when it ends.
    """
    token, clinic = request.token, request.clinic
    return {
        "name": token.name,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "expires_at": token.expires_at,
        "member": request.member.pk,
        "member_name": request.person.name,
        "role": request.role,
        "clinic": {
            "id": clinic.pk,
            "name": clinic.name,
            "time_zone": clinic.time_zone,
            "language": clinic.language,
        },
    }


@operation(router, "get", "/treatments", out=Page[TreatmentOut], scope="")
def list_treatments(request: ApiRequest) -> Json:  # noqa: ARG001 (every operation has it)
    """The treatments that a course can follow."""
    library = load_library()
    return whole([_titled(name, library.protocol(name)) for name in library.treatments])


@operation(router, "get", "/treatments/{str:treatment}", out=ProtocolOut, scope="")
def get_treatment(request: ApiRequest, treatment: str) -> Json:  # noqa: ARG001 (the same)
    """A protocol, whole.

    Every statement has its place in the sources. Where sources disagree, all sides stand beside it.
    """
    library = load_library()
    if treatment not in library.treatments:
        raise not_found()
    protocol = library.protocol(treatment)
    return {**_titled(treatment, protocol), "statements": list(_statements(protocol, language()))}


@operation(router, "get", "/sources", out=Page[SourceOut], scope="")
def list_sources(request: ApiRequest) -> Json:  # noqa: ARG001 (the same)
    """The sources that statements cite."""
    said = language()
    sources = load_library().sources.values()
    return whole([{"key": one.key, "title": one.title.say(said), "basis": one.basis} for one in sources])


@operation(router, "get", "/facts", out=Page[FactOut], scope="")
def list_facts(request: ApiRequest) -> Json:  # noqa: ARG001 (the same)
    """What can be answered about a patient or an area."""
    said = language()
    return whole(
        [
            {
                "id": fact.id,
                "scope": fact.scope,
                "type": fact.type,
                "label": fact.label.say(said),
                "question": fact.question.say(said),
                "help": fact.help.say(said),
                "values": {word: text.say(said) for word, text in fact.values.items()},
                "words": {word: text.say(said) for word, text in fact.words.items()},
                "low": fact.low if fact.type == "integer" else None,
                "high": fact.high if fact.type == "integer" else None,
            }
            for fact in load_library().vocabulary.facts.values()
        ]
    )


@operation(router, "get", "/events", out=Page[WordOut], scope="")
def list_events(request: ApiRequest) -> Json:  # noqa: ARG001 (the same)
    """The kinds of dated things that rules speak of, such as sun on the area."""
    return whole([_word(one.id, one.label) for one in load_library().vocabulary.events.values()])


@operation(router, "get", "/signs", out=Page[WordOut], scope="")
def list_signs(request: ApiRequest) -> Json:  # noqa: ARG001 (the same)
    """The signs that can be reported after a session."""
    return whole([_word(name, label) for name, label in load_library().vocabulary.signs.items()])


def _word(name: str, label: Text) -> Json:
    return {"id": name, "label": label.say(language())}


def _titled(treatment: str, protocol: Protocol) -> Json:
    said = language()
    return {
        "id": treatment,
        "title": protocol.title.say(said),
        "summary": protocol.summary.say(said),
        "version": protocol.version,
        "hash": protocol.hash,
    }


def _statements(protocol: Protocol, said: Language) -> Iterator[Json]:
    course, review = protocol.course, protocol.review
    parts: dict[str, Iterable[Statement]] = {name: getattr(protocol, name) for name in _PARTS}
    parts["course"] = (course.spacing, course.published_sessions, course.review_before_next, course.settled_after)
    parts["price"] = (protocol.price,) if protocol.price else ()
    parts["answers"] = protocol.answers
    parts["review"] = (
        *(review.measure_after, *review.signs, review.goal, review.plateau),
        *((review.maintain,) if review.maintain else ()),
    )
    for part, statements in parts.items():
        for one in statements:
            yield _stated(part, one, protocol, said)


def _stated(part: str, one: Statement, protocol: Protocol, said: Language) -> Json:
    periods = (getattr(one, name, None) for name in ("period", "at_least", "usual_for", "longest", "every"))
    period = next((value for value in periods if isinstance(value, Period)), None)
    texts = {name: getattr(one, name, None) for name in ("to", "question", "worry")}
    was = one.replaces
    return {
        "part": part,
        "id": one.id,
        "says": one.says.say(said),
        "cite": [cite.to_json() for cite in one.cite],
        "disputed": protocol.conflicts[one.conflict].to_json(said) if one.conflict else None,
        "replaces": {"says": was.says.say(said), "cite": [cite.to_json() for cite in was.cite]} if was else None,
        "grade": getattr(one, "grade", None),
        "period": period.say(said) if period else None,
        **{name: text.say(said) if text else None for name, text in texts.items()},
        "low": _amount(getattr(one, "low", None) or getattr(one, "amount", None)),
        "high": _amount(getattr(one, "high", None)),
    }


def _amount(value: Amount | None) -> Json | None:
    return None if value is None else {"value": value.value, "unit": value.unit}
