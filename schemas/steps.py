"""What each series has come to, day by day: periods within one series first, places later. Pure.

A *step* is the end of a reported period. What a series contributes to a total by that day is all
that adding up over projects and places (`schemas.totals`) has to know of it, however many periods
it rests on; so steps can be kept (`etl.rollup`), and a total reads one of each series.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from schemas.codes import Answer, Measure, Overlap, TargetBasis, TimeRule, ValueType
from schemas.rows import breakdown_key
from schemas.series import (
    EUR,
    WEIGHT,
    Dimension,
    Options,
    Point,
    Row,
    Rules,
    combined,
    points_of,
)

TIME_RULES = {Measure.SCORE: (TimeRule.MEAN,), Measure.YES_NO: (TimeRule.MAX,)}
"The time rules that may put several periods together, for measures where not all may."

REASONS = (
    "overlapping_periods",
    "straddling_periods",
    "two_values",
    "periods_not_additive",
)
"Why the periods of one series make no number, in the order in which it is found."


class Contribution(NamedTuple):
    """What a series contributes to a total by a day: the points that count, put together.

    `told` is how many points with a number there are; with them counts (from `start` to `end`)
    what had nothing to report. `answered` is the last answer's day. `value` is in the currency of
    the points where it is one, `euros` in euros; of ratios `numerator` and `denominator` are the
    added parts, of scores the weighed sum and its weight. Of people who may be counted twice
    `largest` is the largest count of them, and `groups` are the largest of each category, for the
    complete lists of categories that were told together. `observation_ids` are None where they
    were too many to keep.
    """

    answered: date
    start: date | None
    end: date
    told: int
    reason: str
    qualifier: str
    currencies: tuple[str, ...]
    has_euros: bool
    value: float | None
    euros: float | None
    numerator: float | None
    denominator: float | None
    largest: float | None
    groups: Mapping[str, Sequence[float]]
    observation_ids: tuple[int, ...] | None

    def number(self, currency: str) -> float | None:
        """Return the value in a currency; None where it is not known in that."""
        if self.currencies == (currency,):
            return self.value
        return self.euros if currency == EUR else None


class Step(NamedTuple):
    """What a series has come to on the last day of a period, and what it says of that period alone.

    `in_period` is None where only a figure to date is known.
    """

    start: date
    end: date
    so_far: Contribution
    in_period: Contribution | None


@dataclass(frozen=True)
class Series:
    """One project in one place for one indicator; steps, baselines and targets by date.

    `around` are the places around its own, from the inside out. `began` is the first day of its
    first actual, `final_day` the last target's. `parts_from`: since when there are actuals, but
    only as parts that make no total.
    """

    project_code: str
    place_code: str
    country_code: str
    around: tuple[str, ...]
    basis: str
    start_date: date | None
    began: date | None
    steps: tuple[Step, ...]
    baselines: tuple[Point, ...]
    targets: tuple[Point, ...]
    final_day: date | None
    has_baseline_row: bool
    is_expected: bool
    parts_from: date | None

    @cached_property
    def _ends(self) -> list[date]:
        return [step.end for step in self.steps]

    @cached_property
    def _periods(self) -> dict[tuple[date, date], Contribution]:
        return {(step.start, step.end): step.in_period for step in self.steps if step.in_period}

    def reached(self, until: date | None = None) -> Contribution | None:
        """Return what it contributes by a day; None where it has not answered by then."""
        last = len(self.steps) if until is None else bisect_right(self._ends, until)
        return self.steps[last - 1].so_far if last else None

    def in_period(self, start: date, end: date) -> Contribution | None:
        """Return what it says of exactly one period; None where it says nothing of that alone."""
        return self._periods.get((start, end))


# --- From rows to series ------------------------------------------------------------------------


def members(
    rows: Iterable[Row],
    rules: Rules,
    options: Options,
    until: date | None = None,
    *,
    is_last_enough: bool = False,
) -> list[Series]:
    """Return the series of one indicator's rows.

    With `is_last_enough` only what they come to by a day is asked for, not each step to there.
    """
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.programme_code, row.project_code, row.place_code].append(row)
        if row.value_type == ValueType.TARGET and is_last_enough:
            # A target for each period is compared with that period alone, whoever reports it.
            basis, _ = plan_of(options, row.project_code, rules)
            is_last_enough = basis != TargetBasis.PER_PERIOD
    return in_order(
        series_of(group, rules, options, until, is_last_enough=is_last_enough)
        for group in groups.values()
    )


def in_order(series: Iterable[Series]) -> list[Series]:
    """Return series in the order in which they are listed, by place and project."""
    return sorted(series, key=lambda one: (one.place_code, one.project_code))


def places_around(place_code: str, country_code: str, options: Options) -> tuple[str, ...]:
    """Return the places around a place, from the inside out; countries are known without a tree."""
    around: list[str] = []
    place = place_code
    while place := options.parents.get(place, ""):
        around.append(place)
    if country_code not in ("", place_code, *around):
        around.append(country_code)
    return tuple(around)


def series_of(
    rows: Sequence[Row],
    rules: Rules,
    options: Options,
    until: date | None = None,
    *,
    is_last_enough: bool = False,
    most_ids: int | None = None,
) -> Series:
    """Return the series that the rows of one project in one place make, as `members` does.

    More ids than `most_ids` are not kept in a contribution.
    """
    kinds: dict[str, list[Row]] = {kind: [] for kind in ValueType}
    for row in rows:
        kinds[row.value_type].append(row)
    actual = kinds[ValueType.ACTUAL]
    points = points_of(actual, rules, options.dimensions)
    baselines, targets = (
        tuple(
            point
            for point in points_of(kinds[kind], rules, options.dimensions)
            if not point.is_nothing and not point.is_partial
        )
        for kind in (ValueType.BASELINE, ValueType.TARGET)
    )
    answers = {row.answer for row in actual if not row.breakdown_key}
    is_in_parts = actual and not answers and not points
    basis, start_date = plan_of(options, rows[0].project_code, rules)
    if is_last_enough:
        steps = last_step(points, rules, options.dimensions, until, most_ids=most_ids)
    else:
        steps = tuple(steps_of(points, rules, options.dimensions, most_ids=most_ids))
    return Series(
        rows[0].project_code,
        rows[0].place_code,
        rows[0].country_code,
        places_around(rows[0].place_code, rows[0].country_code, options),
        basis,
        start_date,
        min((point.start for point in points), default=None),
        steps,
        baselines,
        targets,
        final_day=targets[-1].end if targets else None,
        has_baseline_row=bool(kinds[ValueType.BASELINE]),
        is_expected=answers != {Answer.NOT_APPLICABLE},
        parts_from=min(row.period_end for row in actual) if is_in_parts else None,
    )


def plan_of(options: Options, project_code: str, rules: Rules) -> tuple[str, date | None]:
    """Return the target basis of a project's series, and the day that the project began."""
    basis, start = options.plans.get((project_code, rules.indicator_code), ("", None))
    return basis or rules.target_basis, start


