"""Words and icons of the agenda."""

from __future__ import annotations

from collections.abc import Mapping

from dermograph.clinic.agenda.models import Purpose, State
from dermograph.core.text import Text

STATES: Mapping[str, Text] = {
    State.HELD: Text("held", "reserva provisional"),
    State.BOOKED: Text("booked", "reservada"),
    State.ARRIVED: Text("arrived", "en la clínica"),
    State.DONE: Text("done", "realizada"),
    State.CANCELLED: Text("cancelled", "cancelada"),
    State.NO_SHOW: Text("did not come", "no acudió"),
}
STATE_ICONS: Mapping[str, str] = {
    State.HELD: "hourglass",
    State.BOOKED: "calendar-check",
    State.ARRIVED: "log-in",
    State.DONE: "circle-check",
    State.CANCELLED: "circle-x",
    State.NO_SHOW: "ban",
}
STEPS_IN_WORDS: Mapping[str, Text] = {
    State.HELD: Text("Hold it for longer", "Prolongar la reserva provisional"),
    State.BOOKED: Text("Book it", "Reservarla"),
    State.ARRIVED: Text("Patient has arrived", "El paciente ha llegado"),
    State.DONE: Text("Done", "Realizada"),
    State.CANCELLED: Text("Cancel the appointment", "Cancelar la cita"),
    State.NO_SHOW: Text("Patient did not come", "El paciente no acudió"),
}
STEPS_BACK: Mapping[tuple[str, str], Text] = {
    (State.ARRIVED, State.BOOKED): Text("Not arrived after all", "En realidad no ha llegado"),
    (State.DONE, State.ARRIVED): Text("Not done after all", "En realidad no está realizada"),
    (State.NO_SHOW, State.ARRIVED): Text("Came after all", "Finalmente acudió"),
    (State.NO_SHOW, State.BOOKED): Text("Wait for the patient again", "Volver a esperar al paciente"),
    (State.CANCELLED, State.BOOKED): Text("Undo the cancellation", "Deshacer la cancelación"),
}
PURPOSES: Mapping[str, Text] = {
    Purpose.ASSESSMENT: Text("assessment", "valoración"),
    Purpose.SESSION: Text("session", "sesión"),
    Purpose.REVIEW: Text("review", "revisión"),
    Purpose.MAINTENANCE: Text("maintenance", "mantenimiento"),
}
ACTIONS: Mapping[str, Text] = {
    "appointment.booked": Text("Booked", "Reservada"),
    "appointment.held": Text("Held", "Reservada provisionalmente"),
    "appointment.hold_prolonged": Text("Hold prolonged", "Reserva provisional prolongada"),
    "appointment.hold_ended": Text("Hold ended, time given back", "Reserva provisional terminada, hora liberada"),
    "appointment.moved": Text("Moved", "Cambiada de hora"),
    "appointment.arrived": Text("Patient arrived", "El paciente llegó"),
    "appointment.done": Text("Done", "Realizada"),
    "appointment.cancelled": Text("Cancelled", "Cancelada"),
    "appointment.no_show": Text("Patient did not come", "El paciente no acudió"),
}
MONTHS: tuple[Text, ...] = tuple(
    Text(en, es)
    for en, es in (
        ("January", "enero"),
        ("February", "febrero"),
        ("March", "marzo"),
        ("April", "abril"),
        ("May", "mayo"),
        ("June", "junio"),
        ("July", "julio"),
        ("August", "agosto"),
        ("September", "septiembre"),
        ("October", "octubre"),
        ("November", "noviembre"),
        ("December", "diciembre"),
    )
)
