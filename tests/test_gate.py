"""What may be opened, what is refused and in which words, and what the reader would hide."""

import random
import re
import struct
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.gate import LIMITS, Hints, examine
from tests.conftest import DATA
from tests.handmade import cell, ods, packed, parts, sheet, styles, unpacked, xlsx

TORTURE = DATA / "torture"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def refusal(data: bytes, file_name: str = "a.xlsx") -> str:
    gate = examine(data, file_name)
    return gate.findings[0].code if gate.is_refused else ""


def hints(data: bytes, name: str = "S1", file_name: str = "a.xlsx") -> Hints:
    gate = examine(data, file_name)
    assert not gate.is_refused, gate.findings
    return gate.hints[name]


# --- what kind of file it is -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file_name", "data", "code"),
    [
        ("a.xlsx", b"", "empty_file"),
        ("a.xlsx", bytes(30 * 2**20), "file_too_large"),
        ("a.docx", xlsx(cell(1)), "unknown_ending"),
        ("a", xlsx(cell(1)), "unknown_ending"),
        ("a.ods", xlsx(cell(1)), "wrong_ending"),
        ("a.xls", xlsx(cell(1)), "wrong_ending"),
        ("a.csv", xlsx(cell(1)), "wrong_ending"),
        ("a.xlsx", OLE + "Workbook".encode("utf-16-le"), "wrong_ending"),
        ("a.xlsx", b"a;b\n1;2\n", "wrong_ending"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "not_a_spreadsheet"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "not_a_spreadsheet"),
        ("a.csv", b"%PDF-1.7", "not_a_spreadsheet"),
        ("a.csv", bytes(range(256)) * 4, "not_a_spreadsheet"),
        ("a.xls", OLE + "WordDocument".encode("utf-16-le"), "not_a_spreadsheet"),
        ("a.xlsx", packed({"word/document.xml": "<w:document/>"}), "not_a_spreadsheet"),
        ("a.xlsx", packed({}), "not_a_spreadsheet"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xlsx", xlsx(), "no_sheets"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(file_name: str, data: bytes, code: str) -> None:
    assert refusal(data, file_name) == code


@pytest.mark.parametrize(
    ("file_name", "data", "kind"),
    [
        ("Año 2023.XLSX", xlsx(cell(1)), "xlsx"),
        ("a.xlsm", xlsx(cell(1)), "xlsx"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), "xls"),
        ("a.ods", ods("<table:table-row/>"), "ods"),
        ("a.csv", b"PKR,USD\n1,2\n", "csv"),
        ("a.txt", b"a\tb\n", "csv"),
    ],
)
def test_the_content_says_what_kind_a_file_is(file_name: str, data: bytes, kind: str) -> None:
    gate = examine(data, file_name)
    assert (gate.kind, gate.is_refused) == (kind, False)


def test_macros_are_named_and_no_reason_to_refuse() -> None:
    made = parts(cell(1))
    made["[Content_Types].xml"] = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    gate = examine(packed(made | {"xl/vbaProject.bin": b"\xd0\xcf"}), "a.xlsm")
    assert (gate.kind, gate.is_refused) == ("xlsm", False)
    assert [found.code for found in gate.findings] == ["macros_ignored"]


def test_an_old_workbook_says_what_cannot_be_seen_in_it() -> None:
    gate = examine(OLE + "Workbook".encode("utf-16-le"), "a.xls")
    assert [found.code for found in gate.findings] == ["old_format"]


# --- the zip around it -------------------------------------------------------------------------


def overlapping() -> bytes:
    """Two members whose directory entries point to the same bytes."""
    data = bytearray(packed({"a.xml": "<a/>" * 50, "b.xml": "<a/>" * 50}))
    entries = [found.start() for found in re.finditer(rb"PK\x01\x02", bytes(data))]
    data[entries[1] + 42 : entries[1] + 46] = data[entries[0] + 42 : entries[0] + 46]
    return bytes(data)


def flagged() -> bytes:
    """A member that says it is encrypted."""
    data = bytearray(xlsx(cell(1)))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def flipped() -> bytes:
    """A member in which one bit is not as it was."""
    data = bytearray(packed(parts(cell(1)), zipfile.ZIP_STORED))
    data[data.index(b"<sheetData>") + 2] ^= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (xlsx(cell(1))[:-100], "damaged_file"),
        (xlsx(cell(1))[: len(xlsx(cell(1))) // 2], "damaged_file"),
        (b"PK\x03\x04" + bytes(100) + xlsx(cell(1)), "damaged_file"),
        (flipped(), "damaged_file"),
        (overlapping(), "unsafe_overlap"),
        (flagged(), "password"),
        (packed(parts(cell(1)) | {"../evil.xml": ""}), "unsafe_path"),
        (packed(parts(cell(1)) | {"xl\\..\\..\\evil.xml": ""}), "unsafe_path"),
        (packed(parts(cell(1)) | {"XL\\Workbook.xml": ""}), "unsafe_duplicate"),
        (packed(parts(cell(1)), zipfile.ZIP_BZIP2), "unsafe_method"),
        (packed(parts(cell(1)) | {f"{n}.xml": "" for n in range(1000)}), "too_many_parts"),
        (packed(parts(cell(1)) | {"media/a.png": bytes(9 * 2**20)}), "inflates_too_far"),
        (
            packed(parts(cell(1)) | {f"media/{n}": bytes(8 * 2**20) for n in range(25)}),
            "inflates_too_far",
        ),
    ],
    ids=range(13),
)
def test_a_zip_that_no_spreadsheet_program_writes_is_refused(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_directory_of_far_too_many_parts_is_not_even_read() -> None:
    assert refusal(b"PK\x03\x04" + b"PK\x01\x02" * 400_000) == "too_many_parts"


def test_a_part_that_claims_to_be_smaller_than_it_is_is_refused() -> None:
    data = bytearray(packed({"a.xml": "<a/>" * 5000}))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 10)
    assert refusal(bytes(data)) == "damaged_file"


def test_what_real_files_have_is_let_through() -> None:
    made = parts(cell(1), cell(2))
    made["xl/workbook.xml"] = str(made["xl/workbook.xml"]).replace(
        'name="S2"', 'name="S2" state="veryHidden"'
    )
    made["xl/externalLinks/externalLink1.xml"] = '<externalLink xmlns="x"/>'
    made |= {"xl/": "", "docProps/empty.xml": "", "__MACOSX/._a.xml": b"\0\5\x16\7"}
    assert refusal(packed(made)) == ""
    backslashes = {name.replace("/", "\\"): part for name, part in parts(cell(1)).items()}
    assert list(examine(packed(backslashes), "a.xlsx").hints) == ["S1"]


# --- the XML in it -----------------------------------------------------------------------------

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "docProps/core.xml", "customXml/1.xml"])
def test_entities_are_refused_in_any_part(part: str) -> None:
    assert refusal(packed(parts(cell(1)) | {part: f"{BOMB}<x>&b;</x>"})) == "document_type"


