"""What the gateway does by itself."""

from __future__ import annotations

from datetime import datetime

from lilong.gateways.open311.commands import city, trials, upkeep
from lilong.kernel.areas import AreaCode
from lilong.ledger.events import Event


def sweep(at: datetime) -> int:
    """Sweep the test endpoint; returns how many requests went."""
    return trials.sweep_trials(at)


def release_token(event: Event) -> None:
    """A case was filed, declined or merged: its token, if it has one, answers with the id from now on."""
    city.release_token(event.subject, event.at)


def renew_changeset(event: Event) -> None:
    """The catalogue of an area changed: the services of the jurisdictions there may have."""
    upkeep.renew_changeset(AreaCode(event.payload["area"]), event.at)
