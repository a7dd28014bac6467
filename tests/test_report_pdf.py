"""A report on paper says all that its document says, to eyes, to screen readers and to archives."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from pikepdf import pdfa

from dashboard import sentences, svg, theme
from dashboard.figures import Figure
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
    Span,
    Table,
    plain,
)
from dashboard.reports.formats import as_pdf, letters
from schemas import words
from tests import read_pdf
from tests.papers import LINES, ROWS, sample
from tests.read_pdf import Element

LANGUAGES = ("en", "el", "ar")
UNSEEN = frozenset({"code", "url", "pattern", "style", "status", "language", "kind", "colour"})
"Fields that are no text of a page."


@cache
def made(language: str = "en") -> bytes:
    """Return the sample as PDF."""
    return as_pdf.write(sample(language))


@cache
def told(language: str = "en") -> Element:
    """Return what its structure tells."""
    return read_pdf.structure(made(language))


def document(*blocks: Block, **changes: Any) -> Document:
    """Return a document of one part."""
    return replace(sample(), parts=(Part("one", "One", blocks),), **changes)


def texts(thing: Any) -> Iterator[str]:
    """Yield every text of a document that stands on its pages."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, Figure):
        yield thing.title
        yield from (word for _, word in thing.keys)
    elif isinstance(thing, tuple):
        for one in thing:
            yield from texts(one)
    elif is_dataclass(thing):
        unseen = UNSEEN | ({"description", "keywords"} if isinstance(thing, Document) else set())
        for one in fields(thing):
            if one.name not in unseen:
                yield from texts(getattr(thing, one.name))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_and_number_stands_on_the_pages(language: str) -> None:
    said = read_pdf.plain(told(language).text)
    every = [text for text in texts(sample(language)) if text]
    assert len(every) > 800
    for text in every:
        assert read_pdf.plain(letters.drawn(text)) in said, text


def test_parts_and_blocks_are_read_in_their_order() -> None:
    said, at = told().text, 0
    for part in sample().parts:
        at = said.index(part.title, at + 1)
    rows = [row.text for row in told().all("Table")[-1].all("TR")]
    assert [int(re.findall(r"C(\d+)$", row)[0]) for row in rows[1:]] == list(range(1, ROWS + 1))


