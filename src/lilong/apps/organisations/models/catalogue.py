"""The responsibility catalogue by versions, and what is missing in it."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from lilong.apps.organisations.models.shapes import Kept, TimeRange
from lilong.apps.organisations.models.units import Function
from lilong.apps.organisations.terms import (
    CODE_MAX,
    SEVERITIES,
    WORDS_MAX,
    CatalogueCard,
    CategoryCard,
    CategoryKey,
    Gap,
    MissingCard,
    ResponsibilityRow,
    Stage,
    StandardCard,
)
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.words import Label
from lilong.ledger.models import area_column

_LEVELS = tuple(level.value for level in Level)
_STAGES = tuple(stage.value for stage in Stage)
_CLOCKS = tuple(kind.value for kind in ClockKind)


class CatalogueVersion(Kept):
    """One version of the responsibility catalogue for a city.

    ``valid_from`` empty: a draft, whose rows may be edited. Afterwards nothing in it changes but ``valid_to``, set
    when its successor is published; two published versions of one city never overlap.
    """

    subject = models.UUIDField(unique=True, editable=False)
    name = models.CharField("版本名 name", max_length=40)
    area = area_column()
    digest = models.CharField(max_length=64, editable=False)
    valid_from = models.DateTimeField("生效 valid from", null=True, blank=True)
    valid_to = models.DateTimeField("失效 valid to", null=True, blank=True)
    version = models.IntegerField("版本 version", default=0)

    class Meta:
        db_table = "organisations_catalogue"
        verbose_name = "权责清单 catalogue"
        verbose_name_plural = "权责清单 catalogues"
        constraints = [
            models.UniqueConstraint(fields=["area", "name"], name="organisations_catalogue_name_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="organisations_catalogue_ends_after_it_began",
            ),
            ExclusionConstraint(
                name="organisations_catalogue_one_in_force",
                expressions=[
                    ("area", RangeOperators.EQUAL),
                    (TimeRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(valid_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.area}"

    @property
    def area_code(self) -> AreaCode:
        """The area as a value."""
        return AreaCode(self.area)

    @property
    def card(self) -> CatalogueCard:
        """The row as a value."""
        return CatalogueCard(self.pk, self.name, self.area_code, self.valid_from, self.valid_to)


class Category(Kept):
    """One category of a catalogue version, under its scheme and scheme version."""

    catalogue = models.ForeignKey(CatalogueVersion, models.PROTECT, related_name="+", verbose_name="清单 catalogue")
    scheme = models.CharField("编码体系 scheme", max_length=CODE_MAX)
    scheme_version = models.CharField("体系版本 scheme version", max_length=CODE_MAX)
    code = models.CharField("代码 code", max_length=CODE_MAX)
    kind = models.CharField("部件或事件 kind", max_length=CODE_MAX)
    group_code = models.CharField("大类 group", max_length=CODE_MAX)
    group_zh = models.CharField("大类名", max_length=WORDS_MAX)
    group_en = models.CharField("English group name", max_length=WORDS_MAX)
    name_zh = models.CharField("小类名", max_length=WORDS_MAX)
    name_en = models.CharField("English name", max_length=WORDS_MAX)
    resident_zh = models.CharField("居民说法", max_length=WORDS_MAX)
    resident_en = models.CharField("In a resident's words", max_length=WORDS_MAX)
    keywords_zh = ArrayField(models.CharField(max_length=WORDS_MAX), blank=True, verbose_name="关键词")
    keywords_en = ArrayField(models.CharField(max_length=WORDS_MAX), blank=True, verbose_name="keywords")
    severity = models.CharField("分级 severity", max_length=1)
    needs_verification = models.BooleanField("立案前核实 verify before filing")
    private_by_default = models.BooleanField("默认不公开 private by default")
    public = models.BooleanField("居民可选 residents may choose it")

    class Meta:
        db_table = "organisations_category"
        verbose_name = "小类 category"
        verbose_name_plural = "小类 categories"
        constraints = [
            # Rows of the catalogue name categories by code alone, so a code means one thing in one catalogue.
            models.UniqueConstraint(fields=["catalogue", "code"], name="organisations_category_code_once"),
            models.CheckConstraint(condition=Q(severity__in=SEVERITIES), name="organisations_category_severity"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def key(self) -> CategoryKey:
        """The code with its scheme and the scheme's version."""
        return CategoryKey(self.scheme, self.scheme_version, self.code)

    @property
    def card(self) -> CategoryCard:
        """The row as a value; costs a query when ``catalogue`` was not selected with it."""
        return CategoryCard(
            key=self.key,
            kind=self.kind,
            group_code=self.group_code,
            group=Label(self.group_zh, self.group_en),
            name=Label(self.name_zh, self.name_en),
            resident=Label(self.resident_zh, self.resident_en),
            severity=self.severity,
            needs_verification=self.needs_verification,
            private=self.private_by_default,
            public=self.public,
            keywords_zh=tuple(self.keywords_zh),
            keywords_en=tuple(self.keywords_en),
            catalogue=self.catalogue.name,
        )


