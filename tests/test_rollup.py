"""What series have come to is kept with every decision, and says what the observations say."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

import etl
from dashboard import frames, queries
from dashboard.frames import Data
from dashboard.views import View
from etl import reference, rollup
from schemas import database, tables
from schemas.codes import Measure
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests.builders import csv_file
from tests.observed import PLACE, PROJECT, observe, submit, withhold

EVERYBODY = EVERYTHING
BY: list[list[str]] = [[], ["country_code"], ["project_code", "place_code"]]
DAYS = (None, date(2023, 6, 30), date(2022, 12, 31))


def computed(conn: Connection, scope: Scope, view: View, code: str = "") -> Data:
    """Return what `frames.load` returns, but for the observations themselves."""
    data = frames.without_values(conn, scope, view, "en")
    codes = [code] if code else None
    found = queries.observations(conn, scope, programme_code="MEDTOWN", indicator_codes=codes)
    return replace(data, observations=found)


def in_any_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.map(lambda cell: sorted(cell) if isinstance(cell, tuple) else cell)


def same(kept: pd.DataFrame, exact: pd.DataFrame) -> None:
    """Fail where two frames differ, in the last bit of a number or in an observation behind it."""
    pd.testing.assert_frame_equal(
        in_any_order(kept).reset_index(drop=True),
        in_any_order(exact).reset_index(drop=True),
        check_exact=True,
        check_dtype=False,
    )


def says_what_the_observations_say(engine: Engine, days: Sequence[date | None] = DAYS[:2]) -> None:
    """Compare all that pages are made of with what is computed from the observations alone."""
    with database.connect(engine) as conn:
        for scope in (EVERYBODY, PUBLIC):
            for until in days:
                view = View(programme="MEDTOWN", until=until)
                kept, exact = frames.load(conn, scope, view, "en"), computed(conn, scope, view)
                assert kept.rolled
                for by in BY:
                    same(frames.results(kept, by), frames.results(exact, by))
                codes = set(exact.observations["indicator_code"])
                assert set(kept.reported["indicator_code"]) == codes
                assert frames.span(kept.reported) == frames.span(exact.observations)
                pd.testing.assert_frame_equal(kept.observations, exact.observations)
                for code in sorted(codes):
                    indicator_says_the_same(conn, scope, View("MEDTOWN", until=until), code)


def indicator_says_the_same(conn: Connection, scope: Scope, view: View, code: str) -> None:
    kept = frames.load(conn, scope, view, "en", indicator_codes=[code])
    exact = computed(conn, scope, view, code)
    for by in BY:
        same(frames.trend(kept, code, by), frames.trend(exact, code, by))
    for dimension in ("sex", "age_group"):
        same(
            frames.told_by(kept, code, dimension),
            frames.told_by(exact, code, dimension),
        )


def accepted(*rows: dict[str, Any]) -> int:
    """Hand in and accept a workbook, and return its submission."""
    receipt = etl.receive(csv_file(*rows), "values.csv", programme_code="MEDTOWN")
    assert receipt.state == "ready", receipt.findings
    etl.accept(receipt.submission_id)
    return receipt.submission_id


@pytest.mark.thorough(2)
def test_every_decision_keeps_what_series_come_to(seeded: Engine) -> None:
    first = [
        {"period": "2022-S2", "value": 40},
        {"period": "2022-S2", "value": 38, "breakdown": "sex=F"},
        {"period": "2022-S2", "value": 2, "breakdown": "sex=M"},  # few people
        {"period": "2023-S1", "value": 25},
        {"period": "2024-12-31", "value": 200, "value_type": "target"},
    ]
    accepted(*first)
    says_what_the_observations_say(seeded)
    with database.connect(seeded) as conn:
        seen = frames.load(conn, PUBLIC, View(programme="MEDTOWN"), "en")
        total = frames.results(seen, []).set_index("indicator_code").loc["JOB-NEW"]
        assert (total["high"], total["target"]) == (65, 200)
        found = frames.categories(
            frames.load(conn, EVERYBODY, View("MEDTOWN"), "en", indicator_codes=["JOB-NEW"]),
            "JOB-NEW",
            "sex",
        )
    assert dict(zip(found["category_code"], found["high"], strict=True)) == {"F": 38, "M": 2}

    second = accepted({"period": "2023-S1", "value": 30}, {"period": "2023-S2", "value": 12})
    says_what_the_observations_say(seeded)
    etl.withdraw(second)
    says_what_the_observations_say(seeded)
    etl.reinstate(second)
    says_what_the_observations_say(seeded)
    with database.connect(seeded) as conn:
        kept = frames.load(conn, EVERYBODY, View(programme="MEDTOWN"), "en")
        found = frames.results(kept, []).dropna(subset="low")
        assert found.iloc[0]["high"] == 82  # 40 + 30 + 12
        assert frames.period_ends(kept)[:2] == [date(2023, 12, 31), date(2023, 6, 30)]


PERIODS = [
    (date(2022, 7, 1), date(2022, 12, 31)),
    (date(2023, 1, 1), date(2023, 3, 31)),
    (date(2023, 1, 1), date(2023, 6, 30)),
    (date(2023, 4, 1), date(2023, 6, 30)),
    (date(2023, 7, 1), date(2023, 12, 31)),
]
SERIES = [(PROJECT, PLACE), ("DA-GR", "GR-KAV-PAG"), ("DA-GR", PLACE), (None, PLACE)]
KEYS = [
    [""],
    [""],
    ["", "sex=F", "sex=M"],
    ["sex=F", "sex=M"],
    ["sex=F"],
    ["", "sex=F|age_group=18-29"],
]


def drawn(draw: random.Random, conn: Connection) -> list[dict[str, Any]]:
    """Return random observations of indicators of every kind, each key once."""
    known = [
        row
        for row in queries.catalogue(conn).indicators.values()
        if row.programme_code == "MEDTOWN"
    ]
    places = {place for _, place in SERIES} & set(queries.catalogue(conn).places)
    rows: dict[Any, dict[str, Any]] = {}
    for indicator in draw.sample(known, 25):
        currency = draw.choice(["EUR", "TND"]) if indicator.measure == Measure.AMOUNT else None
        to_date = draw.choice([*PERIODS, None, None])
        for _ in range(draw.randint(1, 9)):
            project, place = draw.choice([one for one in SERIES if one[1] in places])
            kind = draw.choice(["actual", "actual", "actual", "baseline", "target"])
            start, end = draw.choice(PERIODS)
            is_to_date = kind == "actual" and (start, end) == to_date
            for key in draw.choice(KEYS):
                row = {
                    "project_code": project,
                    "place_code": place,
                    "indicator_code": indicator.indicator_code,
                    "value_type": kind,
                    "breakdown_key": key,
                    "period_start": start,
                    "period_end": end,
                    "reported_as": "to_date" if is_to_date else "in_period",
                    "currency": currency,
                    "qualifier": draw.choice("=====~"),
                    **values(draw, indicator.measure),
                }
                if currency and draw.random() < 0.7:
                    row |= {"value_eur": float(draw.randint(1, 90)), "rate": 1.0}
                rows[project, place, kind, start, end, key, indicator.indicator_code] = row
    return list(rows.values())


def values(draw: random.Random, measure: str) -> dict[str, Any]:
    if measure == Measure.TEXT:
        return {"value": None, "text": "said"}
    if draw.random() < 0.1:
        return {"value": None, "answer": draw.choice(["nothing_to_report", "not_applicable"])}
    found: dict[str, Any] = {"value": draw.randint(0, 600) / 10, "n": float(draw.randint(1, 9))}
    if measure == Measure.RATIO and draw.random() < 0.8:
        below = draw.randint(1, 9)
        found |= {"numerator": float(draw.randint(0, below)), "denominator": float(below)}
    return found


@pytest.mark.thorough(24)
@pytest.mark.parametrize("seed", range(12))
def test_whatever_was_observed_is_kept_as_it_adds_up(seeded: Engine, seed: int) -> None:
    draw = random.Random(seed)
    with database.begin(seeded) as conn:
        ids = observe(conn, submit(conn), *drawn(draw, conn))
        withhold(conn, *draw.sample(ids, len(ids) // 8))
        assert rollup.renew_outdated(conn)[0] == "MEDTOWN"

    says_what_the_observations_say(seeded, DAYS if seed else DAYS[:2])


def test_what_the_public_may_not_see_is_in_nothing_that_is_kept_for_it(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        shown, hidden = observe(
            conn,
            submit(conn),
            {"value": 60.0},
            {"value": 3.0, "period_start": PERIODS[4][0], "period_end": PERIODS[4][1]},
        )
        withhold(conn, hidden)
        rollup.renew_all(conn, "MEDTOWN")
    with database.connect(seeded) as conn:
        kept = frames.load(conn, PUBLIC, View(programme="MEDTOWN"), "en")
        assert frames.period_ends(kept) == [date(2023, 6, 30)]
        (row,) = frames.results(kept, ["place_code"]).dropna(subset="low").to_dict("records")
        assert (row["high"], row["observation_ids"]) == (60, (shown,))
        every = frames.load(conn, EVERYBODY, View(programme="MEDTOWN"), "en")
        assert frames.results(every, []).dropna(subset="low").iloc[0]["high"] == 63


def test_a_programme_that_is_not_rolled_up_is_read_from_its_observations(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        observe(conn, submit(conn), {"value": 60.0})
    with database.connect(seeded) as conn:
        data = frames.load(conn, PUBLIC, View(programme="MEDTOWN"), "en")
        assert data.rolled is None
        assert frames.results(data, []).dropna(subset="low").iloc[0]["high"] == 60


@pytest.mark.thorough(2)
def test_other_rules_make_all_series_anew(seeded: Engine) -> None:
    accepted({"period": "2022-S2", "value": 40}, {"period": "2023-S1", "value": 25})
    with database.begin(seeded) as conn:
        indicator = tables.Indicator
        conn.execute(
            update(indicator).where(indicator.indicator_code == "JOB-NEW").values(time_rule="max")
        )
    view = View(programme="MEDTOWN")
    with database.begin(seeded) as conn:
        data = frames.load(conn, EVERYBODY, view, "en")
        assert data.rolled is None  # not by these rules
        assert frames.results(data, []).dropna(subset="low").iloc[0]["high"] == 40
        assert "MEDTOWN" in rollup.renew_outdated(conn)
        assert rollup.renew_outdated(conn) == []
        data = frames.load(conn, EVERYBODY, view, "en")
        assert data.rolled
        assert frames.results(data, []).dropna(subset="low").iloc[0]["high"] == 40


@pytest.mark.thorough(2)
def test_the_files_of_the_catalogue_bring_their_rules_back(seeded: Engine) -> None:
    accepted({"period": "2022-S2", "value": 40}, {"period": "2023-S1", "value": 25})
    with database.begin(seeded) as conn:
        conn.execute(delete(tables.Rolled))
        etl.seed(conn)
    says_what_the_observations_say(seeded)


@pytest.mark.thorough(2)
def test_a_rebuild_keeps_all_series_anew(seeded: Engine) -> None:
    accepted({"period": "2022-S2", "value": 40}, {"period": "2023-S1", "value": 25})
    with database.begin(seeded) as conn:
        conn.execute(update(tables.Observation).values(value=41.0))
    assert len(etl.rebuild(replace=True)) == 2
    says_what_the_observations_say(seeded)
    with database.connect(seeded) as conn:
        data = frames.load(conn, EVERYBODY, View(programme="MEDTOWN"), "en")
    assert data.rolled
    assert frames.results(data, []).dropna(subset="low").iloc[0]["high"] == 65


def test_a_sum_of_very_many_values_names_its_view_instead_of_each(seeded: Engine) -> None:
    days = [date(1980 + number, 12, 31) for number in range(rollup.MOST_IDS + 1)]
    with database.begin(seeded) as conn:
        rows = [{"value": 1.0, "period_start": day, "period_end": day} for day in days]
        observe(conn, submit(conn), *rows)
        rollup.renew_all(conn, "MEDTOWN")
    with database.connect(seeded) as conn:
        data = frames.load(conn, EVERYBODY, View(programme="MEDTOWN"), "en")
        row = frames.results(data, []).dropna(subset="low").iloc[0]
        assert (row["high"], row["observation_ids"]) == (rollup.MOST_IDS + 1, ())
        listed = View("MEDTOWN", indicator=row["indicator_code"], part="actual")
        data = frames.load(conn, EVERYBODY, listed, "en", indicator_codes=[listed.indicator])
        found = frames.results(data, [], listed.indicator)
        assert len(found.iloc[0]["observation_ids"]) == len(days)


@pytest.mark.parametrize("read", [queries.catalogue, reference.load])
def test_the_catalogue_is_read_once_for_each_revision(
    seeded: Engine, read: Callable[[Connection], Any]
) -> None:
    with database.begin(seeded) as conn:
        known = read(conn)
        assert read(conn) is known
        conn.execute(
            insert(tables.Unit), [{"unit_code": "ell", "names": {"en": "ell"}, "aliases": []}]
        )
        assert "ell" in read(conn).units
        assert "ell" not in known.units
        conn.execute(delete(tables.Unit).where(tables.Unit.unit_code == "ell"))
        assert "ell" not in read(conn).units
        names = conn.execute(select(tables.Revision.name)).scalars().all()
    assert sorted(names) == ["catalogue", "shown", "told"]
