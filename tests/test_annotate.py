"""The partner's own workbook, marked: what changes, what does not, and what comes back with it."""

import base64
import io
import random
import re
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Engine

from dashboard import app, cli
from etl import gate, replies, store, workbook
from etl.annotate import Annotated, annotate
from etl.cell_styles import COLOURS
from etl.questions import is_question, key
from etl.workbook import Workbook
from schemas import database, words
from schemas.codes import LANGUAGES, Severity
from schemas.findings import Finding, finding
from tests.builders import csv_file
from tests.conftest import DATA
from tests.handmade import MAIN, cell, ods, packed, parts, sheet, unpacked, xlsx

ROOT = DATA.parent.parent
REAL = [
    *sorted((DATA / "workbooks").glob("*.xlsx")),
    *sorted((ROOT / "data/demo").glob("D*S1*.xlsx")),
]
MAY_CHANGE = re.compile(
    r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/styles\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/worksheets/(_rels/)?[^/]*|xl/comments\d+\.xml|xl/drawings/vmlDrawing\d+\.vml"
)
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def wrong(at: str, name: str = "S1", found: str = "-3") -> Finding:
    return finding("negative_value", name, at, found=found)


def doubtful(at: str, name: str = "S1") -> Finding:
    return finding("share_above_100", name, at, found="120")


def asked(at: str, name: str = "S1") -> Finding:
    told = {"with_point": 1.234, "with_comma": 1234.0, "times": 12, "points": 0, "commas": 0}
    return finding("ambiguous_numbers", name, at, found="1.234", example="1.234", **told)


def marked(data: bytes, *findings: Finding, language: str = "en") -> bytes:
    copy = annotate(data, "datos.xlsx", findings, language)
    assert (copy.is_twin, copy.reason) == (False, "")
    return copy.data


def read(data: bytes, file_name: str = "a.xlsx") -> Workbook:
    return workbook.read(data, gate.examine(data, file_name))


def opened(data: bytes) -> openpyxl.Workbook:
    with warnings.catch_warnings(action="ignore"):  # it says what it would drop
        return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def page(data: bytes, name: str = "S1") -> Worksheet:
    found = opened(data)[name]
    assert isinstance(found, Worksheet)
    return found


def fill(data: bytes, at: str, name: str = "S1") -> str:
    return str(page(data, name)[at].fill.fgColor.rgb)


def changed(before: bytes, after: bytes) -> set[str]:
    old, new = unpacked(before), unpacked(after)
    assert old.keys() <= new.keys()
    return {name for name, part in new.items() if old.get(name) != part}


def cells(book: Workbook) -> dict[str, list[list[workbook.Cell]]]:
    """Return the cells of each sheet without the empty ones at the ends."""
    kept = {}
    for one in replies.without_findings(book).sheets:
        rows = [list(row) for row in one.rows]
        for row in rows:
            while row and row[-1] is None:
                row.pop()
        while rows and not rows[-1]:
            rows.pop()
        kept[one.name] = rows
    return kept


