"""What is checked while somebody fills a template in: rules of cells, and what turns red."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.book import Book, Cells
from etl.reference import Indicator, Reference
from etl.template.keys import (
    ANSWER,
    ANSWERED,
    ANSWERS,
    BASELINE_DATE,
    CURRENCY,
    DENOMINATOR,
    NUMERATOR,
    QUALIFIER,
    QUALIFIERS,
    SHARE,
    TARGET_DATE,
    VALUE,
    Column,
    Line,
)
from schemas import words
from schemas.codes import Measure, ValueType
from schemas.rows import categories_of

Rows = Mapping[tuple[str, str, str], int]
"Where the lines of a table are: by indicator, place and part."

Places = Mapping[Column, int]
"Where columns are."


def number_rule(indicator: Indicator, part: str, kind: ValueType) -> tuple[Any, ...]:
    """Return what may be written into a cell: (kind of rule, lowest, highest)."""
    measure = Measure(indicator.measure)
    if measure == Measure.YES_NO:
        return ("yes_no",)
    if measure == Measure.TEXT:
        return ("any",)
    if measure == Measure.SCORE and part == VALUE and indicator.scale_max is not None:
        return ("scale", indicator.scale_min or 0, indicator.scale_max)
    # A target may be a mean of projects, 12.5 jobs; what was counted is whole.
    is_count = measure == Measure.COUNT and kind == ValueType.ACTUAL
    return ("whole",) if is_count or part == ANSWERED else ("number",)


class Rules:
    """The rules of a sheet while it is written; those that many cells share are attached at its end."""

    def __init__(
        self,
        book: Book,
        sheet: Worksheet,
        reference: Reference,
        currencies: Sequence[str],
        rows: Rows,
    ) -> None:
        self.book, self.sheet, self.reference = book, sheet, reference
        self.currencies, self.rows = currencies, rows
        self.shared: defaultdict[tuple[Any, ...], list[Cells]] = defaultdict(list)

    def add(self, rule: tuple[Any, ...], row: int, place: int) -> None:
        """Let a cell have a rule: its kind and limits (`number_rule`), or the role of a list."""
        self.shared[rule].append((row, place, row, place))

    def order_days(self, row: int, place: int, role: str, at: Places) -> None:
        """Let a baseline be dated before its target is due, and neither in another century."""
        due, began = (
            xl_rowcol_to_cell(row, at[Column(role)]) for role in (TARGET_DATE, BASELINE_DATE)
        )
        first, last = "DATE(1990,1,1)", "DATE(2089,12,31)"
        low, high = first, f'IF({due}="",{last},{due})'
        if role == TARGET_DATE:
            low, high = f'IF({began}="",{first},{began})', last
        told = self.book.text("Write a date. The baseline comes before the due date of the target.")
        rule = {
            "validate": "date",
            "criteria": "between",
            "minimum": f"={low}",
            "maximum": f"={high}",
        }
        self.book.rule(self.sheet, [(row, place, row, place)], told, **rule)

    def attach(self) -> None:
        """Attach the rules to the cells that share them."""
        book, sheet, text = self.book, self.sheet, self.book.text
        lists: dict[str, Sequence[str]] = {
            QUALIFIER: [text(word) for word in QUALIFIERS],
            ANSWER: [text(word) for word in ANSWERS],
            CURRENCY: self.currencies,
            "yes_no": [text("yes"), text("no")],
        }
        whole = text("Write a whole number, 0 or more. Leave the cell empty if it is not known.")
        number = text("Write a number, 0 or more. Leave the cell empty if it is not known.")
        for (kind, *limits), cells in self.shared.items():
            cells = _joined(cells)
            if kind in lists:
                book.choice(sheet, cells, lists[kind])
            elif kind == "whole":
                book.rule(sheet, cells, whole, validate="integer", criteria=">=", value=0)
            elif kind == "number":
                book.rule(sheet, cells, number, validate="decimal", criteria=">=", value=0)
            elif kind == "scale":
                low, high = (words.number(limit, book.language) for limit in limits)
                told = text(
                    "Write a number from {low} to {high}. Leave the cell empty if it is not known.",
                    low=low,
                    high=high,
                )
                between = {"criteria": "between", "minimum": limits[0], "maximum": limits[1]}
                book.rule(sheet, cells, told, validate="decimal", **between)

    def warn(self, row: int, line: Line, at: Places) -> None:
        """Let cells turn red that do not fit together: parts and totals, a number and an answer."""
        indicator = self.reference.indicators[line.indicator_code]
        if line.part != SHARE and indicator.measure != Measure.SCORE:
            for code in line.dimensions:
                self._warn_of_parts(row, code, at)
        if line.part == NUMERATOR and indicator.factor == 100:
            below = self.rows[line.indicator_code, line.place_code, DENOMINATOR]
            for column, place in at.items():
                if column.role == VALUE:
                    part, whole = (xl_rowcol_to_cell(r, place) for r in (row, below))
                    self._red_if(row, place, place, f"AND(ISNUMBER({whole}),N({part})>{whole})")
        if line.is_first:
            self._warn_of_answer(row, line, at)

    def _warn_of_parts(self, row: int, dimension: str, at: Places) -> None:
        """Warn of parts above their total: of their sum where nobody can be in two of them."""
        total = xl_rowcol_to_cell(row, at[Column(VALUE)], col_abs=True)
        mine = [c for c in at if c.breakdown and dimension in categories_of(c.breakdown)]
        first, last = at[mine[0]], at[mine[-1]]
        found = here = xl_rowcol_to_cell(row, first)
        if self.reference.dimensions[dimension].is_exclusive:
            ends = (xl_rowcol_to_cell(row, place, col_abs=True) for place in (first, last))
            found = f"SUM({':'.join(ends)})"
        condition = f"AND(ISNUMBER({total}),ISNUMBER({here}),{found}>{total}+0.000001)"
        self._red_if(row, first, last, condition)

    def _warn_of_answer(self, row: int, line: Line, at: Places) -> None:
        """Warn of a number beside the answer that there is none."""
        place = at[Column(ANSWER)]
        answer, value = xl_rowcol_to_cell(row, place), self.book.text("value")
        part = NUMERATOR if line.part == SHARE else VALUE
        number_row = self.rows[line.indicator_code, line.place_code, part]
        number = xl_rowcol_to_cell(number_row, at[Column(VALUE)])
        self._red_if(row, place, place, f'AND({answer}<>"",{answer}<>"{value}",{number}<>"")')

    def _red_if(self, row: int, first: int, last: int, condition: str) -> None:
        rule = {"type": "formula", "criteria": f"={condition}", "format": self.book.warning}
        self.sheet.conditional_format(row, first, row, last, rule)


def _joined(cells: Sequence[Cells]) -> list[Cells]:
    """Return single cells as ranges, as far as they stand side by side."""
    found: list[Cells] = []
    for row, column, *_ in sorted(cells):
        if found and found[-1][0] == row and found[-1][3] == column - 1:
            found[-1] = (row, found[-1][1], row, column)
        else:
            found.append((row, column, row, column))
    return found
