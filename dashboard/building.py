"""Files of reports that people write: made once with all that they rest on, and made again to the byte."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, Engine

import etl
from dashboard import queries
from dashboard.queries import Record
from dashboard.reports import Request, document, file_name, formats, outlines
from dashboard.reports.outlines import Outline
from schemas import database
from schemas.scope import Scope

SOFTWARE = "medtown"


@dataclass(frozen=True)
class Made:
    """A file, and what it was made of (`etl.reports.fingerprint`)."""

    file: etl.File
    inputs: dict[str, Any]


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


def make(conn: Connection, row: Record, file_format: str) -> Made:
    """Return the file of a report with its texts, as everything is at this moment."""
    now = datetime.now(UTC)
    request = request_of(row)
    if request.as_of is None or request.as_of >= now.date():
        request = replace(request, as_of=now.date(), moment=now)
    texts = queries.report_texts(conn, row.report_id)
    inputs: dict[str, Any] = {
        "request": request.kept(),
        "scope": scope_of(row).kept(),
        "texts": {part: one.text for part, one in sorted(texts.items()) if one.text},
        "left_out": sorted(row.choices.get("left_out", ())),
        "software": software(),
    }
    whole = _document(conn, inputs)
    inputs["workbooks"] = [
        [one.file_name, one.sha256, one.accepted_at.isoformat()] for one in whole.workbooks
    ]
    data = formats.write(whole, file_format)
    return Made(etl.File(file_name(request, file_format), data), inputs)


def again(conn: Connection, inputs: Mapping[str, Any], file_format: str) -> bytes:
    """Return a file once more, of what it was made of then; by the program as it is now."""
    return formats.write(_document(conn, inputs), file_format)


def _document(conn: Connection, inputs: Mapping[str, Any]) -> Any:
    return document(
        conn,
        Scope.of(inputs["scope"]),
        Request.of(inputs["request"]),
        texts=inputs["texts"],
        left_out=inputs["left_out"],
    )


def keep(row: Record, file_format: str, *, actor: str, bind: Engine | None = None) -> etl.File:
    """Make the file of a report, keep it, and return it."""
    with database.connect(bind) as conn:
        made = make(conn, row, file_format)
        database.let_go(conn)  # or its own reader would keep the file from being written
    with database.begin(bind) as conn:
        etl.reports.keep_made(
            conn,
            row.report_id,
            file_format,
            made.file.name,
            made.file.data,
            made.inputs,
            actor=actor,
        )
    return made.file


def software() -> str:
    """Return the version of the program."""
    return version(SOFTWARE)
