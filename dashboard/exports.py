"""Frames as files to download: the only place that writes csv or xlsx for a reader."""

import csv
import io
import math
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
import xlsxwriter

from schemas import words
from schemas.published import is_formula_like

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

LONGEST_CELL = 32_767
"Characters; XlsxWriter leaves out a longer text without a word."

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Plain = str | int | float | bool | date | datetime | None


def _plain(value: object) -> Plain:
    """Return a frame's value as Python knows it; None for anything missing."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        moment = value.to_pydatetime()
        return moment.date() if moment.time().isoformat() == "00:00:00" else moment
    if hasattr(value, "item"):  # a number of numpy's
        return _plain(value.item())
    if isinstance(value, str | int | float | date):
        return value
    return str(value)


def _csv_field(value: object) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, str):
        return "'" + plain if is_formula_like(plain) else plain
    if isinstance(plain, float) and plain.is_integer() and abs(plain) < 1e15:
        return str(int(plain))
    return plain.isoformat() if isinstance(plain, date) else str(plain)


def as_csv(
    frame: pd.DataFrame,
    *,
    title: str = "",
    notes: Sequence[str] = (),
    language: str = "en",
    encoding: str = "utf-8-sig",
) -> bytes:
    """Return a frame as csv: UTF-8 with its mark, so that a spreadsheet reads six alphabets.

    What only programs read may go without the mark (`encoding`). Title and notes have no place in a
    table that programs read, and are left out.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_csv_field(str(column)) for column in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        writer.writerow([_csv_field(value) for value in row])
    return out.getvalue().encode(encoding)


def _cell_text(text: str) -> str:
    """Return a text without the characters that no XML file may hold."""
    return NOT_XML.sub("\ufffd", text)[:LONGEST_CELL]


def new_book(out: io.BytesIO) -> Any:
    """Return a workbook to be written to, in which a text never becomes anything else."""
    return xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
            "remove_timezone": True,
        },
    )


def put(sheet: Any, row: int, column: int, value: object, look: Any = None) -> None:
    """Write a value into a cell as what it is; nothing where it is missing."""
    plain = _plain(value)
    if isinstance(plain, str) and plain:
        sheet.write_string(row, column, _cell_text(plain), look)
    elif isinstance(plain, float) and math.isinf(plain):
        sheet.write_string(row, column, str(plain), look)
    elif plain not in (None, ""):
        sheet.write(row, column, plain, look)


def as_xlsx(
    frame: pd.DataFrame, *, title: str = "", notes: Sequence[str] = (), language: str = "en"
) -> bytes:
    """Return a frame as a workbook: the table on one sheet, where it comes from on a second."""
    out = io.BytesIO()
    book = new_book(out)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wide = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(words.text("Table", language))
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, _cell_text(str(name)), head)
        longest = max((len(_csv_field(value)) for value in frame.iloc[:200, column]), default=0)
        sheet.set_column(column, column, min(max(longest, len(str(name)), 8) + 2, 60))
    for row, values in enumerate(frame.itertuples(index=False, name=None), start=1):
        for column, value in enumerate(values):
            put(sheet, row, column, value)
    sheet.freeze_panes(1, 0)
    if len(frame) and len(frame.columns):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    about = book.add_worksheet(words.text("About", language))
    about.set_column(0, 0, 100)
    if words.is_rtl(language):
        sheet.right_to_left()
        about.right_to_left()
    for row, line in enumerate([title, *notes]):
        about.write_string(row, 0, _cell_text(line), head if row == 0 else wide)
    book.close()
    return out.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files in a zip that is the same whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data, compresslevel=6)
    return out.getvalue()


WRITERS: dict[str, Callable[..., bytes]] = {"csv": as_csv, "xlsx": as_xlsx}


def write(
    frame: pd.DataFrame,
    file_format: str,
    *,
    title: str = "",
    notes: Sequence[str] = (),
    language: str = "en",
) -> bytes:
    """Return a frame as a file of a format of `TYPES`, its title and notes being in a language."""
    return WRITERS[file_format](frame, title=title, notes=notes, language=language)


def file_name(*parts: str, file_format: str) -> str:
    """Return a file name of plain letters, whatever the parts hold.

    >>> file_name("results", "PP-ES1/../x", file_format="csv")
    'medtown-results-PP-ES1-x.csv'
    """
    letters = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "-"
        for sign in "-".join(["medtown", *(part for part in parts if part)])
    )
    while "--" in letters:
        letters = letters.replace("--", "-")
    return f"{letters.strip('-')[:120]}.{file_format}"
