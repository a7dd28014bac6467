"""The workbooks that we hand out: what they look like, and what is read when they come back."""

import ast
import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from babel.messages.pofile import read_po
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from etl import book, filled, gate, register, template, workbook
from etl.reference import Reference, read_files
from etl.template import keys
from schemas import words
from schemas.codes import LANGUAGES, Severity
from schemas.rows import PARSED

START, END = date(2023, 1, 1), date(2023, 6, 30)
TWO_PLACES = "PP-ES1"  # in Cerro-Amate and in Polígono Sur
CAM, PSU = "ES-SE-CAM", "ES-SE-PSU"

Key = tuple[str, str, str, str]
"Indicator, place, part, and the key of a column."


@pytest.fixture(scope="module")
def catalogue() -> Reference:
    return read_files()


def written(catalogue: Reference, language: str) -> bytes:
    return template.write_template(catalogue, TWO_PLACES, START, END, language=language)


@pytest.fixture(scope="module")
def blank(catalogue: Reference) -> bytes:
    return written(catalogue, "en")


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(file: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def table(file: openpyxl.Workbook) -> Worksheet:
    """The sheet whose first cell says that it is ours."""
    return next(s for s in file.worksheets if str(s["A1"].value).startswith("medtown|"))


def cells(sheet: Worksheet) -> Iterator[tuple[Key, Cell]]:
    """Every cell of a table that has a key of its row and one of its column."""
    names: dict[int, str] = {}
    for row in sheet.iter_rows():
        if row[0].value == "columns":
            names = {cell.column: str(cell.value) for cell in row[1:] if cell.value}
        elif line := keys.Line.of(str(row[0].value)):
            for cell in row[1:]:
                if cell.column in names and not isinstance(cell, MergedCell):
                    yield (
                        (line.indicator_code, line.place_code, line.part, names[cell.column]),
                        cell,
                    )


def fill(data: bytes, values: Mapping[Key, Any]) -> tuple[bytes, dict[Key, str]]:
    """A workbook with values written into it, and the addresses of their cells."""
    file = opened(data)
    found = {key: cell for key, cell in cells(table(file)) if key in values}
    assert found.keys() == values.keys()
    for key, cell in found.items():
        cell.value = values[key]
    return saved(file), {key: cell.coordinate for key, cell in found.items()}


def read(data: bytes, catalogue: Reference, name: str = "filled.xlsx") -> filled.Filled:
    found = filled.read_template(workbook.read(data, gate.examine(data, name)), catalogue)
    assert found
    PARSED.validate(found.rows, lazy=True)
    return found


def told(found: filled.Filled) -> list[tuple[str, str, str]]:
    """The findings as (code, cell, what was found)."""
    return [(one.code, one.cell, one.found) for one in found.findings]


def values(found: filled.Filled) -> dict[tuple[str, str, str], float]:
    """The actuals as {(indicator, place, breakdown): value}."""
    actual = found.rows[found.rows["value_type"] == "actual"]
    keys = actual[["indicator", "place", "breakdown"]].itertuples(index=False, name=None)
    return dict(zip(keys, actual["value"], strict=True))


# --- What is handed out ------------------------------------------------------------------------


def test_every_project_has_a_template_in_every_language_by_turns(catalogue: Reference) -> None:
    others = [code for code, one in catalogue.projects.items() if one.programme_code != "MEDTOWN"]
    for number, code in enumerate(sorted(set(catalogue.projects) - set(others[1:]))):
        language = LANGUAGES[number % len(LANGUAGES)]
        file = opened(template.write_template(catalogue, code, START, END, language=language))
        assert len(file.worksheets) == 4
        lines = {cell.value for cell in table(file)["A"]}
        for used in template.reported_by(catalogue, code):
            for place in catalogue.projects[code].place_codes:
                assert any(
                    str(line).startswith(f"{used.indicator_code}|{place}|") for line in lines
                )


@pytest.mark.thorough(2)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fresh_template_passes_the_gate_and_says_nothing(
    catalogue: Reference, language: str
) -> None:
    data = written(catalogue, language)
    remarks = workbook.read(data, gate.examine(data, "fresh.xlsx")).findings
    assert [(found.code, found.sheet) for found in remarks] == [("hidden_sheet", "_medtown")]
    found = read(data, catalogue)
    assert found.rows.empty
    assert found.findings == []
    assert found.programme_code == "MEDTOWN"
    assert found.identity
    assert found.identity.language == language


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_only_arabic_sheets_run_from_right_to_left(catalogue: Reference, language: str) -> None:
    for data in (
        template.write_template(catalogue, "DA-PS", START, END, language=language),
        register.write_register(catalogue, "DA-PS", language),
    ):
        shown = [sheet for sheet in opened(data).worksheets if sheet.sheet_state == "visible"]
        assert [bool(s.sheet_view.rightToLeft) for s in shown] == [language == "ar"] * len(shown)


def test_tinted_cells_are_open_and_all_others_locked_without_a_password(blank: bytes) -> None:
    file = opened(blank)
    open_cells = 0
    for sheet in file.worksheets:
        if sheet.sheet_state != "visible":
            continue
        assert sheet.protection.sheet
        assert not sheet.protection.password
        for row in sheet.iter_rows():
            for cell in row:
                colour = str(cell.fill.fgColor.rgb)[2:]
                is_tinted = f"#{colour}" in (book.INPUT, book.KNOWN) and sheet == table(file)
                assert cell.protection.locked != is_tinted
                open_cells += is_tinted
    assert open_cells > 300


def test_what_a_part_of_an_indicator_is_not_asked_for_is_grey(blank: bytes) -> None:
    grey = {
        (key[0], key[2], key[3])
        for key, cell in cells(table(opened(blank)))
        if str(cell.fill.fgColor.rgb)[2:] == book.SHUT[1:]
    }
    assert ("TRN-SKL", "numerator", "baseline") in grey
    assert ("TRN-SKL", "numerator", "answer") in grey
    assert ("PPL-NEW", "value", "currency") in grey
    assert not [key for key in grey if key[2].startswith("value")]


def test_drop_downs_hold_the_words_of_the_language(catalogue: Reference) -> None:
    data = template.write_template(catalogue, "DA-JO", START, END, language="el")
    sheet = table(opened(data))
    lists = {
        rule.formula1: str(rule.sqref)
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    assert '"ακριβώς,τουλάχιστον,περίπου"' in lists
    assert '"τιμή,τίποτα προς αναφορά,δεν ισχύει"' in lists
    assert '"EUR,JOD"' in lists


def test_numbers_are_checked_while_they_are_written(blank: bytes) -> None:
    sheet = table(opened(blank))
    at = {key: cell.coordinate for key, cell in cells(sheet)}

    def rule(key: Key) -> tuple[str, str, str]:
        rules = [r for r in sheet.data_validations.dataValidation if at[key] in r.sqref]
        assert len(rules) == 1
        assert rules[0].errorTitle
        assert rules[0].error
        return rules[0].type, rules[0].operator or "between", rules[0].formula1

    assert rule(("PPL-NEW", CAM, "value", "value:sex=F")) == ("whole", "greaterThanOrEqual", "0")
    assert rule(("FIN-SPT", CAM, "value", "value")) == ("decimal", "greaterThanOrEqual", "0")
    assert rule(("PPL-NEW", CAM, "value", "target_date"))[0] == "date"


def test_a_part_above_its_total_turns_red(blank: bytes) -> None:
    sheet = table(opened(blank))
    at = {key: cell.coordinate for key, cell in cells(sheet)}
    rules = {
        str(area.sqref).split(":")[0]: rule.formula[0]
        for area in sheet.conditional_formatting
        for rule in area.rules
    }
    total, first, last = (
        at["PPL-NEW", CAM, "value", key] for key in ("value", "value:sex=F", "value:sex=unknown")
    )
    column = "".join(filter(str.isalpha, total))
    assert rules[first].startswith(f"AND(ISNUMBER(${column}")
    assert f"SUM(${first[0:1]}" in rules[first]
    assert last[0] in rules[first]


def test_the_hidden_sheet_says_which_workbook_it_is(blank: bytes) -> None:
    file = opened(blank)
    hidden = file["_medtown"]
    assert hidden.sheet_state == "veryHidden"
    rows = list(hidden.iter_rows(values_only=True))
    facts = {row[1]: row[2] for row in rows if row[0] == "fact"}
    assert facts["template"] == "indicators"
    assert facts["project"] == TWO_PLACES
    assert (facts["period_start"], facts["period_end"]) == ("2023-01-01", "2023-06-30")
    sheet = table(file)
    lines = [(row[1], row[2]) for row in rows if row[0] == "line"]
    assert lines
    assert all(sheet[f"A{row}"].value == key for row, key in lines)


def test_a_template_is_set_up_for_print_and_keeps_names_in_sight(blank: bytes) -> None:
    sheet = table(opened(blank))
    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.page_setup.paperSize) == "9"
    assert sheet.print_title_rows == "$4:$5"
    assert sheet.print_title_cols == "$B:$D"  # code, name and, in two places, the place
    assert sheet.freeze_panes == "E6"


def test_baseline_target_and_last_value_are_shown(catalogue: Reference) -> None:
    sheet = table(opened(with_known(catalogue)))
    row = next(
        r
        for r in sheet.iter_rows()
        if r[0].value == "PPL-NEW|ES-SE-CAM|value|in_period|sex age_group migration_status"
    )
    shown = [cell.value for cell in row[5:11]]
    assert shown == [0, pd.Timestamp(2022, 10, 1), 120, pd.Timestamp(2023, 6, 30), 40, shown[5]]
    assert row[9].number_format == '"≈ "#,##0'
    assert "2022" in str(shown[5])


def test_every_text_of_the_workbooks_is_in_every_language() -> None:
    package = Path(template.__file__).parent
    files = [package.parent / "book.py", package.parent / "register.py", *package.glob("*.py")]
    used = {
        node.args[0].value
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) == "text"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    } | {*keys.QUALIFIERS, *keys.ANSWERS}
    assert len(used) > 80
    for language in LANGUAGES[1:]:
        with (words.FOLDER / f"{language}.po").open("rb") as file:
            known = {message.id for message in read_po(file) if message.string}
        assert used - known == set()


