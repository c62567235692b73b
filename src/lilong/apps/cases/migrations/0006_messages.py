from django.db import migrations, models


class Migration(migrations.Migration):
    """What a scenario says is kept beside what people say: in both languages, and for whom."""

    dependencies = [("cases", "0005_scenarios")]

    operations = [
        migrations.AddField("casenote", "text_en", models.TextField(blank=True, default="", db_default="")),
        migrations.AddField("casenote", "unit", models.IntegerField(null=True)),
    ]
