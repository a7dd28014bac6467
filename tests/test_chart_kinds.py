"""The newer kinds of charts: what each draws of its frame, what it says, what it must not claim."""

import json
import math
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from dashboard import figures, svg, theme
from dashboard.figures import labels, timeline, titles
from dashboard.figures.figure import NARROW, Figure, narrowed, width_of, wrapped
from tests import drawings
from tests.drawings import PLACES, SEXES, over_time, parts, results

EN: dict[str, Any] = {"language": "en"}
BY: dict[str, Any] = {"by": "place_code", "names": PLACES, "unit": "people", **EN}


def traces(figure: Figure) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in figure.dict["data"]}


def notes(figure: Figure) -> list[str]:
    return [note["text"] for note in figure.dict["layout"]["annotations"]]


# --- All of them ------------------------------------------------------------------------------------


def test_what_is_narrow_is_merged_deeply_and_only_on_a_phone() -> None:
    layout = {
        "height": 300,
        "xaxis": {"range": [0, 1], "tickvals": [0, 1]},
        "meta": {"narrow": {"height": 200, "xaxis": {"tickvals": [0]}}},
    }
    assert narrowed(layout, NARROW) == layout
    phone = narrowed(layout, NARROW - 1)
    assert phone["height"] == 200
    assert phone["xaxis"] == {"range": [0, 1], "tickvals": [0]}
    assert layout["height"] == 300


def test_a_typical_trend_is_small_and_a_long_one_has_few_marks() -> None:
    line = over_time(SEV={year: 10.0 * year for year in range(2015, 2025)})
    said = {"name": "People in work", "unit": "people", **EN}
    result = {
        "baseline": 1.0,
        "baseline_date": drawings.day("2014-12-31"),
        "target": 30000.0,
        "target_date": drawings.day("2027-12-31"),
        "status": "on_track",
    }
    assert len(json.dumps(figures.trend(line, result=result, **said).dict)) < 6_000
    long = figures.trend(drawings.months(850), **said)
    drawn = traces(long)
    assert len(drawn["actual"]["x"]) == 850
    assert drawn["actual"]["mode"] == "lines"
    assert len(drawn["handles"]["x"]) <= 62
    assert drawn["handles"]["customdata"][0] == [0]
    assert len(json.dumps(long.dict)) < 30_000
    years = long.dict["layout"]["xaxis"]["ticktext"]
    assert years == ["1960", "1980", "2000", "2020"]


def test_the_band_of_a_long_series_ends_where_the_series_has_a_gap() -> None:
    frame = drawings.months(100)
    frame["high"] = frame["low"] + 5
    band = traces(figures.trend(frame.drop(index=range(40, 45)), name="", unit="", **EN))["band"]
    gap = band["x"].index(None)
    assert band["x"][:40] == band["x"][40:gap][::-1]
    assert band["x"][39] == "1958-04-30"
    assert band["x"][gap + 1] == "1958-10-31"


def test_time_runs_from_right_to_left_in_arabic() -> None:
    frame = over_time(SEV={2020: 1.0, 2021: 2.0})
    layouts = [
        figures.trend(frame, name="", unit="", language=tag).dict["layout"]
        for tag in ("en", "ar", "ar-JO")
    ]
    english, arabic, jordan = layouts
    assert arabic["xaxis"]["range"] == english["xaxis"]["range"][::-1]
    assert [layout["yaxis"]["side"] for layout in layouts] == ["left", "right", "right"]
    assert arabic["margin"]["r"] == english["margin"]["l"]
    assert "٢" in "".join(jordan["yaxis"]["ticktext"])


def test_where_the_path_passes_above_its_last_value_the_number_stands_below() -> None:
    frame = over_time(SEV={2020: 1.0, 2021: 2.0, 2022: 3.0})
    result = {"target": 9.0, "target_date": drawings.day("2027-12-31")}
    for expected, where in ((5.0, "bottom right"), (2.0, "top center")):
        figure = figures.trend(
            frame.assign(target_path=expected), name="", unit="", result=result, **EN
        )
        assert traces(figure)["last"]["textposition"] == where


