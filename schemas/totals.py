"""How values add up: the periods of each series first, then projects and places. Pure.

What no rule allows is not a number but a code of `REASONS`. Where the same person may be counted
again, a total is a range: at most the sum, at least the largest count of each territory (people of
different territories are taken to be different people).
"""

import calendar
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

import pandas as pd

from schemas.codes import Measure, Overlap, PlaceRule, Qualifier, TimeRule
from schemas.rows import breakdown_key
from schemas.series import (
    ADDITIVE,
    DEFAULT,
    WEIGHT,
    Dimension,
    Options,
    Point,
    Rules,
    Series,
    Settings,
    combined,
    common_currency,
    mean,
    members,
    rows_of,
)

REASONS = {
    "no_value": "Nothing has been reported yet.",
    "not_a_number": "This indicator is answered in words, which are not added up.",
    "total_missing": "Only parts were reported, and together they do not make a whole.",
    "overlapping_periods": "Two reported periods of one project overlap; adding them would count twice.",
    "straddling_periods": "A period begins before and ends after a figure to date; periods are never split.",
    "two_values": "One project reports two different values for the same day.",
    "periods_not_additive": "The periods of this indicator do not combine in this way.",
    "different_periods": "The latest values are of different periods, and this indicator's periods do not combine.",
    "context_apart": "Official figures of a territory are never added to those of projects.",
    "not_additive": "Values of different projects and places do not add up for this indicator.",
    "nested_places": "One project reports both for a place and for a part of it, which could count twice.",
    "mixed_currencies": "The amounts are in several currencies, and not all of them have a value in euros.",
    "parts_missing": "A percentage without its numerator and denominator is not pooled with others.",
    "no_denominator": "The denominators add up to zero.",
    "n_missing": "A score without the number of people asked is not pooled with others.",
}
"Why there is no number: per code its sentence in English, in the order in which they are found."

TIME_RULES = {Measure.SCORE: (TimeRule.MEAN,), Measure.YES_NO: (TimeRule.MAX,)}
"The time rules that may put several periods together, for measures where not all may."


# --- Periods first: what a series contributes ----------------------------------------------------


@dataclass(frozen=True)
class Contribution:
    """What a series contributes to a total: the points that count, or the reason why none can.

    `divisors` are a ratio's points for the denominator. `quiet` are periods with nothing to
    report: they add 0 to a sum, and carry it on to their end. `answered` is the last answer's day.
    """

    series: Series
    points: list[Point]
    divisors: list[Point]
    quiet: list[Point]
    reason: str
    answered: date

    @cached_property
    def told(self) -> list[Point]:
        """The points with a number, each once."""
        return self.points + [point for point in self.divisors if point not in self.points]

    @cached_property
    def used(self) -> list[Point]:
        """All points that the contribution rests on."""
        return self.told + self.quiet

    @cached_property
    def end(self) -> date:
        """The day up to which the contribution counts."""
        return max((point.end for point in self.used), default=date.min)


def _contribution(series: Series, rules: Rules, until: date | None) -> Contribution | None:
    """Return what a series contributes by a day; None where it has not answered by then."""
    known = [point for point in series.actuals if until is None or point.end <= until]
    if not known:
        return None
    told = [point for point in known if not point.is_nothing]
    is_pooled = rules.measure == Measure.RATIO and rules.time_rule != TimeRule.NONE
    points, reason = _counting(told, rules.numerator_time_rule if is_pooled else rules.time_rule)
    divisors = points if rules.measure == Measure.RATIO else []
    if is_pooled:
        divisors, other = _counting(told, rules.denominator_time_rule)
        reason = first_reason([reason, other])
    if len(points) > 1 and rules.time_rule not in TIME_RULES.get(rules.measure, tuple(TimeRule)):
        reason = first_reason([reason, "periods_not_additive"])
    quiet = [p for p in known if p.is_nothing] if rules.time_rule == TimeRule.SUM else []
    return Contribution(series, points, divisors, quiet, reason, max(p.end for p in known))


def first_reason(reasons: Iterable[str]) -> str:
    """Return the reason that is found first, "" for none."""
    return min(filter(None, reasons), key=list(REASONS).index, default="")


