"""The tables of organisations. Reference data: everybody may read it, only commands write it, nothing is deleted."""

from lilong.apps.organisations.models.catalogue import (
    CatalogueVersion,
    Category,
    MissingResponsibility,
    Responsibility,
    Standard,
)
from lilong.apps.organisations.models.units import Edition, Function, Post, Posting, Unit

__all__ = [
    "CatalogueVersion",
    "Category",
    "Edition",
    "Function",
    "MissingResponsibility",
    "Post",
    "Posting",
    "Responsibility",
    "Standard",
    "Unit",
]
