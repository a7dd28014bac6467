"""What comes out of a file: every cell as typed, with its address; a file that kills its reader."""

import csv
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.gate import LIMITS, Gate, Limits, examine
from etl.workbook import Cell, Workbook, WorkbookError, address, parse_address, read
from schemas.findings import SENTENCES
from tests.conftest import DATA
from tests.handmade import cell, ods, packed, parts, sheet, styles, unpacked, xlsx
from tests.test_gate import TORTURE, damaged


def opened(data: bytes, file_name: str = "a.xlsx", limits: Limits = LIMITS) -> Workbook:
    return read(data, examine(data, file_name, limits), limits)


def refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(WorkbookError) as caught:
        attempt()
    return caught.value.finding.code


def codes(workbook: Workbook) -> list[tuple[str, str]]:
    return [(found.cell, found.code) for found in workbook.findings]


# --- addresses ---------------------------------------------------------------------------------


def test_a_cell_is_called_as_in_a_spreadsheet() -> None:
    assert address(0, 0) == "A1"
    assert address(13, 5) == "F14"
    assert address(0, 26) == "AA1"
    assert address(1_048_575, 16_383) == "XFD1048576"


@given(st.integers(0, 2_000_000), st.integers(0, 20_000))
def test_an_address_leads_back_to_its_cell(row: int, column: int) -> None:
    assert parse_address(address(row, column)) == (row, column)
    assert parse_address(address(row, column).lower()) == (row, column)


# --- cells -------------------------------------------------------------------------------------

TYPED = (
    '<row r="2"><c r="B2" t="inlineStr"><is><t>0104</t></is></c><c r="C2"><v>12</v></c>'
    '<c r="D2" t="b"><v>1</v></c><c r="F2" t="inlineStr"><is><t xml:space="preserve"> n/a </t></is></c></row>'
)


def test_cells_are_as_typed_and_where_they_stand() -> None:
    book = opened(xlsx(sheet(TYPED)))
    assert (book.file_name, book.kind, book.date_1904) == ("a.xlsx", "xlsx", False)
    (only,) = book.sheets
    assert (only.name, only.index, only.is_visible) == ("S1", 0, True)
    assert only.rows == [[None] * 6, [None, "0104", 12.0, True, None, " n/a "]]
    assert isinstance(only.rows[1][2], float)
    assert only.rows[1][3] is True


@pytest.mark.parametrize(
    ("value", "code", "read_as"),
    [
        (45000, "yyyy-mm-dd", date(2023, 3, 15)),
        (45000.5, "yyyy-mm-dd", datetime(2023, 3, 15, 12)),  # noqa: DTZ001 - as typed
        (0.25, "hh:mm", time(6)),
        (1.5, "[h]:mm", 36.0),
        (0.12, "0%", 0.12),
        (1e300, "[h]:mm", None),
    ],
    ids=["day", "moment", "time", "duration in hours", "share", "absurd duration"],
)
def test_days_and_times_are_told_from_numbers(value: float, code: str, read_as: Cell) -> None:
    data = xlsx(cell(value, style=1), style_sheet=styles(code))
    if read_as is None:
        assert refusal(lambda: opened(data)) == "unreadable"
    else:
        assert opened(data).sheets[0].rows == [[read_as]]


def test_the_1904_calendar_is_four_years_later() -> None:
    data = xlsx(
        cell(45000, style=1),
        style_sheet=styles("yyyy-mm-dd"),
        properties='<workbookPr date1904="1"/>',
    )
    book = opened(data)
    assert book.date_1904
    assert book.sheets[0].rows == [[date(2027, 3, 16)]]


@pytest.mark.parametrize(("serial", "is_named"), [(1, True), (59, True), (60, True), (61, False)])
def test_a_number_shown_as_a_day_of_early_1900_is_named(serial: int, is_named: bool) -> None:
    book = opened(xlsx(cell(serial, at="B2", style=1), style_sheet=styles("d/m/yy")))
    assert codes(book) == [("B2", "number_as_day")] * is_named


def test_errors_are_the_text_that_their_author_sees_and_a_finding() -> None:
    rows = '<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><f>1</f></c><c r="C1"><v>1</v></c></row>'
    book = opened(xlsx(sheet(rows)))
    assert book.sheets[0].rows == [["#REF!", None, 1.0]]
    assert book.sheets[0].errors == {(0, 0): "#REF!"}
    assert book.sheets[0].no_result == {(0, 1)}
    assert codes(book) == [("A1", "error_value"), ("B1", "formula_without_result")]


