"""A recognised table becomes typed rows: the right number, with the right labels, from its cell."""

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import gate, layouts, values, workbook
from etl.layouts import Block, Column, Layout
from etl.reference import Reference, read_files
from etl.values import Parsed, parse_values, tidy
from etl.workbook import Cell, Sheet, Workbook
from schemas.rows import PARSED

DATA = Path(__file__).parent / "data"


@cache
def reference() -> Reference:
    return read_files()


@cache
def parsed(file: str) -> Parsed:
    """Return what a real file becomes with the declared layouts."""
    path = DATA / "workbooks" / file
    data = path.read_bytes()
    book = workbook.read(data, gate.examine(data, path.name))
    return parse_values(book, layouts.recognise(book, layouts.read_layouts()), reference())


def read(layout: Layout, *rows: Sequence[Cell], **hints: Any) -> Parsed:
    """Return what rows of a sheet become with one layout."""
    sheet = Sheet(name="S", index=0, is_visible=True, rows=[list(row) for row in rows], **hints)
    book = Workbook(file_name="book.xlsx", kind="xlsx", sheets=[sheet])
    return parse_values(book, layouts.recognise(book, [layout]), reference())


def long_table(*columns: Column, **settings: Any) -> Layout:
    """Return the layout of a table with a year in column A and a value in column B, and more."""
    fixed = (Column("period", at="A"), Column("value", at="B"))
    return Layout("long", (Block((*fixed, *columns), first=1),), **settings)


def told(result: Parsed) -> list[tuple[str, str]]:
    return [(finding.code, finding.cell) for finding in result.findings]


# --- Real files: what the manifest of the samples says is in them ------------------------------


def expected(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    "row", expected("expected_values.csv"), ids=lambda row: f"{row['file']}-{row['value_type']}"
)
def test_a_real_file_has_the_numbers_that_were_counted_by_hand(row: dict[str, str]) -> None:
    found = parsed(row["file"]).rows
    found = found[(found["sheet"] == row["sheet"]) & (found["value_type"] == row["value_type"])]
    exact = found[found["value"].notna() & (found["qualifier"] == "=")]
    assert len(exact) == int(row["numbers"])
    if row["total"]:
        assert exact["value"].sum() == pytest.approx(float(row["total"]), rel=1e-6)
    if row["last_total"]:
        last = exact[exact["period_end"] == exact["period_end"].max()]
        assert len(last) == int(row["last_numbers"])
        assert last["value"].sum() == pytest.approx(float(row["last_total"]), rel=1e-6)


@pytest.mark.parametrize(
    "row", expected("expected_cells.csv"), ids=lambda row: f"{row['file']}-{row['cell']}"
)
def test_a_cell_of_a_real_file_has_the_labels_that_a_reader_gives_it(row: dict[str, str]) -> None:
    lines = tidy(parsed(row["file"]).rows)
    line = lines[(lines["sheet"] == row["sheet"]) & (lines["cell"] == row["cell"])]
    assert len(line) == 1
    found = line.iloc[0].to_dict()
    assert found.pop("value") == pytest.approx(float(row["value"] or "nan"), nan_ok=True)
    assert found == {name: row[str(name)] for name in found}


@pytest.mark.parametrize("file", sorted({row["file"] for row in expected("expected_values.csv")}))
def test_the_rows_of_a_real_file_have_the_types_that_the_check_expects(file: str) -> None:
    PARSED.validate(parsed(file).rows, lazy=True)


def test_no_number_of_a_statistical_table_is_left_behind() -> None:
    """A second, naive count: every number below the years, in the columns of the years."""
    for file in sorted(
        {r["file"] for r in expected("expected_values.csv") if "kg_sdg" in r["file"]}
    ):
        data = (DATA / "workbooks" / file).read_bytes()
        for sheet in workbook.read(data, gate.examine(data, file)).sheets:
            years = [
                (r, {c for c, cell in enumerate(line) if cell in range(2000, 2030)})
                for r, line in enumerate(sheet.rows)
            ]
            heads = {r: columns for r, columns in years if len(columns) > 1}
            if not heads or file == "kg_sdg_4.1.1.a.xlsx":  # there counts may look like years
                continue
            count = sum(
                isinstance(cell, float)
                for r, line in enumerate(sheet.rows)
                for cell in line
                if r not in heads and r > min(heads)
            )
            found = parsed(file).rows
            typed = found[(found["sheet"] == sheet.name) & ~found["raw"].str.contains("[, \u00a0]")]
            assert len(typed) == count, (file, sheet.name)


def test_other_figures_of_the_manifest() -> None:
    schools = parsed("unesco_enrolment_by_sex.xlsx").rows
    primary = schools[schools["indicator"] == "Enrolment: primary"].groupby("breakdown")["value"]
    assert primary.count().to_dict() == {"": 215, "sex=F": 215, "sex=M": 215}
    assert primary.sum().to_dict() == {"": 737691380, "sex=F": 353903391, "sex=M": 383787989}
    mali = parsed("ocha_mli_population_months_fr.csv").rows
    total = mali[mali["indicator"] == "Total"]
    assert (len(total), total["value"].sum()) == (21, 8264344)
    assert (
        f"{total['period_start'].min():%Y-%m} {total['period_end'].max():%Y-%m}"
        == "2012-09 2014-05"
    )


def test_marks_of_a_real_file_are_told_and_are_no_values() -> None:
    [note] = [f for f in parsed("kg_sdg_8.5.2.xlsx").findings if f.code == "marks_without_value"]
    assert (note.found, note.arguments) == ("… × 27", {"times": 27})
    [note] = [f for f in parsed("kg_sdg_10.3.1.xlsx").findings if f.code == "marks_without_value"]
    assert note.found == "(*) × 1"


def test_an_annual_figure_counts_once_the_audited_one_first() -> None:
    [note] = parsed("za_quarterly_performance.csv").findings
    assert (note.code, note.arguments) == ("value_passed_over", {"times": 2})
    texts = parsed("za_quarterly_performance.csv").rows.set_index("cell")["text"]
    assert texts["AL6"] == "Draft HRH Strategy"


# --- From facts to roles -----------------------------------------------------------------------


def test_the_first_template_whose_facts_are_there_is_used() -> None:
    roles = {"indicator": ("{code} {series}", "{code}", "{series}")}
    columns = (Column("code", at="C"), Column("series", at="D"), Column("value", at="B"))
    layout = Layout("test", (Block((Column("period", at="A"), *columns), first=1, roles=roles),))
    rows: list[list[Cell]] = [
        ["2020", 1.0, "8.5", "JOBS"],
        ["2020", 2.0, "8.5", None],
        ["2020", 3.0, None, "JOBS"],
    ]
    assert list(read(layout, *rows).rows["indicator"]) == ["8.5 JOBS", "8.5", "JOBS"]


def test_what_the_layout_states_holds_where_the_row_says_nothing() -> None:
    block = Block(
        (Column("period", at="A"), Column("value", at="B"), Column("place", at="C")),
        first=1,
        facts={"place": "Tunis", "unit": "persons"},
    )
    rows = read(Layout("test", (block,)), ["2020", 1.0, "Sfax"], ["2020", 2.0]).rows
    assert list(rows["place"]) == ["Sfax", "Tunis"]
    assert list(rows["unit"]) == ["persons", "persons"]


def test_dimension_columns_make_a_breakdown_and_totals_make_none() -> None:
    columns = (
        Column("dimension", at="C", dimension="sex"),
        Column("dimension", at="D", dimension="age_group"),
        Column("dimension", at="E", dimension="poverty", blank=("all kinds",)),
    )
    rows = read(
        long_table(*columns),
        ["2020", 1.0, "Mujeres", "18-29 años", "Severe (2)"],
        ["2020", 2.0, "_T", "65 y más", "all kinds"],
        ["2020", 3.0, None, "Total", None],
    ).rows
    assert list(rows["breakdown"]) == [
        "age_group=18-29|poverty=severe_2|sex=F",
        "age_group=65+",
        "",
    ]


def test_a_target_stands_on_its_day_and_an_actual_on_its_period() -> None:
    layout = long_table(Column("value_type", at="C"))
    rows = read(
        layout, ["2020", 1.0, "Target"], ["2020", 2.0, "actual"], ["2020", 3.0, "خط الأساس"]
    ).rows
    assert list(rows["value_type"]) == ["target", "actual", "baseline"]
    assert [f"{day:%m-%d}" for day in rows["period_start"]] == ["12-31", "01-01", "12-31"]
    assert [f"{day:%m-%d}" for day in rows["period_end"]] == ["12-31", "12-31", "12-31"]


def test_merged_and_repeated_labels_hold_for_all_their_rows() -> None:
    layout = long_table(Column("place", at="C"), Column("project", at="D", fills_down=True))
    rows: list[list[Cell]] = [
        ["2020", 1.0, "Sfax", "P1"],
        ["2020", 2.0],
        ["2020", 3.0, "Tunis", "P2"],
    ]
    found = read(layout, *rows, merged=[(0, 2, 1, 2)]).rows
    assert list(found["place"]) == ["Sfax", "Sfax", "Tunis"]
    assert list(found["project"]) == ["P1", "P1", "P2"]


def test_a_merged_value_counts_once() -> None:
    rows: list[list[Cell]] = [["2020", 1.0], ["2021", None]]
    assert list(read(long_table(), *rows, merged=[(0, 1, 1, 1)]).rows["cell"]) == ["B1"]


def test_parts_of_a_ratio_join_the_value_of_their_row() -> None:
    parts = (Column("numerator", at="C"), Column("denominator", at="D"), Column("n", at="E"))
    rows = read(long_table(*parts), ["2020", 50.0, 5.0, 10.0, 12.0], ["2021", None, 1.0, 4.0]).rows
    assert rows[["value", "numerator", "denominator", "n"]].fillna(-1).to_numpy().tolist() == [
        [50, 5, 10, 12],
        [-1, 1, 4, -1],
    ]
    assert list(rows["cell"]) == ["B1", "C2"]


def test_words_are_values_only_where_the_layout_says_so() -> None:
    words = Layout(
        "words",
        (Block((Column("period", at="A"), Column("value", at="B", is_text=True)), first=1),),
    )
    rows: list[list[Cell]] = [["2020", "Strategy approved"], ["2020", 12.0], ["2020", "n/a"]]
    found = read(words, *rows)
    assert list(found.rows["text"]) == ["Strategy approved", ""]
    assert list(found.rows["value"].fillna(-1)) == [-1, 12]
    refused = read(long_table(), *rows)
    assert told(refused) == [("unreadable_number", "B1"), ("marks_without_value", "")]


def test_answers_are_rows_only_in_a_form_that_asks_for_them() -> None:
    rows: list[list[Cell]] = [
        ["2020", "not applicable"],
        ["2020", "nothing to report"],
        ["2020", "-"],
    ]
    block = long_table().blocks[0]
    form = Layout("form", (Block(block.columns, first=1, has_answers=True),))
    assert list(read(form, *rows).rows["answer"]) == ["not_applicable", "nothing_to_report"]
    foreign = read(long_table(), *rows)
    assert len(foreign.rows) == 0
    assert foreign.findings[0].arguments == {"times": 3}


def test_a_cell_says_its_own_unit_currency_and_doubt() -> None:
    cells = ["12 %", "€ 5", "over 300", "7 e"]
    rows = read(long_table(), *[["2020", cell] for cell in cells]).rows
    assert list(rows["unit"]) == ["%", "", "", ""]
    assert list(rows["currency"]) == ["", "EUR", "", ""]
    assert list(rows["qualifier"]) == ["=", "=", ">=", "="]
    assert list(rows["basis"]) == ["measured", "measured", "measured", "estimated"]
    assert list(rows["raw"]) == cells


def test_a_share_shown_as_a_percentage_is_quoted_as_shown() -> None:
    rows = read(long_table(), ["2020", 0.12], formats={(0, 1): "0%"}).rows
    assert (rows["value"][0], rows["unit"][0], rows["raw"][0]) == (12, "%", "12%")


# --- What is asked, never guessed --------------------------------------------------------------


def test_an_open_decimal_mark_is_one_question_with_its_evidence() -> None:
    found = read(long_table(), ["2020", "1.234"], ["2021", "5.678"], ["2022", 7.0])
    assert list(found.rows["value"]) == [7]
    [question] = found.findings
    assert (question.code, question.cell, question.found) == ("ambiguous_numbers", "B1", "1.234")
    assert question.arguments["times"] == 2
    answered = read(long_table(decimal=","), ["2020", "1.234"], ["2021", "5.678"], ["2022", 7.0])
    assert list(answered.rows["value"]) == [1234, 5678, 7]


def test_brackets_are_a_question_unless_the_layout_knows() -> None:
    assert told(read(long_table(), ["2020", "(5)"])) == [("ambiguous_brackets", "B1")]
    assert list(read(long_table(brackets="negative"), ["2020", "(5)"]).rows["value"]) == [-5]


def test_periods_that_cannot_be_read_are_told_once_for_each_text() -> None:
    """The value is right and stays, without a period; nothing can accept it like that."""
    found = read(long_table(), ["soon", 1.0], ["soon", 2.0], ["2020/21", 3.0], ["2021-12", 4.0])
    assert told(found) == [("unreadable_period", "B1"), ("year_start_unknown", "B3")]
    assert found.findings[0].arguments == {"times": 2}
    assert list(tidy(found.rows)["period_start"]) == ["", "", "", "2021-12-01"]
    assert told(read(long_table(), ["2011-12", 1.0])) == [("ambiguous_periods", "B1")]


def test_a_kind_of_value_that_nobody_knows_is_not_read() -> None:
    found = read(
        long_table(Column("value_type", at="C")), ["2020", 1.0, "dream"], ["2020", 2.0, "target"]
    )
    assert told(found) == [("unknown_value_type", "B1")]
    assert list(found.rows["value"]) == [2]


def test_many_unreadable_cells_are_told_one_by_one_up_to_a_number() -> None:
    found = read(long_table(), *[["2020", f"word {i}x"] for i in range(values.SHOWN + 7)])
    assert len(found.findings) == values.SHOWN + 1
    last = found.findings[-1]
    assert (last.code, last.cell, last.arguments) == (
        "more_unreadable",
        f"B{values.SHOWN + 1}",
        {"times": 7},
    )


def test_every_finding_has_its_sentence() -> None:
    from schemas.findings import SENTENCES

    for file in {row["file"] for row in expected("expected_values.csv")}:
        for finding in parsed(file).findings:
            assert SENTENCES[finding.code][1].format(found=finding.found, **finding.arguments)


# --- Tables of our own making come back value for value ----------------------------------------

years = st.lists(st.integers(2000, 2030), min_size=2, max_size=5, unique=True).map(sorted)
places = st.lists(st.sampled_from(["Sfax", "Tunis", "Porto", "Sevilla"]), min_size=1, unique=True)
amounts = st.integers(-(10**8), 10**8).map(lambda n: n / 100)


@given(years, places, st.data())
@settings(max_examples=60, deadline=None)
def test_a_table_of_years_comes_back_value_for_value(
    columns: list[int], rows: list[str], data: st.DataObject
) -> None:
    numbers = {(place, year): data.draw(amounts) for place in rows for year in columns}
    text = """
        [[blocks]]
        indicator = "{title}"
        top = ['8[.]5 (?P<title>.+)']
        [[blocks.columns]]
        role = "value"
        header = "@period"
        required = true
        [[blocks.columns]]
        role = "place"
        header = "@region"
        required = true
    """
    sheet: list[list[Cell]] = [["8.5 Jobs"], [], ["Region", *map(str, columns)]]
    sheet += [[place, *[numbers[place, year] for year in columns]] for place in rows]
    found = read(layouts.read_layout(text, "years"), *sheet).rows
    assert set(found["indicator"]) == {"Jobs"}
    assert {
        (place, start.year): value
        for place, start, value in zip(
            found["place"], found["period_start"], found["value"], strict=True
        )
    } == numbers


def test_tidy_has_a_line_for_each_value_and_the_columns_of_the_command() -> None:
    lines = tidy(parsed("sdg_eustat_8-5-1.csv").rows)
    assert list(lines.columns) == values.TIDY
    assert isinstance(lines, pd.DataFrame)
    assert (lines["sheet"] == "").all()
    assert list(lines["cell"][:2]) == ["F2", "F3"]


def test_numbers_typed_as_text_are_read_and_told() -> None:
    found = read(long_table(), ["2020", "1 280,6"], ["2020", 5.0])
    assert list(found.rows["value"]) == [1280.6, 5]
    [note] = found.findings
    assert (note.code, note.found) == ("numbers_as_text", "1 280,6")
    assert note.arguments == {"read": "1280.6", "times": 1}
