"""Charts that Office draws itself: their numbers, names and axes are those of the figure."""

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from dashboard.reports.formats.native import EPOCH, Kind, Native, native
from schemas import codes
from tests.test_figures import HOSTILE, family

DRAWN = {
    "multiple_0",
    "multiple_1",
    "multiple_2",
    "trend",
    "trend_one_value",
    "trend_no_target",
    "trend_target_only",
    "trend_with_gap",
    "status_bars",
    "category_bars",
    "stacked",
    "stacked_shares",
    "pyramid",
    "waterfall",
    "compare",
    "compare_index",
    "compare_target",
    "scatter",
}
"Of the family; all others are pictures."


def drawn(kind: str, language: str = "en", **names: str) -> Native:
    found = native(family(language, **names)[kind], language)
    assert found is not None
    return found


@pytest.mark.parametrize("language", codes.LANGUAGES)
def test_office_draws_what_it_can_say_and_nothing_else(language: str) -> None:
    figures = family(language)
    assert {kind for kind, figure in figures.items() if native(figure, language)} == DRAWN


def plotted(figure: Any) -> list[list[float | None]]:
    """Return the numbers of every trace that is more than a label or a mark upon another.

    A bar of no length is a value of 0 if there is an observation behind it, or if it was counted by us.
    """
    data = figure.dict["data"]
    bars = [trace for trace in data if trace["type"] == "bar"]
    if bars:
        return [_lengths(bar) for bar in bars]
    named = [t for t in data if t["mode"] != "text" and t.get("name") != "last"]
    return [t["y"] for t in named if not str(t["name"]).endswith(" marks")]


def _lengths(bar: Any) -> list[float | None]:
    if "customdata" not in bar or bar["name"] == "unknown":
        return [float(x) for x in bar["x"]]
    pairs = zip(bar["x"], bar["customdata"], strict=True)
    return [float(x) if x or seen else None for x, seen in pairs]


@pytest.mark.parametrize("kind", sorted(DRAWN - {"scatter"}))
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_numbers_are_those_of_the_figure(kind: str, language: str) -> None:
    found = drawn(kind, language)
    count = len(plotted(family(language)[kind]))
    assert [list(one.values) for one in found.series][-count:] == plotted(family(language)[kind])


def test_the_numbers_of_points_are_those_of_the_figure() -> None:
    traces = {trace["name"]: trace for trace in family()["scatter"].dict["data"]}
    marks = set(zip(traces["marks"]["x"], traces["marks"]["y"], strict=True))
    ranges, *statuses = drawn("scatter").series
    assert list(ranges.values) == traces["ranges"]["y"]
    told = [spot for one in statuses for spot in zip(one.places, one.values, strict=True)]
    assert sorted(told) == sorted(marks)
    assert [one.name for one in statuses] == ["On track", "Achieved"]
    assert statuses[1].texts == ("People in work Al Koura",)
    assert {side for one in statuses for side in one.sides} <= set("lrtb")


@pytest.mark.parametrize("kind", sorted(DRAWN))
def test_every_series_has_a_name_and_as_many_of_all_as_values(kind: str) -> None:
    found = drawn(kind)
    for one in found.series:
        assert bool(one.name) != one.is_ground
        for several in (one.places, one.texts, one.spread):
            assert len(several) in (0, len(one.values))
        assert len(one.colours) in (1, len(one.values))
        if found.kind is not Kind.POINTS:
            assert len(one.values) == len(found.categories) == len(found.ends)
    names = [one.name for one in found.series]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", sorted(DRAWN))
def test_every_value_lies_on_the_axes(kind: str) -> None:
    found = drawn(kind)
    for one in found.series:
        if found.up:
            values = [value for value in one.values if value is not None]
            assert all(found.up.low <= value <= found.up.high for value in values)
            assert all(found.along.low <= place <= found.along.high for place in one.places)
    sums = [math.fsum(max(v, 0.0) for v in row if v) for row in _rows(found)]
    assert found.up or max(sums) <= found.along.high + 1e-9