def steps_of(
    points: Sequence[Point],
    rules: Rules,
    dimensions: Sequence[Dimension],
    *,
    most_ids: int | None = None,
) -> Iterator[Step]:
    """Yield the steps of the actuals of one series, which are in the order of their ends.

    More ids than `most_ids` are not kept in a contribution.
    """
    schemes = _schemes(rules, dimensions)
    running, alone = (_Running(rules, schemes, most_ids) for _ in range(2))
    for end, same_day in groupby(points, key=attrgetter("end")):
        group = list(same_day)
        running.take(group)
        so_far = running.contribution()
        for start, same_period in groupby(group, key=attrgetter("start")):
            if flows := _flows(same_period, rules):
                alone.restart()
                alone.take(flows)
            yield Step(start, end, so_far, alone.contribution() if flows else None)


def last_step(
    points: Sequence[Point],
    rules: Rules,
    dimensions: Sequence[Dimension],
    until: date | None = None,
    *,
    most_ids: int | None = None,
) -> tuple[Step, ...]:
    """Return the last step of the actuals of one series by a day, of its period nothing alone."""
    running = _Running(rules, _schemes(rules, dimensions), most_ids)
    for end, group in groupby(points, key=attrgetter("end")):
        if until is None or end <= until:
            running.take(list(group))
    if running.answered == date.min:
        return ()
    return (Step(running.began, running.answered, running.contribution(), None),)


