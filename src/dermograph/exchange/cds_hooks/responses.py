"""Responses to our questionnaires as statements: whole ones of others, and those that our own records are made into.

Ours are parts: what one person wrote down on one day about one course, or about the patient. All of them count, each
for what it says. Others' count likewise: what a later one leaves out was not asked, and what was said before stands.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dermograph.core.errors import InputError, shown
from dermograph.exchange.cds_hooks.effective_time import EffectiveTime, effective_time
from dermograph.exchange.cds_hooks.references import courses_in, id_in, is_request, standing
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.cds_hooks.resources import listed
from dermograph.exchange.cds_hooks.statements import Statement, spoken
from dermograph.exchange.fhir.codes import canonical, questionnaire_url
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.table import tag_of
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.read_response import read_questionnaire_response
from dermograph.protocols.library import Library
from dermograph.protocols.model import Protocol

OURS: Final = "response"
_BEGINS: Final = canonical("Questionnaire", "")
#: No day is longer: a part that was finished at an instant was not begun earlier than that before it.
_LONGEST_DAY: Final = dt.timedelta(hours=25)
_MOMENT: Final = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Response:
    """One response that counts.

    Attributes:
        protocol: Whose questions it answers; None where only its tag tells that it is ours.
        is_present: Whether it answers the present version of them.
        course: What it is based on; empty where it names nothing.
        words: What the sender calls that; empty where it has no words.
    """

    resource: Element
    protocol: Protocol | None
    is_present: bool
    course: str
    words: str

    @property
    def is_ours(self) -> bool:
        """Whether it was made from one of our records, and so is a part."""
        return tag_of(self.resource) == OURS

    def asks(self, protocol: Protocol) -> bool:
        """Whether it answers, or may answer, the questions of a protocol."""
        return self.protocol is protocol or "questionnaire" not in self.resource

    @property
    def answers(self) -> str:
        """The id of its protocol; of a questionnaire that is not known its name; empty where it answers none."""
        return self.protocol.id if self.protocol else str(self.resource.get("questionnaire", ""))

    @property
    def is_of_one_instant(self) -> bool:
        """Whether all of it was said when it is dated: of a part of ours where it holds the last answer alone."""
        return not self.is_ours or (len(self.items) == 1 and self.resource.get("status") != "amended")

    @property
    def items(self) -> list[Element]:
        """Its items."""
        there = self.resource.get("item", [])
        return list(there) if isinstance(there, list) else []


def responses_in(request: HookRequest, library: Library) -> list[Response]:
    """The responses of a request that answer questions of ours, without those that were entered in error.

    Raises:
        HookError: 400 if one is based on several requests.
    """
    found = []
    for one in standing(listed(request.prefetch.get("answers"), "QuestionnaireResponse")):
        named = str(one.get("questionnaire", ""))
        url = named.partition("|")[0]
        protocol = library.protocols.get(url.removeprefix(_BEGINS)) if url.startswith(_BEGINS) else None
        if protocol is None and tag_of(one) != OURS:
            continue
        is_present = protocol is None or named in (url, questionnaire_url(protocol))
        course, words = _course(one, request.fhir_server)
        found.append(Response(one, protocol, is_present, course, words))
    return found


def _course(resource: Element, server: str) -> tuple[str, str]:
    """What a response is based on, with the sender's words for it; both empty where it names nothing.

    Raises:
        HookError: 400 if it names several requests of treatment, or several of anything else and none: of one area
            alone its answers would be lost to the others.
    """
    named = courses_in(resource, ("basedOn",), server)
    requests = [one for one in named if is_request(one)] or [*named]
    if len(requests) > 1:
        few = ", ".join(requests)
        raise HookError(
            400,
            issue(
                "business-rule",
                "prefetch.answers",
                f"A response is based on several requests: {shown(few)}. One response is about one area.",
                f"Una respuesta se basa en varias solicitudes: {shown(few)}. Cada respuesta trata de una zona.",
            ),
        )
    return next(iter(named.items()), ("", ""))


def stated(responses: Sequence[Response], now: dt.datetime) -> Iterator[tuple[Response, Statement]]:
    """What responses say.

    Args:
        responses: All that count.
        now: What is dated later tells no time.
    """
    for one, when in zip(responses, _times(responses, now), strict=True):
        for item in one.items:
            said = spoken(item, when, takes_back=one.is_ours)
            if said is not None:
                outdated = "" if one.is_present else str(one.resource["questionnaire"])
                course = frozenset({one.course} if one.course else ())
                yield one, replace(said, courses=course, protocol=one.answers, questionnaire=outdated)


def _times(responses: Sequence[Response], now: dt.datetime) -> list[EffectiveTime]:
    """When each was said.

    The time of a part of ours is that of the last answer in it, which may have been replaced since. The others were
    given before, on the same day, and after any earlier part of the same person about the same, which is of another
    day.
    """
    written = [effective_time(one.resource.get("authored")).known_at(now) for one in responses]
    instants: dict[tuple[str, ...], list[dt.datetime]] = {}
    for one, when in zip(responses, written, strict=True):
        if (who := _writer(one)) and when.span and not when.is_day:
            instants.setdefault(who, []).append(when.span[0])
    for some in instants.values():
        some.sort()
    found = []
    for one, when in zip(responses, written, strict=True):
        if when.span and not when.is_day and not one.is_of_one_instant:
            last = when.span[0]
            before = instants.get(_writer(one), [])
            number = bisect_left(before, last)
            former = before[number - 1] + _MOMENT if number else last - _LONGEST_DAY
            found.append(when.not_before(max(last - _LONGEST_DAY, former)))
        else:
            found.append(when)
    return found


def _writer(one: Response) -> tuple[str, ...]:
    """Who wrote a part of ours, and about which course; empty where it does not say."""
    who = [id_in(one.resource.get(name)) for name in ("author", "source")]
    return (one.course, *who) if one.is_ours and any(who) else ()


def check_each(responses: Sequence[Response], fallback: Protocol, on: dt.date) -> None:
    """Read every response by itself, so that nothing in any of them is passed over that is not understood.

    Args:
        responses: All that count; those to another version are not read.
        fallback: By whose questions a part without any is read.
        on: The day that is decided for.

    Raises:
        HookError: 400 at the first thing that is not understood.
    """
    for one in responses:
        if one.is_present:
            protocol = one.protocol or fallback
            resource = one.resource if one.protocol else {**one.resource, "questionnaire": questionnaire_url(protocol)}
            read(resource, protocol, on)


def read(resource: Mapping[str, object], protocol: Protocol, on: dt.date) -> Answers:
    """A response, read strictly.

    Raises:
        HookError: 412 if it answers another version, 400 for anything else that is not understood.
    """
    try:
        return read_questionnaire_response(resource, protocol, on=on)
    except InputError as error:
        version = error.place.field == "questionnaire"
        at = f"prefetch.answers: {error.place.field}"
        words = Issue("business-rule" if version else "value", error.what, at)
        raise HookError(412 if version else 400, words) from error
