"""How values add up over projects and places, once each series' periods have (`schemas.steps`). Pure.

What no rule allows is not a number but a code of `REASONS`. Where the same person may be counted
again, a total is a range: at most the sum, at least the largest count of each territory (people of
different territories are taken to be different people).
"""

import calendar
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import NamedTuple

import pandas as pd

from schemas.codes import Measure, Overlap, PlaceRule, Qualifier, TimeRule
from schemas.series import (
    ADDITIVE,
    DEFAULT,
    WEIGHT,
    Dimension,
    Options,
    Rules,
    Settings,
    combined,
    common_currency,
    rows_of,
)
from schemas.steps import Contribution, Series, first_reason, members

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


class Part(NamedTuple):
    """What one series contributes to a total."""

    series: Series
    of: Contribution


@dataclass(frozen=True)
class Choice:
    """What a total is made of, the projects that have answered, and why it can't be made ("")."""

    kept: list[Part]
    projects: frozenset[str]
    reason: str

    @property
    def told(self) -> list[Contribution]:
        """What contributes a number."""
        return [part.of for part in self.kept if part.of.told]


def choose(
    series: Sequence[Series], rules: Rules, options: Options, until: date | None = None
) -> Choice:
    """Return what the total of some series by a day is made of.

    A stock is carried forward for one round; where periods don't combine, only the last counts.
    """
    return choose_of(series, [one.reached(until) for one in series], rules, options, until)


def choose_of(
    series: Sequence[Series],
    contributions: Sequence[Contribution | None],
    rules: Rules,
    options: Options,
    until: date | None = None,
) -> Choice:
    """Return what a total is made of where each series contributes something, or has not answered."""
    answers = [Part(one, of) for one, of in zip(series, contributions, strict=True) if of]
    newest = max((part.of.end for part in answers), default=date.min)
    since = date.min
    if rules.time_rule == TimeRule.NONE:
        since = newest
    elif rules.time_rule == TimeRule.LAST and newest > date.min:
        since = months_before(newest, options.settings.round_months)
    kept = [part for part in answers if part.of.start and part.of.end >= since]
    projects = {part.series.project_code for part in answers if part.of.answered >= since} - {""}
    reason = _why_none(kept, rules)
    reason = reason or _why_apart([part for part in kept if part.of.told], rules)
    in_parts = [one.parts_from for one in series if one.parts_from]
    if reason == "no_value" and in_parts and (until is None or min(in_parts) <= until):
        reason = "total_missing"
    return Choice(kept, frozenset(projects), reason)


def _why_none(kept: list[Part], rules: Rules) -> str:
    """Return why contributions make no number, looking at each on its own ("" where they do)."""
    if rules.measure == Measure.TEXT:
        return "not_a_number"
    if not any(part.of.told for part in kept) and not (kept and rules.measure in ADDITIVE):
        return "no_value"
    return first_reason(part.of.reason for part in kept)


def _why_apart(kept: list[Part], rules: Rules) -> str:
    """Return why contributions may not be put together ("" where they may)."""
    if len(kept) < 2:
        return ""
    if rules.time_rule == TimeRule.NONE and len({part.of.start for part in kept}) > 1:
        return "different_periods"
    if len({part.series.project_code == "" for part in kept}) > 1:
        return "context_apart"
    if rules.place_rule != (PlaceRule.WEIGHTED if rules.measure in WEIGHT else PlaceRule.SUM):
        return "not_additive"
    taken = {(part.series.project_code, part.series.place_code) for part in kept}
    for one in (part.series for part in kept):
        if any((one.project_code, place) in taken for place in one.around):
            return "nested_places"
    return ""