def _flows(points: Iterable[Point], rules: Rules) -> list[Point]:
    """Return the actuals that are of their own period only."""
    is_sum = rules.time_rule in (TimeRule.SUM, TimeRule.MEAN)
    return [point for point in points if not (is_sum and point.is_to_date)]


Scheme = tuple[str, list[str]]
"The name of a complete list of categories, and their keys."


def _schemes(rules: Rules, dimensions: Iterable[Dimension]) -> list[Scheme]:
    """Return the lists of categories that can show that people are different people."""
    if rules.measure != Measure.COUNT or rules.overlap == Overlap.NONE:
        return []
    return [
        (
            f"{dimension.dimension_code}:{name}",
            sorted(
                breakdown_key({dimension.dimension_code: code})
                for code in codes
                if code not in dimension.unknown
            ),
        )
        for dimension in dimensions
        if dimension.is_exclusive
        for name, codes in dimension.schemes.items()
    ]


# --- What counts, as the days go by ---------------------------------------------------------------


def first_reason(reasons: Iterable[str]) -> str:
    """Return the reason that is found first, "" for none."""
    return min(filter(None, reasons), key=REASONS.index, default="")


class _Running:
    """One series on its way: takes the points of a day, then tells what has come together."""

    def __init__(self, rules: Rules, schemes: list[Scheme], most_ids: int | None) -> None:
        self.rules, self.schemes, self.most_ids = rules, schemes, most_ids
        self.is_pooled = rules.measure == Measure.RATIO and rules.time_rule != TimeRule.NONE
        self.time_rule = rules.numerator_time_rule if self.is_pooled else rules.time_rule
        below = rules.denominator_time_rule if self.is_pooled else self.time_rule
        self.below_rule = None if _KINDS[self.time_rule] == _KINDS[below] else below
        self.may_combine = rules.time_rule in TIME_RULES.get(rules.measure, tuple(TimeRule))
        self.is_quiet_kept = rules.time_rule == TimeRule.SUM
        self.restart()

    def restart(self) -> None:
        """Forget what was taken."""
        self.answered, self.began = date.min, date.max
        self.quiet: list[Point] = []
        self.above = _Counting(self.time_rule, self.rules, self.schemes)
        self.below = self.above
        if self.below_rule:
            self.below = _Counting(self.below_rule, self.rules, self.schemes)

    def take(self, group: list[Point]) -> None:
        """Go on to the day that some points end on."""
        self.answered = group[-1].end
        told = []
        for point in group:
            if point.start < self.began:
                self.began = point.start
            if not point.is_nothing:
                told.append(point)
            elif self.is_quiet_kept:
                self.quiet.append(point)
        if told:
            self.above.take(told)
            if self.below is not self.above:
                self.below.take(told)

    def contribution(self) -> Contribution:
        """Return what has come together so far."""
        rules, above = self.rules, self.above.tally
        told = above if self.below is self.above else above.with_others(self.below.tally)
        start, end = told.start, told.end
        ids: tuple[int, ...] | None = None
        if self.most_ids is None or len(told.points) + len(self.quiet) <= self.most_ids:
            ids = tuple(i for point in (*told.points, *self.quiet) for i in point.observation_ids)
        if self.quiet:
            start = min(start, min(point.start for point in self.quiet))
            end = max(end, self.quiet[-1].end)
        has_one = len(told.points) == 1
        value = euros = numerator = denominator = None
        if rules.measure in WEIGHT:
            value = above.values[0] if has_one and above.points else None
            if told.has_weights and told.points:
                numerator, denominator = self._parts()
        elif told.points:
            if len(above.currencies) == 1 and above.has_values:
                value = over_time(above.values, rules.time_rule)
            if above.has_euros:
                euros = over_time(above.euros, rules.time_rule)
        largest, groups = above.people(value)
        return Contribution(
            self.answered,
            start if start < date.max else None,
            end,
            len(told.points),
            self._reason(),
            combined(told.qualifiers),
            tuple(sorted(told.currencies)),
            told.has_euros,
            value,
            euros,
            numerator,
            denominator,
            largest,
            groups,
            ids,
        )

    def _reason(self) -> str:
        rules, counts = self.rules, [(self.time_rule, self.above)]
        if self.is_pooled:
            counts.append((rules.denominator_time_rule, self.below))
        reasons = [reason for _, counting in counts for reason in counting.reasons]
        # A mean to date and later periods do not combine.
        is_mixed = any(rule == TimeRule.MEAN and counting.is_mixed for rule, counting in counts)
        if is_mixed or (len(self.above.tally.points) > 1 and not self.may_combine):
            reasons.append("periods_not_additive")
        return first_reason(reasons) if reasons else ""

    def _parts(self) -> tuple[float, float]:
        """Return the added parts of a ratio, or a score's weighed sum and its weight."""
        rules, above, below = self.rules, self.above.tally, self.below.tally
        if rules.measure == Measure.SCORE:
            return math.fsum(above.numerators), math.fsum(above.denominators)
        numerator = over_time(above.numerators, rules.numerator_time_rule)
        if rules.is_annualised:
            numerator *= 12 / above.months_since(self.began)
        return numerator, over_time(below.denominators, rules.denominator_time_rule)


