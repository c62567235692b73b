"""What text may enter and leave: XML's characters only, no contact details, no more than the protocol carries."""

from __future__ import annotations

import re

from lilong.gateways.open311.terms import DESCRIPTION_CHARACTERS_MAX

# XML 1.0 (fifth edition) §2.2, production [2] Char: everything else cannot stand in a document, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"
_HIDDEN = "***"
# Numbers stand alone: a longer run of digits (a case number) is none of these.
_CONTACTS = re.compile(
    r"""
      [A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+                  # e-mail address
    | (?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])                    # citizen number, GB 11643-1999 §4
    | (?<![0-9])(?:(?:\+|00)?86[\- ]?)?1[3-9][0-9][\- ]?[0-9]{4}[\- ]?[0-9]{4}(?![0-9])   # mobile number
    | (?<![0-9])0[1-9][0-9]{1,2}[\- ]?[1-9][0-9]{6,7}(?![0-9])                # landline with its area code
    """,
    re.VERBOSE,
)


def clean(text: str) -> str:
    """The text with line ends as ``\\n`` and every character that XML 1.0 forbids replaced by U+FFFD."""
    return _NOT_IN_XML.sub(_REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def masked(text: str) -> str:
    """The text without the e-mail addresses, phone and citizen numbers that people write into it."""
    return _CONTACTS.sub(_HIDDEN, text)


def clipped(text: str) -> str:
    """At most the 4,000 characters a description may have; a longer text ends in an ellipsis."""
    if len(text) <= DESCRIPTION_CHARACTERS_MAX:
        return text
    return text[: DESCRIPTION_CHARACTERS_MAX - 1] + "…"


def published(text: str) -> str:
    """Free text as the public may read it."""
    return clipped(masked(clean(text)))