def add(choice: Choice, rules: Rules, currency: str | None = None) -> Total:
    """Return the total of what was chosen, in a currency that fits, or in the one that it has."""
    kept = [part.of for part in choice.kept]
    telling = [part for part in choice.kept if part.of.told]
    told = [part.of for part in telling]
    if currency is None:
        currency = common_currency(told)
    low, high, reason = math.nan, math.nan, choice.reason
    if not reason and rules.measure in WEIGHT:
        is_ratio = rules.measure == Measure.RATIO
        low, reason = _pooled(told, rules.factor) if is_ratio else _score(told)
        high = low
    elif not reason:
        numbers = [of.number(currency or "") for of in told]
        known = [number for number in numbers if number is not None]
        if currency is None or len(known) < len(numbers):
            reason = "mixed_currencies"
        else:
            low, high = _sum(telling, known, rules)
    ids = [of.observation_ids for of in kept if of.observation_ids is not None]
    return Total(
        low,
        high,
        combined(of.qualifier for of in told),
        currency or "",
        reason,
        min((of.start for of in kept if of.start), default=None),
        max((of.end for of in kept), default=None),
        tuple(chain.from_iterable(ids)) if len(ids) == len(kept) else (),
        tuple(sorted(choice.projects)),
        tuple(sorted({part.series.place_code for part in choice.kept})),
        len(kept),
    )


def _pooled(told: list[Contribution], factor: float) -> tuple[float, str]:
    """Return the ratio of the added parts; a single percentage needs no parts."""
    if sum(of.told for of in told) == 1 and told[0].value is not None:
        return told[0].value, ""
    if any(of.numerator is None or of.denominator is None for of in told):
        return math.nan, "parts_missing"
    above = math.fsum(of.numerator or 0.0 for of in told)
    below = math.fsum(of.denominator or 0.0 for of in told)
    return (factor * above / below, "") if below else (math.nan, "no_denominator")


def _score(told: list[Contribution]) -> tuple[float, str]:
    """Return the mean of scores by the number of people asked; a single score needs none."""
    mean, reason = _pooled(told, 1.0)
    return mean, "n_missing" if reason else ""


def _sum(kept: list[Part], values: list[float], rules: Rules) -> tuple[float, float]:
    """Return the sum over places, and before it how few it may be where some are counted twice."""
    high = math.fsum(values)
    if rules.measure != Measure.COUNT or rules.overlap == Overlap.NONE:
        return high, high
    meets_in_place = rules.overlap != Overlap.PERIODS
    places = {part.series.place_code for part in kept}
    crowds: dict[object, _Crowd] = {}
    outermost: list[_Crowd] = []
    for part, value in zip(kept, values, strict=True):
        around = [place for place in part.series.around if place in places]
        path = [part.series.place_code, *around] if meets_in_place else [id(part)]
        within = outermost
        for place in reversed(path):  # from the outermost place that has values inwards
            if place not in crowds:
                crowds[place] = _Crowd()
                within.append(crowds[place])
            within = crowds[place].inner
        crowds[path[0]].parts.append((value, part.of))
    return math.fsum(crowd.fewest() for crowd in outermost), high


@dataclass
class _Crowd:
    """Counts of one place that may be of the same people, and the crowds of places inside it."""

    parts: list[tuple[float, Contribution]] = field(default_factory=list)
    inner: list["_Crowd"] = field(default_factory=list)

    def all_parts(self) -> list[tuple[float, Contribution]]:
        return [*self.parts, *(part for crowd in self.inner for part in crowd.all_parts())]

    def fewest(self) -> float:
        """Return how many people there are at least; those of two places inside differ."""
        inside = math.fsum(crowd.fewest() for crowd in self.inner)
        return max(_fewest(self.all_parts()), inside)


def _fewest(crowd: list[tuple[float, Contribution]]) -> float:
    """Return how many people there are at least in counts that may be of the same people.

    The largest count; or more, where exclusive categories show that they are different people:
    40 women and 10 men, then 15 women and 30 men, are at least 70 people. "Unknown" shows nothing,
    nor does a count that is not broken down.
    """
    fewest = [max(value if of.largest is None else of.largest for value, of in crowd)]
    groups: dict[str, list[Sequence[float]]] = defaultdict(list)
    for _, of in crowd:
        for name, numbers in of.groups.items():
            groups[name].append(numbers)
    fewest += (math.fsum(map(max, *told, told[0])) for told in groups.values())
    return min(max(fewest), math.fsum(value for value, _ in crowd))


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
    series = members(rows_of(frame), rules, options, as_of, is_last_enough=True)
    return add(choose(series, rules, options, as_of), rules)
