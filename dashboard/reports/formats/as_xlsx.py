"""A report as a workbook: its words on the first sheet, every table on one of its own, numbers as numbers."""

import io
import math
from collections.abc import Sequence
from typing import Any

from dashboard import exports, theme
from dashboard.reports.document import (
    Block,
    Bullets,
    Chart,
    Document,
    Facts,
    Heading,
    KeyFigures,
    Paragraph,
    Part,
    Table,
    Text,
)
from dashboard.reports.formats import flat
from schemas import words

LINE, MOST_LINES = 15, 20
"Points that a line of text is high, and lines that a cell shows at most."

LETTERS = 12
"How wide a column of width 1 is."

LONGEST_NAME = 31
"Letters of the name of a sheet."

Line = Sequence[tuple[Any, Any]]
"Values with their looks."


def write(document: Document) -> bytes:
    """Return a report as a workbook."""
    out = io.BytesIO()
    book = exports.new_book(out)
    book.set_properties(
        {
            "title": document.title,
            "subject": document.kind_title,
            "author": document.publisher,
            "comments": document.description,
            "created": document.stamp.replace(tzinfo=None),
        }
    )
    sheets = _Book(document, book)
    _words(sheets)
    _charts(sheets)
    for table in document.tables:
        _table(sheets, table)
    book.close()
    return out.getvalue()


class _Book:
    """A workbook under way, with the looks of its cells: XlsxWriter makes each once per workbook."""

    def __init__(self, document: Document, book: Any) -> None:
        self.document, self.book = document, book
        self.looks: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.widths: dict[str, list[float]] = {}
        "Of the columns, in letters, by sheet."

    def look(self, **properties: Any) -> Any:
        """Return the format of a cell; numbers and texts stand at its top."""
        key = tuple(sorted(properties.items()))
        if key not in self.looks:
            self.looks[key] = self.book.add_format({"valign": "top", **properties})
        return self.looks[key]

    @property
    def text(self) -> Any:
        """The look of words."""
        return self.look(text_wrap=True, indent=1)

    @property
    def head(self) -> Any:
        """The look of the head of a table."""
        return self.look(
            bold=True, bottom=1, text_wrap=True, indent=1, bg_color=theme.light("raised")
        )

    def sheet(self, title: str, widths: Sequence[float]) -> Any:
        """Return a new sheet, ready for paper, under a name that no other has."""
        taken = {name.lower() for name in self.widths}
        plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip("' ")
        name = plain[:LONGEST_NAME].strip("' ") or "–"
        number = 2
        while name.lower() in taken:
            ending = f" {number}"
            name = f"{plain[: LONGEST_NAME - len(ending)].rstrip()}{ending}"
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

    def line(self, sheet: Any, place: int, cells: Line) -> None:
        """Write a row: values with their looks, as high as its longest text."""
        lines = 1
        for column, (value, look) in enumerate(cells):
            exports.put(sheet, place, column, value, look)
            if isinstance(value, str):
                width = self.widths[sheet.get_name()][column]
                lines = max(lines, math.ceil(len(value) / (1.1 * width)))
        # Not every program fits a row to its wrapped text when it opens a file.
        sheet.set_row(place, LINE * min(lines, MOST_LINES))


# --- Words ----------------------------------------------------------------------------------------


def _words(sheets: _Book) -> None:
    """Write cover and all words of the report onto the first sheet; tables and charts are named there."""
    document = sheets.document
    sheet = sheets.sheet(words.text("Summary", document.language), [34, 90, 50])
    title = sheets.look(bold=True, font_size=18, indent=1)
    kind = sheets.look(font_color=theme.light("accent"), indent=1)
    lines: list[Line] = [[(document.title, title)], [(document.kind_title, kind)], []]
    lines += [_fact(sheets, fact.term, fact.text, fact.url) for fact in document.facts]
    if document.notice:
        told = [_fact(sheets, fact.term, fact.text, fact.url) for fact in document.notice]
        lines += [[], _heading(sheets, words.text("Please note", document.language)), *told]
    for part in document.parts:
        lines += [[], *_part(sheets, part)]
    for place, line in enumerate(lines):
        sheets.line(sheet, place, line)
    sheet.set_row(0, 2 * LINE)


