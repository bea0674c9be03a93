"""What people read for each action of the audit trail."""

from __future__ import annotations

from collections.abc import Mapping

from dermograph.core.text import Text

WORDS: Mapping[str, Text] = {
    "patient.registered": Text("Patient registered", "Paciente dado de alta"),
    "patient.changed": Text("Patient's details changed", "Datos del paciente modificados"),
    "patient.opened": Text("Patient's record opened", "Historia del paciente abierta"),
    "area.added": Text("Area added", "Zona añadida"),
    "course.opened": Text("Course opened", "Curso abierto"),
    "course.closed": Text("Course closed", "Curso cerrado"),
    "course.reopened": Text("Course opened again", "Curso reabierto"),
    "answer.written": Text("Answer written", "Respuesta anotada"),
    "answer.corrected": Text("Answer corrected", "Respuesta corregida"),
    "assessment.signed": Text("Assessment signed", "Valoración firmada"),
    "assessment.overridden": Text("Verdict overridden by the medical lead", "Veredicto sustituido por la dirección"),
    "happening.written": Text("Dated event written", "Suceso con fecha anotado"),
    "happening.cancelled": Text("Dated event cancelled", "Suceso con fecha anulado"),
    "consent.signed": Text("Consent signed", "Consentimiento firmado"),
    "consent.withdrawn": Text("Consent withdrawn", "Consentimiento retirado"),
    "appointment.held": Text("Time held", "Hora reservada de forma provisional"),
    "appointment.booked": Text("Appointment booked", "Cita reservada"),
    "appointment.moved": Text("Appointment moved", "Cita cambiada"),
    "appointment.cancelled": Text("Appointment cancelled", "Cita anulada"),
    "appointment.hold_prolonged": Text("Hold prolonged", "Reserva provisional prolongada"),
    "appointment.hold_ended": Text("Hold ended", "Reserva provisional terminada"),
    "appointment.arrived": Text("Patient arrived", "El paciente ha llegado"),
    "appointment.done": Text("Appointment done", "Cita realizada"),
    "appointment.no_show": Text("Patient did not come", "El paciente no acudió"),
    "photograph.added": Text("Photograph added", "Fotografía añadida"),
    "photograph.corrected": Text("Photograph corrected", "Fotografía corregida"),
    "photograph.withdrawn": Text("Photograph withdrawn from the course", "Fotografía retirada del curso"),
    "photograph.downloaded": Text("Original photograph downloaded", "Fotografía original descargada"),
    "outline.drawn": Text("Outline drawn", "Contorno dibujado"),
    "comparison.asked": Text("Comparison asked for", "Comparación solicitada"),
    "comparison.exported": Text("Comparison's report downloaded", "Informe de la comparación descargado"),
    "measures.exported": Text("Measures downloaded", "Medidas descargadas"),
    "session.recorded": Text("Session recorded", "Sesión registrada"),
    "session.corrected": Text("Session corrected", "Sesión corregida"),
    "symptom.reported": Text("Sign reported", "Signo comunicado"),
    "symptom.seen": Text("Sign looked at", "Signo revisado"),
    "symptom.gone": Text("Sign gone", "Signo desaparecido"),
    "review.signed": Text("Review signed", "Revisión firmada"),
    "lot.received": Text("Lot received", "Lote recibido"),
    "lot.withdrawn": Text("Lot withdrawn", "Lote retirado"),
    "lot.recall_exported": Text("Recall list exported", "Lista de retirada exportada"),
    "payment.taken": Text("Payment taken", "Pago cobrado"),
    "payment.returned": Text("Money given back", "Dinero devuelto"),
    "payments.exported": Text("Payments exported", "Pagos exportados"),
    "outcomes.exported": Text("Outcomes exported", "Resultados exportados"),
    "staff.changed": Text("Staff member changed", "Miembro del personal modificado"),
    "staff.invited": Text("Staff member invited", "Miembro del personal invitado"),
    "staff.link_renewed": Text("Invitation renewed", "Invitación renovada"),
    "staff.activated": Text("Staff member may work here again", "Miembro del personal reactivado"),
    "staff.deactivated": Text("Staff member may no longer work here", "Miembro del personal desactivado"),
    "clinic.created": Text("Clinic created", "Clínica creada"),
    "room.added": Text("Room added", "Sala añadida"),
    "room.renamed": Text("Room renamed", "Sala renombrada"),
    "room.retired": Text("Room taken out of use", "Sala retirada"),
    "room.reopened": Text("Room in use again", "Sala de nuevo en uso"),
    "hours.added": Text("Opening hours added", "Horario añadido"),
    "hours.removed": Text("Opening hours removed", "Horario eliminado"),
    "absence.added": Text("Absence added", "Ausencia añadida"),
    "absence.removed": Text("Absence removed", "Ausencia eliminada"),
    "clinic.changed": Text("Clinic's settings changed", "Ajustes de la clínica modificados"),
}


def action_words(action: str) -> Text:
    """What people read for an action; the bare word for one that is not known here."""
    return WORDS.get(action, Text(action, action))
