"""Workbooks: templates to download, a place to hand them in, and what became of each."""

from typing import Any

import pandas as pd
from dash import html

from dashboard import access, frames, history, queries, views
from dashboard.access import Policy
from dashboard.components import cards, filters, programmes, templates, timeline, uploads
from dashboard.frames import Data
from dashboard.views import View
from schemas import database, words
from schemas.words import N_

DESCRIPTION = N_("Download a template, hand in a workbook, and see what became of it.")


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Submissions", language)


def layout(**arguments: Any) -> Any:
    """Return the templates, the place to hand in, and the list of submissions."""
    view = views.read(arguments)
    language = access.language()
    with database.connect() as conn:
        scope = access.scope()
        data = frames.without_values(conn, scope, view, language)
        found = queries.submissions(conn, scope, project_code=view.project, as_of=view.known_at)
        changes = history.changes(
            conn,
            scope,
            list(found["submission_id"]),
            project_code=view.project,
            as_of=view.known_at,
        )
        periods = queries.rounds(conn)
    if data.programme is None:
        return programmes.nothing_yet(language)
    return [
        cards.page_head(
            title(language),
            words.text(
                "A workbook is checked at once; every problem is named with its cell. Nothing counts"
                " before it is accepted.",
                language,
            ),
            tools=_tools(language),
        ),
        html.Div([uploads.card(data), templates.card(data, periods)], className="grid"),
        _list(data, view, found, changes),
    ]


def _tools(language: str) -> list[Any]:
    """Return the way to what waits and what is talked about, for those who are signed in."""
    if not access.may(Policy.ACCOUNT):
        return []
    word = words.text("Review and discussion", language)
    return [html.A(word, href="/work/review", className="button button-quiet")]


def _filters(data: Data, view: View) -> html.Div:
    language = data.language
    return filters.row(
        filters.choice(
            "project",
            words.text("What was handed in for", language),
            {"": words.text("All projects", language)}
            | {code: data.name(row) for code, row in data.catalogue.projects.items()},
            view.project,
        ),
        language=language,
    )


def _list(data: Data, view: View, found: pd.DataFrame, changes: pd.DataFrame) -> html.Section:
    language = data.language
    heading = words.text("What was handed in", language)
    if found.empty:
        return cards.card(
            heading,
            "submissions-list",
            _filters(data, view),
            cards.empty(
                words.text("No workbook yet", language),
                words.text("The first one that is handed in is listed here.", language),
            ),
        )
    return cards.card(
        heading,
        "submissions-list",
        _filters(data, view),
        timeline.table(
            data,
            found,
            changes,
            heading,
            project_code=view.project,
            may_decide=view.as_of is None and access.may(Policy.REVIEW),
        ),
    )
