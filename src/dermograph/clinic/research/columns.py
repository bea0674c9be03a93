"""What a column of an export is: the parts that the tables and the data dictionary share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dermograph.core.text import Text

Type = Literal["text", "number", "count", "yes_no"]
Value = str | float | int | bool | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        type: ``text``, ``number`` (a 64-bit float), ``count`` (a whole number, 64 bits, may be negative for days) or
            ``yes_no``.
        unit: Such as ``d``, ``mm``; ``{name}`` for what the column of that name says; empty for none.
        range: Which values there can be: codes with ``|`` between them, a comparison or a pattern, no words.
        source: From where in the record it comes, by the names of the record's own parts.
        says: What it is, a sentence.
    """

    name: str
    type: Type
    says: Text
    unit: str = ""
    range: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        name: Also of its file.
        says: What one row of it is.
        columns: In order; those of ``WHOSE`` come first.
    """

    name: str
    says: Text
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(one.name for one in self.columns)


DAYS: Final = "integer"
COUNT: Final = ">= 0"
SAME_UNIT: Final = "{unit}"
#: What every row begins with: whose it is, of which course, and which protocol was followed.
WHOSE: Final[Sequence[Column]] = (
    Column(
        "patient",
        "text",
        Text("Pseudonym of the patient within this project.", "Seudónimo del paciente en este proyecto."),
        range="P-[A-Z2-7]{16}",
    ),
    Column(
        "area", "text", Text("Pseudonym of the area of skin.", "Seudónimo de la zona de piel."), range="A-[A-Z2-7]{16}"
    ),
    Column(
        "course",
        "text",
        Text("Pseudonym of the course of treatment.", "Seudónimo del curso de tratamiento."),
        range="C-[A-Z2-7]{16}",
    ),
    Column(
        "treatment",
        "text",
        Text("Id of the protocol that the course follows.", "Identificador del protocolo que sigue el curso."),
        source="course",
    ),
    Column(
        "area_view",
        "text",
        Text("View of the body map on which the area lies.", "Vista del mapa corporal en la que está la zona."),
        range="front|back|face|scalp",
    ),
    Column(
        "area_side",
        "text",
        Text("Side of the body; empty where it was not said.", "Lado del cuerpo; vacío si no se dijo."),
        range="left|right|middle",
    ),
    Column(
        "age_band",
        "text",
        Text("Age at the baseline, in bands.", "Edad en el día 0, en tramos."),
        "a",
        "0-17|18-29|30-39|…|80-89|90+",
        "patient.birth_date",
    ),
    Column(
        "age_years",
        "count",
        Text(
            "Full years of age at the baseline; 90 stands for 90 and more; only where asked for.",
            "Años cumplidos en el día 0; 90 significa 90 o más; solo si se pidió.",
        ),
        "a",
        "0 … 90",
        "patient.birth_date",
    ),
    Column(
        "age_reason",
        "text",
        Text("Why an age is empty.", "Por qué falta una edad."),
        range="no_birth_date|band_only|birth_date_after_baseline",
    ),
    Column(
        "baseline",
        "text",
        Text(
            "What day 0 is: the oldest usable photograph of the clinic, else the first session, else the opening.",
            "Qué es el día 0: la fotografía útil más antigua de la clínica; si no, la primera sesión o la apertura.",
        ),
        range="photograph|first_session|opened",
    ),
    Column(
        "protocol_version",
        "text",
        Text(
            "Version of the protocol in the first assessment or review that was signed for the course.",
            "Versión del protocolo en la primera valoración o revisión que se firmó para el curso.",
        ),
        source="assessment|review",
    ),
    Column(
        "protocol_hash",
        "text",
        Text("SHA-256 of that protocol's content.", "SHA-256 del contenido de ese protocolo."),
        range="sha256:[0-9a-f]{64}",
    ),
    Column(
        "protocol_reason",
        "text",
        Text("Why the version is empty.", "Por qué falta la versión."),
        range="nothing_signed",
    ),
)


def quantity(name: str, unit: str, says: Text, source: str) -> tuple[Column, Column]:
    """A value and its standard uncertainty."""
    uncertain = Text(f"Standard uncertainty of {name}.", f"Incertidumbre típica de {name}.")
    return (
        Column(name, "number", says, unit, "", source),
        Column(f"{name}_u", "number", uncertain, unit, COUNT, source),
    )


def side(which: str) -> tuple[Column, ...]:
    """The conditions under which one photograph of a comparison was taken."""
    source = f"result.{which}"
    corrected = Text(
        "Whether colours were corrected by a card in view.", "Si los colores se corrigieron con una tarjeta."
    )
    why = Text("Code of why they were not.", "Código de por qué no se corrigieron.")
    unscaled = Text("Code of why there is no scale.", "Código de por qué no hay escala.")
    skin = Text("ITA of the skin beside the lesion.", "ITA de la piel junto a la lesión.")
    failed = Text("Codes of the quality checks not passed, | between.", "Códigos de los controles no superados, con |.")
    unknown = Text("Codes of those that could not be made.", "Códigos de los que no pudieron hacerse.")
    return (
        Column(f"{which}_calibrated", "yes_no", corrected, source=source),
        Column(f"{which}_colour_reason", "text", why, source=source),
        Column(f"{which}_mm_per_px", "number", Text("Scale.", "Escala."), "mm/px", "> 0", source),
        Column(f"{which}_scale_reason", "text", unscaled, source=source),
        Column(f"{which}_skin_ita_deg", "number", skin, "deg", "-180 … 180", source),
        Column(f"{which}_failed_checks", "text", failed, source=source),
        Column(f"{which}_unknown_checks", "text", unknown, source=source),
    )


DAY: Final = Column(
    "days_since_baseline",
    "count",
    Text("Day of the photograph; negative before the baseline.", "Día de la fotografía; negativo antes del día 0."),
    "d",
    DAYS,
    "photograph",
)
BEFORE: Final = Column(
    "sessions_before",
    "count",
    Text("Sessions held on earlier days.", "Sesiones de días anteriores."),
    "",
    COUNT,
    "sessions",
)
METHOD: Final = Column(
    "method_version",
    "text",
    Text("Version of the method that measured.", "Versión del método que midió."),
    source="result",
)
