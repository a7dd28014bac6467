"""How values add up and how far they are: every rule worked by hand, then against `tests.naive`."""

import math
import random
from datetime import date
from itertools import product
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codes import (
    Direction,
    Measure,
    Overlap,
    PlaceRule,
    Status,
    TargetBasis,
    TimeRule,
)
from schemas.impact import (
    REASONS,
    RESULT,
    STATUSES,
    TREND,
    Dimension,
    Row,
    Rules,
    Settings,
    Total,
    by_category,
    dimensions_of,
    path,
    progress,
    results,
    rules_of,
    status,
    status_counts,
    total,
    trend,
)
from schemas.series import combined
from schemas.steps import months
from schemas.totals import months_before
from tests import naive

# --- Builders -------------------------------------------------------------------------------------

PERIODS = {
    "2022-S2": ("2022-07-01", "2022-12-31"),
    "2023-Q1": ("2023-01-01", "2023-03-31"),
    "2023-Q2": ("2023-04-01", "2023-06-30"),
    "2023-Q3": ("2023-07-01", "2023-09-30"),
    "2023-Q4": ("2023-10-01", "2023-12-31"),
    "2023-S1": ("2023-01-01", "2023-06-30"),
    "2023-S2": ("2023-07-01", "2023-12-31"),
    "2023": ("2023-01-01", "2023-12-31"),
    "2024-S1": ("2024-01-01", "2024-06-30"),
}
COUNTRIES = {"SEV": "ESP", "HUE": "ESP", "ESP": "ESP", "LIS": "PRT", "TUN1": "TUN", "KOURA": "JOR"}
NUMBERS = ("value", "numerator", "denominator", "n", "value_eur")


def row(
    value: float | None = None,
    when: str = "2023-S1",
    *,
    project: str = "P1",
    place: str = "SEV",
    kind: str = "actual",
    key: str = "",
    **more: Any,
) -> dict[str, Any]:
    """Return one observation: `when` is a period, or a day."""
    start, end = PERIODS.get(when, (when, when))
    fields = {
        "observation_id": 0,
        "programme_code": "MED",
        "project_code": project,
        "place_code": place,
        "country_code": COUNTRIES[place],
        "indicator_code": "X",
        "period_start": date.fromisoformat(start),
        "period_end": date.fromisoformat(end),
        "value_type": kind,
        "breakdown_key": key,
        "value": value,
        "numerator": None,
        "denominator": None,
        "n": None,
        "qualifier": "=",
        "reported_as": "in_period",
        "currency": "",
        "value_eur": None,
        "answer": "value",
    }
    return fields | more


def target(value: float | None, day: str = "2023-12-31", **more: Any) -> dict[str, Any]:
    return row(value, day, kind="target", **more)


def baseline(value: float | None, day: str = "2022-12-31", **more: Any) -> dict[str, Any]:
    return row(value, day, kind="baseline", **more)


