"""With a broker: what is asked for is done by workers, once, whoever of them is killed."""

import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, func, select

from benchmarks.__main__ import workbook
from dashboard import accounts, app
from etl import jobs
from schemas import database, tables
from schemas.codes import JobState, SubmissionState
from tests.browsing import settle, visit
from tests.builders import csv_file
from tests.conftest import served
from tests.workers import LONGEST, Worker, redis, until, workers

Start = Callable[[str], Worker]

ROWS = 6000
"Of a workbook that takes a while."


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis(tmp_path_factory.mktemp("redis")) as address:
        yield address


@pytest.fixture
def start(
    seeded_sqlite: Engine, broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Start]:
    """What starts a worker over the database; this process sends it jobs."""
    monkeypatch.setenv("MEDTOWN_JOB_PATIENCE", "3")
    monkeypatch.setattr(jobs, "BROKER", broker)
    jobs.app.conf.update(broker_url=broker)
    with workers(broker, tmp_path) as starting:
        yield starting


@pytest.fixture
def client(start: Start) -> FlaskClient:
    return app.create_app().server.test_client()  # type: ignore[no-any-return]


@cache
def large() -> bytes:
    """Return a workbook that takes a while."""
    return workbook(ROWS)


def upload(client: FlaskClient, data: bytes, name: str = "f.xlsx") -> dict[str, Any]:
    page = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token
    answer = client.post(
        "/upload",
        data={"file": (io.BytesIO(data), name), "programme": "MEDTOWN"},
        headers={"X-CSRFToken": token[1]},
    )
    assert answer.status_code == 200, answer.data
    said: dict[str, Any] = answer.get_json()
    return said


def job(number: int = 1) -> Any:
    with database.connect() as conn:
        return conn.execute(select(tables.Job.__table__).where(tables.Job.job_id == number)).one()


def is_in(number: int, *states: JobState) -> Callable[[], bool]:
    return lambda: job(number).state in states


def count(table: type[tables.Base], *conditions: Any) -> int:
    with database.connect() as conn:
        return conn.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()


def kill_in_the_middle(number: int, worker: Worker, start: Start, *, whole: bool) -> None:
    """Kill who does a job while it runs; where the whole worker dies, another one is there."""
    until(is_in(number, JobState.RUNNING), "somebody to take the job")
    if whole:
        worker.kill()
        start("second")
    else:
        worker.kill_child()
    assert job(number).state == JobState.RUNNING
    until(is_in(number, JobState.DONE, JobState.FAILED), "the job to be done again")
    assert (job(number).state, job(number).attempts) == (JobState.DONE, 2)


def test_an_upload_is_answered_at_once_and_read_by_a_worker(
    start: Start, client: FlaskClient
) -> None:
    said = upload(client, csv_file({}), "f.csv")
    assert said["state"] == SubmissionState.RECEIVED

    waiting = client.get(said["url"]).get_data(as_text=True)
    assert 'data-job="1"' in waiting
    assert 'http-equiv="refresh"' in waiting
    told = client.get("/jobs/1").get_json()
    assert (told["state"], told["done"], told["text"]) == ("waiting", 0, "Waiting for its turn.")

    start("first")
    until(lambda: client.get("/jobs/1").get_json()["state"] == "done", "the job")
    with database.connect() as conn:
        state = conn.execute(select(tables.Submission.state)).scalar_one()
    assert state == SubmissionState.READY
    assert "data-job" not in client.get(said["url"]).get_data(as_text=True)
    assert client.get("/jobs/2").status_code == 404
    elsewhere = {"REMOTE_ADDR": "10.0.0.7"}
    assert client.get("/jobs/1", environ_base=elsewhere).status_code != 200


ROUNDS = [
    pytest.param(whole, number, id=f"{'worker' if whole else 'child'} {number}", marks=marks)
    for number, marks in ((1, ()), (2, pytest.mark.slow), (3, pytest.mark.slow))
    for whole in (True, False)
]


@pytest.mark.parametrize(("whole", "number"), ROUNDS)
def test_what_was_killed_while_it_read_is_read_again_once(
    start: Start, client: FlaskClient, whole: bool, number: int
) -> None:
    worker = start("first").wait()
    said = upload(client, large())
    kill_in_the_middle(1, worker, start, whole=whole)

    again = upload(client, large())

    assert (again["submission_id"], again["state"]) == (said["submission_id"], "ready")
    assert count(tables.Submission) == 1
    until(lambda: not count(tables.Job, tables.Job.state.in_(["waiting", "running"])), "all")


def test_without_its_broker_an_upload_is_kept_and_read_later(
    start: Start, client: FlaskClient, broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as without:
        without.setattr(jobs.app, "send_task", gone)
        assert upload(client, csv_file({}), "f.csv")["state"] == SubmissionState.RECEIVED
    assert job().sent_at is None

    start("first")  # finds what was never sent

    until(is_in(1, JobState.DONE), "the job that was never sent")


def test_how_far_a_job_is_stands_on_the_page_until_its_end(
    start: Start,
    broker: str,
    page: Page,
    seeded_sqlite: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MEDTOWN_BROKER_URL", broker)
    file = tmp_path / "large.xlsx"
    file.write_bytes(workbook(400))
    with database.begin() as conn:
        accounts.add_demo(conn)
    with served(database.url(), tmp_path) as address:
        visit(page, f"{address}/submissions?lang=en")
        page.set_input_files(".upload-input", file)
        shown = page.locator("[data-job]")
        expect(shown.locator(".job-text")).to_have_text("Waiting for its turn.")
        expect(shown.get_by_role("progressbar", name="Reading the workbook")).to_be_visible()

        start("first")

        expect(shown).to_have_count(0, timeout=LONGEST * 1000)
        expect(page.get_by_role("heading", name=file.name)).to_be_visible()
        expect(page.locator(".facts .badge")).not_to_have_text("Received")
        settle(page)
        page.goto("about:blank")
    assert job().state == JobState.DONE


def test_large_files_are_made_by_workers_for_who_asked(
    start: Start, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.routes.LARGE", 10)
    start("first")
    said = upload(client, csv_file({}), "f.csv")
    until(is_in(1, JobState.DONE), "the reading")

    for address, number in (
        (f"/submission/{said['submission_id']}/annotated", 2),
        ("/report/country/GRC.xlsx", 3),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (303, f"/work/jobs/{number}")
        assert client.get(f"/jobs/{number}/file").status_code in (200, 404)
        until(is_in(number, JobState.DONE, JobState.FAILED), "the file")
        assert f'href="/jobs/{number}/file"' in client.get(answer.location).get_data(as_text=True)
        made = client.get(f"/jobs/{number}/file")
        assert (made.status_code, made.data[:2]) == (200, b"PK")
        elsewhere = client.get(f"/jobs/{number}/file", environ_base={"REMOTE_ADDR": "10.0.0.7"})
        assert elsewhere.status_code != 200
    with database.connect() as conn:
        taken_out = conn.execute(
            select(tables.Audit.subject, tables.Audit.after).where(tables.Audit.action == "export")
        ).all()
    assert {(row.subject, row.after["kind"]) for row in taken_out} == {
        (f"submission {said['submission_id']}", "annotated file"),
        ("country GRC", "report xlsx"),
    }
