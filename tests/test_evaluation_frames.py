"""Frames of a territory become the inputs of methods: what pages show is what is evaluated."""

import math
from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from dashboard import frames
from dashboard.views import View
from schemas import database, evaluation
from schemas.evaluation import (
    Interval,
    Known,
    Refused,
    Span,
    Unit,
    baseline_change_of,
    change_since_baseline,
    cost_effectiveness,
    cost_effectiveness_of,
    diff_in_diff_of,
    difference_in_differences,
    interrupted_series,
    monthly_series_of,
)
from schemas.impact import Rules, trend
from schemas.scope import PUBLIC
from schemas.series import Settings
from tests.test_evaluation import codes, found, months
from tests.test_impact import MONEY, PEOPLE, STOCK, baseline, frame, result, row, rules, target

LEVEL = rules(target_basis="level", time_rule="last")


# --- Change since the baseline --------------------------------------------------------------------


def test_a_change_is_that_of_the_projects_that_have_a_baseline() -> None:
    one = result(
        *(baseline(40), row(55, "2023-S1"), target(80)),
        *(row(7, "2023-S1", project="P2"), target(9, project="P2")),
        of=LEVEL,
    )
    inputs = baseline_change_of(one)
    assert not isinstance(inputs, Refused)
    answer = found(change_since_baseline(inputs))
    assert (answer.estimate, answer.n) == (15, 1)
    assert inputs.baseline.end == date(2022, 12, 31)


def test_a_target_that_starts_at_zero_has_no_baseline() -> None:
    one = result(row(55, "2023-S1"), target(80), of=rules())
    assert one["baseline"] == 0
    assert codes(baseline_change_of(one)) == {"baseline_not_reported"}


def test_a_baseline_without_a_value_since_is_no_change() -> None:
    one = result(baseline(40), target(80), of=LEVEL)
    assert codes(baseline_change_of(one)) == {"figure_missing"}


def test_a_figure_to_date_that_began_before_the_baseline_is_compared_where_it_ends() -> None:
    one = result(*(baseline(40, "2023-02-28"), row(55, "2023-S1"), target(80)), of=LEVEL)
    inputs = baseline_change_of(one)
    assert not isinstance(inputs, Refused)
    assert found(change_since_baseline(inputs)).estimate == 15


# --- Difference in differences --------------------------------------------------------------------

QUARTERS = ("2022-S2", "2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4")


def course(*values: float, place: str = "SEV", of: Rules = STOCK) -> pd.DataFrame:
    listed = [
        row(value, when, place=place, project=f"P-{place}")
        for value, when in zip(values, QUARTERS, strict=False)
    ]
    return trend(frame(*listed), of)


def test_two_territories_are_compared_around_the_day_a_project_began() -> None:
    own, other = course(10, 12, 15, 30), course(20, 22, 24, 27, place="LIS")
    inputs = diff_in_diff_of(own, other, date(2023, 7, 1))
    assert not isinstance(inputs, Refused)
    quarter = (date(2023, 4, 1), date(2023, 6, 30))
    assert inputs.own.before == Known(15, 15, *quarter)
    assert [one.low for one in inputs.other.earlier] == [20, 22]
    answer = found(difference_in_differences(inputs))
    assert (answer.estimate, answer.interval) == (15 - 3, Interval.NONE)


def test_a_period_in_which_the_project_began_is_neither_before_nor_after() -> None:
    own, other = course(10, 12, 15, 30, 40), course(20, 22, 24, 27, 29, place="LIS")
    inputs = diff_in_diff_of(own, other, date(2023, 8, 15))
    assert not isinstance(inputs, Refused)
    assert inputs.own.before.end == date(2023, 6, 30)
    assert inputs.own.after.start == date(2023, 10, 1)
    only_during = diff_in_diff_of(own[:4], other[:4], date(2023, 8, 15))
    assert codes(only_during) == {"no_common_period"}


def test_flows_are_compared_period_by_period_and_not_to_date() -> None:
    own, other = (course(10, 12, 15, 30, of=rules(), place=place) for place in ("SEV", "LIS"))
    inputs = diff_in_diff_of(own, other, date(2023, 7, 1))
    assert not isinstance(inputs, Refused)
    assert inputs.own.after.low == 30  # type: ignore[union-attr]
    assert found(difference_in_differences(inputs)).estimate == 0


def test_without_a_common_period_on_both_sides_nothing_is_compared() -> None:
    own, other = course(10, 12, 15, 30), course(20, 22, 24, place="LIS")
    refused = diff_in_diff_of(own, other, date(2023, 7, 1))
    assert codes(refused) == {"no_common_period"}
    assert isinstance(refused, Refused)
    assert "1 Jul 2023" in refused.said("en")


def test_too_few_earlier_periods_are_refused_by_the_method() -> None:
    own, other = course(10, 12, 15), course(20, 22, 24, place="LIS")
    inputs = diff_in_diff_of(own, other, date(2023, 4, 1))
    assert not isinstance(inputs, Refused)
    assert "earlier_missing" in codes(difference_in_differences(inputs))


# --- Monthly series -------------------------------------------------------------------------------


def monthly(values: list[float], **more: Any) -> pd.DataFrame:
    rows = [
        row(value, start.isoformat(), **more)
        | {"period_end": (pd.Timestamp(start) + pd.offsets.MonthEnd(0)).date()}
        for start, value in months(values)
    ]
    return trend(frame(*rows), rules())


