"""Administration of the catalogue: drafts are begun, mended and published; published versions are only shown."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from typing_extensions import override

from lilong.apps.organisations import commands
from lilong.apps.organisations.commands.establishing import sheet_text
from lilong.apps.organisations.models import CatalogueVersion, Category, Responsibility, Standard
from lilong.apps.organisations.rules.sheets import CATALOGUE_SHEETS
from lilong.apps.organisations.terms import (
    SEVERITIES,
    CategoryCard,
    CategoryKey,
    ResponsibilityRow,
    Stage,
    StandardCard,
)
from lilong.identity.desk import AreaField, CommandAdmin, VersionedForm
from lilong.identity.wording import spoken
from lilong.kernel.areas import Level
from lilong.kernel.clocks import AMOUNT_MAX, ClockKind, Limit
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt

_DUTY = "organisations.catalogue.keep"
_SEVERITIES = [(one, one) for one in SEVERITIES]
_KINDS = [
    ("component", spoken(Label("部件", "component"))),
    ("event", spoken(Label("事件", "event"))),
]
_CLOCKS = [(kind.value, spoken(kind.label)) for kind in ClockKind]
_LEVELS = [(level.value, spoken(level.label)) for level in Level if level is not Level.COUNTRY]
_STAGES = [(stage.value, spoken(stage.label)) for stage in Stage]


def version_of(row: Model) -> CatalogueVersion:
    """The catalogue version that a row stands in."""
    if isinstance(row, Standard):
        return row.category.catalogue
    if isinstance(row, Category | Responsibility):
        return row.catalogue
    raise TypeError(f"{type(row).__name__} stands in no catalogue")


class CatalogueForm(VersionedForm):
    """A version: begun from another one or from three CSV sheets, later put in force."""

    detail = "catalogue"
    area = AreaField(required=False, label=spoken(Label("区域（载入表格时填）", "Area (for sheets)")))
    source = forms.ModelChoiceField(
        CatalogueVersion.objects.order_by("-id"), label=spoken(Label("以哪一版为底稿", "Begun from")), required=False
    )
    categories = forms.FileField(required=False)
    standards = forms.FileField(required=False)
    responsibilities = forms.FileField(required=False)

    def send(self, key: CommandKey) -> Receipt:
        """Begin a draft, or publish it."""
        given, by = self.cleaned_data, self.request.actor
        if self.instance.pk:
            return commands.publish_catalogue(
                by=by, key=key, catalogue=self.instance.pk, valid_from=given["valid_from"]
            )
        if given["source"]:
            return commands.draft_catalogue(by=by, key=key, source=given["source"].pk, name=given["name"])
        texts = {sheet: sheet_text(sheet, given[sheet].read()) for sheet in CATALOGUE_SHEETS}
        return commands.load_catalogue(by=by, key=key, area=given["area"], name=given["name"], sheets=texts)

    @override
    def clean(self) -> dict[str, Any]:
        """A published version needs its day, a new one its source, or an area and all three sheets."""
        given = super().clean() or self.cleaned_data
        needed = ("valid_from",) if self.instance.pk else ("area", *CATALOGUE_SHEETS)
        for name in needed:
            if not given.get("source") and not given.get(name):
                self.add_error(name, self.fields[name].error_messages["required"])
        return given


class RowForm(VersionedForm):
    """A row of a draft; the version that goes with it is the draft's."""

    detail = "id"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = version_of(self.instance).version
        if "catalogue" in self.fields:
            drafts = CatalogueVersion.objects.filter(valid_from__isnull=True)
            cast("forms.ModelChoiceField[CatalogueVersion]", self.fields["catalogue"]).queryset = drafts


class CategoryForm(RowForm):
    """A category."""

    kind = forms.ChoiceField(choices=_KINDS)
    severity = forms.ChoiceField(choices=_SEVERITIES)

    def send(self, key: CommandKey) -> Receipt:
        """Put it into the draft."""
        given, row = self.cleaned_data, self.instance
        card = CategoryCard(
            CategoryKey(row.scheme, row.scheme_version, row.code),
            kind=given["kind"],
            group_code=given["group_code"],
            group=self.label("group"),
            name=self.label("name"),
            resident=self.label("resident"),
            severity=given["severity"],
            needs_verification=given["needs_verification"],
            private=given["private_by_default"],
            public=given["public"],
            keywords_zh=tuple(given["keywords_zh"]),
            keywords_en=tuple(given["keywords_en"]),
        )
        return commands.keep_category(by=self.request.actor, key=key, catalogue=version_of(row).pk, category=card)


class StandardForm(RowForm):
    """A row of the filing and closing standards."""

    severity = forms.ChoiceField(choices=_SEVERITIES)
    limit_amount = forms.IntegerField(min_value=1, max_value=AMOUNT_MAX)
    limit_kind = forms.ChoiceField(choices=_CLOCKS)

    def send(self, key: CommandKey) -> Receipt:
        """Put it into the draft."""
        given, row = self.cleaned_data, self.instance
        card = StandardCard(
            id=0,
            category=row.category.key,
            row=row.row,
            filing_condition=self.label("filing_condition"),
            closing_condition=self.label("closing_condition"),
            severity=given["severity"],
            limit=Limit(given["limit_amount"], ClockKind(given["limit_kind"])),
            legal_basis=given["legal_basis"],
            source=given["source"],
            verified=given["verified"],
            catalogue="",
        )
        return commands.keep_standard(by=self.request.actor, key=key, catalogue=version_of(row).pk, standard=card)