def test_a_text_is_broken_by_its_width_and_cut_where_it_has_no_room() -> None:
    text = "People who found work after training"
    lines = wrapped(text, 120, 12)
    assert " ".join(lines) == text
    assert all(width_of(line, 12) <= 120 for line in lines)
    assert wrapped(text, 60, 12, most=2)[1].endswith("…")
    (long,) = wrapped("Donaudampfschifffahrtsgesellschaft", 60, 12)
    assert long.endswith("…")
    assert width_of(long, 12) <= 60
    assert wrapped("", 60) == [""]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_legend_names_what_is_drawn(language: str) -> None:
    for kind, figure in drawings.charts(language, "People").items():
        assert all(word for _, word in figure.keys), kind
        assert len({key for key, _ in figure.keys}) == len(figure.keys), kind


# --- Titles -----------------------------------------------------------------------------------------


def standing(*rows: tuple[str, str], year: int | None = 2027) -> str:
    due = drawings.day(f"{year}-12-31") if year else None
    told = [(name, {"status": status, "low": 1.0, "target_date": due}) for name, status in rows]
    return titles.standing(told, "en")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [("Tunisia", "on_track"), ("Spain", "on_track"), ("Jordan", "limited_progress")],
            "Tunisia and Spain are on the path to 2027. Jordan is behind.",
        ),
        ([("Tunisia", "on_track")], "Tunisia is on the path to 2027."),
        (
            [("Spain", "achieved"), ("Greece", "maintained")],
            "Spain and Greece have reached the target.",
        ),
        (
            [(name, "moving_away") for name in ("Spain", "Greece", "Jordan", "Tunisia", "Malta")],
            "Spain, Greece, Jordan and 2 others are behind.",
        ),
        ([("Spain", "")], "No status can be told yet."),
        ([], "Nothing has been reported yet."),
    ],
    ids=["two groups", "one", "reached", "many names", "no status", "nothing"],
)
def test_a_title_says_who_is_on_the_path(rows: list[tuple[str, str]], expected: str) -> None:
    assert standing(*rows) == expected


def test_targets_of_different_years_have_no_year_in_the_title() -> None:
    rows = [
        ("Spain", {"status": "on_track", "low": 1.0, "target_date": drawings.day("2025-12-31")}),
        ("Malta", {"status": "on_track", "low": 1.0, "target_date": drawings.day("2027-12-31")}),
    ]
    assert titles.standing(rows, "en") == "Spain and Malta are on the path to their targets."
    assert standing(("Spain", "on_track"), year=None) == "Spain is on the path to the target."


# --- Labels -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([50.0, 52.0, 90.0], [41.0, 61.0, 90.0]),
        ([95.0, 95.0], [70.0, 90.0]),
        ([0.0, 5.0], [10.0, 30.0]),
        ([30.0, 70.0], [30.0, 70.0]),
    ],
    ids=["two that meet", "at the lower end", "at the upper end", "nothing to do"],
)
def test_labels_at_the_ends_of_lines_move_apart(wanted: list[float], expected: list[float]) -> None:
    assert labels.apart(wanted, [20.0] * len(wanted), 0, 100) == expected


def test_labels_beside_marks_never_lie_upon_each_other_or_outside() -> None:
    spots = [labels.Spot(50 + 3 * n, 50 + 2 * n, 10, "Campolide") for n in range(12)]
    chosen = labels.beside(spots, 200, 120)
    boxes = [
        labels._boxes(spot, 12)[place] for spot, place in zip(spots, chosen, strict=True) if place
    ]
    assert 2 <= len(boxes) < 12
    assert not any(
        labels._meet(one, other) for n, one in enumerate(boxes) for other in boxes[n + 1 :]
    )
    assert all(box[0] >= 0 and box[2] <= 200 and box[1] >= 0 and box[3] <= 120 for box in boxes)


# --- Bullet and dumbbell ----------------------------------------------------------------------------


