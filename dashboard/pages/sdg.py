"""One Sustainable Development Goal: the targets that are addressed, by which indicators."""

from typing import Any

from dash import html

from dashboard import frames, kept, publishing, queries, sentences, views
from dashboard.components import cards, charts, filters, goals, programmes, results
from dashboard.frames import Data
from dashboard.pages import not_found
from dashboard.queries import Record
from dashboard.views import View, address
from schemas import database, words
from schemas import tables as database_tables
from schemas.words import N_

DESCRIPTION = N_("One Sustainable Development Goal: targets addressed, indicators and countries.")


def title(language: str, *, goal: str = "") -> str:
    """Return the goal's number and short name; empty where there is none."""
    if not goal.isdecimal() or len(goal) > 2:
        return ""
    with database.connect() as conn:
        names = queries.name_of(conn, database_tables.SdgGoal, int(goal))
    return f"SDG {goal}" if names else ""


def layout(**arguments: Any) -> Any:
    """Return the goal's targets, indicators, statuses and countries."""
    view = views.read(arguments)
    goal = int(view.goal) if view.goal.isdecimal() and len(view.goal) < 3 else 0
    with database.connect() as conn:
        data = kept.data(conn, view)
        addressed = {
            target
            for row in data.indicators()
            for target in data.catalogue.sdg_targets_of.get(row.indicator_code, ())
            if target.split(".")[0] == str(goal)
        }
        texts = queries.sdg_targets(conn, addressed)
        public = publishing.line(data, "goal", str(goal))
    row = data.catalogue.goals.get(goal)
    if row is None:
        return not_found.layout()
    language = data.language
    return [
        *programmes.head(
            data,
            f"{goal}. {words.name(row.short_names, language)}",
            lead=goals.wording(row, language),
            crumbs=[
                (
                    words.text("Sustainable Development Goals", language),
                    address("/sdg", View(programme=data.view.programme)),
                )
            ],
            tools=cards.reports("sdg", str(goal), data.view.programme, language),
        ),
        *public,
        filters.row(
            filters.programme(data),
            filters.until(data, frames.period_ends(data)),
            language=language,
        ),
        html.Div(_parts(data, row, texts), className="grid"),
        programmes.withheld_note(data),
    ]


def _parts(data: Data, row: Record, texts: dict[str, Record]) -> list[Any]:
    language, goal = data.language, row.sdg_goal
    linked = [
        one.indicator_code
        for one in data.indicators()
        if goal in data.catalogue.goals_of(one.indicator_code)
    ]
    if not linked:
        return [
            html.Div(
                cards.empty(
                    words.text("This goal is not addressed", language),
                    words.text("No indicator of the programme is linked to it.", language),
                ),
                className="span-12",
            )
        ]
    totals = frames.results(data, [])
    found = totals[totals["indicator_code"].isin(linked)]
    heading = words.text("Indicators linked to this goal", language)
    parts: list[Any] = [
        goals.banner(data, row, linked),
        cards.card(
            heading,
            "sdg-results",
            results.table(data, found, heading) if len(found) else programmes.no_values(data),
            cards.foot(
                sentences.about(data, found),
                cards.downloads(charts.files(data, "results", goal=str(goal))),
            ),
            lead=words.text("A link to a goal is ours, and not an attribution.", language),
        ),
        goals.targets(data, row, texts),
    ]
    by_country = frames.of_goal(data, frames.results(data, ["country_code"]), str(goal))
    if len(frames.told(by_country)):
        parts += [
            charts.show(
                data,
                "statuses",
                "sdg-statuses",
                span=6,
                by="country",
                goal=str(goal),
                title=words.text("Where these indicators stand, by country", language),
            ),
            goals.territories(data, linked),
        ]
    return parts
