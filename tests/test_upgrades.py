"""A database of any earlier state, with data in it, becomes one of today: nothing is lost, pages open."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection, Engine, MetaData, Table, insert, inspect, select

import etl
from dashboard import app, queries
from schemas import audit, database
from schemas.scope import EVERYTHING, PUBLIC
from tests.conftest import Databases

pytestmark = pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index"
)

STATES = [
    script.revision
    for script in reversed(list(ScriptDirectory(str(database.MIGRATIONS)).walk_revisions()))
]
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
SHA = "a" * 64

ROWS: dict[str, dict[str, Any]] = {
    "programme": {"programme_code": "OLD", "threshold": 5, "sensitive_threshold": 10,
                  "round_months": 6, "currency": "EUR"},
    "place": {"place_code": "XAA", "kind": "country", "country_code": "XAA"},
    "unit": {"unit_code": "old_persons"},
    "indicator": {"indicator_code": "OLD-1", "programme_code": "OLD", "unit_code": "old_persons",
                  "measure": "count", "time_rule": "sum", "place_rule": "sum", "overlap": "none",
                  "direction": "up", "level": "outcome", "reported_as": "in_period",
                  "target_basis": "cumulative", "factor": 1.0},
    "project": {"project_code": "OLD-P", "programme_code": "OLD", "kind": "other",
                "start_date": date(2023, 1, 1), "end_date": date(2023, 12, 31)},
    "project_indicator": {"project_code": "OLD-P", "indicator_code": "OLD-1", "level": "outcome",
                          "reported_as": "in_period", "target_basis": "cumulative"},
    "breakdown": {"breakdown_key": "sex=old"},
    "workbook": {"sha256": SHA, "size": 4, "content": b"data", "received_at": NOON},
    "submission": {"submission_id": 7, "sha256": SHA, "file_name": "old.xlsx", "state": "accepted",
                   "received_at": NOON, "decided_at": NOON, "programme_code": "OLD",
                   "project_code": "OLD-P"},
    "finding": {"submission_id": 7, "code": "value_copied", "severity": "note"},
    "answer": {"submission_id": 7, "key": "k", "answer": "a"},
    "layout": {"layout_code": "old", "version": "1", "created_at": NOON},
    "decision": {"submission_id": 7, "programme_code": "OLD", "action": "accept",
                 "actor": "local", "decided_at": NOON},
    "observation": {"observation_id": 9, "programme_code": "OLD", "project_code": "OLD-P",
                    "place_code": "XAA", "indicator_code": "OLD-1", "value": 12.0,
                    "period_start": date(2023, 1, 1), "period_end": date(2023, 6, 30),
                    "value_type": "actual", "breakdown_key": "", "answer": "value",
                    "qualifier": "=", "basis": "measured", "reported_as": "in_period",
                    "submission_id": 7, "sheet": "S", "cell": "F2", "raw": "12",
                    "accepted_at": NOON},
    "withheld": {"observation_id": 9, "reason": "few"},
    "account": {"account_id": 3, "email": "ana@example.org", "created_at": NOON},
    "role_given": {"account_id": 3, "role": "coordinator", "programme_code": "OLD",
                   "given_at": NOON},
    "record": {"record_id": 2, "programme_code": "OLD", "kind": "story"},
    "report": {"report_id": 2, "programme_code": "OLD", "kind": "country"},
    "report_text": {"report_id": 2, "part": "summary", "version": 1, "written_at": NOON, "saved_at": NOON},
    "made_report": {"report_id": 2, "sha256": "0" * 64, "fingerprint": "1" * 64,
                    "content": b"%PDF"},
    "made_again": {"made_report_id": 1, "sha256": "0" * 64, "made_at": NOON},
    "published_report": {"made_report_id": 1, "programme_code": "OLD", "known_at": NOON,
                         "published_at": NOON},
    "report_schedule": {"report_id": 2, "set_at": NOON},
    "scheduled_report": {"report_id": 2, "round_code": "OLD-R", "made_at": NOON},
    "record_version": {"record_id": 2, "language": "en", "state": "draft", "written_at": NOON},
    "sitting": {"token_hash": "t", "account_id": 3, "started_at": NOON, "seen_at": NOON},
}  # fmt: skip
"A row of each table, in an order in which they can be inserted; the rest of each is made up."


LISTS = {"aliases", "facts", "schemes", "dimensions", "unofficial"}


def made_up(column: Any) -> Any:
    """Return something that a column without a value takes."""
    if isinstance(column.type, JSON):
        return [] if column.name in LISTS else {"en": "old"}
    kind = column.type.python_type
    return {bool: False, int: 1, float: 1.0, str: "", datetime: NOON, date: NOON.date()}[kind]


def fill(conn: Connection) -> None:
    """Insert a row into each table that a state knows, as its columns were then."""
    known = MetaData()
    known.reflect(conn)
    for name, row in ROWS.items():
        if name in known.tables:
            table = known.tables[name]
            wanted = {key: value for key, value in row.items() if key in table.columns}
            for column in table.columns:
                needs = not column.nullable and column.name not in wanted
                if needs and not (column.primary_key and column.autoincrement is not False):
                    wanted[column.name] = made_up(column)
            conn.execute(insert(table), [_native(conn, table, wanted)])
    audit.record(conn, actor="local", action="accept", subject="submission 7", after={"a": "β"})


def _native(conn: Connection, table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as the database itself takes it: SQLite's moments have no zone."""
    if conn.dialect.name != "sqlite":
        return row
    return {
        key: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for key, value in row.items()
    }


