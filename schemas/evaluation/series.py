"""Interrupted time series: the months since a project began against the trend of those before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from schemas.evaluation.answers import (
    PLAIN,
    Answer,
    Estimate,
    How,
    Interval,
    Mark,
    Method,
    Refused,
    Told,
    Unit,
    change,
    count,
)
from schemas.evaluation.inputs import level_faults, number_faults
from schemas.findings import Finding, finding
from schemas.words import N_

MIN_MONTHS = 8
"The fewest months on either side: below it there is hardly any power (Penfold and Zhang 2013)."

MIN_SEASONAL = 12
"The fewest months on either side where the seasons are allowed for (Wagner et al. 2002)."

INTERRUPTED = Method(
    "interrupted_time_series",
    N_("Interrupted time series"),
    "Yₜ = β₀ + β₁t + β₂Xₜ + β₃(t − t₀)Xₜ + εₜ",
    N_(
        "The months before the project show where the figure was heading. That line is continued, and the months since are held against it: did the figure jump at once, and does it run steeper or flatter since? Whatever else began in the same month cannot be told from the project."
    ),
    "Wagner, A. K. et al. (2002), Journal of Clinical Pharmacy and Therapeutics 27, 299–309, doi:10.1046/j.1365-2710.2002.00430.x; Newey, W. K. and West, K. D. (1987), Econometrica 55, 703–708",
    is_difference=True,
    refusals=N_(
        "There is no answer with fewer than eight months on either side (twelve where the months of the year differ), or where a month is missing."
    ),
)


@dataclass(frozen=True)
class MonthlySeries:
    """One figure a month, each by the first day of its month, and the month the project began.

    `has_seasons`: months of the year differ, by one wave a year (a sine and a cosine). `lags`: how
    many months errors are related over; None for Newey and West's rule, ⌊4 (T/100)^(2/9)⌋.
    """

    values: tuple[tuple[date, float], ...]
    began: date
    unit: Unit = PLAIN
    has_seasons: bool = False
    lags: int | None = None
    level: float = 0.95


@dataclass(frozen=True)
class Segments:
    """A line with a break: what it is before, how it jumps, and how its slope changes.

    `coefficients` and `errors` are of (level, slope, jump, change of slope, and the seasons' two);
    `jump` and `bend` are the two that count with their intervals, `at_end` is how far the line lies
    from the continued one at the last point; `expected` is the continued line.
    """

    coefficients: tuple[float, ...]
    errors: tuple[float, ...]
    jump: tuple[float, float, float]
    bend: tuple[float, float, float]
    at_end: tuple[float, float, float]
    fitted: tuple[float, ...]
    expected: tuple[float, ...]


def segmented(
    values: Sequence[float],
    count_before: int,
    *,
    has_seasons: bool = False,
    lags: int | None = None,
    level: float = 0.95,
) -> Segments:
    """Return the least-squares line through values at equal distances that may break once.

    Y = β₀ + β₁t + β₂X + β₃(t − t₀)X, where X is 1 from value `count_before` on, which is t₀;
    Newey and West's errors with the small-sample factor n/(n − k), t intervals with n − k degrees
    of freedom. Sources: Wagner et al. (2002); Linden (2015), Stata Journal 15, 480-500.
    """
    from statsmodels.regression.linear_model import OLS

    n = len(values)
    time = np.arange(n, dtype=float)
    since = (time >= count_before).astype(float)
    columns = [np.ones(n), time, since, since * (time - count_before)]
    if has_seasons:
        year = 2 * math.pi * time / 12
        columns += [np.sin(year), np.cos(year)]
    design = np.column_stack(columns)
    maxlags = math.floor(4 * (n / 100) ** (2 / 9)) if lags is None else lags
    fit: Any = OLS(np.asarray(values, dtype=float), design).fit(
        cov_type="HAC", cov_kwds={"maxlags": maxlags, "use_correction": True}, use_t=True
    )

    def told(weights: Sequence[float]) -> tuple[float, float, float]:
        found = fit.t_test(np.asarray(weights, dtype=float))
        low, high = found.conf_int(alpha=1 - level)[0]
        return float(found.effect[0]), float(low), float(high)

    seasons = [0.0] * (design.shape[1] - 4)
    without = design.copy()
    without[:, 2:4] = 0.0
    return Segments(
        tuple(map(float, fit.params)),
        tuple(map(float, fit.bse)),
        told([0, 0, 1, 0, *seasons]),
        told([0, 0, 0, 1, *seasons]),
        told([0, 0, 1, n - 1 - count_before, *seasons]),
        tuple(map(float, design @ fit.params)),
        tuple(map(float, without @ fit.params)),
    )


def interrupted_series(inputs: MonthlySeries) -> Answer:
    """Return how far a monthly figure jumped when the project began, against its earlier trend.

    Formula and errors: `segmented`. The estimate is the jump (β₂) in the figure's own unit, with
    its t interval; the sentence also has the change of slope and the distance at the last month.
    Assumes that the earlier trend would have gone on in a straight line, and that nothing else
    began then. Refused: months that are missing or there twice, fewer than `MIN_MONTHS` on a side
    (`MIN_SEASONAL` with seasons), figures that never vary. Sources: Wagner et al. (2002),
    doi:10.1046/j.1365-2710.2002.00430.x; Penfold and Zhang (2013), Academic Pediatrics 13, S38-S44;
    Bernal et al. (2017), International Journal of Epidemiology 46, 348-355 (seasons).
    """
    months = sorted(inputs.values)
    first = inputs.began.replace(day=1)
    before = sum(month < first for month, _ in months)
    if faults := _faults(inputs, months, before):
        return Refused(INTERRUPTED, tuple(faults))
    found = segmented(
        [number for _, number in months],
        before,
        has_seasons=inputs.has_seasons,
        lags=inputs.lags,
        level=inputs.level,
    )
    unit = inputs.unit
    marks = [
        Mark(label, number, day=month)
        for label, numbers, since in (
            (N_("Observed"), [number for _, number in months], 0),
            (N_("Fitted line"), found.fitted, 0),
            (N_("Expected from the earlier trend"), found.expected, before),
        )
        for (month, _), number in list(zip(months, numbers, strict=True))[since:]
    ]
    estimate, low, high = found.jump
    return Estimate(
        INTERRUPTED,
        estimate,
        low,
        high,
        Interval.CONFIDENCE,
        len(months),
        How.CHANGE,
        unit,
        (
            N_("In {month}, when the project began, the figure jumped by {estimate}."),
            N_(
                "Since then its change from month to month differs by {bend} from before; after {months} months it is {at_end} away from where the earlier trend would have led."
            ),
        ),
        {
            "month": Told(How.PERIOD, word=_code(first)),
            "estimate": change(estimate, unit),
            "bend": change(found.bend[0], unit),
            "months": count(len(months) - before),
            "at_end": change(found.at_end[0], unit),
        },
        (
            N_("Without the project the earlier trend would have gone on in a straight line."),
            N_("Nothing else that matters began in the same month."),
            N_("How the figure is measured did not change."),
        )
        + (
            (N_("The months of the year differ in the same way every year."),)
            if inputs.has_seasons
            else ()
        ),
        (
            *marks,
            Mark(N_("Jump"), *found.jump),
            Mark(N_("Change of slope per month"), *found.bend),
            Mark(N_("Distance at the last month"), *found.at_end),
        ),
        inputs.level,
    )


def _faults(inputs: MonthlySeries, months: list[tuple[date, float]], before: int) -> list[Finding]:
    """Return why a series is none: gaps, too few months, or nothing that varies."""
    faults = [*level_faults(inputs.level), *number_faults(*(number for _, number in months))]
    least = MIN_SEASONAL if inputs.has_seasons else MIN_MONTHS
    after = len(months) - before
    if min(before, after) < least:
        faults.append(finding("months_too_few", value=before, n=after, limit=least))
    numbers = [month.year * 12 + month.month for month, _ in months]
    wanted = set(range(numbers[0], numbers[-1] + 1)) if numbers else set()
    gaps = sorted(wanted - set(numbers)) + sorted({n for n in numbers if numbers.count(n) > 1})
    if gaps:
        named = ", ".join(_month(number) for number in gaps[:6])
        faults.append(finding("months_missing", found=named))
    if not faults and len({number for _, number in months}) == 1:
        faults.append(finding("no_spread"))
    return faults


def _month(number: int) -> str:
    return _code(date((number - 1) // 12, (number - 1) % 12 + 1, 1))


def _code(month: date) -> str:
    return month.isoformat()[:7]
