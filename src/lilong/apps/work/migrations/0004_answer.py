from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("work", "0003_recording")]

    operations = [
        migrations.AddField("task", "answer", models.TextField("答复 answer", default="", db_default="")),
        migrations.AddField("task", "answer_salt", models.BinaryField(null=True)),
    ]
