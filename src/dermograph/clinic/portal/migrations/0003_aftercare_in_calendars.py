"""Whether a calendar shows aftercare. Nobody was asked about those that exist: they show appointments alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_telling")]

    operations = [
        migrations.AddField(model_name="calendarfeed", name="aftercare", field=models.BooleanField(default=False)),
    ]
