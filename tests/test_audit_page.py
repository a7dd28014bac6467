"""The audit trail: its page, its file, its command, and what is in it."""

import csv
import io
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Engine, select

import etl
from dashboard import accounts, app, cli
from dashboard.accounts import Grant
from schemas import audit, database
from schemas.codes import Role
from schemas.tables import Audit
from tests.builders import csv_file

AWAY = "203.0.113.9"
People = Callable[..., tuple[int, Any]]


@pytest.fixture
def people(seeded_sqlite: Engine) -> People:
    """Make an account with roles, and a browser that is signed in with it, from elsewhere."""
    server = cast("Flask", app.create_app().server)

    def sign(name: str, *grants: Grant) -> tuple[int, Any]:
        with database.begin(seeded_sqlite) as conn:
            address = f"{name.lower()}@example.org"
            account_id = accounts.add(conn, address, name, given=grants, actor="command line")
            token = accounts.open_sitting(conn, account_id)
        client = server.test_client()
        client.environ_base["REMOTE_ADDR"] = AWAY
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return account_id, client

    return sign


@pytest.fixture
def admin(people: People) -> Any:
    return people("Ada", Grant(Role.ADMINISTRATOR))[1]


def entries(engine: Engine, action: str) -> list[Any]:
    with database.connect(engine) as conn:
        table = Audit.__table__
        found = select(table).where(Audit.action == action).order_by(Audit.audit_id)
        return list(conn.execute(found))


def write(
    engine: Engine, action: str, subject: str, actor: str = "command line", **after: Any
) -> int:
    with database.begin(engine) as conn:
        return audit.record(conn, actor, action, subject, after=after or None)


# --- Whose it is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "grant",
    [
        None,
        Grant(Role.COORDINATOR),
        Grant(Role.EVALUATOR),
        Grant(Role.PARTNER, project_code="DA-ES"),
    ],
    ids=["no role", "coordinator", "evaluator", "partner"],
)
def test_the_trail_is_for_administrators_alone(people: People, grant: Grant | None) -> None:
    _, client = people("Somebody", *([grant] if grant else []))
    for address in ("/admin/audit", "/admin/audit.csv", "/admin/audit.xlsx"):
        assert client.get(address).status_code == 403
    assert client.post("/admin/audit/verify").status_code == 403


def test_whoever_is_not_signed_in_is_led_to_where_that_is_done(people: People) -> None:
    client = people("Nobody")[1].application.test_client()
    client.environ_base["REMOTE_ADDR"] = AWAY
    assert client.get("/admin/audit").headers["Location"].startswith("/sign-in")
    assert client.get("/admin/audit.csv").headers["Location"].startswith("/sign-in")
    assert client.post("/admin/audit/verify").status_code == 401


# --- The page --------------------------------------------------------------------------------------


def test_the_page_names_people_as_they_are_called_now(
    seeded_sqlite: Engine, people: People
) -> None:
    bo, _ = people("Bo")
    _, admin = people("Ada", Grant(Role.ADMINISTRATOR))
    write(seeded_sqlite, "accept", "submission 7", f"account {bo}", sha256="c" * 64)

    shown = admin.get("/admin/audit?action=accept").text
    assert "submission 7" in shown
    assert "c" * 64 in shown
    assert ">Bo<" in shown or "Bo " in shown

    with database.begin(seeded_sqlite) as conn:
        accounts.delete_account(conn, bo, actor="command line")
    shown = admin.get("/admin/audit?action=accept").text
    assert f"account {bo}" in shown
    assert "Bo" not in re.sub(r"<script.*?</script>|<style.*?</style>", "", shown)


def test_each_part_of_the_filter_narrows(seeded_sqlite: Engine, admin: Any) -> None:
    write(seeded_sqlite, "accept", "submission 71", "account 900001")
    write(seeded_sqlite, "accept", "submission 72", "account 900002")
    write(seeded_sqlite, "withdraw", "submission 73", "account 900001")

    def found(query: str) -> set[str]:
        answer = admin.get(f"/admin/audit?{query}")
        assert answer.status_code == 200, query
        return set(re.findall(r"submission 7\d", answer.text))

    assert found("action=accept") == {"submission 71", "submission 72"}
    assert found("actor=account 900001") == {"submission 71", "submission 73"}
    assert found("action=accept&actor=account 900001") == {"submission 71"}
    assert found("subject=submission 73") == {"submission 73"}
    assert found("subject=%25") == set()  # a sign that a database would take for anything
    assert found("since=2999-01-01") == set()
    assert found("until=2000-01-01") == set()
    assert len(found("since=2000-01-01&until=2999-01-01")) == 3


@pytest.mark.parametrize("query", ["action=nonsense", "since=yesterday", f"subject={'x' * 121}"])
def test_what_no_form_sends_is_not_understood(admin: Any, query: str) -> None:
    assert admin.get(f"/admin/audit?{query}").status_code == 400


