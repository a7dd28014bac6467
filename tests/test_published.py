"""Reports that everybody may fetch: only what pages tell, and only as long as they do."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, update
from werkzeug.test import TestResponse

import etl
from dashboard import accounts, building, made, queries, reports
from dashboard import jobs as kinds
from dashboard.accounts import Grant
from dashboard.queries import Closed
from dashboard.reports import fields, reach
from dashboard.reports.outlines import Chosen
from etl import jobs, store
from etl.records import Of
from schemas import database, tables
from schemas.codes import JobKind, JobState, RecordKind, Role
from schemas.scope import EVERYTHING, PUBLIC
from tests.builders import csv_file
from tests.conftest import Databases
from tests.people import FROM, People, gathered, people
from tests.test_records import GIVEN

__all__ = ["people"]

GREECE = {"project": "DA-GR", "place": "Paggaio"}
SPAIN = {"project": "DA-ES", "place": "ES-SE-CAM"}
WHO = "account 1"


def accept(women: float, men: float, period: str = "2023-S1", **of: Any) -> None:
    """Let a workbook count that tells a total and its parts."""
    whose = {**(of or GREECE), "period": period}
    parts = {"sex=F": women, "sex=M": men, "": women + men}
    rows = [{**whose, "breakdown": key, "value": value} for key, value in parts.items()]
    receipt = store.receive(
        csv_file(*rows), f"{women}-{men}-{period}.csv", programme_code="MEDTOWN"
    )
    if receipt.state == "ready":  # the same values again, or periods that overlap, change nothing
        etl.accept(receipt.submission_id)


def begin(kind: str = "project", code: str = "DA-GR", **texts: str) -> int:
    """Return the number of a new report with texts."""
    with database.begin() as conn:
        number = etl.reports.begin(conn, etl.reports.Of("MEDTOWN", kind, code, "en", {}), actor=WHO)
        for part, text in texts.items():
            etl.reports.write(conn, number, part, text, seen=0, actor=WHO)
    return number


def publish(report_id: int, file_format: str = "html") -> int:
    """Return the number of a file that is published of a report."""
    with database.connect() as conn:
        row = queries.report(conn, EVERYTHING, report_id)
        database.let_go(conn)
    return building.keep(row, file_format, actor=WHO, is_public=True)[0]


def closed(*numbers: int) -> list[Closed | None]:
    """Return why each of some files is closed; None for one that is open."""
    with database.connect() as conn:
        rows = [queries.published_report(conn, number) for number in numbers]
        found = queries.closed(conn, rows)
    return [found.get(number) for number in numbers]


def content(number: int) -> str:
    with database.connect() as conn:
        return str(queries.published_file(conn, number)["content"].decode())


def ask(people: People, number: int, who: str = "public", **headers: str) -> TestResponse:
    return people.clients[who].get(f"/reports/{number}?lang=en", headers=headers, environ_base=FROM)


def press(people: People, what: str, who: str = "evaluator", **sent: Any) -> TestResponse:
    return people.post(who, f"/work/reports/1/{what}?lang=en", **sent)


@pytest.fixture
def sqlite_people(seeded_sqlite: Engine) -> People:
    return gathered()


# --- What the pages tell --------------------------------------------------------------------------


def test_a_file_is_closed_when_a_value_in_it_could_give_another_away(people: People) -> None:
    """Of two parts one falls below the threshold: the other, kept in the file, would tell it."""
    accept(20, 30)
    begin(summary="So many: {{value indicator=JOB-NEW was=99}}")
    press(people, "publish", **{"publish-file_format": "html"})
    got = ask(people, 1)
    assert got.status_code == 200
    assert "So many: 50 jobs" in got.text
    assert "was=" not in got.text
    assert got.headers["Cache-Control"] == "no-cache"
    tag = got.headers["ETag"]
    with database.connect() as conn:
        assert tag == f'"{queries.published_file(conn, 1)["sha256"]}"'
    assert ask(people, 1, **{"If-None-Match": tag}).status_code == 304
    page = people.get("public", "/project/DA-GR?lang=en").text
    assert 'href="/reports/1?' in page
    assert "/reports/1?" in people.get("public", "/reports?lang=en").text

    accept(3, 30)  # the women are few now, and the men with the total would tell how many
    for answer in (ask(people, 1), ask(people, 1, **{"If-None-Match": tag})):
        assert answer.status_code == 410
        assert answer.headers["Cache-Control"] == "no-store"
        assert "so that few people stay unknown" in answer.text
        assert 'href="/project/DA-GR' in answer.text
    assert "/reports/1?" not in people.get("public", "/project/DA-GR?lang=en").text
    assert "/reports/1?" not in people.get("public", "/reports?lang=en").text
    assert ask(people, 1, "partner").status_code == 410
    assert ask(people, 1, "evaluator").status_code == 200
    shown = people.get("evaluator", "/work/reports/1?lang=en").text
    assert "Not public any more." in shown
    assert "Publish it again" in shown

    press(people, "publish", **{"publish-file_format": "html"})
    assert ask(people, 2).status_code == 200
    assert 'href="/reports/2?' in ask(people, 1).text  # the newest of the same report
    assert "So many: 33 jobs" in content(2)


def test_a_file_has_the_eyes_of_the_public(seeded_sqlite: Engine) -> None:
    accept(3, 30)
    field = "{{value indicator=JOB-NEW sex=F was=3}}"
    torn = "{{value indicator=JOB-NEW\nwas=3}} and `{{value indicator=JOB-NEW was=3}}`"
    many = f"{'{{value indicator=JOB-NEW}} ' * 300}{field}"
    number = publish(begin(summary=f"Women: {field}.\n\n{torn}", key_figures=many))
    page = content(number)
    assert "Women: withheld." in page
    assert "was=" not in page
    with database.connect() as conn:
        row = queries.report(conn, EVERYTHING, 1)
        wide = building.make(conn, row, "html")
        kept = queries.published_file(conn, number)["inputs"]
    assert building.scope_of(row).kept() == wide.inputs["scope"] != kept["scope"]
    assert "Women: 3 jobs" in wide.file.data.decode()
    assert closed(number) == [None]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("{{value indicator=JOB-NEW was=7}}", "{{value indicator=JOB-NEW}}"),
        ("{{was=7 value}}", "{{ value}}"),
        ("{{value\nwas=7}}", "{{value}}"),
        ("was='7 or 8' x", " x"),
        ('a WAS = "7 or 8"b', "ab"),
        ("what it was = nothing", "what it"),
        ("it was so", "it was so"),
    ],
)
def test_what_a_field_said_once_is_forgotten(text: str, left: str) -> None:
    assert fields.forgotten(text) == left


def test_only_files_that_tell_it_are_closed(seeded_sqlite: Engine) -> None:
    accept(20, 30)
    accept(20, 30, **SPAIN)
    numbers = [
        publish(begin()),
        publish(begin("country", "GRC")),
        publish(begin("country", "GRC", summary="{{value indicator=JOB-NEW project=DA-ES}}")),
        publish(begin("country", "GRC", summary="{{value indicator=JOB-NEW}}")),
        publish(begin("summative", "MEDTOWN")),
        publish(begin("indicator", "JOB-NEW")),
    ]
    accept(20, 31, "2023-S2")  # more is known; what was told stays told
    accept(21, 32)
    assert closed(*numbers) == [None] * 6
    accept(2, 30, **SPAIN)
    assert closed(*numbers) == [None, None, *[Closed.PROTECTED] * 4]


def test_a_part_that_nobody_has_listed_reads_everything(seeded_sqlite: Engine) -> None:
    told(RecordKind.STORY)
    request = reports.Request("project", "DA-GR", programme_code="MEDTOWN", as_of=date(2999, 1, 1))
    with database.connect() as conn:
        of = reports.read(conn, PUBLIC, request)
        known, other = [Chosen("summary")], [Chosen("summary"), Chosen("tea_leaves")]
        values = reports.values_of(of)
        assert reach.areas(of, known, [], values) == [{"project_code": {"DA-GR"}}]
        assert reach.areas(of, other, [], values) == [reach.WHOLE]
        assert (len(reach.records(of, known)), len(reach.records(of, other))) == (0, 1)


STEP = st.tuples(
    st.sampled_from(["accept", "accept", "publish"]),
    st.sampled_from([GREECE, SPAIN]),
    st.sampled_from(["2023-S1", "2023-Q1", "2023-S2"]),
    st.integers(0, 12),
    st.integers(0, 12),
    st.sampled_from(
        [
            ("project", "DA-GR", "{{value indicator=JOB-NEW}}"),
            ("country", "GRC", "{{value indicator=JOB-NEW project=DA-ES sex=F}}"),
            ("indicator", "JOB-NEW", ""),
            ("territory", "ES-SE-CAM", ""),
        ]
    ),
)


@pytest.mark.slow
@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],  # each step makes files: to make fewer takes hours
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=4, max_size=9))
def test_what_is_open_says_what_pages_say_today(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, steps: list[Any]
) -> None:
    """Whatever is corrected: an open file is, to the byte, what everybody is told of its moment now."""
    monkeypatch.setenv("DATABASE_URL", databases.fresh("sqlite", is_seeded=True))
    monkeypatch.setenv("MEDTOWN_HOME", str(databases.folder / "home"))
    accept(20, 30)
    files = [publish(begin())]
    for action, whose, period, women, men, (kind, code, text) in steps:
        if action == "accept":
            accept(women, men, period, **whose)
        else:
            files.append(publish(begin(kind, code, summary=text)))
        for number, why in zip(files, closed(*files), strict=True):
            if why is None:
                with database.connect() as conn:
                    file = queries.published_file(conn, number)
                    told = building.again(conn, file["inputs"], file["file_format"])
                assert told == file["content"]


# --- Records --------------------------------------------------------------------------------------


def told(kind: RecordKind, **changes: Any) -> int:
    """Return the number of a published record of the Greek project."""
    with database.begin() as conn:
        number = etl.records.write(
            conn,
            kind,
            Of("MEDTOWN", "DA-GR"),
            language="en",
            given={**GIVEN[kind], **changes},
            actor=WHO,
        )
        etl.records.publish(conn, number, seen=_newest(conn, number), actor=WHO)
    return number


def _newest(conn: Connection, number: int) -> int:
    versions = select(tables.RecordVersion.record_version_id).where(
        tables.RecordVersion.record_id == number
    )
    return int(max(conn.execute(versions).scalars()))


@pytest.mark.parametrize("act", ["withdraw", "erase", "consent"])
def test_a_file_is_closed_when_a_story_in_it_is_taken_back(seeded_sqlite: Engine, act: str) -> None:
    accept(20, 30)
    story, lesson = told(RecordKind.STORY), told(RecordKind.LESSON)
    whole, without = publish(begin("country", "GRC")), publish(begin("indicator", "JOB-NEW"))
    assert "I was alone" in content(whole)
    with database.begin() as conn:
        changed = {**GIVEN[RecordKind.LESSON], "learned": "Begin earlier"}
        seen = _newest(conn, lesson)
        etl.records.rewrite(conn, lesson, language="en", given=changed, seen=seen, actor=WHO)
        etl.records.publish(conn, lesson, seen=_newest(conn, lesson), actor=WHO)
    assert closed(whole) == [None]  # of its day the former version is told still
    with database.begin() as conn:
        seen = _newest(conn, story)
        if act == "consent":
            private = {**GIVEN[RecordKind.STORY], "has_consent": False}
            etl.records.rewrite(conn, story, language="en", given=private, seen=seen, actor=WHO)
        else:
            getattr(etl.records, act)(conn, story, seen=seen, actor=WHO)
    assert closed(whole, without) == [Closed.TAKEN_BACK, None]
    if act == "erase":  # written anew and published, what was erased is still not told
        with database.begin() as conn:
            given, seen = GIVEN[RecordKind.STORY], _newest(conn, story)
            etl.records.rewrite(conn, story, language="en", given=given, seen=seen, actor=WHO)
            etl.records.publish(conn, story, seen=_newest(conn, story), actor=WHO)
        assert closed(whole) == [Closed.TAKEN_BACK]


# --- Published and withdrawn ----------------------------------------------------------------------


def test_what_is_not_published_is_nobodys_business(sqlite_people: People) -> None:
    accept(20, 30)
    begin(summary="A draft")
    press(sqlite_people, "make/html")
    for number in (1, 2, 2**40):
        for who in ("partner", "elsewhere"):
            assert ask(sqlite_people, number, who).status_code == 404
        assert ask(sqlite_people, number).status_code == (404 if number > 2**31 else 302)
    assert "/reports/1?" not in sqlite_people.get("public", "/reports?lang=en").text
    assert "/reports/1?" not in sqlite_people.get("public", "/project/DA-GR?lang=en").text
    assert "No report is published yet" in sqlite_people.get("public", "/reports?lang=en").text


def test_who_published_it_may_withdraw_it(sqlite_people: People) -> None:
    accept(20, 30)
    begin()
    assert (
        press(sqlite_people, "publish", "partner", **{"publish-file_format": "pdf"}).status_code
        == 403
    )
    assert (
        press(sqlite_people, "publish", "elsewhere", **{"publish-file_format": "pdf"}).status_code
        == 404
    )
    assert press(sqlite_people, "publish", **{"publish-file_format": "exe"}).status_code == 400
    answer = press(sqlite_people, "publish", **{"publish-file_format": "xlsx"})
    assert answer.location == "/work/reports/1#made-1"
    assert 'id="made-1"' in sqlite_people.get("evaluator", "/work/reports/1").text
    assert ask(sqlite_people, 1).status_code == 200
    press(sqlite_people, "remove")
    assert (
        "Withdraw its published files first"
        in sqlite_people.get("evaluator", "/work/reports/1?lang=en").text
    )
    assert press(sqlite_people, "withdraw/1", "elsewhere").status_code == 404
    assert press(sqlite_people, "withdraw/1", "partner").status_code == 403
    press(sqlite_people, "withdraw/1")
    press(sqlite_people, "withdraw/1")  # a second click changes nothing
    gone = ask(sqlite_people, 1)
    assert gone.status_code == 410
    assert "have withdrawn it" in gone.text
    with database.connect() as conn:
        trail = select(tables.Audit.action).where(tables.Audit.subject == "report 1")
        actions = list(conn.execute(trail).scalars())
    assert [one for one in actions if one.endswith(("publish_report", "withdraw_report"))] == [
        "publish_report",
        "withdraw_report",
    ]
    assert press(sqlite_people, "remove").location == "/work/reports"


def test_a_report_of_a_past_day_is_known_until_then(seeded_sqlite: Engine) -> None:
    """What is told of the day of the last report was known on that day, be it later than the report's."""
    accept(20, 30)
    number = begin()
    with database.begin() as conn:
        mine = tables.Report.report_id == number
        choices = {"as_of": "2023-01-01", "since": "2999-01-01"}
        conn.execute(update(tables.Report).where(mine).values(choices=choices))
    file = publish(number)
    accept(2, 30)
    assert closed(file) == [Closed.PROTECTED]


