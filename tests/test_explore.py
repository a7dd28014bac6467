"""Explore: every cell of a pivot is what the rules say of exactly its values, whatever it is by."""

import io
import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import Engine

from dashboard import app, exports, frames, pivot, static
from dashboard.frames import Data
from dashboard.pages import explore
from dashboard.pivot import ALL, Pivot
from dashboard.views import View
from schemas import database
from schemas.rows import categories_of
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests import browsing, demonstrated, naive
from tests.observed import INDICATOR, PLACE, PROJECT, S1, observe, series, submit, withhold

END = date(2023, 12, 31)
OURS = EVERYTHING


def load(engine: Engine, scope: Scope = OURS, **view: Any) -> Data:
    with database.connect(engine) as conn:
        return frames.load(conn, scope, View(**{"until": END, **view}), "en", breakdowns=True)


def made(data: Data, **view: str) -> Pivot:
    return pivot.make(data, replace(data.view, **view))  # type: ignore[arg-type]


def numbers(found: Pivot) -> dict[tuple[str, str], float]:
    return {key: cell.number for key, cell in found.cells.items() if not math.isnan(cell.number)}


# --- Against the workbooks, and against a naive computation -----------------------------------------


def test_cells_are_what_was_typed_into_the_workbooks(demo: Engine) -> None:
    """PPL-CON (contacts) adds up over periods, places and projects, and nobody is counted twice."""
    by_place: dict[str, float] = {}
    by_period: dict[str, float] = {}
    to_date = {
        row["project_code"]
        for row in demonstrated.read_csv("project_indicator.csv")
        if (row["indicator_code"], row["reported_as"]) == ("PPL-CON", "to_date")
    }
    for one in demonstrated.typed("PPL-CON"):
        if "value" in one.said and one.end <= END:
            count = demonstrated.number(one.said["value"])
            period = f"{one.start.isoformat()}/{one.end.isoformat()}"
            by_place[one.place] = by_place.get(one.place, 0) + count
            if one.project not in to_date:  # of one period alone nothing is known there
                by_period[period] = by_period.get(period, 0) + count
    data = load(demo)

    places = made(data, indicator="PPL-CON", rows="place", columns="none")
    assert {key[0]: n for key, n in numbers(places).items() if key[0]} == by_place
    assert numbers(places)[ALL, ALL] == sum(by_place.values())

    periods = made(data, indicator="PPL-CON", rows="period", columns="none", part="in_period")
    assert {key[0]: number for key, number in numbers(periods).items()} == by_period