def test_months_are_a_series() -> None:
    values = [10.0 + n + (n % 3) + (8 if n >= 12 else 0) for n in range(24)]
    inputs = monthly_series_of(monthly(values), date(2022, 1, 10))
    assert not isinstance(inputs, Refused)
    assert inputs.values == months(values)
    answer = found(interrupted_series(inputs))
    assert 6 < answer.estimate < 10
    assert answer.n == 24


def test_quarters_and_ranges_are_no_monthly_series() -> None:
    assert codes(monthly_series_of(course(1, 2, 3), date(2023, 1, 1))) == {"not_monthly"}
    shared = [row(n, "2023-Q1", project=f"P{n}") for n in (3, 5)]
    for one in shared:
        one["period_end"] = date(2023, 1, 31)
    ranged = trend(frame(*shared), PEOPLE)
    assert codes(monthly_series_of(ranged, date(2023, 1, 1))) == {"not_exact"}


def test_a_month_that_is_withheld_is_a_gap() -> None:
    shown = monthly([float(n % 4) for n in range(24)]).drop(index=[5])
    inputs = monthly_series_of(shown, date(2022, 1, 1))
    assert not isinstance(inputs, Refused)
    refused = interrupted_series(inputs)
    assert codes(refused) == {"months_missing"}
    assert "2021-06" in refused.said("en")


# --- Cost-effectiveness ---------------------------------------------------------------------------


def test_costs_and_people_of_one_project_are_a_cost_of_each() -> None:
    cost = result(row(12_975, "2023-S1", currency="EUR"), of=MONEY)
    people = result(row(100, "2023-Q1"), row(50, "2023-Q2"), of=PEOPLE)
    inputs = cost_effectiveness_of(cost, people)
    assert not isinstance(inputs, Refused)
    assert inputs.effect == Span(100, 150)
    answer = found(cost_effectiveness(inputs))
    assert (answer.low, answer.high) == (86.5, 129.75)
    assert math.isnan(answer.estimate)
    assert "What was spent is of Jan–Jun 2023, what was achieved of Jan–Jun 2023." in [
        one.replace("\u2009", "") for one in answer.assumed("en")
    ]


def test_over_300_people_are_not_divided_by_and_about_450_are_a_range() -> None:
    cost = result(row(900, "2023-S1", currency="EUR"), of=MONEY)
    over = result(row(300, "2023-S1", qualifier=">="), of=rules())
    refused = cost_effectiveness_of(cost, over)
    assert codes(refused) == {"figure_bounded"}
    assert isinstance(refused, Refused)
    assert "≥ 300" in refused.said("en")
    about = cost_effectiveness_of(cost, result(row(450, "2023-S1", qualifier="~"), of=rules()))
    assert not isinstance(about, Refused)
    assert (about.effect.low, about.effect.high) == pytest.approx((405, 495))


def test_at_least_is_no_figure_of_a_series_either() -> None:
    own = trend(frame(row(5, "2023-Q1", qualifier=">="), row(9, "2023-Q2")), STOCK)
    other = course(1, 2, 3, place="LIS")
    assert codes(diff_in_diff_of(own, other, date(2023, 4, 1))) == {"figure_bounded"}
    assert "figure_bounded" in codes(monthly_series_of(own, date(2023, 1, 1)))
    since = result(baseline(40), row(55, "2023-S1", qualifier="<="), target(80), of=LEVEL)
    assert codes(baseline_change_of(since)) == {"figure_bounded"}


def test_without_costs_there_is_no_cost_of_each() -> None:
    cost = result(target(100), of=MONEY)
    people = result(row(100, "2023-Q1"), of=PEOPLE)
    assert codes(cost_effectiveness_of(cost, people)) == {"figure_missing"}


# --- The frames that pages have -------------------------------------------------------------------


def test_the_demonstration_costs_what_its_pages_show(demo: Engine) -> None:
    with database.connect(demo) as conn:
        data = frames.load(conn, PUBLIC, View(programme="MEDTOWN", until=date(2023, 12, 31)), "es")
    spent = frames.results(data, ["project_code"], "FIN-SPT").set_index("project_code")
    people = frames.results(data, ["project_code"], "PPL-NEW").set_index("project_code")
    code = data.catalogue.indicators["PPL-NEW"].unit_code
    unit = Unit(data.catalogue.units[code].names)
    answers = []
    for project in sorted({*spent.index} & {*people.index}):
        inputs = cost_effectiveness_of(spent.loc[project], people.loc[project], unit)
        if isinstance(inputs, Refused):
            assert math.isnan(spent["low"][project]) or math.isnan(people["low"][project])
            continue
        answer = found(cost_effectiveness(inputs))
        assert answer.low == spent["low"][project] / people["high"][project]
        assert answer.unit.currency == spent["currency"][project]
        answers.append(answer.said("es"))
    assert len(answers) > 3


def test_the_front_door_names_what_there_is() -> None:
    assert all(hasattr(evaluation, name) for name in evaluation.__all__)


def test_a_stock_is_carried_forward_in_a_total_but_not_in_a_comparison() -> None:
    """What one territory did not report in a period is no figure of that period."""
    settings = Settings(round_months=12)
    own = course(10, 12, 15, 30)
    gap = trend(
        frame(*(row(n, when, place="LIS") for n, when in ((20, "2022-S2"), (24, "2023-Q3")))),
        STOCK,
        settings=settings,
    )
    inputs = diff_in_diff_of(own, gap, date(2023, 7, 1))
    assert not isinstance(inputs, Refused)
    assert inputs.other.before.end == date(2022, 12, 31)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_periods_that_are_refused_are_written_as_people_write_them(language: str) -> None:
    refused = monthly_series_of(course(1, 2), date(2023, 1, 1))
    assert isinstance(refused, Refused)
    assert "2022-07-01" not in refused.said(language)
