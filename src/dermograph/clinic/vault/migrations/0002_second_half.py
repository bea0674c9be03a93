"""Keys that were wrapped by the master key alone are wrapped anew, with a half that is kept apart from the database."""

from types import SimpleNamespace

from django.db import migrations


def wrap_anew(apps, _editor):
    from dermograph.clinic.vault.seal import with_half

    for kept in apps.get_model("vault", "PatientKey").objects.filter(destroyed_at=None).iterator():
        wrapped = with_half(SimpleNamespace(pk=kept.patient_id), bytes(kept.wrapped))
        if wrapped is not None:
            kept.wrapped = wrapped
            kept.save(update_fields=["wrapped"])


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]

    operations = [migrations.RunPython(wrap_anew, migrations.RunPython.noop)]
