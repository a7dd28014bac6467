"""What belongs to a comparison: its table, what stands against it, and where to begin."""

from typing import Any

import pandas as pd
from dash import html

from dashboard import frames, sentences
from dashboard.charts import comparisons
from dashboard.components import cards, marks, results, tables
from dashboard.frames import Data
from dashboard.views import View, address
from schemas import words
from schemas.totals import months_before
from schemas.words import N_

PAGES = {"place_code": "territory", "project_code": "project", "country_code": "country"}

HEADS = (N_("Baseline"), N_("Actual"), N_("Target"), N_("Progress"), N_("Status"))
AFTER = (N_("Projects reporting"), N_("Period"))


def table(data: Data, view: View) -> html.Div:
    """Return values, targets, status, coverage and period of each, a group for each indicator."""
    language, known = data.language, data.catalogue.indicators
    codes = [code for code in (view.indicator, view.other) if code in known]
    rows: list[Any] = []
    for code in codes:
        if len(codes) > 1:
            rows.append({"group": data.name(known[code])})
        rows += _rows(data, view, code)
    numbers = (N_("Baseline"), N_("Actual"), N_("Target"))
    heads: list[tables.Cell] = [words.text(BY_HEADS[comparisons.column(view)], language)]
    heads += [
        {"t": words.text(head, language), "number": head in numbers} for head in (*HEADS, *AFTER)
    ]
    caption = words.text("Side by side", language)
    return tables.table(caption, heads, rows, is_stacked=True)


BY_HEADS = {
    "place_code": N_("Territory"),
    "project_code": N_("Project"),
    "country_code": N_("Country"),
}


def _rows(data: Data, view: View, code: str) -> list[list[tables.Cell]]:
    language, by = data.language, comparisons.column(view)
    found = comparisons.told(data, view, code)
    there = {row[by]: row for row in found.to_dict("records")}
    rows = []
    for key, name in comparisons.chosen(data, view).items():
        page = View(programme=data.view.programme, until=data.view.until)
        first: tables.Cell = {"t": name, "href": address(f"/{PAGES[by]}/{key}", page)}
        row = there.get(key)
        if row is None:
            missing = words.text("not reported", language)
            rows.append([first, *({"missing": missing} for _ in (*HEADS, *AFTER))])
            continue
        rows.append(
            [
                first,
                results.goal_cell(data, row, "baseline"),
                results.actual_cell(data, row),
                results.goal_cell(data, row, "target"),
                results.progress_cell(data, row),
                results.status_cell(data, row),
                _coverage(data, row),
                _period(data, row),
            ]
        )
    return rows


def _coverage(data: Data, row: Any) -> tables.Cell:
    return words.text(
        "{reporting} of {expected}",
        data.language,
        reporting=words.number(int(row["projects_reporting"]), data.language),
        expected=words.number(int(row["projects_expected"]), data.language),
    )


def _period(data: Data, row: Any) -> tables.Cell:
    if pd.isna(row["period_start"]):
        return {"missing": words.text("not reported", data.language)}
    start, end = (pd.Timestamp(row[side]).date() for side in ("period_start", "period_end"))
    return sentences.period((start, end), data.language)


def cautions(data: Data, view: View) -> html.Section:
    """Return the card that says what stands against the comparison."""
    language = data.language
    found = comparisons.cautions(data, view)
    title = words.text("Can they be compared?", language)
    if not found:
        said = words.text("Nothing that is known stands against it.", language)
        return cards.card(title, "compare-cautions", html.P(said))
    count = sum(len(group) for _, group in found)
    lead = words.plural(
        "{count} thing to bear in mind.", "{count} things to bear in mind.", count, language
    )
    parts: list[Any] = []
    for name, group in found:
        if name and view.other:
            parts.append(html.H3(name, className="cautions-of"))
        parts.append(html.Ul([_caution(one) for one in group], className="cautions"))
    return cards.card(title, "compare-cautions", *parts, lead=lead)


def _caution(one: comparisons.Caution) -> html.Li:
    sign = "warning" if one.is_warning else "info"
    kind = "caution is-warning" if one.is_warning else "caution"
    return html.Li([marks.icon(sign), html.Span(one.text)], className=kind)


def outdated(data: Data) -> html.Div:
    """Return that the latest values are old, and the way to the same comparison on their day."""
    ends = frames.period_ends(data)
    if (
        data.view.until
        or not ends
        or ends[0] >= months_before(data.day, data.settings.round_months)
    ):
        return html.Div()
    day = words.day(ends[0], data.language)
    said = N_("The latest values are of {day}, so open targets have no status today.")
    link = html.A(
        words.text("Show the statuses of {day}", data.language, day=day),
        href=address("/compare", data.view, until=ends[0]),
    )
    return cards.notice(html.P([words.text(said, data.language, day=day), " ", link]))


def start(data: Data) -> html.Div:
    """Return what stands before anything is chosen: comparisons that are one click away."""
    language = data.language
    proposed = comparisons.proposals(data)
    if not proposed:
        return cards.empty(
            words.text("Nothing can be compared yet", language),
            words.text("As soon as two projects report the same indicator, they can be.", language),
        )
    links = [html.Li(_proposal(data, view)) for view in proposed]
    return html.Div(
        [
            marks.icon("chart-line"),
            html.P(words.text("Choose what to compare", language), className="empty-title"),
            html.P(
                words.text(
                    "Up to six territories, projects or countries, by one indicator or two."
                    " Or begin with one of these:",
                    language,
                )
            ),
            html.Ul(links, className="proposals"),
        ],
        className="empty",
    )


KINDS = {"place": N_("Territories"), "project": N_("Projects"), "country": N_("Countries")}
"What can be compared, as the address says it."


def _proposal(data: Data, view: View) -> html.A:
    names = comparisons.chosen(data, view).values()
    indicator = data.name(data.catalogue.indicators[view.indicator])
    return html.A(
        [
            html.Small(words.text(KINDS[view.by], data.language)),
            html.Strong(indicator),
            html.Span(" · ".join(names)),
        ],
        href=address("/compare", view),
        className="proposal",
    )
