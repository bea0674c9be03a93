"""The tables of an export, column by column."""

from __future__ import annotations

from typing import Final

from dermograph.clinic.research.columns import DAYS, WHOSE, Column, Table, quantity, side

_DAY: Final = Column("days_since_baseline", "count", "Day of the photograph.", "d", DAYS, "photograph")
_BEFORE: Final = Column("sessions_before", "count", "Sessions held on earlier days.", "", "0 or more", "sessions")
_METHOD: Final = Column("method_version", "text", "Version of the method that measured.", source="result")
_OUTCOMES: Final = "improved|no_detectable_change|worsened|changed|not_comparable"

MEASURES: Final = Table(
    "measures",
    "One measure of one comparison of the baseline with a follow-up.",
    (
        *WHOSE,
        Column("comparison", "text", "Pseudonym of the comparison.", range="V- and 16 of A-Z2-7"),
        _DAY,
        _BEFORE,
        Column("from_home", "yes_no", "Whether the patient took the follow-up.", source="photograph"),
        Column("measure", "text", "What is measured.", source="result.measures"),
        Column("unit", "text", "Of before, after, change and what belongs to them.", range="delta_e00|lab|deg|…"),
        *quantity("before", "of column unit", "In the baseline.", "result.measures"),
        *quantity("after", "of column unit", "In the follow-up.", "result.measures"),
        *quantity("change", "of column unit", "After less before, as compared.", "result.measures"),
        Column("ci95_low", "number", "Lower end of the 95 % interval of change.", "of column unit"),
        Column("ci95_high", "number", "Upper end of it.", "of column unit"),
        Column("mdc95", "number", "Smallest change that 95 % confidence can tell.", "of column unit", "0 or more"),
        Column("verdict", "text", "What the change says; empty while not measured.", range=_OUTCOMES),
        Column("visible", "yes_no", "Whether it would be seen by eye; empty where that is not known."),
        Column("reason", "text", "Code of why there is no change, or not_measured_yet, or measuring_failed."),
        Column("caveat", "text", "What the measure rests on, a fixed sentence for each measure."),
        _METHOD,
        Column("registration_method", "text", "What carried one photograph onto the other, codes with + between."),
        Column("coverage", "number", "Share of the area in which that map is known.", "", "0 to 1"),
        *side("before"),
        *side("after"),
    ),
)
SCALP_READINGS: Final = Table(
    "scalp_readings",
    "One counting of dots in one photograph of a scalp.",
    (
        *WHOSE,
        Column("reading", "text", "Pseudonym of the reading.", range="R- and 16 of A-Z2-7"),
        _DAY,
        _BEFORE,
        *quantity("dots", "", "Dots that were counted.", "result.dots"),
        *quantity("per_cm2", "1/cm2", "Dots on a square centimetre of skin.", "result.per_cm2"),
        Column("usable_cm2", "number", "Area that was looked at.", "cm2", "above 0", "result.dots"),
        Column("diameter_mm", "number", "Median diameter of a dot.", "mm", "above 0", "result.dots"),
        Column("absorbance", "number", "Median absorbance of a dot.", "", "", "result.dots"),
        *quantity("nearest_mm", "mm", "Mean distance to the nearest dot.", "result.evenness"),
        *quantity("clark_evans", "", "Clark-Evans index; 1 for random places.", "result.evenness"),
        *quantity("cv", "", "Variation of the distances to the nearest dot.", "result.evenness"),
        Column("reason", "text", "Code of why nothing was counted, or not_measured_yet, or measuring_failed."),
        Column("evenness_reason", "text", "Why the evenness is empty.", range="too_few_dots"),
        _METHOD,
    ),
)
SCALP_CHANGES: Final = Table(
    "scalp_changes",
    "What became of the dots from the settled look to a later photograph.",
    (
        *WHOSE,
        Column("before_reading", "text", "Pseudonym of the settled look's reading."),
        Column("after_reading", "text", "Pseudonym of the later reading."),
        _DAY,
        Column("days_since_settled", "count", "Days from the settled look to the later photograph.", "d", "0 or more"),
        *quantity("lost", "", "Dots that are gone.", "result.dots"),
        *quantity("new", "", "Dots that are new.", "result.dots"),
        *quantity("survived", "", "Share of the first dots that is still there.", "result.dots"),
        *quantity("pigment_left", "", "Share of the pigment that is left.", "result.dots"),
        Column("faded", "count", "Dots that lost more than a third of their pigment.", "", "0 or more", "result.dots"),
        Column("reason", "text", "Code of why nothing was matched, or not_measured_yet, or measuring_failed."),
        _METHOD,
    ),
)
SESSIONS: Final = Table(
    "sessions",
    "One zone of one session; a session without zones has one row with zone empty. Device, words, lots and who held it"
    " are not exported.",
    (
        *WHOSE,
        Column("session", "text", "Pseudonym of the session.", range="S- and 16 of A-Z2-7"),
        Column("days_since_baseline", "count", "Day of the session.", "d", DAYS, "session"),
        Column("number", "count", "Number of the session in its course.", "", "1 or more"),
        Column("minutes", "count", "How long it took.", "min", "0 or more", "session"),
        Column("anaesthesia", "text", "Kind of anaesthesia.", "", "cream|injection|other|none", "session"),
        Column("anaesthesia_minutes", "count", "How long it was left to work.", "min", "0 or more", "session"),
        Column("actives", "count", "Active ingredients that were written down; 0 only where none was said.", "", "0 …"),
        Column("actives_reason", "text", "Why actives is empty.", range="not_recorded"),
        Column("dots", "count", "Dots of pigment that were set.", "", "0 or more", "session"),
        Column("zone", "count", "Number of the zone in the session.", "", "1 or more"),
        Column("needle_setting_mm", "number", "Setting of the needle, not the depth reached.", "mm", "0.01 to 10"),
        Column("needles", "number", "Needles.", "", "1 to 500"),
        Column("speed_hz", "number", "Strokes a second.", "Hz", "0.1 to 1000"),
        Column("passes", "number", "Passes.", "", "1 to 100"),
        Column("seconds", "number", "Time.", "s", "1 to 14400"),
        Column("cm2", "number", "Area of the zone.", "cm2", "0.01 to 20000"),
        Column("punctures_per_cm2", "number", "Estimate: needles × speed × seconds / area.", "1/cm2", "above 0"),
        Column("missing", "text", "Names of the columns of this row that nobody wrote down, | between."),
    ),
)
SYMPTOMS: Final = Table(
    "symptoms",
    "One sign that was seen or reported. The words that were written with it are not exported.",
    (
        *WHOSE,
        Column("sign", "text", "Id of the sign in the vocabulary.", source="symptom report"),
        Column("days_since_baseline", "count", "Day on which it was reported.", "d", DAYS, "symptom report"),
        Column("began_days", "count", "Day since which it was there.", "d", DAYS, "symptom report"),
        Column("gone_days", "count", "Day on which it was gone.", "d", DAYS, "symptom report"),
        Column("missing", "text", "Which of began_days and gone_days nobody told, | between."),
        Column("by_patient", "yes_no", "Whether the patient reported it."),
        _BEFORE,
        Column(
            "days_since_session", "count", "Days since the last session by then; empty before any.", "d", "0 or more"
        ),
    ),
)
TABLES: Final = (MEASURES, SCALP_READINGS, SCALP_CHANGES, SESSIONS, SYMPTOMS)
