"""What each series says: from a frame of observations to points in time. Pure.

A *series* is one project in one place for one indicator. A *point* is what it says of one period:
a number, or "nothing to report", with its parts (women, men) beside it; where only the parts were
reported, their sum. Frames become plain values here, because a page asks for a thousand small sums
at once, and a data frame for each would take a second.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from itertools import product
from typing import Any, NamedTuple, Protocol

import pandas as pd

from schemas.codes import (
    Answer,
    Direction,
    Measure,
    Overlap,
    PlaceRule,
    Qualifier,
    ReportedAs,
    TargetBasis,
    TimeRule,
)
from schemas.rows import categories_of

EUR = "EUR"
"The currency in which several currencies meet."

ADDITIVE = (Measure.COUNT, Measure.AMOUNT, Measure.QUANTITY)
"The measures whose values add up as they are."

WEIGHT = {Measure.RATIO: "denominator", Measure.SCORE: "n"}
"The measures that are pooled, and what weighs in each."


# --- What an indicator, a dimension and a programme say -----------------------------------------


@dataclass(frozen=True)
class Rules:
    """One indicator's attributes (table `indicator`), as far as arithmetic and its readers need them.

    A ratio is `factor * numerator / denominator`, times 12 / months where `is_annualised`.
    """

    indicator_code: str
    measure: Measure
    time_rule: TimeRule
    place_rule: PlaceRule
    numerator_time_rule: TimeRule = TimeRule.SUM
    denominator_time_rule: TimeRule = TimeRule.SUM
    factor: float = 1.0
    is_annualised: bool = False
    is_people: bool = False
    overlap: Overlap = Overlap.NONE
    direction: Direction = Direction.UP
    target_basis: TargetBasis = TargetBasis.CUMULATIVE
    reported_as: ReportedAs = ReportedAs.IN_PERIOD


_VOCABULARIES: dict[str, type[StrEnum]] = {
    field.name: field.type
    for field in fields(Rules)
    if isinstance(field.type, type) and issubclass(field.type, StrEnum)
}


def rules_of(rows: Iterable[Any]) -> dict[str, Rules]:
    """Return the rules of rows of table `indicator`, by code; ValueError for an unknown word."""
    rules = {}
    for row in rows:
        given = {f.name: getattr(row, f.name) for f in fields(Rules)}
        given = {name: value for name, value in given.items() if value is not None}
        given |= {name: _VOCABULARIES[name](given[name]) for name in _VOCABULARIES if name in given}
        rules[row.indicator_code] = Rules(**given)
    return rules


@dataclass(frozen=True)
class Dimension:
    """One disaggregation; its schemes are complete lists of categories, with or without `unknown`.

    Where it is exclusive, people are taken to keep their category (it is asked when they enter):
    those of two categories are different people, even when counted at different times.
    """

    dimension_code: str
    is_exclusive: bool = True
    schemes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    is_sensitive: bool = False
    sensitive: frozenset[str] = frozenset()

    def complete_lists(self) -> list[list[str]]:
        """Return the categories of each scheme without "unknown", which need not be reported."""
        return [[c for c in codes if c not in self.unknown] for codes in self.schemes.values()]


def dimensions_of(dimensions: Iterable[Any], categories: Iterable[Any]) -> dict[str, Dimension]:
    """Return the dimensions of rows of tables `dimension` and `category`, by code."""
    listed: dict[str, list[Any]] = defaultdict(list)
    for category in categories:
        listed[category.dimension_code].append(category)
    found = {}
    for row in dimensions:
        own = listed[row.dimension_code]
        names = dict.fromkeys(name for category in own for name in category.schemes)
        found[row.dimension_code] = Dimension(
            row.dimension_code,
            row.is_exclusive,
            {name: tuple(c.category_code for c in own if name in c.schemes) for name in names},
            frozenset(c.category_code for c in own if c.is_unknown),
            row.is_sensitive,
            frozenset(c.category_code for c in own if c.is_sensitive),
        )
    return found


@dataclass(frozen=True)
class Settings:
    """What a programme may set: the shares of expected progress, and the months of a round.

    `about` is what "about" means: at 0.10 a value of `~450` lies between 405 and 495.
    """

    on_track: float = 0.95
    acceleration: float = 0.60
    min_expected: float = 0.10
    round_months: int = 6
    about: float = 0.10


DEFAULT = Settings()


@dataclass(frozen=True)
class Options:
    """What adding up needs to know beside one indicator's rules.

    `parents` leads from a place to the one around it. `plans` are, per project and indicator, the
    target basis where it is not the indicator's own ("" else), and the day the project began.
    """

    settings: Settings = DEFAULT
    dimensions: tuple[Dimension, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    plans: Mapping[tuple[str, str], tuple[str, date | None]] = field(default_factory=dict)


# --- From rows to series ------------------------------------------------------------------------


class Row(NamedTuple):
    """One observation of a frame; missing numbers are None."""

    observation_id: int
    programme_code: str
    project_code: str
    place_code: str
    country_code: str
    indicator_code: str
    period_start: date
    period_end: date
    value_type: str
    breakdown_key: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n: float | None
    qualifier: str
    reported_as: str
    currency: str
    value_eur: float | None
    answer: str

    @property
    def is_said(self) -> bool:
        """Whether it says a number, or that there is nothing to report."""
        if self.answer == Answer.VALUE:
            return self.value is not None or self.numerator is not None
        return self.answer == Answer.NOTHING_TO_REPORT


class Point(NamedTuple):
    """What a series says of one period (or day): its total, and its parts beside it.

    `cells` are the parts by one category ("sex=F") that are exact, or at least that much.
    `is_partial`: the total was made from parts that are not all there.
    """

    start: date
    end: date
    value: float | None
    numerator: float | None
    denominator: float | None
    n: float | None
    qualifier: str
    is_to_date: bool
    currency: str
    value_eur: float | None
    is_nothing: bool
    is_partial: bool
    cells: Mapping[str, float]
    observation_ids: tuple[int, ...]

    @property
    def said(self) -> tuple[object, ...]:
        """All that is equal in two points that say the same."""
        parts = (self.numerator, self.denominator, self.n)
        return self.value, *parts, self.currency, self.qualifier

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currency that the value is in, as `common_currency` asks for it."""
        return (self.currency,)

    @property
    def has_euros(self) -> bool:
        """Whether the value is known in euros."""
        return self.number(EUR) is not None

    def number(self, currency: str) -> float | None:
        """Return the value in a currency; None where it is not known in that."""
        if self.currency == currency:
            return self.value
        return self.value_eur if currency == EUR else None


