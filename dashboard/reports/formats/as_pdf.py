"""A report as PDF for paper, screens and archives: PDF/A-2a and PDF/UA-1 at once, by typst.

The page is `report.typ`; what stands on it is handed over as JSON and as drawings, so that no text
of a workbook can become markup. No font but the shipped ones, no clock, no file of the machine.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import typst

from dashboard import images, sentences, svg, theme
from dashboard.figures.figure import width_of
from dashboard.reports.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
    Document,
    Fact,
    Facts,
    Group,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Part,
    Table,
    Text,
    is_link,
    led_by,
)
from dashboard.reports.formats import letters, pages
from schemas import words

PAGE = Path(__file__).parent / "report.typ"
STANDARDS = ["a-2a", "ua-1"]

DRAWN = 640
"Pixels that charts are drawn for: on paper their letters are those of its small print."

UPRIGHT, ACROSS = 6, 12
"Columns of the widest table on an upright page, and on a page across; more become several tables."

LINE, LINE_ACROSS = 470.0, 717.0
"Points of a line, on a page upright and across."

TIGHT = 4
"Letters of a number that stays whole where its column is too narrow."

LONGEST_LINK, LONGEST_TITLE, LONGEST_HEADER = 2000, 200, 90
"Letters of an address, of a title that is said again above each page of a table, and of a running header."


def write(document: Document) -> bytes:
    """Return a document as PDF."""
    files: dict[str, bytes] = {}
    page = _Page(document.language, files).whole(document)
    # Its types do not know that files may be handed over as they are.
    made = typst.compile(  # type: ignore[call-overload]
        {"main.typ": _template(), "report.json": orjson.dumps(page), **files},
        font_paths=images.fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        timestamp=int(document.stamp.timestamp()),
    )
    written: bytes = made
    return written


@cache
def _template() -> bytes:
    return PAGE.read_bytes()


Written = dict[str, Any]
"A block as the template takes it."


@dataclass(frozen=True)
class _Page:
    """What goes to the template in a language; `files` are the drawings that it names."""

    language: str
    files: dict[str, bytes]
    levels: list[int] = field(default_factory=lambda: [1])
    "Of the headings so far: none may lie more than one below the one before."

    def whole(self, document: Document) -> Written:
        """Return a whole document."""
        day = document.moment and words.day(document.moment.date(), self.language)
        return {
            "language": words.base(self.language),
            "direction": theme.direction(self.language),
            "digits": [words.number(digit, self.language) for digit in range(10)],
            "page": words.text(
                "Page {page} of {pages}", self.language, page="{page}", pages="{pages}"
            ),
            "colours": {name: pair[0] for name, pair in theme.COLOURS.items()},
            "kind": self.said(document.kind_title),
            "about": {
                "title": letters.shown(document.title) or letters.shown(document.kind_title),
                "author": letters.shown(document.publisher),
                "description": letters.shown(document.description),
                "keywords": [letters.shown(word) for word in document.keywords],
            },
            "title": self.said(document.title or document.kind_title),
            "publisher": self.said(document.publisher),
            "header": [
                self.said(_cut(document.title, LONGEST_HEADER)),
                self.said(_cut(document.publisher, LONGEST_HEADER // 3)),
            ],
            "day": day or "",
            "facts": [self.fact(fact) for fact in document.facts],
            "notice": [self.fact(fact) for fact in document.notice],
            "is_invented": document.is_invented,
            "is_short": document.kind in pages.WITHOUT_COVER,
            "parts": [self.part(part) for part in document.parts],
        }

    def part(self, part: Part) -> Written:
        """Return a part; one with a wide table lies across, a short one may share a page."""
        self.levels.append(1)
        return {
            "title": self.said(part.title),
            "is_across": any(len(t.columns) > UPRIGHT for t in _tables(part.blocks)),
            "is_short": pages.is_short(part),
            "blocks": [written for block in part.blocks for written in self.blocks(block)],
        }

    # --- Words ------------------------------------------------------------------------------------

    def said(self, text: str) -> str:
        """Return a text of ours."""
        return letters.breakable(letters.drawn(text))

    def spans(self, text: Text) -> list[Written]:
        """Return a text in pieces that look the same."""
        is_led = bool(led_by(text))
        return [
            {
                "text": letters.verbatim(span.text)
                if span.is_verbatim
                else letters.apart(self.said(span.text))
                if is_led
                else self.said(span.text),
                "is_strong": span.is_strong,
                "is_emphasis": span.is_emphasis,
                "is_verbatim": span.is_verbatim,
                "language": span.language,
                "url": _link(span.url),
            }
            for span in text
        ]

    def fact(self, fact: Fact) -> Written:
        """Return what is known of a subject."""
        return {
            "term": self.said(fact.term),
            "text": self.said(fact.text or fact.url),
            "url": _link(fact.url),
        }

    # --- Blocks -----------------------------------------------------------------------------------

    def blocks(self, block: Block) -> Iterator[Written]:
        """Yield a block as the template takes it; a table too wide for any page in pieces."""
        match block:
            case Paragraph(text, style):
                told = {"text": self.spans(text), **_own(led_by(text))}
                yield {"is": "paragraph", "style": str(style), **told}
            case Heading():
                yield self.heading(block)
            case Bullets(items, is_numbered):
                every = [{"text": self.spans(item), **_own(led_by(item))} for item in items]
                yield {"is": "bullets", "is_numbered": is_numbered, "items": every}
            case Facts(items):
                yield {"is": "facts", "items": [self.fact(fact) for fact in items]}
            case KeyFigures(items):
                yield {"is": "key_figures", "items": [self.key_figure(item) for item in items]}
            case Table():
                pieces = list(_pieces(block))
                for number, piece in enumerate(pieces, 1):
                    which = f" ({number}/{len(pieces)})" if len(pieces) > 1 else ""
                    yield self.table(piece, which)
            case Chart():
                yield self.chart(block)

    def heading(self, heading: Heading) -> Written:
        """Return a title within a part."""
        level = min(heading.level, self.levels[-1] + 1)
        self.levels.append(level)
        return {"is": "heading", "level": level, "text": self.said(heading.text)}

    def key_figure(self, item: KeyFigure) -> Written:
        """Return one of the numbers at the head; what is not known is None."""
        return {
            "name": self.said(item.name),
            "value": self.cell(item.value, is_number=True),
            "unit": self.said(item.unit),
            "share": _within(item.share),
            "expected": _within(item.expected),
            "colour": theme.look(item.status).colour,
            "mark": self.mark(item.status),
            "status": self.said(item.status_word),
            "lines": [self.said(line) for line in item.lines],
        }

    def table(self, table: Table, which: str) -> Written:
        """Return a table that a page is wide enough for."""
        size = 8.5 if len(table.columns) <= UPRIGHT else 7.5
        widths, is_tight = _points(table, size)
        longest = TIGHT if is_tight else letters.LONGEST_NUMBER
        return {
            "is": "table",
            "title": self.said(table.title) + which,
            "about": self.said(table.about),
            "size": size,
            # One that fills a page could never be followed by a row.
            "repeats": all(len(title) <= LONGEST_TITLE for title in _titles(table)),
            "columns": [
                {
                    "title": self.said(column.title),
                    "is_number": column.is_number,
                    "points": points,
                    "width": column.width,
                }
                for column, points in zip(table.columns, widths, strict=True)
            ],
            "groups": [
                {
                    "title": self.said(group.title),
                    "rows": [
                        [
                            self.cell(cell, is_number=column.is_number, longest=longest)
                            for cell, column in zip(row, table.columns, strict=True)
                        ]
                        for row in group.rows
                    ],
                }
                for group in table.groups
            ],
        }

    def cell(
        self, cell: Cell, *, is_number: bool, longest: int = letters.LONGEST_NUMBER
    ) -> Written:
        """Return a cell; a number keeps its direction in Arabic, and breaks where it is longer."""
        text = self.said(cell.text)
        if cell.is_verbatim:
            text = letters.verbatim(cell.text)
        elif is_number and text:
            number = letters.breakable(letters.drawn(cell.text), longest)
            text = words.isolated(number, self.language)
        return {
            "text": text,
            "under": [self.said(line) for line in cell.under],
            "mark": "" if cell.status is None else self.mark(cell.status),
            "url": _link(cell.url),
            "is_verbatim": cell.is_verbatim,
            **_own(cell.language),
        }

    def chart(self, chart: Chart) -> Written:
        """Return a chart with its drawing; a map with what stands beside every map."""
        figure = chart.figure
        drawn = svg.draw(figure.dict, DRAWN, language=self.language)
        return {
            "is": "chart",
            "title": self.said(chart.title),
            "sentence": self.said(figure.title) if figure.title != chart.title else "",
            "keys": [
                {"mark": self.drawing(svg.key(kind)), "word": self.said(word)}
                for kind, word in figure.keys
            ],
            "drawing": self.drawing(drawn),
            "alt": letters.shown(figure.alt),
            "about": self.said(chart.about),
            "disclaimer": self.said(words.text(sentences.DISCLAIMER, self.language))
            if chart.is_map
            else "",
        }

    # --- Drawings ---------------------------------------------------------------------------------

    def mark(self, status: str) -> str:
        """Return the name of the shape of a status."""
        return self.drawing(svg.key(f"status-{status or 'none'}"))

    def drawing(self, drawn: str) -> str:
        """Keep a drawing, every letter of it known, and return its name."""
        drawn = re.sub(r"(?<=>)[^<]+", lambda said: letters.unmarked(letters.drawn(said[0])), drawn)
        name = hashlib.sha256(drawn.encode()).hexdigest()[:16] + ".svg"
        if name not in self.files:
            self.files[name] = images.drawing(drawn)
        return name


def _own(language: str) -> dict[str, str]:
    """Return the language that somebody wrote in with its direction; empty where it is not known."""
    return {"language": language, "direction": theme.direction(language) if language else ""}


def _link(url: str) -> str:
    """Return an address that may be a link; empty for any other."""
    return url if is_link(url) and len(url) <= LONGEST_LINK else ""


def _cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _within(share: float) -> float | None:
    """Return a share between 0 and 1; None for none."""
    return None if share != share else min(max(share, 0.0), 1.0)


def _tables(blocks: Iterable[Block]) -> Iterator[Table]:
    yield from (block for block in blocks if isinstance(block, Table))


def _titles(table: Table) -> list[str]:
    """Return what stands above the rows of a table."""
    columns = [column.title for column in table.columns]
    return columns + [group.title for group in table.groups]


def _pieces(table: Table) -> Iterator[Table]:
    """Yield a table, or several that begin with its first column where a page is too narrow for it."""
    rest = range(1, len(table.columns))
    if len(table.columns) <= ACROSS:
        yield table
        return
    for start in rest[:: ACROSS - 1]:
        places = (0, *rest[start - 1 : start + ACROSS - 2])
        groups = tuple(
            Group(tuple(tuple(row[place] for place in places) for row in group.rows), group.title)
            for group in table.groups
        )
        columns = tuple(table.columns[place] for place in places)
        yield Table(table.code, table.title, columns, groups, table.about)


def _points(table: Table, size: float) -> tuple[list[float | None], bool]:
    """Return how wide columns of numbers are, and whether some have too little room for theirs.

    None for the others, which share the rest.
    """
    needed = [
        _needed(column, [row[place].text for row in table.rows], size) if column.is_number else None
        for place, column in enumerate(table.columns)
    ]
    taken = sum(points or 0 for points in needed)
    line = LINE if len(table.columns) <= UPRIGHT else LINE_ACROSS
    others = sum(points is None for points in needed)
    room = max(line - 70 * others, line / 2)
    scale = min(1.0, room / taken) if taken else 1.0
    return [points and points * scale for points in needed], scale < 1


def _needed(column: Column, texts: list[str], size: float) -> float:
    """Return the points that the longest number takes, and the longest word of its header."""
    # Digits that stand below each other are all as wide as the widest.
    longest = max((width_of(re.sub(r"\d", "0", text), 1.08 * size) for text in texts), default=0.0)
    title = max((width_of(word, 1.08 * size) for word in column.title.split()), default=0.0)
    return min(max(longest, title, 30.0) + 10, 120.0)
