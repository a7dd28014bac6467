"""Discussions: who sees them and takes part, what is kept of them, and what no text can do."""

from datetime import UTC, date, datetime
from html import escape
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, insert, select

import etl
from dashboard import access, accounts, queries
from dashboard.accounts import Grant, Reader
from etl import store, threads
from etl.threads import Subject
from schemas import audit, database, tables
from schemas.codes import Role
from schemas.codes import Subject as Kind
from schemas.scope import EVERYTHING, PUBLIC
from tests.builders import csv_file
from tests.people import People, people

__all__ = ["people"]

PROJECT = Subject(kind=Kind.PROJECT, programme_code="MEDTOWN", project_code="DA-GR")
EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://x","y")',
    "{x} %s",
]


def begun(subject: Subject = PROJECT, text: str = "Why so many?", **more: Any) -> int:
    with database.begin() as conn:
        return threads.open_thread(conn, subject, text, author=None, **more)


# --- What is kept ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "  \n ", "x" * 4001, "a\x00b", "a\x07b", "abc\u202edef", "\u2066x"]
)
def test_what_cannot_be_kept_is_refused(seeded_sqlite: Engine, text: str) -> None:
    with pytest.raises(threads.TextError), database.begin() as conn:
        threads.open_thread(conn, PROJECT, text, author=None)
    with database.connect() as conn:
        assert conn.execute(select(func.count()).select_from(tables.Thread)).scalar_one() == 0


@pytest.mark.parametrize("text", ["سؤال", "لماذا\u200f؟", "two\nlines", "👩‍👩‍👧", "x" * 4000])
def test_what_people_write_is_kept_as_it_is(seeded: Engine, text: str) -> None:
    number = begun(text=text)
    with database.connect() as conn:
        (message,) = threads.messages_of(conn, [number])
    assert message.text == text


def test_a_thread_is_audited_without_its_words(seeded: Engine) -> None:
    number = begun(text="Ana said so")
    with database.begin() as conn:
        threads.resolve(conn, number, actor=None)
        threads.resolve(conn, number, actor=None)
        threads.reopen(conn, number, actor=None)
    with database.connect() as conn:
        rows = conn.execute(select(tables.Audit.__table__)).all()
        assert audit.verify(conn) == []
    mine = [row for row in rows if row.subject == f"thread {number}"]
    assert [row.action for row in mine] == [
        *("open_thread", "write_message", "resolve_thread", "reopen_thread")
    ]
    assert not any("Ana" in str(row.before) + str(row.after) for row in mine)


def test_a_value_keeps_its_discussion_through_every_version(seeded: Engine) -> None:
    first = store.receive(csv_file({}), "f.csv", programme_code="MEDTOWN").submission_id
    etl.accept(first)
    with database.begin() as conn:
        one = etl.slices.of_row(conn.execute(select(tables.Observation.__table__)).one())
        subject = threads.of_slice("MEDTOWN", one, submission_id=first, sheet="", cell="F2")
        number = threads.open_thread(conn, subject, "Are these all?", author=None)
    second = store.receive(csv_file({"value": 16}), "f.csv", programme_code="MEDTOWN").submission_id
    etl.accept(second)
    other = csv_file({"period": "2022-S2"})
    etl.accept(store.receive(other, "f.csv", programme_code="MEDTOWN").submission_id)
    with database.connect() as conn:
        rows = conn.execute(select(tables.Observation.__table__).where(tables.current())).all()
        found = {
            row.period_end.year: [
                told.thread_id
                for told in threads.threads_of(
                    conn, threads.of_slice("MEDTOWN", etl.slices.of_row(row))
                )
            ]
            for row in rows
        }
    assert found == {2023: [number], 2022: []}


# --- Who sees it: from the scope, and from the thread, the same -----------------------------------


def subjects(conn: Connection) -> list[Subject]:
    """Return one subject of each kind, of two projects."""
    found = []
    for project in ("DA-GR", "DA-ES"):
        place = conn.execute(
            select(tables.ProjectPlace.place_code)
            .where(tables.ProjectPlace.project_code == project)
            .order_by(tables.ProjectPlace.place_code)
        ).scalars()
        code = next(iter(place))
        row = {
            "sha256": project.ljust(64, "0"),
            "size": 1,
            "received_at": datetime.now(UTC),
        }
        conn.execute(insert(tables.Workbook), [row])
        made = conn.execute(
            insert(tables.Submission).returning(tables.Submission.submission_id),
            [
                {
                    "sha256": row["sha256"],
                    "file_name": "f",
                    "state": "ready",
                    "sender": "account 3",
                    "programme_code": "MEDTOWN",
                    "project_code": project,
                    "received_at": row["received_at"],
                }
            ],
        ).scalar_one()
        of: dict[str, Any] = {"programme_code": "MEDTOWN", "project_code": project}
        day = date(2023, 6, 30)
        found += [
            Subject(kind=Kind.PROJECT, **of),
            Subject(kind=Kind.SUBMISSION, submission_id=made, **of),
            Subject(
                kind=Kind.VALUE,
                **of,
                place_code=code,
                indicator_code="JOB-NEW",
                period_start=day,
                period_end=day,
                value_type="actual",
                submission_id=made,
            ),
        ]
    reported = conn.execute(
        select(tables.ProjectIndicator.indicator_code)
        .where(tables.ProjectIndicator.project_code == "DA-GR")
        .order_by(tables.ProjectIndicator.indicator_code)
    ).scalars()
    found.append(
        Subject(kind=Kind.INDICATOR, programme_code="MEDTOWN", indicator_code=next(iter(reported)))
    )
    return found


