"""A layout is data: what its text says, and where it finds its tables on a sheet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from etl.layouts import (
    Block,
    Column,
    Layout,
    LayoutError,
    Recognition,
    read_layout,
    read_layouts,
    recognise,
)
from etl.workbook import Cell, Sheet, Workbook

LONG = """
title = "A long table"
[[blocks]]
indicator = ["{code}", "{header}"]
[[blocks.columns]]
role = "period"
header = "@year"
required = true
[[blocks.columns]]
role = "value"
header = 'value (?P<sex>[fm])'
required = true
breakdown = { sex = "{sex}" }
[[blocks.columns]]
role = "skip"
header = ["id", "remark"]
"""

WIDE = """
[[blocks]]
repeats = true
top = ['(?P<code>[0-9.]+) (?P<title>.+)']
[[blocks.columns]]
role = "value"
header = "@period"
required = true
[[blocks.columns]]
role = "label"
header = "@indicator"
[[blocks.columns]]
role = "label"
rest = true
"""


def book(*sheets: Sheet, name: str = "book.xlsx") -> Workbook:
    return Workbook(file_name=name, kind="xlsx", sheets=list(sheets))


def sheet(
    *rows: Sequence[Cell], name: str = "Data", is_visible: bool = True, **hints: Any
) -> Sheet:
    return Sheet(
        name=name, index=0, is_visible=is_visible, rows=[list(row) for row in rows], **hints
    )


def found(text: str, *rows: Sequence[Cell], **hints: Any) -> Recognition:
    return recognise(book(sheet(*rows, **hints)), [read_layout(text, "test")])


def codes(recognition: Recognition) -> list[tuple[str, str]]:
    return [(finding.code, finding.found) for finding in recognition.findings]


# --- Layouts as files --------------------------------------------------------------------------


def test_the_version_of_a_layout_changes_with_its_text() -> None:
    layout = read_layout(LONG, "long")
    assert layout.version == read_layout(LONG, "long").version
    assert layout.version != read_layout(LONG + "# changed", "long").version
    assert (len(layout.version), layout.body, layout.title) == (12, LONG, "A long table")


@pytest.mark.parametrize(
    "text",
    [
        "not = [toml",
        "title = 'no blocks'",
        LONG.replace("required", "requierd"),
        LONG.replace("(?P<sex>[fm])", "(?P<sex>[fm]"),
        LONG.replace('title = "A long table"', "colour = 'red'"),
    ],
    ids=["no TOML", "no blocks", "unknown key", "broken pattern", "unknown setting"],
)
def test_a_layout_that_says_something_else_is_refused(text: str) -> None:
    with pytest.raises(LayoutError, match="layout wrong"):
        read_layout(text, "wrong")


def test_every_declared_layout_can_be_read(tmp_path: Path) -> None:
    layouts = read_layouts()
    assert len({layout.code for layout in layouts}) == len(layouts) >= 7
    assert all(layout.title for layout in layouts)
    assert read_layouts(tmp_path) == []


# --- Where the header is -----------------------------------------------------------------------


def test_a_header_is_found_by_its_words_below_whatever_stands_above() -> None:
    recognition = found(LONG, ["A report"], [], ["ID", "Year", "Value F", "Value M"], ["1", "2020"])
    table = recognition.tables[0]
    assert (table.header, table.first, table.last) == (2, 3, 4)
    assert {c: one.column.role for c, one in table.columns.items()} == {
        0: "skip",
        1: "period",
        2: "value",
        3: "value",
    }
    assert table.columns[3].facts == {"header": "Value M", "sex": "m"}


def test_without_a_required_column_there_is_no_table() -> None:
    recognition = found(LONG, ["Year", "Value X"], ["2020", "5"])
    assert (recognition.layout, codes(recognition)) == (None, [("layout_unknown", "")])


def test_rows_of_tags_or_types_below_the_header_are_no_data() -> None:
    rows: list[list[Cell]] = [
        ["Year", "Value F"],
        ["#date", "#value"],
        ["number", "text"],
        ["2020", "1"],
    ]
    assert found(LONG, *rows).tables[0].first == 3


def test_years_are_a_header_whether_typed_or_written() -> None:
    rows: list[list[Cell]] = [
        ["8.1 Jobs"],
        ["Items", 2019.0, "2020", "20211"],
        ["Total", 1.0, 2.0, 3.0],
    ]
    recognition = found(WIDE, *rows)
    table = recognition.tables[0]
    assert [one.facts.get("period") for one in table.columns.values()] == [
        None,
        "2019-01-01/2019-12-31",
        "2020-01-01/2020-12-31",
        "2021-01-01/2021-12-31",
    ]
    assert {k: table.facts[k] for k in ("code", "title")} == {"code": "8.1", "title": "Jobs"}
    assert codes(recognition) == [("footnote_in_header", "20211")]


def test_values_that_could_be_years_are_no_header() -> None:
    rows: list[list[Cell]] = [
        ["Items", 2019.0, 2020.0],
        ["Boys", 1998.0, 2010.0],
        ["Girls", 2050.0, 1990.0],
    ]
    assert [table.header for table in found(WIDE, *rows).tables] == [0]


def test_blocks_below_each_other_have_their_own_header() -> None:
    rows: list[list[Cell]] = [
        ["Items", "All accidents"],
        [None, 2019.0, 2020.0],
        ["Total", 1.0, 2.0],
        [],
        ["Items", "Deadly accidents"],
        [None, 2019.0, 2020.0],
        ["Total", 3.0, 4.0],
    ]
    tables = found(WIDE, *rows).tables
    assert [(table.top, table.first, table.last) for table in tables] == [(0, 2, 4), (4, 6, 7)]
    above = [table.columns[2].facts["above"] for table in tables]
    assert above == ["All accidents", "Deadly accidents"]


def test_hidden_columns_and_rows_count_and_hidden_sheets_do_not() -> None:
    rows: list[list[Cell]] = [["Year", "Value F"], ["2020", "1"]]
    layout = read_layout(LONG, "long")
    sheets = [
        sheet(*rows, hidden_columns=frozenset({1}), hidden_rows=frozenset({1})),
        sheet(*rows, name="Old", is_visible=False),
        sheet(["Contents"], name="About"),
    ]
    recognition = recognise(book(*sheets), [layout])
    assert [table.sheet.name for table in recognition.tables] == ["Data"]
    assert [(f.sheet, f.code, f.found) for f in recognition.findings] == [
        ("Data", "hidden_columns_read", "B"),
        ("Data", "hidden_rows_read", ""),
        ("About", "sheet_not_read", ""),
    ]


def test_numbers_under_an_unknown_header_are_told() -> None:
    recognition = found(LONG, ["Year", "Value F", "Total"], [2020.0, 1.0, 5.0])
    assert codes(recognition) == [("column_not_read", "Total")]


# --- Which layout fits best --------------------------------------------------------------------


def test_the_layout_that_knows_most_headers_is_taken() -> None:
    wider = read_layout(LONG.replace('"remark"', '"remark", "place"'), "wider")
    layouts = [read_layout(LONG, "long"), wider]
    data = book(sheet(["Year", "Value F", "Place"], ["2020", "1", "Here"]))
    recognition = recognise(data, layouts)
    assert recognition.layout == wider
    assert recognition.scores == {"long": pytest.approx(2 / 3), "wider": 1}
    only = recognise(data, layouts, only="long")
    assert only.layout == layouts[0]
    assert recognise(data, layouts, only="none").layout is None


def test_a_cue_must_be_on_the_sheet_and_brings_its_facts() -> None:
    cue = "[[blocks.cues]]\ntext = '^MLI-'\nfacts = { place = 'Mali' }\n"
    text = LONG.replace("[[blocks.columns]]", f"{cue}[[blocks.columns]]", 1)
    header: list[Cell] = ["Year", "Value F", "ID"]
    assert found(text, header, ["2020", "1", "SEN-1"]).layout is None
    recognition = found(text, header, ["2020", "1", "MLI-1"])
    assert recognition.tables[0].facts["place"] == "Mali"


def test_the_files_name_is_a_source_of_facts() -> None:
    text = LONG.replace("[[blocks]]", "[[blocks]]\nfile = '(?P<goal>[0-9]+)-(?P<target>[0-9]+)'", 1)
    data = book(sheet(["Year", "Value F"], ["2020", "1"]), name="indicator_8-5.xlsx")
    facts = recognise(data, [read_layout(text, "test")]).tables[0].facts
    assert (facts["goal"], facts["target"], facts["file"]) == ("8", "5", "indicator_8-5")


def test_a_layout_made_in_code_may_fix_rows_and_letters() -> None:
    """As a proposal or a saved layout does: column F from row 12 to 40."""
    columns = (Column("indicator", at="A"), Column("value", at="F"))
    layout = Layout("fixed", blocks=(Block(columns, first=12, last=40),))
    recognition = recognise(book(sheet(*[["x"] for _ in range(50)])), [layout])
    table = recognition.tables[0]
    assert (table.first, table.last, sorted(table.columns)) == (11, 40, [0, 5])


@pytest.mark.parametrize(
    ("file", "code"),
    [
        *(("kg_sdg_10.b.1.1.xlsx", "kg_sdg"), ("kg_sdg_8.8.1.xlsx", "kg_sdg")),
        *(("sdg_us_1-2-1.csv", "open_sdg"), ("sdg_la_8-3-1.csv", "open_sdg")),
        ("ocha_rowca_indicator_achievements_2014.csv", "ocha_rowca_achievements"),
        ("ocha_mli_population_months_fr.csv", "ocha_mli_population_months"),
        *(
            ("za_quarterly_performance.csv", "za_quarterly_performance"),
            ("dhis2_datavalues.csv", "dhis2_data_values"),
        ),
        *(
            ("za_performance_template.xlsx", "za_quarterly_performance"),
            ("unesco_enrolment_by_sex.xlsx", "unesco_enrolment"),
        ),
        ("../torture/calamine__errors.xlsx", None),
    ],
)
def test_real_files_are_recognised_by_their_own_layout(file: str, code: str | None) -> None:
    from etl import gate, workbook

    path = Path(__file__).parent / "data" / "workbooks" / file
    data = path.read_bytes()
    recognition = recognise(workbook.read(data, gate.examine(data, path.name)), read_layouts())
    assert (recognition.layout.code if recognition.layout else None) == code
