"""The one reader of DATABASE_URL and MEDTOWN_HOME: engine, connections, which journal and why."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

SAFE_WAL = (3, 51, 3)
"From here on SQLite's WAL cannot be corrupted by two connections that write and checkpoint at once."

MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseError(Exception):
    "The database is not set up, or is of another version of this program"


def home() -> Path:
    """Return the folder of database, key and backups (MEDTOWN_HOME, default `var/`), made if need be."""
    folder = Path(os.environ.get("MEDTOWN_HOME", Path(__file__).parent.parent / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def url() -> str:
    """Return the address of the database: DATABASE_URL, else SQLite in the home folder."""
    return named(os.environ.get("DATABASE_URL") or f"sqlite:///{home() / 'medtown.sqlite'}")


def named(address: str) -> str:
    """Return the address of a database with our driver in it."""
    for old in ("postgres://", "postgresql://"):  # as hosts write it; the driver is ours to name
        if address.startswith(old):
            return "postgresql+psycopg://" + address.removeprefix(old)
    return address


def exists() -> bool:
    """Return whether there is a database to ask: connecting to SQLite would make an empty one."""
    address = url()
    return not address.startswith("sqlite:///") or Path(address.removeprefix("sqlite:///")).exists()


def sqlite_driver() -> Any:
    """Return the SQLite module to use: pysqlite3 where the linked library's WAL is not safe."""
    if sqlite3.sqlite_version_info >= SAFE_WAL:
        return sqlite3
    try:
        import pysqlite3  # a wheel with a newer library, on Linux
    except ImportError:
        return sqlite3
    return pysqlite3 if pysqlite3.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def journal_mode() -> str:
    """Return the journal mode that the SQLite at hand can be trusted with: `wal` or `delete`."""
    return "wal" if sqlite_driver().sqlite_version_info >= SAFE_WAL else "delete"


def make_engine(address: str) -> Engine:
    """Return an engine for an address, set up so that both databases keep the same promises."""
    if not address.startswith("sqlite"):
        return create_engine(address, pool_pre_ping=True)
    engine = create_engine(address, module=sqlite_driver(), connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        # SQLAlchemy begins transactions itself (below); the driver must not do it a second time.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA busy_timeout = 30000")
        cursor.execute(f"PRAGMA journal_mode = {journal_mode()}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA secure_delete = ON")  # what was refused is gone from the disk too
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE for writers only: a reader that asked for the lock would fail while another writes.
        writes = connection.get_execution_options().get("medtown_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@cache
def _engine(address: str, _process: int) -> Engine:
    return make_engine(address)


def engine() -> Engine:
    """Return this process's engine for the configured database; a forked worker gets its own."""
    return _engine(url(), os.getpid())


_reading = threading.local()
"The connection on which each thread reads, by its engine."


@contextmanager
def connect(bind: Engine | None = None) -> Iterator[Connection]:
    """Yield a connection for reading; nothing done on it is kept.

    A thread reads SQLite on one connection: a second one would wait for a writer who waits for the
    first, until both give up.
    """
    wanted = bind or engine()
    known: dict[Any, Connection] = _reading.__dict__
    if wanted in known:
        yield known[wanted]
        return
    with wanted.connect() as connection:
        if wanted.dialect.name == "sqlite":
            known[wanted] = connection
        try:
            yield connection
        finally:
            known.pop(wanted, None)


def let_go(connection: Connection) -> None:
    """End what a connection reads, so that no writer waits for it while something else takes long.

    Without a write-ahead log SQLite lets nobody write as long as somebody reads. A transaction that
    writes goes on.
    """
    if not connection.get_execution_options().get("medtown_writes", False):
        connection.rollback()


@contextmanager
def begin(bind: Engine | None = None) -> Iterator[Connection]:
    """Yield a connection for writing: all of it is kept, or none."""
    writer = (bind or engine()).execution_options(medtown_writes=True)
    with writer.begin() as connection:
        yield connection


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def migrate(bind: Engine | None = None) -> None:
    """Bring the database to this program's version; quick where it is already there."""
    with connect(bind) as connection:
        if is_current(connection):
            return
    with begin(bind) as connection:
        command.upgrade(_alembic(connection), "head")


def is_current(connection: Connection) -> bool:
    """Return whether the database has the tables of this version of the program."""
    here = MigrationContext.configure(connection).get_current_revision()
    return here == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def require_current(connection: Connection) -> None:
    """Raise DatabaseError, saying what to do, unless the database is of this version."""
    if not is_current(connection):
        raise DatabaseError("The database is not set up: run `medtown seed` first.")


FULL = ("disk is full", "53100")
"What SQLite says, and PostgreSQL's number for it."

WRONG = ("no such column", "syntax error")
"What SQLite says of statements of ours that are wrong: it has no kind of error of its own for them."


def is_full(error: BaseException | None) -> bool:
    """Return whether something could not be written because there is no room for it."""
    cause = getattr(error, "orig", None)
    return FULL[0] in str(cause) or getattr(cause, "sqlstate", None) == FULL[1]


def is_away(error: BaseException | None) -> bool:
    """Return whether the database does not answer: stopped, out of reach, busy or not set up."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, OperationalError | InterfaceError) or is_full(error):
        return False
    return not any(said in str(error.orig) for said in WRONG)


def facts(connection: Connection) -> dict[str, str]:
    """Return what the health page tells of the database: kind, version, journal mode."""
    if connection.dialect.name == "sqlite":
        version = connection.execute(text("SELECT sqlite_version()")).scalar_one()
        journal = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        return {"database": "sqlite", "version": str(version), "journal_mode": str(journal)}
    version = connection.execute(text("SHOW server_version")).scalar_one()
    return {"database": connection.dialect.name, "version": str(version), "journal_mode": "wal"}