def some(book: Workbook) -> list[Finding]:
    """Return findings on a handful of cells of each sheet, and on a sheet as a whole."""
    findings = []
    for one in book.sheets:
        there = [
            workbook.address(r, c)
            for r, row in enumerate(one.rows)
            for c, value in enumerate(row)
            if value is not None
        ]
        for n, at in enumerate(there[:: max(1, len(there) // 5)]):
            code = ("negative_value", "share_above_100", "invisible_character")[n % 3]
            findings.append(finding(code, one.name, at, found="x"))
        findings.append(finding("hidden_sheet", one.name))
    return findings


# --- what does not change ----------------------------------------------------------------------


@pytest.mark.thorough(3)
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_a_real_workbook_keeps_every_value_and_every_part_that_is_not_marked(path: Path) -> None:
    data = path.read_bytes()
    book = read(data)
    copy = marked(data, *some(book), language="es")
    assert cells(read(copy)) == cells(book)
    assert all(MAY_CHANGE.fullmatch(name) for name in changed(data, copy))
    marks = sum(
        bool(one.comment) for s in opened(copy).worksheets for row in s.iter_rows() for one in row
    )
    assert marks >= sum(bool(found.cell) for found in some(book)) > 0


@pytest.mark.parametrize("path", REAL[::4], ids=lambda path: path.name)
def test_marks_are_taken_away_without_a_trace_in_the_sheets(path: Path) -> None:
    data = path.read_bytes()
    copy = marked(data, *some(read(data)))
    clean = unpacked(marked(copy))
    for name, part in unpacked(data).items():
        if re.fullmatch(r"xl/worksheets/[^/]*", name):
            assert clean[name] == part, name


def everything() -> bytes:
    """A workbook with what other programs damage: charts, pictures, sparklines, parts of all kinds."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        page = book.add_worksheet("S1")
        blue = book.add_format({"bg_color": "#3366FF", "bold": True, "num_format": "0.00"})
        page.write_row("A1", ["a", "b", "c"])
        page.write_row("A2", [1, 2, 3], blue)
        page.write_formula("D2", "=SUM(A2:C2)", blue, 6)
        page.write_rich_string("A3", "some ", blue, "rich", " text")
        page.write_url("B3", "https://example.org/")
        page.write_url("C3", "internal:'S1'!A1", string="here")
        page.write_comment("A2", "Counted twice?", {"author": "Ana"})
        page.conditional_format("A2:C2", {"type": "data_bar", "data_bar_2010": True})
        page.data_validation("A5", {"validate": "list", "source": ["yes", "no"]})
        page.add_sparkline("E2", {"range": "S1!A2:C2"})
        page.insert_image("G2", "p.png", {"image_data": io.BytesIO(PICTURE)})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=S1!$A$2:$C$2"})
        page.insert_chart("G5", chart)
        page.insert_button("G20", {"caption": "Press"})
        page.merge_range("A8:C9", "merged", blue)
        page.set_column(0, 0, 33)
        page.protect("secret")
        page.print_area("A1:D9")
        page.set_header("&CHeader")
        book.define_name("Total", "=S1!$D$2")
    made = unpacked(stream.getvalue())
    made["xl/pivotCache/pivotCacheDefinition1.xml"] = b"<pivotCacheDefinition/>"
    made["xl/slicers/slicer1.xml"] = b"<slicers/>"
    made["xl/vbaProject.bin"] = bytes(range(256))
    made["customXml/item1.xml"] = b"<anything/>"
    return packed(dict(made))


def test_charts_pictures_macros_and_the_rest_stay_as_they_are() -> None:
    data = everything()
    copy = marked(data, wrong("B2"), doubtful("D2"), wrong("B3"), wrong("B9"))
    assert changed(data, copy) == {
        *("[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml"),
        *("xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"),
        *("xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"),
    }
    old, new = page(data), page(copy)
    assert new["D2"].value == "=SUM(A2:C2)"
    assert (new["D2"].number_format, new["D2"].font.b) == ("0.00", True)
    assert new.column_dimensions["A"].width == old.column_dimensions["A"].width
    assert new.protection.sheet
    assert opened(copy).defined_names["Total"].value == "S1!$D$2"
    assert cells(read(copy)) == cells(read(data))


def test_of_a_sheet_only_the_marked_cells_and_what_belongs_to_them_change() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="0"><f>A1*2</f><v>2</v></c></row>'
    data = xlsx(sheet(rows, after='<pageMargins left="1"/>'))
    made = unpacked(marked(data, wrong("A1"), wrong("B1")))["xl/worksheets/sheet1.xml"].decode()
    made = re.sub(r"<hyperlinks>.*</hyperlinks>", "", made)
    made = re.sub(r"<legacyDrawing[^>]*/>", "", made)
    assert made == sheet(
        '<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="1"><f>A1*2</f><v>2</v></c></row>',
        after='<pageMargins left="1"/>',
    )


# --- what a mark is ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "severity"),
    [
        (wrong("A1"), Severity.ERROR),
        (doubtful("A1"), Severity.WARNING),
        (finding("invisible_character", "S1", "A1", found="x"), Severity.NOTE),
    ],
)
def test_a_mark_is_a_colour_and_a_comment_in_the_language(
    found: Finding, severity: Severity
) -> None:
    copy = marked(xlsx(cell(1)), found, language="fr")
    assert fill(copy, "A1") == COLOURS[severity]
    comment = page(copy)["A1"].comment
    assert comment is not None
    assert comment.author == "MedTOWN"
    kind = {"error": "Erreur", "warning": "Avertissement", "note": "Note"}[severity]
    assert comment.text == f"MedTOWN • Constats: 6\n{kind}: {words.sentence(found, 'fr')}"


def test_links_lead_to_the_list_and_back() -> None:
    copy = opened(marked(xlsx(cell(1, at="C7")), wrong("C7")))
    there = copy["S1"]["C7"].hyperlink
    back = copy["Findings"]["C6"].hyperlink
    assert there is not None
    assert back is not None
    assert (there.location, back.location) == ("'Findings'!A6", "'S1'!C7")


def test_own_links_stay_and_formulas_get_none() -> None:
    copy = page(marked(everything(), wrong("B3"), wrong("C3"), wrong("D2"), wrong("A2")))
    links = {at: copy[at].hyperlink for at in ("B3", "C3", "D2", "A2")}
    told = {at: link.target or link.location for at, link in links.items() if link}
    assert told == {"B3": "https://example.org/", "C3": "'S1'!A1", "A2": "'Findings'!A9"}


def test_several_findings_in_a_cell_are_one_comment_and_the_worst_colour() -> None:
    copy = marked(xlsx(cell(1)), doubtful("A1"), wrong("A1"))
    comment = page(copy)["A1"].comment
    assert comment is not None
    assert comment.text.split("\n")[0] == "MedTOWN • Findings: 6, 7"
    assert [line.split(":")[0] for line in comment.text.split("\n")[1:]] == ["Error", "Warning"]
    assert fill(copy, "A1") == COLOURS[Severity.ERROR]


def test_the_authors_comment_stays_above_ours() -> None:
    data = everything()
    copy = marked(data, wrong("A2"))
    comment, before = page(copy)["A2"].comment, page(data)["A2"].comment
    assert comment is not None
    assert before is not None
    assert comment.author == "Ana"
    assert comment.text.startswith(f"{before.text}\n\nMedTOWN • Findings: 6\nError: ")
    clean = page(marked(copy))["A2"].comment
    assert clean is not None
    assert clean.text == before.text


def test_a_merged_cell_is_marked_where_its_value_stands() -> None:
    copy = page(marked(everything(), wrong("C9")))
    assert copy["A8"].comment is not None
    assert copy["A8"].fill.fgColor.rgb == COLOURS[Severity.ERROR]


@pytest.mark.thorough(3)
@pytest.mark.parametrize("at", ["B2", "A1", "D2", "B9", "C4"])
@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="B2" s="0"><v>1</v></c><c r="C2"><v>2</v></c></row><row r="5"/>',
        '<row><c><v>9</v></c></row><row spans="1:2"><c><v>3</v></c><c><v>1</v></c></row><row/>',
        "<!-- <row r='1'/> --><row r='2'><c r='B2' t='inlineStr'><is><t><![CDATA[<c r='A1'/>]]></t></is></c></row>",
        "",
    ],
    ids=["usual", "no addresses", "comments and character data", "no cells"],
)
def test_a_cell_is_found_or_made_however_the_sheet_is_written(rows: str, at: str) -> None:
    made = parts(
        sheet(rows) if rows else sheet("").replace("<sheetData></sheetData>", "<sheetData/>")
    )
    data = packed(made)
    if not rows:  # the reader wants some cell
        data = packed(parts(str(made["xl/worksheets/sheet1.xml"]), cell(1)))
    copy = marked(data, wrong(at))
    comment = page(copy)[at].comment
    assert comment is not None
    assert fill(copy, at) == COLOURS[Severity.ERROR]
    assert cells(read(copy)) == cells(read(data))
    clean = marked(copy)
    assert page(clean)[at].comment is None
    assert fill(clean, at) == "00000000"


def test_a_workbook_written_with_a_prefix_is_marked_with_it() -> None:
    made = {
        name: re.sub(r"<(/?)(?=[a-z])", r"<\1x:", str(part)).replace("xmlns=", "xmlns:x=")
        if name.startswith("xl/w")
        else part
        for name, part in parts(cell(7)).items()
    }
    made["xl/_rels/workbook.xml.rels"] = parts(cell(7))["xl/_rels/workbook.xml.rels"]
    data = packed(made)
    copy = marked(data, wrong("A1"))
    comment = page(copy)["A1"].comment
    assert comment is not None
    assert cells(read(copy)) == cells(read(data)) == {"S1": [[7.0]]}
    assert b"<x:legacyDrawing" in unpacked(copy)["xl/worksheets/sheet1.xml"]


def test_what_cannot_be_in_a_cell_is_in_the_list_only() -> None:
    findings = [finding("no_values"), finding("hidden_sheet", "S1"), wrong("A1", "no such sheet")]
    copy = opened(marked(xlsx(cell(1)), *findings))
    assert copy["S1"]["A1"].comment is None
    assert [copy["Findings"][f"A{row}"].value for row in (6, 7, 8)] == ["Error", "Error", "Note"]


def test_a_thread_is_answered_in_the_thread() -> None:
    made = unpacked(everything())
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    kinds = "http://schemas.microsoft.com/office/2017/10/relationships"
    thread = '<threadedComment ref="A2" dT="2024-01-01T00:00:00.00" personId="{1}" id="{2}"><text>Why?</text></threadedComment>'
    made["xl/threadedComments/t1.xml"] = (
        f'<ThreadedComments xmlns="{space}">{thread}</ThreadedComments>'.encode()
    )
    made["xl/persons/person.xml"] = (
        f'<personList xmlns="{space}"><person displayName="Ana" id="{{1}}"/></personList>'.encode()
    )
    for name, kind, target in (
        ("xl/worksheets/_rels/sheet1.xml.rels", "threadedComment", "/xl/threadedComments/t1.xml"),
        ("xl/_rels/workbook.xml.rels", "person", "persons/person.xml"),
    ):
        link = f'<Relationship Id="t" Type="{kinds}/{kind}" Target="{target}"/></Relationships>'
        made[name] = made[name].replace(b"</Relationships>", link.encode())
    copy = marked(packed(dict(made)), wrong("A2"))
    told = unpacked(copy)["xl/threadedComments/t1.xml"].decode()
    assert thread in told
    assert 'parentId="{2}"><text>MedTOWN &#8226; Findings: 6\nError: ' in told
    assert b'displayName="MedTOWN"' in unpacked(copy)["xl/persons/person.xml"]
    clean = unpacked(marked(copy))
    assert clean["xl/threadedComments/t1.xml"] == made["xl/threadedComments/t1.xml"]


# --- the list ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_speaks_the_language_and_runs_in_its_direction(language: str) -> None:
    copy = opened(marked(xlsx(cell(1)), wrong("A1"), language=language))
    title = words.text("Findings", language)
    assert copy.sheetnames == ["S1", title]
    listed = copy[title]
    assert bool(listed.sheet_view.rightToLeft) == (language == "ar")
    assert [listed.cell(6, n).value for n in (2, 3, 4)] == ["S1", "A1", "-3"]
    assert listed["A5"].value == words.text("Kind", language)
    assert listed.column_dimensions["H"].hidden


def test_the_list_has_a_name_of_its_own() -> None:
    made = parts(cell(1), cell(2))
    made["xl/workbook.xml"] = str(made["xl/workbook.xml"]).replace('"S2"', '"FINDINGS"')
    copy = opened(marked(packed(made), wrong("A1"), wrong("A1", "FINDINGS")))
    assert copy.sheetnames == ["S1", "FINDINGS", "Findings 2"]
    link = copy["FINDINGS"]["A1"].hyperlink
    assert link is not None
    assert link.location == "'Findings 2'!A7"


def test_a_sheet_with_quotation_marks_in_its_name_is_linked() -> None:
    made = parts(cell(1))
    made["xl/workbook.xml"] = str(made["xl/workbook.xml"]).replace('"S1"', '"It\'s &lt;me&gt;"')
    copy = opened(marked(packed(made), wrong("A1", "It's <me>")))
    link = copy["Findings"]["C6"].hyperlink
    assert link is not None
    assert link.location == "'It''s <me>'!A1"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-cmd|' /C calc'!A0", "@x", "\t=1", "_x0041_", "a\x00b"]
)
def test_what_was_found_is_never_a_formula(text: str) -> None:
    copy = marked(xlsx(cell(1)), wrong("A1", found=text))
    assert b"<f>" not in unpacked(copy)["xl/worksheets/sheet2.xml"]
    listed = read(copy).sheets[1].rows[5]
    assert listed[3] == text.replace("\x00", "")


def test_more_findings_than_a_workbook_bears_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["etl.annotate"], "MOST", 3)
    findings = [doubtful(f"A{row}") for row in range(1, 6)] + [wrong("A9")]
    listed = page(marked(xlsx(cell(1)), *findings), "Findings")
    assert [listed[f"C{row}"].value for row in range(6, 9)] == ["A9", "A1", "A2"]
    assert listed["A9"].value == "3 more findings are not listed: correct these first."


def test_a_comment_is_no_longer_than_a_program_shows() -> None:
    findings = [wrong("A1", found="x" * 200) for _ in range(300)]
    comment = page(marked(xlsx(cell(1)), *findings))["A1"].comment
    assert comment is not None
    assert 30_000 < len(comment.text) < 32_767


def test_where_nothing_is_wrong_the_list_says_so() -> None:
    listed = page(marked(xlsx(cell(1))), "Findings")
    assert listed["A6"].value == "Nothing was found that needs a change."


# --- answers and reasons -----------------------------------------------------------------------


def filled(data: bytes, **texts: str) -> bytes:
    """Return a workbook in whose list somebody wrote, saved by another program."""
    book = opened(data)
    for at, text in texts.items():
        book.worksheets[-1][at] = text
    return saved(book)


def choices(data: bytes, at: str) -> list[str]:
    """Return what the drop-down of a cell in the list offers."""
    listed = opened(data).worksheets[-1]
    for rule in listed.data_validations.dataValidation:
        if at in rule.sqref:
            return [one.value for row in listed[rule.formula1.replace("$", "")] for one in row]
    return []


@pytest.mark.parametrize(
    ("language", "offered"),
    [
        (
            "en",
            [
                "The decimal mark is a point: 1.234 = 1.234",
                "The decimal mark is a comma: 1.234 = 1234",
            ],
        ),
        (
            "es",
            [
                "El signo decimal es un punto: 1.234 = 1,234",
                "El signo decimal es una coma: 1.234 = 1234",
            ],
        ),
    ],
)
def test_a_question_is_answered_from_a_list(language: str, offered: list[str]) -> None:
    question = asked("F2")
    copy = marked(xlsx(cell(1)), question, language=language)
    assert choices(copy, "F6") == offered
    back = read(filled(copy, F6=offered[1]))
    assert replies.read_answers(back) == {key(question): ","} == {"ambiguous_numbers@S1!F": ","}


def test_months_are_offered_by_their_names_and_codes_with_theirs() -> None:
    year = finding("year_start_unknown", "S1", "B1", found="2020/21", times=3)
    told = {"options": "JOB-NEW|JOB-KEPT", "suggestion": "JOB-NEW New jobs / JOB-KEPT Jobs kept"}
    word = finding("unknown_indicator", "S1", "A2", found="Empleos", times=2, **told)
    copy = marked(xlsx(cell(1)), year, word, language="pt")
    assert choices(copy, "F6")[6] == "julho"
    assert choices(copy, "F7") == ["JOB-NEW New jobs", "JOB-KEPT Jobs kept"]
    back = read(filled(copy, F6="julho", F7="JOB-KEPT Jobs kept"))
    assert replies.read_answers(back) == {
        "year_start_unknown@S1!B": "7",
        "unknown_indicator:Empleos": "JOB-KEPT",
    }


def test_a_question_without_choices_takes_any_text() -> None:
    question = finding("ambiguous_periods", "S1", "C1", found="3/4", times=2)
    copy = marked(xlsx(cell(1)), question)
    assert choices(copy, "F6") == []
    assert page(copy, "Findings")["F6"].number_format == "@"
    back = read(filled(copy, F6="2023-05"))
    assert replies.read_answers(back) == {"ambiguous_periods@S1!C": "2023-05"}


def test_a_question_is_asked_once_however_many_cells_it_is_about() -> None:
    copy = marked(xlsx(cell(1)), asked("F2"), asked("F9"))
    assert page(copy)["F9"].comment is not None
    assert [bool(choices(copy, at)) for at in ("F6", "F7")] == [True, False]


def test_the_list_is_found_under_any_name_and_left_out_of_the_workbook() -> None:
    book = opened(marked(xlsx(cell(1)), asked("F2"), language="el"))
    book.worksheets[-1].title = "Mine"
    book.move_sheet("Mine", -1)
    book["Mine"].insert_rows(1)
    book["Mine"]["F7"] = "."
    back = read(saved(book))
    assert [one.name for one in replies.without_findings(back).sheets] == ["S1"]
    assert replies.read_answers(back) == {"ambiguous_numbers@S1!F": "."}
    assert replies.without_findings(replies.without_findings(back)).sheets == back.sheets[1:]


def test_answers_given_elsewhere_come_back_with_the_workbook() -> None:
    given = {"ambiguous_dates@S1!B": "mdy", "role@S1!C": "note"}
    copy = annotate(xlsx(cell(1)), "a.xlsx", [asked("F2")], "es", given)
    assert replies.read_answers(read(copy.data)) == given
    assert page(copy.data, "Observaciones")["F7"].value == "Mes, día, año"


def test_a_warning_takes_a_reason_which_comes_back_and_stays() -> None:
    copy = filled(marked(xlsx(cell(1)), wrong("A1"), doubtful("B2")), G7="Two rounds in one.")
    told = {("S1", "B2", "share_above_100"): "Two rounds in one."}
    assert replies.justifications(read(copy)) == told
    again = marked(copy, doubtful("B2"))
    assert replies.justifications(read(again)) == told


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.0, "5"), (1.5, "1.5"), (None, ""), (" x ", "x"), (True, "True")],
)
def test_an_answer_is_what_was_typed(value: workbook.Cell, text: str) -> None:
    assert replies.written(value) == text


# --- again -------------------------------------------------------------------------------------


def test_marks_are_replaced_and_do_not_pile_up() -> None:
    data = everything()
    findings = [wrong("A2"), wrong("B2"), doubtful("D2"), asked("F6"), wrong("B9")]
    once = marked(data, *findings)
    again = marked(once, *findings)
    assert {*unpacked(again)} == {*unpacked(once)}
    assert changed(once, again) <= {"[Content_Types].xml", "xl/comments1.xml"}
    other = marked(again, wrong("C2"), language="es")
    commented = [one.coordinate for row in page(other).iter_rows() for one in row if one.comment]
    assert commented == ["A2", "C2"]
    assert opened(other).sheetnames == ["S1", "Observaciones"]
    assert fill(other, "B2") == fill(data, "B2") == "FF3366FF"


def test_colours_come_back_after_another_program_saved_the_workbook() -> None:
    book = openpyxl.Workbook()
    one = book.active
    assert isinstance(one, Worksheet)
    one.title = "S1"
    for row, colour in enumerate(("FF00FF00", "FF112233", "FFF4B8A8"), 1):
        one.cell(row, 1, row).fill = PatternFill("solid", fgColor=colour)
    one["B1"] = 4
    one["B1"].comment = Comment("Mine.", "Ana")
    data = saved(book)
    at = ["A1", "A2", "A3", "B1"]
    copy = saved(opened(marked(data, *map(wrong, at))))
    assert [fill(copy, one) for one in at] == [COLOURS[Severity.ERROR]] * 4
    clean = marked(copy)
    assert [fill(clean, one) for one in at] == [fill(data, one) for one in at]
    assert [one.comment.text for row in page(clean).iter_rows() for one in row if one.comment] == [
        "Mine."
    ]


def test_a_marked_cell_that_was_moved_is_found_by_its_comment() -> None:
    data = xlsx(sheet('<row r="2"><c r="A2"><v>1</v></c></row>'))
    made = unpacked(marked(data, wrong("A2")))
    # As programs do when a row is inserted above.
    page_name, notes = "xl/worksheets/sheet1.xml", "xl/comments1.xml"
    made[page_name] = made[page_name].replace(b'r="2"', b'r="3"').replace(b'"A2"', b'"A3"')
    made[notes] = made[notes].replace(b'"A2"', b'"A3"')
    drawing = "xl/drawings/vmlDrawing1.vml"
    made[drawing] = made[drawing].replace(b"<x:Row>1<", b"<x:Row>2<")
    clean = marked(packed(dict(made)))
    assert fill(clean, "A3") == "00000000"
    assert unpacked(clean)[page_name] == sheet('<row r="3"><c r="A3"><v>1</v></c></row>').encode()


def test_a_colour_that_the_partner_chose_meanwhile_stays() -> None:
    book = opened(marked(xlsx(cell(1)), wrong("A1")))
    book["S1"]["A1"].fill = PatternFill("solid", fgColor="FF00FF00")
    assert fill(marked(saved(book)), "A1") == "FF00FF00"


def test_an_annotated_template_is_read_as_before() -> None:
    path = next((ROOT / "data/demo").glob("DA-GR_2023-S1*.xlsx"))
    data = path.read_bytes()
    copy = marked(data, *some(read(data)), language="el")
    assert cells(read(copy)) == cells(read(data))
    rules = [
        [rule.sqref for rule in one.data_validations.dataValidation]
        for one in opened(copy).worksheets[:-1]
    ]
    assert rules == [
        [rule.sqref for rule in one.data_validations.dataValidation]
        for one in opened(data).worksheets
    ]


# --- twins and lists alone ---------------------------------------------------------------------


def twin(data: bytes, file_name: str, findings: Iterable[Finding]) -> Annotated:
    copy = annotate(data, file_name, [*findings], "en")
    assert copy.is_twin
    assert copy.reason
    assert not gate.examine(copy.data, copy.file_name).is_refused
    return copy


def test_a_csv_comes_back_as_a_workbook_with_the_same_texts() -> None:
    data = b"a;b\n=1+1;1.234\n0104;+x\n"
    copy = twin(data, "año 2023.csv", [wrong("B2", ""), asked("B2", "")])
    assert copy.file_name == "año 2023_medtown.xlsx"
    assert cells(read(copy.data)) == {"año 2023": [["a", "b"], ["=1+1", "1.234"], ["0104", "+x"]]}
    assert page(copy.data, "año 2023")["B2"].comment is not None
    back = read(filled(copy.data, F6="The decimal mark is a comma: 1.234 = 1234"))
    assert replies.read_answers(back) == {"ambiguous_numbers@año 2023!B": ","}


def test_an_open_document_keeps_what_says_how_its_values_are_meant() -> None:
    data = ods(
        '<table:table-row><table:table-cell office:value-type="percentage" office:value="0.12">'
        "<text:p>12 %</text:p></table:table-cell>"
        '<table:table-cell office:value-type="date" office:date-value="2023-05-31"/>'
        '<table:table-cell office:value-type="float" office:value="255.16944444444445"/>'
        "</table:table-row>"
    )
    copy = twin(data, "a.ods", [wrong("A1", "T")])
    before, after = read(data, "a.ods").sheets[0], read(copy.data).sheets[0]
    assert after.rows == before.rows
    assert after.formats == before.formats == {(0, 0): "0%"}


@pytest.mark.parametrize(
    ("data", "file_name"),
    [
        (b"%PDF-1.7", "a.csv"),
        (xlsx(cell(1))[:-60], "a.xlsx"),
        (xlsx(cell(1)).replace(b"[Content_Types].xml", b"[Content_Types].xm1"), "a.xlsx"),
        (
            packed({n: str(p).replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
                    for n, p in parts(cell(1)).items()}),
            "strict.xlsx",
        ),
    ],
    ids=["not opened", "damaged", "without types", "strict"],
)  # fmt: skip
def test_what_cannot_be_marked_is_a_list_that_says_why(data: bytes, file_name: str) -> None:
    copy = twin(data, file_name, [wrong("A1"), finding("damaged_file")])
    book = opened(copy.data)
    assert book.sheetnames == ["Findings"]
    assert book["Findings"]["A2"].value == copy.reason
    assert [book["Findings"][f"C{row}"].value for row in (6, 7)] == ["A1", None]


def test_every_question_of_the_catalogue_can_be_listed() -> None:
    assert is_question(asked("A1"))
    for language in LANGUAGES:
        copy = marked(xlsx(cell(1)), asked("A1"), language=language)
        assert len(set(choices(copy, "F6"))) == 2


@pytest.mark.thorough(4)
@pytest.mark.parametrize("seed", range(40))
def test_no_damage_raises_anything(seed: int) -> None:
    chance = random.Random(seed)
    made = unpacked(marked(everything(), wrong("A2"), asked("B2")))
    for name in chance.sample(sorted(name for name in made if name.endswith((".xml", ".rels"))), 4):
        part = bytearray(made[name])
        for _ in range(3):
            at = chance.randrange(len(part))
            part[at : at + chance.randrange(3)] = chance.choice(
                [b"", b"<", b'"', b"9", b"A", b"/>"]
            )
        made[name] = bytes(part)
    copy = annotate(packed(dict(made)), "a.xlsx", [wrong("A2"), wrong("C3"), asked("B9")], "en")
    assert not gate.examine(copy.data, copy.file_name).is_refused


def test_elements_within_elements_without_end_are_not_followed() -> None:
    deep = "<a>" * 50_000 + "</a>" * 50_000
    copy = annotate(xlsx(sheet("", after=deep)), "a.xlsx", [wrong("A1")], "en")
    assert copy.is_twin


# --- the command -------------------------------------------------------------------------------


def test_the_command_writes_the_copy_and_says_whether_it_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDTOWN_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    source, made = tmp_path / "datos.csv", tmp_path / "marked.xlsx"
    source.write_bytes(csv_file({"value": -3}))
    done = CliRunner().invoke(cli.main, ["annotate", str(source), "-o", str(made), "--lang", "es"])
    assert (done.exit_code, done.exception.__class__) == (cli.REJECTED, SystemExit)
    assert "marked.xlsx written" in done.output
    assert opened(made.read_bytes()).sheetnames == ["datos", "Observaciones"]


def test_a_submission_comes_back_with_its_findings_in_its_cells(seeded_sqlite: Engine) -> None:
    data = (DATA / "workbooks" / "kg_sdg_10.3.1.xlsx").read_bytes()
    number = store.receive(data, "kg_sdg_10.3.1.xlsx", programme_code="MEDTOWN").submission_id
    client = app.create_app().server.test_client()
    address = f"/submission/{number}/annotated"

    answer = client.get(address, environ_base={"REMOTE_ADDR": "127.0.0.1"})

    assert answer.status_code == 200
    assert "kg_sdg_10.3.1" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert len(book.sheetnames) == 2
    marked = [cell.coordinate for row in book["Лист1"].iter_rows() for cell in row if cell.comment]
    with database.connect() as conn:
        cells = {found.cell for found in store.findings_of(conn, number) if found.cell}
    assert marked
    assert set(marked) <= cells
    assert client.get(address, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 302


def test_what_was_answered_in_the_workbook_counts_when_it_is_handed_in_again() -> None:
    name = "kg_sdg_10.3.1.xlsx"
    data = (DATA / "workbooks" / name).read_bytes()
    first = store.read_file(data, name, layout_name="auto")
    asked_about = [found for found in first.findings if is_question(found)]
    assert [found.code for found in asked_about] == ["ambiguous_brackets"]

    answers = {key(asked_about[0]): "unreliable"}
    copy = annotate(data, name, first.findings, "el", answers)
    second = store.read_file(copy.data, copy.file_name, layout_name="auto")

    assert not any(is_question(found) for found in second.findings)
    assert len(second.parsed) == len(first.parsed) + 1
    answered = second.parsed.set_index("cell").loc["E30"]
    assert (answered["value"], answered["qualifier"]) == (18.7, "~")
