"""Addresses of scenarios."""

from __future__ import annotations

from django.urls import path

from lilong.apps.work.views.scenarios import comparing, deciding, editing, library, pages, rehearsing, tables

app_name = "scenarios"
urlpatterns = [
    path("", library.library, name="library"),
    path("new/", library.new, name="new"),
    path("new/file/", pages.write_file, name="write_file"),
    path("schema.json", library.schema, name="schema"),
    path("rehearsals/<uuid:rehearsal>/", rehearsing.report, name="rehearsal"),
    path("<uuid:version>/", pages.version, name="version"),
    path("<uuid:version>/check/", pages.check, name="check"),
    path("<uuid:version>/difference/", pages.difference, name="difference"),
    path("<uuid:version>/file/", pages.file, name="file"),
    path("<uuid:version>/file.yaml", pages.download, name="download"),
    path("<uuid:version>/copy/", library.copy, name="copy"),
    path("<uuid:version>/heads/", editing.heads, name="heads"),
    path("<uuid:version>/scope/", editing.scope, name="scope"),
    path("<uuid:version>/facts/", editing.facts, name="facts"),
    path("<uuid:version>/facts/<slug:fact>/", editing.fact, name="fact"),
    path("<uuid:version>/tables/", tables.tables, name="tables"),
    path("<uuid:version>/tables/<slug:table>/", tables.table, name="table"),
    path("<uuid:version>/tables/<slug:table>.xlsx", tables.sheet, name="sheet"),
    path("<uuid:version>/steps/<slug:step>/", editing.step, name="step"),
    path("<uuid:version>/steps/<slug:after>/new/", editing.new_step, name="new_step"),
    path("<uuid:version>/rehearse/", rehearsing.rehearse, name="rehearse"),
    path("<uuid:version>/compare/", comparing.compare, name="compare"),
    path("<uuid:version>/<slug:step>/", deciding.decide, name="decide"),
]
