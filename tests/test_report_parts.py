"""Parts of reports: their numbers against the frames of the pages, and against what was typed."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

import etl
from dashboard import frames, reports
from dashboard.charts import places
from dashboard.reports.document import Bullets, Cell, Document, Facts, Paragraph, Part, Table
from dashboard.views import View
from schemas import database, tables
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests.builders import csv_file
from tests.test_reports import ROWS, accept, of, paggaio, written

__all__ = ["paggaio"]


@pytest.fixture
def conn(paggaio: Engine) -> Iterator[Connection]:
    with database.connect() as connection:
        yield connection


def accepted_on(conn: Connection) -> date:
    """Return the day of the last value: not today's, where a midnight came between."""
    return max(conn.execute(select(tables.Observation.accepted_at)).scalars()).date()


def document(
    conn: Connection, kind: str, code: str, *, scope: Scope = EVERYTHING, **more: Any
) -> Document:
    return reports.document(conn, scope, reports.Request(kind, code, **more))


def part(found: Document, code: str) -> Part | None:
    return next((one for one in found.parts if one.code == code), None)


def table(found: Document, code: str) -> dict[str, tuple[Cell, ...]]:
    """Return the rows of a table by what they are about."""
    (one,) = (one for one in found.tables if one.code == code)
    return {row[0].code or row[0].text: row for row in one.rows}


def said(found: Document) -> str:
    """Return the words of a document."""
    told = []
    for block in found.blocks():
        if isinstance(block, Paragraph):
            told.append("".join(span.text for span in block.text))
        if isinstance(block, Bullets):
            told += ["".join(span.text for span in item) for item in block.items]
        if isinstance(block, Facts):
            told += [f"{fact.term}: {fact.text}" for fact in block.items]
    return "\n".join(told)


def test_a_territory_has_the_numbers_of_its_page(conn: Connection) -> None:
    data = frames.load(conn, EVERYTHING, View(programme="MEDTOWN"), "en", by_category=True)
    page = frames.told(places.found_at(data, "GR-A-PAG"))

    rows = table(document(conn, "territory", "GR-A-PAG"), "results")

    assert set(rows) == set(page["indicator_code"])
    for row in page.to_dict("records"):
        _, _, actual, target, progress, status = rows[row["indicator_code"]]
        for cell, ends in (
            (actual, (row["low"], row["high"])),
            (target, (row["target"],)),
            (progress, (row["progress_low"], row["progress_high"])),
        ):
            shown = (cell.value, cell.high)[: len(ends)]
            assert shown == tuple(None if end != end else pytest.approx(end) for end in ends)
        assert status.status == row["status"]
        assert f"of {row['projects_expected']}" in actual.under[-1] or row["projects_expected"] < 2


def test_a_period_leaves_out_what_came_later_and_tells_what_came_within(conn: Connection) -> None:
    first = (date(2023, 1, 1), date(2023, 6, 30))

    found = document(conn, "project", "DA-GR", period=first)

    # 4 jobs in 2022 and 7 in the first half of 2023; the 5 after it are not known here.
    assert table(found, "results")["JOB-NEW"][2].value == 11
    jobs = table(found, "period")["JOB-NEW"]
    assert [cell.value for cell in jobs[2:]] == [11, 7]
    assert jobs[1].code == "2023-S1"
    assert {cell.code for row in table(found, "sources").values() for cell in row} & {
        "2023-S2"
    } == set()
    assert part(document(conn, "project", "DA-GR"), "in_period") is None


def test_what_changed_since_a_day_is_told_with_both_values(conn: Connection) -> None:
    day = accepted_on(conn)
    before = document(conn, "project", "DA-GR", since=day - timedelta(days=1))
    after = document(conn, "project", "DA-GR", since=day)

    _, then, now, _, status = table(before, "changes")["JOB-NEW"]
    assert (then.text, now.value, status.status) == ("–", 16, "not_achieved")
    assert "No result has changed since" in said(after)
    assert part(document(conn, "project", "DA-GR"), "changes") is None


def test_a_person_reached_costs_what_was_spent_for_each(conn: Connection) -> None:
    _, spent, people, each = table(document(conn, "project", "DA-GR"), "costs")["DA-GR"]

    assert (spent.value, people.value, people.high) == (41000.5, 150, 281)
    assert each.value == pytest.approx(41000.5 / 281)
    assert each.high == pytest.approx(41000.5 / 150)


def test_the_own_contribution_is_a_share_of_the_budget(conn: Connection) -> None:
    budget = table(document(conn, "project", "PP-PS1"), "budgets")["PP-PS1"]

    assert [cell.value for cell in budget[1:]] == [15000, 2025, pytest.approx(0.135)]


def test_territories_stand_side_by_side_with_their_own_values(seeded_sqlite: Engine) -> None:
    accept(csv_file(*ROWS))
    accept(
        csv_file(
            {
                "project": "DA-ES",
                "place": "Cerro-Amate",
                "indicator": "JOB-NEW",
                "period": "2023-S1",
                "value": 31,
            }
        ),
        "seville.csv",
    )
    with database.connect() as conn:
        rows = table(document(conn, "summative", "MEDTOWN"), "territories")
        (found,) = (
            one
            for one in document(conn, "summative", "MEDTOWN").tables
            if one.code == "territories"
        )

    place = next(
        n for n, column in enumerate(found.columns) if column.title.startswith("Jobs created")
    )
    values = {code: row[place].value for code, row in rows.items()}
    assert values["GR-A-PAG"] == 16
    assert 31 in values.values()
    assert sum(value is not None for value in values.values()) == 2


