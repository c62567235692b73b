"""The keyring of identity: second-factor secrets and the numbers that wait for their code."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from lilong.identity.sealing import Keyring


@cache
def keyring() -> Keyring:
    """The keys in ``LILONG_HOME/keys/identity``."""
    return Keyring(settings.LILONG_HOME.keys / "identity")