@pytest.mark.parametrize(
    "part", [f"{BOMB}<x/>".encode("utf-16"), f"{BOMB}<x/>".encode("utf-16-be")]
)
def test_entities_cannot_be_hidden_by_an_encoding(part: bytes) -> None:
    assert refusal(packed(parts(cell(1)) | {"xl/a.xml": part})) == "unsafe_encoding"
    strange = '<?xml version="1.0" encoding="utf-7"?><x/>'
    assert refusal(packed(parts(cell(1)) | {"xl/a.xml": strange})) == "unsafe_encoding"


FAR_ROW = sheet(
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="C1048576"><v>1</v></c></row>'
)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (cell(1, at="XFD1048576"), "too_many_columns"),
        (cell(1, at="SS1"), "too_many_columns"),
        (FAR_ROW, "too_many_cells"),
        (FAR_ROW.replace('r="1048576"', 'r="1"'), "too_many_cells"),
        (FAR_ROW.replace("<c ", "<c\n"), "too_many_cells"),
        (FAR_ROW.replace("<", "<x:").replace("<x:/", "</x:"), "too_many_cells"),
        (sheet("", after='<mergeCell ref="A1:XFD1048576"/>'), "too_many_cells"),
        (cell(1, at="ZZZZZ99999999999"), "damaged_file"),
    ],
    ids=range(8),
)
def test_a_cell_far_away_is_refused_in_two_kilobytes(xml: str, code: str) -> None:
    data = xlsx(xml)
    assert len(data) < 2048
    assert refusal(data) == code


@pytest.mark.parametrize(
    "xml",
    [
        sheet(
            '<row r="1"><c r="A1"><v>1</v></c></row>',
            before='<dimension ref="A1:XFD1048576"/>',
        ),
        FAR_ROW.replace("<v>1</v></c></row></sheet", "</c></row></sheet"),
        sheet('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'),
        sheet('<!-- <c r="XFD1048576"><v>1</v></c> --><row r="1"><c r="A1"><v>1</v></c></row>'),
    ],
    ids=["declared", "empty and far", "styled and far", "in a comment"],
)
def test_a_size_that_is_only_claimed_is_no_reason_to_refuse(xml: str) -> None:
    assert refusal(xlsx(xml)) == ""


