"""A short-lived look before serving: is the database up to date, are the static files collected."""

from __future__ import annotations

import sys
from hashlib import sha256

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from lilong.project.home import Home
from lilong.project.instance import let_go, refuse_outdated, wake
from lilong.project.trouble import Trouble


def collect_static() -> bool:
    """Collect and compress the static files when any changed since the last time. Returns whether any did."""
    digest = sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            digest.update(f"{path}\0{storage.size(path)}\0{storage.get_modified_time(path).timestamp()}\n".encode())
    stamp = settings.LILONG_HOME.run / "static"
    collected = (settings.STATIC_ROOT / "staticfiles.json").exists()
    if collected and stamp.exists() and stamp.read_text(encoding="ascii") == digest.hexdigest():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest.hexdigest(), encoding="ascii")
    return True


def look() -> None:
    """Raises :class:`Trouble` when this home cannot be served."""
    home = Home.here()
    home.refuse_absent()
    wake(home)
    try:
        refuse_outdated()
        collect_static()
    finally:
        let_go()


if __name__ == "__main__":
    try:
        look()
    except Trouble as trouble:
        sys.stdout.write(f"{trouble.text}\t{trouble.remedy}\n")
        sys.exit(1)
