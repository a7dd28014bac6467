"""Projects and their results as IATI activities, valid by the official schema.

IATI Standard 2.03, activity standard with its results section: <https://iatistandard.org/en/iati-standard/203/>.
The schema that every file is checked with before it is handed over is in `data/iati/`. Codes are those of
IATI's code lists ResultType, IndicatorMeasure, OrganisationRole, OrganisationType, ActivityStatus,
ActivityDateType, DocumentCategory, GeographicVocabulary, GeographicExactness, TagVocabulary.

Nothing is made up: an activity without any day is left out, a budget without a period too, and who
reports is configured (`settings.Reporter`); what is not, stays empty. What is told in words is no result
of IATI, which wants an indicator for each: an activity links to the page that tells it (document-link).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from babel.core import get_global
from lxml import etree
from sqlalchemy import Connection

from dashboard import exports, frames, queries, sentences
from dashboard.frames import Data
from dashboard.queries import Record
from dashboard.settings import Reporter
from schemas import records, words
from schemas.codes import (
    LANGUAGES,
    Answer,
    Direction,
    Level,
    Measure,
    Overlap,
    PlaceRule,
    Qualifier,
    TargetBasis,
    ValueType,
)
from schemas.rows import categories_of

Element = Any
"An element of lxml, which has no types of its own."

SCHEMA = Path(__file__).parents[2] / "data" / "iati" / "iati-activities-schema.xsd"

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

RESULT_TYPES = {Level.IMPACT: "3", Level.OUTCOME: "2", Level.OUTPUT: "1"}
OTHER_RESULT = "9"

MEASURES = {Measure.SCORE: "4", Measure.YES_NO: "3", Measure.TEXT: "5"}
UNIT, PERCENTAGE = "1", "2"

ROLES = {"lead": "2"}
IMPLEMENTING = "4"
"Of everybody who runs a project but its lead, who answers for it."

ORGANISATION_TYPES = {"un_agency": "40", "academia": "80"}
"Of the kinds that our catalogue tells apart as IATI does."

PROGRAMME_ROLE = "2"

OWN_VOCABULARY = "99"
GOALS, TARGETS = "2", "3"

RESULTS_IN_WORDS = "A08"
"Of the kinds of documents: “Results, outcomes and outputs”."
SIGNS = {Qualifier.AT_LEAST: "≥", Qualifier.AT_MOST: "≤", Qualifier.ABOUT: "~"}


class NothingToTellError(LookupError):
    "There is no activity that IATI could be told of"


class NotValidError(ValueError):
    "A file that was made is not valid by the official schema, and is not handed over"


@dataclass(frozen=True)
class Told:
    """What an activity is made of: a view with all its observations, who runs what, sectors, who reports."""

    data: Data
    organisations: Mapping[str, Sequence[Record]]
    themes: Mapping[str, Record]
    reporter: Reporter
    base: str
    in_words: Mapping[str, Sequence[str]]
    "The languages of what is told of a project in words, by its code."


def write(conn: Connection, data: Data, reporter: Reporter, base: str = "") -> bytes:
    """Return the activities of a view's projects as one file.

    `data` holds the observations with all breakdowns (`frames.load`); `base` is what addresses of
    pages begin with, without which there are no links to them. NothingToTellError where no project
    has a day or a value; a project without either is named in a comment.
    """
    rows = projects(data)
    told = Told(
        data,
        {row.project_code: queries.organisations_of(conn, row.project_code) for row in rows},
        queries.themes(conn),
        reporter,
        base,
        _in_words(conn, data),
    )
    root = etree.Element("iati-activities", version="2.03")
    for line in _remarks(told):
        root.append(_comment(line))
    left_out = []
    for row in rows:
        observed = data.observations[data.observations["project_code"] == row.project_code]
        dates = list(_dates(row, observed, data.day))
        if dates:
            root.append(_activity(told, row, observed, dates))
        else:
            left_out.append(row.project_code)
    if left_out:
        root.append(_comment(f"Without any day, and so left out: {', '.join(left_out)}"))
    if not len(root.findall("iati-activity")):
        raise NothingToTellError("There is no project with a day or a value to tell IATI of.")
    etree.indent(root, space=" ")
    made: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    if found := faults(made):
        raise NotValidError(f"The file is not valid by IATI's schema: {found[0]}")
    return made


def projects(data: Data) -> list[Record]:
    """Return the projects of a view: the one that is named, or those of the country or programme."""
    view, known = data.view, data.catalogue
    return [
        row
        for row in data.projects()
        if view.project in ("", row.project_code)
        and (not view.country or view.country in known.countries_of(row.project_code))
    ]


def faults(data: bytes) -> list[str]:
    """Return what the official schema finds wrong in a file, a line each; empty where it is valid."""
    known = _schema()
    known.validate(etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True)))
    return [f"line {error.line}: {error.message}" for error in known.error_log]


@cache
def _schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA), etree.XMLParser(no_network=True)))


def _remarks(told: Told) -> Iterator[str]:
    """Yield what stands at the head of a file, for people."""
    programme = told.data.programme
    if programme is not None:
        for text in (words.name(programme.notice, "en"), programme.licence):
            if text:
                yield text
    if not told.reporter.identifier:
        yield "No IATI organisation identifier is configured (MEDTOWN_IATI_ORG): identifiers are our own."


# --- An activity ---------------------------------------------------------------------------------


def _activity(
    told: Told, row: Record, observed: pd.DataFrame, dates: Sequence[tuple[str, date, str]]
) -> Element:
    data, known = told.data, told.data.catalogue
    made = etree.Element("iati-activity", {LANGUAGE: "en", "default-currency": row.currency})
    if data.freshness.accepted_at:
        moment = data.freshness.accepted_at.astimezone(UTC).replace(tzinfo=None)
        made.set("last-updated-datetime", f"{moment.isoformat(timespec='seconds')}Z")
    own = told.reporter.identifier
    _sub(made, "iati-identifier").text = f"{own}-{row.project_code}" if own else row.project_code
    reporting = _sub(made, "reporting-org", ref=own, type=told.reporter.kind)
    if told.reporter.name:
        _sub(reporting, "narrative").text = _plain(told.reporter.name)
    else:
        _narratives(reporting, data.programme.names)
    _narratives(_sub(made, "title"), row.names)
    _narratives(_sub(made, "description", type="1"), row.summary or row.names)
    if data.programme.notice:
        _narratives(_sub(made, "description", type="4"), data.programme.notice)
    _organisations(made, told, row)
    _sub(made, "other-identifier", ref=row.project_code, type="A1")
    _sub(made, "activity-status", code=_status(row, data.day))
    for kind, day, remark in dates:
        element = _sub(made, "activity-date", **{"type": kind, "iso-date": day.isoformat()})
        if remark:
            _sub(element, "narrative").text = remark
    for country in known.countries_of(row.project_code):
        if code := alpha_2(country):
            _sub(made, "recipient-country", code=code)
    places = dict.fromkeys([*known.places_of.get(row.project_code, ()), *observed["place_code"]])
    for code in places:
        _location(made, data, code)
    if theme := told.themes.get(row.theme_code or ""):
        sector = _sub(made, "sector", vocabulary=OWN_VOCABULARY, code=theme.theme_code)
        _narratives(sector, theme.names)
    indicators = _indicators(data, row, observed)
    _tags(made, data, indicators)
    _budget(made, row)
    _document(made, told, row)
    _results(made, data, row, indicators, observed)
    return made


def _in_words(conn: Connection, data: Data) -> dict[str, list[str]]:
    """Return the languages in which something is told of projects on their pages, by project."""
    found = queries.published_records(
        conn,
        programme_code=data.view.programme,
        kinds=records.ON_PAGES,
        as_of=data.view.known_at,
    )
    languages: dict[str, list[str]] = defaultdict(list)
    for row in found:
        if row["language"] not in languages[row["project_code"] or ""]:
            languages[row["project_code"] or ""].append(row["language"])
    return languages


def _document(made: Element, told: Told, row: Record) -> None:
    """Link to the page of a project that tells in words what changed, where there is one."""
    languages = told.in_words.get(row.project_code)
    if not languages or not told.base:
        return
    url = f"{told.base}/project/{row.project_code}"
    link = _sub(made, "document-link", url=url, format="text/html")
    names = {code: words.text("What changed", code) for code in LANGUAGES}
    _narratives(_sub(link, "title"), names)
    _sub(link, "category", code=RESULTS_IN_WORDS)
    for language in sorted(languages):
        _sub(link, "language", code=language)


def _organisations(made: Element, told: Told, row: Record) -> None:
    """Add who runs a project; where nobody is named, the programme that it belongs to."""
    for one in told.organisations[row.project_code]:
        named = {"role": ROLES.get(one.role, IMPLEMENTING)}
        if kind := ORGANISATION_TYPES.get(one.kind):
            named["type"] = kind
        _narratives(_sub(made, "participating-org", **named), one.names)
    if not told.organisations[row.project_code]:
        organisation = _sub(made, "participating-org", role=PROGRAMME_ROLE)
        _narratives(organisation, told.data.programme.names)


def _status(row: Record, day: date) -> str:
    """Return ActivityStatus: 1 before the start, 3 after the end, 2 between and where no day is known."""
    if row.start_date and row.start_date > day:
        return "1"
    return "3" if row.end_date and row.end_date < day else "2"


def _dates(row: Record, observed: pd.DataFrame, day: date) -> Iterator[tuple[str, date, str]]:
    """Yield ActivityDateType, day and remark: planned days lie ahead, actual ones do not.

    Of a project whose start is not known, the first day that was reported.
    """
    if row.start_date:
        yield ("2" if row.start_date <= day else "1"), row.start_date, ""
    elif (actuals := observed[observed["value_type"] == ValueType.ACTUAL])["period_start"].size:
        yield "2", actuals["period_start"].min().date(), "The first day that was reported"
    if row.end_date:
        yield ("4" if row.end_date <= day else "3"), row.end_date, ""


def alpha_2(country_code: str) -> str:
    """Return a country's code of two letters (ISO 3166-1), by Unicode CLDR; empty where there is none.

    >>> alpha_2("PSE")
    'PS'
    """
    found = get_global("territory_aliases").get(country_code, [])
    return str(found[0]) if len(found) == 1 else ""


def _location(made: Element, data: Data, code: str) -> None:
    place = data.catalogue.places[code]
    location = _sub(made, "location", ref=code)
    _sub(location, "location-reach", code="1")
    _narratives(_sub(location, "name"), place.names)
    if country := alpha_2(place.country_code):
        _sub(location, "administrative", vocabulary="A4", code=country, level="0")
    if place.latitude is not None and place.longitude is not None:
        point = _sub(location, "point", srsName="http://www.opengis.net/def/crs/EPSG/0/4326")
        _sub(point, "pos").text = f"{place.latitude} {place.longitude}"
        _sub(location, "exactness", code="2")


def _tags(made: Element, data: Data, indicators: Iterable[str]) -> None:
    """Add the SDGs and their targets that the indicators are linked to; a link is not an attribution."""
    linked = {
        target for code in indicators for target in data.catalogue.sdg_targets_of.get(code, ())
    }
    goals = {int(target.split(".")[0]) for target in linked}
    for goal in sorted(goals):
        tag = _sub(made, "tag", vocabulary=GOALS, code=str(goal))
        _narratives(tag, data.catalogue.goals[goal].short_names)
    for target in sorted(linked, key=lambda code: (int(code.split(".")[0]), code)):
        _sub(made, "tag", vocabulary=TARGETS, code=target)


def _budget(made: Element, row: Record) -> None:
    """Add the budget, where its period is known."""
    if row.budget is None or not row.start_date or not row.end_date:
        return
    budget = _sub(made, "budget", type="1")
    _period(budget, row.start_date, row.end_date)
    value = _sub(
        budget, "value", **{"currency": row.currency, "value-date": row.start_date.isoformat()}
    )
    value.text = number(row.budget)


# --- Results --------------------------------------------------------------------------------------


def _indicators(data: Data, row: Record, observed: pd.DataFrame) -> list[str]:
    """Return the indicators that a project reports, or has reported, in the order of the catalogue."""
    plans = data.catalogue.project_indicators
    planned = plans[plans["project_code"] == row.project_code]["indicator_code"]
    told = {*planned, *observed["indicator_code"]}
    return [code for code in data.catalogue.indicators if code in told]


def _results(
    made: Element, data: Data, row: Record, indicators: Sequence[str], observed: pd.DataFrame
) -> None:
    """Add a result for each result level that has indicators."""
    levels: dict[str, list[str]] = defaultdict(list)
    for code in indicators:
        levels[frames.level_of(data, code, row.project_code)].append(code)
    for level in (one for one in frames.LEVELS if levels[one]):
        rows = [data.catalogue.indicators[code] for code in levels[level]]
        result = _sub(
            made,
            "result",
            **{
                "type": RESULT_TYPES.get(level, OTHER_RESULT),
                "aggregation-status": _flag(all(map(adds_up, rows))),
            },
        )
        title = {tag: words.text(sentences.LEVELS[level], tag) for tag in words.LANGUAGES}
        _narratives(_sub(result, "title"), title)
        for indicator in rows:
            own = observed[observed["indicator_code"] == indicator.indicator_code]
            _indicator(result, data, row, indicator, own)


def adds_up(indicator: Record) -> bool:
    """Return whether the values of several projects and places may be added up as they stand."""
    return bool(indicator.place_rule == PlaceRule.SUM and indicator.overlap == Overlap.NONE)


def measure(indicator: Record) -> str:
    """Return IndicatorMeasure: 1 unit, 2 percentage, 3 nominal, 4 ordinal, 5 qualitative."""
    if indicator.measure == Measure.RATIO and indicator.factor == 100:
        return PERCENTAGE
    return MEASURES.get(indicator.measure, UNIT)


def _indicator(
    result: Element, data: Data, project: Record, row: Record, observed: pd.DataFrame
) -> None:
    made = _sub(
        result, "indicator", **{"measure": measure(row), "aggregation-status": _flag(adds_up(row))}
    )
    if row.direction != Direction.NONE:
        made.set("ascending", _flag(row.direction == Direction.UP))
    _narratives(_sub(made, "title"), row.names)
    unit = data.catalogue.units[row.unit_code]
    described = {
        tag: f"{text} [{words.name(unit.names, tag)}]"
        for tag, text in row.definition.items()
        if text
    }
    _narratives(_sub(made, "description"), described or unit.names)
    _sub(made, "reference", vocabulary=OWN_VOCABULARY, code=row.indicator_code)
    periods: dict[tuple[date, date], list[dict[Any, Any]]] = defaultdict(list)
    for one in observed[observed["answer"] == Answer.VALUE].to_dict("records"):
        if one["value_type"] == ValueType.BASELINE:
            day = one["period_end"].date()
            named = {"iso-date": day.isoformat(), "year": str(day.year)}
            _value(_sub(made, "baseline", **named), one)
        else:
            periods[_span(data, project, one)].append(one)
    for (start, end), told in sorted(periods.items(), key=lambda item: (item[0][1], item[0][0])):
        period = _sub(made, "period")
        _period(period, start, end)
        for kind in (ValueType.TARGET, ValueType.ACTUAL):
            for one in told:
                if one["value_type"] == kind:
                    _value(_sub(period, str(kind)), one)


def _span(data: Data, project: Record, one: Mapping[Any, Any]) -> tuple[date, date]:
    """Return the period of an actual; of a target from the project's start, where it adds up to its day."""
    start, end = one["period_start"].date(), one["period_end"].date()
    begin = project.start_date
    if one["value_type"] == ValueType.TARGET and begin and begin <= start:
        plans = data.catalogue.project_indicators
        own = plans[
            (plans["project_code"] == project.project_code)
            & (plans["indicator_code"] == one["indicator_code"])
        ]["target_basis"]
        basis = (
            own.iloc[0]
            if len(own)
            else data.catalogue.indicators[one["indicator_code"]].target_basis
        )
        return (begin, end) if basis == TargetBasis.CUMULATIVE else (start, end)
    return start, end


