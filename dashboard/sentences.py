"""What pages and reports say about values and indicators, in the reader's language."""

import math
import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pandas as pd

from dashboard import frames
from dashboard.frames import Data, span
from dashboard.queries import Record
from schemas import units, words
from schemas.codes import (
    GOOD,
    Direction,
    Measure,
    Overlap,
    PlaceRule,
    RateKind,
    Timeliness,
    TimeRule,
)
from schemas.impact import REASONS
from schemas.words import N_

Row = Mapping[Any, Any]

MEASURES = {
    Measure.COUNT: N_("Count"),
    Measure.AMOUNT: N_("Amount of money"),
    Measure.RATIO: N_("Ratio"),
    Measure.QUANTITY: N_("Quantity"),
    Measure.SCORE: N_("Score"),
    Measure.YES_NO: N_("Yes or no"),
    Measure.TEXT: N_("In words"),
}

LEVELS = {
    "impact": N_("Impact"),
    "outcome": N_("Outcome"),
    "output": N_("Output"),
    "input": N_("Input"),
    "context": N_("Context"),
}

DIRECTIONS = {
    Direction.UP: N_("More is better"),
    Direction.DOWN: N_("Less is better"),
    Direction.NONE: N_("Neither more nor less is better in itself"),
}

VALUE_TYPES = {"baseline": N_("Baseline"), "target": N_("Target"), "actual": N_("Actual")}

BASES = {
    "measured": N_("Measured"),
    "estimated": N_("Estimated"),
    "target_group": N_("Derived from the target group"),
    "self_declared": N_("Self-declared"),
}

ANSWERS = {"nothing_to_report": N_("Nothing to report"), "not_applicable": N_("Not applicable")}

STATES = {
    "received": N_("Received"),
    "refused": N_("Refused"),
    "rejected": N_("To be corrected"),
    "ready": N_("Ready to accept"),
    "returned": N_("Returned"),
    "accepted": N_("Accepted"),
    "withdrawn": N_("Withdrawn"),
}

SEVERITIES = {"error": N_("Error"), "warning": N_("Warning"), "note": N_("Note")}

PROJECT_KINDS = {
    "demonstrative_action": N_("Demonstrative action"),
    "pilot": N_("Pilot project"),
    "other": N_("Project"),
}

DISCLAIMER = N_(
    "The designations employed and the boundaries shown on the maps do not imply any opinion on the"
    " legal status of any country, territory or area, or on the delimitation of its frontiers."
)
"What stands beside every map."

FUNDING = {
    "MEDTOWN": (
        N_(
            "MedTOWN was co-funded by the European Union under the ENI CBC Mediterranean Sea Basin Programme"
            " 2014-2020."
        ),
        N_(
            "The contents of this dashboard are those of whoever reports and runs it. They do not reflect the"
            " position of the European Union, of the programme’s management structures or of the partners."
        ),
        N_(
            "No indicator list of the project is public. The catalogue of indicators, their targets and their"
            " links to the Sustainable Development Goals are ours: a proposal, and no code of the programme’s."
        ),
    )
}
"Who paid for a programme, and for whom its numbers do not speak, by its code."

TIMELINESS = {
    Timeliness.ON_TIME: N_("On time"),
    Timeliness.WITH_EXTENSION: N_("In the time granted"),
    Timeliness.WITHIN_GRACE: N_("Within the grace"),
    Timeliness.LATE: N_("Late"),
    Timeliness.DUE: N_("Awaited"),
    Timeliness.MISSING: N_("Missing"),
}

PUNCTUAL = {
    Timeliness.ON_TIME: "on_track",
    Timeliness.WITH_EXTENSION: "maintained",
    Timeliness.WITHIN_GRACE: "partly_achieved",
    Timeliness.LATE: "acceleration_needed",
    Timeliness.DUE: "none",
    Timeliness.MISSING: "not_achieved",
}
"Shapes and colours, as statuses have them; the word is beside each."

ROLES = {
    "lead": N_("lead"),
    "partner": N_("partner"),
    "implementing": N_("implementing"),
    "grantee": N_("grantee"),
    "public_body": N_("public body"),
    "academia": N_("university"),
    "technology": N_("technology"),
}

TIME = {
    TimeRule.SUM: N_(
        "The values of different periods are added up; periods that overlap are never added."
    ),
    TimeRule.LAST: N_(
        "The value at the end of the latest period counts; earlier ones are its history."
    ),
    TimeRule.MAX: N_("The highest value of any period counts."),
    TimeRule.MEAN: N_("The periods are averaged."),
    TimeRule.NONE: N_("Values of different periods are never put together."),
}

