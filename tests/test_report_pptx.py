"""Reports as decks: nothing but annexes is left out, nothing is cut, charts are PowerPoint's own where they can be."""

import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import openpyxl
import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dashboard.reports.document import (
    NO_DAY,
    Cell,
    Chart,
    Column,
    Document,
    Group,
    Heading,
    Paragraph,
    Part,
    Span,
    Style,
    Table,
    plain,
)
from dashboard.reports.formats import as_pptx, chart_xml, office
from dashboard.reports.formats.native import native, serial
from schemas import codes
from tests.papers import ROWS, sample
from tests.test_report_docx import HOSTILE, members, seen, wanted

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"


@cache
def whole(language: str = "en") -> Document:
    """Return the sample, without any part that is an annex."""
    parts = tuple(replace(part, is_annex=False) for part in sample(language).parts)
    return replace(sample(language), parts=parts)


@cache
def written(language: str = "en") -> bytes:
    return as_pptx.write(whole(language))


def small(*blocks: Any, language: str = "en", **changes: Any) -> Document:
    return replace(sample(language), parts=(Part("one", "One", blocks),), **changes)


def opened(data: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(data))


def trees(data: bytes, where: str = "ppt/slides/slide") -> list[Any]:
    """Return the XML of the slides in their order."""
    found = {
        int(re.sub(r"\D", "", name.rpartition("/")[2])): etree.fromstring(told)
        for name, told in members(data).items()
        if name.startswith(where) and name.endswith(".xml")
    }
    return [found[number] for number in sorted(found)]


def text(data: bytes) -> str:
    """Return all text of slides and charts, paragraphs on lines of their own."""
    lines = []
    for tree in trees(data):
        lines += ["".join(t.text or "" for t in p.iter(f"{A}t")) for p in tree.iter(f"{A}p")]
    for tree in trees(data, "ppt/charts/chart"):
        lines += [value.text or "" for value in tree.iter(f"{C}v")]
    bare = "\n".join(lines).translate(dict.fromkeys(map(ord, "\u200e\u200f")))
    return bare.replace("\xa0", " ")


@pytest.mark.thorough(5)
@pytest.mark.parametrize("language", codes.LANGUAGES)
def test_every_text_and_every_number_is_found_again(language: str) -> None:
    told = text(written(language))
    keys = {word for chart in sample(language).charts for _, word in chart.figure.keys}
    words = [word.replace("\xa0", " ") for word in wanted(sample(language))]
    missing = [word for word in words if seen(word) not in told]
    # Legends of charts that PowerPoint draws name its series; what is no series stands in the notes.
    assert set(missing) <= keys


def test_what_is_looked_up_is_named_and_has_no_slides() -> None:
    annexes = [part.title for part in sample().parts if part.is_annex]
    assert annexes
    slides = opened(as_pptx.write(sample())).slides
    assert len(slides) < len(opened(written()).slides)
    *deck, last = (
        [s.text_frame.text for s in slide.shapes if s.has_text_frame] for slide in slides
    )
    assert not any(title in one for told in deck for one in told for title in annexes)
    assert any(" · ".join(annexes) in one for one in last)


def test_each_chart_has_a_slide_whose_title_is_its_sentence() -> None:
    titles = [slide.shapes.title.text_frame.text for slide in opened(written()).slides]
    document = sample()
    assert titles[0] == document.title
    sentences = [chart.figure.title for chart in document.charts]
    first = titles.index(sentences[0])
    assert titles[first : first + len(sentences)] == sentences


