"""The pages of scenarios: the library, a draft from a template, its forms, its decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from lilong.apps.work.queries import versions
from lilong.apps.work.queries.templates import SHIPPED, shipped
from lilong.apps.work.terms import Scenario
from tests.apps.work.views.parts import LIBRARY, approved, page, published, sent, written
from tests.city import City


def test_the_library_says_how_many_and_leads_to_each(city: City) -> None:
    version = written(city)
    text = page(city.client("keeper"), LIBRARY)
    assert "1\u00a0个场景" in text
    assert f"{LIBRARY}{version}/" in text


def test_an_empty_library_says_how_to_begin(city: City) -> None:
    assert "照模板做第一个" in page(city.client("keeper"), LIBRARY)


def test_the_library_is_filtered(city: City) -> None:
    written(city, "home-visits")
    written(city, "street-lamp")
    client = city.client("keeper")
    assert "上门看看" not in page(client, f"{LIBRARY}?text=路灯")
    assert "没有这样的场景" in page(client, f"{LIBRARY}?state=published")


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.yaml")))
def test_every_shipped_scenario_is_drawn_and_listed(city: City, name: str) -> None:
    text = page(city.client("keeper"), f"{LIBRARY}{written(city, name)}/")
    assert "<svg" in text
    for step in shipped()[name].steps:
        assert step.title.zh in text


@pytest.mark.parametrize("name", ["lift-entrapment", "unsafe-wall", "home-visits", "volunteers-wanted", "lost-contact"])
def test_the_form_of_every_step_says_what_the_step_is_and_saving_it_changes_nothing(city: City, name: str) -> None:
    version, client = written(city, name), city.client("keeper")
    for step in shipped()[name].steps:
        url = f"{LIBRARY}{version}/steps/{step.name}/"
        fields = _fields(page(client, url))
        assert fields["title"] == [step.title.zh]
        sent(client, url, **fields)
        assert _kept(city, version).step(step.name) == step
    assert _kept(city, version) == shipped()[name]


def test_a_street_makes_one_from_a_template_without_seeing_the_file(city: City) -> None:
    client = city.client("keeper")
    assert "上门看看" in page(client, f"{LIBRARY}new/")
    url = sent(client, f"{LIBRARY}new/", template="file:home-visits", title="三伏天上门看看")
    text = page(client, url)
    assert "三伏天上门看看" in text
    assert "home-visits-310101001" in text
    assert "scenario:" not in text


def test_a_template_must_be_chosen_and_named(city: City) -> None:
    text = sent(city.client("keeper"), f"{LIBRARY}new/", 422)
    assert "请选一个模板" in text


def test_a_step_is_added_and_removed_again(city: City) -> None:
    version, client = written(city), city.client("keeper")
    first = shipped()["home-visits"].steps[0].name
    url = f"{LIBRARY}{version}/steps/{first}/new/"
    page(client, url)
    fields = {"limit_amount": "2", "limit_kind": "working_days", "hand_in": "问了谁", "place": "in_line"}
    sent(client, url, title="先问一声", who="community_committee@community", **fields)
    (added,) = {step.name for step in _kept(city, version).steps} - {
        step.name for step in shipped()["home-visits"].steps
    }
    assert _kept(city, version).step(added).after == (first,)
    sent(client, f"{LIBRARY}{version}/steps/{added}/", remove="1")
    assert _kept(city, version) == shipped()["home-visits"]


def test_what_a_step_lacks_is_said_at_its_field(city: City) -> None:
    version, client = written(city), city.client("keeper")
    first = shipped()["home-visits"].steps[0].name
    text = sent(client, f"{LIBRARY}{version}/steps/{first}/new/", 422, title="没写完")
    assert "请选归谁办" in text
    assert 'aria-invalid="true"' in text


def test_a_condition_of_comparisons_is_chosen_and_kept(city: City) -> None:
    version, client = written(city, "lift-entrapment"), city.client("keeper")
    url = f"{LIBRARY}{version}/steps/look_after/"
    fields = _fields(page(client, url))
    fields |= {"when_0_fact": ["trapped"], "when_0_how": ["at_least"], "when_0_value": ["3"], "if_unknown": ["do"]}
    sent(client, url, **fields)
    assert _kept(city, version).step("look_after").when == "trapped >= 3"
    assert "里面有几个人不少于 3" in page(client, f"{LIBRARY}{version}/")
    fields |= {"when_0_value": ["许多"]}
    assert "这里的值对不上" in sent(client, url, 422, **fields)


def test_facts_are_added_changed_and_kept_while_in_use(city: City) -> None:
    version, client = written(city, "lift-entrapment"), city.client("keeper")
    sent(client, f"{LIBRARY}{version}/facts/", label="几号梯", kind="text", asked=["resident"])
    fact = _kept(city, version).facts[-1]
    assert (fact.label.zh, fact.name in _kept(city, version).start) == ("几号梯", True)
    sent(client, f"{LIBRARY}{version}/facts/{fact.name}/", remove="1")
    assert "还用到它" in sent(client, f"{LIBRARY}{version}/facts/unwell/", 422, remove="1")
    choices = "甲 / A\n乙 / B"
    sent(client, f"{LIBRARY}{version}/facts/", label="哪一种", kind="choice", choices=choices)
    assert [choice.value for choice in _kept(city, version).facts[-1].choices] == ["a", "b"]


def test_heads_and_scope_are_changed(city: City) -> None:
    version, client = written(city, "lift-entrapment"), city.client("keeper")
    sent(
        client,
        f"{LIBRARY}{version}/heads/",
        title="电梯里有人",
        title_en="",
        purpose="先说话",
        purpose_en="Speak first",
    )
    assert _kept(city, version).title.zh == "电梯里有人"
    sent(client, f"{LIBRARY}{version}/scope/", categories="E0596\nC01*", area_types=["town"], measures=["late_share"])
    kept = _kept(city, version)
    assert (kept.categories, kept.area_types, [m.of for m in kept.measures]) == (
        ("E0596", "C01*"),
        ("town",),
        ["late_share"],
    )
    assert "不是类别代码" in sent(client, f"{LIBRARY}{version}/scope/", 422, categories="路灯")


def test_the_clauses_it_stands_on_are_written_one_a_line(city: City) -> None:
    version, client = written(city, "unsafe-wall"), city.client("keeper")
    url, before = f"{LIBRARY}{version}/scope/", _kept(city, version)
    lines = [clause.reference if clause.verified else f"{clause.reference} 待核" for clause in before.basis]
    assert all(line in page(client, url) for line in lines)
    said: dict[str, Any] = {"categories": "\n".join(before.categories), "basis": "\n".join(lines)}
    sent(client, url, **{**said, "measures": [measure.of for measure in before.measures]})
    assert _kept(city, version).basis == before.basis
    sent(client, url, **{**said, "basis": "某条例@2018-05-24#12\n另一条例@2020-12-30#7 待核\n"})
    kept = _kept(city, version)
    assert [(c.reference, c.verified) for c in kept.basis] == [
        ("某条例@2018-05-24#12", True),
        ("另一条例@2020-12-30#7", False),
    ]
    assert (kept.within, kept.categories) == (before.within, before.categories)
    assert "看不懂" in sent(client, url, 422, **{**said, "basis": "某条例第十二条"})
    assert _kept(city, version).basis == kept.basis


def test_rows_of_a_table_are_typed_as_they_are_read(city: City) -> None:
    version, client = written(city, "lift-entrapment"), city.client("keeper")
    url = f"{LIBRARY}{version}/tables/brigade/"
    assert "≥ 6" in page(client, url)
    row = {"when_0": "-", "when_1": "-", "when_2": "≥ 4", "when_3": "-", "then_0": "是"}
    sent(client, f"{url}?row=3", **row)
    assert _kept(city, version).tables[0].rows[3].when[2] == "trapped >= 4"
    sent(client, url, **row)
    assert len(_kept(city, version).tables[0].rows) == 6
    sent(client, f"{url}?row=5", remove="1", **row)
    assert len(_kept(city, version).tables[0].rows) == 5


def test_a_table_goes_to_excel_and_comes_back(city: City) -> None:
    version, client = written(city, "lift-entrapment"), city.client("keeper")
    url = f"{LIBRARY}{version}/tables/brigade"
    answer = client.get(f"{url}.xlsx")
    assert answer.content[:2] == b"PK"
    sent(client, f"{url}/", sheet=SimpleUploadedFile("t.xlsx", answer.content))
    assert _kept(city, version).tables == shipped()["lift-entrapment"].tables
    assert "alert" in sent(client, f"{url}/", 422, sheet=SimpleUploadedFile("t.xlsx", b"nothing"))


def test_the_file_is_shown_downloaded_and_read_in(city: City) -> None:
    version, client = written(city), city.client("keeper")
    assert "scenario: home-visits" in page(client, f"{LIBRARY}{version}/file/")
    text = client.get(f"{LIBRARY}{version}/file.yaml").content.decode()
    changed = text.replace("上门看看", "上门问问", 1)
    sent(client, f"{LIBRARY}{version}/file/", file=SimpleUploadedFile("x.yaml", changed.encode()))
    assert _kept(city, version).title.zh == "上门问问"
    broken = SimpleUploadedFile("x.yaml", changed.replace("purpose:", "porpose:", 1).encode())
    assert "行：" in sent(client, f"{LIBRARY}{version}/file/", 422, file=broken)


def test_a_file_written_elsewhere_becomes_a_draft_or_is_refused_line_by_line(city: City) -> None:
    client, text = city.client("keeper"), (SHIPPED / "street-lamp.yaml").read_text(encoding="utf-8")
    assert f"{LIBRARY}new/file/" in page(client, f"{LIBRARY}new/")
    assert "alert" in sent(client, f"{LIBRARY}new/file/", 422)
    broken = SimpleUploadedFile("x.yaml", text.replace("purpose:", "porpose:", 1).encode())
    assert "行：" in sent(client, f"{LIBRARY}new/file/", 422, file=broken)
    assert "照模板做第一个" in page(client, LIBRARY)
    sent(client, f"{LIBRARY}new/file/", file=SimpleUploadedFile("x.yaml", text.encode()))
    assert "路灯不亮" in page(client, LIBRARY)


def test_the_schema_is_served_to_everybody(city: City) -> None:
    answer = city.client().get(f"{LIBRARY}schema.json")
    assert answer.status_code == 200
    assert "properties" in answer.json() or "$defs" in answer.json()


def test_a_version_is_submitted_sent_back_approved_by_another_published_widened_and_withdrawn(city: City) -> None:
    version, keeper, shift = written(city), city.client("keeper"), city.client("shift")
    sent(keeper, f"{LIBRARY}{version}/submit/")
    sent(shift, f"{LIBRARY}{version}/send_back/", reason="少一步")
    assert "少一步" in page(keeper, f"{LIBRARY}{version}/")
    sent(keeper, f"{LIBRARY}{version}/submit/")
    sent(shift, f"{LIBRARY}{version}/approve/", note="看过")
    fields = {"area": "310101001", "area_types": ["subdistrict"], "evidence": "演练过"}
    assert "alert" in sent(shift, f"{LIBRARY}{version}/publish/", 422, share="0", **fields)
    sent(shift, f"{LIBRARY}{version}/publish/", share="20", **fields)
    text = page(shift, f"{LIBRARY}{version}/")
    assert "20%" in text
    assert "演练过" in text
    sent(shift, f"{LIBRARY}{version}/publish/", share="100", **fields)
    sent(shift, f"{LIBRARY}{version}/withdraw/", reason="没有更快")
    assert "已撤下" in page(keeper, f"{LIBRARY}{version}/")


def test_whoever_wrote_it_is_not_offered_to_approve_it(city: City) -> None:
    version = written(city)
    text = page(city.client("keeper"), f"{LIBRARY}{version}/")
    assert f"{version}/approve/" not in text
    sent(city.client("keeper"), f"{LIBRARY}{version}/submit/")
    sent(city.client("keeper"), f"{LIBRARY}{version}/approve/", 403)


def test_another_street_copies_and_adapts(city: City) -> None:
    version, client = published(city), city.client("town_keeper")
    url = sent(client, f"{LIBRARY}{version}/copy/")
    text = page(client, url)
    assert "照 home-visits@1 改的" in text
    assert "北塘镇" in text


def test_the_difference_is_told_in_words(city: City) -> None:
    version, client = published(city), city.client("keeper")
    url = sent(client, f"{LIBRARY}{version}/copy/")
    draft = url.split("/")[2]
    sent(client, f"{LIBRARY}{draft}/heads/", title="上门坐坐", title_en="", purpose="看看", purpose_en="")
    text = page(client, f"{LIBRARY}{draft}/difference/")
    assert "上门坐坐" in text
    assert "<del>" in text


def test_an_approved_version_is_no_longer_edited(city: City) -> None:
    version, client = approved(city), city.client("keeper")
    first = shipped()["home-visits"].steps[0].name
    text = page(client, f"{LIBRARY}{version}/steps/{first}/")
    assert "存这一步" not in text


def _kept(city: City, version: UUID) -> Scenario:
    return versions.version(seen_by=city.actor("keeper"), version=version).scenario


def _fields(text: str) -> dict[str, list[str]]:
    """What a browser would send of the form in the panel, as it stands."""
    document: Any = html.fromstring(text)
    (form,) = (form for form in document.forms if "title" in form.fields)
    found: dict[str, list[str]] = {}
    for name, value in form.form_values():
        if name not in ("key", "csrfmiddlewaretoken"):
            found.setdefault(name, []).append(value)
    return found
