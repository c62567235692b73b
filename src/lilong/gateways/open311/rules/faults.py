"""The protocol's refusals in words: every sentence in English and Chinese, naming the parameter and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from lilong.gateways.open311.terms import ErrorItem, Fault
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

# GeoReport v2 "Errors": 404 for what does not exist, 403 for the key, "basically 400 for any other error"; 413 and 429
# stay themselves because clients and proxies act on them.
_STATUS_OF = {
    RefusalKind.INVALID: HTTPStatus.BAD_REQUEST,
    RefusalKind.DENIED: HTTPStatus.FORBIDDEN,
    RefusalKind.ABSENT: HTTPStatus.NOT_FOUND,
    RefusalKind.STALE: HTTPStatus.BAD_REQUEST,
    RefusalKind.NOT_NOW: HTTPStatus.BAD_REQUEST,
    RefusalKind.KEY_REUSED: HTTPStatus.BAD_REQUEST,
    RefusalKind.LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    RefusalKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
# What the city's apps call a field, and the parameter it came in.
_PARAMETERS = {
    "address": "address_string",
    "body": "description",
    "category": "service_code",
    "facts": "description",
    "name": "first_name, last_name",
    "photo": "media",
}
_WAIT_MARK, _WAIT_SECONDS = "seconds:", 60


def sentence(text: Label) -> str:
    """Both languages in one line: an error is read by whoever runs the client, wherever that is."""
    return f"{text.en} {text.zh}"


def fault(status: int, text: Label) -> Fault:
    """A refusal of one reason."""
    return Fault(status, (ErrorItem(status, sentence(text)),))


def missing(name: str) -> Fault:
    """400: a required parameter is absent or empty."""
    return fault(400, Label("缺少参数 {name}。", "{name} was not provided.").filled(name=name))


def bad(name: str, why: Label) -> Fault:
    """400: a parameter cannot be read; ``why`` says what it should be."""
    return fault(400, Label("参数 {name} 有误：{why}。", "{name} is not valid: {why}.").filled(name=name, why=why))


def not_found(name: str) -> Fault:
    """404: what the parameter or path names does not exist, or is not public: the two look the same."""
    return fault(404, Label("没有找到这个 {name}。", "{name} was not found.").filled(name=name))


def no_key() -> Fault:
    """403: no api_key came with the call."""
    return fault(403, Label("缺少 api_key。", "api_key was not provided."))


def wrong_key() -> Fault:
    """403: the api_key is unknown, withdrawn, of another jurisdiction or without this right."""
    return fault(403, Label("api_key 无效或没有这项权限。", "Invalid api_key: it is unknown or may not do this."))


def no_such_address() -> Fault:
    """404: nothing of the protocol stands at this path."""
    text = Label(
        "这里没有服务。地址须以 .xml 或 .json 结尾，见 discovery.xml。",
        "Nothing is served here. Addresses end in .xml or .json; see discovery.xml.",
    )
    return fault(404, text)


def wrong_method(method: str, allow: tuple[str, ...]) -> Fault:
    """405, with the methods that do exist."""
    text = Label("此地址不接受 {method}，可用 {allow}。", "{method} is not allowed here; use {allow}.")
    filled = text.filled(method=method, allow=", ".join(allow))
    return Fault(405, (ErrorItem(405, sentence(filled)),), allow=allow)


def wrong_content() -> Fault:
    """415: the body is in a form that the protocol does not have."""
    text = Label(
        "请用 application/x-www-form-urlencoded 或 multipart/form-data 提交。",
        "Send application/x-www-form-urlencoded or multipart/form-data.",
    )
    return fault(415, text)


def too_large(megabytes: int) -> Fault:
    """413: the body is larger than the gateway reads."""
    return fault(413, Label("内容超过 {n} MB。", "The body is larger than {n} MB.").filled(n=megabytes))


def unreadable() -> Fault:
    """400: the body or query is broken."""
    text = Label(
        "内容无法读取：须为完整的 UTF-8 表单，最多 500 个字段。",
        "The form cannot be read: it has to be complete, in UTF-8, with at most 500 fields.",
    )
    return fault(400, text)


def too_many_files(most: int) -> Fault:
    """400: more files than one call may carry."""
    return fault(400, Label("一次最多 {n} 个文件。", "At most {n} files in one call.").filled(n=most))


def long_header(name: str, most: int) -> Fault:
    """400: a header is longer than this gateway reads."""
    return bad(name, Label("最多 {n} 个字符", "at most {n} characters").filled(n=most))


def key_reused() -> Fault:
    """400: an idempotency key came back with another request."""
    text = Label(
        "这个 Idempotency-Key 已用于另一份内容。", "This Idempotency-Key was already used for another request."
    )
    return fault(400, text)


def already_exists(name: str) -> Fault:
    """400: the client has sent this id before."""
    return fault(400, Label("{name} 已经存在。", "{name} already exists.").filled(name=name))


def our_own() -> Fault:
    """500: a fault on this side; what it was stands in the log, not in the answer."""
    return fault(500, Label("系统出错，请稍后再试。", "General service error. Please try again later."))


def from_refused(refused: Refused) -> Fault:
    """What a command refused, in the protocol's statuses; the remedy goes with the reason."""
    status = _STATUS_OF.get(refused.kind, HTTPStatus.FORBIDDEN)
    items = tuple(ErrorItem(status, _told(refusal)) for refusal in refused.refusals)
    return Fault(status, items, retry_seconds=_retry_seconds(refused))


def _told(refusal: Refusal) -> str:
    """Reason, remedy, and the parameter to mend by its name in the protocol."""
    text = Label(f"{refusal.text.zh}{refusal.remedy.zh}", f"{refusal.text.en} {refusal.remedy.en}")
    named = _PARAMETERS.get(refusal.field, refusal.field)
    return f"{sentence(text)} [{named}]" if named else sentence(text)


def _retry_seconds(refused: Refused) -> int:
    """How long to wait: a limiter says it in its refusal's reference (``seconds:17``)."""
    if refused.kind is not RefusalKind.LIMITED:
        return 0
    told = [r.reference.removeprefix(_WAIT_MARK) for r in refused.refusals if r.reference.startswith(_WAIT_MARK)]
    return max((int(seconds) for seconds in told if seconds.isdigit()), default=_WAIT_SECONDS)


class Findings:
    """Everything wrong with one call, gathered so that the client hears it all at once."""

    def __init__(self) -> None:
        self._errors: list[ErrorItem] = []
        self._status = 0

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Keep a fault raised inside and go on."""
        try:
            yield
        except Fault as found:
            self._errors += found.errors
            self._status = max(self._status, found.status)

    def settle(self) -> None:
        """Raise what was gathered, if anything; a 404 among several errors decides the status."""
        if self._errors:
            raise Fault(self._status, tuple(self._errors))
