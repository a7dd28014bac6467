"""Figures: what is drawn, what is said about it, and what must never be drawn."""

import json
import math
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import figures, theme
from dashboard.figures.figure import Figure, ticks
from tests import drawings

COUNTRIES = {"ESP": "Spain", "TUN": "Tunisia", "JOR": "Jordan"}
HOSTILE = '<a href="https://example.org">Seville</a> & "co"'


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text).as_unit("s")


def series(*points: tuple[str, str, float], **columns: Any) -> pd.DataFrame:
    """Return a frame like that of `impact.trend`: periods with a value each."""
    rows = [
        {
            "period_start": day(start),
            "period_end": day(end),
            "low": value,
            "high": value,
            "qualifier": "=",
            "target_path": math.nan,
            "observation_ids": (number,),
            **columns,
        }
        for number, (start, end, value) in enumerate(points, 1)
    ]
    return pd.DataFrame(rows)


def result(**changes: Any) -> dict[str, Any]:
    """Return a row like those of `impact.results`."""
    return {
        "baseline": 40.0,
        "baseline_date": day("2019-12-31"),
        "target": 640.0,
        "target_date": day("2027-12-31"),
        "low": 340.0,
        "high": 340.0,
        "qualifier": "=",
        "compared_low": 340.0,
        "compared_high": 340.0,
        "progress": 0.5,
        "expected": 0.5,
        "status": "on_track",
        "observation_ids": (7, 8),
        **changes,
    }


TARGET_ALONE = result(
    low=math.nan, high=math.nan, compared_low=math.nan, compared_high=math.nan, status=""
)
YEARS = series(
    ("2020-01-01", "2020-12-31", 100.0),
    ("2021-01-01", "2021-12-31", 200.0),
    ("2022-01-01", "2022-12-31", 340.0),
)


def by_country(**changes: dict[str, Any]) -> pd.DataFrame:
    """Return results of three countries, those named changed."""
    rows = [result(country_code=code) | changes.get(code, {}) for code in COUNTRIES]
    return pd.DataFrame(rows)


def places(**columns: Any) -> pd.DataFrame:
    rows = [
        {
            "place_code": "SEV",
            "country_code": "ESP",
            "latitude": 37.39,
            "longitude": -5.98,
            "low": 400.0,
        },
        {
            "place_code": "TUN",
            "country_code": "TUN",
            "latitude": 36.8,
            "longitude": 10.18,
            "low": 100.0,
        },
        {
            "place_code": "KOU",
            "country_code": "JOR",
            "latitude": 32.5,
            "longitude": 35.7,
            "low": math.nan,
        },
    ]
    common = {"qualifier": "=", "status": "on_track", "observation_ids": (5,)}
    return pd.DataFrame([row | {"high": row["low"]} | common | columns for row in rows])


REGIONS = {
    "TUN": "",
    "TN-11": "TUN",
    "TN-12": "TUN",
    "TN-53": "TUN",
    "TN-61": "TUN",
    "TN-11-MED": "TN-11",
    "TN-53-MAH": "TN-53",
}
"The place around each place of the map of one country."


def in_tunisia(*rows: tuple[str, float, str], **columns: Any) -> pd.DataFrame:
    """Return a frame of the map of Tunisia: place, value and status of each row."""
    at = {"TN-11-MED": (36.8, 10.17), "TN-53-MAH": (35.5, 11.06)}
    common = {"country_code": "TUN", "qualifier": "=", "observation_ids": (5,)} | columns
    names = ["place_code", "low", "status", "latitude", "longitude"]
    lines = [(*row, *at.get(row[0], (math.nan, math.nan))) for row in rows]
    frame = pd.DataFrame(lines, columns=names)
    return frame.assign(
        high=frame["low"], **{key: [value] * len(lines) for key, value in common.items()}
    )


TERRITORIES_OF_TUNISIA = (("TN-11-MED", 250.0, "on_track"), ("TN-53-MAH", math.nan, ""))
REGIONS_OF_TUNISIA = (("TN-61", 90.0, "moving_away"), ("TN-12", 20.0, "achieved"))
PLACES = {"SEV": "Seville", "TUN": "Tunis", "KOU": "Al Koura"}


def trend(frame: pd.DataFrame, **options: Any) -> Figure:
    said = {"name": "People in work", "unit": "people", "language": "en"} | options
    return figures.trend(frame, **said)


def counts(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["country_code", "status", "count"])


COUNTS = counts(
    ("ESP", "achieved", 2), ("ESP", "", 1), ("TUN", "on_track", 4), ("TUN", "moving_away", 1)
)


