"""What each column is: a score with its reasons."""

from collections.abc import Sequence
from typing import Any

import pytest

from etl.drafts import Draft, drafts_of
from etl.grid import grid_of
from etl.reference import Reference, read_files
from etl.roles import CUES, NUMBER_ROLES, ROLES, UNSURE
from etl.workbook import Sheet


@pytest.fixture(scope="module")
def catalogue() -> Reference:
    return read_files()


def draft(
    catalogue: Reference, *rows: Sequence[Any], answers: dict[str, str] | None = None
) -> Draft:
    cells = [[float(cell) if isinstance(cell, int) else cell for cell in row] for row in rows]
    sheet = Sheet(name="Data", index=0, is_visible=True, rows=cells)
    (found,) = drafts_of(grid_of(sheet), catalogue, answers or {}, "book")
    return found


def roles(found: Draft) -> dict[str, str]:
    return {view.header: one.role for view, one in zip(found.views, found.chosen, strict=True)}


LIST: list[list[Any]] = [
    ["No", "Code", "Indicator", "Municipality", "Sex", "Year", "Type", "Unit", "Value", "Comments"],
    [1, "A-1", "Women trained", "Setúbal", "Female", 2021, "Target", "persons", 12, ""],
    [2, "A-1", "Women trained", "Setúbal", "Female", 2021, "Actual", "persons", 9, "late start"],
    [3, "A-2", "Jobs", "Sesimbra", "Male", 2021, "Actual", "jobs", 7, ""],
    [4, "A-2", "Jobs", "Sesimbra", "Female", 2022, "Actual", "jobs", 11, "two more in autumn"],
    [5, "A-2", "Jobs", "Palmela", "Male", 2022, "Actual", "jobs", 5, ""],
]


def test_the_columns_of_a_list(catalogue: Reference) -> None:
    assert roles(draft(catalogue, *LIST)) == {
        "No": "code",
        "Code": "code",
        "Indicator": "indicator",
        "Municipality": "place",
        "Sex": "dimension",
        "Year": "period",
        "Type": "value_type",
        "Unit": "unit",
        "Value": "value",
        "Comments": "note",
    }


@pytest.mark.parametrize(
    ("header", "cells", "role"),
    [
        ("Period", ["Q1 2021", "Q2 2021", "Q3 2021", "Q4 2021"], "period"),
        ("Mois", ["janvier", "février", "mars", "avril"], "period"),
        ("Start date", ["01/02/2021", "15/03/2021", "20/04/2021", "01/05/2021"], "start"),
        ("End date", ["01/02/2021", "15/03/2021", "20/04/2021", "01/05/2021"], "end"),
        ("Φύλο", ["Γυναίκες", "Άνδρες", "Γυναίκες", "Άνδρες"], "dimension"),
        ("الوحدة", ["شخص", "شخص", "نسبة", "شخص"], "unit"),
        ("Numerator", [1, 2, 3, 4], "numerator"),
        ("Denominator", [10, 20, 30, 40], "denominator"),
        ("Project", ["Huerta", "Coop", "Vivero", "Radio"], "project"),
        ("Currency", ["EUR", "EUR", "TND", "JOD"], "currency"),
        ("Link", ["https://a.org/1", "https://a.org/2", "https://a.org/3", "b@a.org"], "skip"),
    ],
)
def test_the_role_of_a_column(
    catalogue: Reference, header: str, cells: list[Any], role: str
) -> None:
    rows = [[f"Indicator {n}", cell, 10 * n] for n, cell in enumerate(cells, 1)]
    found = roles(draft(catalogue, ["Indicator", header, "Value"], *rows))
    assert found[header] == role


def test_an_answer_counts_more_than_any_cue(catalogue: Reference) -> None:
    found = draft(catalogue, *LIST, answers={"role@Data!D": "dimension", "role@Data!I": "skip"})
    assert roles(found)["Municipality"] == "dimension"
    assert roles(found)["Value"] == "skip"
    chosen = dict(zip(roles(found), found.chosen, strict=True))["Municipality"]
    assert (chosen.confidence, chosen.next_role) == (1.0, "place")


def test_an_answer_that_is_no_role_changes_nothing(catalogue: Reference) -> None:
    assert roles(draft(catalogue, *LIST, answers={"role@Data!D": "zebra"})) == roles(
        draft(catalogue, *LIST)
    )


def test_every_role_has_named_cues() -> None:
    assert set(CUES) == set(ROLES)
    for cues in CUES.values():
        names = [name for name, _, _ in cues]
        assert len(names) == len(set(names))


def test_every_cue_holds_to_some_degree(catalogue: Reference) -> None:
    for view in draft(catalogue, *LIST).views:
        for cues in CUES.values():
            for name, _, holds in cues:
                assert 0 <= float(holds(view)) <= 6, name


def test_confidence_and_reasons_are_those_of_the_chosen_role(catalogue: Reference) -> None:
    for one in draft(catalogue, *LIST).chosen:
        assert 0.5 <= one.confidence <= 1
        assert one.role != one.next_role
        assert {name for name, _ in one.reasons} <= {name for name, _, _ in CUES[one.role]}


def test_the_confidence_of_what_is_asked_about_is_low(catalogue: Reference) -> None:
    rows = [[f"Centre {n}", f"2{n}7", n * n] for n in range(1, 7)]
    found = draft(catalogue, ["Centre", "Code of the group", "2022"], *rows)
    assert roles(found)["Code of the group"] == "code"
    assert 0.5 < UNSURE < 1
    assert set(NUMBER_ROLES) < set(ROLES)