def _counting(points: list[Point], rule: TimeRule) -> tuple[list[Point], str]:
    """Return the points of one series that count under a time rule, and why they can't ("" else).

    A figure to date stands for all before it; what was reported for later periods is added to it.
    """
    if rule == TimeRule.MAX:
        return points, ""
    if rule in (TimeRule.LAST, TimeRule.NONE):
        return _latest(points)
    to_date, two_values = _latest([p for p in points if p.is_to_date])
    known_to = to_date[0].end if to_date else date.min
    later = sorted(
        (p for p in points if not p.is_to_date and p.end > known_to), key=lambda p: p.start
    )
    found = {
        "overlapping_periods": any(b.start <= a.end for a, b in pairwise(later)),
        "straddling_periods": any(p.start <= known_to for p in later),
        "two_values": bool(two_values),
        "periods_not_additive": rule == TimeRule.MEAN and bool(to_date and later),
    }
    return to_date + later, next((reason for reason, is_so in found.items() if is_so), "")


def _latest(points: list[Point]) -> tuple[list[Point], str]:
    """Return the point of the last day; all of them, and "two_values", where they differ."""
    end = max((point.end for point in points), default=date.min)
    last = [point for point in points if point.end == end]
    if len(last) > 1 and len({point.said for point in last}) > 1:
        return last, "two_values"
    return last[:1], ""


def _over_time(values: list[float], rule: TimeRule) -> float:
    """Return what the counting values of one series make together."""
    if rule == TimeRule.MAX:
        return max(values)
    return math.fsum(values) / (len(values) if rule == TimeRule.MEAN else 1)


# --- Then places: totals --------------------------------------------------------------------------


@dataclass(frozen=True)
class Total:
    """One indicator over several series: between `low` and `high`, which are equal where exact.

    NaN with a `reason` where no rule allows a number. `projects` have answered ("nothing to
    report" is an answer); `places` and `series_count` are those that the number is made of, and
    `observation_ids` lead back to their cells.
    """

    low: float
    high: float
    qualifier: str
    currency: str
    reason: str
    period_start: date | None
    period_end: date | None
    observation_ids: tuple[int, ...]
    projects: tuple[str, ...]
    places: tuple[str, ...]
    series_count: int

    @property
    def is_at_least(self) -> bool:
        """Whether the true total may be higher: "over 300", or a part was not reported."""
        return self.qualifier == Qualifier.AT_LEAST


@dataclass(frozen=True)
class Choice:
    """What a total is made of, the projects that have answered, and why it can't be made ("")."""

    kept: list[Contribution]
    projects: frozenset[str]
    reason: str

    @property
    def told(self) -> list[Point]:
        """The points with a number."""
        return [point for contribution in self.kept for point in contribution.told]


def choose(
    series: Sequence[Series], rules: Rules, options: Options, until: date | None = None
) -> Choice:
    """Return what the total of some series by a day is made of.

    A stock is carried forward for one round; where periods don't combine, only the last counts.
    """
    answers = [c for one in series if (c := _contribution(one, rules, until))]
    newest = max((c.end for c in answers), default=date.min)
    since = date.min
    if rules.time_rule == TimeRule.NONE:
        since = newest
    elif rules.time_rule == TimeRule.LAST and newest > date.min:
        since = months_before(newest, options.settings.round_months)
    kept = [c for c in answers if c.used and c.end >= since]
    projects = {c.series.project_code for c in answers if c.answered >= since} - {""}
    reason = _why_none(kept, rules) or _why_apart([c for c in kept if c.points], rules, options)
    in_parts = [one.parts_from for one in series if one.parts_from]
    if reason == "no_value" and in_parts and (until is None or min(in_parts) <= until):
        reason = "total_missing"
    return Choice(kept, frozenset(projects), reason)


def _why_none(kept: list[Contribution], rules: Rules) -> str:
    """Return why contributions make no number, looking at each on its own ("" where they do)."""
    if rules.measure == Measure.TEXT:
        return "not_a_number"
    if not any(c.points for c in kept) and not (kept and rules.measure in ADDITIVE):
        return "no_value"
    return first_reason(c.reason for c in kept)


