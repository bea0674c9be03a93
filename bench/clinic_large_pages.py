"""What the staff pages and the search cost in the largest clinic there is: in a process of its own, prints JSON.

python bench/clinic_large_pages.py TURNS [PAGE …]. Each turn opens every page once, of another patient each time, and an
empty view, so that a busy machine slows both. ``--slow`` prints the queries of pages that take long.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

SEED = 20261122
TARGETS = 25  # patients whose pages are opened in turn
FULL = 6  # sessions that their courses have at least
LONGEST = 25.0  # seconds for one page over all turns; a slow one is opened less often
LEAST = 3
SEARCHES = 150
PROFILED = 0.1  # s


def main(turns: int, wanted: Sequence[str], *, slow: bool) -> None:
    """Open every page so often and print what it cost."""
    os.environ["DERMOGRAPH_SECOND_FACTOR"] = "demonstration"  # of people who do not exist, and have none
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from dermograph.clinic.people.models import Clinic, Membership, Role
    from dermograph.clinic.wsgi import settle

    settle()  # as each process of a site does
    clinic = Clinic.objects.order_by("-last_number").first()
    lead = Membership.objects.filter(clinic=clinic, role=Role.MEDICAL_LEAD).select_related("user").first()
    assert lead is not None  # noqa: S101 (the generator makes one)
    client = Client(
        SERVER_NAME="127.0.0.1", raise_request_exception=False
    )  # a page that fails is told, the others go on
    client.force_login(lead.user, backend="dermograph.clinic.people.sign_in.WithPlaces")
    chance = random.Random(SEED)
    targets = {name: paths for name, paths in pages(clinic, chance).items() if not wanted or name in wanted}
    paths = {name: [reverse(name, kwargs=one) for one in some] for name, some in targets.items()}
    found: dict[str, dict[str, Any]] = {}
    for name, own in paths.items():
        client.get(own[0])  # what is kept for all pages is loaded by the first one
        with CaptureQueriesContext(connection) as asked:
            took, answer = timed(client.get, own[0])
        found[name] = {
            "status": answer.status_code,
            "queries": len(asked),
            "kilobytes": len(answer.content) / 1000,
            "seconds": [],
        }
        if slow and took > PROFILED:
            print(f"{name} {took:.3f} s", *told(asked.captured_queries), sep="\n    ", file=sys.stderr)
    empty: list[float] = []
    for turn in range(turns):
        empty.append(timed(client.get, reverse("healthy"))[0])
        for name, own in paths.items():
            seconds = found[name]["seconds"]
            if turn < LEAST or sum(seconds) < LONGEST:
                seconds.append(timed(client.get, own[turn % len(own)])[0])
    searched = {} if wanted else searches(clinic, client, chance)
    print(json.dumps({"pages": found, "empty": empty, "search": searched}))


def told(queries: Sequence[Mapping[str, str]]) -> list[str]:
    """Queries that took long, each with its seconds."""
    return [f"{one['time']} {one['sql'][:1500]}" for one in queries if float(one["time"]) >= PROFILED / 10]


def timed(work: Callable[..., Any], *values: object, **named: object) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    started = time.perf_counter()
    answer = work(*values, **named)
    return time.perf_counter() - started, answer


def searches(clinic: Any, client: Any, chance: random.Random) -> dict[str, list[float]]:  # noqa: ANN401 (a model, Django's client)
    """Seconds of searches by the beginnings of words, as people type them: of the selector and the whole request."""
    from django.urls import reverse

    from dermograph.clinic.people.models import NameToken, Patient
    from dermograph.clinic.people.selectors import found_patients
    from dermograph.clinic.people.views import QUICK

    path = reverse("patient_search")
    pks = NameToken.objects.filter(clinic=clinic).order_by("patient_id").values_list("patient_id", flat=True)[:400]
    patients = list(Patient.objects.filter(pk__in=set(pks)))
    found: dict[str, list[float]] = {"selector": [], "request": []}
    for _ in range(SEARCHES):
        asked = typed(chance.choice(patients), chance)
        found["selector"].append(timed(found_patients, clinic, asked, limit=QUICK)[0])
        found["request"].append(timed(client.get, path, {"q": asked})[0])
    return found


def typed(patient: Any, chance: random.Random) -> str:  # noqa: ANN401 (a model)
    """What somebody types who looks for a patient: one word begun, two of them, a number, a telephone."""
    given, (first, second) = patient.given_names, patient.family_names.split()
    return chance.choice(
        (
            first[: chance.randint(1, 3)],
            first[: chance.randint(3, 6)],
            f"{given[: chance.randint(1, 3)]} {first[: chance.randint(1, 4)]}",
            f"{first} {second[:3]}",
            str(patient.number),
            patient.phone[: chance.randint(5, 9)],
            f"{given} {first} {second}",
        )
    )


def pages(clinic: Any, chance: random.Random) -> Mapping[str, list[dict[str, uuid.UUID]]]:  # noqa: ANN401 (a model)
    """The staff pages with what their addresses need, of some patients each."""
    from django.db.models import Count

    from dermograph.clinic.agenda.models import Appointment
    from dermograph.clinic.gallery.models import Comparison
    from dermograph.clinic.ledger.models import Lot
    from dermograph.clinic.people.models import Course
    from dermograph.clinic.treatment.models import Review

    some = Comparison.objects.filter(clinic=clinic, stage="done").order_by("pk")[: 40 * TARGETS]
    comparisons = {one.course_id: one for one in some.defer("result", "pictures")}
    full = Course.objects.filter(pk__in=[*comparisons]).annotate(n=Count("sessions")).filter(n__gte=FULL)
    courses = chance.sample(found := list(full.order_by("pk")), min(TARGETS, len(found)))
    chosen = [comparisons[one.pk] for one in courses]
    sessions = [one.sessions.order_by("pk")[0].pk for one in courses]
    lots = list(Lot.objects.filter(clinic=clinic).order_by("pk").values_list("pk", flat=True)[:TARGETS])
    ahead = Appointment.objects.filter(clinic=clinic, state="booked").order_by("pk").values_list("pk", flat=True)
    reviews = [Review.objects.filter(course=one).order_by("pk").values_list("pk", flat=True)[0] for one in courses]
    by_course = ("course", "assessment", "consents", "booking", "gallery", "camera", "measures")
    own = {name: [{"course": one.pk} for one in courses] for name in by_course}
    own |= {name: [{"course": one.pk} for one in courses] for name in ("session_new", "review", "timeline")}
    for name in ("patient", "patient_edit", "patient_rights", "patient_reminders"):
        own[name] = [{"patient": one.patient_id} for one in courses]
    clinicwide = (
        "today",
        "reviews",
        "patients",
        "agenda",
        "stock",
        "payments",
        "outcomes",
        "requests",
        "reminders_sent",
    )
    settings = ("clinic_settings", "clinic_staff", "agenda_settings", "reminders_settings", "retention")
    return {
        **{name: [{}] for name in (*clinicwide, *settings, "photograph_sets")},
        **own,
        "area_new": own["patient"],
        "session": [{"session": one} for one in sessions],
        "aftercare_sheet": [{"session": one} for one in sessions],
        "review_signed": [{"review": one} for one in reviews],
        "comparison": [{"comparison": one.pk} for one in chosen],
        "photograph": [{"photograph": one.after_id} for one in chosen],
        "outline": [{"photograph": one.before_id} for one in chosen],
        "lot": [{"lot": one} for one in lots],
        "appointment": [{"appointment": one} for one in ahead[:TARGETS]] or [],
    }


if __name__ == "__main__":
    words = [one for one in sys.argv[2:] if one != "--slow"]
    main(int(sys.argv[1]), words, slow="--slow" in sys.argv)
