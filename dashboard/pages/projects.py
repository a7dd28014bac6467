"""The projects of a programme."""

from typing import Any

from dash import html

from dashboard import frames, kept, sentences, views
from dashboard.components import filters, programmes, tables
from dashboard.frames import Data
from schemas import database, words
from schemas.codes import GOOD
from schemas.words import N_

DESCRIPTION = N_(
    "The demonstrative actions, pilots and projects, where they run and where they stand."
)


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Projects", language)


def layout(**arguments: Any) -> Any:
    """Return a table of the projects."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = kept.data(conn, view)
    if data.programme is None:
        return programmes.nothing_yet(data.language)
    language = data.language
    countries = {code: data.place_name(code) for code in data.countries()}
    return [
        *programmes.head(data, title(language)),
        filters.row(
            filters.programme(data),
            filters.choice(
                "country",
                words.text("Country", language),
                {"": words.text("All countries", language)} | countries,
                view.country,
            ),
            language=language,
        ),
        html.Section(_table(data), className="card"),
    ]


def _table(data: Data) -> html.Div:
    language, known = data.language, data.catalogue
    found = frames.told(frames.results(data, ["project_code"]))
    rows: list[list[tables.Cell]] = []
    for row in data.projects():
        countries = known.countries_of(row.project_code)
        if data.view.country and data.view.country not in countries:
            continue
        own = found[found["project_code"] == row.project_code]
        good = int(own["status"].isin(GOOD).sum())
        rows.append(
            [
                {
                    "t": data.name(row),
                    "href": f"/project/{row.project_code}",
                    "sub": row.project_code,
                },
                words.text(sentences.PROJECT_KINDS[row.kind], language),
                words.joined(
                    (data.place_name(code) for code in known.places_of.get(row.project_code, ())),
                    language,
                ),
                words.joined((data.place_name(code) for code in countries), language),
                {"t": words.number(len(own), language), "number": True}
                if len(own)
                else {"missing": words.text("nothing reported", language), "number": True},
                {"t": words.number(good, language), "number": True},
            ]
        )
    heads: list[tables.Cell] = [
        *(
            words.text(head, language)
            for head in (N_("Project"), N_("Kind"), N_("Places"), N_("Country"))
        ),
        {"t": words.text("Indicators reported", language), "number": True},
        {"t": words.text("Achieved or on track", language), "number": True},
    ]
    return tables.table(title(language), heads, rows, is_stacked=True)
