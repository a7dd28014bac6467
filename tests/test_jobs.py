"""Jobs: at once without a broker; with one, on workers that may be killed at any moment."""

from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from dashboard import accounts
from dashboard import jobs as kinds
from dashboard.accounts import Grant
from etl import decisions, job_rows, jobs, store
from etl.job_rows import BusyError
from schemas import database, tables
from schemas.codes import JobKind, JobState, Role, SubmissionState
from schemas.scope import EVERYTHING, Scope
from tests.builders import csv_file

COORDINATOR = [Grant(Role.COORDINATOR, "MEDTOWN")]


@pytest.fixture(autouse=True)
def all_kinds() -> None:
    """What the server and the workers know to do."""
    kinds.add()


def hand_in(**how: Any) -> store.Receipt:
    how.setdefault("writer", EVERYTHING)
    return jobs.hand_in(csv_file({}), "f.csv", programme_code="MEDTOWN", **how)


def job(kind: JobKind, submission_id: int) -> Any:
    """Start a job, do it, and return its row."""
    with database.begin() as conn:
        who = accounts.add(conn, f"{kind}@example.org", kind, given=COORDINATOR, actor="test")
        taken = jobs.start(
            conn, kind, {"language": "en"}, account_id=who, submission_id=submission_id
        )
    jobs.do(taken)
    return row(taken.job_id)


def row(job_id: int) -> Any:
    with database.connect() as conn:
        return conn.execute(select(tables.Job.__table__).where(tables.Job.job_id == job_id)).one()


def left(job_id: int, **values: Any) -> None:
    """Make a job look as if whoever had it died a while ago."""
    with database.begin() as conn:
        conn.execute(
            update(tables.Job)
            .where(tables.Job.job_id == job_id)
            .values(heartbeat_at=job_rows._ago(2), **values)
        )


def started(kind: JobKind = JobKind.INGEST) -> job_rows.Taken:
    """Return a job that somebody has taken, for a workbook of which only the bytes are kept."""
    number, _ = store.keep(csv_file({}), "f.csv", language="en", sender="")
    arguments = {"programme": "MEDTOWN", "writer": EVERYTHING.kept()}
    with database.begin() as conn:
        return jobs.start(conn, kind, arguments, submission_id=number)


def state_of(submission_id: int | None) -> str:
    with database.connect() as conn:
        return str(store.submission_row(conn, submission_id or 0).state)


def test_without_a_broker_a_workbook_is_read_at_once(seeded: Engine) -> None:
    receipt = hand_in()

    assert (receipt.state, receipt.is_new) == (SubmissionState.READY, True)
    kept = row(1)
    assert (kept.state, kept.attempts, kept.done, kept.total) == (JobState.DONE, 1, 3, 3)
    assert kept.submission_id == receipt.submission_id


def test_the_same_workbook_again_is_the_same_submission(seeded: Engine) -> None:
    first, again = hand_in(), hand_in()

    assert (again.submission_id, again.is_new) == (first.submission_id, False)


def test_what_is_decided_is_not_read_again(seeded: Engine) -> None:
    decisions.accept(hand_in().submission_id)

    assert hand_in().state == SubmissionState.ACCEPTED
    with database.connect() as conn:
        assert len(conn.execute(select(tables.Job.job_id)).all()) == 1


@pytest.mark.parametrize(
    ("writer", "state"),
    [
        (Scope(projects=frozenset({"DA-GR"})), "ready"),
        (Scope(programmes=frozenset({"MEDTOWN"})), "ready"),
        (Scope(projects=frozenset({"DA-ES"})), "rejected"),
        (Scope(), "rejected"),
    ],
)
def test_a_job_keeps_what_its_sender_may_hand_in(
    seeded_sqlite: Engine, writer: Scope, state: str
) -> None:
    assert hand_in(writer=writer).state == state


def test_what_is_not_possible_says_why(seeded: Engine) -> None:
    number, _ = store.keep(b"never a workbook", "f.xlsx", language="en", sender="")
    store.check_kept(number)  # refused, so its bytes are gone

    made = job(JobKind.ANNOTATE, number)

    assert (made.state, made.code) == (JobState.FAILED, "submission_unknown")


def test_an_annotated_copy_is_kept_with_its_job(seeded: Engine) -> None:
    made = job(JobKind.ANNOTATE, hand_in().submission_id)

    assert made.state == JobState.DONE
    assert made.file_name.endswith(".xlsx")
    assert made.result.startswith(b"PK")


# --- Taken, left, taken again -----------------------------------------------------------------------


def test_a_job_is_taken_once(seeded: Engine) -> None:
    taken = started()

    with pytest.raises(BusyError):
        job_rows.take(taken.job_id)
    jobs.do(taken)
    assert job_rows.take(taken.job_id) is None


def test_a_job_that_was_left_is_done_again_once(seeded: Engine) -> None:
    taken = started()
    left(taken.job_id)

    assert jobs.revive() == [taken.job_id]
    assert jobs.revive() == []
    assert row(taken.job_id).attempts == 2
    assert state_of(taken.submission_id) == SubmissionState.READY


def test_who_was_thought_dead_writes_nothing(seeded: Engine) -> None:
    taken = started(JobKind.ANNOTATE)
    left(taken.job_id)
    again = job_rows.take(taken.job_id)
    assert again

    with database.begin() as conn:
        job_rows.finish(conn, taken, file_name="old", result=b"old")
    assert row(taken.job_id).state == JobState.RUNNING
    with database.begin() as conn:
        job_rows.finish(conn, again, file_name="new", result=b"new")
    assert row(taken.job_id).result == b"new"


def test_what_kills_every_worker_is_given_up(seeded: Engine) -> None:
    taken = started()
    left(taken.job_id, attempts=job_rows.MOST_ATTEMPTS)

    assert jobs.revive() == []
    kept = row(taken.job_id)
    assert (kept.state, kept.code) == (JobState.FAILED, "job_given_up")


def test_an_error_of_ours_ends_a_job_with_a_reference(
    seeded_sqlite: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(jobs.KINDS, JobKind.INGEST, lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        hand_in()

    kept = row(1)
    assert (kept.state, kept.code) == (JobState.FAILED, "job_failed")
    assert kept.code_arguments["reference"] in caplog.text


def test_files_and_jobs_are_forgotten(seeded: Engine) -> None:
    made = job(JobKind.ANNOTATE, hand_in().submission_id)
    with database.begin() as conn:
        old = tables.Job.finished_at
        conn.execute(
            update(tables.Job)
            .where(tables.Job.job_id == made.job_id)
            .values(finished_at=made.finished_at - job_rows.KEPT)
        )
        conn.execute(
            update(tables.Job)
            .where(tables.Job.job_id != made.job_id, old.is_not(None))
            .values(finished_at=made.finished_at - job_rows.FORGOTTEN)
        )

    job_rows.tidy()

    with database.connect() as conn:
        assert conn.execute(select(tables.Job.job_id, tables.Job.result)).all() == [
            (made.job_id, None)
        ]