@pytest.mark.parametrize("language", ["en", "ar"])
def test_charts_are_native_where_they_say_the_same_and_hold_the_same_numbers(language: str) -> None:
    wanted_ = [native(chart.figure, language) for chart in sample(language).charts]
    drawn = [one for one in wanted_ if one]
    slides = opened(written(language)).slides
    shapes = [shape for slide in slides for shape in slide.shapes if shape.has_chart]
    assert len(shapes) == len(drawn) > 10
    for one, shape in zip(drawn, shapes, strict=True):
        found = [series for plot in shape.chart.plots for series in plot.series]
        # Or LibreOffice loses some.
        assert len({len(list(series.values)) for series in found}) == 1
        assert [series.name for series in found] == [office.clean(s.name) for s in one.series]
        for series, told in zip(one.series, found, strict=True):
            values = list(told.values)
            assert values[: len(series.values)] == list(series.values)
            assert set(values[len(series.values) :]) <= {None}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_workbook_behind_a_chart_has_what_the_chart_shows(language: str) -> None:
    packed = members(written(language))
    checked = 0
    for name, data in packed.items():
        if not re.fullmatch(r"ppt/charts/chart\d+\.xml", name):
            continue
        relations = packed[name.replace("charts/", "charts/_rels/") + ".rels"].decode()
        book_name = re.search(r'Target="\.\./(embeddings/[^"]*)"', relations)
        assert book_name
        book = openpyxl.load_workbook(io.BytesIO(packed[f"ppt/{book_name[1]}"]))
        for reference in etree.fromstring(data).iter(f"{C}numRef", f"{C}strRef"):
            where = reference.find(f"{C}f").text.replace("$", "").partition("!")[2]
            cells = book.active[where]  # type: ignore[index]
            rows = cells if isinstance(cells, tuple) else ((cells,),)
            shown = {int(p.get("idx")): p[0].text for p in reference.iter(f"{C}pt")}
            for number, (cell,) in enumerate(rows):
                value = shown.get(number)
                if value is None:
                    assert cell.value is None
                elif cell.is_date:
                    assert serial(cell.value.date().isoformat()) == float(value)
                elif isinstance(cell.value, int | float):
                    # A workbook has 16 digits of each number.
                    assert float(value) == pytest.approx(cell.value, rel=1e-15, abs=0)
                else:
                    assert value == cell.value
                checked += 1
    assert checked > 100


def test_a_chart_says_of_what_it_is_and_small_print_stands_below_its_table() -> None:
    chart, table = sample().charts[0], sample().tables[0]
    note = Paragraph(plain("Small print"), Style.NOTE)
    blocks = (Heading("Jobs"), chart, note, table, note)
    deck = opened(as_pptx.write(small(*blocks))).slides
    told = [[s.text_frame.text for s in slide.shapes if s.has_text_frame] for slide in deck]
    assert [f"One · Jobs · {chart.title}" in texts for texts in told][:2] == [False, True]
    # Title, chart, table, sources: no slide for small print alone.
    assert len(told) == 4
    assert [text for text in told[2] if text.count("Small print") == 2]


def test_every_shape_that_is_no_text_says_what_it_shows() -> None:
    told = []
    for slide in opened(written()).slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                told.append(shape._element.xpath(".//p:cNvPr/@descr"))
    assert all(alts and alts[0] for alts in told)
    assert len(told) > len(sample().charts)


def test_tables_go_on_over_slides_with_their_header_and_lose_no_row() -> None:
    tables = [s.table for slide in opened(written()).slides for s in slide.shapes if s.has_table]
    sources = [table for table in tables if table.cell(0, 0).text == "What"]
    assert len(sources) > 3
    cells = [row.cells[4].text for table in sources for row in list(table.rows)[1:]]
    assert cells == [f"C{number}" for number in range(1, ROWS + 1)]
    assert all(table.first_row for table in tables)


def test_a_table_leaves_room_for_what_is_said_below_it() -> None:
    rows = tuple((Cell(f"row {number}"),) for number in range(60))
    note = "\n".join(["A line of small print."] * 12)
    bare, noted = (
        opened(as_pptx.write(small(Table("t", "T", (Column("C"),), (Group(rows),), about)))).slides
        for about in ("", note)
    )
    on_first = [
        next(len(shape.table.rows) for shape in deck[1].shapes if shape.has_table)
        for deck in (bare, noted)
    ]
    # Twelve lines of 10 points; a row has one of 10.5, and its margins.
    assert on_first[0] - on_first[1] >= 12 * 10 * 1.2 // (10.5 * 1.22 + 6)


def test_the_title_of_a_group_is_said_again_on_the_next_slide() -> None:
    rows = tuple((Cell(f"row {number}"),) for number in range(60))
    table = Table("t", "T", (Column("C"),), (Group(rows, "The group"),))
    found = [
        shape.table
        for slide in opened(as_pptx.write(small(table))).slides
        for shape in slide.shapes
        if shape.has_table
    ]
    assert len(found) > 2
    assert all(one.cell(1, 0).text == "The group" for one in found)


