"""What is said of one photograph: its day, its calibration, its scale, its tone, its quality."""

from __future__ import annotations

from dermograph.core.text import Language, Text
from dermograph.photo.colour.tone import skin_class
from dermograph.photo.comparison import Side
from dermograph.photo.finding import Finding, Refusal
from dermograph.photo.report import words
from dermograph.photo.report.figures import day, number, plus_minus
from dermograph.photo.report.glyphs import icon
from dermograph.photo.report.markup import Markup, tag
from dermograph.photo.report.notes import Notes

_CARD = Text("Card {name}{serial}, tilt {tilt}°", "Tarjeta {name}{serial}, inclinación {tilt}°")
_SERIAL = Text(" no. {serial}", " n.º {serial}")
_SCALE = Text("scale {scale}/px", "escala {scale}/px")
_TONE = Text("Skin beside it: ITA {ita}°, {word}", "Piel vecina: ITA {ita}°, {word}")
_TAKEN_BY = Text("Camera: {camera}", "Cámara: {camera}")
_FAILED = Text("{count} to mend", "{count} por corregir")
_PASSED = Text("{passed} of {count} checks passed", "{passed} de {count} comprobaciones superadas")
_QUALITY = Text("Quality", "Calidad")


def state_lines(side: Side, notes: Notes, language: Language, *, with_tone: bool) -> Markup:
    """The lines under a photograph: when, calibrated or not and why, which tone if that is wanted, how good."""
    photo = side.photo
    on = day(photo.taken_at.date() if photo.taken_at else None, language)
    lines = [
        tag("div", on) if on else tag("div", words.WHEN.say(language), class_="unknown"),
        _colour_line(side, notes, language),
        _card_line(side, language),
        _tone_line(side, notes, language) if with_tone else None,
        _quality_line(side.findings, language),
    ]
    return tag("div", lines, class_="state")


def findings_list(findings: tuple[Finding, ...], language: Language) -> Markup:
    """Every check of a photograph: what to mend first, with what to do; the ones that passed folded away."""
    failed = [one for one in findings if one.passed is False]
    unknown = [one for one in findings if one.passed is None]
    passed = [one for one in findings if one.passed]
    rows = [_finding(one, language) for one in (*failed, *unknown)]
    if not findings:
        return tag("div", words.NO_CHECKS.say(language), class_="unknown")
    word = words.SOME_PASSED if rows else words.ALL_PASSED
    folded = tag(
        "details",
        tag("summary", icon("passed"), word.say(language).format(count=len(passed))),
        tag("ul", [tag("li", one.says.say(language)) for one in passed], class_="passed"),
        class_="fold",
    )
    return tag("div", tag("ul", rows, class_="findings") if rows else None, folded if passed else None)


def reason(refusal: Refusal, language: Language) -> Markup:
    """Why something is not known, and what would make it so."""
    todo = refusal.todo.say(language)
    return tag(
        "div",
        tag("div", refusal.says.say(language)),
        tag("div", tag("strong", words.WHAT_TO_DO.say(language), ": "), todo, class_="todo") if todo else None,
    )


def _colour_line(side: Side, notes: Notes, language: Language) -> Markup:
    if isinstance(side.calibration, Refusal):
        says = tag("strong", words.COLOUR_UNKNOWN.say(language), " ")
        return tag("div", says, side.calibration.says.say(language), class_="unknown")
    word = words.CALIBRATED.say(language).capitalize()
    return tag("div", icon("passed"), word, notes.mark("calibration"))


def _card_line(side: Side, language: Language) -> Markup | None:
    card = side.card
    if isinstance(card, Refusal):
        return None
    serial = _SERIAL.say(language).format(serial=card.serial) if card.serial is not None else ""
    tilt = number(card.tilt_deg, 0, language)
    text = _CARD.say(language).format(name=card.layout.name.upper(), serial=serial, tilt=tilt)
    if card.scale is not None:
        text += ", " + _SCALE.say(language).format(scale=plus_minus(card.scale, language).replace("/px", ""))
    return tag("div", text)


def _tone_line(side: Side, notes: Notes, language: Language) -> Markup | None:
    if side.skin_ita_deg is None:
        return None
    ita = number(side.skin_ita_deg, 0, language)
    text = _TONE.say(language).format(ita=ita, word=skin_class(side.skin_ita_deg).says.say(language))
    return tag("div", text, notes.mark("ita"))


def _quality_line(findings: tuple[Finding, ...], language: Language) -> Markup:
    title = f"{_QUALITY.say(language)}: "
    failed = sum(one.passed is False for one in findings)
    if not findings:
        return tag("div", words.NO_CHECKS.say(language), class_="unknown")
    passed = sum(bool(one.passed) for one in findings)
    if failed:
        name = "blocks" if any(one.blocks and one.passed is False for one in findings) else "failed"
        return tag("div", icon(name), title, _FAILED.say(language).format(count=failed), class_=f"quality {name}")
    return tag("div", icon("passed"), title, _PASSED.say(language).format(passed=passed, count=len(findings)))


def _finding(one: Finding, language: Language) -> Markup:
    todo = one.todo.say(language)
    if one.passed is None:
        mark, class_ = (
            tag("span", icon("not_comparable"), words.UNJUDGED.say(language), class_="word"),
            "finding unknown",
        )
    else:
        word = words.BLOCKS if one.blocks else words.FAILED
        name = "blocks" if one.blocks else "failed"
        mark, class_ = tag("span", icon(name), word.say(language), class_="word"), f"finding {name}"
    says = tag("div", one.says.say(language), tag("div", todo, class_="todo") if todo else None)
    return tag("li", mark, says, class_=class_)
