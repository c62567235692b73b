"""The tags: what they say in both languages, what they escape, and that no page carries anything inline."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import include, path
from django.utils import translation

import lilong
from lilong.apps.cases.terms import LaneDoor
from lilong.identity.requests import Request
from lilong.identity.wording import spoken
from lilong.kernel.because import Because, Ground
from lilong.kernel.clocks import ClockKind, Light, Limit, Reading
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label

HOUSE = Path(lilong.__file__).parent
AT = datetime(2026, 11, 26, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
NOTE = Label("说明 <b>", "note <b>")
LIMIT = Limit(2, ClockKind.NATURAL_HOURS)
REASON = Because(Ground.RULE_ROW, Label("权责目录第 21 行 <i>", "catalogue row 21 <i>"), "responsibility:21@2026-09")
REFUSAL = Refusal("x", Label("没有这个类别。", "No such category."), Label("请从表里选。", "Choose one."), "code")
CHOICES = [
    ("a", spoken(Label("没有\n按一般时限办", "No\nordinary limit"))),
    ("b", spoken(Label("有", "Yes"))),
]
GROUPS = [
    ("", spoken(Label("不选", "none"))),
    (spoken(Label("公用设施", "Utilities")), [("1", spoken(Label("路灯", "lamp")))]),
]
DOORS = (
    LaneDoor(Label("您说了这件事", "You told us"), "behind", AT, Label("居民", "resident"), "路灯 <u>", ()),
    LaneDoor(Label("承办单位办理", "The unit handles it"), "here", AT, Label("区路灯所", "Lamp Office"), "", (REASON,)),
    LaneDoor(Label("核查", "Checked"), "ahead", None, None, "", ()),
)


class Sample(forms.Form):
    """One field of every kind the tag draws."""

    body = forms.CharField(
        label=spoken(Label("说一说", "Tell us")),
        help_text=spoken(Label("一句就够", "One line")),
        widget=forms.Textarea,
    )
    code = forms.ChoiceField(label=spoken(Label("类别", "Category")), choices=GROUPS)
    risk = forms.ChoiceField(label=spoken(Label("危险", "Danger")), choices=CHOICES, widget=forms.RadioSelect)
    near = forms.CharField(label=spoken(Label("旁边", "Near")), required=False)
    photo = forms.FileField(label=spoken(Label("照片", "Picture")), required=False)
    units = forms.MultipleChoiceField(label=spoken(Label("协办", "Co-handlers")), choices=GROUPS, required=False)
    closed = forms.BooleanField(label=spoken(Label("不公开", "Private")), required=False)


def _page(_: HttpRequest, **__: str) -> HttpResponse:
    return HttpResponse()


def _names(*names: str) -> list[Any]:
    return [path(f"{name}/", _page, name=name) for name in names]


class Routes:
    """The routes that the resident's shell leads to."""

    urlpatterns = [
        path("", _page, name="home"),
        *_names("manifest", "complain", "paper", "privacy", "accessibility"),
        path("size/<str:value>/", _page, name="set_size"),
        path("language/<str:value>/", _page, name="set_language"),
        path("", include((_names("report", "mine"), "cases"))),
        path("", include((_names("who_looked"), "people"))),
    ]


def reading(light: Light, left: Label, *, used: int = 50, paused: bool = False) -> Reading:
    return Reading(AT, Fraction(used, 100), light, timedelta(hours=1), left, paused, ())


def render(source: str, code: str = "zh-hans", **context: object) -> str:
    request = cast("Request", RequestFactory().get("/p/?a=1"))
    request.at = AT
    with translation.override(code):
        loaded = source if source.startswith("{% extends") else "{% load lilong %}" + source
        template = engines["django"].from_string(loaded)
        return str(template.render({**context, "request": request}, request))


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ('{% say "今天 {n} 件" "{n} today" n=3 %}', "今天 3 件", "3 today"),
        ('{% say "看 {who}" "see {who}" who=note %}', "看 说明 &lt;b&gt;", "see note &lt;b&gt;"),
        ('{% say "今天 {n} 件" "{n} today" n=3 keep=True %}', "今天\u00a03\u00a0件", "3 today"),
        ("{{ note|label }}", "说明 &lt;b&gt;", "note &lt;b&gt;"),
        ("{% keep title %}", "第\u00a021\u00a0行", "row 21"),
        ("{% lang %}", "zh-CN", "en"),
        ('{{ "cases.case.dispatch"|step }}', "派出", "Dispatch"),
        ("{{ None|label }}", "", ""),
    ],
)
def test_each_page_speaks_its_language(source: str, zh: str, en: str) -> None:
    title = Label("第 21 行", "row 21")
    assert render(source, note=NOTE, title=title) == zh
    assert render(source, "en", note=NOTE, title=title) == en


def test_a_value_from_a_variable_is_escaped_even_as_the_sentence() -> None:
    assert render("{% say text text %}", text="<script>") == "&lt;script&gt;"