# --- What comes back ---------------------------------------------------------------------------

TYPED: dict[Key, Any] = {
    ("PPL-NEW", CAM, "value", "value"): 136,
    ("PPL-NEW", CAM, "value", "value:sex=F"): 80,
    ("PPL-NEW", CAM, "value", "value:sex=M"): 50,
    ("PPL-NEW", CAM, "value", "note"): "From the lists of both groups",
    ("PPL-NEW", PSU, "value", "value"): 0,
    ("TRN-SKL", PSU, "numerator", "value"): 30,
    ("TRN-SKL", PSU, "denominator", "value"): 40,
    ("TRN-SKL", PSU, "numerator", "value:sex=F"): 12,
    ("TRN-SKL", PSU, "denominator", "value:sex=F"): 15,
    ("FIN-SPT", CAM, "value", "value"): 12975.5,
}


@pytest.mark.thorough(2)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_is_read_with_its_cells_in_every_language(
    catalogue: Reference, language: str
) -> None:
    data = written(catalogue, language)
    answers = {
        ("PPL-IND", CAM, "value", "value"): 300,
        ("PPL-IND", CAM, "value", "qualifier"): words.text("at least", language),
        ("PPL-IND", PSU, "value", "answer"): words.text("nothing to report", language),
        ("SVC-SAT", CAM, "share", "answer"): words.text("not applicable", language),
    }
    data, at = fill(data, TYPED | answers)
    found = read(data, catalogue)
    assert found.findings == []
    rows = {(r.indicator, r.place, r.breakdown): r for r in found.rows.itertuples()}
    assert len(rows) == len(found.rows) == 10
    women = rows["PPL-NEW", CAM, "sex=F"]
    assert (women.value, women.cell) == (80, at["PPL-NEW", CAM, "value", "value:sex=F"])
    assert women.sheet == words.text("Indicators", language)
    assert rows["PPL-NEW", CAM, ""].note == "From the lists of both groups"
    assert rows["PPL-NEW", PSU, ""].value == 0
    share = rows["TRN-SKL", PSU, ""]
    assert (share.numerator, share.denominator, share.value) == (30, 40, 75)
    assert (share.cell, share.raw) == (at["TRN-SKL", PSU, "numerator", "value"], "30 / 40")
    assert rows["TRN-SKL", PSU, "sex=F"].value == 80
    assert rows["PPL-IND", CAM, ""].qualifier == ">="
    assert rows["PPL-IND", CAM, ""].reported_as == "to_date"
    assert rows["PPL-IND", PSU, ""].answer == "nothing_to_report"
    assert rows["SVC-SAT", CAM, ""].answer == "not_applicable"
    assert (rows["FIN-SPT", CAM, ""].value, rows["FIN-SPT", CAM, ""].currency) == (12975.5, "EUR")
    assert set(found.rows["project"]) == {TWO_PLACES}
    assert set(found.rows["period_start"]) == {pd.Timestamp(START)}
    assert set(found.rows["period_end"]) == {pd.Timestamp(END)}


