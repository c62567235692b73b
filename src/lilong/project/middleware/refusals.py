"""How a refusal leaves the house: ``application/problem+json`` (RFC 9457) for programs, a page for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from lilong.identity.access import SignIn
from lilong.identity.statuses import STATUS
from lilong.kernel.refusals import RefusalKind, Refused, invalid
from lilong.kernel.words import Label

API_PREFIX: Final = "/api/"
TITLES: Final[Mapping[RefusalKind, Label]] = MappingProxyType(
    {
        RefusalKind.INVALID: Label("有内容要改一下", "Something needs to be put right"),
        RefusalKind.NOT_SIGNED_IN: Label("请先登录", "Please sign in"),
        RefusalKind.DENIED: Label("这件事不由您的岗位办", "Not for your post"),
        RefusalKind.ABSENT: Label("没有找到", "Not found"),
        RefusalKind.STALE: Label("内容已有变化", "It has changed meanwhile"),
        RefusalKind.NOT_NOW: Label("现在不能这样办", "Not from where it stands"),
        RefusalKind.KEY_REUSED: Label("提交编号重复", "Submission key used before"),
        RefusalKind.LIMITED: Label("请稍等再试", "Please wait a little"),
        RefusalKind.TOO_LARGE: Label("内容太大", "Too large"),
    }
)
SIGN_IN_ROUTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        SignIn.RESIDENT: "people:sign_in",
        SignIn.STAFF: "sign_in:staff",
        SignIn.POST: "sign_in:post",
    }
)
_RETRY_MARK = "seconds:"
_WRONG_METHOD: Final = 405
_BARE_TITLES: Final[Mapping[int, Label]] = MappingProxyType(
    {
        400: Label("发来的内容读不懂", "The request cannot be read"),
        403: Label("这一步不能办", "Not allowed"),
        404: Label("没有这个地址", "No such address"),
        405: Label("这个地址不接受这种请求", "This address does not take this method"),
        500: Label("是我们出了错，已经记下", "The fault is ours and was noted"),
    }
)


class RefusalMiddleware:
    """Answers a :class:`~lilong.kernel.refusals.Refused` that a view let through, and what only a client can cause.

    Everything else passes by.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Costs nothing unless a view raises."""
        response = self.get_response(request)
        if response.status_code == _WRONG_METHOD and wants_problem(request):
            allowed = {"Allow": response.headers["Allow"]} if "Allow" in response.headers else {}
            return bare_problem(request, _WRONG_METHOD, allowed)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The answer to a refusal; None leaves any other exception to Django."""
        refused = unstorable() if isinstance(exception, DataError) else exception
        if not isinstance(refused, Refused):
            return None
        if wants_problem(request):
            return problem(request, refused)
        if refused.kind is RefusalKind.NOT_SIGNED_IN:
            return _to_sign_in(request, refused)
        return refusal_page(request, refused)


def unstorable() -> Refused:
    """The refusal of a value that no column takes, such as a NUL character in a text; its transaction wrote nothing."""
    return invalid(
        "value_unstorable",
        Label("里面有不能保存的字符或数。", "It holds a character or a number that cannot be kept."),
        Label("请去掉控制字符，改小过大的数，再交一次。", "Take out control characters and too large numbers."),
    )


def wants_problem(request: HttpRequest) -> bool:
    """Whether a program is asking: below ``/api/``, or with an Accept header that takes JSON and no HTML."""
    accepted = request.headers.get("Accept", "")
    return request.path.startswith(API_PREFIX) or ("json" in accepted and "html" not in accepted)


def problem(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The refusal as RFC 9457: type, title, status, detail, instance, and our ``refusals`` and ``changes``.

    Title and detail are in the language the client asked for; each refusal carries both.
    """
    language = get_language_from_request(request)
    sentences = (f"{r.text.in_language(language)} {r.remedy.in_language(language)}" for r in refused.refusals)
    number = getattr(request, "number", None)
    body = {
        "type": f"urn:lilong:refusal:{refused.kind.value}",
        "title": TITLES[refused.kind].in_language(language),
        "status": STATUS[refused.kind],
        "detail": " ".join(sentences),
        "instance": f"urn:uuid:{number}",
        "refusals": [refusal.as_json() for refusal in refused.refusals],
        "changes": [dict(change) for change in refused.changes],
    }
    response = JsonResponse(
        body,
        status=STATUS[refused.kind],
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
    return _with_headers(response, refused)


def bare_problem(request: HttpRequest, status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A problem that is no refusal of ours: what Django found before, after or instead of a view."""
    words = _BARE_TITLES[status].in_language(get_language_from_request(request))
    body = {
        "type": "about:blank",
        "title": words,
        "status": status,
        "detail": words,
        "instance": f"urn:uuid:{getattr(request, 'number', None)}",
        "refusals": [],
        "changes": [],
    }
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
        headers={**(headers or {}), "Cache-Control": "no-store"},
    )


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponseBase:
    """The refusal as a page: what, why, what to do; a stale version shows what changed meanwhile."""
    template = "errors/conflict.html" if refused.kind is RefusalKind.STALE else "errors/refused.html"
    context = {"refused": refused, "title": TITLES[refused.kind], "back": _page_before(request)}
    response = TemplateResponse(request, template, context, status=STATUS[refused.kind])
    return _with_headers(response.render(), refused)


def _to_sign_in(request: HttpRequest, refused: Refused) -> HttpResponse:
    target = reverse(SIGN_IN_ROUTES[refused.refusals[0].reference])
    after = request.get_full_path() if request.method in {"GET", "HEAD"} else _page_before(request)
    address = f"{target}?{urlencode({'next': after})}" if after else target
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponse(status=303, headers={"Location": address})


def _page_before(request: HttpRequest) -> str:
    """The path of the page this request was sent from, when it is one of ours; empty otherwise."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host():
        return ""
    return f"{before.path}?{before.query}" if before.query else before.path


def _with_headers(response: HttpResponse, refused: Refused) -> HttpResponse:
    patch_vary_headers(response, ["Accept", "Accept-Language"])
    response.headers["Cache-Control"] = "no-store"
    if refused.kind is RefusalKind.NOT_SIGNED_IN:
        response.headers["WWW-Authenticate"] = 'Bearer realm="lilong"'
    marks = [r.reference for r in refused.refusals if r.reference.startswith(_RETRY_MARK)]
    if marks:
        response.headers["Retry-After"] = max(marks, key=len).removeprefix(_RETRY_MARK)
    return response
