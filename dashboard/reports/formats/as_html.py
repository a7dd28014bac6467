"""A report as one HTML file that needs nothing else: no script, no request, no font of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from dashboard import sentences, svg, theme
from dashboard.reports.document import Block, Chart, Document, Heading, Part, is_link, led_by
from schemas import words

FOLDER = Path(__file__).parent

WIDTH = 440
"Pixels that charts are drawn for; on paper two of them stand side by side."


@dataclass
class Panel:
    """Charts that belong together under one heading, which may be none."""

    title: str
    charts: list[Chart] = field(default_factory=list)


@dataclass(frozen=True)
class _Speech:
    """What the template says of itself, in the language of the document."""

    language: str

    def text(self, sentence: str) -> str:
        """Return a sentence in that language."""
        return words.text(sentence, self.language)


Piece = Block | list[Panel]
"A block, or charts that stand side by side."


def write(document: Document) -> bytes:
    """Return a report as HTML; every text of it is escaped by the template."""
    page = _template().render(
        document=document,
        direction=theme.direction(document.language),
        css=Markup(_style()),  # noqa: S704 (ours, from files)
        parts=[(part, list(pieces(part)), _has_map(part)) for part in document.parts],
        speech=_Speech(document.language),
    )
    return page.encode("utf-8")


def pieces(part: Part) -> Iterator[Piece]:
    """Yield the blocks of a part, charts that follow each other, with their headings, as one piece."""
    panels: list[Panel] = []
    waiting: Heading | None = None
    for block in part.blocks:
        if isinstance(block, Chart):
            if waiting or not panels:
                panels.append(Panel(waiting.text if waiting else ""))
                waiting = None
            panels[-1].charts.append(block)
            continue
        if waiting:
            if panels:
                yield panels
                panels = []
            yield waiting
            waiting = None
        if isinstance(block, Heading):
            waiting = block
            continue
        if panels:
            yield panels
            panels = []
        yield block
    if panels:
        yield panels
    if waiting:
        yield waiting


def _has_map(part: Part) -> bool:
    charts = (block for block in part.blocks if isinstance(block, Chart))
    return any(chart.is_map for chart in charts)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"mark": _mark, "draw": _draw, "is_link": is_link, "exactly": _exactly}
    environment.globals["colour"] = lambda status: theme.light(theme.look(status).colour)
    environment.globals |= {"own": _own, "led_by": led_by}
    environment.globals["disclaimer"] = sentences.DISCLAIMER
    environment.globals["kind"] = lambda piece: type(piece).__name__
    return environment.get_template("report.html")


@cache
def _style() -> str:
    """Return the style sheet: the light colours, and what a printed page needs."""
    tokens = "".join(f"--{name}:{pair[0]};" for name, pair in theme.COLOURS.items())
    return f":root{{{tokens}}}\n{(FOLDER / 'report.css').read_text('utf-8')}"


def _mark(status: str) -> Markup:
    """Return the shape of a status; drawn, because printers leave out backgrounds."""
    look = theme.look(status)
    colour = theme.light(look.colour)
    paint = f'fill="{colour}"'
    if look.symbol.endswith("-open"):
        paint = f'fill="none" stroke="{colour}" stroke-width="2.4"'
    path = theme.outline(look.symbol, 7.0 * look.scale)
    shape = f'<path d="{path}" {paint}/>' if path else f'<circle r="7" {paint}/>'
    return Markup(  # noqa: S704 (of our own numbers and colours)
        f'<svg class="mark" viewBox="-10 -10 20 20" aria-hidden="true">{shape}</svg>'
    )


def _own(language: str) -> Markup:
    """Return the language and the direction of what somebody wrote; nothing where it is not known."""
    if not language:
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(language, theme.direction(language))


def _draw(chart: Chart, language: str) -> Markup:
    return Markup(svg.draw(chart.figure.dict, WIDTH, language=language))  # noqa: S704 (escapes)


def _exactly(value: float | date | None) -> str:
    """Return a number or a day for programs, every digit of it; empty for none."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if float(value).is_integer() else repr(float(value))
