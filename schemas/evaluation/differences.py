"""Difference in differences: a territory with the project against a similar one without it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas.evaluation.answers import (
    COUNTED_ALIKE,
    PERCENT,
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
)
from schemas.evaluation.comparing import reach_of, satterthwaite
from schemas.evaluation.inputs import (
    Figure,
    Known,
    Mean,
    Share,
    Signature,
    figure_faults,
    kind_faults,
    level_faults,
    number_faults,
    order_faults,
    signing_faults,
)
from schemas.findings import Finding, finding
from schemas.words import N_

MIN_EARLIER = 2
"How many common periods before the one that is compared show whether two territories run alike."

MIN_EVENTS = 5
"How many answers of either kind the normal approximation of a share needs."

TREND_LEVEL = 0.95
"How sure it has to be that two territories ran apart before they are no longer compared."

DIFFERENCES = Method(
    "difference_in_differences",
    N_("Difference in differences"),
    "(A₂ − A₁) − (B₂ − B₁)",
    N_(
        "A territory with the project is compared with a similar one without it. What changed in both would have happened anyway; what changed more, or less, in the one with the project may be due to it, if both would else have gone the same way."
    ),
    "Card, D. and Krueger, A. B. (1994), American Economic Review 84, 772–793; Angrist, J. D. and Pischke, J.-S. (2009), Mostly Harmless Econometrics, ch. 5",
    is_difference=True,
    refusals=N_(
        "There is no answer where the two have no common period on either side, where they ran apart before, or where too few earlier periods show that they ran alike and nobody signed for it."
    ),
)


@dataclass(frozen=True)
class Group:
    """One territory: a figure from before, one from after, and known figures from earlier still.

    `sd_of_change`: where the same people (or shops) were asked twice, the standard deviation of
    what each of them changed by.
    """

    before: Figure
    after: Figure
    earlier: tuple[Known, ...] = ()
    sd_of_change: float | None = None

    @property
    def change(self) -> float:
        """By how much the figure changed."""
        return self.after.middle - self.before.middle

    @property
    def parts(self) -> list[tuple[float, int]]:
        """The variances that the change has, each with its n."""
        samples = [one for one in (self.before, self.after) if not isinstance(one, Known)]
        if self.sd_of_change is not None and samples:
            return [(self.sd_of_change**2 / samples[0].n, samples[0].n)]
        return [(one.variance, one.n) for one in samples]


@dataclass(frozen=True)
class DiffInDiff:
    """The territory with the project, the one it is compared with, and who vouches for them.

    Without earlier figures of both, the assumption that they would have gone alike is shown by
    nothing: then somebody signs for it (`inputs.signed`).
    """

    own: Group
    other: Group
    unit: Unit = PLAIN
    signature: Signature | None = None
    level: float = 0.95


def difference_in_differences(inputs: DiffInDiff) -> Answer:
    """Return how much more a figure changed with the project than without it, in its own unit.

    Formula: (A₂ − A₁) − (B₂ − B₁). Surveys: the variances of the four figures (or of the two
    changes, where the same were asked twice) add up; t interval with Satterthwaite's degrees of
    freedom, for shares normal and in percentage points. Records have no sampling error: a range
    where they are ranges, else none.
    Assumes parallel trends, no spill-over, and no other event in one territory alone. Refused:
    periods that are not the same in both, fewer than `MIN_EARLIER` common earlier periods that
    nobody signed for, a gap whose slope before the project differs from 0 (t test at 95 %; it has
    little power, see Roth 2022, doi:10.1257/aeri.20210236), shares of fewer than `MIN_EVENTS`.
    Source: Card and Krueger (1994), American Economic Review 84, 772-793, table 3.
    """
    own, other = inputs.own, inputs.other
    faults = [*_figure_faults(inputs), *level_faults(inputs.level)]
    gaps = [] if faults else _gaps(own, other)
    if not faults and len(gaps) <= MIN_EARLIER:
        signing = signing_faults(inputs)
        missing = finding("earlier_missing", value=max(len(gaps) - 1, 0), limit=MIN_EARLIER)
        faults += [missing, *signing] if signing else []
    is_shown = len(gaps) > MIN_EARLIER
    trend, is_apart = slope(gaps) if is_shown else (math.nan, False)
    if is_apart:
        faults.append(finding("ran_apart", value=round(trend, 6)))
    if faults:
        return Refused(DIFFERENCES, tuple(faults))
    low, high, interval = _interval(inputs)
    signature = inputs.signature
    unit = PERCENT if isinstance(own.before, Share) else inputs.unit
    told = {
        "own": _change_of(own, unit),
        "other": _change_of(other, unit),
        "estimate": change(low, unit, high)
        if interval == Interval.RANGE
        else change(own.change - other.change, unit),
    }
    if is_shown:
        told["trend"] = change(trend, unit)
    elif signature:
        told |= {
            "by": Told(How.NAME, word=signature.by),
            "day": Told(How.DAY, word=signature.at.isoformat()),
        }
    return Estimate(
        DIFFERENCES,
        own.change - other.change,
        low,
        high,
        interval,
        sum(n for _, n in (*own.parts, *other.parts)) or len(_marks(inputs)),
        How.CHANGE,
        unit,
        (
            N_(
                "With the project the figure changed by {own}, in the comparison territory by {other}: a difference of {estimate}."
            ),
        ),
        told,
        (
            N_("Without the project both territories would have changed alike."),
            N_(
                "Before the project, the gap between the two changed by {trend} per period; over few periods this is weak evidence."
            )
            if is_shown
            else N_("That they would have is not shown by data: {by} signed for it on {day}."),
            N_("The comparison territory was reached neither by the project nor by one like it."),
            N_("Nothing else that matters happened in one of the two alone."),
            COUNTED_ALIKE,
        ),
        _marks(inputs),
        inputs.level if interval == Interval.CONFIDENCE else math.nan,
    )


def _change_of(group: Group, unit: Unit) -> Told:
    """Return the change of one territory for a sentence; a range where its figures are."""
    before, after = group.before, group.after
    if isinstance(before, Known) and isinstance(after, Known):
        return change(after.low - before.high, unit, after.high - before.low)
    return change(group.change, unit)


def _figure_faults(inputs: DiffInDiff) -> list[Finding]:
    """Return what cannot be right in the four figures, and in their periods."""
    groups = (inputs.own, inputs.other)
    figures = [one for group in groups for one in (group.before, group.after)]
    faults = kind_faults(figures)
    for group in groups:
        faults += figure_faults(group.before) + figure_faults(group.after)
        faults += order_faults(group.before, group.after)
        faults += number_faults(0.0 if group.sd_of_change is None else group.sd_of_change)
        faults += [fault for one in group.earlier for fault in figure_faults(one)]
        if group.sd_of_change is not None and isinstance(group.before, Mean):
            n = group.after.n if isinstance(group.after, Mean) else 0
            if n != group.before.n:
                faults.append(finding("not_the_same_people", value=group.before.n, n=n))
    for own, other in (
        (inputs.own.before, inputs.other.before),
        (inputs.own.after, inputs.other.after),
    ):
        if own.end < other.start or other.end < own.start:
            faults.append(finding("periods_apart", found=_span(own), day=_span(other)))
    if not faults:
        few = [
            min(one.count, one.n - one.count)
            for one in figures
            if isinstance(one, Share) and min(one.count, one.n - one.count) < MIN_EVENTS
        ]
        faults += [finding("events_too_few", value=one, limit=MIN_EVENTS) for one in few[:1]]
        if isinstance(inputs.own.before, Mean) and not _variance(inputs):
            faults.append(finding("no_spread"))
    return faults


def _span(figure: Figure) -> str:
    return f"{figure.start.isoformat()} – {figure.end.isoformat()}"


def _variance(inputs: DiffInDiff) -> float:
    return math.fsum(
        variance for group in (inputs.own, inputs.other) for variance, _ in group.parts
    )


def _gaps(own: Group, other: Group) -> list[tuple[date, float]]:
    """Return by how much the own territory lay above the other in each period before the project.

    Those that both have, the one that is compared last.
    """
    theirs = {(one.start, one.end): one.middle for one in other.earlier}
    common = [
        (one.end, one.middle - theirs[one.start, one.end])
        for one in own.earlier
        if (one.start, one.end) in theirs and one.end < own.before.start
    ]
    return [*sorted(common), (own.before.end, own.before.middle - other.before.middle)]


def slope(gaps: Sequence[tuple[date, float]]) -> tuple[float, bool]:
    """Return by how much a gap changes per period, and whether that is surely not 0."""
    from scipy import stats

    # What is equal must not differ in the last bit, on which a perfect fit would rest.
    values = [round(gap, 9) for _, gap in sorted(gaps)]
    found = stats.linregress(range(len(values)), values)
    return float(found.slope), bool(found.slope and found.pvalue < 1 - TREND_LEVEL)


def _interval(inputs: DiffInDiff) -> tuple[float, float, Interval]:
    """Return the ends of the difference, and what they mean."""
    own, other = inputs.own, inputs.other
    parts = [*own.parts, *other.parts]
    if parts:
        is_share = isinstance(own.before, Share)
        degrees = math.inf if is_share else satterthwaite(parts)
        reach = reach_of(_variance(inputs), degrees, inputs.level)
        estimate = own.change - other.change
        return estimate - reach, estimate + reach, Interval.CONFIDENCE
    mine, theirs = _change_of(own, PLAIN), _change_of(other, PLAIN)
    low, high = mine.low - theirs.high, mine.high - theirs.low
    return low, high, Interval.NONE if low == high else Interval.RANGE


def _marks(inputs: DiffInDiff) -> tuple[Mark, ...]:
    """Return the course of both territories, as far as it is known."""
    return tuple(
        Mark(label, one.middle, day=one.end)
        for label, group in (
            (N_("With the project"), inputs.own),
            (N_("Comparison territory"), inputs.other),
        )
        for one in (*sorted(group.earlier, key=lambda one: one.end), group.before, group.after)
    )
