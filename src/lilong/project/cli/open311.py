"""``lilong open311``."""

from __future__ import annotations

import hashlib
from typing import Annotated
from uuid import UUID, uuid4

import typer

from lilong.apps.places import public as places
from lilong.gateways.open311.commands import upkeep
from lilong.gateways.open311.queries import offices
from lilong.gateways.open311.terms import JurisdictionCard, NewClient
from lilong.kernel.actors import Actor, machine
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.project import clock
from lilong.project.cli.telling import AsJson, tell
from lilong.project.instance import opened

app = typer.Typer(help="Jurisdictions and keys of GeoReport v2.", no_args_is_help=True)
Jurisdiction = Annotated[str, typer.Argument(help="The jurisdiction_id clients send.")]


@app.command("open")
def open_command(
    jurisdiction: Jurisdiction,
    city: Annotated[str, typer.Option(help="Code of the city it serves, such as 31.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    contact: Annotated[str, typer.Option(help="Whom a developer may ask.")],
    *,
    language: Annotated[str, typer.Option(help="Language of names when a client asks for none.")] = "zh-hans",
    as_json: AsJson = False,
) -> None:
    """Open a jurisdiction, or change what is told of it; one instance may serve several."""
    with opened():
        at = clock.now()
        card = JurisdictionCard(
            jurisdiction, Label(name, name), places.city_code(city), contact, contact, at, language=language
        )
        upkeep.open_jurisdiction(by=_keeper(), key=_key(), jurisdiction=card)
    tell({"jurisdiction": jurisdiction}, [f"{jurisdiction} is open at /open311/v2/."], as_json=as_json)


@app.command("key")
def key_command(
    jurisdiction: Jurisdiction,
    name: Annotated[str, typer.Option(help="Whose program it is.")],
    *,
    update: Annotated[bool, typer.Option("--update", help="It may also send updates.")] = False,
    test: Annotated[bool, typer.Option("--test", help="For the test endpoint only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a key for a program. It is shown once; only its digest is kept."""
    with opened():
        wanted = NewClient(jurisdiction, name, may_update=update, is_test=test)
        issued = upkeep.create_client(by=_keeper(), key=_key(), wanted=wanted)
    facts = {"client": str(issued.client), "name": name, "key": issued.key}
    tell(
        facts,
        [f"Key of {name}: {issued.key}", f"To withdraw it: lilong open311 withdraw {issued.client}"],
        as_json=as_json,
    )


@app.command("withdraw")
def withdraw_command(client: UUID, *, as_json: AsJson = False) -> None:
    """Withdraw a key; what it sent stays."""
    with opened():
        upkeep.withdraw_client(by=_keeper(), key=_key(), client=client)
    tell({"withdrawn": str(client)}, ["Withdrawn."], as_json=as_json)


@app.command("list")
def list_command(*, as_json: AsJson = False) -> None:
    """The jurisdictions of this instance."""
    with opened():
        found = offices.jurisdictions()
    facts = [{"id": each.id, "city": str(each.city), "name": each.name.zh} for each in found]
    tell({"jurisdictions": facts}, [f"{each['id']}  {each['city']}  {each['name']}" for each in facts], as_json=as_json)


def _keeper() -> Actor:
    """Whoever may run commands on the instance's own machine."""
    duties = frozenset({"open311.jurisdiction.manage", "open311.client.manage"})
    return machine(Label("命令行", "the command line"), duties)


def _key() -> CommandKey:
    number = uuid4()
    return CommandKey(number, clock.now(), hashlib.sha256(number.bytes).digest())
