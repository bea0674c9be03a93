"""The exports that a patient was in are found from the patient, so that the proof of an erasure names who has them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_indexes_for_large_clinics"), ("research", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="included",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="research_uses", to="people.patient"
            ),
        ),
    ]