def test_rows_may_stand_in_any_order(catalogue: Reference, blank: bytes) -> None:
    data, _ = fill(blank, TYPED)
    before = values(read(data, catalogue))
    file = opened(data)
    sheet = table(file)
    rows = [
        r
        for r in range(1, sheet.max_row + 1)
        if str(sheet.cell(r, 1).value).startswith(("TRN", "SVC"))
    ]
    lines = [[sheet.cell(r, c).value for c in range(1, sheet.max_column + 1)] for r in rows]
    for row, line in zip(rows, lines[::-1], strict=True):
        for column, value in enumerate(line, 1):
            sheet.cell(row, column).value = value
    found = read(saved(file), catalogue)
    assert values(found) == before
    assert found.findings == []


def test_names_of_sheets_hidden_columns_and_notes_beside_do_no_harm(
    catalogue: Reference, blank: bytes
) -> None:
    data, _ = fill(blank, TYPED)
    file = opened(data)
    sheet = table(file)
    sheet.title = "Copia de María"
    sheet.column_dimensions["F"].hidden = True
    sheet.cell(8, sheet.max_column + 2).value = "ask Ana"
    sheet.cell(sheet.max_row + 3, 2).value = "a remark below the table"
    del file["Project"]
    found = read(saved(file), catalogue)
    assert values(found) == values(read(data, catalogue))
    assert [(one.code, one.severity) for one in found.findings] == [
        ("template_beside", Severity.NOTE)
    ]