_DATES = {"period_start", "period_end", "start_date"}
_NUMBERS = {"value", "numerator", "denominator", "n", "value_eur"}


def column(frame: pd.DataFrame, name: str) -> list[Any]:
    """Return a column as dates, as numbers or as texts; None where there is nothing."""
    if name not in frame:
        return [None] * len(frame)
    if name in _DATES:
        days: list[Any] = frame[name].to_numpy().astype("datetime64[D]").tolist()
        return days
    values: list[Any] = frame[name].tolist()
    return [None if v != v else v for v in values] if name in _NUMBERS else values


def rows_of(frame: pd.DataFrame) -> Iterator[Row]:
    """Yield the rows of a frame of observations."""
    return map(Row, *(column(frame, name) for name in Row._fields))


def points_of(
    rows: Iterable[Row], rules: Rules, dimensions: Sequence[Dimension]
) -> tuple[Point, ...]:
    """Return one point for each period, by date; a missing total is made from its parts."""
    slices: dict[tuple[date, date, str], tuple[list[Row], list[Row]]] = {}
    for row in rows:
        key = (row.period_end, row.period_start, row.reported_as)
        slices.setdefault(key, ([], []))[bool(row.breakdown_key)].append(row)
    points: list[Point] = []
    for key in sorted(slices):
        totals, parts = slices[key]
        parts = [row for row in parts if row.is_said]
        made = [_point(row, rules) for row in totals if row.is_said]
        if not totals:
            made = _whole(parts, rules, dimensions)
        cells = {
            row.breakdown_key: row.value or 0.0
            for row in parts
            if row.qualifier in (Qualifier.EXACT, Qualifier.AT_LEAST)
        }
        points += [point._replace(cells=cells) for point in made] if cells else made
    return tuple(points)


def _point(row: Row, rules: Rules) -> Point:
    """Return the point that one row makes."""
    return Point(
        row.period_start,
        row.period_end,
        row.value,
        row.numerator,
        row.denominator,
        row.n,
        row.qualifier,
        row.reported_as == ReportedAs.TO_DATE,
        row.currency if rules.measure == Measure.AMOUNT else "",
        row.value_eur,
        row.answer == Answer.NOTHING_TO_REPORT,
        is_partial=False,
        cells={},
        observation_ids=(row.observation_id,),
    )


