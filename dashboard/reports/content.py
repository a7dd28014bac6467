"""What a report holds: frames, figures and sentences of the pages, the same for every format."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from dashboard import figures, frames, history, queries, sentences, theme
from dashboard.figures import Figure
from dashboard.frames import Data
from dashboard.queries import Record
from dashboard.sentences import Row
from dashboard.views import View
from schemas import impact, words
from schemas.codes import ValueType
from schemas.scope import Scope
from schemas.words import N_

KINDS = {
    "project": N_("Report on a project"),
    "country": N_("Report on a country"),
    "sdg": N_("Report on a Sustainable Development Goal"),
}

MOST_FIGURES = 6
"Key figures at the head of a report."

SHORT = 8
"Letters of a file's SHA-256 that tell it from others."


@dataclass(frozen=True)
class Fact:
    """What is known of the subject beside its values, with the address where it was published."""

    term: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Chart:
    """A figure with its title, and what stands under it: unit, period, day, source."""

    title: str
    figure: Figure
    about: str


@dataclass(frozen=True)
class Breakdown:
    """One indicator by the categories of a dimension, those that have a value."""

    dimension_code: str
    frame: pd.DataFrame
    chart: Chart


@dataclass(frozen=True)
class Indicator:
    """One indicator that has a value: over time, and by what it was disaggregated."""

    row: dict[Any, Any]
    trend: pd.DataFrame
    chart: Chart | None
    "None where there are fewer than two points to join."
    breakdowns: tuple[Breakdown, ...]


@dataclass(frozen=True)
class Report:
    """All that a report says, whatever file it becomes."""

    kind: str
    is_public: bool
    data: Data
    title: str
    facts: list[Fact]
    notice: list[Fact]
    summary: list[str]
    results: pd.DataFrame
    "As `frames.results` of the subject, by result level."
    key_figures: list[dict[Any, Any]]
    charts: list[Chart]
    "Of several indicators: how many have which status, where they are."
    indicators: list[Indicator]
    published: list[Fact]
    adding_up: list[Fact]
    reasons: list[Fact]
    sources: pd.DataFrame
    "As `history.lineage`: every observation that a number here rests on."

    @property
    def language(self) -> str:
        """The language that the report is in."""
        return self.data.language

    def text(self, sentence: str, /, **arguments: object) -> str:
        """Return a sentence in the language of the report."""
        return words.text(sentence, self.language, **arguments)

    def level(self, row: Row) -> str:
        """Return the name of the result level of a row."""
        return level(self.data, row)


def read(
    conn: Connection,
    scope: Scope,
    kind: str,
    code: str,
    language: str,
    *,
    programme_code: str = "",
    as_of: date | None = None,
) -> Report:
    """Return the report on a project, a country or an SDG; KeyError where the code is none."""
    view = {
        "project": View(project=code),
        "country": View(country=code),
        "sdg": View(goal=code),
    }[kind]
    view = replace(view, programme=programme_code, as_of=as_of)
    data = frames.load(conn, scope, view, language, breakdowns=True)
    found = _results(data)
    indicators = [_indicator(data, row) for row in found[found["low"].notna()].to_dict("records")]
    key_figures = frames.headline(data, found, most=MOST_FIGURES)
    sources = history.lineage(conn, scope, _used(data, found, indicators))
    return Report(
        kind=kind,
        is_public=scope.is_public,
        data=data,
        title=_title(data),
        facts=[*_facts(conn, data), *_about(data, found)],
        notice=_notice(data),
        summary=_summary(data, found, indicators, key_figures),
        results=found,
        key_figures=key_figures,
        charts=list(_charts(data, found, key_figures)),
        indicators=indicators,
        published=_published(data),
        adding_up=_adding_up(data, indicators),
        reasons=_reasons(data, found),
        sources=_in_order(sources, found),
    )


def level(data: Data, row: Row) -> str:
    """Return the name of the result level of a row."""
    code = frames.level_of(data, str(row["indicator_code"]), data.view.project)
    return words.text(sentences.LEVELS[code], data.language)


def _results(data: Data) -> pd.DataFrame:
    """Return the results of the subject by level: a project's are all that it is to report."""
    found = frames.results(data, [])
    if data.view.goal:
        found = found[found["indicator_code"].isin(_linked(data))]
    elif data.view.country:
        found = frames.told(found)
    return frames.by_level(data, found)


