"""What each room declares holds against the code: tables, keys, events, duties, retention, policies."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils.module_loading import import_string

from lilong.ledger.rooms import Room, all_duties, rooms
from tests.house.source import ROOT

HOUSE = [config for config in apps.get_app_configs() if config.name.startswith("lilong.")]
MODELS = [model for config in HOUSE for model in config.get_models() if model._meta.managed]


def test_every_app_of_the_house_is_a_room() -> None:
    assert [config.name for config in HOUSE if not isinstance(config, Room)] == []


def test_every_table_says_how_long_it_is_kept() -> None:
    declared = {retention.table for room in rooms() for retention in room.retention}
    assert {model._meta.db_table.replace('"', "") for model in MODELS} - {t.replace('"', "") for t in declared} == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_foreign_keys_point_down_and_protect(model: type[models.Model]) -> None:
    order = [config.label for config in HOUSE]
    for field in model._meta.get_fields():
        if not isinstance(field, models.ForeignKey):
            continue
        target = field.related_model._meta.app_label
        assert target in order, field
        assert order.index(target) <= order.index(model._meta.app_label), field
        assert field.remote_field.on_delete is models.PROTECT, field
        assert field.remote_field.related_name == "+", field


def test_every_event_that_is_read_is_announced_and_every_reader_exists() -> None:
    announced = {event for room in rooms() for event in room.events}
    read = {topic: paths for room in rooms() for topic, paths in room.readers.items()}
    assert set(read) <= announced
    assert all(callable(import_string(path)) for paths in read.values() for path in paths)


def test_every_duty_a_step_asks_for_is_declared() -> None:
    asked = {duty for room in rooms() for lifecycle in room.lifecycles for duty in lifecycle.duties}
    assert asked <= set(all_duties())
    assert {event for room in rooms() for lc in room.lifecycles for event in lc.events} <= {
        event for room in rooms() for event in room.events
    }


def test_the_names_of_duties_and_events_name_their_room() -> None:
    for room in rooms():
        assert all(duty.code.startswith(f"{room.label}.") or room.label == "dashboards" for duty in room.duties)
        assert all(event.startswith(f"{room.label}.") for event in room.events)


@pytest.mark.usefixtures("committed_db")
def test_every_table_with_an_area_of_its_own_is_walled() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'area' AND NOT a.attisdropped
               JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
               WHERE c.relkind IN ('r', 'p')"""
        )
        walled = dict(cursor.fetchall())
    # Geography, the organisation and the posture of areas are public facts. So is the library: how a thing is handled
    # is read and copied across areas, holds nothing of a person, and is written in one's own area, by act and amend.
    facts = r"(places|organisations|posture)_|work_(scenario|publication)$"
    public = {name for name in walled if re.match(facts, name)} - {"places_room"}
    assert {name for name, is_walled in walled.items() if not is_walled} <= public
    assert walled["cases_case"]
    assert walled["work_undertaking"]


def test_no_field_measures_a_person() -> None:
    """国办函〔2026〕12号: no check-ins, points, rankings, online time or forced traces (article numbers unverified)."""
    banned = re.compile(r"check_?in|sign_?in_count|points?_total|ranking|online_time|leaderboard|score_of_person")
    fields = [f"{m._meta.label}.{f.name}" for m in MODELS for f in m._meta.get_fields()]
    assert [name for name in fields if banned.search(name)] == []
    texts = [p for p in ROOT.rglob("*.html") if re.search(r"打卡|排行榜|在线时长", p.read_text(encoding="utf-8"))]
    assert texts == []