def test_the_words_of_a_chart_stay_words() -> None:
    figures = told().all("Figure")
    for chart, element in zip(sample().charts, figures, strict=True):
        drawn = svg.draw(chart.figure.dict, as_pdf.DRAWN)
        drawn = re.sub(r"<title>.*?</title>", "", drawn, flags=re.DOTALL)
        for line in re.findall(r"<text[^>]*>([^<]+)</text>", drawn):
            shown = line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            assert read_pdf.plain(shown) in read_pdf.plain(element.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_structure_has_headings_tables_and_figures(language: str) -> None:
    paper, root = sample(language), told(language)

    assert [one.text.strip() for one in root.all("H1")][1:] == [part.title for part in paper.parts]
    levels = [int(one.kind[1]) for one in root.all("H1", "H2", "H3", "H4")]
    assert levels == [1, 1, 2, 3, 1, 1, 1]
    assert [len(table.all("TR")) for table in root.all("Table")] == [
        1 + len(table.rows) + sum(bool(group.title) for group in table.groups)
        for table in paper.tables
    ]
    for table, element in zip(paper.tables, root.all("Table"), strict=True):
        heads = element.all("TH")
        titles = [column.title for column in table.columns]
        assert [head.text.replace("\u00ad", "") for head in heads[: len(titles)]] == titles
    assert [one.alt for one in root.all("Figure")] == [c.figure.alt for c in paper.charts]
    assert len(root.all("Caption")) == len(paper.charts) + len(paper.tables)
    assert len(root.all("TOCI")) == len(paper.parts) + 2 - 1  # not what lies two levels below
    assert len(root.all("Title")) == len(root.all("BlockQuote")) == 1
    assert len(root.all("LI")) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_says_what_it_is(language: str) -> None:
    paper = sample(language)
    with read_pdf.opened(made(language)) as pdf:
        root = pdf.Root
        assert str(root.Lang) == language
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        direction = "/R2L" if theme.direction(language) == "rtl" else "/L2R"
        assert str(root.ViewerPreferences.Direction) == direction
        with pdf.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
            assert about["pdfuaid:part"] == "1"
            assert about["dc:title"] == paper.title
            assert about["dc:creator"] == [paper.publisher]
            assert about["dc:description"] == paper.description
            assert about["pdf:Keywords"] == "MedTOWN"
            assert about["dc:language"] == {language}
            assert about["xmp:CreateDate"].startswith("2024-07-20T09:30:00")
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == [part.title for part in paper.parts]
            assert [item.title for item in outline.root[0].children] == [LINES[language]]
            assert all(item.destination is not None for item in outline.root)


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_of_tables_figures_and_fonts_say_what_they_are(language: str) -> None:
    with read_pdf.opened(made(language)) as pdf:
        things = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        heads = [one for one in things if one.get("/S") == "/TH"]
        assert len(heads) > 10
        for head in heads:
            found = head["/A"]
            attributes = list(found) if isinstance(found, pikepdf.Array) else [found]
            assert {str(one["/Scope"]) for one in attributes if "/Scope" in one} <= {
                "/Column",
                "/Row",
                "/Both",
            }
            assert any("/Scope" in one for one in attributes)
        figures = [one for one in things if one.get("/S") == "/Figure"]
        assert len(figures) == len(sample(language).charts)
        assert all(str(one["/Alt"]).strip() for one in figures)
        fonts = [one for one in things if one.get("/Type") == "/Font" and "/ToUnicode" in one]
        composite = [one for one in things if one.get("/Subtype") == "/Type0"]
        assert {one.objgen for one in composite} <= {one.objgen for one in fonts}
        assert not [one for one in things if one.get("/Subtype") in ("/Type1", "/TrueType")]
        intents = [dict(one) for one in pdf.Root.OutputIntents]
        assert {str(one["/S"]) for one in intents} == {"/GTS_PDFA1"}
        assert all("/DestOutputProfile" in one for one in intents)


ALARMS = frozenset(
    {
        "pikepdf:schema-OutlineItem",  # a destination by reference
        "pikepdf:schema-LinkAnnot",
        "pikepdf:schema-PageLabelsNode",  # a label by reference
        "ISO_19005_2:6.6.2.3.1-1",  # properties that only PDF/UA and level A have
        "ISO_19005_2:6.6.2.3.1-2",
        "ISO_19005_2:6.6.4-3",  # level A where B is looked for
        "ISO_19005_2:6.2.11.4.2-2",  # sets of letters are not looked into
    }
)
"Rules by which the checker, which approves of nothing that it does not know, finds what is allowed."


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_program_finds_nothing_that_an_archive_would_refuse(language: str) -> None:
    with read_pdf.opened(made(language)) as pdf:
        found = pdfa.check(pdf, "2b").findings
    assert {finding.rule for finding in found} <= ALARMS, found
    schemas = {finding.where.split(" ")[-1] for finding in found if "schema-" in finding.rule}
    assert all(re.fullmatch(r"/Dest|/Nums\[\d+\]", where) for where in schemas), schemas


def test_only_shipped_fonts_are_used() -> None:
    for language in LANGUAGES:
        with read_pdf.opened(made(language)) as pdf:
            fonts = {
                str(thing.BaseFont)[8:]
                for thing in pdf.objects
                if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0"
            }
        assert fonts
        assert all(re.match("Inter|IBMPlexSansArabic", font) for font in fonts), fonts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_document_is_the_same_bytes(language: str) -> None:
    assert as_pdf.write(sample(language)) == made(language)


def test_a_document_without_a_moment_has_a_fixed_day() -> None:
    data = as_pdf.write(document(moment=None))
    assert data == as_pdf.write(document(moment=None))
    with read_pdf.opened(data) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20000101000000Z"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_but_the_cover_says_title_day_and_its_number(language: str) -> None:
    paper, pages = sample(language), read_pdf.beside(made(language))
    assert paper.moment
    day = words.day(paper.moment.date(), language)
    assert paper.title not in pages[0]
    for number, said in enumerate(pages[1:], 2):
        page = words.text("Page {page} of {pages}", language, page=number, pages=len(pages))
        for text in (paper.title, day, page):
            assert read_pdf.plain(text) in read_pdf.plain(said)


def test_pages_in_eastern_digits_say_so() -> None:
    pages = read_pdf.beside(as_pdf.write(replace(sample("ar"), language="ar-JO")))
    said = re.sub("[\u2066-\u2069\u200e\u200f]", "", pages[2])
    assert re.search("صفحة ٣ من [٠-٩]+", said)


def test_the_header_of_a_table_is_on_each_of_its_pages() -> None:
    titles = "".join(column.title for column in sample().tables[-1].columns)
    pages = [read_pdf.plain(said) for said in read_pdf.beside(made())]
    assert [read_pdf.plain(titles) in said for said in pages[-3:]] == [True] * 3


def test_links_are_links_and_nothing_else_is() -> None:
    with read_pdf.opened(made()) as pdf:
        found = {
            str(note.A.URI)
            for page in pdf.pages
            for note in page.get("/Annots", [])
            if "/A" in note and "/URI" in note.A
        }
    told_urls = set(re.findall(r"https://[^'\"]+", repr(sample().parts) + repr(sample().facts)))
    assert found == told_urls
    hostile = document(Facts((Fact("a", "b", "javascript:alert(1)"), Fact("c", "d", "file:///e"))))
    assert b"javascript" not in as_pdf.write(hostile)


# --- Arabic -----------------------------------------------------------------------------------------


def test_arabic_is_read_in_its_order() -> None:
    said = re.sub("[\u2066-\u2069\u200e\u200f]", "", told("ar").text)
    line = LINES["ar"]
    assert said.count(line) > 100
    # A name in other letters within a sentence stands where it is said.
    assert f"{line}: strong emphasis Παγγαίο 2023 (مأدبا) #1" in said
    assert read_pdf.plain(letters.drawn(words.text(sentences.DISCLAIMER, "ar"))) in (
        read_pdf.plain(said)
    )


def test_an_arabic_page_begins_at_the_right() -> None:
    left, right, wide, _ = read_pdf.reach(made("ar"))[0]
    assert left > wide - right


def test_letters_are_never_read_with_a_mark_of_direction() -> None:
    with read_pdf.opened(made("ar")) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0":
                table = bytes(thing["/ToUnicode"].read_bytes()).decode()
                meant = re.findall(r"<\w+>\s*<(\w{8,})>", table)
                shapes = [bytes.fromhex(one).decode("utf-16-be") for one in meant]
                assert not [one for one in shapes if re.search("[\u200b-\u200f\u2066-\u2069]", one)]


# --- What people write ------------------------------------------------------------------------------

HOSTILE = (
    '#read("/etc/passwd")',
    "#panic()",
    "*bold* _thin_ `raw` $x^2$ <label> @reference",
    "\\u{41} \\ \\# // comment /* */ ~ -- --- ...",
    "= no heading",
    "- no bullet",
    "[](){}",
    "https://example.org/?a=1&b=2#c",
    "quotes \"here\" and 'there'",
    "﷽",
    "W" * 3000,
    "Παγγαίο" * 60,
    "مأدبا" * 60,
)


def everywhere(text: str) -> Document:
    """Return a document that has a text wherever one can stand."""
    cell = Cell(text, 1.0, under=(text,), status="on_track", is_verbatim=True)
    nan = float("nan")
    chart = sample().charts[0]
    return document(
        Paragraph((Span(text), Span(text, is_verbatim=True), Span(text, is_strong=True))),
        Heading(text, 3),
        Bullets((plain(text),)),
        Facts((Fact(text, text, text),)),
        Table(
            "t",
            text,
            (Column(text), Column(text, is_number=True), Column(text)),
            (Group(((cell, Cell(text), Cell(text)),), text),),
            text,
        ),
        KeyFigures((KeyFigure(text, Cell(text), text, nan, nan, text, text, (text,)),)),
        Chart(
            "c",
            text,
            replace(chart.figure, title=f"{text}.", alt=text, keys=(("line", text),)),
            text,
        ),
        title=text,
        kind_title=text,
        publisher=text,
        facts=(Fact(text, text, text),),
        notice=(Fact(text, text),),
        description=text,
        keywords=(text,),
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_people_wrote_is_text(text: str) -> None:
    paper = everywhere(text)
    data = as_pdf.write(paper)
    root = read_pdf.structure(data)
    places = "\n".join(texts(paper)).count(text)
    # The heading stands in the contents too.
    assert read_pdf.plain(root.text).count(read_pdf.plain(text)) == places + 1
    assert "root:" not in root.text
    for left, right, wide, _ in read_pdf.reach(data):
        assert left > 40
        assert right < wide - 40


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x07c", "abc"),
        ("a\ufeffb\u200dc\u2060d\u00ade", "abcde"),
        ("a\u202eb\u202cc", "abc"),
        ("a\u2066b", "ab"),
        ("a\u2069b", "ab"),
        ("\U0001f600 \ue000 \uffff", "□□□"),
        ("𝐀㎏", "Akg"),
        ("b ب\u05b0 b\ufe0f", "b ب b"),
        ("a يُبلَّغ a", "a يبلغ a"),
        ("a\r\nb\u2028c", "abc"),
        ("中文", "□□"),
    ],
)
def test_what_no_font_has_and_what_nobody_sees_is_replaced(text: str, shown: str) -> None:
    root = read_pdf.structure(as_pdf.write(everywhere(f"<{text}>")))
    assert root.text.count("<") >= 20
    said = read_pdf.plain(root.text)
    assert said.count(read_pdf.plain(f"<{shown}>")) == said.count("<")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\u2066b", "a\u2066b\u2069"), ("a\u2069b", "ab"), ("\u2067a\u2069", "\u2067a\u2069")],
)
def test_a_direction_ends_where_its_text_does(text: str, expected: str) -> None:
    assert letters.shown(text) == expected


