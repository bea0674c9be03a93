"""Words of the timeline for what other parts keep as a key."""

from dermograph.core.text import Text

PURPOSES = {
    "assessment": Text("Appointment for the assessment", "Cita para la valoración"),
    "session": Text("Appointment for a session", "Cita para una sesión"),
    "review": Text("Appointment for the review", "Cita para la revisión"),
    "maintenance": Text("Appointment for maintenance", "Cita de mantenimiento"),
}
APPOINTMENT_STATES = {
    "held": Text("held", "reservada"),
    "booked": Text("booked", "confirmada"),
    "arrived": Text("arrived", "ha llegado"),
    "done": Text("done", "realizada"),
    "cancelled": Text("cancelled", "anulada"),
    "no_show": Text("did not come", "no acudió"),
}
STAGES = {
    "waiting": Text("waiting to be measured", "pendiente de medir"),
    "running": Text("being measured", "midiéndose"),
    "failed": Text("not measured", "sin medir"),
}
FROM_HOME = Text("from home, sent by the patient", "desde casa, enviada por el paciente")
