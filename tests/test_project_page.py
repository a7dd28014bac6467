"""A project's page: its chain of results, its money, and the evidence, as planned and as typed."""

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from dashboard import app, charts, frames, static
from dashboard.charts import framework as chains
from dashboard.charts import money
from dashboard.components import framework
from dashboard.frames import Data
from dashboard.pages import indicator, project, sdg
from dashboard.views import View
from schemas import database, words
from schemas.scope import EVERYTHING
from tests import demonstrated

OURS = EVERYTHING
AS_COORDINATOR = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(scope="module")
def page(demo: Engine) -> Callable[..., str]:
    server = app.create_app().server

    def shown(layout: Any, remote: str = "127.0.0.1", **arguments: str) -> str:
        with server.test_request_context("/", environ_base={"REMOTE_ADDR": remote}):
            return static.render(layout.layout(**arguments), "en")

    return shown


def demo_data(demo: Engine, **view: Any) -> Data:
    with database.connect(demo) as conn:
        return frames.load(conn, OURS, View(programme="MEDTOWN", **view), "en", breakdowns=True)


# --- The chain --------------------------------------------------------------------------------------


def test_the_chain_of_a_project_is_as_planned(demo: Engine) -> None:
    feeds = framework.tree(demo_data(demo, project="DA-ES"), "DA-ES")

    assert set(feeds["RES-EXP"]) == {
        *("CUR-VOL", "CUR-MUL", "CUR-REC"),  # outcomes
        *("PPL-NEW", "PPL-HH", "PPL-VUL"),  # outputs
    }
    assert set(feeds["CUR-VOL"]) == {"CUR-ACT", "CUR-AID"}
    assert feeds[""][0] == "RES-EXP"


def test_every_planned_result_stands_in_the_chain_once(demo: Engine) -> None:
    data = demo_data(demo)
    for row in data.projects():
        planned = [
            plan["indicator_code"]
            for plan in demonstrated.read_csv("project_indicator.csv")
            if plan["project_code"] == row.project_code
            and plan["level"] in ("impact", "outcome", "output")
        ]
        feeds = framework.tree(data, row.project_code)
        assert sorted(code for codes in feeds.values() for code in codes) == sorted(planned)


def test_a_chain_that_leads_back_to_itself_is_cut(demo: Engine) -> None:
    data = demo_data(demo)
    plans = pd.DataFrame(
        [("P", "A", "outcome", "B"), ("P", "B", "outcome", "A"), ("P", "C", "output", "B")],
        columns=["project_code", "indicator_code", "level", "parent_indicator_code"],
    )
    looped = replace(data, catalogue=replace(data.catalogue, project_indicators=plans))

    feeds = framework.tree(looped, "P")
    assert feeds[""] == ["A", "B", "C"]


def test_a_node_says_value_target_and_status(page: Callable[..., str]) -> None:
    html = page(project, project="DA-ES")
    node = html[html.index('class="node') :]
    node = node[: node.index("</div>")]

    # 16 of 55 households can meet an unexpected expense: 29.1 %, of 45.
    for said in ("Households able to meet", "29.1", "Target: 45.0", "Not achieved"):
        assert said in node


def test_the_main_indicators_have_a_path_and_are_no_inputs(demo: Engine) -> None:
    data = demo_data(demo, project="DA-GR")
    codes = chains.main_indicators(data, frames.results(data, []))

    assert 2 <= len(codes) <= chains.MOST_MAIN
    assert "FIN-SPT" not in codes
    chart = charts.make(data, "mains")
    assert len(chart.panels) == len(codes)
    assert [panel.name for panel in chart.panels] == [
        data.name(data.catalogue.indicators[code]) for code in codes
    ]


# --- Money ------------------------------------------------------------------------------------------


def euros(one: demonstrated.Typed, amount: Any) -> float:
    currency = one.said["currency"]
    rate = 1.0 if currency == "EUR" else demonstrated.per_euro(currency, one.end.year)
    return demonstrated.number(amount) / rate


def naive_links() -> dict[tuple[str, str], float]:
    """From funding source to project to cost category, in euros; what is not told is ""."""
    told = demonstrated.counted(demonstrated.typed("FIN-SPT"), "FIN-SPT")
    tellers = {
        one.project for one in told if "funding_source" in one.said or "cost_category" in one.said
    }
    found: dict[tuple[str, str], float] = defaultdict(float)
    for one in told:
        if one.project not in tellers:
            continue
        whole = euros(one, one.said["value"])
        for dimension in ("funding_source", "cost_category"):
            parts = {code: euros(one, part) for code, part in one.said.get(dimension, {}).items()}
            for code, amount in {**parts, "": whole - sum(parts.values())}.items():
                ends = (
                    (f"from:{code}", one.project)
                    if dimension == "funding_source"
                    else (one.project, f"to:{code}")
                )
                found[ends] += amount
    return {ends: amount for ends, amount in found.items() if amount > 0.005}


def test_money_runs_as_it_was_typed(demo: Engine) -> None:
    found = money.links(demo_data(demo), "FIN-SPT", "project_code")
    told = {(row["source"], row["target"]): row["low"] for row in found.to_dict("records")}

    naive = naive_links()
    assert set(told) == set(naive)
    for ends, amount in naive.items():
        assert told[ends] == pytest.approx(amount, abs=0.01)


def test_what_runs_into_a_project_runs_out_of_it(demo: Engine) -> None:
    found = money.links(demo_data(demo), "FIN-SPT", "project_code")
    into = found[found["source"].str.startswith("from:")].groupby("target")["low"].sum()
    out = found[found["target"].str.startswith("to:")].groupby("source")["low"].sum()

    assert len(into) > 3
    assert out.to_dict() == pytest.approx(into.to_dict(), abs=0.01)