def test_rows_and_columns_that_were_deleted_are_named(catalogue: Reference, blank: bytes) -> None:
    data, _at = fill(blank, TYPED)
    file = opened(data)
    sheet = table(file)
    row = next(
        r for r in range(1, sheet.max_row) if str(sheet.cell(r, 1).value).startswith("VOL-PPL")
    )
    sheet.delete_rows(row, 2)
    found = read(saved(file), catalogue)
    assert values(found) == values(read(data, catalogue))
    assert [(one.code, one.found) for one in found.findings] == [("template_rows_gone", "VOL-PPL")]


def test_the_table_is_known_alone_and_as_csv(catalogue: Reference, blank: bytes) -> None:
    data, _ = fill(blank, TYPED)
    file = opened(data)
    for sheet in [s for s in file.worksheets if s.title != "Indicators"]:
        file.remove(sheet)
    assert values(read(saved(file), catalogue)) == values(read(data, catalogue))
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(table(file).iter_rows(values_only=True))
    text = stream.getvalue().encode("utf-8-sig")
    assert values(read(text, catalogue, "filled.csv")) == values(read(data, catalogue))


def test_numbers_are_read_as_people_write_them(catalogue: Reference, blank: bytes) -> None:
    written = {
        ("PPL-NEW", CAM, "value", "value"): ("1.250,5", 1250.5, "="),
        ("PPL-NEW", PSU, "value", "value"): ("١٢٣", 123, "="),
        ("PPL-DIR", CAM, "value", "value"): ("1 250", 1250, "="),
        ("PPL-DIR", PSU, "value", "value"): ("> 300", 300, ">="),
        ("PPL-IND", CAM, "value", "value"): ("~450", 450, "~"),
        ("TRN-ENR", CAM, "value", "value"): ("-", None, ""),
    }
    data, _ = fill(blank, {key: text for key, (text, *_) in written.items()})
    found = read(data, catalogue)
    assert found.findings == []
    rows = {(r.indicator, r.place): (r.raw, r.value, r.qualifier) for r in found.rows.itertuples()}
    assert rows == {key[:2]: said for key, said in written.items() if said[1]}


def test_a_baseline_of_12_percent_is_12(catalogue: Reference, blank: bytes) -> None:
    data, _ = fill(
        blank,
        {
            ("SVC-SAT", CAM, "share", "baseline"): "12 %",
            ("SVC-SAT", CAM, "share", "baseline_date"): date(2022, 10, 1),
        },
    )
    row = read(data, catalogue).rows.iloc[0]
    assert (row["value_type"], row["value"], row["unit"]) == ("baseline", 12, "%")
    assert row["period_start"] == row["period_end"] == pd.Timestamp(2022, 10, 1)