def _linked(data: Data) -> list[str]:
    """Return the indicators that are linked to the goal."""
    codes = (row.indicator_code for row in data.indicators())
    return [code for code in codes if int(data.view.goal) in data.catalogue.goals_of(code)]


# --- The subject --------------------------------------------------------------------------------


def _title(data: Data) -> str:
    known, view = data.catalogue, data.view
    if view.goal:
        name = words.name(known.goals[int(view.goal)].short_names, data.language)
        return words.text("SDG {goal}: {name}", data.language, goal=view.goal, name=name)
    return data.name(known.projects[view.project] if view.project else known.places[view.country])


def _facts(conn: Connection, data: Data) -> list[Fact]:
    """Return what is known of the subject beside its values; unknown things are left out."""
    if data.view.project:
        facts = _of_project(conn, data)
    elif data.view.country:
        facts = _of_country(data)
    else:
        facts = _of_goal(data)
    programme = data.name(data.programme) if data.programme else ""
    told = [(N_("Programme"), programme, ""), *facts]
    named = [Fact(words.text(term, data.language), text, url) for term, text, url in told if text]
    return [*named, *_targets(conn, data)] if data.view.goal else named


def _of_project(conn: Connection, data: Data) -> list[tuple[str, str, str]]:
    known, language = data.catalogue, data.language
    row = known.projects[data.view.project]
    theme_row = queries.themes(conn).get(row.theme_code)
    partners = [
        f"{data.name(one)} ({words.text(sentences.ROLES.get(one.role, one.role), language)})"
        if one.role
        else data.name(one)
        for one in queries.organisations_of(conn, row.project_code)
    ]
    places = [
        f"{data.place_name(code)} ({data.place_name(known.places[code].country_code)})"
        for code in known.places_of.get(row.project_code, ())
    ]

    def money(amount: float | None) -> str:
        return "" if amount is None else words.money(amount, row.currency, language)

    return [
        (N_("Code"), row.project_code, ""),
        (N_("Kind"), words.text(sentences.PROJECT_KINDS[row.kind], language), ""),
        (N_("Theme"), data.name(theme_row) if theme_row else "", ""),
        (N_("Places"), words.joined(places, language), ""),
        (N_("Organisations"), words.joined(partners, language), ""),
        (N_("Duration"), _duration(row, language), ""),
        (N_("Budget"), money(row.budget), ""),
        (N_("Own contribution"), money(row.own_contribution), ""),
        (N_("Description"), words.name(row.summary, language), row.source_url),
    ]


def _duration(row: Record, language: str) -> str:
    if row.start_date and row.end_date:
        return words.period(row.start_date, row.end_date, language)
    if row.start_date:
        return words.text("from {day}", language, day=words.day(row.start_date, language))
    if row.end_date:
        return words.text("until {day}", language, day=words.day(row.end_date, language))
    return ""


def _of_country(data: Data) -> list[tuple[str, str, str]]:
    projects = _projects(data)
    places = {
        place
        for row in projects
        for place in data.catalogue.places_of[row.project_code]
        if data.catalogue.places[place].country_code == data.view.country
    }
    names = sorted(data.place_name(place) for place in places)
    return [
        (N_("Projects"), words.joined((data.name(row) for row in projects), data.language), ""),
        (N_("Territories"), words.joined(names, data.language), ""),
    ]


def _projects(data: Data) -> list[Record]:
    """Return the projects of the subject."""
    known, view = data.catalogue, data.view
    if view.project:
        return [known.projects[view.project]]
    return [
        row
        for row in data.projects()
        if not view.country or view.country in known.countries_of(row.project_code)
    ]


def _of_goal(data: Data) -> list[tuple[str, str, str]]:
    goal = data.catalogue.goals[int(data.view.goal)]
    note = words.text("(unofficial translation)", data.language)
    told = words.name(goal.names, data.language)
    return [(N_("Goal"), f"{told} {note}" if data.language in goal.unofficial else told, "")]


