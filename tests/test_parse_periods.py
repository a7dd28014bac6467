"""Texts become periods, alone, in headers and among other words."""

from datetime import date, datetime

import pytest

from etl import parse
from etl.workbook import Cell


def spans(*cells: Cell, year_starts: int = 0) -> list[str]:
    read = parse.periods(list(cells), year_starts=year_starts)
    return [
        f"{start.astype('datetime64[D]')}/{end.astype('datetime64[D]')}"
        if kind == parse.DATE
        else kind
        for start, end, kind in zip(read.start, read.end, read.kind, strict=True)
    ]


YEAR, FIRST_HALF = "2023-01-01/2023-12-31", "2023-01-01/2023-06-30"
SECOND_HALF, SECOND_QUARTER = "2023-07-01/2023-12-31", "2023-04-01/2023-06-30"
WEEK, LAST_DAY = "2023-03-20/2023-03-26", "2020-12-31/2020-12-31"
FIRST_QUARTER, JANUARY = "2023-01-01/2023-03-31", "2023-01-01/2023-01-31"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        *(("2023", YEAR), (2023.0, YEAR), ("2023.0", YEAR), ("2023 г.", YEAR), ("2023-ж.", YEAR)),
        *(
            ("2023e", YEAR),
            ("2023*", YEAR),
            ("2023¹", YEAR),
            ("Año 2023", YEAR),
            ("سنة 2023", YEAR),
        ),
        *(("2023-S1", FIRST_HALF), ("H1 2023", FIRST_HALF), ("1er semestre 2023", FIRST_HALF)),
        *(
            ("Α' εξάμηνο 2023", FIRST_HALF),
            ("Α΄ εξάμηνο 2023", FIRST_HALF),
            ("S1 2023", FIRST_HALF),
        ),
        *(("النصف الأول 2023", FIRST_HALF), ("1 полугодие 2023", FIRST_HALF)),
        *(("Jan-Jun 2023", FIRST_HALF), ("enero a junio de 2023", FIRST_HALF)),
        *(
            ("Q1 2023", FIRST_QUARTER),
            ("2023-Q1", FIRST_QUARTER),
            ("1er trim. 2023", FIRST_QUARTER),
        ),
        *(
            ("T1 2023", FIRST_QUARTER),
            ("1T 2023", FIRST_QUARTER),
            ("1.º trimestre 2023", FIRST_QUARTER),
        ),
        *(("primer trimestre de 2023", FIRST_QUARTER), ("Α' τρίμηνο 2023", FIRST_QUARTER)),
        *(("الربع الأول 2023", FIRST_QUARTER), ("I квартал 2023", FIRST_QUARTER)),
        *(
            ("Jan-23", JANUARY),
            ("January 2023", JANUARY),
            ("janv. 2023", JANUARY),
            ("2023-01", JANUARY),
        ),
        *(
            ("202301", JANUARY),
            (202301.0, JANUARY),
            ("01/2023", JANUARY),
            ("enero de 2023", JANUARY),
        ),
        *(("Janeiro 2023", JANUARY), ("Ιανουάριος 2023", JANUARY), ("Ιανουαρίου 2023", JANUARY)),
        *(("يناير 2023", JANUARY), ("كانون الثاني 2023", JANUARY), ("جانفي 2023", JANUARY)),
        *(
            (text, YEAR)
            for text in ("2023 م", "за 2023 год", "в 2023 году", "Año: 2023", "Year 2023")
        ),
        *(
            (text, YEAR)
            for text in ("en 2023", "CY2023", "Ejercicio 2023", "Exercício 2023", "عام 2023")
        ),
        *(
            (text, YEAR)
            for text in ("2023 1)", "2023 (1)", "2023 a)", "2023 (p)", "(2023)", "2023 prov.")
        ),
        *((text, YEAR) for text in ("έτος 2023", "العام 2023", "٢٠٢٣", "by 2023", "até 2023")),
        *(
            (text, FIRST_HALF)
            for text in ("1º semestre de 2023", "1H23", "S1/23", "Semestre I 2023")
        ),
        *(
            (text, FIRST_HALF)
            for text in ("Α' 6μηνο 2023", "first half of 2023", "السداسي الأول 2023")
        ),
        *(
            (text, FIRST_HALF)
            for text in ("T1-T2 2023", "enero - junio 2023", "de janvier à juin 2023")
        ),
        *(
            (text, FIRST_QUARTER)
            for text in ("2023Q1", "Q1 '23", "Q1/23", "1Q23", "Q1.2023", "1T2023")
        ),
        *((text, FIRST_QUARTER) for text in ("Q1 (Jan-Mar) 2023", "Jan-Mar 2023 (Q1)", "2023-T1")),
        *((text, FIRST_QUARTER) for text in ("1º trim 2023", "1.er trimestre 2023", "Τ1 2023")),
        *((text, FIRST_QUARTER) for text in ("Jan-Mar 2023", "enero - marzo 2023", "Jan-Mar'23")),
        *(
            (text, FIRST_QUARTER)
            for text in ("Jan 2023 - Mar 2023", "01/2023 - 03/2023", "2023-01/2023-03")
        ),
        *(
            (text, FIRST_QUARTER)
            for text in ("يناير - مارس 2023", "январь-март 2023", "3 месяца 2023")
        ),
        *(
            (text, JANUARY)
            for text in ("Jan'23", "ene-23", "janv-23", "Ιαν 2023", "Ιαν. 2023", "янв. 2023")
        ),
        *((text, JANUARY) for text in ("2023M01", "2023-M01", "M1 2023", "Mes 1 2023", "01.2023")),
        *(("Β΄ τρίμηνο 2023", SECOND_QUARTER), ("2do trimestre 2023", SECOND_QUARTER)),
        *(("النصف الثاني 2023", SECOND_HALF), ("2-е полугодие 2023 г.", SECOND_HALF)),
        *(("9 месяцев 2023", "2023-01-01/2023-09-30"), ("Q1-Q3 2023", "2023-01-01/2023-09-30")),
        *((text, "2022-10-01/2023-03-31") for text in ("Oct 2022 - Mar 2023", "10/2022-03/2023")),
        *(
            (text, WEEK)
            for text in ("Week 12 2023", "Semana 12 2023", "W12 2023", "2023W12", "2023-W12")
        ),
        *(
            (text, WEEK)
            for text in ("semaine 12 2023", "الأسبوع 12 2023", "εβδομάδα 12 2023", "KW12/2023")
        ),
        ("W53 2020", "2020-12-28/2021-01-03"),
        ("As of May 2021", "2021-05-01/2021-05-31"),
        *(
            (text, LAST_DAY)
            for text in ("end of 2020", "fin 2020", "finales de 2020", "fim de 2020")
        ),
        *(
            (text, LAST_DAY)
            for text in ("τέλος 2020", "نهاية 2020", "на конец 2020 года", "end-2020")
        ),
        *(
            (text, LAST_DAY)
            for text in ("31/12/2020", "as at 31/12/2020", "a 31 de diciembre de 2020")
        ),
        *((text, LAST_DAY) for text in ("au 31/12/2020", "на 31.12.2020", "end of Q4 2020")),
        ("Septembre 2012", "2012-09-01/2012-09-30"),
        ("Decembre  2012", "2012-12-01/2012-12-31"),
        ("2018-2020", "2018-01-01/2020-12-31"),
        ("2023-02-01/2023-05-31", "2023-02-01/2023-05-31"),
        ("01/02/2023 - 31/05/2023", "2023-02-01/2023-05-31"),
        ("1 Feb 2023 to 31 May 2023", "2023-02-01/2023-05-31"),
        ("2023-02-05", "2023-02-05/2023-02-05"),
    ],
)
def test_a_period_is_read_however_it_is_written(text: Cell, span: str) -> None:
    assert spans(text) == [span]


