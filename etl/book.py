"""How the workbooks that we hand out look and are protected: formats, sheets, rules for cells."""

import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from schemas import words

INK, MUTED, ACCENT, LINE, BAND = "#12191B", "#5C6B70", "#0F6475", "#CBD5D8", "#E8EFF0"
INPUT, KNOWN, SHUT, WRONG, WHITE = "#FFF3C4", "#FFFBEB", "#DCE2E4", "#F3B9A8", "#FFFFFF"
FONT = "Arial"  # the one face with Greek and Arabic everywhere; elsewhere its equal in widths

# The month by its name where a short date could be read in two ways; the code makes it a name in
# the workbook's language, not in the machine's.
DATE_FORMATS = {
    "en": "[$-809]d mmm yyyy",
    "es": "[$-C0A]d mmm yyyy",
    "fr": "[$-40C]d mmm yyyy",
    "pt": "[$-816]d mmm yyyy",
    "el": "[$-408]d mmm yyyy",
    "ar": "dd/mm/yyyy",
}

# Marks that steer the direction of writing cannot be seen, and the gate asks about such characters.
_DIRECTIONS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)

Cells = tuple[int, int, int, int]
"First row, first column, last row, last column."


def number_format(decimals: int, qualifier: str = "=", currency: str = "") -> str:
    """Return a number format; separators are those of the program that shows it."""
    mark = {">=": '"≥ "', "<=": '"≤ "', "~": '"≈ "'}.get(qualifier, "")
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    return mark + digits + (f'" {currency}"' if currency else "")


def lines_of(text: str, width: float, size: float = 10) -> int:
    """Return how many lines a text takes in a column of a width, at most: programs differ a little."""
    room = max(1.0, width * 1.05 * 10 / size)
    return sum(max(1, math.ceil(len(part) / room)) for part in text.split("\n"))


def sheet_name(name: str) -> str:
    """Return a name that a sheet may have."""
    return name.translate(dict.fromkeys(map(ord, "[]:*?/\\'"), " "))[:31].strip()


class Book:
    """A workbook that is being written, in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.is_rtl = words.is_rtl(language)
        self._stream = io.BytesIO()
        self.file = xlsxwriter.Workbook(
            self._stream,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        self._styles: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.warning = self.file.add_format({"bg_color": WRONG})
        "What a cell looks like that does not fit together with another."

    def bytes(self) -> bytes:
        """Return the finished file."""
        self.file.close()
        return self._stream.getvalue()

    # --- words ---

    def text(self, msgid: str, **arguments: object) -> str:
        """Return a text in the language of the workbook."""
        return words.text(msgid, self.language, **arguments).translate(_DIRECTIONS)

    def name(self, names: dict[str, str] | None) -> str:
        """Return a name in the language of the workbook, empty where there is none."""
        return words.name(names, self.language).translate(_DIRECTIONS) if names else ""

    def period(self, start: Any, end: Any) -> str:
        """Return a period in the language of the workbook."""
        return words.period(start, end, self.language).translate(_DIRECTIONS)

    # --- looks ---

    def style(self, **look: Any) -> Format:
        """Return a cell format; the same look is one format."""
        base = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
        if self.is_rtl:
            base |= {"reading_order": 2}
            if "indent" in look:  # else XlsxWriter indents from the left
                base |= {"align": "right"}
        look = base | look
        key = tuple(sorted(look.items()))
        if key not in self._styles:
            self._styles[key] = self.file.add_format(look)
        return self._styles[key]

    def boxed(self, **look: Any) -> Format:
        """Return the format of a cell in a table."""
        return self.style(**{"border": 1, "border_color": LINE} | look)

    def header(self, **look: Any) -> Format:
        """Return the format of a table's header cell."""
        base = {
            "bold": True,
            "text_wrap": True,
            "align": "center",
            "bg_color": BAND,
            "font_size": 9,
        }
        return self.boxed(**base | look)

    @property
    def start(self) -> str:
        """The side on which reading begins."""
        return "right" if self.is_rtl else "left"

    # --- sheets ---

    def sheet(self, name: str, colour: str = ACCENT) -> Worksheet:
        """Return a new sheet: A4 across, in the language's direction, locked without a password."""
        sheet = self.file.add_worksheet(sheet_name(name))
        sheet.hide_gridlines(2)
        sheet.set_tab_color(colour)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        sheet.fit_to_pages(1, 0)
        allowed = ("format_cells", "format_columns", "format_rows", "sort", "autofilter")
        sheet.protect("", dict.fromkeys(allowed, True))
        if self.is_rtl:
            sheet.right_to_left()
        return sheet

    def rule(self, sheet: Worksheet, cells: Sequence[Cells], told: str, **rule: Any) -> None:
        """Let nothing else be written into cells than a rule allows, and say why."""
        first, *others = cells
        titled = {"error_title": self.text("Please look again"), "error_message": told}
        sheet.data_validation(*first, rule | titled | {"other_cells": [list(c) for c in others]})

    def choice(self, sheet: Worksheet, cells: Sequence[Cells], options: Sequence[str]) -> None:
        """Give cells a drop-down list."""
        told = self.text("Choose from the list: {options}.", options=" / ".join(options))
        self.rule(sheet, cells, told, validate="list", source=list(options))