def as_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return observations as the naive twin reads them: days, and None for no number."""
    rows = []
    for row in frame.to_dict("records"):
        plain: dict[str, Any] = {
            str(name): None if isinstance(value, float) and math.isnan(value) else value
            for name, value in row.items()
        }
        for name in ("period_start", "period_end"):
            plain[name] = pd.Timestamp(row[name]).date()
        rows.append(plain)
    return rows


def plain_rules(data: Data, code: str) -> dict[str, Any]:
    return {
        name: str(word) if isinstance(word, str) else word
        for name, word in vars(data.rules[code]).items()
    }


SEXES = ["F", "M"]


@pytest.mark.parametrize("dimension", ["country", "place", "project", "sex"])
def test_every_cell_agrees_with_the_naive_twin(demo: Engine, dimension: str) -> None:
    whole = load(demo)
    keys = [tuple(categories_of(key)) for key in whole.observations["breakdown_key"]]
    # The twin knows one dimension, sex, and no place within another one.
    outer = {whole.parents.get(code) for code in whole.observations["place_code"]}
    is_known = np.array([key in ((), ("sex",)) for key in keys])
    is_inner = ~whole.observations["place_code"].isin(outer)
    data = frames.only(whole, whole.observations[is_known & is_inner])
    found = made(data, rows="indicator", columns=dimension)
    column = "sex" if dimension == "sex" else f"{dimension}_code"
    rows = data.observations
    if dimension == "sex":
        rows = rows[rows["breakdown_key"] != ""]
        sexes = [categories_of(key)["sex"] for key in rows["breakdown_key"]]
        rows = rows.assign(sex=sexes, breakdown_key="")
    checked = 0
    for (key, code), own in rows.groupby([column, "indicator_code"]):
        expected = naive.total(as_rows(own), plain_rules(data, str(code)), SEXES, END)
        cell = found.cells.get((str(code), str(key)), pivot.Cell())
        if expected["low"] is None:
            assert not cell.text
            assert cell.is_apart == (expected["reason"] != "no_value")
        else:
            assert math.isclose(cell.number, expected["low"], rel_tol=1e-9, abs_tol=1e-9)
            is_exact = expected["low"] == expected["high"] and expected["qualifier"] == "="
            assert cell.is_exact == is_exact
            checked += 1
    assert checked > 20


def test_all_together_is_computed_and_not_a_sum_of_cells(demo: Engine) -> None:
    data = load(demo)
    found = made(data, rows="indicator", columns="country")
    for row in frames.results(data, []).to_dict("records"):
        cell = found.cells.get((row["indicator_code"], ALL), pivot.Cell())
        assert cell.number == row["low"] or (math.isnan(cell.number) and math.isnan(row["low"]))
    share = {key[1]: n for key, n in numbers(found).items() if key[0] == "TRN-CMP"}
    assert share[ALL] < sum(n for key, n in share.items() if key)


# --- What does not add up -----------------------------------------------------------------------------


def test_several_indicators_never_make_one_number(demo: Engine) -> None:
    found = made(load(demo), rows="country", columns="level")
    told = [cell for cell in found.cells.values() if cell.is_apart]
    assert told
    assert all(math.isnan(cell.number) and not cell.text for cell in told)
    assert any("different indicators are never added up" in cell.why for cell in told)


def test_results_are_counted_by_status(demo: Engine) -> None:
    data = load(demo)
    found = made(data, rows="country", columns="status", part="indicators")
    results = frames.results(data, ["country_code"])
    told = results[results["low"].notna()]
    expected: Mapping[Any, Any] = told.groupby(["country_code", "status"]).size().to_dict()
    counts = {key: number for key, number in numbers(found).items() if ALL not in key and number}
    assert counts == {
        (country, status or pivot.NO_STATUS): count for (country, status), count in expected.items()
    }


def test_a_period_shows_how_everything_stood_at_its_end(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), *series())
    data = load(seeded_sqlite)

    to_date = made(data, rows="indicator", columns="period")
    assert numbers(to_date) == {(INDICATOR, "2023-06-30"): 60, (INDICATOR, "2023-12-31"): 100}
    alone = made(data, rows="indicator", columns="period", part="in_period")
    assert numbers(alone) == {
        (INDICATOR, "2023-01-01/2023-06-30"): 60,
        (INDICATOR, "2023-07-01/2023-12-31"): 40,
    }
    assert numbers(made(data, rows="indicator", columns="none", part="target")) == {
        (INDICATOR, ALL): 200
    }


def test_groups_are_apart_and_stand_beside_the_total(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), *series())
    found = made(load(seeded_sqlite), rows="sex", columns="none", indicator=INDICATOR)
    # Sex is known of the first half-year alone: 35 and 25 of 100.
    assert {key[0]: number for key, number in numbers(found).items()} == {
        "F": 35,
        "M": 25,
        ALL: 100,
    }


def test_two_groups_at_once_are_read_from_their_combinations(seeded_sqlite: Engine) -> None:
    keys = {"age_group=18-29|sex=F": 7.0, "age_group=18-29|sex=M": 5.0, "sex=F": 20.0}
    with database.begin(seeded_sqlite) as conn:
        rows = [{"breakdown_key": key, "value": value} for key, value in keys.items()]
        observe(conn, submit(conn), {"value": 30.0}, *rows)
    found = made(load(seeded_sqlite), rows="age_group", columns="sex", indicator=INDICATOR)
    crossed = {key: n for key, n in numbers(found).items() if ALL not in key}
    assert crossed == {("18-29", "F"): 7, ("18-29", "M"): 5}
    assert numbers(found)[ALL, "F"] == 20
    assert numbers(found)[ALL, ALL] == 30


def test_what_is_withheld_is_not_in_the_table_and_said(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        withhold(conn, *observe(conn, submit(conn), {"value": 4321.0}))
    found = made(load(seeded_sqlite, PUBLIC), rows="indicator", columns="place")
    assert found.cells[INDICATOR, PLACE].is_withheld
    assert "4,321" not in str(found)
    assert "4321" not in pivot.as_frame(load(seeded_sqlite, PUBLIC), found).to_csv()


# --- Filters, addresses, files ------------------------------------------------------------------------


def test_filters_leave_out_what_they_do_not_name(demo: Engine) -> None:
    data = load(demo)
    by_level = {row.key for row in made(data, level="impact", rows="indicator").rows}
    assert by_level == {
        code
        for code in {str(one) for one in frames.told(frames.results(data, []))["indicator_code"]}
        if frames.level_of(data, code) == "impact"
    }
    good = made(data, status="on_track", rows="indicator", columns="status")
    assert [head.key for head in good.columns if head.key != ALL] == ["on_track"]
    goal = made(data, goal="8", rows="goal", columns="none", part="indicators")
    assert "8" in {row.key for row in goal.rows}


def test_what_makes_no_sense_shows_the_first_table(demo: Engine) -> None:
    data = load(demo)
    assert pivot.sides(data, View(rows="no", columns="no", part="no")) == ("indicator", "country")
    assert pivot.sides(data, View(rows="place", columns="place")) == ("place", "")
    assert pivot.sides(data, View(rows="place", columns="none")) == ("place", "")
    assert pivot.measure_of(View(part="no")) == "actual"


def test_a_file_has_numbers_where_they_are_exact(demo: Engine) -> None:
    data = load(demo)
    found = made(data, rows="indicator", columns="country")
    frame = pivot.as_frame(data, found)
    jobs = frame[frame["code"] == "JOB-NEW"].iloc[0]
    assert jobs["Tunisia"] == numbers(found)["JOB-NEW", "TUN"]
    people = frame[frame["code"] == "PPL-NEW"].iloc[0]
    assert people["Spain"] == found.cells["PPL-NEW", "ESP"].text  # a range is no number


def test_a_file_never_holds_a_formula(demo: Engine) -> None:
    data = load(demo)
    found = made(data, rows="indicator", columns="country")
    evil = replace(found, rows=[pivot.Head("X", '=HYPERLINK("http://x")'), *found.rows])
    frame = pivot.as_frame(data, evil)
    assert "'=HYPERLINK" in exports.as_csv(frame).decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(exports.as_xlsx(frame)))
    assert book.worksheets[0]["B2"].data_type == "s"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_table_can_be_taken_along(demo: Engine, ending: str) -> None:
    client = app.create_app().server.test_client()
    answer = client.get(f"/download/pivot.{ending}?rows=sex&columns=country&indicator=PPL-NEW")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]


# --- The page -----------------------------------------------------------------------------------------


def shown(**arguments: str) -> Any:
    return json.loads(json.dumps(explore.layout(**arguments), cls=PlotlyJSONEncoder))


def test_the_same_numbers_stand_in_the_grid_and_in_the_plain_table(demo: Engine) -> None:
    layout = explore.layout(rows="place", columns="none", indicator="PPL-CON")
    drawn = static.render(layout, "en")
    told = json.dumps(shown(rows="place", columns="none", indicator="PPL-CON"))
    total = sum(
        demonstrated.number(one.said["value"])
        for one in demonstrated.typed("PPL-CON")
        if "value" in one.said
    )
    assert f">{total:.0f}<" in drawn  # without a script
    assert f'"text": "{total:.0f}"' in told  # in the grid
    assert "dash_ag_grid" in told


def test_only_explore_asks_for_the_grid(demo: Engine) -> None:
    client = app.create_app().server.test_client()
    for path in ("/", "/compare", "/search", "/nowhere"):
        assert "/dash_ag_grid/" not in client.get(path).text, path
    assert "/dash_ag_grid/" in client.get("/explore").text


@pytest.mark.parametrize("search", ["rows=sex&columns=age_group", "part=status", "columns=none"])
def test_an_empty_database_and_no_values_are_designed_for(
    empty_sqlite: Engine, search: str
) -> None:
    arguments = dict(part.split("=") for part in search.split("&"))
    assert "There is no programme yet" in json.dumps(shown(**arguments))


def test_no_values_are_designed_for(seeded_sqlite: Engine) -> None:
    assert "Nothing has been reported yet" in json.dumps(shown())
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), {"period_start": S1[0], "project_code": PROJECT})
    assert "Nothing was reported of this" in json.dumps(shown(status="moving_away"))


# --- In the browser -----------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_grid_shows_sorts_and_lets_go_of_the_keyboard(page: Page, demo_server: str) -> None:
    page.goto(f"{demo_server}/explore?rows=place&columns=none&indicator=PPL-CON")
    browsing.settle(page)
    grid = page.locator(".explore-grid")
    expect(grid.locator(".ag-center-cols-container .ag-row").first).to_be_visible()
    expect(page.locator(".explore-twin")).not_to_have_attribute("open", "")

    heads = grid.locator(".ag-header-cell")
    heads.nth(1).click()
    first = grid.locator('.ag-row[row-index="0"] .ag-cell[col-id="c0"]')
    smallest = min(
        demonstrated.number(one.said["value"])
        for one in demonstrated.typed("PPL-CON")
        if "value" in one.said
    )
    assert float(first.inner_text()) >= smallest

    first.click(position={"x": 3, "y": 3})
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.ag-root-wrapper')")

    page.get_by_label("Rows").select_option("project")
    expect(page).to_have_url(re.compile("rows=project"))
    expect(grid.get_by_text("Local action plan for employment in Paggaio")).to_be_visible()


@pytest.mark.browser
def test_a_cell_is_reached_by_arrows_and_opened_by_enter(page: Page, demo_server: str) -> None:
    page.goto(f"{demo_server}/explore?rows=indicator&columns=none")
    browsing.settle(page)
    cell = page.locator('.explore-grid .ag-row[row-index="0"] .ag-cell[col-id="name"]')
    cell.click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/value?ids=*")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.browser
def test_the_pivot_is_readable_without_a_script(demo_server: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{demo_server}/explore?rows=country&columns=status&part=indicators")
    expect(page.get_by_role("table").get_by_role("row", name="Tunisia")).to_be_visible()
    page.get_by_label("Columns").select_option("level")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("columnheader", name="Outcome")).to_be_visible()
    context.close()
