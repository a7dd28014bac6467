"""The indicators of a programme, by result level."""

from typing import Any

from dash import html

from dashboard import frames, kept, sentences, views
from dashboard.components import cards, charts, filters, programmes, results, tables
from dashboard.frames import Data
from schemas import database, words
from schemas.words import N_

DESCRIPTION = N_(
    "The indicators of the programme: unit, result level, goals, and where each stands."
)


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Indicators", language)


def layout(**arguments: Any) -> Any:
    """Return a table of the indicators with their totals."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = kept.data(conn, view)
    if data.programme is None:
        return programmes.nothing_yet(data.language)
    language = data.language
    return [
        *programmes.head(data, title(language)),
        filters.row(
            filters.programme(data),
            filters.choice(
                "level",
                words.text("Result level", language),
                {"": words.text("All levels", language)}
                | {level: words.text(sentences.LEVELS[level], language) for level in frames.LEVELS},
                view.level,
            ),
            language=language,
        ),
        html.Section(
            [
                _table(data),
                cards.foot(
                    [sentences.as_of(data), sentences.source(data)],
                    cards.downloads(charts.files(data, "indicators")),
                ),
            ],
            className="card",
        ),
        programmes.withheld_note(data),
    ]


def _table(data: Data) -> html.Div:
    language = data.language
    by_code = {row["indicator_code"]: row for row in frames.results(data, []).to_dict("records")}
    rows: list[Any] = []
    for level in frames.LEVELS:
        own = [row for row in data.indicators() if row.level == level]
        if own and data.view.level in ("", level):
            rows.append({"group": words.text(sentences.LEVELS[level], language)})
            rows += [_row(data, row, by_code.get(row.indicator_code)) for row in own]
    heads: list[tables.Cell] = [
        words.text("Indicator", language),
        words.text("SDGs", language),
        {"t": words.text("Actual", language), "number": True},
        words.text("Progress", language),
        words.text("Status", language),
    ]
    return tables.table(title(language), heads, rows, is_stacked=True)


def _row(data: Data, indicator: Any, result: Any) -> list[tables.Cell]:
    language = data.language
    name: tables.Cell = {
        "t": data.name(indicator),
        "href": f"/indicator/{indicator.indicator_code}",
        "sub": sentences.unit_below(data, indicator),
    }
    goals: tables.Cell = {"tiles": list(data.catalogue.goals_of(indicator.indicator_code))}
    if result is None:
        missing = words.text("not reported", language)
        return [
            name,
            goals,
            {"missing": missing, "number": True},
            {"missing": missing},
            {"missing": missing},
        ]
    return [
        name,
        goals,
        results.actual_cell(data, result),
        results.progress_cell(data, result),
        results.status_cell(data, result),
    ]