def test_what_somebody_wrote_runs_in_its_own_direction() -> None:
    assert letters.verbatim("\u2067abc\u200f") == "\u2068abc\u2069"
    assert letters.verbatim("") == ""


# --- Its shape --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_reaches_into_the_margin(language: str) -> None:
    for left, right, wide, _ in read_pdf.reach(made(language)):
        assert left > 45
        assert right < wide - 45


def test_a_document_without_parts_is_a_cover() -> None:
    data = as_pdf.write(replace(sample(), parts=()))
    with read_pdf.opened(data) as pdf:
        assert len(pdf.pages) == 1
    assert sample().title in read_pdf.structure(data).all("Title")[0].text.replace("\n", "")


def test_a_document_with_nothing_in_it_can_be_written() -> None:
    bare = Document("country", "Report", "", "en", "", (), (), (Part("a", "A", ()),), None)
    assert read_pdf.structure(as_pdf.write(bare)).all("Title")[0].text == "Report"


def test_a_factsheet_begins_on_its_first_page() -> None:
    sheet = document(Paragraph(plain("Said at once.")), kind="factsheet")
    with read_pdf.opened(as_pdf.write(sheet)) as pdf:
        assert len(pdf.pages) == 1
    root = read_pdf.structure(as_pdf.write(sheet))
    assert not root.all("TOC")
    assert root.text.index(sheet.title) < root.text.index("Said at once.")


