"""What a method answers: an estimate with all that a report says and draws of it, or a refusal."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import pandas as pd

from schemas import units, words
from schemas.findings import Finding
from schemas.words import N_


@dataclass(frozen=True)
class Unit:
    """How a figure is written: the unit's names by language or a currency, and its decimals.

    Where both are given, the names say what the amount is of: “€12.50” and not “€12.50 persons”.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    decimals: int | None = None

    def value(self, low: float, high: float, language: str) -> str:
        """Return a figure, or the range it lies in, with its unit: “431–612 persons”, “€12.50”."""
        if self.currency:
            ends = [words.isolated(self._money(end, language), language) for end in (low, high)]
            return "–".join(dict.fromkeys(ends))
        name = words.name(self.names, language)
        return units.shown(low, high, name, language, decimals=self.decimals)

    def change(self, low: float, high: float, language: str) -> str:
        """Return a change of such a figure with its sign; of shares, in percentage points."""
        if self.currency:
            return _ranged(low, high, lambda one: self._money(one, language), language)
        number = _ranged(
            low, high, lambda one: words.difference(one, language, self.decimals), language
        )
        name = words.name(self.names, language)
        if name == units.PERCENT:
            return words.text("{value} percentage points", language, value=number)
        beside = units.beside(name, abs(high), language, decimals=self.decimals)
        return f"{number} {beside}".strip()

    def _money(self, amount: float, language: str) -> str:
        return words.money(amount, self.currency, language)


PERCENT = Unit({"en": units.PERCENT}, decimals=1)
"A share, as a percentage from 0 to 100."

PLAIN = Unit()
"A number without a unit."


def _ranged(low: float, high: float, one: Callable[[float], str], language: str) -> str:
    """Return both ends of a range as they are written, or one where they look alike."""
    first, last = one(low), one(high)
    if first == last:
        return first
    return words.text("{low} to {high}", language, low=first, high=last)


class How(StrEnum):
    """How a place of a sentence is written."""

    VALUE = "value"
    CHANGE = "change"
    TIMES = "times"
    COUNT = "count"
    DAY = "day"
    PERIOD = "period"
    NAME = "name"


class Told(NamedTuple):
    """What fills one place of a sentence: a figure or a range, else a day, a period or a name."""

    how: How
    low: float = math.nan
    high: float = math.nan
    unit: Unit = PLAIN
    word: str = ""

    def written(self, language: str) -> str:
        """Return it as people write it."""
        if self.how == How.VALUE:
            return self.unit.value(self.low, self.high, language)
        if self.how == How.CHANGE:
            return self.unit.change(self.low, self.high, language)
        if self.how == How.TIMES:
            return words.range_(self.low, self.high, language, decimals=2)
        if self.how == How.COUNT:
            return words.number(self.low, language, 0)
        if self.how == How.NAME:
            return words.isolated(self.word, language)
        if self.how == How.PERIOD:
            return words.period(*words.parse_period_code(self.word), language)
        return words.day(date.fromisoformat(self.word), language)


def value(low: float, unit: Unit, high: float | None = None) -> Told:
    """Return a figure, or a range, for a sentence."""
    return Told(How.VALUE, low, low if high is None else high, unit)


def change(low: float, unit: Unit, high: float | None = None) -> Told:
    """Return a change, or a range of it, for a sentence."""
    return Told(How.CHANGE, low, low if high is None else high, unit)


def count(number: float) -> Told:
    """Return a whole number for a sentence."""
    return Told(How.COUNT, number, number)


def period(start: date, end: date) -> Told:
    """Return a period for a sentence."""
    return Told(How.PERIOD, word=words.period_code(start, end))


@dataclass(frozen=True)
class Method:
    """A method: its name, its formula in symbols, what a mayor should know of it, and its source.

    `is_difference`: 0 means that nothing changed, or no more than elsewhere. `refusals` says when
    there is no answer.
    """

    code: str
    name: str
    formula: str
    explanation: str
    source: str
    is_difference: bool = False
    refusals: str = ""

    def explained(self, language: str) -> str:
        """Return the paragraph that says what the method does, and what it cannot say."""
        return words.text(self.explanation, language)


