"""What came of the courses."""

from __future__ import annotations

from ninja import Router

from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import After, Limit, Page, last_of, whole
from dermograph.clinic.api.problems import language
from dermograph.clinic.api.shapes import Json
from dermograph.clinic.api.shapes_places import OutcomeCourse, OutcomeGroup
from dermograph.clinic.api.site import operation
from dermograph.clinic.audit.record import record
from dermograph.clinic.overview.outcome import Outcome
from dermograph.clinic.overview.outcomes import Group, outcomes, outcomes_after, told
from dermograph.clinic.overview.shares import Share
from dermograph.core.text import Text

router = Router(tags=["outcomes"])
_IMPROVED = Text("measured courses with a detectable fall of contrast", "cursos medidos con descenso detectable")
_ADVERSE = Text("courses with a sign that the protocol does not expect", "cursos con un signo no esperado")
_CHANGE = Text("change of contrast from the baseline to the last visit", "cambio de contraste hasta la última visita")


@operation(router, "get", "/outcomes", out=Page[OutcomeGroup], scope="outcomes:read", like="outcomes")
def list_outcomes(request: ApiRequest) -> Json:
    """What came of the courses, by treatment and by the protocol that decided them.

    Shares with their 95 % intervals; never pooled over two protocols.
    """
    return whole([_grouped(group) for group in outcomes(request.clinic)])


@operation(router, "get", "/outcomes/courses", out=Page[OutcomeCourse], scope="outcomes:read", like="outcomes_csv")
def list_course_outcomes(request: ApiRequest, after: After = None, limit: Limit = 50) -> Json:
    """What came of each course with a session, without names.

    An export: the audit trail is told of its first page.
    """
    if after is None:
        details = {"courses": told(request.clinic), "token": request.token.prefix}
        record("outcomes.exported", clinic=request.clinic, who=request.person, details=details)
    found = outcomes_after(request.clinic, last_of(after), limit + 1)
    following = found[limit - 1].course.hex if len(found) > limit else None
    return {"items": [_course(one) for one in found[:limit]], "next": following}


def _grouped(group: Group) -> Json:
    return {
        "treatment": group.protocol.id,
        "version": group.version,
        "hash": group.hash,
        "is_current": group.is_current,
        "courses": group.courses,
        "open": group.open,
        "met_goal": group.met_goal,
        "measured": group.measured,
        "not_comparable": group.not_comparable,
        "unmeasured": group.unmeasured,
        "mixed": group.mixed,
        "is_few": group.is_few,
        "improved": _share(_IMPROVED, group.improved),
        "adverse": _share(_ADVERSE, group.adverse),
        "sessions_to_goal": [{"sessions": took, "courses": count} for took, count in group.sessions_to_goal],
    }


def _share(what: Text, share: Share) -> Json:
    return {"what": what.say(language()), "count": share.count, "of": share.of, "low": share.low, "high": share.high}


def _course(one: Outcome) -> Json:
    changed = one.changed
    low, high = changed.interval if changed else (None, None)
    return {
        "course": one.course,
        "treatment": one.treatment,
        "version": one.version,
        "hash": one.hash,
        "sessions": one.sessions,
        "ended": one.ended,
        "change": None
        if changed is None
        else {
            "what": _CHANGE.say(language()),
            "value": changed.value,
            "u": changed.u,
            "unit": "delta_e00",
            "low": low,
            "high": high,
            "smallest_detectable": changed.limit,
            "verdict": changed.verdict,
        },
        "follow_ups": one.visits,
        "not_comparable": one.not_comparable,
        "unexpected_signs": one.adverse,
    }