def test_a_bullet_has_its_target_and_what_is_expected_by_now() -> None:
    frame = results(("SEV", 300.0, 340.0, "="), ("TUN", 90.0, 90.0, "=")).assign(
        baseline=[100.0, 0.0],
        target=[500.0, 100.0],
        expected=[0.25, math.nan],
        status=["on_track", "acceleration_needed"],
        target_date=drawings.day("2027-12-31"),
    )
    figure = figures.bullet(frame, **BY)
    drawn = traces(figure)
    assert drawn["actual"]["x"] == [300.0, 90.0, 0.0, 0.0]
    assert drawn["range"]["x"] == [40.0, 0.0, 0.0, 0.0]
    assert drawn["target"]["x"] == [500.0, 100.0]
    assert drawn["status"]["marker"]["symbol"] == ["circle", "triangle-up"]
    (tick,) = figure.dict["layout"]["shapes"]
    assert tick["x0"] == 200.0  # 100 and a quarter of the way of 400
    assert figure.title == "Seville is on the path to 2027. Tunis is behind."
    assert "300–340" in figure.alt


def test_rows_of_different_units_each_have_their_own_scale() -> None:
    frame = results(("SEV", 75.0, 75.0, "="), ("TUN", 8.0, 8.0, "=")).assign(
        baseline=[50.0, 10.0],
        target=[100.0, 5.0],
        progress=[0.5, 0.4],
        progress_low=[0.5, 0.4],
        progress_high=[0.5, 0.4],
    )
    units = {"SEV": "people", "TUN": "%"}
    figure = figures.dumbbell(frame, **BY, units=units)
    drawn = traces(figure)
    assert drawn["baseline"]["x"] == [0.0, 0.0]
    assert drawn["target"]["x"] == [1.0, 1.0]
    assert drawn["actual"]["x"] == [0.5, 0.4]
    assert "Seville (people)" in notes(figure)
    assert {"75", "8"} <= set(notes(figure))
    assert figure.table.iloc[1].tolist() == ["Tunis (%)", "10", "8", "5"]
    assert "Seville (50%)" in figure.title


# --- Breakdowns -------------------------------------------------------------------------------------


def stacked(frame: pd.DataFrame, **options: Any) -> Figure:
    return figures.stacked_bars(frame, **BY, categories=SEXES, **options)


def test_what_is_not_known_is_a_part_and_shares_are_of_the_whole() -> None:
    frame = parts(*(("SEV", "F", 60.0, 0.8), ("SEV", "M", 20.0, 0.8)), ("TUN", "F", 30.0, 1.0))
    numbers = traces(stacked(frame))
    assert numbers["F"]["x"][:2] == [60.0, 30.0]
    assert numbers["M"]["base"][:2] == [60.0, 30.0]
    assert numbers["unknown"]["x"][:2] == [20.0, 0.0]  # 80 are 0.8 of 100
    figure = stacked(frame, as_shares=True)
    shares = traces(figure)
    assert shares["F"]["x"][:2] == pytest.approx([0.6, 1.0])
    assert shares["unknown"]["x"][:2] == pytest.approx([0.2, 0.0])
    assert "80% known" in notes(figure)
    assert figure.title == "Women: from 60% (Seville) to 100% (Tunis)."
    assert [word for _, word in figure.keys] == ["Women", "Men", "Not known"]


def test_codes_that_are_not_known_count_as_such() -> None:
    frame = parts(("SEV", "F", 60.0, 0.75), ("SEV", "U", 20.0, 0.75))
    numbers = traces(stacked(frame, unknown=("U",)))
    assert numbers["unknown"]["x"][0] == 20.0


def test_a_part_that_is_a_range_has_a_pale_end() -> None:
    frame = parts(("SEV", "F", 60.0, 1.0), ("SEV", "M", 20.0, 1.0)).assign(high=[80.0, 20.0])
    drawn = traces(stacked(frame))
    assert drawn["F range"]["x"][0] == 20.0
    assert drawn["F range"]["base"][0] == 60.0
    assert drawn["M"]["base"][0] == 80.0
    assert "80–100" in notes(stacked(frame))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("SEV", "F", 3.0, 1.0), ("SEV", "M", 1.0, 1.0)], "Women: 75% in Seville."),
        ([("SEV", "F", 3.0, 1.0), ("TUN", "F", 8.0, 1.0)], "Women: 100% everywhere."),
        ([], "Nothing has been reported by category."),
    ],
    ids=["one place", "all alike", "nothing"],
)
def test_the_title_of_parts_says_how_large_the_largest_is(
    rows: list[tuple[str, str, float, float]], expected: str
) -> None:
    frame = parts(*rows) if rows else drawings.PARTS.iloc[:0]
    assert stacked(frame).title == expected