def _why_apart(kept: list[Contribution], rules: Rules, options: Options) -> str:
    """Return why contributions may not be put together ("" where they may)."""
    if len(kept) < 2:
        return ""
    if rules.time_rule == TimeRule.NONE and len({c.points[0].start for c in kept}) > 1:
        return "different_periods"
    if len({c.series.project_code == "" for c in kept}) > 1:
        return "context_apart"
    if rules.place_rule != (PlaceRule.WEIGHTED if rules.measure in WEIGHT else PlaceRule.SUM):
        return "not_additive"
    taken = {(c.series.project_code, c.series.place_code) for c in kept}
    for one in (c.series for c in kept):
        if any((one.project_code, place) in taken for place in _around(one, options)):
            return "nested_places"
    return ""


def _around(series: Series, options: Options) -> list[str]:
    """Return the places around a series' own, from the inside out."""
    around: list[str] = []
    place = series.place_code
    while place := options.parents.get(place, ""):
        around.append(place)
    if series.country_code not in ("", series.place_code, *around):
        around.append(series.country_code)
    return around


def add(choice: Choice, rules: Rules, options: Options, currency: str | None = None) -> Total:
    """Return the total of what was chosen, in a currency that fits, or in the one that it has."""
    used = [point for c in choice.kept for point in c.used]
    telling = [c for c in choice.kept if c.points]
    if currency is None:
        currency = common_currency(choice.told)
    low, high, reason = math.nan, math.nan, choice.reason
    if not reason and rules.measure in WEIGHT:
        low, reason = (_ratio if rules.measure == Measure.RATIO else _score)(telling, rules)
        high = low
    elif not reason:
        numbers = [[point.number(currency or "") for point in c.points] for c in telling]
        known = [[number for number in row if number is not None] for row in numbers]
        if currency is None or known != numbers:
            reason = "mixed_currencies"
        else:
            low, high = _sum(telling, known, rules, options)
    return Total(
        low,
        high,
        combined(point.qualifier for point in choice.told),
        currency or "",
        reason,
        min((point.start for point in used), default=None),
        max((point.end for point in used), default=None),
        tuple(number for point in used for number in point.observation_ids),
        tuple(sorted(choice.projects)),
        tuple(sorted({c.series.place_code for c in choice.kept})),
        len(choice.kept),
    )


def _ratio(kept: list[Contribution], rules: Rules) -> tuple[float, str]:
    """Return the ratio of the added parts; a single percentage needs no parts."""
    used = [point for c in kept for point in c.told]
    if len(used) == 1 and used[0].value is not None:
        return used[0].value, ""
    if any(point.numerator is None or point.denominator is None for point in used):
        return math.nan, "parts_missing"
    above = math.fsum(
        _over_time([point.numerator or 0.0 for point in c.points], rules.numerator_time_rule)
        * (12 / _months_behind(c) if rules.is_annualised else 1.0)
        for c in kept
    )
    below = math.fsum(
        _over_time([point.denominator or 0.0 for point in c.divisors], rules.denominator_time_rule)
        for c in kept
    )
    return (rules.factor * above / below, "") if below else (math.nan, "no_denominator")


def _months_behind(contribution: Contribution) -> float:
    """Return how many months the numerator of a ratio is of."""
    known = [p for p in contribution.series.actuals if p.end <= contribution.answered]
    began = min(point.start for point in known)
    return math.fsum(months(began if p.is_to_date else p.start, p.end) for p in contribution.points)


def _score(kept: list[Contribution], rules: Rules) -> tuple[float, str]:
    """Return the mean of scores by the number of people asked; a single score needs none."""
    points = [point for c in kept for point in c.points]
    if len(points) == 1 and points[0].value is not None:
        return points[0].value, ""
    pooled = mean([(point.value, point.n) for point in points])
    return (math.nan, "n_missing") if pooled is None else (pooled, "")


