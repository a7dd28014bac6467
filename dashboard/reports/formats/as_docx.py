"""A report as a Word file: real styles, headings, captions and tables that can be edited.

Elements stand in the order that the schema of WordprocessingML prescribes: Word takes a file in which
they do not for a broken one. Left and right are those of a line's beginning and end, so they change
sides by themselves where a paragraph runs from right to left.
"""

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from dashboard import images, sentences
from dashboard.reports.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
    Document,
    Fact,
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
from dashboard.reports.formats import blank_docx, office, pages
from dashboard.reports.formats.blank_docx import LANDSCAPE_TEXT, MARGINS, TALL, TEXT, WIDE
from schemas import words
from schemas.words import N_

STYLES = {
    Style.BODY: "BodyText",
    Style.LEAD: "Lead",
    Style.NOTE: "Note",
    Style.QUOTE: "Quote",
    Style.NOTICE: "Notice",
}

FIGURE, TABLE = N_("Figure"), N_("Table")

WIDE_TABLE = 6
"A table with more columns lies on a landscape page."

ABREAST = 3
"So many key figures stand side by side."

EMU = 635
"Units of drawings in a twentieth of a point."


@dataclass
class _Paper:
    """A Word file while it is written: what has to be numbered through."""

    file: Any
    language: str
    is_short: bool = False
    "Whether it is of a single page."
    marks: int = 0
    "Bookmarks."
    drawings: int = 0
    captions: dict[str, int] = field(default_factory=dict)
    contents: list[tuple[int, str, str]] = field(default_factory=list)
    "Level, bookmark and text of each heading."

    @property
    def is_rtl(self) -> bool:
        return words.is_rtl(self.language)

    def text(self, msgid: str) -> str:
        return words.text(msgid, self.language)


def write(document: Document) -> bytes:
    """Return a report as a Word file."""
    file = docx.Document(io.BytesIO(blank_docx.blank(document.language)))
    is_short = document.kind in pages.WITHOUT_COVER
    paper = _Paper(file, document.language, is_short)
    items: list[Item] = []
    for part in document.parts:
        follows = bool(items and not items[-1][0] and pages.is_short(part))
        items += _items(paper, part, before=CLOSE if is_short else APART if follows else "")
    front = [_cover(paper, document, is_short=is_short)]
    if document.parts and not is_short:
        front.append(_contents(paper))
    sheets = [(is_wide, "".join(xml for _, xml in some)) for is_wide, some in _sheets(items)]
    # What stands before the first part is upright.
    whole = [(False, "".join(front))]
    for is_wide, xml in sheets:
        if whole[-1][0] == is_wide:
            whole[-1] = (is_wide, whole[-1][1] + xml)
        else:
            whole.append((is_wide, xml))
    _put(paper, document, whole)
    office.tell(file.core_properties, document)
    return office.saved(file.save)


APART = '<w:spacing w:before="480" w:after="200"/>'
CLOSE = '<w:spacing w:before="140" w:after="40"/>'
"The space around the title of a part that goes on below another, in a report and in one of a single page."

Item = tuple[bool, str]
"Whether something lies on a landscape page, and its XML."


def _items(paper: _Paper, part: Part, *, before: str) -> list[Item]:
    """Return the blocks of a part, with the space before it where it begins no page.

    What leads to a block lies as that does.
    """
    blocks: list[Block] = [Heading(part.title, 1), *part.blocks]
    following = [*blocks[1:], None]
    leads = [pages.is_lead(*pair) for pair in zip(blocks, following, strict=True)]
    lies = [isinstance(block, Table) and len(block.columns) > WIDE_TABLE for block in blocks]
    for number in reversed(range(len(blocks) - 1)):
        lies[number] |= leads[number] and lies[number + 1]
    written = [_heading(paper, part.title, 1, before=before)]
    for is_wide, is_lead, block in zip(lies[1:], leads[1:], blocks[1:], strict=True):
        xml = _block(paper, block, LANDSCAPE_TEXT if is_wide else TEXT, is_lead=is_lead)
        written.append(xml)
    if isinstance(blocks[-1], Table) and written[-1].endswith(AFTER):
        # Below a table that fills its page there would else be an empty one.
        written[-1] = f"{written[-1].removesuffix(AFTER)}<w:p><w:pPr>{SMALL}</w:pPr></w:p>"
    return list(zip(lies, written, strict=True))