# --- Pyramid ----------------------------------------------------------------------------------------


def pyramid(language: str = "en") -> Figure:
    return figures.pyramid(
        drawings.CELLS,
        ages=drawings.AGES,
        sexes=SEXES,
        unit="people",
        language=language,
        coverage=0.78,
    )


def test_a_pyramid_has_one_sex_on_each_side_and_the_youngest_at_the_bottom() -> None:
    drawn = traces(pyramid())
    assert drawn["F"]["x"] == [-40.0, -55.0, 0.0]
    assert drawn["M"]["x"] == [25.0, 0.0, 0.0]
    assert drawn["M range"]["x"] == [5.0, 0.0, 0.0]
    assert drawn["F"]["customdata"] == [[1], [3], [4]]
    layout = pyramid().dict["layout"]
    assert layout["yaxis"]["ticktext"] == ["18–29", "30–44", "45–64"]
    assert layout["yaxis"]["range"] == [-0.5, 2.5]
    assert all("-" not in text for text in layout["xaxis"]["ticktext"])


def test_what_a_pyramid_was_not_told_is_no_zero() -> None:
    texts = traces(pyramid())["M number"]["text"]
    assert [text.strip("\u00a0") for text in texts] == ["25–30", "–", "–"]
    assert traces(pyramid())["F number"]["text"][2].strip("\u00a0") == "0"


def test_the_first_sex_of_a_pyramid_begins_the_line_in_every_language() -> None:
    english, arabic = (pyramid(tag).dict["layout"] for tag in ("en", "ar"))
    assert english["xaxis"]["range"][0] < 0 < english["xaxis"]["range"][1]
    assert arabic["xaxis"]["range"] == english["xaxis"]["range"][::-1]
    assert (english["yaxis"]["side"], arabic["yaxis"]["side"]) == ("left", "right")


def test_a_pyramid_says_its_largest_group_and_how_much_is_known() -> None:
    figure = pyramid()
    assert figure.title == (
        "The largest group: Women, 30–44 (≥ 55). Sex and age are known for 78% of the total."
    )
    assert "Women: 95" in figure.alt


# --- Heat table -------------------------------------------------------------------------------------


def heat(frame: pd.DataFrame = drawings.BOARD, **names: Any) -> Figure:
    said = {"by": "place_code", "indicators": {"JOBS": "Jobs", "GRANTS": "Grants"}, **EN}
    return figures.heat(frame, **said, **{"names": PLACES} | names)


def test_a_cell_has_a_colour_and_a_shape_and_empty_cells_are_told_apart() -> None:
    figure = heat(drawings.BOARD.assign(is_withheld=[False, True, *[False] * 4]))
    drawn = traces(figure)
    assert drawn["shapes"]["marker"]["symbol"] == ["star", "circle-open", "circle", "x"]
    colours = drawn["status"]["marker"]["color"]
    assert colours == [theme.light(name) for name in ("teal-deep", "line", "teal", "rust")]
    where = {
        letter: list(zip(drawn[f"cells {letter}"]["x"], drawn[f"cells {letter}"]["y"], strict=True))
        for letter in ("–", "···", "·")
    }
    assert where == {"–": [(2, 0)], "···": [(1, 0)], "·": [(3, 0), (3, 1)]}
    assert drawn["status"]["customdata"] == [[1], [4], [5], [6]]
    words = [word for _, word in figure.keys]
    assert words[-3:] == ["Not reported", "Not planned", "Withheld"]
    assert figure.table.iloc[0].tolist() == [
        "Jobs",
        "400 · Achieved",
        "Withheld",
        "Not reported",
        "Not planned",
    ]


def test_the_number_of_a_withheld_cell_is_nowhere_in_the_figure() -> None:
    secret = drawings.BOARD.assign(is_withheld=[False, True, *[False] * 4])
    secret.loc[1, ["low", "high"]] = 4711.0
    figure = heat(secret)
    assert "4,711" not in json.dumps(figure.dict) + figure.alt + figure.table.to_string()
    assert "4711" not in json.dumps(figure.dict)


