"""Overview, countries and territories: their numbers are those that partners typed."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import Engine, insert, update

from dashboard import app, charts, frames, static, territories, views
from dashboard.charts import places
from dashboard.frames import Data
from dashboard.views import View
from schemas import database, tables, words
from schemas.scope import EVERYTHING, PUBLIC
from tests import demonstrated
from tests.observed import INDICATOR, NOW, PLACE, PROJECT, observe, series, submit, withhold

OURS = EVERYTHING
END = date(2023, 12, 31)
AS_COORDINATOR = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(scope="module")
def page(demo: Engine) -> Callable[[str], str]:
    """How a coordinator gets a page of the demonstration as HTML, by its address."""
    server = app.create_app().server

    def shown(path: str) -> str:
        found = app.page_at(path.partition("?")[0])
        assert found
        layout, named = found
        with server.test_request_context(path, environ_base=AS_COORDINATOR):
            parts = layout.layout(**{**named, **dict(parse_qsl(urlsplit(path).query))})
            return static.render(parts, "en")

    return shown


def demo_data(demo: Engine, **view: Any) -> Data:
    with database.connect(demo) as conn:
        return frames.load(conn, OURS, View(until=END, **view), "en", breakdowns=True)


def plain(html: str) -> str:
    """Return the words of HTML, one space between them."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).replace("\u00a0", " ").split())


# --- Numbers as they were typed -------------------------------------------------------------------


@pytest.mark.parametrize("place", ["GR-A-PAG", "TN-11-MED", "TN-53-MAH"])
def test_people_by_sex_are_those_of_the_workbooks(demo: Engine, place: str) -> None:
    by_sex = {"F": 0.0, "M": 0.0, "unknown": 0.0}
    whole = 0.0
    told = [one for one in demonstrated.typed("PPL-NEW") if one.place == place]
    for one in demonstrated.counted(told, "PPL-NEW"):
        whole += demonstrated.number(one.said["value"])
        for sex, count in one.said["sex"].items():
            by_sex[sex] += demonstrated.number(count)

    chart = charts.make(
        demo_data(demo), "shares", indicator="PPL-NEW", by="sex", rows="project", place=place
    )

    bars = {trace["name"]: trace["x"][0] for trace in chart.panels[0].figure.dict["data"]}
    assert whole > 0
    assert bars["F"] == pytest.approx(by_sex["F"] / whole)
    assert bars["M"] == pytest.approx(by_sex["M"] / whole)
    # What is not known is a part of its own: nothing is stretched to 100 %.
    rest = 1 - (by_sex["F"] + by_sex["M"]) / whole
    assert bars.get("unknown", 0.0) == pytest.approx(rest, abs=1e-9)


@pytest.mark.parametrize(("country", "prefix"), [("JOR", "JO"), ("TUN", "TN"), ("PSE", "PS")])
def test_money_is_as_reported_and_in_euros_at_the_rate_of_its_year(
    page: Callable[[str], str], country: str, prefix: str
) -> None:
    html = page(f"/country/{country}?until={END}")
    heading = "Money, as reported and in euros"
    table = plain(html[html.index(heading) : html.index("Indicators against their targets")])
    euros = 0.0
    told = [one for one in demonstrated.typed("FIN-SPT") if one.place.startswith(prefix)]
    for one in told:
        amount, currency = demonstrated.number(one.said["value"]), one.said["currency"]
        in_euros = amount
        if currency != "EUR":
            rate = demonstrated.per_euro(currency, one.end.year)
            in_euros = amount / rate
            assert f"1 EUR = {rate:.4f} {currency}" in table
        euros += in_euros
        assert plain(words.money(amount, currency, "en")) in table
        assert words.money(in_euros, "EUR", "en") in table

    assert len(told) > 1
    assert f"{words.money(euros, 'EUR', 'en')}" in table[table.index("Total") :]
    assert "average of the year to 31 Dec 2023" in table
    assert "Exchange rates: " in table


