"""What rounds ask for, what came of it and when: by hand, and against loops."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import completeness
from schemas.rows import DAY
from tests import naive_rounds

DAYS = ("start", "end", "date", "on", "until")


def frame(rows: list[dict[str, Any]], *columns: str) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=list(columns))
    for column in columns:
        if column.endswith(DAYS):
            made[column] = pd.to_datetime(made[column]).astype(DAY)  # type: ignore[call-overload]
    return made


def rounds_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frame(
        rows,
        *("round_code", "programme_code", "project_code", "period_start", "period_end"),
        *("due_date", "grace_days"),
    )


def projects_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frame(rows, "project_code", "programme_code", "start_date", "end_date")


def one_round(
    code: str, start: str, end: str, due: str, grace: int = 0, project: str = ""
) -> dict[str, Any]:
    return {
        "round_code": code,
        "programme_code": "P",
        "project_code": project,
        "period_start": date.fromisoformat(start),
        "period_end": date.fromisoformat(end),
        "due_date": date.fromisoformat(due),
        "grace_days": grace,
    }


def one_project(code: str, start: str = "", end: str = "", programme: str = "P") -> dict[str, Any]:
    return {
        "project_code": code,
        "programme_code": programme,
        "start_date": date.fromisoformat(start) if start else None,
        "end_date": date.fromisoformat(end) if end else None,
    }


ROUNDS = [
    one_round("S1", "2023-01-01", "2023-06-30", "2023-07-31", grace=10),
    one_round("S2", "2023-07-01", "2023-12-31", "2024-01-31"),
    one_round("OWN", "2023-03-01", "2023-10-31", "2023-11-30", project="pilot"),
]
PROJECTS = [
    one_project("action"),
    one_project("autumn", "2023-07-01", "2023-12-31"),
    one_project("pilot", "2023-03-01", "2023-10-31"),
    one_project("silent"),  # reports no indicator
    one_project("foreign", programme="Q"),
]
PLACES = [
    {"project_code": code, "place_code": place}
    for code, place in (("action", "X"), ("action", "Y"), ("autumn", "X"), ("pilot", "Z"))
]
INDICATORS = [
    {"project_code": code, "indicator_code": one}
    for code, one in (
        *(("action", "J"), ("action", "K"), ("autumn", "J"), ("pilot", "J"), ("foreign", "J")),
    )
]
VALUES = [
    {"project_code": code, "place_code": place, "indicator_code": one, "period_end": day}
    for code, place, one, day in (
        ("action", "X", "J", date(2023, 6, 30)),
        ("action", "X", "K", date(2023, 5, 31)),  # another period, which ends in the round
        ("action", "Y", "J", date(2022, 12, 31)),  # of the round before
        ("autumn", "X", "J", date(2023, 10, 15)),
        ("autumn", "X", "K", date(2023, 10, 15)),  # nobody asks it for that
    )
]


def values_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frame(rows, "project_code", "place_code", "indicator_code", "period_end")


def answers_of(rows: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=completeness.TASK, dtype=str)


def asked() -> pd.DataFrame:
    return completeness.tasks(rounds_of(ROUNDS), projects_of(PROJECTS), pd.DataFrame(INDICATORS))


def shares(*answers: Any, by: tuple[str, ...] = ("round_code",)) -> dict[Any, tuple[int, int]]:
    whole = completeness.expected(asked(), pd.DataFrame(PLACES), pd.DataFrame(INDICATORS))
    came = completeness.received(
        whole, rounds_of(ROUNDS), values_of(VALUES), answers_of([*answers])
    )
    counted = completeness.completeness(came, by)
    return {
        tuple(row[name] for name in by) if len(by) > 1 else row[by[0]]: (
            row["received"],
            row["expected"],
        )
        for row in counted.to_dict("records")
    }


def test_a_project_is_expected_while_it_runs_and_in_its_own_rounds_alone() -> None:
    assert [tuple(row) for row in asked().itertuples(index=False)] == [
        ("OWN", "pilot"),
        ("S1", "action"),
        ("S2", "action"),
        ("S2", "autumn"),
    ]


def test_completeness_is_the_values_that_came_of_those_expected() -> None:
    assert shares() == {"OWN": (0, 1), "S1": (2, 4), "S2": (1, 5)}
    assert shares(by=("round_code", "place_code"))["S1", "Y"] == (0, 2)


def test_an_answer_for_the_whole_is_as_good_as_every_value() -> None:
    assert shares(("S2", "action")) == {"OWN": (0, 1), "S1": (2, 4), "S2": (5, 5)}


@pytest.mark.parametrize(
    ("came", "granted", "today", "word"),
    [
        ("2023-07-31", [], "2024-01-01", "on_time"),
        ("2023-08-01", [], "2024-01-01", "within_grace"),
        ("2023-08-10", [], "2024-01-01", "within_grace"),
        ("2023-08-11", [], "2024-01-01", "late"),
        ("2023-08-20", ["2023-08-20"], "2024-01-01", "with_extension"),
        ("2023-08-30", ["2023-08-20"], "2024-01-01", "within_grace"),
        ("2023-08-31", ["2023-08-20"], "2024-01-01", "late"),
        ("2023-08-31", ["2023-08-20", "2023-09-15"], "2024-01-01", "with_extension"),
        ("2023-07-31", ["2023-07-01"], "2024-01-01", "on_time"),
        ("", [], "2023-08-10", "due"),
        ("", [], "2023-08-11", "missing"),
        ("", ["2023-08-20"], "2023-08-30", "due"),
    ],
)
def test_what_comes_is_on_time_late_or_missing(
    came: str, granted: list[str], today: str, word: str
) -> None:
    task = pd.DataFrame([("S1", "action")], columns=completeness.TASK)
    key = {"round_code": "S1", "project_code": "action"}
    arrived = [{**key, "came_on": came}] if came else []
    found = completeness.timeliness(
        task,
        rounds_of(ROUNDS),
        frame(arrived, *completeness.TASK, "came_on"),
        frame(
            [{**key, "granted_until": day} for day in granted], *completeness.TASK, "granted_until"
        ),
        date.fromisoformat(today),
    )
    assert list(found["timeliness"]) == [word]
    assert word == naive_rounds.word(
        date(2023, 7, 31),
        10,
        [date.fromisoformat(day) for day in granted],
        date.fromisoformat(came) if came else None,
        date.fromisoformat(today),
    )


def test_what_came_first_counts_whether_workbook_or_answer() -> None:
    handed_in = [
        {"project_code": "action", "period_end": "2023-06-30", "came_on": "2023-08-05"},
        {"project_code": "action", "period_end": "2023-05-31", "came_on": "2023-07-20"},
        {"project_code": "action", "period_end": "2022-12-31", "came_on": "2023-01-20"},
    ]
    told = [{"round_code": "S2", "project_code": "autumn", "came_on": "2024-01-05"}]
    found = completeness.arrivals(
        asked(),
        rounds_of(ROUNDS),
        frame(handed_in, "project_code", "period_end", "came_on"),
        frame(told, *completeness.TASK, "came_on"),
    )
    came = {
        (row["round_code"], row["project_code"]): row["came_on"].date()
        for row in found.to_dict("records")
    }
    assert came == {("S1", "action"): date(2023, 7, 20), ("S2", "autumn"): date(2024, 1, 5)}


def test_what_is_still_to_come_stands_for_a_territory() -> None:
    assert completeness.most_urgent(["on_time", "missing", "late"]) == "missing"
    assert completeness.most_urgent(["with_extension", "within_grace"]) == "within_grace"


# --- Against loops --------------------------------------------------------------------------------

CODES = st.sampled_from(["a", "b", "c"])
SOME_DAY = st.dates(date(2023, 1, 1), date(2023, 12, 31))


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """Draw rounds, projects, what they report, values and answers."""
    spans = draw(st.lists(st.tuples(SOME_DAY, SOME_DAY), min_size=1, max_size=4))
    rounds = [
        one_round(
            f"R{place}",
            min(span).isoformat(),
            max(span).isoformat(),
            max(span).isoformat(),
            project=draw(st.sampled_from(["", "", "a"])),
        )
        for place, span in enumerate(spans)
    ]
    projects = []
    for code in ("a", "b", "c"):
        days = sorted(draw(st.tuples(SOME_DAY, SOME_DAY)))
        known = draw(st.tuples(st.booleans(), st.booleans()))
        start, end = (
            day.isoformat() if is_known else "" for day, is_known in zip(days, known, strict=True)
        )
        projects.append(one_project(code, start, end, draw(st.sampled_from(["P", "P", "Q"]))))
    pairs = st.sets(st.tuples(CODES, st.sampled_from(["x", "y"])), max_size=5)
    values = draw(
        st.lists(st.tuples(CODES, *[st.sampled_from(["x", "y"])] * 2, SOME_DAY), max_size=8)
    )
    return {
        "rounds": rounds,
        "projects": projects,
        "places": [{"project_code": p, "place_code": c} for p, c in sorted(draw(pairs))],
        "indicators": [{"project_code": p, "indicator_code": c} for p, c in sorted(draw(pairs))],
        "values": [
            dict(
                zip(
                    ("project_code", "place_code", "indicator_code", "period_end"), one, strict=True
                )
            )
            for one in values
        ],
        "answers": sorted(
            draw(st.sets(st.tuples(st.sampled_from(["R0", "R1"]), CODES), max_size=3))
        ),
    }


@given(worlds())
def test_completeness_agrees_with_loops(world: dict[str, Any]) -> None:
    places = pd.DataFrame(world["places"], columns=["project_code", "place_code"], dtype=str)
    indicators = pd.DataFrame(
        world["indicators"], columns=["project_code", "indicator_code"], dtype=str
    )
    rounds = rounds_of(world["rounds"])
    tasks = completeness.tasks(rounds, projects_of(world["projects"]), indicators)
    naive = naive_rounds.tasks(world["rounds"], world["projects"], world["indicators"])
    assert [tuple(row) for row in tasks.itertuples(index=False)] == naive
    whole = completeness.expected(tasks, places, indicators)
    came = completeness.received(
        whole, rounds, values_of(world["values"]), answers_of(world["answers"])
    )
    rows = came.itertuples(index=False, name=None)
    assert {tuple(row[:4]): bool(row[4]) for row in rows} == naive_rounds.received(
        naive,
        world["rounds"],
        world["places"],
        world["indicators"],
        world["values"],
        world["answers"],
    )