def test_money_of_territories_is_that_of_their_projects(demo: Engine) -> None:
    data = demo_data(demo)
    by_project = money.links(data, "FIN-SPT", "project_code")
    by_place = money.links(data, "FIN-SPT", "place_code")
    named = by_project[by_project["source"] == "from:eu_grant"]["low"].sum()

    assert by_place[by_place["source"] == "from:eu_grant"]["low"].sum() == pytest.approx(named)


def test_a_chart_of_money_is_the_same_on_the_page_and_alone(demo: Engine) -> None:
    with database.connect(demo) as conn:
        alone = frames.load(conn, OURS, View(project="DA-ES"), "en", indicator_codes=["FIN-SPT"])
    one, other = (
        charts.make(data, "flows", indicator="FIN-SPT").panels[0].figure.dict
        for data in (alone, demo_data(demo, project="DA-ES"))
    )
    assert one == other


# --- Facts, evidence and documents -------------------------------------------------------------------


def test_own_money_is_told_as_a_share_of_the_budget(page: Callable[..., str]) -> None:
    html = page(project, project="PP-PS1").replace("\u00a0", " ")

    assert words.money(15000, "EUR", "en").replace("\u00a0", " ") in html
    assert "13.5% of the budget" in html.replace(" %", "%")  # 2,025 of 15,000


def test_what_is_not_published_is_said_so(page: Callable[..., str]) -> None:
    html = page(project, project="DA-ES")
    facts = html[
        html.index('id="project-facts-title"') : html.index('id="project-published-title"')
    ]
    assert facts.count("not published") == 3  # period, budget, co-financing


def test_notes_stand_beside_their_cells(page: Callable[..., str]) -> None:
    typed = "Ο στόχος μειώθηκε"  # in the workbook that waits
    said = "Transport of the boxes was delayed in October."
    html = page(project, project="PP-PS2")
    evidence = html[html.index('id="project-evidence-title"') :]

    assert said in evidence
    assert 'class="cell"' in evidence
    assert typed not in page(project, project="DA-GR")


def test_the_public_sees_no_warnings_and_no_reasons(page: Callable[..., str]) -> None:
    ours, public = (
        page(project, remote=remote, project="DA-ES") for remote in ("127.0.0.1", "10.0.0.9")
    )

    assert "please say why it moved" in ours
    assert "please say why it moved" not in public


def test_documents_lead_to_files_that_are_there(page: Callable[..., str], demo: Engine) -> None:
    html = page(project, project="DA-PT")
    documents = html[html.index('id="project-documents-title"') :]
    client = app.create_app().server.test_client()

    for link in (
        "/report/project/DA-PT.html",
        "/report/project/DA-PT.xlsx",
        "/register/DA-PT.xlsx",
    ):
        assert link in documents
        assert client.get(link, environ_base=AS_COORDINATOR).status_code == 200
    template = "/template/DA-PT.xlsx?period=2023-07-01/2023-12-31"
    assert template in documents
    assert client.get(template, environ_base=AS_COORDINATOR).status_code == 200


# --- An indicator -------------------------------------------------------------------------------------


def test_the_status_is_worked_out_before_the_reader_s_eyes(page: Callable[..., str]) -> None:
    html = page(indicator, indicator="COH-BEL", country="PRT", until="2023-06-30")
    worked = html[html.index('id="indicator-status-title"') :].replace("\u00a0", " ")
    worked = worked[: worked.index("</section>")]

    # From 6.1 on 1 January to 7 by the end of the year; 6.4 by June: a third of the way, half of
    # which was expected.
    progress, expected = (6.4 - 6.1) / (7 - 6.1), 180 / 364
    for said in (
        "(6.4 − 6.1) / (7.0 − 6.1)",
        words.percent(progress, "en"),
        words.percent(expected, "en"),
        words.percent(progress / expected, "en"),
        "Acceleration needed",
        "From 60% to 95%",
    ):
        assert said.replace("\u00a0", " ") in worked, said


def test_few_values_are_no_distribution(demo: Engine) -> None:
    data = demo_data(demo)

    assert chains.spread(data, "PPL-NEW") == "place"
    assert chains.spread(data, "COH-BEL") == ""  # one place, two projects
    assert chains.spread(data, "FIN-SPT") == ""  # several currencies
    assert chains.spread(data, "no") == ""


def test_a_distribution_has_a_dot_for_each_territory_with_a_value(demo: Engine) -> None:
    data = demo_data(demo)
    found = frames.results(data, ["place_code"], "TRN-SKL")
    figure = charts.make(data, "distribution", indicator="TRN-SKL", by="place").panels[0].figure
    dots = [
        value
        for trace in figure.dict["data"]
        if trace.get("mode") == "markers"
        for value in trace["x"]
    ]

    assert sorted(dots) == sorted(value for value in found["low"] if not math.isnan(value))


# --- A goal -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "note"),
    [("fr", ""), ("pt", "unofficial"), ("el", "unofficial"), ("ar", "")],
)
def test_a_goal_says_where_its_wording_is_not_official(
    demo: Engine, language: str, note: str
) -> None:
    with app.create_app().server.test_request_context(f"/sdg/8?lang={language}"):
        html = static.render(sdg.layout(goal="8"), language)
    marked = html.count(f">{words.text('unofficial translation', language)}<")
    ours = words.text(
        "In our translation: there is no official wording in this language.", language
    )
    assert (marked, ours in html) == ((1, True) if note else (0, False))
