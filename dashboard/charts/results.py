"""Charts of one indicator over time, by place and by category, and of the statuses of many."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard import figures, frames, lineage, sentences, territories
from dashboard.charts.chart import (
    Chart,
    Entry,
    Row,
    files,
    of_one_figure,
    panel_of,
    twin_of,
    unit_of,
)
from dashboard.frames import Data
from dashboard.views import View
from schemas import impact, words
from schemas.codes import GOOD

MOST_PANELS = 12
"Panels of one chart; a table has all."


def trend(data: Data, view: View) -> Chart:
    """Return one indicator over time, all of the view's projects and places together."""
    code = view.indicator
    found = frames.results(data, [], code)
    series = frames.trend(data, code, [])
    unit = unit_of(data, code, found)
    name = data.name(data.catalogue.indicators[code])
    figure = figures.trend(
        series,
        name=name,
        unit=unit,
        language=data.language,
        result=found.iloc[0].to_dict() if len(found) else None,
    )
    title = words.text("{name} against the target path", data.language, name=name)
    about = sentences.about(data, series, unit)
    return of_one_figure(
        data, "trend", view, figure, title=title, about=about, table="trend", by=""
    )


BY = {"country": "country_code", "place": "place_code", "project": "project_code"}
"What panels may be of, as the address says it."


def names_by(data: Data, view: View) -> dict[str, str]:
    """Return the names of the countries, places or projects that a chart is by, by code."""
    if view.by == "country":
        return {code: data.place_name(code) for code in data.countries()}
    own = frames.reported(data, view.indicator) if view.indicator else data.reported
    if view.by == "project":
        codes = sorted(set(own["project_code"]) - {""})
        return {code: data.name(data.catalogue.projects[code]) for code in codes}
    return {
        code: data.place_name(code) for code in sorted(set(own["place_code"]), key=data.place_name)
    }


def multiples(data: Data, view: View) -> Chart:
    """Return one indicator over time side by side, by country, territory or project."""
    code, by, language = view.indicator, BY.get(view.by, "country_code"), data.language
    named = names_by(data, replace(view, by=by.removesuffix("_code")))
    names = dict(list(named.items())[:MOST_PANELS])
    found = frames.results(data, [by], code)
    series = frames.trend(data, code, [by])
    unit = unit_of(data, code, found)
    drawn = figures.small_multiples(series, found, by=by, names=names, unit=unit, language=language)
    rows = {row[by]: row for row in found.to_dict("records")}
    panels = tuple(
        panel_of(data, figure, rows.get(code), name)
        for (code, name), figure in zip(names.items(), drawn, strict=True)
    )
    name = data.name(data.catalogue.indicators[code])
    title = words.text("{name} by territory", language, name=name)
    if by == "country_code":
        title = words.text("{name} against the target path", language, name=name)
    elif by == "project_code":
        title = words.text("{name} by project", language, name=name)
    return Chart(
        "multiples",
        view,
        title,
        standing(data, found, by, names),
        panels,
        twin_of(panels),
        tuple(sentences.about(data, series, unit)),
        files("multiples", view, "trend"),
    )


def standing(data: Data, found: pd.DataFrame, by: str, names: Mapping[str, str]) -> str:
    """Return the sentence who is on the path, and who is below it."""
    language = data.language
    rows = [row for row in found.to_dict("records") if row[by] in names and row["status"]]
    good = [names[row[by]] for row in rows if row["status"] in GOOD]
    behind = [names[row[by]] for row in rows if row["status"] not in GOOD]
    listed = {
        "good": words.listed(good, language, most=4),
        "behind": words.listed(behind, language, most=4),
    }
    if good and behind:
        return words.text("On or above the path: {good}. Below it: {behind}.", language, **listed)
    if good:
        return words.text("On or above the path: {good}.", language, good=listed["good"])
    if behind:
        return words.text("Below the path: {behind}.", language, behind=listed["behind"])
    told = int(found[found[by].isin(names)]["low"].notna().sum())
    return words.text(
        "{told} of {all} have reported; no status can be told yet.",
        language,
        told=words.number(told, language),
        all=words.number(len(names), language),
    )