def _sheets(items: Sequence[Item]) -> Iterable[tuple[bool, Iterable[Item]]]:
    return groupby(items, key=lambda item: item[0])


def _put(paper: _Paper, document: Document, sheets: Sequence[tuple[bool, str]]) -> None:
    """Put what was written into the file, in sections that are upright or lie."""
    body = paper.file.element.body
    furniture = {
        is_wide: _furniture(paper, document, is_wide)
        for is_wide in dict.fromkeys(is_wide for is_wide, _ in sheets)
    }
    written = []
    for number, (is_wide, xml) in enumerate(sheets):
        own = _section(paper, is_wide, furniture[is_wide], is_first=number == 0)
        is_last = number == len(sheets) - 1
        written.append(xml + (own if is_last else f"<w:p><w:pPr>{SMALL}{own}</w:pPr></w:p>"))
    names = nsdecls("w", "r", "wp", "a", "pic")
    told = parse_xml(f"<w:body {names}>{''.join(written)}</w:body>")
    # At once: moved one by one, the rows of long tables take minutes.
    body.getparent().replace(body, told)


SMALL = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'


def _section(paper: _Paper, is_wide: bool, furniture: str, *, is_first: bool) -> str:
    size = (
        f'<w:pgSz w:w="{TALL}" w:h="{WIDE}" w:orient="landscape"/>'
        if is_wide
        else f'<w:pgSz w:w="{WIDE}" w:h="{TALL}"/>'
    )
    margins = re.sub(r'(top|bottom)="\d+"', r'\1="1000"', MARGINS) if paper.is_short else MARGINS
    return (
        f'<w:sectPr>{furniture}<w:type w:val="nextPage"/>{size}{margins}'
        # The cover has no line above and below.
        f"{'<w:titlePg/>' * is_first}{'<w:bidi/>' * paper.is_rtl}</w:sectPr>"
    )


def _furniture(paper: _Paper, document: Document, is_wide: bool) -> str:
    """Write the line above and below pages, which is as wide as they are; return what points to it."""
    part = paper.file.part
    head = f"{_runs(paper, plain(document.title))}{TAB}{_runs(paper, plain(document.kind_title))}"
    page = f"{TAB}{_field('PAGE', '1')}{_plain_run(' / ')}{_field('NUMPAGES', '1')}"
    foot = f"{_runs(paper, plain(document.publisher))}{page}"
    wider = (
        f'<w:tabs><w:tab w:val="clear" w:pos="{TEXT}"/>'
        f'<w:tab w:val="right" w:pos="{LANDSCAPE_TEXT}"/></w:tabs>'
    )
    references = []
    for name, (own, relation), xml in (
        ("header", part.add_header_part(), head),
        ("footer", part.add_footer_part(), foot),
    ):
        style = _style(paper, name.title(), wider * is_wide)
        told = parse_xml(f"<w:p {nsdecls('w')}>{style}{xml}</w:p>")
        (old,) = own.element.xpath("w:p")
        own.element.replace(old, told)
        references.append(f'<w:{name}Reference w:type="default" r:id="{relation}"/>')
    return "".join(references)


# --- The front --------------------------------------------------------------------------------------


def _cover(paper: _Paper, document: Document, *, is_short: bool) -> str:
    """Return what stands before the parts: a page of its own, or the head of the first."""
    style = "Warning" if document.is_invented else "Notice"
    close = '<w:spacing w:before="0" w:after="100"/>' * is_short
    return "".join(
        (
            _p(paper, "Kind", plain(document.kind_title), align=close),
            _p(paper, "Title", plain(document.title), align=close),
            _p(paper, "Subtitle", plain(document.publisher), align=close),
            _facts(paper, document.facts),
            AFTER if is_short else _p(paper, "BodyText", ()),
            *(_p(paper, style, office.said(fact)) for fact in document.notice),
        )
    )


def _facts(paper: _Paper, facts: Sequence[Fact]) -> str:
    """Return terms with what goes for them beside them, or below where a term is too long for that."""
    told = []
    for fact in facts:
        text = (Span(fact.text, url=fact.url),)
        gap = TAB if len(fact.term) <= LONGEST_TERM else BREAK
        term = f"{_runs(paper, (Span(fact.term, is_strong=True),))}{gap}"
        own = f"<w:p>{_style(paper, 'Fact')}{term}{_runs(paper, text)}</w:p>"
        told.append(own if fact.term else _p(paper, "BodyText", text))
    return "".join(told)


