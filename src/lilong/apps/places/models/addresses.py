"""Buildings, entrances and rooms. Buildings are public geography; rooms are seen only by posts of their area."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models

from lilong.apps.places.models.areas import Area, Vintage
from lilong.apps.places.models.fields import PointField
from lilong.ledger.models import area_column


class Building(models.Model):
    """A building at a standard address. ``number`` and ``building`` may be ranges such as ``1-10``.

    ``words`` is the normalised text that search compares; ``place`` is the position in metres.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    area = models.ForeignKey(Area, verbose_name="区域 area", on_delete=models.PROTECT, related_name="+")
    city = models.CharField("城市 city", max_length=20, db_collation="C")
    road = models.CharField("路 road", max_length=80)
    lane = models.CharField("弄 lane", max_length=20, blank=True)
    number = models.CharField("号 number", max_length=20, blank=True)
    building = models.CharField("幢 building", max_length=20, blank=True)
    name = models.CharField("名称 name", max_length=80, blank=True)
    words = models.CharField("检索文字 search text", max_length=300)
    latitude = models.FloatField("纬度 latitude")
    longitude = models.FloatField("经度 longitude")
    place = PointField("位置（米） place in metres")
    synthetic = models.BooleanField("合成 synthetic", default=False)
    vintage = models.ForeignKey(Vintage, verbose_name="版本 vintage", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "places_building"
        verbose_name = verbose_name_plural = "楼幢 building"
        constraints = [
            models.UniqueConstraint(
                fields=["city", "road", "lane", "number", "building"], name="places_building_address"
            )
        ]
        indexes = [
            models.Index(fields=["area"], name="places_building_area"),
            GistIndex(fields=["place"], name="places_building_place"),
            GinIndex(fields=["words"], opclasses=["gin_trgm_ops"], name="places_building_words"),
        ]

    def __str__(self) -> str:
        return self.words


class BuildingUnit(models.Model):
    """An entrance (单元) of a building; a building without entrances has one named 无."""

    id = models.UUIDField(primary_key=True, editable=False)
    building = models.ForeignKey(Building, verbose_name="楼幢 building", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("单元 entrance", max_length=20)

    class Meta:
        db_table = "places_building_unit"
        verbose_name = verbose_name_plural = "单元 entrance"
        constraints = [models.UniqueConstraint(fields=["building", "name"], name="places_building_unit_name")]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """A room (室) behind an entrance. Who lives there is no business of this app."""

    id = models.UUIDField(primary_key=True, editable=False)
    area = area_column()
    unit = models.ForeignKey(BuildingUnit, verbose_name="单元 entrance", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("室 room", max_length=20)

    class Meta:
        db_table = "places_room"
        verbose_name = verbose_name_plural = "户室 room"
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="places_room_name")]
        indexes = [models.Index(fields=["area"], name="places_room_area")]

    def __str__(self) -> str:
        return self.name
