"""An archive is known by its address too: another one may have the same name."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imaging", "0001_initial")]

    operations = [
        migrations.AddField("sending", "address", models.CharField(blank=True, default="", max_length=64), False),
        migrations.RemoveConstraint("sending", "one_sending_an_archive"),
        migrations.AddConstraint(
            "sending",
            models.UniqueConstraint(fields=("photograph", "archive", "address"), name="one_sending_an_address"),
        ),
    ]