def wide(columns: int, rows: int = 3, thousands: str = "000") -> Table:
    """Return a table of numbers with so many columns, each cell another."""
    heads = tuple(Column(f"Territory {place}", is_number=place > 0) for place in range(columns))
    body = tuple(
        tuple(Cell(f"{row}·{place},{thousands}.25") for place in range(columns))
        for row in range(rows)
    )
    return Table("wide", "Territories", heads, (Group(body),))


@pytest.mark.parametrize(("columns", "pieces"), [(7, 1), (12, 1), (13, 2), (30, 3)])
def test_a_wide_table_lies_across_and_loses_nothing(columns: int, pieces: int) -> None:
    data = as_pdf.write(document(wide(columns)))
    *_, (left, right, width, height) = read_pdf.reach(data)
    tables = read_pdf.structure(data).all("Table")
    assert (width, height) == pytest.approx((841.89, 595.28), abs=0.01)
    assert left > 45
    assert right < width - 45
    assert len(tables) == pieces
    found = [cell.text for table in tables for cell in table.all("TD")]
    first = [f"{row}·0,000.25" for row in range(3)]
    assert sorted(found) == sorted(
        [cell.text for row in wide(columns).rows for cell in row] + first * (pieces - 1)
    )


@pytest.mark.parametrize("columns", [4, 6, 7, 9, 12])
@pytest.mark.parametrize("thousands", ["000", "000,000,000,000"])
def test_no_number_covers_another(columns: int, thousands: str) -> None:
    *_, lines = read_pdf.lines(as_pdf.write(document(wide(columns, 8, thousands))))
    assert len(lines) > 8
    for runs in lines.values():
        ends = sorted(runs)
        assert all(left[1] <= right[0] + 0.5 for left, right in pairwise(ends)), ends


def test_numbers_do_not_break() -> None:
    number = Column("Value", 1, is_number=True)
    rows = ((Cell("a"), Cell("≥ 1,250,000.50")),)
    table = Table("n", "N", (Column("Name", 50), number), (Group(rows),))
    runs = read_pdf.structure(as_pdf.write(document(table))).all("TD")[1].parts
    assert len(runs) == 1


def test_short_parts_share_a_page_and_long_ones_begin_one() -> None:
    short = tuple(Part(f"p{n}", f"Part {n}", (Paragraph(plain("Short.")),)) for n in range(3))
    long = Part("long", "Long", (wide(3, 60),))
    for parts, pages in (((*short,), 3), ((*short, long), 5), ((long, *short), 4)):
        with read_pdf.opened(as_pdf.write(replace(sample(), parts=parts))) as pdf:
            assert len(pdf.pages) == pages


def test_a_heading_is_never_two_levels_below_another() -> None:
    data = as_pdf.write(document(Heading("Deep", 4), Heading("Deeper", 4), Heading("Back", 2)))
    found = read_pdf.structure(data).all("H1", "H2", "H3", "H4")
    assert [(one.kind, one.text) for one in found[2:]] == [
        ("H2", "Deep"),
        ("H3", "Deeper"),
        ("H2", "Back"),
    ]


def test_maps_have_the_disclaimer_and_others_do_not() -> None:
    maps = [c for c in sample().charts if "geo" in c.figure.dict["layout"]]
    assert maps
    assert told().text.count("do not imply any opinion") == len(maps)
