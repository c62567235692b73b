"""The API for programs: every app's operations under one description (OpenAPI 3.1), every refusal as RFC 9457.

No page of documentation is served beside it: those that exist load their scripts from elsewhere, which our content
security policy refuses. ``/api/v1/openapi.json`` is what any tool reads.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from lilong.apps.cases.api import router as cases
from lilong.apps.organisations.api import router as organisations
from lilong.apps.people.api import router as people
from lilong.apps.places.api import router as places
from lilong.apps.work.api import router as work
from lilong.identity.access import Access, Door
from lilong.identity.requests import KEY_HEADER, VERSION_HEADER
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent, invalid
from lilong.kernel.words import Label
from lilong.project.middleware.refusals import problem, unstorable

_PROBLEM: Final = "application/problem+json"
_WRITES: Final = frozenset({"POST"})
_SCHEMES: Final = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of a program, for one post."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "A signed-in browser; anything but GET also sends its CSRF token in X-CSRFToken.",
    },
}
_KEY_PARAMETER: Final = {
    "in": "header",
    "name": KEY_HEADER,
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
    "description": "Made by the client. The same key has one effect and one answer, however often it comes.",
}
_VERSION_PARAMETER: Final = {
    "in": "header",
    "name": VERSION_HEADER,
    "required": False,
    "schema": {"type": "string", "pattern": "^[0-9]{1,9}$"},
    "description": "The version of the subject that the sender saw; another one is refused with what changed.",
}
_MISSING: Final = Label("缺少“{field}”。", "“{field}” is missing.")
_WRONG: Final = Label("“{field}”不能用：{said}", "“{field}” cannot be used: {said}")
_SEE: Final = Label("请按 OpenAPI 说明改正。", "Mend it as the OpenAPI description says.")


class Description(OpenAPISchema):
    """The description of the API, with what the house adds to every operation."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """One operation: who it is for, the envelope of a command, refusals in their own media type."""
        details: dict[str, Any] = super().operation_details(operation)
        details["operationId"] = operation_id(operation)
        details["security"], details["x-lilong-duties"] = _security(operation)
        if not _WRITES.isdisjoint(operation.methods):
            details["parameters"] = [*details["parameters"], _KEY_PARAMETER, _VERSION_PARAMETER]
        for status, response in details["responses"].items():
            if int(status) >= 400:
                response["content"] = {_PROBLEM: next(iter(response["content"].values()))}
        return details

    def get_components(self) -> dict[str, Any]:
        """Shapes and security schemes."""
        components: dict[str, Any] = super().get_components()
        return {**components, "securitySchemes": _SCHEMES}


class HouseAPI(NinjaAPI):
    """Ninja's API, described by :class:`Description`."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """The OpenAPI 3.1 document."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return Description(self, prefix)


def operation_id(operation: Operation) -> str:
    """The name of an operation: its app and its function, unless it says so itself."""
    app = operation.view_func.__module__.split(".")[2]
    return operation.operation_id or f"{app}_{operation.view_func.__name__}"


def access_of_operation(operation: Operation) -> Access | None:
    """What an operation declares as ``auth=``; None when it declares nothing of ours."""
    found = [callback for callback in operation.auth_callbacks if isinstance(callback, Access)]
    return found[0] if len(found) == len(operation.auth_callbacks) == 1 else None


def _security(operation: Operation) -> tuple[list[dict[str, list[str]]], list[str]]:
    access = access_of_operation(operation)
    if access is None:
        raise LookupError(f"{operation.view_func.__name__} declares no access")
    known: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
    return ([{}, *known] if access.door is Door.PUBLIC else known), list(access.duties)


api = HouseAPI(
    title="里弄 Lilong",
    version="1",
    description="Everything the pages do, for programs. 页面能办的，程序都能办。",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("/cases", cases)
api.add_router("/work", work)
api.add_router("/places", places)
api.add_router("/organisations", organisations)
api.add_router("/people", people)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(request, error)


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(request, Refused(RefusalKind.INVALID, tuple(_refusal_of(fault) for fault in error.errors)))


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja raises it for a body that is not JSON at all."""
    return problem(request, _bad_body(str(error)))


@api.exception_handler(DataError)
def _unstorable(request: HttpRequest, _: DataError) -> HttpResponse:
    return problem(request, unstorable())


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, _: RequestDataTooBig) -> HttpResponse:
    refusal = Refusal(
        "body_too_large",
        Label("发来的内容太大。", "The body is too large."),
        Label("请分几次发。", "Send it in parts."),
        "body",
    )
    return problem(request, Refused(RefusalKind.TOO_LARGE, (refusal,)))


@api.exception_handler(Http404)
def _absent(request: HttpRequest, _: Http404) -> HttpResponse:
    return problem(request, absent(Label("地址", "address")))


def _bad_body(said: str) -> Refused:
    return invalid(
        "body_unreadable",
        Label("发来的内容读不懂：{said}", "The body cannot be read: {said}").filled(said=said[:200]),
        _SEE,
        "body",
    )


def _refusal_of(fault: dict[str, Any]) -> Refusal:
    """One finding of the validation in our own words: which field, what is wrong with it."""
    field = ".".join(str(part) for part in fault.get("loc", ())[1:]) or "body"
    if fault.get("type") == "missing":
        return Refusal("input_missing", _MISSING.filled(field=field), _SEE, field)
    said = str(fault.get("msg", ""))[:200] or "?"
    return Refusal("input_unreadable", _WRONG.filled(field=field, said=said), _SEE, field)
