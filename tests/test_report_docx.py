"""Reports as Word files: everything is in them, as what it is, in the order that Word's schema asks for."""

import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dashboard import images, theme
from dashboard.reports.document import (
    NO_DAY,
    Bullets,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Group,
    Heading,
    KeyFigures,
    Paragraph,
    Part,
    Span,
    Style,
    Table,
    plain,
)
from dashboard.reports.formats import as_docx, office
from dashboard.reports.formats.blank_docx import LANDSCAPE_TEXT, STYLES, TEXT
from schemas import codes
from tests.papers import LINES, ROWS, sample

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = {
    "w": W[1:-1],
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}
HOSTILE = "\x00\x0b=cmd|'/c calc'!A1 </w:t> & \u202egnp.exe \ufffe\ud800 \u2066"


@cache
def written(language: str = "en") -> bytes:
    return as_docx.write(sample(language))


def small(*blocks: Any, language: str = "en", **changes: Any) -> Document:
    part = Part("one", "One", blocks)
    return replace(sample(language), parts=(part,), **changes)


def opened(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def body(data: bytes) -> Any:
    return etree.fromstring(members(data)["word/document.xml"])


def text(data: bytes) -> str:
    """Return all text in reading order, paragraphs on lines of their own."""
    lines = []
    for paragraph in body(data).iter(f"{W}p"):
        parts = paragraph.iterfind(".//w:t", NAMES)
        lines.append("".join(part.text or "" for part in parts))
    return "\n".join(lines).translate(dict.fromkeys(map(ord, "\u200e\u200f")))


def wanted(document: Document) -> list[str]:
    """Return every text and number of a document, as people read it."""
    told = [document.title, document.kind_title, document.publisher]
    for fact in (*document.facts, *document.notice):
        told += [fact.term, fact.text]
    for part in document.parts:
        told.append(part.title)
    for block in document.blocks():
        match block:
            case Paragraph(spans):
                told += [span.text for span in spans]
            case Heading(title):
                told.append(title)
            case Bullets(items):
                told += [span.text for item in items for span in item]
            case Facts(items):
                told += [word for item in items for word in (item.term, item.text)]
            case KeyFigures(items):
                for item in items:
                    told += [item.name, item.value.text, item.unit, item.status_word, *item.lines]
            case Table():
                told += [block.title, block.about, *(column.title for column in block.columns)]
                told += [group.title for group in block.groups]
                told += [line for row in block.rows for c in row for line in (c.text, *c.under)]
            case _:
                told += [block.title, block.about, block.figure.title]
                told += [word.replace(" ", "\xa0") for _, word in block.figure.keys]
    return [word for word in told if word]


def seen(word: str) -> str:
    """Return a text as a file has it: with marks for isolates, which are left out here."""
    return office.clean(word).translate(dict.fromkeys(map(ord, "\u200e\u200f")))


@pytest.mark.thorough(5)
@pytest.mark.parametrize("language", codes.LANGUAGES)
def test_every_text_and_every_number_is_found_again(language: str) -> None:
    told = text(written(language))
    assert [word for word in wanted(sample(language)) if seen(word) not in told] == []


def test_headings_are_headings_and_the_contents_are_filled_in_from_them() -> None:
    paragraphs = opened(written()).paragraphs
    heads = [(p.style.name, p.text) for p in paragraphs if p.style.name.startswith("Heading")]
    line = LINES["en"]
    assert heads == [
        ("Heading 1", "Summary"),
        ("Heading 2", line),
        ("Heading 3", line),
        ("Heading 1", "At a glance"),
        ("Heading 1", "Results framework"),
        ("Heading 1", "Annex: the cells behind the numbers"),
    ]
    contents = [(p.style.name, p.text) for p in paragraphs if p.style.name.startswith("toc ")]
    assert contents == [
        (f"toc {style[-1]}", title) for style, title in heads if style != "Heading 3"
    ]
    told = body(written())
    marks = {mark.get(f"{W}name") for mark in told.iter(f"{W}bookmarkStart")}
    anchors = {link.get(f"{W}anchor") for link in told.iter(f"{W}hyperlink")} - {None}
    assert anchors <= marks
    assert len(anchors) == len(contents)
    assert b"updateFields" not in members(written())["word/settings.xml"]


def test_fields_begin_and_end() -> None:
    for name, data in members(written()).items():
        if not name.endswith(".xml"):
            continue
        kinds = [char.get(f"{W}fldCharType") for char in etree.fromstring(data).iter(f"{W}fldChar")]
        assert kinds == ["begin", "separate", "end"] * (len(kinds) // 3), name


def test_captions_are_counted_by_word() -> None:
    told = body(written())
    fields = [one.text.strip() for one in told.iter(f"{W}instrText") if one.text]
    document = sample()
    assert fields.count("SEQ Figure \\* ARABIC") == len(document.charts)
    assert fields.count("SEQ Table \\* ARABIC") == len(document.tables)
    captions = [p.text for p in opened(written()).paragraphs if p.style.name == "Caption"]
    assert captions[0] == f"Figure 1. {document.charts[0].title}"
    assert captions[-1] == f"Table 2. {document.tables[-1].title}"


def test_tables_are_whole_their_headers_repeat_and_rows_stay_together() -> None:
    tables = [t for t in opened(written()).tables if t.style.name == "Report Table"]
    results, sources = tables
    assert len(sources.rows) == ROWS + 1
    assert [row.cells[4].text for row in sources.rows][1:] == [f"C{n}" for n in range(1, ROWS + 1)]
    # The header, and for each of two groups its title and two rows.
    assert len(results.rows) == 1 + 2 * 3
    for table in tables:
        heads = [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
        widths = [int(w) for w in table._tbl.xpath("w:tblGrid/w:gridCol/@w:w")]
        assert sum(widths) <= TEXT


def test_numbers_stand_at_the_end_of_the_line_and_a_status_has_shape_and_word() -> None:
    results = next(t for t in opened(written()).tables if t.style.name == "Report Table")
    row = results.rows[2]
    assert [cell.paragraphs[0].style.name for cell in row.cells] == [
        "Table Text",
        "Table Number",
        "Table Number",
        "Table Text",
        "Table Text",
    ]
    assert row.cells[3].paragraphs[0].text == "●\xa0On track"
    assert results.rows[3].cells[3].paragraphs[0].text == "○\xa0No status"


def test_every_picture_is_crisp_and_says_what_it_shows() -> None:
    document = sample()
    drawings = list(body(written()).iter(f"{{{NAMES['wp']}}}docPr"))
    told = [drawing.get("descr") for drawing in drawings]
    assert [chart.figure.alt for chart in document.charts] == told[-len(document.charts) :]
    assert told[:2] == ["72% of the way", "120% of the way"]
    assert len({drawing.get("id") for drawing in drawings}) == len(drawings)
    charts = [data for name, data in members(written()).items() if name.startswith("word/media/")]
    assert max(images.size_of(data)[0] for data in charts) / (TEXT / 1440) >= 200


def test_links_lead_where_they_should_and_no_file_is_asked_for() -> None:
    relations = members(written())["word/_rels/document.xml.rels"].decode()
    outside = re.findall(r'Target="([^"]*)" TargetMode="External"', relations)
    assert sorted(set(outside)) == [
        "https://example.org",
        "https://example.org/2023",
        "https://example.org/?q=1&amp;r=2",
        "https://example.org/medtown?a=1&amp;b=2",
    ]
    foul = small(Paragraph((Span("a", url="javascript:alert(1)"), Span("b", url="file:///etc"))))
    foul = replace(foul, facts=(), notice=())
    assert "External" not in members(as_docx.write(foul))["word/_rels/document.xml.rels"].decode()


@pytest.mark.parametrize("language", codes.LANGUAGES)
def test_spell_checkers_know_the_language(language: str) -> None:
    styles = members(written(language))["word/styles.xml"].decode()
    key = "bidi" if language == "ar" else "val"
    assert re.search(rf'<w:lang [^>]*w:{key}="{office.spelling(language)}"', styles)
    assert opened(written(language)).core_properties.language == office.spelling(language)


def test_arabic_runs_from_right_to_left_everywhere() -> None:
    told, english = body(written("ar")), body(written())
    for paragraph in told.iter(f"{W}p"):
        if paragraph.findall(".//w:t", NAMES):
            assert paragraph.find("w:pPr/w:bidi", NAMES) is not None
    for table in told.iter(f"{W}tbl"):
        assert table.find("w:tblPr/w:bidiVisual", NAMES) is not None
    assert all(s.find("w:bidi", NAMES) is not None for s in told.iter(f"{W}sectPr"))
    runs = [run for run in told.iter(f"{W}r") if re.search("[ء-ي]", "".join(run.itertext()))]
    assert len(runs) > 300
    assert all(run.find("w:rPr/w:rtl", NAMES) is not None for run in runs)
    for tag in ("bidi", "bidiVisual", "rtl"):
        assert not [e for e in english.iter(f"{W}{tag}") if e.getparent().tag != f"{W}rPr"]


def test_what_somebody_wrote_keeps_its_direction_and_no_dictionary_reads_it() -> None:
    cell = Cell("=SUM(A1:A9)", is_verbatim=True)
    table = Table("t", "T", (Column("C"),), (Group(((cell,),)),))
    run = next(
        run
        for run in body(as_docx.write(small(table, language="ar"))).iter(f"{W}r")
        if "SUM" in "".join(run.itertext())
    )
    assert "".join(run.itertext()) == "\u200e=SUM(A1:A9)\u200e"
    assert [one.tag for one in run.find("w:rPr", NAMES)] == [f"{W}noProof"]


@pytest.mark.parametrize(("columns", "sizes"), [(6, [None]), (7, [None, "landscape"])])
def test_a_wide_table_lies_on_a_page_of_its_own_with_its_heading(
    columns: int, sizes: list[str | None]
) -> None:
    row = tuple(Cell(str(number)) for number in range(columns))
    table = Table("t", "T", (Column("C"),) * columns, (Group((row,)),))
    data = as_docx.write(small(table))
    told = body(data)
    pages = [size.get(f"{W}orient") for size in told.iter(f"{W}pgSz")]
    assert pages == sizes
    paragraphs = list(told.iter(f"{W}p"))
    breaks = [p.find("w:pPr/w:sectPr", NAMES) is not None for p in paragraphs]
    heads = [bool(p.findall("w:pPr/w:pStyle[@w:val='Heading1']", NAMES)) for p in paragraphs]
    assert breaks.count(True) == len(sizes) - 1
    assert len(sizes) == 1 or breaks.index(True) < heads.index(True)
    # The line above and below reaches over the whole page.
    for section, size in zip(opened(data).sections, sizes, strict=True):
        (paragraph,) = section.footer.paragraphs
        stops = [stop.position.twips for stop in paragraph.paragraph_format.tab_stops]
        assert stops == ([TEXT, LANDSCAPE_TEXT] if size else [])
        assert paragraph.text == "MedTOWN\t1 / 1"
    assert [one.different_first_page_header_footer for one in opened(data).sections] == [
        number == 0 for number in range(len(sizes))
    ]


def test_a_note_before_a_wide_table_lies_with_it_and_one_before_another_stays_with_it() -> None:
    for columns, breaks in ((7, 1), (3, 0)):
        row = tuple(Cell(str(number)) for number in range(columns))
        table = Table("t", "T", (Column("C"),) * columns, (Group((row,)),))
        told = body(as_docx.write(small(Paragraph(plain("Before"), Style.NOTE), table)))
        texts = ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in told.iter(f"{W}p")]
        sections = [p.find("w:pPr/w:sectPr", NAMES) is not None for p in told.iter(f"{W}p")]
        (note,) = [p for p in told.iter(f"{W}p") if "".join(p.itertext()) == "Before"]
        assert sections.count(True) == breaks
        assert not breaks or sections.index(True) < texts.index("Before")
        assert note.find("w:pPr/w:keepNext", NAMES) is not None


def test_short_parts_share_a_page_and_a_factsheet_has_but_one() -> None:
    parts = tuple(Part(code, code, (Paragraph(plain(code)),)) for code in ("a", "b"))
    for kind, shared, fields in (("country", ["b"], 1), ("factsheet", ["a", "b"], 0)):
        told = body(as_docx.write(replace(sample(), kind=kind, parts=parts)))
        goes_on = [
            "".join(p.itertext())
            for p in told.iter(f"{W}p")
            if p.find("w:pPr/w:pageBreakBefore[@w:val='0']", NAMES) is not None
        ]
        assert goes_on == shared
        assert (
            len([one for one in told.iter(f"{W}instrText") if "TOC" in (one.text or "")]) == fields
        )


def test_each_numbered_list_counts_from_one() -> None:
    items = (plain("a"), plain("b"))
    data = as_docx.write(small(Bullets(items, True), Bullets(items), Bullets(items, True)))
    told = body(data)
    lists = [one.get(f"{W}val") for one in told.iter(f"{W}numId")]
    assert lists == ["3", "3", "4", "4"]
    numbering = etree.fromstring(members(data)["word/numbering.xml"])
    starts = numbering.xpath("//w:startOverride/@w:val", namespaces=NAMES)
    assert starts == ["1", "1"]


def test_the_file_says_what_it_is_and_is_no_younger_than_its_data() -> None:
    document = sample()
    told = opened(written()).core_properties
    assert (told.title, told.author, told.comments) == (
        document.title,
        document.publisher,
        document.description,
    )
    assert document.moment is not None
    assert told.created == told.modified == document.moment
    timeless = opened(as_docx.write(small(moment=None))).core_properties
    assert timeless.modified == NO_DAY
    with zipfile.ZipFile(io.BytesIO(written())) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_same_document_makes_the_same_bytes(language: str) -> None:
    assert as_docx.write(sample(language)) == written(language)


def test_a_document_without_parts_is_one() -> None:
    empty = replace(sample(), parts=(), facts=(), notice=(), keywords=())
    assert text(as_docx.write(empty)).split("\n")[:3] == [
        "Report on a country",
        LINES["en"],
        "MedTOWN",
    ]


def test_hostile_text_stays_text() -> None:
    table = Table(HOSTILE, HOSTILE, (Column(HOSTILE),), (Group(((Cell(HOSTILE),),), HOSTILE),))
    blocks = (Heading(HOSTILE), Paragraph(plain(HOSTILE)), Bullets((plain(HOSTILE),)), table)
    document = small(*blocks, title=HOSTILE, publisher=HOSTILE, facts=(Fact(HOSTILE, HOSTILE),))
    told = text(as_docx.write(document))
    assert told.count("=cmd|'/c calc'!A1 </w:t> & gnp.exe") >= 8
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", told)


# What Word checks before it opens a file, of what we write: the order within properties.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs bidi spacing ind"
    " contextualSpacing jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs noProof color sz szCs u rtl lang",
    "tblPr": "tblStyle bidiVisual tblW jc tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "tcPr": "tcW gridSpan tcBorders shd vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar cols titlePg bidi",
    "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr tblStylePr",
    "lvl": "start numFmt lvlText lvlJc pPr rPr",
    "numbering": "abstractNum num",
    "settings": "zoom defaultTabStop characterSpacingControl compat themeFontLang decimalSymbol"
    " listSeparator",
    "tbl": "tblPr tblGrid tr",
    "tr": "trPr tc",
    "tc": "tcPr p",
}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_elements_stand_in_the_order_of_the_schema(language: str) -> None:
    for name, data in members(written(language)).items():
        if not name.startswith("word/") or not name.endswith(".xml"):
            continue
        for element in etree.fromstring(data).iter():
            own = str(element.tag).rsplit("}", 1)[-1]
            if element.tag.startswith(W) and own in ORDER:
                order = ORDER[own].split()
                places = [order.index(child.tag.rsplit("}", 1)[-1]) for child in element]
                assert all(one <= other for one, other in pairwise(places)), (name, own, places)


def test_every_style_that_is_used_is_there() -> None:
    styles = set(STYLES) | {"Hyperlink", "ReportTable", "KeyTable", "Normal"}
    for name, data in members(written()).items():
        if name.startswith("word/") and name.endswith(".xml"):
            for tag in ("pStyle", "rStyle", "tblStyle", "next", "basedOn"):
                used = {one.get(f"{W}val") for one in etree.fromstring(data).iter(f"{W}{tag}")}
                assert used <= styles | {"TableNormal"}


TEXTS = st.text(max_size=60)


@settings(max_examples=25, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(["en", "ar"]))
def test_any_text_makes_a_file_that_opens(one: str, other: str, language: str) -> None:
    cell = Cell(one, under=(other,), url=other, is_verbatim=True)
    table = Table("t", one, (Column(other),), (Group(((cell,),), one),), about=other)
    spans = (Span(one, is_strong=True, url=other), Span(other, is_verbatim=True))
    document = small(Heading(one), Paragraph(spans), table, language=language, title=other)
    told = text(as_docx.write(document))
    bare = "".join(office.clean(one).replace("\t", " ").splitlines())
    assert seen(bare) in told.replace("\n", "") or not bare


@pytest.mark.parametrize(
    ("written_so", "link"),
    [
        ("https://example.org/a b<c>", "https://example.org/a%20b%3Cc%3E"),
        ("https://example.org/a\u202eb", ""),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("https://[", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("data.xlsx", ""),
    ],
)
def test_an_address_is_a_link_where_it_is_one(written_so: str, link: str) -> None:
    assert office.link_of(written_so) == link


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a \u2066≥ 3–5\u2069 b", "a \u200e≥ 3–5\u200e b"),
        ("\u2068مأدبا\u2069: 1", "\u200fمأدبا\u200f: 1"),
        ("\u2068Sevilla 2\u2069", "\u200eSevilla 2\u200e"),
        ("\u2067a \u2066b\u2069\u2069", "\u200fa \u200eb\u200e\u200f"),
        ("open \u2066 and \u202eoverride", "open \u200e and override"),
        ("closed\u2069", "closed"),
    ],
)
def test_isolates_become_marks_that_every_office_knows(said: str, shown: str) -> None:
    assert office.clean(said) == shown


def test_every_key_of_a_legend_has_a_sign() -> None:
    keys = {key for chart in sample().charts for key, _ in chart.figure.keys}
    assert all(office.key_sign(key).letter for key in keys)
    statuses = [office.status_sign(status) for status in [*theme.STATUS, ""]]
    assert len({sign.letter for sign in statuses}) == len(statuses)
