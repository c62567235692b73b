"""One function per verb on a case; each is one act or, for a new report, one call."""

from lilong.apps.cases.commands.by_step import TAKEN_BY_NAME, take_step
from lilong.apps.cases.commands.checking import archive_case, call_back, close_case, send_back_case
from lilong.apps.cases.commands.filing import (
    decline_case,
    file_case,
    merge_case,
    recategorise_case,
    refile_case,
    reverify_case,
    verify_case,
)
from lilong.apps.cases.commands.following import add_facts, ask_again, rate_case
from lilong.apps.cases.commands.handling import (
    accept_case,
    contact_resident,
    dispatch_case,
    hand_in_case,
    recall_case,
    return_case,
)
from lilong.apps.cases.commands.moving import move_case
from lilong.apps.cases.commands.photos import add_photos
from lilong.apps.cases.commands.planning import plan_again
from lilong.apps.cases.commands.recording import record_cases
from lilong.apps.cases.commands.reporting import report_case
from lilong.apps.cases.commands.stepping import finish_step

__all__ = [
    "TAKEN_BY_NAME",
    "accept_case",
    "add_facts",
    "add_photos",
    "archive_case",
    "ask_again",
    "call_back",
    "close_case",
    "contact_resident",
    "decline_case",
    "dispatch_case",
    "file_case",
    "finish_step",
    "hand_in_case",
    "merge_case",
    "move_case",
    "plan_again",
    "rate_case",
    "recall_case",
    "recategorise_case",
    "record_cases",
    "refile_case",
    "report_case",
    "return_case",
    "reverify_case",
    "send_back_case",
    "take_step",
    "verify_case",
]
