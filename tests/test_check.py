"""Every rule of the check has a good row and a bad one, and all faults come in one pass."""

from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pytest

from etl import check, intake, layouts, questions, reference
from schemas.codes import Severity
from schemas.findings import SENTENCES, Finding, finding, needs_reason
from schemas.rows import ROWS, empty
from tests.builders import ROW, csv_file

TODAY = date(2024, 1, 31)


@cache
def catalogue() -> reference.Reference:
    return reference.read_files()


def checked(
    *rows: dict[str, Any],
    known: list[dict[str, Any]] | None = None,
    terms: dict[str, str] | None = None,
) -> check.Checked:
    read = intake.read_file(csv_file(*rows), "f.csv", catalogue(), layouts.read_layouts())
    before = checked(*known).rows if known else empty(ROWS)
    return check.check(
        read.parsed,
        catalogue(),
        lambda codes: before[before["indicator_code"].isin(set(codes))],
        programme_code="MEDTOWN",
        today=TODAY,
        terms=terms,
    )


def codes(found: list[Finding]) -> list[str]:
    return [one.code for one in found]


def test_a_plain_row_becomes_an_observation_without_a_finding() -> None:
    result = checked({})
    assert result.findings == []
    row = result.rows.iloc[0]
    assert row["indicator_code"] == "JOB-NEW"
    assert row["project_code"] == "DA-GR"
    assert row["period_end"] == pd.Timestamp("2023-06-30")
    assert row["value"] == 14.0
    assert row["cell"] == "F2"


GOOD_AND_BAD: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], str]] = {
    # code: (rows without it, rows with it, the cell that it names)
    "unknown_indicator": ([{}], [{"indicator": "JOBZ-NEW"}], "F2"),
    "indicator_missing": ([{}], [{"indicator": ""}], "F2"),
    "unknown_project": ([{}], [{"project": "DA-GRR"}], "F2"),
    "unknown_place": ([{"place": "Pangaio"}], [{"place": "Pagaiooo"}], "F2"),
    "place_missing": (
        [{"place": ""}],
        [{"project": "PP-ES1", "place": ""}],
        "F2",
    ),
    "place_not_of_project": ([{}], [{"place": "Mahdia"}], "F2"),
    "unknown_category": (
        [{"breakdown": "sex=F"}],
        [{"breakdown": "sex=Q"}],
        "G2",
    ),
    "unexpected_disaggregation": (
        [{"breakdown": "sex=F"}],
        [{"breakdown": "waste_stream=organic"}],
        "G2",
    ),
    "period_missing": ([{}], [{"period": ""}], "F2"),
    "period_backwards": ([{}], [{"period": "2023-06-30/2023-01-01"}], "F2"),
    "period_unlikely": ([{}], [{"period": "2123"}], "F2"),
    "period_not_over": ([{}], [{"period": "2024-S1"}], "F2"),
    "unit_unknown": ([{"unit": "jobs"}], [{"unit": "parsecs"}], "G2"),
    "unit_differs": ([{"unit": "jobs"}], [{"unit": "kg"}], "G2"),
    "unit_missing": (
        [{"unit": "jobs"}],
        [{"unit": "jobs"}, {"unit": "", "period": "2022-S2"}],
        "G3",
    ),
    "currency_missing": (
        [{"indicator": "FIN-SPT", "currency": "EUR"}],
        [{"indicator": "FIN-SPT"}],
        "F2",
    ),
    "currency_unknown": (
        [{"indicator": "FIN-SPT", "currency": "TND"}],
        [{"indicator": "FIN-SPT", "currency": "DNT"}],
        "G2",
    ),
    "negative_value": ([{"value": 0}], [{"value": -1}], "F2"),
    "fraction_of_count": ([{}], [{"value": 3.5}], "F2"),
    "share_above_100": (
        [{"indicator": "TRN-CMP", "value": "", "numerator": 30, "denominator": 40}],
        [{"indicator": "TRN-CMP", "value": "", "numerator": 50, "denominator": 40}],
        "G2",
    ),
    "zero_denominator": (
        [{"indicator": "TRN-CMP", "value": "", "numerator": 0, "denominator": 0}],
        [{"indicator": "TRN-CMP", "value": "", "numerator": 5, "denominator": 0}],
        "G2",
    ),
    "score_off_scale": (
        [{"indicator": "COP-SCO", "value": 4.2, "n": 20}],
        [{"indicator": "COP-SCO", "value": 42, "n": 20}],
        "F2",
    ),
    "score_without_n": (
        [{"indicator": "COP-SCO", "value": 4.2, "n": 20}],
        [{"indicator": "COP-SCO", "value": 4.2}],
        "F2",
    ),
    "value_repeated": ([{}], [{}, {}], "F2"),
    "value_contradicted": ([{}, {"period": "2022-S2"}], [{}, {"value": 15}], "F3"),
    "part_above_total": (
        [{}, {"breakdown": "sex=F", "value": 14}],
        [{}, {"breakdown": "sex=F", "value": 15}],
        "G3",
    ),
    "parts_above_total": (
        [{}, {"breakdown": "sex=F", "value": 8}, {"breakdown": "sex=M", "value": 6}],
        [{}, {"breakdown": "sex=F", "value": 9}, {"breakdown": "sex=M", "value": 6}],
        "G3",
    ),
    "periods_overlap": (
        [{"period": "2023-Q1"}, {"period": "2023-Q2"}],
        [{"period": "2023-Q1"}, {"period": "2023-S1"}],
        "F3",
    ),
}


