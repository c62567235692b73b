"""The administration pages: every save is a journalled command, refusals stand in the form, nothing is deleted."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.test import RequestFactory

from lilong.apps.organisations import public
from lilong.apps.organisations.models import (
    CatalogueVersion,
    Category,
    Function,
    Post,
    Posting,
    Responsibility,
    Standard,
    Unit,
)
from lilong.identity.desk import CommandAdmin
from lilong.identity.models import Account
from lilong.kernel.actors import Actor
from tests.apps.organisations.samples import (
    CITY,
    COVER,
    DISTRICT,
    KEEP,
    NOW,
    SHEETS,
    STREET,
    administrator,
    at,
    everything,
    journal,
    keeper,
    load,
    publish,
)

MODELS: tuple[type[Model], ...] = (
    Function,
    Unit,
    Post,
    Posting,
    CatalogueVersion,
    Category,
    Standard,
    Responsibility,
)


def page_of(model: type[Model]) -> CommandAdmin:
    found = admin.site.get_model_admin(model)
    assert isinstance(found, CommandAdmin)
    return found


def request_of(by: Actor, fields: dict[str, Any] | None = None) -> Any:
    factory = RequestFactory()
    request: Any = factory.get("/") if fields is None else factory.post("/", {"key": str(uuid4()), **fields})
    request.at, request.actor, request.session = NOW, by, {}
    request.user, _ = Account.objects.get_or_create(username="boss", is_staff=True, is_superuser=True)
    request._messages = FallbackStorage(request)
    request._dont_enforce_csrf_checks = True
    return request


def save(model: type[Model], by: Actor, existing: Model | None = None, /, **fields: Any) -> HttpResponse:
    given = {name: value for name, value in fields.items() if value is not None}
    return page_of(model).changeform_view(request_of(by, given), str(existing.pk) if existing else None)


def faults(answer: HttpResponse) -> str:
    """The errors of a form that was not saved."""
    assert answer.status_code == 200
    context = cast("TemplateResponse", answer).context_data or {}
    return str(context["adminform"].form.errors)


def close(model: type[Model], request: Any, chosen: QuerySet[Any]) -> None:
    page: Any = page_of(model)
    page.close(request, chosen)


def drawn(answer: HttpResponse) -> str:
    """The page as text."""
    return str(cast("TemplateResponse", answer).render().content, "utf-8")


def works(code: str = "works-310101", **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name_zh": "区工务",
        "name_en": "District works",
        "function": "works",
        "level": "2",
        "area": "310101",
        **more,
    }


# --- units and posts -----------------------------------------------------------------------------------------------


def test_a_new_unit_is_a_journalled_command(city: dict[str, int]) -> None:
    assert save(Unit, administrator(), **works(above=city["centre-310101"])).status_code == 302
    made = Unit.objects.get(code="works-310101")
    assert made.above_id == city["centre-310101"]
    assert [entry.step for entry in journal(made.subject)] == ["organisations.unit.create"]
    assert public.unit(made.pk) is not None


def test_a_double_press_makes_one_unit(city: dict[str, int]) -> None:
    key = str(uuid4())
    for _ in range(2):
        save(Unit, administrator(), **works(), key=key)
    assert Unit.objects.filter(code="works-310101").count() == 1


def test_what_the_command_refuses_stands_in_the_form_and_nothing_is_written(city: dict[str, int]) -> None:
    before = everything()
    assert "没有这个层级的这个区域" in faults(save(Unit, administrator(), **works(area="310199")))
    assert "区域代码只由数字组成" in faults(save(Unit, administrator(), **works(area="黄浦区")))
    assert "没有“新设单位”的职责" in faults(save(Unit, administrator(STREET), **works()))
    assert everything() == before


def test_a_unit_is_renamed_at_the_version_that_was_seen(city: dict[str, int]) -> None:
    unit = Unit.objects.get(pk=city["works-310101002"])
    new = {"name_zh": "新名", "name_en": "New name", "above": city["centre-31"]}
    assert save(Unit, administrator(), unit, version="0", **new).status_code == 302
    unit.refresh_from_db()
    assert (unit.name_zh, unit.above_id, unit.version, unit.code) == ("新名", city["centre-31"], 1, "works-310101002")
    stale = faults(save(Unit, administrator(), unit, version="0", **{**new, "name_zh": "又一名"}))
    assert "这件事又有了变化" in stale
    unit.refresh_from_db()
    assert unit.name_zh == "新名"


def test_chosen_units_are_closed_one_by_one_and_obstacles_told(city: dict[str, int]) -> None:
    chosen = Unit.objects.filter(code__in=["works-310101002", "centre-310101002"])
    request = request_of(administrator(), {})
    close(Unit, request, chosen)
    assert not Unit.objects.get(code="works-310101002").active
    assert Unit.objects.get(code="centre-310101002").active
    told = [str(message) for message in request._messages]
    assert any("还有单位归它管" in words for words in told)
    assert "已结束 1 项。" in told


def test_posts_are_made_and_their_duties_changed(city: dict[str, int]) -> None:
    post = {"unit": city["works-310101002"], "area": STREET.digits, "title_zh": "管理岗", "title_en": "Keeper"}
    assert save(Post, administrator(), **post, duties=[KEEP]).status_code == 302
    made = Post.objects.latest("id")
    assert made.duties == [KEEP]
    assert save(Post, administrator(), made, title_zh="管理岗", title_en="Keeper", version="1").status_code == 302
    made.refresh_from_db()
    assert (made.duties, made.version) == ([], 2)
    steps = [entry.step for entry in journal(made.subject)]
    assert steps == ["organisations.post.create", "organisations.post.revise"]
    close(Post, request_of(administrator(), {}), Post.objects.filter(pk=made.pk))
    made.refresh_from_db()
    assert not made.active


def test_postings_begin_and_end(city: dict[str, int]) -> None:
    account, post = Account.objects.create_user("wang"), Post.objects.get(unit=city["works-310101002"])
    begin = {"account": account.pk, "post": post.pk, "since_0": "2026-09-01", "since_1": "00:00:00"}
    assert save(Posting, administrator(), **begin).status_code == 302
    posting = Posting.objects.get()
    assert (posting.since, posting.until) == (at("2026-09-01"), None)
    assert "已任此岗" in faults(save(Posting, administrator(), **begin))
    end = {"until_0": "2026-10-01", "until_1": "00:00:00"}
    assert save(Posting, administrator(), posting, **end).status_code == 302
    posting.refresh_from_db()
    assert posting.until == at("2026-10-01")
    past = {"until_0": "2026-09-02", "until_1": "00:00:00"}
    assert "不能早于现在" in faults(save(Posting, administrator(), posting, **past))


def test_functions_are_added_and_shared_ones_kept(city: dict[str, int]) -> None:
    card = {"name_zh": "消防", "name_en": "Fire", "nature": "government", "levels": ["2"], "area_types": "*"}
    pattern = {"unit_zh": "{area}消防", "unit_en": "{area} fire"}
    assert save(Function, administrator(), code="fire", **card, **pattern).status_code == 302
    assert Function.objects.get(code="fire").levels == [2]
    shared = Function.objects.get(code="centre")
    found = faults(save(Function, administrator(DISTRICT), shared, **card, **pattern))
    assert "别的区域也在用" in found


# --- the catalogue -------------------------------------------------------------------------------------------------


def files(**changed: str) -> dict[str, SimpleUploadedFile]:
    return {
        name: SimpleUploadedFile(f"{name}.csv", text.encode(), "text/csv")
        for name, text in {**SHEETS, **changed}.items()
    }


def test_a_catalogue_is_loaded_from_sheets_published_and_succeeded(city: dict[str, int]) -> None:
    assert save(CatalogueVersion, keeper(), name="2026-09", area="31", **files()).status_code == 302
    first = CatalogueVersion.objects.get()
    day = {"valid_from_0": "2026-09-01", "valid_from_1": "00:00:00"}
    assert save(CatalogueVersion, keeper(), first, version="1", **day).status_code == 302
    assert len(public.standards_of(COVER, area=CITY, at=NOW)) == 2
    assert save(CatalogueVersion, keeper(), name="2026-10", source=first.pk).status_code == 302
    assert Responsibility.objects.filter(catalogue__name="2026-10").count() == 3


def test_what_is_wrong_with_sheets_stands_in_the_form(city: dict[str, int]) -> None:
    before = everything()
    broken = files(standards=SHEETS["standards"].replace("natural_hours", "moons"))
    assert "没有这个值：moons" in faults(save(CatalogueVersion, keeper(), name="2026-09", area="31", **broken))
    binary = {**files(), "standards": SimpleUploadedFile("standards.csv", b"\xff\xfe")}
    assert "UTF-8" in faults(save(CatalogueVersion, keeper(), name="2026-09", area="31", **binary))
    assert "必填" in faults(save(CatalogueVersion, keeper(), name="2026-09"))
    assert everything() == before


def test_rows_of_a_draft_are_mended_and_of_a_published_version_only_shown(city: dict[str, int]) -> None:
    catalogue = load()
    row = Responsibility.objects.get(row=2)
    fields = {
        "category": "C*",
        "area_type": "*",
        "stage": "dispatch",
        "level": "3",
        "function": "centre",
        "limit_amount": "4",
        "limit_kind": "working_hours",
    }
    assert save(Responsibility, keeper(), row, version="1", **fields).status_code == 302
    row.refresh_from_db()
    assert (row.limit_amount, row.row) == (4, 2)
    new = {**fields, "catalogue": catalogue, "row": "9", "category": "C0137", "stage": "check"}
    assert save(Responsibility, keeper(), **new).status_code == 302
    assert "没有小类符合" in faults(save(Responsibility, keeper(), **{**new, "row": "10", "category": "X"}))
    publish(catalogue, "2026-09-01")
    with pytest.raises(PermissionDenied):
        save(Responsibility, keeper(), row, **fields)
    shown = page_of(Responsibility).changeform_view(request_of(keeper()), str(row.pk))
    assert shown.status_code == 200


def test_categories_and_standards_of_a_draft_are_mended(city: dict[str, int]) -> None:
    load()
    category, standard = Category.objects.get(code="C0137"), Standard.objects.get(row=2)
    words = {
        name: getattr(category, name)
        for name in ("kind", "group_code", "group_zh", "group_en", "name_zh", "name_en", "resident_zh", "resident_en")
    }
    mended = {**words, "severity": "A", "keywords_zh": "灯不亮,灯坏", "keywords_en": "lamp", "public": "on"}
    assert save(Category, keeper(), category, version="1", **mended).status_code == 302
    category.refresh_from_db()
    assert (category.severity, category.keywords_zh) == ("A", ["灯不亮", "灯坏"])
    conditions = {
        name: getattr(standard, name)
        for name in ("filing_condition_zh", "filing_condition_en", "closing_condition_zh", "closing_condition_en")
    }
    limit = {"severity": "B", "limit_amount": "3", "limit_kind": "working_days", "source": "starter"}
    assert save(Standard, keeper(), standard, version="2", **conditions, **limit).status_code == 302
    standard.refresh_from_db()
    assert standard.limit_amount == 3


# --- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_pages_open_by_duty_and_nobody_deletes(city: dict[str, int], model: type[Model]) -> None:
    page, units = page_of(model), model in (Function, Unit, Post, Posting)
    has, lacks = (administrator(), keeper()) if units else (keeper(), administrator())
    for actor, may in ((has, True), (lacks, False)):
        request = request_of(actor)
        assert page.has_module_permission(request) is may
        assert page.has_view_permission(request) is may
        assert page.has_add_permission(request) is may
        assert page.has_delete_permission(request) is False
    with pytest.raises(PermissionDenied):
        save(model, lacks)


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_every_form_can_be_drawn(city: dict[str, int], model: type[Model]) -> None:
    load()
    by = administrator() if model in (Function, Unit, Post, Posting) else keeper()
    page = page_of(model)
    assert drawn(page.changelist_view(request_of(by)))
    assert 'name="key"' in drawn(page.changeform_view(request_of(by)))
    row = page.get_queryset(request_of(by)).first()
    if row is not None:
        assert 'name="key"' in drawn(page.changeform_view(request_of(by), str(row.pk)))
