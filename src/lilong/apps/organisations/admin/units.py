"""Administration of functions, units, posts and postings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from lilong.apps.organisations import commands
from lilong.apps.organisations.models import Function, Post, Posting, Unit
from lilong.apps.organisations.terms import FunctionCard, PostDraft, PostingDraft, UnitDraft
from lilong.identity.desk import AreaField, CommandAdmin, CommandForm, VersionedForm, row_key
from lilong.identity.requests import Request
from lilong.identity.wording import in_page_language, spoken
from lilong.kernel.areas import Level
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refused
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt
from lilong.ledger.rooms import all_duties

_DUTY = "organisations.unit.administer"
_CLOSED = Label("已结束 {n} 项。", "{n} ended.")


def _level_choices() -> list[tuple[int, str]]:
    return [(level.value, spoken(level.label)) for level in Level if level is not Level.COUNTRY]


def _duty_choices() -> list[tuple[str, str]]:
    return [(code, f"{in_page_language(label)} {code}") for code, label in all_duties().items()]


class FunctionForm(CommandForm):
    """A kind of office."""

    levels = forms.TypedMultipleChoiceField(choices=_level_choices, coerce=int, widget=forms.CheckboxSelectMultiple)

    def send(self, key: CommandKey) -> Receipt:
        """Add or replace the function."""
        given = self.cleaned_data
        card = FunctionCard(
            self.instance.code or given["code"],
            self.label("name"),
            frozenset(map(Level, given["levels"])),
            given["nature"],
            frozenset(given["area_types"]),
            self.label("unit"),
        )
        actor = self.request.actor
        return commands.keep_functions(by=actor, key=key, area=actor.area, functions=[card])


class UnitForm(VersionedForm):
    """A unit: everything to make one, its name and superior afterwards."""

    detail = "unit"
    area = AreaField()
    level = forms.TypedChoiceField(choices=_level_choices, coerce=int)

    def send(self, key: CommandKey) -> Receipt:
        """Make or revise the unit."""
        given, by = self.cleaned_data, self.request.actor
        above = given["above"].code if given["above"] else ""
        if self.instance.pk:
            return commands.revise_unit(by=by, key=key, unit=self.instance.pk, name=self.label("name"), above=above)
        draft = UnitDraft(
            given["code"], self.label("name"), given["function"].code, Level(given["level"]), given["area"], above
        )
        return commands.create_unit(by=by, key=key, unit=draft)


class PostForm(VersionedForm):
    """A post: everything to make one, its title and duties afterwards."""

    detail = "post"
    area = AreaField()
    duties = forms.MultipleChoiceField(
        label=spoken(Label("职责", "Duties")),
        choices=_duty_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def send(self, key: CommandKey) -> Receipt:
        """Make or revise the post."""
        given, by = self.cleaned_data, self.request.actor
        title, duties = self.label("title"), frozenset(given["duties"])
        if self.instance.pk:
            return commands.revise_post(by=by, key=key, post=self.instance.pk, title=title, duties=duties)
        return commands.create_post(by=by, key=key, post=PostDraft(given["unit"].code, given["area"], title, duties))


class PostingForm(CommandForm):
    """A posting: who, where, from when; its end afterwards."""

    detail = "posting"

    def send(self, key: CommandKey) -> Receipt:
        """Make or end the posting."""
        given, by = self.cleaned_data, self.request.actor
        if self.instance.pk:
            return commands.end_posting(by=by, key=key, posting=self.instance.pk, until=given["until"])
        draft = PostingDraft(given["post"].pk, given["account"].pk, given["since"], given["until"])
        return commands.assign_posting(by=by, key=key, posting=draft)


@admin.register(Function)
class FunctionAdmin(CommandAdmin):
    """Kinds of office."""

    duty = _DUTY
    form = FunctionForm
    list_display = ("code", "name_zh", "name_en", "nature")
    search_fields = ("code", "name_zh", "name_en")
    add_fields = ("code", "name_zh", "name_en", "nature", "levels", "area_types", "unit_zh", "unit_en")
    change_fields = ("name_zh", "name_en", "nature", "levels", "area_types", "unit_zh", "unit_en")


@admin.register(Unit)
class UnitAdmin(CommandAdmin):
    """Units of all levels."""

    duty = _DUTY
    form = UnitForm
    list_display = ("code", "name_zh", "function", "level", "area", "active")
    list_filter = ("active", "level", "function")
    list_select_related = ("function",)
    search_fields = ("code", "name_zh", "name_en", "area")
    raw_id_fields = ("above",)
    add_fields = ("code", "name_zh", "name_en", "function", "level", "area", "above")
    change_fields = ("name_zh", "name_en", "above")
    actions = ("close",)

    @admin.action(description=spoken(Label("撤销所选单位", "Close the chosen units")))
    def close(self, request: HttpRequest, chosen: QuerySet[Unit]) -> None:
        """End each chosen unit; what stands in the way of one is told and does not stop the others."""
        _close(self, request, chosen, commands.close_unit, "unit")


@admin.register(Post)
class PostAdmin(CommandAdmin):
    """Posts and their duties."""

    duty = _DUTY
    form = PostForm
    list_display = ("title_zh", "unit", "area", "active")
    list_filter = ("active",)
    list_select_related = ("unit",)
    search_fields = ("title_zh", "title_en", "unit__code", "unit__name_zh", "area")
    raw_id_fields = ("unit",)
    add_fields = ("unit", "area", "title_zh", "title_en", "duties")
    change_fields = ("title_zh", "title_en", "duties")
    actions = ("close",)

    @admin.action(description=spoken(Label("撤销所选岗位", "Close the chosen posts")))
    def close(self, request: HttpRequest, chosen: QuerySet[Post]) -> None:
        """End each chosen post; what stands in the way of one is told and does not stop the others."""
        _close(self, request, chosen, commands.close_post, "post")


@admin.register(Posting)
class PostingAdmin(CommandAdmin):
    """Who holds which post, from when to when."""

    duty = _DUTY
    form = PostingForm
    list_display = ("account", "post", "since", "until")
    list_select_related = ("account", "post")
    search_fields = ("account__username", "post__title_zh", "post__unit__code")
    raw_id_fields = ("account", "post")
    add_fields = ("account", "post", "since", "until")
    change_fields = ("until",)


def _close(
    page: CommandAdmin, request: HttpRequest, chosen: QuerySet[Any], close: Callable[..., Receipt], name: str
) -> None:
    by, closed = cast("Request", request).actor, 0
    rows: list[Model] = list(chosen)
    for row in rows:
        try:
            close(by=by, key=row_key(request), **{name: row.pk})
            closed += 1
        except Refused as refused:
            for refusal in refused.refusals:
                words = f"{row}: {in_page_language(refusal.text)} {in_page_language(refusal.remedy)}"
                page.message_user(request, words, messages.ERROR)
    if closed:
        page.message_user(request, in_page_language(_CLOSED.filled(n=closed)))
