"""Unknown spreadsheets, layouts switched off: how many of their values are read right, and what is said."""

import csv
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import etl
from benchmarks.expectations import Expectation, expand
from benchmarks.recognition import EXPECTED, FOLDER, Outcome, compare
from etl.intake import Read
from etl.reference import Reference, read_files
from schemas.codes import Severity
from schemas.findings import SENTENCES

DATA = Path(__file__).parent / "data"

FILES: dict[str, tuple[int, int, int, int]] = {
    "dhis2_datavalues.csv": (12, 12, 12, 0),
    "kg_sdg_1.2.1.xlsx": (588, 588, 588, 0),
    "kg_sdg_1.5.2.xlsx": (462, 462, 462, 0),
    "kg_sdg_10.3.1.xlsx": (64, 65, 65, 1),
    "kg_sdg_10.b.1.1.xlsx": (111, 111, 111, 0),
    "kg_sdg_15.3.1.1.xlsx": (80, 80, 80, 0),
    "kg_sdg_16.1.1.xlsx": (327, 327, 327, 0),
    "kg_sdg_3.9.3.xlsx": (493, 493, 493, 0),
    "kg_sdg_4.1.1.a.xlsx": (428, 428, 428, 0),
    "kg_sdg_4.4.1.xlsx": (410, 410, 410, 0),
    "kg_sdg_5.5.1.xlsx": (25, 25, 25, 0),
    "kg_sdg_8.5.2.xlsx": (602, 602, 602, 0),
    "kg_sdg_8.8.1.xlsx": (734, 734, 734, 0),
    "ocha_mli_population_months_fr.csv": (42, 42, 42, 0),
    "ocha_rowca_indicator_achievements_2014.csv": (426, 426, 426, 0),
    "sdg_bristol_10-3-1.csv": (22, 22, 22, 0),
    "sdg_ca_10-1-1.csv": (110, 110, 110, 0),
    "sdg_eustat_1-2-2.csv": (96, 96, 96, 0),
    "sdg_eustat_8-5-1.csv": (74, 74, 74, 0),
    "sdg_kazstat_8-5-2.csv": (2719, 2719, 2719, 0),
    "sdg_la_8-3-1.csv": (50, 50, 50, 0),
    "sdg_sh_1-2-1.csv": (64, 64, 64, 0),
    "sdg_uk_5-5-1.csv": (129, 129, 130, 0),
    "sdg_us_1-2-1.csv": (138, 138, 138, 0),
    "unesco_enrolment_by_sex.xlsx": (2580, 2580, 2580, 1),
    "za_performance_template.xlsx": (0, 0, 0, 0),
    "za_quarterly_performance.csv": (0, 9, 9, 5),
}
"File: values to be right without an answer, right after the answers, values expected, questions at most."


@pytest.fixture(scope="module")
def catalogue() -> Reference:
    return read_files()


def expectation(name: str) -> Expectation:
    return expand(FOLDER / name, (EXPECTED / f"{name}.toml").read_text("utf-8"))


def outcome(demanded: Expectation, catalogue: Reference, *, answered: bool = False) -> Outcome:
    data = (FOLDER / demanded.file).read_bytes()
    answers = demanded.answers if answered else {}
    read = etl.read_file(data, demanded.file, layout_name="auto", answers=answers)
    return compare(demanded, read, catalogue, answered=answered)


def test_every_workbook_has_its_line() -> None:
    assert sorted(FILES) == sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.thorough(3)
@pytest.mark.parametrize("name", FILES)
def test_what_is_read_of_an_unknown_workbook_is_right(name: str, catalogue: Reference) -> None:
    right, right_then, wanted, questions = FILES[name]
    demanded = expectation(name)
    assert sum(not value.is_optional for value in demanded.values.values()) == wanted
    found = outcome(demanded, catalogue)
    assert found.silent == []
    assert found.extra == []
    assert found.right >= right
    assert len(found.questions) <= questions
    if demanded.answers:
        found = outcome(demanded, catalogue, answered=True)
        assert found.silent == []
    assert found.right >= right_then


def test_nine_in_ten_values_need_no_question_and_all_but_two_in_a_hundred_no_more_than_one() -> (
    None
):
    lines = [line for line in FILES.values() if line[2]]
    for place, share in ((0, 0.9), (1, 0.98)):
        assert sum(line[place] for line in lines) >= share * sum(line[2] for line in lines)
        assert sum(line[place] / line[2] for line in lines) >= share * len(lines)


def test_an_empty_template_is_said_to_be_one(catalogue: Reference) -> None:
    found = outcome(expectation("za_performance_template.xlsx"), catalogue)
    assert (found.values, found.codes) == (0, ["template_without_rows"])


# --- Difficult files ---------------------------------------------------------------------------


def verdicts() -> list[dict[str, str]]:
    with (DATA / "torture_verdicts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def read_difficult(name: str) -> Read:
    return etl.read_file((DATA / "torture" / name).read_bytes(), name, layout_name="auto")


@pytest.mark.thorough(4)
@pytest.mark.parametrize("line", verdicts(), ids=lambda line: line["file"])
def test_what_is_made_of_a_difficult_file_is_said(line: dict[str, str]) -> None:
    """Of each, the number of values and the codes of all that is refused, asked or warned of."""
    read = read_difficult(line["file"])
    told = {found.code for found in read.findings if found.severity != Severity.NOTE}
    values = str(int(read.parsed["value"].notna().sum()))
    assert (values, "; ".join(sorted(told))) == (line["values"], line["said"])


@pytest.mark.slow
@pytest.mark.parametrize("name", [line["file"] for line in verdicts()])
def test_nothing_is_refused_without_a_sentence(name: str) -> None:
    for found in read_difficult(name).findings:
        sentence = SENTENCES[found.code][1]
        needed = {field for _, field, _, _ in Formatter().parse(sentence) if field}
        assert needed <= {"found", *found.arguments}, found


@pytest.mark.thorough(4)
@pytest.mark.parametrize("name", [line["file"] for line in verdicts() if line["values"] == "0"])
def test_a_file_without_values_says_why(name: str) -> None:
    assert any(found.severity == Severity.ERROR for found in read_difficult(name).findings)