def nothing(when: str, **more: Any) -> dict[str, Any]:
    return row(None, when, answer="nothing_to_report", **more)


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return observations by the conventions of frames, numbered from 1."""
    made = pd.DataFrame(list(rows), columns=list(Row._fields))
    made["observation_id"] = range(1, len(made) + 1)
    for name in ("period_start", "period_end"):
        made[name] = pd.to_datetime(made[name]).dt.as_unit("s")
    return made.astype(dict.fromkeys(NUMBERS, "float64"))


def rules(
    measure: str = "count", time_rule: str = "sum", place_rule: str = "sum", **more: Any
) -> Rules:
    return Rules("X", Measure(measure), TimeRule(time_rule), PlaceRule(place_rule), **more)


PEOPLE = rules(is_people=True, overlap=Overlap.BOTH)
STOCK = rules(time_rule="last")
MONEY = rules("amount")
SHARE = rules("ratio", place_rule="weighted", factor=100.0)
SCORE = rules("score", "mean", "weighted")
SEX = Dimension("sex", True, {"women_men": ("F", "M")}, frozenset({"unknown"}))
AGE = Dimension("age", True, {"two": ("0-29", "30+"), "three": ("0-17", "18-54", "55+")})
NEED = Dimension("need", is_exclusive=False)


def add(*rows: dict[str, Any], by: Rules | None = None, **options: Any) -> Total:
    return total(frame(*rows), by or rules(), **options)


def between(found: Total) -> tuple[float, float]:
    assert found.reason == ""
    return found.low, found.high


def result(
    *rows: dict[str, Any], of: Rules | None = None, as_of: str = "2023-07-31", **options: Any
) -> Any:
    """Return the one row of results over everything."""
    found = results(
        frame(*rows), {"X": of or rules()}, by=[], as_of=date.fromisoformat(as_of), **options
    )
    return found.iloc[0]


# --- Periods of one series ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("time_rule", "expected"),
    [("sum", 60), ("last", 30), ("max", 30), ("mean", 20), ("none", 30)],
)
def test_periods_combine_by_the_time_rule(time_rule: str, expected: float) -> None:
    found = add(
        row(10, "2023-Q1"), row(20, "2023-Q2"), row(30, "2023-Q3"), by=rules(time_rule=time_rule)
    )
    assert between(found) == (expected, expected)


def test_the_largest_of_some_periods_need_not_be_the_last() -> None:
    assert add(row(40, "2023-Q1"), row(30, "2023-Q2"), by=rules(time_rule="max")).high == 40


def test_overlapping_periods_are_never_summed() -> None:
    found = add(row(10, "2023-Q1"), row(20, "2023-Q2"), row(30, "2023-S1"))
    assert (found.reason, math.isnan(found.low)) == ("overlapping_periods", True)
    assert sorted(found.observation_ids) == [1, 2, 3]


def test_one_series_that_overlaps_leaves_its_total_without_a_number() -> None:
    other = row(5, project="P2")
    assert add(row(10, "2023-Q2"), row(30, "2023-S1"), other).reason == "overlapping_periods"


def test_a_figure_to_date_replaces_what_came_before_and_later_periods_are_added() -> None:
    found = add(
        row(10, "2023-Q1"),
        row(20, "2023-Q2"),
        row(33, "2023-S1", reported_as="to_date"),
        row(7, "2023-Q3"),
    )
    assert between(found) == (40, 40)
    assert found.observation_ids == (3, 4)


def test_the_latest_figure_to_date_counts() -> None:
    found = add(
        row(10, "2023-Q1", reported_as="to_date"), row(25, "2023-Q2", reported_as="to_date")
    )
    assert found.high == 25


def test_a_period_that_straddles_a_figure_to_date_is_not_split() -> None:
    found = add(row(10, "2023-Q1", reported_as="to_date"), row(30, "2023-S1"))
    assert found.reason == "straddling_periods"


def test_a_mean_to_date_and_later_periods_do_not_combine() -> None:
    later = row(30, "2023-Q2")
    assert (
        add(row(10, "2023-Q1", reported_as="to_date"), later, by=rules(time_rule="mean")).reason
        == "periods_not_additive"
    )


def test_a_stock_with_two_values_for_its_last_day_has_none() -> None:
    assert add(row(10, "2023-Q2"), row(12, "2023-S1"), by=STOCK).reason == "two_values"
    assert add(row(10, "2023-Q2"), row(10, "2023-S1"), by=STOCK).high == 10


def test_values_after_the_day_asked_for_do_not_count() -> None:
    found = add(row(10, "2023-Q1"), row(20, "2023-Q2"), as_of=date(2023, 4, 30))
    assert (found.high, found.period_end) == (10, date(2023, 3, 31))


def test_nothing_to_report_adds_nothing_and_carries_a_sum_to_its_end() -> None:
    found = add(row(10, "2023-S1"), nothing("2023-S2"))
    assert (found.high, found.period_end) == (10, date(2023, 12, 31))
    only = add(nothing("2023-S1"))
    assert (between(only), only.projects) == ((0, 0), ("P1",))


def test_nothing_to_report_to_date_does_not_replace_what_was_reported() -> None:
    assert add(row(10, "2023-S1"), nothing("2023-S2", reported_as="to_date")).high == 10


def test_nothing_to_report_is_not_a_stock_of_zero() -> None:
    found = add(row(10, "2023-S1"), nothing("2023-S2"), by=STOCK)
    assert (found.high, found.period_end) == (10, date(2023, 6, 30))
    assert add(nothing("2023-S1"), by=STOCK).reason == "no_value"


def test_not_reported_is_not_zero() -> None:
    assert add(target(100)).reason == "no_value"
    assert add(row(None, answer="not_applicable")).reason == "no_value"
    assert between(add(row(0))) == (0, 0)


# --- Places and projects --------------------------------------------------------------------------


def test_places_add_up_after_periods() -> None:
    found = add(row(10), row(5, "2023-S2"), row(20, place="LIS", project="P2"))
    assert between(found) == (35, 35)
    assert (found.series_count, found.places) == (2, ("LIS", "SEV"))
    assert (found.period_start, found.period_end) == (date(2023, 1, 1), date(2023, 12, 31))


def test_a_stock_is_carried_forward_for_one_round_at_most() -> None:
    found = add(
        row(10, "2023-S2"),
        row(20, "2023-S1", project="P2"),
        row(40, "2022-S2", project="P3"),
        by=STOCK,
    )
    assert (found.high, found.projects) == (30, ("P1", "P2"))
    longer = add(
        row(10, "2023-S2"),
        row(40, "2022-S2", project="P3"),
        by=STOCK,
        settings=Settings(round_months=12),
    )
    assert longer.high == 50


def test_where_periods_do_not_combine_only_the_last_period_counts() -> None:
    of = rules(time_rule="none")
    found = add(row(10, "2023-S2"), row(20, "2023-S1", project="P2"), by=of)
    assert (found.high, found.projects) == (10, ("P1",))
    assert add(row(10, "2023-Q2"), row(20, "2023-S1", project="P2"), by=of).reason == (
        "different_periods"
    )


def test_places_that_do_not_add_up_give_a_reason_and_one_alone_gives_its_value() -> None:
    of = rules(place_rule="none")
    assert add(row(10), row(20, project="P2"), by=of).reason == "not_additive"
    assert add(row(10), by=of).high == 10
    assert add(row(10), row(20, project="P2"), by=rules(place_rule="weighted")).reason == (
        "not_additive"
    )


def test_official_figures_are_never_added_to_those_of_projects() -> None:
    assert add(row(10), row(9000, project="")).reason == "context_apart"
    assert add(row(10, project=""), row(20, project="", place="LIS")).high == 30


def test_a_project_that_reports_a_place_and_a_part_of_it_has_no_total() -> None:
    assert add(row(10), row(30, place="ESP")).reason == "nested_places"
    assert add(row(10), row(30, place="HUE")).high == 40
    found = add(row(10), row(30, place="HUE"), parents={"SEV": "HUE", "HUE": "ESP"})
    assert found.reason == "nested_places"


def test_words_are_not_added_up_and_yes_counts_as_one() -> None:
    assert add(row(None, answer="value"), by=rules("text")).reason == "not_a_number"
    yes_no = rules("yes_no", "last")
    assert add(row(1), row(0, project="P2"), row(1, project="P3"), by=yes_no).high == 2
    assert add(row(1, "2023-Q1"), row(1, "2023-Q2"), by=rules("yes_no")).reason == (
        "periods_not_additive"
    )
    assert add(row(1, "2023-Q1"), row(0, "2023-Q2"), by=rules("yes_no", "max")).high == 1


# --- People who may be counted twice --------------------------------------------------------------


def test_people_of_two_periods_are_a_range() -> None:
    periods = rules(overlap=Overlap.PERIODS)
    assert between(add(row(431, "2023-S1"), row(181, "2023-S2"), by=periods)) == (431, 612)
    # Other projects, even in the same territory, are other people.
    found = add(row(431), row(181, "2023-S2"), row(10, project="P2"), by=periods)
    assert between(found) == (441, 622)


def test_people_of_two_projects_of_a_territory_are_a_range_and_territories_add_up() -> None:
    projects = rules(overlap=Overlap.PROJECTS)
    rows = (
        row(30, "2023-S1"),
        row(20, "2023-S2"),
        row(40, project="P2"),
        row(7, project="P3", place="LIS"),
    )
    assert between(add(*rows, by=projects)) == (57, 97)  # max(30 + 20, 40) + 7
    assert between(add(*rows, by=PEOPLE)) == (47, 97)  # max(30, 20, 40) + 7
    assert between(add(*rows, by=rules())) == (97, 97)


def test_a_country_as_a_place_holds_the_people_of_its_territories() -> None:
    found = add(row(30), row(40, project="P2", place="ESP"), by=PEOPLE)
    assert between(found) == (40, 70)
    found = add(row(30), row(20, project="P2", place="HUE"), by=PEOPLE, parents={"SEV": "HUE"})
    assert between(found) == (30, 50)


def parts(when: str, women: float, men: float, **more: Any) -> tuple[dict[str, Any], ...]:
    return (
        row(women + men, when, **more),
        row(women, when, key="sex=F", **more),
        row(men, when, key="sex=M", **more),
    )


def test_categories_show_that_people_differ() -> None:
    rows = (*parts("2023-S1", 40, 10), *parts("2023-S2", 15, 30))
    assert between(add(*rows, by=PEOPLE, dimensions=[SEX])) == (70, 95)
    assert between(add(*rows, by=PEOPLE)) == (50, 95)


def test_categories_tighten_between_projects_too() -> None:
    rows = (
        *parts("2023-S1", 40, 10),
        *parts("2023-S2", 0, 5),
        *parts("2023-S1", 15, 30, project="P2"),
    )
    projects = rules(overlap=Overlap.PROJECTS)
    assert between(add(*rows, by=projects, dimensions=[SEX])) == (70, 100)  # 40 + 30
    assert between(add(*rows, by=PEOPLE, dimensions=[SEX])) == (70, 100)


def test_a_dimension_that_is_not_complete_everywhere_shows_nothing() -> None:
    rows = (*parts("2023-S1", 40, 10), *parts("2023-S2", 15, 30)[:2])
    assert between(add(*rows, by=PEOPLE, dimensions=[SEX])) == (50, 95)


def test_several_choices_and_unknown_show_nothing() -> None:
    rows = (
        row(50, "2023-S1"),
        row(50, "2023-S1", key="need=work"),
        row(45, "2023-S2"),
        row(45, "2023-S2", key="need=home"),
    )
    assert between(add(*rows, by=PEOPLE, dimensions=[NEED])) == (50, 95)
    unknown = (
        row(10, "2023-S1"),
        row(0, "2023-S1", key="sex=F"),
        row(0, "2023-S1", key="sex=M"),
        row(10, "2023-S1", key="sex=unknown"),
        row(10, "2023-S2"),
        row(5, "2023-S2", key="sex=F"),
        row(5, "2023-S2", key="sex=M"),
        row(0, "2023-S2", key="sex=unknown"),
    )
    assert between(add(*unknown, by=PEOPLE, dimensions=[SEX])) == (10, 20)


def test_a_part_of_at_most_so_many_shows_nothing() -> None:
    rows = [*parts("2023-S1", 40, 10), *parts("2023-S2", 15, 30)]
    rows[-1] = rows[-1] | {"qualifier": "<="}
    assert between(add(*rows, by=PEOPLE, dimensions=[SEX])) == (50, 95)


def test_only_counts_are_of_people() -> None:
    hours = rules("quantity", overlap=Overlap.BOTH)
    assert between(add(row(30), row(20, "2023-S2"), by=hours)) == (50, 50)


# --- A missing total ------------------------------------------------------------------------------


def test_breakdowns_are_not_added_to_totals() -> None:
    assert add(*parts("2023-S1", 40, 10), dimensions=[SEX]).high == 50


def test_a_missing_total_is_the_sum_of_a_complete_partition() -> None:
    found = add(row(40, key="sex=F"), row(10, key="sex=M"), dimensions=[SEX])
    assert (found.high, found.qualifier, found.observation_ids) == (50, "=", (1, 2))
    unknown = row(3, key="sex=unknown")
    found = add(row(40, key="sex=F"), row(10, key="sex=M"), unknown, dimensions=[SEX])
    assert found.high == 53


def test_an_incomplete_partition_is_at_least_its_sum() -> None:
    found = add(row(40, key="sex=F"), row(3, key="sex=unknown"), dimensions=[SEX])
    assert (found.high, found.is_at_least) == (43, True)


def test_dimensions_are_never_added_to_each_other() -> None:
    rows = (
        row(40, key="sex=F"),
        row(10, key="sex=M"),
        row(20, key="age=0-29"),
        row(31, key="age=18-54"),
    )
    found = add(*rows, dimensions=[SEX, AGE])
    assert (found.high, found.qualifier, found.observation_ids) == (50, "=", (1, 2))
    found = add(*rows[2:], dimensions=[SEX, AGE])  # bands of two schemes: the larger one
    assert (found.high, found.is_at_least) == (31, True)


def test_several_choices_are_at_least_the_largest() -> None:
    found = add(row(40, key="need=work"), row(25, key="need=home"), dimensions=[NEED])
    assert (found.high, found.is_at_least) == (40, True)


def test_crossed_dimensions_make_a_whole_when_every_cell_is_there() -> None:
    cells = [
        row(n, key=f"age={a}|sex={s}")
        for n, (a, s) in zip((1, 2, 3, 4), product(("0-29", "30+"), "FM"), strict=True)
    ]
    found = add(*cells, dimensions=[SEX, AGE])
    assert (found.high, found.qualifier) == (10, "=")
    assert add(*cells[:3], dimensions=[SEX, AGE]).is_at_least


def test_parts_with_nothing_to_report_are_zero() -> None:
    found = add(row(40, key="sex=F"), nothing("2023-S1", key="sex=M"), dimensions=[SEX])
    assert (found.high, found.qualifier) == (40, "=")
    found = add(nothing("2023-S1", key="sex=F"), nothing("2023-S1", key="sex=M"), dimensions=[SEX])
    assert found.high == 0


def test_the_whole_of_ratios_and_scores_needs_all_parts() -> None:
    women = row(None, key="sex=F", numerator=30.0, denominator=40.0)
    men = row(None, key="sex=M", numerator=10.0, denominator=40.0)
    assert add(women, men, by=SHARE, dimensions=[SEX]).high == 50
    assert add(women, by=SHARE, dimensions=[SEX]).reason == "total_missing"
    scores = (row(4, key="sex=F", n=30.0), row(2, key="sex=M", n=10.0))
    assert add(*scores, by=SCORE, dimensions=[SEX]).high == 3.5
    assert add(scores[0], by=SCORE, dimensions=[SEX]).reason == "total_missing"


def test_amounts_of_one_whole_meet_in_euros() -> None:
    women = row(100, key="sex=F", currency="JOD", value_eur=130.0)
    men = row(50, key="sex=M", currency="EUR")
    found = add(women, men, by=MONEY, dimensions=[SEX])
    assert (found.high, found.currency) == (180, "EUR")
    unknown = row(100, key="sex=F", currency="JOD")
    assert add(unknown, men, by=MONEY, dimensions=[SEX]).reason == "total_missing"


# --- Ratios and scores ----------------------------------------------------------------------------


def test_ratios_are_computed_after_adding_their_parts() -> None:
    first = row(90, "2023-S1", numerator=9.0, denominator=10.0)
    second = row(20, "2023-S2", numerator=18.0, denominator=90.0)
    third = row(50, project="P2", numerator=50.0, denominator=100.0)
    assert add(first, second, third, by=SHARE).high == 38.5  # 77 of 200, not the mean of 53


def test_each_part_of_a_ratio_has_its_own_time_rule() -> None:
    of = rules("ratio", denominator_time_rule=TimeRule.LAST)
    first = row(0.5, "2023-S1", numerator=100.0, denominator=200.0)
    second = row(0.75, "2023-S2", numerator=300.0, denominator=400.0)
    found = add(first, second, by=of)
    assert (found.high, found.observation_ids) == (1.0, (1, 2))


def test_velocity_is_annualised_by_the_months_of_its_periods() -> None:
    velocity = rules("ratio", denominator_time_rule=TimeRule.MEAN, is_annualised=True)
    first = row(None, "2023-Q1", numerator=100.0, denominator=150.0)
    second = row(None, "2023-Q2", numerator=200.0, denominator=250.0)
    assert add(first, by=velocity).high == pytest.approx(100 / 150 * 4)
    assert add(first, second, by=velocity).high == pytest.approx(300 / 200 * 2)
    to_date = row(None, "2023-Q2", numerator=300.0, denominator=200.0, reported_as="to_date")
    assert add(first, to_date, by=velocity).high == pytest.approx(300 / 200 * 2)


def test_a_ratio_whose_periods_do_not_combine_is_that_of_the_last() -> None:
    of = rules("ratio", "none", "none")
    first = row(1.5, "2023-S1", numerator=3.0, denominator=2.0)
    assert add(first, row(2.5, "2023-S2"), by=of).high == 2.5


def test_percentages_without_parts_are_never_pooled() -> None:
    assert add(row(60), by=SHARE).high == 60
    assert add(row(60), row(60, project="P2"), by=SHARE).reason == "parts_missing"
    pooled = rules("ratio", place_rule="sum")
    parts = (
        row(60, numerator=6.0, denominator=10.0),
        row(60, project="P2", numerator=6.0, denominator=10.0),
    )
    assert add(*parts, by=pooled).reason == "not_additive"
    assert add(*parts, by=SHARE).high == 60


def test_a_denominator_of_zero_has_no_ratio() -> None:
    empty = row(None, numerator=0.0, denominator=0.0)
    assert add(empty, by=SHARE).reason == "no_denominator"


def test_scores_are_pooled_by_the_number_of_people_asked() -> None:
    assert add(row(4, n=30.0), row(2, project="P2", n=10.0), by=SCORE).high == 3.5
    assert add(row(4, n=30.0), row(2, "2023-S2", n=10.0), by=SCORE).high == 3.5
    assert add(row(4), row(2, project="P2", n=10.0), by=SCORE).reason == "n_missing"
    assert add(row(4), by=SCORE).high == 4
    summed = rules("score", "sum", "weighted")
    assert add(row(4, n=1.0), row(2, "2023-S2", n=1.0), by=summed).reason == "periods_not_additive"


# --- Money ----------------------------------------------------------------------------------------


def test_one_currency_adds_up_in_that_currency_with_its_minor_digits() -> None:
    dinars = [
        row(v, w, place="KOURA", currency="JOD")
        for v, w in [(1234.567, "2023-Q1"), (0.433, "2023-Q2"), (1000.001, "2023-Q3")]
    ]
    found = add(*dinars, by=MONEY)
    assert (found.high, found.currency) == (2235.001, "JOD")
    tenths = [row(0.1, "2023-S1", project=f"P{i}", currency="JOD") for i in range(10)]
    assert add(*tenths, by=MONEY).high == 1.0  # sum() would say 0.9999999999999999


def test_several_currencies_add_up_in_euros_where_all_have_a_value_in_euros() -> None:
    euros = row(100, currency="EUR")
    dinars = row(200, project="P2", place="KOURA", currency="JOD", value_eur=260.5)
    found = add(euros, dinars, by=MONEY)
    assert (found.high, found.currency) == (360.5, "EUR")
    assert add(euros, dinars | {"value_eur": None}, by=MONEY).reason == "mixed_currencies"


# --- Qualifiers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ("= =", "="),
        ("= >=", ">="),
        ("= <=", "<="),
        ("= ~", "~"),
        (">= ~", "~"),
        ("<= ~", "~"),
        (">= <=", "~"),
        ("<= <=", "<="),
        ("", "="),
    ],
)
def test_inexactness_carries_over(parts: str, whole: str) -> None:
    assert combined(parts.split()) == whole


def test_a_total_is_as_exact_as_what_it_is_made_of() -> None:
    over = row(300, qualifier=">=")
    assert add(over, row(12, project="P2")).qualifier == ">="
    # What a figure to date has replaced no longer matters.
    assert add(over, row(350, "2023-S2", reported_as="to_date")).qualifier == "="


# --- Progress and status of one number ------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "expected"),
    [(10, 20, 15, 0.5), (30, 20, 25, 0.5), (10, 20, 5, -0.5), (0, 20, 30, 1.5)],
    ids=["rising", "falling", "wrong way", "beyond"],
)
def test_progress_is_the_share_of_the_way(
    baseline: float, target: float, actual: float, expected: float
) -> None:
    assert progress(baseline, target, actual) == expected


def test_there_is_no_progress_where_there_is_no_way() -> None:
    assert math.isnan(progress(10, 10, 12))


def test_the_path_runs_straight_through_the_milestones() -> None:
    bends = [(date(2023, 1, 1), 10.0), (date(2023, 1, 11), 30.0), (date(2023, 1, 31), 40.0)]
    days = [date(2022, 6, 1), date(2023, 1, 6), date(2023, 1, 11), date(2023, 1, 21)]
    assert [path(bends, day) for day in days] == [10, 20, 30, 35]
    assert path(bends, date(2024, 1, 1)) == 40


@pytest.mark.parametrize(
    ("share", "expected", "word"),
    [
        (1.0, 0.5, "achieved"),
        (0.999, 1.0, "on_track"),
        (0.57, 0.6, "on_track"),
        (0.475, 0.5, "on_track"),
        (0.474, 0.5, "acceleration_needed"),
        (0.30, 0.5, "acceleration_needed"),
        (0.299, 0.5, "limited_progress"),
        (0.0, 0.5, "limited_progress"),
        (-0.001, 0.5, "moving_away"),
    ],
)
def test_a_status_is_a_step_of_progress_over_expectation(
    share: float, expected: float, word: str
) -> None:
    assert status(share, expected) == (word, "")


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (1.0, "achieved"),
        (0.99, "partly_achieved"),
        (0.60, "partly_achieved"),
        (0.599, "not_achieved"),
        (-0.5, "not_achieved"),
    ],
)
def test_after_the_due_date_a_status_is_a_verdict(share: float, word: str) -> None:
    assert status(share, 1.0, is_due=True) == (word, "")


def test_there_is_no_status_before_a_tenth_of_the_way() -> None:
    assert status(0.5, 0.0999) == ("", "too_early")
    assert status(0.05, 0.10) == ("limited_progress", "")


def test_thresholds_are_settings() -> None:
    assert status(0.4, 0.5, settings=Settings(on_track=0.8)) == ("on_track", "")
    assert status(0.04, 0.05, settings=Settings(min_expected=0.05))[0] == "acceleration_needed"


# --- Standing of a series -------------------------------------------------------------------------

LEVEL = rules(time_rule="last", target_basis=TargetBasis.LEVEL)
# 2023-06-30 is day 181 of the 365 from 2022-12-31 to 2023-12-31.
HALFWAY = 181 / 365


def test_a_cumulative_target_starts_at_zero_with_or_without_a_baseline() -> None:
    found = result(row(45), target(100), baseline(30))
    assert (found.baseline, found.target, found.progress) == (0, 100, 0.45)
    assert found.expected == pytest.approx(HALFWAY)  # from the baseline's day
    assert found.ratio == pytest.approx(0.45 / HALFWAY)
    assert found.status == "acceleration_needed"  # 0.907
    found = result(row(45), target(100))
    assert found.expected == pytest.approx(180 / 364)  # from the first day of the first period


def test_a_level_starts_at_its_baseline() -> None:
    found = result(row(60), target(80), baseline(40), of=LEVEL)
    assert (found.baseline, found.progress, found.status) == (40, 0.5, "on_track")
    assert (found.baseline_date, found.target_date) == (
        pd.Timestamp("2022-12-31"),
        pd.Timestamp("2023-12-31"),
    )
    assert (found.baseline_ids, found.target_ids, found.observation_ids) == ((3,), (2,), (1,))


def test_a_falling_indicator_works_by_the_same_formula() -> None:
    falling = rules(
        "ratio", "last", "weighted", direction=Direction.DOWN, target_basis=TargetBasis.LEVEL
    )
    assert result(row(30), target(20), baseline(40), of=falling).status == "on_track"
    assert result(row(44), target(20), baseline(40), of=falling).status == "moving_away"
    assert result(row(19), target(20), baseline(40), of=falling).status == "achieved"


def test_expectation_follows_the_milestones() -> None:
    rows = (target(20, "2023-06-30"), target(100), baseline(0))
    found = result(row(20), *rows)
    assert (found.expected, found.progress, found.status) == (0.2, 0.2, "on_track")
    found = result(row(20, "2023-Q1"), *rows, as_of="2023-05-01")
    assert found.expected == pytest.approx(0.2 * 90 / 181)
    assert found.status_reason == "too_early"


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (472, "on_track"),
        (471, "acceleration_needed"),
        (298, "acceleration_needed"),
        (297, "limited_progress"),
    ],
)
def test_thresholds_from_both_sides(value: float, word: str) -> None:
    # Expected: 1000 * 181 / 365 = 495.89; 95 % of it 471.1, 60 % of it 297.5.
    assert result(row(value), target(1000), baseline(0)).status == word


def test_after_the_due_date_the_status_is_a_verdict_that_does_not_age() -> None:
    rows = (target(100), baseline(0))
    found = result(row(60, "2023"), *rows, as_of="2030-01-01")
    assert (found.status, found.progress, found.expected) == ("partly_achieved", 0.6, 1)
    assert result(row(59, "2023"), *rows, as_of="2024-01-31").status == "not_achieved"
    assert result(row(100, "2023"), *rows, as_of="2024-01-31").status == "achieved"
    # On the day itself the path still counts.
    assert result(row(96, "2023"), *rows, as_of="2023-12-31").status == "on_track"


def test_an_actual_older_than_one_round_has_no_status() -> None:
    rows = (row(45), target(100), baseline(0))
    assert result(*rows, as_of="2023-12-30").status == "acceleration_needed"
    found = result(*rows, as_of="2023-12-31", settings=Settings(round_months=5))
    assert (found.status, found.status_reason, found.low) == ("", "outdated", 45)
    assert math.isnan(found.progress)
    assert found.target == 100


def test_what_is_missing_is_said() -> None:
    assert result(row(45)).status_reason == "target_missing"
    found = result(target(100))
    assert (found.status_reason, found.reason, found.target) == ("actual_missing", "no_value", 100)
    assert result(row(45), target(100), of=LEVEL).status_reason == "baseline_missing"
    unknown = baseline(None, answer="nothing_to_report")
    assert result(row(45), target(100), unknown, of=LEVEL).status_reason == "baseline_unknown"
    assert result(row(45), target(100), unknown).status == "acceleration_needed"  # cumulative
    zero = baseline(0)
    assert result(row(45), target(100), zero, of=LEVEL).status == "acceleration_needed"


def test_a_target_equal_to_its_baseline_is_maintained_or_not() -> None:
    rows = (target(40), baseline(40))
    assert result(row(41), *rows, of=LEVEL).status == "maintained"
    assert result(row(39), *rows, of=LEVEL).status == "not_maintained"
    down = rules(time_rule="last", target_basis=TargetBasis.LEVEL, direction=Direction.DOWN)
    assert result(row(39), *rows, of=down).status == "maintained"
    steady = rules(time_rule="last", target_basis=TargetBasis.LEVEL, direction=Direction.NONE)
    assert result(row(41), *rows, of=steady).status == "not_maintained"
    assert result(row(40), *rows, of=steady).status == "maintained"


def test_a_range_has_a_status_only_if_both_ends_have_the_same() -> None:
    rows = (row(300, "2023-Q1"), row(200, "2023-Q2"), baseline(0))
    found = result(*rows, target(2000), of=PEOPLE)
    assert (found.low, found.high) == (300, 500)
    assert (found.progress_low, found.progress_high) == (0.15, 0.25)
    assert (found.status, math.isnan(found.progress)) == ("limited_progress", True)
    found = result(*rows, target(1000), of=PEOPLE)  # 0.605 and 1.008 of the expected
    assert (found.status, found.status_reason) == ("", "straddles_threshold")


@pytest.mark.parametrize(
    ("value", "qualifier", "outcome"),
    [
        (1000, ">=", "achieved"),
        (480, ">=", "straddles_threshold"),
        (200, "<=", "limited_progress"),
        (400, "<=", "straddles_threshold"),
        (350, "~", "acceleration_needed"),  # 315 to 385
        (300, "~", "straddles_threshold"),  # 270 to 330
    ],
)
def test_a_qualifier_must_not_straddle_a_threshold(
    value: float, qualifier: str, outcome: str
) -> None:
    found = result(row(value, qualifier=qualifier), target(1000), baseline(0))
    assert (found.status or found.status_reason) == outcome


def test_an_inexact_baseline_must_not_decide() -> None:
    about = baseline(40, qualifier="~")  # 36 to 44
    assert result(row(80), target(80), about, of=LEVEL).status == "achieved"
    assert result(row(57), target(80), about, of=LEVEL).status_reason == "straddles_threshold"
    at_most = baseline(40, qualifier="<=")
    amount = rules("score", "last", "weighted", target_basis=TargetBasis.LEVEL)
    assert result(row(60), target(80), at_most, of=amount).status_reason == "straddles_threshold"


def test_a_target_per_period_is_compared_with_that_period_alone() -> None:
    each = rules(target_basis=TargetBasis.PER_PERIOD)
    rows = (
        row(8, "2023-Q1"),
        row(3, "2023-Q2"),
        target(10, "2023-Q1"),
        target(5, "2023-Q2"),
        target(9, "2023-Q3"),
    )
    found = result(*rows, of=each)
    assert (found.low, found.compared_low, found.target) == (11, 3, 5)
    assert (found.progress, found.expected, found.status) == (0.6, 1, "partly_achieved")
    early = result(*rows, of=each, as_of="2023-04-30")
    assert (early.compared_low, early.status) == (8, "partly_achieved")
    # A later target that is long due and unanswered: the last verdict is not shown for ever.
    assert result(*rows, of=each, as_of="2024-02-01").status_reason == "outdated"
    assert result(target(9, "2023-Q3"), row(3, "2023-Q1"), of=each).status_reason == (
        "actual_missing"
    )
    assert (
        result(
            row(3, "2023-Q2", reported_as="to_date"), target(5, "2023-Q2"), of=each
        ).status_reason
        == "actual_missing"
    )


def test_an_upper_limit_to_a_sum_has_no_status() -> None:
    down = rules(direction=Direction.DOWN)
    found = result(row(3), target(10), of=down)
    assert (found.progress, found.status_reason) == (0.3, "ceiling")


def test_a_target_made_of_incomplete_parts_is_none() -> None:
    women = target(60, key="sex=F")
    assert result(row(45), women, dimensions=[SEX]).status_reason == "target_missing"
    found = result(row(45), women, target(40, key="sex=M"), dimensions=[SEX])
    assert (found.target, found.target_ids) == (100, (2, 3))


def test_a_ratio_is_compared_with_a_target_in_percent_or_in_parts() -> None:
    level = rules("ratio", place_rule="weighted", factor=100.0, target_basis=TargetBasis.LEVEL)
    actual = row(None, numerator=30.0, denominator=50.0)
    start = baseline(None, numerator=2.0, denominator=5.0)
    assert result(actual, target(80), start, of=level).progress == 0.5


# --- Standing of several series -------------------------------------------------------------------


def other(build: Any, *args: Any, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = build(*args, project="P2", place="LIS", **more)
    return made


def test_progress_of_a_total_rests_on_the_same_projects_throughout() -> None:
    rows = (
        row(45),
        target(100),
        baseline(0),
        other(row, 30),
        other(target, 60),
        other(baseline, 0),
        row(25, project="P3", place="TUN1"),
    )
    found = result(*rows)
    assert (found.low, found.projects_reporting, found.projects_expected) == (100, 3, 3)
    assert (found.compared_low, found.target, found.projects_compared) == (75, 160, 2)
    assert found.progress == 75 / 160
    without = result(*rows[:5], rows[6], as_of="2023-07-31")
    assert without.projects_compared == 2  # a cumulative target needs no baseline


def test_a_project_without_baseline_is_left_out_of_a_level() -> None:
    rows = (row(60), target(80), baseline(40), other(row, 10), other(target, 20))
    found = result(*rows, of=LEVEL)
    assert (found.low, found.compared_low, found.baseline, found.target) == (70, 60, 40, 80)
    assert (found.projects_reporting, found.projects_compared) == (2, 1)


def test_each_project_is_expected_where_its_own_report_ends() -> None:
    rows = (
        row(50),
        target(100),
        baseline(0),
        other(row, 25, "2023-Q1"),
        other(target, 100),
        other(baseline, 0),
    )
    found = result(*rows)
    assert found.expected == pytest.approx((181 / 365 + 90 / 365) / 2)
    # One that stopped reporting is not compared at all.
    found = result(*rows, as_of="2023-10-31")
    assert (found.low, found.compared_low, found.target, found.projects_compared) == (
        75,
        50,
        100,
        1,
    )


def test_targets_of_percentages_do_not_add_up() -> None:
    level = rules("ratio", place_rule="weighted", factor=100.0, target_basis=TargetBasis.LEVEL)
    rows = (
        row(None, numerator=30.0, denominator=50.0),
        target(80),
        baseline(40),
        other(row, None, numerator=10.0, denominator=50.0),
        other(target, 80),
        other(baseline, 0),
    )
    found = result(*rows, of=level)
    assert (found.low, found.status_reason) == (40, "target_not_additive")
    assert math.isnan(found.target)


def test_without_a_total_there_is_no_status() -> None:
    rows = (row(45), target(100), baseline(0), row(9, project=""))
    found = result(*rows)
    assert (found.reason, found.status_reason) == ("context_apart", "context_apart")


def test_projects_that_do_not_answer_or_need_not() -> None:
    rows = (
        row(45),
        other(row, None, answer="not_applicable"),
        row(None, "2023-S1", project="P3", answer="nothing_to_report"),
        target(10, project="P4"),
    )
    plans = pd.DataFrame(
        {
            "project_code": ["P1", "P2", "P5", "P5"],
            "indicator_code": ["X", "X", "X", "Y"],
            "target_basis": "cumulative",
            "country_code": ["ESP", "PRT", "TUN", "TUN"],
        }
    )
    found = result(*rows)
    assert (found.projects_reporting, found.projects_expected) == (2, 3)  # P1, P3 of P1, P3, P4
    found = result(*rows, project_indicators=plans)
    assert (found.projects_reporting, found.projects_expected) == (2, 4)
    by_country = results(
        frame(*rows),
        {"X": rules()},
        by=["country_code"],
        as_of=date(2023, 7, 31),
        project_indicators=plans,
    ).set_index("country_code")
    assert by_country["projects_expected"].to_dict() == {"ESP": 3, "PRT": 0, "TUN": 1}
    assert by_country.loc["TUN", "reason"] == "no_value"


def test_a_project_may_have_its_own_target_basis_and_start() -> None:
    plans = pd.DataFrame(
        {
            "project_code": ["P1"],
            "indicator_code": ["X"],
            "target_basis": ["cumulative"],
            "start_date": pd.to_datetime(["2022-07-01"]),
        }
    )
    rows = (row(45), target(100))
    assert result(*rows, of=LEVEL).status_reason == "baseline_missing"
    found = result(*rows, of=LEVEL, project_indicators=plans)
    assert found.expected == pytest.approx(364 / 548)
    mixed = plans.assign(target_basis="per_period")
    found = result(
        row(45),
        target(100, "2023-S1"),
        other(row, 30),
        other(target, 60, "2023-S1"),
        project_indicators=mixed,
    )
    assert found.status_reason == "mixed_target_basis"


def test_money_is_compared_in_its_own_currency_and_else_in_euros() -> None:
    dinars = {"currency": "JOD", "place": "KOURA"}
    spent = row(450, value_eur=600.0, **dinars)
    found = result(spent, target(1000, **dinars), baseline(0, **dinars), of=MONEY)
    assert (found.progress, found.currency) == (0.45, "JOD")
    in_euros = target(1500, place="KOURA", currency="EUR")
    found = result(spent, in_euros, of=MONEY)
    assert (found.low, found.progress, found.currency) == (600, 0.4, "EUR")
    found = result(spent | {"value_eur": None}, in_euros, of=MONEY)
    assert (found.low, found.currency, found.status_reason) == (450, "JOD", "mixed_currencies")


# --- Frames ---------------------------------------------------------------------------------------


def test_results_have_one_row_per_group_and_indicator() -> None:
    data = frame(
        row(45), target(100), other(row, 30), row(7, indicator_code="Y", project="P2", place="LIS")
    )
    both = {"X": rules(), "Y": STOCK}
    found = results(data, both, by=["project_code"], as_of=date(2023, 7, 31))
    assert list(found.columns) == ["project_code", "indicator_code", *RESULT]
    keys = [tuple(pair) for pair in found[["project_code", "indicator_code"]].to_numpy()]
    assert keys == [("P1", "X"), ("P2", "X"), ("P2", "Y")]
    assert found["low"].tolist() == [45, 30, 7]
    assert str(found["period_end"].dtype) == "datetime64[s]"
    everything = results(data, both, by=[], as_of=date(2023, 7, 31))
    assert everything["low"].tolist() == [75, 7]


def test_results_of_nothing_are_an_empty_frame_with_all_columns() -> None:
    found = results(frame(), {}, by=["country_code"], as_of=date(2023, 7, 31))
    assert (len(found), list(found.columns)) == (0, ["country_code", "indicator_code", *RESULT])
    assert len(trend(frame(), rules())) == 0
    assert len(by_category(frame(), rules(), SEX)) == 0
    assert len(status_counts(found, ["country_code"])) == 0


def test_the_trend_is_the_total_as_it_was() -> None:
    data = frame(
        row(10, "2023-Q1"),
        row(20, "2023-Q2"),
        other(row, 50, "2023-S1", reported_as="to_date"),
        target(100),
        baseline(0),
        other(target, 100),
        other(baseline, 0),
    )
    found = trend(data, rules())
    assert list(found.columns) == TREND
    assert found["low"].tolist() == [10, 80, 80]
    assert found["in_period_low"].fillna(-1).tolist() == [10, -1, 20]
    assert found["target_path"].tolist() == pytest.approx(
        [200 * 90 / 365, 200 * HALFWAY, 200 * HALFWAY]
    )
    by_place = trend(data, rules(), by=["place_code"])
    assert by_place["place_code"].tolist() == ["LIS", "SEV", "SEV"]
    assert by_place["observation_ids"].tolist() == [(3,), (1,), (1, 2)]
    assert len(trend(data, rules(), as_of=date(2023, 5, 1))) == 1


def test_the_trend_of_targets_per_period_is_of_each_period_alone() -> None:
    each = rules(target_basis=TargetBasis.PER_PERIOD)
    data = frame(row(8, "2023-Q1"), row(3, "2023-Q2"), target(10, "2023-Q1"), target(5, "2023-Q2"))
    found = trend(data, each)
    assert (found["low"].tolist(), found["target_path"].tolist()) == ([8, 3], [10, 5])


def test_the_trend_has_a_path_only_where_every_series_has_one() -> None:
    data = frame(row(10), other(row, 20), target(100), baseline(0))
    assert trend(data, rules())["target_path"].isna().all()


def test_the_trend_of_a_stock_carries_forward_one_round() -> None:
    data = frame(row(10, "2022-S2"), other(row, 20, "2023-S1"), other(row, 25, "2023-S2"))
    assert trend(data, STOCK)["low"].tolist() == [10, 30, 25]


def test_categories_have_shares_of_what_is_known_and_coverage() -> None:
    data = frame(
        row(100),
        row(45, key="sex=F"),
        row(33, key="sex=M"),
        row(22, key="sex=unknown"),
    )
    found = by_category(data, rules(), SEX)
    assert found["category_code"].tolist() == ["F", "M", "unknown"]
    assert found["low"].tolist() == [45, 33, 22]
    assert found["share"].tolist()[:2] == [45 / 78, 33 / 78]
    assert math.isnan(found["share"].tolist()[2])
    assert found["coverage"].tolist() == [0.78] * 3


def test_shares_of_several_choices_are_of_the_total() -> None:
    data = frame(row(100), row(60, key="need=home"), row(70, key="need=work"))
    found = by_category(data, rules(), NEED)
    assert found["share"].tolist() == [0.6, 0.7]
    assert found["coverage"].isna().all()


def test_schemes_of_a_dimension_are_not_mixed() -> None:
    data = frame(
        row(100),
        row(30, key="age=0-29"),
        row(60, key="age=30+"),
        row(50, key="age=18-54"),
        row(9, key="age=0-29|sex=F"),
    )
    found = by_category(data, rules(), AGE).set_index("category_code")
    assert found["scheme"].to_dict() == {"0-29": "two", "30+": "two", "18-54": ""}
    assert found.loc["30+", "share"] == 60 / 90
    assert found["share"].isna().to_dict() == {"0-29": False, "30+": False, "18-54": True}
    assert found.loc["0-29", "coverage"] == 0.9


def test_the_share_of_a_total_of_at_least_is_not_known() -> None:
    data = frame(row(100, qualifier=">="), row(60, key="sex=F"), row(30, key="sex=M"))
    assert by_category(data, rules(), SEX)["coverage"].isna().all()


def test_categories_of_ratios_have_no_shares() -> None:
    data = frame(
        row(None, numerator=3.0, denominator=10.0),
        row(None, numerator=2.0, denominator=4.0, key="sex=F"),
        row(None, numerator=1.0, denominator=6.0, key="sex=M"),
    )
    found = by_category(data, SHARE, SEX)
    assert found["low"].tolist() == [50, pytest.approx(100 / 6)]
    assert found["share"].isna().all()


def test_statuses_are_counted_never_averaged() -> None:
    found = pd.DataFrame(
        {
            "country_code": ["ESP", "ESP", "ESP", "TUN"],
            "status": ["on_track", "achieved", "on_track", ""],
            "progress": [0.5, 1.2, 0.6, math.nan],
        }
    )
    counts = status_counts(found, ["country_code"])
    assert list(counts.itertuples(index=False, name=None)) == [
        ("ESP", "achieved", 1),
        ("ESP", "on_track", 2),
        ("TUN", "", 1),
    ]


def test_every_reason_has_its_sentence() -> None:
    assert set(naive.ORDER) <= set(REASONS)
    assert all(sentence.endswith(".") for sentence in REASONS.values())
    assert set(STATUSES) == set(Status)


def test_rules_and_dimensions_are_read_from_rows_of_the_catalogue() -> None:
    catalogue = vars(rules("ratio", place_rule="weighted")) | {"numerator_time_rule": None}
    found = rules_of([SimpleNamespace(**catalogue | {"measure": "ratio", "is_people": True})])
    assert found["X"] == rules("ratio", place_rule="weighted", is_people=True)
    with pytest.raises(ValueError, match="speed"):
        rules_of([SimpleNamespace(**catalogue | {"measure": "speed"})])
    sex = SimpleNamespace(dimension_code="sex", is_exclusive=True, is_sensitive=False)
    codes = [("F", ["women_men"], False), ("M", ["women_men"], False), ("unknown", [], True)]
    categories = [
        SimpleNamespace(
            dimension_code="sex", category_code=c, schemes=s, is_unknown=u, is_sensitive=False
        )
        for c, s, u in codes
    ]
    assert dimensions_of([sex], categories) == {"sex": SEX}


def test_months_are_counted_in_days_where_they_are_not_whole() -> None:
    assert months(date(2023, 1, 1), date(2023, 6, 30)) == 6
    assert months(date(2022, 7, 1), date(2023, 6, 30)) == 12
    assert months(date(2023, 1, 1), date(2023, 1, 15)) == pytest.approx(0.493, abs=0.001)
    assert months_before(date(2023, 8, 31), 6) == date(2023, 2, 28)
    assert months_before(date(2023, 1, 15), 1) == date(2022, 12, 15)


# --- The naive twin -------------------------------------------------------------------------------

DAYS = {"baseline": ["2022-12-31"], "target": ["2023-06-30", "2023-12-31", "2024-06-30"]}
QUALIFIERS = ["=", "=", "=", ">=", "<=", "~"]


def observations(draw: random.Random, of_basis: str, of_measure: str) -> list[dict[str, Any]]:
    """Return random observations of a few series, one per key."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    known = [("P1", "SEV"), ("P2", "SEV"), ("P1", "LIS"), ("P3", "ESP"), ("P1", "ESP"), ("", "SEV")]
    series = draw.sample(known[: draw.choice([3, 4, 6])], draw.randint(1, 3))
    quarters = ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4"]
    semesters = ["2022-S2", "2023-S1", "2023-S2", "2024-S1"]
    periods = draw.choice([quarters, semesters, [*PERIODS]])
    parts = [["sex=F", "sex=M"], ["sex=F"], ["sex=F", "sex=M", "sex=unknown"]]
    for _ in range(draw.randint(1, 14)):
        project, place = draw.choice(series)
        kind = draw.choice(["actual", "actual", "actual", "baseline", "target"])
        is_period = kind == "actual" or (kind == "target" and of_basis == "per_period")
        when = draw.choice(periods if is_period else DAYS[kind])
        is_to_date = kind == "actual" and draw.random() < 0.2
        has_weights = draw.random() < 0.8
        currency = draw.choice(["EUR", "JOD", "JOD"])
        for key in draw.choice([[""], [""], ["", *parts[0]], *parts]):
            answers = ["value"] * 8 + ["nothing_to_report", "not_applicable"]
            made = row(
                when=when,
                project=project,
                place=place,
                kind=kind,
                key=key,
                answer=draw.choice(answers),
                qualifier=draw.choice(["=", "=", "=", ">=", "<=", "~"]),
                reported_as="to_date" if is_to_date else "in_period",
                currency=currency,
            )
            if made["answer"] == "value":
                if of_measure != "text":
                    made["value"] = float(draw.randint(0, 60))
                if draw.random() < 0.6:
                    made["value_eur"] = float(draw.randint(0, 90))
                if has_weights and of_measure != "text":
                    made |= {name: float(draw.randint(0, 9)) for name in NUMBERS[1:4]}
                    made["value"] = None if of_measure == "ratio" else made["value"]
            found[project, place, when, kind, key] = made
    return list(found.values())


