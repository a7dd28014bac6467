"""Texts become days: the column shows in which order day, month and year stand, or it is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
from babel import Locale

from etl.parse.amounts import DATE, LONGEST
from etl.parse.texts import (
    AMBIGUOUS,
    MISSING,
    TEXT,
    Evidence,
    Objects,
    Texts,
    fold,
    meaning,
    repeated,
    words,
)
from etl.workbook import Cell
from schemas.codes import LANGUAGES


@dataclass(frozen=True)
class Dates:
    """A column read as days (`datetime64[s]`, NaT unless `kind` is `DATE`)."""

    day: "np.ndarray[Any, np.dtype[np.datetime64]]"
    kind: Objects
    evidence: Evidence = field(default_factory=dict)


# Months have other names in the west and the east of the Arab world.
LOCALES = (*LANGUAGES, "ru", "ky", "de", "it", "ar_TN", "ar_LB", "ar_MA", "ar_DZ")

_USUAL_SERIALS = (20_000, 80_000)
"Days of a workbook's calendar from 1954 to 2119: what they need to be taken for days unproven."


@cache
def months() -> dict[str, int]:
    """Return the month names of the languages, whole and short, folded; none with two meanings."""
    found = {name: {int(number)} for name, number in words("months").items()}
    for code in LOCALES:
        for forms in Locale.parse(code).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in forms.get(width, {}).items():
                    for word in (fold(name), fold(name).replace(".", "")):
                        if not word.isdigit():
                            found.setdefault(word, set()).add(number)
    return {word: min(numbers) for word, numbers in found.items() if len(numbers) == 1}


@cache
def _weekdays() -> dict[str, int]:
    """Return the names of the days of the week (Monday is 0), but for those of months (`mar.`)."""
    found: dict[str, set[int]] = {}
    for code in LOCALES:
        for forms in Locale.parse(code).days.values():
            for width in ("wide", "abbreviated"):
                for number, name in forms.get(width, {}).items():
                    for word in (fold(name), fold(name).replace(".", "")):
                        found.setdefault(word, set()).add(number)
    known = {word: min(numbers) for word, numbers in found.items() if len(numbers) == 1}
    return {word: day for word, day in known.items() if word not in months() and len(word) > 1}


def tokens(text: str) -> list[str]:
    """Return the words, digits and marks of a folded text, letters and digits apart."""
    text = re.sub(r"(?<!\d)\.|\.(?!\d)", " ", text)
    return re.findall(r"[^\W\d_]+'?|\d+(?:\.\d+)*|[-/→]", text)


def day_of(year: int, month: int, day: int) -> date | None:
    """Return a day, None where there is none; of a year of two digits the nearest."""
    year += 0 if year > 99 else 2000 if year < 70 else 1900
    try:
        return date(year, month, day)
    except ValueError:
        return None


_NUMERIC_DATE = re.compile(r"(\d{1,4})([/.\- ])(\d{1,2})\2(\d{1,4})")
_TIME = re.compile(
    r"(?:(?<=\d)t|(?<=\d)[, ]\s*|\s+(?:at|a las|a|as|στις|в)\s+)"
    r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]\.?\s?m\.?)?(?:\s*(?:z|utc|gmt|[+-]\d{2}:?(?:\d{2})?))*$"
)
_FIRST_WORD = re.compile(r"([^\W\d_]+(?:[- ][^\W\d_]+)?)\.?[,، ]+(?=\S)")


def read_date(text: str) -> dict[str, date]:
    """Return the days that a text can mean, by the order of day, month and year.

    A weekday in front must be that of the day; a time behind is passed over.
    """
    if len(text) > LONGEST:
        return {}
    clean = fold(text).replace("،", ",").strip(". ")
    if time := _TIME.search(clean):
        clean = clean[: time.start()]
    weekday = None
    for name in (first[1], first[1].split()[0]) if (first := _FIRST_WORD.match(clean)) else ():
        if name in _weekdays():
            weekday, clean = _weekdays()[name], clean[len(name) :].lstrip(" .,")
            break
    read = _read_day(clean.replace(",", " "))
    return {
        order: day for order, day in read.items() if weekday is None or day.weekday() == weekday
    }


def _read_day(clean: str) -> dict[str, date]:
    if match := _NUMERIC_DATE.fullmatch(" ".join(clean.split())):
        return _read_digits(*match.groups())
    found = _with_months([t for t in tokens(clean) if t not in "-/" and not is_filler(t)])
    named = [t for t in found if isinstance(t, int)]
    rest = [str(t) for t in found if not isinstance(t, int)]
    if len(named) != 1 or len(rest) != 2 or not all(r.isdigit() for r in rest):
        return {}
    if len(rest[0]) == 4:
        rest.reverse()
    day = day_of(int(rest[1]), named[0], int(rest[0])) if len(rest[0]) <= 2 else None
    return {"named": day} if day and len(rest[1]) in (2, 4) else {}


def _with_months(words_left: list[str]) -> list[str | int]:
    """Return words with the names of months as their numbers; some are of two words."""
    found: list[str | int] = []
    while words_left:
        length = 2 if " ".join(words_left[:2]) in months() else 1
        phrase = " ".join(words_left[:length])
        found.append(months().get(phrase, phrase))
        words_left = words_left[length:]
    return found


def _read_digits(first: str, mark: str, second: str, third: str) -> dict[str, date]:
    a, b, c = int(first), int(second), int(third)
    if len(first) == 4 and len(third) <= 2:
        orders = {"ymd": day_of(a, b, c), "ydm": day_of(a, c, b)}
        if mark == "-":  # ISO 8601
            del orders["ydm"]
    elif len(third) in (2, 4) and len(first) <= 2:
        orders = {"dmy": day_of(c, b, a), "mdy": day_of(c, a, b)}
        if mark == ".":  # nobody writes month.day.year
            del orders["mdy"]
        if mark == "-" and len(first) == len(third) == 2:  # ISO 8601 cut short
            orders["ymd"] = day_of(a, b, c)
    else:
        return {}
    return {order: day for order, day in orders.items() if day}


def is_filler(token: str) -> bool:
    """Return whether a word says nothing in a date or a period."""
    return words("periods").get(token) in ("filler", "year")


def settle(readings: Sequence[dict[str, Any]], preferred: str = "") -> tuple[list[str], set[str]]:
    """Return which reading of each text counts ("" where open), and what the column proves.

    A text with one reading proves it for the others; `preferred` answers what is left open.
    """
    proven = {name for reading in readings if len(reading) == 1 for name in reading}
    chosen = []
    for reading in readings:
        likely = [name for name in reading if name in proven] or list(reading)
        if len(likely) > 1 and preferred in likely and not proven & set(reading) - {preferred}:
            likely = [preferred]
        same = len(set(reading.values())) == 1
        chosen.append(likely[0] if len(likely) == 1 or (same and likely) else "")
    return chosen, proven


def dates(cells: Sequence[Cell], *, order: str = "", is_1904: bool = False) -> Dates:
    """Return a column read as days; `order` ("dmy", "mdy") answers what the column leaves open.

    Numbers are days of the workbook's calendar, which begins in 1900 or 1904, where the column has
    other days, or where all of them are of our time; a number that could be a year is no day.
    """
    day = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[s]")
    kind = repeated(MISSING, len(cells))
    texts: list[tuple[int, str]] = []
    serials: list[tuple[int, float]] = []
    for row, cell in enumerate(cells):
        if isinstance(cell, datetime | date):
            day[row], kind[row] = np.datetime64(cell.isoformat()[:10]), DATE
        elif isinstance(cell, float | int) and not isinstance(cell, bool):
            serials.append((row, cell))
        elif isinstance(cell, str):
            texts.append((row, cell))
        elif cell is not None:
            kind[row] = TEXT
    column = Texts.of(text for _, text in texts)
    marks = [meaning("marks", word) for word in column.words]
    readings = [
        {} if mark else read_date(word) for word, mark in zip(column.words, marks, strict=True)
    ]
    if not any(set(reading) == {"ydm"} for reading in readings):
        for reading in readings:
            if "ymd" in reading:  # year, day, month only where the column proves it
                reading.pop("ydm", None)
    chosen, proven = settle(readings, order)
    for (row, _), code in zip(texts, column.codes, strict=True):
        reading, choice = readings[code], chosen[code]
        if choice:
            day[row], kind[row] = np.datetime64(reading[choice].isoformat()), DATE
        else:
            kind[row] = marks[code] or (AMBIGUOUS if reading else TEXT)
    _read_serials(day, kind, serials, is_1904)
    return Dates(day, kind, open_evidence(column, chosen, readings, proven))


def _read_serials(day: Any, kind: Objects, serials: list[tuple[int, float]], is_1904: bool) -> None:
    """Fill in the numbers of a column that are days."""
    first, last = _USUAL_SERIALS
    is_proven = (kind == DATE).any() or all(first <= number < last for _, number in serials)
    start = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    for row, number in serials:
        is_year = number == int(number) and 1800 <= number < 2200 if abs(number) < 1e9 else False
        if is_proven and 1 <= number < 110_000 and not is_year:
            day[row], kind[row] = np.datetime64(start + timedelta(days=int(number)), "D"), DATE
        else:
            kind[row] = TEXT


def open_evidence(
    column: Texts, chosen: list[str], readings: Sequence[dict[str, Any]], proven: set[str]
) -> Evidence:
    """Return an example and how often a text is open, for the question about a column."""
    is_open = [not c and len(r) > 1 for c, r in zip(chosen, readings, strict=True)]
    if not any(is_open):
        return {}
    first = is_open.index(True)
    return {
        "example": column.words[first].strip(),
        "times": int(np.array(is_open)[column.codes].sum()),
        "proven": ", ".join(sorted(proven)) or "–",
    }
