"""Our own codes as CodeSystem and ValueSet resources, in both languages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from dermograph.care.explain import BASES, DECISIONS, GRADES, VERDICTS
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import answer_code, canonical, resource_id
from dermograph.exchange.fhir.elements import Element, narrative, without_empty
from dermograph.exchange.fhir.protocol.publishing import published
from dermograph.exchange.fhir.protocol.statements import KINDS
from dermograph.protocols.library import Library
from dermograph.protocols.vocabulary import MISSING, Vocabulary

Concepts = Mapping[str, tuple[Text, Text | None]]  # by code: what people read, and what it means where that says more

#: Grades of rules, and of what else gives a reason.
_GRADES: Final[dict[str, Text]] = {
    **{grade: words for grade, words in GRADES.items()},  # noqa: C416 (its keys are literals, these are any text)
    "indication": Text("indication", "indicación"),
    "plan": Text("closes days", "cierra días"),
    "review": Text("judges the answer of the skin", "juzga la respuesta de la piel"),
}
_EFFECTS: Final[dict[str, Text]] = {
    **{verdict.value: words for verdict, words in VERDICTS.items()},
    "none": Text("informs only", "solo informa"),
}
_DECISIONS: Final[dict[str, Text]] = {decision.value: words for decision, words in DECISIONS.items()}
_MEASURES: Final[dict[str, Text]] = {
    "contrast": Text("contrast to the adjacent skin, ΔE00", "contraste con la piel vecina, ΔE00"),
    "ita": Text("individual typology angle of the skin, degrees", "ángulo de tipología individual de la piel, grados"),
    "area": Text("area of the lesion, cm²", "superficie de la lesión, cm²"),
    "length": Text("length of the lesion, mm", "longitud de la lesión, mm"),
    "width": Text("width of the lesion, mm", "anchura de la lesión, mm"),
    "redness": Text("redness against the adjacent skin", "rojez respecto a la piel vecina"),
    "darkness": Text("darkness against the adjacent skin", "oscuridad respecto a la piel vecina"),
    "dots": Text("dots counted", "puntos contados"),
    "density": Text("dots on a square centimetre", "puntos por centímetro cuadrado"),
    "tone": Text("tone of a dot, absorbance base e", "tono de un punto, absorbancia en base e"),
    "pigment-left": Text("share of pigment left", "proporción de pigmento que queda"),
}
#: Their names and titles.
_TITLES: Final[dict[str, Text]] = {
    "facts": Text("Facts of a patient and an area", "Datos de un paciente y de una zona"),
    "answers": Text("Choices that answer a fact", "Opciones que responden a un dato"),
    "grades": Text("Grades of rules", "Grados de las reglas"),
    "effects": Text("Verdicts and effects of reasons", "Veredictos y efectos de los motivos"),
    "missing-reasons": Text("Why a fact is missing", "Por qué falta un dato"),
    "event-kinds": Text("Kinds of events", "Tipos de eventos"),
    "signs": Text("Signs after a session", "Signos tras una sesión"),
    "measures": Text("Measures of photographs", "Medidas de las fotografías"),
    "statement-kinds": Text("Kinds of statements of a protocol", "Tipos de afirmaciones de un protocolo"),
    "decisions": Text("Decisions of a review", "Decisiones de una revisión"),
    "bases": Text("What a statement rests on", "En qué se apoya una afirmación"),
    "claims": Text("Claims of the sources", "Afirmaciones de las fuentes"),
}


def concepts_of(library: Library) -> dict[str, Concepts]:
    """Every code of ours, by the name of its code system."""
    words = library.vocabulary
    return {
        "facts": {name: (fact.label, fact.question) for name, fact in words.facts.items()},
        "answers": _answers(words),
        "grades": _plain(_GRADES),
        "effects": _plain(_EFFECTS),
        "missing-reasons": _plain(MISSING),
        "event-kinds": {name: (kind.label, None) for name, kind in words.events.items()},
        "signs": _plain(words.signs),
        "measures": _plain(_MEASURES),
        "statement-kinds": _plain(KINDS),
        "decisions": _plain(_DECISIONS),
        "bases": {basis: (label, None) for basis, label in BASES.items()},
        "claims": {
            f"{source.key}/{claim.id}": (Text(claim.at, claim.at), claim.says)
            for source in library.sources.values()
            for claim in source.claims.values()
        },
    }


def _plain(words: Mapping[str, Text]) -> Concepts:
    return {code: (text, None) for code, text in words.items()}


def _answers(words: Vocabulary) -> Concepts:
    return {
        answer_code(fact.id, value): (fact.reads(value), None)
        for fact in words.facts.values()
        for value in (*fact.values, *fact.words)
    }


def terminology(library: Library) -> list[dict[str, Any]]:
    """A CodeSystem for each kind of our codes, a ValueSet of all its codes, and one of the choices of each fact."""
    found = []
    for name, concepts in concepts_of(library).items():
        parents = _parents(library) if name == "event-kinds" else {}
        found += [code_system(name, _TITLES[name], concepts, parents), value_set(name, _TITLES[name])]
    for fact in library.vocabulary.facts.values():
        if fact.values or fact.words:
            title = Text(f"Choices: {fact.label.en}", f"Opciones: {fact.label.es}")
            codes = [answer_code(fact.id, value) for value in (*fact.values, *fact.words)]
            found.append(value_set(resource_id("answers", fact.id), title, system="answers", codes=codes))
    return found


def _parents(library: Library) -> dict[str, str]:
    return {name: kind.is_a for name, kind in library.vocabulary.events.items() if kind.is_a}


def code_system(name: str, title: Text, concepts: Concepts, parents: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A CodeSystem with all its codes; its version follows from its content.

    Args:
        name: The last part of its URL, and its id.
        title: In a few words.
        concepts: Its codes.
        parents: By code, the wider code that it is a kind of.
    """
    wider = parents or {}
    listed = [_concept(code, *words, wider.get(code)) for code, words in concepts.items()]
    return without_empty(
        {
            "resourceType": "CodeSystem",
            "id": name,
            "language": "en",
            "text": narrative(title),
            **published("CodeSystem", name, content_version(listed), title=title, description=title),
            "caseSensitive": True,
            "valueSet": canonical("ValueSet", name),
            "content": "complete",
            "count": len(listed),
            "property": [_PARENT] if wider else [],
            "concept": listed,
        }
    )


