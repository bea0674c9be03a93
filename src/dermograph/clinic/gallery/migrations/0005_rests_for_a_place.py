"""How often a place was in the way of a piece of work is counted apart from how often it was begun in vain."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

_MODELS = ("photograph", "comparison")


def count_what_waits(apps: Any, _editor: Any) -> None:  # noqa: ANN401 (Django's)
    """Of what waits for a place, every attempt ended there."""
    for name in _MODELS:
        rows = apps.get_model("gallery", name).objects
        rows.filter(stage="waiting", step="storage").update(rests=models.F("attempt"))


class Migration(migrations.Migration):
    dependencies = [("gallery", "0004_one_comparison_of_two_photographs")]

    operations = [
        *(migrations.AddField(name, "rests", models.PositiveSmallIntegerField(default=0)) for name in _MODELS),
        migrations.RunPython(count_what_waits, migrations.RunPython.noop),
    ]
