"""A course whose baseline of 12 MP is outlined and judged, in the made-up clinic; prints its id. Argument: the pair."""

import datetime as dt
import json
import sys
import uuid
from pathlib import Path

from django.utils import timezone

from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.gallery.services import add_photograph, draw_outline
from dermograph.clinic.intake.selectors import current_text
from dermograph.clinic.intake.services import sign_consent
from dermograph.clinic.people.models import Membership
from dermograph.clinic.people.services import add_area, open_course, register_patient

lead = Membership.objects.filter(role="medical_lead").select_related("user", "clinic").first()
assert lead is not None, "the made-up clinic has a medical lead"  # noqa: S101 (a script)
pair, who, today = Path(sys.argv[1]), lead.user, timezone.now().date()
patient = register_patient(
    clinic=lead.clinic, who=who, given_names="Bench", family_names=uuid.uuid4().hex[:8], synthetic=True
)
area = add_area(patient=patient, who=who, name="abdomen", view="front", x=0.5, y=0.5)
course = open_course(area=area, treatment="paramedical", who=who, lead=lead)
text = current_text(lead.clinic, "paramedical", patient.language, today)
assert text is not None, "the made-up clinic has its consent texts"  # noqa: S101 (a script)
sign_consent(
    course=course,
    who=who,
    text=text,
    purposes=["treatment", "record"],
    signed_name=str(patient),
    strokes={"typed": str(patient)},
)
baseline = add_photograph(
    course=course,
    data=(pair / "before.jpg").read_bytes(),
    name="before.jpg",
    who=who,
    entry=uuid.uuid4(),
    taken_on=today - dt.timedelta(days=30),
)
while work_once():
    pass
baseline.refresh_from_db()
draw_outline(photograph=baseline, shape=json.loads((pair / "outline.json").read_text()), who=who, entry=uuid.uuid4())
print(json.dumps(str(course.pk)))
