"""An assessment of an area as a GuidanceResponse, with a DetectedIssue for each reason that is one.

Nothing is decided here: the verdict stands in the GuidanceResponse's outcome, each reason with its sources in an issue,
each open question as required data. An indication is no issue: it is what the guidance was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dermograph.care.ask import Question
from dermograph.care.assess import AreaAssessment, Assessment
from dermograph.care.explain import VERDICTS
from dermograph.care.reasons import Reason
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import (
    AREA_NAME,
    ASKED_OF,
    COULD_BECOME,
    EFFECTS,
    FACTS,
    GRADES,
    HASH_SYSTEM,
    MISSING_REASONS,
    UNTIL,
    plan_definition_url,
    resource_id,
)
from dermograph.exchange.fhir.elements import (
    Element,
    both_languages,
    coding,
    concept,
    extension,
    identifier,
    narrative,
    reference,
    without_empty,
)
from dermograph.exchange.fhir.protocol.citing import claim_coding, disputed, replaced
from dermograph.protocols.model import Protocol

_SEVERITY: Final = {"excluded": "high", "referred": "moderate", "deferred": "moderate", "conditional": "low"}
_OUTCOME: Final = "outcome"
_VERDICTS: Final = {verdict.value: words for verdict, words in VERDICTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """To whom and to what an assessment or a plan belongs.

    Attributes:
        key: From which the logical ids are made: the same for the same assessment.
        patient: A reference to the Patient.
        evidence: References to what it rests on, such as the QuestionnaireResponse.
        area: A reference to the BodyStructure; None where the sender has none.
        at: When it was made, as FHIR dateTime; None for the day of assessment.
    """

    key: str
    patient: Element
    evidence: tuple[Element, ...] = ()
    area: Element | None = None
    at: str | None = None


def guidance(
    assessment: Assessment, name: str, setting: Setting, *, result: Element | None = None
) -> list[dict[str, Any]]:
    """One area's assessment: the GuidanceResponse, then its DetectedIssues, the worst reason first.

    Args:
        assessment: Of the whole case.
        name: Of the area.
        setting: Whose it is.
        result: A reference to the CarePlan that follows from it.

    Raises:
        KeyError: If there is no area of that name.
    """
    area = assessment.area(name)
    at = setting.at or assessment.assessed_on.isoformat()
    issues = [
        _issue(reason, number, area, assessment.protocol, setting, at)
        for number, reason in enumerate(_issues(area.reasons), start=1)
    ]
    return [_response(area, assessment, setting, at, issues, result), *issues]


def _issues(reasons: Sequence[Reason]) -> list[Reason]:
    return [reason for reason in reasons if reason.grade != "indication"]


def status_of(verdict: str, *, asks: bool) -> str:
    """``data-required`` where nothing is decided, ``data-requested`` where an answer could still change what is.

    Args:
        verdict: Of ``care.verdict``.
        asks: Whether an answer is still asked for.
    """
    if verdict == "incomplete":
        return "data-required"
    return "data-requested" if asks else "success"


def severity_of(effect: str) -> str | None:
    """How serious an issue is, by the effect of its reason (R4 detectedissue-severity); None of what only informs."""
    return _SEVERITY.get(effect)


def _response(
    area: AreaAssessment,
    assessment: Assessment,
    setting: Setting,
    at: str,
    issues: list[dict[str, Any]],
    result: Element | None,
) -> dict[str, Any]:
    protocol = assessment.protocol
    indications = [reason for reason in area.reasons if reason.grade == "indication"]
    return without_empty(
        {
            "resourceType": "GuidanceResponse",
            "id": resource_id(setting.key),
            "language": "en",
            "text": narrative(summary(area.name, area.verdict.value, [reason.says for reason in area.reasons])),
            "contained": [_outcome(area, assessment, issues)],
            "extension": [extension(AREA_NAME, valueString=area.name)],
            "requestIdentifier": identifier(HASH_SYSTEM, protocol.hash),
            "moduleCanonical": plan_definition_url(protocol),
            "status": status_of(area.verdict.value, asks=bool(area.ask)),
            "subject": setting.patient,
            "occurrenceDateTime": at,
            "reasonCode": [_cited(reason) for reason in indications],
            "result": result,
            "outputParameters": {"reference": f"#{_OUTCOME}"},
            "dataRequirement": [_required(question) for question in area.ask],
        }
    )


def summary(area: str, verdict: str, reasons: Sequence[Text]) -> Text:
    """The verdict and every reason in words.

    Args:
        area: As the clinic calls it.
        verdict: Of ``care.verdict``.
        reasons: What each says.
    """
    words = _VERDICTS.get(verdict, Text(verdict, verdict))
    says = [Text(f"{area}: {words.en}.", f"{area}: {words.es}."), *reasons]
    return Text(" ".join(one.en for one in says), " ".join(one.es for one in says))


def _cited(reason: Reason) -> Element:
    """A reason as a concept: what it says, with its places in the sources as codes."""
    return concept(*(claim_coding(cite) for cite in reason.cite), text=reason.says.en)


def _outcome(area: AreaAssessment, assessment: Assessment, issues: list[dict[str, Any]]) -> Element:
    """What was decided, as Parameters, with the issues: R4 has no other place that may refer to them."""
    parameters: list[Element] = [
        {"name": "verdict", "valueCoding": coding(EFFECTS, area.verdict.value)},
        {"name": "worst_case", "valueCoding": coding(EFFECTS, area.worst_case.value)},
        {"name": "assessed_on", "valueDate": assessment.assessed_on.isoformat()},
    ]
    if area.not_before is not None:
        parameters.append({"name": "not_before", "valueDate": area.not_before.isoformat()})
    parameters += [{"name": "issue", "valueReference": reference("DetectedIssue", issue["id"])} for issue in issues]
    return {"resourceType": "Parameters", "id": _OUTCOME, "parameter": parameters}


def _required(question: Question) -> Element:
    fact = question.fact
    return required(fact.id, question.missing, question.could_become.value, fact.label.en)


def required(fact: str, missing: str, could_become: str, label: str | None = None) -> Element:
    """A question as data that is asked for.

    Args:
        fact: Its id.
        missing: Why it is not known.
        could_become: The verdict that it could lead to.
        label: What the fact is called; None leaves it out.
    """
    return {
        "extension": [extension(COULD_BECOME, valueCode=could_become)],
        "type": "Observation",
        "codeFilter": [
            {"path": "code", "code": [coding(FACTS, fact, label)]},
            {"path": "dataAbsentReason", "code": [coding(MISSING_REASONS, missing)]},
        ],
    }


def _issue(
    reason: Reason, number: int, area: AreaAssessment, protocol: Protocol, setting: Setting, at: str
) -> dict[str, Any]:
    """A reason as a DetectedIssue, its citations as evidence."""
    evidence: list[Element] = [
        {"code": [concept(claim_coding(cite), text=_claim(protocol, cite.source, cite.claim))]} for cite in reason.cite
    ]
    if setting.evidence:
        evidence.append({"code": [concept(*_facts(reason, protocol))], "detail": list(setting.evidence)})
    return without_empty(
        {
            "resourceType": "DetectedIssue",
            "id": resource_id(setting.key, str(number)),
            "language": "en",
            "text": narrative(reason.says),
            "extension": _extensions(reason, area),
            "status": "final",
            "code": concept(coding(GRADES, reason.grade), coding(EFFECTS, reason.effect), text=reason.rule),
            "severity": severity_of(reason.effect),
            "patient": setting.patient,
            "identifiedDateTime": at,
            "implicated": [
                *([setting.area] if setting.area else []),
                reference("GuidanceResponse", resource_id(setting.key)),
            ],
            "evidence": evidence,
            **both_languages("detail", reason.says),
        }
    )


def _claim(protocol: Protocol, source: str, claim: str) -> str:
    return protocol.sources[source].claims[claim].says.en


def _facts(reason: Reason, protocol: Protocol) -> list[Element]:
    """The facts that decide a reason; those of no fact are evidence of themselves."""
    return [coding(FACTS, name, protocol.vocabulary.facts[name].label.en) for name in reason.facts]


def _extensions(reason: Reason, area: AreaAssessment) -> list[Element]:
    found: list[Element] = [extension(AREA_NAME, valueString=area.name)]
    if reason.until is not None:
        found.append(extension(UNTIL, valueDate=reason.until.isoformat()))
    if reason.to is not None:
        found.append({"url": ASKED_OF, **both_languages("valueString", reason.to)})
    if reason.conflict is not None:
        found.append(disputed(reason.conflict))
    if reason.original is not None:
        found.append(replaced(reason.original, None))
    return found