@pytest.mark.parametrize(
    "text", ["2020/21", "2020-21", "2020/2021", "2012-2013", "FY 2020/21", "FY2021", "Q1 FY21"]
)
def test_a_year_that_may_begin_in_any_month_is_asked_about(text: str) -> None:
    assert spans(text) == [parse.UNANCHORED]


def test_a_financial_year_is_named_for_its_end() -> None:
    assert spans("FY2021", "FY 20/21", year_starts=7) == ["2020-07-01/2021-06-30"] * 2
    assert spans("FY2021", "Q2 FY21", year_starts=1) == [
        "2021-01-01/2021-12-31",
        "2021-04-01/2021-06-30",
    ]
    assert spans("Q2 FY21", year_starts=10) == ["2021-01-01/2021-03-31"]


def test_two_years_side_by_side_are_a_span_where_the_column_shows_spans() -> None:
    assert spans("2012-2013", "2014-2016") == ["2012-01-01/2013-12-31", "2014-01-01/2016-12-31"]


def test_a_footnote_is_no_part_of_a_period_unless_it_counts_something() -> None:
    assert spans("2022", "2023 1)") == ["2022-01-01/2022-12-31", YEAR]
    assert spans("2023 (1)", "2023 (2)") == [parse.TEXT, parse.TEXT]