def _value(made: Element, one: Mapping[Any, Any]) -> None:
    """Add a value with its place, its categories, and what it does not say by itself."""
    if one["value"] == one["value"]:
        made.set("value", number(one["value"]))
    _sub(made, "location", ref=one["place_code"])
    for dimension, category in categories_of(one["breakdown_key"]).items():
        _sub(made, "dimension", name=dimension, value=category)
    remark = "; ".join(_remarks_on(one))
    if remark:
        _sub(_sub(made, "comment"), "narrative").text = _plain(remark)


def _remarks_on(one: Mapping[Any, Any]) -> Iterator[str]:
    """Yield what belongs to a value: its currency, how exact it is, its two parts, its words."""
    if one["currency"]:
        yield one["currency"]
    if sign := SIGNS.get(one["qualifier"]):
        yield f"{sign} {number(one['value'])}"
    if one["denominator"] == one["denominator"]:
        yield f"{number(one['numerator'])} / {number(one['denominator'])}"
    if one["n"] == one["n"]:
        yield f"n = {number(one['n'])}"
    if one["text"]:
        yield one["text"]


# --- Elements -------------------------------------------------------------------------------------


def number(value: float) -> str:
    """Return a number with all of its digits, and no point behind a whole one.

    >>> number(136.0), number(0.1)
    ('136', '0.1')
    """
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _sub(parent: Element, name: str, /, **attributes: str) -> Element:
    return etree.SubElement(parent, name, {key: _plain(text) for key, text in attributes.items()})


def _period(parent: Element, start: date, end: date) -> None:
    _sub(parent, "period-start", **{"iso-date": start.isoformat()})
    _sub(parent, "period-end", **{"iso-date": end.isoformat()})


def _narratives(parent: Element, names: Mapping[str, str]) -> None:
    """Add a text once for each language in which there is one, the source language first."""
    for tag in words.LANGUAGES:
        if text := names.get(tag):
            _sub(parent, "narrative", **{LANGUAGE: tag}).text = _plain(text)


def _flag(is_so: object) -> str:
    return "true" if is_so else "false"


def _comment(text: str) -> Element:
    """Return a comment, which no two hyphens may end before its time."""
    return etree.Comment(f" {_plain(text).replace('--', '––')} ")


def _plain(text: str) -> str:
    """Return a text without the characters that no XML file may hold."""
    return exports.NOT_XML.sub("\ufffd", text)
