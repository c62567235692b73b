"""The JSON Schema of scenario files, for editors and for whoever makes such files with a program."""

from __future__ import annotations

from typing import Any

import msgspec

from lilong.apps.work.rules.files.shapes import ScenarioShape


def json_schema() -> dict[str, Any]:
    """The schema, made from the shape that the reader itself follows. It accepts whatever the reader accepts.

    The reader refuses more: names that mean nothing, values that do not agree, expressions that cannot be read.
    """
    found = msgspec.json.schema(ScenarioShape)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "里弄场景文件 / Lilong scenario file",
        **found,
    }
