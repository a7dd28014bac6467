"""What stands in a cell, or in a field of a form, as a value of the catalogue, and back."""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from etl.catalogue.columns import Column, Kind

LONGEST = 4000
"Characters of one text."

SEPARATOR = re.compile("[;\u061b\uff1b]")
"Between the parts of a list; keyboards of other scripts have their own."

CODE = re.compile(r"[^\s~:;/\\?#%\"'&]{1,60}")
"What a new code may be: it stands in addresses and in lists."


class CellError(ValueError):
    "What stands in a cell is no value of its column; `code` is that of the finding"

    def __init__(self, code: str, **arguments: str | int) -> None:
        super().__init__(code)
        self.code, self.arguments = code, arguments


def value_of(column: Column, cell: object) -> Any:
    """Return the value of a column that a cell holds, None (or an empty list) for an empty one.

    CellError where it holds something else. Of texts in several languages it is one of them.
    """
    if column.kind in (Kind.LIST, Kind.CODES):
        return [part.strip() for part in SEPARATOR.split(_text(cell)) if part.strip()]
    if column.kind in (Kind.TEXT, Kind.TEXTS, Kind.CODE, Kind.CHOICE):
        text = _text(cell)
        if column.kind is Kind.CHOICE and text and text not in column.choices:
            raise CellError("catalogue_not_among", choices=", ".join(column.choices))
        return text or None
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    return _READ[column.kind](cell)


def require_code(code: str) -> None:
    """Raise CellError unless a new row may have this code."""
    if not CODE.fullmatch(code):
        raise CellError("catalogue_code_form")


def _text(cell: object) -> str:
    """Return a cell as text: a number as it was typed, without the decimals of whole ones."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        if not float(cell).is_integer():
            raise CellError("catalogue_not_text")
        return str(int(cell))
    if not isinstance(cell, str):  # 5-9 became a day
        raise CellError("catalogue_not_text")
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST:
        raise CellError("catalogue_text_too_long", limit=LONGEST)
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
        raise CellError("catalogue_not_text")
    return text


def _number(cell: object) -> float:
    try:
        number = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise CellError("catalogue_not_a_number") from error
    if isinstance(cell, bool) or not math.isfinite(number) or abs(number) > 1e15:
        raise CellError("catalogue_not_a_number")
    return number


def _whole(cell: object) -> int:
    number = _number(cell)
    if not number.is_integer() or abs(number) > 2**31 - 1:
        raise CellError("catalogue_not_whole")
    return int(number)


def _day(cell: object) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell).strip())
    except ValueError as error:
        raise CellError("catalogue_not_a_day") from error


_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _yes_no(cell: object) -> bool:
    said = _text(cell).lower()
    if said not in _YES_NO:
        raise CellError("catalogue_not_yes_no")
    return _YES_NO[said]


_READ: dict[Kind, Callable[[object], Any]] = {
    Kind.NUMBER: _number,
    Kind.WHOLE: _whole,
    Kind.DAY: _day,
    Kind.YES_NO: _yes_no,
}


def cell_of(column: Column, value: Any) -> str | float | date | None:
    """Return what is written into a cell for a value; of a text in one language it is that text."""
    if value is None:
        return None
    if column.kind is Kind.YES_NO:
        return "true" if value else "false"
    if column.kind in (Kind.LIST, Kind.CODES):
        return ";".join(value) or None
    if isinstance(value, str | float | int | date):
        return value
    return str(value)