class Interval(StrEnum):
    """What the two ends of an estimate mean."""

    CONFIDENCE = "confidence"
    "Chance: of many such surveys so large a share (`level`) would have the truth between them."
    RANGE = "range"
    "Inputs that are known or assumed only within bounds."
    NONE = "none"
    "There is no range: the inputs are exact."


class Mark(NamedTuple):
    """One thing that a chart draws: a bar or point with its range, perhaps on a day."""

    label: str
    value: float
    low: float = math.nan
    high: float = math.nan
    day: date | None = None


@dataclass(frozen=True)
class Estimate:
    """What a method found: between `low` and `high`, and most likely `estimate`.

    `estimate` is NaN where the inputs are a range without a best guess. `n` is how many answers,
    months, figures or outcomes it rests on. `unit` and `how` say how all three are written; `told`
    fills the places of `sentences` and `assumptions`. The marks are in the same unit, unless they
    have one of their own (`drawn`).
    """

    method: Method
    estimate: float
    low: float
    high: float
    interval: Interval
    n: int
    how: How
    unit: Unit
    sentences: tuple[str, ...]
    told: Mapping[str, Told]
    assumptions: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
    level: float = math.nan
    drawn: Unit | None = None

    def said(self, language: str) -> str:
        """Return what was found, in sentences: the figures, then how sure they are."""
        return f"{self.found(language)} {self.certainty(language)}"

    def found(self, language: str) -> str:
        """Return the figures in sentences."""
        return " ".join(self._filled(self.sentences, language))

    def certainty(self, language: str) -> str:
        """Return how sure the estimate is, a sentence or two."""
        if self.interval == Interval.NONE:
            return words.text("There is no range: every figure in it is taken as exact.", language)
        low, high = (
            Told(self.how, end, end, self.unit).written(language) for end in (self.low, self.high)
        )
        if math.isnan(self.estimate):
            return words.text("It is a range because not everything is known exactly.", language)
        if self.interval == Interval.RANGE:
            return words.text(
                "As not everything is known exactly, it lies between {low} and {high}.",
                language,
                low=low,
                high=high,
            )
        told = words.text(
            "Allowing for chance, the true value lies between {low} and {high} ({level} confidence).",
            language,
            low=low,
            high=high,
            level=words.percent(self.level, language, None),
        )
        return f"{told} {self._verdict(language)}" if self.method.is_difference else told

    def _verdict(self, language: str) -> str:
        if self.low <= 0.0 <= self.high:
            return words.text(
                "Zero is in this range: these data cannot tell it from no difference at all.",
                language,
            )
        return words.text(
            "Zero is not in this range: chance alone is an unlikely explanation.", language
        )

    def assumed(self, language: str) -> list[str]:
        """Return what has to be true for the estimate to hold, a sentence each."""
        return self._filled(self.assumptions, language)

    def _filled(self, sentences: Sequence[str], language: str) -> list[str]:
        filled = {name: told.written(language) for name, told in self.told.items()}
        return [words.text(one, language, **filled) for one in sentences]

    def frame(self, language: str) -> pd.DataFrame:
        """Return what a chart draws: columns label (in the language), value, low, high, day."""
        rows = [mark._replace(label=words.text(mark.label, language)) for mark in self.marks]
        frame = pd.DataFrame(rows, columns=list(Mark._fields))
        return frame.assign(day=pd.to_datetime(frame["day"]).dt.as_unit("s"))


@dataclass(frozen=True)
class Refused:
    """A method that gives no answer, because its conditions fail: every reason, as a finding."""

    method: Method
    findings: tuple[Finding, ...]

    def said(self, language: str) -> str:
        """Return why there is no answer, in sentences."""
        return " ".join(words.sentence(one, language) for one in self.findings)


Answer = Estimate | Refused

COUNTED_ALIKE = N_(
    "The same thing is counted in the same way both times, for the same projects and places."
)
"The assumption of whatever compares two times."
