"""Which rows are titles, headers, data and notes: the likeliest sequence of them."""

from typing import Any

import numpy as np
import pytest

from etl import segments
from etl.grid import Grid, grid_of
from etl.segments import (
    CUES,
    DATA,
    GAP,
    HEADER,
    HEADING,
    NAMES,
    NOTE,
    OUTSIDE,
    STEPS,
    TAGS,
    TITLE,
    row_roles,
)
from etl.workbook import Sheet

LETTERS = {
    "t": TITLE,
    "h": HEADER,
    "#": TAGS,
    "g": HEADING,
    "d": DATA,
    "n": NOTE,
    "-": GAP,
    ".": OUTSIDE,
}


def grid(*rows: list[Any]) -> Grid:
    cells = [[float(cell) if isinstance(cell, int) else cell for cell in row] for row in rows]
    return grid_of(Sheet(name="Data", index=0, is_visible=True, rows=cells))


def spelled(roles: list[int]) -> str:
    names = {role: letter for letter, role in LETTERS.items()}
    return "".join(names[role] for role in roles)


YEARS = ["Indicator", 2021, 2022, 2023]
ROWS = [["Women trained", 12, 14, 18], ["Jobs", 3, 5, 4], ["Start-ups", 1, 2, 2]]
LONG_NOTE = [
    "Source: the register of the partners, as it was known at the end of the year, with all its faults and gaps"
]

SHEETS: list[tuple[str, list[list[Any]]]] = [
    ("", []),
    ("hd", [YEARS, ROWS[0]]),
    ("hddd", [YEARS, *ROWS]),
    ("thddd", [["Indicators of the centre"], YEARS, *ROWS]),
    ("tt.hddd", [["Indicators"], ["All centres"], [], YEARS, *ROWS]),
    ("..hddd", [[], [], YEARS, *ROWS]),
    ("hdddn", [YEARS, *ROWS, LONG_NOTE]),
    ("hdd-d", [YEARS, *ROWS[:2], [], ROWS[2]]),
    ("h#ddd", [YEARS, ["#indicator", "#value", "#value", "#value"], *ROWS]),
    (
        "hhddd",
        [
            ["Indicator", "2022", None, "2023", None],
            [None, "Target", "Actual", "Target", "Actual"],
            *[[*row, 7] for row in ROWS],
        ],
    ),
    ("hgddgd", [YEARS, ["Employment"], *ROWS[:2], ["Environment"], ROWS[2]]),
    ("hdd.hdd", [YEARS, *ROWS[:2], [], YEARS, *ROWS[:2]]),
]


@pytest.mark.parametrize(("roles", "rows"), SHEETS, ids=[roles for roles, _ in SHEETS])
def test_the_roles_of_rows(roles: str, rows: list[list[Any]]) -> None:
    assert spelled(row_roles(grid(*rows))).replace("-", ".") == roles.replace("-", ".")


@pytest.mark.parametrize("times", [1, 5, 14, 15, 16, 17, 18, 100])
def test_every_row_of_a_long_table_is_data(times: int) -> None:
    roles = row_roles(grid(["Centre", "2021", "2022"], *[["North", 12, 14]] * times))
    assert spelled(roles) == "h" + "d" * times


@pytest.mark.parametrize("cue", [(role, name) for role, cues in CUES.items() for name in cues])
def test_a_cue_gives_one_number_for_each_row(cue: tuple[int, str]) -> None:
    weight, seen = CUES[cue[0]][cue[1]]
    for _, rows in SHEETS[1:]:
        features = segments._features(grid(*rows))
        numbers = np.asarray(seen(features), float)
        assert numbers.shape == (len(rows),)
        assert not np.isnan(numbers).any()
    assert weight != 0


def test_every_role_has_cues_or_is_an_empty_row() -> None:
    assert set(CUES) | {GAP, OUTSIDE} == set(range(len(NAMES)))
    assert set(STEPS) == set(range(len(NAMES)))


@pytest.mark.parametrize("role", range(len(NAMES)))
def test_every_role_can_be_reached(role: int) -> None:
    assert any(role in steps for steps in STEPS.values())


def segments_of(*rows: list[Any]) -> list[segments.Segment]:
    one = grid(*rows)
    return segments.segments(one, row_roles(one))


def test_a_table_knows_its_rows() -> None:
    (found,) = segments_of(["Indicators of the centre"], [], YEARS, *ROWS, LONG_NOTE)
    assert (found.top, found.header, found.first, found.last) == (2, (2,), 3, 6)
    assert (found.titles, found.notes) == ((0,), (6,))


@pytest.mark.xfail(strict=True, reason="after an empty row a note counts as a title of nothing")
def test_a_note_below_an_empty_row_belongs_to_the_table_above() -> None:
    (found,) = segments_of(YEARS, *ROWS, [], LONG_NOTE)
    assert found.notes == (5,)


def test_two_tables_below_each_other_have_their_own_titles() -> None:
    found = segments_of(["Jobs"], YEARS, *ROWS, [], ["Hours of training"], YEARS, *ROWS)
    assert [(one.titles, one.first, one.last) for one in found] == [((0,), 2, 5), ((6,), 8, 11)]


def test_a_header_that_comes_again_begins_another_part() -> None:
    found = segments_of(YEARS, *ROWS, YEARS, *ROWS)
    assert [(one.header, one.first, one.last) for one in found] == [((0,), 1, 4), ((4,), 5, 8)]


def test_totals_above_a_header_are_no_table() -> None:
    (found,) = segments_of(["TOTAL", 16, 21, 24], YEARS, *ROWS)
    assert (found.first, found.last) == (2, 5)


def test_words_alone_are_no_table() -> None:
    assert segments_of(["Narrative report"], [], LONG_NOTE, LONG_NOTE) == []
