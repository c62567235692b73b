from pathlib import Path

from django.db import migrations

from lilong.ledger.policies import area_policy, open_to_residents

SQL = Path(__file__).parent.parent / "sql" / "undertakings.sql"


class Migration(migrations.Migration):
    """Undertakings are walled by area; the library of scenarios is read by everybody, and holds nothing of a person."""

    dependencies = [("work", "0006_scenarios"), ("ledger", "0002_journal")]

    operations = [
        area_policy("work_undertaking"),
        area_policy("work_undertaking_note", subject="undertaking_id"),
        open_to_residents("work_edition", "work_scenario", "work_publication"),
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            "DROP POLICY party ON work_undertaking_note; DROP POLICY party ON work_undertaking; "
            "DROP FUNCTION work_next_number(timestamptz); DROP SEQUENCE work_undertaking_number;",
        ),
    ]
