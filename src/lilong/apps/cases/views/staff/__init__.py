"""The staff's pages: one case, the dispatcher's queue, reporting on somebody's behalf."""

from lilong.apps.cases.views.staff.behalf import receipt_for, report_for
from lilong.apps.cases.views.staff.pages import case, contact, step
from lilong.apps.cases.views.staff.queue import all_cases, export, queue

__all__ = ["all_cases", "case", "contact", "export", "queue", "receipt_for", "report_for", "step"]
