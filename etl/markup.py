"""What a sheet's markup says and its reader does not: read from the bytes, before any library.

Works with `re` on bytes, not on a parsed tree, so that looking costs less than reading. Every
pattern runs in linear time on any input: none crosses the next `<`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import chain, islice

from schemas.findings import finding

Place = tuple[int, int]
"Row and column of a cell, both from 0."

Range = tuple[int, int, int, int]
"First row, first column, last row, last column."


@dataclass(frozen=True)
class Limits:
    """What one upload may cost; as real files suggest, to be raised by hand only.

    A csv may be longer than a workbook: it is not packed, and its cells cost less.
    """

    upload_bytes: int = 20 * 2**20
    csv_bytes: int = 96 * 2**20
    inflated_bytes: int = 192 * 2**20
    ratio: int = 150
    ratio_free_bytes: int = 8 * 2**20
    parts: int = 1_000
    sheets: int = 100
    columns: int = 512
    cells: int = 2_000_000
    csv_cells: int = 10_000_000
    styles: int = 100_000
    number_formats: int = 5_000
    text_characters: int = 32_767
    format_characters: int = 500
    memory_bytes: int = 2**30
    cpu_seconds: int = 20
    wall_seconds: int = 30


@dataclass(frozen=True, kw_only=True)
class Hints:
    """What the reader hides or drops of one sheet; formats and errors are of cells with content.

    `formats` holds the number formats that are a percentage or a currency; `no_result` the
    formulas whose value was not stored.
    """

    merged: list[Range] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formats: dict[Place, str] = field(default_factory=dict)
    bold: frozenset[Place] = frozenset()
    indents: dict[Place, int] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    no_result: frozenset[Place] = frozenset()


class RefusedError(Exception):
    "The file must not be opened; holds the finding that says why"

    def __init__(self, code: str, found: object = "", sheet: str = "", **arguments: int | str):
        self.finding = finding(code, sheet, "", found=found, **arguments)


def column_number(letters: str) -> int:
    """Return the number of a column from 0: A is 0, XFD is 16,383."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 0: `column_number` undone."""
    letters = ""
    while number >= 0:
        number, letter = divmod(number, 26)
        letters, number = chr(65 + letter) + letters, number - 1
    return letters


# --- elements --------------------------------------------------------------------------------

_LONGEST_TAG = 10_000
_ATTRIBUTE = re.compile(rb"(?<![\w:.-])([\w:.-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)')")


def attributes(tag: bytes) -> dict[str, str]:
    """Return the attributes that are written in a tag."""
    return {
        _text(name): unescape(_text(double or single))
        for name, double, single in _ATTRIBUTE.findall(tag[:_LONGEST_TAG])
    }


def tags(part: bytes, name: bytes) -> Iterator[dict[str, str]]:
    """Yield the attributes of each element of a name, whatever its prefix."""
    for tag in re.finditer(rb"<(?:[\w.-]++:)?" + name + rb"\s([^<]*)", part):
        yield attributes(tag[1])


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _number(value: str) -> int:
    return int(value[:9]) if value.isdecimal() else 0


def _section(part: bytes, name: bytes) -> bytes:
    begin = part.find(b"<" + name)
    return part[begin : part.find(b"</" + name, begin)] if begin >= 0 else b""


def _without_prefix(part: bytes, element: bytes) -> bytes:
    """Return a part whose elements have no namespace prefix: the one of `element` is removed."""
    first = part.find(element)
    prefix = re.search(rb"<([\w.-]{1,100}:)$", part[max(0, first - 102) : max(0, first)])
    return re.sub(rb"(</?)" + re.escape(prefix[1]), rb"\1", part) if prefix else part


def _without(part: bytes, opening: bytes, closing: bytes) -> bytes:
    """Return a part without its comments, or its character data."""
    kept, end = [], 0
    while (begin := part.find(opening, end)) >= 0:
        kept.append(part[end:begin])
        end = part.find(closing, begin)
        if end < 0:
            return b"".join(kept)
        end += len(closing)
    return b"".join([*kept, part[end:]])


