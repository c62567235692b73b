"""Composing the actor of a request: who sent it, in which post or as which resident, and what that may reach.

Nothing is asked of the database until something asks for ``request.actor``; a request without session cookie and
token costs no query even then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Final

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from lilong.apps.cases import public as cases
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import PostHeld
from lilong.apps.people import public as people
from lilong.identity.models import Account
from lilong.identity.requests import Request
from lilong.identity.tokens import TokenHeld, token_account, token_unknown
from lilong.kernel.actors import ANONYMOUS, Actor, ActorKind
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.rooms import resident_duties
from lilong.project.middleware.refusals import API_PREFIX

POST_IN_SESSION: Final = "lilong_post"
SECOND_FACTOR_IN_SESSION: Final = "lilong_second_factor"
# The duty that lays out the others: with LILONG_REQUIRE_SECOND_FACTOR it is not lent on a password alone.
GUARDED_DUTY: Final = "organisations.unit.administer"
_BEARER = "Bearer "
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_RESIDENT = Label("居民", "resident")
_LAZY: Final[dict[type[HttpRequest], type[HttpRequest]]] = {}
_BETWEEN_POSTS = Label("未选岗位的工作人员", "staff, no post chosen")


class ActorMiddleware:
    """Sets ``request.actor``, composed at its first use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Costs no query by itself."""
        request.__class__ = _with_actor(type(request))
        return self.get_response(request)


def _with_actor(plain: type[HttpRequest]) -> type[HttpRequest]:
    """The same class of request with an ``actor`` that is composed once, when first asked for.

    A lazy stand-in would not do: an actor is a plain frozen value that code compares, copies and changes.
    """
    if plain not in _LAZY:
        _LAZY[plain] = type(plain.__name__, (plain,), {"actor": cached_property(actor_of)})
    return _LAZY[plain]


def actor_of(request: Request) -> Actor:
    """Who sent this request.

    Raises :class:`~lilong.kernel.refusals.Refused`: not signed in (a token that is unknown, ended or has lost its
    post), denied (a change asked of the API with a session cookie but without the CSRF token).
    """
    if raw := _token_sent(request):
        return _program(raw, request)
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return _passer_by()
    account = get_user(request)
    if not isinstance(account, Account) or not account.is_active:
        return _passer_by()
    _refuse_foreign_change(request)
    posts = organisations.posts_of_account(account.pk, request.at)
    if posts:
        return _staff(request, account, posts)
    return _resident(account)


def chosen_post(posts: Sequence[PostHeld], wanted: int | None) -> PostHeld | None:
    """The post acted in: the one chosen while it is still held, or the only one there is."""
    chosen = next((post for post in posts if post.post == wanted), None)
    return chosen or (posts[0] if len(posts) == 1 else None)


def second_factor_lacking(duties: frozenset[str], *, proven: bool) -> bool:
    """Whether this instance asks a second factor for one of ``duties`` and none was given at sign-in."""
    return GUARDED_DUTY in duties and not proven and bool(settings.LILONG_REQUIRE_SECOND_FACTOR)


def _staff(request: Request, account: Account, posts: Sequence[PostHeld]) -> Actor:
    held = chosen_post(posts, request.session.get(POST_IN_SESSION))
    if held is None:
        return _between_posts(account)
    duties = held.duties
    if second_factor_lacking(duties, proven=bool(request.session.get(SECOND_FACTOR_IN_SESSION))):
        duties -= {GUARDED_DUTY}
    name = Label("{unit} · {post}", "{unit} · {post}").filled(unit=held.unit_name, post=held.title)
    return Actor(ActorKind.STAFF, name, held.area, duties, account=account.pk, post=held.post, unit=held.unit)


def _resident(account: Account) -> Actor:
    persons = people.persons_of_account(account.pk)
    if not persons:
        return _between_posts(account)
    subjects = frozenset(persons).union(*(cases.subjects_of(person) for person in persons))
    return Actor(
        ActorKind.RESIDENT,
        _RESIDENT,
        duties=resident_duties(),
        account=account.pk,
        person=persons[0],
        subjects=subjects,
    )


@cache
def _passer_by() -> Actor:
    return replace(ANONYMOUS, duties=resident_duties())


def _between_posts(account: Account) -> Actor:
    """Signed in, but in no post: may choose one, and reaches no more than a passer-by."""
    return replace(_passer_by(), name=_BETWEEN_POSTS, account=account.pk)


def _program(raw: str, request: Request) -> Actor:
    token = token_account(raw, request.at)
    posts = organisations.posts_of_account(token.account, request.at) if token else ()
    held = next((post for post in posts if token and post.post == token.post), None)
    if token is None or held is None:
        raise token_unknown()
    return _acting(token, held)


def _acting(token: TokenHeld, held: PostHeld) -> Actor:
    return Actor(
        ActorKind.PROGRAM,
        Label(token.name, token.name),
        held.area,
        held.duties & token.duties,
        account=token.account,
        post=held.post,
        unit=held.unit,
    )


def _token_sent(request: HttpRequest) -> str:
    """The token on an address made for programs; a page takes none, so it can always say who it is for."""
    header = request.headers.get("Authorization", "")
    if not (request.path.startswith(API_PREFIX) and header.startswith(_BEARER)):
        return ""
    return header.removeprefix(_BEARER).strip()


def _refuse_foreign_change(request: Request) -> None:
    """API routes are exempt from CSRF checks because programs send tokens; a browser's cookie must still prove it."""
    if request.method in _SAFE_METHODS or not request.path.startswith(API_PREFIX):
        return
    check = CsrfViewMiddleware(_answer_nothing)
    check.process_request(request)
    if check.process_view(request, _answer_nothing, (), {}) is not None:
        refusal = Refusal(
            "csrf_token_missing",
            Label("这次请求不是从本站页面发出的。", "This request was not sent from one of our pages."),
            Label("程序请用令牌；页面请带上 CSRF 令牌。", "A program sends a token; a page its CSRF token."),
        )
        raise Refused(RefusalKind.DENIED, (refusal,))


def _answer_nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)
