"""``lilong doctor``: each check looks at one thing and says, when it is wrong, what to do."""

from lilong.project.doctor.findings import Finding, Grade
from lilong.project.doctor.rounds import Report, examine

__all__ = ["Finding", "Grade", "Report", "examine"]
