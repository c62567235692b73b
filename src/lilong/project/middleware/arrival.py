"""When a request arrived, and the number by which its log lines are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from lilong.identity.requests import Request
from lilong.kernel.ids import new_id
from lilong.project import clock


class ArrivalMiddleware:
    """Sets ``request.at`` (the one reading of the clock for this request) and ``request.number``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the number in ``X-Request-Id``; a number sent by the client is not believed."""
        arrived = cast("Request", request)
        arrived.at = clock.now()
        arrived.number = new_id(arrived.at)
        response = self.get_response(request)
        response.headers["X-Request-Id"] = str(arrived.number)
        return response
