"""What the screens of a report offer: the city, its categories, the ground of its map."""

from __future__ import annotations

from django.urls import reverse

from lilong.apps.cases.forms import Choices
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.rules import questions
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey
from lilong.apps.places import public as places
from lilong.apps.work import public as work
from lilong.apps.work.terms import Asked
from lilong.identity.requests import Request
from lilong.identity.wording import in_page_language
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.ids import new_id
from lilong.kernel.lifecycle import Need
from lilong.kernel.refusals import Refused, invalid
from lilong.kernel.words import Label


def the_city() -> AreaCode:
    """The city whose pages these are: the first this instance looks after."""
    cities = places.cities()
    if not cities:
        raise _no_city()
    return cities[0].code


def city_of(actor: Actor) -> AreaCode:
    """The city in which a post works. Raises the refusal that there is none yet."""
    for city in places.cities():
        if city.code.contains(actor.area) or actor.area.contains(city.code):
            return city.code
    raise _no_city()


def map_context(city: AreaCode) -> dict[str, str]:
    """Where the map of a city begins, and the address of its boundaries."""
    known = next(found for found in places.cities() if found.code == city)
    centre = f"{known.origin.longitude:.5f},{known.origin.latitude:.5f}" if known.origin else ""
    return {"boundaries": reverse("api:boundaries") + f"?within={city}", "centre": centre}


def category_groups(city: AreaCode, request: Request, *, public_only: bool = True) -> list[tuple[Label, Choices]]:
    """The categories one may choose, in the plain words of residents, by group."""
    groups: dict[str, tuple[Label, list[tuple[str, Label]]]] = {}
    for card in organisations.categories(area=city, at=request.at, public_only=public_only):
        groups.setdefault(card.group_code, (card.group, []))[1].append((str(card.key), card.resident))
    return [groups[code] for code in sorted(groups)]


def guessed_category(body: str, city: AreaCode, request: Request) -> str:
    """The category that the words mean best. Raises the refusal that asks for one when none fits."""
    language = in_page_language(Label("zh", "en"))
    matches = organisations.search_categories(body, lang=language, area=city, at=request.at, limit=1)
    if not matches:
        raise invalid(
            "cases.category_unclear",
            Label("没看出是哪一类的事。", "We could not tell what kind of matter this is."),
            Label("请在下面选一个最接近的类别。", "Choose the closest category below."),
            "category",
        )
    return str(matches[0].category.key)


def questions_for(category: CategoryKey, area: AreaCode, request: Request, asked: Asked) -> tuple[Need, ...]:
    """What the scenario of such a matter in this area asks of whoever reports it.

    Where a share of the matters is tried by another version, these are the questions of either; an answer that the
    version of the matter does not ask for is left out.
    """
    ready = work.scenario_for(CASE.name, category.code, area=area, subject=new_id(request.at))
    return questions(ready.scenario, asked)


def _no_city() -> Refused:
    return invalid(
        "cases.no_city",
        Label("这里还没有导入城市的区域。", "No city was imported here yet."),
        Label("请管理员先运行 lilong areas import。", "Have the operator run `lilong areas import`."),
    )
