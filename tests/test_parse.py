"""Text becomes numbers, dates and periods: what the whole column proves, or a question."""

import math
from datetime import date, datetime

import numpy as np
import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import parse
from etl.workbook import Cell
from schemas.codes import LANGUAGES


def values(*cells: Cell, decimal: str = "", brackets: str = "") -> list[float | str]:
    """Return what a column reads: the number, or the kind of a cell that is none."""
    read = parse.numbers(list(cells), decimal=decimal, brackets=brackets)
    return [
        float(value) if kind == parse.NUMBER else kind
        for value, kind in zip(read.value, read.kind, strict=True)
    ]


# --- Numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1250", 1250),
        (" 11.6  ", 11.6),
        ("-5", -5),
        ("−5", -5),
        ("0.123", 0.123),
        ("0,123", 0.123),
        ("1 280,6", 1280.6),
        ("1\u00a0280,6", 1280.6),
        ("1\u202f280,6", 1280.6),
        ("1\u2009280", 1280),
        ("1.250,50", 1250.5),
        ("1,250.50", 1250.5),
        ("1'250.50", 1250.5),
        ("1’250", 1250),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("١٢٣٫٥", 123.5),
        ("١٬٢٣٤", 1234),
        ("۱۲۳", 123),
        ("1.2E-05", 0.000012),
        ("12 %", 12),
        ("٪12", 12),
        ("1.2 M", 1_200_000),
        ("1,2 εκατ.", 1_200_000),
        ("5k", 5000),
        ("3 millones", 3_000_000),
        ("€ 1.250,50", 1250.5),
        ("1 250,50 €", 1250.5),
        ("-€5", -5),
        ("5*", 5),
        ("12²", 12),
        ("12 [a]", 12),
        ("007", 7),
        ("45 personas", 45),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, value: float) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        *("12 (3)", "1-5", "12:30", "1/2", "a50%", "15.61)", "1 234 5", "0 123", "12,34,567"),
        *("5m", "3 mil", "about", "Approved HRH Strategy", "12 € 5", "1.2.3", "€ 5 $"),
    ],
)
def test_what_is_no_number_alone_is_never_read_as_one(text: str) -> None:
    assert values(text) == [parse.TEXT]


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        *(("> 300", ">="), (">= 300", ">="), ("≥300", ">="), ("300+", ">="), ("over 300", ">=")),
        *(("más de 300", ">="), ("plus de 300", ">="), ("mais de 300", ">=")),
        *(("πάνω από 300", ">="), ("أكثر من 300", ">="), ("более 300", ">=")),
        *(("< 300", "<="), ("up to 300", "<="), ("hasta 300", "<="), ("έως 300", "<=")),
        *(("aprox. 300", "~"), ("~300", "~"), ("almost 300", "~"), ("casi 300", "~")),
        *(("environ 300", "~"), ("quase 300", "~"), ("σχεδόν 300", "~"), ("حوالي 300", "~")),
        *(("300", "="), ("300 people", "=")),
    ],
)
def test_words_before_a_number_say_how_exact_it_is(text: str, qualifier: str) -> None:
    read = parse.numbers([text])
    assert (read.value[0], read.qualifier[0]) == (300, qualifier)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *(("€5", "EUR"), ("5 ευρώ", "EUR"), ("5 EUR", "EUR"), ("5 ₪", "ILS"), ("JOD 5", "JOD")),
        *(("5 DT", "TND"), ("5 دينار تونسي", "TND"), ("R 5", "ZAR"), ("US$ 5", "USD")),
        *(("$5", ""), ("5 دينار", "")),
    ],
)
def test_a_currency_stands_before_or_behind(text: str, currency: str) -> None:
    """A dollar or a dinar alone is a number of which nobody says whose money it is."""
    read = parse.numbers([text])
    assert (read.value[0], read.currency[0]) == (5, currency)


