"""Work is seen at work in the small town."""

from tests.apps.cases.town import town

__all__ = ["town"]
