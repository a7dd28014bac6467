"""Co-production: facts are those that were typed, and two groups are compared, never mixed."""

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from sqlalchemy import Engine

from dashboard import app, charts, figures, frames, static
from dashboard.charts import coproduction
from dashboard.components import principles
from dashboard.frames import Data
from dashboard.pages import coproduction as page
from dashboard.views import View
from schemas import database
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests import demonstrated
from tests.observed import observe, submit, withhold

OURS = EVERYTHING


def demo_data(demo: Engine, *codes: str, scope: Scope = OURS) -> Data:
    with database.connect(demo) as conn:
        return frames.load(
            conn,
            scope,
            View(programme="MEDTOWN"),
            "en",
            indicator_codes=codes or coproduction.INDICATORS,
        )


# --- The facts ------------------------------------------------------------------------------------


def by_project(code: str) -> dict[str, list[Any]]:
    """What was typed of an indicator, oldest first, by project; answers in words left out."""
    told: dict[str, list[Any]] = {}
    for one in sorted(demonstrated.typed(code), key=lambda one: one.end):
        if "value" in one.said:
            told.setdefault(one.project, []).append(one.said["value"])
    return told


@pytest.mark.parametrize(
    ("principle", "code", "adds_up"),
    [
        ("participation", "COP-UPT", True),
        ("empowerment", "COP-EMP", False),
        ("evidence", "COP-EVD", True),
        ("systemic", "COP-SYS", False),
    ],
)
def test_a_fact_is_counted_from_what_was_typed(
    demo: Engine, principle: str, code: str, adds_up: bool
) -> None:
    found = coproduction.facts(demo_data(demo))
    typed = by_project(code)

    assert typed
    for project, parts in typed.items():
        counting = parts if adds_up else parts[-1:]
        above, below = sum(a for a, _ in counting), sum(b for _, b in counting)
        fact = found[project, principle]
        assert fact.parts == (above, below)
        assert fact.result["low"] == pytest.approx(100 * above / below)


def test_collaboration_is_shown_by_joint_services_else_by_spaces(demo: Engine) -> None:
    found = coproduction.facts(demo_data(demo))
    services, spaces = by_project("COP-JNT"), by_project("COP-SPC")

    for project in {*services, *spaces}:
        latest = (services.get(project) or spaces[project])[-1]
        assert found[project, "collaboration"].result["low"] == latest
    # Both are told of Paggaio: the services are the fact.
    assert {"DA-GR"} <= {*services} & {*spaces}


def test_what_was_planned_and_not_reported_is_said_so(demo: Engine) -> None:
    data = demo_data(demo)
    found = coproduction.facts(data)
    plans = {
        row["project_code"]
        for row in demonstrated.read_csv("project_indicator.csv")
        if row["indicator_code"] in ("COP-JNT", "COP-SPC")
    }
    told = {*by_project("COP-JNT"), *by_project("COP-SPC")}

    silent = {
        project
        for (project, principle), fact in found.items()
        if principle == "collaboration" and math.isnan(fact.result["low"])
    }
    assert silent == plans - told != set()
    html = static.render(principles.table(data, found), "en")
    assert html.count("not reported") == len(silent)


def test_a_withheld_fact_is_withheld(seeded_sqlite: Engine) -> None:
    row = {"project_code": "DA-PT", "place_code": "PT-11-BEF", "indicator_code": "COP-UPT"}
    with database.begin(seeded_sqlite) as conn:
        ids = observe(
            conn, submit(conn), row | {"value": 55.6, "numerator": 5.0, "denominator": 9.0}
        )
        withhold(conn, *ids)
        data = frames.load(conn, PUBLIC, View(), "en", indicator_codes=coproduction.INDICATORS)

    found = coproduction.facts(data)
    assert found["DA-PT", "participation"].parts is None
    html = static.render(principles.table(data, found), "en")
    assert "withheld" in html
    assert "5 of 9" not in html


def test_a_programme_without_such_indicators_says_so(demo: Engine) -> None:
    with app.create_app().server.test_request_context("/"):
        html = static.render(page.layout(programme="ROWCA2014"), "en")
    assert "This programme has no indicators of co-production" in html


# --- Residents and officials ----------------------------------------------------------------------


def test_the_gap_is_that_of_each_project_s_last_answers(demo: Engine) -> None:
    found = coproduction.scores(demo_data(demo), "COP-SCO").set_index("project_code")
    latest = {
        one.project: one.said["stakeholder_group"]
        for one in sorted(demonstrated.typed("COP-SCO"), key=lambda one: one.end)
        if "stakeholder_group" in one.said
    }

    assert len(latest) > 2
    assert set(found.index) == set(latest)
    for project, groups in latest.items():
        row = found.loc[project]
        assert [row["first"], row["first_n"]] == groups["resident"]
        assert [row["second"], row["second_n"]] == groups["public"]


def test_no_score_is_averaged_over_projects(demo: Engine) -> None:
    figure = charts.make(demo_data(demo), "gap", indicator="COP-SCO").panels[0].figure
    shown = {value for trace in figure.dict["data"] for value in trace["x"]}
    typed = {
        part[0]
        for one in demonstrated.typed("COP-SCO")
        for part in one.said.get("stakeholder_group", {}).values()
    }
    assert shown <= typed


def test_a_chart_of_the_gap_is_the_same_wherever_it_stands(demo: Engine) -> None:
    on_page = charts.make(demo_data(demo), "gap", indicator="COP-SCO")
    alone = charts.make(demo_data(demo, "COP-SCO"), "gap", indicator="COP-SCO")
    assert alone.panels[0].figure.dict == on_page.panels[0].figure.dict


def rows(*told: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "project_code": code,
                "first": first,
                "first_n": 12.0,
                "first_ids": (1,),
                "second": second,
                "second_n": 6.0,
                "second_ids": (2,),
            }
            for code, first, second in told
        ]
    )


def gap(frame: pd.DataFrame, language: str = "en") -> figures.Figure:
    return figures.gap(
        frame,
        by="project_code",
        names={code: f"Project {code}" for code in frame["project_code"]},
        sides=["Residents", "Officials"],
        unit="points",
        language=language,
        scale=(1, 5),
    )


def test_the_sentence_says_who_scores_higher_and_where_the_gap_is_widest() -> None:
    figure = gap(rows(("A", 3.6, 4.2), ("B", 3.0, 3.9), ("C", 4.2, 3.7), ("D", 3.0, math.nan)))

    assert figure.title == (
        "“Officials” score higher than “Residents” in 2 of 3 projects."
        " The widest gap is 0.9 points (Project B)."
    )
    assert [row[-1] for row in figure.table.itertuples(index=False)] == [
        "+0.6",
        "+0.9",
        "-0.5",
        "–",
    ]
    go.Figure(figure.dict)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_whole_scale_is_shown_and_runs_as_people_read(language: str) -> None:
    axis = gap(rows(("A", 3.6, 4.2)), language).dict["layout"]["xaxis"]

    assert axis["tickvals"] == [1, 2, 3, 4, 5]
    assert (axis["range"][0] < axis["range"][1]) == (language == "en")


def test_nothing_asked_is_an_empty_figure() -> None:
    assert gap(rows(("A", math.nan, math.nan))).is_empty
