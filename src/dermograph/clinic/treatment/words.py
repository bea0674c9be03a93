"""Words of sessions, symptoms and reviews."""

from __future__ import annotations

from dermograph.core.text import Text

NO_ANAESTHESIA = "none"
ANAESTHESIA: dict[str, Text] = {
    "cream": Text("cream", "crema"),
    "injection": Text("injection", "inyección"),
    "other": Text("another one", "otra"),
    NO_ANAESTHESIA: Text("none", "ninguna"),
}
CHECKS: dict[str, Text] = {
    "verdict": Text("Verdict", "Veredicto"),
    "day": Text("Day", "Día"),
    "consent": Text("Consent", "Consentimiento"),
    "review": Text("Review", "Revisión"),
}
CHECK_STATES: dict[str, tuple[Text, str]] = {
    "clear": (Text("in order", "en orden"), "circle-check"),
    "said": (Text("please read", "léalo"), "info"),
    "lead": (Text("medical lead only", "solo el responsable médico"), "lock"),
    "blocked": (Text("cannot be passed", "no se puede pasar"), "ban"),
}
FIGURES: dict[str, tuple[Text, str]] = {
    "needle_setting_mm": (Text("Needle setting", "Ajuste de aguja"), "mm"),
    "needles": (Text("Needles", "Agujas"), ""),
    "speed_hz": (Text("Speed", "Velocidad"), "Hz"),
    "passes": (Text("Passes", "Pasadas"), ""),
    "seconds": (Text("Time", "Tiempo"), "s"),
    "cm2": (Text("Area", "Superficie"), "cm²"),
}
