"""Compare: the numbers of each stand side by side, and what stands against comparing them is said."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import Engine

from dashboard import app, charts, frames, static, views
from dashboard.charts import comparisons
from dashboard.frames import Data
from dashboard.pages import compare
from dashboard.views import View
from schemas import database
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests import browsing, demonstrated
from tests.observed import INDICATOR, PLACE, PROJECT, S1, S2, observe, series, submit, withhold

OURS = EVERYTHING
END = date(2023, 12, 31)
OTHER = "PP-PT1"
OTHER_PLACE = "PT-11-BEF"


def load(engine: Engine, scope: Scope = OURS, **view: Any) -> Data:
    with database.connect(engine) as conn:
        return frames.load(conn, scope, View(**{"until": END, **view}), "en")


def said(data: Data) -> str:
    """Return all that stands against a comparison."""
    groups = comparisons.cautions(data, data.view)
    return " ".join(one.text for _, group in groups for one in group)


def points(chart: charts.Chart) -> dict[str, list[float]]:
    """Return the values of each line by its name, without gaps."""
    traces = chart.panels[0].figure.dict["data"]
    return {
        trace["name"]: [value for value in trace["y"] if value is not None]
        for trace in traces
        if trace["mode"] == "lines"
    }


# --- Numbers ----------------------------------------------------------------------------------------


def test_the_lines_are_what_was_typed_into_the_workbooks(demo: Engine) -> None:
    places = ("GR-A-PAG", "TN-11-MED")
    data = load(demo, by="place", among=",".join(places), indicator="JOB-NEW")
    chart = comparisons.lines(data, data.view)
    ends = {
        name: next(word for word in reversed(list(chart.table[name])) if word != "–")
        for name in chart.table.columns[1:]
    }
    for place in places:
        typed = [one for one in demonstrated.typed("JOB-NEW") if one.place == place]
        total = sum(demonstrated.number(one.said.get("value", 0)) for one in typed)
        assert total > 0
        assert ends[data.place_name(place)] == f"{total:.0f}"


def test_by_their_targets_each_is_a_share_of_its_own(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        number = submit(conn)
        observe(conn, number, *series())
        other = [
            {**row, "project_code": OTHER, "place_code": OTHER_PLACE, "value": row["value"] / 2}
            for row in series()
        ]
        observe(conn, number, *other)
    data = load(
        seeded_sqlite, by="project", among=f"{PROJECT},{OTHER}", indicator=INDICATOR, scale="target"
    )
    shares = points(comparisons.lines(data, data.view))
    # 60 and 100 of 200; 30 and 50 of 100.
    assert list(shares.values()) == [[0.3, 0.5], [0.3, 0.5]]
    indexed = replace(data.view, scale="indexed")
    for line in points(comparisons.lines(data, indexed)).values():
        assert line == pytest.approx([100, 500 / 3])


def test_two_indicators_meet_in_one_mark_for_each(demo: Engine) -> None:
    codes = ("TRN-ENR", "JOB-NEW")
    data = load(demo, by="country", among="GRC,TUN,JOR", indicator=codes[0], other=codes[1])
    chart = comparisons.against(data, data.view)
    both: dict[str, list[float]] = {}
    for code in codes:
        for row in frames.results(data, ["country_code"], code).to_dict("records"):
            if row["country_code"] in ("GRC", "TUN", "JOR"):
                both.setdefault(row["country_code"], []).append(row["low"])
    (marks,) = [one for one in chart.panels[0].figure.dict["data"] if "markers" in one["mode"]]
    assert sorted(zip(marks["x"], marks["y"], strict=True)) == sorted(map(tuple, both.values()))


def test_a_chart_that_stands_alone_is_the_same(demo: Engine) -> None:
    """Its address says all that it depends on."""
    for kind, other in (("compare", ""), ("compare_each", ""), ("compare_scatter", "JOB-NEW")):
        data = load(demo, by="country", among="ESP,GRC", other=other)
        here = charts.make(data, kind, by="country", indicator="PPL-NEW")
        query = dict(part.split("=") for part in here.address.partition("?")[2].split("&"))
        view = views.read({name: word.replace("%2C", ",") for name, word in query.items()})
        with database.connect(demo) as conn:
            alone = frames.load(
                conn, OURS, view, "en", indicator_codes=charts.indicators_of(kind, view)
            )
        assert charts.can_make(alone, kind, view)
        there = charts.KINDS[kind].make(alone, view)
        assert there.panels[0].figure.dict == here.panels[0].figure.dict


# --- What stands against it ---------------------------------------------------------------------------


def test_amounts_of_several_currencies_never_share_an_axis(demo: Engine) -> None:
    data = load(demo, by="country", among="ESP,TUN", indicator="FIN-SPT", other="PPL-NEW")
    assert comparisons.scale_of(data, data.view, "FIN-SPT") == comparisons.INDEXED
    assert comparisons.scale_of(data, data.view, "PPL-NEW") == comparisons.VALUE
    assert "different currencies (EUR and TND)" in said(data)
    assert "different units (EUR, persons)" in said(data)
    (marks,) = [
        one
        for one in comparisons.against(data, data.view).panels[0].figure.dict["data"]
        if "markers" in one["mode"]
    ]
    assert len(marks["x"]) == 1  # dinars are not on an axis of euros
    in_euros = load(demo, by="country", among="ESP,PRT", indicator="FIN-SPT")
    assert comparisons.scale_of(in_euros, in_euros.view, "FIN-SPT") == comparisons.VALUE
    assert "currencies" not in said(in_euros)


def test_different_periods_silence_and_ranges_are_said(demo: Engine) -> None:
    data = load(demo, by="country", among="ESP,GRC,PRT", indicator="PPL-NEW")
    told = said(data)
    assert "different periods: Spain (Jan 2022" in told.replace("\u2009", "")
    assert "it is a range, because the same person may be counted again" in told
    assert "these are totals" in told.lower()
    silent = load(demo, by="country", among="ESP,PRT", indicator="JOB-NEW")
    assert "Nothing was reported by Spain and Portugal." in said(silent)


def test_scores_of_different_instruments_are_told_apart(demo: Engine) -> None:
    data = load(demo, by="country", among="JOR,PRT", indicator="WEL-WH5", other="COP-SCO")
    assert "different instruments" in said(data)


def test_what_has_no_single_number_says_why(demo: Engine) -> None:
    data = load(demo, by="country", among="ESP,PSE", indicator="PPL-IND")
    assert "There is no single number for Spain and State of Palestine." in said(data)


def test_what_is_withheld_is_said_and_not_shown(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        number = submit(conn)
        withhold(conn, *observe(conn, number, {"value": 4321.0}))
        observe(conn, number, {"project_code": OTHER, "place_code": OTHER_PLACE, "value": 50.0})
    data = load(
        seeded_sqlite, PUBLIC, by="place", among=f"{PLACE},{OTHER_PLACE}", indicator=INDICATOR
    )
    assert "Withheld for" in said(data)
    drawn = json.dumps(shown(by="place", among=data.view.among, indicator=INDICATOR))
    assert "4,321" not in drawn
    assert "4321" not in drawn


def test_equal_things_have_nothing_against_them(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        number = submit(conn)
        for project, place in ((PROJECT, PLACE), (OTHER, OTHER_PLACE)):
            observe(conn, number, {"project_code": project, "place_code": place})
    data = load(
        seeded_sqlite, by="project", among=f"{PROJECT},{OTHER}", indicator=INDICATOR, scale="target"
    )
    assert said(data) == ""


# --- Choosing -----------------------------------------------------------------------------------------


def test_at_most_six_that_are_in_the_catalogue_are_compared(demo: Engine) -> None:
    data = load(demo)
    every = list(comparisons.candidates(data, View(by="project")))
    view = View(by="project", among=",".join(["no", every[0], every[0], *every[:9]]))
    assert list(comparisons.chosen(data, view)) == every[:6]
    assert comparisons.chosen(data, View(by="place", among="DA-ES")) == {}


def test_proposals_are_comparisons_that_have_something_to_show(demo: Engine) -> None:
    data = load(demo)
    proposed = comparisons.proposals(data)
    assert {view.by for view in proposed} == {"country", "place", "project"}
    for view in proposed:
        found = comparisons.told(data, view, view.indicator)
        assert 2 <= len(found) <= 4
        assert found["low"].notna().all()


def shown(**arguments: str) -> Any:
    return json.loads(json.dumps(compare.layout(**arguments), cls=PlotlyJSONEncoder))


def test_the_page_begins_with_proposals_one_click_away(demo: Engine) -> None:
    drawn = static.render(compare.layout(), "en")
    links = re.findall(r'class="proposal" href="([^"]*)"|href="([^"]*)" class="proposal"', drawn)
    assert len(links) == 3
    for link in ("".join(one).replace("&amp;", "&") for one in links):
        query = dict(part.split("=") for part in link.partition("?")[2].split("&"))
        there = static.render(
            compare.layout(**{k: v.replace("%2C", ",") for k, v in query.items()}), "en"
        )
        assert "compare-table" in there
        assert "Can they be compared?" in there


def test_the_table_has_values_targets_status_coverage_and_period(demo: Engine) -> None:
    drawn = static.render(
        compare.layout(by="country", among="GRC,TUN", indicator="JOB-NEW", until="2023-12-31"), "en"
    )
    table = drawn[drawn.index("compare-table-title") :]
    for head in ("Baseline", "Actual", "Target", "Progress", "Status", "Projects reporting"):
        assert f">{head}</th>" in table
    total = sum(
        demonstrated.number(one.said.get("value", 0))
        for one in demonstrated.typed("JOB-NEW")
        if one.place.startswith("TN") and one.end <= END
    )
    assert f">{total:.0f}</a>" in table


def test_without_an_indicator_the_one_that_most_have_reported_is_shown(demo: Engine) -> None:
    data = load(demo, by="country", among="JOR,PRT")
    code = comparisons.most_shared(data, data.view)
    assert (
        frames.results(data, ["country_code"], code)
        .query("country_code in ('JOR', 'PRT') and low == low")
        .shape[0]
        == 2
    )


@pytest.mark.parametrize(
    "search",
    [
        {"indicator": "no", "among": "no"},
        {"indicator": "no", "among": "ESP", "by": "country"},
        {"indicator": INDICATOR, "other": INDICATOR, "among": PLACE},
        {"indicator": INDICATOR, "other": "no", "among": PLACE, "scale": "no"},
    ],
)
def test_what_makes_no_sense_is_left_out(demo: Engine, search: dict[str, str]) -> None:
    assert "Compare" in json.dumps(shown(**search))


def test_empty_databases_are_designed_for(empty_sqlite: Engine) -> None:
    assert "There is no programme yet" in json.dumps(shown(among="ESP", by="country"))


def test_no_values_are_designed_for(seeded_sqlite: Engine) -> None:
    assert "Nothing can be compared yet" in json.dumps(shown())
    told = json.dumps(shown(among="ESP,PRT", by="country", indicator=INDICATOR))
    assert "Nothing was reported by Spain and Portugal." in told


def test_periods_of_a_stock_are_compared_by_their_last_day(seeded_sqlite: Engine) -> None:
    stock = {"indicator_code": "CUR-ACT", "reported_as": "to_date"}
    with database.begin(seeded_sqlite) as conn:
        number = submit(conn)
        for project, place, (start, end) in ((PROJECT, PLACE, S1), (OTHER, OTHER_PLACE, S2)):
            where = {"project_code": project, "place_code": place}
            observe(conn, number, {**stock, **where, "period_start": start, "period_end": end})
    data = load(seeded_sqlite, by="project", among=f"{PROJECT},{OTHER}", indicator="CUR-ACT")
    assert "The values are of different days" in said(data)


# --- In the browser -----------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_choice_is_in_the_address_and_no_more_than_six_can_be_made(
    page: Page, demo_server: str
) -> None:
    page.goto(f"{demo_server}/compare")
    browsing.settle(page)
    page.locator(".proposal").first.click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    page.wait_for_url("**by=country**")

    boxes = page.locator(".checks input")
    page.get_by_label("Compared by").select_option("target")
    page.wait_for_url("**scale=target**")
    for box in boxes.all():
        box.check(force=True)
        if page.locator(".checks input:checked").count() == 6:
            break
    expect(page.locator(".checks input:checked")).to_have_count(6)
    expect(page.locator(".multiple")).to_have_count(6)

    page.go_back()
    expect(page.locator(".multiple")).to_have_count(5)


@pytest.mark.browser
def test_the_head_of_every_page_looks_for_words(page: Page, demo_server: str) -> None:
    page.goto(f"{demo_server}/countries?lang=en")
    browsing.settle(page)
    field = page.get_by_role("banner").get_by_role("searchbox")
    field.fill("emplyment")
    field.press("Enter")
    page.wait_for_url("**/search?q=emplyment**")
    expect(page.locator("mark").first).to_be_visible()
    assert "lang=en" in page.url


@pytest.mark.browser
def test_search_and_compare_work_without_a_script(demo_server: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{demo_server}/")
    page.get_by_role("banner").get_by_role("searchbox").fill("currency")
    page.get_by_role("banner").get_by_role("searchbox").press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    page.goto(f"{demo_server}/compare?by=country")
    page.get_by_label("Spain").check()
    page.get_by_label("Greece").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    assert "among=ESP" in page.url
    context.close()


def test_the_pages_are_listed() -> None:
    assert {"/compare", "/explore", "/search"} <= set(app.PAGES)
