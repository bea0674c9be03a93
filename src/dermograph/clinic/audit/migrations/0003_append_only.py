"""The database refuses to change or remove an entry. A later migration that alters the table protects it again: SQLite
drops a table's triggers when it is made anew."""

from django.db import migrations

from dermograph.clinic.audit.append_only import protect, unprotect


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_initial")]

    operations = [
        migrations.RunPython(
            lambda _apps, editor: protect(editor.connection), lambda _apps, editor: unprotect(editor.connection)
        )
    ]