def test_the_months_of_the_levant_are_known_too() -> None:
    names = ["كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول"]
    names += ["تشرين الأول", "تشرين الثاني", "كانون الأول"]
    read = [spans(f"{name} 2024")[0][:7] for name in names]
    assert read == [f"2024-{month:02}" for month in range(1, 13)]


def test_a_split_year_begins_where_somebody_says() -> None:
    assert spans("2020/21", year_starts=4) == ["2020-04-01/2021-03-31"]
    assert spans("FY 2021-22", "2021-22 Q4", year_starts=4) == [
        "2021-04-01/2022-03-31",
        "2022-01-01/2022-03-31",
    ]
    assert spans("2020/21") == [parse.UNANCHORED]
    assert spans("2020", year_starts=4) == ["2020-01-01/2020-12-31"]


def test_2011_12_is_a_month_or_a_year_as_the_column_shows() -> None:
    assert spans("2011-12", "2011-11") == ["2011-12-01/2011-12-31", "2011-11-01/2011-11-30"]
    assert spans("2011-12", "2012-13", year_starts=7) == [
        "2011-07-01/2012-06-30",
        "2012-07-01/2013-06-30",
    ]
    assert spans("2011-12") == [parse.AMBIGUOUS]


@pytest.mark.parametrize(
    "text",
    [
        *("20231", "Total", "12", "2023-13", "Q5 2023", "3.5", "2300", "S3 2023", "W53 2023", "Q1"),
        *(
            "since 2020",
            "2020-",
            "-2020",
            "from 2020",
            "mid-2020",
            "Target 2023",
            "€ 2000",
            "2000 %",
        ),
        *("> 2000", "1 2023", "2019, 2020", "2019/2020/2021", "COVID-19", "1.2023", "Nov-Jan 2023"),
        *("Year 1", "Y1 2023", "(2019-13)"),
    ],
)
def test_what_is_no_period_is_none(text: str) -> None:
    assert spans(text) == [parse.TEXT]


def test_a_row_of_headers_proves_a_footnote_glued_to_a_year() -> None:
    read, repaired, _ = parse.header_periods([2021.0, "2022", "20231"])
    assert [span[0].year for span in read if span] == [2021, 2022, 2023]
    assert repaired == {2}
    assert parse.header_periods(["20231"])[0] == [None]
    assert parse.header_periods(["20221", "2022"])[0][0] is None
    assert parse.header_periods([2019.0, "20201", "20202"])[0][1:] == [None, None]


def test_a_row_of_numbers_is_no_row_of_months() -> None:
    assert parse.header_periods([1.2023, 10.2023, 2023.5]).spans == [None, None, None]


def test_days_that_begin_months_are_months_in_a_row_of_headers() -> None:
    """A spreadsheet keeps the header "Jan-22" as the first of January."""
    read, *_ = parse.header_periods([datetime(2022, month, 1) for month in (1, 2, 3)])  # noqa: DTZ001
    assert read[1] == (date(2022, 2, 1), date(2022, 2, 28))
    read, *_ = parse.header_periods([datetime(2022, 1, day) for day in (1, 8)])  # noqa: DTZ001
    assert read[0] == (date(2022, 1, 1), date(2022, 1, 1))


