"""One function per question about cases; each takes ``seen_by`` and answers with frozen values."""

from lilong.apps.cases.queries.counts import counts, lead_counts, open_states
from lilong.apps.cases.queries.desk import desk
from lilong.apps.cases.queries.follow import (
    follow_secret,
    follower,
    subjects_of,
)
from lilong.apps.cases.queries.lists import cards, case_rows, cases, near_cases, own_cases
from lilong.apps.cases.queries.pages import case_view, may_ask_again, photo_file, reporter_of, second_key
from lilong.apps.cases.queries.published import case_updates, published_case, published_cases

__all__ = [
    "cards",
    "case_rows",
    "case_updates",
    "case_view",
    "cases",
    "counts",
    "desk",
    "follow_secret",
    "follower",
    "lead_counts",
    "may_ask_again",
    "near_cases",
    "open_states",
    "own_cases",
    "photo_file",
    "published_case",
    "published_cases",
    "reporter_of",
    "second_key",
    "subjects_of",
]