def test_a_heat_table_says_how_many_are_on_the_way_and_how_many_are_missing() -> None:
    figure = heat()
    assert figure.title == (
        "Achieved, maintained or on track: 2 of the 4 results that have a status. "
        "1 planned result has not been reported."
    )
    assert "Most are behind in Tunis: 1 result." in figure.alt


def test_many_columns_have_their_names_upright() -> None:
    many = {**PLACES, **{str(n): f"Place {n}" for n in range(8)}}
    few, crowded = (heat(names=names).dict["layout"]["annotations"] for names in (PLACES, many))
    assert not any("textangle" in note for note in few)
    assert all(note["textangle"] == -90 for note in crowded)


# --- Waterfall --------------------------------------------------------------------------------------


def test_each_part_begins_where_the_certain_end_of_the_one_before_is() -> None:
    figure = figures.waterfall(drawings.CONTRIBUTIONS, drawings.TOTAL, **BY)
    drawn = traces(figure)
    assert drawn["parts"]["base"] == [0.0, 400.0, 700.0, 0.0]
    assert drawn["parts"]["x"] == [400.0, 300.0, 100.0, 700.0]
    assert drawn["range"]["x"] == [0.0, 60.0, 0.0, 160.0]
    assert drawn["range"]["base"] == [400.0, 700.0, 800.0, 700.0]
    hollow = theme.light("card")
    fills = drawn["parts"]["marker"]["color"]
    assert [colour == hollow for colour in fills] == [False, False, True, True]
    assert figure.title == "Seville contributes most: 400 of ≥ 700–860."
    assert "some people may be counted in several of them" in figure.alt
    assert figure.table.iloc[-1].tolist() == ["Total", "≥ 700–860"]


def test_past_the_most_the_smallest_parts_are_one() -> None:
    frame = results(*(("SEV", 40.0, 40.0, "="), ("TUN", 30.0, 30.0, "=")))
    frame = pd.concat([frame, results(("KOU", 20.0, 25.0, "="), ("TUL", 10.0, 10.0, ">="))])
    total = {"low": 100.0, "high": 105.0, "qualifier": ">="}
    figure = figures.waterfall(frame, total, **BY, most=3)
    assert traces(figure)["parts"]["x"] == [40.0, 30.0, 30.0, 100.0]
    assert "2 others" in notes(figure)
    assert "≥ 30–35" in notes(figure)
    assert len(figure.table) == 5


@pytest.mark.parametrize(
    ("rows", "total", "expected"),
    [
        ([("SEV", 75.0, 75.0, "=")], 75.0, "All of 75 comes from Seville."),
        (
            [("SEV", 75.0, 75.0, "="), ("TUN", 25.0, 25.0, "=")],
            100.0,
            "Seville contributes most: 75 of 100 (75%).",
        ),
        (
            [("SEV", 75.0, 75.0, "~"), ("TUN", 25.0, 25.0, "=")],
            100.0,
            "Seville contributes most: ~75 of 100.",
        ),
    ],
    ids=["one", "exact", "about"],
)
def test_a_share_of_a_total_is_only_told_of_exact_numbers(
    rows: list[tuple[str, float, float, str]], total: float, expected: str
) -> None:
    whole = {"low": total, "high": total, "qualifier": "="}
    assert figures.waterfall(results(*rows), whole, **BY).title == expected


# --- Comparison -------------------------------------------------------------------------------------


def test_an_index_begins_at_the_first_day_that_all_have() -> None:
    drawn = traces(figures.compare(drawings.LINES, **BY, way="index"))
    assert drawn["SEV"]["y"] == [50.0, 100.0, 150.0]
    assert drawn["KOU"]["y"] == [100.0, 50.0]
    assert drawn["TUN"]["y"] == [25.0, 100.0, None, 150.0]
    figure = figures.compare(drawings.LINES, **BY, way="index")
    assert "Index: 31 Dec 2021 is 100" in notes(figure)
    assert figure.title == "Where 31 Dec 2021 is 100, Seville stands at 150 and Al Koura at 50."


def test_series_without_a_common_day_are_not_indexed() -> None:
    apart = over_time(SEV={2020: 5.0, 2021: 0.0}, TUN={2021: 4.0, 2022: 3.0})
    figure = figures.compare(apart, **BY, way="index")
    assert figure.is_empty
    assert figure.title == "There is no common ground to compare these on."