# --- Among other words -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "period", "rest"),
    [
        ("Target 2023", "2023", "Target"),
        ("2023 (target)", "2023", "target"),
        ("Target for the year 2023", "the year 2023", "Target"),
        ("Réalisé T1 2023", "T1 2023", "Réalisé"),
        ("Meta 2º trim 2023", "2º trim 2023", "Meta"),
        ("Meta para 2030", "2030", "Meta"),
        ("T2 2023 / Realizado", "T2 2023", "Realizado"),
        ("Στόχος 2023", "2023", "Στόχος"),
        ("Πραγματικό Β΄ τρίμηνο 2023", "Β΄ τρίμηνο 2023", "Πραγματικό"),
        ("المستهدف 2023", "2023", "المستهدف"),
        ("المنجز الربع الأول 2023", "الربع الأول 2023", "المنجز"),
        ("План на 2023 год", "на 2023 год", "План"),
        ("Target Q1 2023 (persons)", "Q1 2023", "Target (persons)"),
        ("Target FY2021", "FY2021", "Target"),
        ("Actual Jan-22", "Jan-22", "Actual"),
        ("actual_2023", "2023", "actual"),
        ("Target2023", "2023", "Target"),
        ("Valor línea base (2019)", "2019", "Valor línea base"),
        ("Beneficiaries as of May 2021", "May 2021", "Beneficiaries"),
        ("Population (as of 31/12/2020)", "31/12/2020", "Population"),
        ("People reached, Jan-Mar 2023", "Jan-Mar 2023", "People reached"),
        ("8.5.2 Unemployment rate 2021 (%)", "2021", "8.5.2 Unemployment rate (%)"),
        ("Table 3.2: Jobs created, 2018-2022", "2018-2022", "Table 3.2: Jobs created"),
        ("Cases Week 12 2023", "Week 12 2023", "Cases"),
        ("Output 3 - 2023", "2023", "Output 3"),
        ("Plan B 2023", "2023", "Plan B"),
        ("2023", "2023", ""),
    ],
)
def test_the_one_period_of_a_longer_text_is_found(text: str, period: str, rest: str) -> None:
    assert parse.find_period(text) == (period, rest)
    assert parse.periods([period]).kind[0] in (parse.DATE, parse.UNANCHORED)


@pytest.mark.parametrize(
    "text",
    [
        *("Target", "Target 2023 (baseline 2019)", "Population, 2019 2020", "Year 1 target"),
        *(
            "Households under 2000 EUR",
            "2000 personas",
            "€ 2000",
            "COVID-19 cases",
            "ISO 9001:2015",
        ),
        *("Law 23/2015", "Ref. 20231", "Phone 2019-555", "Mar 10 talleres", "Target Q1", ""),
    ],
)
def test_a_text_with_no_period_or_with_two_has_none(text: str) -> None:
    assert parse.find_period(text) == ("", text)


PARTS = {
    "Q1": [
        "Q1",
        "T1",
        "1T",
        "1er trimestre",
        "1.º trimestre",
        "Trim. I",
        "الربع الأول",
        "I квартал",
    ],
    "Q2": ["Β΄ τρίμηνο", "2nd quarter", "segundo trimestre", "Apr-Jun", "Q2 (Apr-Jun)"],
    "S1": ["S1", "H1", "1º semestre", "Α' εξάμηνο", "first half", "Jan-Jun", "1 полугодие"],
    "S2": ["S2", "النصف الثاني", "Jul - Dec"],
    "M01": ["January", "ene.", "janv.", "Ιανουάριος", "كانون الثاني", "جانفي", "янв."],
    "": [
        "Q5",
        "S3",
        "5",
        "2 h",
        "3 t",
        "2h",
        "M3",
        "Month 3",
        "2023",
        "Q1 2023",
        "Total",
        "Feb-Apr",
    ],
}


@pytest.mark.parametrize(
    ("text", "part"), [(text, part) for part, texts in PARTS.items() for text in texts]
)
def test_a_part_of_a_year_waits_for_its_year(text: str, part: str) -> None:
    assert parse.partial_period(text) == part
    if part:
        assert parse.periods([f"2023-{part}"]).kind[0] == parse.DATE


@pytest.mark.parametrize(
    ("text", "part", "rest"),
    [
        ("Target Q1", "Q1", "Target"),
        ("H1 Actual", "S1", "Actual"),
        ("Meta 1er trimestre", "Q1", "Meta"),
        ("Total T3 (women)", "Q3", "Total (women)"),
        ("Target May", "M05", "Target"),
        ("May include women", "", "May include women"),
        ("Set of tools", "", "Set of tools"),
        ("Target Q1 2023", "", "Target Q1 2023"),
        ("Q1 against Q2", "", "Q1 against Q2"),
    ],
)
def test_a_part_of_a_year_is_found_among_words(text: str, part: str, rest: str) -> None:
    assert parse.find_partial(text) == (part, rest)
