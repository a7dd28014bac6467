"""A workbook of ours with the values of a file that cannot be marked itself (csv, xls, ods)."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from etl.book import sheet_name
from etl.package import LINKS, MAIN, PackageError, document
from etl.workbook import Cell, Sheet, Workbook

MOST_ROWS, MOST_TEXT = 1_048_576, 32_767
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_DAYS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", time: "hh:mm:ss"}


class _Exact(float):
    """A number that is written with all its digits; XlsxWriter's sixteen are one too few."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def write(book: Workbook, name: str) -> tuple[dict[str, str], bytes]:
    """Return how the sheets of a file are called in its twin, and the twin.

    Texts stay texts, whatever they begin with; what is a percentage, bold, indented, merged or
    hidden stays so, because it says how the values are meant. `name` is for a sheet without one.
    PackageError where a table is longer than a sheet can be.
    """
    stream = io.BytesIO()
    told = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    names: dict[str, str] = {}
    with xlsxwriter.Workbook(stream, told) as file:
        styles: dict[tuple[tuple[str, Any], ...], Format] = {}
        for sheet in book.sheets:
            if len(sheet.rows) > MOST_ROWS:
                raise PackageError("a table has more rows than a sheet")
            names[sheet.name] = _free(sheet_name(sheet.name or name) or "1", names.values())
            _write_sheet(file, file.add_worksheet(names[sheet.name]), sheet, styles)
        visible = [n for n, sheet in enumerate(book.sheets) if sheet.is_visible]
        if visible:
            file.worksheets()[visible[0]].activate()
            file.worksheets()[visible[0]].set_first_sheet()
    return names, stream.getvalue()


def _free(name: str, taken: Any) -> str:
    others = {other.casefold() for other in taken}
    free, number = name, 1
    while free.casefold() in others:
        number += 1
        free = f"{name[:26]} {number}"
    return free


def _write_sheet(
    file: xlsxwriter.Workbook,
    page: Worksheet,
    sheet: Sheet,
    styles: dict[tuple[tuple[str, Any], ...], Format],
) -> None:
    if not sheet.is_visible:
        page.hide()
    for column in sheet.hidden_columns:
        page.set_column(column, column, None, None, {"hidden": True})

    def style(**look: Any) -> Format | None:
        look = {name: value for name, value in look.items() if value}
        key = tuple(sorted(look.items()))
        if key and key not in styles:
            styles[key] = file.add_format(look)
        return styles.get(key)

    is_plain = not (sheet.formats or sheet.bold or sheet.indents)
    for r, row in enumerate(sheet.rows):
        if r in sheet.hidden_rows:
            page.set_row(r, None, None, {"hidden": True})
        for c, cell in enumerate(row):
            if cell is None:
                continue
            look = None
            if not is_plain or cell.__class__ in _DAYS:
                look = style(
                    num_format=sheet.formats.get((r, c), _DAYS.get(cell.__class__, "")),
                    bold=(r, c) in sheet.bold,
                    indent=sheet.indents.get((r, c), 0),
                )
            _write_cell(page, r, c, cell, look, is_error=(r, c) in sheet.errors)
    _merge(page, sheet)


def _write_cell(
    page: Worksheet, r: int, c: int, cell: Cell, look: Format | None, *, is_error: bool
) -> None:
    if isinstance(cell, bool):
        page.write_boolean(r, c, cell, look)
    elif isinstance(cell, float):
        page.write_number(r, c, _Exact(cell), look)
    elif isinstance(cell, str):
        if is_error and cell in _ERRORS:
            page.write_formula(r, c, f"={cell}", look, cell)
        else:
            page.write_string(r, c, cell[:MOST_TEXT], look)
    elif cell is not None:
        try:
            page.write_datetime(r, c, cell, look)
        except ValueError:  # before 1900
            page.write_string(r, c, cell.isoformat(), look)


def _merge(page: Worksheet, sheet: Sheet) -> None:
    """Merge what is merged in the file; the values are written already, and ranges do not overlap."""
    page.merge.extend([r1, c1, r2, c2] for r1, c1, r2, c2 in sheet.merged)


def nothing() -> bytes:
    """Return a workbook without a sheet, to which one is added."""
    stream = io.BytesIO()
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    links = "application/vnd.openxmlformats-package.relationships+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels"'
        f' ContentType="{links}"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1"'
        f' Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}"><sheets></sheets></workbook>',
    }
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, document(part))
    return stream.getvalue()
