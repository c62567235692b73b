"""Settings: no side effects, and the promises browsers see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from lilong.project.home import Home
from tests.project.conftest import environment

_PRINT = "from lilong.project import settings as s; print({expression})"


def in_settings(home: Home, expression: str, **environ: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", _PRINT.format(expression=expression)],
        env={**environment(home), **environ},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_importing_them_writes_nothing(tmp_path: Path) -> None:
    assert in_settings(Home(tmp_path / "none"), "len(s.SECRET_KEY) > 40") == "True"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("origin", "expected"),
    [("http://127.0.0.1:8000", "(False, 0, None)"), ("https://city.example", "(True, 31536000, True)")],
)
def test_cookies_are_secure_where_people_come_by_https(tmp_path: Path, origin: str, expected: str) -> None:
    expression = "(s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.SECURE_PROXY_SSL_HEADER and True)"
    assert in_settings(Home(tmp_path), expression, LILONG_ORIGIN=origin) == expected


def test_the_host_of_the_origin_is_allowed_and_no_other(tmp_path: Path) -> None:
    found = in_settings(Home(tmp_path), "sorted(s.ALLOWED_HOSTS)", LILONG_ORIGIN="https://city.example")
    assert found == "['127.0.0.1', '[::1]', 'city.example', 'localhost']"


def test_the_policy_for_browsers_allows_no_inline_script_no_eval_and_no_other_host() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    sources = {source for each in directives.values() for source in each}
    assert sources == {"'none'", "'self'", "blob:"}
