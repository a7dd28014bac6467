"""Backups of the whole database, each verified when it is made and when it is restored.

SQLite is copied page by page while it is used; PostgreSQL by pg_dump, in one snapshot. Beside each
copy lies a small JSON file: its SHA-256, how many rows each table has, which migration, when.
"""

import json
import os
import secrets
import shutil
import subprocess
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, func, inspect, make_url, select, table, text

from schemas import audit, database

ENDINGS = {"sqlite": "sqlite", "postgresql": "dump"}
STEP, LONGEST = 2000, 60.0
"Pages copied at a time; seconds after which the rest is copied at once, while writers wait."

APPEND_ONLY = ("audit", "decision")


class BackupError(Exception):
    "A backup could not be made or restored, or is not what was backed up"


@dataclass(frozen=True)
class Backup:
    """What the JSON file beside a copy says."""

    file: str
    sha256: str
    database: str
    migration: str
    made_at: str
    counts: dict[str, int]


def folder() -> Path:
    """Return where backups are kept unless somebody says otherwise."""
    return database.home() / "backups"


def last(where: Path | None = None) -> datetime | None:
    """Return when the newest backup was made; None where there is none."""
    made = [_read(path).made_at for path in (where or folder()).glob("medtown-*.json")]
    return datetime.fromisoformat(max(made)) if made else None


# --- Making ---------------------------------------------------------------------------------------


def make(to: Path | None = None, *, keep: int = 14, bind: Engine | None = None) -> Path:
    """Return the file of a new backup, verified; of those in its folder the newest `keep` stay."""
    where, engine = to or folder(), bind or database.engine()
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    kind = engine.dialect.name
    now = datetime.now(UTC)
    made = where / f"medtown-{now:%Y%m%dT%H%M%S%fZ}.{ENDINGS[kind]}"
    draft = made.with_name(f".{made.name}.{secrets.token_hex(4)}")
    try:
        draft.touch(mode=0o600)
        counts, migration = (_copy_sqlite if kind == "sqlite" else _dump)(engine, draft)
        told = Backup(made.name, _sha256(draft), kind, migration, now.isoformat(), counts)
        _write(made.with_suffix(".json"), told)
        draft.rename(made)
    except BaseException:
        made.with_suffix(".json").unlink(missing_ok=True)
        raise
    finally:
        draft.unlink(missing_ok=True)
    _forget(where, keep)
    return made


def _copy_sqlite(engine: Engine, draft: Path) -> tuple[dict[str, int], str]:
    """Copy a SQLite database that may be written meanwhile, and return what is in the copy."""
    with database.connect(engine) as conn:
        before = _counts(conn)
    source = engine.raw_connection()
    target = database.sqlite_driver().connect(str(draft))
    begun = time.monotonic()

    def is_late(*_: Any) -> None:
        if time.monotonic() - begun > LONGEST:
            raise TimeoutError  # each write of another process makes SQLite begin anew

    try:
        copied: Any = source.driver_connection
        try:
            copied.backup(target, pages=STEP, sleep=0.005, progress=is_late)
        except TimeoutError:
            copied.backup(target)
    finally:
        target.close()
        source.close()
    copy = database.make_engine(f"sqlite:///{draft}")
    try:
        with database.connect(copy) as conn:
            _verify(conn)
            counts, migration = _counts(conn), _migration(conn)
    finally:
        copy.dispose()
    lost = [name for name in APPEND_ONLY if counts.get(name, 0) < before.get(name, 0)]
    if set(counts) != set(before) or lost:
        raise BackupError(f"The copy is not complete: {', '.join(lost) or 'tables are missing'}.")
    return counts, migration


def _dump(engine: Engine, draft: Path) -> tuple[dict[str, int], str]:
    """Dump a PostgreSQL database, and return what is in the same snapshot."""
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with repeatable.connect() as conn:
        _verify(conn)
        counts, migration = _counts(conn), _migration(conn)
        snapshot = conn.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        how = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        _program("pg_dump", [*how, f"--file={draft}"], engine)
    listed = _program("pg_restore", ["--list", str(draft)], None)
    missing = [name for name in counts if f" TABLE DATA public {name} " not in listed]
    if missing:
        raise BackupError(f"The dump is not complete: {', '.join(missing)}.")
    return counts, migration


