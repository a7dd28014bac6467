"""Charts of what leads to what: the main indicators of a project, and how one indicator is distributed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard import figures, frames, sentences
from dashboard.charts.chart import Chart, Panel, files, of_one_figure, panel_of, twin_of, unit_of
from dashboard.charts.results import BY, names_by
from dashboard.frames import Data
from dashboard.views import View
from schemas import words
from schemas.codes import GOOD, Level, Measure

MOST_MAIN = 6
"Small charts of a project's main indicators."

LEAST_SPREAD = 3
"Fewer values are no distribution."


def main_indicators(data: Data, found: pd.DataFrame) -> list[str]:
    """Return the indicators that say most of a project: those with a path first, by result level."""
    ranked = frames.by_level(data, found[found["low"].notna()])
    rows = [
        row
        for row in ranked.to_dict("records")
        if data.catalogue.indicators[row["indicator_code"]].measure != Measure.TEXT
        and frames.level_of(data, row["indicator_code"], data.view.project) != Level.INPUT
    ]
    own = {row.indicator_code for row in data.indicators() if row.is_headline}

    def rank(row: dict[Any, Any]) -> tuple[bool, bool]:
        return (row["target"] != row["target"], row["indicator_code"] not in own)

    return [str(row["indicator_code"]) for row in sorted(rows, key=rank)[:MOST_MAIN]]


def mains(data: Data, view: View) -> Chart:
    """Return the main indicators side by side over time, each on its own scale."""
    language = data.language
    found = frames.results(data, [])
    rows = {str(row["indicator_code"]): row for row in found.to_dict("records")}
    codes = main_indicators(data, found)
    panels = tuple(_panel(data, code, rows[code]) for code in codes)
    return Chart(
        "mains",
        view,
        words.text("The main indicators over time", language),
        _standing([str(rows[code]["status"]) for code in codes], language),
        panels,
        twin_of(panels),
        tuple(sentences.about(data, found[found["indicator_code"].isin(codes)])),
        files("mains", view, "results"),
    )


def _standing(statuses: Sequence[str], language: str) -> str:
    """Return how many of some indicators stand well, of those that have a status."""
    told = [status for status in statuses if status]
    if not told:
        return words.text("None of them has a status on this day.", language)
    return words.plural(
        "{good} of {count} that has a status is achieved, maintained or on track.",
        "{good} of {count} that have a status are achieved, maintained or on track.",
        len(told),
        language,
        good=words.number(sum(status in GOOD for status in told), language),
    )


def _panel(data: Data, code: str, row: dict[Any, Any]) -> Panel:
    series = frames.trend(data, code, []).assign(indicator_code=code)
    name = data.name(data.catalogue.indicators[code])
    figure = figures.small_multiples(
        series,
        frames.results(data, [], code),
        by="indicator_code",
        names={code: name},
        unit=unit_of(data, code, pd.DataFrame([row])),
        language=data.language,
    )[0]
    return panel_of(data, figure, row, name)


def spread(data: Data, indicator_code: str) -> str:
    """Return what an indicator has enough values of to be distributed: place, project, or nothing."""
    if indicator_code not in data.rules:
        return ""
    for by in ("place", "project"):
        found = frames.results(data, [BY[by]], indicator_code)
        if found["low"].notna().sum() >= LEAST_SPREAD and found["currency"].nunique() < 2:
            return by
    return ""


def distribution(data: Data, view: View) -> Chart:
    """Return how the values of one indicator lie over territories or projects."""
    code, language = view.indicator, data.language
    by = BY.get(view.by, "place_code")
    found = frames.results(data, [by], code)
    unit = unit_of(data, code, found)
    indicator = data.catalogue.indicators[code]
    has_scale = indicator.scale_min is not None and indicator.scale_max is not None
    figure = figures.distribution(
        found,
        by=by,
        names=names_by(data, replace(view, by=by.removesuffix("_code"))),
        unit=unit,
        language=language,
        scale=(indicator.scale_min, indicator.scale_max) if has_scale else None,
    )
    name = data.name(indicator)
    title = words.text("How the territories are spread: {name}", language, name=name)
    if by == "project_code":
        title = words.text("How the projects are spread: {name}", language, name=name)
    return of_one_figure(
        data,
        "distribution",
        view,
        figure,
        title=title,
        about=sentences.about(data, found, unit),
        table="results",
        by=by.removesuffix("_code"),
    )
