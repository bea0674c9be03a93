"""What is said against a comparison: why nothing may be compared, and what its figures rest on."""

from __future__ import annotations

import dataclasses

from dermograph.core.text import Text
from dermograph.photo.comparison import Side
from dermograph.photo.finding import Finding, Refusal
from dermograph.photo.measure import Measure, kinds
from dermograph.photo.outline.border import NOT_DISTINCT
from dermograph.photo.register.registration import Registration

_SAME_CARD = Text(
    "Photograph both visits with the same card, or give its measured colours.",
    "Fotografíe ambas visitas con la misma tarjeta, o indique sus colores medidos.",
)

#: A larger change of the skin's own tone is pointed out (assumption): about one class of skin colour.
TONE_CHANGED_DEG = 15.0
#: An error that would hide a change this large, ΔE00, and the loss of the whole contrast as well, leaves nothing to say
#: (assumption): three is a difference that anybody sees on any skin.
BLIND_DELTA_E00 = 3.0


def refusal_for(before: Side, after: Side, registration: Registration) -> Refusal | None:
    """Why nothing may be compared; the same file twice comes first."""
    if before.photo.sha256 and before.photo.sha256 == after.photo.sha256:
        return Refusal(
            "identical_photographs",
            Text("Both files are the same photograph.", "Los dos archivos son la misma fotografía."),
            Text("Give the follow-up photograph as the second one.", "Indique como segunda la de seguimiento."),
        )
    for side in (before, after):
        for finding in side.findings:
            if finding.blocks and finding.passed is False:
                name = side.photo.name
                says = Text(f"{name}: {finding.says.en}", f"{name}: {finding.says.es}")
                return Refusal(f"quality_{finding.check}", says, finding.todo)
    return registration.refusal


def with_the_same_card(before: Side, after: Side) -> Side:
    """Without colour where two cards of nominal colours were used: no two prints are alike."""
    one, other = before.card, after.card
    if isinstance(one, Refusal) or isinstance(other, Refusal) or isinstance(after.calibration, Refusal):
        return after
    same = one.layout.name == other.layout.name and one.serial == other.serial
    if same or (one.references.measured and other.references.measured):
        return after
    says = Text(
        "The two photographs show different cards, and their printed colours were not measured.",
        "Las dos fotografías muestran tarjetas distintas cuyos colores impresos no se han medido.",
    )
    return dataclasses.replace(after, calibration=Refusal("other_card", says, _SAME_CARD))


def with_doubt(after: Side, registration: Registration) -> Side:
    """The follow-up with a finding where the map rests on clicks that the skin itself does not confirm."""
    if registration.method != "landmarks" or not registration.comparable:
        return after
    doubt = Finding(
        "same_skin",
        None,
        Text(
            "The skin does not confirm the clicked points: that both photographs show the same skin rests on them.",
            "La piel no confirma por sí misma los puntos marcados: que sea la misma piel se apoya solo en ellos.",
        ),
        Text(
            "Look at the pictures one over the other before you rely on the figures.",
            "Mire las imágenes superpuestas antes de fiarse de las cifras.",
        ),
    )
    return dataclasses.replace(after, findings=(doubt, *after.findings))


def with_border(before: Side, measures: tuple[Measure, ...]) -> Side:
    """The baseline with a finding where the outline follows no border that can be seen in it."""
    area = next((one for one in measures if one.kind is kinds.AREA), None)
    if area is None or area.before is not None or area.refusal is None or area.refusal.code != NOT_DISTINCT.code:
        return before
    doubt = Finding(
        "outline_border",
        None,
        Text(
            "The outline follows no visible border: the lesion is faint, or it was drawn on another photograph.",
            "El contorno no sigue ningún borde visible: la lesión es muy tenue, o se dibujó sobre otra fotografía.",
        ),
        Text(
            "Look at the outline on the baseline before you rely on the figures.",
            "Mire el contorno sobre la fotografía inicial antes de fiarse de las cifras.",
        ),
    )
    return dataclasses.replace(before, findings=(doubt, *before.findings))


def with_tone(before: Side, after: Side) -> Side:
    """The follow-up with a finding where the skin beside the lesion itself looks quite different."""
    if before.skin_ita_deg is None or after.skin_ita_deg is None:
        return after
    turn = after.skin_ita_deg - before.skin_ita_deg
    turn = abs((turn + 180) % 360 - 180)
    if turn <= TONE_CHANGED_DEG:
        return after
    changed = Finding(
        "skin_tone",
        None,
        Text(
            f"The skin beside the lesion itself changed by {turn:.0f}° ITA: a tan, or other light on card and skin.",
            f"La piel vecina ha cambiado {turn:.0f}° de ITA: bronceado, o distinta luz en la tarjeta y en la piel.",
        ),
        Text(
            "Light card and skin alike, without shadows and reflections; rely on the contrast only then.",
            "Ilumine por igual tarjeta y piel, sin sombras ni reflejos; solo entonces confíe en el contraste.",
        ),
        value=turn,
        limit=TONE_CHANGED_DEG,
        unit="deg",
    )
    return dataclasses.replace(after, findings=(changed, *after.findings))


def with_reasons(measures: tuple[Measure, ...], *sides: Side) -> tuple[Measure, ...]:
    """The same measures, those without colour or scale with what is wrong with the card, and in which photograph."""
    reasons = {
        "no_colour": next((_of_file(one.calibration, one) for one in sides if _refused(one.calibration)), None),
        "no_scale": next((_of_file(one.card, one) for one in sides if _refused(one.card)), None),
    }
    return tuple(
        dataclasses.replace(one, refusal=reasons.get(one.refusal.code) or one.refusal) if one.refusal else one
        for one in measures
    )


def without_blind(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """The same measures, the colours not comparable where their error would hide the disappearance of the lesion."""
    contrast = next((one for one in measures if one.kind is kinds.CONTRAST), None)
    if contrast is None or contrast.change is None or contrast.before is None:
        return measures
    hidden = contrast.change.mdc95
    if hidden <= max(BLIND_DELTA_E00, abs(contrast.before.value)):
        return measures
    refusal = Refusal(
        "too_uncertain",
        Text(
            f"The colours are so uncertain here that a change below ΔE00 {hidden:.1f} would not show.",
            f"Los colores son aquí tan inciertos que no se vería un cambio menor de ΔE00 {hidden:.1f}.",
        ).typeset(),
        Text(
            "Photograph again with the whole card in view, evenly lit, beside the lesion.",
            "Repita la fotografía con toda la tarjeta a la vista, bien iluminada, junto a la lesión.",
        ),
    )
    return tuple(
        dataclasses.replace(one, change=None, refusal=one.refusal or refusal) if one.kind in kinds.COLOURS else one
        for one in measures
    )


def _refused(found: object) -> bool:
    return isinstance(found, Refusal)


def _of_file(found: object, side: Side) -> Refusal | None:
    """A refusal with the name of the photograph that it is about."""
    if not isinstance(found, Refusal):
        return None
    says = Text(f"{side.photo.name}: {found.says.en}", f"{side.photo.name}: {found.says.es}")
    return dataclasses.replace(found, says=says)
