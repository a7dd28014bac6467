"""Text becomes numbers, dates and periods: what the whole column proves, or a question; never a guess.

Every function takes the cells of a column and reads each distinct text once. What a cell can mean
depends on its column: where "1.234" stands beside "20,5", the point is a thousands mark. What the
column cannot prove comes back as the kind `AMBIGUOUS` with the evidence, and has no value.
The words of languages are in `data/words/spreadsheets.toml`.
"""

import math
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from babel import Locale

from etl.workbook import Cell
from schemas.codes import LANGUAGES, Qualifier

Objects = np.ndarray[Any, np.dtype[np.object_]]
Span = tuple[date, date]
"The first and the last day of a period."

WORDS = Path(__file__).parent.parent / "data" / "words" / "spreadsheets.toml"

# The kinds of cell, besides those of the word lists (missing, withheld, not_applicable, ...).
NUMBER, TEXT, AMBIGUOUS, BRACKETED, DATE = "number", "text", "ambiguous", "bracketed", "date"
YES, NO = "yes", "no"
MISSING, WITHHELD = "missing", "withheld"
NOT_APPLICABLE, NOTHING_TO_REPORT = "not_applicable", "nothing_to_report"
UNANCHORED = "unanchored"

Evidence = dict[str, str | int | float]


# --- Words -------------------------------------------------------------------------------------

_DIGITS = {
    ord(character): str(unicodedata.decimal(character))
    for start in (0x0660, 0x06F0, 0xFF10)
    for character in map(chr, range(start, start + 10))
}
_QUOTES = str.maketrans(dict.fromkeys("’‘´`ʹ΄", "'") | dict.fromkeys("–—−‐‑", "-"))


def fold(text: str) -> str:
    """Return a text as it is compared: no case, accents, marks of vowels or doubled blanks."""
    if text.isascii():
        return " ".join(text.casefold().split())
    text = unicodedata.normalize("NFKD", text.translate(_QUOTES)).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c) and c != "\u0640")
    return " ".join(text.translate(_DIGITS).translate(_QUOTES).split())


def slug(text: str) -> str:
    """Return a text as part of a key: its letters and digits, joined by underscores."""
    text = unicodedata.normalize("NFKD", text.casefold())
    # Marks belong to accents, but the one on й makes it a letter of its own.
    text = "".join(c for c in text if c == "\u0306" or not unicodedata.combining(c))
    return "_".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)))


@cache
def _spreadsheet_words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text("utf-8"))


@cache
def words(section: str) -> dict[str, str]:
    """Return a section of the word lists as {word: what it belongs to}.

    Words are folded and come with and without their dots; a capital letter alone (`M`) stays one.
    """
    found: dict[str, str] = {}
    for key, lists in _spreadsheet_words()[section].items():
        if isinstance(lists, str):  # the flags: letter and meaning
            found[key] = lists
            continue
        for word in (
            [w for part in lists.values() for w in part] if isinstance(lists, dict) else lists
        ):
            is_capital = len(word) == 1 and word.isupper()
            folded = word if is_capital else fold(word)
            found[folded] = key
            found.setdefault(folded.replace(".", "") or folded, key)
    return found


def meaning(section: str, text: str) -> str:
    """Return what a text belongs to in a section of the word lists, empty where it is not in it."""
    known = words(section)
    folded = fold(text)
    return known.get(folded) or known.get(folded.rstrip(" :*").replace(".", "")) or ""


