"""From the frames of `schemas.impact` to what methods are given: no other figures are made up.

What a frame has no number for (withheld, not reported, not additive) is refused, so that nothing
computed from a withheld value is shown; so is "over 300", and "about 450" is a range.
"""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from schemas.codes import Qualifier
from schemas.evaluation.answers import PLAIN, Refused, Unit
from schemas.evaluation.comparing import SINCE_BASELINE, BaselineChange
from schemas.evaluation.differences import DIFFERENCES, DiffInDiff, Group
from schemas.evaluation.inputs import Known, Money, Span
from schemas.evaluation.returns import COST_EFFECTIVENESS, CostEffectiveness
from schemas.evaluation.series import INTERRUPTED, MonthlySeries
from schemas.findings import Finding, finding
from schemas.series import DEFAULT
from schemas.steps import months
from schemas.words import MARKS, period_code

Row = Mapping[Any, Any]


def baseline_change_of(row: Row, unit: Unit = PLAIN) -> BaselineChange | Refused:
    """Return baseline and actual of a row of `impact.results`: those of the same projects.

    Refused where no baseline was reported: that of a cumulative target is 0, and no observation.
    """
    if not row["baseline_ids"] or math.isnan(row["baseline"]):
        return Refused(SINCE_BASELINE, (finding("baseline_not_reported"),))
    ends = _ends(row, "compared_low", "compared_high")
    if isinstance(ends, Finding):
        return Refused(SINCE_BASELINE, (ends,))
    day, baseline = _day(row["baseline_date"]), row["baseline"]
    start, end = _day(row["period_start"]), _day(row["period_end"])
    return BaselineChange(
        Known(baseline, baseline, day, day),
        # An actual to date began before its baseline's day; what is compared is where it ends.
        Known(*ends, max(start, _next(day, end)), end),
        unit,
        row["projects_compared"],
    )


def _ends(row: Row, low: str = "low", high: str = "high") -> tuple[float, float] | Finding:
    """Return between which numbers a figure lies, or why that is not known."""
    if math.isnan(row[low]):
        return finding("figure_missing")
    qualifier = Qualifier(row["qualifier"] or Qualifier.EXACT)
    if qualifier in (Qualifier.AT_LEAST, Qualifier.AT_MOST):
        return finding("figure_bounded", found=f"{MARKS[qualifier]}{row[low]:g}")
    share = DEFAULT.about if qualifier == Qualifier.ABOUT else 0.0
    return row[low] - abs(row[low]) * share, row[high] + abs(row[high]) * share


def _next(day: date, end: date) -> date:
    """Return the day after a day, no later than an end."""
    return min(end, date.fromordinal(day.toordinal() + 1))


def diff_in_diff_of(
    own: pd.DataFrame, other: pd.DataFrame, began: date, unit: Unit = PLAIN
) -> DiffInDiff | Refused:
    """Return two territories' rows of `impact.trend` as a comparison around the day a project began.

    Before is the last common period that ends before that day, after the last common one that
    begins on it or later, earlier are the common ones in between and before. Each period counts by
    itself (`in_period_low`, `_high`). Refused where there is no common period on either side.
    """
    mine, theirs, faults = _known(own), _known(other), _bounded(own) + _bounded(other)
    if faults:
        return Refused(DIFFERENCES, tuple(faults))
    common = sorted(mine.keys() & theirs.keys(), key=lambda period: period[1])
    before = [period for period in common if period[1] < began]
    after = [period for period in common if period[0] >= began]
    if not before or not after:
        return Refused(DIFFERENCES, (finding("no_common_period", day=began.isoformat()),))
    groups = [
        Group(figures[before[-1]], figures[after[-1]], tuple(figures[one] for one in before[:-1]))
        for figures in (mine, theirs)
    ]
    return DiffInDiff(groups[0], groups[1], unit)


def _bounded(trend: pd.DataFrame) -> list[Finding]:
    """Return the figures that are only known as "at least" or "at most"."""
    told = trend[trend["in_period_low"].notna()].to_dict("records")
    ends = [_ends(row, "in_period_low", "in_period_high") for row in told]
    return [one for one in ends if isinstance(one, Finding)]


def _known(trend: pd.DataFrame) -> dict[tuple[date, date], Known]:
    """Return the figure of each period that has one."""
    told = trend[trend["in_period_low"].notna()]
    found = {}
    for row in told.to_dict("records"):
        period = (_day(row["period_start"]), _day(row["period_end"]))
        ends = _ends(row, "in_period_low", "in_period_high")
        if not isinstance(ends, Finding):
            found[period] = Known(*ends, *period)
    return found


def monthly_series_of(
    trend: pd.DataFrame, began: date, unit: Unit = PLAIN, *, has_seasons: bool = False
) -> MonthlySeries | Refused:
    """Return the months of rows of `impact.trend` as a series; `began` is the project's first day.

    Refused where a period is not one month, or its figure a range.
    """
    known = _known(trend)
    faults = _bounded(trend)
    faults += [
        finding("not_monthly", found=f"{start.isoformat()} – {end.isoformat()}")
        for start, end in known
        if start.day != 1 or months(start, end) != 1
    ]
    faults += [
        finding("not_exact", month=period_code(one.start, one.end), low=one.low, high=one.high)
        for one in known.values()
        if one.low != one.high
    ]
    if faults:
        return Refused(INTERRUPTED, tuple(faults))
    values = tuple((start, one.low) for (start, _), one in sorted(known.items()))
    return MonthlySeries(values, began, unit, has_seasons)


def cost_effectiveness_of(
    cost: Row, effect: Row, unit: Unit = PLAIN
) -> CostEffectiveness | Refused:
    """Return what was spent and what came of it, of two rows of `impact.results` of one project.

    The costs are taken at the prices of the year in which their period ends.
    """
    ends = [_ends(row) for row in (cost, effect)]
    spans = [Span(*one) for one in ends if not isinstance(one, Finding)]
    if len(spans) < len(ends):
        faults = [one for one in ends if isinstance(one, Finding)]
        return Refused(COST_EFFECTIVENESS, tuple(faults))
    periods = [(_day(row["period_start"]), _day(row["period_end"])) for row in (cost, effect)]
    money = Money(spans[0], cost["currency"], periods[0][1].year)
    return CostEffectiveness((money,), spans[1], periods[0], periods[1], unit)


def _day(when: Any) -> date:
    return pd.Timestamp(when).date()
