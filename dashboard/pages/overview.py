"""The overview: what a programme has achieved, where, who stands where, and what changed lately."""

from typing import Any

from dash import html
from sqlalchemy import Connection

from dashboard import access, changes, frames, history, kept, publishing, queries, sentences, views
from dashboard.components import (
    achievements,
    cards,
    charts,
    filters,
    goals,
    lately,
    marks,
    places,
    programmes,
    reporting,
)
from dashboard.frames import Data
from dashboard.queries import Record
from dashboard.views import address
from schemas import database, impact, words
from schemas.codes import Measure
from schemas.words import N_

DESCRIPTION = N_(
    "What the demonstrative actions and pilots have achieved against their targets, by country and"
    " by Sustainable Development Goal."
)

MOST_KEY_FIGURES = 6

LOOKED_AT = 40
"The newest submissions, among which the last of each project are found."


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Impact overview", language)


def layout(**arguments: Any) -> Any:
    """Return the headline, key figures, the map, what changed lately, countries and goals."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = kept.data(conn, view)
        if data.programme is None:
            return programmes.nothing_yet(data.language)
        changed = kept.told_of(data, "lately", lambda: _lately(conn, data))
        told = kept.told_of(data, "reporting", lambda: reporting.told(conn, data))
        public = publishing.line(data, "programme", data.view.programme)
    language, totals = data.language, frames.results(data, [])
    projects = [row.project_code for row in data.projects()]
    is_empty = data.reported.empty
    head = [
        *programmes.head(
            data,
            title(language),
            lead="" if is_empty else sentences.headline(data, totals, projects),
            tools=cards.reports("summative", data.view.programme, data.view.programme, language),
            path="/",
        ),
        *public,
        *([line] if (line := reporting.line(data, told)) else []),
        _filters(data),
    ]
    if is_empty:
        return [*head, programmes.no_values(data), _about(data)]
    return [
        *head,
        achievements.key_figures(data, totals, most=MOST_KEY_FIGURES),
        html.Div(_cards(data, changed), className="grid"),
        _about(data),
        programmes.withheld_note(data),
    ]


def _lately(conn: Connection, data: Data) -> html.Section:
    """Return the last decisions, with the results that are others since: beside the map, if there is one."""
    scope = access.scope()
    handed_in = queries.submissions(conn, scope, as_of=data.view.known_at, limit=LOOKED_AT)
    last = lately.last_of(data, handed_in)
    moments = lately.moments(last)
    moved = history.moved(conn, moments, list(map(int, last["submission_id"])))
    before = history.before(conn, scope, moments, moved)
    span = 4 if frames.most_telling(data, "country_code") else 12
    return lately.card(data, last, changes.since(data, before, moved), span=span)


def _cards(data: Data, changed: html.Section) -> list[Any]:
    shown = frames.most_telling(data, "country_code")
    parts = places.contributions(data, "overview-parts", "country")
    found = [
        *([charts.show(data, "map", "overview-map", span=8, indicator=shown)] if shown else []),
        changed,
    ]
    if shown:
        found.append(
            charts.show(data, "multiples", "overview-countries", indicator=shown, by="country")
        )
    found.append(
        charts.show(data, "statuses", "overview-statuses", span=6 if parts else 12, by="country")
    )
    return [*found, *parts, kept.told_of(data, "goals", lambda: _goals(data))]


def _headline(data: Data) -> list[Record]:
    """Return the indicators that a chart of the overview can be of: headline ones first."""
    reported = set(data.reported["indicator_code"])
    rows = [
        row
        for row in data.indicators()
        if row.indicator_code in reported and row.measure != Measure.TEXT
    ]
    headline = [row for row in rows if row.is_headline]
    return headline or rows


def _filters(data: Data) -> html.Div:
    language = data.language
    options = {row.indicator_code: data.name(row) for row in _headline(data)}
    return html.Div(
        filters.row(
            filters.programme(data),
            filters.choice(
                "indicator",
                words.text("Indicator on the charts", language),
                {"": words.text("Automatic", language), **options},
                data.view.indicator,
            ),
            filters.until(data, frames.period_ends(data)),
            language=language,
        ),
        className="filters-slim",
    )


def _goals(data: Data) -> html.Section:
    found = frames.by_goal(data, frames.told(frames.results(data, [])))
    return cards.card(
        words.text("Contribution to the Sustainable Development Goals", data.language),
        "overview-goals",
        html.Div(
            goals.tiles(data, impact.status_counts(found, ["sdg_goal"])), className="sdg-strip"
        ),
        lead=goals.lead(data.language),
    )


def _about(data: Data) -> html.P:
    """Return what the programme is, and the way to every indicator at one glance."""
    description = words.name(data.programme.description, data.language)
    board = html.A(
        [marks.icon("table"), words.text("Every indicator in every territory", data.language)],
        href=address("/board", places.kept(data)),
        className="tool",
    )
    return html.P([description, " ", board], className="page-about")