def test_what_the_gate_saw_stands_at_the_sheet() -> None:
    rows = '<row r="1" hidden="1"><c r="A1" s="1"><v>0.5</v></c></row>'
    data = xlsx(
        cell(1),
        sheet(rows, after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'),
        style_sheet=styles("0%"),
    )
    first, second = opened(data).sheets
    assert (first.formats, first.merged) == ({}, [])
    assert (second.formats, second.merged) == ({(0, 0): "0%"}, [(0, 0, 0, 1)])
    assert second.hidden_rows == {0}


def test_a_hidden_sheet_is_read_and_named() -> None:
    made = parts(cell(1), cell(2))
    made["xl/workbook.xml"] = str(made["xl/workbook.xml"]).replace(
        'name="S2"', 'name="S2" state="hidden"'
    )
    book = opened(packed(made))
    assert [(one.name, one.is_visible) for one in book.sheets] == [("S1", True), ("S2", False)]
    assert [(found.code, found.sheet) for found in book.findings] == [("hidden_sheet", "S2")]


@pytest.mark.parametrize("value", ["NaN", "1e309", "-1e400", "inf"])
def test_what_is_no_number_is_named_and_left_out(value: str) -> None:
    book = opened(xlsx(cell(value, at="C3")))
    assert ("C3", "not_finite") in codes(book)
    assert book.sheets[0].rows[2] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("JOBS\u200b", "invisible_character"),
        ("\ufeffJOBS", "invisible_character"),
        ("JO\u202eSB", "reversed_text"),
        ("JOBS_x0000_", "control_character"),
        ("Jos\ufffd", "lost_character"),
        ("x" * 32_768, "text_too_long"),
        ("línea 1\n\tlínea 2\u00a0€ – שלום", ""),
        ("C:\\new\\bin", ""),
    ],
)
def test_text_that_is_not_what_it_looks_like_is_named(text: str, code: str) -> None:
    xml = sheet(f'<row r="2"><c r="B2" t="inlineStr"><is><t>{text}</t></is></c></row>')
    assert codes(opened(xlsx(xml))) == ([("B2", code)] if code else [])


def test_a_thousand_remarks_on_a_sheet_are_enough() -> None:
    row = '<c t="inlineStr"><is><t>\u200b</t></is></c>'
    found = opened(xlsx(sheet(f"<row>{row * 100}</row>" * 20))).findings
    assert Counter(one.code for one in found) == {"invisible_character": 1000, "more_findings": 1}


def test_a_workbook_without_content_says_so() -> None:
    assert codes(opened(xlsx(sheet("")))) == [("", "no_cells")]


def test_an_open_document_is_read_with_its_markup() -> None:
    book = opened(
        ods(
            '<table:table-row><table:table-cell office:value-type="percentage" office:value="0.12">'
            "<text:p>12 %</text:p></table:table-cell></table:table-row>"
        ),
        "a.ods",
    )
    assert book.sheets[0].rows == [[0.12]]
    assert book.sheets[0].formats == {(0, 0): "0%"}


# --- a reader that may die ---------------------------------------------------------------------

FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
CLAIM = '<sst count="4000000000" uniqueCount="4000000000"><si><t>a</t></si></sst>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (xlsx(sheet(FAR)), "reading_failed"),
        (xlsx(cell(1, at="C1048576")), "too_many_cells"),
        (xlsx(cell(1, at="SS1")), "too_many_columns"),
        (xlsx(cell(1), texts=CLAIM), "reading_failed"),
        (packed({"a.xml": "<a/>"}), "unreadable"),
        (b"", "unreadable"),
    ],
    ids=["far cell", "far row", "far column", "false count", "no workbook", "nothing"],
)
def test_what_slips_through_the_gate_does_no_harm(data: bytes, code: str) -> None:
    assert refusal(lambda: read(data, Gate(file_name="a.xlsx", kind="xlsx"))) == code


def test_a_reader_without_memory_or_time_is_given_up() -> None:
    data = xlsx(sheet(f"<row>{'<c><v>1</v></c>' * 100}</row>" * 1000))
    little = replace(LIMITS, memory_bytes=2**20)
    assert refusal(lambda: opened(data, limits=little)) == "reading_failed"
    short = replace(LIMITS, wall_seconds=0)
    assert refusal(lambda: opened(data, limits=short)) == "reading_too_slow"


def test_one_long_text_in_many_cells_is_more_than_can_be_answered() -> None:
    texts = f"<sst><si><t>{'x' * 1000}</t></si></sst>"
    rows = "<row>" + '<c t="s"><v>0</v></c>' * 100 + "</row>"
    little = replace(LIMITS, inflated_bytes=90_000)
    data = xlsx(sheet(rows), texts=texts)
    assert refusal(lambda: opened(data, limits=little)) == "too_much_text"


def test_a_refused_file_is_not_opened() -> None:
    assert refusal(lambda: opened(b"")) == "empty_file"


# --- csv ---------------------------------------------------------------------------------------


def text_rows(text: str) -> list[list[Cell]]:
    book = opened(text.encode(), "a.csv")
    assert [found.code for found in book.findings] == []
    return list(book.sheets[0].rows)


def test_rows_of_a_text_are_rows_whatever_their_length() -> None:
    rows = opened(b"a,b\n1\n\n1,2,a\n,,x\n", "a.csv").sheets[0].rows
    assert rows == [["a", "b"], ["1"], [], ["1", "2", "a"], [None, None, "x"]]
    assert (rows[-1], rows[1:4][-1], len(rows[1:])) == ([None, None, "x"], ["1", "2", "a"], 4)
    with pytest.raises(IndexError):
        rows[5]