def test_long_words_go_on_over_slides() -> None:
    told = " ".join(f"word{number}" for number in range(3000))
    data = as_pptx.write(small(Paragraph(plain(told))))
    slides = opened(data).slides
    pages = [
        shape.text_frame.text
        for slide in slides
        for shape in slide.placeholders
        if shape.placeholder_format.idx == 1 and "word" in shape.text_frame.text
    ]
    assert len(pages) > 3
    assert "".join(pages) == told
    assert "(2/" in slides[2].shapes.title.text_frame.text


def test_notes_say_the_chart_in_words() -> None:
    chart = next(c for c in sample().charts if len(c.figure.table))
    data = as_pptx.write(small(chart))
    notes = opened(data).slides[1].notes_slide.notes_text_frame.text
    assert chart.figure.alt in notes
    assert chart.about in notes
    for cell in chart.figure.table.to_numpy().ravel():
        assert str(cell) in notes


def test_slides_are_numbered_and_read_in_order() -> None:
    for number, tree in enumerate(trees(written()), 1):
        kinds = [ph.get("type") for ph in tree.iter(f"{P}ph")]
        assert kinds[0] in ("title", "ctrTitle")
        if number > 1:
            assert kinds.count("sldNum") == 1
            field = next(tree.iter(f"{A}fld"))
            assert field.find(f"{A}t").text == str(number)
        # No place is left empty: it would ask for a text.
        for shape in tree.iter(f"{P}sp"):
            assert "".join(t.text or "" for t in shape.iter(f"{A}t"))
        ids = [one.get("id") for one in tree.iter(f"{P}cNvPr")]
        assert len(set(ids)) == len(ids)


def test_arabic_runs_from_right_to_left_and_begins_at_the_right() -> None:
    for tree in trees(written("ar")):
        for paragraph in tree.iter(f"{A}p"):
            if paragraph.find(f"{A}r") is not None:
                assert paragraph.find(f"{A}pPr").get("rtl") == "1"
        for properties in tree.iter(f"{A}tblPr"):
            assert properties.get("rtl") == "1"
    charts = trees(written("ar"), "ppt/charts/chart")
    for chart in charts:
        turned = [o.get("val") for o in chart.iter(f"{C}orientation")]
        assert "maxMin" in turned
    cards = [
        {s.text_frame.text.split("\n")[0]: s.left for s in slide.shapes if s.has_text_frame}
        for slide in (opened(written("ar")).slides[3], opened(written()).slides[3])
    ]
    arabic, english = (list(c.values()) for c in cards)
    assert min(english[2:]) < opened(written()).slide_width // 2 < max(arabic[2:])
    assert 'rtl="1"' in members(written("ar"))["ppt/presentation.xml"].decode()
    assert not [p for t in trees(written()) for p in t.iter(f"{A}pPr") if p.get("rtl") == "1"]


@pytest.mark.parametrize("language", codes.LANGUAGES)
def test_spell_checkers_know_the_language(language: str) -> None:
    tags = {run.get("lang") for tree in trees(written(language)) for run in tree.iter(f"{A}rPr")}
    assert tags == {office.spelling(language)}
    assert opened(written(language)).core_properties.language == office.spelling(language)


def test_the_file_says_what_it_is_and_is_no_younger_than_its_data() -> None:
    document = sample()
    told = opened(written()).core_properties
    assert (told.title, told.author) == (document.title, document.publisher)
    assert document.moment is not None
    assert told.modified == document.moment.replace(tzinfo=None)
    for name, data in members(written()).items():
        if name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(data))
            assert book.properties.created == document.moment.replace(tzinfo=None)
    with zipfile.ZipFile(io.BytesIO(written())) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_same_document_makes_the_same_bytes(language: str) -> None:
    assert as_pptx.write(whole(language)) == written(language)


def test_a_document_without_parts_is_one() -> None:
    empty = replace(sample(), parts=(), facts=(), notice=(), keywords=())
    slides = opened(as_pptx.write(empty)).slides
    assert [slide.shapes.title.text_frame.text for slide in slides] == [empty.title]


