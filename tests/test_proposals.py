"""What the program makes of workbooks it has never seen: every value with its meaning, or a question."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl import gate, layouts, proposals, values, workbook
from etl.reference import Reference, read_files
from tests import made_workbooks as made
from tests.made_workbooks import Page
from tests.proposed import Told, codes, days_of, read_page, told

WORKBOOKS = Path(__file__).parent / "data" / "workbooks"


@pytest.fixture(scope="module")
def catalogue() -> Reference:
    return read_files()


# --- Workbooks as partners make them -----------------------------------------------------------

Across = Sequence[tuple[str, str]]
"Period and kind of value of the columns of figures, from the left."


@dataclass(frozen=True)
class Line:
    """What one row of a made workbook says: its labels, and its figures from the left."""

    first: str
    indicator: str
    numbers: Sequence[float | None]
    place: str = ""
    breakdown: str = ""
    unit: str = ""

    def values(self, across: Across) -> Iterable[tuple[str, Told]]:
        """Yield cell and value of each figure; None is a cell without one."""
        row, column = workbook.parse_address(self.first)
        for place, (number, (period, kind)) in enumerate(zip(self.numbers, across, strict=True)):
            if number is not None:
                labels = self.place, self.breakdown, self.unit
                days = days_of(period, kind)
                yield (
                    workbook.address(row, column + place),
                    Told(self.indicator, days, kind, number, *labels),
                )


def demanded(across: Across, *lines: Line) -> dict[str, Told]:
    return {cell: value for line in lines for cell, value in line.values(across)}


def actuals(*names: str) -> Across:
    return [(name, "actual") for name in names]


QUARTERS_2023 = ("2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4")
YEARS = ("2021", "2022", "2023")

HALVES = [(f"2023-S{half}", kind) for half in (1, 2) for kind in ("baseline", "target", "actual")]
MONTHS = actuals(*(f"2022-{month:02}" for month in range(1, 7)))
IN_FOUR_QUARTERS = actuals(*QUARTERS_2023)
THREE = actuals(*YEARS)

MADE: dict[str, tuple[Page, dict[str, Told]]] = {
    "Greek half-years with three kinds of value under merged headers": (
        made.GREEK_HALF_YEARS,
        demanded(
            HALVES,
            Line(
                "D6",
                "Ωφελούμενοι Κέντρου Κοινότητας",
                [420, 500, 487, 420, 550, 561],
                unit="άτομα",
            ),
            Line("D7", "Παιδιά σε ΚΔΑΠ", [180, 200, 193, 180, 220, 205], unit="παιδιά"),
            Line("D8", "Ποσοστό ανακύκλωσης", [12.5, 15, 13.8, 12.5, 17, 15.2], unit="%"),
            Line("D9", "Γεύματα", [14200, 15000, 14870, 14200, 15500, 15912], unit="γεύματα"),
        ),
    ),
    "Arabic quarters from right to left in Arabic-Indic digits": (
        made.ARABIC_QUARTERS,
        demanded(
            [("2022", "baseline"), ("2023", "target"), *IN_FOUR_QUARTERS],
            Line("C4", "عدد المستفيدات من التدريب", [120, 400, 85, 102, 97, 110], unit="امرأة"),
            Line("C5", "عدد الشباب العاملين", [60, 250, 40, 55, 61, 70], unit="شاب"),
            Line("C6", "نسبة رضا المستفيدين", [70.5, 85, 72.5, 75, 78.3, 81], unit="٪"),
            Line("C7", "قيمة القروض الصغيرة", [1200, 10000, 2150, 2400, 1980, 3050], unit="دينار"),
        ),
    ),
    "Spanish blocks with a title above each": (
        made.SPANISH_BLOCKS,
        demanded(
            MONTHS,
            Line("B6", "1. Personas atendidas: Getafe", [34, 41, 38, 29, 44, 40]),
            Line("B7", "1. Personas atendidas: Leganés", [22, 25, 19, 24, 27, 30]),
            Line("B8", "1. Personas atendidas: Parla", [18, 17, 21, 16, 20, 19]),
            Line("B12", "2. Horas de formación: Getafe", [120, 140, 132, 110, 150, 128]),
            Line("B13", "2. Horas de formación: Leganés", [80, 96, 72, 88, 100, 104]),
            Line("B14", "2. Horas de formación: Parla", [60, 64, 70, 58, 72, None]),
        ),
    ),
    "French numbers as text, rows by sex and by age below headings": (
        made.FRENCH_TEXT_NUMBERS,
        demanded(
            IN_FOUR_QUARTERS,
            Line("B4", "Bénéficiaires par sexe", [1204, 1310, 1285, 1402], breakdown="sex=F"),
            Line("B5", "Bénéficiaires par sexe", [986, 1015, 998, 1077], breakdown="sex=M"),
            Line("B7", "Bénéficiaires par âge", [310, 355, 341, 402], breakdown="age_group=0-17"),
            Line(
                "B8", "Bénéficiaires par âge", [1540, 1622, 1598, 1701], breakdown="age_group=18-59"
            ),
            Line("B9", "Bénéficiaires par âge", [340, 348, 344, 376], breakdown="age_group=60+"),
            Line("B10", "Taux d'insertion (%)", [42.5, 43.1, 44, 45.7], unit="%"),
        ),
    ),
    "Portuguese semesters below headers in two languages, two columns hidden": (
        made.PORTUGUESE_TWO_LANGUAGES,
        demanded(
            actuals("2022-S1", "2022-S2", "2023-S1", "2023-S2"),
            Line("C3", "Jovens em formação", [45, 52, 61, 58], unit="n.º"),
            Line("C4", "Empregos criados", [12, 9, 15, 17], unit="n.º"),
            Line("C5", "Microcréditos concedidos", [6, 8, 7, 11], unit="n.º"),
            Line("C6", "Montante de microcrédito", [12500, 18200.5, 15000, 23100], unit="€"),
        ),
    ),
    "a logical framework": (
        made.LOGFRAME,
        demanded(
            [("2020", "baseline"), ("2024", "target"), ("2023", "actual")],
            *(
                Line(first, indicator, numbers, breakdown=f"result_chain={chain}")
                for first, indicator, numbers, chain in (
                    (
                        "C3",
                        "Youth employed after training",
                        [0, 600, 412],
                        "outcome_1_youth_and_women_find_work",
                    ),
                    (
                        "C4",
                        "Women-led start-ups",
                        [3, 60, 38],
                        "outcome_1_youth_and_women_find_work",
                    ),
                    ("C5", "Persons trained", [0, 1200, 978], "output_1_1_trainings_delivered"),
                    ("C6", "Training courses", [0, 40, 31], "output_1_1_trainings_delivered"),
                )
            ),
        ),
    ),
    "a long list with a column for the kind of value": (
        made.LONG_LIST,
        {
            f"E{row}": Told(
                indicator, days_of(str(year), kind.lower()), kind.lower(), number, place, "", unit
            )
            for row, (indicator, place, year, kind, number, unit) in enumerate(
                made.LONG_LIST.rows[1:], 2
            )
        },
    ),
    "two tables side by side": (
        made.SIDE_BY_SIDE,
        demanded(
            actuals("2022", "2023"),
            Line("B3", "Jobs created", [12, 15], "North"),
            Line("B4", "Jobs created", [9, 14], "South"),
            Line("B5", "Jobs created", [5, 8], "West"),
            Line("F3", "Training hours", [340, 410], "North"),
            Line("F4", "Training hours", [280, 305], "South"),
            Line("F5", "Training hours", [150, 190], "West"),
        ),
    ),
    "years with the marks of footnotes": (
        made.FOOTNOTED_YEARS,
        demanded(
            actuals("2019", "2020", "2021", "2022", "2023"),
            *(
                Line(first, "Table 1. Employment rate by region (%)", numbers, place, unit="%")
                for first, place, numbers in (
                    ("B3", "Attica", [56.1, 54.9, 57.2, 59.8, 61]),
                    ("B4", "Crete", [55, 50.1, 54.3, 58.2, 60.4]),
                    ("B5", "Epirus", [49.8, 48.7, 50.2, 52.9, 54.1]),
                )
            ),
        ),
    ),
    "quarters down the rows, each year said once": (
        made.PERIODS_DOWN,
        {
            f"{letter}{row}": Told(indicator, days_of(f"{year}-{line[1]}"), "actual", line[place])
            for row, (year, line) in enumerate(
                zip([2021] * 4 + [2022] * 4, made.PERIODS_DOWN.rows[1:], strict=True), 2
            )
            for place, letter, indicator in (
                (2, "C", "Persons trained"),
                (3, "D", "Jobs created"),
                (4, "E", "Average income (EUR)"),
            )
        },
    ),
    "merged years over quarters, labels over two rows": (
        made.YEARS_OVER_QUARTERS,
        demanded(
            actuals(*(f"{year}-Q{quarter}" for year in (2022, 2023) for quarter in (1, 2, 3, 4))),
            Line("C3", "Trainees", [20, 22, 25, 27, 30, 31, 33, 36], breakdown="sex=F"),
            Line("C4", "Trainees", [18, 17, 20, 22, 24, 26, 27, 30], breakdown="sex=M"),
            Line("C5", "Jobs", [3, 4, 2, 5, 6, 5, 7, 8], breakdown="sex=F"),
            Line("C6", "Jobs", [2, 5, 3, 4, 4, 6, 6, 7], breakdown="sex=M"),
        ),
    ),
    "indicators below their objectives": (
        made.OBJECTIVES,
        demanded(
            THREE,
            *(
                Line(first, f"{objective}: {indicator}", numbers, unit=unit)
                for first, objective, indicator, numbers, unit in (
                    ("C3", made.OBJECTIVES.rows[1][0], "Jobs created", [12, 18, 25], "jobs"),
                    ("C4", made.OBJECTIVES.rows[1][0], "Internships", [30, 34, 41], "persons"),
                    ("C6", made.OBJECTIVES.rows[4][0], "Repair cafés held", [6, 8, 11], "events"),
                    (
                        "C7",
                        made.OBJECTIVES.rows[4][0],
                        "Textiles collected",
                        [850, 1020, 1310],
                        "kg",
                    ),
                )
            ),
        ),
    ),
    "a table that begins at C7, with a name and a version around it": (
        made.FROM_C7,
        demanded(
            THREE,
            Line("E8", "People receiving cash assistance", [1200, 1350, 1410], breakdown="sex=F"),
            Line("E9", "People receiving cash assistance", [1100, 1190, 1275], breakdown="sex=M"),
            Line("E10", "People in training", [40, 61, 95], breakdown="sex=F"),
            Line("E11", "People in training", [38, 60, 90], breakdown="sex=M"),
        ),
    ),
    "of which women": (
        made.OF_WHICH,
        demanded(
            THREE,
            Line("B2", "Registered members", [340, 372, 401]),
            Line("B3", "Registered members", [190, 211, 230], breakdown="sex=F"),
            Line("B4", "Jobs created", [22, 25, 31]),
            Line("B5", "Jobs created", [12, 15, 18], breakdown="sex=F"),
        ),
    ),
    "Russian quarters, plan and fact": (
        made.RUSSIAN_QUARTERS,
        demanded(
            [(quarter, kind) for quarter in QUARTERS_2023[:2] for kind in ("target", "actual")],
            Line("D4", "Количество обученных женщин", [50, 47, 60, 63], unit="чел."),
            Line("D5", "Создано рабочих мест", [10, 8, 12, 13], unit="ед."),
            Line("D6", "Уровень занятости", [61.5, 60.8, 62, 61.9], unit="%"),
        ),
    ),
    "facts above the header": (
        made.FACTS_ABOVE,
        {
            f"{letter}{row}": Told(
                "Participation of youth in training",
                days_of(str(line[0])),
                "actual",
                line[place],
                breakdown=breakdown,
            )
            for row, line in enumerate(made.FACTS_ABOVE.rows[5:], 6)
            for place, letter, breakdown in ((1, "B", ""), (2, "C", "sex=F"), (3, "D", "sex=M"))
        },
    ),
}


def without_unit(found: Mapping[str, Told]) -> dict[str, Told]:
    return {cell: value._replace(unit="") for cell, value in found.items()}


def named_once(found: Mapping[str, Told]) -> dict[str, Told]:
    """Return values whose indicators are not named twice: "Jobs: Jobs" after table and title."""
    return {
        cell: value._replace(indicator=": ".join(dict.fromkeys(value.indicator.split(": "))))
        for cell, value in found.items()
    }


@pytest.mark.parametrize("name", MADE)
def test_a_made_workbook_becomes_its_values(name: str) -> None:
    page, wanted = MADE[name]
    read = read_page(page)
    found = named_once(told(read))
    if name == "facts above the header":  # the unit above the table is welcome, not demanded
        found = without_unit(found)
    assert found == wanted
    assert codes(read) == set()


def test_months_that_are_days_and_kinds_of_value_in_the_rows() -> None:
    found = told(read_page(made.MONTHS_AS_DAYS))
    wanted = demanded(
        [(f"2023-0{month}", "actual") for month in (1, 2, 3)],
        Line("C3", "New members", [18, 25, 21]),
        Line("C5", "Events held", [2, 3, 5]),
    ) | demanded(
        [(f"2023-0{month}", "target") for month in (1, 2, 3)],
        Line("C2", "New members", [20, 22, 24]),
        Line("C4", "Events held", [3, 3, 4]),
    )
    assert found == wanted


def test_totals_above_the_header_are_no_row_of_the_table() -> None:
    found = told(read_page(made.TOTALS_ABOVE))
    assert {
        (cell, value.days[1], value.value_type, value.number) for cell, value in found.items()
    } == {
        (f"{letter}{row}", "2022-12-31", kind, line[place])
        for row, line in enumerate(made.TOTALS_ABOVE.rows[2:], 3)
        for letter, place, kind in (("E", 4, "target"), ("F", 5, "actual"))
    }
    assert found["E3"].breakdown.split("|")[0] == "organisation=oxfam"


def test_the_word_total_above_a_header_is_no_indicator() -> None:
    assert {value.indicator for value in told(read_page(made.TOTALS_ABOVE)).values()} != {"TOTAL"}


@pytest.mark.xfail(strict=True, reason="a label that begins with a word for totals is a place")
def test_a_subtotal_is_no_place() -> None:
    places = {value.place for value in told(read_page(made.SUBTOTALS)).values()}
    assert not any("Sous-total" in place for place in places)


def test_a_row_of_totals_has_no_place() -> None:
    page = Page(
        [
            ["Indicator", "Place", "2021", "2022"],
            ["Jobs", "Setúbal", 3, 4],
            ["Jobs", "Sesimbra", 5, 6],
            ["Total", "", 8, 10],
        ]
    )
    assert {value.place for cell, value in told(read_page(page)).items() if cell[1] == "4"} <= {""}


def test_an_indicator_without_a_sex_has_none() -> None:
    found = told(read_page(made.SOMETIMES_BY_SEX))
    assert (found["C4"].indicator, found["C4"].breakdown) == ("Schools rehabilitated", "")


def test_greek_numerals_below_quarter_are_quarters() -> None:
    found = told(read_page(made.GREEK_QUARTERS_DOWN))
    halves = {cell: value.days for cell, value in found.items()}
    assert halves == {
        "F2": days_of("2023-Q1"),
        "F3": days_of("2023-Q1"),
        "F4": days_of("2023-Q2"),
        "F5": days_of("2023-Q2"),
    }


DEGREES = Page(
    [
        ["Indicador", "1° trimestre 2022", "2° trimestre 2022"],
        ["Personas atendidas", 58, 64],
        ["Prácticas", 9, 12],
    ]
)


def test_an_ordinal_that_cannot_be_read_is_told() -> None:
    read = read_page(DEGREES)
    days = {value.days for value in told(read).values()}
    assert codes(read) or days == {days_of("2022-Q1"), days_of("2022-Q2")}


def test_an_ordinal_typed_with_the_sign_of_degrees() -> None:
    days = {value.days for value in told(read_page(DEGREES)).values()}
    assert days == {days_of("2022-Q1"), days_of("2022-Q2")}


@pytest.mark.thorough(4)
@pytest.mark.parametrize("rows", range(1, 17))
@pytest.mark.parametrize("titles", [0, 2])
def test_a_short_sheet_is_read_like_a_long_one(rows: int, titles: int) -> None:
    names = [f"Indicator {chr(64 + row)}" for row in range(1, rows + 1)]
    numbers = [[10.0 * row, 10.0 * row + 1] for row in range(1, rows + 1)]
    above: list[list[Any]] = [["Indicators of the centre"], []][:titles]
    body = [[name, *line] for name, line in zip(names, numbers, strict=True)]
    found = told(read_page(Page([*above, ["Indicator", "2022", "2023"], *body])))
    lines = [
        Line(f"B{titles + 2 + at}", name, line)
        for at, (name, line) in enumerate(zip(names, numbers, strict=True))
    ]
    assert found == demanded(actuals("2022", "2023"), *lines)


def test_a_proposal_says_why() -> None:
    proposal = read_page(made.LONG_LIST).proposal
    assert proposal is not None
    (table,) = proposal.tables
    roles = {column.header: column.role for column in table.columns}
    assert roles == {
        "Indicator": "indicator",
        "Location": "place",
        "Period": "period",
        "Type": "value_type",
        "Value": "value",
        "Unit": "unit",
    }
    assert all(column.reasons and 0 < column.confidence <= 1 for column in table.columns)
    assert table.rows[0] == "header"
    assert {table.rows[row] for row in range(1, 11)} == {"data"}


# --- The layout is text --------------------------------------------------------------------------


def workbook_of(data: bytes, name: str) -> workbook.Workbook:
    return workbook.read(data, gate.examine(data, name))


@pytest.mark.thorough(3)
@pytest.mark.parametrize("name", sorted(path.name for path in WORKBOOKS.iterdir()))
def test_the_text_of_a_proposal_reads_the_same(name: str, catalogue: Reference) -> None:
    book = workbook_of((WORKBOOKS / name).read_bytes(), name)
    proposal = proposals.propose(book, catalogue)
    if proposal.layout is None:
        return
    again = layouts.read_layout(proposal.layout.body, proposal.layout.code)
    assert again == proposal.layout
    rows, rows_again = (
        values.parse_values(book, layouts.recognise(book, [layout]), catalogue).rows
        for layout in (proposal.layout, again)
    )
    pd.testing.assert_frame_equal(rows, rows_again)


# --- Verdicts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (made.NAMES, "list_without_figures"),
        (made.PROSE, "text_without_table"),
        (made.NOTHING, "no_cells"),
        pytest.param(
            made.EMPTY_FORM,
            "template_without_rows",
            marks=pytest.mark.xfail(
                strict=True, reason="with titles and rows of names a form counts as a list"
            ),
        ),
    ],
)
def test_what_is_no_table_is_said_to_be_none(sheet: Page, code: str) -> None:
    read = read_page(sheet)
    assert told(read) == {}
    assert codes(read) == {code}


def test_an_empty_workbook_is_said_to_be_so_once() -> None:
    assert [found.code for found in read_page(made.NOTHING).findings] == ["no_cells"]


def test_a_form_without_rows_is_said_to_be_one() -> None:
    form = replace(made.EMPTY_FORM, rows=made.EMPTY_FORM.rows[4:5])
    assert codes(read_page(form)) == {"template_without_rows"}


# --- Answers -------------------------------------------------------------------------------------

COUNTS = Page(
    [
        ["City", "Members", "Partners"],
        ["Amman", 12, 4],
        ["Irbid", 15, 6],
        ["Zarqa", 9, 3],
    ]
)


def test_the_period_that_was_answered_is_taken() -> None:
    assert codes(read_page(COUNTS)) == {"period_unknown"}
    read = read_page(COUNTS, **{"period_unknown@Data!": "2022-S1"})
    assert codes(read) == set()
    assert {value.days for value in told(read).values()} == {days_of("2022-S1")}


def test_a_bare_answer_holds_for_every_sheet() -> None:
    read = read_page(COUNTS, replace(COUNTS, name="More"), period_unknown="2021")
    assert codes(read) == set()
    assert {value.days for value in told(read).values()} == {days_of("2021")}


def test_the_role_that_was_answered_is_taken() -> None:
    page = Page(
        [["City", "Year", "Members", "Partners"], ["Amman", 2022, 12, 4], ["Irbid", 2022, 15, 6]]
    )
    assert {cell[0] for cell in told(read_page(page))} == {"C", "D"}
    read = read_page(page, **{"role@Data!D": "skip"})
    assert {cell[0] for cell in told(read)} == {"C"}
    as_item = read_page(page, **{"role@Data!A": "indicator"})
    assert {value.indicator.partition(":")[0] for value in told(as_item).values()} == {
        "Amman",
        "Irbid",
    }


def test_the_header_that_was_answered_is_taken() -> None:
    page = Page([["North", "", ""], ["Place", "2021", "2022"], ["Amman", 1, 2], ["Irbid", 3, 4]])
    read = read_page(page, **{"header@Data!A": "2-3"})
    assert set(told(read)) == {"B4", "C4"}


def test_a_fact_that_was_told_holds_for_the_sheet() -> None:
    page = Page([["Indicator", "2021", "2022"], ["Members", 1, 2], ["Jobs", 3, 4]])
    read = read_page(page, **{"fact@Data!place": "Tyre", "fact@Data!project": "DA-GR"})
    assert {value.place for value in told(read).values()} == {"Tyre"}
    assert set(read.parsed["project"]) == {"DA-GR"}


def test_a_hidden_sheet_is_read_where_somebody_says_so() -> None:
    hidden = replace(made.OF_WHICH, name="Old", is_hidden=True)
    read = read_page(made.OF_WHICH, hidden)
    assert set(read.parsed["sheet"]) == {"Data"}
    read = read_page(made.OF_WHICH, hidden, **{"hidden_sheet@Old!": "read"})
    assert set(read.parsed["sheet"]) == {"Data", "Old"}


@pytest.mark.parametrize(("mark", "number"), [(".", 1.234), (",", 1234.0)])
def test_the_decimal_mark_that_was_answered_is_taken(mark: str, number: float) -> None:
    page = Page([["Indicator", "2021", "2022"], ["Members", "1.234", 2], ["Jobs", "3.456", 4]])
    read = read_page(page)
    assert "ambiguous_numbers" in codes(read)
    assert "B2" not in told(read)
    read = read_page(page, **{"ambiguous_numbers@Data!B": mark})
    assert "ambiguous_numbers" not in codes(read)
    assert told(read)["B2"].number == number


def test_the_month_in_which_a_split_year_begins_is_taken() -> None:
    page = Page([["Indicator", "2020/21", "2021/22"], ["Members", 1, 2], ["Jobs", 3, 4]])
    read = read_page(page)
    assert "year_start_unknown" in codes(read)
    read = read_page(page, year_start_unknown="7")
    assert codes(read) == set()
    assert told(read)["B2"].days == ("2020-07-01", "2021-06-30")
