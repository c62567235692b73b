"""The dictionary of organisations: units and posts, the responsibility catalogue and what routing answers.

A *function* (职能) is a kind of office, such as city appearance or a residents' committee; a *unit* (单位) is one such
office at one level for one area; a *post* (岗位) is a seat in a unit with its duties; a *posting* (任职) is who sits
there, from when to when. The *catalogue* (权责清单) says, for a category of matter and a type of area, which function
at which level takes each stage, within what limit, on what legal basis.
"""

from lilong.apps.organisations.terms.catalogue import (
    CODE_MAX,
    NOTE_MAX,
    SCENARIO_SCHEME,
    SEVERITIES,
    WORDS_MAX,
    CatalogueCard,
    CatalogueRows,
    CategoryCard,
    CategoryKey,
    CategoryMatch,
    Gap,
    MissingCard,
    MissingPage,
    NotRouted,
    ResponsibilityRow,
    Routed,
    Routing,
    Stage,
    StandardCard,
)
from lilong.apps.organisations.terms.coverage import (
    OfficeAsked,
    StageAsked,
    Uncovered,
)
from lilong.apps.organisations.terms.units import (
    ANY_AREA_TYPE,
    CityArea,
    FunctionCard,
    PostCard,
    PostDraft,
    PostHeld,
    PostingDraft,
    PostPattern,
    Staffing,
    Structure,
    UnitCard,
    UnitDraft,
)

__all__ = [
    "ANY_AREA_TYPE",
    "CODE_MAX",
    "NOTE_MAX",
    "SCENARIO_SCHEME",
    "SEVERITIES",
    "WORDS_MAX",
    "CatalogueCard",
    "CatalogueRows",
    "CategoryCard",
    "CategoryKey",
    "CategoryMatch",
    "CityArea",
    "FunctionCard",
    "Gap",
    "MissingCard",
    "MissingPage",
    "NotRouted",
    "OfficeAsked",
    "PostCard",
    "PostDraft",
    "PostHeld",
    "PostPattern",
    "PostingDraft",
    "ResponsibilityRow",
    "Routed",
    "Routing",
    "Staffing",
    "Stage",
    "StageAsked",
    "StandardCard",
    "Structure",
    "Uncovered",
    "UnitCard",
    "UnitDraft",
]
