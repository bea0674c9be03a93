"""Every statement of a protocol, section by section, so that none is left out."""

from __future__ import annotations

from dataclasses import dataclass

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import resource_id
from dermograph.protocols.model import Protocol, Statement


@dataclass(frozen=True, slots=True)
class Said:
    """A statement and what kind it is.

    Attributes:
        kind: A code of our statement kinds.
        key: Unique in its protocol, also as an id of FHIR.
    """

    kind: str
    statement: Statement

    @property
    def key(self) -> str:
        """Its kind and its own id."""
        return resource_id(self.kind, self.statement.id)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a protocol.

    Attributes:
        key: Its id within the plan.
    """

    key: str
    title: Text
    said: tuple[Said, ...]


#: Kinds of statements, as codes and for people.
KINDS: dict[str, Text] = {
    "indication": Text("indication", "indicación"),
    "rule": Text("rule", "regla"),
    "preparation": Text("preparation", "preparación"),
    "parameter": Text("how a session is done", "cómo se hace una sesión"),
    "spacing": Text("time between sessions", "tiempo entre sesiones"),
    "published-sessions": Text("published number of sessions", "número de sesiones publicado"),
    "review-before-next": Text("review before the next session", "revisión antes de la siguiente sesión"),
    "settled-after": Text("time until the skin has settled", "tiempo hasta que la piel se recupera"),
    "aftercare": Text("aftercare", "cuidados posteriores"),
    "side-effect": Text("side effect", "efecto secundario"),
    "result": Text("result that the source states", "resultado que afirma la fuente"),
    "maintenance": Text("maintenance", "mantenimiento"),
    "measure-after": Text("when photographs are measured", "cuándo se miden las fotografías"),
    "sign": Text("sign after a session", "signo tras una sesión"),
    "goal": Text("goal", "objetivo"),
    "plateau": Text("plateau", "meseta"),
    "maintain": Text("maintenance of a result", "mantenimiento de un resultado"),
    "price": Text("price", "precio"),
    "answer": Text("answer to a patient's question", "respuesta a una pregunta del paciente"),
}


def sections(protocol: Protocol) -> tuple[Section, ...]:
    """All statements of a protocol, each once, in the order in which they matter."""
    course, review = protocol.course, protocol.review
    return (
        _section("indications", "Indications", "Indicaciones", "indication", protocol.indications),
        _section("assessment", "Assessment", "Valoración", "rule", protocol.rules),
        _section("preparations", "Preparation", "Preparación", "preparation", protocol.preparation),
        _section("session", "Session", "Sesión", "parameter", protocol.session),
        Section(
            "course",
            Text("Course of sessions", "Curso de sesiones"),
            (
                Said("spacing", course.spacing),
                Said("published-sessions", course.published_sessions),
                Said("review-before-next", course.review_before_next),
                Said("settled-after", course.settled_after),
            ),
        ),
        _section("aftercares", "Aftercare", "Cuidados posteriores", "aftercare", protocol.aftercare),
        _section("side-effects", "Side effects", "Efectos secundarios", "side-effect", protocol.side_effects),
        Section(
            "review",
            Text("Review", "Revisión"),
            (
                Said("measure-after", review.measure_after),
                *(Said("sign", one) for one in review.signs),
                Said("goal", review.goal),
                Said("plateau", review.plateau),
                *((Said("maintain", review.maintain),) if review.maintain else ()),
            ),
        ),
        _section("results", "Results", "Resultados", "result", protocol.results),
        _section("maintenances", "Maintenance", "Mantenimiento", "maintenance", protocol.maintenance),
        _section("prices", "Price", "Precio", "price", (protocol.price,) if protocol.price else ()),
        _section("answers", "Answers for patients", "Respuestas para pacientes", "answer", protocol.answers),
    )


def _section(key: str, en: str, es: str, kind: str, statements: tuple[Statement, ...]) -> Section:
    return Section(key, Text(en, es), tuple(Said(kind, statement) for statement in statements))
