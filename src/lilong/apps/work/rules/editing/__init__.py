"""Edits of a scenario, as its forms make them: each takes a scenario and gives the changed one, or refuses by field."""

from lilong.apps.work.rules.editing.facts import put_fact, remove_fact
from lilong.apps.work.rules.editing.scope import set_basis, set_heads, set_measures, set_scope
from lilong.apps.work.rules.editing.steps import Place, add_step, put_step, remove_step
from lilong.apps.work.rules.editing.tables import add_table, cell_shown, cell_source, put_row, remove_row, remove_table

__all__ = [
    "Place",
    "add_step",
    "add_table",
    "cell_shown",
    "cell_source",
    "put_fact",
    "put_row",
    "put_step",
    "remove_fact",
    "remove_row",
    "remove_step",
    "remove_table",
    "set_basis",
    "set_heads",
    "set_measures",
    "set_scope",
]
