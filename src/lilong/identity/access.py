"""Who may open a route, declared once on its view: for everybody, for a signed-in resident, for a post with a duty.

The declaration opens the door only; each command checks the duty of each act again, where it matters. A house test
reads :func:`access_of` for every route, so a view without a declaration does not pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from lilong.identity.requests import Request
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, missing_duty
from lilong.kernel.words import Label
from lilong.ledger.rooms import all_duties

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponseBase]
Route = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
_MARK: Final = "lilong_access"
_IN_A_POST = frozenset({ActorKind.STAFF, ActorKind.PROGRAM})


class Door(StrEnum):
    """Who a route is for. ``ACCOUNT`` is any person signed in, also before a post is chosen; a program is none."""

    PUBLIC = "public"
    ACCOUNT = "account"
    RESIDENT = "resident"
    STAFF = "staff"


class SignIn(StrEnum):
    """Which sign-in a refusal asks for: the reference of a refusal of kind ``NOT_SIGNED_IN``."""

    RESIDENT = "resident"
    STAFF = "staff"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Access:
    """One route's declaration. ``duties`` open it when the post holds any one of them; none means any post.

    Callable as ``auth=`` of an API operation: returns the actor or raises.
    """

    door: Door
    duties: tuple[str, ...] = ()

    @property
    def openapi_security_schema(self) -> dict[str, str]:
        """How OpenAPI documents the door; a public one has none."""
        if self.door is Door.PUBLIC:
            raise AttributeError("a public operation needs no token")
        return {"type": "http", "scheme": "bearer"}

    def __call__(self, request: HttpRequest) -> Actor:
        """The actor, when this door is open to it; raises :class:`~lilong.kernel.refusals.Refused` otherwise."""
        actor = cast("Request", request).actor
        if self.door is Door.PUBLIC:
            return actor
        if self.door is Door.STAFF:
            return self._in_a_post(actor)
        wanted = _by_itself(actor) if self.door is Door.ACCOUNT else actor.kind is ActorKind.RESIDENT
        if not wanted:
            raise not_signed_in(SignIn.STAFF if self.door is Door.ACCOUNT else SignIn.RESIDENT)
        return actor

    def _in_a_post(self, actor: Actor) -> Actor:
        if actor.kind not in _IN_A_POST:
            without_post = actor.kind is ActorKind.ANONYMOUS and actor.account is not None
            raise not_signed_in(SignIn.POST if without_post else SignIn.STAFF)
        if self.duties and actor.duties.isdisjoint(self.duties):
            labels = all_duties()
            raise Refused(RefusalKind.DENIED, tuple(missing_duty(duty, labels.get(duty)) for duty in self.duties))
        return actor


def _by_itself(actor: Actor) -> bool:
    """Whether the account itself is here: a program only borrows a post from it."""
    return actor.account is not None and actor.kind is not ActorKind.PROGRAM


PUBLIC: Final = Access(Door.PUBLIC)
RESIDENT: Final = Access(Door.RESIDENT)
ACCOUNT: Final = Access(Door.ACCOUNT)


def staff(*duties: str) -> Access:
    """A post that holds any one of ``duties`` (any post when none is named)."""
    return Access(Door.STAFF, duties)


def page(access: Access) -> Callable[[View[P]], Route[P]]:
    """Declare ``access`` on a view and check it before the view runs."""

    def declared(view: View[P]) -> Route[P]:
        @wraps(view)
        def route(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if access.door is not Door.PUBLIC:
                access(request)
            return view(cast("Request", request), *args, **kwargs)

        setattr(route, _MARK, access)
        return cast("Route[P]", route)

    return declared


def public_page(view: View[P]) -> Route[P]:
    """For everybody, signed in or not. The actor is not composed unless the view asks for it."""
    return page(PUBLIC)(view)


def resident_page(view: View[P]) -> Route[P]:
    """For a signed-in resident; anybody else is led to the sign-in by phone code."""
    return page(RESIDENT)(view)


def account_page(view: View[P]) -> Route[P]:
    """For anybody signed in, also before a post is chosen (choosing it, the second factor, signing out)."""
    return page(ACCOUNT)(view)


def staff_page(*duties: str) -> Callable[[View[P]], Route[P]]:
    """For a post that holds any one of ``duties``; a missing one is refused by its name."""
    return page(staff(*duties))


def access_of(view: object) -> Access | None:
    """What a view declares, or None when it declares nothing."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Access) else None


def not_signed_in(where: SignIn) -> Refused:
    """The refusal that leads to a sign-in (or, for :attr:`SignIn.POST`, to the choice of a post)."""
    return Refused(
        RefusalKind.NOT_SIGNED_IN,
        (Refusal("post_not_chosen", *_NO_POST, reference=where),)
        if where is SignIn.POST
        else (Refusal("not_signed_in", *_NOT_SIGNED_IN, reference=where),),
    )


_NOT_SIGNED_IN = (
    Label("这一页要先登录。", "This page needs you to be signed in."),
    Label("请登录后再试；程序请带上令牌。", "Sign in and try again; a program sends its token."),
)
_NO_POST = (
    Label("还没有选岗位。", "No post is chosen yet."),
    Label("请先选择以哪个岗位办理。", "Choose the post you act in."),
)