def with_known(catalogue: Reference) -> bytes:
    """A template made when a baseline, a milestone, a target and an earlier value were known."""
    said = [
        ("baseline", date(2022, 10, 1), date(2022, 10, 1), 0, "="),
        ("target", date(2023, 6, 30), date(2023, 6, 30), 120, "="),  # a milestone
        ("target", date(2023, 12, 31), date(2023, 12, 31), 200, "="),
        ("actual", date(2022, 10, 1), date(2022, 12, 31), 40, "~"),
        ("actual", date(2023, 7, 1), date(2023, 12, 31), 99, "="),  # later than this report
    ]
    known = pd.DataFrame(
        {
            "project_code": TWO_PLACES,
            "place_code": CAM,
            "indicator_code": "PPL-NEW",
            "breakdown_key": "",
            "value_type": kind,
            "period_start": pd.Timestamp(start),
            "period_end": pd.Timestamp(end),
            "value": float(value),
            "qualifier": qualifier,
            "currency": "",
            "text": "",
        }
        for kind, start, end, value, qualifier in said
    )
    return template.write_template(catalogue, TWO_PLACES, START, END, language="es", known=known)


def test_baselines_and_targets_are_read_only_where_they_changed(catalogue: Reference) -> None:
    data = with_known(catalogue)
    assert read(data, catalogue).rows.empty
    changed, at = fill(
        data,
        {
            ("PPL-NEW", CAM, "value", "target"): 150,
            ("PPL-NEW", PSU, "value", "target"): 80,
            ("PPL-NEW", PSU, "value", "target_date"): date(2023, 12, 31),
        },
    )
    found = read(changed, catalogue)
    rows = {row.place: row for row in found.rows.itertuples()}
    assert len(found.rows) == 2
    assert {row.value_type for row in rows.values()} == {"target"}
    assert (rows[CAM].value, rows[CAM].period_end) == (150, pd.Timestamp(2023, 6, 30))
    assert rows[CAM].cell == at["PPL-NEW", CAM, "value", "target"]
    assert rows[CAM].reported_as == ""
    assert (rows[PSU].value, rows[PSU].period_start) == (80, pd.Timestamp(2023, 12, 31))


def test_a_target_of_each_period_has_the_period(catalogue: Reference, blank: bytes) -> None:
    pair = (TWO_PLACES, "PPL-NEW")
    used = replace(catalogue.project_indicators[pair], target_basis="per_period")
    catalogue = replace(catalogue, project_indicators=catalogue.project_indicators | {pair: used})
    data, _ = fill(
        blank,
        {
            ("PPL-NEW", CAM, "value", "target"): 60,
            ("PPL-NEW", CAM, "value", "target_date"): date(2023, 6, 30),
        },
    )
    row = read(data, catalogue).rows.iloc[0]
    assert (row["period_start"], row["period_end"]) == (pd.Timestamp(START), pd.Timestamp(END))


def test_a_score_has_the_number_of_people_who_answered(catalogue: Reference) -> None:
    data = template.write_template(catalogue, "DA-JO", START, END, language="ar")
    place = catalogue.projects["DA-JO"].place_codes[0]
    data, at = fill(
        data,
        {
            ("WEL-WH5", place, "value", "value"): 61.5,
            ("WEL-WH5", place, "n", "value"): 20,
            ("WEL-WH5", place, "value", "value:sex=F"): 63,
            ("WEL-WH5", place, "n", "value:sex=F"): 12,
            ("WEL-WH5", place, "n", "value:sex=M"): 8,
        },
    )
    found = read(data, catalogue)
    rows = {row.breakdown: (row.value, row.n) for row in found.rows.itertuples()}
    assert rows == {"": (61.5, 20), "sex=F": (63, 12)}
    assert told(found) == [("template_part_missing", at["WEL-WH5", place, "n", "value:sex=M"], "8")]


def test_a_share_of_nothing_is_nothing_to_report(catalogue: Reference, blank: bytes) -> None:
    data, _ = fill(
        blank,
        {
            ("SVC-SAT", CAM, "numerator", "value"): 0,
            ("SVC-SAT", CAM, "denominator", "value"): 0,
        },
    )
    row = read(data, catalogue).rows.iloc[0]
    assert row["answer"] == "nothing_to_report"
    assert math.isnan(row["value"])
    assert (row["numerator"], row["denominator"]) == (0, 0)


