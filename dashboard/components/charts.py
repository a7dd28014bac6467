"""Cards of charts: what `dashboard.charts` made, as it stands on a page."""

from typing import Any

from dash import html

from dashboard import charts, frames
from dashboard.charts import Chart, Entry, Panel
from dashboard.components import cards, marks, tables
from dashboard.frames import Data
from dashboard.views import address
from schemas import words

WIDTHS = {12: 1040, 8: 680, 6: 490, 4: 310}
"Pixels of a card's inside by its columns, on a wide screen: for what is drawn before that is known."

PANEL = 310
"Pixels of one of several panels."


def files(data: Data, table: str, **changes: object) -> dict[str, str]:
    """Return where a table can be downloaded, by the word on the link."""
    return {
        ending.upper(): address(f"/download/{table}.{ending}", data.view, **changes)
        for ending in ("csv", "xlsx")
    }


def show(
    data: Data, kind: str, key: str, *, span: int = 12, title: str = "", **changes: object
) -> html.Section:
    """Return the card of a chart; `changes` are those of the page's view, `key` names its parts."""
    return card(charts.make(data, kind, **changes), key, data.language, span=span, title=title)


def card(chart: Chart, key: str, language: str, *, span: int = 12, title: str = "") -> html.Section:
    """Return a chart with what it says, what it is about, its table twin and its files."""
    title = title or chart.title
    is_many = len(chart.panels) != 1
    size = "graph-map" if chart.kind in ("map", "country_map") else ""
    drawn = (
        html.Div(
            [_panel(panel, f"{key}-{place}") for place, panel in enumerate(chart.panels)],
            className="multiples",
        )
        if is_many
        else cards.graph(
            chart.panels[0].figure,
            key,
            width=WIDTHS[span],
            size=size,
            behind=chart.panels[0].behind,
        )
    )
    listed = [html.Ul([_entry(one, language) for one in chart.entries], className="places")]
    return cards.card(
        title,
        key,
        drawn,
        *(listed if chart.entries else []),
        tables.twin(chart.table, language, caption=chart.lead or title),
        cards.foot(chart.about, [_taken(chart, language)]),
        lead=chart.lead,
        span=span,
        aside=legend(chart),
    )


def _taken(chart: Chart, language: str) -> html.Details:
    """Return the ways to take a chart along: its table, its image, its address to embed."""
    alone = html.A(
        [marks.icon("external"), words.text("Open alone, to embed", language)],
        href=chart.address,
        className="tool",
        target="_blank",
    )
    return html.Details(
        [
            html.Summary([marks.icon("download"), words.text("Download", language)]),
            html.Div([*cards.downloads(chart.files), alone], className="menu"),
        ],
        className="taken",
    )


def legend(chart: Chart) -> html.Div | None:
    """Return a chart's legend; None where it needs none."""
    if not chart.keys:
        return None
    return html.Div(
        [
            html.Span([html.Span(className=f"key-{name}"), word], className="key")
            for name, word in chart.keys
        ],
        className="legend",
    )


def _panel(panel: Panel, key: str) -> html.Figure:
    number = html.Strong(panel.value or "–")
    value: list[Any] = [
        html.A(number, href=panel.href, className="value") if panel.href else number
    ]
    if panel.target:
        value.append(f" / {panel.target}")
    return html.Figure(
        [
            html.Figcaption(
                [
                    html.Span(panel.name, className="multiple-name"),
                    html.Span(value, className="multiple-value"),
                ],
                className="multiple-head",
            ),
            cards.graph(panel.figure, key, width=PANEL, size="graph-small", behind=panel.behind),
        ],
        className="multiple",
    )


def _named(entry: Entry) -> Any:
    return html.A(entry.name, href=entry.page) if entry.page else entry.name


def _entry(entry: Entry, language: str) -> html.Li:
    shown = (
        html.A(entry.value, href=entry.href, className="number value")
        if entry.href
        else html.Span(entry.value, className="number")
    )
    return html.Li(
        [
            html.Span(
                marks.hidden(marks.status_word(entry.status, language)),
                className=f"status status-{entry.status or 'none'}",
            ),
            html.Div([html.Strong(_named(entry)), html.Span(entry.within)]),
            shown,
        ],
        className="place",
    )


MOST_BREAKDOWNS = 4


def over_time_and_by(data: Data, indicator_code: str, key: str) -> list[html.Section]:
    """Return one indicator over time, and by the categories of each dimension that was reported."""
    dimensions = data.catalogue.dimensions_of.get(indicator_code, ())
    reported = [code for code in dimensions if len(frames.told_by(data, indicator_code, code))][
        :MOST_BREAKDOWNS
    ]
    spans = [6] * len(reported)
    if len(reported) % 2:
        spans[-1] = 12 if len(reported) > 1 else 4
    width = 8 if len(reported) == 1 else 12
    return [
        show(data, "trend", f"{key}-trend", span=width, indicator=indicator_code),
        *(
            show(data, "breakdown", f"{key}-{code}", span=span, indicator=indicator_code, by=code)
            for code, span in zip(reported, spans, strict=True)
        ),
    ]
