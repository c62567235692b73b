from django.db import migrations


class Migration(migrations.Migration):
    """Bringing in another register's matters; its SQL is made by 0005_scenarios, as it is now."""

    dependencies = [("cases", "0002_sql"), ("work", "0003_recording")]

    operations = []
