"""The tables of counted dots, column by column."""

from __future__ import annotations

from typing import Final

from dermograph.clinic.research.columns import BEFORE, COUNT, DAY, METHOD, WHOSE, Column, Table, quantity
from dermograph.core.text import Text

SCALP_READINGS: Final = Table(
    "scalp_readings",
    Text(
        "One counting of dots in one photograph of a scalp.",
        "Un recuento de puntos en una fotografía de un cuero cabelludo.",
    ),
    (
        *WHOSE,
        Column(
            "reading", "text", Text("Pseudonym of the reading.", "Seudónimo de la lectura."), range="R-[A-Z2-7]{16}"
        ),
        DAY,
        BEFORE,
        *quantity("dots", "", Text("Dots that were counted.", "Puntos contados."), "result.dots"),
        *quantity(
            "per_cm2",
            "1/cm2",
            Text("Dots on a square centimetre of skin.", "Puntos por centímetro cuadrado de piel."),
            "result.per_cm2",
        ),
        Column(
            "usable_cm2",
            "number",
            Text("Area that was looked at.", "Superficie examinada."),
            "cm2",
            "> 0",
            "result.dots",
        ),
        Column(
            "diameter_mm",
            "number",
            Text("Median diameter of a dot.", "Diámetro mediano de un punto."),
            "mm",
            "> 0",
            "result.dots",
        ),
        Column(
            "absorbance",
            "number",
            Text("Median absorbance of a dot.", "Absorbancia mediana de un punto."),
            "",
            "",
            "result.dots",
        ),
        *quantity(
            "nearest_mm",
            "mm",
            Text("Mean distance to the nearest dot.", "Distancia media al punto más próximo."),
            "result.evenness",
        ),
        *quantity(
            "clark_evans",
            "",
            Text("Clark-Evans index; 1 for random places.", "Índice de Clark-Evans; 1 si los lugares son al azar."),
            "result.evenness",
        ),
        *quantity(
            "cv",
            "",
            Text("Variation of the distances to the nearest dot.", "Variación de las distancias al punto más próximo."),
            "result.evenness",
        ),
        Column(
            "reason",
            "text",
            Text(
                "Code of why nothing was counted, or not_measured_yet, or measuring_failed.",
                "Código de por qué no se contó nada, o not_measured_yet, o measuring_failed.",
            ),
        ),
        Column(
            "evenness_reason",
            "text",
            Text("Why the evenness is empty.", "Por qué falta la uniformidad."),
            range="too_few_dots",
        ),
        METHOD,
    ),
)
SCALP_CHANGES: Final = Table(
    "scalp_changes",
    Text(
        "What became of the dots from the settled look to a later photograph.",
        "Qué fue de los puntos desde el aspecto asentado hasta una fotografía posterior.",
    ),
    (
        *WHOSE,
        Column(
            "before_reading",
            "text",
            Text("Pseudonym of the settled look's reading.", "Seudónimo de la lectura del aspecto asentado."),
        ),
        Column("after_reading", "text", Text("Pseudonym of the later reading.", "Seudónimo de la lectura posterior.")),
        DAY,
        Column(
            "days_since_settled",
            "count",
            Text(
                "Days from the settled look to the later photograph.",
                "Días desde el aspecto asentado hasta la fotografía posterior.",
            ),
            "d",
            COUNT,
        ),
        *quantity("lost", "", Text("Dots that are gone.", "Puntos que ya no están."), "result.dots"),
        *quantity("new", "", Text("Dots that are new.", "Puntos nuevos."), "result.dots"),
        *quantity(
            "survived",
            "",
            Text("Share of the first dots that is still there.", "Parte de los primeros puntos que sigue ahí."),
            "result.dots",
        ),
        *quantity(
            "pigment_left",
            "",
            Text("Share of the pigment that is left.", "Parte del pigmento que queda."),
            "result.dots",
        ),
        Column(
            "faded",
            "count",
            Text(
                "Dots that lost more than a third of their pigment.",
                "Puntos que perdieron más de un tercio de su pigmento.",
            ),
            "",
            COUNT,
            "result.dots",
        ),
        Column(
            "reason",
            "text",
            Text(
                "Code of why nothing was matched, or not_measured_yet, or measuring_failed.",
                "Código de por qué no se emparejó nada, o not_measured_yet, o measuring_failed.",
            ),
        ),
        METHOD,
    ),
)
