"""One territory: its key figures, map, people, money, projects, results, and territories like it."""

from dataclasses import replace
from typing import Any

import pandas as pd
from dash import html
from sqlalchemy import Connection

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
from dashboard.charts import places as place_charts
from dashboard.components import achievements, amounts, cards, charts, filters, places, programmes
from dashboard.frames import Data
from dashboard.pages import country, not_found
from dashboard.pages.country import indicator_choice, level_choice
from dashboard.views import View, address
from schemas import database, tables, words
from schemas.words import N_

DESCRIPTION = N_("What the projects of one territory have achieved against their targets.")


def title(language: str, *, place: str = "") -> str:
    """Return the name of the territory; empty where there is none."""
    with database.connect() as conn:
        names = queries.name_of(conn, tables.Place, place)
    return words.name(names, language) if names else ""


def layout(**arguments: Any) -> Any:
    """Return the territory's key figures, its people, money, projects and results."""
    view = views.read(arguments)
    scope = access.scope()
    with database.connect() as conn:
        data = _loaded(conn, view)
        money = history.lineage(conn, scope, money_charts.observed(data, view.place))
        public = publishing.line(data, "territory", view.place)
    place, language = data.catalogue.places.get(view.place), data.language
    if data.programme is None or place is None:
        return not_found.layout()
    if not territories.is_territory(data, view.place):  # some projects run in a whole country
        return country.layout(**{**arguments, "country": view.place, "place": ""})
    found = place_charts.found_at(data, view.place)
    projects = territories.projects_at(data, view.place)
    own = place_charts.at(data, view.place)
    head = [
        *programmes.head(
            data,
            data.name(place),
            lead=_lead(own, found, [row.project_code for row in projects]),
            crumbs=_crumbs(data, place.country_code),
            tools=cards.reports("territory", view.place, data.view.programme, language),
            path=f"/territory/{view.place}",
        ),
        *public,
        filters.row(
            indicator_choice(data, set(own.reported["indicator_code"])),
            level_choice(data),
            filters.until(data, frames.period_ends(data)),
            language=language,
            kept=[("programme", data.view.programme)],
        ),
    ]
    last = [
        places.projects_table(data, projects, "territory-projects") if projects else None,
        places.alike(data, view.place, "territory-alike"),
    ]
    if own.reported.empty:
        grid = [programmes.no_values(data), *last]
        return [*head, html.Div([part for part in grid if part is not None], className="stack")]
    return [
        *head,
        achievements.key_figures(data, found, most=6),
        html.Div(
            [part for part in [*_parts(data, found, money), *last] if part is not None],
            className="grid",
        ),
        programmes.withheld_note(data),
    ]


def _loaded(conn: Connection, view: View) -> Data:
    """Return the data of the programme that is asked for, else of one that has projects there."""
    data = kept.data(conn, view, by_category=True)
    places_of = data.catalogue.places_of
    here = [code for code, codes in places_of.items() if view.place in codes]
    others = [data.catalogue.projects[code].programme_code for code in here]
    if not here or view.programme or data.view.programme in others:
        return data
    return kept.data(conn, replace(view, programme=others[0]), by_category=True)


def _lead(own: Data, found: pd.DataFrame, projects: list[str]) -> str:
    if not projects:
        return words.text("No project of the programme runs here.", own.language)
    return sentences.headline(own, found, projects)


def _crumbs(data: Data, country_code: str) -> list[tuple[str, str]]:
    return [
        (words.text("Countries", data.language), address("/countries", places.kept(data))),
        (
            data.place_name(country_code),
            address(f"/country/{country_code}", places.kept(data)),
        ),
    ]


def _parts(data: Data, found: pd.DataFrame, money: pd.DataFrame) -> list[Any]:
    code = data.view.place
    return [
        *_course(data, found),
        *places.people(data, "territory", rows="project", place_code=code),
        *places.contributions(data, "territory-parts", "project", place_code=code, span=12),
        charts.show(data, "dumbbell", "territory-ways", place=code),
        amounts.card(data, money, "territory-money", place_code=code),
        places.results_table(data, frames.told(found), "territory-results", by="place"),
    ]


def _course(data: Data, found: pd.DataFrame) -> list[html.Section]:
    """Return the chosen indicator over time, or the most telling one, and where the territory is."""
    chosen = most_telling(data, found)
    if not chosen:
        return []
    code = data.view.place
    country_code = data.catalogue.places[code].country_code
    return [
        charts.show(data, "course", "territory-course", span=6, indicator=chosen, place=code),
        charts.show(
            data,
            "country_map",
            "territory-map",
            span=6,
            indicator=chosen,
            country=country_code,
            place=code,
        ),
    ]


def most_telling(data: Data, found: pd.DataFrame) -> str:
    """Return the indicator that a chart of a place is of: the chosen one, else one with a target."""
    told = found[found["low"].notna()]
    if data.view.indicator in set(told["indicator_code"]):
        return data.view.indicator
    headline = {row.indicator_code for row in data.indicators() if row.is_headline}
    rows = told.to_dict("records")
    best = max(
        rows,
        key=lambda row: (row["target"] == row["target"], row["indicator_code"] in headline),
        default=None,
    )
    return str(best["indicator_code"]) if best else ""
