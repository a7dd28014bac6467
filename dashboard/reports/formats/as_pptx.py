"""A report as a deck: a title, what matters most, a slide for each chart, tables but those of annexes.

Texts are laid out by estimate, with room to spare: what does not fit on a slide goes on to the next.
"""

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pptx
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Emu

from dashboard import images, sentences
from dashboard.figures import Figure
from dashboard.figures.figure import width_of
from dashboard.reports.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
    Document,
    Facts,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Part,
    Span,
    Style,
    Table,
    Text,
    led_by,
    plain,
)
from dashboard.reports.formats import blank_pptx, chart_xml, office
from dashboard.reports.formats.blank_pptx import ABOUT, FIGURE, INCH, KICKER, TITLE, WORDS, box
from dashboard.reports.formats.native import native
from schemas import words
from schemas.words import N_

WIDE = 12.13
"Inches between the margins."

TALL = 5.15
"Inches between the title of a slide and the line below it."

TOP, BOTTOM = 1.55, 6.92
"Inches from above at which tables begin, and at which what is said of them ends."

LINE = 1.22
"How high a line is, in sizes of its letters."

CARDS = 6
"Key figures on a slide, three beside each other."

MOST_LEAD = 0.9
"Inches of words that stand above a table, and not on a slide by themselves."

ANNEXES = N_("In the other formats of this report:")
"A deck is shown to people who sit together: what is looked up stands elsewhere."

LONGEST_NOTE = 300
"Letters of small print that has room below a table."

SIZES = (10.5, 9.5, 8.5, 7.5, 6.5)
"Of the letters of tables, in points: the first with which every row fits on a slide."


@dataclass(frozen=True)
class _Line:
    """A paragraph of a slide; `sign` is its bullet."""

    text: Text
    size: float = 15
    colour: str = "ink"
    sign: str = ""
    before: float = 7
    is_bold: bool = False
    is_end: bool = False
    "At the end of the line, as numbers are."
    marks: tuple[tuple[office.Sign, str], ...] = ()
    "Signs in their colours, a word after each; instead of a text."


@dataclass
class _Deck:
    """A deck while it is written."""

    file: Any
    document: Document

    @property
    def language(self) -> str:
        return self.document.language

    def text(self, msgid: str) -> str:
        return words.text(msgid, self.language)


def write(document: Document) -> bytes:
    """Return a report as a PowerPoint file."""
    deck = _Deck(pptx.Presentation(io.BytesIO(blank_pptx.blank(document.language))), document)
    _title_slide(deck)
    for part in document.parts:
        if not part.is_annex:
            _part(deck, part)
    told = [office.said(fact) for fact in (*document.notice, *document.facts)]
    if annexes := [part.title for part in document.parts if part.is_annex]:
        told.append(plain(f"{deck.text(ANNEXES)} {' · '.join(annexes)}"))
    if told:
        _words(deck, deck.text("Sources"), document.title, [_Line(text, 13) for text in told])
    office.tell(deck.file.core_properties, document)
    return office.saved(deck.file.save)


# --- Slides -----------------------------------------------------------------------------------------


def _title_slide(deck: _Deck) -> None:
    document = deck.document
    slide = _slide(deck, TITLE, document.title, document.kind_title, most=(36.0, 2.0))
    _fill(deck, slide, slide.placeholders[1], [_Line(plain(document.publisher), 18, "muted")])
    told = [_Line(office.said(fact), 13, before=4) for fact in document.facts]
    if document.is_invented:
        told += [
            _Line(office.said(fact), 13, "rust-deep", before=10, is_bold=True)
            for fact in document.notice[:1]
        ]
    _fill(deck, slide, slide.placeholders[ABOUT], told)