@pytest.mark.parametrize(
    ("form", "zh", "en"),
    [
        ("", "11\u00a0月\u00a026\u00a0日（周四）17:30", "Thu 26 Nov, 17:30"),
        ("day", "11\u00a0月\u00a026\u00a0日（周四）", "Thu 26 Nov"),
        ("short", "周四 11-26 17:30", "Thu 26 Nov, 17:30"),
        ("time", "17:30", "17:30"),
    ],
)
def test_moments_read_as_people_write_them(form: str, zh: str, en: str) -> None:
    source = f'{{% moment at "{form}" %}}'
    assert render(source, at=AT) == f'<time datetime="2026-11-26T17:30:00+08:00">{zh}</time>'
    assert f">{en}<" in render(source, "en", at=AT.isoformat())


def test_a_moment_of_another_year_says_its_year() -> None:
    long_ago = AT.replace(year=2024)
    assert "2024\u00a0年\u00a011\u00a0月" in render("{% moment at %}", at=long_ago)
    assert "2024-11-26" in render('{% moment at "short" %}', at=long_ago)
    assert render("{% moment at %}", at=None) == "—"


@pytest.mark.parametrize(
    ("light", "ended_at", "shape", "icon", "zh"),
    [
        (Light.GREEN, None, "g", "clock", "正常 · 还剩 5 分钟"),
        (Light.YELLOW, None, "y", "soon", "将到期 · 还剩 5 分钟"),
        (Light.RED, None, "r", "late", "还剩 5 分钟"),
        (Light.GREEN, AT, "d", "ok", "按时办结"),
        (Light.RED, AT, "r", "late", "超时办结"),
    ],
)
def test_a_clock_has_a_shape_a_word_and_the_time_left(
    light: Light, ended_at: datetime | None, shape: str, icon: str, zh: str
) -> None:
    drawn = render(
        "{% clock r ended=ended %}", r=reading(light, Label("还剩 5 分钟", "5 minutes left")), ended=ended_at
    )
    assert f'<span class="clock {shape}">' in drawn
    assert f"icons.svg#{icon}" in drawn
    assert f"<b>{zh}</b>" in drawn


def test_a_stopped_clock_says_so_and_a_missing_one_is_a_dash() -> None:
    stopped = reading(Light.RED, Label("还剩 1 天", "1 day left"), paused=True)
    assert "停表 · 还剩 1 天" in render("{% clock r limit %}", r=stopped, limit=LIMIT)
    assert "限 2 紧急工作时" in render("{% clock r limit %}", r=stopped, limit=LIMIT)
    assert render("{% clock r %}", r=None) == "—"


def test_the_bar_of_an_overdue_clock_ends_at_its_end_while_the_words_tell_the_truth() -> None:
    drawn = render("{% clock_line r %}", r=reading(Light.RED, Label("已超时 1 天", "overdue by 1 day"), used=250))
    assert 'class="f-late" width="100%"' in drawn
    assert "已用 250%" in drawn


def test_no_reason_no_seal_and_reasons_are_escaped() -> None:
    assert render("{% because reasons %}", reasons=()) == ""
    assert "权责目录第 21 行 &lt;i&gt;" in render("{% because reasons %}", reasons=(REASON,))
    assert "<li>catalogue row 21 &lt;i&gt;</li>" in render("{% because reasons %}", "en", reasons=(REASON, REASON))
    assert 'class="because because-1"' in render('{% because reason "inline" %}', reason=REASON)


def test_the_lane_tells_what_is_behind_here_and_ahead_and_who_holds_it() -> None:
    drawn = render("{% lane doors %}", doors=DOORS)
    assert [part.split('"')[0] for part in drawn.split('<li class="')[1:]] == ["done", "now", "ahead"]
    assert drawn.count('aria-current="step"') == 1
    assert re.search(r"现在在谁手里：<b>区路灯所</b>", drawn)
    assert "路灯 &lt;u&gt;" in drawn


def test_a_code_is_one_path_that_depends_on_its_address() -> None:
    one, other = (render("{% qr url %}", url=f"https://example.org/{n}") for n in (1, 2))
    assert one != other
    assert one.count("<path") == 1
    assert "style" not in one


def test_two_forms_of_one_page_never_share_a_key() -> None:
    drawn = render("{% hidden 7 %}{% hidden %}")
    keys = re.findall(r'name="key" value="([0-9a-f-]{36})"', drawn)
    assert len(set(keys)) == 2
    assert drawn.count('name="version" value="7"') == 1


# ---- fields ----------------------------------------------------------------------------------------------------


def test_every_kind_of_field_is_labelled_marked_and_described() -> None:
    drawn = render("{% for bound in form %}{% field bound %}{% endfor %}", form=Sample())
    assert '<label for="id_body">说一说 <span class="opt">必填</span>' in drawn
    assert 'aria-describedby="id_body_helptext"' in drawn
    assert '<p class="hint" id="id_body_helptext">一句就够</p>' in drawn
    assert '<label for="id_near">旁边 <span class="opt">可不填</span>' in drawn
    assert '<optgroup label="公用设施"><option value="1">路灯</option></optgroup>' in drawn
    assert "<b>没有</b><small>按一般时限办</small>" in drawn
    assert "checked" not in drawn
    assert "Label(" not in drawn


