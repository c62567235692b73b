"""Signing in by name and password."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import make_password

from lilong.identity.attempts import Guarded, count_try, forgive
from lilong.identity.models import Account
from lilong.kernel.refusals import Refused, invalid
from lilong.kernel.words import Label

# A person who mistypes has five tries before the first pause; the tenth comes a quarter of an hour later at the
# earliest. One name from many places and one place with many names are counted apart, with more patience: a whole
# office may stand behind one address, and nobody may lock a colleague out for a day from elsewhere.
_FREE_TRIES: Final = 5
_FREE_TRIES_OF_NAME: Final = 30
_FREE_TRIES_OF_ADDRESS: Final = 200
_LONGEST_ELSEWHERE: Final = timedelta(minutes=15)


def account_by_password(*, name: str, password: str, address: str, at: datetime) -> Account:
    """The account that ``name`` and ``password`` prove, from the network address ``address``.

    Raises :class:`~lilong.kernel.refusals.Refused`: limited (with the seconds to wait), invalid (the same words and
    the same work for an unknown name, a wrong password and an account that was stopped).
    """
    guards = guards_of(name, address)
    for guarded in guards:
        count_try(guarded, at)
    account = Account.objects.filter(username=name, is_active=True).first()
    if account is None or not account.has_usable_password():
        make_password(password)
        raise _wrong()
    if not account.check_password(password):
        raise _wrong()
    forgive(guards[0])
    return account


def guards_of(name: str, address: str) -> tuple[Guarded, Guarded, Guarded]:
    """What the tries of one sign-in are counted under: name and address together, then each alone."""
    return (
        Guarded("name and address", f"{name}\0{address}", _FREE_TRIES, name=name),
        Guarded("name", name, _FREE_TRIES_OF_NAME, _LONGEST_ELSEWHERE, name),
        Guarded("address", address, _FREE_TRIES_OF_ADDRESS, _LONGEST_ELSEWHERE),
    )


def _wrong() -> Refused:
    return invalid(
        "sign_in_wrong",
        Label("登录名或密码不对。", "The user name or the password is wrong."),
        Label(
            "请核对大小写后再试；忘了密码请找管理员。", "Check both and try again; if forgotten, ask the administrator."
        ),
        "password",
    )