def _part(deck: _Deck, part: Part) -> None:
    """Write the slides of a part; words that follow each other share a slide where they fit."""
    title, told, heading = part.title, list[_Line](), ""

    def flush() -> None:
        _words(deck, title, part.title if title != part.title else deck.document.title, told)
        told.clear()

    for block in _with_notes(part.blocks):
        if isinstance(block, Heading) and block.level <= 2:
            flush()
            title = heading = block.text
        elif isinstance(block, Paragraph | Heading | Bullets | Facts):
            told += _lines(block)
        elif isinstance(block, Table) and _tall(told) <= MOST_LEAD * 72:
            _table(deck, part, heading, block, told)
            told.clear()
        else:
            flush()
            _numbers(deck, part, heading, block)
    flush()


def _with_notes(blocks: Sequence[Block]) -> Iterable[Block]:
    """Return blocks in which the small print beside a table stands below it, and not on a slide by itself."""
    told: list[Block] = []
    before: list[str] = []
    for block in blocks:
        last = told[-1] if told else None
        if isinstance(block, Paragraph) and _is_small_print(block):
            if isinstance(last, Table) and not before:
                told[-1] = _noted(last, [_bare(block.text)])
                continue
            before.append(_bare(block.text))
        elif isinstance(block, Table) and before:
            del told[-len(before) :]
            told.append(_noted(block, before))
            before = []
            continue
        else:
            before = []
        told.append(block)
    return told


def _is_small_print(block: Paragraph) -> bool:
    """Return whether a paragraph has room below a table, and nothing that would be lost there."""
    is_bare = not any(span.url for span in block.text)
    return block.style is Style.NOTE and is_bare and len(_bare(block.text)) <= LONGEST_NOTE


def _noted(table: Table, notes: Sequence[str]) -> Table:
    return replace(table, about="\n".join(filter(None, [table.about, *notes])))


def _numbers(deck: _Deck, part: Part, heading: str, block: KeyFigures | Chart | Table) -> None:
    match block:
        case KeyFigures(items):
            for start in range(0, len(items), CARDS):
                _cards(deck, part, items[start : start + CARDS])
        case Chart():
            _chart(deck, part, heading, block)
        case Table():
            _table(deck, part, heading, block)


def _slide(
    deck: _Deck, layout: int, title: str, kicker: str, *, most: tuple[float, float] = (22.0, 2.0)
) -> Any:
    """Return a new slide with its title, as large as it may be, and what stands above it."""
    slide = deck.file.slides.add_slide(deck.file.slide_layouts[layout])
    size, shown = _fitting(title, *most)
    _fill(deck, slide, slide.shapes.title, [_Line(plain(shown), size, before=0, is_bold=True)])
    small = 14 if layout == TITLE else 11
    text = plain(_shortened(kicker, small, WIDE))
    line = _Line(text, small, "accent", before=0, is_bold=True)
    _fill(deck, slide, slide.placeholders[KICKER], [line])
    if layout != TITLE:
        _foot(deck, slide)
    return slide


def _fitting(title: str, size: float, lines: float) -> tuple[float, str]:
    """Return the largest size in which a title fits, and the title, cut where none does."""
    room = size * lines
    while size > 10 and _lines_of(title, size, WIDE) * size > room:
        size -= 1
    most = max(int(room / size), 1)
    return size, _shortened(title, size, WIDE * most * 0.93)


