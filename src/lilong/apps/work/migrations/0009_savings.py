import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What scenarios saved, for the library; like the library it holds nothing of a person."""

    dependencies = [("work", "0008_rehearsals")]

    operations = [
        migrations.CreateModel(
            name="Saving",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="work.scenarioversion",
                    ),
                ),
                ("median_days", models.FloatField(null=True, verbose_name="中位数少几天 median days saved")),
                ("at", models.DateTimeField(verbose_name="算于 reckoned")),
            ],
            options={"db_table": "work_saving"},
        ),
    ]