@cache
def family(language: str = "en", name: str = "People in work") -> dict[str, Figure]:
    """Return one figure of each kind, and each of its designed states."""
    said: dict[str, Any] = {"language": language}
    names = {code: f"{name} {country}" for code, country in COUNTRIES.items()}
    multiples = pd.concat([YEARS.assign(country_code=code) for code in ("ESP", "JOR")])
    ranged = YEARS.assign(high=YEARS["low"] + 50, qualifier=">=", target_path=[90.0, 180.0, 270.0])
    categories = pd.DataFrame(
        {
            "category_code": ["F", "M"],
            "low": [61.0, 39.0],
            "high": [70.0, 39.0],
            "qualifier": "=",
            "share": [0.61, 0.39],
            "observation_ids": [(1,), (2,)],
        }
    )
    by: dict[str, Any] = {"by": "country_code", "names": names}
    tunisia: dict[str, Any] = {
        "names": {code: f"{name} {code}" for code in REGIONS},
        "parents": REGIONS,
        "unit": name,
        **said,
    }
    lines = {
        f"multiple_{number}": figure
        for number, figure in enumerate(
            figures.small_multiples(multiples, by_country(), **by, unit=name, **said)
        )
    }
    return lines | {
        "trend": trend(ranged, name=name, unit=name, result=result(), **said),
        "trend_one_value": trend(YEARS.iloc[:1], name=name, **said),
        "trend_no_target": trend(YEARS, name=name, **said),
        "trend_target_only": trend(YEARS.iloc[:0], name=name, result=TARGET_ALONE, **said),
        "trend_empty": trend(YEARS.iloc[:0], name=name, **said),
        "sparkline": figures.sparkline(YEARS, name=name, status="on_track", **said),
        "sparkline_empty": figures.sparkline(YEARS.iloc[:0], name=name, **said),
        "status_bars": figures.status_bars(COUNTS, **by, **said),
        "status_bars_empty": figures.status_bars(COUNTS.iloc[:0], **by, **said),
        "progress_rows": figures.progress_rows(by_country(), **by, **said),
        "progress_rows_empty": figures.progress_rows(by_country().iloc[:0], **by, **said),
        "dumbbell": figures.dumbbell(
            by_country(ESP={"compared_high": 400.0}), **by, unit=name, **said
        ),
        "dumbbell_empty": figures.dumbbell(by_country().iloc[:0], **by, unit=name, **said),
        "category_bars": figures.category_bars(
            categories, names={"F": name, "M": "Men"}, unit=name, coverage=0.78, **said
        ),
        "category_bars_empty": figures.category_bars(
            categories.iloc[:0], names={}, unit=name, **said
        ),
        **drawings.charts(language, name),
        "territory_map": figures.territory_map(
            places(), names=dict.fromkeys(PLACES, name), countries=names, unit=name, **said
        ),
        "territory_map_country": figures.country_map(
            in_tunisia(*TERRITORIES_OF_TUNISIA), country="TUN", **tunisia
        ),
        "territory_map_country_areas": figures.country_map(
            in_tunisia(*TERRITORIES_OF_TUNISIA, *REGIONS_OF_TUNISIA), country="TUN", **tunisia
        ),
        "territory_map_country_empty": figures.country_map(in_tunisia(), country="TUN", **tunisia),
        "territory_map_empty": figures.territory_map(
            places().iloc[:0], names={}, countries=names, unit=name, **said
        ),
    }


KINDS = list(family())