def _forget(where: Path, keep: int) -> None:
    """Delete all backups of a folder but the newest."""
    known = sorted(where.glob("medtown-*.json"))
    for path in known[: max(0, len(known) - keep)] if keep else []:
        (where / _read(path).file).unlink(missing_ok=True)
        path.unlink()


# --- Restoring ------------------------------------------------------------------------------------


def restore(file: Path, into: str | None = None, *, force: bool = False) -> Backup:
    """Put a backup into an empty database, migrate it to this version, and verify it.

    BackupError where the file is not what was made, or the database is not empty and `force` is not
    set; then nothing has changed.
    """
    told = check(file)
    engine = database.make_engine(database.named(into)) if into else database.engine()
    try:
        if engine.dialect.name != told.database:
            raise BackupError(
                f"This is a backup of {told.database}; it cannot go into {engine.dialect.name}."
            )
        with database.connect(engine) as conn:
            if inspect(conn).get_table_names() and not force:
                raise BackupError(
                    "The database is not empty. Name another one with --into, or replace what is"
                    " there with --force."
                )
        (_into_sqlite if told.database == "sqlite" else _into_postgresql)(file, engine)
        with database.connect(engine) as conn:
            _verify(conn)
            if _counts(conn) != told.counts:
                raise BackupError("The restored tables have other rows than the backup says.")
        database.migrate(engine)
    finally:
        engine.dispose()
    return told


def check(file: Path) -> Backup:
    """Return what is known of a backup; BackupError where it is not the file that was made."""
    beside = file.with_suffix(".json")
    if not beside.exists():
        raise BackupError(f"{beside.name} is missing: it says what {file.name} must be.")
    told = _read(beside)
    if _sha256(file) != told.sha256:
        raise BackupError(f"{file.name} has changed since it was made; use another backup.")
    return told


def _into_sqlite(file: Path, engine: Engine) -> None:
    source = database.sqlite_driver().connect(f"file:{file}?mode=ro&immutable=1", uri=True)
    target = engine.raw_connection()
    try:
        source.backup(target.driver_connection)
    finally:
        target.close()
        source.close()
    engine.dispose()


def _into_postgresql(file: Path, engine: Engine) -> None:
    how = ["--no-owner", "--no-privileges", "--single-transaction", "--clean", "--if-exists"]
    _program("pg_restore", [*how, str(file)], engine)


# --- What both need -------------------------------------------------------------------------------


def _program(name: str, arguments: list[str], engine: Engine | None) -> str:
    """Return what one of PostgreSQL's programs says; BackupError where it fails, or is not there."""
    program = shutil.which(name)
    if program is None:
        raise BackupError(
            f"{name} is not installed: it comes with PostgreSQL's client programs, of the server's"
            " version or newer."
        )
    environment = dict(os.environ)
    if engine is not None:
        plain = engine.url.set(drivername="postgresql")
        if plain.password:
            environment["PGPASSWORD"] = str(plain.password)  # others can read a command line
        address = make_url(plain).set(password=None).render_as_string()
        arguments = [f"--dbname={address}", *arguments]
    ended = subprocess.run(  # noqa: S603 (a program of the system, no shell)
        [program, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    if ended.returncode:
        raise BackupError(f"{name}: {ended.stderr.strip()[-500:]}")
    return ended.stdout


def _verify(conn: Connection) -> None:
    """Raise BackupError unless a database is whole, and its audit trail unbroken."""
    if conn.dialect.name == "sqlite":
        said = conn.execute(text("PRAGMA integrity_check")).scalars().all()
        if said != ["ok"]:
            raise BackupError(f"The database is damaged: {said[0]}")
        if strays := conn.execute(text("PRAGMA foreign_key_check")).all():
            raise BackupError(f"The database has rows that refer to nothing, in {strays[0][0]}.")
    if inspect(conn).has_table("audit") and (broken := audit.verify(conn)):
        raise BackupError(f"The audit trail was changed at entry {broken[0]}.")


def _counts(conn: Connection) -> dict[str, int]:
    names = sorted(inspect(conn).get_table_names())
    return {
        name: conn.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in names
    }


def _migration(conn: Connection) -> str:
    return MigrationContext.configure(conn).get_current_revision() or ""


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _read(path: Path) -> Backup:
    try:
        return Backup(**json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise BackupError(f"{path.name} cannot be read.") from error


def _write(path: Path, told: Backup) -> None:
    draft = path.with_name(f".{path.name}")
    draft.write_text(json.dumps(asdict(told), indent=1), "utf-8")
    draft.rename(path)