_PARENT: Final[Element] = {
    "code": "parent",
    "uri": "http://hl7.org/fhir/concept-properties#parent",
    "description": "The wider kind of which it is one",
    "type": "code",
}


def _concept(code: str, display: Text, definition: Text | None, parent: str | None) -> Element:
    made: Element = {"code": code, "display": display.en}
    if definition is not None:
        made["definition"] = definition.en
    if display.es != display.en:
        made["designation"] = [{"language": "es", "value": display.es}]
    if parent is not None:
        made["property"] = [{"code": "parent", "valueCode": parent}]
    return made


def value_set(name: str, title: Text, *, system: str = "", codes: Iterable[str] = ()) -> dict[str, Any]:
    """A ValueSet of a code system of ours.

    Args:
        name: The last part of its URL, and its id.
        title: In a few words.
        system: The name of the code system; empty if it is the same.
        codes: The codes that are in it; none for all.
    """
    include: Element = {"system": canonical("CodeSystem", system or name)}
    listed = [{"code": code} for code in codes]
    if listed:
        include["concept"] = listed
    return without_empty(
        {
            "resourceType": "ValueSet",
            "id": name,
            "language": "en",
            "text": narrative(title),
            **published("ValueSet", name, content_version([include]), title=title, description=title),
            "compose": {"include": [include]},
        }
    )


def content_version(content: list[Element]) -> str:
    """A version that changes with the content and with nothing else: the beginning of its SHA-256."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
