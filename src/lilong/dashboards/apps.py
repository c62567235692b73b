"""The dashboards' place in the house."""

from __future__ import annotations

from lilong.kernel.words import Label
from lilong.ledger.rooms import Duty, MenuItem, Room


class DashboardsRoom(Room):
    """Counts that open to the list behind them; read only, no tables of its own."""

    name = "lilong.dashboards"
    label = "dashboards"
    title = Label("指挥看板", "Dashboards")
    duties = (Duty("dashboards.view", Label("看本区域的数", "see the counts of one's area")),)
    menu = (MenuItem(Label("此刻", "Now"), "dashboards:counts", "chart", "dashboards.view"),)
