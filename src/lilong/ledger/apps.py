"""The ledger's place in the house."""

from __future__ import annotations

from lilong.kernel.words import Label
from lilong.ledger.rooms import Retention, Room


class LedgerRoom(Room):
    """Journal, outbox and receipts."""

    name = "lilong.ledger"
    label = "ledger"
    title = Label("账本", "Ledger")
    retention = (
        Retention("ledger_journal", None, Label("与所记的事同存", "as long as what it records")),
        Retention("ledger_outbox", 30, Label("送达即删；送不到的留到有人处理", "until delivered or looked at")),
        Retention("ledger_receipts", 8, Label("离线手机一周内补交不重复", "so that a week offline doubles nothing")),
    )
