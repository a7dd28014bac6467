"""Workbooks: templates to download, a place to hand them in, and what became of each."""

from typing import Any

import pandas as pd
from dash import html

from dashboard import access, frames, queries, sentences, views
from dashboard.components import cards, programmes, tables, templates, uploads
from dashboard.frames import Data
from schemas import database, words

DESCRIPTION = "Download a template, hand in a workbook, and see what became of it."


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Submissions", language)


def layout(**arguments: Any) -> Any:
    """Return the templates, the place to hand in, and the list of submissions."""
    view = views.read(arguments)
    language = access.language()
    with database.connect() as conn:
        data = frames.load(conn, access.scope(), view, language, indicator_codes=[])
        found = queries.submissions(conn, access.scope())
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
        ),
        html.Div([uploads.card(data), templates.card(data, periods)], className="grid"),
        _list(data, found),
    ]


def _list(data: Data, found: pd.DataFrame) -> html.Section:
    language = data.language
    heading = words.text("What was handed in", language)
    if found.empty:
        return cards.card(
            heading,
            "submissions-list",
            cards.empty(
                words.text("No workbook yet", language),
                words.text("The first one that is handed in is listed here.", language),
            ),
        )
    rows: list[list[tables.Cell]] = [
        [
            {"t": row["file_name"], "href": f"/submissions/{row['submission_id']}"},
            _project(data, row),
            {"t": words.day(row["received_at"].date(), language), "className": "nowrap"},
            {"t": words.number(row["values_found"], language), "number": True},
            _findings(row, language),
            {
                "t": words.text(sentences.STATES[row["state"]], language),
                "badge": row["state"],
            },
        ]
        for row in found.to_dict("records")
    ]
    heads: list[tables.Cell] = [
        words.text("File", language),
        words.text("Project or programme", language),
        words.text("Received", language),
        {"t": words.text("Values", language), "number": True},
        words.text("Findings", language),
        words.text("State", language),
    ]
    return cards.card(
        heading, "submissions-list", tables.table(heading, heads, rows, is_stacked=True)
    )


def _project(data: Data, row: dict[Any, Any]) -> tables.Cell:
    code = row["project_code"]
    if code in data.catalogue.projects:
        return {"t": data.name(data.catalogue.projects[code]), "href": f"/project/{code}"}
    programme = data.catalogue.programmes.get(row["programme_code"])
    return (
        data.name(programme) if programme else {"missing": words.text("not known", data.language)}
    )


def _findings(row: dict[Any, Any], language: str) -> str:
    parts = []
    if row["errors"]:
        parts.append(words.plural("{count} error", "{count} errors", int(row["errors"]), language))
    if row["warnings"]:
        parts.append(
            words.plural("{count} warning", "{count} warnings", int(row["warnings"]), language)
        )
    return ", ".join(parts) or "–"
