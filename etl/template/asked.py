"""What a template asks a project for, and what it shows of what is known."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
from babel.numbers import get_territory_currencies

from etl.reference import Category, Indicator, Project, ProjectIndicator, Reference
from etl.template.keys import ANSWERED, DENOMINATOR, NUMERATOR, SHARE, VALUE, Identity, Line
from schemas.codes import Measure, ReportedAs, TimeRule, ValueType
from schemas.words import N_

SCHEME = "esf_plus"
"Where a dimension has several complete lists, a template asks by this one: the EU's of 2021-2027."


def reported_by(reference: Reference, project_code: str) -> list[ProjectIndicator]:
    """Return what a project reports, in the order of its results framework."""
    used = [
        one
        for (code, _), one in reference.project_indicators.items()
        if code == project_code
        and not (one.is_ended or reference.indicators[one.indicator_code].is_ended)
    ]
    return sorted(used, key=lambda one: (one.sort, one.indicator_code))


def asked_categories(reference: Reference, dimension_code: str) -> list[Category]:
    """Return the categories that a template asks for: one complete list, then the unknown."""
    every = sorted(
        (
            one
            for (code, _), one in reference.categories.items()
            if code == dimension_code and not one.is_ended
        ),
        key=lambda one: one.sort,
    )
    schemes = [scheme for one in every for scheme in one.schemes]
    scheme = SCHEME if SCHEME in schemes else next(iter(schemes), "")
    return [one for one in every if scheme in one.schemes or one.is_unknown or not scheme]


def lines(reference: Reference, project: Project) -> Iterator[Line]:
    """Yield the lines of a project's table: its indicators, at each of its places, part by part."""
    several = {Measure.RATIO: (SHARE, NUMERATOR, DENOMINATOR), Measure.SCORE: (VALUE, ANSWERED)}
    for used in reported_by(reference, project.project_code):
        measure = Measure(reference.indicators[used.indicator_code].measure)
        is_number = measure not in (Measure.YES_NO, Measure.TEXT)
        dimensions = tuple(
            code
            for code in used.dimensions
            if is_number and not reference.dimensions[code].is_ended
        )
        for place in project.place_codes:
            for part in several.get(measure, (VALUE,)):
                yield Line(used.indicator_code, place, part, used.reported_as, dimensions)


Said = dict[tuple[str, str, str], dict[str, Any]]
"By indicator, place and value type: the observation that a partner is shown."


def said(known: pd.DataFrame | None, project_code: str, period_end: date) -> Said:
    """Return the baseline, the target that comes next and the last actual of each series."""
    found: Said = {}
    if known is None or known.empty:
        return found
    mine = known[(known["project_code"] == project_code) & (known["breakdown_key"] == "")]
    end = pd.Timestamp(period_end)
    for row in mine.sort_values("period_end", kind="stable").to_dict("records"):
        kind = str(row["value_type"])
        key = (str(row["indicator_code"]), str(row["place_code"]), kind)
        if kind == ValueType.TARGET and key in found and found[key]["period_end"] >= end:
            continue  # a milestone that is still to come stands before the final target
        if kind == ValueType.ACTUAL and row["period_end"] > end:
            continue
        found[key] = {str(name): value for name, value in row.items()}
    return found


def counted(line: Line, indicator: Indicator) -> str:
    """Return the words for what a line's number covers: the period, all time, or one day."""
    if line.reported_as == ReportedAs.TO_DATE:
        return N_("counted since the start of the project")
    if indicator.time_rule == TimeRule.LAST:
        return N_("as on the last day of the period")
    return N_("counted in this period")


def currencies(reference: Reference, project: Project, identity: Identity) -> list[str]:
    """Return the currencies to choose from: the project's, the euro, those of its countries."""
    local = [
        currency
        for code in project.place_codes
        for currency in get_territory_currencies(
            _alpha_2(reference, code),
            start_date=identity.period_start,
            end_date=identity.period_end,
        )
    ]
    return list(dict.fromkeys([project.currency, "EUR", *local]))


def _alpha_2(reference: Reference, place_code: str) -> str:
    """Return the two letters of a place's country, which are among its other names."""
    country = reference.places[reference.places[place_code].country_code]
    return next((word for word in country.aliases if len(word) == 2 and word.isascii()), "")


def per_year(indicator: Indicator, start: date | None, end: date | None) -> float:
    """Return the factor that makes a ratio of some months one of a year, where it is one."""
    if not (indicator.is_annualised and start and end):
        return 1.0
    return 12 / ((end.year - start.year) * 12 + end.month - start.month + 1)