def _sum(
    kept: list[Contribution], numbers: list[list[float]], rules: Rules, options: Options
) -> tuple[float, float]:
    """Return the sum over places, and before it how few it may be where some are counted twice."""
    values = [_over_time(row, rules.time_rule) for row in numbers]
    high = math.fsum(values)
    if rules.measure != Measure.COUNT or rules.overlap == Overlap.NONE:
        return high, high
    meets_in_time = rules.overlap != Overlap.PROJECTS and rules.time_rule == TimeRule.SUM
    meets_in_place = rules.overlap != Overlap.PERIODS
    places = {c.series.place_code for c in kept}
    crowds: dict[object, _Crowd] = {}
    outermost: list[_Crowd] = []
    for c, row, value in zip(kept, numbers, values, strict=True):
        around = [place for place in _around(c.series, options) if place in places]
        chain = [c.series.place_code, *around] if meets_in_place else [id(c)]
        within = outermost
        for place in reversed(chain):  # from the outermost place that has values inwards
            if place not in crowds:
                crowds[place] = _Crowd()
                within.append(crowds[place])
            within = crowds[place].inner
        crowd = crowds[chain[0]]
        if meets_in_time:
            crowd.parts += [(number, p.cells) for number, p in zip(row, c.points, strict=True)]
        else:
            crowd.parts.append((value, _cells(c.points, rules.time_rule)))
    return math.fsum(crowd.fewest(options.dimensions) for crowd in outermost), high


_Part = tuple[float, Mapping[str, float]]
"A count, and its parts by category."


def _cells(points: list[Point], rule: TimeRule) -> Mapping[str, float]:
    """Return the parts by category of a series' value, those that all of its points have."""
    if len(points) == 1:
        return points[0].cells
    if rule != TimeRule.SUM:
        return {}
    shared = set.intersection(*(set(point.cells) for point in points))
    return {key: math.fsum(point.cells[key] for point in points) for key in shared}


@dataclass
class _Crowd:
    """Counts of one place that may be of the same people, and the crowds of places inside it."""

    parts: list[_Part] = field(default_factory=list)
    inner: list["_Crowd"] = field(default_factory=list)

    def all_parts(self) -> list[_Part]:
        return [*self.parts, *(part for crowd in self.inner for part in crowd.all_parts())]

    def fewest(self, dimensions: Sequence[Dimension]) -> float:
        """Return how many people there are at least; those of two places inside differ."""
        inside = math.fsum(crowd.fewest(dimensions) for crowd in self.inner)
        return max(_fewest(self.all_parts(), dimensions), inside)


def _fewest(crowd: list[_Part], dimensions: Iterable[Dimension]) -> float:
    """Return how many people there are at least in counts that may be of the same people.

    The largest count; or more, where exclusive categories show that they are different people:
    40 women and 10 men, then 15 women and 30 men, are at least 70 people. "Unknown" shows nothing,
    nor does a count that is not broken down.
    """
    fewest = [max(value for value, _ in crowd)]
    for dimension in dimensions:
        if dimension.is_exclusive:
            for codes in dimension.complete_lists():
                keys = [breakdown_key({dimension.dimension_code: code}) for code in codes]
                told = [cells for _, cells in crowd if all(key in cells for key in keys)]
                if told:
                    fewest.append(math.fsum(max(cells[key] for cells in told) for key in keys))
    return min(max(fewest), math.fsum(value for value, _ in crowd))


def months(start: date, end: date) -> float:
    """Return the months of a period, both days included; whole where its days are."""
    after = end + timedelta(days=1)
    whole = (after.year - start.year) * 12 + after.month - start.month
    return whole + (after.day - start.day) / (365.25 / 12)


def months_before(day: date, count: int) -> date:
    """Return the same day of an earlier month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def total(
    frame: pd.DataFrame,
    rules: Rules,
    *,
    as_of: date | None = None,
    settings: Settings = DEFAULT,
    dimensions: Iterable[Dimension] = (),
    parents: Mapping[str, str] | None = None,
) -> Total:
    """Return the total of one indicator's actuals in a frame, by a day (default: all of them).

    The frame holds the fields of `Row` for that indicator alone; parts beside totals, where there
    are any. `parents` leads from a place to the one around it; countries are known without.
    """
    options = Options(settings, tuple(dimensions), parents or {})
    series = members(rows_of(frame), rules, options)
    return add(choose(series, rules, options, as_of), rules, options)
