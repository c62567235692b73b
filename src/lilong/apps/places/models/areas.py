"""Areas, their boundaries, and the imports they came from: public geography, readable by everybody."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from lilong.kernel.areas import Level

_LEVELS = [(level.value, level.label.zh) for level in Level]


class Vintage(models.Model):
    """One import: of which file, by whom published, of which date. ``digest`` is SHA-256 of the file's bytes."""

    id = models.UUIDField(primary_key=True, editable=False)
    city = models.CharField("城市 city", max_length=20, db_collation="C")
    kind = models.CharField("内容 content", max_length=20)
    source = models.CharField("来源 source", max_length=200)
    scheme = models.CharField("编码方案 scheme", max_length=80, blank=True)
    vintage = models.CharField("版本日期 vintage", max_length=40, blank=True)
    imported_at = models.DateTimeField("导入时间 imported")
    digest = models.CharField("文件指纹 digest", max_length=64)
    synthetic = models.BooleanField("合成 synthetic", default=False)

    class Meta:
        db_table = "places_vintage"
        verbose_name = verbose_name_plural = "区划版本 vintage"

    def __str__(self) -> str:
        return f"{self.source} {self.vintage}"


class Area(models.Model):
    """One area at one level. ``code`` is the platform's: a prefix of everything below, never given a second meaning."""

    code = models.CharField("代码 code", max_length=20, primary_key=True, db_collation="C")
    level = models.SmallIntegerField("层级 level", choices=_LEVELS)
    name = models.CharField("名称 name", max_length=200)
    kind = models.CharField("类型 type", max_length=40)
    parent = models.ForeignKey(
        "self", verbose_name="上级 parent", null=True, on_delete=models.PROTECT, related_name="+"
    )
    source_code = models.CharField("来源代码 source code", max_length=40)
    vintage = models.ForeignKey(Vintage, verbose_name="版本 vintage", on_delete=models.PROTECT, related_name="+")
    synthetic = models.BooleanField("合成 synthetic", default=False)
    valid_from = models.DateTimeField("自 from")
    valid_to = models.DateTimeField("至 until", null=True)
    successor = models.ForeignKey(
        "self", verbose_name="后继 successor", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "places_area"
        verbose_name = verbose_name_plural = "区划 area"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="places_area_ends_after"
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(valid_to__isnull=False), name="places_area_successor_of_ended"
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{2,20}$"), name="places_area_code_digits"),
        ]
        indexes = [
            models.Index(fields=["level", "code"], condition=Q(valid_to__isnull=True), name="places_area_level"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="places_area_name"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class City(models.Model):
    """A city this instance looks after: the origin of its plane, fixed once points were projected, and its version.

    ``stamp`` changes with every import, so that processes know when what they hold is old.
    """

    area = models.OneToOneField(Area, primary_key=True, on_delete=models.PROTECT, related_name="+")
    origin_latitude = models.FloatField("原点纬度 origin latitude", null=True)
    origin_longitude = models.FloatField("原点经度 origin longitude", null=True)
    stamp = models.UUIDField("版本 version")

    class Meta:
        db_table = "places_city"
        verbose_name = verbose_name_plural = "城市 city"

    def __str__(self) -> str:
        return str(self.area_id)


class Boundary(models.Model):
    """The polygon of an area in WGS-84, as WKB. The version in force has no end."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    version = models.IntegerField("版本 version")
    geometry = models.BinaryField("边界 polygon")
    synthetic = models.BooleanField("合成 synthetic", default=False)
    vintage = models.ForeignKey(Vintage, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField("自 from")
    valid_to = models.DateTimeField("至 until", null=True)

    class Meta:
        db_table = "places_boundary"
        constraints = [
            models.UniqueConstraint(fields=["area", "version"], name="places_boundary_version"),
            models.UniqueConstraint(
                fields=["area"], condition=Q(valid_to__isnull=True), name="places_boundary_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id}@{self.version}"
