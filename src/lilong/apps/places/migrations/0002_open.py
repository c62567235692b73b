from django.db import migrations

from lilong.ledger.policies import area_policy, open_to_residents

# Areas, boundaries and buildings are public geography; rooms are rows of their area like any other work.
PUBLIC = ("places_vintage", "places_area", "places_city", "places_boundary", "places_building", "places_building_unit")


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial"), ("ledger", "0002_journal")]

    operations = [
        open_to_residents(*PUBLIC),
        area_policy("places_room"),
        # The path of an ended area stays readable; only imports, which run here too, end one. Nothing is deleted.
        migrations.RunSQL(
            "REVOKE DELETE, TRUNCATE ON places_vintage, places_area, places_city, places_boundary FROM lilong_app",
            "GRANT DELETE ON places_vintage, places_area, places_city, places_boundary TO lilong_app",
        ),
    ]
