"""A workbook under way: its sheets, the looks of its cells, rows as high as their text."""

import math
from collections.abc import Sequence
from typing import Any

from dashboard import exports, theme
from dashboard.figures.figure import width_of
from dashboard.reports.document import Document
from dashboard.reports.formats import office
from schemas import words

LINE, MOST_LINES = 15, 20
"Points that a line of text is high, and lines that a cell shows at most."

PIXELS, INDENT, LETTER = 7, 12, 13.5
"Of a letter of a column's width, of what a cell keeps free, of the height of its letters."

LONGEST_NAME = 31
"Letters of the name of a sheet."

Line = Sequence[tuple[Any, Any]]
"Values with their looks."


class Book:
    """A workbook under way, with the looks of its cells: XlsxWriter makes each once per workbook."""

    def __init__(self, document: Document, book: Any) -> None:
        self.document, self.book = document, book
        self.looks: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.widths: dict[str, list[float]] = {}
        "Of the columns, in letters, by sheet."

    def look(self, **properties: Any) -> Any:
        """Return the format of a cell; numbers and texts stand at its top, and run as the language does."""
        key = tuple(sorted(properties.items()))
        if key not in self.looks:
            order = 2 if words.is_rtl(self.document.language) else 0
            every = {"valign": "top", "reading_order": order}
            self.looks[key] = self.book.add_format(every | properties)
        return self.looks[key]

    @property
    def text(self) -> Any:
        """The look of words."""
        return self.look(text_wrap=True, indent=1)

    @property
    def verbatim(self) -> Any:
        """The look of what somebody wrote, which runs in its own direction."""
        return self.look(text_wrap=True, indent=1, reading_order=0)

    @property
    def head(self) -> Any:
        """The look of the head of a table."""
        return self.look(
            bold=True, bottom=1, text_wrap=True, indent=1, bg_color=theme.light("raised")
        )

    @property
    def head_of_numbers(self) -> Any:
        """The look of the head of a column of numbers, which stand at the end of their cells."""
        return self.look(
            bold=True,
            bottom=1,
            text_wrap=True,
            indent=1,
            align="right",
            bg_color=theme.light("raised"),
        )

    def number(self, pattern: str) -> Any:
        """Return the look of a number."""
        return self.look(num_format=pattern, align="right", indent=1)

    def sheet(self, title: str, widths: Sequence[float]) -> Any:
        """Return a new sheet, ready for paper, under a name that no other has."""
        taken = {name.lower() for name in self.widths}
        plain = "".join(
            sign if sign.isprintable() and sign not in "[]:*?/\\" else " " for sign in title
        ).strip("' ")
        name = _cut(plain, LONGEST_NAME).strip("' ") or "–"
        number = 2
        while name.lower() in taken:
            ending = f" {number}"
            name = f"{_cut(plain, LONGEST_NAME - len(ending)).rstrip()}{ending}"
            number += 1
        sheet = self.book.add_worksheet(name)
        if words.is_rtl(self.document.language):
            sheet.right_to_left()
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        self.widths[name] = list(widths)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def put(self, sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
        """Write a value into a cell as what it is; words as any file may hold them."""
        told = office.clean(value) if isinstance(value, str) else value
        exports.put(sheet, row, column, told, look)

    def line(self, sheet: Any, place: int, cells: Line) -> None:
        """Write a row: values with their looks, as high as its longest text."""
        lines = 1
        for column, (value, look) in enumerate(cells):
            self.put(sheet, place, column, value, look)
            if isinstance(value, str) and look.text_wrap:
                width = self.widths[sheet.get_name()][column]
                lines = max(lines, _lines_of(value, width, is_bold=bool(look.bold)))
        # Not every program fits a row to its wrapped text when it opens a file.
        sheet.set_row(place, LINE * min(lines, MOST_LINES))


def _lines_of(text: str, width: float, *, is_bold: bool) -> int:
    """Return on how many lines a text stands in a column, at most: its fonts differ by program."""
    room = 0.93 * (PIXELS * width - INDENT)
    size = LETTER * (1.06 if is_bold else 1)
    return sum(max(1, math.ceil(width_of(part, size) / room)) for part in text.split("\n"))


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text that Office counts as so long: in units of UTF-16.

    >>> _cut("ab", 1), _cut("a\U0001d54a", 2), _cut("a\U0001d54a", 3) == "a\U0001d54a"
    ('a', 'a', True)
    """
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
