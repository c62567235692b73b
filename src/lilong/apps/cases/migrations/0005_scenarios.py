from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"
_OLD_REPORT = (
    "uuid, bytea, timestamptz, text, jsonb, uuid, text, text, text, text, point, float8, float8, timestamptz, int, "
    "text, text, text[], uuid, boolean, boolean, jsonb, text, text, text, bytea, text[], jsonb, jsonb"
)
_RECORD = "timestamptz, text, jsonb, text, text[], jsonb"


def sql_of(name: str) -> migrations.RunSQL:
    """A file of ``sql/`` as it stands."""
    return migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)


class Migration(migrations.Migration):
    """The one built-in way of handling becomes the first scenario: the same steps, now kept with their results."""

    dependencies = [("cases", "0004_counting"), ("work", "0005_keys")]

    operations = [
        migrations.RunSQL(
            f"DROP FUNCTION IF EXISTS cases_report({_OLD_REPORT}); DROP FUNCTION IF EXISTS cases_record({_RECORD})",
            migrations.RunSQL.noop,
        ),
        migrations.RenameField("case", "way", "scenario"),
        migrations.AlterField("case", "scenario", models.CharField("场景 scenario", max_length=60)),
        migrations.AddField("case", "progress", models.JSONField("进展 progress", default=dict)),
        migrations.AddField("case", "facts", models.JSONField("事实 facts", default=dict, db_default={})),
        migrations.RunSQL(
            """UPDATE cases_case SET progress = jsonb_build_object('done', coalesce(
                   (SELECT jsonb_object_agg(step, 'done') FROM unnest(done) AS step), '{}'::jsonb))""",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """UPDATE cases_case AS c SET progress = progress || jsonb_build_object('unassigned', jsonb_build_array(
                   CASE state WHEN 'reported' THEN 'verify' WHEN 'verified' THEN 'file' WHEN 'filed' THEN 'dispatch'
                              WHEN 'handed_in' THEN 'check' ELSE 'handle' END))
               WHERE closed_at IS NULL
                 AND NOT EXISTS (SELECT FROM work_task AS t WHERE t.subject = c.id AND t.ended_at IS NULL)""",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField("case", "done"),
        sql_of("reporting.sql"),
        sql_of("recording.sql"),
        sql_of("parts.sql"),
    ]