def text_of(cell: Cell) -> str:
    """Return a cell as text, as its author sees it: 25 and not 25.0, a day without a midnight."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


class Texts(NamedTuple):
    """A column of texts, each distinct one kept once: the column is `words[codes]`."""

    codes: "np.ndarray[Any, np.dtype[np.intp]]"
    words: list[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> "Texts":
        """Return a column from its texts."""
        return cls.of_cells(list(words))

    @classmethod
    def of_cells(cls, cells: Sequence[Cell]) -> "Texts":
        """Return a column of cells as texts, as their author sees them."""
        array: Objects = np.empty(len(cells), dtype=object)
        array[:] = cells
        codes, distinct = pd.factorize(array, use_na_sentinel=False)
        # An empty cell comes out of pandas as NaN, whatever went in.
        return cls(codes, ["" if cell != cell else text_of(cell) for cell in distinct])

    def take(self, rows: Any) -> "Texts":
        """Return the column of some of its rows."""
        return Texts(self.codes[rows], self.words)

    def map(self, function: Callable[[str], str]) -> "Texts":
        """Return the column with each distinct text replaced."""
        return Texts(self.codes, [function(word) for word in self.words])

    def values(self) -> Objects:
        """Return the column as an array of texts."""
        distinct: Objects = np.array([*self.words, ""], dtype=object)
        result: Objects = distinct[self.codes]
        return result


# --- Numbers -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """A column read as numbers: arrays of one length.

    `value` is NaN unless `kind` is `NUMBER`; `unit` is "%" or a word behind the number;
    `note` says what a flag or brackets mean. `evidence` fills the question of `AMBIGUOUS` cells.
    """

    value: "np.ndarray[Any, np.dtype[np.float64]]"
    kind: Objects
    qualifier: Objects
    currency: Objects
    unit: Objects
    note: Objects
    evidence: Evidence = field(default_factory=dict)

    def take(self, chosen: Any) -> "Numbers":
        """Return some of the cells."""
        return Numbers(
            self.value[chosen],
            self.kind[chosen],
            self.qualifier[chosen],
            self.currency[chosen],
            self.unit[chosen],
            self.note[chosen],
        )


class Shape(NamedTuple):
    """How the texts of one shape ("999,9 %") are read: where the digits are, which marks fit."""

    kind: str
    start: int = 0
    end: int = 0
    point: bool = False
    comma: bool = False
    factor: float = 1.0
    qualifier: str = Qualifier.EXACT.value
    currency: str = ""
    unit: str = ""
    note: str = ""


_WHOLE = Shape(NUMBER, point=True, comma=True)
_DECIMAL = Shape(NUMBER, point=True)
_PLAIN = re.compile(
    r"-?(?:([0-9]+)|(?:0|[1-9][0-9]{3,})\.[0-9]+|[1-9][0-9]{0,2}\.(?:[0-9]{1,2}|[0-9]{4,}))"
)
_SPACES = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_TO_SHAPE = dict.fromkeys((c for c in range(0x10000) if chr(c).isdecimal()), "9")
_WITH_POINT = dict.fromkeys(map(ord, _SPACES + ",'’‘´`٬،")) | {ord("٫"): "."}
_WITH_COMMA = dict.fromkeys(map(ord, _SPACES + ".'’‘´`٬")) | dict.fromkeys(map(ord, ",،٫"), ".")

_PARTS = re.compile(
    r"(?P<sign>[+-]?)(?P<before>[^0-9]*?)(?P<inner>[+-]?)"
    r"(?P<core>(?:[0-9]|[.,٫][0-9])(?:[0-9.,'٫٬،\s]*[0-9])?(?:[eE][+-]?[0-9]+)?)[.,]?(?P<after>[^0-9]*)",
    re.DOTALL,
)
_FOOTNOTES = re.compile(r"\s*(?:[*†‡§]+|[¹²³⁰⁴-⁹]+|\[\w{1,2}\])+\s*$")
_TOKEN = re.compile(r"US\$|U\$S|[^\W\d_]+(?:[.'\"][^\W\d_]+)*\.?|>=|<=|[^\w\s]")
_GROUPED = {
    ".": re.compile(r"[1-9]\d{0,2}([ ',])\d{3}(?:\1\d{3})*(?:\.\d+)?|\d*\.\d+|\d+"),
    ",": re.compile(r"[1-9]\d{0,2}([ '.])\d{3}(?:\1\d{3})*(?:,\d+)?|\d*,\d+|\d+"),
    "٫": re.compile(r"[1-9]\d{0,2}([ '٬,])\d{3}(?:\1\d{3})*(?:٫\d+)?|\d*٫\d+|\d+"),
}


@cache
def _affixes() -> dict[str, tuple[str, str]]:
    """Return the words that may stand around a number: {word: (what it says, its code)}."""
    known = dict.fromkeys(words("unit_words"), ("unit", ""))
    known |= {word: ("note", text) for word, text in words("flags").items()}
    known |= {word: ("scale", key) for word, key in words("scales").items()}
    known |= {word: ("currency", key) for word, key in words("currencies").items()}
    known |= dict.fromkeys(words("percent"), ("percent", "%"))
    known |= {word: ("qualifier", key) for word, key in words("qualifiers").items()}
    return known


def _read_affixes(text: str) -> dict[str, str] | None:
    """Return what the words around a number say; None where one of them is unknown."""
    tokens = _TOKEN.findall(text)
    said: dict[str, str] = {}
    while tokens:
        for length in range(min(4, len(tokens)), 0, -1):
            phrase = " ".join(tokens[:length])
            if found := _affix(phrase):
                break
        else:
            return None
        what, code = found
        if what == "unit":
            code = f"{said.get('unit', '')} {phrase}".strip()
        elif said.get(what, code) != code:
            return None  # two currencies, two scales: not one number
        said[what] = code
        del tokens[:length]
    return said


def _affix(phrase: str) -> tuple[str, str] | None:
    known = _affixes()
    if phrase in known or (len(phrase) == 1 and phrase.isupper()):  # M is not m
        return known.get(phrase)
    folded = fold(phrase)
    return known.get(folded) or known.get(folded.replace(".", ""))


@lru_cache(maxsize=100_000)
def _shape(text: str, brackets: str) -> Shape:
    """Return how to read a text, whose digits count only as leading zeros or not."""
    clean = text.translate(_DIGITS).translate(_QUOTES)
    if not any(map(str.isdigit, clean)):
        kind = meaning("marks", text) or meaning("answers", text)
        return Shape(kind or (TEXT if text else MISSING))
    bare = _FOOTNOTES.sub("", clean)
    inside = re.fullmatch(r"\((.*\d.*)\)", bare)
    parts = _PARTS.fullmatch(bare, 1 if inside else 0, len(bare) - 1 if inside else len(bare))
    if not parts or (parts["sign"] and parts["inner"]):
        return Shape(TEXT)
    said = _read_affixes(f"{parts['before']} {parts['after']}")
    mantissa = " ".join(re.sub(r"[eE].*", "", parts["core"]).replace("،", ",").split())
    arabic = "٫" in mantissa or "٬" in mantissa  # these two marks have one meaning only
    point, comma = (
        bool(_GROUPED["٫" if arabic else mark].fullmatch(mantissa)) for mark in (".", ",")
    )
    if said is None or not (point or comma):
        return Shape(TEXT)
    minus = ("-" in parts["sign"] + parts["inner"]) ^ (bool(inside) and brackets == "negative")
    shape = Shape(
        BRACKETED if inside and not brackets else NUMBER,
        *parts.span("core"),
        point,
        comma,
        float(said.get("scale", 1)) * (-1 if minus else 1),
        said.get("qualifier", Qualifier.EXACT.value),
        said.get("currency", ""),
        said.get("percent") or said.get("unit", ""),
        said.get("note", ""),
    )
    if inside and brackets == "unreliable":
        return shape._replace(qualifier=Qualifier.ABOUT.value, note="low reliability")
    return shape


def _round(value: float) -> float:
    """Return a product without the dust of binary fractions: 7 for 0.07 * 100."""
    return float(f"{value:.15g}")


def read_number(text: str, brackets: str = "") -> tuple[Shape, float, float]:
    """Return what one text says as a number: its value if the decimal mark is a point, or a comma.

    Brackets around a number are accountants' minus (`negative`) or statisticians' doubt
    (`unreliable`); without being told which, the number is `BRACKETED` and has no value.
    """
    text = text.strip()
    if plain := _PLAIN.fullmatch(text):  # most texts are: no need to look at their shape
        value = float(text)
        return _WHOLE if plain[1] else _DECIMAL, value, value if plain[1] else math.nan
    form = text.translate(_TO_SHAPE)
    shape = _shape(form, brackets)
    if shape.kind == NUMBER and text[shape.start] in "0٠۰":  # 0,123 is no thousands
        shape = _shape(f"{form[: shape.start]}0{form[shape.start + 1 :]}", brackets)
    if shape.kind != NUMBER:
        return shape, math.nan, math.nan
    core = text[shape.start : shape.end]
    point = float(core.translate(_WITH_POINT)) if shape.point else math.nan
    comma = float(core.translate(_WITH_COMMA)) if shape.comma else math.nan
    if shape.factor != 1:
        point, comma = _round(point * shape.factor), _round(comma * shape.factor)
    return shape, point, comma


def numbers(
    cells: Sequence[Cell], *, decimal: str = "", brackets: str = "", percent: Any = None
) -> Numbers:
    """Return a column read as numbers, its decimal mark decided from all of its texts.

    `decimal` is the mark where somebody said it; it answers what the column leaves open, and
    never overrules what the column proves. `percent` marks cells shown as percentages: their
    0.12 is 12.
    """
    size = len(cells)
    typed = np.array([type(cell) in (float, int) for cell in cells], dtype=bool)
    written = np.array([isinstance(cell, str) for cell in cells], dtype=bool)

    def blank(word: str = "") -> Objects:
        return np.full(size, word, dtype=object)

    result = Numbers(
        value=np.full(size, math.nan),
        kind=blank(NUMBER),
        qualifier=blank(Qualifier.EXACT.value),
        currency=blank(),
        unit=blank(),
        note=blank(),
    )
    result.value[typed] = [
        c for c in cells if isinstance(c, float | int) and c is not True and c is not False
    ]
    if percent is not None:
        shown = typed & np.asarray(percent, dtype=bool)
        result.value[shown] = [_round(share * 100) for share in result.value[shown]]
        result.unit[shown] = "%"
    for row in np.flatnonzero(~typed & ~written).tolist():
        cell = cells[row]
        yes = YES if cell else NO
        result.kind[row] = MISSING if cell is None else yes if isinstance(cell, bool) else DATE
    if written.any():
        texts = Texts.of(cell for cell in cells if isinstance(cell, str))
        _read_texts(result, written, texts, decimal, brackets)
    return result


def _read_texts(result: Numbers, written: Any, texts: Texts, decimal: str, brackets: str) -> None:
    """Fill in the cells of a column that are texts."""
    readings = [read_number(word, brackets) for word in texts.words]
    point = np.array([reading[1] for reading in readings])
    comma = np.array([reading[2] for reading in readings])
    kind = np.array([reading[0].kind for reading in readings], dtype=object)
    times = np.bincount(texts.codes, minlength=len(texts.words))
    fits_point, fits_comma = ~np.isnan(point), ~np.isnan(comma)
    points = int(times[fits_point & ~fits_comma].sum())
    commas = int(times[fits_comma & ~fits_point].sum())
    mark = _decide(points, commas, decimal)
    value = np.where(fits_point & (~fits_comma | (mark != ",")), point, comma)
    is_open = fits_point & fits_comma & (point != comma) & (not mark)
    value[is_open], kind[is_open] = math.nan, AMBIGUOUS
    result.value[written] = value[texts.codes]
    result.kind[written] = kind[texts.codes]
    for name in ("qualifier", "currency", "unit", "note"):
        said = [getattr(reading[0], name) for reading in readings]
        if any(word not in ("", Qualifier.EXACT) for word in said):
            getattr(result, name)[written] = np.array(said, dtype=object)[texts.codes]
    if is_open.any():
        first = int(np.flatnonzero(is_open)[0])
        result.evidence.update(
            example=texts.words[first].strip(),
            times=int(times[is_open].sum()),
            points=points,
            commas=commas,
            with_point=float(point[first]),
            with_comma=float(comma[first]),
        )


def _decide(points: int, commas: int, decimal: str) -> str:
    """Return the decimal mark that a column's texts allow, empty where they leave it open."""
    if points and commas:
        return ""
    proven = "." if points else "," if commas else ""
    return "" if proven and decimal and proven != decimal else proven or decimal


