"""Results as tables and key figures: baseline, target, actual, progress and status side by side."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from dash import html

from dashboard import frames, lineage, sentences
from dashboard.components import marks, tables
from dashboard.frames import Data
from dashboard.views import address
from schemas import words
from schemas.words import N_

Row = Mapping[Any, Any]


def _number(data: Data, row: Row, shown: str, part: str, why: str) -> tables.Cell:
    if shown:
        return {"t": shown, "number": True, "href": lineage.cells(data, row, part)}
    return {"missing": why, "number": True}


def actual_cell(data: Data, row: Row) -> tables.Cell:
    """Return the cell of an actual: the value, or why there is none."""
    if frames.is_withheld(data, row):
        return {"withheld": words.text("withheld", data.language), "number": True}
    why = sentences.why(str(row["reason"]), data.language)
    why = why or words.text("not reported", data.language)
    return _number(data, row, sentences.actual(data, row), "actual", why)


def goal_cell(data: Data, row: Row, name: str) -> tables.Cell:
    """Return the cell of a baseline or a target."""
    missing = N_("no baseline") if name == "baseline" else N_("no target")
    shown = sentences.goal(data, row, name)
    return _number(data, row, shown, name, words.text(missing, data.language))


def progress_cell(data: Data, row: Row) -> tables.Cell:
    """Return the cell of a progress bar with its share in words."""
    low = row["progress_low"]
    if math.isnan(low):
        return {"missing": sentences.why(str(row["status_reason"]), data.language)}
    return {
        "bar": low,
        "expected": None if math.isnan(row["expected"]) else row["expected"],
        "status": row["status"],
        "t": sentences.progress(data, row),
    }


def status_cell(data: Data, row: Row) -> tables.Cell:
    """Return the cell of a status, with what it rests on beside it."""
    cell: dict[str, Any] = {
        "status": row["status"],
        "t": marks.status_word(str(row["status"]), data.language),
    }
    if not row["status"] and row["status_reason"]:
        cell["sub"] = sentences.why(str(row["status_reason"]), data.language)
    if said := sentences.compared(data, row):
        cell["sub"] = " ".join([cell["sub"], said]) if "sub" in cell else said
    return cell


def indicator_cell(data: Data, row: Row) -> tables.Cell:
    """Return the cell that names an indicator and its unit, and leads to its page."""
    indicator = data.catalogue.indicators[row["indicator_code"]]
    return {
        "t": data.name(indicator),
        "href": f"/indicator/{indicator.indicator_code}",
        "sub": sentences.unit_below(data, indicator, sentences.unit_of(data, row)),
    }


LONGEST_UNIT = 4
"Letters of a unit that fits beside a large number: %, kg, FTE."

LONGEST_NUMBER = 9
"Letters of a number that fits a card on a phone in the large type."

HEADS = (N_("Baseline"), N_("Actual"), N_("Target"), N_("Progress"), N_("Status"))


def table(
    data: Data,
    found: pd.DataFrame,
    caption: str,
    *,
    first: Callable[[Row], tables.Cell] | None = None,
    first_head: str = N_("Indicator"),
    second: Callable[[Row], tables.Cell] | None = None,
    second_head: str = "",
    group: Callable[[Row], str] | None = None,
) -> html.Div:
    """Return results as a table; by default a row for each indicator, and no groups."""
    language = data.language
    name = first or (lambda row: indicator_cell(data, row))
    rows: list[Any] = []
    shown_group = ""
    for row in found.to_dict("records"):
        if group and (heading := group(row)) != shown_group:
            shown_group = heading
            rows.append({"group": heading})
        rows.append(
            [
                name(row),
                *([second(row)] if second else []),
                goal_cell(data, row, "baseline"),
                actual_cell(data, row),
                goal_cell(data, row, "target"),
                progress_cell(data, row),
                status_cell(data, row),
            ]
        )
    heads: list[tables.Cell] = [words.text(first_head, language)]
    if second:
        heads.append(words.text(second_head, language))
    heads += [
        {"t": words.text(head, language), "number": head in ("Baseline", "Actual", "Target")}
        for head in HEADS
    ]
    return tables.table(caption, heads, rows, is_stacked=True)


def key_figure(
    data: Data, row: Row, *, icon: str = "gauge", leads_to_cells: bool = False
) -> html.A:
    """Return the card of a result: its value, how far it is on its way, and how much it rests on.

    It leads to the page of its indicator, or from there to the cells behind the value.
    """
    indicator = data.catalogue.indicators[row["indicator_code"]]
    language = data.language
    shown = sentences.actual(data, row)
    share, of_target = sentences.target_note(data, row)
    parts: list[Any] = [
        html.P([html.Span(data.name(indicator)), marks.icon(icon)], className="kpi-label")
    ]
    if shown:
        unit = sentences.unit_beside(data, row)
        size = "kpi-value is-long" if len(shown) > LONGEST_NUMBER else "kpi-value"
        if len(unit) <= LONGEST_UNIT:
            parts.append(html.P([shown, html.Span(unit, className="kpi-unit")], className=size))
        else:
            parts.append(html.P(shown, className=size))
            parts.append(html.P(unit, className="kpi-change"))
    else:
        parts.append(html.P("–", className="kpi-value"))
        parts.append(html.P(why_empty(data, row), className="kpi-change"))
    if of_target and shown:
        parts.append(
            marks.bar(row["progress_low"], str(row["status"]), language, expected=row["expected"])
        )
        note: Any = [html.Strong(share), " ", of_target] if share else of_target
        parts.append(html.P(note, className="kpi-note"))
        inputs = sentences.status_inputs(data, row)
        parts.append(marks.status(str(row["status"]), language, title=inputs))
        if not row["status"]:
            parts.append(html.P(inputs, className="kpi-change"))
        if said := sentences.compared(data, row):
            parts.append(html.P(said, className="kpi-change"))
    elif shown:
        parts.append(html.P(words.text("no target", language), className="kpi-note"))
    if coverage := sentences.coverage(data, row):
        parts.append(html.P(coverage, className="kpi-coverage"))
    page = address(f"/indicator/{indicator.indicator_code}", data.view, indicator="", project="")
    cells = lineage.cells(data, row) if leads_to_cells else ""
    return html.A(parts, href=cells or page, className="kpi")


def why_empty(data: Data, row: Row) -> str:
    """Return why a result has no value."""
    if frames.is_withheld(data, row):
        return words.text("Withheld, because it rests on few people.", data.language)
    return sentences.why(str(row["reason"]) or "no_value", data.language)


ICONS = {
    "PPL": "users",
    "TRN": "book",
    "JOB": "briefcase",
    "SSE": "building",
    "COP": "user-check",
    "SVC": "user-check",
    "POL": "list-check",
    "FIN": "coin",
    "CUR": "coin",
}
"Icons of key figures by the first letters of their codes; any other gets a gauge."


def key_figures(data: Data, found: pd.DataFrame, *, most: int = 6) -> html.Div | None:
    """Return the cards of the key figures; None where there are none."""
    rows = frames.headline(data, found, most=most)
    if not rows:
        return None
    return html.Div(
        [
            key_figure(data, row, icon=ICONS.get(str(row["indicator_code"])[:3], "gauge"))
            for row in rows
        ],
        className="kpis",
    )


def levels(data: Data) -> Callable[[Row], str]:
    """Return the function that names the result level of a row."""

    def level(row: Row) -> str:
        code = frames.level_of(data, str(row["indicator_code"]), data.view.project)
        return words.text(sentences.LEVELS[code], data.language)

    return level