def over_time(values: list[float], rule: TimeRule) -> float:
    """Return what the counting values of one series make together."""
    if len(values) == 1:
        return values[0]
    if rule == TimeRule.MAX:
        return max(values)
    return math.fsum(values) / (len(values) if rule == TimeRule.MEAN else 1)


_KINDS = {
    TimeRule.SUM: "added",
    TimeRule.MEAN: "added",
    TimeRule.MAX: "all",
    TimeRule.LAST: "latest",
    TimeRule.NONE: "latest",
}
"Which points count: of what is added up those after a figure to date, or all, or the latest."


class _Counting:
    """The points of one series that count under a time rule.

    A figure to date stands for all before it; what was reported for later periods is added to it.
    """

    def __init__(self, rule: TimeRule, rules: Rules, schemes: list[Scheme]) -> None:
        self.kind = _KINDS[rule]
        self.rules, self.schemes = rules, schemes
        self.tally = _Tally(rules, schemes)
        self.reasons: list[str] = []
        self.is_mixed = False
        self.known_to: date | None = None
        self.last_end = date.min

    def take(self, group: list[Point]) -> None:
        """Let the points with a number count that end on one day, which is after any before."""
        if self.kind == "all":
            for point in group:
                self.tally.add(point)
        elif self.kind == "latest":
            self._restart(group)
        else:
            to_date = [point for point in group if point.is_to_date]
            if to_date:
                self.known_to, self.last_end = group[0].end, date.min
                self._restart(to_date)
            else:
                for point in group:
                    self._follow(point)

    def _restart(self, group: list[Point]) -> None:
        """Let nothing count but the points of one day: one of them where all say the same."""
        differ = len(group) > 1 and len({point.said for point in group}) > 1
        self.reasons = ["two_values"] if differ else []
        self.is_mixed = False
        self.tally = _Tally(self.rules, self.schemes)
        for point in group if differ else group[:1]:
            self.tally.add(point)

    def _follow(self, point: Point) -> None:
        self.is_mixed = self.known_to is not None
        if point.start <= self.last_end and "overlapping_periods" not in self.reasons:
            self.reasons.append("overlapping_periods")
        is_straddling = self.known_to is not None and point.start <= self.known_to
        if is_straddling and "straddling_periods" not in self.reasons:
            self.reasons.append("straddling_periods")
        self.last_end = point.end
        self.tally.add(point)


