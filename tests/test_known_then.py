"""What was known at a moment of rounds, answers, days and reasons; and reports that rest on it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection, Engine, insert

import etl
from dashboard import building, queries, reports
from dashboard.reports import Request
from dashboard.reports.document import Document, Table
from etl import rounds
from etl.rounds import Board
from schemas import database, tables
from schemas.codes import Answer, Calendar, RecordKind
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests.builders import csv_file
from tests.observed import observe, submit, withhold
from tests.test_records import GIVEN, OURS, newest, publish, write

ROUND, PROJECT = "MEDTOWN-2023-S1", "DA-GR"
TODAY = date(2024, 3, 1)
ME = "account 7"


def accept(engine: Engine, value: float, period: str = "2023-S1") -> int:
    """Accept a workbook of Paggaio with one value, and return its number."""
    row = {"project": PROJECT, "place": "Paggaio", "indicator": "JOB-NEW", "period": period}
    name = f"{period}-{value}.csv"
    receipt = etl.receive(csv_file({**row, "value": value}), name, bind=engine)
    assert receipt.state == "ready", receipt.findings
    etl.accept(receipt.submission_id, bind=engine)
    return receipt.submission_id


def do(engine: Engine, step: Callable[..., Any], *given: Any, **named: Any) -> None:
    with database.begin(engine) as conn:
        step(conn, *given, **named)


def answer(engine: Engine, said: Answer) -> None:
    do(engine, rounds.answer, ROUND, "DA-PT", said, reason="None yet", actor=ME)


def grant(engine: Engine) -> None:
    until = {"wanted_until": date(2023, 9, 30), "reason": "Summer", "actor": ME}
    do(engine, rounds.ask, ROUND, PROJECT, **until)
    with database.begin(engine) as conn:
        (row,) = rounds.extensions(conn, [PROJECT]).values()
        day = date(2023, 9, 15)
        rounds.decide(conn, row.extension_id, granted_until=day, remark="", actor=ME)


def add(engine: Engine) -> None:
    days = {"start": date(2024, 1, 1), "end": date(2024, 12, 31), "due_days": 31, "grace_days": 7}
    do(engine, rounds.create, "MEDTOWN", Calendar.SIX_MONTHS, **days, actor=ME)


LATE = datetime(2023, 8, 20, 12, tzinfo=UTC)

STEPS: tuple[Callable[[Engine], Any], ...] = (
    lambda engine: answer(engine, Answer.NOTHING_TO_REPORT),
    lambda engine: answer(engine, Answer.NOT_APPLICABLE),
    lambda engine: do(engine, rounds.take_back, ROUND, "DA-PT", actor=ME),
    lambda engine: accept(engine, 4),
    grant,
    lambda engine: do(
        engine, rounds.edit, ROUND, due_date=date(2099, 7, 15), grace_days=3, actor=ME
    ),
    add,
    lambda engine: accept(engine, 9),
    lambda engine: etl.withdraw(1, bind=engine),
    lambda engine: etl.withdraw(2, bind=engine),
    lambda engine: etl.reinstate(1, bind=engine),
    lambda engine: do(engine, rounds.remove, "MEDTOWN-2024-S2", actor=ME),
    lambda engine: do(engine, rounds.close, ROUND, is_closed=True, actor=ME),
)
"All that changes how a round stands, one after the other."


def same(one: Board, other: Board) -> None:
    columns = [name for name in one.rounds.columns if name != "names"]
    pd.testing.assert_frame_equal(one.rounds[columns], other.rounds[columns])
    pd.testing.assert_frame_equal(one.tasks, other.tasks)
    pd.testing.assert_frame_equal(one.received, other.received)


def test_a_board_of_a_moment_is_the_board_as_it_was_then(seeded: Engine) -> None:
    then: list[tuple[datetime, Board, Any, Any]] = []

    def look(conn: Connection, known_at: datetime | None = None) -> tuple[Board, Any, Any]:
        board = rounds.board(conn, "MEDTOWN", TODAY, known_at=known_at)
        last = rounds.latest(conn, "MEDTOWN", TODAY, known_at=known_at)
        return board, last.due_date, rounds.told(conn, last, known_at=known_at)

    for step in (lambda _: None, *STEPS):
        step(seeded)
        with database.connect(seeded) as conn:
            found = look(conn)
        then.append((datetime.now(UTC), *found))
    with database.connect(seeded) as conn:
        for moment, board, due, told in then:
            found = look(conn, moment)
            same(found[0], board)
            assert found[1:] == (due, told)
    words = set()
    for _, board, _, _ in then:
        tasks = board.tasks
        mine = (tasks["round_code"] == ROUND) & (tasks["project_code"] == PROJECT)
        words |= set(tasks[mine]["timeliness"])
    assert len(words) >= 3  # missing, late, on time: the steps do change something


def test_a_round_may_be_answered_until_the_end_of_its_grace(seeded: Engine) -> None:
    with database.connect(seeded) as conn:
        assert rounds.answered_until(conn, "MEDTOWN", date(2023, 6, 30)) == date(2023, 8, 14)
        assert rounds.answered_until(conn, "MEDTOWN", date(2023, 5, 31)) == date(2023, 5, 31)
        of = rounds.latest(conn, "MEDTOWN", TODAY, until=date(2023, 6, 30))
    assert of.round_code == ROUND


# --- Reports that are made again ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code"), [("round", ROUND), ("project", PROJECT), ("country", "GRC")]
)
def test_a_made_report_is_made_again_to_the_byte_whatever_happened_since(
    seeded_sqlite: Engine, kind: str, code: str
) -> None:
    first = accept(seeded_sqlite, 5)
    warning = {"submission_id": first, "severity": "warning", "sheet": "Sheet1", "cell": "B2"}
    warning |= {"code": "value_far_from_series", "found": "5", "arguments": {}}
    with database.begin() as conn:
        conn.execute(insert(tables.FindingRow), [{**warning, "justification": "As it was"}])
        publish(conn, write(conn))
        of = etl.reports.Of("MEDTOWN", kind, code, "en", {"period": "2023-S1"})
        etl.reports.begin(conn, of, actor=ME)
    with database.connect() as conn:
        row = queries.report(conn, EVERYTHING, 1)
        made = building.make(conn, row, "html")
    page = made.file.data.decode()
    assert "Late" in page
    assert (kind == "round") == ("As it was" in page)
    for step in STEPS[:9]:
        step(seeded_sqlite)
    etl.justify(first, ("Sheet1", "B2", "value_far_from_series"), "Otherwise", actor=ME)
    with database.begin() as conn:
        publish(conn, write(conn, learned="Learned much later"))
    with database.connect() as conn:
        assert building.again(conn, made.inputs, "html") == made.file.data
        assert building.make(conn, row, "html").file.data != made.file.data


# --- Reports on a period --------------------------------------------------------------------------


@pytest.fixture
def told(seeded_sqlite: Engine) -> Iterator[Connection]:
    """Two half-years of values of two projects in three places, and records of two years."""
    accept(seeded_sqlite, 4)
    accept(seeded_sqlite, 7, "2023-S2")
    rows = [{"project": "DA-JO", "place": place, "indicator": "PPL-NEW", "value": 40}
            for place in ("Al Koura", "Al Mazar")]  # fmt: skip
    for row in rows:
        more = {"period": "2023-S1"}
        receipt = etl.receive(csv_file({**row, **more}), f"{row['place']}.csv", bind=seeded_sqlite)
        etl.accept(receipt.submission_id, bind=seeded_sqlite)
    with database.begin() as conn:
        for day, text in ((14, "Within"), (15, "After")):
            for kind, name in ((RecordKind.LESSON, "learned"), (RecordKind.JUDGEMENT, "judgement")):
                at = LATE.replace(day=day)
                given = {**GIVEN[kind], name: f"{text} the time"}
                number = etl.records.write(
                    conn, kind, OURS, language="en", given=given, actor=ME, written_at=at
                )
                seen = newest(conn, number)
                etl.records.publish(conn, number, seen=seen, actor=ME, published_at=at)
    with database.connect() as conn:
        yield conn


def document(
    conn: Connection, kind: str, code: str, *, scope: Scope = EVERYTHING, **more: Any
) -> Document:
    request = Request(kind, code, "en", "MEDTOWN", as_of=more.pop("as_of", None), **more)
    return reports.document(conn, scope, request)


def words_of(found: Document) -> str:
    return "\n".join(
        [
            *(cell.text for one in found.tables for row in one.rows for cell in row),
            *(str(block) for block in found.blocks() if not isinstance(block, Table)),
        ]
    )


HALF = (date(2023, 1, 1), date(2023, 6, 30))


def test_a_report_on_a_period_tells_what_was_published_until_its_values_were_due(
    told: Connection,
) -> None:
    whole, half = (
        words_of(document(told, "summative", "MEDTOWN", period=period)) for period in (None, HALF)
    )
    lessons = [words_of(document(told, "project", PROJECT, period=p)) for p in (None, HALF)]
    assert ["Within the time" in one for one in lessons] == [True, True]
    assert ["After the time" in one for one in lessons] == [True, False]
    for one in (whole, half):  # who evaluates may judge long afterwards
        assert "Within the time" in one
        assert "After the time" in one


def accepted(found: Document) -> dict[str, list[Any]]:
    tables_ = [one for one in found.tables if one.code == "acceptance"]
    return {row[0].text: [cell.value for cell in row[3:]] for one in tables_ for row in one.rows}


def test_accepted_workbooks_are_those_of_the_subject_and_its_period(told: Connection) -> None:
    assert set(accepted(document(told, "project", PROJECT))) == {
        "2023-S1-4.csv",
        "2023-S2-7.csv",
    }
    assert accepted(document(told, "project", PROJECT, period=HALF)) == {"2023-S1-4.csv": [1, 0, 0]}
    assert set(accepted(document(told, "project", "DA-JO"))) == {"Al Koura.csv", "Al Mazar.csv"}
    said = words_of(document(told, "territory", "JO-IR-KOU"))
    assert "Accepted workbooks: 1." in said
    reached = accepted(document(told, "indicator", "PPL-NEW"))
    assert set(reached) == {"Al Koura.csv", "Al Mazar.csv"}


def test_quality_tells_of_the_round_of_the_reports_period(told: Connection) -> None:
    half = words_of(document(told, "project", PROJECT, period=HALF))
    assert "1 of 1 territories have reported for First half of 2023" in half
    early = date(2023, 2, 20)
    assert "have reported for Second half of 2023" in words_of(document(told, "project", PROJECT))
    assert "have reported for" not in words_of(document(told, "project", PROJECT, as_of=early))


# --- Fields in narrative --------------------------------------------------------------------------


def test_what_stands_behind_fields_is_in_the_annex_and_among_the_workbooks(
    told: Connection,
) -> None:
    request = Request("project", PROJECT, "en", "MEDTOWN")
    text = "Elsewhere: {{value indicator=PPL-NEW place=JO-IR-KOU}}, {{value indicator=NO}}"
    plain, narrated = (
        reports.document(told, EVERYTHING, request, texts=texts)
        for texts in ({}, {"summary": text})
    )
    more = set(narrated.observation_ids) - set(plain.observation_ids)
    assert len(more) == 1
    assert {one.file_name for one in narrated.workbooks} - {
        one.file_name for one in plain.workbooks
    } == {"Al Koura.csv"}
    (sources,) = (one for one in narrated.tables if one.code == "sources")
    assert "Al Koura.csv" in {cell.text for row in sources.rows for cell in row}
    left_out = reports.document(
        told, EVERYTHING, request, texts={"summary": text}, left_out=["summary"]
    )
    assert left_out.observation_ids == plain.observation_ids


def test_values_that_stand_side_by_side_alone_are_in_the_annex(seeded_sqlite: Engine) -> None:
    with database.begin() as conn:
        # The mean of a score is not added up over projects, but each of them stands in a table.
        number = submit(conn)
        ids = observe(
            conn,
            number,
            {"indicator_code": "COH-BEL", "value": 6.0, "n": 20},
            {"indicator_code": "COH-BEL", "value": 5.0, "n": 10, "place_code": "ES-SE-PSU"},
        )
        assert set(ids) <= set(document(conn, "indicator", "COH-BEL").observation_ids)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("indicator=PPL-NEW", "≥ 300 persons"),
        ("indicator=PPL-NEW country=ESP unit=off", "≥ 300"),
        ("indicator=PPL-NEW project=PP-ES1", "300 persons"),
        ("target indicator=PPL-NEW", "≥ 2,000 persons"),
        ("progress indicator=PPL-NEW", "withheld"),
        ("indicator=JOB-NEW", "withheld"),
        ("indicator=JOB-NEW project=PP-ES1", "0 jobs"),
    ],
)
def test_a_field_over_what_is_partly_withheld_says_so(
    seeded_sqlite: Engine, field: str, expected: str
) -> None:
    due = date(2024, 12, 31)
    other = {"project_code": "DA-ES"}
    with database.begin() as conn:
        number = submit(conn)
        observe(
            conn,
            number,
            {"value": 300.0},
            {"value": 2000.0, "value_type": "target", "period_start": due, "period_end": due},
            {"value": 0.0, "indicator_code": "JOB-NEW"},
        )
        withhold(
            conn,
            *observe(
                conn,
                number,
                {"value": 4.0, **other},
                {"value": 3.0, "indicator_code": "JOB-NEW", **other},
            ),
        )
        values = reports.fields.Values(conn, PUBLIC, "en", programme_code="MEDTOWN")
        (block,) = reports.fields.blocks(f"{{{{value {field}}}}}", values)
    said = "".join(span.text for span in block.text)  # type: ignore[union-attr]
    assert said == expected or said.endswith(f" {expected}")
