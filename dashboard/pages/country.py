"""One country: its key figures, map, people, money, territories, and every indicator against its target."""

from typing import Any

from dash import html

from dashboard import (
    access,
    frames,
    history,
    kept,
    publishing,
    queries,
    sentences,
    territories,
    views,
)
from dashboard.charts import money as money_charts
from dashboard.components import (
    achievements,
    amounts,
    cards,
    charts,
    filters,
    places,
    programmes,
    reporting,
)
from dashboard.frames import Data
from dashboard.pages import not_found
from dashboard.queries import Record
from dashboard.views import address
from schemas import database, words
from schemas.codes import Measure
from schemas.words import N_

DESCRIPTION = N_("What the projects of one country have achieved against their targets.")


def title(language: str, *, country: str = "") -> str:
    """Return the name of the country; empty where there is none."""
    with database.connect() as conn:
        names = queries.country_names(conn, country)
    return words.name(names, language) if names else ""


def layout(**arguments: Any) -> Any:
    """Return the country's key figures, its territories, its people and money, and its results."""
    view = views.read(arguments)
    scope = access.scope()
    with database.connect() as conn:
        data = kept.data(conn, view, by_category=True)
        money = history.lineage(conn, scope, money_charts.observed(data))
        told = kept.told_of(data, "reporting", lambda: reporting.told(conn, data))
        public = publishing.line(data, "country", view.country)
    place = data.catalogue.places.get(view.country)
    if data.programme is None or place is None or place.kind != "country":
        return not_found.layout()
    language = data.language
    found = frames.results(data, [])
    projects = _own_projects(data)
    head = [
        *programmes.head(
            data,
            data.name(place),
            lead=sentences.headline(data, found, [row.project_code for row in projects]),
            crumbs=[
                (words.text("Countries", language), address("/countries", data.view, country=""))
            ],
            tools=cards.reports("country", view.country, data.view.programme, language),
            path=f"/country/{view.country}",
        ),
        *public,
        *([line] if (line := reporting.line(data, told)) else []),
        _filters(data),
    ]
    last = places.projects_table(data, projects, "country-projects")
    if data.reported.empty:
        return [*head, programmes.no_values(data), last]
    own = territories.within(data, view.country)
    rows = "place" if len(own) > 1 else "project"
    parts = [
        *_where(data, own, rows),
        *_course(data),
        *places.people(data, "country", rows=rows),
        charts.show(data, "dumbbell", "country-ways"),
        amounts.card(data, money, "country-money"),
        places.results_table(data, frames.told(found), "country-results"),
        last,
    ]
    return [
        *head,
        achievements.key_figures(data, found, most=6),
        html.Div([part for part in parts if part is not None], className="grid"),
        programmes.withheld_note(data),
    ]


def _own_projects(data: Data) -> list[Record]:
    known = data.catalogue
    return [
        row for row in data.projects() if data.view.country in known.countries_of(row.project_code)
    ]


def _where(data: Data, own: list[str], rows: str) -> list[Any]:
    """Return the map of the country's pilots; beside it its territories, and who makes up a total."""
    shown = frames.most_telling(data, "place_code")
    listed = [places.listed(data, own, "country-places")] if own else []
    parts = places.contributions(data, "country-parts", rows, span=4)
    if not shown:
        return [*listed, *parts]
    beside = [html.Div([*listed, *parts], className="span-4 stack")] if own or parts else []
    span = 8 if beside else 12
    return [
        charts.show(data, "country_map", "country-map", span=span, indicator=shown),
        *beside,
    ]


def _course(data: Data) -> list[html.Section]:
    """Return the chosen indicator, or the first that has a value and a target, by territory."""
    chosen = frames.most_telling(data, "place_code")
    if not chosen:
        return []
    if frames.reported(data, chosen)["place_code"].nunique() == 1:
        return [charts.show(data, "trend", "country-trend", indicator=chosen)]
    return [charts.show(data, "multiples", "country-course", indicator=chosen, by="place")]


def _filters(data: Data) -> html.Div:
    return filters.row(
        filters.programme(data),
        indicator_choice(data, set(data.reported["indicator_code"])),
        level_choice(data),
        filters.until(data, frames.period_ends(data)),
        language=data.language,
    )


def level_choice(data: Data) -> Any:
    """Return the choice of the result level of the table."""
    named = {level: words.text(sentences.LEVELS[level], data.language) for level in frames.LEVELS}
    return filters.choice(
        "level",
        words.text("Result level", data.language),
        {"": words.text("All levels", data.language)} | named,
        data.view.level,
    )


def indicator_choice(data: Data, reported: set[str]) -> Any:
    """Return the choice of the indicator that charts are of."""
    named = {
        row.indicator_code: data.name(row)
        for row in data.indicators()
        if row.indicator_code in reported and row.measure != Measure.TEXT
    }
    return filters.choice(
        "indicator",
        words.text("Indicator on the charts", data.language),
        {"": words.text("Automatic", data.language)} | named,
        data.view.indicator,
    )