def test_a_yearly_ratio_is_computed_for_a_year(catalogue: Reference) -> None:
    velocity = catalogue.indicators["CUR-VEL"]
    assert template.per_year(velocity, START, END) == 2
    assert template.per_year(velocity, date(2022, 7, 1), date(2023, 6, 30)) == 1
    assert template.per_year(catalogue.indicators["CUR-MUL"], START, END) == 1


def test_words_are_read_where_an_indicator_is_told_in_words(catalogue: Reference) -> None:
    indicators = catalogue.indicators | {
        "PPL-NEW": replace(catalogue.indicators["PPL-NEW"], measure="yes_no"),
        "PPL-IND": replace(catalogue.indicators["PPL-IND"], measure="text"),
    }
    other = replace(catalogue, indicators=indicators)
    data = template.write_template(other, TWO_PLACES, START, END, language="fr")
    data, at = fill(
        data,
        {
            ("PPL-NEW", CAM, "value", "value"): "oui",
            ("PPL-NEW", PSU, "value", "value"): "peut-être",
            ("PPL-IND", CAM, "value", "value"): "deux accords",
            ("PPL-IND", PSU, "value", "value"): "sans objet",
        },
    )
    found = read(data, other)
    rows = {(r.indicator, r.place): (r.value, r.text, r.answer) for r in found.rows.itertuples()}
    assert rows["PPL-NEW", CAM] == (1, "", "value")
    assert rows["PPL-IND", CAM][1:] == ("deux accords", "value")
    assert rows["PPL-IND", PSU][1:] == ("", "not_applicable")
    assert told(found) == [
        ("template_choice_unknown", at["PPL-NEW", PSU, "value", "value"], "peut-être")
    ]


# --- What may be wrong -------------------------------------------------------------------------


def test_each_wrong_cell_is_told_with_its_address(catalogue: Reference, blank: bytes) -> None:
    wrong: dict[Key, tuple[Any, str]] = {
        ("PPL-NEW", CAM, "value", "value"): ("many", "template_not_a_number"),
        ("PPL-NEW", CAM, "value", "value:sex=F"): (date(2023, 5, 1), "template_not_a_number"),
        ("PPL-NEW", CAM, "value", "qualifier"): ("perhaps", "template_choice_unknown"),
        ("PPL-NEW", CAM, "value", "note"): ("no value yet", "template_note_alone"),
        ("PPL-NEW", PSU, "value", "value"): ("1.234", "template_number_open"),
        ("PPL-NEW", PSU, "value", "answer"): ("later", "template_choice_unknown"),
        ("PPL-DIR", CAM, "value", "value"): ("=1+1", "template_not_computed"),
        ("PPL-DIR", CAM, "value", "target_date"): ("soon", "template_not_a_date"),
        ("PPL-DIR", PSU, "value", "target_date"): ("03/04/2024", "template_not_a_date"),
        ("SVC-SAT", CAM, "numerator", "value"): (3, "template_part_missing"),
        ("SVC-SAT", CAM, "numerator", "baseline"): (3, "value_in_locked_cell"),
        ("SVC-SAT", CAM, "share", "value:sex=F"): (75, "value_in_locked_cell"),
    }
    data, at = fill(blank, {key: text for key, (text, _) in wrong.items()})
    found = read(data, catalogue)
    assert found.rows.empty
    assert {one[:2] for one in told(found)} == {(code, at[k]) for k, (_, code) in wrong.items()}
    assert {one.sheet for one in found.findings} == {"Indicators"}
    assert len(found.findings) == len(wrong)


def test_many_faults_are_told_in_one_pass(catalogue: Reference, blank: bytes) -> None:
    data, at = fill(
        blank,
        {
            ("PPL-NEW", CAM, "value", "value"): 10,
            ("PPL-NEW", CAM, "value", "answer"): "nothing to report",
            ("PPL-NEW", CAM, "value", "value:sex=F"): "six",
            ("TRN-ENR", PSU, "value", "value"): 20,
        },
    )
    file = opened(data)
    sheet = table(file)
    row = sheet[at["TRN-ENR", PSU, "value", "value"]].row
    sheet.cell(row, 1).value = None
    found = read(saved(file), catalogue)
    assert values(found) == {("PPL-NEW", CAM, ""): 10}
    assert {one[:2] for one in told(found)} == {
        ("template_answer_and_value", at["PPL-NEW", CAM, "value", "answer"]),
        ("template_not_a_number", at["PPL-NEW", CAM, "value", "value:sex=F"]),
        ("template_row_without_code", at["TRN-ENR", PSU, "value", "value"]),
        ("template_rows_gone", ""),
    }