def test_nothing_lies_outside_its_slide() -> None:
    for language in ("en", "ar"):
        deck = opened(written(language))
        for slide in deck.slides:
            for shape in slide.shapes:
                assert 0 <= shape.left <= shape.left + shape.width <= deck.slide_width + 1
                assert 0 <= shape.top <= shape.top + shape.height <= deck.slide_height + 1


# What Office checks before it opens a chart, of what we write.
ORDER = {
    "ser": "idx order tx spPr invertIfNegative marker dPt dLbls errBars cat val xVal yVal smooth",
    "dLbl": "idx tx numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName"
    " showPercent showBubbleSize",
    "valAx": "axId scaling delete axPos majorGridlines title numFmt majorTickMark minorTickMark"
    " tickLblPos spPr txPr crossAx crosses crossBetween majorUnit",
    "catAx": "axId scaling delete axPos numFmt majorTickMark minorTickMark tickLblPos spPr txPr"
    " crossAx crosses auto lblAlgn lblOffset noMultiLvlLbl",
    "scaling": "orientation max min",
    "barChart": "barDir grouping varyColors ser gapWidth overlap axId",
    "scatterChart": "scatterStyle varyColors ser axId",
    "chart": "autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs",
    "chartSpace": "date1904 roundedCorners chart txPr externalData",
    "errBars": "errDir errBarType errValType noEndCap plus spPr",
    "pPr": "lnSpc spcBef buClr buFont buNone buAutoNum buChar defRPr",
    "rPr": "solidFill latin ea cs hlinkClick",
    "tcPr": "lnL lnR lnT lnB noFill",
}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_elements_stand_in_the_order_of_the_schema(language: str) -> None:
    for tree in [*trees(written(language)), *trees(written(language), "ppt/charts/chart")]:
        for element in tree.iter():
            own = str(element.tag).rsplit("}", 1)[-1]
            if own in ORDER and len(element):
                order = ORDER[own].split()
                places = [order.index(child.tag.rsplit("}", 1)[-1]) for child in element]
                assert all(one <= other for one, other in pairwise(places)), (own, places)


def test_hostile_text_stays_text() -> None:
    table = Table(HOSTILE, HOSTILE, (Column(HOSTILE),), (Group(((Cell(HOSTILE),),), HOSTILE),))
    chart = sample().charts[3]
    chart = Chart(HOSTILE, HOSTILE, replace(chart.figure, alt=HOSTILE, title=HOSTILE), HOSTILE)
    foul = Span(HOSTILE, url="javascript:alert(1)")
    document = small(Heading(HOSTILE), Paragraph((foul,)), table, chart, title=HOSTILE)
    data = as_pptx.write(document)
    assert text(data).count("=cmd|'/c calc'!A1 </w:t> & gnp.exe") >= 7
    relations = [told for name, told in members(data).items() if name.endswith(".rels")]
    assert not [told for told in relations if b"javascript" in told]


def test_a_formula_in_a_name_is_a_text_in_the_workbook_behind_the_chart() -> None:
    drawn = native(sample().charts[11].figure, "en") or native(sample().charts[3].figure, "en")
    assert drawn is not None
    one = replace(drawn.series[0], name="=1+1")
    moment = NO_DAY
    source = chart_xml.Source(replace(drawn, series=(one, *drawn.series[1:])), moment)
    sheet = openpyxl.load_workbook(io.BytesIO(source.xlsx_blob)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


TEXTS = st.text(max_size=60)


@settings(max_examples=20, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(["en", "ar"]))
def test_any_text_makes_a_file_that_opens(one: str, other: str, language: str) -> None:
    cell = Cell(one, under=(other,), url=other, is_verbatim=True)
    table = Table("t", one, (Column(other),), (Group(((cell,),), one),), about=other)
    spans = (Span(one, is_strong=True, url=other), Span(other, is_verbatim=True))
    document = small(Heading(one), Paragraph(spans), table, language=language, title=other)
    told = text(as_pptx.write(document))
    bare = "".join(office.clean(one).replace("\t", " ").replace("\xa0", " ").splitlines())
    assert seen(bare) in told.replace("\n", "") or not bare
