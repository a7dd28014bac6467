"""A past day: one parameter of the address, obeyed by every page, file and report, also for the public.

Five decisions on five days, worked by hand and by the naive replay:

    day 1  accept A (S1 1,111)                          1,111
    day 2  accept B (S1 2,222; S2 4,321)        2,222 + 4,321 = 6,543
    day 3  withdraw B                                   1,111
    day 4  accept C (S2 3,333)                  1,111 + 3,333 = 4,444
    day 5  reinstate B: S1 is B's, S2 stays C's  2,222 + 3,333 = 5,555
"""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text

import etl
from dashboard import app, frames, queries
from dashboard.views import View
from schemas import database, tables, words
from schemas.scope import PUBLIC
from tests.builders import csv_file
from tests.conftest import Databases
from tests.naive_replay import Submission, what_counts
from tests.test_app import ask, page

ENDS = {"2022-S1": "2022-06-30", "2022-S2": "2022-12-31"}
SAID: list[Submission] = [
    {"2022-06-30": {"": 1111.0}},
    {"2022-06-30": {"": 2222.0}, "2022-12-31": {"": 4321.0}},
    {"2022-12-31": {"": 3333.0}},
]
LOG = [
    (1, "accept", 1),
    (2, "accept", 2),
    (3, "withdraw", 2),
    (4, "accept", 3),
    (5, "reinstate", 2),
]
TOTALS = {0: 0, 1: 1111, 2: 6543, 3: 1111, 4: 4444, 5: 5555}
EVERY_NUMBER = {1111, 2222, 3333, 4321, 4444, 5555, 6543}
INDICATOR, PROJECT = "JOB-NEW", "DA-GR"
NOT_HERE = {"headers": {"X-Forwarded-For": "10.0.0.7"}}

WITH_TOTAL = (
    "/",
    "/country/GRC",
    f"/project/{PROJECT}",
    "/indicators",
    f"/indicator/{INDICATOR}",
    "/sdg/8",
)
OTHERS = ("/countries", "/projects", "/sdg", "/submissions", "/submissions/2", "/method")


def day(number: int) -> date:
    return date(2023, 3, number)


def spread_over_days() -> None:
    """Put the decisions that were made a moment ago on the noons of the first days of March 2023."""
    with database.begin() as conn:
        moments = conn.execute(
            select(tables.Decision.decided_at).order_by(tables.Decision.decided_at)
        ).scalars()
        first = datetime(2023, 3, 1, 12, tzinfo=UTC)
        then = {moment: first + timedelta(days=place) for place, moment in enumerate(moments)}
        conn.execute(text("DROP TRIGGER decision_refuses_update"))  # evidence, but of this test
        for table in (tables.Observation, tables.Decision, tables.Submission):
            known: Any = table.__table__
            (key,) = known.primary_key
            times = [
                known.c[name]
                for name in ("accepted_at", "superseded_at", "decided_at")
                if name in known.c
            ]
            for row in conn.execute(select(key, *times)).all():
                changed = {
                    column.name: then[moment]
                    for column, moment in zip(times, row[1:], strict=True)
                    if moment
                }
                conn.execute(known.update().where(key == row[0]).values(changed))
        conn.execute(text("UPDATE submission SET received_at = '2023-02-01 09:00:00.000000'"))


def decide_on_each_day() -> None:
    """Hand in the three workbooks and take the five decisions, each on the noon of its own day."""
    decide: dict[str, Any] = {
        "accept": etl.accept,
        "withdraw": etl.withdraw,
        "reinstate": etl.reinstate,
    }
    numbers = []
    for place, said in enumerate(SAID):
        rows = [
            {"period": period, "value": said[end][""]}
            for period, end in ENDS.items()
            if end in said
        ]
        receipt = etl.receive(csv_file(*rows), f"{'ABC'[place]}.csv", programme_code="MEDTOWN")
        numbers.append(receipt.submission_id)
    assert numbers == [1, 2, 3]
    for _, action, submission in LOG:
        decide[action](submission)
    spread_over_days()


@pytest.fixture(scope="module")
def decided(databases: Databases) -> Path:
    """A SQLite database in which the five decisions were taken; to be copied."""
    with pytest.MonkeyPatch.context() as patch:
        address = databases.fresh("sqlite", is_seeded=True)
        patch.setenv("DATABASE_URL", address)
        patch.setenv("MEDTOWN_HOME", str(databases.folder / "home"))
        patch.setenv("MEDTOWN_DEMO", "1")
        decide_on_each_day()
        engine = database.engine()
        file = Path(str(engine.url.database))
        engine.dispose()
    return file


