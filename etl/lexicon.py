"""What the words of a header say: the role of its column, and facts about the values below it.

The words themselves are in `data/words/spreadsheets.toml`: sections `headers` (roles), `value_types`,
`totals`, and the catalogue's categories. Tags of the Humanitarian Exchange Language say the same
(hxlstandard.org, hashtags and attributes 1.1).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from etl import labels, parse
from etl.labels import SELF_EVIDENT, category
from etl.parse import fold, meaning, words
from etl.reference import Reference
from schemas.codes import ValueType

ROLE_OF = {
    "year": "period",
    "date": "period",
    "month": "period",
    "quarter": "period",
    "half": "period",
    "week": "period",
    "start": "start",
    "end": "end",
    "updated": "skip",
    "value": "value",
    "count": "value",
    "numerator": "numerator",
    "denominator": "denominator",
    "unit": "unit",
    "currency": "currency",
    "multiplier": "skip",
    "kind": "value_type",
    "country": "place",
    "region": "place",
    "place": "place",
    "place_code": "code",
    "indicator": "indicator",
    "series": "indicator",
    "project": "project",
    "group": "dimension",
    "note": "note",
    "comment": "note",
    "status": "note",
    "machine": "code",
    "code": "code",
    "name": "item",
    "flag": "skip",
}
"Per section of header words the role of a column; `code` names things and is never a value."

RANK = {"country": 0, "region": 1, "place": 2}
"The finer a place, the higher."

NO_HEADERS = {"count", "code", "flag"}
"Words that begin the name of what is counted: they stand in labels as often as in headers."

WHOLE, EDGE, INSIDE = 3.0, 2.0, 1.0
"How much it weighs that a word is the whole header, its beginning or end, or within it."

LONGEST = 4
"Phrases of more words are not looked up."

SEPARATOR = " – "

SILENT = (
    *("value", "year", "date", "month", "quarter", "half", "week", "numerator", "denominator"),
)
"Headers of these sections do not name what is counted."


class Word(NamedTuple):
    """A word of the lists found in a header: its section, and how much of the header it is."""

    section: str
    weight: float


def spaced(header: str) -> str:
    """Return a header with blanks between its words: `AnnualTarget_Q1` is "Annual Target Q1"."""
    words = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])", " ", header).replace("_", " ")
    return " ".join(words.split())


def plain(header: str) -> str:
    """Return a header as folded words, without marks: "Target (annual)" is "target annual"."""
    return " ".join(re.sub(r"[/|:;,()\[\]\"*-]+", " ", fold(spaced(header))).split())


def stem(header: str) -> str:
    """Return a header without the language at its end: `name_en` and `name_fr` are "name"."""
    return re.sub(
        r" (?:en|eng|fr|fra|fre|es|esp|spa|pt|por|el|gr|ar|ara|ru|rus|ky)$", "", plain(header)
    )


@lru_cache(maxsize=50_000)
def header_words(header: str) -> tuple[Word, ...]:
    """Return the known words of a header, the weightiest first."""
    known = words("headers")
    whole = fold(header)
    if section := known.get(whole) or known.get(whole.rstrip(" :*")) or known.get(plain(header)):
        return (Word(section, WHOLE),)
    tokens = plain(header).split()
    found: dict[str, float] = {}
    for length in range(min(LONGEST, len(tokens)), 0, -1):
        for start in range(len(tokens) - length + 1):
            section = known.get(" ".join(tokens[start : start + length]), "")
            if section and not (length == 1 and len(tokens[start]) == 1 and len(tokens) > 2):
                at_edge = start == 0 or start + length == len(tokens)
                weight = (EDGE if at_edge else INSIDE) + 0.2 * (length - 1) + 0.1 * (start == 0)
                found[section] = max(found.get(section, 0), weight)
    return tuple(Word(*item) for item in sorted(found.items(), key=lambda item: -item[1]))


@lru_cache(maxsize=50_000)
def is_header_word(text: str) -> bool:
    """Return whether a short text is a header by its words alone."""
    if not text or len(text) > 40:
        return False
    known = words("headers")
    section = known.get(fold(text)) or known.get(plain(text), "")
    return bool(
        (section and section not in NO_HEADERS)
        or meaning("value_types", text)
        or parse.partial_period(text)
        or parse.age_band(text)
    )


def place_rank(header: str, tag: str) -> int:
    """Return how fine a place is that a header or tag names: `#adm3+name` is 3, unknown -1."""
    if match := re.search(r"adm(?:in)?[ _]?([0-5])", f"{fold(tag)} {fold(header)}"):
        return int(match[1])
    sections = [section for section, _ in header_words(header)] + [tag_section(tag)]
    return max((RANK.get(section, -1) for section in sections), default=-1)


# --- Tags --------------------------------------------------------------------------------------

_TAGS: tuple[tuple[str, str], ...] = (
    (r"#.*\+(?:num|pct|total|value|rate)\b.*", "count"),
    (r"#\w+.*\+(?:code|pcode|id|uuid|url|email|phone|lat|lon)\b.*", "code"),
    (r"#(?:x_)?(?:lat|lon|geo)\w*.*|#\w+_(?:id|lnk)\b.*|#loc_id|.*\+coord.*", "code"),
    (r"#adm1.*|#region.*", "region"),
    (r"#country.*|#adm0.*", "country"),
    (r"#(?:adm[2-5]|loc|x_placename).*", "place"),
    (r"#date.*\+(?:start|from)\b.*", "start"),
    (r"#date.*\+end\b.*", "end"),
    (r"#date.*\+(?:updated|created)\b.*|#meta.*", "updated"),
    (r"#(?:date|period).*", "date"),
    (r"#indicator.*\+(?:value|num)\b.*|#value.*", "value"),
    (r"#indicator.*", "indicator"),
    (
        r"#(?:affected|inneed|targeted|reached|population|capacity|target|beneficiary\+num).*",
        "count",
    ),
    (r"#(?:org|sector|subsector|modality|event|priority|status|severity|activity).*", "group"),
    (
        r"#(?:beneficiary|group|theme|crisis|cause|channel|output|item|service|operations).*",
        "group",
    ),
    (r"#(?:description|contact|link|x_\w*note).*", "comment"),
    (r"#(?:project|hrp|grant)\b.*", "project"),
)


@lru_cache(maxsize=5000)
def tag_section(tag: str) -> str:
    """Return the section of header words that a tag stands for, empty where it says nothing."""
    clean = fold(tag).replace(" ", "")
    return next((section for pattern, section in _TAGS if re.fullmatch(pattern, clean)), "")


@lru_cache(maxsize=5000)
def tag_value_type(tag: str) -> str:
    """Return the kind of value that a tag names: `#targeted+f` is a target."""
    clean = fold(tag).replace(" ", "")
    return ValueType.TARGET.value if re.match(r"#target|.*\+target", clean) else ""


# --- What a header says of its values ----------------------------------------------------------


class Says(NamedTuple):
    """The facts in the header of a value column, and what it counts (`head`)."""

    head: str
    period: str = ""
    value_type: str = ""
    categories: tuple[tuple[str, str], ...] = ()
    is_total: bool = False


@cache
def _value_types() -> Mapping[str, str]:
    return {plain(word): kind for word, kind in words("value_types").items() if word}


@lru_cache(maxsize=50_000)
def value_type_in(text: str) -> tuple[str, str]:
    """Return the kind of value that a header names, and the header without that word.

    "Annual Target" is a target; "value" and "results" alone say nothing.
    """
    tokens = plain(text).split()
    known = _value_types()
    if len(tokens) > 12:
        return "", text
    for length in range(min(3, len(tokens)), 0, -1):
        for start in [0, *range(len(tokens) - length, 0, -1)]:
            phrase = " ".join(tokens[start : start + length])
            kind = known.get(phrase, "")
            if kind and start + length <= len(tokens):
                rest = tokens[:start] + tokens[start + length :]
                return kind, " ".join(rest)
    return "", text


def read_header(
    levels: Sequence[str], reference: Reference, spans: Mapping[str, str] | None = None
) -> Says:
    """Return what the levels of a header, from the top, say of the values below.

    `spans` are periods that the row as a whole proved, by their text.
    """
    periods: list[str] = []
    kinds: list[str] = []
    categories: dict[str, str] = {}
    heads: list[str] = []
    is_total = False
    for level in levels:
        known = _year_or_span((spans or {}).get(level, ""))
        period, rest = (known, "") if known else parse.find_period(level)
        if not period:
            period, rest = part_in(spaced(level))
        elif _has_part(rest):  # of a form that is not understood: not the whole year
            period, rest = level, ""
        rest = rest if period else level
        kind, without = value_type_in(rest) if rest else ("", "")
        if kind and meaning("headers", rest) != "value":
            kinds.append(kind)
            rest = "" if _is_spent(without) else rest
        if period:
            periods.append(period)
        found, rest = _categories(rest, reference)
        categories |= found
        if rest and meaning("totals", rest):
            is_total = True
        elif rest and meaning("headers", rest) not in SILENT:
            heads.append(rest)
    return Says(
        SEPARATOR.join(dict.fromkeys(heads)),
        " ".join(dict.fromkeys(periods)),
        kinds[-1] if kinds else "",
        tuple(sorted(categories.items())),
        is_total,
    )


def _unspent(rest: str) -> str:
    """Return what remains of a header beside a kind of value, without words that say nothing."""
    return " ".join(
        token
        for token in rest.split()
        if token not in ("output", "of", "the", "de", "del", "la", "le", "du", "do", "da")
        and not meaning("annual", token)
        and not meaning("totals", token)
        and meaning("headers", token) != "value"
    )


def _has_part(rest: str) -> bool:
    """Return whether what stands beside a year names a part of it: "1. Quartal" of 2023."""
    known = parse.words("periods")
    return any(
        known.get(token) in ("quarter", "half") for token in plain(rest).split() if len(token) > 2
    )


def is_part(period: str) -> bool:
    """Return whether what a header says is a part of a year without the year: "Q1", "M03"."""
    return bool(re.fullmatch(r"[QSMTHW]\d{1,2}", period) or parse.partial_period(period))


def _year_or_span(span: str) -> str:
    """Return a span of days; a whole year as its number, for the quarters that stand below it."""
    match = re.fullmatch(r"(\d{4})-01-01/(\d{4})-12-31", span)
    return match[1] if match and match[1] == match[2] else span


@lru_cache(maxsize=10_000)
def part_in(text: str) -> tuple[str, str]:
    """Return the part of a year at the beginning or the end of a text, and what remains.

    Names of months count alone only: "May" and "March" are words, too.
    """
    if whole := parse.partial_period(text):
        return whole, ""
    tokens = text.split()
    for length in range(min(3, len(tokens) - 1), 0, -1):
        for some, rest in (
            (tokens[-length:], tokens[:-length]),
            (tokens[:length], tokens[length:]),
        ):
            part = parse.partial_period(" ".join(some))
            if part and any(map(str.isdigit, " ".join(some))):
                return part, " ".join(rest).strip(" -–:,/(")
    return "", text


def _is_spent(rest: str) -> bool:
    return not _unspent(rest)


def is_annual(header: str) -> bool:
    """Return whether a header says that its column holds whole years."""
    return any(meaning("annual", token) for token in plain(header).split())


def tag_attributes(tag: str) -> str:
    """Return the attributes of a tag as words: `#targeted +hh` is "targeted hh"."""
    return " ".join(re.findall(r"[a-z]+", fold(tag)))


def _categories(text: str, reference: Reference) -> tuple[dict[str, str], str]:
    """Return the categories that a header names, and what remains: "Primary (female)"."""
    if not text:
        return {}, ""
    found: dict[str, str] = {}
    for dimension in SELF_EVIDENT:
        if any(map(str.isalpha, text)) and (code := category(dimension, [text], reference)):
            return {dimension: code}, ""
    rest = text
    for part in re.findall(r"\(([^()]*)\)|[–/:]\s*([^–/:()]+)$", text):
        inner = next(filter(None, part), "").strip()
        for dimension in SELF_EVIDENT:
            code = category(dimension, [inner], reference) if any(map(str.isalpha, inner)) else ""
            if code:
                found[dimension] = code
                rest = rest.replace(f"({inner})", " ").replace(inner, " ")
        is_whole = meaning("totals", inner) and not meaning("totals", fold(inner)[:3])
        if inner and is_whole and f"({inner})" in rest:
            rest = rest.replace(f"({inner})", " ")
    return found, " ".join(rest.strip(" –/:-").split())


def unit_of(levels: Iterable[str]) -> str:
    """Return the unit that the levels of a header hold in brackets, the lowest first."""
    return next((unit for level in reversed(list(levels)) if (unit := labels.unit_of(level))), "")
