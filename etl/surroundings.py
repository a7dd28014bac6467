"""A cell as it stands in the workbook that was received: a few rows around it, its header, its labels.

Read again from the kept bytes, and found by what the cells are, not by a layout: so that it shows
the same for our template, a known layout and a proposal, and what the file says rather than what
was made of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from etl import gate, parse, store, workbook
from etl.markup import column_letters
from etl.parse import text_of
from etl.workbook import Cell, Sheet

AROUND = 3
"Rows shown above and below the cell."
BESIDE = 2
"Columns shown on either side of it."
HEADER_ROWS, HEADER_DEPTH = 4, 5000
"So many rows of headers at most; so far above the cell are they looked for."
LABELS = 3
"Columns of words before the cell that say what its row is."
LONGEST = 120
"Characters of a cell that are shown."


@dataclass(frozen=True)
class Line:
    """A row of a sheet, counted from 1 as people see it, with its cells under `letters`."""

    number: int
    cells: tuple[str, ...]
    is_header: bool = False
    is_hidden: bool = False


@dataclass(frozen=True)
class Surroundings:
    """The part of a sheet around a cell; between lines or letters that do not follow, some are left out.

    `row` and `column` are the cell's places in `lines` and `letters`.
    """

    sheet: str
    is_visible: bool
    letters: tuple[str, ...]
    lines: tuple[Line, ...]
    row: int
    column: int


def surroundings(
    conn: Connection, submission_id: int, sheet: str, cell: str
) -> Surroundings | None:
    """Return a cell in its surroundings, as received; None where the file or the cell is not there.

    Of a range its first cell. What the gate refuses today is not opened for this either.
    """
    try:
        file_name, data = store.content_of(conn, submission_id)
        book = workbook.read(data, gate.examine(data, file_name))
        row, column = workbook.parse_address(cell.split(":")[0])
    except (store.DecisionError, workbook.WorkbookError, ValueError):
        return None
    found = next((one for one in book.sheets if one.name == sheet), None)
    if found is None or not 0 <= row < len(found.rows) or column < 0:
        return None
    return _around(found, row, column)


def _around(sheet: Sheet, row: int, column: int) -> Surroundings:
    headers = _headers(sheet, row, column)
    columns = _columns(sheet, row, column)
    first, last = max(0, row - AROUND), min(len(sheet.rows), row + AROUND + 1)
    rows = [*(r for r in headers if r < first), *range(first, last)]
    rows = [r for r in rows if r == row or r not in sheet.hidden_rows]
    lines = tuple(
        Line(
            r + 1,
            tuple(shown(sheet, r, c) for c in columns),
            is_header=r in headers,
            is_hidden=r in sheet.hidden_rows,
        )
        for r in rows
    )
    return Surroundings(
        sheet.name,
        sheet.is_visible,
        tuple(map(column_letters, columns)),
        lines,
        rows.index(row),
        columns.index(column),
    )


def _get(sheet: Sheet, row: int, column: int) -> Cell:
    line = sheet.rows[row]
    return line[column] if column < len(line) else None


def _is_words(cell: Cell) -> bool:
    """Return whether a cell holds words: a text that is not a number typed as text."""
    return isinstance(cell, str) and sum(map(str.isalpha, cell)) > 1


def _headers(sheet: Sheet, row: int, column: int) -> list[int]:
    """Return the rows that head a cell: the nearest above it, and those right above that one."""
    above = range(row - 1, max(-1, row - HEADER_DEPTH), -1)
    nearest = next(
        (r for r in above if _get(sheet, r, column) is not None and _heads(sheet, r)), None
    )
    if nearest is None:
        return []
    top = nearest
    while top > 0 and nearest - top + 1 < HEADER_ROWS and _heads(sheet, top - 1):
        top -= 1
    return list(range(top, nearest + 1))


def _heads(sheet: Sheet, row: int) -> bool:
    """Return whether a row may be part of a header: several cells, of words, years and days alone."""
    filled = [cell for cell in sheet.rows[row] if cell is not None]
    return len(filled) > 1 and all(
        parse.is_year(cell) if isinstance(cell, float) else not _is_figure(cell) for cell in filled
    )


def _is_figure(cell: Cell) -> bool:
    """Return whether a cell is a number that was typed as text, and no year."""
    if not isinstance(cell, str) or any(map(str.isalpha, cell)):
        return False
    return any(map(str.isdigit, cell)) and not re.search(r"(?<!\d)(19|20)\d\d(?!\d)", cell)


def _columns(sheet: Sheet, row: int, column: int) -> list[int]:
    """Return the columns to show: labels of the row, then the cell with what is beside it."""
    width = max(len(line) for line in sheet.rows[max(0, row - AROUND) : row + AROUND + 1])
    near = range(max(0, column - BESIDE), max(min(width, column + BESIDE + 1), column + 1))
    words = [c for c in range(column) if _is_words(_get(sheet, row, c))]
    shown = _visible(sheet, [*words[:LABELS], *near])
    return sorted({*shown, column})


def _visible(sheet: Sheet, columns: Iterable[int]) -> list[int]:
    return [c for c in columns if c not in sheet.hidden_columns]


def shown(sheet: Sheet, row: int, column: int) -> str:
    """Return a cell as its author sees it, shortened."""
    if error := sheet.errors.get((row, column)):
        return error
    cell = _get(sheet, row, column)
    if isinstance(cell, float) and "%" in sheet.formats.get((row, column), ""):
        return f"{text_of(round(cell * 100, 10))} %"
    text = " ".join(text_of(cell).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
