"""The dispatcher's queue and one case's page among all that was seeded: statements, and time on the server's side."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.stand import application_conninfo, collect, owner, percentile
from lilong.apps.cases.rules import grams
from lilong.identity.models import Account
from lilong.kernel.areas import AreaCode

_ROUNDS = 200
# The states that have a tab of their own in the dispatcher's queue.
_STATES = ("reported", "verified", "filed", "handed_in")
_GOALS = {"queue": (10, 50.0), "detail": (8, 50.0)}
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
# What a page of the list costs without Python: the same function, and the rows behind its ids.
_TWIN = """
SELECT set_config('lilong.area_low', %(low)s, true), set_config('lilong.area_high', %(high)s, true)
"""
_TWIN_ROWS = """
SELECT c.*, t.title, t.address FROM cases_matching(%(low)s, %(high)s, %(states)s, %(category)s, NULL, NULL, false, NULL,
    NULL, %(grams)s, true, NULL, NULL, 51) AS m JOIN cases_case AS c USING (id) JOIN cases_text AS t ON t.case_id = c.id
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One look at the queue: who looks, in which state, category and area, for which word."""

    seat: str
    area: AreaCode
    state: str
    category: str
    word: str

    @property
    def query(self) -> dict[str, str]:
        """As the page takes it."""
        return {"view": self.state, "category": self.category, "area": self.area.digits, "text": self.word}


def measure(_: argparse.Namespace) -> None:
    """Print statements and percentiles of queue and detail, and the ratio to the bare SQL."""
    collect()
    with owner() as told:
        (count,) = told.execute("SELECT count(*) FROM cases_case").fetchone() or (0,)
    print(f"  {count:,} cases")
    for seat, area in (("dispatcher", "310101002"), ("city", "31")):
        _queue(seat, AreaCode(area))
    _detail("dispatcher", AreaCode("310101002"))


def _queue(seat: str, area: AreaCode) -> None:
    client, path = _signed_in(seat), reverse("cases:queue" if seat == "dispatcher" else "cases:all")
    questions = _questions(seat, area)
    answers = _asked(client, path, [question.query for question in questions])
    twin = _twin(questions)
    _tell(f"queue, {seat} ({len(area.digits)} digits)", answers, _GOALS["queue"])
    ratio = percentile(answers.seconds, 0.5) / percentile(twin, 0.5)
    bare = f"p50 {percentile(twin, 0.5):.1f} ms, p95 {percentile(twin, 0.95):.1f} ms"
    print(f"    bare SQL {bare}: the page is {ratio:.1f} x")


def _detail(seat: str, area: AreaCode) -> None:
    with owner() as told:
        found = told.execute(
            "SELECT number FROM cases_case WHERE area >= %s AND area < %s ORDER BY md5(number) LIMIT %s",
            [area.low, area.high, _ROUNDS],
        ).fetchall()
    client = _signed_in(seat)
    answers = Answers([], [], [])
    for (number,) in found:
        _one(client, reverse("cases:case", args=[number]), {}, answers)
    _tell("detail", answers, _GOALS["detail"])


@dataclass
class Answers:
    """How long each answer took, how long this process worked for it, and how many statements it needed."""

    seconds: list[float]
    worked: list[float]
    statements: list[int]


def _asked(client: Client, path: str, queries: Sequence[dict[str, str]]) -> Answers:
    answers = Answers([], [], [])
    _one(client, path, queries[0], Answers([], [], []))
    for query in queries:
        _one(client, path, query, answers)
    return answers


def _one(client: Client, path: str, query: dict[str, str], answers: Answers) -> None:
    """Ask once for the time and once for the statements, so that counting costs the time nothing."""
    started, before = time.perf_counter(), time.process_time()
    response = client.get(path, query)
    answers.seconds.append(time.perf_counter() - started)
    answers.worked.append(time.process_time() - before)
    if response.status_code != 200:
        raise RuntimeError(f"{path} {query} answered {response.status_code}")
    if len(answers.statements) < 20:
        with CaptureQueriesContext(connection) as captured:
            client.get(path, query)
        told = [one["sql"] for one in captured.captured_queries if not one["sql"].startswith(_CONTROL)]
        answers.statements.append(len(told))


def _twin(questions: Sequence[Question]) -> list[float]:
    seconds = []
    with psycopg.connect(application_conninfo()) as bare:
        for question in questions:
            values = {
                "low": question.area.low,
                "high": question.area.high,
                "states": [question.state],
                "category": question.category,
                "grams": grams(question.word),
            }
            started = time.perf_counter()
            with bare.transaction():
                bare.execute(_TWIN, values)
                bare.execute(_TWIN_ROWS, values).fetchall()
            seconds.append(time.perf_counter() - started)
    return seconds


def _questions(seat: str, area: AreaCode) -> list[Question]:
    """Questions that find something: state, category and first word of open cases of the area; always the same ones."""
    with owner() as told:
        rows = told.execute(
            """SELECT c.state, c.category, t.title, c.area FROM cases_case AS c JOIN cases_text AS t ON t.case_id = c.id
               WHERE c.area >= %s AND c.area < %s AND c.state = ANY (%s) ORDER BY md5(c.number) LIMIT %s""",
            [area.low, area.high, list(_STATES), _ROUNDS],
        ).fetchall()
    pick = random.Random(7)
    widen: Callable[[str], AreaCode] = (lambda code: AreaCode(code[:6])) if len(area.digits) == 2 else (lambda _: area)
    return [
        Question(seat, pick.choice((area, widen(str(code)))), str(state), str(category), str(title)[:2])
        for state, category, title, code in rows
    ]


def _signed_in(seat: str) -> Client:
    client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="zh-hans")
    client.force_login(Account.objects.get(username=seat))
    return client


def _tell(what: str, answers: Answers, goal: tuple[int, float]) -> None:
    p50, p95 = percentile(answers.seconds, 0.5), percentile(answers.seconds, 0.95)
    most, times = max(answers.statements), len(answers.seconds)
    print(
        f"  {what}: {most} statements at most (goal {goal[0]}), p50 {p50:.1f} ms, p95 {p95:.1f} ms "
        f"(goal {goal[1]:.0f}) of {times} pages; processor time p50 {percentile(answers.worked, 0.5):.1f} ms, "
        f"p95 {percentile(answers.worked, 0.95):.1f} ms"
    )