def test_against_targets_those_without_one_are_named_and_not_drawn() -> None:
    figure = figures.compare(drawings.LINES, **BY, way="target", results=drawings.TARGETS)
    drawn = traces(figure)
    assert drawn["SEV"]["y"] == pytest.approx([1 / 6, 1 / 3, 1 / 2])
    assert "KOU" not in drawn
    assert figure.title == (
        "Tunis has reached the target. Seville is on the path to 2027. Without a target: Al Koura."
    )
    assert figure.table.columns.tolist() == ["Until", "Seville", "Tunis", "Al Koura"]


def test_lines_differ_by_dash_and_mark_and_are_named_at_their_ends() -> None:
    names = {str(n): f"Place {n}" for n in range(7)}
    frame = over_time(**{str(n): {2020: 1.0, 2021: 50.0 + n / 10} for n in range(7)})
    figure = figures.compare(frame, **BY | {"names": names})
    lines = [trace for trace in figure.dict["data"] if trace["mode"] == "lines"]
    marks = [trace for trace in figure.dict["data"] if trace["mode"] == "markers"]
    assert len(lines) == 6
    assert len({trace["marker"]["symbol"] for trace in marks}) == 6
    assert len({(trace["line"]["dash"], trace["line"]["color"]) for trace in lines}) == 6
    ends = [note for note in figure.dict["layout"]["annotations"] if "<b>Place" in note["text"]]
    tall = figure.dict["layout"]["height"] - 34 - 24
    low, high = figure.dict["layout"]["yaxis"]["range"]
    heights = sorted(tall * (high - note["y"]) / (high - low) - note["yshift"] for note in ends)
    assert len(ends) == 6
    assert min(b - a for a, b in pairwise(heights)) >= 2 * 13 * 1.3


# --- Scatter and distribution -----------------------------------------------------------------------


def scatter(frame: pd.DataFrame) -> Figure:
    return figures.scatter(
        frame,
        by="place_code",
        names=PLACES,
        x_name="Jobs",
        y_name="Grants",
        x_unit="people",
        y_unit="",
        **EN,
    )


def test_a_scatter_has_a_mark_where_both_are_known_and_no_fitted_line() -> None:
    figure = scatter(drawings.PAIRS)
    drawn = traces(figure)
    assert drawn["marks"]["x"] == [100.0, 200.0, 205.0]
    assert drawn["marks"]["marker"]["symbol"] == ["circle", "circle", "star"]
    assert drawn["ranges"]["x"] == [200.0, 260.0, None, 205.0, 205.0]
    assert set(drawn) == {"marks", "ranges"}
    assert figure.title == "Al Koura is highest in both “Jobs” and “Grants”."
    assert figure.table["Jobs (people)"].tolist() == ["100", "200–260", "205", "–"]


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([90.0, 40.0, 41.0], "Al Koura is highest in “Jobs”, Seville in “Grants”."),
        ([math.nan, math.nan, 41.0], "Only Al Koura has reported both: 205 and 41."),
    ],
    ids=["two", "one"],
)
def test_the_title_of_a_scatter_names_the_highest(y: list[float], expected: str) -> None:
    pairs = drawings.PAIRS.iloc[:3].assign(y_low=y, y_high=y)
    assert scatter(pairs).title == expected


def test_dots_that_would_hide_each_other_stand_one_above_the_other() -> None:
    figure = figures.distribution(drawings.SPREAD, **BY)
    dots = traces(figure)["dots"]
    assert dots["x"] == [10.0, 30.0, 31.0, 90.0]
    first, second, third, fourth = dots["y"]
    assert first == second == fourth != third
    base, tick = figure.dict["layout"]["shapes"]
    assert (tick["x0"], tick["x1"]) == (30.5, 30.5)
    assert base["y0"] == first
    hollow = theme.light("card")
    assert [colour == hollow for colour in dots["marker"]["color"]] == [False, False, True, False]
    assert figure.title == "The median is 30.5; values run from 10 (Seville) to 90 (Tulkarm)."


