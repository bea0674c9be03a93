"""The entries of a patient are found in their order: an index of patient, clinic and number instead of the patient alone.

The narrower index is dropped by its name. To alter the field SQLite would make the table anew, without its triggers.
"""

from django.db import migrations, models


def drop_narrower(_apps, editor):
    """Drop the index of the patient alone."""
    with editor.connection.cursor() as cursor:
        there = editor.connection.introspection.get_constraints(cursor, "audit_auditentry")
    for name, one in there.items():
        if one["index"] and not one["unique"] and one["columns"] == ["patient"]:
            editor.execute(f"DROP INDEX {editor.quote_name(name)}")


def make_narrower(_apps, editor):
    """Make it again."""
    editor.execute("CREATE INDEX audit_of_patient_alone ON audit_auditentry (patient)")


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_append_only")]

    operations = [
        migrations.AddIndex(
            "auditentry", models.Index(fields=["patient", "clinic", "number"], name="audit_of_patient")
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(drop_narrower, make_narrower)],
            [migrations.AlterField("auditentry", "patient", models.UUIDField(blank=True, null=True))],
        ),
    ]
