"""One sheet of somebody else's workbook: its cells are found and given styles, where they stand."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from etl.markup import attributes, column_letters, column_number
from etl.package import MAIN, Changes, Element, PackageError, check, parse, with_attributes

Place = tuple[int, int]
"Row and column of a cell, both from 0."

SHEET_ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
    *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting"),
    *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup"),
    *("headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches"),
    *("ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF"),
    *("picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"),
)
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_SKIPPED = rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|"


def _tokens(prefix: bytes, names: bytes, *, is_plain: bool) -> re.Pattern[bytes]:
    tag = rb"<(?P<closing>/?)%b(?P<name>%b)(?=[\s/>])(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
    return re.compile((b"" if is_plain else _SKIPPED) + tag % (re.escape(prefix), names), re.DOTALL)


def _elements(
    pattern: re.Pattern[bytes], part: bytes, begin: int = 0, end: int | None = None
) -> Iterator[Element]:
    """Yield the elements that a pattern finds and that are not inside each other."""
    element: Element | None = None
    for found in pattern.finditer(part, begin, len(part) if end is None else end):
        if found["name"] is None:
            continue
        if found["closing"]:
            if element:
                element.close, element.end = found.span()
                yield element
            element = None
            continue
        told = attributes(found[0])
        element = Element(found["name"].decode(), MAIN, b"", told, found.start(), found.end())
        if found[0].endswith(b"/>"):
            element.is_short = True
            element.close = element.end = element.inner
            yield element
            element = None


class Page:
    """The part of one sheet, to be changed in its cells and around them."""

    def __init__(self, part: bytes) -> None:
        check(part)
        root = re.search(rb"<((?:[\w.-]+:)?)worksheet[\s>]", part)
        if not root:
            raise PackageError("a sheet is none")
        self.prefix = root[1]
        self.part = part
        self.changes = Changes(part)
        self._cells_of: dict[int, dict[int, Element]] = {}
        self._is_plain = b"<!" not in part and part.find(b"<?", 2) < 0
        begin, end = self._cells_span()
        self.root = parse(part[:begin] + part[end:])
        if self.root.name != "worksheet" or self.root.prefix != self.prefix:
            raise PackageError("a sheet is none")
        _shift(self.root, begin, end - begin)
        data = self.root.first("sheetData")
        if data is None:
            raise PackageError("a sheet has no cells")
        self._data = data
        self.merged = [
            ref
            for parent in self.root.all("mergeCells")
            for merged in parent.all("mergeCell")
            if (ref := corners(merged.attributes.get("ref", "")))
        ]

    def _pattern(self, names: bytes) -> re.Pattern[bytes]:
        return _tokens(self.prefix, names, is_plain=self._is_plain)

    def _cells_span(self) -> tuple[int, int]:
        for found in self._pattern(b"sheetData").finditer(self.part):
            if found["name"] and not found["closing"]:
                begin = found.end()
                if found[0].endswith(b"/>"):
                    return begin, begin
                closing = b"</" + self.prefix + b"sheetData"
                return begin, self.part.rindex(closing)
        raise PackageError("a sheet has no cells")

    def top_left(self, place: Place) -> Place:
        """Return the cell that stands for the merged range in which a cell is, else the cell."""
        row, column = place
        for r1, c1, r2, c2 in self.merged:
            if r1 <= row <= r2 and c1 <= column <= c2:
                return r1, c1
        return place

    @cached_property
    def _rows(self) -> list[tuple[int, Element]]:
        """The rows with their numbers from 0; one that does not say its own follows the one before."""
        rows = []
        number = -1
        for row in _elements(self._pattern(b"row"), self.part, self._data.inner, self._data.close):
            told = row.attributes.get("r", "")
            number = int(told) - 1 if told.isdecimal() else number + 1
            rows.append((number, row))
        return rows

    def visit(self, wanted: Iterable[Place]) -> dict[Place, "Cell"]:
        """Return wanted cells with their styles; where there is none, the one it would have."""
        rows: dict[int, list[int]] = {}
        for r, c in set(wanted):
            rows.setdefault(r, []).append(c)
        missing = set(rows)
        cells: dict[Place, Cell] = {}
        for number, row in self._rows:
            if number in missing:
                missing.remove(number)
                cells.update(self._cells(number, row, rows[number]))
        for r in missing:
            cells.update({(r, c): Cell(None, self._style_beside(c, None)) for c in rows[r]})
        return cells

    def _cells(self, r: int, row: Element, wanted: list[int]) -> dict[Place, "Cell"]:
        there = self._of_row(row)
        return {
            (r, c): Cell(there[c], _number(there[c].attributes.get("s")), self._content(there[c]))
            if c in there
            else Cell(None, self._style_beside(c, row))
            for c in wanted
        }

    def _of_row(self, row: Element) -> dict[int, Element]:
        if row.begin in self._cells_of:
            return self._cells_of[row.begin]
        cells = self._cells_of[row.begin] = {}
        column = -1
        for cell in _elements(self._pattern(b"c"), self.part, row.inner, row.close):
            letters = cell.attributes.get("r", "").rstrip("0123456789").upper()
            column = column_number(letters) if letters else column + 1
            cells[column] = cell
        return cells

    def _content(self, cell: Element) -> frozenset[str]:
        found = re.findall(
            rb"<" + re.escape(self.prefix) + rb"(f|v|is)(?=[\s/>])",
            self.part[cell.inner : cell.close],
        )
        return frozenset(name.decode() for name in found)

    def _style_beside(self, column: int, row: Element | None) -> int:
        if row and row.attributes.get("customFormat") in ("1", "true"):
            return _number(row.attributes.get("s"))
        for parent in self.root.all("cols"):
            for col in parent.all("col"):
                first, last = (_number(col.attributes.get(name)) for name in ("min", "max"))
                if first <= column + 1 <= last:
                    return _number(col.attributes.get("style"))
        return 0

    def set_styles(self, styles: Mapping[Place, int | None]) -> None:
        """Give cells a style, those that are not there too; None takes the cell away."""
        wanted: dict[int, dict[int, int | None]] = {}
        for (r, c), style in styles.items():
            wanted.setdefault(r, {})[c] = style
        waiting = sorted(wanted, reverse=True)
        for number, row in self._rows:
            other: dict[str, str | None] = {}
            while waiting and waiting[-1] < number:
                self.changes.insert(row.begin, self._new_row(waiting[-1], wanted[waiting.pop()]))
                other = {} if "r" in row.attributes else {"r": str(number + 1)}
            if waiting and waiting[-1] == number:
                self._set_row(number, row, wanted[waiting.pop()], other)
            elif other:
                self.changes.set(row, **other)
        if waiting:
            below = b"".join(self._new_row(r, wanted[r]) for r in reversed(waiting))
            self.changes.append(self._data, below)

    def _new_row(self, r: int, cells: Mapping[int, int | None]) -> bytes:
        inside = b"".join(
            self._new_cell(r, c, style) for c, style in sorted(cells.items()) if style is not None
        )
        told = b'<%brow r="%d">%b</%brow>' % (self.prefix, r + 1, inside, self.prefix)
        return told if inside else b""

    def _new_cell(self, r: int, c: int, style: int) -> bytes:
        letters = column_letters(c).encode()
        return b'<%bc r="%b%d" s="%d"/>' % (self.prefix, letters, r + 1, style)

    def _set_row(
        self, r: int, row: Element, cells: Mapping[int, int | None], other: dict[str, str | None]
    ) -> None:
        if row.is_short:
            tag = self.part[row.begin : row.end - 2].rstrip() + b">"
            made = self._new_row(r, cells)
            inside = made[made.index(b">") + 1 :] if made else b"</%brow>" % self.prefix
            whole = with_attributes(tag, **other | {"spans": None}) + inside
            self.changes.replace(row.begin, row.end, whole)
            return
        there = self._of_row(row)
        tags: dict[int, dict[str, str | None]] = {}
        for c, style in sorted(cells.items()):
            if c in there:
                if style is None:
                    self.changes.remove(there[c])
                else:
                    tags.setdefault(c, {})["s"] = str(style) if style else None
            elif style is not None:
                other["spans"] = None  # it says between which columns the cells are
                behind = next((n for n in sorted(there) if n > c), None)
                at = row.close if behind is None else there[behind].begin
                self.changes.insert(at, self._new_cell(r, c, style))
                if behind is not None and "r" not in there[behind].attributes:
                    tags.setdefault(behind, {})["r"] = f"{column_letters(behind)}{r + 1}"
        for c, told in tags.items():
            self.changes.set(there[c], **told)
        if other:
            self.changes.set(row, **other)


@dataclass(frozen=True)
class Cell:
    """A cell as it stands in its sheet, if it does; content is which of f, v, is it holds."""

    element: Element | None
    style: int
    content: frozenset[str] = frozenset()


def _shift(element: Element, after: int, by: int) -> None:
    for child in element.children:
        _shift(child, after, by)
    element.begin += by if element.begin > after else 0
    element.inner += by if element.inner > after else 0
    element.close += by if element.close >= after else 0
    element.end += by if element.end >= after else 0
    if element.is_short:
        element.inner = element.close = element.end


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def quoted(sheet: str) -> str:
    """Return a sheet's name as it stands in a reference."""
    return "'" + sheet.replace("'", "''") + "'"


def place_address(place: Place) -> str:
    """Return what a spreadsheet calls a cell."""
    return f"{column_letters(place[1])}{place[0] + 1}"


def corners(ref: str) -> tuple[int, int, int, int] | None:
    """Return first row, first column, last row, last column of an address; None if it is none."""
    found = _REFERENCE.fullmatch(ref)
    if not found:
        return None
    left, top, right, bottom = found.groups()
    first = int(top) - 1, column_number(left)
    last = int(bottom or top) - 1, column_number(right or left)
    is_there = 0 <= first[0] <= last[0] < 2**20 and first[1] <= last[1] < 2**14
    return (*first, *last) if is_there else None
