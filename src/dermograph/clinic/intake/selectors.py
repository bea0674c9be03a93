"""What other parts ask of the intake: the assessment in force, and the consents that stand."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from dermograph.care.verdict import Verdict
from dermograph.clinic import facts
from dermograph.clinic.intake.known import Known, known
from dermograph.clinic.intake.models import Assessment, Consent, ConsentText, Override
from dermograph.clinic.people.models import Clinic, Course, Patient, User
from dermograph.protocols import Protocol
from dermograph.protocols.conditions import facts_of
from dermograph.protocols.vocabulary import Fact


@dataclass(frozen=True, slots=True)
class InForce:
    """What a signed assessment amounts to on one day.

    Attributes:
        verdict: What holds: the one decided today from what was signed, or the override.
        original: The verdict as it was signed.
        override: The medical lead's decision, where it holds: while it covers what is known, and one that made the
            verdict worse until what is known now is worse still; else None.
        outdated: Whether what is known now goes beyond what was signed, or the patient has changed an answer since;
            then nothing is cleared until it is signed again.
        by_patient: The facts whose answer the patient has changed since, with what the protocol decides by.
    """

    assessment: Assessment
    verdict: Verdict
    original: Verdict
    override: Override | None
    outdated: bool
    by_patient: tuple[Fact, ...] = ()

    @property
    def clears(self) -> bool:
        """Whether a session may be held."""
        return self.verdict in (Verdict.SUITABLE, Verdict.CONDITIONAL)


def signed_assessments(course: Course) -> list[Assessment]:
    """The assessments of a course, the latest first, each with its overrides."""
    found = Assessment.objects.filter(course=course).standing().select_related("written_by")
    return with_overrides(found.order_by("-written_at"))


def current_assessment(course: Course) -> Assessment | None:
    """The assessment that was signed last; None if none was."""
    return next(iter(signed_assessments(course)), None)


def with_overrides(assessments: QuerySet[Any]) -> list[Assessment]:
    """Assessments in the order of a query, each with its overrides, the latest first; joined: it stays one query.

    Args:
        assessments: Without a limit, since a row comes once for each override.
    """
    columns = {f"override_{name}": F(f"overrides__{name}") for name in _OVERRIDE}
    found: dict[uuid.UUID, Assessment] = {}
    overrides: dict[uuid.UUID, list[Override]] = {}
    for row in assessments.annotate(**columns, decided_by=F("overrides__written_by__name")):
        one = found.setdefault(row.pk, row)
        decided = overrides.setdefault(row.pk, [])
        if row.override_id is not None:
            override = Override.from_db(None, _OVERRIDE, [getattr(row, f"override_{name}") for name in _OVERRIDE])
            override.assessment = one
            if override.written_by_id is not None:
                override.written_by = User(pk=override.written_by_id, name=row.decided_by)
            decided.append(override)
    for pk, one in found.items():
        every: Any = one.overrides.all()
        every._result_cache = sorted(overrides[pk], key=lambda override: override.written_at, reverse=True)  # noqa: SLF001 (as Django's prefetch does)
        vars(one)["_prefetched_objects_cache"] = {"overrides": every}
    return list(found.values())


_OVERRIDE = ["id", "written_at", "written_by_id", "supersedes_id", "verdict", "reason"]


def standing_override(assessment: Assessment) -> Override | None:
    """The override of an assessment that nothing has superseded; None if it was never overridden, or taken back."""
    found = sorted(assessment.overrides.all(), key=lambda one: one.written_at)
    superseded = {one.supersedes_id for one in found}
    last = next((one for one in reversed(found) if one.pk not in superseded), None)
    return None if last is None or last.verdict == assessment.verdict else last


def effective_verdict(course: Course, on: dt.date | None = None) -> Verdict | None:
    """The verdict that holds for a course: of its signed assessment or of the override; None if nothing is signed.

    What was learnt after signing never clears: if what is known now brings a reason or a question that was not signed,
    the answer is the verdict of what is known now where that blocks, and ``incomplete`` otherwise. The same holds where
    the patient has changed an answer, whatever it reads: what the clinic wrote, or what was said in between and would
    not have cleared, is taken back by a signature only.
    """
    found = in_force(course, on=on)
    return found.verdict if found else None


def in_force(
    course: Course, *, on: dt.date | None = None, assessment: Assessment | None = None, now: Known | None = None
) -> InForce | None:
    """The same with what it rests on.

    Args:
        course: Best fetched with its clinic, patient and area.
        on: The day that is asked for; None for today.
        assessment: The current one, where it is known already.
        now: What is known on that day, where it is known already.
    """
    signed = assessment or current_assessment(course)
    if signed is None:
        return None
    now = now or known(course, on)
    protocol = facts.protocol_of(course)
    area = now.assess(course, protocol)
    then = signed.result["en"]
    reasons = {(reason["rule"], reason["effect"]) for reason in then["reasons"]}
    asked = {question["fact"] for question in then["ask"]}
    new_reason = any((reason.rule, reason.effect) not in reasons for reason in area.reasons if reason.effect != "none")
    changed = changed_by_patient(signed, now, protocol)
    outdated = new_reason or bool(changed) or any(question.fact.id not in asked for question in area.ask)
    original = Verdict(signed.verdict)
    decision = standing_override(signed)
    if outdated:
        verdict = area.verdict if area.verdict.blocks else Verdict.INCOMPLETE
        verdict = max(verdict, original, key=_WORSE.index) if changed else verdict
        decided = original if decision is None else Verdict(decision.verdict)
        # What the lead closed stays closed; an override that clears does not cover what was learnt after it.
        if _WORSE.index(decided) > _WORSE.index(original) and _WORSE.index(decided) >= _WORSE.index(verdict):
            return InForce(signed, decided, original, decision, outdated, changed)
        return InForce(signed, verdict, original, None, outdated, changed)
    if decision is not None:
        return InForce(signed, Verdict(decision.verdict), original, decision, outdated)
    same = now.frozen()["facts"] == signed.facts["facts"] and protocol.hash == signed.protocol_hash
    # Only the day may make it milder: anything else has to be signed first.
    verdict = area.verdict if same else max(area.verdict, original, key=_WORSE.index)
    return InForce(signed, verdict, original, None, outdated)


def changed_by_patient(signed: Assessment, now: Known, protocol: Protocol) -> tuple[Fact, ...]:
    """The facts that the protocol decides by and whose answer the patient has changed since an assessment was signed.

    A first answer to what nobody had asked is none of them, nor is the same answer once more. One that returns to what
    was signed is, where something else was written in between.
    """
    answers, values = set(signed.facts.get("answers", {}).values()), signed.facts["facts"]
    changed = set()
    for name, one in now.standing.items():
        if one.in_place_of is None or str(one.pk) in answers:
            continue
        told = facts.stored_value(now.facts[name]) if name in now.facts else None
        if str(one.in_place_of) not in answers or (name in values and told != values[name]):
            changed.add(name)
    if not changed:
        return ()
    weighed = {name for rule in protocol.rules for name in facts_of(rule.applies)}
    return tuple(fact for name, fact in protocol.vocabulary.facts.items() if name in changed & weighed)


_WORSE = (
    Verdict.SUITABLE,
    Verdict.CONDITIONAL,
    Verdict.INCOMPLETE,
    Verdict.DEFERRED,
    Verdict.REFERRED,
    Verdict.EXCLUDED,
)


def standing_consents(patient: Patient) -> list[Consent]:
    """The consents of a patient that nothing has superseded, the latest first, with their texts and withdrawals."""
    return list(
        patient.consents.standing()
        .select_related("text", "course", "witness", "written_by")
        .prefetch_related("withdrawals__written_by")
        .order_by("-signed_at")
    )


def agreed(consent: Consent) -> set[str]:
    """The purposes that were agreed to and not taken back."""
    back = {withdrawal.purpose for withdrawal in consent.withdrawals.all()}
    return set() if "" in back else set(consent.purposes) - back


def has_consent(patient: Patient, course: Course | None, purpose: str) -> bool:
    """Whether a purpose is agreed to, by a consent for this course or for all of them.

    Args:
        patient: Who signed.
        course: The course that it is asked for; None asks for a consent that names no course.
        purpose: An id of ``purposes.PURPOSES``.
    """
    course_ids = {None, course.pk if course else None}
    return any(purpose in agreed(consent) for consent in standing_consents(patient) if consent.course_id in course_ids)


def current_text(clinic: Clinic, treatment: str, language: str, on: dt.date) -> ConsentText | None:
    """The words that are signed on a day for a treatment; None if the clinic has none in that language."""
    found = ConsentText.objects.filter(clinic=clinic, treatment=treatment, language=language, valid_from__lte=on)
    return max(found, key=lambda text: (text.valid_from, _numbers(text.version)), default=None)


def _numbers(version: str) -> list[int]:
    """A version such that 1.10 comes after 1.9."""
    return [int(number) for number in re.findall(r"[0-9]+", version)]