PLACES = {
    PlaceRule.SUM: N_("Projects and territories are then added up."),
    PlaceRule.WEIGHTED: N_(
        "Projects and territories are then put together by their weights, never averaged as they stand."
    ),
    PlaceRule.NONE: N_("Different projects and territories are never put together."),
}

OVERLAPS = {
    Overlap.NONE: "",
    Overlap.PERIODS: N_(
        "The same person may be counted in several periods, so that a total is a range."
    ),
    Overlap.PROJECTS: N_(
        "The same person may be counted by several projects of one territory, so that a total is a range."
    ),
    Overlap.BOTH: N_(
        "The same person may be counted in several periods and by several projects, so that a total is a range."
    ),
}

RANGE = N_(
    "Its lower end is the largest group that is surely of different people, its upper end the sum of"
    " all; people of different territories are assumed to differ."
)


def adding_up(indicator: Record, language: str) -> list[str]:
    """Return how an indicator's values are put together, a sentence each."""
    measure = Measure(indicator.measure)
    if measure is Measure.TEXT:
        return [words.text("Answers in words stand beside each other.", language)]
    sentences = []
    if measure is Measure.RATIO:
        sentences.append(
            N_(
                "Numerators and denominators are added up first, the ratio is computed from the sums."
            )
        )
    if measure is Measure.SCORE:
        sentences.append(
            N_("Only scores of the same instrument are put together, by the people asked.")
        )
    sentences.append(TIME[TimeRule(indicator.time_rule)])
    sentences.append(PLACES[PlaceRule(indicator.place_rule)])
    if overlap := OVERLAPS[Overlap(indicator.overlap)]:
        sentences += [overlap, RANGE]
    return [words.text(sentence, language) for sentence in sentences]


# --- Values -------------------------------------------------------------------------------------


def unit(data: Data, indicator: Record) -> str:
    """Return the name of an indicator's unit."""
    found = data.catalogue.units.get(indicator.unit_code)
    return words.name(found.names, data.language) if found else str(indicator.unit_code)


def unit_of(data: Data, row: Row) -> str:
    """Return the unit of a result; an amount's is its currency."""
    indicator = data.catalogue.indicators[row["indicator_code"]]
    if indicator.measure == Measure.AMOUNT and row.get("currency"):
        return str(row["currency"])
    return unit(data, indicator)


def unit_beside(data: Data, row: Row) -> str:
    """Return the unit as it stands beside the value of a row; empty where the value says it itself."""
    indicator = data.catalogue.indicators[row["indicator_code"]]
    if indicator.measure == Measure.AMOUNT and row["currency"]:
        return ""
    name, high = unit(data, indicator), row["high"]
    return units.beside(name, high, data.language, decimals=decimals(data, indicator))


def unit_below(data: Data, indicator: Record, shown: str = "") -> str:
    """Return the unit that stands below an indicator's name; empty where the name says it already."""
    own = shown or unit(data, indicator)
    return units.of_name(data.name(indicator), own, data.language)


def decimals(data: Data, indicator: Record) -> int | None:
    """Return how many decimals an indicator's values are shown with."""
    found = data.catalogue.units.get(indicator.unit_code)
    return int(found.decimals) if found else None


def value(
    data: Data,
    indicator: Record,
    low: float,
    high: float,
    *,
    qualifier: str = "=",
    currency: str = "",
) -> str:
    """Return a value as a reader sees it, without its unit but a percent sign; empty for none."""
    if low is None or math.isnan(low):
        return ""
    if indicator.measure == Measure.YES_NO:
        return words.text("Yes" if low else "No", data.language)
    if indicator.measure == Measure.AMOUNT and currency:
        return words.money(low, currency, data.language)
    own = unit(data, indicator)
    return units.shown(
        low,
        high,
        own if own == units.PERCENT else "",
        data.language,
        qualifier=qualifier or "=",
        decimals=decimals(data, indicator),
    )


def actual(data: Data, row: Row) -> str:
    """Return the actual of a row of `frames.results`."""
    indicator = data.catalogue.indicators[row["indicator_code"]]
    return value(
        data,
        indicator,
        row["low"],
        row["high"],
        qualifier=str(row["qualifier"] or "="),
        currency=str(row["currency"] or ""),
    )


def goal(data: Data, row: Row, name: str) -> str:
    """Return the baseline or the target of a row of `frames.results`."""
    indicator = data.catalogue.indicators[row["indicator_code"]]
    return value(data, indicator, row[name], row[name], currency=str(row["currency"] or ""))


def why(code: str, language: str) -> str:
    """Return why there is no number, or no status; empty where nothing is to be said."""
    return words.text(REASONS[code], language) if code else ""


def progress(data: Data, row: Row) -> str:
    """Return how far a result is on its way, in words: a share, or a range of shares."""
    low, high = row["progress_low"], row["progress_high"]
    if math.isnan(low):
        return ""
    return words.percents(low, high, data.language)