def test_the_column_decides_what_a_point_means() -> None:
    assert values("1.234", "20,5") == [1234, 20.5]
    assert values("1.234", "20.5") == [1.234, 20.5]
    assert values("12,345", "1,234.5") == [12345, 1234.5]
    assert values("12,345", "1.234.567") == [12.345, 1234567]


def test_what_the_column_cannot_prove_is_asked_with_the_evidence() -> None:
    read = parse.numbers(["1.234", "5.678", "12", "-"])
    assert list(read.kind) == [parse.AMBIGUOUS, parse.AMBIGUOUS, parse.NUMBER, parse.MISSING]
    assert math.isnan(read.value[0])
    assert read.evidence == {
        "example": "1.234",
        "times": 2,
        "points": 0,
        "commas": 0,
        "with_point": 1.234,
        "with_comma": 1234,
    }


def test_two_decimal_marks_in_a_column_prove_nothing() -> None:
    """Each cell that has one meaning keeps it; the others are asked about."""
    assert values("1.234", "20,5", "20.5") == [parse.AMBIGUOUS, 20.5, 20.5]


def test_a_declared_mark_answers_but_does_not_overrule() -> None:
    assert values("1.234", decimal=".") == [1.234]
    assert values("1.234", decimal=",") == [1234]
    assert values("20,5", decimal=".") == [20.5]
    assert values("1.234", "20,5", decimal=".") == [parse.AMBIGUOUS, 20.5]


def test_numbers_typed_as_numbers_need_no_evidence() -> None:
    assert values(1234.0, 0.5, 12) == [1234, 0.5, 12]


def test_a_share_shown_as_a_percentage_is_the_percentage() -> None:
    read = parse.numbers([0.07, 0.12, 12.0, "12 %"], percent=[True, True, False, False])
    assert list(read.value) == [7, 12, 12, 12]
    assert list(read.unit) == ["%", "%", "", "%"]


def test_brackets_are_doubt_or_minus_and_nobody_guesses_which() -> None:
    assert values("(18,7)") == [parse.BRACKETED]
    assert values("(18,7)", brackets="negative") == [-18.7]
    doubtful = parse.numbers(["(18,7)"], brackets="unreliable")
    assert (doubtful.value[0], doubtful.qualifier[0]) == (18.7, "~")
    assert doubtful.note[0] == "low reliability"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(
            ("-", "missing"),
            ("–", "missing"),
            ("…", "missing"),
            ("...", "missing"),
            ("", "missing"),
        ),
        *(("n/a", "missing"), ("N.D.", "missing"), ("s/d", "missing"), ("δ/υ", "missing")),
        *(
            ("нет данных", "missing"),
            ("غير متوفر", "missing"),
            ("(*)", "withheld"),
            ("c", "withheld"),
        ),
        *(("لا ينطبق", "not_applicable"), ("no aplica", "not_applicable")),
        *(("rien à signaler", "nothing_to_report"), ("nothing to report", "nothing_to_report")),
        *(("yes", "yes"), ("Ναι", "yes"), ("لا", "no"), ("não", "no"), ("TRUE", "yes")),
    ],
)
def test_a_mark_is_never_zero(text: str, kind: str) -> None:
    assert values(text) == [kind]


def test_flags_of_statistics_offices_become_notes() -> None:
    read = parse.numbers(["12.3 e", "4.5 b"])
    assert list(read.value) == [12.3, 4.5]
    assert list(read.note) == ["estimated", "break in series"]


def test_other_types_among_numbers_are_told_apart() -> None:
    assert values(None, True, datetime(2024, 5, 1)) == ["missing", "yes", "date"]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "answer"), [("Oui", True), ("όχι", False), ("نعم", True), ("5", None)]
)
def test_yes_and_no_are_known_in_every_language(text: str, answer: bool | None) -> None:
    assert parse.yes_no(text) is answer


LOCALES = ["en_GB", "es_ES", "fr_FR", "pt_PT", "el_GR", "ar_TN"]


def written(number: float, locale: str, digits: str) -> str:
    return str(format_decimal(number, format="#,##0.###", locale=locale, numbering_system=digits))


