from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("ledger", "0002_journal")]

    operations = [
        migrations.RunSQL((SQL / "people.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "vault.sql").read_text(encoding="utf-8"), "DROP SCHEMA vault CASCADE"),
    ]
