from pathlib import Path

from django.db import migrations

from lilong.ledger.policies import area_policy, open_to_residents

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("ledger", "0002_journal"), ("work", "0002_sql")]

    operations = [
        area_policy("cases_case"),
        area_policy("cases_text", subject="case_id"),
        area_policy("cases_note", subject="case_id"),
        area_policy("cases_photo", subject="case_id"),
        area_policy("cases_rating", subject="case_id"),
        area_policy("cases_callback", subject="case_id"),
        migrations.RunSQL((SQL / "cases.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "search.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL(
            "GRANT USAGE ON SEQUENCE cases_note_id_seq, cases_rating_id_seq, cases_callback_id_seq TO lilong_resident",
            migrations.RunSQL.noop,
        ),
    ]