def _contents(paper: _Paper) -> str:
    """Return the table of contents, filled in.

    It has links and no page numbers until somebody has Word renew it (F9): only Word knows its pages.
    """
    entries = [(level, mark, text) for level, mark, text in paper.contents if level < 3]
    begin = f'{FIELD_BEGIN}{_instruction(chr(32).join(CONTENTS))}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    lines = [
        f"<w:p>{_style(paper, f'TOC{level}')}{begin if number == 0 else ''}"
        f'<w:hyperlink w:anchor="{mark}" w:history="1">{_runs(paper, plain(text))}</w:hyperlink>'
        f"{end if number == len(entries) - 1 else ''}</w:p>"
        for number, (level, mark, text) in enumerate(entries)
    ]
    return _p(paper, "TOCHeading", plain(paper.text("Contents"))) + "".join(lines)


LONGEST_TERM = 26
"Letters that fit beside what goes for a term."

CONTENTS = ("TOC", '\\o "1-2"', "\\h", "\\z", "\\u")

# --- Blocks -----------------------------------------------------------------------------------------


def _block(paper: _Paper, block: Block, width: int, *, is_lead: bool) -> str:
    """Return a block in a width; what leads to the next stays on its page."""
    match block:
        case Paragraph(text, style):
            return _p(paper, STYLES[style], text, more="<w:keepNext/>" * is_lead)
        case Heading(text, level):
            return _heading(paper, text, level)
        case Bullets(items, is_numbered):
            return _bullets(paper, items, is_numbered)
        case Facts(items):
            return _facts(paper, items)
        case KeyFigures(items):
            return _key_figures(paper, items, width)
        case Chart():
            return _chart(paper, block, width)
        case Table():
            return _table(paper, block, width)


def _heading(paper: _Paper, text: str, level: int, *, before: str = "") -> str:
    """Return a heading; the title of a part begins a page unless there is a space before it."""
    no_break = '<w:pageBreakBefore w:val="0"/>' * bool(before)
    size = '<w:sz w:val="28"/><w:szCs w:val="29"/>' * (before == CLOSE)
    paper.marks += 1
    mark = f"_Toc{paper.marks:08}"
    paper.contents.append((level, mark, text))
    return (
        f"<w:p>{_style(paper, f'Heading{min(level, 3)}', no_break, align=before)}"
        f'<w:bookmarkStart w:id="{paper.marks}" w:name="{mark}"/>{_run(paper, Span(text), size)}'
        f'<w:bookmarkEnd w:id="{paper.marks}"/></w:p>'
    )


def _bullets(paper: _Paper, items: Sequence[Text], is_numbered: bool) -> str:
    if not is_numbered:
        return "".join(_p(paper, "ListBullet", item) for item in items)
    # Each list counts from one, for which it needs a number of its own.
    numbering = paper.file.part.numbering_part.element
    own = max(int(one) for one in numbering.xpath("w:num/@w:numId")) + 1
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{own}"><w:abstractNumId w:val="1"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )
    count = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{own}"/></w:numPr>'
    return "".join(
        f"<w:p>{_style(paper, 'ListNumber', count)}{_runs(paper, item)}</w:p>" for item in items
    )


def _caption(paper: _Paper, kind: str, title: str) -> str:
    """Return the title of a figure or a table with its number, which Word counts."""
    paper.captions[kind] = paper.captions.get(kind, 0) + 1
    number = _field(f"SEQ {kind} \\* ARABIC", str(paper.captions[kind]))
    return (
        f"<w:p>{_style(paper, 'Caption')}{_runs(paper, plain(f'{paper.text(kind)} '))}{number}"
        f"{_runs(paper, plain(f'. {title}'))}</w:p>"
    )


def _chart(paper: _Paper, chart: Chart, width: int) -> str:
    figure = chart.figure
    picture = office.picture(figure, paper.language)
    about = [chart.about]
    if chart.is_map:
        about.append(paper.text(sentences.DISCLAIMER))
    return "".join(
        (
            _caption(paper, FIGURE, chart.title),
            _p(paper, "Sentence", plain(figure.title)),
            _legend(paper, figure.keys),
            f"<w:p>{_style(paper, 'Picture')}"
            f"{_drawing(paper, picture, width, figure.alt, chart.code)}</w:p>",
            *(_p(paper, "Note", plain(line)) for line in about if line),
        )
    )


