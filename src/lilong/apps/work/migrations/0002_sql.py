from django.db import migrations

from lilong.ledger.policies import area_policy


class Migration(migrations.Migration):
    """Whose tasks are whose; the functions that open them are made by 0005_keys, as they are now."""

    dependencies = [("work", "0001_initial"), ("ledger", "0002_journal")]

    operations = [area_policy("work_task", subject="subject")]
