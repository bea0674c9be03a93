"""Photographs say whether they come from home; of two photographs one comparison stands."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.db import migrations, models

_AT_ONCE = 500


def say_what_comes_from_home(apps: Any, _editor: Any) -> None:  # noqa: ANN401 (Django's)
    """Of a photograph whose first entry nobody of the clinic wrote, and of every correction of it."""
    rows = apps.get_model("gallery", "Photograph").objects
    found = list(rows.filter(supersedes=None, written_by=None).values_list("pk", flat=True))
    while found:
        rest, found = found, []
        for begin in range(0, len(rest), _AT_ONCE):
            some = rest[begin : begin + _AT_ONCE]
            rows.filter(pk__in=some).update(from_home=True)
            found += rows.filter(supersedes__in=some).values_list("pk", flat=True)


def let_one_stand(apps: Any, _editor: Any) -> None:  # noqa: ANN401 (Django's)
    """Have each comparison supersede the one of the same photographs that stood before it was first asked for.

    The last one is that of the last outline; of the same outline, the one that was first asked for last.
    """
    rows = apps.get_model("gallery", "Comparison").objects
    standing = rows.filter(superseded_by=None)
    pairs = standing.values("before", "after").annotate(n=models.Count("pk")).filter(n__gt=1)
    for pair in list(pairs):
        found = []
        for one in standing.filter(before=pair["before"], after=pair["after"]).select_related("outline"):
            first = _first_of(rows, one)
            found.append(((one.outline.written_at, first.written_at, one.written_at), one.pk, first))
        found.sort(key=lambda one: one[0])
        for (_, former, _first), (_, _pk, first) in pairwise(found):
            words = first.correction_reason or "by another outline or other landmarks"
            rows.filter(pk=first.pk).update(supersedes=former, correction_reason=words)


def _first_of(rows: Any, one: Any) -> Any:  # noqa: ANN401 (Django's)
    """The entry that a comparison goes back to."""
    while one.supersedes_id is not None:
        one = rows.only("pk", "supersedes", "written_at", "correction_reason").get(pk=one.supersedes_id)
    return one


class Migration(migrations.Migration):
    dependencies = [("gallery", "0003_indexes_for_large_clinics")]

    operations = [
        migrations.AddField("photograph", "from_home", models.BooleanField(default=False)),
        migrations.RemoveIndex("photograph", "photographs_of_course"),
        migrations.AddIndex(
            "photograph",
            models.Index(
                fields=["course", "taken_on", "written_at", "id", "usable", "withdrawn", "from_home"],
                name="photographs_of_course",
            ),
        ),
        migrations.RunPython(say_what_comes_from_home, migrations.RunPython.noop),
        migrations.RunPython(let_one_stand, migrations.RunPython.noop),
    ]