def test_the_headline_counts_the_projects_that_have_reported(page: Callable[[str], str]) -> None:
    listed = {
        row["project_code"]
        for row in demonstrated.read_csv("project.csv")
        if row["programme_code"] == "MEDTOWN"
    }
    told = {
        one.project
        for row in demonstrated.read_csv("indicator.csv")
        for one in demonstrated.typed(row["indicator_code"])
    }

    assert f"{len(told)} of {len(listed)} projects have reported." in plain(page("/"))


def test_parts_of_a_total_add_up_to_it(demo: Engine) -> None:
    data = demo_data(demo)
    jobs = sum(
        demonstrated.number(one.said["value"])
        for one in demonstrated.counted(demonstrated.typed("JOB-NEW"), "JOB-NEW")
        if "value" in one.said
    )

    for code, whole in (("JOB-NEW", jobs), ("FIN-SPT", None)):
        figure = charts.make(data, "waterfall", indicator=code, by="country").panels[0].figure
        *parts, total = figure.dict["data"][0]["x"]
        assert sum(parts) == pytest.approx(total)
        assert whole is None or total == pytest.approx(whole)
    assert "EUR" in "".join(figure.table.columns)  # of dinars, shekels and euros: in euros


def test_what_does_not_add_up_has_no_contributions(demo: Engine) -> None:
    data = demo_data(demo)

    assert not places.adds_up(data, "TRN-CMP")  # a ratio
    chart = charts.make(data, "waterfall", indicator="TRN-CMP", by="country")
    assert chart.panels[0].figure.is_empty


def test_sex_and_age_that_were_reported_together_are_a_pyramid(seeded_sqlite: Engine) -> None:
    cells = {("18-29", "F"): 12, ("18-29", "M"): 9, ("30-54", "F"): 20, ("30-54", "M"): 15}
    with database.begin(seeded_sqlite) as conn:
        observe(
            conn,
            submit(conn),
            {"value": 60.0},
            *(
                {"breakdown_key": f"age_group={age}|sex={sex}", "value": float(count)}
                for (age, sex), count in cells.items()
            ),
        )
        data = frames.load(conn, OURS, View(programme="MEDTOWN"), "en", breakdowns=True)

    found = places.by_sex_and_age(data, INDICATOR)
    told = {(row["age_group"], row["sex"]): row["low"] for row in found.to_dict("records")}
    chart = charts.make(data, "pyramid", indicator=INDICATOR)

    assert told == cells
    assert "93%" in chart.lead  # 56 of 60 are known by sex and age
    assert not chart.panels[0].figure.is_empty


# --- A chart is the same wherever it is -------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "view"),
    [
        ("board", {"by": "country", "level": "output"}),
        ("board", {"status": "achieved", "goal": "8"}),
        ("course", {"indicator": "PPL-NEW", "place": "GR-A-PAG"}),
        ("country_map", {"indicator": "PPL-NEW", "country": "ESP", "place": "ES-SE-CAM"}),
        ("dumbbell", {"place": "TN-11-MED"}),
        ("pyramid", {"indicator": "PPL-NEW", "country": "ESP"}),
        ("shares", {"indicator": "PPL-NEW", "by": "sex", "rows": "place"}),
        ("shares", {"indicator": "PPL-NEW", "by": "age_group", "place": "GR-A-PAG"}),
        ("waterfall", {"indicator": "FIN-SPT", "by": "project", "place": "PS-RBH-BEI"}),
    ],
)
def test_a_chart_of_a_page_is_that_of_its_address(
    demo: Engine, kind: str, view: dict[str, str]
) -> None:
    on_page = charts.make(demo_data(demo, country=view.get("country", "")), kind, **view)
    asked = views.read(dict(parse_qsl(urlsplit(on_page.address).query)))
    with database.connect(demo) as conn:
        data = frames.load(
            conn,
            OURS,
            asked,
            "en",
            indicator_codes=charts.indicators_of(kind, asked),
            breakdowns=charts.with_breakdowns(kind),
        )
    alone = charts.KINDS[kind].make(data, data.view)

    assert charts.can_make(data, kind, asked)
    assert (alone.title, alone.lead, alone.about) == (on_page.title, on_page.lead, on_page.about)
    assert alone.panels[0].figure.dict == on_page.panels[0].figure.dict


