"""Who may sign in to the made-up clinic; known before Django is."""

from __future__ import annotations

from dataclasses import dataclass

from dermograph.core.text import Text

PASSWORD = "synthetic skin"  # noqa: S105 (of people who do not exist, on a machine's own address only)
#: The clinic, as commands name it.
SLUG = "demo"
_ALL = ("paramedical", "microneedling", "scalp")


@dataclass(frozen=True, slots=True)
class Login:
    """Who may sign in.

    Attributes:
        treatments: What they are trained for.
    """

    email: str
    name: str
    role: str
    word: Text
    treatments: tuple[str, ...] = ()


LOGINS = (
    Login("recepcion@demo.example", "Pau Ejemplo", "front_desk", Text("front desk", "recepción")),
    Login("nora@demo.example", "Nora Ficticia", "practitioner", Text("practitioner", "profesional"), _ALL),
    Login("vera@demo.example", "Vera Supuesta", "medical_lead", Text("medical lead", "responsable médico"), _ALL),
    Login("admin@demo.example", "Ada Imaginaria", "admin", Text("administrator", "administración")),
)
#: Has pages of her own; she is registered in one of the stories.
PATIENT = Login("irene@demo.example", "Irene Simulada", "patient", Text("patient", "paciente"))
MORE = (Login("marco@demo.example", "Marco Inventado", "practitioner", Text("", ""), ("microneedling",)),)
