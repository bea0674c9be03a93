"""A clinic on PostgreSQL with courses to measure; run in a process of its own, prints what it made as JSON.

Arguments: how many courses, how many follow-ups each has; and the folder of a pair of photographs with its outline, if
not the small one of the tests.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import uuid
from pathlib import Path

DAY = dt.date(2026, 3, 2)
PASSWORD = "correct horse battery"  # noqa: S105 (of tests)


def main(courses: int, followups: int, pair: Path | None = None) -> None:
    """Make a clinic whose photographs are stored and outlined, and not yet judged.

    Args:
        courses: One patient each.
        followups: Of each course.
        pair: Where ``before.jpg``, ``after.jpg`` and ``outline.json`` lie; None takes the small pair of the tests.
    """
    from dermograph.clinic.gallery.services import add_photograph
    from dermograph.clinic.intake.models import Consent, ConsentText
    from dermograph.clinic.people.models import Area, Clinic, Course, Patient, Role
    from tests.clinic.conftest import member
    from tests.clinic.gallery.photos import files_of_pair, outlined, shape_of_pair

    clinic = Clinic.objects.create(name="Clínica Aurora", slug="aurora", time_zone="Europe/Madrid", language="en")
    person = member(clinic, Role.PRACTITIONER, "Nuria Vidal", ("paramedical", "microneedling", "scalp"))
    text = ConsentText.objects.create(
        clinic=clinic,
        language="en",
        version="1",
        title="Photographs",
        body="…",
        sha256="0" * 64,
        purposes=[{"id": "record", "label": "Record", "needed": False}],
        valid_from=dt.date(2026, 1, 1),
    )
    if pair is None:
        (before, after), shape = files_of_pair(), shape_of_pair()
    else:
        before, after = ((pair / name).read_bytes() for name in ("before.jpg", "after.jpg"))
        shape = json.loads((pair / "outline.json").read_text(encoding="utf-8"))
    made = []
    for number in range(1, courses + 1):
        patient = Patient.objects.create(
            clinic=clinic,
            number=number,
            given_names="Lucía",
            family_names=f"Prueba {number}",
            birth_date=dt.date(1988, 4, 9),
            synthetic=True,
        )
        area = Area.objects.create(patient=patient, name="abdomen", view="front", x=0.5, y=0.45)
        course = Course.objects.create(clinic=clinic, patient=patient, area=area, treatment="paramedical", lead=person)
        Consent.objects.create(
            clinic=clinic,
            patient=patient,
            course=course,
            text=text,
            text_sha256=text.sha256,
            purposes=["record"],
            signed_name=str(patient),
            strokes=[[[0, 0], [1, 1]]],
            signed_at=dt.datetime(2026, 1, 2, 10, tzinfo=dt.UTC),
            witness=person.user,
        )

        def add(data: bytes, on: dt.date, course: Course = course) -> object:
            return add_photograph(
                course=course, data=data, name="synthetic.jpg", who=person.user, entry=uuid.uuid4(), taken_on=on
            )

        first = add(before, DAY)
        outlined(first, person, shape)  # type: ignore[arg-type] # a photograph
        for visit in range(followups):
            add(after + bytes([visit]), DAY + dt.timedelta(days=14 * (visit + 1)))
        made.append(str(course.pk))
    sys.stdout.write(json.dumps({"courses": made, "email": person.user.email}) + "\n")


if __name__ == "__main__":
    from dermograph.clinic.serve import Options, prepare

    prepare(Options(Path(os.environ["DERMOGRAPH_DATA"])), lambda _: None, pages=False)
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None)
