from pathlib import Path

from django.db import migrations

from lilong.ledger.policies import area_policy

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial"), ("ledger", "0002_journal")]

    operations = [
        area_policy("work_task", subject="subject"),
        migrations.RunSQL((SQL / "tasks.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