# --- the styles of xlsx ----------------------------------------------------------------------


@dataclass(frozen=True)
class Style:
    """What a cell's style says that the reader does not."""

    number_format: str = ""
    is_bold: bool = False
    indent: int = 0


Styles = dict[bytes, Style]
"The styles that say something, by the number with which cells name them."

# The codes that a file need not spell out. Which currency it is was left to the computer's region.
_BUILT_IN = {"9": "0%", "10": "0.00%"} | dict.fromkeys(
    ("5", "6", "7", "8", "42", "44"), "¤#,##0.00"
)
_LOCALE = re.compile(r"\[\$-[^\]]*\]")
_QUOTED = re.compile(r'"[^"]*"|\\.')
_QUOTED_CURRENCY = re.compile(r'"[^"]*?\b(?:[A-Z]{3}|DT|JD)\b[^"]*"')


def read_styles(part: bytes, limits: Limits) -> Styles:
    """Return the styles of a workbook that say something."""
    part = _without_prefix(part, b"styleSheet")
    if part.count(b"<xf") + part.count(b"<font") > limits.styles:
        raise RefusedError("too_many_styles", limit=limits.styles)
    if part.count(b"<numFmt") > limits.number_formats:
        raise RefusedError("too_many_styles", limit=limits.number_formats)
    formats = dict(_BUILT_IN)
    for tag in tags(part, b"numFmt"):
        code = tag.get("formatCode", "")
        if len(code) > limits.format_characters:
            raise RefusedError("format_too_long", code[:60], limit=limits.format_characters)
        formats[tag.get("numFmtId", "")] = code if _is_share_or_money(code) else ""
    fonts = re.split(rb"<font(?=[\s/>])", _section(part, b"fonts"))[1:]
    bold = [bool(re.search(rb"<b(?:\s+val=\"(?:1|true)\")?\s*/?>", font)) for font in fonts]
    styles = {}
    for number, xf in enumerate(re.split(rb"<xf(?=[\s/>])", _section(part, b"cellXfs"))[1:]):
        tag = attributes(xf.partition(b"<")[0])
        font = _number(tag.get("fontId", ""))
        indent = re.search(rb" indent=\"(\d{1,3})\"", xf[:_LONGEST_TAG])
        style = Style(
            number_format=formats.get(tag.get("numFmtId", ""), ""),
            is_bold=font < len(bold) and bold[font],
            indent=int(indent[1]) if indent else 0,
        )
        if style != Style():
            styles[str(number).encode()] = style
    return styles


def _is_share_or_money(code: str) -> bool:
    code = _LOCALE.sub("", code)
    return (
        "%" in _QUOTED.sub("", code)
        or any(unicodedata.category(character) == "Sc" for character in code)
        or bool(_QUOTED_CURRENCY.search(code))
    )


# --- one sheet of xlsx -----------------------------------------------------------------------

_ADDRESS = rb"([A-Z]{1,3}+)(\d{1,7}+)"
_CELL = rb"<c r=\"" + _ADDRESS + rb"\""
_FORMULA = rb"<f(?:[\s/][^<>]*+)?+(?:(?<=/)>|>[^<]*+</f>)\s*+"
_ROW = re.compile(rb"<row\s(?:[^<>]*?\s)??r=\"(\d{1,7})\"")
_HIDDEN_ROW = re.compile(rb"<row\s(?=[^<>]*?hidden=\"(?:1|true)\")(?:[^<>]*?\s)??r=\"(\d{1,7})\"")
_FILLED = re.compile(_CELL + rb"[^<>/]*>(?!(?:<v\s*/>|<v></v>)?</c>)")
_ERROR = re.compile(_CELL + rb"[^<>]*>\s*(?:" + _FORMULA + rb")?<v[^<>]*>([^<]{0,50})")
_EMPTY = rb"(?:<v\s*/>|<v></v>)?+\s*</c>"
# An empty text is a result: a cell that holds one says so.
_NO_RESULT = re.compile(_CELL + rb"(?![^<>]*\st=\"str\")[^<>]*>\s*" + _FORMULA + _EMPTY)
_MERGED = re.compile(rb"<mergeCell\s[^<]*?ref=\"" + _ADDRESS + rb":" + _ADDRESS + rb"\"")
_PLACED = re.compile(rb"<(row|c)(?=[\s>/])([^<>]*)>")
_UNUSUAL = re.compile(rb"['\t\r\n]|  ")
_OWN_PLACE = re.compile(rb" r=\"([A-Za-z]{0,3}+)(\d{1,7}+)\"")
_MOST_COLUMNS = 2**14


