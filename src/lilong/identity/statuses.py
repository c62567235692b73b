"""The one table from a refusal's kind to its HTTP status (RFC 9110, RFC 6585), for pages and programs alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lilong.kernel.refusals import RefusalKind

STATUS: Final[Mapping[RefusalKind, int]] = MappingProxyType(
    {
        RefusalKind.INVALID: 422,
        RefusalKind.NOT_SIGNED_IN: 401,
        RefusalKind.DENIED: 403,
        RefusalKind.ABSENT: 404,
        RefusalKind.STALE: 409,
        RefusalKind.NOT_NOW: 409,
        RefusalKind.KEY_REUSED: 422,
        RefusalKind.LIMITED: 429,
        RefusalKind.TOO_LARGE: 413,
    }
)
