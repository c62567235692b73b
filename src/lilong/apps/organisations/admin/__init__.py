"""Organisations in the administration pages: every save is a command, journalled; nothing is deleted."""

from lilong.apps.organisations.admin.catalogue import (
    CatalogueAdmin,
    CategoryAdmin,
    ResponsibilityAdmin,
    StandardAdmin,
)
from lilong.apps.organisations.admin.units import FunctionAdmin, PostAdmin, PostingAdmin, UnitAdmin

__all__ = [
    "CatalogueAdmin",
    "CategoryAdmin",
    "FunctionAdmin",
    "PostAdmin",
    "PostingAdmin",
    "ResponsibilityAdmin",
    "StandardAdmin",
    "UnitAdmin",
]
