"""What a workbook of ours says of itself: which workbook it is, and what a row and a column are."""

from dataclasses import dataclass, field
from datetime import date

from etl.workbook import Cell
from schemas.codes import Answer, Qualifier
from schemas.rows import categories_of
from schemas.words import N_

VERSION = "1"
"The version of the keys in a workbook; what has another one is not read."

MARK, COLUMNS, MAP = "medtown", "columns", "_medtown"
"How the first cell of our sheets begins; the first cell of a row of columns' keys; the hidden sheet."

PEOPLE_MARK = "medtown people"
"The first cell of a sheet that is about single people and never to be kept."

INDICATORS, REGISTER = "indicators", "register"
"The two kinds of workbook that we write."

# The parts of an indicator, a row each. A ratio has one for the share, which is computed, and one
# for each number that it is made of: so both can be given for women and for men, too.
VALUE, SHARE, NUMERATOR, DENOMINATOR, ANSWERED = "value", "share", "numerator", "denominator", "n"

PERIOD_START, PERIOD_END, REGISTER_DAYS = "period_start", "period_end", 3
"The keys of the rows in which a register's period is typed, and the place of its column."

# The roles of columns that are read; only `value` comes once more for each category ...
BASELINE, BASELINE_DATE, TARGET, TARGET_DATE = "baseline", "baseline_date", "target", "target_date"
QUALIFIER, CURRENCY, ANSWER, NOTE = "qualifier", "currency", "answer", "note"
# ... and of those that are there for people only.
CODE, NAME, PLACE, UNIT, LAST, LAST_PERIOD = "code", "name", "place", "unit", "last", "last_period"
SHOWN = (CODE, NAME, PLACE, UNIT, LAST, LAST_PERIOD)

# What may be chosen from a list, in the source language of our words.
QUALIFIERS = {
    N_("exact"): Qualifier.EXACT,
    N_("at least"): Qualifier.AT_LEAST,
    N_("about"): Qualifier.ABOUT,
}
ANSWERS = {
    "value": Answer.VALUE,
    "nothing to report": Answer.NOTHING_TO_REPORT,
    "not applicable": Answer.NOT_APPLICABLE,
}


@dataclass(frozen=True)
class Identity:
    """Which workbook it is, as its first cell: `medtown|1|indicators|PP-ES1|2023-01-01|2023-06-30|el`.

    A register has no period here: its keeper types it.
    """

    kind: str
    project_code: str
    period_start: date | None
    period_end: date | None
    language: str
    version: str = VERSION

    @property
    def key(self) -> str:
        """The identity as a cell holds it."""
        return "|".join(
            [MARK, self.version, self.kind, self.project_code, *self.days, self.language]
        )

    @property
    def days(self) -> tuple[str, str]:
        """The first and last day of the period in ISO form, empty where there is none."""
        return (
            self.period_start.isoformat() if self.period_start else "",
            self.period_end.isoformat() if self.period_end else "",
        )

    @classmethod
    def of(cls, cell: Cell) -> "Identity | None":
        """Return the identity that a cell holds; None where it holds none.

        Of another version no more is understood than that it is one.
        """
        if not isinstance(cell, str) or not cell.startswith(f"{MARK}|"):
            return None
        _, version, *parts = cell.strip().split("|")
        try:
            kind, project, start, end, language = parts
            days = [date.fromisoformat(day) if day else None for day in (start, end)]
        except ValueError:
            return cls("", "", None, None, "", version=version if version != VERSION else "?")
        return cls(kind, project, days[0], days[1], language, version)


@dataclass(frozen=True)
class Line:
    """A row of the table: a part of an indicator at a place, and the dimensions it is asked by."""

    indicator_code: str
    place_code: str
    part: str
    reported_as: str
    dimensions: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The line as the first cell of its row holds it."""
        names = (self.indicator_code, self.place_code, self.part, self.reported_as)
        return "|".join([*names, " ".join(self.dimensions)])

    @classmethod
    def of(cls, cell: Cell) -> "Line | None":
        """Return the line that a cell holds; None where it holds none."""
        parts = cell.strip().split("|") if isinstance(cell, str) else []
        if len(parts) != 5:
            return None
        return cls(parts[0], parts[1], parts[2], parts[3], tuple(parts[4].split()))

    @property
    def is_first(self) -> bool:
        """Whether the indicator itself stands in this line, not only a part of it."""
        return self.part in (VALUE, SHARE)

    def is_open(self, column: "Column") -> bool:
        """Return whether something may be written into this line's cell of a column."""
        if column.role == VALUE:
            return self.part != SHARE and set(categories_of(column.breakdown)) <= set(
                self.dimensions
            )
        return self.is_first


@dataclass(frozen=True)
class Column:
    """A column of the table; what it shows above itself is no part of what it is."""

    role: str
    breakdown: str = ""
    group: str = field(default="", compare=False)
    title: str = field(default="", compare=False)
    width: float = field(default=11, compare=False)

    @property
    def key(self) -> str:
        """The column as the first cell of it holds it; nothing where it is not read."""
        if self.role in SHOWN:
            return ""
        return f"{self.role}:{self.breakdown}" if self.breakdown else self.role

    @classmethod
    def of(cls, cell: Cell) -> "Column | None":
        """Return the column that a cell holds; None where it holds none."""
        if not isinstance(cell, str) or not cell.strip():
            return None
        role, _, breakdown = cell.strip().partition(":")
        return cls(role, breakdown)
