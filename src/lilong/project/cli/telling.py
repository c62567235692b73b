"""How commands speak: facts on standard output (one JSON object when asked), everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from lilong.kernel.refusals import Refused
from lilong.project.trouble import Trouble

AsJson = Annotated[bool, typer.Option("--json", help="Print the facts as one JSON object.")]
voice = Console(stderr=True, highlight=False)


def tell(facts: Mapping[str, Any], sentences: Iterable[str], *, as_json: bool) -> None:
    """Say what a command found or did: ``facts`` as one JSON object, or the same in ``sentences``."""
    text = json.dumps(facts, ensure_ascii=False, default=str) if as_json else "\n".join(sentences)
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def tell_trouble(trouble: Trouble, *, as_json: bool) -> None:
    """Say what is not as it must be, and what to do."""
    voice.print(f"[bold red]lilong:[/] {_plain(trouble.text)}\n{_plain(trouble.remedy)}", soft_wrap=True)
    if as_json:
        tell({"error": {"text": trouble.text, "remedy": trouble.remedy}}, (), as_json=True)


def tell_refused(refused: Refused, *, as_json: bool) -> None:
    """Say why a command was refused, reason by reason."""
    for refusal in refused.refusals:
        voice.print(f"[bold red]lilong:[/] {_plain(refusal.text.en)} {_plain(refusal.remedy.en)}", soft_wrap=True)
    if as_json:
        reasons = [
            {"code": r.code, "text": r.text.en, "remedy": r.remedy.en, "field": r.field} for r in refused.refusals
        ]
        tell({"refused": reasons}, (), as_json=True)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