def read_sheet(
    sheet: bytes, name: str, styles: Styles, limits: Limits, room: int
) -> tuple[Hints, int]:
    """Return what a sheet says and its reader does not, and how many cells its content spans.

    What the sheet declares about its size plays no part: the reader does not look at it either.
    """
    most = 4 * limits.cells  # empty ones may be more, but no real sheet has so many
    if len(sheet) > 10 * most and (sheet.count(b"<c") > most or sheet.count(b"<row") > most):
        raise RefusedError("too_many_cells", f"> {most}", name, limit=limits.cells)
    if b"!" in sheet and b"<!" in sheet:
        sheet = _without(_without(sheet, b"<!--", b"-->"), b"<![CDATA[", b"]]>")
    sheet = _without_prefix(sheet, b"sheetData")
    last = _ROW.match(sheet, max(0, sheet.rfind(b"<row ")))
    height = int(last[1]) if last else 1
    # One visit to each cell; the match is empty where a cell does not say as usual where it is,
    # or is far below the last row.
    usual = rb"<c(?: r=\"([A-Z]{1,3})\d{1,%d}\"|[\s>/])" % len(str(height))
    cells = re.findall(usual, sheet)
    columns = set(cells)
    width = max((column_number(_text(letters)) for letters in columns), default=-1) + 1
    if len(cells) > most:
        raise RefusedError("too_many_cells", len(cells), name, limit=limits.cells)
    if b"" in columns:
        sheet = _with_addresses(sheet, name)
    if b"" in columns or width > limits.columns or height * width > 2 * len(cells):
        # Few cells of that frame are there: do those with content need so much room?
        height, width = _frame(sheet)
    if width > limits.columns:
        raise RefusedError(
            "too_many_columns", column_letters(width - 1), name, limit=limits.columns
        )
    if height * width > room:
        raise RefusedError("too_many_cells", f"{height} × {width}", name, limit=limits.cells)
    formats, bold, indents = _styled(sheet, styles)
    hints = Hints(
        merged=_merged(sheet[sheet.rfind(b"</sheetData") :], name, limits),
        hidden_rows=_hidden_rows(sheet),
        hidden_columns=_hidden_columns(sheet, limits),
        formats=formats,
        bold=bold,
        indents=indents,
        errors=_errors(sheet),
        no_result=_no_result(sheet),
    )
    return hints, height * width


def _place(letters: bytes, row: bytes) -> Place:
    return int(row) - 1, column_number(letters.decode())


