"""Headers and titles hold a period among other words: which one it is, and what remains."""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from etl.parse.amounts import affix
from etl.parse.days import tokens
from etl.parse.spans import PART, canonical, period_words, read_period
from etl.parse.texts import fold, words

_LONGEST_WINDOW = 14
"So many words and marks at most are one period: `de enero de 2023 a marzo de 2024`."

_TOKEN = re.compile(r"[^\W\d_]+[.'’΄]?|\d+|[^\w\s]|_")
_MONTHS = re.compile(r"M(\d+)(?: [-/~] M(\d+))?")
_SILENT = ("filler", "to", "from")
"The lists of words that a period neither begins nor ends with."


@lru_cache(maxsize=10_000)
def partial_period(text: str) -> str:
    """Return a quarter, a half or a month without its year (`Q1`, `S2`, `M03`), or nothing.

    `2023-` in front of it makes a period of it.
    """
    if len(text) > 40 or re.fullmatch(r"\d(?:\s+[^\W\d_]|[a-z])", text.strip()):
        return ""  # 2 h, 3t: rather hours and tonnes
    symbols = canonical(text)
    if part := re.fullmatch(PART, symbols):
        unit, number = part["unit"] or part["unit_"], int(part["part"] or part["part_"])
        if not 1 <= number <= (4 if unit == "Q" else 2):
            return ""
        return f"Q{number}" if unit == "Q" else f"S{number}"
    if not (spelt := _MONTHS.fullmatch(symbols)):
        return ""
    first, last = int(spelt[1]), int(spelt[2] or spelt[1])
    wholes = {(3 * n - 2, 3 * n): f"Q{n}" for n in (1, 2, 3, 4)} | {(1, 6): "S1", (7, 12): "S2"}
    return f"M{first:02}" if first == last else wholes.get((first, last), "")


@lru_cache(maxsize=10_000)
def find_period(text: str) -> tuple[str, str]:
    """Return the one period that a longer text holds, and the rest of the text.

    Nothing, and the text, where it holds none or more than one: `Target 2023 (baseline 2019)`.
    """
    text = " ".join(text.split())
    if not re.search(r"\d\d", fold(text)):
        return "", text
    if len(text) <= 60 and read_period(text):
        return text, ""
    return _find(text, _is_period)


@lru_cache(maxsize=10_000)
def find_partial(text: str) -> tuple[str, str]:
    """Return the one partial period (`partial_period`) in a longer text, and the rest of it.

    A month counts at the end only: words like `may` and `set` are months too. Nothing where there
    is a whole period.
    """
    text = " ".join(text.split())
    if re.search(r"\d{4}", fold(text)) or find_period(text)[0]:
        return "", text

    def is_partial(found: str) -> bool:
        partial = partial_period(found)
        return bool(partial) and (partial[0] != "M" or text.endswith(found))

    found, rest = _find(text, is_partial)
    return partial_period(found), rest


def _is_period(found: str) -> bool:
    """Return whether a piece of a text is a period that needs nothing around it to be one."""
    digits = fold(found)
    loose = r"\d{1,2} ?[-/.] ?\d{4}|\d{4} ?[-/.] ?\d{1,2}"
    tight = r"(?:0\d|1[0-2])[-/.]\d{4}|\d{4}[-/]\d{2}"
    if re.fullmatch(loose, digits) and not re.fullmatch(tight, digits):
        return False  # "Output 3 - 2023"
    short = r"\d{4}|[-/']\d{2}$|^\d[^\W\d_]\d{2}$|\d[-/.]\d{1,2}[-/.]\d"
    if not re.search(short, digits):  # May-22, 1Q23, but not "mar 10"
        return False
    return bool(read_period(found))