class Standard(Kept):
    """One row of the filing and closing standards of a category."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name="小类 category")
    row = models.IntegerField("行 row")
    filing_condition_zh = models.CharField("立案条件", max_length=WORDS_MAX)
    filing_condition_en = models.CharField("filing condition", max_length=WORDS_MAX)
    closing_condition_zh = models.CharField("结案条件", max_length=WORDS_MAX)
    closing_condition_en = models.CharField("closing condition", max_length=WORDS_MAX)
    severity = models.CharField("分级 severity", max_length=1)
    limit_amount = models.SmallIntegerField("时限 limit")
    limit_kind = models.CharField("时限种类 clock", max_length=20)
    legal_basis = models.CharField("依据 legal basis", max_length=WORDS_MAX, blank=True)
    source = models.CharField("来源 source", max_length=CODE_MAX)
    verified = models.BooleanField("已核对 verified")

    class Meta:
        db_table = "organisations_standard"
        verbose_name = "立结案标准 standard"
        verbose_name_plural = "立结案标准 standards"
        constraints = [
            models.UniqueConstraint(fields=["category", "row"], name="organisations_standard_row_once"),
            models.CheckConstraint(
                condition=Q(limit_amount__gte=1, limit_kind__in=_CLOCKS), name="organisations_standard_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id}/{self.row} {self.filing_condition_zh}"

    @property
    def card(self) -> StandardCard:
        """The row as a value; costs queries when ``category__catalogue`` was not selected with it."""
        return StandardCard(
            id=self.pk,
            category=self.category.key,
            row=self.row,
            filing_condition=Label(self.filing_condition_zh, self.filing_condition_en),
            closing_condition=Label(self.closing_condition_zh, self.closing_condition_en),
            severity=self.severity,
            limit=Limit(self.limit_amount, ClockKind(self.limit_kind)),
            legal_basis=self.legal_basis,
            source=self.source,
            verified=self.verified,
            catalogue=self.category.catalogue.name,
        )


class Responsibility(Kept):
    """One row of the responsibility catalogue; ``category`` is a code or a prefix ending in ``*``."""

    catalogue = models.ForeignKey(CatalogueVersion, models.PROTECT, related_name="+", verbose_name="清单 catalogue")
    row = models.IntegerField("行 row")
    category = models.CharField("小类或前缀 category", max_length=CODE_MAX)
    area_type = models.CharField("区域类型 area type", max_length=CODE_MAX)
    stage = models.CharField("环节 stage", max_length=20)
    level = models.SmallIntegerField("层级 level")
    function = models.ForeignKey(Function, models.PROTECT, related_name="+", verbose_name="主办职能 function")
    co_functions = ArrayField(models.CharField(max_length=CODE_MAX), blank=True, verbose_name="协办职能 co-functions")
    limit_amount = models.SmallIntegerField("时限 limit", null=True, blank=True)
    limit_kind = models.CharField("时限种类 clock", max_length=20, blank=True)
    legal_basis = models.CharField("依据 legal basis", max_length=WORDS_MAX, blank=True)
    note_zh = models.CharField("说明", max_length=WORDS_MAX, blank=True)
    note_en = models.CharField("note", max_length=WORDS_MAX, blank=True)

    class Meta:
        db_table = "organisations_responsibility"
        verbose_name = "权责 responsibility"
        verbose_name_plural = "权责 responsibilities"
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "row"], name="organisations_responsibility_row_once"),
            models.UniqueConstraint(
                fields=["catalogue", "category", "area_type", "stage"], name="organisations_responsibility_said_once"
            ),
            models.CheckConstraint(condition=Q(stage__in=_STAGES), name="organisations_responsibility_stage"),
            models.CheckConstraint(condition=Q(level__in=_LEVELS), name="organisations_responsibility_level"),
            models.CheckConstraint(
                condition=Q(limit_amount__isnull=True, limit_kind="") | Q(limit_amount__gte=1, limit_kind__in=_CLOCKS),
                name="organisations_responsibility_limit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row} {self.category} {self.stage}"

    @property
    def card(self) -> ResponsibilityRow:
        """The row as a value; costs a query when ``catalogue`` was not selected with it."""
        return ResponsibilityRow(
            row=self.row,
            category=self.category,
            area_type=self.area_type,
            stage=Stage(self.stage),
            level=Level(self.level),
            function=self.function_id,
            co_functions=tuple(self.co_functions),
            limit=Limit(self.limit_amount, ClockKind(self.limit_kind)) if self.limit_amount else None,
            legal_basis=self.legal_basis,
            note=Label(self.note_zh, self.note_en) if self.note_zh else None,
            catalogue=self.catalogue.name,
        )


class MissingResponsibility(Kept):
    """Work for the catalogue's keeper: a stage that nobody takes. Counted while open; a resolved one stays as history.

    Written inside the transaction that met the gap, a resident's too, hence not under the area policies.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    scheme = models.CharField(max_length=CODE_MAX)
    scheme_version = models.CharField(max_length=CODE_MAX)
    code = models.CharField("小类 category", max_length=CODE_MAX)
    area = area_column()
    stage = models.CharField("环节 stage", max_length=20)
    gap = models.CharField("缺什么 gap", max_length=20)
    function = models.CharField("职能 function", max_length=CODE_MAX, blank=True)
    first_seen = models.DateTimeField("初见 first seen")
    last_seen = models.DateTimeField("最近 last seen")
    count = models.IntegerField("次数 count")
    resolved_at = models.DateTimeField("解决 resolved", null=True)
    note = models.TextField("怎么解决的 how", blank=True)
    note_salt = models.BinaryField(default=bytes)

    class Meta:
        db_table = "organisations_missing"
        verbose_name = "权责缺项 missing responsibility"
        verbose_name_plural = "权责缺项 missing responsibilities"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "scheme", "scheme_version", "code", "stage", "function"],
                condition=Q(resolved_at__isnull=True),
                name="organisations_missing_open_once",
            ),
            models.CheckConstraint(
                condition=Q(gap__in=tuple(gap.value for gap in Gap)), name="organisations_missing_gap"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.stage} {self.area}"

    @property
    def key(self) -> CategoryKey:
        """The category's code with its scheme and the scheme's version."""
        return CategoryKey(self.scheme, self.scheme_version, self.code)

    @property
    def card(self) -> MissingCard:
        """The row as a value."""
        return MissingCard(
            id=self.pk,
            category=self.key,
            area=AreaCode(self.area),
            stage=Stage(self.stage),
            gap=Gap(self.gap),
            function=self.function,
            first_seen=self.first_seen,
            last_seen=self.last_seen,
            count=self.count,
            resolved_at=self.resolved_at,
        )