class ResponsibilityForm(RowForm):
    """A row of the responsibility catalogue."""

    stage = forms.ChoiceField(choices=_STAGES)
    level = forms.TypedChoiceField(choices=_LEVELS, coerce=int)
    limit_amount = forms.IntegerField(min_value=1, max_value=AMOUNT_MAX, required=False)
    limit_kind = forms.ChoiceField(choices=[("", "—"), *_CLOCKS], required=False)

    def send(self, key: CommandKey) -> Receipt:
        """Put it into the draft."""
        given, row = self.cleaned_data, self.instance
        limited = given["limit_amount"] and given["limit_kind"]
        card = ResponsibilityRow(
            row=row.row,
            category=given["category"],
            area_type=given["area_type"],
            stage=Stage(given["stage"]),
            level=Level(given["level"]),
            function=given["function"].code,
            co_functions=tuple(given["co_functions"]),
            limit=Limit(given["limit_amount"], ClockKind(given["limit_kind"])) if limited else None,
            legal_basis=given["legal_basis"],
            note=self.label("note") if given["note_zh"] and given["note_en"] else None,
            catalogue="",
        )
        return commands.keep_responsibility(by=self.request.actor, key=key, catalogue=version_of(row).pk, row=card)


@admin.register(CatalogueVersion)
class CatalogueAdmin(CommandAdmin):
    """Versions: saving a new one begins a draft, saving a draft with a day puts it in force."""

    duty = _DUTY
    form = CatalogueForm
    list_display = ("name", "area", "valid_from", "valid_to")
    add_fields = ("name", "source", "area", *CATALOGUE_SHEETS)
    change_fields = ("valid_from",)

    @override
    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """The source is asked for once, at the beginning."""
        if obj is None:
            return super().get_fields(request, obj)
        return ("name", "area", "valid_from", "valid_to", "key", "version")

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Name, area and end are not typed."""
        return ("name", "area", "valid_to") if obj else ()

    @override
    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only a draft can still be put in force."""
        published = isinstance(obj, CatalogueVersion) and obj.valid_from is not None
        return super().has_change_permission(request, obj) and not published


class RowAdmin(CommandAdmin):
    """Rows of a catalogue: added and changed in drafts only."""

    duty = _DUTY

    @override
    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether the row's version is still a draft."""
        return super().has_change_permission(request, obj) and (obj is None or version_of(obj).valid_from is None)


@admin.register(Category)
class CategoryAdmin(RowAdmin):
    """Categories."""

    form = CategoryForm
    list_display = ("code", "name_zh", "catalogue", "severity", "public")
    list_filter = ("catalogue", "kind", "severity", "public")
    list_select_related = ("catalogue",)
    search_fields = ("code", "name_zh", "name_en", "resident_zh")
    change_fields = (
        "kind",
        "group_code",
        "group_zh",
        "group_en",
        "name_zh",
        "name_en",
        "resident_zh",
        "resident_en",
        "keywords_zh",
        "keywords_en",
        "severity",
        "needs_verification",
        "private_by_default",
        "public",
    )
    add_fields = ("catalogue", "scheme", "scheme_version", "code", *change_fields)


@admin.register(Standard)
class StandardAdmin(RowAdmin):
    """Filing and closing standards."""

    form = StandardForm
    list_display = ("category", "row", "filing_condition_zh", "limit_amount", "limit_kind", "verified")
    list_filter = ("category__catalogue", "severity", "verified", "source")
    list_select_related = ("category",)
    search_fields = ("category__code", "category__name_zh", "filing_condition_zh", "filing_condition_en")
    raw_id_fields = ("category",)
    change_fields = (
        "filing_condition_zh",
        "filing_condition_en",
        "closing_condition_zh",
        "closing_condition_en",
        "severity",
        "limit_amount",
        "limit_kind",
        "legal_basis",
        "source",
        "verified",
    )
    add_fields = ("category", "row", *change_fields)


@admin.register(Responsibility)
class ResponsibilityAdmin(RowAdmin):
    """Rows of the responsibility catalogue."""

    form = ResponsibilityForm
    list_display = ("row", "category", "area_type", "stage", "level", "function", "catalogue")
    list_filter = ("catalogue", "stage", "level", "area_type")
    list_select_related = ("catalogue", "function")
    search_fields = ("category", "function__name_zh", "note_zh")
    change_fields = (
        "category",
        "area_type",
        "stage",
        "level",
        "function",
        "co_functions",
        "limit_amount",
        "limit_kind",
        "legal_basis",
        "note_zh",
        "note_en",
    )
    add_fields = ("catalogue", "row", *change_fields)