def _legend(paper: _Paper, keys: Sequence[tuple[str, str]]) -> str:
    if not keys:
        return ""
    told = "".join(
        f"{_signed(paper, office.key_sign(key))}"
        f"{_runs(paper, plain(chr(160) + word.replace(' ', chr(160)) + chr(32) * 4))}"
        for key, word in keys
    )
    return f"<w:p>{_style(paper, 'Legend')}{told}</w:p>"


def _signed(paper: _Paper, sign: office.Sign) -> str:
    return _plain_run(sign.letter, f'<w:color w:val="{office.colour(sign.colour)}"/>')


# --- Tables -----------------------------------------------------------------------------------------


def _table(paper: _Paper, table: Table, width: int) -> str:
    whole = sum(column.width for column in table.columns)
    widths = [int(width * column.width / whole) for column in table.columns]
    rows = [_head(paper, table.columns, widths)]
    for group in table.groups:
        if group.title:
            rows.append(_group(paper, group.title, len(widths), sum(widths)))
        rows += [_row(paper, row, table.columns, widths) for row in group.rows]
    about = _p(paper, "Note", plain(table.about)) if table.about else AFTER
    grid = _grid(paper, "ReportTable", widths, table.title)
    return f"{_caption(paper, TABLE, table.title)}<w:tbl>{grid}{''.join(rows)}</w:tbl>{about}"


GAP = '<w:pPr><w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/></w:pPr>'
AFTER = f"<w:p>{GAP}</w:p>"
"What stands between a table and what follows it."


def _grid(paper: _Paper, style: str, widths: Sequence[int], title: str) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    is_table = style == "ReportTable"
    return (
        f'<w:tblPr><w:tblStyle w:val="{style}"/>{"<w:bidiVisual/>" * paper.is_rtl}'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="06{"20" if is_table else "00"}" w:firstRow="{int(is_table)}"'
        ' w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={office.quoted(title)}/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
    )


