"""The tiles of the Sustainable Development Goals, with the statuses of what is linked to them."""

import pandas as pd
from dash import html

from dashboard.components import charts, marks
from dashboard.frames import Data
from dashboard.views import View, address
from schemas import words


def lead(language: str) -> str:
    """Return what the numbers beside the tiles are."""
    return words.text(
        "Indicators linked to each goal: achieved, maintained or on track, of all that report. Grey"
        " goals are not addressed. A link is not an attribution.",
        language,
    )


def tiles(data: Data, counts: pd.DataFrame) -> html.Div:
    """Return the 17 goals; `counts` is `impact.status_counts` by sdg_goal."""
    by_goal: dict[int, dict[str, int]] = {}
    for row in counts.to_dict("records"):
        by_goal.setdefault(int(row["sdg_goal"]), {})[str(row["status"])] = int(row["count"])
    return html.Div(
        [_tile(data, goal, by_goal.get(goal, {})) for goal in data.catalogue.goals],
        className="sdgs",
    )


def _tile(data: Data, goal: int, counts: dict[str, int]) -> html.A:
    every = sum(counts.values())
    good = sum(count for status, count in counts.items() if status in charts.GOOD)
    name = words.name(data.catalogue.goals[goal].short_names, data.language)
    spoken = words.text(
        "{good} of {all} indicators achieved or on track", data.language, good=good, all=every
    )
    return html.A(
        [
            marks.sdg_tile(goal),
            html.Span(name, className="sdg-name"),
            html.Span(f"{good} / {every}" if every else "–", className="sdg-count"),
        ],
        href=address(f"/sdg/{goal}", View(programme=data.view.programme)),
        className=f"sdg sdg-{goal}" if every else f"sdg sdg-{goal} is-off",
        title=f"{name}: {spoken}" if every else name,
    )
