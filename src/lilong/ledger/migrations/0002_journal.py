from pathlib import Path

from django.db import migrations

from lilong.ledger.policies import area_policy, open_to_residents

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "journal.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
        area_policy("ledger_journal", subject="subject"),
        migrations.RunSQL("REVOKE UPDATE ON ledger_journal FROM lilong_resident", migrations.RunSQL.noop),
        open_to_residents("ledger_outbox", "ledger_receipts", write=True),
        migrations.RunSQL(
            "GRANT USAGE ON SEQUENCE ledger_journal_id_seq, ledger_outbox_id_seq TO lilong_resident",
            migrations.RunSQL.noop,
        ),
    ]