def test_a_long_trail_comes_in_parts(seeded_sqlite: Engine, admin: Any) -> None:
    for number in range(101):
        write(seeded_sqlite, "tested", f"stone {number}.")
    first, second = (admin.get(f"/admin/audit?action=tested&page={n}").text for n in (1, 2))
    assert len(re.findall(r"stone \d+\.", first)) == 100
    assert re.findall(r"stone \d+\.", second) == ["stone 0."]
    assert "action=tested&amp;page=2" in first


def test_what_is_in_the_trail_is_text_on_the_page(seeded_sqlite: Engine, admin: Any) -> None:
    write(seeded_sqlite, "tested", "<img src=x>", text="<script>alert(1)</script>")
    shown = admin.get("/admin/audit").text
    assert "<img src=x>" not in shown
    assert "<script>alert" not in shown


# --- The chain -------------------------------------------------------------------------------------


def csrf(client: Any) -> dict[str, str]:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/admin/audit").text)
    assert found
    return {"csrf_token": found[1]}


def test_the_button_says_that_the_chain_is_whole_and_keeps_when(
    seeded_sqlite: Engine, admin: Any
) -> None:
    assert "Nobody has checked the chain yet" in admin.get("/admin/audit").text
    assert admin.post("/admin/audit/verify").status_code == 400
    assert admin.post("/admin/audit/verify", data=csrf(admin)).status_code == 303
    shown = admin.get("/admin/audit").text
    assert "The chain is whole" in shown
    (entry,) = entries(seeded_sqlite, "verify_audit")
    assert entry.after["broken"] == []
    assert entry.after["last_hash"] == entry.previous_hash


def _tampered(engine: Engine, to: Path, statement: str) -> str:
    """Return the address of a copy of the database whose guards are gone and whose trail is not what it was."""
    engine.dispose()
    shutil.copy(str(engine.url.database), to)
    with sqlite3.connect(to) as conn:
        for (name,) in conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
        ).fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        conn.execute(statement)
    conn.close()
    return f"sqlite:///{to}"


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET actor = 'somebody else' WHERE audit_id = :second", ["second"]),
        (
            'UPDATE audit SET after = \'{"role": "administrator"}\' WHERE audit_id = :second',
            ["second"],
        ),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE audit_id = :second", ["second"]),
        ("UPDATE audit SET hash = :zeros WHERE audit_id = :second", ["second", "third"]),
        ("DELETE FROM audit WHERE audit_id = :second", ["third"]),
    ],
    ids=["who", "what", "when", "seal", "removed"],
)
def test_whatever_is_changed_behind_our_back_is_found(
    seeded_sqlite: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    broken: list[str],
) -> None:
    names = ("first", "second", "third")
    numbers = {name: write(seeded_sqlite, "tested", name, number=name) for name in names}
    sql = statement.replace(":second", str(numbers["second"])).replace(":zeros", f"'{'0' * 64}'")
    monkeypatch.setenv("DATABASE_URL", _tampered(seeded_sqlite, tmp_path / "copy.sqlite", sql))

    result = CliRunner().invoke(cli.main, ["audit", "verify"])

    assert result.exit_code == 1
    assert re.findall(r"entry (\d+):", result.output) == [str(numbers[one]) for one in broken]


def test_the_command_finds_nothing_where_nothing_was_changed(seeded: Engine) -> None:
    result = CliRunner().invoke(cli.main, ["audit", "verify"])
    assert result.exit_code == 0
    assert re.search(r"^\d+ entries, 0 broken; last hash [0-9a-f]{64}$", result.output.strip())


