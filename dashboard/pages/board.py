"""The progress board: every indicator in every territory, country or project, by its status."""

from typing import Any

from dash import html

from dashboard import charts, frames, kept, sentences, theme, views
from dashboard.charts import places
from dashboard.components import board, cards, filters, marks, programmes
from dashboard.frames import Data
from schemas import database, words
from schemas.words import N_

DESCRIPTION = N_(
    "Every indicator in every territory, country or project: achieved, on track or behind, at one"
    " glance."
)


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Progress board", language)


def layout(**arguments: Any) -> Any:
    """Return the board with its filters and its key."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = kept.data(conn, view)
    if data.programme is None:
        return programmes.nothing_yet(data.language)
    head = programmes.head(
        data, title(data.language), lead=words.text(DESCRIPTION, data.language), path="/board"
    )
    if data.reported.empty:
        return [*head, _filters(data), programmes.no_values(data)]
    return [
        *head,
        _filters(data),
        html.Div([_card(data)], className="grid"),
        programmes.withheld_note(data),
    ]


def _card(data: Data) -> html.Section:
    language = data.language
    view = data.view
    chosen = {"by": view.by, "level": view.level, "goal": view.goal, "status": view.status}
    chart = charts.make(data, "board", **chosen)
    by, names, found = places.on_board(data, chart.view)
    if not names:
        nothing = cards.empty(
            words.text("Nothing is like that", language),
            words.text("No indicator has what the filters ask for.", language),
        )
        return cards.card(chart.title, "board", nothing)
    alone = html.A(
        [marks.icon("external"), words.text("Open as an image, to embed", language)],
        href=chart.address,
        className="tool",
        target="_blank",
    )
    tools = [*cards.downloads(chart.files), alone]
    return cards.card(
        chart.title,
        "board",
        board.key(data, found),
        board.table(data, found, by, names, chart.title),
        cards.foot(chart.about, tools),
        lead=chart.lead,
    )


def _filters(data: Data) -> html.Div:
    language, view = data.language, data.view
    return filters.row(
        filters.programme(data),
        filters.choice(
            "by",
            words.text("Columns", language),
            {
                "": words.text("Territories", language),
                "country": words.text("Countries", language),
                "project": words.text("Projects", language),
            },
            view.by,
        ),
        filters.choice(
            "level", words.text("Result level", language), _levels(language), view.level
        ),
        filters.choice(
            "goal",
            words.text("Goal", language),
            {"": words.text("All goals", language)} | _goals(data),
            view.goal,
        ),
        filters.choice("status", words.text("Status", language), _statuses(language), view.status),
        filters.until(data, frames.period_ends(data)),
        language=language,
    )


def _goals(data: Data) -> dict[str, str]:
    """Return the goals that indicators of the programme are linked to."""
    linked = {
        goal for row in data.indicators() for goal in data.catalogue.goals_of(row.indicator_code)
    }
    return {
        str(goal): words.text(
            "{goal} {name}",
            data.language,
            goal=goal,
            name=words.name(row.short_names, data.language),
        )
        for goal, row in data.catalogue.goals.items()
        if goal in linked
    }


def _levels(language: str) -> dict[str, str]:
    named = {level: words.text(sentences.LEVELS[level], language) for level in frames.LEVELS}
    return {"": words.text("All levels", language)} | named


def _statuses(language: str) -> dict[str, str]:
    named = {status: marks.status_word(status, language) for status in theme.STATUS}
    none = {"none": marks.status_word("", language)}
    return {"": words.text("All statuses", language)} | named | none
