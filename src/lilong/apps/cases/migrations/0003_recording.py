from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "recording.sql"


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_sql"), ("work", "0003_recording")]

    operations = [
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            "DROP FUNCTION cases_record(timestamptz, text, jsonb, text, text[], jsonb)",
        ),
    ]