def test_cells_are_counted_over_all_sheets() -> None:
    limits = replace(LIMITS, cells=10)
    row = '<row r="1">' + "".join(f'<c r="{c}1"><v>1</v></c>' for c in "ABCDEF") + "</row>"
    assert not examine(xlsx(sheet(row)), "a.xlsx", limits).is_refused
    found = examine(xlsx(sheet(row), sheet(row)), "a.xlsx", limits).findings[0]
    assert (found.code, found.sheet) == ("too_many_cells", "S2")


def test_more_sheets_texts_or_styles_than_any_workbook_has_are_refused() -> None:
    assert refusal(xlsx(*[cell(1)] * 101)) == "too_many_sheets"
    names = "".join(f'<sheet name="S{n}" r:id="r1"/>' for n in range(10_000))
    many = parts(cell(1)) | {"xl/workbook.xml": f"<workbook><sheets>{names}</sheets></workbook>"}
    assert refusal(packed(many)) == "too_many_sheets"
    claim = '<sst count="4000000000" uniqueCount="4000000000"><si><t>a</t></si></sst>'
    assert refusal(xlsx(cell(1), texts=claim)) == "too_many_texts"
    assert refusal(xlsx(cell(1), style_sheet=styles("[" * 501))) == "format_too_long"
    assert refusal(xlsx(cell(1), style_sheet=styles(xfs="<xf/>" * 100_001))) == "too_many_styles"


# --- what the reader hides or drops ------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "0%",
        "0.0 %",
        "#,##0.00 [$€-408]",
        "[$JOD] #,##0.000",
        "#,##0 &quot;TND&quot;",
        "&quot;$&quot;#,##0",
        "#,##0.00 ₪",
        "[&gt;100]0.00&quot; EUR&quot;;0",
    ],
)
def test_percentages_and_currencies_are_told(code: str) -> None:
    told = hints(xlsx(cell(1, at="B3", style=1), style_sheet=styles(code))).formats
    assert told == {(2, 1): code.replace("&quot;", '"').replace("&gt;", ">")}


@pytest.mark.parametrize(
    "code", ["General", "0.00", "[$-409]d mmm yyyy", "DD-MMM-YY", "0&quot; %&quot;", "0.00E+00"]
)
def test_other_number_formats_are_not(code: str) -> None:
    data = xlsx(cell(1, style=1), style_sheet=styles(code))
    assert hints(data).formats == {}


def test_the_formats_that_have_a_number_only_are_known() -> None:
    xfs = '<xf numFmtId="9"/><xf numFmtId="10"/><xf numFmtId="44"/><xf numFmtId="2"/>'
    row = "".join(f'<c r="{c}1" s="{n}"><v>1</v></c>' for n, c in enumerate("ABCD", 1))
    told = hints(xlsx(sheet(f'<row r="1">{row}</row>'), style_sheet=styles(xfs=xfs))).formats
    assert told == {(0, 0): "0%", (0, 1): "0.00%", (0, 2): "¤#,##0.00"}


def test_bold_and_indented_cells_are_told_where_they_have_content() -> None:
    fonts = '<font/><font><sz val="9"/><b/></font><font><b val="0"/></font>'
    xfs = (
        '<xf fontId="1"/><xf fontId="2"/>'
        '<xf fontId="0" applyAlignment="1"><alignment horizontal="left" indent="2"/></xf>'
    )
    row = (
        '<c r="A1" s="1"><v>1</v></c><c r="B1" s="1"/><c r="C1" s="2"><v>1</v></c>'
        '<c r="D1" t="s" s="3"><v>0</v></c><c r="E1"><v>1</v></c>'
    )
    told = hints(xlsx(sheet(f'<row r="1">{row}</row>'), style_sheet=styles(fonts=fonts, xfs=xfs)))
    assert told.bold == {(0, 0)}
    assert told.indents == {(0, 3): 2}


