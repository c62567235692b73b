from pathlib import Path

from django.db import migrations

from lilong.ledger.policies import open_to_residents

SQL = Path(__file__).parent.parent / "sql"

# Who is responsible for what is public; a resident's report is routed inside the resident's own transaction.
PUBLIC = (
    "organisations_edition",
    "organisations_function",
    "organisations_unit",
    "organisations_post",
    "organisations_posting",
    "organisations_catalogue",
    "organisations_category",
    "organisations_standard",
    "organisations_responsibility",
)
# Ended, never deleted. Rows of a catalogue's draft may be replaced, hence not theirs.
LASTING = (
    "organisations_edition",
    "organisations_function",
    "organisations_unit",
    "organisations_post",
    "organisations_posting",
    "organisations_catalogue",
    "organisations_missing",
)


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial"), ("ledger", "0002_journal")]

    operations = [
        open_to_residents(*PUBLIC),
        open_to_residents("organisations_missing", write=True),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON {', '.join(LASTING)} FROM lilong_app",
            f"GRANT DELETE ON {', '.join(LASTING)} TO lilong_app",
        ),
        migrations.RunSQL((SQL / "published.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