amounts = st.integers(-(10**9), 10**9).map(lambda thousandths: thousandths / 1000)
scripts = st.sampled_from([(locale, "latn") for locale in LOCALES] + [("ar_EG", "arab")])


@given(st.lists(amounts, min_size=1, max_size=8), scripts)
@settings(max_examples=200, deadline=None)
def test_a_number_written_in_any_language_comes_back(
    numbers: list[float], script: tuple[str, str]
) -> None:
    """With evidence for the marks of the locale beside it, each number is the same number."""
    cells = [written(number, *script) for number in [*numbers, 1_234_567.5, 0.25]]
    assert values(*cells) == [*numbers, 1_234_567.5, 0.25]


@given(st.lists(amounts, min_size=1, max_size=8), scripts)
@settings(max_examples=200, deadline=None)
def test_no_number_is_read_as_another_one(numbers: list[float], script: tuple[str, str]) -> None:
    """Without evidence a cell is the number that was written, or a question; never another."""
    read = values(*[written(number, *script) for number in numbers])
    assert all(
        found in (number, parse.AMBIGUOUS) for found, number in zip(read, numbers, strict=True)
    )


# --- Dates -------------------------------------------------------------------------------------


def days(*cells: Cell, order: str = "", is_1904: bool = False) -> list[date | str]:
    read = parse.dates(list(cells), order=order, is_1904=is_1904)
    return [
        day.astype("datetime64[D]").item() if kind == parse.DATE else kind
        for day, kind in zip(read.day, read.kind, strict=True)
    ]


MARCH = date(2024, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-03-05",
            "2024/03/05",
            "05.03.2024",
            "5 March 2024",
            "March 5, 2024",
            "2024 March 5",
        ),
        *("5 de marzo de 2024", "5 mars 2024", "5 de março de 2024", "5 Μαρτίου 2024", "5-mar-24"),
        *("5 مارس 2024", "5 آذار 2024", "٥ مارس ٢٠٢٤", "5 марта 2024", "2024-03-05T00:00:00"),
    ],
)
def test_a_date_is_read_in_its_language(text: str) -> None:
    assert days(text) == [MARCH]


def test_the_column_proves_the_order_of_day_and_month() -> None:
    assert days("05/03/2024", "25/03/2024") == [MARCH, date(2024, 3, 25)]
    assert days("03/05/2024", "03/25/2024") == [MARCH, date(2024, 3, 25)]
    assert days("05/03/24", "25/03/24") == [MARCH, date(2024, 3, 25)]
    assert days("2024/05/03", "2024/25/03") == [MARCH, date(2024, 3, 25)]


def test_an_open_order_is_a_question_unless_it_is_said() -> None:
    assert days("03/04/2024") == [parse.AMBIGUOUS]
    assert parse.dates(["03/04/2024", "03/04/2024"]).evidence["times"] == 2
    assert days("05/03/2024", order="dmy") == [MARCH]
    assert days("05/03/2024", "03/25/2024", order="dmy")[0] == date(2024, 5, 3)
    assert days("04/04/2024") == [date(2024, 4, 4)]


def test_numbers_are_days_of_the_workbooks_calendar() -> None:
    assert days(45356.0) == [MARCH]
    assert days(45356.0 - 1462, is_1904=True) == [MARCH]
    assert days(datetime(2024, 3, 5), date(2024, 3, 5)) == [MARCH, MARCH]  # noqa: DTZ001


def test_what_is_no_day_is_none() -> None:
    assert days("31/02/2024", "soon", "n/a", 1e9) == ["text", "text", "missing", "text"]


# --- Periods -----------------------------------------------------------------------------------


def spans(*cells: Cell, year_starts: int = 0) -> list[str]:
    read = parse.periods(list(cells), year_starts=year_starts)
    return [
        f"{start.astype('datetime64[D]')}/{end.astype('datetime64[D]')}"
        if kind == parse.DATE
        else kind
        for start, end, kind in zip(read.start, read.end, read.kind, strict=True)
    ]