def yes_no(text: str) -> bool | None:
    """Return whether a text is a yes or a no in any of the languages; None where it is neither."""
    return {YES: True, NO: False}.get(meaning("answers", text))


# --- Dates -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dates:
    """A column read as days (`datetime64[s]`, NaT unless `kind` is `DATE`)."""

    day: "np.ndarray[Any, np.dtype[np.datetime64]]"
    kind: Objects
    evidence: Evidence = field(default_factory=dict)


_ARABIC_LOCALES = ("ar_TN", "ar_LB", "ar_MA", "ar_DZ")  # months have other names west and east


@cache
def _months() -> dict[str, int]:
    """Return the month names of the languages, whole and short, folded; none with two meanings."""
    found: dict[str, set[int]] = {}
    for code in (*LANGUAGES, "ru", "ky", "de", "it", *_ARABIC_LOCALES):
        for forms in Locale.parse(code).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in forms.get(width, {}).items():
                    for word in (fold(name), fold(name).replace(".", "")):
                        if not word.isdigit():
                            found.setdefault(word, set()).add(number)
    found.setdefault("sept", set()).add(9)
    return {word: min(numbers) for word, numbers in found.items() if len(numbers) == 1}


def _day(year: int, month: int, day: int) -> date | None:
    year += 0 if year > 99 else 2000 if year < 70 else 1900
    try:
        return date(year, month, day)
    except ValueError:
        return None


