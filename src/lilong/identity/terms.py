"""The dictionary of identity: what is done to accounts, and the duties it asks for."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from lilong.kernel.words import Label

KIND: Final = "identity.account"
ADMINISTER: Final = "identity.account.administer"
# What every account may do to itself; it is lent for the one act and never attached to a post.
SECURE_OWN: Final = "identity.account.secure"
ACCOUNT: Final = Label("账号", "account")
# 网络安全法 (2016-11-07) art. 21(3): network logs are kept no less than six months.
SIGN_INS_KEPT: Final = timedelta(days=184)
CODES_KEPT: Final = timedelta(days=1)


class Method(StrEnum):
    """How somebody signed in."""

    PHONE_CODE = "phone_code"
    ONE_FACTOR = "one_factor"
    TWO_FACTORS = "two_factors"


EVENTS: Final = (
    "identity.account_admitted",
    "identity.account_opened",
    "identity.account_resumed",
    "identity.account_stopped",
    "identity.password_changed",
    "identity.password_reset",
    "identity.second_factor_begun",
    "identity.second_factor_off",
    "identity.second_factor_on",
    "identity.token_created",
    "identity.token_revoked",
)