def _sum_of(rows: Sequence[Row], rules: Rules, *, is_partial: bool) -> Point:
    """Return the point that parts of one slice make together; those with nothing to report are 0."""

    def added(name: str) -> float | None:
        values = [getattr(row, name) for row in told]
        return None if None in values else math.fsum(values)

    told = [row for row in rows if row.answer == Answer.VALUE]
    value = added("value")
    if len(told) > 1 and rules.measure == Measure.RATIO:
        value = None  # its numerators and denominators add up, it doesn't
    elif len(told) > 1 and rules.measure == Measure.SCORE:
        value = mean([(row.value, row.n) for row in told])
    return _point((told or rows)[0], rules)._replace(
        value=value,
        numerator=added("numerator"),
        denominator=added("denominator"),
        n=added("n"),
        value_eur=added("value_eur"),
        qualifier=combined([row.qualifier for row in told] + [Qualifier.AT_LEAST] * is_partial),
        is_partial=is_partial,
        observation_ids=tuple(row.observation_id for row in rows),
    )


def mean(weighed: list[tuple[float | None, float | None]]) -> float | None:
    """Return the mean of values with their weights; None where a weight is missing, or all are 0."""
    known = [
        (value, weight) for value, weight in weighed if value is not None and weight is not None
    ]
    weight = math.fsum(weight for _, weight in known)
    if len(known) < len(weighed) or not weight:
        return None
    return math.fsum(value * weight for value, weight in known) / weight


def combined(qualifiers: Iterable[str]) -> str:
    """Return how exact a sum (a maximum, a mean) of values is.

    One kind of inexactness carries over; "at least" and "at most" together are "about", as is
    whatever has an "about" in it.
    """
    inexact = set(qualifiers) - {Qualifier.EXACT}
    if len(inexact) > 1:
        return str(Qualifier.ABOUT)
    return str(next(iter(inexact), Qualifier.EXACT))


# --- A missing total: the sum of its parts --------------------------------------------------------


def _whole(parts: list[Row], rules: Rules, dimensions: Sequence[Dimension]) -> list[Point]:
    """Return the total that the parts of a slice make: of a complete partition, else "at least".

    Empty where they make none: a percentage or a score needs all its parts, with their weights.
    """
    size = WEIGHT.get(rules.measure, "value")
    if rules.measure == Measure.AMOUNT:
        parts = _in_one_currency(parts)
    candidates = [
        (is_complete, math.fsum(getattr(row, size) or 0.0 for row in rows), rows)
        for is_complete, rows in _partitions(parts, dimensions)
        if rules.measure in ADDITIVE or (rules.measure in WEIGHT and is_complete)
    ]
    if not candidates:
        return []
    is_complete, _, rows = max(candidates, key=lambda candidate: candidate[:2])
    return [_sum_of(rows, rules, is_partial=not is_complete)]


def _partitions(
    parts: list[Row], dimensions: Sequence[Dimension]
) -> Iterator[tuple[bool, list[Row]]]:
    """Yield parts that exclude each other, and whether they are all the parts there are.

    A scheme of an exclusive dimension, or of several crossed (sex by age); each part on its own.
    """
    known = {dimension.dimension_code: dimension for dimension in dimensions}
    tables: dict[tuple[str, ...], dict[tuple[str, ...], Row]] = defaultdict(dict)
    for row in parts:
        categories = categories_of(row.breakdown_key)
        tables[tuple(categories)][tuple(categories.values())] = row
        yield False, [row]
    for codes, table in tables.items():
        crossed = [known[code] for code in codes if code in known and known[code].is_exclusive]
        if len(crossed) < len(codes):
            continue
        unknown = [dimension.unknown for dimension in crossed]
        for lists in product(*(dimension.complete_lists() for dimension in crossed)):
            scheme = [{*listed, *others} for listed, others in zip(lists, unknown, strict=True)]
            fitting = [
                row
                for cell, row in table.items()
                if all(code in codes for code, codes in zip(cell, scheme, strict=True))
            ]
            if fitting:
                yield all(cell in table for cell in product(*lists)), fitting


def _in_one_currency(rows: list[Row]) -> list[Row]:
    """Return amounts in their common currency, else in euros; none where that can't be."""
    told = [row for row in rows if row.answer == Answer.VALUE]
    if len({row.currency for row in told}) < 2:
        return rows
    in_euros = [
        row if row.currency == EUR else row._replace(value=row.value_eur, currency=EUR)
        for row in rows
    ]
    has_all = all(row.value is not None for row in in_euros if row.answer == Answer.VALUE)
    return in_euros if has_all else []


class Amounts(Protocol):
    """What has an amount of money: a point, or what a series contributes."""

    @property
    def currencies(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def has_euros(self) -> bool: ...  # noqa: D102


def common_currency(amounts: Iterable[Amounts]) -> str | None:
    """Return the currency that amounts can be added up in, None where there is none.

    Their own where it is one, euros where all have a value in euros.
    """
    amounts = list(amounts)
    currencies = {currency for amount in amounts for currency in amount.currencies}
    if len(currencies) < 2:
        return next(iter(currencies), "")
    return EUR if all(amount.has_euros for amount in amounts) else None
