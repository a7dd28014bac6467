"""What Word and PowerPoint files of ours have in common: theme, signs, languages, fixed bytes."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple, Protocol
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from dashboard import exports, images, svg, theme
from dashboard.figures import Figure
from dashboard.reports.document import Document, Fact, Span, Text, is_link
from schemas import words

LATIN, ARABIC = images.LATIN, images.ARABIC

SPELLING = {
    "en": "en-GB",
    "es": "es-ES",
    "fr": "fr-FR",
    "pt": "pt-PT",
    "el": "el-GR",
    "ar": "ar-SA",
}
"The language of which Office has a dictionary."

DRAWN = 620
"Units of a chart's width; its letters are then about as large on paper as the text around it."

PIXELS = 2.4
"Pixels to each unit: 220 to the inch where a chart is as wide as a page of paper."

EDGE = 4
"Units of air at the sides of a picture."


def colour(name: str) -> str:
    """Return a colour of ours as Office writes it: `0F6A7B`."""
    return theme.light(name)[1:]


def spelling(language: str) -> str:
    """Return the tag of a language that a spell checker knows."""
    return SPELLING[words.base(language)]


# --- Text -----------------------------------------------------------------------------------------

ARABIC_LETTERS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
LEFT_MARK, RIGHT_MARK = "\u200e", "\u200f"


def clean(text: str) -> str:
    """Return a text that any XML file may hold, and that reverses nothing around it."""
    return directed(exports.NOT_XML.sub("\ufffd", text))


def directed(text: str) -> str:
    """Return a text with marks where it has isolates, which not every Office knows.

    Embeddings and overrides are left out: what is not closed would go on behind the text.
    """
    pieces: list[str] = []
    opened: list[str] = []
    end = 0
    for piece in re.split(f"({CONTROLS.pattern})", text):
        end += len(piece)
        if piece in ("\u2066", "\u2067", "\u2068"):
            rest = text[end:].split("\u2069")[0]
            is_right = piece == "\u2067" or (piece == "\u2068" and begins_right(rest))
            opened.append(RIGHT_MARK if is_right else LEFT_MARK)
            pieces.append(opened[-1])
        elif piece == "\u2069":
            pieces.append(opened.pop() if opened else "")
        elif not CONTROLS.fullmatch(piece):
            pieces.append(piece)
    return "".join(pieces)


def begins_right(text: str) -> bool:
    """Return whether the first letter of a text is of those that run from right to left."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def inner(text: str) -> str:
    """Return a text as it stands in an element."""
    return escape(clean(text))


def quoted(text: str) -> str:
    """Return a text as the value of an attribute, with its quotation marks."""
    return quoteattr(clean(text))


def is_reversed(text: str, language: str, *, is_verbatim: bool = False) -> bool:
    """Return whether a text of a document runs from right to left.

    What somebody wrote in other letters keeps its direction within an Arabic sentence.
    """
    if is_verbatim:
        return bool(ARABIC_LETTERS.search(text))
    return words.is_rtl(language)


def in_its_direction(text: str, language: str) -> str:
    """Return what somebody wrote so that its signs stay where they were in a line of a language."""
    if words.is_rtl(language) and not ARABIC_LETTERS.search(text):
        return f"{LEFT_MARK}{text}{LEFT_MARK}"
    return text


def said(fact: Fact) -> Text:
    """Return a fact as a sentence."""
    term = (Span(f"{fact.term}: ", is_strong=True),) if fact.term else ()
    return (*term, Span(fact.text, url=fact.url))


def link_of(url: str) -> str:
    """Return an address as a link, empty for what is none.

    Office takes a file for broken where an address has signs that none may have.
    """
    return quote(clean(url), safe=":/?#@!$&'()*+,;=%~") if is_link(url) else ""


# --- Signs ----------------------------------------------------------------------------------------


class Sign(NamedTuple):
    """A mark as a letter, and its colour."""

    letter: str
    colour: str


SHAPES = {
    "circle": "●",
    "circle-open": "○",
    "square": "■",
    "diamond": "◆",
    "triangle-up": "▲",
    "triangle-down": "▼",
    "hexagon": "⬢",
    "star": "★",
    "cross": "✚",
    "x": "✖",
}
"Letters that look like Plotly's symbols."

KEYS = {
    "line": Sign("━", "teal"),
    "dash": Sign("┅", "path"),
    "band": Sign("■", "band"),
    "dot": Sign("●", "teal"),
    "ring": Sign("○", "path"),
    "diamond": Sign("◇", "path"),
    "tick": Sign("|", "ink"),
    "first": Sign("●", "teal"),
    "second": Sign("◆", "ochre"),
    "outlined": Sign("□", "teal"),
    "not_reported": Sign("–", "muted"),
    "not_planned": Sign("·", "muted"),
    "withheld": Sign("⋯", "muted"),
}
"The legend's marks, by their class of the style sheet."


