"""A subject with a life-cycle, small enough to see the ledger itself at work."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import connections, models

from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.lifecycle import Lifecycle, Need, State, Step
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, Target, Turn, act, amend
from lilong.ledger.models import Living
from lilong.ledger.policies import area_policy
from lilong.ledger.receipts import Receipt

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
WORD = Label("灯", "lamp")
STREET = AreaCode("310101002")
LAMP = Lifecycle(
    "test.lamp",
    (
        State("lit", Label("亮", "lit"), WORD, initial=True),
        State("dark", Label("灭", "dark"), WORD),
        State("gone", Label("拆了", "gone"), WORD, final=True),
    ),
    (
        Step("darken", Label("灭灯", "Darken"), ("lit",), "dark", "test.lamp.tend", "test.lamp_dark"),
        Step("light", Label("亮灯", "Light"), ("dark",), "lit", "test.lamp.tend", "test.lamp_lit"),
        Step(
            "look",
            Label("看", "Look"),
            ("lit", "dark"),
            None,
            "test.lamp.tend",
            "test.lamp_seen",
            (Need("note", WORD),),
        ),
        Step("remove", Label("拆", "Remove"), ("dark",), "gone", "test.lamp.tend", "test.lamp_gone"),
    ),
)
INSTALL = Deed("install", Label("装灯", "install"), "test.lamp.tend", "test.lamp_installed", "test.lamp")


class Lamp(Living):
    """A street lamp."""

    bulb = models.CharField(max_length=20)

    class Meta:
        app_label = "ledger"
        db_table = "test_lamp"
        managed = False


def make_table() -> None:
    """Create the lamp's table with its policy, as a migration would."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """CREATE TABLE IF NOT EXISTS test_lamp (id uuid PRIMARY KEY, area varchar(20) COLLATE "C" NOT NULL,
               state text NOT NULL, version int NOT NULL, bulb text NOT NULL)"""
        )
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE relname = 'test_lamp'")
        if not cursor.fetchone()[0]:
            cursor.execute(str(area_policy("test_lamp").sql))


def tender(area: AreaCode = STREET, *duties: str) -> Actor:
    """A post that tends lamps (or has just the duties named)."""
    return Actor(ActorKind.STAFF, WORD, area, frozenset(duties or ("test.lamp.tend",)), account=1, post=1)


def key(version: int | None = None, body: bytes = b"", number: UUID | None = None) -> CommandKey:
    """A fresh envelope, or one of a given number."""
    return CommandKey(number or uuid4(), AT, body_digest(body), version)


def install(by: Actor, lamp: UUID, envelope: CommandKey | None = None, area: AreaCode = STREET) -> Receipt:
    """Put up a lamp."""

    def make() -> Outcome:
        Lamp.objects.create(id=lamp, area=area.digits, state="lit", version=1, bulb="led")
        return Outcome(data={"bulb": "led"}, details={"bulb": "led"})

    return amend(by=by, key=envelope or key(), deed=INSTALL, area=area, subject=lamp, change=make)


def tend(by: Actor, lamp: UUID, step: str, envelope: CommandKey | None = None, **inputs: object) -> Receipt:
    """Take a step on a lamp."""

    def change(turn: Turn[Lamp]) -> Outcome:
        turn.row.bulb = turn.taken.step.name
        return Outcome(data={"bulb": turn.row.bulb}, news={"bulb": turn.row.bulb})

    return act(
        by=by, key=envelope or key(), target=Target(LAMP, Lamp, lamp, WORD), step=step, inputs=inputs, change=change
    )
