"""Functions, units, posts and postings."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from lilong.apps.organisations.models.shapes import Kept, TimeRange
from lilong.apps.organisations.terms import CODE_MAX, WORDS_MAX, FunctionCard, PostCard
from lilong.identity.models import Account
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.words import Label
from lilong.ledger import shelves
from lilong.ledger.models import area_column

_LEVELS = tuple(level.value for level in Level)


class Edition(shelves.Edition):
    """The edition of units and catalogues."""

    class Meta(shelves.Edition.Meta):
        db_table = "organisations_edition"


class Function(Kept):
    """A kind of office: at which levels and in which types of area it exists, and how its units are called there."""

    code = models.CharField("代码 code", max_length=CODE_MAX, primary_key=True)
    name_zh = models.CharField("名称", max_length=WORDS_MAX)
    name_en = models.CharField("English name", max_length=WORDS_MAX)
    nature = models.CharField("性质 nature", max_length=CODE_MAX)
    levels = ArrayField(models.SmallIntegerField(), verbose_name="层级 levels")
    area_types = ArrayField(models.CharField(max_length=CODE_MAX), verbose_name="区域类型 area types")
    unit_zh = models.CharField("单位名样式", max_length=WORDS_MAX)
    unit_en = models.CharField("English unit name pattern", max_length=WORDS_MAX)

    class Meta:
        db_table = "organisations_function"
        verbose_name = "职能 function"
        verbose_name_plural = "职能 functions"

    def __str__(self) -> str:
        return f"{self.name_zh} {self.code}"

    @property
    def card(self) -> FunctionCard:
        """The row as a value."""
        return FunctionCard(
            self.code,
            Label(self.name_zh, self.name_en),
            frozenset(Level(level) for level in self.levels),
            self.nature,
            frozenset(self.area_types),
            Label(self.unit_zh, self.unit_en),
        )


class Unit(Kept):
    """One office of a function at a level for an area; ``active`` False ends it, the row stays."""

    subject = models.UUIDField(unique=True, editable=False)
    code = models.CharField("代码 code", max_length=80, unique=True)
    name_zh = models.CharField("名称", max_length=WORDS_MAX)
    name_en = models.CharField("English name", max_length=WORDS_MAX)
    function = models.ForeignKey(Function, models.PROTECT, related_name="+", verbose_name="职能 function")
    level = models.SmallIntegerField("层级 level")
    area = area_column()
    above = models.ForeignKey(
        "self", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="上级单位 reports to"
    )
    active = models.BooleanField("启用 active", default=True)
    version = models.IntegerField("版本 version", default=0)

    class Meta:
        db_table = "organisations_unit"
        verbose_name = "单位 unit"
        verbose_name_plural = "单位 units"
        constraints = [
            models.UniqueConstraint(
                fields=["function", "level", "area"], condition=Q(active=True), name="organisations_unit_one_per_area"
            ),
            models.CheckConstraint(condition=Q(level__in=_LEVELS), name="organisations_unit_level_known"),
            models.CheckConstraint(condition=~Q(above=F("id")), name="organisations_unit_not_above_itself"),
        ]
        indexes = [models.Index(fields=["area"], name="organisations_unit_area")]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.code}"

    @property
    def area_code(self) -> AreaCode:
        """The area as a value."""
        return AreaCode(self.area)

    @property
    def name(self) -> Label:
        """The name in both languages."""
        return Label(self.name_zh, self.name_en)


class Post(Kept):
    """A seat in a unit. Its duties hold in its area, whoever sits there."""

    subject = models.UUIDField(unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位 unit")
    area = area_column()
    title_zh = models.CharField("岗位名", max_length=WORDS_MAX)
    title_en = models.CharField("English title", max_length=WORDS_MAX)
    duties = ArrayField(models.CharField(max_length=80), verbose_name="职责 duties")
    active = models.BooleanField("启用 active", default=True)
    version = models.IntegerField("版本 version", default=0)

    class Meta:
        db_table = "organisations_post"
        verbose_name = "岗位 post"
        verbose_name_plural = "岗位 posts"
        indexes = [models.Index(fields=["area"], name="organisations_post_area")]

    def __str__(self) -> str:
        return f"{self.title_zh} {self.area}#{self.pk}"

    @property
    def title(self) -> Label:
        """The title in both languages."""
        return Label(self.title_zh, self.title_en)

    @property
    def card(self) -> PostCard:
        """The row as a value."""
        return PostCard(self.pk, self.unit_id, AreaCode(self.area), self.title, frozenset(self.duties), self.active)


class Posting(Kept):
    """An account in a post from ``since`` until ``until`` (not included); the same twice at one time is refused."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="账号 account")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位 post")
    since = models.DateTimeField("自 since")
    until = models.DateTimeField("至 until", null=True, blank=True)

    class Meta:
        db_table = "organisations_posting"
        verbose_name = "任职 posting"
        verbose_name_plural = "任职 postings"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="organisations_posting_ends_after_since"
            ),
            ExclusionConstraint(
                name="organisations_posting_no_overlap",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    (TimeRange("since", "until"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.post.title_zh} · {self.since:%Y-%m-%d}"
