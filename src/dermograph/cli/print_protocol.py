"""One protocol as a person, or a program, reads it whole."""

from __future__ import annotations

from dermograph.care.explain import CONFLICTS, GRADES
from dermograph.cli.sheet import Sheet
from dermograph.core.text import Language, Text
from dermograph.protocols.model import Answer, Indication, Protocol, Rule, SideEffect, Statement
from dermograph.protocols.put_together import statements
from dermograph.protocols.words import in_words

SECTIONS: dict[str, Text] = {
    "indications": Text("Indications", "Indicaciones"),
    "rules": Text("Rules", "Reglas"),
    "preparation": Text("Preparation", "Preparación"),
    "session": Text("Session", "Sesión"),
    "course": Text("Course", "Curso"),
    "aftercare": Text("Aftercare", "Cuidados posteriores"),
    "side_effects": Text("Side effects", "Efectos secundarios"),
    "results": Text("Results", "Resultados"),
    "maintenance": Text("Maintenance", "Mantenimiento"),
    "answers": Text("Questions and answers", "Preguntas y respuestas"),
    "review": Text("Review", "Revisión"),
    "review.signs": Text("Signs after a session", "Signos tras una sesión"),
    "price": Text("Price", "Precio"),
}


def protocol_json(protocol: Protocol, language: Language) -> dict[str, object]:
    """A protocol as one JSON object: every statement with its section and citations."""
    return {
        "schema": "dermograph.protocol/1",
        **protocol.to_json(),
        "title": protocol.title.say(language),
        "statements": [
            {"section": section, **_statement_json(statement, protocol, language)}
            for section, statement in statements(protocol)
        ],
    }


def print_protocol(sheet: Sheet, protocol: Protocol) -> None:
    """A protocol section by section; the sources of its numbers at the end."""
    sheet.title(f"{protocol.title.say(sheet.language)} · {protocol.id} {protocol.version}")
    sheet.say(protocol.summary)
    sheet.line(protocol.hash, style="dim")
    printed = ""
    for section, statement in statements(protocol):
        if section != printed:
            printed = section
            sheet.gap()
            sheet.title(SECTIONS[section].say(sheet.language))
        _print_statement(sheet, statement, protocol)
    sheet.sources()


def _condition(statement: Statement, protocol: Protocol, language: Language) -> str:
    if isinstance(statement, Rule | Indication):
        return in_words(statement.when, protocol.vocabulary, language)
    return ""


def _print_statement(sheet: Sheet, statement: Statement, protocol: Protocol) -> None:
    if isinstance(statement, Answer):
        sheet.say(statement.question, indent=2, mark="·", style="bold")
        sheet.say(statement.says, indent=4, cite=statement.cite)
    else:
        sheet.say(statement.says, indent=2, mark="·", cite=statement.cite)
    details = [statement.id]
    if isinstance(statement, Rule):
        details.append(GRADES[statement.grade].say(sheet.language))
    condition = _condition(statement, protocol, sheet.language)
    if condition:
        details.append(Text(f"when {condition}", f"si {condition}").say(sheet.language))
    sheet.line("; ".join(details), indent=4, style="dim")
    if isinstance(statement, SideEffect):
        worry = Text("worry", "alarma").say(sheet.language)
        sheet.line(f"{worry}: {statement.worry.say(sheet.language)}", indent=4)
    if statement.replaces is not None and statement.override is not None:
        words = Text("Replaced by the clinic", "Sustituida por la clínica").say(sheet.language)
        reason = statement.override.reason.say(sheet.language)
        original = Text("The original:", "El original:").say(sheet.language)
        was = statement.replaces.says.say(sheet.language)
        words = f"{words} ({statement.override.decided_by}). {reason} {original} {was}"
        sheet.line(words, indent=4, style="dim", cite=statement.replaces.cite)
    if statement.conflict is not None:
        conflict = protocol.conflicts[statement.conflict]
        label, topic = CONFLICTS[conflict.kind].say(sheet.language), conflict.topic.say(sheet.language)
        sheet.line(f"{label}: {topic} ({conflict.id})", indent=4, style="dim")


def _statement_json(statement: Statement, protocol: Protocol, language: Language) -> dict[str, object]:
    result: dict[str, object] = {
        "id": statement.id,
        "says": statement.says.say(language),
        "cite": [cite.to_json() for cite in statement.cite],
        "conflict": statement.conflict,
    }
    if isinstance(statement, Rule):
        result["grade"] = statement.grade
    if condition := _condition(statement, protocol, language):
        result["when"] = condition
    if statement.replaces is not None:
        result["replaces"] = _statement_json(statement.replaces, protocol, language)
    return result