class Guide:
    """A sheet of instructions that is written from top to bottom."""

    WIDTHS = (2, 6, 36, 84)

    def __init__(self, book: Book, name: str, title: str, subtitle: str) -> None:
        self.book = book
        self.sheet = book.sheet(name, MUTED)
        self.sheet.set_portrait()
        for column, width in enumerate(self.WIDTHS):
            self.sheet.set_column(column, column, width, book.style())
        self.sheet.set_row(1, 28)
        heading = book.style(bold=True, font_size=16, font_color=ACCENT)
        self.sheet.merge_range(1, 1, 1, 3, title, heading)
        subheading = book.style(font_size=12, font_color=MUTED)
        self.sheet.merge_range(2, 1, 2, 3, subtitle, subheading)
        self.row = 3

    def _sentence(self, text: str, first: int, last: int, **look: Any) -> None:
        """Write a text across columns; joined cells do not find their height by themselves."""
        self._grow(lines_of(text, sum(self.WIDTHS[first : last + 1])))
        self.sheet.merge_range(
            self.row, first, self.row, last, text, self.book.style(text_wrap=True, **look)
        )

    def _grow(self, lines: int) -> None:
        self.sheet.set_row(self.row, 6 + 13 * lines)

    def heading(self, title: str) -> None:
        """Begin a section."""
        self.sheet.set_row(self.row + 1, 24)
        look = self.book.style(bold=True, font_size=12, font_color=ACCENT)
        self.sheet.write(self.row + 1, 1, title, look)
        self.row += 2

    def steps(self, sentences: Iterable[str]) -> None:
        """Write numbered sentences."""
        look = {"bold": True, "align": "center", "font_color": WHITE, "bg_color": ACCENT}
        for number, sentence in enumerate(sentences, 1):
            self._sentence(sentence, 2, 3, indent=1)
            self.sheet.write_number(self.row, 1, number, self.book.boxed(**look))
            self.row += 1

    def colours(self, meanings: Iterable[tuple[str, str]]) -> None:
        """Write the key to the colours of cells."""
        for colour, meaning in meanings:
            self._sentence(meaning, 2, 3, indent=1)
            self.sheet.write_blank(self.row, 1, None, self.book.boxed(bg_color=colour))
            self.row += 1

    def sayings(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Write a table of two columns: what there is to say, and how it is said."""
        for what, how in pairs:
            self._grow(max(lines_of(what, 40), lines_of(how, self.WIDTHS[3])))
            bold = self.book.boxed(text_wrap=True, bold=True)
            self.sheet.merge_range(self.row, 1, self.row, 2, what, bold)
            self.sheet.write(self.row, 3, how, self.book.boxed(text_wrap=True))
            self.row += 1

    def sentences(self, sentences: Iterable[str]) -> None:
        """Write sentences below each other."""
        for sentence in filter(None, sentences):
            self._sentence(sentence, 1, 3)
            self.row += 1
