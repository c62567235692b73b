"""Every test of cases may stand in the small town."""

from tests.apps.cases.town import town

__all__ = ["town"]
