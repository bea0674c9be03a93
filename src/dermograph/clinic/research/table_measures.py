"""The table of measures, column by column."""

from __future__ import annotations

from typing import Final

from dermograph.clinic.research.caveats import CAVEATS
from dermograph.clinic.research.columns import (
    BEFORE,
    COUNT,
    DAY,
    METHOD,
    SAME_UNIT,
    WHOSE,
    Column,
    Table,
    quantity,
    side,
)
from dermograph.clinic.research.said import UNREADABLE
from dermograph.core.text import Text

_OUTCOMES: Final = "improved|no_detectable_change|worsened|changed|not_comparable"

MEASURES: Final = Table(
    "measures",
    Text(
        "One measure of one comparison of the baseline with a follow-up.",
        "Una medida de una comparación entre la inicial y un seguimiento.",
    ),
    (
        *WHOSE,
        Column(
            "comparison",
            "text",
            Text("Pseudonym of the comparison.", "Seudónimo de la comparación."),
            range="V-[A-Z2-7]{16}",
        ),
        DAY,
        BEFORE,
        Column(
            "from_home",
            "yes_no",
            Text("Whether the patient took the follow-up.", "Si el seguimiento lo fotografió el paciente."),
            source="photograph",
        ),
        Column("measure", "text", Text("What is measured.", "Qué se mide."), source="result.measures"),
        Column(
            "unit",
            "text",
            Text(
                "Of before, after, change and what belongs to them.", "De before, after, change y lo que va con ellos."
            ),
            range="delta_e00|lab|deg|…",
        ),
        *quantity("before", SAME_UNIT, Text("In the baseline.", "En la inicial."), "result.measures"),
        *quantity("after", SAME_UNIT, Text("In the follow-up.", "En el seguimiento."), "result.measures"),
        *quantity(
            "change",
            SAME_UNIT,
            Text("After less before, as compared.", "After menos before, según la comparación."),
            "result.measures",
        ),
        Column(
            "ci95_low",
            "number",
            Text("Lower end of the 95 % interval of change.", "Extremo inferior del intervalo del 95 % del cambio."),
            SAME_UNIT,
        ),
        Column("ci95_high", "number", Text("Upper end of it.", "Su extremo superior."), SAME_UNIT),
        Column(
            "mdc95",
            "number",
            Text("Smallest change that 95 % confidence can tell.", "Menor cambio detectable con un 95 % de confianza."),
            SAME_UNIT,
            COUNT,
        ),
        Column(
            "verdict",
            "text",
            Text("What the change says; empty while not measured.", "Qué dice el cambio; vacío mientras no se mida."),
            range=_OUTCOMES,
        ),
        Column(
            "visible",
            "yes_no",
            Text(
                "Whether it would be seen by eye; empty where that is not known.",
                "Si se vería a simple vista; vacío si no se sabe.",
            ),
        ),
        Column(
            "reason",
            "text",
            Text(
                "Code of why there is no change, or not_measured_yet, or measuring_failed.",
                "Código de por qué no hay cambio, o not_measured_yet, o measuring_failed.",
            ),
        ),
        Column(
            "caveat",
            "text",
            Text(
                "Code of what the measure rests on, the same in every language; not_a_code for an unknown sentence.",
                "Código de en qué se apoya la medida, igual en todo idioma; not_a_code si la frase es desconocida.",
            ),
            range="|".join((*CAVEATS, UNREADABLE)),
            source="result.measures",
        ),
        Column(
            "caveat_words",
            "text",
            Text(
                "The same as a fixed sentence, in the language of the export.",
                "Lo mismo en una frase fija, en el idioma de la exportación.",
            ),
            source="result.measures",
        ),
        METHOD,
        Column(
            "registration_method",
            "text",
            Text(
                "What carried one photograph onto the other, codes with + between.",
                "Qué superpuso una fotografía a la otra, códigos unidos con +.",
            ),
        ),
        Column(
            "coverage",
            "number",
            Text(
                "Share of the area in which that map is known.",
                "Parte de la zona en la que se conoce esa superposición.",
            ),
            "",
            "0 … 1",
        ),
        *side("before"),
        *side("after"),
    ),
)
