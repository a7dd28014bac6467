"""A data package (`schemas.published`) loaded into an empty database: the same pages as where it was made.

Its values count as they did there, with their former versions and the days of their decisions; the
workbooks themselves stay where they are. What the public may not see is decided here again. What is told
in words is published here as it is there.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, func, insert, select

from etl import decisions, reference, rollup
from etl import records as told
from schemas import audit, database, published, records, tables
from schemas.codes import COMMAND, RecordKind, RecordState
from schemas.tables import Base

LARGEST = 2 * 2**30
"Bytes that a file of a package may have when it is unpacked."

AT_ONCE = 5_000
"Rows that are inserted with one statement."

Rows = dict[type[Base], list[dict[str, Any]]]


class PackageFileError(ValueError):
    "A file is no data package of ours, or not a whole one"


def load_package(
    data: bytes, *, actor: str = COMMAND, bind: Engine | None = None
) -> dict[str, int]:
    """Load a package into a database without catalogue and submissions; return the rows of each table.

    PackageFileError where it is none, DatabaseError where the database holds something.
    """
    rows = read_package(data)
    with database.begin(bind) as conn:
        database.require_current(conn)
        _require_empty(conn)
        for table in published.CATALOGUE:
            _insert(conn, table, rows[table])
        versions = rows[tables.IndicatorVersion]
        _all(conn, tables.IndicatorVersion, [{**row, "actor": actor} for row in versions])
        _insert_reported(conn, rows, actor)
        _insert_told(conn, rows, actor)
        _remember_changes(conn, rows, actor)
        counts = {table.__tablename__: len(told) for table, told in rows.items()}
        digest = hashlib.sha256(data).hexdigest()
        audit.record(conn, actor, "import", "data package", after={"sha256": digest, **counts})
        rollup.renew_outdated(conn)
    return counts


def read_package(data: bytes) -> Rows:
    """Return the rows of a package's tables; PackageFileError names the file and line of a fault."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            told = json.loads(_member(archive, published.DESCRIPTOR))
            resources = {one["name"]: one for one in told["resources"]}
            return {
                table: _rows(table, resources[table.__tablename__], archive)
                for table in published.TABLES
                # Packages of earlier versions tell nothing in words.
                if table not in published.TOLD or table.__tablename__ in resources
            }
    except (zipfile.BadZipFile, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise PackageFileError(f"This is no data package: {error}.") from error
    except (KeyError, TypeError) as error:
        raise PackageFileError(f"The data package is not whole: {error} is missing.") from error


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LARGEST:
        raise PackageFileError(f"{name} is too large.")
    return archive.read(name)


def _rows(
    table: type[Base], resource: Mapping[str, Any], archive: zipfile.ZipFile
) -> list[dict[str, Any]]:
    path = resource["path"]
    data = _member(archive, path)
    if resource["hash"] != f"sha256:{hashlib.sha256(data).hexdigest()}":
        raise PackageFileError(f"{path} is not the file that was packed: its sha256 differs.")
    reader = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    names = [field.name for field in published.fields(table)]
    if list(reader.fieldnames or []) != names:
        raise PackageFileError(f"{path}, line 1: the columns are not {', '.join(names)}.")
    found = []
    for row in reader:
        try:
            found.append(published.record(table, row))
        except (ValueError, KeyError, AttributeError) as error:
            raise PackageFileError(f"{path}, line {reader.line_num}: {error}.") from error
    return found


def _require_empty(conn: Connection) -> None:
    for table in (tables.Programme, tables.Submission):
        if conn.execute(select(func.count()).select_from(table)).scalar_one():
            raise database.DatabaseError(
                f"A data package is loaded into an empty database; there is a {table.__tablename__}"
                " already. Name another one in DATABASE_URL."
            )


def _insert(conn: Connection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    keyed = {reference.key_of(table, row): row for row in rows}
    _all(conn, table, reference.parents_first(table, keyed))


def _insert_reported(conn: Connection, rows: Rows, actor: str) -> None:
    """Insert submissions, decisions and observations under their own numbers, and decide who sees what."""
    submissions = [_named(row) for row in rows[tables.Submission]]
    kept = {
        row["sha256"]: {
            "sha256": row["sha256"],
            "size": 1000 * row.pop("kilobytes"),
            "content": None,
            "received_at": row["received_at"],
        }
        for row in submissions
    }
    _all(conn, tables.Workbook, list(kept.values()))
    _all(conn, tables.Submission, submissions)
    _all(conn, tables.Decision, [{**row, "actor": actor} for row in rows[tables.Decision]])
    observed = rows[tables.Observation]
    decisions.add_breakdowns(conn, {row["breakdown_key"] for row in observed})
    _all(conn, tables.Observation, observed)
    _all(conn, tables.WithheldElsewhere, rows[tables.WithheldElsewhere])
    for table in (tables.Submission, tables.Observation):
        _go_on_after(conn, table)
    frame = pd.DataFrame(observed, columns=["programme_code", *decisions.SERIES])
    frame["project_code"] = frame["project_code"].fillna("")
    for programme, own in frame.groupby("programme_code"):
        decisions.protect_again(conn, str(programme), own)


def _insert_told(conn: Connection, rows: Rows, actor: str) -> None:
    """Insert published records under their own numbers; PackageFileError for one that must not be shown."""
    found = rows.get(tables.Record, [])
    kinds = {row["record_id"]: row["kind"] for row in found}
    versions = [
        {**row, "fields": _checked(kinds.get(row["record_id"], ""), row)}
        for row in rows.get(tables.RecordVersion, [])
    ]
    state = {"state": RecordState.PUBLISHED, "is_private": False, "written_by": actor}
    _all(conn, tables.Record, found)
    _all(conn, tables.RecordVersion, [{**row, **state} for row in versions])
    for table in published.TOLD:
        _go_on_after(conn, table)


def _checked(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a version as they would be kept if somebody wrote them here."""
    number = row["record_id"]
    try:
        fields = told.checked_again(RecordKind(kind), row["language"], row["fields"])
    except told.RecordError as error:
        raise PackageFileError(f"Record {number}: {error}") from error
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise PackageFileError(f"Record {number} is not as records are: {error}.") from error
    if records.is_private(RecordKind(kind), fields):
        raise PackageFileError(f"Record {number} is a story without a noted consent.")
    return fields


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """Return a submission with the key of its file, which is not here.

    Where the package does not tell its sha256, what the package says of it is named by its own.
    """
    own = hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()
    return {**row, "sha256": row["sha256"] or own, "sender": ""}


def _all(conn: Connection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        conn.execute(insert(table), rows[start : start + AT_ONCE])


def _go_on_after(conn: Connection, table: type[Base]) -> None:
    """Let the next number of a table follow those that were inserted; SQLite does by itself."""
    (key,) = published.table_of(table).primary_key
    if conn.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.__tablename__, key.name)
        highest = select(func.coalesce(func.max(key), 0) + 1).scalar_subquery()
        conn.execute(select(func.setval(sequence, highest, False)))


def _remember_changes(conn: Connection, rows: Rows, actor: str) -> None:
    """Say in the audit trail which rows are not those of `data/reference/`, so that seeding leaves them."""
    files = reference.read_records()
    for table in reference.TABLES:
        for row in rows[table]:
            key = reference.key_of(table, row)
            if files[table].get(key) != row:
                subject = f"{table.__tablename__} {reference.row_name(key)}"
                audit.record(conn, actor, "add", subject, after=row)
