"""The program that opens an upload: a process of its own, so that it may die without harm.

Run by path, not as a module of `etl`: the package would bring pandas along, half a second of it.
The workbook comes on standard input, the limits as the only argument; the answer is JSON.
"""

import gc
import io
import math
import re
import resource
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from itertools import islice
from typing import Any

import orjson
from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

Remark = tuple[str, int, int, str]
"Code of a finding, row and column (from 0), what was found."

MAX_REMARKS = 1000
"Enough to see what is wrong; two million times the same would only be a way to stop the server."

_ODD_TEXT = (
    # Tabs and line ends are text; the other controls end in an error of some later library.
    ("control_character", "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"),
    ("reversed_text", "\u202a-\u202e\u2066-\u2069"),
    ("lost_character", "\ufffd"),
    (
        "invisible_character",
        "\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2065\ufeff\U000e0000-\U000e007f",
    ),
)
_ODD = re.compile("|".join(f"(?P<{code}>[{characters}])" for code, characters in _ODD_TEXT))


def odd_texts(rows: Iterable[Iterable[Any]]) -> Iterator[Remark]:
    """Yield a remark for each cell whose text has characters that nobody sees as they are."""
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell.__class__ is str and (odd := _ODD.search(cell)):
                yield str(odd.lastgroup), r, c, ascii(cell)


def is_odd(text: str) -> bool:
    """Return whether a text has such a character at all."""
    return _ODD.search(text) is not None


def main() -> None:
    """Read one workbook from standard input and answer on standard output."""
    limits = orjson.loads(sys.argv[1])
    memory, seconds = limits["memory_bytes"], limits["cpu_seconds"]
    with suppress(ValueError, OSError):  # macOS knows no limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # One second more until it is killed: so the signal says that it was the time.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # it would walk through a million cells again and again: a fifth of the time
    sys.stdout.buffer.write(_answer(sys.stdin.buffer.read(), limits))


def _answer(data: bytes, limits: dict[str, int]) -> bytes:
    try:
        sheets = []
        room, cells = limits["inflated_bytes"], limits["cells"]
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for index, about in enumerate(workbook.sheets_metadata):
                if about.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_index(index)
                # The gate has counted what it could read; this counts what calamine has read.
                height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
                cells -= height * width
                if cells < 0:
                    return _refusal("too_many_cells", f"{height} × {width}", about.name)
                if width > limits["columns"]:
                    return _refusal("too_many_columns", str(width), about.name)
                rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
                days, remarks = _typed(rows, limits["text_characters"])
                text = orjson.dumps(rows)
                room -= len(text)
                if room < 0:
                    return _refusal("too_much_text", sheet=about.name)
                if _may_be_odd(text):
                    remarks.extend(islice(odd_texts(rows), MAX_REMARKS + 1))
                sheets.append(
                    {
                        "name": about.name,
                        "is_visible": about.visible == SheetVisibleEnum.Visible,
                        "rows": orjson.Fragment(text),
                        "days": days,
                        "remarks": remarks[: MAX_REMARKS + 1],
                        "merged": sheet.merged_cell_ranges or [],
                    }
                )
        return orjson.dumps({"sheets": sheets})
    except PasswordError:
        return _refusal("password")
    except MemoryError:
        return _refusal("reading_failed")
    except Exception as error:  # whatever a broken file makes of the library, it is one answer
        return _refusal("unreadable", str(error))


def _refusal(code: str, found: str = "", sheet: str = "") -> bytes:
    return orjson.dumps({"code": code, "found": found, "sheet": sheet})


def _may_be_odd(text: bytes) -> bool:
    """Return whether odd characters may be in a JSON text; cheap, and no is certain."""
    if b"\\" in text and (rb"\u00" in text or rb"\b" in text or rb"\f" in text):
        return True
    if text.isascii():
        return b"\x7f" in text
    return "\ufffd".encode() in text or not text.decode().isprintable()


def _typed(rows: list[list[Any]], longest: int) -> tuple[list[tuple[int, int]], list[Remark]]:
    """Put into the rows what JSON can say; return where the days are, and remarks.

    Days and times become ISO text, durations their hours, empty cells null.
    """
    for row in rows:
        if "" in row:
            row[:] = [None if cell == "" else cell for cell in row]
    isfinite = math.isfinite
    special = [
        (r, c)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
        if (cell.__class__ is not float or not isfinite(cell))
        and (cell.__class__ is not str or len(cell) > longest)
        and cell is not None
    ]
    days: list[tuple[int, int]] = []
    remarks: list[Remark] = []
    for r, c in special:
        cell = rows[r][c]
        if isinstance(cell, str):
            remarks.append(("text_too_long", r, c, f"{cell[:60]}…"))
        elif isinstance(cell, float):
            remarks.append(("not_finite", r, c, str(cell)))
            rows[r][c] = None
        elif isinstance(cell, timedelta):
            rows[r][c] = cell.total_seconds() / 3600
        elif isinstance(cell, int):
            rows[r][c] = cell if isinstance(cell, bool) else float(cell)
        else:
            days.append((r, c))
            # Serial 60 is a day that never was: calamine says 28 February for 59 and for 60.
            if isinstance(cell, date) and (cell.year, cell.month) < (1900, 3):
                remarks.append(("number_as_day", r, c, cell.isoformat()))
    return days, remarks


if __name__ == "__main__":
    main()