@pytest.mark.parametrize("code", GOOD_AND_BAD)
def test_a_good_row_and_a_bad_one(code: str) -> None:
    good, bad, cell = GOOD_AND_BAD[code]
    assert code not in codes(checked(*good).findings)
    found = [one for one in checked(*bad).findings if one.code == code]
    assert [one.cell for one in found] == [cell]


KNOWN: list[dict[str, Any]] = [
    {"period": "2022-S1"},
    {"period": "2022-S2", "value": 15},
    {"period": "2021-S1"},
]
KNOWN += [{"period": "2021-S2", "value": 16}]
AGAINST: dict[str, tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]] = {
    # code: (what is known, a row without it, a row with it)
    "target_moved": (
        [{"value_type": "target", "period": "2023-12-31", "value": 30}],
        {"value_type": "target", "period": "2023-12-31", "value": 30},
        {"value_type": "target", "period": "2023-12-31", "value": 25},
    ),
    "baseline_moved": (
        [{"value_type": "baseline", "period": "2021-12-31", "value": 3}],
        {"value_type": "baseline", "period": "2021-12-31", "value": 3},
        {"value_type": "baseline", "period": "2021-12-31", "value": 4},
    ),
    "to_date_falls": (
        [{"period": "2022-S2", "value": 20, "reported_as": "to_date"}],
        {"value": 21, "reported_as": "to_date"},
        {"value": 19, "reported_as": "to_date"},
    ),
    "value_far_from_series": (KNOWN, {"value": 30}, {"value": 150}),
}


@pytest.mark.parametrize("code", AGAINST)
def test_a_row_is_compared_with_what_is_known(code: str) -> None:
    known, good, bad = AGAINST[code]
    assert code not in codes(checked(good, known=known).findings)
    found = [one for one in checked(bad, known=known).findings if one.code == code]
    assert len(found) == 1
    assert found[0].severity == Severity.WARNING


def test_all_faults_come_in_one_pass() -> None:
    result = checked(
        {"indicator": "JOBZ-NEW"},
        {"place": "Nowhere at all"},
        {"period": "2023-06-30/2023-01-01"},
        {"value": -3},
    )
    assert {"unknown_indicator", "unknown_place", "period_backwards", "negative_value"} <= set(
        codes(result.findings)
    )


def test_an_unknown_word_is_told_once_with_what_may_have_been_meant() -> None:
    found = checked({"indicator": "JOB-NEWW"}, {"indicator": "JOB-NEWW", "period": "2022"}).findings
    assert codes(found) == ["unknown_indicator"]
    assert found[0].arguments["times"] == 2
    assert "JOB-NEW" in str(found[0].arguments["suggestion"])


def test_what_may_have_been_meant_is_named_and_can_be_chosen() -> None:
    (found,) = checked({"indicator": "JOB-NEWW"}).findings
    assert "JOB-NEW Jobs created" in str(found.arguments["suggestion"])
    assert "JOB-NEW" in questions.options(found)
    (place,) = checked({"place": "Pangayo"}).findings
    assert str(place.arguments["suggestion"]).startswith("GR-A-PAG ")
    assert questions.options(place)[0] == "GR-A-PAG"