def at(address: str, state: str) -> Engine:
    """Return a database as a state of the program had it, with data in it."""
    engine = database.make_engine(address)
    with database.begin(engine) as conn:
        command.upgrade(database._alembic(conn), state)
        fill(conn)
    return engine


def contents(conn: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, by the columns that it has."""
    known = MetaData()
    known.reflect(conn)
    return {
        name: [dict(row) for row in conn.execute(select(table)).mappings()]
        for name, table in known.tables.items()
        if name not in ("alembic_version", "revision")
    }


def bare(databases: Databases, kind: str, folder: Path, state: str) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'old.sqlite'}"
    name = f"upgraded_{state}"
    databases._execute(f"CREATE DATABASE {name}")
    return databases.address(kind, name)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("state", STATES)
def test_every_earlier_state_becomes_todays_with_all_of_its_data(
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    kind: str,
    state: str,
) -> None:
    address = bare(databases, kind, tmp_path, state)
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("MEDTOWN_HOME", str(tmp_path))
    request.addfinalizer(lambda: database._engine(address, os.getpid()).dispose())
    engine = at(address, state)
    request.addfinalizer(engine.dispose)
    with database.connect(engine) as conn:
        before = contents(conn)
    assert len(before["observation"]) == 1

    database.migrate(engine)

    with database.connect(engine) as conn:
        after = contents(conn)
        assert database.is_current(conn)
        assert audit.verify(conn) == []
        assert inspect(conn).has_table("job")
    for name, rows in before.items():
        assert len(after[name]) == len(rows), name
        for row, now in zip(rows, after[name], strict=True):
            assert {key: now[key] for key in row} == row, name
    with database.begin() as conn:
        etl.seed(conn)
    client = app.create_app().server.test_client()
    for path in ("/", "/project/OLD-P", "/submissions", "/submissions/7", "/health"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "cannot be shown" not in answer.get_data(as_text=True), path
    with database.connect() as conn:
        own = queries.observations(conn, EVERYTHING, project_code="OLD-P")
        public = queries.observations(conn, PUBLIC, project_code="OLD-P")
    assert (list(own["value"]), len(public)) == ([12.0], 0)  # what was withheld still is


def test_every_state_was_tried() -> None:
    assert STATES[0] == "0001"
    head = ScriptDirectory(str(database.MIGRATIONS)).get_current_head()
    assert STATES[-1] == head
