"""What signs reported since the last session lead to.

A sign that the protocol expects for a while is waited for; one that it does not expect, or no rule names, is looked at
by somebody. That a sign is not reported again does not mean that it is gone.
"""

from __future__ import annotations

from dermograph.care.case import Sign
from dermograph.care.reasons import Reason
from dermograph.care.sight import Decision, Ruling, Sight
from dermograph.core.dates import day_text
from dermograph.core.text import Text
from dermograph.protocols.model import SignRule, Statement


def by_signs(sight: Sight) -> Ruling | None:
    """Refer at once where a sign asks for it, else wait while one may still be there."""
    rulings = [
        ruling
        for sign in sight.area.signs
        if sight.last_session <= sign.on <= sight.on and (ruling := _ruling_on(sight, sign)) is not None
    ]
    for decision in (Decision.REFER, Decision.WAIT):
        same = [ruling for ruling in rulings if ruling.decision is decision]
        if same:
            ends = [ruling.until for ruling in same]
            known = [end for end in ends if end is not None]
            until = max(known) if len(known) == len(ends) else None
            return Ruling(decision, tuple(reason for ruling in same for reason in ruling.reasons), until)
    return None


def _ruling_on(sight: Sight, sign: Sign) -> Ruling | None:
    rule = next((rule for rule in sight.protocol.review.signs if rule.sign == sign.what), None)
    if rule is None:
        return Ruling(Decision.REFER, (_unlisted(sight, sign),))
    gone = sign.gone_on is not None and sign.gone_on <= sight.on
    usual_until = rule.usual_for.after(sight.last_session) if rule.usual_for else None
    if usual_until is not None and sign.on < usual_until:
        if gone or sight.on >= usual_until:
            return None
        return Ruling(Decision.WAIT, (_reason(sight, sign, rule, Decision.WAIT),), usual_until)
    decision = Decision(rule.decision)
    if decision is Decision.WAIT and gone:
        return None
    return Ruling(decision, (_reason(sight, sign, rule, decision),))


def _reason(sight: Sight, sign: Sign, rule: SignRule, decision: Decision) -> Reason:
    return sight.because(rule, decision, _dated(sight, sign, rule.says))


def _unlisted(sight: Sight, sign: Sign) -> Reason:
    label = sight.protocol.vocabulary.signs[sign.what]
    says = Text(
        f"The protocol says nothing about this sign ({label.en}): the medical lead looks at it.",
        f"El protocolo no dice nada sobre este signo ({label.es}): lo valora el responsable médico.",
    )
    base: Statement = sight.protocol.course.review_before_next
    return Reason(
        rule="sign-not-listed",
        grade="review",
        effect=Decision.REFER.value,
        says=_dated(sight, sign, says),
        cite=base.cite,
    )


def _dated(sight: Sight, sign: Sign, says: Text) -> Text:
    days = (sign.on - sight.last_session).days
    after = Text("1 day" if days == 1 else f"{days} days", "1 día" if days == 1 else f"{days} días")
    on = day_text(sign.on)
    still = Text("", "") if sign.gone_on else Text(" Not noted as gone.", " No consta que haya desaparecido.")
    return Text(
        f"Reported on {on.en}, {after.en} after the session.{still.en} {says.en}",
        f"Comunicado el {on.es}, {after.es} después de la sesión.{still.es} {says.es}",
    )
