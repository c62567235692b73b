"""The worker script, the page it falls back to, and the manifest."""

from __future__ import annotations

import json
import re

from django.http import HttpResponse
from django.test import RequestFactory

from lilong.project.views.offline import manifest, offline, service_worker


def answered(view: object, path: str) -> HttpResponse:
    """What a view answers to a plain GET."""
    assert callable(view)
    answer = view(RequestFactory().get(path))
    assert isinstance(answer, HttpResponse)
    return answer


def test_the_worker_names_the_files_of_this_version_and_is_asked_for_anew_each_time() -> None:
    answer = answered(service_worker, "/service-worker.js")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    files = re.search(r"const FILES = \[(.*?)\];", text)
    assert files
    named = [re.sub(r"\\u002D", "-", name) for name in re.findall(r"'([^']*)'", files.group(1))]
    assert named == [
        "/static/lilong/lilong.css",
        "/static/lilong/icons.svg",
        "/static/lilong/js/lilong.js",
        "/static/lilong/js/drafts.js",
        "/offline/",
    ]


def test_the_offline_page_sends_a_whole_report_with_the_fields_of_the_three_screens() -> None:
    page = answered(offline, "/offline/").content.decode()
    form = page[page.index("<form") : page.index("</form>")]
    assert 'action="/report/check/"' in form
    assert set(re.findall(r'name="([a-z]+)"', form)) == {
        "csrfmiddlewaretoken",
        "key",
        "body",
        "address",
        "photos",
        "phone",
    }


def test_the_manifest_starts_at_home() -> None:
    answer = answered(manifest, "/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    assert json.loads(answer.content)["start_url"] == "/"