def _targets(conn: Connection, data: Data) -> list[Fact]:
    """Return the targets of the goal that the programme's indicators are linked to."""
    codes = {
        target
        for code in _linked(data)
        for target in data.catalogue.sdg_targets_of.get(code, ())
        if target.split(".")[0] == data.view.goal
    }
    texts = queries.sdg_targets(conn, codes)
    return [
        Fact(
            words.text("Target {code}", data.language, code=code),
            words.name(texts[code].names, data.language),
        )
        for code in sorted(texts, key=_target_order)
    ]


def _target_order(target: str) -> tuple[bool, str]:
    """Return the order of a target: 8.2 before 8.10, and 8.a after both."""
    part = target.split(".")[1]
    return not part.isdecimal(), part.zfill(2)


def _about(data: Data, found: pd.DataFrame) -> list[Fact]:
    """Return which period the values are of, and of which day the data are."""
    accepted = data.freshness.accepted_at
    known = data.view.as_of or (accepted.date() if accepted else None)
    told = [
        (N_("Reported period"), sentences.period(frames.span(found), data.language)),
        (N_("Data as of"), words.day(known, data.language) if known else ""),
    ]
    return [Fact(words.text(term, data.language), text) for term, text in told if text]


def _notice(data: Data) -> list[Fact]:
    """Return what has to be known before any number is read: invented or not, whose, withheld."""
    programme = data.programme
    if programme is None:
        return []
    licence = f" ({words.text(programme.licence, data.language)})" if programme.licence else ""
    source = f"{words.text(programme.source, data.language)}{licence}" if programme.source else ""
    told = [
        Fact("", words.name(programme.notice, data.language)),
        Fact(words.text("Source", data.language), source, programme.source_url),
        Fact("", _withheld(data)),
    ]
    return [fact for fact in told if fact.text]


def _withheld(data: Data) -> str:
    """Return how many values of the subject the public does not see; empty where it sees all."""
    hidden, view = data.hidden, data.view
    if view.project:
        hidden = hidden[hidden["project_code"] == view.project]
    if view.country:
        countries = hidden["place_code"].map(
            {code: place.country_code for code, place in data.catalogue.places.items()}
        )
        hidden = hidden[countries == view.country]
    if view.goal:
        hidden = hidden[hidden["indicator_code"].isin(_linked(data))]
    if hidden.empty:
        return ""
    return words.plural(
        "{count} value is withheld, because it rests on few people or would give others away.",
        "{count} values are withheld, because they rest on few people or would give others away.",
        int(hidden["values"].sum()),
        data.language,
    )


# --- What the numbers say -----------------------------------------------------------------------


def _summary(
    data: Data,
    found: pd.DataFrame,
    indicators: Sequence[Indicator],
    key_figures: Sequence[Row],
) -> list[str]:
    """Return the report in sentences, all of them computed."""
    language = data.language
    if found.empty and data.view.goal:
        return [words.text("No indicator of the programme is linked to this goal.", language)]
    if not indicators:
        return [
            words.text("Nothing has been reported yet.", language),
            words.text(
                "As soon as a workbook is accepted, its values are part of this report.", language
            ),
        ]
    told = [
        words.text(
            "{told} of {all} indicators have a value; the values are of {period}.",
            language,
            told=words.number(len(indicators), language),
            all=words.number(len(found), language),
            period=sentences.period(frames.span(found), language),
        )
    ]
    if not data.view.project:
        projects = len(_projects(data))
        told.append(
            words.text(
                "Projects that report: {reporting} of {expected}.",
                language,
                reporting=words.number(_reporting(data, found), language),
                expected=words.number(projects, language),
            )
        )
    counts = impact.status_counts(frames.told(found), [])
    told.append(
        words.text(
            "Statuses: {counts}.",
            language,
            counts=words.joined(
                (
                    f"{words.text(theme.look(status).word, language)} {words.number(count, language)}"
                    for status, count in zip(counts["status"], counts["count"], strict=True)
                ),
                language,
            ),
        )
    )
    sentence_of = {one.row["indicator_code"]: _trend(data, one).title for one in indicators}
    codes = (row["indicator_code"] for row in key_figures)
    return [*told, *(sentence_of[code] for code in codes if code in sentence_of)]