_NUMERIC_DATE = re.compile(r"(\d{1,4})([/.\- ])(\d{1,2})\2(\d{1,4})(?:[t ]\d{1,2}:\d{2}.*)?")


def _read_date(text: str) -> dict[str, date]:
    """Return the days that a text can mean, by the order of day, month and year."""
    clean = fold(text).replace(",", " ").strip(". ")
    if match := _NUMERIC_DATE.fullmatch(" ".join(clean.split())):
        first, mark, second, third = match.groups()
        a, b, c = int(first), int(second), int(third)
        if len(first) == 4:
            orders = {"ymd": _day(a, b, c), "ydm": _day(a, c, b)}
            if mark == "-":  # ISO 8601
                del orders["ydm"]
        elif len(third) in (2, 4) and len(first) <= 2:
            orders = {"dmy": _day(c, b, a), "mdy": _day(c, a, b)}
            if mark == "." or a == b:  # nobody writes month.day.year
                del orders["mdy"]
        else:
            return {}
        return {order: day for order, day in orders.items() if day}
    tokens = [_months().get(t, t) for t in _tokens(clean) if t not in "-/" and not _is_filler(t)]
    months = [t for t in tokens if isinstance(t, int)]
    rest = [str(t) for t in tokens if not isinstance(t, int)]
    if len(months) != 1 or len(rest) != 2 or not all(r.isdigit() for r in rest):
        return {}
    if len(rest[0]) == 4:
        rest.reverse()
    named = _day(int(rest[1]), months[0], int(rest[0])) if len(rest[0]) <= 2 else None
    return {"named": named} if named else {}


