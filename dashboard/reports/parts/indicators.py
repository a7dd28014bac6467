"""Indicators in detail: their charts, and the numbers of every one over time and by category."""

import math
from collections.abc import Iterator

import pandas as pd

from dashboard import figures, frames, sentences
from dashboard.reports import cells
from dashboard.reports.context import Context
from dashboard.reports.document import Block, Cell, Chart, Column, Group, Heading, Table
from dashboard.reports.parts.results import about
from dashboard.reports.parts.summary import trend_of
from dashboard.sentences import Row
from schemas import words


def detail(of: Context) -> tuple[Block, ...]:
    """Return each indicator over time, and by what it was disaggregated."""
    return tuple(block for row in of.told for block in _charts(of, row))


def _charts(of: Context, row: Row) -> Iterator[Block]:
    """Yield the charts of an indicator under its name; a single point makes no trend."""
    code = str(row["indicator_code"])
    unit = sentences.unit_of(of.data, row)
    series = of.trends[code]
    charts = []
    if series[series["low"].notna()]["period_end"].nunique() > 1:
        title = of.text("Over time, against the target path")
        charts.append(Chart(f"trend-{code}", title, trend_of(of, row), about(of, series, unit)))
    for (other, dimension), found in of.breakdowns.items():
        if other == code:
            charts.append(_breakdown(of, code, dimension, found, unit))
    if charts:
        yield Heading(of.data.name(of.indicator(code)))
        yield from charts


def _breakdown(of: Context, code: str, dimension: str, found: pd.DataFrame, unit: str) -> Chart:
    figure = figures.category_bars(
        found,
        names={
            category: sentences.category(of.data, dimension, category)
            for category in found["category_code"]
        },
        unit=unit,
        language=of.language,
        coverage=float(found["coverage"].iloc[0]) if len(found) else math.nan,
    )
    name = of.data.name(of.data.catalogue.dimensions[dimension])
    return Chart(
        f"{dimension}-{code}",
        of.text("By {dimension}", dimension=name.lower()),
        figure,
        about(of, frames.of_indicator(of.data, code), unit),
    )


# --- The numbers of the charts --------------------------------------------------------------------


def series(of: Context) -> tuple[Block, ...]:
    """Return every indicator over time: so far, in each period, and by the target path."""
    groups = tuple(
        Group(tuple(_point(of, row, one) for one in of.trends[code].to_dict("records")), name, code)
        for row in of.told
        for code, name in [_group(of, row)]
        if len(of.trends[code])
    )
    if not groups:
        return ()
    heads = (
        Column(of.text("Period"), 1.4),
        Column(of.text("So far"), 1, is_number=True, has_ends=True),
        Column(of.text("In the period"), 1, is_number=True, has_ends=True),
        Column(of.text("Expected by the target path"), 1, is_number=True),
        Column(of.text("Projects that report"), 0.8, is_number=True),
    )
    return (Table("series", of.text("Series"), heads, groups, grouped_by=of.text("Indicator")),)


def _group(of: Context, row: Row) -> tuple[str, str]:
    """Return code and name of an indicator, the name with its unit."""
    code = str(row["indicator_code"])
    return code, f"{of.data.name(of.indicator(code))} ({sentences.unit_of(of.data, row)})"


def _point(of: Context, row: Row, one: Row) -> tuple[Cell, ...]:
    """Return one period of an indicator; `one` is a row of its trend."""
    data, how = of.data, str(one["qualifier"] or "=")
    told = {**row, "currency": one["currency"]}
    so_far = (
        cells.none(sentences.why(str(one["reason"]), of.language))
        if math.isnan(one["low"])
        else cells.value(data, told, one["low"], one["high"], how=how)
    )
    return (
        cells.period(one["period_start"], one["period_end"], of.language),
        so_far,
        cells.value(data, told, one["in_period_low"], one["in_period_high"], how=how),
        cells.value(data, told, one["target_path"]),
        cells.count(one["projects_reporting"], of.language),
    )


def disaggregations(of: Context) -> tuple[Block, ...]:
    """Return every indicator by the categories that were reported, with how much of it they cover."""
    rows: dict[str, list[tuple[Cell, ...]]] = {}
    for (code, dimension), found in of.breakdowns.items():
        told = [_part(of, code, dimension, one) for one in found.to_dict("records")]
        rows.setdefault(code, []).extend(told)
    groups = tuple(
        Group(tuple(rows[code]), name, code)
        for row in of.told
        for code, name in [_group(of, row)]
        if code in rows
    )
    if not groups:
        return ()
    heads = (
        Column(of.text("Dimension"), 1.4),
        Column(of.text("Category"), 1.8),
        Column(of.text("Actual"), 1, is_number=True, has_ends=True),
        Column(of.text("Share"), 0.8, is_number=True),
        Column(of.text("Known of the total"), 0.8, is_number=True),
    )
    title = of.text("Disaggregations")
    return (Table("disaggregations", title, heads, groups, grouped_by=of.text("Indicator")),)


def _part(of: Context, code: str, dimension: str, one: Row) -> tuple[Cell, ...]:
    """Return one category of an indicator."""
    data, category = of.data, str(one["category_code"])
    row = {"indicator_code": code, "currency": ""}
    how = str(one["qualifier"] or "=")
    return (
        cells.text(data.name(data.catalogue.dimensions[dimension]), code=dimension),
        cells.text(sentences.category(data, dimension, category), code=category),
        cells.value(data, row, one["low"], one["high"], how=how),
        cells.share(one["share"], of.language),
        cells.share(one["coverage"], of.language),
    )


def in_period(of: Context) -> tuple[Block, ...]:
    """Return what was reported within the period of the report; nothing where it is of all time."""
    if of.request.period is None:
        return ()
    first, last = map(pd.Timestamp, of.request.period)
    rows = []
    for row in of.told:
        code = str(row["indicator_code"])
        own = of.trends[code]
        own = own[(own["period_start"] >= first) & (own["period_end"] <= last)]
        for one in own[own["in_period_low"].notna()].to_dict("records"):
            name = cells.named(of.data, code, sentences.unit_of(of.data, row))
            rows.append((name, *_point(of, row, one)[:3]))
    if not rows:
        return ()
    heads = (
        Column(of.text("Indicator"), 2.6, under=of.text("Unit")),
        Column(of.text("Period"), 1.4),
        Column(of.text("So far"), 1, is_number=True, has_ends=True),
        Column(of.text("In the period"), 1, is_number=True, has_ends=True),
    )
    title = words.period(first.date(), last.date(), of.language)
    return (Table("period", title, heads, (Group(tuple(rows)),)),)