def test_a_row_below_the_names_of_other_categories_is_never_misread(
    catalogue: Reference, blank: bytes
) -> None:
    data, at = fill(blank, {("PPL-NEW", CAM, "value", "value:sex=F"): 7})
    file = opened(data)
    sheet = table(file)
    row, column = sheet[at["PPL-NEW", CAM, "value", "value:sex=F"]].row, 1
    other = next(c for k, c in cells(sheet) if k[:3] == ("PPL-CON", CAM, "value"))
    key = sheet.cell(row, column).value
    sheet.cell(row, column).value = sheet.cell(other.row, column).value
    sheet.cell(other.row, column).value = key
    found = read(saved(file), catalogue)
    assert found.rows.empty
    assert {one[0] for one in told(found)} == {"value_in_locked_cell"}


def test_a_copied_row_is_read_twice_so_that_the_checks_can_compare(
    catalogue: Reference, blank: bytes
) -> None:
    data, at = fill(
        blank, {("PPL-NEW", CAM, "value", "value"): 7, ("PPL-NEW", PSU, "value", "value"): 8}
    )
    file = opened(data)
    sheet = table(file)
    first, second = (sheet[at["PPL-NEW", p, "value", "value"]].row for p in (CAM, PSU))
    sheet.cell(second, 1).value = sheet.cell(first, 1).value
    rows = read(saved(file), catalogue).rows
    assert list(rows["place"]) == [CAM, CAM]
    assert sorted(rows["value"]) == [7, 8]


def test_another_version_is_not_read(catalogue: Reference, blank: bytes) -> None:
    data, _ = fill(blank, TYPED)
    file = opened(data)
    sheet = table(file)
    sheet["A1"] = str(sheet["A1"].value).replace("medtown|1|", "medtown|2|")
    found = read(saved(file), catalogue)
    assert found.rows.empty
    assert [(one[0], one[2]) for one in told(found)] == [("template_version_unknown", "2")]


def test_two_templates_in_one_file_are_not_read(catalogue: Reference, blank: bytes) -> None:
    data, _ = fill(blank, TYPED)
    file = opened(data)
    other = template.write_template(
        catalogue, TWO_PLACES, date(2023, 7, 1), date(2023, 12, 31), language="en"
    )
    copied = file.create_sheet("Second half")
    for row in table(opened(other)).iter_rows():
        for cell in row:
            copied[cell.coordinate] = cell.value
    found = read(saved(file), catalogue)
    assert found.rows.empty
    assert [(one.code, one.sheet) for one in found.findings] == [("template_mixed", "Second half")]
    assert "2023-07-01" in found.findings[0].found


def test_a_table_without_its_codes_is_damaged(catalogue: Reference, blank: bytes) -> None:
    data, _ = fill(blank, TYPED)
    file = opened(data)
    table(file).delete_cols(1)
    found = read(saved(file), catalogue)
    assert found.rows.empty
    assert [one[0] for one in told(found)] == ["template_damaged"]
    file = opened(data)
    sheet = table(file)
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 1).value = None
    found = read(saved(file), catalogue)
    assert ("template_damaged", "A1") in [one[:2] for one in told(found)]


def test_a_project_that_the_catalogue_forgot_is_told(catalogue: Reference, blank: bytes) -> None:
    projects = {code: one for code, one in catalogue.projects.items() if code != TWO_PLACES}
    found = read(blank, replace(catalogue, projects=projects))
    assert found.programme_code is None
    assert told(found) == [("template_project_unknown", "", TWO_PLACES)]


def test_a_workbook_of_somebody_else_is_not_ours(catalogue: Reference) -> None:
    file = openpyxl.Workbook()
    assert file.active is not None
    file.active["A1"] = "medtown"
    data = saved(file)
    assert (
        filled.read_template(workbook.read(data, gate.examine(data, "x.xlsx")), catalogue) is None
    )


# --- The register ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own_register(catalogue: Reference) -> bytes:
    return register.write_register(catalogue, TWO_PLACES, "en")