def test_errors_and_formulas_without_a_result_are_told() -> None:
    rows = (
        '<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="C2"><f>A1+1</f></c><c r="D2"><f>A1+1</f><v>3</v></c><c r="E2"><f>A1</f><v></v></c>'
        '<c r="F2" t="str"><f>""</f><v></v></c><c r="G2"><f t="shared" si="0"/></c>'
        '<c r="H2"><f t="shared" si="0"/><v>1</v></c><c r="I2" t="str"><f>"&lt;f>"</f><v>a</v></c>'
        "</row>"
    )
    told = hints(xlsx(sheet(rows)))
    assert told.errors == {(1, 0): "#REF!", (1, 1): "#DIV/0!"}
    assert told.no_result == {(1, 2), (1, 4), (1, 6)}


def test_hidden_rows_and_columns_and_merged_cells_are_told() -> None:
    told = hints(
        xlsx(
            sheet(
                '<row r="1" spans="1:3"><c r="A1"><v>1</v></c></row>'
                '<row spans="1:3" hidden="1" r="3"><c r="A3"><v>1</v></c></row>',
                before='<cols><col min="2" max="3" width="9" hidden="1"/><col min="4" max="4"/></cols>',
                after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
            )
        )
    )
    assert (told.hidden_rows, told.hidden_columns) == (frozenset({2}), frozenset({1, 2}))
    assert told.merged == [(0, 0, 1, 1)]


USUAL = (
    '<row r="2"><c r="B2" s="1"><v>1</v></c><c r="C2" t="e"><v>#N/A</v></c></row>'
    '<row r="3"><c r="A3"><f>1</f></c></row>'
)


@pytest.mark.parametrize(
    "rows",
    [
        USUAL,
        USUAL.replace("<", "<x:").replace("<x:/", "</x:"),
        USUAL.replace('"', "'"),
        USUAL.replace("<c ", "<c\n "),
        re.sub(r'<c r="(\w+)" s="1"', r'<c s="1" r="\1"', USUAL),
        USUAL.replace("<v>1</v>", "<v><![CDATA[1]]></v>"),
        USUAL.replace("</row>", "<!-- <c> --></row>"),
        '<row r="2"><c/><c s="1"><v>1</v></c><c t="e"><v>#N/A</v></c></row><row><c><f>1</f></c></row>',
    ],
    ids=["usual", "prefix", "quotes", "line ends", "order", "cdata", "comment", "no addresses"],
)
def test_markup_is_understood_however_it_is_written(rows: str) -> None:
    xml = sheet(rows)
    if "<x:" in rows:
        xml = xml.replace("<sheetData", "<x:sheetData").replace("</sheetData", "</x:sheetData")
    told = hints(xlsx(xml, style_sheet=styles("0%")))
    assert told.formats == {(1, 1): "0%"}
    assert told.errors == {(1, 2): "#N/A"}
    assert told.no_result == {(2, 0)}


def test_the_date_system_is_told() -> None:
    assert not examine(xlsx(cell(1)), "a.xlsx").date_1904
    data = xlsx(cell(1), properties='<workbookPr date1904="1"/>')
    assert examine(data, "a.xlsx").date_1904


# --- ods ---------------------------------------------------------------------------------------


def test_a_repeated_row_that_fills_a_sheet_is_refused_and_an_empty_one_is_not() -> None:
    full = '<table:table-cell office:value-type="float" office:value="1"/>'
    many = '<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>'
    wide = full.replace("cell ", 'cell table:number-columns-repeated="2" ')
    assert refusal(ods(many.format(wide)), "a.ods") == "too_many_cells"
    assert refusal(ods(many.format("<table:table-cell/>")), "a.ods") == ""
    far = many.replace("1048576", "1048575").format("<table:table-cell/>")
    below = f"<table:table-row><table:table-cell/>{full}</table:table-row>"
    assert refusal(ods(far + below), "a.ods") == "too_many_cells"
    assert refusal(ods(f"<table:table-row>{wide}</table:table-row>"), "a.ods") == ""
    right = full.replace("cell ", 'cell table:number-columns-repeated="16384" ')
    row = f"<table:table-row>{right}</table:table-row>"
    assert refusal(ods(row), "a.ods") == "too_many_columns"


def test_the_markup_of_an_open_document_is_told() -> None:
    rows = (
        '<table:table-column/><table:table-column table:visibility="collapse"/>'
        '<table:table-row table:visibility="filter"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell office:value-type="percentage" office:value="0.12" '
        'table:number-columns-repeated="2"/><table:table-cell office:value-type="currency" '
        'office:currency="EUR" table:number-columns-spanned="2"/><table:covered-table-cell/>'
        '<table:table-cell calcext:value-type="error" office:value-type="string" '
        'table:formula="of:=1/0"><text:p>#DIV/0!</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1"/></table:table-row>'
    )
    told = hints(ods(rows), "T", "a.ods")
    assert told.formats == {(1, 0): "0%", (1, 1): "0%", (1, 2): "[$EUR]#,##0.00"}
    assert told.errors == {(1, 4): "#DIV/0!"}
    assert told.no_result == {(1, 5)}
    assert (told.hidden_rows, told.hidden_columns) == (frozenset({0}), frozenset({1}))
    assert told.merged == [(1, 2, 1, 3)]