def _with_addresses(sheet: bytes, name: str) -> bytes:
    """Return a sheet each of whose cells begins with its address, as most programs write them."""
    letters = [column_letters(number).encode() for number in range(_MOST_COLUMNS)]
    row, column = 0, -1

    def placed(tag: re.Match[bytes]) -> bytes:
        nonlocal row, column
        element, others = tag.groups()
        if _UNUSUAL.search(others):
            others = b"".join(b" " + part for part in others.replace(b"'", b'"').split())
        own = _OWN_PLACE.match(others) or _OWN_PLACE.search(others)
        if own:
            others = others[: own.start()] + others[own.end() :]
        elif b" r=" in others:
            raise RefusedError("damaged_file", _text(others[:60]), name)
        if element == b"row":
            row, column = int(own[2]) if own else row + 1, -1
            return b'<row r="%d"%b>' % (row, others)
        column = column_number(_text(own[1]).upper()) if own else column + 1
        if column >= _MOST_COLUMNS:
            raise RefusedError("damaged_file", sheet=name)
        return b'<c r="%b%d"%b>' % (letters[column], int(own[2]) if own else row, others)

    return _PLACED.sub(placed, sheet)


def _frame(sheet: bytes) -> tuple[int, int]:
    """Return how many rows and columns, from the first, hold all cells with content."""
    rows, columns = {0}, {""}
    for cell in _FILLED.finditer(sheet):
        columns.add(cell[1].decode())
        rows.add(int(cell[2]))
    return max(rows), max(map(column_number, columns)) + 1


def _styled(
    sheet: bytes, styles: Styles
) -> tuple[dict[Place, str], frozenset[Place], dict[Place, int]]:
    """Return the number formats, the bold cells and the indents of the cells with content."""
    formats: dict[Place, str] = {}
    bold: set[Place] = set()
    indents: dict[Place, int] = {}
    # A pattern that names the styles passes over the other cells; a long list would be slower.
    names = b"|".join(styles) if len(styles) < 200 else rb"\d++"
    numbers = {column_letters(number).encode(): number for number in range(1024)}
    pattern = _CELL + rb"(?: [a-z]+=\"\w*+\")*? s=\"(" + names + rb")\"[^<>/]*+>"
    for cell in re.finditer(pattern, sheet) if styles else ():
        letters, row, name = cell.groups()
        style = styles.get(name)
        if style and letters in numbers:
            place = int(row) - 1, numbers[letters]
            if style.number_format:
                formats[place] = style.number_format
            if style.is_bold:
                bold.add(place)
            if style.indent:
                indents[place] = style.indent
    return formats, frozenset(bold), indents


def _merged(sheet: bytes, name: str, limits: Limits) -> list[Range]:
    ranges, room = [], limits.cells
    for found in _MERGED.finditer(sheet):
        (r1, c1), (r2, c2) = _place(found[1], found[2]), _place(found[3], found[4])
        # Who writes the file again sets up each cell that a merged range covers.
        room -= (r2 - r1 + 1) * (c2 - c1 + 1)
        if room < 0:
            raise RefusedError("too_many_cells", _text(found[0]), name, limit=limits.cells)
        ranges.append((r1, c1, r2, c2))
    return ranges


def _hidden_rows(sheet: bytes) -> frozenset[int]:
    if b' hidden="' not in sheet:
        return frozenset()
    return frozenset(int(row) - 1 for row in _HIDDEN_ROW.findall(sheet))


def _hidden_columns(sheet: bytes, limits: Limits) -> frozenset[int]:
    hidden: set[int] = set()
    head = sheet[: sheet.find(b"<sheetData")]
    for tag in islice(tags(head, b"col"), limits.columns):
        if tag.get("hidden") in ("1", "true"):
            first, last = _number(tag.get("min", "")), _number(tag.get("max", ""))
            hidden.update(range(max(0, first - 1), min(last, limits.columns)))
    return frozenset(hidden)


def _errors(sheet: bytes) -> dict[Place, str]:
    found = _cells_around(sheet, re.compile(rb" t=\"e\""), _ERROR)
    return {_place(cell[1], cell[2]): _text(cell[3]) for cell in found}


def _no_result(sheet: bytes) -> frozenset[Place]:
    if not re.search(rb"<f[\s/>]", sheet):
        return frozenset()
    found = _cells_around(sheet, re.compile(rb"</f>\s*+" + _EMPTY), _NO_RESULT)
    short = _cells_around(sheet, re.compile(rb"<f\s[^<>]*+(?<=/)>\s*+" + _EMPTY), _NO_RESULT)
    return frozenset(_place(cell[1], cell[2]) for cell in chain(found, short))


