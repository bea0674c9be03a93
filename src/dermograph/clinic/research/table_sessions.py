"""The tables of what was written down: settings of sessions, and signs."""

from __future__ import annotations

from typing import Final

from dermograph.clinic.research.columns import BEFORE, COUNT, DAYS, WHOSE, Column, Table
from dermograph.core.text import Text

SESSIONS: Final = Table(
    "sessions",
    Text(
        "One zone of one session; a session without zones has one row with zone empty. Device, words, lots and who held"
        " it are not exported.",
        "Una zona de una sesión; una sesión sin zonas tiene una fila con zone vacío. Aparato, palabras, lotes y quién"
        " la hizo no se exportan.",
    ),
    (
        *WHOSE,
        Column("session", "text", Text("Pseudonym of the session.", "Seudónimo de la sesión."), range="S-[A-Z2-7]{16}"),
        Column(
            "days_since_baseline",
            "count",
            Text("Day of the session; negative before the baseline.", "Día de la sesión; negativo antes del día 0."),
            "d",
            DAYS,
            "session",
        ),
        Column(
            "number",
            "count",
            Text("Number of the session in its course.", "Número de la sesión en su curso."),
            "",
            ">= 1",
        ),
        Column("minutes", "count", Text("How long it took.", "Cuánto duró."), "min", COUNT, "session"),
        Column(
            "anaesthesia",
            "text",
            Text("Kind of anaesthesia.", "Tipo de anestesia."),
            "",
            "cream|injection|other|none",
            "session",
        ),
        Column(
            "anaesthesia_minutes",
            "count",
            Text("How long it was left to work.", "Cuánto se dejó actuar."),
            "min",
            COUNT,
            "session",
        ),
        Column(
            "actives",
            "count",
            Text(
                "Active ingredients that were written down; 0 only where none was said.",
                "Principios activos anotados; 0 solo si se dijo que ninguno.",
            ),
            "",
            COUNT,
        ),
        Column("actives_reason", "text", Text("Why actives is empty.", "Por qué falta actives."), range="not_recorded"),
        Column(
            "dots",
            "count",
            Text("Dots of pigment that were set.", "Puntos de pigmento implantados."),
            "",
            COUNT,
            "session",
        ),
        Column(
            "zone", "count", Text("Number of the zone in the session.", "Número de la zona en la sesión."), "", ">= 1"
        ),
        Column(
            "needle_setting_mm",
            "number",
            Text("Setting of the needle, not the depth reached.", "Ajuste de la aguja, no la profundidad alcanzada."),
            "mm",
            "0.01 … 10",
        ),
        Column("needles", "number", Text("Needles.", "Agujas."), "", "1 … 500"),
        Column("speed_hz", "number", Text("Strokes a second.", "Golpes por segundo."), "Hz", "0.1 … 1000"),
        Column("passes", "number", Text("Passes.", "Pasadas."), "", "1 … 100"),
        Column("seconds", "number", Text("Time.", "Tiempo."), "s", "1 … 14400"),
        Column("cm2", "number", Text("Area of the zone.", "Superficie de la zona."), "cm2", "0.01 … 20000"),
        Column(
            "punctures_per_cm2",
            "number",
            Text(
                "Estimate: needles × speed × seconds / area.", "Estimación: agujas × velocidad × segundos / superficie."
            ),
            "1/cm2",
            "> 0",
        ),
        Column(
            "missing",
            "text",
            Text(
                "Names of the columns of this row that nobody wrote down, | between.",
                "Nombres de las columnas de esta fila que nadie anotó, con |.",
            ),
        ),
    ),
)
SYMPTOMS: Final = Table(
    "symptoms",
    Text(
        "One sign that was seen or reported. The words that were written with it are not exported.",
        "Un signo visto o comunicado. Las palabras que lo acompañaban no se exportan.",
    ),
    (
        *WHOSE,
        Column(
            "sign",
            "text",
            Text("Id of the sign in the vocabulary.", "Identificador del signo en el vocabulario."),
            source="symptom_report",
        ),
        Column(
            "days_since_baseline",
            "count",
            Text(
                "Day on which it was reported; negative before the baseline.",
                "Día en que se comunicó; negativo antes del día 0.",
            ),
            "d",
            DAYS,
            "symptom_report",
        ),
        Column(
            "began_days",
            "count",
            Text(
                "Day since which it was there; negative before the baseline.",
                "Día desde el que estaba; negativo antes del día 0.",
            ),
            "d",
            DAYS,
            "symptom_report",
        ),
        Column(
            "gone_days",
            "count",
            Text(
                "Day on which it was gone; negative before the baseline.",
                "Día en que había desaparecido; negativo antes del día 0.",
            ),
            "d",
            DAYS,
            "symptom_report",
        ),
        Column(
            "missing",
            "text",
            Text(
                "Which of began_days and gone_days nobody told, | between.",
                "Cuáles de began_days y gone_days no dijo nadie, con |.",
            ),
        ),
        Column("by_patient", "yes_no", Text("Whether the patient reported it.", "Si lo comunicó el paciente.")),
        BEFORE,
        Column(
            "days_since_session",
            "count",
            Text(
                "Days since the last session by then; empty before any.",
                "Días desde la última sesión hasta entonces; vacío si no hubo ninguna.",
            ),
            "d",
            COUNT,
        ),
    ),
)