def _is_filler(token: str) -> bool:
    return words("periods").get(token) == "filler"


def _settle(readings: Sequence[dict[str, Any]], preferred: str = "") -> tuple[list[str], set[str]]:
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

    Numbers are days of the workbook's calendar, which begins in 1900 or 1904.
    """
    day = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[s]")
    kind = np.full(len(cells), MISSING, dtype=object)
    start = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    texts: list[tuple[int, str]] = []
    for row, cell in enumerate(cells):
        if isinstance(cell, datetime | date):
            day[row], kind[row] = np.datetime64(cell.isoformat()[:10]), DATE
        elif isinstance(cell, float | int) and not isinstance(cell, bool):
            if 1 <= cell < 110_000:
                day[row], kind[row] = np.datetime64(start + timedelta(days=int(cell))), DATE
            else:
                kind[row] = TEXT
        elif isinstance(cell, str):
            texts.append((row, cell))
        elif cell is not None:
            kind[row] = TEXT
    column = Texts.of(text for _, text in texts)
    marks = [meaning("marks", word) for word in column.words]
    readings = [
        {} if mark else _read_date(word) for word, mark in zip(column.words, marks, strict=True)
    ]
    if not any(set(reading) == {"ydm"} for reading in readings):
        for reading in readings:
            if "ymd" in reading:  # year, day, month only where the column proves it
                reading.pop("ydm", None)
    chosen, proven = _settle(readings, order)
    for (row, _), code in zip(texts, column.codes, strict=True):
        reading, choice = readings[code], chosen[code]
        if choice:
            day[row], kind[row] = np.datetime64(reading[choice].isoformat()), DATE
        else:
            kind[row] = marks[code] or (AMBIGUOUS if reading else TEXT)
    return Dates(day, kind, _open_evidence(column, chosen, readings, proven))


def _open_evidence(
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


# --- Periods -----------------------------------------------------------------------------------


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


def _tokens(text: str) -> list[str]:
    """Return the words, digits and marks of a folded text, letters and digits apart."""
    text = re.sub(r"(?<!\d)\.|\.(?!\d)", " ", text)
    return re.findall(r"[^\W\d_]+'?|\d+(?:\.\d+)*|[-/→]", text)


@cache
def _period_words() -> dict[str, str]:
    """Return {phrase: symbol} for the words of periods: M5, Q, H, 1..4, ~ (to), nothing."""
    symbols = {"year": "", "filler": "", "half": "H", "quarter": "Q", "to": "~"}
    known = {
        " ".join(_tokens(word)): symbols.get(key, key)
        for word, key in words("periods").items()
        if _tokens(word) and word not in ("-", "/")
    }
    known |= {" ".join(_tokens(name)): f"M{number}" for name, number in _months().items()}
    known.pop("", None)
    return known


def _canonical(text: str) -> str | None:
    """Return a period in symbols, `1 Q 2023`; None where it holds a word that no period has."""
    tokens = _tokens(fold(text.translate(_SUPERSCRIPTS)))
    known = _period_words()
    symbols: list[str] = []
    while tokens:
        for length in range(min(3, len(tokens)), 0, -1):
            phrase = " ".join(tokens[:length])
            if phrase in known:
                symbols.append(known[phrase])
                break
        else:
            length = 1
            if not (tokens[0][0].isdigit() or tokens[0] in "-/"):
                return None
            symbols.append(tokens[0])
        del tokens[:length]
    return " ".join(symbol for symbol in symbols if symbol).strip("-/~ ")


_SUPERSCRIPTS = dict.fromkeys(map(ord, "¹²³⁰⁴⁵⁶⁷⁸⁹*"))
_MAYBE_PERIOD = re.compile(r"(?=.{1,40}$)\D*\d", re.DOTALL)
_YEAR = r"(?P<year>\d{4})(?: [-/] (?P<next>\d{4}|\d{2}))?"
_SEP = r"(?: [-/~])? "
_PART = r"(?:(?P<unit>[QH]) (?P<part>\d)|(?P<part_>\d) (?P<unit_>[QH]))"
_FORMS = [
    re.compile(rf"{_PART}{_SEP}{_YEAR}"),
    re.compile(rf"{_YEAR}{_SEP}{_PART}"),
    re.compile(r"M(?P<m>\d+)(?: [-/~] M(?P<to>\d+))?(?: [-/])? (?P<year>\d{4}|\d{2})"),
    re.compile(r"(?P<year>\d{4})(?: [-/])? M(?P<m>\d+)(?: [-/~] M(?P<to>\d+))?"),
    re.compile(r"(?P<year>\d{4})(?P<m>0[1-9]|1[0-2])"),
    re.compile(r"(?P<m>0?[1-9]|1[0-2])(?: [-/]) (?P<year>\d{4})"),
    re.compile(r"M(?P<m>\d+) (?P<year>\d{4}) [-~] M(?P<to>\d+) (?P<to_year>\d{4})"),
]
_YEAR_PAIR = re.compile(r"(?P<year>\d{4}) (?P<mark>[-/~]) (?P<next>\d{1,2}|\d{4})")
_ISO_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:/|-|–|to)\s*(\d{4}-\d{2}-\d{2})")
_DAY_SPAN = re.compile(r"(.*\d)\s+(?:[-–—]|to|al?|au|ate|εως|μεχρι|الى|حتى|по|до)\s+(\d.*)")


def _read_period(text: str, year_starts: int) -> dict[str, Span | None]:
    """Return the periods that a text can mean, by form.

    A `split` year (2020/21) begins in the month `year_starts`; None where nobody said which.
    """
    if span := _ISO_SPAN.fullmatch(text.strip()):
        first, last = _read_date(span[1]).get("ymd"), _read_date(span[2]).get("ymd")
        return {"span": (first, last)} if first and last else {}
    if span := _DAY_SPAN.fullmatch(fold(text)):
        firsts, lasts = _read_date(span[1]), _read_date(span[2])
        if firsts and lasts:
            return {order: (firsts[order], lasts[order]) for order in firsts if order in lasts}
    if days := _read_date(text):
        return {order: (day, day) for order, day in days.items() if order != "ydm"}
    canonical = _canonical(text.removesuffix(".0"))
    if not canonical:
        return {}
    if re.fullmatch(r"\d{4}", canonical):
        return {"year": months_from(int(canonical), 1, 12)} if is_year(int(canonical)) else {}
    if pair := _YEAR_PAIR.fullmatch(canonical):
        return _read_year_pair(pair, year_starts)
    for form in _FORMS:
        if match := form.fullmatch(canonical):
            return _read_part(match.groupdict(), year_starts)
    return {}


def is_year(number: float) -> bool:
    """Return whether a number can be a year."""
    return float(number).is_integer() and 1800 <= number < 2200


def _full_year(text: str) -> int:
    return int(text) + (0 if len(text) == 4 else 2000 if int(text) < 70 else 1900)


def _read_part(parts: dict[str, str | None], year_starts: int) -> dict[str, Span | None]:
    """Return the period of a month, some months, a quarter or a half of a year."""
    year = _full_year(str(parts["year"]))
    if not is_year(year):
        return {}
    if month := parts.get("m"):
        last = int(parts.get("to") or month) + 12 * (
            int(parts.get("to_year") or year) - year if parts.get("to_year") else 0
        )
        if not 1 <= int(month) <= 12 or last < int(month):
            return {}
        return {"month": months_from(year, int(month), last - int(month) + 1)}
    length = 3 if (parts.get("unit") or parts.get("unit_")) == "Q" else 6
    part = int(parts.get("part") or parts.get("part_") or 0)
    if not 1 <= part <= 12 // length:
        return {}
    first = 1
    if following := parts.get("next"):
        if int(following) % 100 != (year + 1) % 100:
            return {}
        if not year_starts:
            return {"split": None}
        first = year_starts
    return {"part": months_from(year, first + (part - 1) * length, length)}


def _read_year_pair(pair: "re.Match[str]", year_starts: int) -> dict[str, Span | None]:
    """Return what `2020/21`, `2011-12` or `2018-2020` can mean: a split year, a month, years."""
    year, following = int(pair["year"]), int(pair["next"])
    if not is_year(year):
        return {}
    found: dict[str, Span | None] = {}
    if len(pair["next"]) != 1 and following % 100 == (year + 1) % 100 and following < year + 2:
        found["split"] = months_from(year, year_starts, 12) if year_starts else None
    if len(pair["next"]) == 4 and following > year + 1 and is_year(following):
        found["years"] = months_from(year, 1, 12 * (following - year + 1))
    if len(pair["next"]) <= 2 and 1 <= following <= 12 and pair["mark"] != "~":
        found["month"] = months_from(year, following, 1)
    return found


def periods(cells: Sequence[Cell] | Texts, *, order: str = "", year_starts: int = 0) -> Periods:
    """Return a column read as periods.

    `year_starts` is the month in which a split year (`2020/21`) begins; a plain year is the
    calendar's. A cell that is a day is the period of that day.
    """
    column = cells if isinstance(cells, Texts) else Texts.of(map(_period_text, cells))
    marks = ["missing" if not w.strip() else meaning("marks", w) for w in column.words]
    readings = [
        {} if mark else _read_period(word, year_starts)
        for word, mark in zip(column.words, marks, strict=True)
    ]
    chosen, proven = _settle(readings, "split" if year_starts else order)
    start = np.full(len(column.words) + 1, np.datetime64("NaT"), dtype="datetime64[s]")
    end, kind = start.copy(), np.full(len(column.words), TEXT, dtype=object)
    for code, (reading, choice, mark) in enumerate(zip(readings, chosen, marks, strict=True)):
        span = reading.get(choice)
        if span:
            start[code], end[code] = (np.datetime64(day.isoformat()) for day in span)
            kind[code] = DATE
        elif choice:
            kind[code] = UNANCHORED
        else:
            kind[code] = mark or (AMBIGUOUS if reading else TEXT)
    evidence = _open_evidence(column, chosen, readings, proven)
    return Periods(start[column.codes], end[column.codes], kind[column.codes], evidence)


def _period_text(cell: Cell) -> str:
    """Return a cell of a period as text; a day is a day in the form of ISO 8601."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return text_of(cell)


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
    short = [None if isinstance(c, str) and not _MAYBE_PERIOD.match(c) else c for c in cells]
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