# --- csv ---------------------------------------------------------------------------------------

GREEK = "Δείκτης;Τιμή\nΆνεργοι στην Καβάλα;12,5\n"
SPANISH = "Región;Niñas;Niños\nSevilla;3;4\n"
ARABIC = "المؤشر;القيمة\nالعاطلون عن العمل;12\n"


@pytest.mark.parametrize(
    ("text", "written", "read"),
    [
        (GREEK, "utf-8-sig", "utf-8-sig"),
        (GREEK, "utf-8", "utf-8"),
        (GREEK, "utf-16", "utf-16"),
        (SPANISH, "utf-16-le", "utf-16-le"),
        (GREEK, "cp1253", "cp1253"),
        (SPANISH, "cp1252", "cp1252"),
        (ARABIC, "cp1256", "cp1256"),
    ],
)
def test_the_encoding_of_a_text_is_found_and_said_where_it_is_a_guess(
    text: str, written: str, read: str
) -> None:
    gate = examine(text.encode(written), "a.csv")
    assert (gate.encoding, gate.delimiter) == (read, ";")
    assert [found.code for found in gate.findings] == ["encoding_guessed"] * read.startswith("cp")


def test_a_broken_character_does_not_change_the_encoding() -> None:
    assert examine((GREEK.encode() + b"\xce;1\n"), "a.csv").encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n", ";"),
        ("a\tb\n1,5\t2;5\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('a,"x;y",c\r1,"2;3",4\r', ","),
        ("A title; with a mark\n\na,b,c\n1,2,3\n4,5,6\n", ","),
        ("sep=|\na,b|c,d\n", "|"),
        ("only one column\n1\n", ","),
    ],
)
def test_the_delimiter_of_a_text_is_what_cuts_its_rows_alike(text: str, delimiter: str) -> None:
    assert examine(text.encode(), "a.csv").delimiter == delimiter


# --- anything ----------------------------------------------------------------------------------

NAMES = st.sampled_from(["a.xlsx", "a.xlsm", "a.xls", "a.ods", "a.csv", "a.txt", "a"])
BEGINNINGS = st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"])
REAL = ["calamine__merge_cells.xlsx", "poi__AverageTaxRates.xlsx", "phpspreadsheet__currency4.ods"]


@given(BEGINNINGS, st.binary(max_size=4000), NAMES)
def test_no_bytes_raise_an_exception(beginning: bytes, data: bytes, file_name: str) -> None:
    examine(beginning + data, file_name)


def damaged(data: bytes, seed: int) -> bytes:
    """Return bytes some of which were changed, cut out, doubled or swapped."""
    chance = random.Random(seed)
    broken = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(broken))
        end = min(len(broken), start + chance.choice([1, 1, 2, 8, 100]))
        piece = bytes(broken[start:end])
        broken[start:end] = chance.choice(
            [bytes(chance.randbytes(len(piece))), b"", piece * 2, piece[::-1], b"<c ", b'="']
        )
        if not broken:
            break
    return bytes(broken)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(REAL), st.integers(0, 2**32), st.booleans())
def test_no_damage_to_a_real_workbook_raises_an_exception(
    file_name: str, seed: int, is_inside: bool
) -> None:
    data = (TORTURE / file_name).read_bytes()
    if is_inside:
        whole = unpacked(data)
        name = random.Random(seed).choice([name for name in whole if whole[name]])
        examine(packed({**whole, name: damaged(whole[name], seed)}), file_name)
    else:
        examine(damaged(data, seed), file_name)


def test_patterns_do_not_get_slow_on_markup_that_never_ends() -> None:
    # A quadratic pattern would take hours for any of these.
    for piece in (
        "<row ",
        "<c ",
        '<c r="A1" ',
        "<!--",
        "<f ",
        "</f></c>",
        ' t="e"',
        "<mergeCell ",
        "a",
    ):
        refusal(xlsx(sheet(piece * (1_000_000 // len(piece)))))
        style_sheet = styles(xfs=piece * (300_000 // len(piece)))
        refusal(xlsx(cell(1), style_sheet=style_sheet))
