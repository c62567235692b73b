"""Identity's place in the house."""

from __future__ import annotations

from lilong.kernel.words import Label
from lilong.ledger.rooms import Retention, Room


class IdentityRoom(Room):
    """Accounts and sign-in."""

    name = "lilong.identity"
    label = "identity"
    title = Label("账号", "Accounts")
    retention = (Retention("identity_account", None, Label("账号停用后按档案规定", "as the archive rules say")),)
