"""Files of reports that people write: made once with all that they rest on, and made again to the byte."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, Engine

import etl
from dashboard import queries
from dashboard.queries import Record
from dashboard.reports import (
    Request,
    document_of,
    fields,
    file_name,
    formats,
    is_known,
    outlines,
    reach,
    read,
    values_of,
    wanted,
)
from dashboard.reports.outlines import Outline
from schemas import database
from schemas.findings import finding
from schemas.scope import PUBLIC, Scope

SOFTWARE = "medtown"

Done = Callable[[int, int], None]
"Is told how many parts of how many are made."


def in_silence(_done: int, _all: int) -> None:
    """Tell nobody how far a report is."""


@dataclass(frozen=True)
class Made:
    """A file, and what it was made of (`etl.reports.fingerprint`).

    `rests_on` is what it tells, where it was made for everybody.
    """

    file: etl.File
    inputs: dict[str, Any]
    on: etl.publishing.On
    rests_on: etl.publishing.RestsOn | None = None


def outline_of(row: Record) -> Outline | None:
    """Return the kind of a report; None where there is no such outline any more."""
    return outlines().get(row.kind)


def request_of(row: Record) -> Request:
    """Return what a report asks for, as known today where no day was chosen."""
    return Request.of(
        {
            "period": "",
            "as_of": "",
            "since": "",
            **{key: word for key, word in row.choices.items() if key != "left_out"},
            "kind": row.kind,
            "code": row.code,
            "language": row.language,
            "programme": row.programme_code,
        }
    )


def scope_of(row: Record) -> Scope:
    """Return what a report says: everything of its programme, and what everybody sees of others."""
    return Scope(programmes=frozenset({row.programme_code}))


def make(
    conn: Connection,
    row: Record,
    file_format: str,
    *,
    request: Request | None = None,
    is_public: bool = False,
    done: Done = in_silence,
) -> Made:
    """Return the file of a report with its texts, as everything is at this moment.

    With `is_public` it says what everybody may see. DecisionError where what it is on is there no more.
    """
    now = datetime.now(UTC)
    request = request or request_of(row)
    if request.as_of is None or request.as_of >= now.date():
        request = replace(request, as_of=now.date(), moment=now)
    texts = queries.report_texts(conn, row.report_id)
    inputs: dict[str, Any] = {
        "request": request.kept(),
        "scope": (PUBLIC if is_public else scope_of(row)).kept(),
        "texts": {
            # What a field said once, it said to those who write.
            part: fields.forgotten(one.text) if is_public else one.text
            for part, one in sorted(texts.items())
            if one.text
        },
        "left_out": sorted(row.choices.get("left_out", ())),
        "software": software(),
    }
    whole, rests_on = _document(conn, inputs, done)
    inputs["workbooks"] = [
        [one.file_name, one.sha256, one.accepted_at.isoformat()] for one in whole.workbooks
    ]
    data = formats.write(whole, file_format)
    subject = outlines()[request.kind].subject
    on = etl.publishing.On(
        row.programme_code, request.kind, subject, request.code, request.language, file_format
    )
    return Made(etl.File(file_name(request, file_format), data), inputs, on, rests_on)


def again(
    conn: Connection, inputs: Mapping[str, Any], file_format: str, done: Done = in_silence
) -> bytes:
    """Return a file once more, of what it was made of then; by the program as it is now.

    DecisionError where what it is on is there no more.
    """
    return formats.write(_document(conn, inputs, done)[0], file_format)


def _document(
    conn: Connection, inputs: Mapping[str, Any], done: Done
) -> tuple[Any, etl.publishing.RestsOn | None]:
    """Return a report, and what it tells where it is for everybody.

    What is withheld is asked before anything is read, and which values there are afterwards: one
    that is withheld meanwhile is among those that the report rests on, and closes it.
    """
    request, scope = Request.of(inputs["request"]), Scope.of(inputs["scope"])
    outline = outlines().get(request.kind)
    if outline is None or not is_known(conn, outline.subject, request.code):
        raise etl.DecisionError(finding("report_without_subject", found=request.code))
    parts = wanted(request.kind, inputs["left_out"])
    hidden = queries.withheld_cells(conn, request.programme_code) if scope.is_public else set()
    of = read(conn, scope, request)
    told = reach.records(of, parts) if scope.is_public else set()

    def told_of(parts_done: int, every: int) -> None:
        database.let_go(conn)  # or its own reader would keep from being written how far it is
        done(parts_done, every)

    whole = document_of(of, texts=inputs["texts"], left_out=inputs["left_out"], done=told_of)
    known_at, programme = of.data.view.known_at, of.data.view.programme
    if not scope.is_public or known_at is None:
        return whole, None
    if programme != request.programme_code:
        raise ValueError(f"{request.code} was read as {programme}, not {request.programme_code}")
    areas = reach.areas(of, parts, inputs["texts"].values(), values_of(of))
    until = known_at
    if request.since:
        until = max(until, datetime.combine(request.since, time.max, UTC))
    cells = queries.cells(conn, programme, areas, until)
    return whole, etl.publishing.RestsOn(known_at, cells - hidden, told | reach.records(of, parts))


# --- Kept -----------------------------------------------------------------------------------------


def keep(
    row: Record,
    file_format: str,
    *,
    actor: str,
    is_public: bool = False,
    done: Done = in_silence,
    bind: Engine | None = None,
) -> tuple[int, etl.File]:
    """Make the file of a report, keep it, and return its number and the file; published where it is for everybody."""
    with database.connect(bind) as conn:
        made = make(conn, row, file_format, is_public=is_public, done=done)
        database.let_go(conn)  # or its own reader would keep the file from being written
    with database.begin(bind) as conn:
        number = write(conn, row.report_id, made, actor=actor)
    return number, made.file


def write(conn: Connection, report_id: int, made: Made, *, actor: str) -> int:
    """Keep a file that was made, and return its number."""
    number = etl.reports.keep_made(
        conn,
        report_id,
        made.on.file_format,
        made.file.name,
        made.file.data,
        made.inputs,
        actor=actor,
    )
    if made.rests_on:
        etl.publishing.publish(conn, number, made.on, made.rests_on, actor=actor)
    return number


def compare(
    made: Mapping[str, Any], *, actor: str, done: Done = in_silence, bind: Engine | None = None
) -> None:
    """Make a file once more of what it was made of, and keep whether it is the same."""
    with database.connect(bind) as conn:
        data = again(conn, made["inputs"], made["file_format"], done)
        database.let_go(conn)
    with database.begin(bind) as conn:
        etl.reports.keep_again(conn, made["made_report_id"], data, software(), actor=actor)


def software() -> str:
    """Return the version of the program."""
    return version(SOFTWARE)
