"""What runs under one home: the web workers and the job worker below a supervisor, and the database below all."""

from lilong.project.supervisor.ending import Ended, end_all
from lilong.project.supervisor.serving import AlreadyServed, Serving, serve

__all__ = ["AlreadyServed", "Ended", "Serving", "end_all", "serve"]
