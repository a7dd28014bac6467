"""What a form asks for, declared: fields, how each is written, and what it says to its reader. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from schemas import words
from schemas.words import N_

Fields = Mapping[str, Any]
"What was written, by the name of the field: texts, codes of choices, true, numbers, rows of fields."


class Shape(StrEnum):
    """How something is written: in words, chosen, ticked, as numbers, or row by row."""

    TEXT = "text"
    LINE = "line"
    CHOICE = "choice"
    DAY = "day"
    YES = "yes"
    STEPS = "steps"
    NUMBER = "number"
    COUNT = "count"
    "A whole number, not below zero."
    YEAR = "year"
    SPAN = "span"
    "A number, the two that it lies between, or both ends with the best guess in their middle."
    PERIOD = "period"
    INDICATOR = "indicator"
    TERRITORY = "territory"
    ROWS = "rows"


LONGEST = {Shape.TEXT: 4000, Shape.LINE: 200}
"Characters that a text may have."

NAMED_ELSEWHERE = frozenset({Shape.STEPS, Shape.INDICATOR, Shape.TERRITORY, Shape.ROWS})
"What these shapes hold takes more than the field to be said."

SPAN_HINT = N_(
    "One number, or from – to, or from – best guess – to: 80 – 100 – 120. Without a mark of thousands."
)
"Said once above a form that asks for them."


@dataclass(frozen=True)
class Field:
    """One thing that is asked for; `choices` are words by code.

    It is needed always, or where another field has one of some codes (`needed_where`). `columns` are
    what each row of `Shape.ROWS` has; `legend` is above fields that stand together, `unit` behind
    the number. Of indicators, `measure` leaves those of one measure to choose from.
    """

    name: str
    label: str
    shape: Shape = Shape.TEXT
    is_needed: bool = False
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    needed_where: tuple[str, frozenset[Any]] | None = None
    legend: str = ""
    unit: str = ""
    columns: tuple["Field", ...] = ()
    measure: str = ""

    def needs(self, fields: Fields) -> bool:
        """Return whether something has to stand here, beside what else was written."""
        if self.needed_where is None:
            return self.is_needed
        name, codes = self.needed_where
        return fields.get(name) in codes


def said(one: Field, fields: Fields, language: str) -> str:
    """Return what a field says as people read it; empty where it says nothing, or is named elsewhere."""
    value = fields.get(one.name)
    # Not `in`: 0 is False there, and zero is a value.
    if value is None or value is False or value == "" or one.shape in NAMED_ELSEWHERE:
        return ""
    if one.shape is Shape.CHOICE:
        label = one.choices.get(value, "")
        return label if label in ("", value) else words.text(label, language)
    if one.shape is Shape.DAY:
        return words.day(date.fromisoformat(value), language)
    if one.shape is Shape.YES:
        return words.text("Yes", language)
    if one.shape is Shape.YEAR:
        return words.period(date(value, 1, 1), date(value, 12, 31), language)
    if one.shape is Shape.PERIOD:
        return words.period(*words.parse_period_code(value), language)
    if one.shape in (Shape.NUMBER, Shape.COUNT):
        return _with_unit(one, value, value, language)
    if one.shape is Shape.SPAN:
        return _span(one, value, language)
    return str(value)


def _with_unit(one: Field, low: float, high: float, language: str) -> str:
    if one.unit == "%":
        return words.percents(low / 100, high / 100, language, decimals=None)
    return words.range_(low, high, language)


def _span(one: Field, ends: Sequence[float], language: str) -> str:
    told = _with_unit(one, ends[0], ends[-1], language)
    if len(ends) < 3:
        return told
    best = _with_unit(one, ends[1], ends[1], language)
    return words.text("{range}, most likely {best}", language, range=told, best=best)


def typed(one: Field, value: Any) -> Any:
    """Return what was kept as somebody would type it again."""
    if value is None or isinstance(value, str):
        return value or ""
    if one.shape in (Shape.NUMBER, Shape.COUNT, Shape.YEAR):
        return digits(value)
    if one.shape is Shape.SPAN:
        return " – ".join(map(digits, value))
    return value


def digits(number: float) -> str:
    """Return a number in digits that are read as nothing else.

    >>> digits(1250.0), digits(0.5), digits(1.234)
    ('1250', '0.5', '1.2340')
    """
    whole = f"{number:.9f}".rstrip("0").rstrip(".")
    # “1.234” may be a thousand.
    return f"{whole}0" if len(whole.partition(".")[2]) == 3 else whole