def test_all_categories_of_a_dimension_can_be_chosen() -> None:
    (found,) = checked({"breakdown": "sex=Q"}).findings
    assert sorted(questions.options(found)) == ["F", "M", "X", "unknown"]
    assert "F Women" in str(found.arguments["suggestion"])
    assert "F Mujeres" in str(found.arguments["suggestion_es"])


ANSWERED: dict[str, tuple[dict[str, Any], str, str, str]] = {
    # code: (a row with an unknown word, the answer, the column of the rows, what stands there then)
    "unknown_indicator": ({"indicator": "JOBZ"}, "JOB-NEW", "indicator_code", "JOB-NEW"),
    "unknown_project": ({"project": "Pangeo 2"}, "DA-GR", "project_code", "DA-GR"),
    "unknown_place": ({"place": "Pangayo"}, "Paggaio", "place_code", "GR-A-PAG"),
    "unknown_category": ({"breakdown": "sex=Q"}, "F", "breakdown_key", "sex=F"),
}


@pytest.mark.parametrize("code", ANSWERED)
def test_a_word_that_was_answered_is_known(code: str) -> None:
    row, answer, column, expected = ANSWERED[code]
    (asked,) = checked(row).findings
    assert asked.code == code
    result = checked(row, terms={questions.key(asked): answer})
    assert result.findings == []
    assert result.rows[column].tolist() == [expected]


@pytest.mark.parametrize("code", ANSWERED)
def test_a_word_may_be_left_out_with_its_rows(code: str) -> None:
    row, *_ = ANSWERED[code]
    (asked,) = checked(row).findings
    rows = [row, row | {"period": "2022-S2"}, {"period": "2022-S1"}]
    result = checked(*rows, terms={questions.key(asked): questions.SKIP})
    assert [(found.code, found.arguments["times"]) for found in result.findings] == [
        ("word_left_out", 2)
    ]
    assert result.rows["period_end"].tolist() == [pd.Timestamp("2022-06-30")]


def test_an_answer_that_means_nothing_is_asked_again() -> None:
    terms = {"unknown_indicator:JOBZ": "no such thing"}
    assert codes(checked({"indicator": "JOBZ"}, terms=terms).findings) == ["unknown_indicator"]


def test_a_warning_needs_a_reason() -> None:
    assert needs_reason(finding("target_moved"))
    assert not needs_reason(finding("negative_value"))
    assert not needs_reason(finding("value_repeated"))


def test_a_share_is_computed_from_its_parts() -> None:
    row = {"indicator": "TRN-CMP", "value": "", "numerator": 30, "denominator": 40}
    assert checked(row).rows["value"].tolist() == [75.0]


def test_a_velocity_is_for_a_year() -> None:
    # 600 paid in three months with 200 in circulation: 3 times in three months, 12 times a year.
    row = {"indicator": "CUR-VEL", "period": "2023-Q1", "numerator": 600, "denominator": 200}
    assert checked({**row, "value": ""}).rows["value"].tolist() == [12.0]


def test_vulnerabilities_may_overlap_so_each_is_compared_alone() -> None:
    rows = [
        {"indicator": "COP-EMP", "value": "", "numerator": 9, "denominator": 20},
        {"indicator": "PPL-NEW", "value": 10},
        {"indicator": "PPL-NEW", "value": 10, "breakdown": "vulnerability=refugee"},
    ]
    assert "parts_above_total" not in codes(checked(*rows).findings)


def test_age_bands_of_two_schemes_are_not_added_to_each_other() -> None:
    bands = {"18-29": 6, "30-54": 4, "25-54": 8}
    parts = [{"breakdown": f"age_group={band}", "value": n} for band, n in bands.items()]
    assert "parts_above_total" not in codes(checked({"value": 12}, *parts).findings)


def test_those_of_whom_nothing_is_known_are_part_of_the_total_too() -> None:
    women, unknown = {"breakdown": "sex=F", "value": 9}, {"breakdown": "sex=unknown", "value": 6}
    assert "parts_above_total" in codes(checked({"value": 14}, women, unknown).findings)
    assert codes(checked({"value": 15}, women, unknown).findings) == []


def test_a_workbook_without_values_says_so() -> None:
    result = checked({"value": ""})
    assert codes(result.findings) == ["no_values"]
    assert result.rows.empty


def test_every_sentence_can_be_filled() -> None:
    for code, (_, sentence) in SENTENCES.items():
        assert sentence.strip(), code


def test_the_builder_speaks_the_words_of_the_layout() -> None:
    assert len(checked(ROW).rows) == 1