def test_who_is_told_of_a_thread_is_who_may_see_it(seeded: Engine) -> None:
    with database.begin() as conn:
        country = conn.execute(
            select(tables.Place.place_code).where(tables.Place.country_code == "GRC")
        ).scalars()
        grants = [
            *(Grant(Role.PARTNER, project_code=code) for code in ("DA-GR", "DA-ES", "DA-TN")),
            *(Grant(Role.PARTNER, place_code=code) for code in sorted(country)[:4]),
            *(
                Grant(role, code)
                for role in (Role.EVALUATOR, Role.COORDINATOR)
                for code in ("", "MEDTOWN", "ROWCA2014")
            ),
            Grant(Role.ADMINISTRATOR),
        ]
        readers: list[Reader] = []
        for n, grant in enumerate(grants):
            number = accounts.add(conn, f"{n}@example.org", f"N{n}", given=[grant], actor="test")
            readers.append(accounts.reader_of(conn, accounts.account(conn, number)))
        seen = 0
        for subject in subjects(conn):
            number = threads.open_thread(conn, subject, "?", author=None)
            named = queries.readers(conn, queries.thread(conn, EVERYTHING, number))
            for reader in readers:
                is_seen = queries.thread(conn, access.scope_of(reader), number) is not None
                assert (reader.account_id in named) == is_seen, (subject, reader)
                seen += is_seen
            assert queries.thread(conn, PUBLIC, number) is None
    assert seen > 40


# --- Over HTTP ------------------------------------------------------------------------------------


def page(people: People, who: str, address: str) -> tuple[int, str]:
    answer = people.get(who, address)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("partner", 200),
        ("other", 404),
        ("coordinator", 200),
        ("evaluator", 200),
        ("elsewhere", 404),
        ("public", 302),
    ],
)
def test_a_thread_is_seen_by_those_concerned(people: People, who: str, status: int) -> None:
    number = begun()
    assert page(people, who, f"/work/threads/{number}")[0] == status


def test_partners_and_coordinators_answer_evaluators_only_read(people: People) -> None:
    number = begun()
    for who, status in (("partner", 303), ("coordinator", 303), ("evaluator", 403), ("other", 404)):
        answer = people.post(who, f"/work/threads/{number}/say", text=f"I am the {who}")
        assert answer.status_code == status, who
    assert people.post("public", f"/work/threads/{number}/say", text="x").status_code == 401
    with database.connect() as conn:
        said = [one.text for one in threads.messages_of(conn, [number])]
    assert said == ["Why so many?", "I am the partner", "I am the coordinator"]


@pytest.mark.parametrize("text", EVIL)
def test_no_text_becomes_more_than_text(people: People, text: str) -> None:
    address = "/work/threads/new?project=DA-GR"
    answer = people.post("partner", address, text=text)
    assert answer.status_code == 303
    for where in (answer.headers["Location"], "/work/review"):
        _, shown = page(people, "coordinator", where)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert escape(text) in shown


def test_a_text_that_is_refused_says_why_and_keeps_nothing(people: People) -> None:
    answer = people.post("partner", "/work/threads/new?project=DA-GR", text="abc\u202edef")
    assert answer.status_code == 400
    assert "invisible characters" in answer.get_data(as_text=True)
    with database.connect() as conn:
        assert conn.execute(select(func.count()).select_from(tables.Thread)).scalar_one() == 0


@pytest.mark.parametrize(
    "query",
    ["project=DA-ES", "project=nothing", "indicator=zzz", "submission=4711", "observation=1", ""],
)
def test_nobody_begins_a_thread_about_what_is_not_theirs(people: People, query: str) -> None:
    assert people.get("partner", f"/work/threads/new?{query}").status_code == 404
    assert people.post("partner", f"/work/threads/new?{query}", text="x").status_code == 404


def test_a_mention_resolves_to_those_who_may_see_the_thread(people: People) -> None:
    number = begun()
    other = people.ids["other"]
    answer = people.post(
        "partner",
        f"/work/threads/{number}/say",
        text="@coordinator and @other, please look",
    )
    assert answer.status_code == 303
    with database.connect() as conn:
        named = set(conn.execute(select(tables.Mention.account_id)).scalars())
    assert named == {people.ids["coordinator"]}
    forged = people.post("partner", f"/work/threads/{number}/say", text="x", mention=str(other))
    assert forged.status_code == 400


def test_a_thread_is_resolved_and_opened_again(people: People) -> None:
    number = begun()
    for is_resolved in (True, False):
        assert people.post("partner", f"/work/threads/{number}/turn").status_code == 303
        with database.connect() as conn:
            row = queries.thread(conn, EVERYTHING, number)
        assert (row.resolved_at is not None) == is_resolved


def test_pages_show_discussions_to_those_concerned_alone(people: People) -> None:
    begun(text="Only between us")
    shown = {
        who: "Only between us" in page(people, who, "/project/DA-GR")[1]
        for who in ("partner", "other", "coordinator", "evaluator", "public")
    }
    assert shown == {
        "partner": True,
        "other": False,
        "coordinator": True,
        "evaluator": True,
        "public": False,
    }


def test_the_number_of_a_thread_that_is_none_is_no_fault(people: People) -> None:
    for number in (0, 4711, 2**40):
        assert people.get("partner", f"/work/threads/{number}").status_code == 404


def test_names_are_found_in_a_text() -> None:
    from dashboard.work.threads import named_in

    known = {1: "Ana Ruiz", 2: "Luis Gil", 3: "Luis Paz", 4: "أمل", 5: ""}
    for text, expected in (
        ("@Ana Ruiz: why?", {1}),
        ("@ana, @Luis Paz", {1, 3}),
        ("@Luis", set()),
        ("@أمل شكرا", {4}),
        ("a@b.org @ @@", set()),
    ):
        assert named_in(text, known) == expected, text