def _reporting(data: Data, found: pd.DataFrame) -> int:
    """Return how many projects have reported any of the results."""
    rows = data.observations
    told = rows[
        (rows["value_type"] == ValueType.ACTUAL)
        & rows["indicator_code"].isin(found["indicator_code"])
        & (rows["project_code"] != "")
    ]
    return int(told["project_code"].nunique())


def _trend(data: Data, one: Indicator) -> Figure:
    return one.chart.figure if one.chart else _trend_of(data, one.row, one.trend)


def _trend_of(data: Data, row: Row, series: pd.DataFrame) -> Figure:
    return figures.trend(
        series,
        name=data.name(data.catalogue.indicators[row["indicator_code"]]),
        unit=sentences.unit_of(data, row),
        language=data.language,
        result=row,
    )


def _about_chart(data: Data, frame: pd.DataFrame, unit: str) -> str:
    return " · ".join(part for part in sentences.about(data, frame, unit) if part)


def _indicator(data: Data, row: dict[Any, Any]) -> Indicator:
    """Return an indicator in detail; its trend is a chart where there are two points to join."""
    code = str(row["indicator_code"])
    unit = sentences.unit_of(data, row)
    series = frames.trend(data, code, [])
    chart = None
    if series[series["low"].notna()]["period_end"].nunique() > 1:
        chart = Chart(
            words.text("Over time, against the target path", data.language),
            _trend_of(data, row, series),
            _about_chart(data, series, unit),
        )
    breakdowns = (
        _breakdown(data, code, dimension, unit)
        for dimension in data.catalogue.dimensions_of.get(code, ())
    )
    return Indicator(row, series, chart, tuple(one for one in breakdowns if len(one.frame)))


def _breakdown(data: Data, code: str, dimension_code: str, unit: str) -> Breakdown:
    found = frames.told_by(data, code, dimension_code)
    dimension = data.name(data.catalogue.dimensions[dimension_code])
    categories = {
        category: sentences.category(data, dimension_code, category)
        for category in found["category_code"]
    }
    figure = figures.category_bars(
        found,
        names=categories,
        unit=unit,
        language=data.language,
        coverage=float(found["coverage"].iloc[0]) if len(found) else math.nan,
    )
    title = words.text("By {dimension}", data.language, dimension=dimension.lower())
    about = _about_chart(data, frames.of_indicator(data, code), unit)
    return Breakdown(dimension_code, found, Chart(title, figure, about))


# --- Charts of several indicators ---------------------------------------------------------------


def _charts(data: Data, found: pd.DataFrame, key_figures: Sequence[Row]) -> Iterator[Chart]:
    if found["low"].notna().any():
        yield _statuses(data, found)
    shown = [row for row in key_figures if not math.isnan(row["low"])]
    if data.view.country and shown:
        yield _map(data, shown[0])


def _statuses(data: Data, found: pd.DataFrame) -> Chart:
    """Return how many indicators have which status: by level, by project, or by country."""
    if data.view.project:
        by, title = "level", N_("Statuses by result level")
        found = found.assign(level=[level(data, row) for row in found.to_dict("records")])
        names = {name: name for name in found["level"]}
    elif data.view.country:
        by, title = "project_code", N_("Statuses by project")
        found = frames.results(data, [by])
        names = {row.project_code: data.name(row) for row in _projects(data)}
    else:
        by, title = "country_code", N_("Statuses by country")
        found = frames.results(data, [by])
        found = found[found["indicator_code"].isin(_linked(data))]
        names = {code: data.place_name(code) for code in data.countries()}
    found = frames.told(found)
    names = {code: name for code, name in names.items() if code in set(found[by])}
    figure = figures.status_bars(
        impact.status_counts(found, [by]), by=by, names=names, language=data.language
    )
    unit = words.text("number of indicators", data.language)
    return Chart(words.text(title, data.language), figure, _about_chart(data, found, unit))


