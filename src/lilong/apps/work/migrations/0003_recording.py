from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "recording.sql"


class Migration(migrations.Migration):
    dependencies = [("work", "0002_sql")]

    operations = [
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            "DROP FUNCTION work_record_tasks(text, jsonb); DROP FUNCTION work_finish_tasks(uuid[], timestamptz[]);",
        ),
    ]
