"""Key figures in few lines: a value, how far it is on its way, its status, and what it rests on."""

import math
from typing import Any

import pandas as pd
from dash import html

from dashboard import frames, sentences
from dashboard.components import marks, results
from dashboard.components.results import Row
from dashboard.frames import Data
from dashboard.views import address
from schemas import words


def key_figures(data: Data, found: pd.DataFrame, *, most: int = 6) -> html.Div | None:
    """Return the key figures among some results; None where there are none.

    Headline results come first; those that nobody has reported make room for others.
    """
    rows = [row for row in frames.headline(data, found, most=3 * most) if _is_worth_it(row)]
    if not rows:
        return None
    return html.Div([_card(data, row) for row in rows[:most]], className="kpis kpis-slim")


def _is_worth_it(row: Row) -> bool:
    return not (math.isnan(row["low"]) and math.isnan(row["target"]))


def _card(data: Data, row: Row) -> html.A:
    indicator = data.catalogue.indicators[row["indicator_code"]]
    shown = sentences.actual(data, row)
    kind = "kpi-value is-long" if len(shown) > results.LONGEST_NUMBER else "kpi-value"
    unit = sentences.unit_beside(data, row)
    value: Any = [shown, html.Span(unit, className="kpi-unit")] if shown and unit else shown or "–"
    return html.A(
        [
            html.P(data.name(indicator), className="kpi-label"),
            html.P(value, className=kind),
            *(_way(data, row) if shown else [html.P(results.why_empty(data, row))]),
            html.P(_rests_on(data, row), className="kpi-coverage"),
        ],
        href=_page(data, row),
        className="kpi",
    )


def _page(data: Data, row: Row) -> str:
    return address(
        f"/indicator/{row['indicator_code']}", data.view, indicator="", project="", place="", by=""
    )


def _way(data: Data, row: Row) -> list[Any]:
    """Return how far a result is on its way to the target: bar, share, status."""
    language, status = data.language, str(row["status"])
    share, of_target = sentences.target_note(data, row)
    if not of_target:
        return [html.P(words.text("no target", language), className="kpi-note")]
    note: Any = [html.Strong(share), " ", of_target] if share else of_target
    parts = [
        marks.bar(row["progress_low"], status, language, expected=row["expected"]),
        html.P(note, className="kpi-note"),
        marks.status(status, language, title=sentences.status_inputs(data, row)),
    ]
    if said := sentences.compared(data, row):
        parts.append(html.P(said, className="kpi-change"))
    return parts


def _rests_on(data: Data, row: Row) -> str:
    """Return how many projects report a result, and until when."""
    told = [sentences.coverage(data, row)]
    if not pd.isna(row["period_end"]):
        day = words.day(pd.Timestamp(row["period_end"]).date(), data.language)
        told.append(words.text("values to {day}", data.language, day=day))
    return " · ".join(part for part in told if part)
