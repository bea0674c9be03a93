"""Words of the kinds and states of reminders, and why one was not sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dermograph.clinic.reminders.models import Kind, Status
from dermograph.core.text import Text

KINDS: Final[Mapping[str, Text]] = {
    Kind.PREPARATION: Text("Before a session: what to mind", "Antes de una sesión: qué tener en cuenta"),
    Kind.APPOINTMENT: Text("The appointment, the day before", "La cita, el día antes"),
    Kind.AFTERCARE: Text("Aftercare that begins or ends", "Cuidados que empiezan o terminan"),
    Kind.PHOTOGRAPHS: Text("Photographs of the review", "Fotografías de la revisión"),
    Kind.MAINTENANCE: Text("Maintenance that a review decided on", "Mantenimiento decidido en una revisión"),
}
STATES: Final[Mapping[str, Text]] = {
    Status.DUE: Text("to be sent", "por enviar"),
    Status.SENDING: Text("being sent", "enviándose"),
    Status.SENT: Text("sent", "enviado"),
    Status.FAILED: Text("failed", "fallido"),
    Status.SKIPPED: Text("not sent", "no enviado"),
}
LATE, CHANGED, NO_ADDRESS, STOPPED, BLOCKED, OFF = "late", "changed", "no_address", "stopped", "blocked", "off"
REFUSED, UNCERTAIN, BROKEN, LOCAL, NO_SITE = "refused", "uncertain", "broken", "local", "no_site"
REASONS: Final[Mapping[str, Text]] = {
    LATE: Text(
        "The server was off until it was of no use any more.", "El servidor estuvo parado hasta que ya no servía."
    ),
    CHANGED: Text(
        "What it is about was moved, cancelled or closed.", "Aquello de lo que trata se cambió, anuló o cerró."
    ),
    NO_ADDRESS: Text("There is no e-mail address that can be used.", "No hay una dirección de correo utilizable."),
    STOPPED: Text("The patient wants no reminders.", "El paciente no quiere recordatorios."),
    BLOCKED: Text("The record is blocked or made up.", "La historia está bloqueada o es ficticia."),
    OFF: Text("This kind was switched off.", "Este tipo se desactivó."),
    REFUSED: Text("The mail server refused it.", "El servidor de correo lo rechazó."),
    UNCERTAIN: Text(
        "The sending was broken off: it may have been sent, and is not sent again.",
        "El envío se interrumpió: puede haberse enviado y no se repite.",
    ),
    BROKEN: Text(
        "It could not be written; the server's log says why.", "No se pudo redactar; el registro dice por qué."
    ),
    LOCAL: Text(
        "Only written to this server: its mail goes to the terminal or a folder.",
        "Solo se escribió en este servidor: su correo va al terminal o a una carpeta.",
    ),
    NO_SITE: Text("The site's address is not known.", "No se conoce la dirección del sitio."),
}
