"""Scenario files: read with every fault and its line, written for people, described by a schema, compared; sheets."""

from lilong.apps.work.rules.files.differing import differences
from lilong.apps.work.rules.files.reading import read_scenario
from lilong.apps.work.rules.files.schema import json_schema
from lilong.apps.work.rules.files.sheets import table_from_sheet, table_sheet
from lilong.apps.work.rules.files.writing import write_scenario

__all__ = ["differences", "json_schema", "read_scenario", "table_from_sheet", "table_sheet", "write_scenario"]