def computed(data: bytes) -> bytes:
    """A register as a spreadsheet program saves it: with people, a period and results."""
    file = opened(data)
    people, visits, totals = file["People"], file["Attendance"], file["Totals"]
    people["B5"], people["C5"], people["G5"] = "P001", "Women", "Cerro-Amate, Seville"
    visits["B5"], visits["E5"] = date(2023, 2, 1), "P001"
    totals["D4"], totals["D5"] = date(2023, 1, 1), date(2023, 6, 30)
    for key, cell in cells(totals):
        if str(cell.value).startswith("="):
            cell.value = 3 if key[3] == "value" else 1
    return saved(file)


def test_an_empty_register_holds_zeros_and_asks_for_its_period(
    catalogue: Reference, own_register: bytes
) -> None:
    totals = openpyxl.load_workbook(io.BytesIO(own_register), data_only=True)["Totals"]
    assert {cell.value for key, cell in cells(totals) if cell.value is not None} == {0}
    found = read(own_register, catalogue)
    assert found.rows.empty
    assert [one[:2] for one in told(found)] == [
        ("template_period_missing", "D4"),
        ("template_period_missing", "D5"),
        ("register_people_not_read", ""),
    ]


def test_formulas_of_the_register_count_people_once(own_register: bytes) -> None:
    formulas = {key: str(cell.value) for key, cell in cells(opened(own_register)["Totals"])}
    new = formulas["PPL-NEW", CAM, "value", "value:sex=F"]
    assert new.startswith(
        "=COUNTIFS('People'!$C$5:$C$1004,F$9,'People'!$H$5:$H$1004,\">=\"&'Totals'!$D$4"
    )
    assert '"Cerro-Amate, Seville"' in new
    assert formulas["PPL-DIR", PSU, "value", "value"] == "=COUNTIFS('People'!$K$5:$K$1004,\">0\")"
    assert "'Attendance'!" in formulas["PPL-CON", CAM, "value", "value"]
    assert formulas["PPL-CON", CAM, "value", "value:sex=F"] == "None"  # not asked for
    people = opened(own_register)["People"]
    assert people["J5"].value == (
        '=IF(B5="","",COUNTIFS(\'Attendance\'!$E$5:$E$10004,B5,'
        "'Attendance'!$B$5:$B$10004,\">=\"&'Totals'!$D$4,'Attendance'!$B$5:$B$10004,"
        "\"<=\"&'Totals'!$D$5,'Attendance'!$D$5:$D$10004,\"Cerro-Amate, Seville\"))"
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_only_the_totals_of_a_register_are_read(catalogue: Reference, language: str) -> None:
    data = register.write_register(catalogue, "DA-PT", language)
    file = opened(data)
    totals = table(file)
    totals["D4"], totals["D5"] = date(2023, 1, 1), date(2023, 6, 30)
    for _, cell in cells(totals):
        if str(cell.value).startswith("="):
            cell.value = 4
    found = read(saved(file), catalogue)
    assert len(found.rows) == 20  # two indicators: the total, four sexes, four ages and one unknown
    assert set(found.rows["value"]) == {4}
    assert set(found.rows["reported_as"]) == {"in_period"}
    assert set(found.rows["period_start"]) == {pd.Timestamp(START)}
    assert [(one.code, one.severity) for one in found.findings] == [
        ("register_people_not_read", Severity.NOTE)
    ]


def test_a_register_without_results_is_told(catalogue: Reference, own_register: bytes) -> None:
    file = opened(own_register)  # openpyxl forgets the results of formulas
    file["Totals"]["D4"], file["Totals"]["D5"] = date(2023, 1, 1), date(2023, 6, 30)
    found = read(saved(file), catalogue)
    assert found.rows.empty
    assert {one[0] for one in told(found)} == {"template_not_computed", "register_people_not_read"}


def test_what_is_kept_of_a_register_says_the_same_without_people(
    catalogue: Reference, own_register: bytes
) -> None:
    data = computed(own_register)
    whole = read(data, catalogue)
    kept = register.without_people(workbook.read(data, gate.examine(data, "register.xlsx")))
    assert b"P001" not in kept
    assert [sheet.title for sheet in opened(kept).worksheets] == ["Totals", "_medtown"]
    alone = read(kept, catalogue)
    pd.testing.assert_frame_equal(alone.rows, whole.rows)
    assert alone.findings == []


def test_totals_saved_alone_are_known(catalogue: Reference, own_register: bytes) -> None:
    file = opened(computed(own_register))
    for name in ("Instructions", "People", "Attendance", "_medtown"):
        del file[name]
    found = read(saved(file), catalogue)
    assert values(found)["PPL-NEW", CAM, ""] == 3
    assert found.findings == []
