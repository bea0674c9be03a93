"""The page of the vocabulary: every fact, event and sign that a case may hold."""

from __future__ import annotations

from dermograph.core.text import LANGUAGES, Language, Text
from dermograph.protocols import Library
from dermograph.protocols.check import rules_of
from dermograph.protocols.vocabulary import EventKind, Fact, Scope
from docs.pages.markup import code, element, escaped, link, pairs, table

TITLE = Text("Vocabulary", "Vocabulario")
_INTRODUCTION = Text(
    "Everything that a case may say. A fact that a case does not hold is unknown, never “no”.",
    "Todo lo que un caso puede decir. Un dato que no está en el caso se desconoce; nunca es un «no».",
)
_SCOPES: tuple[tuple[Scope, Text], ...] = (
    ("area", Text("Facts of an area", "Datos de la zona")),
    ("patient", Text("Facts of the patient", "Datos del paciente")),
)
_TYPES = {
    "boolean": Text("yes or no", "sí o no"),
    "choice": Text("one word of a list", "una palabra de una lista"),
    "integer": Text("whole number", "número entero"),
    "date": Text("date", "fecha"),
    "date_or_word": Text("date, or a word", "fecha, o una palabra"),
}
_LANGUAGES = {"en": Text("English", "inglés"), "es": Text("Spanish", "español")}
_CLOSES = {
    None: Text("by rules only", "solo por reglas"),
    "own_days": Text("its own days", "sus propios días"),
    "after": Text("from it on, and the days whose healing it would cut short",
                  "desde esa fecha, y los días cuya curación no llegaría a término"),
}  # fmt: skip
_NOBODY = Text("no rule yet", "ninguna regla todavía")


def page(library: Library, language: Language) -> str:
    """The page in one language; the questions stand on it in both."""
    parts = [f"# {TITLE.say(language)}", escaped(_INTRODUCTION.say(language))]
    for scope, title in _SCOPES:
        parts.append(f"## {title.say(language)} {{#{scope}}}")
        parts += [_entry(fact, library, language) for fact in library.vocabulary.facts.values() if fact.scope == scope]
    parts += [f"## {Text('Events', 'Sucesos').say(language)} {{#events}}", _events(library, language)]
    parts += [f"## {Text('Signs', 'Signos').say(language)} {{#signs}}", _signs(library, language)]
    return "\n\n".join(parts) + "\n"


def _entry(fact: Fact, library: Library, language: Language) -> str:
    other: list[Language] = [one for one in LANGUAGES if one != language]
    asked = "".join(_asked(fact, one, language) for one in (language, *other))
    details = pairs(
        (
            (Text("written as", "se escribe").say(language), escaped(_TYPES[fact.type].say(language))),
            (Text("values", "valores").say(language), _values(fact, language)),
            (Text("asked by", "la piden").say(language), _asked_by(fact, library, language)),
        )
    )
    head = f"<h3>{escaped(fact.label.say(language))}</h3><p>{code(fact.id)}</p>"
    return element("article", f"<header>{head}</header><div>{asked}{details}</div>", "entry", f"fact-{fact.id}")


def _asked(fact: Fact, spoken: Language, language: Language) -> str:
    foreign = spoken != language
    name = f'<span class="language">{escaped(_LANGUAGES[spoken].say(language))}</span> ' if foreign else ""
    text = f'{escaped(fact.question.say(spoken))} <span class="help">{escaped(fact.help.say(spoken))}</span>'
    return f'<p class="{"aside" if foreign else "says"}" lang="{spoken}">{name}{text}</p>'


def _values(fact: Fact, language: Language) -> str:
    if fact.type == "integer":
        return Text(f"{fact.low} to {fact.high}", f"de {fact.low} a {fact.high}").say(language)
    readings = {**fact.values, **fact.words}
    return "<br>".join(f"{code(value)} {escaped(words.say(language))}" for value, words in readings.items())


def _asked_by(fact: Fact, library: Library, language: Language) -> str:
    lines = []
    for protocol in library.protocols.values():
        rules = rules_of(library.vocabulary, protocol)[fact.id]
        named = ", ".join(link(f"{protocol.id}.html#rule-{rule}", code(rule)) for rule in rules)
        if named:
            lines.append(f"{escaped(protocol.title.say(language))}: {named}")
    return "<br>".join(lines) or element("span", escaped(_NOBODY.say(language)), "nothing")


def _events(library: Library, language: Language) -> str:
    head = Text("event|read as|is a kind of|closes", "suceso|se lee|es un tipo de|cierra").say(language).split("|")
    kinds = list(library.vocabulary.events.values())
    rows = [_event(kind, library, language) for kind in kinds]
    return table(head, rows, anchors=[f"event-{kind.id}" for kind in kinds])


def _event(kind: EventKind, library: Library, language: Language) -> list[str]:
    wider = library.vocabulary.events[kind.is_a].label.say(language) if kind.is_a else ""
    closes = _CLOSES[kind.closes].say(language)
    return [code(kind.id), escaped(kind.label.say(language)), escaped(wider), escaped(closes)]


def _signs(library: Library, language: Language) -> str:
    head = Text("sign|read as", "signo|se lee").say(language).split("|")
    signs = library.vocabulary.signs
    rows = [[code(name), escaped(label.say(language))] for name, label in signs.items()]
    return table(head, rows, anchors=[f"sign-{name}" for name in signs])
