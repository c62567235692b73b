"""How a sign-in code reaches a phone. The city's own gateway is named by the setting LILONG_CODE_SENDER."""

from __future__ import annotations

import sys
from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from lilong.identity.phones import masked_phone


class CodeNotSent(Exception):
    """The message did not leave; the person is asked to try again."""


class CodeSender(Protocol):
    """Sends one code to one number; returns when the gateway took it, else raises :class:`CodeNotSent`.

    It must keep neither number nor code: both are personal or secret.
    """

    def send(self, phone: str, code: str) -> None:
        """Send ``code`` to ``phone`` (E.164)."""


class ConsoleSender:
    """For demonstration only: the code appears on the standard output of the server, the number masked."""

    def send(self, phone: str, code: str) -> None:
        """Print the code."""
        sys.stdout.write(f"登录验证码 sign-in code {masked_phone(phone)}: {code}\n")
        sys.stdout.flush()


@cache
def code_sender() -> CodeSender:
    """The sender this instance is configured with."""
    return cast("CodeSender", import_string(settings.LILONG_CODE_SENDER)())
