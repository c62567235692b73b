"""Proving that the journal is whole: each chain by recomputation, the whole by signed roots kept outside.

The chain finds edits and gaps; the roots find what a chain cannot: an end cut off, or a journal rewritten from the
start. A root covers the entries up to a number at which no older entry can still appear.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.db import connections

_BROKEN_CHAINS = """
    SELECT subject, seq, CASE WHEN seq <> place THEN 'gap'
                              WHEN prev IS DISTINCT FROM before THEN 'unlinked' ELSE 'edited' END
    FROM (SELECT *, row_number() OVER chain AS place, lag(hash) OVER chain AS before FROM ledger_journal
          WINDOW chain AS (PARTITION BY subject ORDER BY seq)) AS entry
    WHERE seq <> place OR prev IS DISTINCT FROM before
       OR hash <> ledger_entry_hash(prev, subject, seq, kind, area, at, actor, step, data)
    ORDER BY subject, seq LIMIT 1000
"""
_RANGE_DIGEST = """
    SELECT count(*), encode(sha256(coalesce(string_agg(hash, ''::bytea ORDER BY id), ''::bytea)), 'hex')
    FROM ledger_journal WHERE id > %s AND id <= %s
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in the journal: ``gap``, ``unlinked``, ``edited``, ``root_differs``, ``root_unsigned``."""

    kind: str
    subject: str
    seq: int


@dataclass(frozen=True, slots=True)
class Root:
    """A signed statement: the entries numbered (after, upto] were these, when it was made."""

    after: int
    upto: int
    entries: int
    digest: str
    previous: str
    at: str


@dataclass(frozen=True, slots=True)
class SignedRoot:
    """A root and its Ed25519 signature, hexadecimal; one line of the file."""

    root: Root
    signature: str


def verify(roots: Path, key: Path) -> tuple[int, list[Finding]]:
    """Recompute every chain and every root; returns how many entries were read and what is wrong."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_journal")
        (count,) = cursor.fetchone()
        cursor.execute(_BROKEN_CHAINS)
        findings = [Finding(kind, str(subject), seq) for subject, seq, kind in cursor.fetchall()]
    return count, findings + list(_differing_roots(roots, key))


def sign_root(roots: Path, key: Path, at: datetime) -> Root:
    """Append a root over everything written since the last one to the file ``roots``; makes the key at first use."""
    signed = _signed_roots(roots)
    after, previous = (signed[-1].root.upto, signed[-1].signature) if signed else (0, "")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT ledger_settled()")
        (upto,) = cursor.fetchone()
    entries, digest = _range_digest(after, upto)
    root = Root(after, upto, entries, digest, previous, at.isoformat())
    signature = _signing_key(key).sign(_signed_bytes(asdict(root))).hex()
    with roots.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"root": asdict(root), "signature": signature}) + "\n")
    return root


def _differing_roots(roots: Path, key: Path) -> Iterator[Finding]:
    previous = ""
    for signed in _signed_roots(roots):
        root = signed.root
        try:
            _signing_key(key).public_key().verify(bytes.fromhex(signed.signature), _signed_bytes(asdict(root)))
        except (InvalidSignature, ValueError):
            yield Finding("root_unsigned", "", root.upto)
        if root.previous != previous or _range_digest(root.after, root.upto) != (root.entries, root.digest):
            yield Finding("root_differs", "", root.upto)
        previous = signed.signature


def _range_digest(after: int, upto: int) -> tuple[int, str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(_RANGE_DIGEST, [after, upto])
        entries, digest = cursor.fetchone()
    return entries, digest


def _signed_roots(roots: Path) -> list[SignedRoot]:
    if not roots.exists():
        return []
    lines = [json.loads(line) for line in roots.read_text(encoding="utf-8").splitlines()]
    return [SignedRoot(Root(**line["root"]), line["signature"]) for line in lines]


def _signed_bytes(root: dict[str, object]) -> bytes:
    return json.dumps(root, sort_keys=True, separators=(",", ":")).encode()


def _signing_key(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        made = Ed25519PrivateKey.generate()
        path.touch(mode=0o600)
        path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} is no Ed25519 key; restore the one that signed the roots")
    return key