def strings(value: Any) -> Iterator[str]:
    """Yield every text within a figure's dict."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def traces(figure: Figure) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in figure.dict["data"] if "name" in trace}


# --- All of them ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", KINDS)
def test_plotly_knows_every_setting_of_a_figure(kind: str, language: str) -> None:
    go.Figure(family(language)[kind].dict)


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_is_plain_data_in_the_theme_s_colours(kind: str) -> None:
    drawn = family()[kind].dict
    assert json.loads(json.dumps(drawn, allow_nan=False)) == drawn
    colours = {text for text in strings(drawn) if text.startswith("#")}
    # Others would stay as they are when the page turns dark.
    assert colours <= {pair[0] for pair in theme.COLOURS.values()}


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_wrote_is_text_and_never_markup(kind: str) -> None:
    drawn = deepcopy(family(name=HOSTILE)[kind].dict)
    del drawn["layout"]["meta"]  # plain words, for the page to escape
    assert not [text for text in strings(drawn) if "<a" in text or '"co"' in text]
    assert "hovertemplate" not in json.dumps(drawn)


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_says_what_it_shows_and_has_its_table(kind: str) -> None:
    figure = family()[kind]
    assert figure.title.endswith(".")
    assert figure.dict["layout"]["meta"]["alt"] == figure.alt
    assert figure.is_empty == (kind.endswith("empty") and not kind.startswith("territory_map"))
    assert set(figure.style) <= {"height", "aspectRatio"}
    assert all(isinstance(cell, str) for row in figure.table.to_numpy().tolist() for cell in row)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.integers(min_value=3, max_value=6))
def test_ticks_are_few_lie_within_and_have_zero_among_them(a: float, b: float, most: int) -> None:
    low, high = min(a, b, 0.0), max(a, b, 0.0)
    found = ticks(low, high, most=most)
    assert 1 <= len(found) <= most
    assert 0.0 in found
    room = 1e-6 * (high - low)
    assert found == [0.0, 1.0] or all(low - room <= tick <= high + room for tick in found)


# --- Trend ------------------------------------------------------------------------------------------


def test_a_trend_shows_its_values_its_end_and_the_way_to_the_target() -> None:
    drawn = traces(trend(YEARS.assign(target_path=[90.0, 180.0, 270.0]), result=result()))
    assert drawn["actual"]["x"] == ["2020-12-31", "2021-12-31", "2022-12-31"]
    assert drawn["actual"]["y"] == [100.0, 200.0, 340.0]
    assert drawn["actual"]["customdata"] == [[1], [2], [3]]
    assert drawn["path"]["y"] == [40.0, 90.0, 180.0, 270.0, 640.0]
    assert drawn["last"]["x"] == ["2022-12-31"]
    assert drawn["last"]["text"] == ["340"]
    assert drawn["target"]["y"] == [640.0]
    assert drawn["baseline"]["y"] == [40.0]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (
            [("2020-01-01", "2020-06-30", 1.0), ("2020-07-01", "2020-12-31", 2.0)],
            [1.0, 2.0],
        ),
        (
            [("2020-01-01", "2020-06-30", 1.0), ("2021-01-01", "2021-06-30", 2.0)],
            [1.0, None, 2.0],
        ),
        (
            [
                ("2019-09-01", "2020-06-30", 1.0),
                ("2019-09-01", "2020-12-31", 2.0),
                ("2019-09-01", "2021-12-31", 3.0),
            ],
            [1.0, 2.0, None, 3.0],
        ),
    ],
    ids=["nothing missing", "a half-year missing", "a half-year missing among values to date"],
)
def test_a_period_without_a_value_is_a_gap(
    points: list[tuple[str, str, float]], expected: list[float | None]
) -> None:
    actual = traces(trend(series(*points)))["actual"]
    assert actual["y"] == expected
    assert actual["connectgaps"] is False


def test_a_value_that_no_rule_allows_is_a_gap_too() -> None:
    frame = YEARS.assign(low=[100.0, math.nan, 340.0], high=[100.0, math.nan, 340.0])
    assert traces(trend(frame))["actual"]["y"] == [100.0, None, 340.0]


def test_a_range_is_a_bar_from_its_lower_to_its_upper_end() -> None:
    drawn = traces(trend(YEARS.assign(high=[100.0, 250.0, 400.0])))
    assert drawn["actual"]["error_y"]["array"] == [0.0, 50.0, 60.0]
    assert drawn["actual"]["error_y"]["arrayminus"] == [0.0, 0.0, 0.0]
    assert drawn["number"]["y"] == [400.0]
    assert "340" in drawn["number"]["text"][0]
    assert "400" in drawn["number"]["text"][0]


def test_at_least_is_said_and_its_mark_is_hollow() -> None:
    drawn = traces(trend(YEARS.assign(qualifier=["=", "=", ">="])))
    assert "≥" in drawn["last"]["text"][0]
    fills = drawn["actual"]["marker"]["color"]
    assert fills == [theme.light("teal"), theme.light("teal"), theme.light("card")]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (result(), "on track"),
        (result(status="acceleration_needed"), "speed up"),
        (result(status="moving_away"), "moving away"),
        (result(status=""), "the target is 640"),
        (result(target=math.nan, status=""), "no target"),
        (None, "no target"),
    ],
)
def test_the_title_says_where_the_series_stands(
    found: dict[str, Any] | None, expected: str
) -> None:
    title = trend(YEARS, result=found).title
    assert title.startswith("People in work")
    assert "340" in title
    assert expected in title


def test_a_target_of_some_projects_does_not_stand_beside_the_total_of_all() -> None:
    figure = trend(YEARS, result=result(low=340.0, compared_low=100.0, compared_high=100.0))
    assert not {"target", "baseline", "path"} & set(traces(figure))
    assert "only a part of it has a target" in figure.title


def test_one_value_is_a_mark_without_a_line_of_its_own_length() -> None:
    figure = trend(YEARS.iloc[:1])
    assert traces(figure)["actual"]["y"] == [100.0]
    axis = figure.dict["layout"]["xaxis"]
    assert axis["range"] == ["2020-07-01", "2021-07-02"]
    assert axis["tickvals"] == ["2020-12-31"]


def test_a_target_without_values_is_drawn_and_said() -> None:
    figure = trend(YEARS.iloc[:0], result=TARGET_ALONE)
    assert set(traces(figure)) == {"path", "baseline", "target"}
    assert figure.title.startswith("Nothing has been reported")


def test_the_table_has_the_baseline_every_period_and_the_target() -> None:
    table = trend(YEARS, result=result()).table
    assert table.iloc[:, 1].tolist() == ["40", "100", "200", "340", ""]
    assert table.iloc[-1, 2] == "640"


def test_small_multiples_share_both_scales_and_keep_the_order_of_the_names() -> None:
    frame = pd.concat([YEARS.assign(country_code="ESP"), YEARS.iloc[:1].assign(country_code="JOR")])
    drawn = figures.small_multiples(
        frame,
        by_country(JOR={"target": 900.0}).iloc[[0, 2]],
        by="country_code",
        names=COUNTRIES,
        unit="people",
        language="en",
    )
    assert [figure.title.split()[0] for figure in drawn[::2]] == ["Spain", "Jordan"]
    spain, tunisia, jordan = (figure.dict["layout"] for figure in drawn)
    assert spain["xaxis"]["range"] == jordan["xaxis"]["range"]
    assert spain["yaxis"]["range"] == jordan["yaxis"]["range"] == [0.0, 936.0]
    assert drawn[1].is_empty
    assert tunisia["height"] == spain["height"]


def test_a_sparkline_is_a_line_and_its_end() -> None:
    line, end = figures.sparkline(YEARS, name="People", language="en").dict["data"]
    assert line["y"] == [100.0, 200.0, 340.0]
    assert (end["x"], end["y"]) == (["2022-12-31"], [340.0])


# --- Rows ---------------------------------------------------------------------------------------------


def test_status_bars_count_and_never_grade() -> None:
    figure = figures.status_bars(COUNTS, by="country_code", names=COUNTRIES, language="en")
    drawn = traces(figure)
    assert [t["name"] for t in figure.dict["data"] if t["type"] == "bar"] == [
        "achieved",
        "on_track",
        "moving_away",
        "none",
    ]
    assert drawn["achieved"]["x"] == [2, 0, 0]
    assert drawn["on_track"]["x"] == [0, 4, 0]
    assert drawn["moving_away count"]["x"] == [4.5]
    assert drawn["moving_away count"]["text"] == ["1"]
    assert drawn["moving_away count"]["marker"]["symbol"] == "triangle-down"
    assert "6 of the 7" in figure.title
    assert figure.table.iloc[1].tolist() == ["Tunisia", "0", "4", "1", "0"]


def test_progress_beyond_the_target_is_a_full_bar_and_said_as_it_is() -> None:
    frame = by_country(ESP={"progress": 1.18}, TUN={"progress": -0.2}, JOR={"progress": math.nan})
    figure = figures.progress_rows(frame, by="country_code", names=COUNTRIES, language="en")
    assert traces(figure)["progress"]["x"] == [1.0, 0.0, 0.0]
    texts = [note["text"] for note in figure.dict["layout"]["annotations"]]
    assert "118%" in texts
    assert "–" in texts
    assert "Spain (118%)" in figure.title
    assert len(traces(figure)["status"]["x"]) == 2


def test_progress_that_is_a_range_is_a_bar_and_what_may_be_added_to_it() -> None:
    ranged = {"progress": math.nan, "progress_low": 0.25, "progress_high": 0.75, "status": ""}
    frame = by_country(ESP=ranged)
    figure = figures.progress_rows(frame, by="country_code", names=COUNTRIES, language="en")
    assert traces(figure)["progress"]["x"] == [0.25, 0.5, 0.5]
    assert traces(figure)["range"]["base"] == [0.25, 0.5, 0.5]
    assert traces(figure)["range"]["x"] == [0.5, 0.0, 0.0]
    assert "25% – 75%" in [note["text"] for note in figure.dict["layout"]["annotations"]]


def test_a_row_of_progress_leads_to_its_observations_and_shows_what_is_expected() -> None:
    figure = figures.progress_rows(by_country(), by="country_code", names=COUNTRIES, language="en")
    assert traces(figure)["progress"]["customdata"] == [[7, 8]] * 3
    marks = figure.dict["layout"]["shapes"]
    assert [mark["x0"] for mark in marks] == [0.5, 0.5, 0.5]


def test_a_dumbbell_compares_what_has_a_target() -> None:
    frame = by_country(ESP={"low": 999.0, "high": 999.0})
    drawn = traces(
        figures.dumbbell(frame, by="country_code", names=COUNTRIES, unit="people", language="en")
    )
    assert drawn["actual"]["x"] == [340.0, 340.0, 340.0]
    assert drawn["baseline"]["x"] == [40.0, 40.0, 40.0]
    assert drawn["target"]["x"] == [640.0, 640.0, 640.0]


def test_categories_keep_their_own_size_and_say_how_much_is_known() -> None:
    frame = pd.DataFrame(
        {
            "category_code": ["F", "M"],
            "low": [61.0, 39.0],
            "high": [70.0, 39.0],
            "share": [0.61, 0.39],
        }
    )
    figure = figures.category_bars(
        frame, names={"F": "Women", "M": "Men"}, unit="people", language="en", coverage=0.78
    )
    assert traces(figure)["value"]["x"] == [61.0, 39.0]
    assert traces(figure)["range"]["base"] == [61.0, 39.0]
    assert traces(figure)["range"]["x"] == [9.0, 0.0]
    assert "61%" in figure.title
    assert "78%" in figure.title


def test_rows_of_an_arabic_figure_begin_at_the_right() -> None:
    said: dict[str, Any] = {"by": "country_code", "names": COUNTRIES, "unit": "people"}
    english = figures.dumbbell(by_country(), language="en", **said).dict["layout"]
    arabic = figures.dumbbell(by_country(), language="ar", **said).dict["layout"]
    assert arabic["xaxis"]["range"] == english["xaxis"]["range"][::-1]
    assert arabic["annotations"][0]["xanchor"] == "right"
    assert arabic["margin"]["l"] > arabic["margin"]["r"]


# --- Map -----------------------------------------------------------------------------------------------


def territories(frame: pd.DataFrame) -> Figure:
    return figures.territory_map(
        frame, names=PLACES, countries=COUNTRIES, unit="people", language="en"
    )


def test_the_area_of_a_circle_is_the_value() -> None:
    circles = traces(territories(places()))["places"]
    large, small, none = circles["marker"]["size"]
    assert (large / small) ** 2 == pytest.approx(400 / 100)
    assert circles["marker"]["symbol"] == ["circle", "circle", "circle-open"]
    assert none < small
    assert circles["text"] == ["Seville", "Tunis", "Al Koura"]


def test_countries_of_the_programme_are_tinted_from_a_file_of_ours() -> None:
    land = territories(places()).dict["data"][0]
    assert land["geojson"] == "/assets/geo/med.geojson"
    tinted = [code for code, z in zip(land["locations"], land["z"], strict=True) if z]
    assert tinted == sorted(COUNTRIES)


def test_a_status_on_the_map_is_a_shape_as_well_as_a_colour() -> None:
    drawn = traces(territories(places(status="moving_away")))
    assert drawn["statuses"]["marker"]["symbol"] == ["triangle-down"] * 2  # one has no value


def test_places_outside_the_mediterranean_have_a_window_of_their_own() -> None:
    bamako = places().assign(latitude=[12.6, 13.5, 14.7], longitude=[-8.0, 2.1, -17.4])
    figure = territories(bamako)
    assert figure.dict["data"][0]["geojson"] == "/assets/geo/world.geojson"
    geo = figure.dict["layout"]["geo"]
    west, east = geo["lonaxis"]["range"]
    assert west < -17.4
    assert east > 2.1
    assert 1.55 < float(figure.style["aspectRatio"]) < 2.05


def test_names_of_neighbours_do_not_stand_upon_each_other() -> None:
    close = places().assign(latitude=[32.5, 31.98, 37.0], longitude=[35.7, 35.09, -5.0])
    first, second, _ = traces(territories(close))["places"]["textposition"]
    assert first != second
