"""What is kept of people, for how long; and that the privacy page promises what the command does."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Connection, Engine, func, insert, select, update

import etl
from dashboard import accounts, app, cli, notices, retention, settings
from schemas import database
from schemas.tables import Attempt, Audit, FindingRow, Invitation, Notice, Sitting, Submission

NOW = datetime.now(UTC)
REFUSED = b"PK\x03\x04 this is no workbook"


def count(conn: Connection, table: Any) -> int:
    return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def person(conn: Connection, name: str = "Ana") -> int:
    return accounts.add(conn, f"{name.lower()}@example.org", name, actor="command line")


def told(conn: Connection, account_id: int, *, days: int, is_read: bool) -> None:
    """Keep a notice that was made, and read, so many days ago."""
    notices.tell(conn, [account_id], "job", "Something was done.", link="/")
    newest = select(func.max(Notice.notice_id)).scalar_subquery()
    then = NOW - timedelta(days=days)
    values = {"created_at": then, "read_at": then if is_read else None}
    conn.execute(update(Notice).where(Notice.notice_id == newest).values(values))


def purge(engine: Engine, at: datetime = NOW) -> dict[str, int]:
    with database.begin(engine) as conn:
        return retention.purge(conn, now=at, actor="command line")


def test_browsers_that_nobody_used_are_forgotten(engine: Engine) -> None:
    with database.begin(engine) as conn:
        ana = person(conn)
        here = accounts.open_sitting(conn, ana)
        idle, long = accounts.open_sitting(conn, ana), accounts.open_sitting(conn, ana)
        rows = {
            idle: {"seen_at": NOW - timedelta(minutes=61)},
            long: {"started_at": NOW - timedelta(hours=13)},
        }
        for token, values in rows.items():
            mine = Sitting.token_hash == accounts.sittings.__globals__["digest"](token)
            conn.execute(update(Sitting).where(mine).values(values))
    assert purge(engine)["sittings"] == 2
    with database.connect(engine) as conn:
        assert count(conn, Sitting) == 1
        assert accounts.reader(conn, here)


def test_failed_attempts_are_forgotten_after_an_hour(engine: Engine) -> None:
    with database.begin(engine) as conn:
        rows = [
            {"subject": "account a", "failed_at": NOW - timedelta(minutes=minutes)}
            for minutes in (1, 59, 61)
        ]
        conn.execute(insert(Attempt), rows)
    assert purge(engine)["attempts"] == 1


def test_links_that_are_good_no_more_are_forgotten(engine: Engine) -> None:
    with database.begin(engine) as conn:
        accounts.invite(conn, person(conn), actor="command line")
    assert purge(engine)["invitations"] == 0
    assert purge(engine, NOW + timedelta(days=8))["invitations"] == 1
    with database.connect(engine) as conn:
        assert count(conn, Invitation) == 0


@pytest.mark.parametrize(
    ("days", "is_read", "is_gone"),
    [(179, True, False), (181, True, True), (181, False, False), (361, False, True)],
)
def test_notices_are_kept_as_long_as_the_setting_says(
    engine: Engine, days: int, is_read: bool, is_gone: bool
) -> None:
    with database.begin(engine) as conn:
        told(conn, person(conn), days=days, is_read=is_read)
    assert purge(engine)["notices"] == is_gone


def test_the_setting_decides(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDTOWN_KEEP_NOTICES_DAYS", "10")
    with database.begin(engine) as conn:
        told(conn, person(conn), days=11, is_read=True)
    assert purge(engine)["notices"] == 1


def test_the_name_of_a_refused_file_goes_and_that_of_another_stays(engine: Engine) -> None:
    refused = etl.receive(REFUSED, "Maria Lopez.xlsx").submission_id
    with database.begin(engine) as conn:
        row = conn.execute(select(Submission.__table__)).mappings().one()
        other = {**row, "submission_id": refused + 1, "sender": "b", "state": "rejected"}
        conn.execute(insert(Submission), [{**other, "file_name": "Kept.xlsx"}])

    assert purge(engine, NOW + timedelta(days=364))["refused"] == 0
    later = NOW + timedelta(days=366)
    assert purge(engine, later)["refused"] == 1
    assert purge(engine, later)["refused"] == 0

    with database.connect(engine) as conn:
        names = conn.execute(select(Submission.file_name).order_by(Submission.submission_id))
        assert names.scalars().all() == [retention.NAMELESS, "Kept.xlsx"]
        assert count(conn, FindingRow) == 0


def test_a_deleted_account_takes_its_notices_with_it_at_once(engine: Engine) -> None:
    with database.begin(engine) as conn:
        ana = person(conn)
        told(conn, ana, days=0, is_read=False)
        accounts.delete_account(conn, ana, actor=f"account {ana}")
        assert count(conn, Notice) == 0


def test_the_trail_says_how_much_went_and_nothing_of_whom(engine: Engine) -> None:
    with database.begin(engine) as conn:
        told(conn, person(conn), days=400, is_read=True)
        before = count(conn, Audit)
    purge(engine)
    with database.connect(engine) as conn:
        last = conn.execute(select(Audit.__table__).order_by(Audit.audit_id.desc())).first()
        assert last is not None
        assert (last.action, last.subject, last.after) == ("purge", "personal data", {"notices": 1})
        assert count(conn, Audit) == before + 1
    purge(engine)
    with database.connect(engine) as conn:  # nothing went, nothing is told
        assert count(conn, Audit) == before + 1


def test_the_command_says_what_would_go_and_then_does_it(engine: Engine) -> None:
    with database.begin(engine) as conn:
        told(conn, person(conn), days=400, is_read=True)
    result = CliRunner().invoke(cli.main, ["purge", "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "notices: 1 would go" in result.output
    with database.connect(engine) as conn:
        assert count(conn, Notice) == 1
        entries = count(conn, Audit)
    result = CliRunner().invoke(cli.main, ["purge"])
    assert "notices: 1 gone" in result.output
    with database.connect(engine) as conn:
        assert count(conn, Notice) == 0
        assert count(conn, Audit) == entries + 1


# --- The page --------------------------------------------------------------------------------------


@pytest.fixture
def client(seeded_sqlite: Engine) -> Any:
    server = cast("Flask", app.create_app().server)
    client = server.test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    return client


def test_the_page_promises_what_the_settings_say(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "180 days after they were read" in client.get("/privacy").text
    monkeypatch.setenv("MEDTOWN_KEEP_NOTICES_DAYS", "21")
    monkeypatch.setenv("MEDTOWN_KEEP_REFUSED_DAYS", "33")
    page = client.get("/privacy").text
    assert "21 days after they were read" in page
    assert "33 days." in page
    assert "180 days" not in page


def test_the_page_says_whom_to_ask(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "mailto:" not in client.get("/privacy").text
    monkeypatch.setenv("MEDTOWN_CONTACT", "privacy@example.org")
    assert 'href="mailto:privacy@example.org"' in client.get("/privacy").text
    monkeypatch.setenv("MEDTOWN_CONTACT", "<b>Ana</b>")
    assert "<b>Ana</b>" not in client.get("/privacy").text


@pytest.mark.parametrize("path", ["/", "/about", "/sign-in", "/privacy"])
def test_every_page_leads_to_it(client: Any, path: str) -> None:
    assert re.search(r'href="/privacy[?"]', client.get(path).text)


def test_every_table_about_people_is_on_the_list() -> None:
    named = {one.name for one in retention.LIST}
    assert named >= {"accounts", "sittings", "attempts", "invitations", "notices", "audit"}
    assert named >= {"submissions", "rounds", "jobs"}
    for one in retention.LIST:
        assert one.for_long(settings.Keeping(), "en")


def test_what_somebody_gets_out_holds_the_notices(engine: Engine) -> None:
    with database.begin(engine) as conn:
        ana = person(conn)
        told(conn, ana, days=1, is_read=True)
        kept = accounts.exported(conn, ana)["notices"]
    assert [one["text"] for one in kept] == ["Something was done."]