def test_an_end_that_was_cut_off_is_found_by_the_hash_that_was_kept(
    seeded_sqlite: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = write(seeded_sqlite, "tested", "the last")
    kept = entries(seeded_sqlite, "tested")[-1].hash
    command = ["audit", "verify", "--has", kept]
    assert CliRunner().invoke(cli.main, command).exit_code == 0
    sql = f"DELETE FROM audit WHERE audit_id = {last}"
    monkeypatch.setenv("DATABASE_URL", _tampered(seeded_sqlite, tmp_path / "copy.sqlite", sql))
    assert CliRunner().invoke(cli.main, ["audit", "verify"]).exit_code == 0
    assert CliRunner().invoke(cli.main, command).exit_code == 1


# --- The file --------------------------------------------------------------------------------------


def test_the_file_holds_what_was_asked_for_and_is_an_entry_itself(
    seeded_sqlite: Engine, admin: Any
) -> None:
    write(seeded_sqlite, "accept", "submission 71", sha256="c" * 64)
    answer = admin.get("/admin/audit.csv?action=accept")
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert row["subject"] == "submission 71"
    assert json.loads(row["after"]) == {"sha256": "c" * 64}
    assert re.fullmatch("[0-9a-f]{64}", row["hash"])

    (entry,) = entries(seeded_sqlite, "export")
    assert entry.subject == "audit trail"
    assert entry.after["kind"] == "csv"
    assert entry.after["asked_for"] == "action=accept"


def test_no_cell_of_the_file_is_a_formula(seeded_sqlite: Engine, admin: Any) -> None:
    write(seeded_sqlite, "tested", '=HYPERLINK("https://evil.example")')
    text = admin.get("/admin/audit.csv?action=tested").data.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["subject"].startswith("'=")
    book = openpyxl.load_workbook(io.BytesIO(admin.get("/admin/audit.xlsx?action=tested").data))
    cells = [cell for line in book.worksheets[0].iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(cell.value == '=HYPERLINK("https://evil.example")' for cell in cells)


# --- What is in it ---------------------------------------------------------------------------------

SUBMITTED = csv_file({"value": 1713, "indicator": "PPL-NEW"})


def test_taking_out_what_is_not_public_is_kept_with_who_and_what_and_no_value(
    seeded_sqlite: Engine, people: People
) -> None:
    bo, partner = people("Bo", Grant(Role.PARTNER, project_code="DA-GR"))
    number = etl.receive(SUBMITTED, "a.csv", sender=f"account {bo}").submission_id
    addresses = {
        f"/submission/{number}/file": f"submission {number}",
        f"/submission/{number}/annotated": f"submission {number}",
        "/template/DA-GR.xlsx?period=2023-S1": "project DA-GR",
        "/download/observations.csv?programme=MEDTOWN": "table observations",
        "/report/project/DA-GR.xlsx": "project DA-GR",
        "/open/datapackage": "open data datapackage",
        "/open/sdmx?project=DA-GR": "open data sdmx",
        "/account/data.json": f"account {bo}",
    }
    for address in addresses:
        assert partner.get(address).status_code == 200, address

    kept = entries(seeded_sqlite, "export")
    assert [one.subject for one in kept] == list(addresses.values())
    assert {one.actor for one in kept} == {f"account {bo}"}
    assert all(one.after["scope"] == {"projects": ["DA-GR"]} for one in kept)
    assert "1713" not in json.dumps([one.after for one in kept])
    assert len(kept[0].after["sha256"]) == 64


def test_what_the_public_takes_is_nobodys_business(seeded_sqlite: Engine, people: People) -> None:
    client = people("Nobody")[1].application.test_client()
    client.environ_base["REMOTE_ADDR"] = AWAY
    for address in (
        "/template/DA-GR.xlsx?period=2023-S1",
        "/download/observations.csv?programme=MEDTOWN",
        "/report/project/DA-GR.xlsx",
        "/open/datapackage",
        "/open/hxl",
    ):
        assert client.get(address).status_code == 200
    assert entries(seeded_sqlite, "export") == []


def test_what_is_not_given_away_is_not_kept_as_given(seeded_sqlite: Engine, people: People) -> None:
    bo, _ = people("Bo", Grant(Role.PARTNER, project_code="DA-GR"))
    _, other = people("Other", Grant(Role.PARTNER, project_code="DA-ES"))
    number = etl.receive(SUBMITTED, "a.csv", sender=f"account {bo}").submission_id
    for kind in ("file", "annotated"):
        assert other.get(f"/submission/{number}/{kind}").status_code == 404
    assert entries(seeded_sqlite, "export") == []


def test_decisions_hold_the_workbooks_hash(seeded: Engine) -> None:
    number = etl.receive(SUBMITTED, "a.csv").submission_id
    etl.accept(number, actor="account 7")
    etl.withdraw(number, actor="account 7")
    (accepted,) = entries(seeded, "accept")
    (withdrawn,) = entries(seeded, "withdraw")
    assert accepted.actor == withdrawn.actor == "account 7"
    assert len(accepted.after["sha256"]) == 64
    assert accepted.after["sha256"] == withdrawn.after["sha256"]


def test_what_the_command_line_writes_out_is_kept_too(
    seeded_sqlite: Engine, tmp_path: Path
) -> None:
    for command in (
        ["report", "project", "DA-GR", "--format", "xlsx"],
        ["template", "DA-GR", "--period", "2023-S1"],
    ):
        result = CliRunner().invoke(cli.main, [*command, "-o", str(tmp_path / "file.xlsx")])
        assert result.exit_code == 0, result.output
    kept = entries(seeded_sqlite, "export")
    assert [one.after["kind"] for one in kept] == ["report xlsx", "template"]
    assert {one.actor for one in kept} == {"command line"}


def test_replacing_what_was_derived_is_kept(seeded_sqlite: Engine) -> None:
    number = etl.receive(SUBMITTED, "a.csv").submission_id
    etl.accept(number)
    with database.begin(seeded_sqlite) as conn:
        conn.exec_driver_sql("UPDATE observation SET value = 9")
    assert etl.rebuild(replace=True)
    (entry,) = entries(seeded_sqlite, "rebuild")
    assert entry.after == {"differences": 1}