def test_a_round_says_who_has_reported_and_the_public_only_how_many(conn: Connection) -> None:
    code = "MEDTOWN-2023-S2"
    board = etl.rounds.board(conn, "MEDTOWN", datetime.now(UTC).date(), round_codes=[code])

    ours, public = (document(conn, "round", code, scope=scope) for scope in (EVERYTHING, PUBLIC))

    rows = table(ours, "tasks")
    assert set(rows) == set(board.tasks["project_code"])
    for task in board.tasks.to_dict("records"):
        row = rows[task["project_code"]]
        assert (row[1].code, row[4].value) == (task["timeliness"], task["received"])
    assert rows["DA-GR"][4].value == 2
    missing = board.received[~board.received["is_received"]]
    assert len(table(ours, "missing")) == missing["project_code"].nunique()
    for found in (ours, public):
        assert "1 of 10 territories have reported for" in said(found)
    hidden = {"tasks", "missing", "punctuality", "findings"}
    assert {one.code for one in ours.tables} & hidden == hidden - {"findings"}
    assert {one.code for one in public.tables} & hidden == set()


def test_corrections_are_counted_and_nobody_is_named(conn: Connection) -> None:
    accept(csv_file(of("JOB-NEW", "2023-S1", 9)), "corrected.csv")
    with database.connect() as later:
        found = document(later, "project", "DA-GR")

    assert "Accepted workbooks: 2. Values in them that replaced earlier ones: 1" in said(found)
    rows = table(found, "acceptance")
    assert [cell.value for cell in rows["corrected.csv"][3:]] == [0, 1, 0]
    assert [cell.value for cell in rows["paggaio.csv"][3:]] == [len(ROWS), 0, 0]
    titles = {
        column.title for one in found.tables if one.code == "acceptance" for column in one.columns
    }
    assert titles == {
        "File",
        "Project",
        "Accepted on",
        "New values",
        "Changed values",
        "Values taken back",
    }


def test_a_package_holds_the_numbers_of_its_tables(conn: Connection) -> None:
    found = document(conn, "project", "DA-GR")
    with zipfile.ZipFile(io.BytesIO(written("project", "DA-GR", "zip"))) as package:
        files = {name: package.read(name) for name in package.namelist()}
    told = json.loads(files["datapackage.json"])

    assert {one["path"] for one in told["resources"]} | {"datapackage.json", "report.json"} == set(
        files
    )
    for one in told["resources"]:
        head, *rows = csv.reader(io.StringIO(files[one["path"]].decode()))
        assert [field["name"] for field in one["schema"]["fields"]] == head
        assert all(len(row) == len(head) for row in rows)
    head, *rows = csv.reader(io.StringIO(files["tables/results.csv"].decode()))
    jobs = next(dict(zip(head, row, strict=True)) for row in rows if "JOB-NEW" in row)
    assert (jobs["Actual, lower end"], jobs["Target"], jobs["Level"]) == ("16", "40", "Outcome")
    sources = list(csv.DictReader(io.StringIO(files["sources.csv"].decode())))
    assert len(sources) == len(table(found, "sources")) or len(sources) == len(ROWS)
    assert {(row["From"], row["Until"]) for row in sources} >= {("2022-07-01", "2022-12-31")}
    whole = json.loads(files["report.json"])
    assert [one["code"] for one in whole["parts"]] == [one.code for one in found.parts]


@pytest.mark.parametrize("kind", sorted(reports.outlines()))
def test_codes_are_unique_within_a_document(conn: Connection, kind: str) -> None:
    codes = {"project": "DA-GR", "territory": "GR-A-PAG", "country": "GRC", "programme": "MEDTOWN"}
    codes |= {"goal": "8", "indicator": "JOB-NEW", "round": "MEDTOWN-2023-S2"}
    found = document(conn, kind, codes[reports.outlines()[kind].subject], since=accepted_on(conn))

    for blocks in (found.parts, found.tables, found.charts):
        told = [one.code for one in blocks]
        assert len(told) == len(set(told))
    for one in found.tables:
        assert isinstance(one, Table)
        assert all(len(row) == len(one.columns) for row in one.rows)


def test_partners_read_all_of_their_own_and_the_public_part_of_others(
    seeded_sqlite: Engine,
) -> None:
    accept(
        csv_file(
            of("PPL-NEW", "2023-S1", 6311),
            of("PPL-NEW", "2023-S1", 6308, breakdown="sex=F"),
            of("PPL-NEW", "2023-S1", 3, breakdown="sex=M"),
        )
    )
    with database.connect() as conn:
        own, others, public, every = (
            document(conn, "territory", "GR-A-PAG", scope=scope)
            for scope in (
                Scope(projects=frozenset({"DA-GR"})),
                Scope(projects=frozenset({"DA-ES"})),
                PUBLIC,
                EVERYTHING,
            )
        )

    def shown(found: Document) -> set[Any]:
        return {cell.value for one in found.tables for row in one.rows for cell in row}

    assert list(others.tables) == list(public.tables)
    assert {6311, 6308, 3} <= shown(own) & shown(every)
    assert {6311, 6308, 3} & shown(public) == {6311}
    assert "withheld" in " ".join(fact.text for fact in public.notice)
