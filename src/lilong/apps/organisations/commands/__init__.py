"""The verbs of organisations. Each is journalled by ``ledger.acts.amend`` and refused without its duty."""

from lilong.apps.organisations.commands.catalogue import (
    draft_catalogue,
    keep_category,
    keep_responsibility,
    keep_standard,
    load_catalogue,
    publish_catalogue,
)
from lilong.apps.organisations.commands.missing import report_missing, resolve_missing
from lilong.apps.organisations.commands.posts import assign_posting, close_post, create_post, end_posting, revise_post
from lilong.apps.organisations.commands.structure import establish_structure, keep_functions
from lilong.apps.organisations.commands.units import close_unit, create_unit, revise_unit

__all__ = [
    "assign_posting",
    "close_post",
    "close_unit",
    "create_post",
    "create_unit",
    "draft_catalogue",
    "end_posting",
    "establish_structure",
    "keep_category",
    "keep_functions",
    "keep_responsibility",
    "keep_standard",
    "load_catalogue",
    "publish_catalogue",
    "report_missing",
    "resolve_missing",
    "revise_post",
    "revise_unit",
]
