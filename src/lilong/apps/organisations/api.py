"""Organisations for programs: categories anybody may report under, standards, units, and who is responsible why."""

from __future__ import annotations

from typing import Any, Literal, cast

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.commands import resolve_missing
from lilong.apps.organisations.queries.missing import missing_page
from lilong.apps.organisations.terms import (
    CategoryCard,
    CategoryKey,
    CategoryMatch,
    MissingCard,
    Routed,
    Routing,
    Stage,
    StandardCard,
    UnitCard,
)
from lilong.identity.access import PUBLIC, staff
from lilong.identity.answers import REFUSED, BecauseOut, LabelOut, LimitOut, ReceiptOut
from lilong.identity.requests import Request, command_key
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import Refused, absent, invalid
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt
