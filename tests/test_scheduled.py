"""Reports that are made after each round: once, for its period, and told to those who evaluate."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, delete, func, insert, select, update

import etl
from dashboard import building, notices, queries, scheduling
from dashboard.cli import main
from dashboard.work import parts
from schemas import database, tables
from schemas.scope import EVERYTHING
from tests.people import People, gathered

ROUND = "MEDTOWN-2023-S1"
DUE, GRACE_ENDS = date(2023, 7, 31), date(2023, 8, 14)


@pytest.fixture
def people(seeded_sqlite: Engine) -> People:
    """A programme with two rounds, and a project with a round of its own."""
    with database.begin() as conn:
        conn.execute(delete(tables.Round))
        rows = [
            ("MEDTOWN-2022-S2", "2022-07-01", "2022-12-31", "2023-01-31", None),
            (ROUND, "2023-01-01", "2023-06-30", "2023-07-31", None),
            ("DA-ES-2023-S1", "2023-01-01", "2023-06-30", "2023-08-31", "DA-ES"),
        ]
        conn.execute(
            insert(tables.Round),
            [
                {
                    "round_code": code,
                    "programme_code": "MEDTOWN",
                    "names": {},
                    "period_start": date.fromisoformat(start),
                    "period_end": date.fromisoformat(end),
                    "due_date": date.fromisoformat(due),
                    "grace_days": 14,
                    "project_code": project,
                }
                for code, start, end, due, project in rows
            ],
        )
    return gathered()


def plan(
    kind: str = "country",
    code: str = "GRC",
    *formats: str,
    days: int | None = None,
    since: date = date(2023, 3, 1),
) -> int:
    """Return the number of a report that is made after each round since a day."""
    with database.begin() as conn:
        of = etl.reports.Of("MEDTOWN", kind, code, "en", {})
        number = etl.reports.begin(conn, of, actor="account 1")
        wanted = formats or ("html",)
        etl.scheduled.schedule(conn, number, wanted, days, actor="account 1")
        moment = datetime.combine(since, datetime.min.time(), UTC)
        mine = tables.ReportSchedule.report_id == number
        conn.execute(update(tables.ReportSchedule).where(mine).values(set_at=moment))
    return number


def run(today: date) -> list[str]:
    return list(scheduling.run(today))


def made(report_id: int = 1) -> list[Any]:
    with database.connect() as conn:
        return queries.made_reports(conn, report_id)


def told(people: People, who: str) -> list[notices.Told]:
    with database.connect() as conn:
        return [one for one in notices.listed(conn, people.ids[who]) if one.kind == "report"]


def test_a_report_is_made_once_when_the_grace_of_a_round_ends(people: People) -> None:
    plan()
    assert run(GRACE_ENDS - timedelta(days=1)) == []
    assert run(GRACE_ENDS) == [f"report 1 after {ROUND}: made"]
    assert run(GRACE_ENDS) == run(GRACE_ENDS + timedelta(days=1)) == []
    (one,) = made()
    request = one.inputs["request"]
    assert (request["period"], request["since"], request["code"]) == ("2023-S1", "", "GRC")
    with database.connect() as conn:
        assert queries.published_report(conn, one.made_report_id) is None  # for everybody it is not
    shown = people.get("evaluator", "/work/reports/1?lang=en").text
    assert "After a round" in shown
    assert "made on" in shown
    assert people.get("coordinator", "/reports/1").status_code == 200
    for who in ("evaluator", "coordinator", "second"):
        (notice,) = told(people, who)
        assert notice.link == "/reports/1"
        assert "GRC" in notice.sentence("en")
        assert "MEDTOWN-2023-S1" in notice.sentence("en")
        assert notice.sentence("el") != notice.sentence("en")
    for who in ("partner", "other", "elsewhere"):
        assert told(people, who) == []


def test_the_next_one_tells_what_changed_since_the_former_one(people: People) -> None:
    plan(since=date(2023, 1, 1), days=10)
    assert run(date(2023, 2, 10)) == ["report 1 after MEDTOWN-2022-S2: made"]
    assert run(date(2023, 8, 10)) == [f"report 1 after {ROUND}: made"]
    newest, first = made()
    assert first.inputs["request"]["since"] == ""
    assert newest.inputs["request"]["since"] == str(first.made_at.date())


def test_a_report_follows_the_rounds_of_its_project(people: People) -> None:
    plan("project", "DA-ES", days=0)
    plan("project", "DA-GR", days=0)
    plan("round", "MEDTOWN-2022-S2", days=0)
    assert run(DUE) == [f"report {number} after {ROUND}: made" for number in (2, 3)]
    assert made(3)[0].inputs["request"]["code"] == ROUND  # the round that is over
    assert run(date(2023, 8, 31)) == ["report 1 after DA-ES-2023-S1: made"]


def test_one_that_fails_keeps_no_other_from_being_made_and_is_tried_again(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan("country", "GRC")
    plan("project", "GONE")
    plan("country", "ESP")
    make = building.make

    def broken(conn: Any, row: Any, *how: Any, **what: Any) -> building.Made:
        if row.code == "GRC":
            raise RuntimeError("out of ink")
        return make(conn, row, *how, **what)

    monkeypatch.setattr(building, "make", broken)
    first, second, third = run(GRACE_ENDS)
    assert "not made, see the log" in first
    assert second.endswith("not made (report_without_subject)")
    assert third == f"report 3 after {ROUND}: made"
    shown = people.get("evaluator", "/work/reports/1?lang=en").text
    assert "could not be made" in shown
    shown = people.get("evaluator", "/work/reports/2?lang=en").text
    assert "What it is on is not in the catalogue any more." in shown
    monkeypatch.setattr(building, "make", make)
    assert run(GRACE_ENDS + timedelta(days=1))[0] == f"report 1 after {ROUND}: made"
    assert len(made(1)) == len(made(3)) == 1
    late = GRACE_ENDS + timedelta(days=etl.scheduled.FORGOTTEN)
    assert run(late) == []  # it was tried for a month


def test_what_was_not_kept_whole_is_made_again_and_never_twice(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan("country", "GRC", "html", "xlsx")
    with monkeypatch.context() as patched:
        patched.setattr(notices, "tell", lambda *_, **__: 1 / 0)  # killed at the very end
        assert "not made" in run(GRACE_ENDS)[0]
    assert made() == []
    with database.connect() as conn:
        due = list(etl.scheduled.due(conn, GRACE_ENDS, scheduling.follows))
        database.let_go(conn)
    assert scheduling.make(due[0]) is True
    assert scheduling.make(due[0]) is False  # another run had begun at the same time
    assert sorted(one.file_format for one in made()) == ["html", "xlsx"]
    (notice,) = told(people, "evaluator")
    assert notice.link == f"/work/reports/1#made-{made()[0].made_report_id}"
    with database.connect() as conn:
        assert conn.execute(select(func.count()).select_from(tables.ScheduledReport)).scalar() == 1


def test_it_is_chosen_on_the_page(people: People) -> None:
    with database.begin() as conn:
        of = etl.reports.Of("MEDTOWN", "country", "GRC", "en", {})
        etl.reports.begin(conn, of, actor="account 1")
    assert "It is not made by itself." in people.get("evaluator", "/work/reports/1?lang=en").text

    def send(who: str = "evaluator", **sent: Any) -> Any:
        form = {f"schedule-{name}": word for name, word in sent.items()}
        token = {"schedule-csrf_token": people.token(who)}
        return people.post(who, "/work/reports/1/schedule?lang=en", **form, **token)

    assert send(file_formats=["pdf", "docx"], days="5").status_code == 303
    with database.connect() as conn:
        row = queries.report_schedule(conn, 1)
        assert queries.report(conn, EVERYTHING, 1) is not None
    assert (row.file_formats, row.days) == (["docx", "pdf"], 5)
    assert row.set_at.date() == parts.today()
    assert "of 0 to 366" not in send(file_formats=["pdf"], days="-1").text
    assert send(file_formats=["pdf"], days="-1").status_code == 400
    assert send(file_formats=["exe"]).status_code == 400
    assert send("partner", file_formats=["pdf"]).status_code == 403
    assert send("elsewhere", file_formats=["pdf"]).status_code == 404
    send()
    with database.connect() as conn:
        assert queries.report_schedule(conn, 1) is None


def test_the_daily_command_makes_them(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["report 1 after R: made"]
    monkeypatch.setattr(scheduling, "run", lambda today: iter(lines))
    answer = CliRunner().invoke(main, ["remind"])
    assert answer.exit_code == 0, answer.output
    assert lines[0] in answer.output