def agree(number: float, exact: Any) -> bool:
    if exact is None:
        return math.isnan(number)
    return math.isclose(number, exact, rel_tol=1e-9, abs_tol=1e-9)


def compare(rows: list[dict[str, Any]], data: pd.DataFrame, of: Rules, as_of: date) -> None:
    """Fail where `impact` and the naive twin say different things of the same rows."""
    plain = {name: str(word) if isinstance(word, str) else word for name, word in vars(of).items()}
    exact = naive.total(rows, plain, ["F", "M"], as_of)
    found = total(data, of, as_of=as_of, dimensions=[SEX])
    assert found.reason == exact["reason"]
    assert agree(found.low, exact["low"])
    assert agree(found.high, exact["high"])
    assert found.reason or found.qualifier == exact["qualifier"]
    assert set(found.projects) == exact["projects"]
    standing = results(data, {"X": of}, by=[], as_of=as_of, dimensions=[SEX]).iloc[0].to_dict()
    exact = naive.standing(rows, plain, ["F", "M"], as_of)
    said = (standing["status"], standing["status_reason"])
    assert said == (exact["status"], exact["status_reason"])
    assert agree(standing["expected"], exact["expected"])
    low, high = exact["progress"] or (None, None)
    assert agree(standing["progress_low"], low)
    assert agree(standing["progress_high"], high)


COMBINATIONS = list(product(Measure, TimeRule))


@pytest.mark.parametrize(("measure", "time_rule"), COMBINATIONS)
@settings(max_examples=5, deadline=None)
@given(draw=st.randoms(use_true_random=False))
def test_the_naive_twin_agrees_for_every_combination_of_rules(
    measure: Measure, time_rule: TimeRule, draw: random.Random
) -> None:
    basis = draw.choice(list(TargetBasis))
    rows = observations(draw, basis, measure)
    data = frame(*rows)
    as_of = draw.choice([date(2023, 7, 31), date(2023, 12, 31), date(2024, 9, 30)])
    overlaps = Overlap if measure == Measure.COUNT else [draw.choice(list(Overlap))]
    for place_rule, overlap in product(PlaceRule, overlaps):
        of = Rules(
            "X",
            measure,
            time_rule,
            place_rule,
            numerator_time_rule=draw.choice(list(TimeRule)),
            denominator_time_rule=draw.choice(list(TimeRule)),
            factor=draw.choice([1.0, 100.0]),
            is_annualised=draw.random() < 0.5,
            overlap=overlap,
            direction=draw.choice(list(Direction)),
            target_basis=basis,
        )
        compare(rows, data, of, as_of)
