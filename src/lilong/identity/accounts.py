"""What is done to accounts: made, stopped, given a password. Each is journalled under the account's subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

from lilong.identity.models import Account, SignIn
from lilong.identity.terms import ACCOUNT, ADMINISTER, KIND, SECURE_OWN, Method
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.receipts import Receipt


def open_account(*, by: Actor, key: CommandKey, username: str, password: str | None, display_name: str = "") -> Receipt:
    """Make an account; the receipt's details hold its ``account``. ``password`` None leaves it without one.

    Raises :class:`~lilong.kernel.refusals.Refused`: denied, invalid (name taken, password too weak).
    """
    subject = key.id

    def write() -> Outcome:
        if Account.objects.filter(username=username).exists():
            raise _name_taken()
        if password is not None:
            refuse_weak(password, Account(username=username, display_name=display_name))
        account = Account.objects.create_user(username, password, display_name)
        Account.objects.filter(pk=account.pk).update(subject=subject)
        return Outcome(details={"account": account.pk}, news={"account": account.pk})

    return amend(by=by, key=key, deed=_OPEN, area=by.area, subject=subject, change=write)


def stop_account(*, by: Actor, key: CommandKey, account: int) -> Receipt:
    """Stop an account: its sessions, tokens and sign-ins end at once; what it did stays."""
    return change_account(by=by, key=key, deed=_STOP, account=account, change=_stopped)


def resume_account(*, by: Actor, key: CommandKey, account: int) -> Receipt:
    """Let a stopped account sign in again."""
    return change_account(by=by, key=key, deed=_RESUME, account=account, change=_resumed)


def admit_account(*, by: Actor, key: CommandKey, account: int, admitted: bool) -> Receipt:
    """Let an account into the administration pages, or no longer; what it may do there its post's duties say."""

    def write(row: Account) -> Outcome:
        row.is_staff = admitted
        row.save(update_fields=["is_staff"])
        return Outcome(data={"admitted": admitted})

    return change_account(by=by, key=key, deed=_ADMIT, account=account, change=write)


def set_password(*, by: Actor, key: CommandKey, account: int, password: str) -> Receipt:
    """Give an account a new password; sessions opened with the old one end."""
    return change_account(
        by=by, key=key, deed=_RESET, account=account, change=lambda row: _with_password(row, password)
    )


def change_own_password(*, by: Actor, key: CommandKey, old: str, new: str) -> Receipt:
    """Change the password of the account one is signed in with."""

    def write(row: Account) -> Outcome:
        if not row.check_password(old):
            raise invalid(
                "password_wrong",
                Label("现在的密码不对。", "The present password is wrong."),
                Label("请再输入一次。", "Type it once more."),
                "old",
            )
        return _with_password(row, new)

    return change_own(by=by, key=key, deed=_CHANGE_OWN, change=write)


def change_account(
    *, by: Actor, key: CommandKey, deed: Deed, account: int, change: Callable[[Account], Outcome]
) -> Receipt:
    """Do ``deed`` on an account, locked, and journal it. Raises absent for an unknown number."""

    def write() -> Outcome:
        return change(Account.objects.select_for_update(no_key=True).get(pk=account))

    return amend(by=by, key=key, deed=deed, area=by.area, subject=subject_of(account), change=write)


def change_own(*, by: Actor, key: CommandKey, deed: Deed, change: Callable[[Account], Outcome]) -> Receipt:
    """Do ``deed``, which asks for :data:`SECURE_OWN`, on the account that ``by`` is signed in with.

    It needs no post: one secures one's account before choosing one.
    """
    lent = replace(by, kind=ActorKind.STAFF, duties=frozenset({SECURE_OWN}))
    return change_account(by=lent, key=key, deed=deed, account=by.account or 0, change=change)


def subject_of(account: int) -> UUID:
    """The number under which the journal keeps what happens to an account. Raises absent."""
    subject = Account.objects.values_list("subject", flat=True).filter(pk=account).first()
    if subject is None:
        raise absent(ACCOUNT)
    return subject


def note_sign_in(account: int, method: Method, at: datetime) -> None:
    """Keep that an account signed in (网络安全法 2016-11-07 art. 21)."""
    SignIn.objects.create(account_id=account, method=method, at=at)


def refuse_weak(password: str, account: Account) -> None:
    """Raise the refusal of a password that the instance's rules do not take."""
    chinese, english = (_faults(password, account, language) for language in ("zh-hans", "en"))
    if chinese:
        raise invalid(
            "password_weak",
            Label(f"这个密码不够好：{''.join(chinese)}", f"This password will not do: {' '.join(english)}"),
            Label("换一个长一些、别人猜不到的。", "Choose a longer one that nobody guesses."),
            "new",
        )


def _faults(password: str, account: Account, language: str) -> list[str]:
    with override(language):
        try:
            validate_password(password, account)
        except ValidationError as error:
            return error.messages
    return []


def _stopped(row: Account) -> Outcome:
    row.is_active = False
    row.save(update_fields=["is_active"])
    return Outcome()


def _resumed(row: Account) -> Outcome:
    row.is_active = True
    row.save(update_fields=["is_active"])
    return Outcome()


def _with_password(row: Account, password: str) -> Outcome:
    refuse_weak(password, row)
    row.set_password(password)
    row.save(update_fields=["password"])
    return Outcome()


def _name_taken() -> Refused:
    refusal = Refusal(
        "name_taken",
        Label("这个登录名已有人用。", "This user name is taken."),
        Label("请换一个。", "Choose another."),
        "username",
    )
    return Refused(RefusalKind.INVALID, (refusal,))


_OPEN = Deed("open", Label("开账号", "open an account"), ADMINISTER, "identity.account_opened", KIND)
_STOP = Deed("stop", Label("停用账号", "stop an account"), ADMINISTER, "identity.account_stopped", KIND)
_RESUME = Deed(
    "resume", Label("恢复账号", "let an account sign in again"), ADMINISTER, "identity.account_resumed", KIND
)
_ADMIT = Deed("admit", Label("准入管理页面", "let into administration"), ADMINISTER, "identity.account_admitted", KIND)
_RESET = Deed("reset_password", Label("重设密码", "reset a password"), ADMINISTER, "identity.password_reset", KIND)
_CHANGE_OWN = Deed(
    "change_password", Label("改自己的密码", "change one's password"), SECURE_OWN, "identity.password_changed", KIND
)
