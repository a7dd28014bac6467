"""Pages, and what they are made of, are kept while the database stays as it is: many readers, one drawing.

A page is the same for whoever asks for the same address on the same day, in the same language, with
the same right to see; and whoever changes the indicator of its charts looks at the same results.
Another state of the database is another key, so nothing has to be thrown away after a change,
whichever process it came from. What people are shown has revisions of its own (`schemas.revisions`):
a workbook that comes in changes nothing there.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from flask import g, has_request_context, request
from sqlalchemy import Connection

from dashboard import access, frames, queries
from dashboard.frames import Data
from dashboard.views import View
from schemas import database
from schemas.revisions import revisions

SETTLED = 1.0
"Seconds after a change from which on the time of a file tells it from the next one."

T = TypeVar("T")


def state() -> str | None:
    """Return a text that is another one after every change of the database; None where nobody knows.

    PostgreSQL names what is visible; SQLite's files say when they were written last.
    """
    engine = database.engine()
    if engine.dialect.name == "postgresql":
        with database.connect() as conn:
            return str(conn.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one())
    file = Path(engine.url.database or "")
    found = [path.stat() for path in (file, file.with_name(f"{file.name}-wal")) if path.is_file()]
    if not found or time.time() - max(one.st_mtime for one in found) < SETTLED:
        return None
    return " ".join(f"{one.st_mtime_ns} {one.st_size} {one.st_ino}" for one in found)


class Shelf:
    """What was made for the last so many questions; threads that ask the same wait for one of them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._revision = ""
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def once(self, key: Hashable, revision: str, make: Callable[[], T]) -> T:
        """Return what was made for a key, or make it; what is returned must not be changed.

        Nobody asks for what is of another revision again: it is forgotten.
        """
        with self._lock:
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            try:
                return self._of(key, revision, make)
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _of(self, key: Hashable, revision: str, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]  # type: ignore[return-value]
        made = make()
        with self._lock:
            if revision != self._revision:
                self._kept.clear()
                self._revision = revision
            self._kept[key] = made
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return made


PAGES, RESULTS = Shelf(144), Shelf(36)
"Drawn pages that a process keeps, and what they are made of."


def _key(what: Hashable, now: str) -> Hashable:
    """Return what tells a question from every other one."""
    return (
        *(what, str(database.engine().url), now, datetime.now(UTC).date()),
        *(access.language(), access.reader(), request.host_url),
    )


def once(what: Hashable, draw: Callable[[], T], *, is_of_work: bool = False) -> T:
    """Return a page as it was drawn for the same reader, or draw it.

    A page of work shows more than was decided: any change of the database is one of it.
    """
    if not has_request_context():
        return draw()
    # Before anything is read: what is drawn is of this state, or of a later one.
    if "revision" not in g:
        with database.connect() as conn:
            found = revisions(conn)
        g.revision = f"{found['catalogue']} {found['shown']}"
        g.told = "" if access.reader().is_anonymous else found["told"]
    now = state() if is_of_work else f"{g.revision} {g.told}"
    return draw() if now is None else PAGES.once(_key(what, now), g.revision, draw)


def _drawn_of() -> str | None:
    """Return the revision that the page under way is drawn of; None outside of one."""
    return g.get("revision") if has_request_context() else None


def _part(view: View) -> Hashable:
    """Return what of a view decides which observations it asks for."""
    return (view.programme, view.country, view.project, view.part, view.until, view.as_of)


def data(conn: Connection, view: View, *, by_category: bool = False) -> Data:
    """Return what a view asks for, as `frames.load` does; while a page is drawn, once for the same reader."""
    scope, language = access.scope(), access.language()
    known = queries.catalogue(conn)

    def load() -> Data:
        return frames.load(conn, scope, view, language, by_category=by_category, known=known)

    now = _drawn_of()
    programme = frames.programme_of(known, view)
    if programme is None or now is None:
        return load()
    asked = replace(view, programme=programme.programme_code)
    return RESULTS.once(_key((_part(asked), by_category), now), now, load).seen(asked)


def told_of(data: Data, name: str, make: Callable[[], T]) -> T:
    """Return what follows from the data of a view alone, whatever indicator its charts are of."""
    now = _drawn_of()
    return make() if now is None else RESULTS.once(_key((_part(data.view), name), now), now, make)
