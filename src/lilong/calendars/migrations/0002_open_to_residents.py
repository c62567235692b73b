from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "GRANT SELECT ON calendars_year, calendars_day TO lilong_resident",
            "REVOKE SELECT ON calendars_year, calendars_day FROM lilong_resident",
        ),
    ]