def _find(text: str, is_meant: Callable[[str], bool]) -> tuple[str, str]:
    """Return the one longest piece of a text that is meant, and what remains without it."""
    if len(text) > 400:
        return "", text
    found: list[tuple[int, int]] = []
    for start, end in _pieces(text):
        inside = any(start >= first and end <= last for first, last in found)
        if not inside and is_meant(text[start:end]) and _stands_alone(text, start, end):
            found.append((start, end))
    if len(found) != 1:
        return "", text
    [(start, end)] = found
    return text[start:end], _rest(text[:start], text[end:])


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the pieces of a text are that may be a period, longest first."""
    parts = [(match.start(), match.end(), match[0]) for match in _TOKEN.finditer(text)]
    first, last = _edges()

    def may(edge: frozenset[str], token: str) -> bool:
        folded = fold(token)
        return folded[:1].isdigit() or folded.rstrip(".'") in edge or folded in edge

    starts = [i for i, part in enumerate(parts) if may(first, part[2])]
    ends = [i for i, part in enumerate(parts) if may(last, part[2])]
    spans = [(i, j) for i in starts for j in ends if 0 <= j - i < _LONGEST_WINDOW]
    for i, j in sorted(spans, key=lambda span: span[0] - span[1]):
        yield parts[i][0], parts[j][1]


@cache
def _edges() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that a period may begin with, and those it may end with."""
    lists = words("periods")
    silent = {" ".join(tokens(word)) for word, key in lists.items() if key in _SILENT}
    phrases = [phrase.split() for phrase in period_words() if phrase not in silent]
    firsts = frozenset(phrase[0] for phrase in phrases)
    return firsts, frozenset(phrase[-1] for phrase in phrases)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether a piece is no part of a longer number or name, nor an amount of something."""
    before, after = text[:start], text[end:]
    if text[start].isdigit() and (
        re.search(r"\d[.,:/-]$|(?<![^\W\d_])[^\W\d_]{1,3}$", before)
        or _is_money(before.rsplit(None, 1)[-1:] or [""])
    ):
        return False
    if not text[start].isdigit() and re.search(r"\d$", before):
        return False
    if text[end - 1].isdigit():
        if re.match(r"[.,:/-]\d|[a-zA-Zα-ωа-я]{1,3}(?![^\W\d_])", after):
            return False
        if re.fullmatch(r"\d{4}", fold(text[start:end])):
            known = affix(after.split(None, 1)[0] if after.strip() else "", True)
            return not known or known[0] not in ("unit", "currency", "scale", "percent")
    return True


def _is_money(said: list[str]) -> bool:
    known = affix(said[0].strip("()"), False) if said[0] else None
    return known is not None and known[0] in ("currency", "qualifier")


_CUT = "\0"
_JOINTS = " -–—:,;|/_"


def _rest(before: str, after: str) -> str:
    """Return what remains of a text around a piece of it, without what only led to it."""
    left, right = _without_silent(before), after.lstrip("¹²³⁰⁴⁵⁶⁷⁸⁹*")
    whole = left.rstrip(_JOINTS) + _CUT + right.lstrip()
    while (bare := re.sub(rf"[(\[]\s*{_CUT}\s*[)\]]", _CUT, whole)) != whole:
        left, right = bare.split(_CUT)
        whole = _without_silent(left).rstrip(_JOINTS) + _CUT + right
    left, right = whole.split(_CUT)
    joined = " ".join(f"{left.rstrip(_JOINTS)} {right.lstrip(_JOINTS)}".split()).strip(_JOINTS)
    joined = re.sub(r"(?<=[(\[]) | (?=[)\]])", "", joined)
    return joined[1:-1] if re.fullmatch(r"\([^()]*\)", joined) else joined


def _without_silent(left: str) -> str:
    """Return a text without the words at its end that only lead to a period: `as of`."""
    left = left.rstrip(_JOINTS)
    while said := re.search(r"(?<![^\s(\[])([^\s(\[]+ )?([^\s(\[]+)$", left):
        for phrase in (said[0], said[2]):
            symbol = period_words().get(" ".join(tokens(fold(phrase))))
            if symbol == "~" or (symbol in ("", "<") and len(phrase) > 1):
                left = left[: len(left) - len(phrase)].rstrip(_JOINTS)
                break
        else:
            return left
    return left
