from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0002_open")]

    operations = [
        migrations.AlterField(
            model_name="area", name="name", field=models.CharField(max_length=200, verbose_name="名称 name")
        ),
    ]