@pytest.mark.parametrize("kind", ["board", "course", "dumbbell", "shares", "waterfall", "pyramid"])
def test_a_chart_of_a_place_that_is_none_is_empty(demo: Engine, kind: str) -> None:
    view = {"indicator": "PPL-NEW", "by": "sex" if kind == "shares" else "place", "place": "XX"}
    chart = charts.make(demo_data(demo), kind, **view)

    assert chart.title
    assert kind == "board" or chart.panels[0].figure.is_empty


# --- What changed lately ---------------------------------------------------------------------------


def replaced(conn: Any, ids: list[int], when: Any) -> None:
    table = tables.Observation
    conn.execute(update(table).where(table.observation_id.in_(ids)).values(superseded_at=when))


def lately(path: str = "/?until=2023-12-31") -> str:
    found = app.page_at("/")
    assert found
    arguments = dict(parse_qsl(urlsplit(path).query))
    html = static.render(found[0].layout(**arguments), "en")
    card = html[html.index("What changed lately") :]
    return plain(card[: card.index("All submissions")])


def test_the_last_decision_of_a_project_says_which_values_moved(seeded_sqlite: Engine) -> None:
    later = NOW + timedelta(days=30)
    with database.begin(seeded_sqlite) as conn:
        ids = observe(conn, submit(conn), *series())
        second = submit(conn, file_name="Corrected.xlsx", decided_at=later)
        replaced(conn, ids[1:2], later)  # the total of the first half: 60
        observe(conn, second, {"value": 160.0, "accepted_at": later})
        submit(conn, file_name="Waiting.xlsx", state="ready", decided_at=None)

    told = lately()

    assert "accepted on 6 Mar 2024" in told
    assert "People reached directly for the first time Cerro-Amate, Seville 100 , then 200" in told
    assert "Achieved" in told  # 160 and 40, of 200
    assert "5 Feb 2024" not in told  # the decision before it


def test_what_is_withheld_is_not_among_what_changed(seeded_sqlite: Engine) -> None:
    later = NOW + timedelta(days=30)
    with database.begin(seeded_sqlite) as conn:
        (old,) = observe(conn, submit(conn), {"value": 4321.0})
        replaced(conn, [old], later)
        second = submit(conn, file_name="Corrected.xlsx", decided_at=later)
        (new,) = observe(conn, second, {"value": 8765.0, "accepted_at": later})
        withhold(conn, old, new)
        observe(conn, second, {"value": 7.0, "indicator_code": "POL-AGR", "accepted_at": later})

    told = lately()

    assert "new: 7" in told
    assert "4,321" not in told
    assert "8,765" not in told


def test_a_page_of_a_past_day_tells_what_had_changed_by_then(seeded_sqlite: Engine) -> None:
    later = NOW + timedelta(days=30)
    with database.begin(seeded_sqlite) as conn:
        first = submit(conn)
        observe(conn, first, {"value": 40.0})
        second = submit(conn, file_name="Other.xlsx", decided_at=later, received_at=later)
        observe(
            conn,
            second,
            {"value": 9.0, "indicator_code": "POL-AGR", "accepted_at": later},
        )
        decisions = [
            {
                "submission_id": number,
                "programme_code": "MEDTOWN",
                "action": "accept",
                "decided_at": when,
            }
            for number, when in ((first, NOW), (second, later))
        ]
        conn.execute(insert(tables.Decision), decisions)

    assert "Agreements" not in lately("/?as_of=2024-02-10")
    assert "Agreements" in lately("/?as_of=2024-03-10")
    assert "new: 40" in lately("/?as_of=2024-02-10")


