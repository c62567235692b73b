"""The shipped schema of the protocol's XML, as a validator."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import rnc2rng
from lxml import etree

SCHEMA = files("lilong.gateways.open311") / "data" / "georeport.rnc"


@cache
def grammar() -> etree.RelaxNG:
    """georeport.rnc, converted to RELAX NG's XML syntax; every construct of it converts as it stands."""
    return etree.RelaxNG(etree.fromstring(rnc2rng.dumps(rnc2rng.loads(SCHEMA.read_text(encoding="utf-8"))).encode()))


def faults(document: bytes) -> list[str]:
    """What the schema says against a document; empty when it is valid."""
    schema = grammar()
    schema.validate(etree.fromstring(document))
    return [str(entry) for entry in schema.error_log]


def texts(document: bytes, path: str) -> list[str]:
    """The texts of the elements at an XPath."""
    return [element.text or "" for element in etree.fromstring(document).findall(path)]
