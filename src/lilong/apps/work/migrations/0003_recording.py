from django.db import migrations


class Migration(migrations.Migration):
    """Tasks of matters brought in; its functions are made by 0005_keys, as they are now."""

    dependencies = [("work", "0002_sql")]

    operations = []
