"""The 17 goals, each with the statuses of the indicators that are linked to it."""

from typing import Any

from dash import html

from dashboard import frames, kept, views
from dashboard.components import cards, charts, filters, goals, programmes
from schemas import database, impact, words
from schemas.words import N_

DESCRIPTION = N_("The Sustainable Development Goals that the programme's indicators are linked to.")


def title(language: str) -> str:
    """Return the page's title."""
    return words.text("Sustainable Development Goals", language)


def layout(**arguments: Any) -> Any:
    """Return the goals' tiles, and how many of their indicators have which status."""
    view = views.read(arguments)
    with database.connect() as conn:
        data = kept.data(conn, view)
    if data.programme is None:
        return programmes.nothing_yet(data.language)
    language = data.language
    found = frames.by_goal(data, frames.told(frames.results(data, [])))
    counts = impact.status_counts(found, ["sdg_goal"])
    parts: list[Any] = [
        cards.card(
            words.text("The 17 goals", language),
            "sdgs-goals",
            goals.tiles(data, counts),
            lead=goals.lead(language),
        )
    ]
    if len(found):
        parts.append(charts.show(data, "statuses", "sdgs-statuses", by="goal"))
    return [
        *programmes.head(data, title(language)),
        filters.row(
            filters.programme(data),
            language=language,
        ),
        html.Div(parts, className="grid"),
    ]
