"""Text becomes numbers, dates and periods: what the whole column proves, or a question."""

import math
from datetime import date, datetime

import numpy as np
import pytest

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
        ("\u200e-5", -5),
        ("12\u200f", 12),
        ("12 ٪\u061c", 12),
        ("‒5", -5),
        ("1.250,50-", -1250.5),
        ("5 a)", 5),
        ("5(a)", 5),
        ("5ᵃ", 5),
        ("5 (*)", 5),
        ("*5", 5),
        ("2 M€", 2_000_000),
        ("€ M 2", 2_000_000),
        ("3 mil millones", 3_000_000_000),
        ("5 m²", 5),
        ("R 5", 5),
        ("R5 000", 5000),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, value: float) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        *("12 (3)", "1-5", "12:30", "1/2", "a50%", "15.61)", "1 234 5", "0 123", "12,34,567"),
        *("5m", "3 mil", "about", "Approved HRH Strategy", "12 € 5", "1.2.3", "€ 5 $"),
        *("12-15", "12–15", "12 a 15", "1½", "3 de 5", "3 of 5", "3/5", "1,00,000", "1,00,000.50"),
        *(
            "12-",
            "-12-",
            "1\n234",
            "1  234",
            "12\u200f345",
            "R5",
            "M2",
            "K3",
            "e5",
            "5 min",
            "12 ‰",
        ),
        *("No. 5", "personas 5", "-(5)", "5 (1)", "x" * 50 + "1" * 60),
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
        *(("300 or more", ">="), ("300 o más", ">="), ("300 ou plus", ">="), ("300 ou mais", ">=")),
        *(("300 και άνω", ">="), ("300 فأكثر", ">="), ("300 и более", ">="), ("=> 300", ">=")),
        *(("menos de 300", "<="), ("moins de 300", "<="), ("λιγότερο από 300", "<=")),
        *(("أقل من 300", "<="), ("менее 300", "<="), ("300 ou moins", "<="), ("até 300", "<=")),
        *(("aproximadamente 300", "~"), ("около 300", "~"), ("300 approx.", "~"), ("ca. 300", "~")),
        *(("300", "="), ("300 people", "=")),
    ],
)
def test_words_around_a_number_say_how_exact_it_is(text: str, qualifier: str) -> None:
    read = parse.numbers([text])
    assert (read.value[0], read.qualifier[0]) == (300, qualifier)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *(("€5", "EUR"), ("5 ευρώ", "EUR"), ("5 EUR", "EUR"), ("5 ₪", "ILS"), ("JOD 5", "JOD")),
        *(("5 DT", "TND"), ("5 دينار تونسي", "TND"), ("R 5", "ZAR"), ("US$ 5", "USD")),
        *(("5 DH", "MAD"), ("5 ج.م", "EGP"), ("5 دج", "DZD"), ("CHF 5", "CHF"), ("5 руб.", "RUB")),
        *(("$5", ""), ("5 دينار", ""), ("5 dinars", "")),
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


def test_a_minus_and_brackets_are_not_both_a_minus() -> None:
    assert values("(-5)", brackets="negative") == [parse.TEXT]
    assert values("12-", brackets="negative") == [-12]
    assert values("(12 %)", brackets="negative") == [-12]


def test_an_answer_counts_for_its_column_alone() -> None:
    """Two columns of one sheet may answer differently; neither hears of the other's answer."""
    assert values("1.234", decimal=",", brackets="negative") == [1234]
    assert values("1.234", decimal=".", brackets="unreliable") == [1.234]
    assert values("(7)", "1.234") == [parse.BRACKETED, parse.AMBIGUOUS]


def test_brackets_are_doubt_or_minus_and_nobody_guesses_which() -> None:
    assert values("(18,7)") == [parse.BRACKETED]
    assert values("(18,7)", brackets="negative") == [-18.7]
    doubtful = parse.numbers(["(18,7)"], brackets="unreliable")
    assert (doubtful.value[0], doubtful.qualifier[0]) == (18.7, "~")
    assert doubtful.note[0] == "low reliability"


MARKS = {
    "missing": [
        *(
            "-",
            "–",
            "—",
            "--",
            "(-)",
            "…",
            "...",
            "..",
            ".",
            ":",
            "",
            "  ",
            "n/a",
            "N/A",
            "#N/A",
            "NaN",
        ),
        *(
            "no data",
            "Not available",
            "tbd",
            "n.d.",
            "N.D.",
            "nd",
            "s/d",
            "sin datos",
            "No disponible",
        ),
        *("nc", "n.r.", "non disponible", "Non renseigné", "pas de données", "sem dados"),
        *(
            "não disponível",
            "δ/υ",
            "Δ.Υ.",
            "μη διαθέσιμο",
            "χωρίς στοιχεία",
            "غير متوفر",
            "غير متاح",
        ),
        *("لا توجد بيانات", "غ.م", "нет данных", "н/д", "Н.Д.", "\u200fغير متوفر\u200f"),
    ],
    "withheld": [
        *("*", "**", "(*)", "c", "(c)", "suppressed", "confidential", "confidencial"),
        *("secreto estadístico", "confidentiel", "secret statistique", "segredo estatístico"),
        *("απόρρητο", "εμπιστευτικά", "سري", "محجوب", "конфиденциально"),
    ],
    "not_applicable": [
        *("not applicable", "no aplica", "no procede", "sans objet", "S.O.", "não se aplica"),
        *("não aplicável", "δεν εφαρμόζεται", "Δ/Ε", "لا ينطبق", "لا تنطبق", "не применимо"),
    ],
    "nothing_to_report": [
        *("nothing to report", "nada que comunicar", "sin novedad", "rien à signaler", "R.A.S."),
        *("nada a reportar", "ουδέν προς αναφορά", "لا شيء للإبلاغ عنه", "нечего сообщить"),
    ],
    "yes": ["yes", "TRUE", "sí", "Oui", "sim", "Ναι", "نعم", "да"],
    "no": ["no", "FALSE", "non", "não", "όχι", "لا", "нет"],
}


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for kind, texts in MARKS.items() for text in texts]
)
def test_a_mark_is_never_zero(text: str, kind: str) -> None:
    assert values(text) == [kind]
    assert values(text, "1.5") == [kind, 1.5]


