"""Identity's place in the house."""

from __future__ import annotations

from lilong.identity.terms import ADMINISTER, CODES_KEPT, EVENTS, SIGN_INS_KEPT
from lilong.kernel.words import Label
from lilong.ledger.rooms import Duty, Retention, Room

_WITH_ACCOUNT = Label("与账号同存，停用或重设即删", "as long as the account uses it")


class IdentityRoom(Room):
    """Accounts and sign-in."""

    name = "lilong.identity"
    label = "identity"
    title = Label("账号", "Accounts")
    duties = (Duty(ADMINISTER, Label("管理账号", "administer accounts")),)
    events = EVENTS
    retention = (
        Retention("identity_account", None, Label("账号停用后按档案规定", "as the archive rules say")),
        Retention("identity_phone_code", CODES_KEPT.days, Label("只为限制频率", "only to keep the pace")),
        Retention("identity_attempts", 1, Label("只为防猜密码", "only against guessing")),
        Retention(
            "identity_sign_in",
            SIGN_INS_KEPT.days,
            Label("网络安全法第二十一条：不少于六个月", "Cybersecurity Law art. 21: no less than six months"),
        ),
        Retention("identity_second_factor", None, _WITH_ACCOUNT),
        Retention("identity_recovery_code", None, _WITH_ACCOUNT),
        Retention("identity_api_token", None, Label("随账号留痕", "kept to trace its use")),
    )
