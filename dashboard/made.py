"""Files that are made when somebody asks, at once or by a worker: marked copies and reports."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from werkzeug.exceptions import TooManyRequests

import etl
from dashboard import queries
from schemas.scope import Scope

if TYPE_CHECKING:
    from dashboard.reports import Request

MOST_AT_ONCE = 3
"Requests of a process that may make a report, or wait for their turn: the other threads serve pages."

_room, _turn = threading.BoundedSemaphore(MOST_AT_ONCE), threading.Lock()


@contextmanager
def turn() -> Iterator[None]:
    """Let one report be made at a time; TooManyRequests where too many wait already."""
    if not _room.acquire(blocking=False):
        raise TooManyRequests(retry_after=30)
    try:
        with _turn:
            yield
    finally:
        _room.release()


def marked_copy(conn: Connection, scope: Scope, submission_id: int, language: str) -> etl.File:
    """Return a workbook with its findings, and the remarks that the scope sees, in its cells."""
    remarks = queries.remarks(conn, scope, submission_id)
    copy = etl.annotated(conn, submission_id, language, remarks)
    return etl.File(copy.file_name, copy.data)


def report(conn: Connection, scope: Scope, request: "Request", file_format: str) -> etl.File:
    """Return a report (`dashboard.reports.write`) with its name."""
    from dashboard import reports  # late: documents bring libraries that no page needs

    data = reports.write(conn, scope, request, file_format)
    return etl.File(reports.file_name(request, file_format), data)
