"""A sheet as a grid of kinds of cells: what a reader sees before reading a single word.

Every cell has one kind; rows and columns are counted from 0. The grid is what the search of
`etl.segments` and `etl.roles` looks at, so that a sheet of a million cells is walked once.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from etl import parse
from etl.parse import text_of
from etl.workbook import Cell, Sheet

EMPTY, NUMBER, YEAR, DAY, MARK, TEXT, FLAG, TAG = range(8)
"""The kinds: nothing, a number (typed, or written alone), a number that may be a year, a day or a
time, a mark instead of a value ("n/a"), words, true or false, a tag of the Humanitarian Exchange
Language ("#adm1+name")."""

FIGURES = (NUMBER, YEAR, MARK)
"The kinds that stand among figures."

LONGEST = 60
"A text that is longer than this is never a number."

Kinds = np.ndarray[Any, np.dtype[np.uint8]]
_TAG = re.compile(r"#[a-z][\w]*(?:\s*\+[\w +]*)?\s*", re.IGNORECASE)
_NEARLY = re.compile(
    r"(?!(?:19|20)\d\d(?!\d))[~<>≈≥≤]?\s?\d[\d\s.,']*\s?%?\s?(?:\(?[^\W\d]{1,3}\.?\)?|\(\d{4}\)|\(\d\))?"
)
"A figure with a remark: of the wrong form to be read, but where figures stand."
_MARKED_YEAR = re.compile(r"(?:19|20)\d\d\s?(?:\(?[a-zA-Z]\)|\*+|[a-z])")
_OPEN_AGE = re.compile(r"\d{2}\s?\+")
_TYPES = {type(None): EMPTY, bool: FLAG, date: DAY}


@dataclass(frozen=True)
class Grid:
    """The kinds of the cells of a sheet, and how many figures and filled cells are below each row.

    `figures[r, c]` and `filled[r, c]` count the cells of column c in all rows before row r.
    """

    sheet: Sheet
    kinds: Kinds
    figures: Any
    filled: Any

    def cell(self, row: int, column: int) -> Cell:
        """Return what stands in a cell."""
        line = self.sheet.rows[row]
        return line[column] if column < len(line) else None

    def text(self, row: int, column: int) -> str:
        """Return a cell as one line of text."""
        return " ".join(text_of(self.cell(row, column)).split())

    def share_of_figures(self, first: int, last: int) -> Any:
        """Return per column which share of the filled cells of some rows are figures (NaN: none)."""
        figures = self.figures[last] - self.figures[first]
        filled = self.filled[last] - self.filled[first]
        with np.errstate(invalid="ignore"):
            return figures / np.where(filled == 0, np.nan, filled)


def grid_of(sheet: Sheet) -> Grid:
    """Return the grid of a sheet; cells with errors count as marks."""
    kinds = _kinds(sheet.rows)
    for row, column in sheet.errors:
        if row < kinds.shape[0] and column < kinds.shape[1]:
            kinds[row, column] = MARK
    counted = np.int32
    zero = np.zeros((1, kinds.shape[1]), counted)
    figures = np.vstack([zero, np.cumsum(np.isin(kinds, FIGURES), axis=0, dtype=counted)])
    filled = np.vstack([zero, np.cumsum(kinds != EMPTY, axis=0, dtype=counted)])
    return Grid(sheet, kinds, figures, filled)


def _kinds(rows: Sequence[Sequence[Cell]]) -> Kinds:
    known: dict[str, int] = {}
    lines = [bytes(_line(line, known)) for line in rows]
    width = max(map(len, lines), default=0)
    kinds = np.frombuffer(b"".join(line.ljust(width, b"\0") for line in lines), np.uint8)
    return kinds.reshape(len(lines), width).copy()


def _line(line: Iterable[Cell], known: dict[str, int]) -> Iterable[int]:
    for cell in line:
        kind = type(cell)
        if kind is float:
            yield YEAR if 1900 <= cell <= 2100 and cell.is_integer() else NUMBER  # type: ignore[operator,union-attr]
        elif kind is str:
            found = known.get(cell)  # type: ignore[arg-type]
            if found is None:
                found = known[cell] = kind_of(cell)  # type: ignore[arg-type,index]
            yield found
        else:
            yield _TYPES.get(kind, DAY)


def kind_of(text: str) -> int:
    """Return the kind of a text by itself."""
    text = text.strip()
    if not text:
        return EMPTY
    if len(text) > LONGEST:
        return TEXT
    if text[0] == "#" and _TAG.fullmatch(text):
        return TAG
    if _OPEN_AGE.fullmatch(text):
        return TEXT
    if _MARKED_YEAR.fullmatch(text):
        return YEAR
    kind = parse.read_number(text)[0].kind
    if kind in (parse.NUMBER, parse.BRACKETED, parse.AMBIGUOUS):
        is_year = len(text) == 4 and text.isdecimal() and 1900 <= int(text) <= 2100
        return YEAR if is_year else NUMBER
    if kind in (parse.TEXT, parse.YES, parse.NO):
        return NUMBER if _NEARLY.fullmatch(text) else TEXT
    return MARK
