"""Pages are kept as they were drawn while the database stays as it is: many readers, one drawing.

A page is the same for whoever asks for the same address on the same day, in the same language, with
the same right to see. Another state of the database is another key, so nothing has to be thrown
away after a change, whichever process it came from.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from flask import has_request_context, request

from dashboard import access
from schemas import database

MOST = 96
"Drawn pages that a process keeps: the ones that were asked for last."

SETTLED = 1.0
"Seconds after a change from which on the time of a file tells it from the next one."

T = TypeVar("T")

_kept: OrderedDict[Hashable, object] = OrderedDict()
_drawing: dict[Hashable, threading.Lock] = {}
_lock = threading.Lock()


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


def once(what: Hashable, draw: Callable[[], T]) -> T:
    """Return what was drawn for the same reader, or draw it; what is returned must not be changed."""
    if not has_request_context() or (now := state()) is None:
        return draw()
    key = (
        *(what, str(database.engine().url), now, datetime.now(UTC).date()),
        *(access.language(), access.can_write(), request.host_url),
    )
    with _lock:
        turn = _drawing.setdefault(key, threading.Lock())
    with turn:  # who comes while it is being drawn waits for it
        try:
            return _of(key, draw)
        finally:
            with _lock:
                _drawing.pop(key, None)


def _of(key: Hashable, draw: Callable[[], T]) -> T:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]  # type: ignore[return-value]
    drawn = draw()
    with _lock:
        _kept[key] = drawn
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return drawn
