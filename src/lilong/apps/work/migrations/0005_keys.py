from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


_HERE = "area >= current_setting('lilong.area_low', true) AND area < current_setting('lilong.area_high', true)"
# A unit sees its own tasks wherever their matter lies: a community's part in a street's matter, or in a neighbour's.
_OWN_UNIT = "unit = nullif(current_setting('lilong.unit', true), '')::int"
_SEES = f"({_HERE}) OR {_OWN_UNIT}"


class Migration(migrations.Migration):
    """A task's step is the key of its work, with the entry of a repetition; ``act`` tells stages from free steps."""

    dependencies = [("work", "0004_answer")]

    operations = [
        migrations.AlterField("task", "step", models.CharField("步骤 step", max_length=120)),
        migrations.AddField("task", "act", models.CharField("环节 act", max_length=20, default="", db_default="")),
        migrations.RunSQL("UPDATE work_task SET act = step WHERE role <> 'supervisor'", migrations.RunSQL.noop),
        migrations.RunSQL(
            f"ALTER POLICY scope ON work_task USING ({_SEES}) WITH CHECK ({_SEES})",
            f"ALTER POLICY scope ON work_task USING ({_HERE}) WITH CHECK ({_HERE})",
        ),
        migrations.RunSQL((SQL / "tasks.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "recording.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
