"""Forgetting what sign-in has no more use for."""

from __future__ import annotations

from datetime import datetime

from lilong.identity.attempts import FORGOTTEN_AFTER
from lilong.identity.models import Attempts, PhoneCode, SignIn
from lilong.identity.terms import CODES_KEPT, SIGN_INS_KEPT


def forget(at: datetime) -> dict[str, int]:
    """Delete codes, tries and sign-ins that are past their time; returns how many of each table."""
    past = {
        "identity_phone_code": PhoneCode.objects.filter(sent_at__lt=at - CODES_KEPT),
        "identity_attempts": Attempts.objects.filter(last_at__lt=at - FORGOTTEN_AFTER, locked_until__lt=at),
        "identity_sign_in": SignIn.objects.filter(at__lt=at - SIGN_INS_KEPT),
    }
    return {table: rows.delete()[0] for table, rows in past.items()}