# --- Territories -------------------------------------------------------------------------------------


def test_territories_are_alike_by_theme_or_by_indicators(demo: Engine) -> None:
    data = demo_data(demo)
    themes = {
        row["project_code"]: row["theme_code"] for row in demonstrated.read_csv("project.csv")
    }

    found = territories.alike(data, "JO-IR-KOU")

    assert found
    assert "JO-IR-KOU" not in {one.place_code for one in found}
    for one in found:
        there = {themes[row.project_code] for row in territories.projects_at(data, one.place_code)}
        assert set(one.themes) == {"SSE"} & there  # that of the one project in Al Koura
        assert one.themes or one.indicators
    shared = [len(one.themes) for one in found]
    assert shared == sorted(shared, reverse=True)


def test_a_territory_leads_to_comparing_it_with_one_like_it(page: Callable[[str], str]) -> None:
    html = page("/territory/JO-IR-KOU")

    links = re.findall(r'href="(/compare[^"]*)"', html)
    assert links
    for link in links:
        asked = dict(parse_qsl(urlsplit(link.replace("&amp;", "&")).query))
        assert asked["by"] == "place"
        assert asked["among"].startswith("JO-IR-KOU,")
        assert asked["indicator"]


@pytest.mark.parametrize("path", ["/", "/countries", "/country/ESP"])
def test_pages_that_name_a_territory_lead_to_it(page: Callable[[str], str], path: str) -> None:
    assert 'href="/territory/ES-SE-CAM' in page(path)


def test_a_territory_shows_what_was_reported_there_and_nothing_else(
    page: Callable[[str], str],
) -> None:
    told = plain(page(f"/territory/TN-53-MAH?until={END}"))

    assert "1 of 1 project has reported." in told
    assert "TND 58,420.750" in told
    assert "TND 12,480.500" not in told  # of the other territory of the country


def test_a_place_that_is_a_country_is_shown_as_one(page: Callable[[str], str]) -> None:
    assert ">Spain</h1>" in page("/territory/ESP")


def test_a_territory_without_values_says_so(page: Callable[[str], str]) -> None:
    told = plain(page("/territory/ES-H-DV"))

    assert "0 of 1 project has reported." in told
    assert "Nothing has been reported yet" in told


# --- Notes, few and short ----------------------------------------------------------------------------


def test_notes_on_the_data_are_one_line(page: Callable[[str], str]) -> None:
    html = page("/")

    assert html.count('class="notes"') == 1
    notes = plain(html[html.index('class="notes"') : html.index("<form")])
    assert "the values are invented" in notes
    assert "so open targets have no status today" in notes
    assert html.index('class="notes"') < html.index('class="kpis') < html.index("<svg")


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("rule", ["/", "/countries", "/country/<country>", "/board"])
def test_a_page_with_much_on_it_is_sent_as_few_components(rule: str) -> None:
    def components(node: Any) -> int:
        if isinstance(node, dict):
            return ("namespace" in node) + sum(components(part) for part in node.values())
        return sum(components(part) for part in node) if isinstance(node, list) else 0

    server = app.create_app().server
    with server.test_request_context("/", environ_base=AS_COORDINATOR):
        sent = app._layout(app.PAGES[rule], rule, is_folded=True)(country="ESP", until=str(END))
    assert 0 < components(json.loads(json.dumps(sent, cls=PlotlyJSONEncoder))) <= 100


def test_the_public_sees_no_more_than_it_may(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        withhold(conn, *observe(conn, submit(conn), {"value": 123456.0}))
        data = frames.load(conn, PUBLIC, View(programme="MEDTOWN"), "en", breakdowns=True)
    found = app.page_at(f"/territory/{PLACE}")
    assert found
    html = static.render(found[0].layout(**found[1]), "en")

    assert data.observations.empty
    assert "123,456" not in html
    assert "withheld" in html
    assert PROJECT in html