class _Tally:
    """Points with a number, and what is needed of all of them together."""

    def __init__(self, rules: Rules, schemes: list[Scheme]) -> None:
        self.rules, self.schemes = rules, schemes
        self.points: list[Point] = []
        self.start, self.end = date.max, date.min
        self.qualifiers: set[str] = set()
        self.currencies: set[str] = set()
        self.values: list[Any] = []
        self.euros: list[Any] = []
        self.numerators: list[Any] = []
        self.denominators: list[Any] = []
        self.is_money = rules.measure == Measure.AMOUNT
        self.has_values = self.has_weights = True
        self.has_euros = self.is_money
        self.largest: float | None = None
        self.groups: dict[str, list[float]] = {}
        self.shared: dict[str, list[float]] = {}
        is_of_people = rules.measure == Measure.COUNT and rules.overlap != Overlap.NONE
        meets_in_time = rules.overlap != Overlap.PROJECTS and rules.time_rule == TimeRule.SUM
        self.meets_in_time = is_of_people and meets_in_time
        self.meets_in_place = is_of_people and not meets_in_time

    def add(self, point: Point) -> None:
        """Put one more point to the others."""
        measure, is_first = self.rules.measure, not self.points
        self.points.append(point)
        if point.start < self.start:
            self.start = point.start
        if point.end > self.end:
            self.end = point.end
        self.qualifiers.add(point.qualifier)
        self.currencies.add(point.currency)
        self.values.append(point.value)
        if point.value is None:
            self.has_values = False
        if measure == Measure.RATIO:
            self._weigh(point.numerator, point.denominator)
        elif measure == Measure.SCORE:
            is_known = point.value is not None and point.n is not None
            self._weigh(point.value * point.n if is_known else None, point.n)  # type: ignore[operator]
        if self.is_money:
            in_euros = point.number(EUR)
            self.euros.append(in_euros)
            if in_euros is None:
                self.has_euros = False
        if self.meets_in_time:
            self._meet(point)
        elif self.meets_in_place and is_first:
            self.shared = {key: [number] for key, number in point.cells.items()}
        elif self.shared:
            both = self.shared.keys() & point.cells.keys()
            self.shared = {key: [*self.shared[key], point.cells[key]] for key in both}

    def _weigh(self, numerator: float | None, denominator: float | None) -> None:
        self.numerators.append(numerator)
        self.denominators.append(denominator)
        if numerator is None or denominator is None:
            self.has_weights = False

    def _meet(self, point: Point) -> None:
        """Keep the largest count, and the largest of each category, of what may be the same people."""
        if point.value is not None:
            known = point.value if self.largest is None else self.largest
            self.largest = max(point.value, known)
        for name, keys in self.schemes if point.cells else ():
            if all(key in point.cells for key in keys):
                numbers = [point.cells[key] for key in keys]
                most = self.groups.get(name, numbers)
                self.groups = self.groups | {name: [*map(max, most, numbers)]}

    def people(self, value: float | None) -> tuple[float | None, dict[str, list[float]]]:
        """Return the largest count of people, and the largest of each category."""
        if not self.meets_in_place or value is None:
            return self.largest, self.groups
        is_shared = len(self.points) == 1 or self.rules.time_rule == TimeRule.SUM
        shared = self.shared if is_shared else {}
        return value, {
            name: [math.fsum(shared[key]) for key in keys]
            for name, keys in self.schemes
            if all(key in shared for key in keys)
        }

    def with_others(self, other: "_Tally") -> "_Tally":
        """Return these points and those of another tally, each once."""
        mine = {id(point) for point in self.points}
        both = _Tally(self.rules, self.schemes)
        for point in [*self.points, *(p for p in other.points if id(p) not in mine)]:
            both.add(point)
        return both

    def months_since(self, began: date) -> float:
        """Return how many months the points are of, where figures to date began on a day."""
        return math.fsum(months(began if p.is_to_date else p.start, p.end) for p in self.points)


def months(start: date, end: date) -> float:
    """Return the months of a period, both days included; whole where its days are."""
    after = end + timedelta(days=1)
    whole = (after.year - start.year) * 12 + after.month - start.month
    return whole + (after.day - start.day) / (365.25 / 12)
