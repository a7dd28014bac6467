"""The countries of a programme, each with its territories, projects and statuses."""

from typing import Any

from dash import html

from dashboard import frames, kept, sentences, territories, views
from dashboard.components import cards, charts, filters, places, programmes, tables
from dashboard.frames import Data
from dashboard.views import address
from schemas import database, words
from schemas.codes import GOOD
from schemas.words import N_

DESCRIPTION = N_("The countries of the programme, with their territories, projects and statuses.")


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Countries and territories", language)


def layout(**arguments: Any) -> Any:
    """Return a table of the countries, their territories on the map, and where their indicators stand."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = kept.data(conn, view)
    if data.programme is None:
        return programmes.nothing_yet(data.language)
    language = data.language
    heading = words.text("Countries", language)
    shown = frames.most_telling(data, "place_code")
    located = [charts.show(data, "map", "countries-map", indicator=shown)] if shown else []
    return [
        *programmes.head(data, title(language), lead=_lead(data), path="/countries"),
        filters.row(
            filters.programme(data),
            filters.until(data, frames.period_ends(data)),
            language=language,
        ),
        html.Div(
            [
                cards.card(heading, "countries", _table(data, heading)),
                *located,
                charts.show(data, "statuses", "countries-statuses", by="country"),
            ],
            className="grid",
        ),
        programmes.withheld_note(data),
    ]


def _lead(data: Data) -> str:
    projects = [row.project_code for row in data.projects()]
    return sentences.headline(data, frames.results(data, []), projects)


def _table(data: Data, caption: str) -> html.Div:
    language = data.language
    found = frames.told(frames.results(data, ["country_code"]))
    rows: list[list[tables.Cell]] = []
    for code in data.countries():
        projects = [
            row for row in data.projects() if code in data.catalogue.countries_of(row.project_code)
        ]
        own = found[found["country_code"] == code]
        stand = own[own["status"] != ""]
        good = int(stand["status"].isin(GOOD).sum())
        rows.append(
            [
                {
                    "t": data.place_name(code),
                    "href": address(f"/country/{code}", places.kept(data)),
                },
                places.place_cell(data, territories.within(data, code)),
                {"t": words.number(len(projects), language), "number": True},
                {"t": words.number(int(own["low"].notna().sum()), language), "number": True},
                {"t": words.number(len(stand), language), "number": True},
                {"t": words.number(good, language), "number": True},
            ]
        )
    heads: list[tables.Cell] = [
        words.text("Country", language),
        words.text("Territories", language),
        *(
            {"t": head, "number": True}
            for head in (
                words.text("Projects", language),
                words.text("Indicators reported", language),
                words.text("With a status", language),
                words.text("Achieved or on track", language),
            )
        ),
    ]
    return tables.table(caption, heads, rows, is_stacked=True)
