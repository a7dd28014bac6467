"""What a cell is before anybody reads its words."""

from datetime import date

import numpy as np
import pytest

from etl.grid import (
    DAY,
    EMPTY,
    FLAG,
    MARK,
    NUMBER,
    TAG,
    TEXT,
    YEAR,
    grid_of,
    kind_of,
)
from etl.workbook import Cell, Sheet

KINDS = {
    EMPTY: ["", "  ", "\u00a0"],
    NUMBER: [
        *("12", "1,234.5", "1.234,5", "1\u202f204", "12,5 %", "-3", "(18,7)", "> 300", "1.2 M"),
        *("١٢٠", "٧٠٫٥", "€ 25,000", "19*", "20231", "12.5 t", "1.234"),
    ],
    YEAR: ["2019", " 2023 ", "2022(p)", "2023 (e)", "2021*", "2020b"],
    MARK: ["n/a", "-", "…", "..", "n.d.", "δ/υ"],
    TEXT: [
        *("Women", "Q1 2023", "18-29", "65+", "2 rooms and a kitchen", "Jan-22", "القيمة", "No 5a"),
        *("no", "ja", "2022-23 budget", "1 " + "very " * 20 + "long line"),
    ],
    TAG: ["#adm1+name", "#indicator +value +num", "#date", "#affected+f"],
}


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for kind, texts in KINDS.items() for text in texts]
)
def test_the_kind_of_a_text(text: str, kind: int) -> None:
    assert kind_of(text) == kind


def sheet(*rows: list[Cell], errors: dict[tuple[int, int], str] | None = None) -> Sheet:
    return Sheet(
        name="Data", index=0, is_visible=True, rows=[list(row) for row in rows], errors=errors or {}
    )


def test_the_kind_of_a_typed_cell() -> None:
    line: list[Cell] = [None, 1.0, 2019.0, 2019.5, 1899.0, True, date(2023, 1, 1), "words"]
    expected = [EMPTY, NUMBER, YEAR, NUMBER, NUMBER, FLAG, DAY, TEXT]
    assert grid_of(sheet(line)).kinds.tolist() == [expected]


def test_rows_of_different_length_are_one_grid() -> None:
    grid = grid_of(sheet(["a"], [], ["b", 1.0, 2.0]))
    assert grid.kinds.tolist() == [
        [TEXT, EMPTY, EMPTY],
        [EMPTY, EMPTY, EMPTY],
        [TEXT, NUMBER, NUMBER],
    ]
    assert grid.cell(0, 2) is None
    assert grid.text(2, 1) == "1"
    assert grid.text(0, 2) == ""


def test_a_sheet_without_rows_is_a_grid() -> None:
    assert grid_of(sheet()).kinds.shape == (0, 0)


def test_a_cell_with_an_error_stands_among_figures() -> None:
    assert grid_of(sheet(["a", None], errors={(0, 1): "#REF!"})).kinds.tolist() == [[TEXT, MARK]]


def test_the_share_of_figures_of_some_rows() -> None:
    grid = grid_of(
        sheet(
            ["h", "h", None], ["North", 1.0, None], ["South", "n/a", None], ["West", "open", None]
        )
    )
    shares = grid.share_of_figures(1, 4)
    assert shares[:2].tolist() == [0.0, pytest.approx(2 / 3)]
    assert np.isnan(shares[2])
    assert grid.figures[4].tolist() == [0, 2, 0]
    assert grid.filled[4].tolist() == [4, 4, 0]


def test_blanks_between_words_are_one() -> None:
    assert grid_of(sheet(["Women \n and  men"])).text(0, 0) == "Women and men"
