"""Sealing short texts at rest: AES-256-GCM under numbered keys that live outside the database.

A database dump without the key directory gives away nothing but lengths. Rotation makes a new highest number; what
was sealed before opens under the number that stands beside it.
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES: Final = 32
# NIST SP 800-38D §8.2.2: 96 random bits are safe for 2^32 texts under one key.
_NONCE_BYTES: Final = 12
_INDEX_NAME: Final = "index.key"


class SealBroken(Exception):
    """A sealed text does not open: its key is missing, or the text or what it is tied to was changed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed text and the number of the key that opens it."""

    key: int
    content: bytes


class Keyring:
    """The keys of one directory, made at first use, each in a file of mode 0600."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._keys: dict[str, bytes] = {}
        self._lock = Lock()

    @property
    def current(self) -> int:
        """The number of the key that seals now."""
        return max((int(path.stem) for path in self.directory.glob("[0-9]*.key")), default=1)

    def rotate(self) -> int:
        """Make a new key and seal with it from now on; returns its number."""
        number = self.current + 1
        self._made(f"{number:04}.key")
        return number

    def seal(self, text: str, tied_to: str) -> Sealed:
        """Seal ``text`` so that it opens only together with ``tied_to``."""
        nonce, number = secrets.token_bytes(_NONCE_BYTES), self.current
        key = self._made(f"{number:04}.key")
        return Sealed(number, nonce + AESGCM(key).encrypt(nonce, text.encode(), tied_to.encode()))

    def open(self, sealed: Sealed, tied_to: str) -> str:
        """The text. Raises :class:`SealBroken`, saying which key is missing or that the text was changed."""
        name = f"{sealed.key:04}.key"
        if not (self.directory / name).exists():
            raise SealBroken(f"{self.directory / name} is missing: restore it from the backup of the keys")
        nonce, content = sealed.content[:_NONCE_BYTES], sealed.content[_NONCE_BYTES:]
        try:
            return AESGCM(self._made(name)).decrypt(nonce, content, tied_to.encode()).decode()
        except InvalidTag as error:
            raise SealBroken(f"a text sealed under key {sealed.key} was changed or moved") from error

    def digest(self, *parts: str) -> bytes:
        """A blind index: equal for equal texts, of no use without the key (HMAC-SHA256)."""
        return hmac.digest(self._made(_INDEX_NAME), "\0".join(parts).encode(), sha256)

    def fingerprint(self, number: int) -> bytes:
        """What a key can be recognised by without being known."""
        return hmac.digest(self._made(f"{number:04}.key"), b"fingerprint", sha256)

    def _made(self, name: str) -> bytes:
        with self._lock:
            if name not in self._keys:
                self._keys[name] = _read_or_make(self.directory / name)
            return self._keys[name]


def _read_or_make(path: Path) -> bytes:
    """The key in ``path``; made when missing. Two makers at once end up with the same key."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise SealBroken(f"{path} is no key of {_KEY_BYTES} bytes: restore it from the backup of the keys")
    return key
