"""What each kind of subject asks of its scenarios."""

from lilong.apps.work.models.frames import frames

__all__ = ["frames"]