def test_what_was_sent_stays_chosen() -> None:
    form = Sample({"body": "x", "code": "1", "risk": "b"})
    drawn = render("{% field form.code %}{% field form.risk %}", form=form)
    assert '<option value="1" selected>' in drawn
    assert re.search(r'value="b"[^>]*checked', drawn)


def test_several_are_chosen_by_ticking_in_a_list_that_opens_when_something_is_chosen() -> None:
    untouched = render("{% field form.units %}", form=Sample())
    assert "<select" not in untouched
    assert untouched.count('<input type="checkbox" name="units"') == 2
    assert "<details" in untouched
    assert " open" not in untouched.split("</summary>")[0]
    chosen = render("{% field form.units %}", form=Sample({"units": ["1"]}))
    assert 'value="1" checked' in chosen
    assert " open" in chosen.split("</summary>")[0]


def test_a_long_receipt_number_is_read_out_in_fours() -> None:
    assert "<b>2026 1123 0000 0001</b>" in render('{% plate "2026112300000001" %}')
    assert "<b>HP-1</b>" in render('{% plate "HP-1" %}')


def test_why_we_ask_stands_with_the_field_and_is_read_with_it() -> None:
    drawn = render("{% field form.near why %}", form=Sample(), why=Label("好找", "to find it"))
    assert '<p class="hint" id="id_near_helptext">为什么问：好找</p>' in drawn
    assert 'aria-describedby="id_near_helptext"' in drawn


def test_errors_lead_to_their_fields_and_name_them() -> None:
    form = Sample({"risk": "z", "code": "1"})
    summary = render("{% errors form %}", form=form)
    assert "还差\u00a02\u00a0处" in summary
    assert '<a href="#id_body">请填写“说一说”。</a>' in summary
    assert '<a href="#id_risk_0">“危险”请从所列的里面选一个。</a>' in summary
    drawn = render("{% field form.body %}", form=form)
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_body_helptext id_body_error"' in drawn


def test_a_refusal_is_an_error_like_any_other_with_its_remedy() -> None:
    form = Sample({"body": "x", "code": "1", "risk": "a"})
    refusal, note = cast("Any", (REFUSAL, NOTE))
    form.add_error("near", forms.ValidationError(refusal))
    form.add_error(None, forms.ValidationError(note))
    summary = render("{% errors form refusals %}", "en", form=form, refusals=(REFUSAL,))
    assert '<a href="#id_near">No such category. Choose one.</a>' in summary
    assert '<a href="#id_code">No such category. Choose one.</a>' in summary
    assert "<li>note &lt;b&gt;</li>" in summary


def test_nothing_wrong_no_summary() -> None:
    assert render("{% errors form %}", form=Sample()).strip() == ""
    assert render("{% errors None refusals %}", refusals=()).strip() == ""


# ---- pages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["zh-hans", "en"])
def test_the_gallery_of_all_parts_renders_without_anything_inline(code: str, settings: Any) -> None:
    settings.ROOT_URLCONF = Routes
    page = render(
        (Path(__file__).parent / "parts.html").read_text(),
        code,
        form=Sample({}),
        refusals=(REFUSAL,),
        green=reading(Light.GREEN, Label("还剩 2 天", "2 days left")),
        yellow=reading(Light.YELLOW, Label("还剩 5 分钟", "5 minutes left"), used=90),
        red=reading(Light.RED, Label("已超时 1 天", "overdue by 1 day"), used=130),
        paused=reading(Light.GREEN, Label("还剩 2 天", "2 days left"), paused=True),
        limit=LIMIT,
        note=NOTE,
        reasons=(REASON, REASON),
        doors=DOORS,
        at=AT,
    )
    assert not re.search(r"Label\(|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)
    assert f'<html lang="{"en" if code == "en" else "zh-CN"}"' in page


def _templates() -> list[Path]:
    return sorted(HOUSE.rglob("templates/**/*.html"))


def test_no_template_carries_style_script_or_handlers_inline() -> None:
    inline = re.compile(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|javascript:|https?://", re.IGNORECASE)
    found = {t.name: match.group() for t in _templates() if (match := inline.search(t.read_text()))}
    assert found == {}


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    sprite = (HOUSE / "project/static/lilong/icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', sprite))
    named = {name for t in _templates() for name in re.findall(r'{% icon "([a-z]+)"', t.read_text())}
    named |= {name for t in _templates() for name in re.findall(r'{% tag [^%]*? "([a-z]+)"', t.read_text())}
    assert named
    assert named <= drawn


def test_both_languages_stand_in_every_sentence() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for template in _templates():
        text = template.read_text()
        for zh, en in re.findall(r'{% say "([^"]*)" "([^"]*)"', text):
            assert not chinese.search(en), (template.name, zh, en)
        bare = re.sub(r"{#.*?#}|{%.*?%}|<[^>]*>", "", text, flags=re.DOTALL).replace("中文", "")
        assert not re.search(r"[\u4e00-\u9fff]{2}", bare), (template.name, "Chinese outside a say tag")