def _head(paper: _Paper, columns: Sequence[Column], widths: Sequence[int]) -> str:
    cells = "".join(
        _tc(width, _p(paper, "TableHead", plain(column.title), align=_align(column)), "bottom")
        for column, width in zip(columns, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _group(paper: _Paper, title: str, span: int, width: int) -> str:
    cell = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:gridSpan w:val="{span}"/></w:tcPr>'
        f"{_p(paper, 'TableGroup', plain(title))}</w:tc>"
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell}</w:tr>"


def _row(
    paper: _Paper, row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int]
) -> str:
    cells = "".join(
        _tc(width, _cell(paper, cell, column))
        for cell, column, width in zip(row, columns, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _tc(width: int, inner: str, stands: str = "top") -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="{stands}"/></w:tcPr>'
        f"{inner}</w:tc>"
    )


def _cell(paper: _Paper, cell: Cell, column: Column) -> str:
    style = "TableNumber" if column.is_number else "TableText"
    sign = ""
    if cell.status is not None:
        sign = _signed(paper, office.status_sign(cell.status)) + _plain_run(chr(160))
    told = Span(cell.text, url=cell.url, is_verbatim=cell.is_verbatim, language=cell.language)
    text = _runs(paper, (told,))
    first = f"<w:p>{_style(paper, style, language=cell.language)}{sign}{text}</w:p>"
    return first + "".join(
        _p(paper, "TableSmall", plain(line), align=_align(column)) for line in cell.under
    )


def _align(column: Column) -> str:
    return '<w:jc w:val="right"/>' if column.is_number else ""


# --- Key figures ------------------------------------------------------------------------------------


def _key_figures(paper: _Paper, items: Sequence[KeyFigure], width: int) -> str:
    own = width // ABREAST
    rows = []
    for start in range(0, len(items), ABREAST):
        some = items[start : start + ABREAST]
        cells = [_tc(own, _key_figure(paper, item, own - 170)) for item in some]
        cells += [_tc(own, "<w:p/>")] * (ABREAST - len(some))
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
    grid = _grid(paper, "KeyTable", [own] * ABREAST, paper.text("Key figures"))
    return f"{AFTER}<w:tbl>{grid}{''.join(rows)}</w:tbl>{AFTER}"


def _key_figure(paper: _Paper, item: KeyFigure, width: int) -> str:
    small = '<w:color w:val="{}"/><w:sz w:val="18"/><w:szCs w:val="19"/>'
    unit = _run(paper, Span(f" {item.unit}"), small.format(office.colour("muted")))
    value = f"<w:p>{_style(paper, 'KeyValue')}{_runs(paper, plain(item.value.text))}{unit}</w:p>"
    bar = ""
    if not math.isnan(item.share):
        share = words.percent(item.share, paper.language)
        alt = words.text("{share} of the way", paper.language, share=share)
        picture = office.bar(item.share, item.expected, item.status, paper.language)
        bar = f"<w:p>{_style(paper, 'KeySmall')}{_drawing(paper, picture, width, alt, 'bar')}</w:p>"
    sign = _signed(paper, office.status_sign(item.status)) + _plain_run(chr(160))
    status = f"<w:p>{_style(paper, 'KeySmall')}{sign}{_runs(paper, plain(item.status_word))}</w:p>"
    lines = "".join(_p(paper, "KeySmall", plain(line)) for line in item.lines)
    return f"{_p(paper, 'KeyName', plain(item.name))}{value}{bar}{lines}{status}"


# --- Paragraphs and runs ----------------------------------------------------------------------------


def _p(paper: _Paper, style: str, text: Text, *, more: str = "", align: str = "") -> str:
    look = _style(paper, style, more, align=align, language=led_by(text))
    return f"<w:p>{look}{_runs(paper, text)}</w:p>"


def _style(
    paper: _Paper, style: str, more: str = "", *, align: str = "", language: str = ""
) -> str:
    """Return the properties of a paragraph: its style, its list or tabs, its direction, its side or space."""
    bidi = "<w:bidi/>" if words.is_rtl(language or paper.language) else ""
    return f'<w:pPr><w:pStyle w:val="{style}"/>{more}{bidi}{align}</w:pPr>'


def _runs(paper: _Paper, text: Text) -> str:
    return "".join(_linked(paper, span) for span in text if span.text)


def _linked(paper: _Paper, span: Span) -> str:
    address = office.link_of(span.url)
    if not address:
        return _run(paper, span)
    relation = paper.file.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    return f'<w:hyperlink r:id="{relation}" w:history="1">{_run(paper, span)}</w:hyperlink>'


def _run(paper: _Paper, span: Span, look: str = "") -> str:
    is_reversed = office.is_reversed(span.text, paper.language, is_verbatim=span.is_verbatim)
    properties = (
        '<w:rStyle w:val="Hyperlink"/>' * bool(office.link_of(span.url))
        + "<w:b/><w:bCs/>" * span.is_strong
        + "<w:i/><w:iCs/>" * span.is_emphasis
        # No dictionary knows the names of files.
        + "<w:noProof/>" * (span.is_verbatim and not span.language)
        + look
        + "<w:rtl/>" * is_reversed
        + _language(span.language)
    )
    text = office.in_its_direction(span.text, paper.language) if span.is_verbatim else span.text
    return _plain_run(text, properties)


def _language(language: str) -> str:
    """Return by which dictionary a run is read, where it was written in a language of its own."""
    if not language:
        return ""
    which = "bidi" if words.is_rtl(language) else "val"
    return f'<w:lang w:{which}="{office.spelling(language)}"/>'


def _plain_run(text: str, properties: str = "") -> str:
    told = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    lines = office.inner(text).replace("\t", " ").splitlines() or [""]
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{told}{inner}</w:r>"


TAB, BREAK = "<w:r><w:tab/></w:r>", "<w:r><w:br/></w:r>"
FIELD_BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {text} </w:instrText></w:r>'


def _field(instruction: str, shown: str) -> str:
    """Return a field that shows something until Word works it out."""
    return (
        f"{FIELD_BEGIN}{_instruction(instruction)}"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_plain_run(shown)}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _drawing(paper: _Paper, picture: bytes, width: int, alt: str, name: str) -> str:
    """Return a picture of a width, in twentieths of a point, with what is heard instead of it."""
    relation, _ = paper.file.part.get_or_add_image(io.BytesIO(picture))
    wide, tall = images.size_of(picture)
    size = f'cx="{width * EMU}" cy="{round(width * EMU * tall / wide)}"'
    paper.drawings += 1
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="{paper.drawings}" name={office.quoted(name)} descr={office.quoted(alt)}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{paper.drawings}" name={office.quoted(name)}/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