def test_a_long_text_keeps_every_field(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many different texts of a column none is looked for again, and none is lost."""
    monkeypatch.setattr("etl.workbook.MANY_TEXTS", 3)
    fields = ["a", "b", "a", "c", "d", "a", "e", "", "e", "f", "a"]
    rows = opened("".join(f"{field},x\n" for field in fields).encode(), "a.csv").sheets[0].rows
    assert rows == [[field or None, "x"] for field in fields]


def test_fields_are_as_written() -> None:
    assert text_rows('code;value\n0104;"1,5"\nTRUE; n/a \n') == [
        ["code", "value"],
        ["0104", "1,5"],
        ["TRUE", " n/a "],
    ]


def test_rows_keep_their_numbers_and_their_length() -> None:
    assert text_rows('A title\n\n"two\nlines",b,\n1,2,3') == [
        ["A title"],
        [],
        ["two\nlines", "b", None],
        ["1", "2", "3"],
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row(end: str) -> None:
    assert text_rows(f"a,b{end}1,2{end}") == [["a", "b"], ["1", "2"]]


def test_the_mark_of_the_encoding_and_the_instruction_are_not_cells() -> None:
    assert text_rows("\ufeffa,b\n1,2\n") == [["a", "b"], ["1", "2"]]
    assert text_rows("sep=;\na;b\n1;2\n") == [["a", "b"], ["1", "2"]]
    greek = opened("Τιμή;1\nΆνεργοι;2\n".encode("cp1253"), "a.csv")
    assert greek.sheets[0].rows == [["Τιμή", "1"], ["Άνεργοι", "2"]]


@pytest.mark.parametrize(
    ("text", "cell_and_code"),
    [
        ("a,b\n1,2\x00\n", ("B2", "control_character")),
        ("a,b\n1\x1b,2\n", ("A2", "control_character")),
        ("a,b\u202e\n1,2\n", ("B1", "reversed_text")),
        ('a,b\n1,"2\n3,4\n', ("B2", "unclosed_quote")),
        ("a,b\n1," + "x" * 32_768, ("B2", "text_too_long")),
        ("\n\n", ("", "no_cells")),
    ],
)
def test_what_is_odd_in_a_text_is_named(text: str, cell_and_code: tuple[str, str]) -> None:
    assert codes(opened(text.encode(), "a.csv")) == [cell_and_code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b\n" + "1," * 513, "too_many_columns"),
        ("a,b\n" + "1,2\n" * 50, "too_many_cells"),
        ("\n" * 101, "too_many_cells"),
        ('a,b\n1,"' + "x" * 140_000, "unclosed_quote"),
    ],
)
def test_a_text_has_the_same_limits(text: str, code: str) -> None:
    limits = replace(LIMITS, csv_cells=100) if code == "too_many_cells" else LIMITS
    assert refusal(lambda: opened(text.encode(), "a.csv", limits)) == code


# --- anything ----------------------------------------------------------------------------------

REAL = [
    "calamine__merge_cells.xlsx",
    "phpspreadsheet__currency4.ods",
    "messytables__span_rich.xls",
    "messytables__spanish_chars.csv",
]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(REAL), st.integers(0, 2**32))
def test_no_damage_raises_anything_else(file_name: str, seed: int) -> None:
    data = (TORTURE / file_name).read_bytes()
    if data.startswith(b"PK"):
        whole = unpacked(data)
        name = random.Random(seed).choice([name for name in whole if whole[name]])
        data = packed({**whole, name: damaged(whole[name], seed)})
    else:
        data = damaged(data, seed)
    with suppress(WorkbookError):
        opened(data, file_name)


def verdict(path: Path) -> tuple[str, str]:
    """Return `readable` or the code of the refusal, and what there is to say in words."""
    try:
        book = opened(path.read_bytes(), path.name)
    except WorkbookError as error:
        found = error.finding
        return found.code, SENTENCES[found.code][1].format(found=found.found, **found.arguments)
    cells = sum(one is not None for each in book.sheets for row in each.rows for one in row)
    counted = sorted(Counter(found.code for found in book.findings).items())
    remarks = "".join(f"; {code}: {number}" for code, number in counted)
    return "readable", f"sheets: {len(book.sheets)}; cells: {cells}{remarks}"


def verdicts() -> list[tuple[str, str, str]]:
    with (DATA / "torture_verdicts.csv").open(encoding="utf-8", newline="") as file:
        return [(row["file"], row["verdict"], row["words"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("file_name", "code", "words"), verdicts())
def test_each_of_the_difficult_files_has_its_verdict(file_name: str, code: str, words: str) -> None:
    assert verdict(TORTURE / file_name) == (code, words)


def test_no_difficult_file_is_without_a_verdict() -> None:
    assert sorted(path.name for path in TORTURE.iterdir()) == [row[0] for row in verdicts()]