YEAR, FIRST_HALF = "2023-01-01/2023-12-31", "2023-01-01/2023-06-30"
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


@pytest.mark.parametrize("text", ["20231", "Total", "12", "2023-13", "Q5 2023", "3.5", "2300"])
def test_what_is_no_period_is_none(text: str) -> None:
    assert spans(text) == [parse.TEXT]


def test_a_row_of_headers_proves_a_footnote_glued_to_a_year() -> None:
    read, repaired, _ = parse.header_periods([2021.0, "2022", "20231"])
    assert [span[0].year for span in read if span] == [2021, 2022, 2023]
    assert repaired == {2}
    assert parse.header_periods(["20231"])[0] == [None]
    assert parse.header_periods(["20221", "2022"])[0][0] is None
    assert parse.header_periods([2019.0, "20201", "20202"])[0][1:] == [None, None]


def test_days_that_begin_months_are_months_in_a_row_of_headers() -> None:
    """A spreadsheet keeps the header "Jan-22" as the first of January."""
    read, *_ = parse.header_periods([datetime(2022, month, 1) for month in (1, 2, 3)])  # noqa: DTZ001
    assert read[1] == (date(2022, 2, 1), date(2022, 2, 28))
    read, *_ = parse.header_periods([datetime(2022, 1, day) for day in (1, 8)])  # noqa: DTZ001
    assert read[0] == (date(2022, 1, 1), date(2022, 1, 1))


# --- Words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "band"),
    [
        *(
            ("18-29", "18-29"),
            ("18 – 29 years", "18-29"),
            ("0-17 лет", "0-17"),
            ("Y15T24", "15-24"),
        ),
        *(("18-29 años", "18-29"), ("De 18 a 29 años", "18-29"), ("Youth aged 14 - 28", "14-28")),
        *(("65_and_over", "65+"), ("70 и старше", "70+"), ("65 et plus", "65+"), ("65+", "65+")),
        *(("70 жаш жана андан жогору", "70+"), ("18-29 سنة", "18-29"), ("45", ""), ("women", "")),
        *(("M29T34", ""), ("29-18", ""), ("women 16-57 years old, men 16-62 years old", "")),
    ],
)
def test_age_groups_have_one_form(text: str, band: str) -> None:
    assert parse.age_band(text) == band


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Wealth quintile", "wealth_quintile"),
        ("Educación (%)", "educacion"),
        ("Китайский", "китайский"),
    ],
)
def test_a_slug_keeps_letters_and_digits(text: str, key: str) -> None:
    assert parse.slug(text) == key


SECTIONS = (
    "marks",
    "answers",
    "qualifiers",
    "scales",
    "periods",
    "headers",
    "value_types",
    "dimensions",
)


@pytest.mark.parametrize("section", SECTIONS)
def test_no_word_of_a_section_means_two_things(section: str) -> None:
    lists = parse._spreadsheet_words()[section]
    meant: dict[str, set[str]] = {}
    for key, by_language in lists.items():
        for word in (word for part in by_language.values() for word in part):
            meant.setdefault(word if len(word) == 1 else parse.fold(word), set()).add(key)
    assert {word: keys for word, keys in meant.items() if len(keys) > 1} == {}


@pytest.mark.parametrize("section", ["marks", "qualifiers", "value_types", "dimensions"])
def test_every_list_has_words_of_the_six_languages(section: str) -> None:
    lists = parse._spreadsheet_words()[section]
    missing = {
        f"{key}.{language}"
        for key, by_language in lists.items()
        for language in LANGUAGES
        if language not in by_language
    }
    assert missing == set()


def test_a_column_is_read_once_for_each_distinct_text() -> None:
    column = parse.Texts.of(["a", "b", "a"])
    assert column.words == ["a", "b"]
    assert list(column.map(str.upper).values()) == ["A", "B", "A"]
    assert list(column.take(np.array([1, 2])).values()) == ["b", "a"]
