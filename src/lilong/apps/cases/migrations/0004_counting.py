from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_recording")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="cases_case_open_here"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["area", "state", "due_at", "id"],
                include=["returned"],
                condition=models.Q(("closed_at__isnull", True)),
                name="cases_case_open_here",
            ),
        ),
    ]