def status_inputs(data: Data, row: Row) -> str:
    """Return what a status rests on: the share covered, the share expected, and until when."""
    if not row["status"]:
        return why(str(row["status_reason"]), data.language)
    if math.isnan(row["expected"]):
        return ""  # a target to be maintained has no way
    return words.text(
        "{covered} of the way is covered, {expected} was expected.",
        data.language,
        covered=progress(data, row),
        expected=words.percent(row["expected"], data.language),
    )


def compared(data: Data, row: Row) -> str:
    """Return which part of a value is compared with the target; empty where it is all of it.

    Only projects that have both count for progress, and none whose value is out of date.
    """
    parts, whole = (row["compared_low"], row["compared_high"]), (row["low"], row["high"])
    if math.isnan(parts[0]) or parts == whole:
        return ""
    shown = actual(data, {**row, "low": parts[0], "high": parts[1]})
    return words.text("Compared with the target: {value}", data.language, value=shown)


def coverage(data: Data, row: Row) -> str:
    """Return how many projects a result rests on, of how many."""
    expected = int(row["projects_expected"])
    return (
        words.text(
            "{reporting} of {expected} projects report",
            data.language,
            reporting=int(row["projects_reporting"]),
            expected=expected,
        )
        if expected > 1
        else ""
    )


def target_note(data: Data, row: Row) -> tuple[str, str]:
    """Return "78 %" and " of the 2027 target of 2,300"; empty where there is no target."""
    if math.isnan(row["target"]) or pd.isna(row["target_date"]):
        return "", ""
    said = words.text(
        "of the target of {target} by {year}",
        data.language,
        target=goal(data, row, "target"),
        year=str(pd.Timestamp(row["target_date"]).year),
    )
    if share := progress(data, row):
        return share, said
    return "", words.text(
        "Target: {target} by {year}",
        data.language,
        target=goal(data, row, "target"),
        year=str(pd.Timestamp(row["target_date"]).year),
    )


# --- What stands under a chart --------------------------------------------------------------------


def period(days: tuple[date, date] | None, language: str) -> str:
    """Return a period; empty where there is none."""
    return words.period(*days, language) if days else ""


RATES = (
    N_("ECB euro reference rate, last quotation of the month"),
    N_("mean of the ECB daily euro reference rates"),
    N_("IMF annual averages per US dollar, crossed with the euro area row"),
    N_("IMF month-end rates per US dollar, crossed with the euro area row"),
)
"The sources of exchange rates in `data/reference`, without years and numbers."


RATE_KINDS = {
    RateKind.DAY: N_("rate of {day}"),
    RateKind.MONTH: N_("rate of the month to {day}"),
    RateKind.PERIOD_END: N_("rate at the end of the period, {day}"),
    RateKind.ANNUAL_AVERAGE: N_("average of the year to {day}"),
}


def rate(row: Row, language: str) -> tuple[str, str]:
    """Return at which rate an amount of `history.lineage` became euros, and of which day the rate is.

    Empty where it was reported in euros.
    """
    if row["currency"] == "EUR" or pd.isna(row["rate"]):
        return "", ""
    told = words.text(
        "1 EUR = {rate} {currency}",
        language,
        rate=words.number(row["rate"], language, 4),
        currency=row["currency"],
    )
    kind = RATE_KINDS.get(row["rate_kind"])
    day = "" if pd.isna(row["rate_date"]) else words.day(row["rate_date"].date(), language)
    return told, words.text(kind, language, day=day) if kind and day else ""


def rate_source(source: str, language: str) -> str:
    """Return whose an exchange rate is and how it was made, without the year, which stands beside it.

    >>> rate_source("mean of the 255 ECB daily euro reference rates of 2013", "en")
    'mean of the ECB daily euro reference rates'
    """
    return words.text(re.sub(r" of \d{4}| \d+(?= )", "", source), language)


def source(data: Data) -> str:
    """Return whose data a programme's are."""
    if data.programme is None:
        return ""
    if data.programme.source and not data.programme.is_invented:
        own = words.text(data.programme.source, data.language)
        return words.text("Source: {source}", data.language, source=own)
    if not data.freshness.workbooks:
        return ""
    return words.plural(
        "Source: {count} accepted workbook",
        "Source: {count} accepted workbooks",
        data.freshness.workbooks,
        data.language,
    )


def as_of(data: Data) -> str:
    """Return of which day the data are."""
    if data.view.as_of:
        return words.text(
            "as known on {day}", data.language, day=words.day(data.view.as_of, data.language)
        )
    accepted = data.freshness.accepted_at
    if accepted is None:
        return ""
    return words.text("as of {day}", data.language, day=words.day(accepted.date(), data.language))


