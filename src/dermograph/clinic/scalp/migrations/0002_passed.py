"""The chance that the limit is passed, to be listed by. What was reckoned before it stood there is filled in."""

from typing import Any

from django.db import migrations, models


def fill(apps: Any, schema_editor: Any) -> None:  # noqa: ANN401 (what a migration is given)
    """From the fading that was reckoned."""
    change = apps.get_model("scalp", "ScalpChange")
    rows = change.objects.using(schema_editor.connection.alias).exclude(fading={}).only("pk", "fading")
    for row in rows.iterator():
        change.objects.filter(pk=row.pk).update(passed=row.fading.get("passed"))


class Migration(migrations.Migration):
    dependencies = [
        ("scalp", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="scalpchange",
            name="passed",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="scalpchange",
            index=models.Index(fields=["clinic", "passed"], name="scalp_passed"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
