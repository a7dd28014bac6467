"""Up to six territories, projects or countries by one indicator or two: who leads, and what differs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from dashboard import figures, frames, sentences
from dashboard.charts.chart import Chart, files, of_one_figure, panel_of, twin_of, unit_of
from dashboard.charts.results import BY, standing
from dashboard.figures import Figure
from dashboard.frames import Data
from dashboard.queries import Record
from dashboard.views import View
from schemas import words
from schemas.codes import Measure, Qualifier, TimeRule, ValueType
from schemas.words import N_

MOST = 6
"How many are compared: so many lines can be told apart."

VALUE, INDEXED, TARGET = "value", "indexed", "target"
SCALES = {VALUE: "value", INDEXED: "index", TARGET: "target"}
"What they are compared by, as the address says it and as the figure does."


def column(view: View) -> str:
    """Return the column of what a view compares: places, where it says nothing else."""
    return BY.get(view.by, "place_code")


def candidates(data: Data, view: View) -> dict[str, str]:
    """Return the names of what the programme has of that kind, by code; places with their country."""
    known, by = data.catalogue, column(view)
    projects = data.projects()
    if by == "project_code":
        return {row.project_code: data.name(row) for row in projects}
    if by == "country_code":
        return {code: data.place_name(code) for code in data.countries()}
    codes = {place for row in projects for place in known.places_of.get(row.project_code, ())}
    return {code: data.place_name(code) for code in sorted(codes, key=data.place_name)}


def chosen(data: Data, view: View) -> dict[str, str]:
    """Return the names of what a view compares, by code; what is not in the catalogue is left out."""
    known = candidates(data, view)
    codes = dict.fromkeys(code for code in view.among.split(",") if code in known)
    return {code: known[code] for code in list(codes)[:MOST]}


def told(data: Data, view: View, indicator_code: str) -> pd.DataFrame:
    """Return the results of one indicator for what is compared, in its order."""
    by = column(view)
    found = frames.results(data, [by], indicator_code)
    order = {code: place for place, code in enumerate(chosen(data, view))}
    found = found[found[by].isin(order)]
    return found.sort_values(by, key=lambda codes: codes.map(order), ignore_index=True)


def scale_of(data: Data, view: View, indicator_code: str) -> str:
    """Return what one indicator is compared by: never amounts of several currencies by their value."""
    scale = view.scale if view.scale in SCALES else VALUE
    if scale == VALUE and len(_currencies(told(data, view, indicator_code))) > 1:
        return INDEXED
    return scale


def _currencies(found: pd.DataFrame) -> set[str]:
    return set(found.loc[found["low"].notna(), "currency"]) - {""}


# --- Charts ---------------------------------------------------------------------------------------


def lines(data: Data, view: View) -> Chart:
    """Return one indicator over time, a line for each of what is compared."""
    code, by, language = view.indicator, column(view), data.language
    found = told(data, view, code)
    names = chosen(data, view)
    series = frames.trend(data, code, [by])
    series = series[series[by].isin(names)]
    unit = unit_of(data, code, found)
    figure = figures.compare(
        series,
        by=by,
        names=names,
        unit=unit,
        language=language,
        way=SCALES[scale_of(data, view, code)],
        results=found,
    )
    title = words.text("{name} over time", language, name=_name(data, code))
    is_value = scale_of(data, view, code) == VALUE
    about = sentences.about(data, series, unit if is_value else "")
    return of_one_figure(
        data, "compare", view, figure, title=title, about=about, table="trend", by=view.by
    )


def each(data: Data, view: View) -> Chart:
    """Return one indicator against its target path, a panel for each of what is compared."""
    code, by, language = view.indicator, column(view), data.language
    found, names = told(data, view, code), chosen(data, view)
    series = frames.trend(data, code, [by])
    series = series[series[by].isin(names)]
    unit = unit_of(data, code, found)
    drawn = _small(data, view, series, found, unit)
    rows = {row[by]: row for row in found.to_dict("records")}
    panels = tuple(
        panel_of(data, figure, rows.get(key), name)
        for (key, name), figure in zip(names.items(), drawn, strict=True)
    )
    return Chart(
        "compare_each",
        view,
        words.text("{name} against the target path", language, name=_name(data, code)),
        standing(data, found, by, names),
        panels,
        twin_of(panels),
        tuple(sentences.about(data, series, unit)),
        files("compare_each", view, "trend", by=view.by),
    )


def _small(
    data: Data, view: View, series: pd.DataFrame, found: pd.DataFrame, unit: str
) -> list[Figure]:
    """Return the panels, on one scale; each on its own where their currencies differ."""
    by, names, language = column(view), chosen(data, view), data.language
    if len(_currencies(found)) < 2:
        return figures.small_multiples(
            series, found, by=by, names=names, unit=unit, language=language
        )
    drawn = []
    for key, name in names.items():
        own = found[found[by] == key]
        drawn += figures.small_multiples(
            series[series[by] == key],
            own,
            by=by,
            names={key: name},
            unit=unit_of(data, view.indicator, own),
            language=language,
        )
    return drawn


def against(data: Data, view: View) -> Chart:
    """Return two indicators against each other, a mark for each of what is compared."""
    by, language = column(view), data.language
    codes = (view.indicator, view.other)
    if not set(codes) <= set(data.catalogue.indicators):
        view = replace(view, among="")
        codes = (next(iter(data.catalogue.indicators)),) * 2
    first, second = (_of_one_currency(told(data, view, code)) for code in codes)
    names = chosen(data, view)
    sides = ("low", "high", "qualifier", "observation_ids")
    both = first[[by, *sides]].merge(second[[by, *sides]], on=by, suffixes=("_x", "_y"))
    both = both.rename(columns={f"{n}_{s}": f"{s}_{n}" for n in sides for s in "xy"})
    both["observation_ids"] = [
        (*x, *y) for x, y in zip(both["x_observation_ids"], both["y_observation_ids"], strict=True)
    ]
    x_name, y_name = (_name(data, code) for code in codes)
    x_unit, y_unit = (
        unit_of(data, code, found) for code, found in zip(codes, (first, second), strict=True)
    )
    figure = figures.scatter(
        both,
        by=by,
        names=names,
        x_name=x_name,
        y_name=y_name,
        x_unit=x_unit,
        y_unit=y_unit,
        language=language,
    )
    title = words.text("{first} and {second}", language, first=x_name, second=y_name)
    about = sentences.about(data, pd.concat([first, second]))
    return of_one_figure(
        data, "compare_scatter", view, figure, title=title, about=about, table="results", by=view.by
    )


def _of_one_currency(found: pd.DataFrame) -> pd.DataFrame:
    """Return the results that share an axis: of amounts those in the currency that most have."""
    counts = found.loc[found["low"].notna(), "currency"].value_counts()
    return found[found["currency"] == counts.index[0]] if len(counts) > 1 else found


def _name(data: Data, indicator_code: str) -> str:
    return data.name(data.catalogue.indicators[indicator_code])


# --- What cannot be compared ----------------------------------------------------------------------


class Caution(NamedTuple):
    """Why a comparison has to be read with care; a warning where it would mislead without it."""

    text: str
    is_warning: bool = True


Group = tuple[str, list[Caution]]
"The name of an indicator, empty for both together, and what stands against comparing it."


def cautions(data: Data, view: View) -> list[Group]:
    """Return what stands against comparing what a view compares, the gravest first."""
    codes = [code for code in (view.indicator, view.other) if code in data.catalogue.indicators]
    groups = [(_name(data, code), _gravest_first(_of_one(data, view, code))) for code in codes]
    if len(codes) == 2:
        groups.insert(0, ("", _gravest_first(_of_two(data, view, codes))))
    return [group for group in groups if group[1]]


def _gravest_first(found: Iterable[Caution]) -> list[Caution]:
    return sorted(found, key=lambda caution: not caution.is_warning)


def _of_one(data: Data, view: View, code: str) -> Iterable[Caution]:
    language, by = data.language, column(view)
    found, names = told(data, view, code), chosen(data, view)
    indicator = data.catalogue.indicators[code]
    rows = found.to_dict("records")
    known = [row for row in rows if row["low"] == row["low"]]
    yield from _missing(data, rows, by, names)
    if len(_currencies(found)) > 1:
        listed = words.listed(sorted(_currencies(found)), language)
        yield Caution(
            words.text(
                "Amounts are in different currencies ({list}) and are never put on one axis;"
                " they are compared by how they have changed, or by their targets.",
                language,
                list=listed,
            )
        )
    yield from _times(data, known, by, names, indicator)
    yield from _ways(data, view, code, names)
    yield from _exactness(data, known, by, names)
    if scale_of(data, view, code) == VALUE and indicator.measure in TOTALS and len(known) > 1:
        yield Caution(
            words.text(
                "These are totals, so larger projects and territories reach more;"
                " by their targets they can be compared whatever their size.",
                language,
            ),
            is_warning=False,
        )


TOTALS = frozenset({Measure.COUNT, Measure.AMOUNT, Measure.QUANTITY})

Names = Mapping[str, str]


def _listed(data: Data, codes: Iterable[str], names: Names) -> str:
    return words.listed([names[code] for code in codes], data.language, most=MOST)


def _missing(data: Data, rows: list[dict[Any, Any]], by: str, names: Names) -> Iterable[Caution]:
    """Yield who has no number, and why."""
    language = data.language
    there = {str(row[by]): row for row in rows}
    hidden = [c for c, row in there.items() if frames.is_withheld(data, row)]
    reasons: dict[str, list[str]] = {}
    silent = []
    for code in names:
        row = there.get(code)
        if code in hidden or (row and row["low"] == row["low"]):
            continue
        if row and row["reason"] and row["reason"] != "no_value":
            reasons.setdefault(str(row["reason"]), []).append(code)
        else:
            silent.append(code)
    if silent:
        text = words.text(
            "Nothing was reported by {list}.",
            language,
            list=_listed(data, silent, names),
        )
        yield Caution(text)
    if hidden:
        text = words.text(
            "Withheld for {list}, because it rests on few people.",
            language,
            list=_listed(data, hidden, names),
        )
        yield Caution(text)
    for reason, codes in reasons.items():
        text = words.text(
            "There is no single number for {list}. {why}",
            language,
            list=_listed(data, codes, names),
            why=sentences.why(reason, language),
        )
        yield Caution(text)


def _times(
    data: Data,
    known: list[dict[Any, Any]],
    by: str,
    names: Names,
    indicator: Record,
) -> Iterable[Caution]:
    """Yield that the values are of different times: of a stock its last day, else the whole period."""
    is_stock = indicator.time_rule in (TimeRule.LAST, TimeRule.MAX)
    spans: dict[str, list[str]] = {}
    for row in known:
        start, end = (pd.Timestamp(row[side]).date() for side in ("period_start", "period_end"))
        told_as = (
            words.day(end, data.language)
            if is_stock
            else sentences.period((start, end), data.language)
        )
        spans.setdefault(told_as, []).append(str(row[by]))
    if len(spans) < 2:
        return
    parts = [
        words.text(
            "{names} ({period})", data.language, names=_listed(data, codes, names), period=period
        )
        for period, codes in spans.items()
    ]
    listed = words.listed(parts, data.language)
    text = N_("The values are of different periods: {list}.")
    if is_stock:
        text = N_("The values are of different days: {list}.")
    yield Caution(words.text(text, data.language, list=listed))


def _ways(data: Data, view: View, code: str, names: Names) -> Iterable[Caution]:
    """Yield that some report each period for itself, and others everything to date."""
    rows = frames.of_indicator(data, code)
    rows = rows[(rows["value_type"] == ValueType.ACTUAL) & rows[column(view)].isin(names)]
    ways = set(rows["reported_as"]) - {""}
    if len(ways) > 1 and data.catalogue.indicators[code].time_rule == TimeRule.SUM:
        yield Caution(
            words.text(
                "Some report each period for itself, others everything to date;"
                " all are shown to date.",
                data.language,
            ),
            is_warning=False,
        )


def _exactness(data: Data, known: list[dict[Any, Any]], by: str, names: Names) -> Iterable[Caution]:
    language = data.language
    ranges = [str(row[by]) for row in known if row["low"] != row["high"]]
    if ranges:
        text = words.text(
            "For {list} it is a range, because the same person may be counted again.",
            language,
            list=_listed(data, ranges, names),
        )
        yield Caution(text, is_warning=False)
    vague = [str(row[by]) for row in known if row["qualifier"] not in ("", Qualifier.EXACT)]
    if vague:
        text = words.text(
            "For {list} it is not exact (at least, at most or about).",
            language,
            list=_listed(data, vague, names),
        )
        yield Caution(text, is_warning=False)
    partial = [
        str(row[by]) for row in known if row["projects_reporting"] < row["projects_expected"]
    ]
    if partial:
        text = words.text(
            "In {list} not all projects have reported.",
            language,
            list=_listed(data, partial, names),
        )
        yield Caution(text)


def _of_two(data: Data, view: View, codes: list[str]) -> Iterable[Caution]:
    first, second = (data.catalogue.indicators[code] for code in codes)
    units = [unit_of(data, code, told(data, view, code)) for code in codes]
    if units[0] != units[1]:
        yield Caution(
            words.text(
                "The two indicators have different units ({first}, {second}): each has an axis of its own.",
                data.language,
                first=units[0],
                second=units[1],
            ),
            is_warning=False,
        )
    scores = (first.measure, second.measure) == (Measure.SCORE, Measure.SCORE)
    if scores and first.instrument != second.instrument:
        yield Caution(
            words.text(
                "The two scores were measured by different instruments: their levels cannot be compared.",
                data.language,
            )
        )


# --- A first comparison ---------------------------------------------------------------------------

FIRST = 4
"How many a proposed comparison has."


def proposals(data: Data) -> list[View]:
    """Return good first comparisons: by country, place and project, of what most of them report."""
    found = []
    for by in ("country", "place", "project"):
        view = replace(data.view, by=by, among="", other="", scale="")
        code = view.indicator if view.indicator in data.catalogue.indicators else ""
        code = code or frames.most_telling(data, column(view))
        codes = _reporting(data, view, code) if code else []
        if len(codes) > 1:
            found.append(replace(view, indicator=code, among=",".join(codes[:FIRST])))
    return found


def _reporting(data: Data, view: View, code: str) -> list[str]:
    """Return what has reported an indicator: with a target first, then the largest."""
    by = column(view)
    found = frames.results(data, [by], code)
    found = found[found["low"].notna() & found[by].isin(candidates(data, view))]
    found = found.assign(has_target=found["target"].notna())
    ranked = found.sort_values(["has_target", "low"], ascending=False, kind="stable")
    return [str(key) for key in ranked[by]]


def reporters(data: Data, view: View, code: str) -> frozenset[str]:
    """Return what has reported anything of an indicator."""
    own = frames.of_indicator(data, code)
    return frozenset(own.loc[own["value_type"] == ValueType.ACTUAL, column(view)]) - {""}


def most_shared(data: Data, view: View) -> str:
    """Return the indicator that most of what is compared has reported; headlines first, "" for none."""
    by, names = column(view), chosen(data, view)
    found = frames.results(data, [by])
    found = found[found[by].isin(names) & found["low"].notna()]
    counts = found.groupby("indicator_code").size()
    heads = {row.indicator_code for row in data.indicators() if row.is_headline}
    order = [row.indicator_code for row in data.indicators() if row.indicator_code in counts.index]
    return max(order, key=lambda code: (int(counts[code]), code in heads), default="")