@pytest.fixture
def history(decided: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The five decisions, each on the noon of its own day in March 2023."""
    file = shutil.copy(decided, tmp_path / "history.sqlite")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("MEDTOWN_HOME", str(tmp_path))
    monkeypatch.setenv("MEDTOWN_DEMO", "1")
    engine = database.engine()
    yield engine
    engine.dispose()


@pytest.fixture
def server(history: Engine) -> Flask:
    return app.create_app().server  # type: ignore[no-any-return]


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


def counts(number: int) -> dict[str, float]:
    """Return what counted on a day, by the end of the period, as the naive replay has it."""
    told = what_counts(dict(zip((1, 2, 3), SAID, strict=True)), LOG, number)
    return {str(end): value for (end, _), (value, _submission) in told.items()}


def told_on(number: int) -> set[int]:
    """Return the figures of a day: those of the periods, and their sum."""
    return {int(value) for value in counts(number).values()} | {TOTALS[number]} - {0}


def shown(client: FlaskClient, path: str, as_of: str, **where: Any) -> str:
    answer = ask(client, page(path, f"?as_of={as_of}" if as_of else ""), **where)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def numbers(text: str) -> set[int]:
    """Return which of the numbers of this story a text holds, however written."""
    written = {
        number: rf"(?<![\d.]){number // 1000},?{number % 1000:03}(?!\d)" for number in EVERY_NUMBER
    }
    return {number for number, pattern in written.items() if re.search(pattern, text)}


def test_the_story_is_the_one_that_is_told_above() -> None:
    assert {number: sum(counts(number).values()) for number in TOTALS} == TOTALS


@pytest.mark.thorough(2)
@pytest.mark.parametrize("number", TOTALS)
def test_a_page_of_a_past_day_has_the_figures_of_that_day(client: FlaskClient, number: int) -> None:
    as_of = (date(2023, 2, 28) + timedelta(days=number)).isoformat()
    known = told_on(number)
    # The overview tells what the latest decision changed: what counted before it too.
    before = told_on(number - 1) if number else set()
    for where in ({}, NOT_HERE):
        for path in WITH_TOTAL:
            told = numbers(shown(client, path, as_of, **where))
            assert told <= known | (before if path == "/" else set()), (path, where)
            assert TOTALS[number] in told or not known, (path, where)
        for path in OTHERS:
            if (
                number or path != "/submissions/2" or not where
            ):  # not decided, so not for the public
                assert numbers(shown(client, path, as_of, **where)) <= known, (path, where)


@pytest.mark.thorough(3)
@pytest.mark.parametrize("path", [*WITH_TOTAL, *OTHERS])
def test_every_page_says_which_day_it_is_of_and_leads_back(client: FlaskClient, path: str) -> None:
    told = shown(client, path, "2023-03-02")
    assert "As known on 2 Mar 2023." in told
    back = path.replace("/", "\\u002f")
    assert f'href=\\"{back}\\" data-today=\\"true\\"' in told
    assert "As known on" not in shown(client, path, "")


def test_today_and_a_day_after_everything_are_the_same(client: FlaskClient) -> None:
    for path in WITH_TOTAL:
        assert numbers(shown(client, path, "")) == numbers(shown(client, path, "2023-03-05"))


@pytest.mark.thorough(2)
@pytest.mark.parametrize("word", ["2023-13-01", "yesterday", "2999-01-01", "9", "2023-02-30"])
def test_a_day_that_is_none_is_said_to_be_none_and_shows_today(
    client: FlaskClient, word: str
) -> None:
    for path in WITH_TOTAL:
        told = shown(client, path, word)
        assert f"“{word}” is not a past day" in told
        assert numbers(told) <= told_on(5) | (told_on(4) if path == "/" else set())
        assert 5555 in numbers(told)
    assert client.get(f"/download/results.csv?programme=MEDTOWN&as_of={word}").status_code == 400
    assert client.get(f"/report/project/{PROJECT}.html?as_of={word}").status_code == 400


def test_the_first_day_there_is_breaks_nothing(client: FlaskClient) -> None:
    for path in (*WITH_TOTAL, *OTHERS):
        for word in ("1900-01-01", "0001-01-01"):
            assert "cannot be shown" not in shown(client, path, word)


@pytest.mark.thorough(2)
@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_file_holds_what_the_page_of_that_day_shows(client: FlaskClient, number: int) -> None:
    for where in ({}, NOT_HERE):
        address = f"/download/observations.csv?programme=MEDTOWN&as_of={day(number)}"
        answer = client.get(address, **where)
        rows = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")))
        assert {row["period_end"]: float(row["value"]) for row in rows} == counts(number)
        assert f"as-of-{day(number)}" in answer.headers["Content-Disposition"]
        report = client.get(f"/report/project/{PROJECT}.html?as_of={day(number)}", **where)
        told = numbers(report.get_data(as_text=True))
        assert TOTALS[number] in told
        assert told <= {*map(int, counts(number).values()), TOTALS[number]}
    book = client.get(f"/download/results.xlsx?programme=MEDTOWN&as_of={day(number)}").data
    about = openpyxl.load_workbook(io.BytesIO(book))["About"]
    said = [row[0] for row in about.iter_rows(values_only=True)]
    assert f"as known on {words.day(day(number), 'en')}" in said


def test_a_submission_is_in_the_state_of_that_day(client: FlaskClient) -> None:
    for number, badge in ((0, "ready"), (2, "accepted"), (3, "withdrawn"), (5, "accepted")):
        as_of = (date(2023, 2, 28) + timedelta(days=number)).isoformat()
        told = shown(client, "/submissions/2", as_of)
        assert f"badge-{badge}" in told
        assert told.count('"hidden":true') == 3  # nothing is decided in the past
        assert ("B.csv" in shown(client, "/submissions", as_of, **NOT_HERE)) == bool(number)
        mine = shown(client, "/submissions/2", as_of, **NOT_HERE)
        assert ("There is nothing at this address" in mine) != bool(number)
    assert "B.csv" not in shown(client, "/submissions", "2023-01-01")


def test_a_value_that_was_not_known_yet_is_not_there(client: FlaskClient) -> None:
    with database.connect() as conn:
        observation = conn.execute(
            select(tables.Observation.observation_id).where(
                tables.Observation.value == 4321, tables.Observation.superseded_at.is_not(None)
            )
        ).scalar_one()
    assert "There is no such value" in shown(client, f"/value/{observation}", "2023-03-01")
    then = shown(client, f"/value/{observation}", "2023-03-02")
    assert "4,321" in then
    assert "Replaced" not in then
    assert "Replaced" in shown(client, f"/value/{observation}", "2023-03-03")


def test_two_days_can_be_compared_and_taken_away(client: FlaskClient) -> None:
    query = f"project={PROJECT}&a=2023-03-01&b=2023-03-02"
    told = ask(client, page("/submissions/compare", f"?{query}")).get_data(as_text=True)
    assert "1 value changed, 1 is only in the later version." in told
    assert numbers(told) == {1111, 2222, 4321}
    answer = client.get(f"/download/differences.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [(row["change"], row["before"], row["after"]) for row in rows] == [
        ("changed", "1111", "2222"),
        ("new", "", "4321"),
    ]
    assert [(row["submission_before"], row["submission_after"]) for row in rows] == [
        ("1", "2"),
        ("", "2"),
    ]
    assert [(row["cell_before"], row["cell_after"]) for row in rows] == [("F2", "F2"), ("", "F3")]


# --- Few people -------------------------------------------------------------------------------------


def public(as_of: date | None) -> dict[tuple[str, str], float]:
    with database.connect() as conn:
        data = frames.load(
            conn, PUBLIC, View(programme="MEDTOWN", as_of=as_of), "en", breakdowns=True
        )
    return {
        (f"{row['period_end']:%Y-%m}", row["breakdown_key"]): row["value"]
        for row in data.observations.to_dict("records")
    }


def test_what_is_withheld_now_or_was_then_is_on_no_day(seeded_sqlite: Engine) -> None:
    """3 women and 17 men of 20: men keep the women company. A newer workbook says 13 and 17 of 30.

    Nothing of it is small any more. But the women of the first day were, so no version of theirs is
    shown on any day; and neither is one of the men, whose 17 with the 20 would tell the 3.
    """
    people = {"indicator": "PPL-NEW"}
    for total, women in ((20, 3), (30, 13)):
        rows = (
            {**people, "value": total},
            {**people, "value": women, "breakdown": "sex=F"},
            {**people, "value": 17, "breakdown": "sex=M"},
        )
        receipt = etl.receive(csv_file(*rows), f"{total}.csv", programme_code="MEDTOWN")
        etl.accept(receipt.submission_id)
    spread_over_days()
    assert public(day(1)) == {("2023-06", ""): 20.0}
    assert public(day(2)) == {("2023-06", ""): 30.0}
    assert public(None) == {("2023-06", ""): 30.0}
    with database.connect() as conn:
        hidden = queries.withheld(
            conn,
            PUBLIC,
            programme_code="MEDTOWN",
            as_of=datetime(2023, 3, 1, 23, tzinfo=UTC),
        )
    assert int(hidden["values"].sum()) == 2