def _shortened(text: str, size: float, inches: float) -> str:
    """Return a text that takes no more than so many inches on one line."""
    if _inches(text, size) <= inches:
        return text
    while _inches(text + "…", size) > inches and text:
        text = text[: -max(len(text) // 50, 1)]
    return text.rstrip() + "…"


def _foot(deck: _Deck, slide: Any) -> None:
    """Write the publisher and the number below a slide, where the layout has them."""
    document = deck.document
    for place in slide.slide_layout.placeholders:
        kind = place.element.xpath("p:nvSpPr/p:nvPr/p:ph/@type")[0]
        if kind not in ("ftr", "sldNum"):
            continue
        own = office.quoted(place.name)
        index = place.placeholder_format.idx
        said = _shortened(f"{document.publisher} · {document.title}", 9, 10)
        inner = _paragraph(deck, slide, _Line(plain(said), 9, "muted", before=0))
        if kind == "sldNum":
            number = len(deck.file.slides)
            inner = (
                '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
                f'<a:rPr lang="{office.spelling(deck.language)}"/><a:t>{number}</a:t></a:fld></a:p>'
            )
        slide.shapes._spTree.append(
            parse_xml(
                f'<p:sp {nsdecls("p", "a", "r")}><p:nvSpPr><p:cNvPr id="{900 + index}" name={own}/>'
                '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
                f'<p:ph type="{kind}" idx="{index}"/></p:nvPr></p:nvSpPr><p:spPr/>'
                f"<p:txBody><a:bodyPr/><a:lstStyle/>{inner}</p:txBody></p:sp>"
            )
        )


def _room(foot: Sequence[_Line]) -> float:
    """Return how high a chart or a table may be above what is said of it, in points."""
    return max((BOTTOM - TOP) * 72 - _tall(foot) - 16, 144)


def _about(deck: _Deck, slide: Any, foot: Sequence[_Line]) -> None:
    """Write what is said of a chart or a table below it; it is read after it."""
    shape = slide.placeholders[ABOUT]
    _fill(deck, slide, shape, foot)
    if foot:
        slide.shapes._spTree.append(shape._element)


# --- Words ------------------------------------------------------------------------------------------

LOOKS = {
    Style.BODY: _Line((), 15),
    Style.LEAD: _Line((), 18),
    Style.NOTE: _Line((), 11, "muted"),
    Style.QUOTE: _Line((), 15, "muted"),
    Style.NOTICE: _Line((), 13, "rust-deep"),
}


def _lines(block: Block) -> list[_Line]:
    """Return a block of words as paragraphs of a slide."""
    match block:
        case Paragraph(text, style):
            look = LOOKS[style]
            is_quote = style is Style.QUOTE
            told = tuple(replace(one, is_emphasis=is_quote or one.is_emphasis) for one in text)
            return [replace(look, text=told)]
        case Heading(text):
            return [_Line(plain(text), 15, "accent", before=12, is_bold=True)]
        case Bullets(items, is_numbered):
            return [
                _Line(item, 15, sign=f"{number}." if is_numbered else "•")
                for number, item in enumerate(items, 1)
            ]
        case Facts(items):
            return [_Line(office.said(fact), 14, before=4) for fact in items]
    return []


def _words(deck: _Deck, title: str, kicker: str, told: Sequence[_Line]) -> None:
    """Write paragraphs on as many slides as they take."""
    pages: list[list[_Line]] = []
    room = 0.0
    for line in (piece for whole in told for piece in _pieces(whole)):
        height = _tall([line])
        if not pages or height > room:
            pages.append([])
            room = TALL * 72
        pages[-1].append(line)
        room -= height
    for number, page in enumerate(pages, 1):
        slide = _slide(deck, WORDS, _numbered(title, number, len(pages)), kicker)
        _fill(deck, slide, slide.placeholders[1], page)


def _tall(told: Iterable[_Line]) -> float:
    """Return how high paragraphs are at most, in points."""
    return sum(
        line.before + _lines_of(_bare(line.text), line.size, WIDE - 0.4) * line.size * LINE
        for line in told
    )


def _numbered(title: str, number: int, count: int) -> str:
    return title if count == 1 else f"{title} ({number}/{count})"


def _bare(text: Text) -> str:
    return "".join(span.text for span in text)


def _pieces(line: _Line) -> Iterable[_Line]:
    """Return a paragraph in pieces that each fit on a slide."""
    most = int(TALL * 72 / (line.size * LINE)) - 2
    letters = most * int((WIDE - 0.4) * 72 / line.size * 1.4)
    if _lines_of(_bare(line.text), line.size, WIDE - 0.4) <= most:
        return [line]
    pieces: list[_Line] = []
    for span in line.text:
        for part in _parts(span.text, letters):
            own = replace(span, text=part)
            pieces.append(replace(line, text=(own,), sign="" if pieces else line.sign))
    return pieces


def _parts(text: str, letters: int) -> Iterable[str]:
    """Yield a text in parts of so many letters at most, between words where there are any."""
    while len(text) > letters:
        end = text.rfind(" ", 0, letters) + 1 or letters
        yield text[:end]
        text = text[end:]
    yield text


def _inches(text: str, size: float) -> float:
    """Return about how long a text is on one line."""
    return width_of(text, size) / 72


def _lines_of(text: str, size: float, wide: float) -> int:
    """Return on how many lines a text stands, at most."""
    # The end of a line stays empty where the next word does not fit.
    spare = min(wide * 0.12, 0.9)
    return sum(
        max(
            math.ceil(
                _inches(part, size) / (wide if _inches(part, size) <= wide else wide - spare)
            ),
            1,
        )
        for part in text.split("\n")
    )


def _fill(deck: _Deck, slide: Any, shape: Any, told: Sequence[_Line]) -> None:
    """Write paragraphs into a shape; one without any goes."""
    if not any(_bare(line.text) or line.marks for line in told):
        shape._element.getparent().remove(shape._element)
        return
    body = shape.text_frame._txBody
    for old in body.xpath("a:p"):
        body.remove(old)
    for line in told:
        body.append(parse_xml(_paragraph(deck, slide, line, names=nsdecls("a", "r"))))


def _paragraph(deck: _Deck, slide: Any, line: _Line, *, names: str = "") -> str:
    is_rtl = words.is_rtl(led_by(line.text) or deck.language)
    side = "r" if is_rtl != line.is_end else "l"
    indent = 'marL="228600" indent="-228600"' if line.sign else 'marL="0" indent="0"'
    sign = "<a:buNone/>"
    if line.sign:
        paint = f'<a:buClr><a:srgbClr val="{office.colour("accent")}"/></a:buClr>'
        number = line.sign.rstrip(".")
        sign = paint + (
            f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod" startAt="{number}"/>'
            if number.isdigit()
            else f'<a:buChar char="{line.sign}"/>'
        )
    space = f'<a:spcBef><a:spcPts val="{round(line.before * 100)}"/></a:spcBef>'
    runs = "".join(_run(deck, slide, span, line) for span in line.text if span.text)
    runs += _marks(deck, slide, line)
    return (
        f'<a:p {names}><a:pPr {indent} algn="{side}" rtl="{int(is_rtl)}">{space}{sign}</a:pPr>'
        f"{runs}</a:p>"
    )


def _run(deck: _Deck, slide: Any, span: Span, line: _Line) -> str:
    link = ""
    name = line.colour
    if address := office.link_of(span.url):
        relation = slide.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = f'<a:hlinkClick r:id="{relation}"/>'
    text = span.text
    if span.is_verbatim:
        text = office.in_its_direction(text, deck.language)
    is_bold = line.is_bold or span.is_strong
    told = (
        f'<a:rPr lang="{office.spelling(span.language or deck.language)}" sz="{round(line.size * 100)}"'
        f' b="{int(is_bold)}" i="{int(span.is_emphasis)}"{NO_PROOF * (span.is_verbatim and not span.language)}><a:solidFill>'
        f'<a:srgbClr val="{office.colour(name)}"/></a:solidFill>{blank_pptx.FONT}{link}</a:rPr>'
    )
    lines = office.inner(text).replace("\t", " ").splitlines()
    return "<a:br/>".join(f"<a:r>{told}<a:t>{one}</a:t></a:r>" for one in lines)


NO_PROOF = ' noProof="1"'


def _signed(
    status: str, word: str, size: float, before: float = 0, *, is_end: bool = False
) -> _Line:
    """Return the word of a status with its sign before it."""
    marks = ((office.status_sign(status), word),)
    return _Line((), size, before=before, is_end=is_end, marks=marks)


def _marks(deck: _Deck, slide: Any, line: _Line) -> str:
    pieces = []
    for number, (sign, word) in enumerate(line.marks):
        space = "\u2003" if number else ""
        letter = replace(line, colour=sign.colour, is_bold=True)
        pieces.append(_run(deck, slide, Span(space + sign.letter), letter))
        pieces.append(_run(deck, slide, Span("\u00a0" + word.replace(" ", "\u00a0")), line))
    return "".join(pieces)


def _box(
    deck: _Deck, slide: Any, place: tuple[float, float, float, float], told: Sequence[_Line]
) -> None:
    """Write paragraphs into a box of their own, placed in inches."""
    shape = slide.shapes.add_textbox(*map(Emu, box(*place, deck.language)))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    _fill(deck, slide, shape, told)


# --- Key figures ------------------------------------------------------------------------------------


def _cards(deck: _Deck, part: Part, items: Sequence[KeyFigure]) -> None:
    title = deck.text("Key figures")
    slide = _slide(deck, FIGURE, title, part.title)
    _fill(deck, slide, slide.placeholders[ABOUT], ())
    for number, item in enumerate(items):
        x, y = 0.6 + 4.13 * (number % 3), 1.65 + 2.6 * (number // 3)
        size, name = _fitting_in(item.name, 13, 3.8, 2)
        value = (Span(item.value.text, is_strong=True),)
        large = min(30.0, 30 * 3.7 / max(_inches(item.value.text, 30), 0.1))
        head = [
            _Line(plain(name), size, "muted", before=0),
            _Line(value, large, "accent", before=2),
        ]
        _box(deck, slide, (x, y, 3.8, 1.1), head)
        if not math.isnan(item.share):
            share = words.percent(item.share, deck.language)
            alt = words.text("{share} of the way", deck.language, share=share)
            picture = office.bar(item.share, item.expected, item.status, deck.language)
            _picture(deck, slide, picture, (x, y + 1.14, 3.8, 0.19), alt)
        under = [_Line(plain(item.unit), 12, "muted", before=0)] if item.unit else []
        under += [_Line(plain(line), 11, "muted", before=1) for line in item.lines]
        under.append(_signed(item.status, item.status_word, 12, 2))
        _box(deck, slide, (x, y + 1.4, 3.8, 1.1), under)


def _fitting_in(text: str, size: float, wide: float, lines: int) -> tuple[float, str]:
    while size > 9 and _lines_of(text, size, wide) > lines:
        size -= 1
    return size, _shortened(text, size, wide * lines * 0.9)


# --- Charts -----------------------------------------------------------------------------------------


def _chart(deck: _Deck, part: Part, heading: str, chart: Chart) -> None:
    """Write a chart that PowerPoint draws where it can say the same, else its picture."""
    figure = chart.figure
    kicker = " · ".join(filter(None, [part.title, heading, chart.title]))
    slide = _slide(deck, FIGURE, figure.title, kicker)
    about = [chart.about]
    if chart.is_map:
        about.append(deck.text(sentences.DISCLAIMER))
    foot = [_Line(plain(line), 10, "muted", before=0) for line in about if line]
    place = (0.6, TOP, WIDE, _room(foot) / 72)
    drawn = native(figure, deck.language)
    if figure.keys and not (drawn and chart_xml.has_legend(drawn)):
        _box(deck, slide, (0.6, 1.5, WIDE, 0.3), [_legend(figure)])
        place = (0.6, TOP + 0.35, WIDE, _room(foot) / 72 - 0.35)
    if drawn:
        source = chart_xml.Source(drawn, deck.document.stamp)
        frame = slide.shapes.add_chart(
            XL_CHART_TYPE.BAR_STACKED, *map(Emu, box(*place, deck.language)), source
        )
        _tell(frame, chart.title, figure.alt)
    else:
        wide = _drawn_wide(figure)
        _picture(deck, slide, office.picture(figure, deck.language, wide), place, figure.alt)
    _about(deck, slide, foot)
    _note(deck, slide, chart)


def _drawn_wide(figure: Figure) -> int:
    """Return for how many pixels a figure is drawn: as wide as a slide is to its height."""
    height = figure.dict["layout"].get("height")
    return 800 if height is None else min(max(round(height * 2.6), 640), 900)


def _legend(figure: Figure) -> _Line:
    return _Line(
        (), 11, before=0, marks=tuple((office.key_sign(k), word) for k, word in figure.keys)
    )


def _picture(
    deck: _Deck, slide: Any, picture: bytes, place: tuple[float, float, float, float], alt: str
) -> None:
    """Put a picture in the middle of a place, as large as it fits."""
    x, y, cx, cy = place
    wide, tall = images.size_of(picture)
    scale = min(cx / wide, cy / tall)
    own = (x + (cx - wide * scale) / 2, y, wide * scale, tall * scale)
    shape = slide.shapes.add_picture(io.BytesIO(picture), *map(Emu, box(*own, deck.language)))
    _tell(shape, "", alt)


def _tell(shape: Any, name: str, alt: str) -> None:
    """Write what is heard instead of a shape."""
    told = shape._element.xpath(".//p:cNvPr")[0]
    told.set("descr", office.clean(alt))
    if name:
        told.set("title", office.clean(name))


def _note(deck: _Deck, slide: Any, chart: Chart) -> None:
    """Write into the speaker's notes what the chart says in words, its table, and what it rests on."""
    table = chart.figure.table
    heads = [str(column) for column in table.columns]
    rows = [
        ": ".join(filter(None, (str(row[0]), "; ".join(_cells(heads[1:], row[1:])))))
        for row in table.itertuples(index=False, name=None)
    ]
    facts = [_bare(office.said(fact)) for fact in deck.document.facts]
    told = [chart.title, chart.figure.title, chart.figure.alt, chart.about, *rows, *facts]
    body = slide.notes_slide.notes_text_frame._txBody
    for old in body.xpath("a:p"):
        body.remove(old)
    for line in dict.fromkeys(told):
        if line:
            own = _Line(plain(line), 12, before=2)
            body.append(
                parse_xml(_paragraph(deck, slide.notes_slide, own, names=nsdecls("a", "r")))
            )


def _cells(heads: Sequence[str], row: Sequence[Any]) -> list[str]:
    return [f"{head} {cell}" if head else str(cell) for head, cell in zip(heads, row, strict=True)]


# --- Tables -----------------------------------------------------------------------------------------


def _table(deck: _Deck, part: Part, heading: str, table: Table, lead: Sequence[_Line] = ()) -> None:
    """Write a table on as many slides as it takes, its header and the title of its group on each.

    A few words stand above it on the first.
    """
    lead_tall = _tall(lead) + 8 if lead else 0.0
    whole = sum(column.width for column in table.columns)
    widths = [WIDE * column.width / whole for column in table.columns]
    foot = [_Line(plain(table.about), 10, "muted", before=0)] if table.about else []
    room = _room(foot)
    size = next((size for size in SIZES if _tallest(table, widths, size) < room * 0.8), SIZES[-1])
    pages: list[list[tuple[str, tuple[Cell, ...] | None]]] = []
    left = 0.0
    head = _height([Cell(column.title) for column in table.columns], widths, size)
    for group in table.groups:
        title = [(group.title, None)] if group.title else []
        tall = _lines_of(group.title, size, WIDE) * size * LINE + 6 if group.title else 0.0
        is_begun = False
        for row in group.rows:
            height = _height(row, widths, size)
            if not pages or height + (0 if is_begun else tall) > left:
                left, is_begun = room - head - (0 if pages else lead_tall), False
                pages.append([])
            if not is_begun:
                pages[-1] += title
                left, is_begun = left - tall, True
            pages[-1].append(("", row))
            left -= height
    kicker = " · ".join(dict.fromkeys(one for one in (part.title, heading) if one))
    for number, page in enumerate(pages or [[]], 1):
        title_ = _numbered(table.title, number, max(len(pages), 1))
        slide = _slide(deck, FIGURE, title_, kicker)
        top = TOP
        if lead and number == 1:
            _box(deck, slide, (0.6, 1.45, WIDE, lead_tall / 72), lead)
            top = 1.45 + lead_tall / 72
        place = map(Emu, box(0.6, top, WIDE, 0.5, deck.language))
        frame = slide.shapes.add_table(1, 1, *place)
        _tell(frame, table.title, title_)
        old = frame._element.xpath(".//a:tbl")[0]
        new = parse_xml(_grid(deck, slide, table.columns, widths, page, size))
        old.getparent().replace(old, new)
        _about(deck, slide, foot)


def _tallest(table: Table, widths: Sequence[float], size: float) -> float:
    return max((_height(row, widths, size) for row in table.rows), default=0.0)


def _height(row: Sequence[Cell], widths: Sequence[float], size: float) -> float:
    """Return how high a row is at most, in points."""
    return 6 + max(
        _lines_of(cell.text, size, wide - 0.16) * size * LINE
        + sum(_lines_of(line, size - 1.5, wide - 0.16) * (size - 1.5) * LINE for line in cell.under)
        for cell, wide in zip(row, widths, strict=True)
    )


def _grid(
    deck: _Deck,
    slide: Any,
    columns: Sequence[Column],
    widths: Sequence[float],
    page: Sequence[tuple[str, tuple[Cell, ...] | None]],
    size: float,
) -> str:
    grid = "".join(f'<a:gridCol w="{round(wide * INCH)}"/>' for wide in widths)
    titles = [
        _Line(plain(c.title), size, "muted", before=0, is_bold=True, is_end=c.is_number)
        for c in columns
    ]
    heads = "".join(_tc(_paragraph(deck, slide, title), "ink", 1.25) for title in titles)
    rows = [_tr(heads)]
    for title, row in page:
        if row is None:
            line = _Line(plain(title), size, "accent", before=2, is_bold=True)
            span = f' gridSpan="{len(columns)}"' if len(columns) > 1 else ""
            cell = _tc(_paragraph(deck, slide, line), "line", 0.5, span)
            rows.append(_tr(cell + MERGED * (len(columns) - 1)))
        else:
            rows.append(
                _tr(
                    "".join(
                        _tc(_cell(deck, slide, cell, column, size), "line", 0.5)
                        for cell, column in zip(row, columns, strict=True)
                    )
                )
            )
    rtl = ' rtl="1"' if words.is_rtl(deck.language) else ""
    return (
        f'<a:tbl {nsdecls("a", "r")}><a:tblPr{rtl} firstRow="1"/><a:tblGrid>{grid}</a:tblGrid>'
        f"{''.join(rows)}</a:tbl>"
    )


MERGED = '<a:tc hMerge="1"><a:txBody><a:bodyPr/><a:lstStyle/><a:p/></a:txBody><a:tcPr/></a:tc>'


def _tr(cells: str) -> str:
    return f'<a:tr h="230000">{cells}</a:tr>'


def _tc(inner: str, rule: str, width: float, span: str = "") -> str:
    none = "".join(f'<a:ln{side} w="0"><a:noFill/></a:ln{side}>' for side in "LRT")
    return (
        f"<a:tc{span}><a:txBody><a:bodyPr/><a:lstStyle/>{inner}</a:txBody>"
        '<a:tcPr marL="73152" marR="73152" marT="27432" marB="27432" anchor="t">'
        f'{none}<a:lnB w="{round(width * 12700)}"><a:solidFill>'
        f'<a:srgbClr val="{office.colour(rule)}"/></a:solidFill></a:lnB><a:noFill/></a:tcPr></a:tc>'
    )


def _cell(deck: _Deck, slide: Any, cell: Cell, column: Column, size: float) -> str:
    text: Text = (
        Span(cell.text, is_verbatim=cell.is_verbatim, url=cell.url, language=cell.language),
    )
    line = _Line(text, size, before=0, is_end=column.is_number)
    if cell.status is not None:
        line = _signed(cell.status, cell.text, size, is_end=column.is_number)
    under = [
        _Line(plain(part), size - 1.5, "muted", before=0, is_end=column.is_number)
        for part in cell.under
    ]
    return "".join(_paragraph(deck, slide, one) for one in (line, *under))