def _cells_around(
    sheet: bytes, mark: re.Pattern[bytes], cell: re.Pattern[bytes]
) -> Iterator[re.Match[bytes]]:
    """Yield the cells in which a mark is found: a handful, seldom worth a visit to a million."""
    end = 0
    for hit in mark.finditer(sheet):
        begin = sheet.rfind(b"<c ", end, hit.start())
        end = hit.end()
        if begin >= 0 and (found := cell.match(sheet, begin)):
            yield found


# --- one table of ods ------------------------------------------------------------------------

_TABLE_TAG = re.compile(
    rb"<table:(table-row|table-cell|covered-table-cell|table-column)(?=[\s>/])([^<]*)"
)
_PARAGRAPH = re.compile(rb"<text:p(?:\s[^<>]*)?>([^<]{0,50})")


def read_table(table: bytes, name: str, limits: Limits, room: int) -> tuple[Hints, int]:
    """Return what an OpenDocument table says and its reader does not, and how many cells it spans.

    One element may stand for a million equal ones, so nothing is written out before it is counted.
    """
    if table.count(b"<table:table-cell") > limits.cells:
        raise RefusedError("too_many_cells", f"> {limits.cells}", name, limit=limits.cells)
    row = below = column = height = width = first = covered = 0
    merged: list[Range] = []
    hidden_rows: list[tuple[int, int]] = []
    hidden_columns: list[range] = []
    formats: list[tuple[Range, str]] = []
    errors: dict[Place, str] = {}
    no_result: set[Place] = set()
    for found in _TABLE_TAG.finditer(table):
        tag = attributes(found[2])
        is_hidden = tag.get("table:visibility") in ("collapse", "filter")
        if found[1] == b"table-row":
            row, column = below, 0
            below = row + _number(tag.get("table:number-rows-repeated", "1"))
            if is_hidden:
                hidden_rows.append((row, below))
            continue
        right = _number(tag.get("table:number-columns-repeated", "1"))
        if found[1] == b"table-column":
            if is_hidden:
                hidden_columns.append(range(first, min(first + right, limits.columns)))
            first += right
            continue
        place, kind = (row, column), tag.get("office:value-type")
        column += right
        if kind:
            height, width = max(height, below), max(width, column)
        if kind in ("percentage", "currency"):
            code = "0%" if kind == "percentage" else f"[${tag.get('office:currency', '¤')}]#,##0.00"
            formats.append(((*place, below - 1, column - 1), code))
        if tag.get("calcext:value-type") == "error":
            text = _PARAGRAPH.match(table, found.end())
            errors[place] = _text(text[1]) if text else "#N/A"
        elif "table:formula" in tag and not kind:
            no_result.add(place)
        wide = _number(tag.get("table:number-columns-spanned", "1"))
        high = _number(tag.get("table:number-rows-spanned", "1"))
        if wide * high > 1:
            merged.append((*place, row + high - 1, place[1] + wide - 1))
            covered += wide * high
    if width > limits.columns:
        raise RefusedError(
            "too_many_columns", column_letters(width - 1), name, limit=limits.columns
        )
    if max(height * width, covered) > room:
        raise RefusedError("too_many_cells", f"{height} × {width}", name, limit=limits.cells)
    hints = Hints(
        merged=merged,
        hidden_rows=frozenset(r for top, end in hidden_rows for r in range(top, min(end, height))),
        hidden_columns=frozenset(c for columns in hidden_columns for c in columns),
        formats={
            (r, c): code
            for (r1, c1, r2, c2), code in formats
            for r in range(r1, r2 + 1)
            for c in range(c1, c2 + 1)
        },
        errors=errors,
        no_result=frozenset(no_result),
    )
    return hints, height * width
