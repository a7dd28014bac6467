"""The database keeps the same promises on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from schemas import database, tables

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
NAMES = {"en": "x"}
ROWS: dict[type[tables.Base], dict[str, Any]] = {
    tables.Programme: {
        "programme_code": "P",
        "names": NAMES,
        "description": NAMES,
        "notice": NAMES,
    },
    tables.Place: {
        "place_code": "ESP",
        "kind": "country",
        "country_code": "ESP",
        "names": NAMES,
        "aliases": [],
        "latitude": 40.0,
        "longitude": -4.0,
    },
    tables.Unit: {"unit_code": "persons", "names": NAMES, "aliases": []},
    tables.SdgGoal: {
        "sdg_goal": 8,
        "colour": "#A21942",
        "short_names": NAMES,
        "names": NAMES,
        "unofficial": [],
    },
    tables.Project: {
        "project_code": "PP",
        "programme_code": "P",
        "kind": "pilot",
        "names": NAMES,
        "aliases": [],
        "summary": NAMES,
        "start_date": date(2023, 1, 1),
        "end_date": date(2023, 6, 30),
        "budget": 15000.0,
        "own_contribution": 2025.0,
        "facts": [],
    },
    tables.Indicator: {
        "indicator_code": "JOB",
        "programme_code": "P",
        "names": NAMES,
        "aliases": [],
        "definition": NAMES,
        "unit_code": "persons",
        "measure": "count",
        "time_rule": "sum",
        "place_rule": "sum",
        "direction": "up",
        "level": "outcome",
        "verification": NAMES,
    },
    tables.ProjectIndicator: {
        "project_code": "PP",
        "indicator_code": "JOB",
        "level": "outcome",
        "dimensions": [],
    },
    tables.Dimension: {"dimension_code": "age_group", "names": NAMES, "aliases": []},
    tables.Category: {
        "dimension_code": "age_group",
        "category_code": "18-29",
        "names": NAMES,
        "aliases": [],
        "schemes": ["esf_plus"],
        "age_from": 18,
        "age_to": 29,
    },
    tables.Round: {
        "round_code": "R",
        "programme_code": "P",
        "names": NAMES,
        "period_start": date(2023, 1, 1),
        "period_end": date(2023, 6, 30),
        "due_date": date(2023, 7, 31),
    },
    tables.ExchangeRate: {
        "currency": "JOD",
        "kind": "month",
        "rate_date": date(2023, 6, 30),
        "per_eur": 0.77,
        "source": "s",
    },
    tables.Workbook: {"sha256": "a" * 64, "size": 4, "content": b"data", "received_at": NOON},
    tables.Submission: {
        "submission_id": 1,
        "sha256": "a" * 64,
        "file_name": "f.xlsx",
        "state": "ready",
        "received_at": NOON,
    },
    tables.FindingRow: {
        "submission_id": 1,
        "code": "c",
        "severity": "error",
        "sheet": "S",
        "cell": "A1",
        "found": "",
        "arguments": {},
    },
    tables.Decision: {
        "submission_id": 1,
        "programme_code": "P",
        "action": "accept",
        "decided_at": NOON,
    },
    tables.Observation: {
        "programme_code": "P",
        "project_code": "PP",
        "place_code": "ESP",
        "indicator_code": "JOB",
        "period_start": date(2023, 1, 1),
        "period_end": date(2023, 6, 30),
        "value_type": "actual",
        "value": 3.0,
        "submission_id": 1,
        "sheet": "S",
        "cell": "F14",
        "raw": "3",
        "accepted_at": NOON,
    },
    tables.WithheldElsewhere: {
        "programme_code": "P",
        "project_code": "PP",
        "place_code": "ESP",
        "indicator_code": "JOB",
        "is_total": True,
        "number": 2,
    },
    tables.RoundAnswer: {
        "round_code": "R",
        "project_code": "PP",
        "answer": "nothing_to_report",
        "actor": "account 1",
        "answered_at": NOON,
    },
    tables.Extension: {
        "round_code": "R",
        "project_code": "PP",
        "state": "asked",
        "wanted_until": date(2023, 8, 31),
        "reason": "r",
        "asked_by": "account 1",
        "asked_at": NOON,
    },
    tables.Evidence: {
        "programme_code": "P",
        "project_code": "PP",
        "place_code": "ESP",
        "indicator_code": "JOB",
        "period_start": date(2023, 1, 1),
        "period_end": date(2023, 6, 30),
        "name": "list.pdf",
        "sha256": "a" * 64,
        "size": 4,
        "content": b"data",
        "added_by": "account 1",
        "added_at": NOON,
    },
    tables.Reminder: {
        "round_code": "R",
        "project_code": "PP",
        "kind": "before_14",
        "due_date": date(2023, 7, 31),
        "people": 1,
        "sent_at": NOON,
    },
    tables.Account: {
        "account_id": 7,
        "email": "ana@example.org",
        "name": "Ana",
        "settings": {},
        "created_at": NOON,
    },
    tables.Notice: {
        "account_id": 7,
        "kind": "job",
        "text": "Something was done.",
        "arguments": {},
        "link": "/",
        "created_at": NOON,
    },
    tables.Thread: {
        "thread_id": 1,
        "kind": "value",
        "programme_code": "P",
        "project_code": "PP",
        "place_code": "ESP",
        "indicator_code": "JOB",
        "period_start": date(2023, 1, 1),
        "period_end": date(2023, 6, 30),
        "value_type": "actual",
        "opened_at": NOON,
    },
    tables.Message: {"thread_id": 1, "text": "Is this right?", "at": NOON},
    tables.ReturnedValue: {
        "submission_id": 1,
        "programme_code": "P",
        "project_code": "PP",
        "place_code": "ESP",
        "indicator_code": "JOB",
        "period_start": date(2023, 1, 1),
        "period_end": date(2023, 6, 30),
        "value_type": "actual",
        "returned_at": NOON,
        "returned_by": "account 1",
    },
    tables.Record: {
        "record_id": 1,
        "programme_code": "P",
        "project_code": "PP",
        "place_code": "ESP",
        "kind": "story",
    },
    tables.RecordVersion: {
        "record_id": 1,
        "language": "en",
        "fields": {"text": "I found work."},
        "is_private": True,
        "state": "draft",
        "written_by": "account 1",
        "written_at": NOON,
    },
    tables.Report: {
        "report_id": 1,
        "programme_code": "P",
        "kind": "country",
        "code": "ESP",
        "language": "en",
        "choices": {},
        "begun_by": "account 1",
        "begun_at": NOON,
    },
    tables.ReportText: {
        "report_id": 1,
        "part": "summary",
        "text": "Ten people found work.",
        "version": 1,
        "written_by": "account 1",
        "written_at": NOON,
        "saved_at": NOON,
    },
    tables.MadeReport: {
        "report_id": 1,
        "file_format": "pdf",
        "file_name": "report.pdf",
        "inputs": {},
        "fingerprint": "0" * 64,
        "sha256": "1" * 64,
        "content": b"%PDF",
        "made_by": "account 1",
        "made_at": NOON,
    },
    tables.MadeAgain: {
        "made_report_id": 1,
        "sha256": "1" * 64,
        "software": "1",
        "made_by": "account 1",
        "made_at": NOON,
    },
    tables.PublishedReport: {
        "made_report_id": 1,
        "programme_code": "P",
        "kind": "country",
        "subject": "country",
        "code": "GRC",
        "language": "en",
        "file_format": "pdf",
        "known_at": NOON,
        "cells": [],
        "records": [],
        "published_by": "account 1",
        "published_at": NOON,
    },
    tables.ReportSchedule: {
        "report_id": 1,
        "file_formats": ["pdf"],
        "set_by": "account 1",
        "set_at": NOON,
    },
    tables.ScheduledReport: {"report_id": 1, "round_code": "R1", "made_at": NOON},
    tables.RoleGiven: {
        "account_id": 7,
        "role": "evaluator",
        "given_by": "command line",
        "given_at": NOON,
    },
    tables.Job: {
        "kind": "ingest",
        "arguments": {},
        "submission_id": 1,
        "created_at": NOON,
    },
    tables.IndicatorVersion: {
        "indicator_code": "JOB",
        "version": 1,
        "valid_from": NOON,
        "definition": NAMES,
        "unit_code": "persons",
        "dimensions": [],
        "rules": {},
        "actor": "a",
    },
    tables.Audit: {
        "at": NOON,
        "actor": "a",
        "action": "b",
        "subject": "c",
        "previous_hash": "",
        "hash": "b" * 64,
    },
}


@pytest.fixture
def filled(conn: Connection) -> Connection:
    for table, row in ROWS.items():
        conn.execute(insert(table), [row])
    return conn


BROKEN: dict[str, tuple[type[tables.Base], dict[str, Any]]] = {
    "programme_threshold_is_positive": (tables.Programme, {"threshold": 0}),
    "programme_round_is_positive": (tables.Programme, {"round_months": 0}),
    "place_kind_is_known": (tables.Place, {"kind": "planet", "parent_code": "ESP"}),
    "only_countries_are_roots": (tables.Place, {"kind": "region"}),
    "place_latitude_is_on_earth": (tables.Place, {"latitude": 91.0}),
    "place_longitude_is_on_earth": (tables.Place, {"longitude": -181.0}),
    "project_kind_is_known": (tables.Project, {"kind": "hobby"}),
    "project_runs_forward": (tables.Project, {"end_date": date(2022, 1, 1)}),
    "project_budget_is_not_negative": (tables.Project, {"budget": -1.0, "own_contribution": None}),
    "project_share_within_budget": (tables.Project, {"own_contribution": 15001.0}),
    "there_are_17_goals": (tables.SdgGoal, {"sdg_goal": 18}),
    "indicator_measure_is_known": (tables.Indicator, {"measure": "guess"}),
    "indicator_time_rule_is_known": (tables.Indicator, {"time_rule": "first"}),
    "indicator_place_rule_is_known": (tables.Indicator, {"place_rule": "max"}),
    "indicator_numerator_rule_is_known": (tables.Indicator, {"numerator_time_rule": "first"}),
    "indicator_denominator_rule_is_known": (tables.Indicator, {"denominator_time_rule": "x"}),
    "indicator_overlap_is_known": (tables.Indicator, {"overlap": "people"}),
    "indicator_direction_is_known": (tables.Indicator, {"direction": "left"}),
    "indicator_level_is_known": (tables.Indicator, {"level": "goal"}),
    "indicator_reported_as_is_known": (tables.Indicator, {"reported_as": "monthly"}),
    "indicator_target_basis_is_known": (tables.Indicator, {"target_basis": "wish"}),
    "a_ratio_has_two_parts": (tables.Indicator, {"measure": "ratio"}),
    "indicator_scale_runs_up": (tables.Indicator, {"scale_min": 5.0, "scale_max": 1.0}),
    "project_indicator_level_is_known": (tables.ProjectIndicator, {"level": "goal"}),
    "project_indicator_reported_as_is_known": (tables.ProjectIndicator, {"reported_as": "x"}),
    "project_indicator_target_basis_is_known": (tables.ProjectIndicator, {"target_basis": "x"}),
    "category_age_runs_up": (tables.Category, {"age_to": 10}),
    "round_runs_forward": (tables.Round, {"period_end": date(2022, 1, 1)}),
    "round_is_due_after_its_end": (tables.Round, {"due_date": date(2023, 6, 29)}),
    "round_grace_is_not_negative": (tables.Round, {"grace_days": -1}),
    "round_answer_is_known": (tables.RoundAnswer, {"answer": "value"}),
    "not_applicable_has_a_reason": (tables.RoundAnswer, {"answer": "not_applicable"}),
    "extension_state_is_known": (tables.Extension, {"state": "perhaps", "decided_at": NOON}),
    "granted_until_a_day": (tables.Extension, {"state": "granted", "decided_at": NOON}),
    "extension_is_decided_or_open": (tables.Extension, {"decided_at": NOON}),
    "evidence_runs_forward": (tables.Evidence, {"period_end": date(2022, 1, 1)}),
    "evidence_is_a_file_or_a_link": (tables.Evidence, {"url": "https://example.org"}),
    "evidence_file_has_its_sha256": (tables.Evidence, {"sha256": ""}),
    "reminder_kind_is_known": (tables.Reminder, {"kind": "daily"}),
    "exchange_rate_kind_is_known": (tables.ExchangeRate, {"kind": "guess"}),
    "exchange_rate_is_positive": (tables.ExchangeRate, {"per_eur": 0.0}),
    "workbook_key_is_a_sha256": (tables.Workbook, {"sha256": "abc"}),
    "workbook_size_is_not_negative": (tables.Workbook, {"size": -1}),
    "submission_state_is_known": (tables.Submission, {"state": "lost"}),
    "finding_severity_is_known": (tables.FindingRow, {"severity": "bad"}),
    "decision_action_is_known": (tables.Decision, {"action": "forget"}),
    "observation_value_type_is_known": (tables.Observation, {"value_type": "guess"}),
    "observation_qualifier_is_known": (tables.Observation, {"qualifier": "?"}),
    "observation_basis_is_known": (tables.Observation, {"basis": "guess"}),
    "observation_answer_is_known": (tables.Observation, {"answer": "perhaps", "value": None}),
    "observation_reported_as_is_known": (tables.Observation, {"reported_as": "x"}),
    "period_runs_forward": (tables.Observation, {"period_end": date(2022, 1, 1)}),
    "superseded_after_accepted": (tables.Observation, {"superseded_at": NOON}),
    "a_value_or_an_answer": (tables.Observation, {"value": None}),
    "ratio_parts_together": (tables.Observation, {"numerator": 1.0}),
    "observation_n_is_not_negative": (tables.Observation, {"n": -1.0}),
    "euros_have_their_rate": (tables.Observation, {"value_eur": 1.0}),
    "notices_lead_to_our_pages": (tables.Notice, {"link": "//evil.example"}),
    "thread_kind_is_known": (tables.Thread, {"kind": "gossip"}),
    "a_value_is_named_whole": (tables.Thread, {"place_code": None}),
    "a_submission_is_named": (tables.Thread, {"kind": "submission"}),
    "a_project_is_named": (tables.Thread, {"kind": "project", "project_code": None}),
    "an_indicator_is_named": (tables.Thread, {"kind": "indicator", "indicator_code": None}),
    "a_remark_is_on_a_submission": (tables.Thread, {"is_remark": True}),
    "message_has_its_length": (tables.Message, {"text": "x" * 4001}),
    "returned_value_type_is_known": (tables.ReturnedValue, {"value_type": "guess"}),
    "settled_by_a_submission": (tables.ReturnedValue, {"settled_at": NOON}),
    "record_kind_is_known": (tables.Record, {"kind": "rumour"}),
    "record_state_is_known": (tables.RecordVersion, {"state": "forgotten"}),
    "record_superseded_after_written": (tables.RecordVersion, {"superseded_at": NOON}),
    "what_is_private_is_not_published": (tables.RecordVersion, {"state": "published"}),
    "report_text_version_is_counted": (tables.ReportText, {"version": 0}),
    "report_text_saved_after_written": (tables.ReportText, {"saved_at": NOON - timedelta(days=1)}),
    "report_text_superseded_after_written": (tables.ReportText, {"superseded_at": NOON}),
    "made_report_sha256_is_hex": (tables.MadeReport, {"sha256": "f"}),
    "made_again_sha256_is_hex": (tables.MadeAgain, {"sha256": "f"}),
    "report_is_withdrawn_by_somebody": (tables.PublishedReport, {"withdrawn_at": NOON}),
    "report_is_made_after_the_round": (tables.ReportSchedule, {"days": -1}),
    "scheduled_report_is_made_or_failed": (tables.ScheduledReport, {"failed_at": NOON}),
    "made_report_fingerprint_is_hex": (tables.MadeReport, {"fingerprint": "f"}),
    "role_is_known": (tables.RoleGiven, {"role": "king"}),
    "administrators_of_all": (
        tables.RoleGiven,
        {"role": "administrator", "programme_code": "P"},
    ),
    "partners_of_a_project_or_a_place": (tables.RoleGiven, {"role": "partner"}),
    "others_of_programmes": (tables.RoleGiven, {"project_code": "PP"}),
    "job_kind_is_known": (tables.Job, {"kind": "dance"}),
    "job_state_is_known": (tables.Job, {"state": "lost"}),
    "job_attempts_are_counted": (tables.Job, {"attempts": -1}),
    "job_is_done_within_its_total": (tables.Job, {"done": 2, "total": 1}),
    "job_is_finished_with_its_moment": (tables.Job, {"state": "done"}),
    "indicator_versions_begin_with_1": (tables.IndicatorVersion, {"version": 0}),
    "something_is_withheld": (tables.WithheldElsewhere, {"number": 0}),
    "audit_hash_is_a_sha256": (tables.Audit, {"hash": "abc"}),
}


def _new_key(table: type[tables.Base], row: dict[str, Any]) -> dict[str, Any]:
    """Return the row under another primary key, so that only the rule under test is broken."""
    other: dict[str, Any] = {
        "programme_code": "P2",
        "place_code": "PRT",
        "project_code": "PP2",
        "indicator_code": "JOB2",
        "category_code": "30-54",
        "round_code": "R2",
        "currency": "TND",
        "sdg_goal": 9,
        "sha256": "c" * 64,
        "submission_id": 2,
        "thread_id": 2,
    }
    keys = {column.name for column in inspect(table).primary_key}
    changed = {key: other[key] for key in keys & other.keys()}
    if table in (tables.ProjectIndicator, tables.Job):
        changed = {}
    if table is tables.Decision:
        changed = {"decided_at": NOON + timedelta(days=1)}
    return {**row, **changed}


@pytest.mark.parametrize("rule", BROKEN)
def test_no_row_breaks_a_rule(filled: Connection, rule: str) -> None:
    table, change = BROKEN[rule]
    with pytest.raises(IntegrityError, match=rule), filled.begin_nested():
        filled.execute(insert(table), [{**_new_key(table, ROWS[table]), **change}])


def test_every_check_constraint_has_its_test() -> None:
    names = {
        str(constraint.name)
        for table in tables.Base.metadata.tables.values()
        for constraint in table.constraints
        if type(constraint).__name__ == "CheckConstraint"
    }
    assert names == set(BROKEN)


def test_one_current_observation_a_key(filled: Connection) -> None:
    row = ROWS[tables.Observation]
    with pytest.raises(IntegrityError), filled.begin_nested():
        filled.execute(insert(tables.Observation), [row])
    closed = {**row, "superseded_at": NOON + timedelta(days=1)}
    filled.execute(insert(tables.Observation), [closed, closed])


def test_no_project_is_a_key_like_any_other(filled: Connection) -> None:
    context = {**ROWS[tables.Observation], "project_code": None}
    filled.execute(insert(tables.Observation), [context])
    with pytest.raises(IntegrityError), filled.begin_nested():
        filled.execute(insert(tables.Observation), [context])


def test_one_submission_a_file_and_sender(filled: Connection) -> None:
    with pytest.raises(IntegrityError), filled.begin_nested():
        filled.execute(insert(tables.Submission), [{**ROWS[tables.Submission], "submission_id": 2}])


@pytest.mark.parametrize("table", ["audit", "decision"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = 'me'", "DELETE FROM {}"])
def test_evidence_is_append_only(filled: Connection, table: str, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), filled.begin_nested():
        filled.execute(text(statement.format(table)))


def test_a_reference_to_nothing_is_refused(filled: Connection) -> None:
    with pytest.raises(IntegrityError), filled.begin_nested():
        filled.execute(
            insert(tables.Observation), [{**ROWS[tables.Observation], "place_code": "ATL"}]
        )


def test_a_moment_comes_back_in_utc(filled: Connection) -> None:
    summer = datetime(2024, 7, 1, 12, tzinfo=timezone(timedelta(hours=3)))
    filled.execute(
        insert(tables.Workbook),
        [{**ROWS[tables.Workbook], "sha256": "d" * 64, "received_at": summer}],
    )
    back = filled.execute(
        select(tables.Workbook.received_at).where(tables.Workbook.sha256 == "d" * 64)
    ).scalar_one()
    assert back == summer
    assert back.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(filled: Connection) -> None:
    naive = datetime(2024, 7, 1)  # noqa: DTZ001 (the mistake under test)
    with pytest.raises(StatementError, match="time zone"):
        filled.execute(
            insert(tables.Workbook),
            [{**ROWS[tables.Workbook], "sha256": "d" * 64, "received_at": naive}],
        )


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    with database.connect(engine) as conn:
        differences = compare_metadata(MigrationContext.configure(conn), tables.Base.metadata)
        indexes = {index["name"] for index in inspect(conn).get_indexes("observation")}
    # SQLite cannot reflect an index over an expression; PostgreSQL can, and both ran the same code.
    if engine.dialect.name == "postgresql":
        assert "one_current_observation_per_key" in indexes
    assert [d for d in differences if "one_current_observation_per_key" not in str(d)] == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    database.migrate(engine)
    with database.connect(engine) as conn:
        assert database.is_current(conn)


def test_a_database_without_tables_says_what_to_do(tmp_path: Any) -> None:
    bare = database.make_engine(f"sqlite:///{tmp_path / 'bare.sqlite'}")
    with (
        pytest.raises(database.DatabaseError, match="medtown seed"),
        database.connect(bare) as conn,
    ):
        database.require_current(conn)
    bare.dispose()


def test_sqlite_keeps_its_promises(empty_sqlite: Engine) -> None:
    with database.connect(empty_sqlite) as conn:
        pragmas = {
            name: conn.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("foreign_keys", "synchronous", "journal_mode")
        }
    assert pragmas == {
        "foreign_keys": 1,
        "synchronous": 2,  # FULL
        "journal_mode": database.journal_mode(),
    }


def test_wal_only_where_sqlite_is_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        sqlite_version_info = (3, 51, 2)

    class New:
        sqlite_version_info = (3, 51, 3)

    monkeypatch.setattr(database, "sqlite_driver", lambda: Old)
    assert database.journal_mode() == "delete"
    monkeypatch.setattr(database, "sqlite_driver", lambda: New)
    assert database.journal_mode() == "wal"


def test_a_reader_does_not_wait_for_the_writers_lock(engine: Engine) -> None:
    with database.begin(engine) as writer:
        writer.execute(insert(tables.Unit), [ROWS[tables.Unit]])
        with database.connect(engine) as reader:
            assert reader.execute(select(tables.Unit.unit_code)).all() == []


def test_hosts_addresses_of_postgresql_name_our_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h/d")
    assert database.url() == "postgresql+psycopg://u:p@h/d"
