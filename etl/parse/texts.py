"""Texts as people write them: compared without case and accents, looked up in the word lists."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from etl.workbook import Cell

Objects = np.ndarray[Any, np.dtype[np.object_]]

WORDS = Path(__file__).parents[2] / "data" / "words" / "spreadsheets.toml"

# The kinds of cell; those of the word lists (marks, answers) have the names that they have there.
TEXT, AMBIGUOUS = "text", "ambiguous"
YES, NO = "yes", "no"
MISSING, WITHHELD = "missing", "withheld"
NOT_APPLICABLE, NOTHING_TO_REPORT = "not_applicable", "nothing_to_report"

Evidence = dict[str, str | int | float]

DIGITS = {
    ord(character): str(unicodedata.decimal(character))
    for start in (0x0660, 0x06F0, 0xFF10)
    for character in map(chr, range(start, start + 10))
}
"Digits of other scripts as ours."

QUOTES = str.maketrans(dict.fromkeys("’‘´`ʹ΄ʼ", "'") | dict.fromkeys("–—−‐‑‒―﹣－", "-"))
"Apostrophes and dashes as one of each."

UNSEEN = "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff"
"What takes no room: marks of direction, as Arabic spreadsheets are full of, and marks of line ends."

_WITHOUT_UNSEEN = dict.fromkeys(map(ord, UNSEEN + "\u0640"))


def fold(text: str) -> str:
    """Return a text as it is compared: no case, accents, vowel marks, doubled or unseen blanks."""
    if text.isascii():
        return " ".join(text.casefold().split())
    text = text.translate(QUOTES).replace("°", "º")  # who has no º on the keyboard
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.translate(_WITHOUT_UNSEEN).translate(DIGITS).translate(QUOTES).split())


def slug(text: str) -> str:
    """Return a text as part of a key: its letters and digits, joined by underscores."""
    text = unicodedata.normalize("NFKD", text.casefold())
    # Marks belong to accents, but the one on й makes it a letter of its own.
    text = "".join(c for c in text if c == "\u0306" or not unicodedata.combining(c))
    return "_".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)))


@cache
def word_lists() -> dict[str, Any]:
    """Return the word lists as they are in their file: section, key, language, words."""
    return tomllib.loads(WORDS.read_text("utf-8"))


@cache
def words(section: str) -> dict[str, str]:
    """Return a section of the word lists as {word: what it belongs to}.

    Words are folded and come with and without their dots; a capital letter alone (`M`) stays one.
    """
    found: dict[str, str] = {}
    for key, lists in word_lists()[section].items():
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


def repeated(word: str, size: int) -> Objects:
    """Return an array of one text many times.

    Not `np.full`, nor `np.where` with a text: they make a new text of each, sixty bytes long.
    """
    return np.array([word], dtype=object).repeat(size)


class Texts(NamedTuple):
    """A column of texts, each distinct one kept once: the column is `words[codes]`."""

    codes: "np.ndarray[Any, np.dtype[np.signedinteger]]"
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
        return cls(
            codes.astype(np.int32), ["" if cell != cell else text_of(cell) for cell in distinct]
        )

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