# --- Making ---------------------------------------------------------------------------------------


def test_what_is_on_nothing_any_more_says_so(sqlite_people: People) -> None:
    begin()
    with database.begin() as conn:
        conn.execute(update(tables.Report).values(code="GONE"))
    assert press(sqlite_people, "make/html").status_code == 303
    assert (
        "“GONE” is not in the catalogue any more"
        in sqlite_people.get("evaluator", "/work/reports/1?lang=en").text
    )


def test_making_takes_its_turn(sqlite_people: People) -> None:
    begin()
    press(sqlite_people, "make/html")
    held = [made._room.acquire(blocking=False) for _ in range(made.MOST_AT_ONCE)]
    try:
        assert held == [True] * made.MOST_AT_ONCE
        for what in ("make/html", "again/1"):
            answer = press(sqlite_people, what)
            assert answer.status_code == 429
        sent = {"publish-file_format": "html"}
        assert press(sqlite_people, "publish", **sent).status_code == 429
    finally:
        for _ in held:
            made._room.release()
    assert press(sqlite_people, "again/1").location == "/work/reports/1#made-1"


def test_workers_tell_how_far_they_are_and_what_came_of_it(
    sqlite_people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(20, 30)
    number = begin()
    monkeypatch.setattr(jobs, "BROKER", "memory://")
    monkeypatch.setattr(jobs, "send", lambda *_: None)
    kinds.add()
    far: list[tuple[int, int]] = []
    tell = etl.tell_job

    def listen(job: etl.Taken, parts: int, every: int, *bind: Engine | None) -> None:
        far.append((parts, every))
        tell(job, parts, every, *bind)

    monkeypatch.setattr(etl, "tell_job", listen)

    def done(what: str, **sent: str) -> str:
        answer = press(sqlite_people, what, **sent)
        job_id = int(answer.location.rpartition("/")[2])
        jobs.run(job_id)
        with database.connect() as conn:
            state = select(tables.Job.state).where(tables.Job.job_id == job_id)
            assert conn.execute(state).scalar_one() == JobState.DONE
        return sqlite_people.get("evaluator", f"/work/jobs/{job_id}?lang=en").text

    page = done("make/html")
    every = len(reports.wanted("project", ()))
    assert far == [(part, every) for part in range(every)]
    assert f'href="/work/reports/{number}?lang=en#made-title"' in page
    assert "the same file, byte for byte" in done("again/1")
    assert (
        "the same file, byte for byte"
        in sqlite_people.get("evaluator", "/work/reports/1?lang=en").text
    )
    done("publish", **{"publish-file_format": "html"})
    assert ask(sqlite_people, 2).status_code == 200


def test_a_worker_says_why_it_made_nothing(seeded_sqlite: Engine) -> None:
    number = begin(code="GONE")
    kinds.add()
    with database.begin() as conn:
        given = [Grant(Role.EVALUATOR, "MEDTOWN")]
        who = accounts.add(conn, "eva@example.org", "Eva", given=given, actor="test")
        asked = {"report": number, "format": "pdf"}
        taken = jobs.start(conn, JobKind.REPORT, asked, account_id=who)
    jobs.do(taken)
    with database.connect() as conn:
        row = conn.execute(select(tables.Job.code, tables.Job.code_arguments)).one()
    assert (row.code, row.code_arguments["found"]) == ("report_without_subject", "GONE")
