"""A report as a workbook: its words on the first sheet, every table on one of its own, numbers as numbers."""

import io
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
from dashboard.reports.formats import flat, office, xlsx_charts
from dashboard.reports.formats.xlsx_book import LINE, Book, Line
from schemas import words

LETTERS = 12
"How wide a column of width 1 is."


def write(document: Document) -> bytes:
    """Return a report as a workbook."""
    out = io.BytesIO()
    book = exports.new_book(out)
    book.set_properties(
        {
            "title": office.clean(document.title)[:255],
            "subject": office.clean(document.kind_title)[:255],
            "author": office.clean(document.publisher)[:255],
            "comments": office.clean(document.description)[:255],
            "keywords": office.clean(", ".join(document.keywords))[:255],
            "created": document.stamp.replace(tzinfo=None),
        }
    )
    sheets = Book(document, book)
    _words(sheets)
    xlsx_charts.write(sheets)
    for table in document.tables:
        _table(sheets, table)
    book.close()
    return out.getvalue()


# --- Words ----------------------------------------------------------------------------------------


def _words(sheets: Book) -> None:
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


def _heading(sheets: Book, title: str) -> Line:
    return [(title, sheets.look(bold=True, bottom=1, indent=1))]


def _fact(sheets: Book, term: str, text: str, url: str = "") -> Line:
    bold = sheets.look(bold=True, text_wrap=True, indent=1)
    return [(term, bold), (text, sheets.text), (url, sheets.text)]


def _part(sheets: Book, part: Part) -> list[Line]:
    """Return the lines of a part; a table, which has a sheet of its own, is told by title and source."""
    lines = [_heading(sheets, part.title)]
    for block in part.blocks:
        lines += _block(sheets, block)
    return lines


def _block(sheets: Book, block: Block) -> list[Line]:
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


# --- Tables ----------------------------------------------------------------------------------


def _table(sheets: Book, table: Table) -> None:
    """Write a table onto a sheet of its own, with a header that stays in view and can be filtered."""
    found = flat.columns(table, sheets.document.language)
    widths = [LETTERS * max(0.8, min(column.width, 4)) for column in found]
    sheet = sheets.sheet(table.title, widths)
    titles = flat.unique(column.title for column in found)
    heads = [sheets.head_of_numbers if column.is_number else sheets.head for column in found]
    sheets.line(sheet, 0, list(zip(titles, heads, strict=True)))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for place in range(len(table.rows)):
        sheets.line(sheet, place + 1, [_cell(sheets, column, place) for column in found])
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(found) - 1)


def _cell(sheets: Book, column: flat.Flat, place: int) -> tuple[Any, Any]:
    """Return a value with its look."""
    value = column.values[place]
    if not column.is_number:
        return value, sheets.verbatim if column.is_verbatim else sheets.text
    return value, sheets.number(column.patterns[place] or "General")