def statuses(data: Data, view: View) -> Chart:
    """Return how many indicators have which status, a row for each country, place, project or goal.

    Where the view names a goal, of the indicators that are linked to it.
    """
    by = BY.get(view.by, "country_code")
    if view.by == "goal":
        by, found = "sdg_goal", frames.by_goal(data, frames.results(data, []))
        names = _goals(data, found)
    else:
        found = frames.of_goal(data, frames.results(data, [by]), view.goal)
        names = names_by(data, replace(view, by=by.removesuffix("_code"), indicator=""))
    figure = figures.status_bars(
        impact.status_counts(frames.told(found), [by]), by=by, names=names, language=data.language
    )
    titles = {
        "country_code": words.text("Where the indicators stand, by country", data.language),
        "place_code": words.text("Where the indicators stand, by territory", data.language),
        "project_code": words.text("Where the indicators stand, by project", data.language),
        "sdg_goal": words.text("Where the indicators of each goal stand", data.language),
    }
    about = sentences.about(data, found, words.text("number of indicators", data.language))
    return of_one_figure(
        data, "statuses", view, figure, title=titles[by], about=about, table="results"
    )


def _goals(data: Data, found: pd.DataFrame) -> dict[Any, str]:
    """Return the names of the goals that indicators with a value are linked to, by number."""
    return {
        goal: words.text(
            "{goal} {name}",
            data.language,
            goal=goal,
            name=words.name(row.short_names, data.language),
        )
        for goal, row in data.catalogue.goals.items()
        if goal in set(frames.told(found)["sdg_goal"])
    }


def breakdown(data: Data, view: View) -> Chart:
    """Return one indicator by a dimension's categories; `by` names the dimension."""
    code, dimension_code = view.indicator, view.by
    found = frames.told_by(data, code, dimension_code)
    indicator = data.catalogue.indicators[code]
    unit = unit_of(data, code, found.assign(indicator_code=code, currency=""))
    coverage = float(found["coverage"].iloc[0]) if len(found) else math.nan
    figure = figures.category_bars(
        found,
        names={
            category: sentences.category(data, dimension_code, category)
            for category in found["category_code"]
        },
        unit=unit,
        language=data.language,
        coverage=coverage,
    )
    title = words.text(
        "{name} by {dimension}",
        data.language,
        name=data.name(indicator),
        dimension=data.name(data.catalogue.dimensions[dimension_code]).lower(),
    )
    about = sentences.about(data, frames.reported(data, code), unit)
    return of_one_figure(
        data, "breakdown", view, figure, title=title, about=about, table="categories"
    )


def map_of(data: Data, view: View) -> Chart:
    """Return where the territories are, how much each reports, and where each stands."""
    language, places = data.language, data.catalogue.places
    indicator = data.catalogue.indicators[view.indicator]
    found = frames.results(data, ["place_code"], view.indicator)
    found = found[found["low"].notna()]
    found = found.assign(
        country_code=[places[code].country_code for code in found["place_code"]],
        latitude=[places[code].latitude for code in found["place_code"]],
        longitude=[places[code].longitude for code in found["place_code"]],
    )
    unit = unit_of(data, view.indicator, found)
    figure = figures.territory_map(
        found,
        names={code: data.place_name(code) for code in found["place_code"]},
        countries={code: data.place_name(code) for code in data.countries()},
        unit=unit,
        language=language,
    )
    most = found.sort_values("low", ascending=False).head(9).to_dict("records")
    return of_one_figure(
        data,
        "map",
        view,
        figure,
        title=words.text("Where: {name}", language, name=data.name(indicator)),
        about=sentences.about(data, found, unit),
        table="results",
        entries=[_entry(data, row) for row in most],
        by="place",
    )


def _entry(data: Data, row: Row) -> Entry:
    return Entry(
        data.place_name(str(row["place_code"])),
        data.place_name(str(row["country_code"])),
        str(row["status"]),
        sentences.actual(data, row),
        lineage.cells(data, row),
        territories.page_of(data, str(row["place_code"])),
    )