def test_strips_of_scores_have_the_scale_of_the_answers() -> None:
    groups = {"residents": "Residents", "officials": "Officials"}
    figure = figures.distribution(drawings.SCORES, **BY, groups=groups, scale=(1, 5))
    axis = figure.dict["layout"]["xaxis"]
    assert axis["ticktext"] == ["1", "2", "3", "4", "5"]
    assert axis["range"] == pytest.approx([0.92, 5.08])
    assert figure.title == (
        "The median is highest for Officials (4.1) and lowest for Residents (3)."
    )
    assert figure.table.columns.tolist() == ["", "Residents", "Officials"]


# --- Flows ------------------------------------------------------------------------------------------


def flows(language: str = "en") -> Figure:
    return figures.flows(drawings.LINKS, stages=drawings.STAGES, unit="€", language=language)


def test_bands_are_as_wide_as_their_amounts_and_fill_their_nodes() -> None:
    drawn = traces(flows())

    def tall(name: str, *, at_end: bool = False) -> float:
        ys = drawn[name]["y"]
        half = len(ys) // 2
        return float(ys[half] - ys[half - 1] if at_end else ys[-1] - ys[0])

    assert tall("EU P1") / tall("EU P2") == pytest.approx(3.0, rel=0.01)
    assert tall("EU P1", at_end=True) == pytest.approx(tall("EU P1"), abs=0.2)
    node = drawn["node EU"]["y"]
    assert node[2] - node[0] == pytest.approx(tall("EU P1") + tall("EU P2"), abs=0.2)
    assert {trace["type"] for trace in flows().dict["data"]} == {"scatter"}
    assert drawn["P1 C1"]["customdata"] == [[4]]


def test_flows_begin_at_the_right_in_arabic() -> None:
    assert flows("ar").dict["layout"]["xaxis"]["range"] == [1, 0]


def test_flows_say_who_gives_most_and_the_largest_amounts() -> None:
    figure = flows()
    assert figure.title == "European Union gives most: 800 of 1,000 € (80%)."
    assert "600 from European Union to Gardens" in figure.alt
    assert figure.table.iloc[0].tolist() == ["European Union", "Gardens", "600"]


# --- Sheets -----------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


def svg_of(written: str) -> ElementTree.Element:
    return ElementTree.fromstring(written)


def sheet(language: str = "en", width: int = 1000, **options: Any) -> str:
    panels = [(name, "400 / 640", flows(language).dict) for name in PLACES.values()]
    said = {"heading": "Where money goes " * 6, "lead": "From <b>.", "foot": "Source: partners"}
    return svg.sheet(panels, **said | options, language=language, width=width)


def test_a_sheet_holds_its_panels_and_words_as_one_drawing() -> None:
    written = sheet(keys=[("line", "Actual"), ("status-achieved", "Achieved")])
    assert written.count('<svg xmlns="http://www.w3.org/2000/svg"') >= 1
    root = svg_of(written)
    assert root.get("width") == "1000"
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    for word in (*PLACES.values(), "400 / 640", "Actual", "Achieved", "Source: partners"):
        assert word in texts
    assert "From <b>." in texts
    assert sum(text.startswith("Where money goes") for text in texts) >= 1
    panels = list(root.findall(f"{SVG}svg"))
    assert len(panels) == 4
    assert [panel.get("y") for panel in panels[:3]] == [panels[0].get("y")] * 3
    assert float(panels[3].get("y", "0")) > float(panels[0].get("y", "0")) + 300


def test_a_narrow_sheet_has_one_column_and_an_arabic_one_begins_at_the_right() -> None:
    narrow = svg_of(sheet(width=390)).findall(f"{SVG}svg")
    assert len({panel.get("x") for panel in narrow}) == 1
    first, second, *_ = svg_of(sheet("ar")).findall(f"{SVG}svg")
    assert float(first.get("x", "0")) > float(second.get("x", "0"))
    heading = next(svg_of(sheet("ar")).iter(f"{SVG}text"))
    assert (heading.get("text-anchor"), heading.get("x")) == ("end", "972")


def test_ticks_of_many_years_are_round_years() -> None:
    span = (drawings.day("1950-01-31").date(), drawings.day("2024-12-31").date())
    axis = timeline.time_axis(span, "en", most=6)
    assert axis["ticktext"] == ["1960", "1980", "2000", "2020"]
