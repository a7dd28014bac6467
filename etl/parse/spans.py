"""Texts become periods, cells and headers alike: first and last day, or what must be asked."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from etl.parse.amounts import DATE, LONGEST
from etl.parse.days import months, open_evidence, read_date, settle, tokens
from etl.parse.texts import (
    AMBIGUOUS,
    TEXT,
    Evidence,
    Objects,
    Texts,
    fold,
    meaning,
    repeated,
    text_of,
    words,
)
from etl.workbook import Cell

UNANCHORED = "unanchored"
"The kind of a split year (`2020/21`) of which nobody said in which month it begins."

Span = tuple[date, date]
"The first and the last day of a period."

Readings = dict[str, Span | None]
"The periods that a text can mean, by form."


@dataclass(frozen=True)
class Periods:
    """A column read as periods: first and last day, NaT unless `kind` is `DATE`."""

    start: "np.ndarray[Any, np.dtype[np.datetime64]]"
    end: "np.ndarray[Any, np.dtype[np.datetime64]]"
    kind: Objects
    evidence: Evidence = field(default_factory=dict)


def months_from(year: int, month: int, length: int) -> Span:
    """Return the period of some months that begins with a month (13 is next year's January)."""
    first, after = year * 12 + month - 1, year * 12 + month - 1 + length
    return (
        date(first // 12, first % 12 + 1, 1),
        date(after // 12, after % 12 + 1, 1) - timedelta(days=1),
    )


def is_year(number: float) -> bool:
    """Return whether a number can be a year."""
    return float(number).is_integer() and 1800 <= number < 2200


# --- A text in symbols -------------------------------------------------------------------------

_SYMBOLS = {
    "year": "",
    "filler": "",
    "fiscal": "F",
    "half": "H",
    "quarter": "Q",
    "month": "L",
    "months": "N",
    "week": "W",
    "to": "~",
    "from": "<",
    "end": "E",
}
"""The lists of words as symbols; M5 is May, 1 to 4 are ordinals, years and fillers say nothing."""


@cache
def period_words() -> dict[str, str]:
    """Return {phrase: symbol} for the words of periods."""
    known = {
        " ".join(tokens(word)): _SYMBOLS.get(key, key)
        for word, key in words("periods").items()
        if tokens(word) and word not in ("-", "/")
    }
    known |= {" ".join(tokens(name)): f"M{number}" for name, number in months().items()}
    known.pop("", None)
    return known


_SUPERSCRIPTS = dict.fromkeys(map(ord, "¹²³⁰⁴⁵⁶⁷⁸⁹⁽⁾ᵃᵇᶜᵈᵉ*"))
_FOREIGN = re.compile(r"[^\w\s.,:;()\[\]'\"†‡→/-]")
"Marks that periods do not have: € 2000 is no year."

_MONTH_YEAR = re.compile(r"(?<![\d.])(0[1-9]|1[0-2])\.(\d{4})(?![\d.])")
_PART_YEAR = re.compile(r"(?<=[^\W\d_])(\d)\.(\d{4}|\d{2})(?![\d.])")


def symbols_of(text: str) -> list[str]:
    """Return a period in symbols (`1 Q 2023`), none where a word or a mark is of no period."""
    clean = fold(text.translate(_SUPERSCRIPTS))
    if _FOREIGN.search(clean):
        return []
    left = tokens(_PART_YEAR.sub(r"\1 \2", _MONTH_YEAR.sub(r"\1/\2", clean)))
    known = period_words()
    symbols: list[str] = []
    while left:
        for length in range(min(4, len(left)), 0, -1):
            phrase = " ".join(left[:length])
            symbol = known.get(phrase, known.get(phrase.rstrip("'")))
            if symbol is not None:
                break
        else:
            length, symbol = 1, left[0]
            if not (symbol[0].isdigit() or symbol in "-/"):
                return []
        symbols.append(symbol)
        del left[:length]
    is_open = symbols and (symbols[0] in ("-", "/") or symbols[-1] in ("-", "/", "~"))
    if is_open or ("<" in symbols and not {"-", "/", "~"} & set(symbols)):
        return []  # since 2020
    return [symbol for symbol in symbols if symbol not in ("", "<")]


PART = r"(?:(?P<unit>[QH]) (?P<part>\d)|(?<!\d)(?P<part_>\d) (?P<unit_>[QH]))(?!\d)"
"A quarter or a half, in symbols."
_MONTHS = re.compile(r"M(?P<m>\d+) [-/~] M(?P<to>\d+)")


def canonical(text: str) -> str:
    """Return the symbols of a period as one text, empty where it is none.

    Months that only spell out their quarter are left out: `Q1 (Jan-Mar) 2023`.
    """
    joined = " ".join(symbols_of(text)).strip("-/~ ").replace("L M", "M")
    spelt, part = _MONTHS.search(joined), re.search(PART, joined)
    if spelt and part:
        length = 3 if (part["unit"] or part["unit_"]) == "Q" else 6
        last = int(part["part"] or part["part_"]) * length
        if (int(spelt["m"]), int(spelt["to"])) == (last - length + 1, last):
            joined = f"{joined[: spelt.start()]}{joined[spelt.end() :]}".strip("-/~ ")
    return " ".join(joined.split())


# --- Symbols as days ---------------------------------------------------------------------------

_SEP = r"(?: [-/~])? "
_YEAR = r"(?P<year>\d{4}|\d{2})(?: [-/] (?P<next>\d{4}|\d{2}))?"
_LONG_YEAR = r"(?P<year>\d{4})(?: [-/] (?P<next>\d{4}|\d{2}))?"
_WEEK = r"(?:W (?P<week>\d{1,2})|(?P<week_>\d{1,2}) W)"
_FORMS = [
    re.compile(rf"{PART}{_SEP}{_YEAR}"),
    re.compile(rf"{_LONG_YEAR}{_SEP}{PART}"),
    re.compile(r"M(?P<m>\d+)(?: [-/~] M(?P<to>\d+))?(?: [-/])? (?P<year>\d{4}|\d{2})"),
    re.compile(r"(?P<year>\d{4})(?: [-/])? M(?P<m>\d+)(?: [-/~] M(?P<to>\d+))?"),
    re.compile(r"(?P<year>\d{4})(?P<m>0[1-9]|1[0-2])"),
    re.compile(r"(?P<m>0?[1-9]|1[0-2]) [-/] (?P<year>\d{4})"),
    re.compile(rf"L (?P<m>\d{{1,2}}){_SEP}(?P<year>\d{{4}})"),
    re.compile(rf"(?P<year>\d{{4}}){_SEP}L (?P<m>\d{{1,2}})"),
    re.compile(r"(?P<count>\d{1,2}) N (?P<year>\d{4})"),
    re.compile(rf"{_WEEK}{_SEP}(?P<year>\d{{4}})"),
    re.compile(rf"(?P<year>\d{{4}}){_SEP}{_WEEK}"),
    re.compile(
        r"(?:(?P<unit>[QH]) (?P<part>\d)|(?P<part_>\d) (?P<unit_>[QH])) [-/~] "
        rf"(?:(?P=unit) (?P<last>\d)|(?P<last_>\d) (?P=unit_)){_SEP}(?P<year>\d{{4}})"
    ),
]
_YEAR_PAIR = re.compile(r"(?P<year>\d{4}) (?P<mark>[-/~]) (?P<next>\d{1,2}|\d{4})")
_FISCAL = re.compile(r"(?<!\S)F(?!\S) ?")
_SHORT_YEARS = re.compile(r"(?<!\S)(\d{2})(?= [-/] \d{2}$|$| [QH] )")


def _read_symbols(symbols: str, year_starts: int) -> Readings:
    """Return what a period in symbols can mean, by form."""
    if symbols.startswith("E "):  # the end of it is a day
        inner = _read_symbols(symbols[2:].lstrip("-/ "), year_starts)
        return {form: span and (span[1], span[1]) for form, span in inner.items()}
    if _FISCAL.search(symbols):
        bare = _FISCAL.sub("", symbols).strip("-/~ ")
        bare = _SHORT_YEARS.sub(lambda match: str(_full_year(match[1])), bare, count=1)
        return _fiscal(_read_symbols(bare, year_starts), year_starts)
    if re.fullmatch(r"\d{4}", symbols):
        return {"year": months_from(int(symbols), 1, 12)} if is_year(int(symbols)) else {}
    if pair := _YEAR_PAIR.fullmatch(symbols):
        return _read_year_pair(pair, year_starts)
    for form in _FORMS:
        if match := form.fullmatch(symbols):
            return _read_part(match.groupdict(), year_starts)
    return _read_two_ends(symbols, year_starts)


def _fiscal(readings: Readings, year_starts: int) -> Readings:
    """Return a period of a financial year, which is named for the year in which it ends."""
    if "split" in readings:
        return {"split": readings["split"]}
    span = readings.get("year") or readings.get("part")
    if not span:
        return {}
    if not year_starts:
        return {"split": None}
    shift = year_starts - 1 - (12 if year_starts > 1 else 0)
    length = (span[1].year - span[0].year) * 12 + span[1].month - span[0].month + 1
    return {"split": months_from(span[0].year, span[0].month + shift, length)}


def _read_two_ends(symbols: str, year_starts: int) -> Readings:
    """Return the period from the first to the last of two, each with its year."""
    parts = symbols.split()
    found: set[Span] = set()
    for place in (i for i, symbol in enumerate(parts) if symbol in "-/~" and i > 1):
        first = _read_symbols(" ".join(parts[:place]), year_starts)
        last = _read_symbols(" ".join(parts[place + 1 :]), year_starts) if first else {}
        forms = first.keys() & last.keys()
        begun, ended = (ends[min(forms)] if len(forms) == 1 else None for ends in (first, last))
        if begun and ended and begun[0] < ended[0]:
            found.add((begun[0], ended[1]))
    return {"span": found.pop()} if len(found) == 1 else {}


def _full_year(text: str) -> int:
    return int(text) + (0 if len(text) == 4 else 2000 if int(text) < 70 else 1900)


def _read_part(parts: dict[str, str | None], year_starts: int) -> Readings:
    """Return the period of a month, some months, a week, a quarter or a half of a year."""
    year = _full_year(str(parts["year"]))
    if not is_year(year):
        return {}
    if week := parts.get("week") or parts.get("week_"):
        return _read_week(year, int(week))
    if count := parts.get("count"):
        return {"month": months_from(year, 1, int(count))} if 1 <= int(count) <= 12 else {}
    if month := parts.get("m"):
        last = int(parts.get("to") or month)
        is_month = 1 <= int(month) <= last <= 12
        return {"month": months_from(year, int(month), last - int(month) + 1)} if is_month else {}
    length = 3 if (parts.get("unit") or parts.get("unit_")) == "Q" else 6
    part = int(parts.get("part") or parts.get("part_") or 0)
    to = int(parts.get("last") or parts.get("last_") or part)
    if not 1 <= part <= to <= 12 // length:
        return {}
    first = 1
    if following := parts.get("next"):
        if int(following) % 100 != (year + 1) % 100:
            return {}
        if not year_starts:
            return {"split": None}
        first = year_starts
    return {"part": months_from(year, first + (part - 1) * length, (to - part + 1) * length)}


def _read_week(year: int, week: int) -> Readings:
    """Return a week as ISO 8601 counts them, from Monday to Sunday."""
    try:
        return {"week": (date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, 7))}
    except ValueError:
        return {}


def _read_year_pair(pair: "re.Match[str]", year_starts: int) -> Readings:
    """Return what `2020/21`, `2011-12` or `2018-2020` can mean: a split year, a month, years."""
    year, following = int(pair["year"]), int(pair["next"])
    if not is_year(year):
        return {}
    found: Readings = {}
    is_next = following % 100 == (year + 1) % 100 and following < year + 2
    if len(pair["next"]) != 1 and is_next:
        found["split"] = months_from(year, year_starts, 12) if year_starts else None
    first_other = year + (2 if pair["mark"] == "/" else 1)  # 2020/2021 is never two years
    if len(pair["next"]) == 4 and following >= first_other and is_year(following):
        found["years"] = months_from(year, 1, 12 * (following - year + 1))
    if len(pair["next"]) <= 2 and 1 <= following <= 12 and pair["mark"] != "~":
        found["month"] = months_from(year, following, 1)
    return found


# --- Days as periods ---------------------------------------------------------------------------

_ISO_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:/|-|–|to)\s*(\d{4}-\d{2}-\d{2})")
_TIGHT_SPAN = re.compile(r"(\d{1,2}([/.])\d{1,2}\2\d{2,4}) ?- ?(\d{1,2}\2\d{1,2}\2\d{2,4})")


@cache
def _day_span() -> "re.Pattern[str]":
    """Return the pattern of two days and a word between them, of a folded text."""
    between = [word for word, symbol in period_words().items() if symbol == "~"]
    choice = "|".join(map(re.escape, sorted(between, key=len, reverse=True)))
    return re.compile(rf"(.*\d)\s+(?:-|{choice})\s+(\d.*)")


def _without_front(folded: str) -> str:
    """Return a text without the words in front of it that say nothing: `as of 31 May 2021`."""
    known = period_words()
    while front := re.match(r"(?:[^\W\d_]+[\s.:]+){1,3}", folded):
        said = front[0].replace(".", " ").replace(":", " ").split()
        for length in range(len(said), 0, -1):
            if known.get(" ".join(said[:length])) in ("", "~", "<"):
                folded = re.sub(rf"^(?:[^\W\d_]+[\s.:]+){{{length}}}", "", folded)
                break
        else:
            return folded
    return folded


def _read_days(text: str) -> Readings:
    """Return the periods that days make: one day, or from one to another.

    A period that runs backwards in every reading is read as it stands: the check says so.
    """
    if span := _ISO_SPAN.fullmatch(text.strip()):
        first, last = read_date(span[1]).get("ymd"), read_date(span[2]).get("ymd")
        return {"span": (first, last)} if first and last else {}
    folded = fold(text)
    ends = _TIGHT_SPAN.fullmatch(folded) or _day_span().fullmatch(folded)
    if ends:
        firsts = read_date(_without_front(ends[1]))
        lasts = read_date(ends[ends.re.groups])
        together = {order: (firsts[order], lasts[order]) for order in firsts if order in lasts}
        forward = {order: span for order, span in together.items() if span[0] <= span[1]}
        if together:
            return {**(forward or together)}
    days = read_date(text) or read_date(_without_front(folded))
    return {order: (day, day) for order, day in days.items() if order != "ydm"}


# --- Columns of periods ------------------------------------------------------------------------

_FOOTNOTE = re.compile(r"\s*(?:\[(\w)\]|\((\d)\)|(?<=[\s\d])(\d|[a-jα-κа-и])\))\s*$")


@lru_cache(maxsize=50_000)
def _read(text: str, year_starts: int) -> tuple[Readings, str]:
    """Return the periods that a text can mean, and the footnote (`1` of `2019 1)`) behind it."""
    if len(text) > LONGEST:
        return {}, ""
    if read := _read_days(text) or _read_symbols(canonical(text.removesuffix(".0")), year_starts):
        return read, ""
    note = _FOOTNOTE.search(text)
    bare = text[: note.start()] if note else ""
    if note and bare.count("(") == bare.count(")"):
        return _read(bare, year_starts)[0], note[0].strip()
    return {}, ""


def read_period(text: str, year_starts: int = 0) -> Readings:
    """Return the periods that a text can mean, by form.

    A `split` year (2020/21) begins in the month `year_starts`; None where nobody said which.
    """
    return dict(_read(text, year_starts)[0])


def periods(cells: Sequence[Cell] | Texts, *, order: str = "", year_starts: int = 0) -> Periods:
    """Return a column read as periods.

    `year_starts` is the month in which a split year (`2020/21`) begins; a plain year is the
    calendar's. A cell that is a day is the period of that day.
    """
    column = cells if isinstance(cells, Texts) else Texts.of(map(_period_text, cells))
    marks = ["missing" if not w.strip() else meaning("marks", w) for w in column.words]
    readings = [
        {} if mark else read_period(word, year_starts)
        for word, mark in zip(column.words, marks, strict=True)
    ]
    _by_the_column(column.words, readings, year_starts)
    chosen, proven = settle(readings, "split" if year_starts else order)
    start = np.full(len(column.words) + 1, np.datetime64("NaT"), dtype="datetime64[s]")
    end, kind = start.copy(), repeated(TEXT, len(column.words))
    for code, (reading, choice, mark) in enumerate(zip(readings, chosen, marks, strict=True)):
        span = reading.get(choice)
        if span:
            start[code], end[code] = (np.datetime64(day.isoformat()) for day in span)
            kind[code] = DATE
        elif choice:
            kind[code] = UNANCHORED
        else:
            kind[code] = mark or (AMBIGUOUS if reading else TEXT)
    evidence = open_evidence(column, chosen, readings, proven)
    return Periods(start[column.codes], end[column.codes], kind[column.codes], evidence)


def _by_the_column(texts: Sequence[str], readings: list[Readings], year_starts: int) -> None:
    """Take out the readings that only other texts of the column could bear out.

    `2012-2013` is a split year unless `2014-2016` stands beside it. `2019 (1)` and `2019 (2)` are
    not the same year with two footnotes.
    """
    if not any(set(reading) == {"years"} for reading in readings):
        for reading in readings:
            if "split" in reading:
                reading.pop("years", None)
    notes: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        if note := _read(text, year_starts)[1]:
            notes[fold(text.strip()[: -len(note)])].add(note)
    for text, reading in zip(texts, readings, strict=True):
        note = _read(text, year_starts)[1]
        if note and len(notes[fold(text.strip()[: -len(note)])]) > 1:
            reading.clear()


def _period_text(cell: Cell) -> str:
    """Return a cell of a period as text; a day is a day in the form of ISO 8601."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return text_of(cell)


# --- Headers -----------------------------------------------------------------------------------

_MAYBE_PERIOD = re.compile(r"(?=.{1,40}$)\D*\d", re.DOTALL)


class Headers(NamedTuple):
    """A row of headers read as periods; what was repaired, and what is open (see `periods`)."""

    spans: list[Span | None]
    repaired: set[int]
    is_open: set[int]


def header_periods(cells: Sequence[Cell], *, year_starts: int = 0) -> Headers:
    """Return the periods that stand side by side in a header row.

    In `2021 | 2022 | 20231` the row's sequence proves the last digit to be a footnote. Days that
    begin months, one in each, are the months as a spreadsheet keeps "Jan-22".
    """
    # What is longer, or without a digit, is no period, and most cells of a sheet are like that.
    short = [_unmarked(cell) if _may_be_period(cell) else None for cell in cells]
    read = periods(short, year_starts=year_starts)
    spans: list[Span | None] = [
        (_as_date(first), _as_date(last)) if kind == DATE else None
        for first, last, kind in zip(read.start, read.end, read.kind, strict=True)
    ]
    glued = {
        place: int(digits[:4])
        for place, cell in enumerate(short)
        if spans[place] is None and re.fullmatch(r"\d{5}", digits := text_of(cell).strip())
    }
    known = {place: span[0].year for place, span in enumerate(spans) if span} | glued
    years = [known[place] for place in sorted(known)]
    runs = years in (sorted(set(years)), sorted(set(years), reverse=True))
    repaired = set(glued) if runs and len(glued) < len(years) else set()
    for place in repaired:
        spans[place] = months_from(glued[place], 1, 12)
    days = [p for p, cell in enumerate(short) if isinstance(cell, datetime | date)]
    begun = {(span[0].year, span[0].month) for p in days if (span := spans[p]) and span[0].day == 1}
    if len(days) > 1 and len(begun) == len(days):
        for place in days:
            span = spans[place]
            if span:
                spans[place] = months_from(span[0].year, span[0].month, 1)
    is_open = {p for p, kind in enumerate(read.kind) if kind in (AMBIGUOUS, UNANCHORED)}
    return Headers(spans, repaired, is_open)


def _unmarked(cell: Cell) -> Cell:
    """Return a header without the mark of a footnote or a flag: `2021*`, `2022(p)`, `2023 a)`."""
    if not isinstance(cell, str):
        return cell
    return re.sub(r"(?<=\d{4})\s?(?:\(?[a-zA-Z]\)|\*+|[a-z])$", "", cell.strip())


def _may_be_period(cell: Cell) -> bool:
    if isinstance(cell, float):
        return cell.is_integer()
    return not isinstance(cell, str) or _MAYBE_PERIOD.match(cell) is not None


def _as_date(moment: Any) -> date:
    return pd.Timestamp(moment).date()
