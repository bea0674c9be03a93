"""Every table of the clinic that has a part in a record, and why the others have none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dermograph.clinic.handover.outgoing.clinical import ANSWERS, HAPPENINGS, SIGNS
from dermograph.clinic.handover.outgoing.decisions import ASSESSMENTS, OVERRIDES, REVIEWS
from dermograph.clinic.handover.outgoing.papers import CONSENTS, ENDINGS, ENTRIES, MESSAGES, RESTRICTIONS
from dermograph.clinic.handover.outgoing.people import AREAS, CLINIC, COURSES, LESIONS, PATIENTS, ROOMS, STAFF
from dermograph.clinic.handover.outgoing.pictures import (
    CHANGES,
    COMPARISONS,
    OUTLINES,
    PHOTOGRAPHS,
    READINGS,
    SENDINGS,
)
from dermograph.clinic.handover.outgoing.plans import PLANS
from dermograph.clinic.handover.outgoing.responses import RESPONSES
from dermograph.clinic.handover.outgoing.sessions import APPOINTMENTS, LOT_USES, LOTS, SESSIONS, SLOTS
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.core.text import Text
from dermograph.exchange.fhir.map.tables import TABLES

__all__ = ["BY_KIND", "CLINIC", "LOTS", "NOT_MAPPED", "OF_CLINIC", "OF_PATIENTS", "ROOMS", "STAFF"]
#: What belongs to the clinic, and a record only names.
OF_CLINIC: Final = (CLINIC, STAFF, ROOMS, LOTS)
OF_PATIENTS: Final = (
    *(PATIENTS, AREAS, LESIONS, COURSES, PLANS, ENDINGS, ANSWERS, RESPONSES, HAPPENINGS, ASSESSMENTS, OVERRIDES),
    *(APPOINTMENTS, SLOTS, SESSIONS, LOT_USES),
    *(
        PHOTOGRAPHS,
        SENDINGS,
        OUTLINES,
        COMPARISONS,
        READINGS,
        CHANGES,
        SIGNS,
        REVIEWS,
        CONSENTS,
        MESSAGES,
        RESTRICTIONS,
        ENTRIES,
    ),
)

#: Tables of a patient that become no part of a record, by the name of the model, each with the reason.
NOT_MAPPED: Final[Mapping[str, Text]] = {
    "people.NameToken": Text("The words of the name, for the search.", "Las palabras del nombre, para la búsqueda."),
    "agenda.Occupied": Text("The minutes of an appointment, once more.", "Los minutos de una cita, otra vez."),
    "vault.PatientKey": Text("The key of what is sealed: it never leaves.", "La clave de lo cifrado: nunca sale."),
    "overview.CourseStanding": Text("Worked out from the other rows.", "Se calcula a partir de las demás filas."),
    "intake.Withdrawal": Text("Part of the Consent.", "Parte del Consent."),
    "ledger.Payment": Text(
        "Money: no resource of the map. The price agreed stands in the Procedure.",
        "Dinero: ningún recurso del mapa. El precio acordado está en el Procedure.",
    ),
    "scalp.ScalpDesign": Text(
        "A drawing of what might be done: its pictures and dots leave by their own page.",
        "Un dibujo de lo que podría hacerse: sus imágenes y puntos salen por su propia página.",
    ),
    "scalp.DesignChoice": Text("Names a drawing, which is no part.", "Nombra un dibujo, que no es parte."),
    "rights.Disclosure": Text(
        "Whom the clinic gave photographs names others. That something left stands in AuditEvent.",
        "A quién se entregaron fotografías nombra a terceros. Que algo salió está en AuditEvent.",
    ),
    "rights.SharedLink": Text("A way in for somebody else.", "Un acceso de otra persona."),
    "reminders.Reminder": Text(
        "An e-mail that was sent or not; no text is kept.", "Un correo enviado o no; sin texto."
    ),
    "reminders.Preference": Text("A wish about e-mails of this site.", "Una preferencia sobre correos de este sitio."),
    "portal.Change": Text(
        "Who changed an appointment online: the Appointment and AuditEvent say what became of it.",
        "Quién cambió una cita en línea: Appointment y AuditEvent dicen en qué quedó.",
    ),
    "portal.Notice": Text("An e-mail about an appointment.", "Un correo sobre una cita."),
    "calendars.Reading": Text(
        "A calendar that was read in: Observations say what of it holds.", "Un calendario leído."
    ),
    "calendars.Taken": Text("What a calendar added: it stands as Observations.", "Lo que un calendario añadió."),
    "printed.PrintedRecord": Text("That the record left as a PDF: the clinic's own book.", "Un libro de la clínica."),
    "research.Included": Text("That measures left for research: the clinic's own book.", "Un libro de la clínica."),
    "smart.Grant": Text("What somebody let a program do.", "Lo que alguien permitió a un programa."),
    "smart.SmartToken": Text("A way in for a program.", "El acceso de un programa."),
    "cds.GivenCard": Text("A card that a program was shown: it follows from the record.", "Una tarjeta mostrada."),
    "cds.CardFeedback": Text("What was done with a card.", "Qué se hizo con una tarjeta."),
    "handover.HandedOver": Text("That the record left as FHIR: the clinic's own book.", "Un libro de la clínica."),
    "handover.Received": Text("Comes as it was sent.", "Sale tal como llegó."),
    "handover.ReceivedIdentifier": Text("Digests by which that is found.", "Resúmenes para encontrarlo."),
    "portal.CalendarFeed": Text("An address that opens a calendar.", "Una dirección que abre un calendario."),
    "website.AppointmentRequest": Text(
        "A request from the website is no clinical record; it is erased on its own day.",
        "Una solicitud de la web no es historia clínica; se borra en su día.",
    ),
}

#: What is made, by the type of resource: the table, and which of its parts.
BY_KIND: Final[Mapping[str, tuple[tuple[Source, Made], ...]]] = {
    kind: tuple(
        (source, made)
        for source in (*OF_CLINIC, *OF_PATIENTS)
        for made in source.made
        if TABLES[made.field].kind == kind
    )
    for kind in {TABLES[made.field].kind for source in (*OF_CLINIC, *OF_PATIENTS) for made in source.made}
}
