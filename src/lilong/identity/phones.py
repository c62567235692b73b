"""Telephone numbers in one written form, so that one number is one number."""

from __future__ import annotations

import re
import unicodedata

from lilong.kernel.refusals import Refused, invalid
from lilong.kernel.words import Label

# Numbering plan of mainland China (YD/T 1150): mobile numbers are 11 digits from 13 to 19; fixed lines carry an area
# code of 2 or 3 digits after the trunk 0 and 7 or 8 digits of their own.
_MOBILE = re.compile(r"1[3-9]\d{9}")
_FIXED = re.compile(r"0(\d{9,11})")
# ITU-T E.164: at most 15 digits with the country code.
_FOREIGN = re.compile(r"\+[1-9]\d{6,14}")
_CHINA = "+86"
_BETWEEN_DIGITS = re.compile(r"[\s().·\-\u2010-\u2015]+")


def normalised_phone(text: str, field: str = "phone") -> str:
    """The number as ``+8613800138000``; raises :class:`~lilong.kernel.refusals.Refused` (invalid) naming ``field``."""
    written = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text))
    if written.startswith("00"):
        written = f"+{written[2:]}"
    local = written.removeprefix(_CHINA)
    if _MOBILE.fullmatch(local):
        return f"{_CHINA}{local}"
    if fixed := _FIXED.fullmatch(local):
        return f"{_CHINA}{fixed[1]}"
    if _FOREIGN.fullmatch(written) and not written.startswith(_CHINA):
        return written
    if re.fullmatch(rf"86{_MOBILE.pattern}", written):
        return f"+{written}"
    raise _unreadable(field)


def normalised_mobile(text: str, field: str = "phone") -> str:
    """Like :func:`normalised_phone`, for a number that must take a text message: no Chinese fixed line."""
    phone = normalised_phone(text, field)
    if phone.startswith(_CHINA) and not _MOBILE.fullmatch(phone.removeprefix(_CHINA)):
        raise _unreadable(field)
    return phone


def masked_phone(phone: str) -> str:
    """What a page may show of a number to the person who typed it: ``138****8000``."""
    digits = phone.removeprefix(_CHINA)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else f"****{digits[-2:]}"


def _unreadable(field: str) -> Refused:
    return invalid(
        "phone_unreadable",
        Label("这不像一个能用的电话号码。", "This does not look like a telephone number."),
        Label(
            "手机号填 11 位数字；国外号码前加 + 和国家码。",
            "A mobile number has 11 digits; a foreign one starts with + and its country code.",
        ),
        field,
    )
