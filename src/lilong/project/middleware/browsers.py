"""What a browser makes use of: the content security policy, the language of a page, messages for the next one."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from lilong.project.middleware.refusals import API_PREFIX


class PolicyMiddleware:
    """Puts the one Content-Security-Policy of the settings on every answer, put together once: no page has another."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the policy, whatever the answer is."""
        response = self.get_response(request)
        response.headers[HEADER] = self._policy
        return response


class LanguageMiddleware(LocaleMiddleware):
    """The language the browser asks for; no address carries one, so none is looked for there."""

    def process_request(self, request: HttpRequest) -> None:
        """Speak the language of the cookie, else of ``Accept-Language``, else Chinese."""
        language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, _: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say which language it is, and that another may be asked for."""
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


class PageMessagesMiddleware(MessageMiddleware):
    """Messages for the next page; a program, which has none, is spared the reading and writing of them."""

    def process_request(self, request: HttpRequest) -> None:
        """Make ready for messages, unless the address is made for programs."""
        if not request.path.startswith(API_PREFIX):
            super().process_request(request)
