"""The countries of a programme, each with its territories, projects and statuses."""

from typing import Any

from dash import html

from dashboard import access, frames, views
from dashboard.components import charts, filters, programmes, tables
from dashboard.frames import Data
from dashboard.views import address
from schemas import database, words

DESCRIPTION = "The countries of the programme, with their territories, projects and statuses."


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Countries", language)


def layout(**arguments: Any) -> Any:
    """Return a table of the countries, and the statuses of their indicators."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = frames.load(conn, access.scope(), view, access.language())
    if data.programme is None:
        return programmes.nothing_yet(data.language)
    names = {code: data.place_name(code) for code in data.countries()}
    return [
        *programmes.head(data, title(data.language)),
        filters.row(
            filters.choice(
                "programme",
                words.text("Programme", data.language),
                programmes.programme_options(data),
                data.view.programme,
            )
        ),
        html.Div(
            [
                html.Section(_table(data, names), className="card span-12"),
                charts.statuses(
                    data,
                    frames.results(data, ["country_code"]),
                    "country_code",
                    names,
                    "countries-statuses",
                    title=words.text("Where the indicators stand, by country", data.language),
                ),
            ],
            className="grid",
        ),
    ]


def _table(data: Data, names: dict[str, str]) -> html.Div:
    language, known = data.language, data.catalogue
    found = frames.told(frames.results(data, ["country_code"]))
    rows: list[list[tables.Cell]] = []
    for code, name in names.items():
        projects = [row for row in data.projects() if code in known.countries_of(row.project_code)]
        places = {
            data.place_name(place)
            for row in projects
            for place in known.places_of.get(row.project_code, ())
            if known.places[place].country_code == code and place != code
        }
        own = found[found["country_code"] == code]
        good = own["status"].isin(charts.GOOD).sum()
        rows.append(
            [
                {"t": name, "href": address(f"/country/{code}", data.view)},
                ", ".join(sorted(places)),
                {"t": words.number(len(projects), language), "number": True},
                {"t": words.number(len(own), language), "number": True},
                {"t": words.number(int(good), language), "number": True},
            ]
        )
    heads: list[tables.Cell] = [
        words.text("Country", language),
        words.text("Territories", language),
        {"t": words.text("Projects", language), "number": True},
        {"t": words.text("Indicators reported", language), "number": True},
        {"t": words.text("Achieved or on track", language), "number": True},
    ]
    return tables.table(title(language), heads, rows, is_stacked=True)