def about(data: Data, frame: pd.DataFrame, shown_unit: str = "") -> list[str]:
    """Return unit, period, day and source of what a frame shows."""
    return [
        words.text("Unit: {unit}", data.language, unit=shown_unit) if shown_unit else "",
        period(span(frame), data.language),
        as_of(data),
        source(data),
        words.text("invented values", data.language)
        if data.programme is not None and data.programme.is_invented
        else "",
    ]


def category(data: Data, dimension_code: str, category_code: str) -> str:
    """Return the name of a category."""
    row = data.catalogue.categories.get((dimension_code, category_code))
    return words.apart(data.name(row), data.language) if row else category_code


def breakdown(data: Data, key: str) -> str:
    """Return the names of a breakdown's categories; empty for the total."""
    parts = (part.split("=", 1) for part in key.split("|") if "=" in part)
    names = [category(data, dimension, code) for dimension, code in parts]
    return words.joined(names, data.language)


# --- Where values come from -----------------------------------------------------------------------


def reported(data: Data, row: Row) -> str:
    """Return the value of a row of `history.lineage` as it was reported, with its unit."""
    indicator = data.catalogue.indicators[row["indicator_code"]]
    if row["answer"] != "value":
        return words.text(ANSWERS[row["answer"]], data.language)
    if math.isnan(row["value"]):
        if math.isnan(row["denominator"]):
            return str(row["text"])
        parts = (words.number(row[part], data.language) for part in ("numerator", "denominator"))
        return " / ".join(parts)
    shown = value(
        data,
        indicator,
        row["value"],
        row["value"],
        qualifier=row["qualifier"],
        currency=row["currency"],
    )
    told = {**row, "low": row["value"], "high": row["value"]}
    return f"{shown} {unit_beside(data, told)}".strip()


def version(data: Data, row: Row, side: str) -> str:
    """Return the value of one side ("before", "after") of a comparison (`etl.differences`)."""
    answer = row[f"answer_{side}"]
    if answer in ANSWERS:
        return words.text(ANSWERS[answer], data.language)
    shown = value(
        data,
        data.catalogue.indicators[row["indicator_code"]],
        row[side],
        row[side],
        qualifier=row[f"qualifier_{side}"] or "=",
        currency=row[f"currency_{side}"],
    )
    return shown or str(row[f"text_{side}"])


def what(data: Data, row: Row) -> str:
    """Return what an observation is: baseline, target or actual, and of whom."""
    kind = words.text(VALUE_TYPES[row["value_type"]], data.language)
    parts = breakdown(data, row["breakdown_key"])
    return f"{kind}{words.comma(data.language)}{parts}" if parts else kind


def where(data: Data, row: Row) -> str:
    """Return project and place of an observation."""
    code = row["project_code"]
    place = data.place_name(row["place_code"])
    if not code:
        return place
    return words.joined([data.name(data.catalogue.projects[code]), place], data.language)


# --- What was published elsewhere -----------------------------------------------------------------


def published(fact: Mapping[str, Any], language: str) -> str:
    """Return the figure of a published fact with its unit; empty where it has none."""
    number = fact.get("value")
    if number is None:
        return ""
    return units.shown(
        float(number),
        float(number),
        in_words(fact.get("unit"), language),
        language,
        qualifier=str(fact.get("qualifier") or "="),
    )


def in_words(text: Any, language: str) -> str:
    """Return a text of a published fact, which may be in several languages."""
    return words.name(text, language) if isinstance(text, dict) else str(text or "")


def day_of(fact: Mapping[str, Any], language: str) -> str:
    """Return the day or the period of a published fact, as people write it; empty where it has none."""
    told = str(fact.get("date") or "")
    try:
        return words.period(*words.parse_period_code(told), language)
    except ValueError:
        return told


# --- How a programme, a country or a territory stands -----------------------------------------------


def headline(data: Data, found: pd.DataFrame, projects: Collection[str]) -> str:
    """Return how many of some projects have reported, and how many results are on the path.

    `found` are results of which each is counted once: of indicators, not of their parts.
    """
    reporting = frames.reporting(data) & set(projects)
    reported = words.plural(
        "{reporting} of {count} project has reported.",
        "{reporting} of {count} projects have reported.",
        len(projects),
        data.language,
        reporting=words.number(len(reporting), data.language),
    )
    told = found[found["status"] != ""]
    if told.empty:
        return f"{reported} {words.text('No status can be told yet.', data.language)}"
    good = int(told["status"].isin(GOOD).sum())
    stand = words.plural(
        "{good} of {count} indicator that has a status is achieved, maintained or on track.",
        "{good} of {count} indicators that have a status are achieved, maintained or on track.",
        len(told),
        data.language,
        good=words.number(good, data.language),
    )
    return f"{reported} {stand}"
