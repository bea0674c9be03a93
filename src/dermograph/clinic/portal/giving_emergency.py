"""When nobody waits for the clinic: what is said above every report, before anything is filled in.

None of the clinic's documents names an emergency, or a number to call. What is said here rests on the two publications
named below, and each mark on the page says so.
"""

from __future__ import annotations

import re
from typing import Any, Final

from dermograph.clinic.people.models import Clinic
from dermograph.core.text import Language, Text

NUMBER: Final = "112"
WHEN: Final = Text(
    f"Call {NUMBER} now if you find it hard to breathe or to swallow, if your face, lips, tongue or throat swell, if "
    "you feel faint or collapse, or if you feel that you are in danger in any other way. Do not wait for the clinic.",
    f"Llame ya al {NUMBER} si le cuesta respirar o tragar, si se le hinchan la cara, los labios, la lengua o la "
    "garganta, si se marea o se desmaya, o si siente que corre peligro por cualquier otra causa. No espere a la "
    "clínica.",
)
ELSEWHERE: Final = Text(
    f"{NUMBER} holds throughout the European Union; elsewhere call the emergency number of the place where you are.",
    f"El {NUMBER} vale en toda la Unión Europea; en otro lugar, llame al número de emergencias de donde esté.",
)
NOT_WATCHED: Final = Text(
    "What you send here is read when somebody of the clinic opens their page, and not at night or on days off.",
    "Lo que envía aquí se lee cuando alguien de la clínica abre su página, y no de noche ni en días de descanso.",
)
_SIGNS = "Cardona 2020, WAO Anaphylaxis Guidance, doi 10.1016/j.waojou.2020.100472"
_LAW = "Directive (EU) 2018/1972, art. 109"
_SILENT = Text(
    "None of the clinic's documents says when to call for help. These are signs by which the guidance of the World "
    f"Allergy Organization knows a severe allergic reaction. {ELSEWHERE.en}",
    "Ningún documento de la clínica dice cuándo pedir ayuda urgente. Son signos por los que la guía de la World "
    f"Allergy Organization reconoce una reacción alérgica grave. {ELSEWHERE.es}",
)
_UNREACHED = Text(
    "No source says what to do where the clinic cannot be reached. The careful side is taken: a doctor looks at it "
    "the same day.",
    "Ninguna fuente dice qué hacer si no se localiza a la clínica. Se toma el lado prudente: que lo vea un médico el "
    "mismo día.",
)
CALL: Final = Text("Call the clinic now.", "Llame ahora a la clínica.")
UNREACHED: Final = Text(
    "If nobody answers, have a doctor look at it today. Do not wait for our reply.",
    "Si nadie contesta, que lo vea hoy un médico. No espere nuestra respuesta.",
)

LEAVE_ALONE: Final = Text(
    "Until somebody has looked at it, leave the area alone: do not scratch, squeeze or cover it with anything new. Ask "
    "whether to go on with the creams and the sunscreen on it. Stop no medicine that was prescribed without asking.",
    "Hasta que alguien lo vea, deje la zona en paz: no la rasque, no la apriete ni le ponga nada nuevo. Pregunte si "
    "debe seguir con las cremas y el protector solar. No deje ningún medicamento pautado sin preguntar.",
)
_ALONE = Text(
    "No source says what to do with a sign that nobody has seen yet. The careful side is taken: nothing new on the "
    "skin, and a question about what is already on it, since a product may be the cause.",
    "Ninguna fuente dice qué hacer ante un signo que nadie ha visto aún. Se toma el lado prudente: nada nuevo en la "
    "piel, y preguntar por lo que ya se aplica, pues un producto puede ser la causa.",
)


def emergency_reason(language: Language) -> dict[str, Any]:
    """Where the emergency line comes from, as the reason mark takes it."""
    return _reason(
        "portal-emergency",
        _SILENT.say(language),
        [
            {"source": "World Allergy Organization Journal", "at": _SIGNS, "basis": "literature"},
            {"source": "EUR-Lex", "at": _LAW, "basis": "literature"},
        ],
    )


def unreached_reason(language: Language) -> dict[str, Any]:
    """Where the advice to see a doctor the same day comes from: it is assumed, and says so."""
    at = "portal: the clinic cannot be reached"
    return _reason(
        "portal-unreached", _UNREACHED.say(language), [{"source": "Dermograph", "at": at, "basis": "assumption"}]
    )


def leave_alone_reason(language: Language) -> dict[str, Any]:
    """Where the advice to leave the area alone comes from: it is assumed, and says so."""
    at = "portal: a sign that nobody has seen"
    return _reason(
        "portal-leave-alone", _ALONE.say(language), [{"source": "Dermograph", "at": at, "basis": "assumption"}]
    )


def telephone(clinic: Clinic) -> str:
    """The clinic's number as a ``tel:`` link holds it; empty without one."""
    return re.sub(r"[^0-9+]", "", clinic.phone)


def _reason(rule: str, says: str, cites: list[dict[str, str]]) -> dict[str, Any]:
    return {"rule": rule, "grade": "info", "effect": "none", "facts": [], "until": None, "says": says, "cite": cites}