@pytest.mark.parametrize("text", ["0", "0.0", "0,00", "٠", "0 %", "-0", "00"])
def test_a_zero_is_a_value(text: str) -> None:
    assert values(text) == [0]


def test_flags_of_statistics_offices_become_notes() -> None:
    read = parse.numbers(["12.3 e", "4.5 b", "6 (p)"])
    assert list(read.value) == [12.3, 4.5, 6]
    assert list(read.note) == ["estimated", "break in series", "provisional"]


def test_other_types_among_numbers_are_told_apart() -> None:
    assert values(None, True, datetime(2024, 5, 1)) == ["missing", "yes", "date"]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "answer"), [("Oui", True), ("όχι", False), ("نعم", True), ("5", None)]
)
def test_yes_and_no_are_known_in_every_language(text: str, answer: bool | None) -> None:
    assert parse.yes_no(text) is answer


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
        *("2024-03-05T10:00:00.000+02:00", "2024-03-05 10:00:00", "2024-03-05T10:00Z"),
        *("5 марта 2024 г.", "5 Mar. 2024", "Mar 5 2024", "5 mar. 2024"),
        *("Tuesday, 5 March 2024", "martes, 5 de marzo de 2024", "mardi 5 mars 2024"),
        *("terça-feira, 5 de março de 2024", "Τρίτη 5 Μαρτίου 2024", "الثلاثاء 5 مارس 2024"),
        *("вторник, 5 марта 2024 г.", "Tue 05/03/2024", "5 March 2024 10:30", "\u200f05.03.2024"),
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


def test_a_day_that_equals_its_month_proves_nothing() -> None:
    assert days("01/01/2024", "01/02/2024") == [date(2024, 1, 1), parse.AMBIGUOUS]


def test_two_digits_at_both_ends_leave_the_year_open() -> None:
    assert days("24-03-05") == [parse.AMBIGUOUS]
    assert days("24-03-05", order="ymd") == [MARCH]
    assert days("24-03-05", "99-12-31") == [MARCH, date(1999, 12, 31)]


def test_a_weekday_must_be_that_of_the_day() -> None:
    assert days("Wednesday, 5 March 2024") == ["text"]
    assert days("Thursday 03/05/2024") == ["text"]  # a Friday, or a Tuesday
    assert days("Friday 03/05/2024") == [date(2024, 5, 3)]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (
            "en",
            "January February March April May June July August September October November December",
        ),
        (
            "es",
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        ),
        (
            "fr",
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        ),
        (
            "pt",
            "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        ),
        (
            "el",
            "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου "
            "Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
        ),
        ("ar_EG", "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
        ("ar_TN", "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر"),
        ("ru", "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
        ("en short", "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec"),
        ("es short", "ene. feb. mar. abr. may. jun. jul. ago. sept. oct. nov. dic."),
        ("fr short", "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
        ("pt short", "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez."),
        ("el short", "Ιαν Φεβ Μαρ Απρ Μαΐ Ιουν Ιουλ Αυγ Σεπ Οκτ Νοε Δεκ"),
        ("ru short", "янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек."),
    ],
)
def test_every_month_has_its_names(language: str, names: str) -> None:
    read = days(*(f"5 {name} 2024" for name in names.split()))
    assert read == [date(2024, month, 5) for month in range(1, 13)]


def test_numbers_are_days_of_the_workbooks_calendar() -> None:
    assert days(45356.0) == [MARCH]
    assert days(45356.0 - 1462, is_1904=True) == [MARCH]
    assert days(datetime(2024, 3, 5), date(2024, 3, 5)) == [MARCH, MARCH]  # noqa: DTZ001


def test_numbers_are_days_where_the_column_has_days() -> None:
    assert days(2024.0, 45356.0) == ["text", "text"]
    assert days("05.03.2024", 45356.0, 2024.0) == [MARCH, MARCH, "text"]
    assert days(350.0) == ["text"]


def test_what_is_no_day_is_none() -> None:
    assert days("31/02/2024", "soon", "n/a", 1e9) == ["text", "text", "missing", "text"]


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
    "qualifiers_behind",
    "scales",
    "periods",
    "headers",
    "value_types",
    "dimensions",
)


@pytest.mark.parametrize("section", SECTIONS)
def test_no_word_of_a_section_means_two_things(section: str) -> None:
    lists = parse.word_lists()[section]
    meant: dict[str, set[str]] = {}
    for key, by_language in lists.items():
        for word in (word for part in by_language.values() for word in part):
            meant.setdefault(word if len(word) == 1 else parse.fold(word), set()).add(key)
    assert {word: keys for word, keys in meant.items() if len(keys) > 1} == {}


def test_no_mark_is_an_answer() -> None:
    assert parse.words("marks").keys() & parse.words("answers").keys() == set()


@pytest.mark.parametrize("section", ["marks", "qualifiers", "value_types", "dimensions"])
def test_every_list_has_words_of_the_six_languages(section: str) -> None:
    lists = parse.word_lists()[section]
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