def status_sign(status: str) -> Sign:
    """Return the sign of a status."""
    look = theme.look(status)
    return Sign(SHAPES[look.symbol], look.colour)


def key_sign(key: str) -> Sign:
    """Return the sign of a line of a legend (`Figure.keys`).

    >>> key_sign("fill-ochre")
    Sign(letter='■', colour='ochre')
    """
    kind, _, name = key.partition("-")
    if kind == "status":
        return status_sign(name)
    if kind == "area":
        return Sign("■", theme.AREAS[int(name)])
    return Sign("■", name) if kind == "fill" else KEYS[key]


# --- Pictures -------------------------------------------------------------------------------------


def picture(figure: Figure, language: str, width: int = DRAWN) -> bytes:
    """Return a figure as a crisp PNG."""
    drawn = svg.draw(figure.dict, width, language=words.base(language))
    # A number that ends at the edge would lose a hair.
    wide = width + 2 * EDGE
    drawn = drawn.replace(f'viewBox="0 0 {width} ', f'viewBox="-{EDGE} 0 {wide} ', 1)
    return images.png(drawn, wide, PIXELS)


def bar(share: float, expected: float, status: str, language: str) -> bytes:
    """Return how much of the way is covered as a small PNG, and where the path expects to be."""
    wide, tall = 160, 8
    covered = min(max(share, 0.0), 1.0) * wide
    filled = theme.light(theme.look(status).colour)
    parts = [
        f'<rect width="{wide}" height="4" y="2" fill="{theme.light("grid")}"/>',
        f'<rect width="{covered:.1f}" height="4" y="2" fill="{filled}"/>',
    ]
    if 0 < expected < 1:
        at = expected * wide
        parts.append(
            f'<rect x="{at:.1f}" width="1.5" height="{tall}" fill="{theme.light("ink")}"/>'
        )
    turned = f' transform="translate({wide} 0) scale(-1 1)"' if words.is_rtl(language) else ""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}">'
        f"<g{turned}>{''.join(parts)}</g></svg>"
    )
    return images.png(drawn, wide, 3)


# --- The file -------------------------------------------------------------------------------------


def saved(save: Callable[[io.BytesIO], None]) -> bytes:
    """Return what a library saves as bytes that are the same whenever they are made."""
    out = io.BytesIO()
    save(out)
    with zipfile.ZipFile(out) as archive:
        return exports.zipped({name: archive.read(name) for name in archive.namelist()})


class Properties(Protocol):
    """The properties of a file, as both libraries name them."""

    title: str
    subject: str
    author: str
    last_modified_by: str
    comments: str
    keywords: str
    language: str
    created: datetime
    modified: datetime
    revision: int


def tell(properties: Properties, document: Document) -> None:
    """Write title, author, language and fixed days into the properties of a file."""
    # Office keeps at most so many letters.
    moment = document.stamp.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.title = clean(document.title)[:255]
    properties.subject = clean(document.kind_title)[:255]
    properties.author = properties.last_modified_by = clean(document.publisher)[:255]
    properties.comments = clean(document.description)[:255]
    properties.keywords = clean(", ".join(document.keywords))[:255]
    properties.language = spelling(document.language)
    properties.created = properties.modified = moment
    properties.revision = 1


DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"

THEME = (
    ("dk1", "ink"),
    ("lt1", "card"),
    ("dk2", "muted"),
    ("lt2", "raised"),
    ("accent1", "teal"),
    ("accent2", "ochre"),
    ("accent3", "teal-deep"),
    ("accent4", "rust"),
    ("accent5", "grey"),
    ("accent6", "rust-deep"),
    ("hlink", "accent"),
    ("folHlink", "accent"),
)
"Office's names of the colours of a theme, and ours."


def theme_xml() -> str:
    """Return our colours and fonts as a theme of Office."""
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{colour(ours)}"/></a:{name}>' for name, ours in THEME
    )
    fonts = "".join(
        f'<a:{kind}><a:latin typeface="{LATIN}" panose="020B0604020202020204"/><a:ea typeface=""/>'
        f'<a:cs typeface="{ARABIC}"/></a:{kind}>'
        for kind in ("majorFont", "minorFont")
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350" cap="flat" cmpd="sng" algn="ctr">{fill}<a:prstDash val="solid"/></a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{DECLARATION}<a:theme xmlns:a="{DRAWING}" name="MedTOWN"><a:themeElements>'
        f'<a:clrScheme name="MedTOWN">{colours}</a:clrScheme>'
        f'<a:fontScheme name="MedTOWN">{fonts}</a:fontScheme>'
        f'<a:fmtScheme name="MedTOWN"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )
