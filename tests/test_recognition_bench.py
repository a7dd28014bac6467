"""The measure of recognition itself: what an expectation demands, and what counts as wrong."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks.expectations import Expectation, ExpectationError, expand, number_of, period_of
from benchmarks.recognition import EXPECTED, FOLDER, Outcome, compare, measure
from etl.intake import Read
from etl.reference import Reference, read_files
from schemas.findings import Finding, finding
from schemas.rows import NUMBERS, PARSED

FILES = sorted(path.name.removesuffix(".toml") for path in EXPECTED.glob("*.toml"))
HANDED = [name for name in FILES if (FOLDER / name).exists()]


@pytest.fixture(scope="module")
def catalogue() -> Reference:
    return read_files()


def written(tmp_path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    path = tmp_path / "book.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def expected(
    tmp_path: Path, rows: Sequence[Sequence[Any]], table: str, head: str = ""
) -> Expectation:
    body = f'file = "book.csv"\n{head}\n[[tables]]\n{table}'
    return expand(written(tmp_path, rows), body)


REGIONS = [
    ["Employment", "", "", "", ""],
    ["", "2022", "", "20231", "Total"],
    ["", "women", "men", "women", ""],
    ["North", "", "", "", ""],
    ["jobs", "1", "2", "(3,5)", "6.5"],
    ["South", "", "", "", ""],
    ["jobs", "4", "-", "1 280,6", "9"],
]
TABLE = """
values = "B5:E7"
optional = ["E5:E7"]
decimal = ","
numbers = { E5 = 6.5 }
period = { row = 2 }
periods = { 20231 = "2023", Total = "2023" }
labels = ["A"]
headers = [3]
headings = [4, 6]
words = { E3 = "" }
"""


def test_a_table_becomes_values_with_their_meaning(tmp_path: Path) -> None:
    values = expected(tmp_path, REGIONS, TABLE).values
    told = {cell: (v.number, v.start, v.says, v.is_optional) for (_, cell), v in values.items()}
    assert told == {
        "B5": (1, "2022-01-01", ("north", "jobs", "women"), False),
        "C5": (2, "2022-01-01", ("north", "jobs", "men"), False),
        "D5": (3.5, "2023-01-01", ("north", "jobs", "women"), False),
        "E5": (6.5, "2023-01-01", ("north", "jobs", ""), True),
        "B7": (4, "2022-01-01", ("south", "jobs", "women"), False),
        "D7": (1280.6, "2023-01-01", ("south", "jobs", "women"), False),
        "E7": (9, "2023-01-01", ("south", "jobs", ""), True),
    }


def test_periods_and_value_types_stand_where_the_table_says(tmp_path: Path) -> None:
    rows = [["", "", "Goal", "Done"], ["June", "5", "1", "2"], ["", "6", "3", "4"]]
    table = """
values = "C2:D"
period = { column = "A", text = "2014" }
value_type = { row = 1 }
value_types = { Goal = "target", Done = "actual" }
labels = ["B"]
fill = ["A"]
"""
    values = expected(tmp_path, rows, table).values
    assert [(v.cell, v.start, v.value_type, v.says) for v in values.values()] == [
        ("C2", "2014-06-01", "target", ("5",)),
        ("D2", "2014-06-01", "actual", ("5",)),
        ("C3", "2014-06-01", "target", ("6",)),
        ("D3", "2014-06-01", "actual", ("6",)),
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2023", ("2023-01-01", "2023-12-31")),
        ("201202", ("2012-02-01", "2012-02-29")),
        ("Décembre  2012", ("2012-12-01", "2012-12-31")),
        ("1 March 2015", ("2015-03-01", "2015-03-01")),
        ("2021-Q2", ("2021-04-01", "2021-06-30")),
        ("2021-S2", ("2021-07-01", "2021-12-31")),
        ("2021-04-01/2022-03-31", ("2021-04-01", "2022-03-31")),
        ("3/4/2019", ("2019-04-03", "2019-04-03")),
    ],
)
def test_plain_periods_are_read(text: str, days: tuple[str, str]) -> None:
    assert period_of(text) == days


def test_a_period_that_is_not_plain_must_be_explained() -> None:
    with pytest.raises(ExpectationError, match="20231"):
        period_of("20231")


@pytest.mark.parametrize(
    ("cell", "decimal", "number"),
    [
        (12.5, ".", 12.5),
        ("1,234.5", ".", 1234.5),
        ("1 280,6", ",", 1280.6),
        ("(18,7)", ",", 18.7),
        ("1e+05", ".", 100000.0),
        ("> 300", ".", 300.0),
        ("12 %", ".", 12.0),
        ("(*)", ".", None),
        ("2018-19", ".", None),
        ("4 schools", ".", None),
        (True, ".", None),
        ("", ".", None),
    ],
)
def test_only_what_is_clearly_a_number_is_expected(
    cell: Any, decimal: str, number: float | None
) -> None:
    assert number_of(cell, decimal) == number


# --- What counts as wrong ------------------------------------------------------------------------

LONG = [
    ["Year", "Place", "Sex", "Value"],
    ["2020", "North", "female", "10"],
    ["2020", "North", "male", "20"],
    ["2020", "North", "Total", "30"],
]
LONG_TABLE = 'values = "D2:D"\nperiod = { column = "A" }\nlabels = ["B", "C"]\n'


def row(cell: str, value: float, **told: str) -> dict[str, Any]:
    """Return a value as the program reads it, of 2020 and an actual if nothing else is told."""
    words = dict.fromkeys(PARSED.columns, "") | dict.fromkeys(NUMBERS, float("nan"))
    known = {"period_start": "2020-01-01", "period_end": "2020-12-31", "value_type": "actual"}
    return words | known | {"qualifier": "="} | told | {"cell": cell, "value": value}


def outcome(
    tmp_path: Path,
    catalogue: Reference,
    rows: Sequence[dict[str, Any]],
    findings: Sequence[Finding] = (),
    *,
    table: str = LONG_TABLE,
    head: str = "",
    answered: bool = False,
) -> Outcome:
    frame = pd.DataFrame(rows)
    for name in ("period_start", "period_end"):
        frame[name] = pd.to_datetime(frame[name]).dt.as_unit("s")
    demanded = expected(tmp_path, LONG, table, head)
    return compare(demanded, Read(list(findings), frame), catalogue, answered=answered)


WOMEN = row("D2", 10, place="North", breakdown="sex=F")
MEN = row("D3", 20, place="North", breakdown="sex=M")
ALL = row("D4", 30, place="North")


def test_categories_are_known_by_the_words_of_the_catalogue(
    tmp_path: Path, catalogue: Reference
) -> None:
    found = outcome(tmp_path, catalogue, [WOMEN, MEN, ALL])
    assert (found.right, found.missing, found.extra) == (3, [], [])
    assert not any(found.wrong.values())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"value": 10.1}, "number"),
        ({"period_start": "2019-01-01", "period_end": "2019-12-31"}, "period"),
        ({"period_start": "", "period_end": ""}, "period"),
        ({"value_type": "target"}, "value type"),
        ({"place": "South"}, "label"),
        ({"breakdown": "sex=X"}, "label"),
    ],
)
def test_each_fault_is_told_apart(
    tmp_path: Path, catalogue: Reference, change: dict[str, Any], fault: str
) -> None:
    found = outcome(tmp_path, catalogue, [WOMEN | change, MEN, ALL])
    assert {kind for kind, lines in found.wrong.items() if lines} == {fault}
    assert found.right == 2


def test_a_total_may_not_become_a_category(tmp_path: Path, catalogue: Reference) -> None:
    found = outcome(tmp_path, catalogue, [WOMEN, MEN, ALL | {"breakdown": "sex=total"}])
    assert len(found.wrong["label"]) == 1


def test_two_labels_in_one_series_are_both_wrong(tmp_path: Path, catalogue: Reference) -> None:
    same = {"breakdown": "", "indicator": "female male"}
    found = outcome(tmp_path, catalogue, [WOMEN | same, MEN | same, ALL])
    assert len(found.wrong["label"]) == 2


def test_a_value_that_nobody_expects_is_extra_and_one_left_out_is_missing(
    tmp_path: Path, catalogue: Reference
) -> None:
    found = outcome(tmp_path, catalogue, [WOMEN, MEN, row("A2", 2020)])
    assert len(found.extra) == len(found.missing) == len(found.silent) == 1
    ignored = outcome(
        tmp_path, catalogue, [WOMEN, MEN, row("A2", 2020)], table=LONG_TABLE + 'ignore = ["A2:A9"]'
    )
    assert ignored.extra == []


def test_what_may_be_left_out_is_still_right_or_wrong(tmp_path: Path, catalogue: Reference) -> None:
    table = LONG_TABLE + 'optional = ["D4"]'
    left_out = outcome(tmp_path, catalogue, [WOMEN, MEN], table=table)
    assert (left_out.right, left_out.missing) == (2, [])
    wrong = outcome(tmp_path, catalogue, [WOMEN, MEN, ALL | {"value": 3.0}], table=table)
    assert (wrong.right, len(wrong.wrong["number"])) == (2, 1)


def test_a_fault_is_silent_where_nothing_was_said_of_its_column(
    tmp_path: Path, catalogue: Reference
) -> None:
    rows = [WOMEN | {"value": 1.0}, MEN, ALL]
    said_of = [finding("ambiguous_numbers", "", "D3", found="1.234", times=1)]
    assert len(outcome(tmp_path, catalogue, rows).silent) == 1
    assert outcome(tmp_path, catalogue, rows, said_of).silent == []
    elsewhere = [finding("ambiguous_numbers", "", "C3", found="1.234", times=1)]
    assert len(outcome(tmp_path, catalogue, rows, elsewhere).silent) == 1


def test_a_period_that_only_an_answer_tells_is_open_until_then(
    tmp_path: Path, catalogue: Reference
) -> None:
    table = 'values = "D2:D"\nperiod = ""\nlabels = ["C"]\n'
    head = '[answers]\nperiod_unknown = "2020"'
    none = {"period_start": "", "period_end": ""}
    rows = [WOMEN | none, MEN | none, ALL | none]
    assert outcome(tmp_path, catalogue, rows, table=table, head=head).right == 3
    assert outcome(tmp_path, catalogue, rows, table=table, head=head, answered=True).right == 0
    dated = outcome(tmp_path, catalogue, [WOMEN, MEN, ALL], table=table)
    assert len(dated.wrong["period"]) == 3


# --- The expectations ----------------------------------------------------------------------------


COUNTED_OTHERWISE = {
    "kg_sdg_10.3.1.xlsx",  # there without the value in brackets
    "za_quarterly_performance.csv",  # there with one of the three actuals of the year
}


@pytest.mark.parametrize("name", HANDED)
def test_an_expectation_fits_its_workbook(name: str) -> None:
    demanded = expand(FOLDER / name, (EXPECTED / f"{name}.toml").read_text("utf-8"))
    assert demanded.file == name
    assert bool(demanded.values) == (demanded.kind == "table")


def test_expectations_agree_with_what_was_counted_by_hand() -> None:
    with (FOLDER.parent / "expected_values.csv").open(encoding="utf-8") as file:
        counted = [line for line in csv.DictReader(file) if line["file"] not in COUNTED_OTHERWISE]
    for line in counted:
        body = (EXPECTED / f"{line['file']}.toml").read_text("utf-8")
        numbers = [
            value.number
            for value in expand(FOLDER / line["file"], body).values.values()
            if (value.sheet, value.value_type) == (line["sheet"], line["value_type"])
        ]
        assert len(numbers) == int(line["numbers"]), line
        assert not line["total"] or sum(numbers) == pytest.approx(float(line["total"])), line


def test_a_file_without_an_expectation_is_said_to_have_none(
    tmp_path: Path, catalogue: Reference
) -> None:
    assert measure(written(tmp_path, LONG), catalogue).failure == "no expectation"


def test_what_a_declared_layout_reads_is_measured_as_right(catalogue: Reference) -> None:
    measured = measure(FOLDER / "kg_sdg_8.8.1.xlsx", catalogue, None)
    assert (measured.asked.right, len(measured.wanted)) == (734, 734)