def _as_date(moment: Any) -> date:
    return pd.Timestamp(moment).date()


# --- Ages --------------------------------------------------------------------------------------


def age_band(text: str) -> str:
    """Return an age group in the usual form (`18-29`, `65+`), empty where the text is none."""
    clean = f" {fold(text).replace('_', ' ')} "
    if match := re.fullmatch(r" y(\d+)t(\d+) ", clean):  # SDMX; M would be months
        return f"{int(match[1])}-{int(match[2])}"
    if match := re.fullmatch(r" y ge(\d+) ", clean):
        return f"{int(match[1])}+"
    for section, sign in (("over", "+"), ("years", " ")):
        for word in sorted((w for w, key in words("ages").items() if key == section), key=len)[
            ::-1
        ]:
            edge = r"(?<!\w)" if word[0].isalpha() else ""
            clean = re.sub(
                edge + re.escape(word) + (r"(?!\w)" if word[-1].isalpha() else ""), sign, clean
            )
    clean = "".join(clean.split())
    if match := re.fullmatch(r"(\d{1,3})(?:-|to|a|εως|الى|до|по)(\d{1,3})", clean):
        return f"{int(match[1])}-{int(match[2])}" if int(match[1]) < int(match[2]) else ""
    if match := re.fullmatch(r"\+?(\d{1,3})\+?", clean):
        return f"{int(match[1])}+" if "+" in clean else ""
    return ""
