"""Texts become numbers: a column decides what its marks mean, and what it leaves open is asked."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from etl.parse.texts import (
    AMBIGUOUS,
    DIGITS,
    MISSING,
    NO,
    QUOTES,
    TEXT,
    UNSEEN,
    YES,
    Evidence,
    Objects,
    Texts,
    fold,
    meaning,
    repeated,
    words,
)
from etl.workbook import Cell
from schemas.codes import Qualifier

NUMBER, BRACKETED, DATE = "number", "bracketed", "date"
"Kinds of cell that only numbers, or cells beside them, are of."


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
_BLANKS = " \u00a0\u2002-\u200a\u202f\u205f\u3000"
"What may stand between thousands, as the inside of a class: no line end, no tab."

LONGEST = 100
"A text of more characters is prose, whatever it says."

_TO_SHAPE = dict.fromkeys((c for c in range(0x10000) if chr(c).isdecimal()), "9")
_SPACES = {c for c in range(0x3001) if chr(c).isspace()}
_WITH_POINT = dict.fromkeys(_SPACES | set(map(ord, ",'’‘´`ʼ٬،"))) | {ord("٫"): "."}
_WITH_COMMA = dict.fromkeys(_SPACES | set(map(ord, ".'’‘´`ʼ٬"))) | dict.fromkeys(
    map(ord, ",،٫"), "."
)

_PARTS = re.compile(
    r"(?P<sign>[+-]?)(?P<before>[^0-9]*?)(?P<inner>[+-]?)"
    rf"(?P<core>(?:[0-9]|[.,٫][0-9])(?:[0-9.,'٫٬،{_BLANKS}]*[0-9])?(?:[eE][+-]?[0-9]+)?)[.,]?"
    r"(?P<trailing>-?)(?P<after>[^0-9]*)",
    re.DOTALL,
)
_UNSEEN = re.compile(rf"(?<![0-9])[{UNSEEN}]|[{UNSEEN}](?![0-9])")
_STARS = re.compile(r"[*†‡§]+\s*(?=\S)")
_FOOTNOTES = re.compile(
    r"\s*(?:[*†‡§]+|\(\*+\)|(?<![mM])[¹²³⁰⁴-⁹⁽⁾ᵃ-ᵛᶜ-ᶿ]+|\[\w{1,2}\]"
    r"|(?<=[\s0-9%])[a-jα-κа-иأ-ي]\)|\([acdg-jα-κа-иأ-ي]\))+\s*$"
)
_TOKEN = re.compile(r"US\$|U\$S|\([^\W\d_]\)|[^\W\d_]+(?:[.'\"][^\W\d_]+)*\.?|>=|<=|=>|=<|[^\w\s]")
_GROUPED = {
    ".": re.compile(r"[1-9]\d{0,2}([ ',])\d{3}(?:\1\d{3})*(?:\.\d+)?|\d*\.\d+|\d+"),
    ",": re.compile(r"[1-9]\d{0,2}([ '.])\d{3}(?:\1\d{3})*(?:,\d+)?|\d*,\d+|\d+"),
    "٫": re.compile(r"[1-9]\d{0,2}([ '٬,])\d{3}(?:\1\d{3})*(?:٫\d+)?|\d*٫\d+|\d+"),
}


@cache
def _affixes(is_behind: bool) -> dict[str, tuple[str, str]]:
    """Return the words that may stand before, or behind, a number: {word: (what, its code)}."""
    known: dict[str, tuple[str, str]] = {}
    if is_behind:
        known |= dict.fromkeys(words("unit_words"), ("unit", ""))
        known |= {word: ("note", text) for word, text in words("flags").items()}
        known |= {f"({word})": ("note", text) for word, text in words("flags").items()}
    known |= {word: ("scale", key) for word, key in words("scales").items()}
    known |= {word: ("currency", key) for word, key in words("currencies").items()}
    known |= dict.fromkeys(words("percent"), ("percent", "%"))
    section = "qualifiers_behind" if is_behind else "qualifiers"
    known |= {word: ("qualifier", key) for word, key in words(section).items()}
    return known


def _read_affixes(text: str, is_behind: bool) -> dict[str, str] | None:
    """Return what the words before or behind a number say; None where one of them is unknown."""
    tokens = _TOKEN.findall(text)
    said: dict[str, str] = {}
    while tokens:
        for length in range(min(5, len(tokens)), 0, -1):
            phrase = " ".join(tokens[:length])
            if found := affix(phrase, is_behind):
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
    if not is_behind and "scale" in said and "currency" not in said:
        return None  # M2 is the name of something, €M 2 two million
    return said


def affix(phrase: str, is_behind: bool) -> tuple[str, str] | None:
    """Return what a phrase before or behind a number says, with its code; None where nothing."""
    known = _affixes(is_behind)
    if phrase in known or (len(phrase) == 1 and phrase.isupper()):  # M is not m
        return known.get(phrase)
    folded = fold(phrase)
    return known.get(folded) or known.get(folded.replace(".", ""))


def _around(before: str, core: str, after: str) -> dict[str, str] | None:
    """Return what both sides of a number say together; None where they are of no number."""
    if re.search(r"(?<![^\W\d_])[^\W\d_]$", before) and re.fullmatch(r"\d{1,3}", core):
        return None  # R5: rather the name of a result than five rand
    first, second = _read_affixes(before, False), _read_affixes(after, True)
    if first is None or second is None:
        return None
    agree = all(second.get(what, code) == code for what, code in first.items())
    return first | second if agree else None


@lru_cache(maxsize=100_000)
def _shape(text: str, brackets: str) -> Shape:
    """Return how to read a text, whose digits count only as leading zeros or not."""
    clean = text.translate(DIGITS).translate(QUOTES)
    if not any(map(str.isdigit, clean)):
        kind = meaning("marks", text) or meaning("answers", text)
        return Shape(kind or (TEXT if text else MISSING))
    bare = _FOOTNOTES.sub("", _UNSEEN.sub(" ", clean)).rstrip()
    start, end = len(bare) - len(bare.lstrip()), len(bare)
    if stars := _STARS.match(bare, start):
        start = stars.end()
    inside = re.compile(r"\((.*\d.*)\)", re.DOTALL).fullmatch(bare, start)
    parts = _PARTS.fullmatch(bare, start + bool(inside), end - bool(inside))
    if not parts:
        return Shape(TEXT)
    mantissa = re.sub(r"[eE].*", "", parts["core"]).replace("،", ",")
    mantissa = "".join(" " if c.isspace() else c for c in mantissa)
    arabic = "٫" in mantissa or "٬" in mantissa  # these two marks have one meaning only
    point, comma = (
        bool(_GROUPED["٫" if arabic else mark].fullmatch(mantissa)) for mark in (".", ",")
    )
    minus = _minus(parts, mantissa, inside=bool(inside), brackets=brackets)
    said = _around(parts["before"], parts["core"], parts["after"])
    if said is None or minus is None or not (point or comma):
        return Shape(TEXT)
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


def _minus(parts: "re.Match[str]", mantissa: str, *, inside: bool, brackets: str) -> bool | None:
    """Return whether a number is below zero; None where its signs are of no number.

    A minus behind (`1.250,50-`, as bookkeeping writes it) needs a mark in the number, or the
    answer that brackets are a minus too: `12-` alone may be half of a range.
    """
    signs = [sign for sign in (parts["sign"], parts["inner"], parts["trailing"]) if sign]
    is_accounting = inside and brackets == "negative"
    if len(signs) + is_accounting > 1:
        return None
    if parts["trailing"] and mantissa.isdecimal() and brackets != "negative":
        return None
    return is_accounting or signs == ["-"]


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
    if len(text) > LONGEST:
        return Shape(TEXT), math.nan, math.nan
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
    typed = np.fromiter((type(cell) in (float, int) for cell in cells), bool, size)
    written = np.fromiter((isinstance(cell, str) for cell in cells), bool, size)
    value = np.full(size, math.nan)
    value[typed] = np.fromiter(
        (float(cell) for cell in cells if type(cell) in (float, int)),  # type: ignore[arg-type]
        np.float64,
        int(typed.sum()),
    )
    said = {"kind": repeated(NUMBER, size)}
    if percent is not None:
        shown = typed & np.asarray(percent, dtype=bool)
        value[shown] = [_round(share * 100) for share in value[shown]]
        said["unit"] = np.where(shown, "%", "").astype(object)
    for row in np.flatnonzero(~typed & ~written).tolist():
        cell = cells[row]
        yes = YES if cell else NO
        said["kind"][row] = MISSING if cell is None else yes if isinstance(cell, bool) else DATE
    evidence: Evidence = {}
    if written.any():
        texts = Texts.of(cell for cell in cells if isinstance(cell, str))
        evidence = _read_texts(value, said, written, texts, decimal, brackets)
    for name in ("qualifier", "currency", "unit", "note"):  # most columns say none of these
        usual = Qualifier.EXACT.value if name == "qualifier" else ""
        said.setdefault(name, np.broadcast_to(np.array(usual, dtype=object), size))
    return Numbers(value=value, **said, evidence=evidence)


def _read_texts(
    value: Any, said: dict[str, Objects], written: Any, texts: Texts, decimal: str, brackets: str
) -> Evidence:
    """Fill in the cells of a column that are texts, and return the evidence for its question."""
    size = len(texts.words)
    point, comma = np.empty(size), np.empty(size)
    codes = np.empty(size, dtype=np.intp)
    shapes: dict[Shape, int] = {}
    for place, word in enumerate(texts.words):
        shape, point[place], comma[place] = read_number(word, brackets)
        codes[place] = shapes.setdefault(shape, len(shapes))

    def of_shapes(name: str) -> Objects:
        column: Objects = np.array([getattr(shape, name) for shape in shapes], dtype=object)[codes]
        return column

    kind = of_shapes("kind")
    times = np.bincount(texts.codes, minlength=size)
    fits_point, fits_comma = ~np.isnan(point), ~np.isnan(comma)
    points = int(times[fits_point & ~fits_comma].sum())
    commas = int(times[fits_comma & ~fits_point].sum())
    mark = _decide(points, commas, decimal)
    read = np.where(fits_point & (~fits_comma | (mark != ",")), point, comma)
    is_open = fits_point & fits_comma & (point != comma) & (not mark)
    read[is_open], kind[is_open] = math.nan, AMBIGUOUS
    value[written] = read[texts.codes]
    said["kind"][written] = kind[texts.codes]
    for name in ("qualifier", "currency", "unit", "note"):
        usual = Qualifier.EXACT.value if name == "qualifier" else ""
        if any(getattr(shape, name) != usual for shape in shapes):
            said.setdefault(name, repeated(usual, len(value)))
            said[name][written] = of_shapes(name)[texts.codes]
    if not is_open.any():
        return {}
    first = int(np.flatnonzero(is_open)[0])
    return {
        "example": texts.words[first].strip(),
        "times": int(times[is_open].sum()),
        "points": points,
        "commas": commas,
        "with_point": float(point[first]),
        "with_comma": float(comma[first]),
    }


def _decide(points: int, commas: int, decimal: str) -> str:
    """Return the decimal mark that a column's texts allow, empty where they leave it open."""
    if points and commas:
        return ""
    proven = "." if points else "," if commas else ""
    return "" if proven and decimal and proven != decimal else proven or decimal


def yes_no(text: str) -> bool | None:
    """Return whether a text is a yes or a no in any of the languages; None where it is neither."""
    return {YES: True, NO: False}.get(meaning("answers", text))
