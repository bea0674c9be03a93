from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rights", "0002_previews")]

    operations = [
        migrations.AlterField(
            model_name="disclosure",
            name="form",
            field=models.CharField(
                choices=[
                    ("original", "Original"),
                    ("report", "Report"),
                    ("link", "Link"),
                    ("set", "Set"),
                    ("archive", "Archive"),
                    ("preview", "Preview"),
                    ("pdf", "Pdf"),
                    ("dicom", "Dicom"),
                ],
                max_length=10,
            ),
        ),
    ]
