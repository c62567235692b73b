"""What every request passes on its way in and out: its arrival, its actor, and the form of a refusal."""

from lilong.project.middleware.actor import ActorMiddleware
from lilong.project.middleware.arrival import ArrivalMiddleware
from lilong.project.middleware.browsers import LanguageMiddleware, PageMessagesMiddleware, PolicyMiddleware
from lilong.project.middleware.refusals import RefusalMiddleware

__all__ = [
    "ActorMiddleware",
    "ArrivalMiddleware",
    "LanguageMiddleware",
    "PageMessagesMiddleware",
    "PolicyMiddleware",
    "RefusalMiddleware",
]
