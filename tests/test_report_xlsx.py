"""Reports as workbooks: charts that Excel draws of the cells beside them, so that they follow an edit."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from dashboard import sentences
from dashboard.reports.document import Chart, Document, Heading, Part, Table
from dashboard.reports.formats import as_xlsx, office, xlsx_charts
from dashboard.reports.formats.native import Native, native, serial
from schemas import codes, words
from tests.papers import sample
from tests.test_report_docx import HOSTILE, members, seen, wanted

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
S = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
LANGUAGES = ("en", "ar")


@cache
def written(language: str = "en") -> bytes:
    return as_xlsx.write(sample(language))


@cache
def opened(language: str = "en") -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(language)))


def charts_sheet(language: str = "en") -> Worksheet:
    found: Worksheet = opened(language)[words.text("Charts", language)]
    return found


@cache
def trees(language: str = "en") -> list[Any]:
    """Return the XML of the charts in their order."""
    packed = members(written(language))
    names = [name for name in packed if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    names.sort(key=lambda name: int(re.sub(r"\D", "", name)))
    return [etree.fromstring(packed[name]) for name in names]


def drawn(language: str = "en") -> list[tuple[Chart, Native]]:
    """Return the charts of the sample that Excel can draw, each as it is drawn."""
    pairs = [(chart, native(chart.figure, language)) for chart in sample(language).charts]
    return [(chart, one) for chart, one in pairs if one]


def values_at(sheet: Worksheet, reference: str) -> list[Any]:
    """Return what stands in the cells that a chart points to; days as Excel counts them."""
    name, _, where = reference.rpartition("!")
    assert name.strip("'").replace("''", "'") == sheet.title
    cells = sheet[where.replace("$", "")]
    rows = cells if isinstance(cells, tuple) else ((cells,),)
    told = [cell for row in rows for cell in row]
    return [
        serial(cell.value.date().isoformat()) if cell.is_date and cell.value else cell.value
        for cell in told
    ]


def pointed(series: Any, kind: str) -> str:
    """Return the cells that a series points to."""
    return str(series.find(f"{C}{kind}").find(f".//{C}f").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_chart_points_to_the_cells_that_hold_the_numbers_of_its_figure(language: str) -> None:
    sheet = charts_sheet(language)
    expected = drawn(language)
    assert len(trees(language)) == len(expected) > 10
    for (_, one), tree in zip(expected, trees(language), strict=True):
        found = list(tree.iter(f"{C}ser"))
        assert len(found) == len(one.series)
        for told, series in zip(one.series, found, strict=True):
            is_points = series.find(f"{C}yVal") is not None
            values = values_at(sheet, pointed(series, "yVal" if is_points else "val"))
            assert values == pytest.approx(list(told.values), nan_ok=True)
            name = values_at(sheet, pointed(series, "tx"))
            assert name == [office.clean(told.name) or words.text("Begins at", language)]
            along = values_at(sheet, pointed(series, "xVal" if is_points else "cat"))
            if is_points:
                assert along == list(told.places)
            else:
                names = [str(text).partition("\n")[0] for text in along]
                assert names == [office.clean(name) for name in one.categories]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_chart_keeps_of_its_cells_is_what_they_hold(language: str) -> None:
    sheet, checked = charts_sheet(language), 0
    for tree in trees(language):
        for reference in tree.iter(f"{C}numRef", f"{C}strRef"):
            cells = values_at(sheet, reference.find(f"{C}f").text)
            kept = {int(p.get("idx")): p[0].text for p in reference.iter(f"{C}pt")}
            for number, value in enumerate(cells):
                if value is None:
                    assert not kept.get(number)
                elif isinstance(value, str):
                    assert kept[number] == value
                else:
                    assert float(kept[number]) == pytest.approx(value)
                checked += 1
    assert checked > 300


def test_what_was_not_reported_is_an_empty_cell_and_a_gap() -> None:
    gaps = 0
    for (_, one), tree in zip(drawn(), trees(), strict=True):
        assert tree.find(f".//{C}dispBlanksAs") is None  # or zero, or a line across
        gaps += sum(value is None for series in one.series for value in series.values)
    assert gaps > 5
    by_sex = next(one for chart, one in drawn() if chart.figure.title.startswith("Women"))
    assert [one.values[-1] for one in by_sex.series[:-1]] == [None] * 4


def test_an_axis_ends_by_itself_so_that_a_larger_number_is_seen() -> None:
    for (_, one), tree in zip(drawn(), trees(), strict=True):
        ends = [(axis, axis.find(f".//{C}max")) for axis in tree.iter(f"{C}valAx")]
        fixed = [axis for axis, end in ends if end is not None]
        # A share ends at the whole, and days where they do.
        assert len(fixed) == (one.up is not None or one.along.high == 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_or_a_picture_and_says_what_it_shows(language: str) -> None:
    packed = members(written(language))
    (drawing,) = [name for name in packed if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name)]
    told = [one.get("descr") for one in etree.fromstring(packed[drawing]).iter(f"{S}cNvPr")]
    assert sorted(told) == sorted(office.clean(c.figure.alt) for c in sample(language).charts)
    pictures = sum(name.startswith("xl/media/") for name in packed)
    # The same picture is kept once.
    assert 0 < pictures <= len(told) - len(trees(language))


def test_a_chart_has_the_title_of_the_cell_above_its_numbers_and_names_its_axes() -> None:
    for (chart, one), tree in zip(drawn(), trees(), strict=True):
        title = tree.find(f"{C}chart/{C}title")
        assert values_at(charts_sheet(), title.find(f".//{C}f").text) == [
            f"{heading}: {chart.title}" if heading else chart.title
            for heading, other in sample().headed_charts()
            if other is chart or other.code == chart.code
        ]
        axes = {
            "".join(t.text for t in axis.find(f"{C}title").iter(f"{A}t"))
            for axis in tree.iter(f"{C}valAx")
            if axis.find(f"{C}title") is not None
        }
        assert axes == {axis.title for axis in (one.along, one.up) if axis and axis.title}


def test_a_chart_below_a_heading_says_of_what_it_is() -> None:
    chart = drawn()[0][0]
    headed = replace(sample(), parts=(Part("a", "A", (Heading("Jobs"), chart)),))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx.write(headed)))
    told = {cell.value for row in book["Charts"] for cell in row}
    assert f"Jobs: {chart.title}" in told


def test_words_beside_a_point_are_those_of_a_cell() -> None:
    (number,) = [n for n, (_, one) in enumerate(drawn()) if any(s.spread for s in one.series)]
    tree = trees()[number]
    labels = [
        one.find(f".//{C}f").text
        for one in tree.iter(f"{C}dLbl")
        if one.find(f".//{C}f") is not None
    ]
    assert [values_at(charts_sheet(), label) for label in labels] == [["≥ 340–390"]]
    bars = tree.find(f".//{C}errBars/{C}plus//{C}f").text
    assert values_at(charts_sheet(), bars) == [50, 50, 50]


@pytest.mark.parametrize("language", codes.LANGUAGES)
def test_every_text_is_found_again(language: str) -> None:
    paper = sample(language)
    texts = [
        str(cell.value)
        for sheet in opened(language)
        for row in sheet
        for cell in row
        if cell.value is not None
    ]
    told = "\n".join(texts).translate(dict.fromkeys(map(ord, "\u200e\u200f"))).replace("\xa0", " ")
    bare = replace(
        paper,
        parts=tuple(
            replace(part, blocks=tuple(b for b in part.blocks if not isinstance(b, Table)))
            for part in paper.parts
        ),
    )
    keys = {word for chart in paper.charts for _, word in chart.figure.keys}
    missing = [
        word
        for word in wanted(bare)
        if seen(word).replace("\xa0", " ") not in told and word.replace("\xa0", " ") not in keys
    ]
    assert missing == []
    assert seen(words.text(sentences.DISCLAIMER, language)) in told


def test_pages_of_paper_begin_before_charts_and_arabic_sheets_at_the_right() -> None:
    assert len(charts_sheet().row_breaks.brk) == len(sample().charts) - 1
    assert (
        not charts_sheet().page_setup.fitToWidth or not charts_sheet().sheet_properties.pageSetUpPr
    )
    for language, is_right in (("en", False), ("ar", True)):
        assert {bool(s.sheet_view.rightToLeft) for s in opened(language)} == {is_right}
    orders = {cell.alignment.readingOrder for cell in charts_sheet("ar")["A"] if cell.value}
    assert orders == {2}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_document_makes_the_same_bytes(language: str) -> None:
    assert as_xlsx.write(sample(language)) == written(language)


def hostile(one: str, other: str, language: str = "en") -> Document:
    """Return a document whose chart and table have texts of others for names."""
    chart = next(chart for chart, told in drawn(language) if told.categories)
    figure = chart.figure
    layout = dict(figure.dict["layout"])
    twin = figure.table.rename(columns={figure.table.columns[1]: one})
    named = replace(
        figure, title=one, alt=other, table=twin, dict={**figure.dict, "layout": layout}
    )
    block = replace(chart, title=one, about=other, figure=named)
    table = replace(sample(language).tables[0], title=one, about=other)
    blocks = (Heading(other), block, table)
    return replace(sample(language), title=one, parts=(Part("one", one, blocks),))


def test_hostile_text_stays_text() -> None:
    data = as_xlsx.write(hostile(HOSTILE, "=1+1"))
    for name, told in members(data).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(told)
            assert b"externalLink" not in told
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
    assert "=1+1" in {cell.value for cell in cells}


@settings(max_examples=15, deadline=None)
@given(st.text(), st.text(), st.sampled_from(LANGUAGES))
@example("00" + "\U0001d400" * 15, "", "en")  # a name of a sheet is counted in units of UTF-16
def test_any_text_makes_a_file_that_opens(one: str, other: str, language: str) -> None:
    data = as_xlsx.write(hostile(one, other, language))
    openpyxl.load_workbook(io.BytesIO(data))
    for name, told in members(data).items():
        if name.endswith(".xml"):
            etree.fromstring(told)


def formulas(data: bytes) -> Iterator[str]:
    for name, told in members(data).items():
        if name.startswith("xl/worksheets/sheet"):
            yield from (one.text or "" for one in etree.fromstring(told).iter("{*}f"))


def test_no_cell_computes() -> None:
    assert not list(formulas(written()))


@pytest.mark.parametrize(
    ("value", "pattern", "shown"),
    [
        (3.0, "#,##0", "#,##0"),
        (41.67, "#,##0", "#,##0.00"),
        (0.5, "0%", "0%"),
        (0.567, "0%", "0.0%"),
        (None, "0%", "0%"),
        (44196.0, "yyyy-mm-dd", "yyyy-mm-dd"),
    ],
)
def test_a_number_is_shown_with_the_decimals_that_it_has(
    value: float | None, pattern: str, shown: str
) -> None:
    assert xlsx_charts.exact(value, pattern) == shown