def _heading(sheets: _Book, title: str) -> Line:
    return [(title, sheets.look(bold=True, bottom=1, indent=1))]


def _fact(sheets: _Book, term: str, text: str, url: str = "") -> Line:
    bold = sheets.look(bold=True, text_wrap=True, indent=1)
    return [(term, bold), (text, sheets.text), (url, sheets.text)]


def _part(sheets: _Book, part: Part) -> list[Line]:
    """Return the lines of a part; a table, which has a sheet of its own, is told by title and source."""
    lines = [_heading(sheets, part.title)]
    for block in part.blocks:
        lines += _block(sheets, block)
    return lines


def _block(sheets: _Book, block: Block) -> list[Line]:
    match block:
        case Paragraph():
            return [_fact(sheets, "", plain(block.text))]
        case Heading():
            return [[(block.text, sheets.look(bold=True, indent=1))]]
        case Bullets():
            return [_fact(sheets, "", plain(item)) for item in block.items]
        case Facts():
            return [_fact(sheets, fact.term, fact.text, fact.url) for fact in block.items]
        case KeyFigures():
            return [
                _fact(
                    sheets,
                    one.name,
                    " · ".join(
                        filter(
                            None,
                            [f"{one.value.text} {one.unit}".strip(), *one.lines, one.status_word],
                        )
                    ),
                )
                for one in block.items
            ]
        case Chart():
            return [_fact(sheets, block.title, block.figure.title)]
        case Table():
            return [_fact(sheets, "", block.title, block.about)]


def plain(text: Text) -> str:
    """Return a text without its emphasis."""
    return "".join(span.text for span in text)


# --- Tables and charts ----------------------------------------------------------------------------


def _table(sheets: _Book, table: Table) -> None:
    """Write a table onto a sheet of its own, with a header that stays in view and can be filtered."""
    found = flat.columns(table, sheets.document.language)
    widths = [LETTERS * max(0.8, min(column.width, 4)) for column in found]
    sheet = sheets.sheet(table.title, widths)
    titles = flat.unique(column.title for column in found)
    sheets.line(sheet, 0, [(title, sheets.head) for title in titles])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for place in range(len(table.rows)):
        sheets.line(sheet, place + 1, [_cell(sheets, column, place) for column in found])
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(found) - 1)


def _cell(sheets: _Book, column: flat.Flat, place: int) -> tuple[Any, Any]:
    """Return a value with its look."""
    value = column.values[place]
    if not column.is_number:
        return value, sheets.text
    return value, sheets.look(num_format=column.patterns[place] or "General")


def _charts(sheets: _Book) -> None:
    """Write what each chart shows below each other: its sentence, its twin in words, its source."""
    charts = sheets.document.charts
    if not charts:
        return
    language = sheets.document.language
    widest = max(len(chart.figure.table.columns) for chart in charts)
    sheet = sheets.sheet(words.text("Charts", language), [38.0, *[16.0] * max(widest - 1, 1)])
    bold, muted = sheets.look(bold=True), sheets.look(font_color=theme.light("muted"))
    place = 0
    for chart in charts:
        twin = chart.figure.table
        exports.put(sheet, place, 0, chart.title, bold)
        exports.put(sheet, place + 1, 0, chart.figure.title, sheets.look())
        sheets.line(sheet, place + 2, [(str(title), sheets.head) for title in twin.columns])
        for number, row in enumerate(twin.itertuples(index=False, name=None)):
            sheets.line(sheet, place + 3 + number, [(value, sheets.text) for value in row])
        exports.put(sheet, place + 3 + len(twin), 0, chart.about, muted)
        place += len(twin) + 5
