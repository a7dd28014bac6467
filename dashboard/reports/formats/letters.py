"""Texts as the shipped fonts can show them: every letter known, long words with places to break.

A page that is to be kept has no letter without a shape, and says what each shape means (PDF/A-2a).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from fontTools.ttLib import TTFont

from dashboard import images

BREAK = "\u200b"
"Where a long word may go on in the next line; nothing is seen of it, and nothing else has it."

UNKNOWN = "□"
"Stands for a letter that no shipped font knows."

MARKS = "\u200e\u200f\u061c"
LEFT, RIGHT, FIRST, END = "\u2066", "\u2067", "\u2068", "\u2069"
ISOLATES = (LEFT, RIGHT, FIRST)

LONGEST, LONGEST_VERBATIM = 20, 14
"Letters of a word that stays whole: our own words have places for a hyphen, those of others do not."

WHOLE, WHOLE_ARABIC, PIECE = 12, 24, 6
"Letters between two signs that stay together, and of the pieces of more; Arabic ones are joined."

LONGEST_NUMBER = 40
"Letters of a number that stays whole."

VOWELS = re.compile("[\u064b-\u0652\u0670]")
"Signs of short and doubled sounds, which Arabic is read without."

SIGNS = r"_\-/\\:?&=,;@|+"
"After these a word may break; before a full stop, so that the ending of a file stays whole."


def shown(text: str) -> str:
    """Return a text without what nobody sees or no font knows, its line breaks as `\\n`.

    Marks of direction stay, each isolate closed; what overrides direction goes.
    """
    return _closed("".join(_letters(text)))


def drawn(text: str) -> str:
    """Return a text as it is drawn: `shown`, without Arabic signs above and below the letters.

    With those typst tells whoever listens or searches each letter twice, and words in pieces.
    """
    return VOWELS.sub("", shown(text))


def verbatim(text: str) -> str:
    """Return a text that somebody wrote so that it runs in its own direction, whatever is around it."""
    plain = "".join(c for c in drawn(text) if c not in f"{MARKS}{LEFT}{RIGHT}{FIRST}{END}")
    return f"{FIRST}{breakable(plain, LONGEST_VERBATIM)}{END}" if plain else ""


def apart(text: str) -> str:
    """Return a text of ours among words that run in another direction."""
    return f"{FIRST}{text}{END}"


def unmarked(text: str) -> str:
    """Return a text without marks of direction if all of it runs from left to right anyway."""
    if any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text):
        return text
    return text.translate(dict.fromkeys(map(ord, f"{MARKS}{LEFT}{RIGHT}{FIRST}{END}")))


def breakable(text: str, longest: int = LONGEST) -> str:
    """Return a text whose words of more letters than `longest` hold places to break.

    >>> breakable("a_long_name_of_a_file.xlsx").split(BREAK)
    ['a_', 'long_', 'name_', 'of_', 'a_', 'file', '.xlsx']
    """
    return re.sub(rf"\S{{{longest + 1},}}", lambda match: BREAK.join(_pieces(match[0])), text)


def _pieces(word: str) -> Iterator[str]:
    for part in re.findall(rf"\.?[^.{SIGNS}]*[{SIGNS}]|\.?[^.{SIGNS}]+|\.", word):
        most = WHOLE_ARABIC if re.search(f"[{images.ARABIC_LETTERS}]", part) else WHOLE
        if len(part) <= most:
            yield part
            continue
        piece = ""
        for letter in part:
            if len(piece) >= PIECE and unicodedata.category(letter)[0] not in "MC":
                yield piece
                piece = ""
            piece += letter
        yield piece


@cache
def _known() -> tuple[frozenset[int], ...]:
    """Return the letters of each shipped font; its weights have the same."""
    paths = sorted(images.FONTS.glob("*_400Regular.ttf"))
    known = []
    for path in paths:
        with TTFont(path, lazy=True) as font:
            known.append(frozenset(font.getBestCmap()))
    return tuple(known)


def _is_known(letter: str) -> bool:
    return any(ord(letter) in font for font in _known())


def _letters(text: str) -> Iterator[str]:
    before = ""
    for letter in text.replace("\r\n", "\n").replace("\r", "\n"):
        found = _letter(letter, before)
        yield found
        before = found[-1:] or before


def _letter(letter: str, before: str) -> str:
    """Return what stands for a letter after another one; empty where it is left out."""
    kind = unicodedata.category(letter)
    if letter in "\n\u2028\u2029":
        return "\n"
    if letter in MARKS or letter in ISOLATES or letter == END:
        return letter
    if kind == "Cf":
        return ""
    if kind[0] == "M":
        # A letter and its accents are drawn with one font.
        pair = {ord(letter), ord(before or " ")}
        return letter if before and any(pair <= font for font in _known()) else ""
    if kind == "Co":
        return UNKNOWN
    if _is_known(letter) and kind != "Cc":
        return letter
    if kind in ("Cc", "Zs"):
        return " "
    alike = unicodedata.normalize("NFKC", letter)
    return alike if alike != letter and all(map(_is_known, alike)) else UNKNOWN


def _closed(text: str) -> str:
    """Return a text in which each isolate ends, and nothing ends that did not begin."""
    found, depth = [], 0
    for letter in text:
        depth += letter in ISOLATES
        if letter == END:
            if not depth:
                continue
            depth -= 1
        found.append(letter)
    return "".join(found) + END * depth
