"""One photograph whose dots many ask for at the same moment. Run as a program it uses a database of its own."""

from __future__ import annotations

import datetime as dt

from tests.clinic.at_once import at_once, tell

AT_ONCE = 6


def ask_at_once() -> dict[str, object]:
    """Ask so often at once, and tell what came of it."""
    from dermograph.clinic.audit.models import AuditEntry
    from dermograph.clinic.gallery.models import Photograph
    from dermograph.clinic.people.models import Area, Clinic, Course, Patient
    from dermograph.clinic.scalp.models import ScalpReading
    from dermograph.clinic.scalp.services import ask_for_reading
    from tests.clinic.conftest import member
    from tests.clinic.overview.rows import photographed

    clinic = Clinic.objects.create(name="Clínica Aurora", slug="aurora", time_zone="Europe/Madrid", language="en")
    patient = Patient.objects.create(clinic=clinic, number=1, given_names="A", family_names="B", synthetic=True)
    area = Area.objects.create(patient=patient, name="crown", view="scalp")
    lead = member(clinic, "practitioner", "Nuria Vidal", ("scalp",))
    course = Course.objects.create(clinic=clinic, patient=patient, area=area, treatment="scalp", lead=lead)
    photographed(course, dt.date(2024, 5, 1))

    def ask() -> str:
        row = Photograph.objects.select_related("course__clinic").get()
        return str(ask_for_reading(photograph=row, who=lead.user).pk)

    answers = at_once([ask] * AT_ONCE)
    return {
        "answers": len(set(answers)),
        "readings": ScalpReading.objects.count(),
        "asked": AuditEntry.objects.filter(action="reading.asked").count(),
    }


if __name__ == "__main__":
    tell(ask_at_once)
