"""What each staff page costs, on the data of the demonstration: run in a process of its own, prints JSON.

Arguments: the data folder, and how many turns. Pages and an empty view take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import gc
import gzip
import json
import os
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SPEED = 6  # of gzip
COLLECTIONS = 5


def main(folder: str, turns: int) -> None:
    """Open every page so often and print what it cost."""
    os.environ |= {"DERMOGRAPH_DATA": folder, "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings"}
    os.environ["DERMOGRAPH_SECOND_FACTOR"] = "demonstration"  # of people who do not exist, and have none
    import django

    django.setup()
    from django.contrib.staticfiles import finders
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from dermograph.clinic.people.models import Membership, Role
    from dermograph.clinic.wsgi import settle

    settle()  # as each process of a site does
    lead = Membership.objects.filter(role=Role.MEDICAL_LEAD).select_related("user", "clinic").first()
    assert lead is not None  # noqa: S101 (the demonstration has one)
    client, nobody = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
    client.force_login(lead.user, backend="dermograph.clinic.people.sign_in.WithPlaces")
    found: dict[str, dict[str, Any]] = {}
    for name, values in pages(lead.clinic).items():
        path = reverse(name, kwargs=values)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        html = answer.content.decode()
        linked = re.findall(r'(?:href|src)="[^"]*?/?static/([^"]+\.(?:css|js))"', html)
        files = [
            Path(str(finders.find(one))).read_bytes() for one in dict.fromkeys(map(plain, linked)) if finders.find(one)
        ]
        weight = sum(len(gzip.compress(one, SPEED)) for one in [answer.content, *files])
        found[name] = {"status": answer.status_code, "queries": len(queries), "bytes": weight, "seconds": []}
    empty: dict[str, list[float]] = {"signed_in": [], "nobody": []}
    for _ in range(turns):
        empty["signed_in"].append(timed(client, reverse("healthy")))
        empty["nobody"].append(timed(nobody, reverse("healthy")))
        for name, values in pages(lead.clinic).items():
            found[name]["seconds"].append(timed(client, reverse(name, kwargs=values)))
    print(json.dumps({"pages": found, "empty": empty, "collections": collections()}))


def collections() -> dict[str, list[float]]:
    """Seconds of full collections of cycles, as a process of the site has them and as it would have them unsettled."""
    found = {"settled": [collected() for _ in range(COLLECTIONS)]}
    gc.unfreeze()
    return found | {"unsettled": [collected() for _ in range(COLLECTIONS)]}


def collected() -> float:
    """Seconds of one full collection."""
    started = time.perf_counter()
    gc.collect()
    return time.perf_counter() - started


def plain(name: str) -> str:
    """The name of a static file without the hash that its address carries."""
    return re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name)


def timed(client: Any, path: str) -> float:  # noqa: ANN401 (Django's test client)
    """Seconds of one answer."""
    started = time.perf_counter()
    client.get(path)
    return time.perf_counter() - started


def pages(clinic: Any) -> Mapping[str, dict[str, Any]]:  # noqa: ANN401 (a model)
    """The staff pages with what their addresses need: the course with the most reviews has the fullest pages."""
    from django.db.models import Count

    from dermograph.clinic.gallery.models import Comparison, Photograph
    from dermograph.clinic.ledger.models import Lot
    from dermograph.clinic.people.models import Course

    full = Course.objects.filter(clinic=clinic).annotate(n=Count("reviews")).order_by("-n").first()
    assert full is not None  # noqa: S101 (the demonstration has courses)
    one = {"course": full.pk}
    session = full.sessions.first()
    shown: dict[str, dict[str, Any]] = {
        "today": {},
        "patients": {},
        "agenda": {},
        "reviews": {},
        "stock": {},
        "outcomes": {},
        "clinic_settings": {},
        "patient": {"patient": full.patient_id},
        "course": one,
        "assessment": one,
        "consents": one,
        "booking": one,
        "gallery": one,
        "measures": one,
        "session_new": one,
        "review": one,
        "timeline": one,
    }
    if session is not None:
        shown |= {"session": {"session": session.pk}, "aftercare_sheet": {"session": session.pk}}
    comparison = Comparison.objects.filter(course=full, stage="done").first()
    if comparison is not None:
        shown["comparison"] = {"comparison": comparison.pk}
    photograph, lot = Photograph.objects.filter(course=full).first(), Lot.objects.filter(clinic=clinic).first()
    if photograph is not None:
        shown |= {"photograph": {"photograph": photograph.pk}, "outline": {"photograph": photograph.pk}}
    if lot is not None:
        shown["lot"] = {"lot": lot.pk}
    return shown


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