def _map(data: Data, row: Row) -> Chart:
    """Return where the territories of a country are, and how much each reports of an indicator."""
    places, language = data.catalogue.places, data.language
    found = frames.results(data, ["place_code"])
    found = found[(found["indicator_code"] == row["indicator_code"]) & found["low"].notna()]
    here = [places[code] for code in found["place_code"]]
    found = found.assign(
        country_code=[place.country_code for place in here],
        latitude=[place.latitude for place in here],
        longitude=[place.longitude for place in here],
    )
    unit = sentences.unit_of(data, row)
    figure = figures.territory_map(
        found,
        names={place.place_code: data.name(place) for place in here},
        countries={data.view.country: data.place_name(data.view.country)},
        unit=unit,
        language=language,
    )
    name = data.name(data.catalogue.indicators[row["indicator_code"]])
    title = words.text("Where: {name}", language, name=name)
    return Chart(title, figure, _about_chart(data, found, unit))


# --- What stands beside the numbers -------------------------------------------------------------


def _published(data: Data) -> list[Fact]:
    """Return what was published elsewhere on the projects of the subject, with its source."""
    if data.view.goal:
        return []
    told = []
    for project in _projects(data):
        for fact in project.facts:
            figure, day = (
                sentences.published(fact, data.language),
                sentences.day_of(fact, data.language),
            )
            text = words.joined(filter(None, (figure, day)), data.language)
            of = "" if data.view.project else f"{data.name(project)}: "
            term = f"{of}{sentences.in_words(fact.get('text'), data.language)}"
            told.append(Fact(term, text, str(fact.get("source_url") or "")))
    return told


def _grouped(rows: Sequence[tuple[str, str]]) -> list[Fact]:
    """Return each text once, with the names that it goes for."""
    names: dict[str, list[str]] = defaultdict(list)
    for name, text in rows:
        names[text].append(name)
    return [Fact(", ".join(of), text) for text, of in names.items()]


def _adding_up(data: Data, indicators: Sequence[Indicator]) -> list[Fact]:
    """Return how the values were put together, and for which indicators."""
    rows = [data.catalogue.indicators[one.row["indicator_code"]] for one in indicators]
    return _grouped(
        [(data.name(row), " ".join(sentences.adding_up(row, data.language))) for row in rows]
    )


def _reasons(data: Data, found: pd.DataFrame) -> list[Fact]:
    """Return why there is no number or no status, and for which indicators."""
    told = []
    for row in found.to_dict("records"):
        name = data.name(data.catalogue.indicators[row["indicator_code"]])
        if reason := missing(data, row):
            told.append((name, reason))
        elif not row["status"] and row["status_reason"]:
            told.append((name, sentences.why(str(row["status_reason"]), data.language)))
    return _grouped(told)


def missing(data: Data, row: Row) -> str:
    """Return why a result has no value; empty where it has one."""
    if not math.isnan(row["low"]):
        return ""
    if frames.is_withheld(data, row):
        return words.text("Withheld, because it rests on few people.", data.language)
    return sentences.why(str(row["reason"] or "no_value"), data.language)


def _in_order(sources: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return observations in the order of the results; per series baseline, target, then actuals."""
    rank = {code: place for place, code in enumerate(found["indicator_code"])}
    kind = {str(kind): place for place, kind in enumerate(ValueType)}
    order = sources.assign(
        indicator=sources["indicator_code"].map(rank), kind=sources["value_type"].map(kind)
    ).sort_values(
        ["indicator", "project_code", "place_code", "kind", "period_end", "breakdown_key"],
        kind="stable",
    )
    return sources.loc[order.index].reset_index(drop=True)


def _used(data: Data, found: pd.DataFrame, indicators: Sequence[Indicator]) -> list[int]:
    """Return the observations that the numbers rest on, milestones of the target paths included."""
    parts = [one.frame for indicator in indicators for one in indicator.breakdowns]
    lists = [
        *(found[name] for name in ("observation_ids", "baseline_ids", "target_ids")),
        *(one.trend["observation_ids"] for one in indicators),
        *(frame["observation_ids"] for frame in parts),
    ]
    ids = {int(number) for column in lists for some in column for number in some}
    goals = data.observations[
        data.observations["indicator_code"].isin(found["indicator_code"])
        & (data.observations["value_type"] == ValueType.TARGET)
        & (data.observations["breakdown_key"] == "")
    ]
    return sorted(ids | {int(number) for number in goals["observation_id"]})