def _rows(found: Native) -> list[tuple[float | None, ...]]:
    return list(zip(*(one.values for one in found.series), strict=found.up is None))


def test_days_stand_where_they_belong_and_a_gap_stays_one() -> None:
    path, actual = drawn("trend_with_gap").series
    days = [EPOCH + timedelta(days=place) for place in actual.places]
    assert days == [date(year, 12, 31) for year in (2020, 2021, 2022, 2023)]
    assert actual.values == (10.0, 40.0, None, 60.0)
    assert (path.name, path.dash, path.symbol) == ("Target path", "dot", "")
    assert (actual.name, actual.dash, actual.symbol) == ("Actual", "solid", "circle")


def test_a_trend_says_what_is_more_than_a_number() -> None:
    series = {one.name: one for one in drawn("trend").series}
    assert list(series) == ["Target path", "Actual", "Baseline", "Target"]
    assert series["Actual"].texts == ("", "", "≥ 340–390")
    assert series["Actual"].spread == (50.0, 50.0, 50.0)
    assert series["Actual"].is_hollow


def test_parts_are_named_as_in_the_legend_and_rows_as_above_the_bars() -> None:
    found = drawn("stacked")
    between = "Between, where people may be counted twice"
    assert [one.name for one in found.series] == [
        "Women People in work",
        f"Women People in work: {between}",
        "Men People in work",
        f"Men People in work: {between}",
        "Not known",
    ]
    assert found.categories[0] == "People in work Seville"
    assert found.ends == ("102–112", "60–75", "–", "–")
    assert found.series[0].texts == ("60–70", "", "", "")


def test_bars_that_begin_where_others_ended_stand_on_a_ground_that_is_not_seen() -> None:
    ground, parts, _ = drawn("waterfall").series
    assert ground.is_ground
    assert ground.values == (0.0, 400.0, 700.0, 0.0)
    assert parts.values == (400.0, 300.0, 100.0, 700.0)
    assert parts.edges[-1] != parts.edges[0]


def test_the_two_sides_of_a_pyramid_have_one_scale_without_signs() -> None:
    found = drawn("pyramid")
    assert found.is_from_below
    assert found.along.pattern == "#,##0;#,##0"
    assert found.along.low == -found.along.high
    assert [one.name for one in found.series[:2]] == ["Women People in work", "Men People in work"]


def test_marks_of_an_axis_are_those_of_the_figure() -> None:
    index, shares = drawn("compare_index"), drawn("compare_target")
    assert index.up is not None
    assert shares.up is not None
    # Office counts from the end of an axis.
    assert (index.up.low, index.up.step) == (0.0, 50.0)
    assert index.series[0].name == index.up.title == "Index: 31 Dec 2021 is 100"
    assert shares.up.pattern == drawn("stacked_shares").along.pattern == "0%"


@pytest.mark.parametrize("kind", sorted(DRAWN))
def test_in_arabic_charts_begin_at_the_right(kind: str) -> None:
    assert drawn(kind, "ar").along.is_reversed
    assert not drawn(kind).along.is_reversed


@pytest.mark.parametrize("kind", sorted(DRAWN))
def test_names_are_what_people_wrote_and_no_markup(kind: str) -> None:
    found = drawn(kind, name=HOSTILE)
    told = [one.name for one in found.series] + [*found.categories, *found.ends]
    assert not [text for text in told if "&lt;" in text or "&amp;" in text]


def test_bars_upon_each_other_are_not_taken_for_parts_of_a_whole() -> None:
    figure = family()["progress_rows"]
    bars = [trace for trace in figure.dict["data"] if trace["type"] == "bar"]
    assert len(bars) == 2
    assert native(replace(figure, dict=figure.dict | {"data": bars}), "en") is None


def test_a_row_with_several_cells_is_no_bar() -> None:
    figure = family()["heat"]
    cells = [trace for trace in figure.dict["data"] if trace["name"] == "status"]
    assert native(replace(figure, dict=figure.dict | {"data": cells}), "en") is None
