from django.db import migrations

from lilong.ledger.policies import open_to_residents


class Migration(migrations.Migration):
    dependencies = [("posture", "0001_initial"), ("ledger", "0002_journal")]

    operations = [open_to_residents("posture_emergency")]
