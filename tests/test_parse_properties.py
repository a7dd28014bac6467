"""Whatever is written in any of the languages reads back as the same, or is asked; never as another."""

import math
from datetime import date, timedelta

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import parse
from etl.workbook import Cell

SCRIPTS = [
    *((locale, "latn") for locale in ("en_GB", "es_ES", "fr_FR", "pt_PT", "el_GR", "ar_TN")),
    *((locale, "latn") for locale in ("en_US", "es_MX", "pt_BR", "fr_MA", "de_CH", "ru_RU")),
    ("ar_EG", "arab"),
]
"How numbers are written where the partners are, and in Switzerland with an apostrophe."

scripts = st.sampled_from(SCRIPTS)
amounts = st.integers(-(10**9), 10**9).map(lambda thousandths: thousandths / 1000)


def values(*cells: Cell, decimal: str = "") -> list[float | str]:
    """Return what a column reads: the number, or the kind of a cell that is none."""
    read = parse.numbers(list(cells), decimal=decimal)
    return [
        float(value) if kind == parse.NUMBER else kind
        for value, kind in zip(read.value, read.kind, strict=True)
    ]


# --- Numbers written by CLDR -------------------------------------------------------------------


def written(number: float, locale: str, digits: str) -> str:
    return str(format_decimal(number, format="#,##0.###", locale=locale, numbering_system=digits))


@given(st.lists(amounts, min_size=1, max_size=8), scripts)
@settings(max_examples=150, deadline=None)
def test_a_number_written_in_any_language_comes_back(
    numbers: list[float], script: tuple[str, str]
) -> None:
    """With evidence for the marks of the locale beside it, each number is the same number."""
    cells = [written(number, *script) for number in [*numbers, 1_234_567.5, 0.25]]
    assert values(*cells) == [*numbers, 1_234_567.5, 0.25]


@given(st.lists(amounts, min_size=1, max_size=8), scripts)
@settings(max_examples=150, deadline=None)
def test_no_number_is_read_as_another_one(numbers: list[float], script: tuple[str, str]) -> None:
    """Without evidence a cell is the number that was written, or a question."""
    read = values(*[written(number, *script) for number in numbers])
    assert all(
        found in (number, parse.AMBIGUOUS) for found, number in zip(read, numbers, strict=True)
    )


@given(amounts, scripts)
@settings(max_examples=200, deadline=None)
def test_a_percentage_comes_back(number: float, script: tuple[str, str]) -> None:
    locale, digits = script
    text = format_percent(
        number / 100, locale=locale, decimal_quantization=False, numbering_system=digits
    )
    evidence = written(1_234_567.5, *script)
    read = parse.numbers([text, evidence])
    assert (read.kind[0], read.unit[0]) == (parse.NUMBER, "%")
    assert math.isclose(read.value[0], number, rel_tol=1e-12, abs_tol=1e-12)


@given(st.integers(-(10**9), 10**9), scripts, st.sampled_from(["EUR", "JOD", "TND", "ILS", "CHF"]))
@settings(max_examples=200, deadline=None)
def test_an_amount_of_money_comes_back(
    hundredths: int, script: tuple[str, str], currency: str
) -> None:
    locale, digits = script
    text = format_currency(
        hundredths / 100,
        currency,
        locale=locale,
        format="¤¤ #,##0.00",
        currency_digits=False,
        numbering_system=digits,
    )
    read = parse.numbers([text, written(1_234_567.5, *script)])
    assert (read.kind[0], read.currency[0]) == (parse.NUMBER, currency)
    assert read.value[0] == hundredths / 100


# --- Any text ----------------------------------------------------------------------------------

BLANKS = (" ", "\u00a0", "\u2009", "\u202f")
MARKS = (*BLANKS, ".", ",", "'")


def naive_readings(text: str) -> dict[str, float]:
    """Return what a text of digits and marks can mean, by decimal mark: read by hand, sign first."""
    text = text.replace("−", "-")
    is_behind = (
        text[-1:] == "-"
        and text[:1] != "-"
        and any(mark in text[:-2] + text[-2:].strip(".,") for mark in MARKS)
    )
    is_below = is_behind or text[:1] == "-"
    sign = -1 if is_below else 1
    text = (text[:-1] if is_behind else text[is_below:]).lstrip("".join(BLANKS))
    text = text[:-1] if text[-1:] in (".", ",") else text
    for blank in BLANKS:
        text = text.replace(blank, " ")
    found = {}
    for mark in ".,":
        whole, *behind = text.split(mark)
        if len(behind) > 1 or any(not part.isdigit() for part in behind):
            continue
        separators = {c for c in whole if not c.isdigit()}
        if not separators <= set(MARKS):
            continue
        if not separators:
            if whole.isdigit() or (behind and not whole):
                found[mark] = sign * float(f"{whole or 0}.{behind[0] if behind else 0}")
            continue
        groups = whole.split(separators.pop()) if len(separators) == 1 else [""]
        thousands = all(len(group) == 3 and group.isdigit() for group in groups[1:])
        first = groups[0].isdigit() and len(groups[0]) <= 3 and groups[0][0] != "0"
        if first and thousands:
            found[mark] = sign * float("".join(groups) + "." + (behind[0] if behind else "0"))
    return found


digits_and_marks = st.text(st.sampled_from("0123456789" * 2 + ".,.,'" + "".join(BLANKS) + "−-"))
like_numbers = st.lists(
    st.one_of(digits_and_marks, amounts.map(lambda n: written(n, "el_GR", "latn"))),
    min_size=1,
    max_size=6,
).map(lambda texts: [text.strip() for text in texts])


@given(like_numbers)
@settings(max_examples=200, deadline=None)
def test_a_column_reads_as_its_naive_twin(texts: list[str]) -> None:
    """A number is what every reading that the column allows agrees on; else it is asked, or text."""
    readings = [naive_readings(text) for text in texts]
    proven = {mark for reading in readings if len(reading) == 1 for mark in reading}
    for text, reading, found in zip(texts, readings, values(*texts), strict=True):
        allowed = {reading[mark] for mark in reading if len(proven) != 1 or mark in proven}
        if not reading:
            assert isinstance(found, str), text
        elif len(allowed or set(reading.values())) == 1:
            assert found in (allowed or set(reading.values())), text
        else:
            assert found == parse.AMBIGUOUS, text


BEFORE = [
    "",
    "",
    "€ ",
    "€",
    "> ",
    "aprox. ",
    "más de ",
    "~",
    "+",
    "EUR ",
    "-€",
    "R ",
    "M",
    "a",
    "(",
    "1/",
]
BEHIND = [
    *(
        "",
        "",
        " €",
        " %",
        "%",
        "*",
        "²",
        " a)",
        " [1]",
        " personas",
        "+",
        " o más",
        " p",
        " k",
        " M",
    ),
    *(" mil", " millones", ")", "-", " - 5", "/2", " de 5", " m", "\n2", " (3)", "x", " € M"),
]
SCALES = {" k": 1e3, " M": 1e6, " millones": 1e6, " € M": 1e6}


@given(st.sampled_from(BEFORE), digits_and_marks, st.sampled_from(BEHIND))
@settings(max_examples=200, deadline=None)
def test_words_around_a_number_never_make_it_another(before: str, core: str, behind: str) -> None:
    core = core.strip("'-−" + "".join(BLANKS))
    [found] = values(f"{before}{core}{behind}")
    if core and isinstance(found, float):
        readings = set(naive_readings(core.rstrip(".,")).values())
        scale, sign = SCALES.get(behind, 1), -1 if before == "-€" or behind == "-" else 1
        assert any(math.isclose(found, scale * sign * reading) for reading in readings)
        assert before not in ("M", "a", "(", "1/")
        assert behind not in (" mil", ")", " - 5", "/2", " de 5", " m", "\n2", " (3)", "x")


@given(
    st.lists(st.one_of(st.text(), st.text("0123456789٠١٢٣٤٥٦٧٨٩.,٫٬ '%€()*-−\u200f\n")), max_size=5)
)
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_is_a_number_or_is_said_to_be_none(texts: list[str]) -> None:
    read = parse.numbers(texts)
    assert all(
        math.isnan(value) == (kind != parse.NUMBER)
        for value, kind in zip(read.value, read.kind, strict=True)
    )
    assert (parse.AMBIGUOUS in read.kind) == bool(read.evidence)


# --- Days --------------------------------------------------------------------------------------

LANGUAGES = [
    "en_GB",
    "en_US",
    "es_ES",
    "fr_FR",
    "pt_PT",
    "el_GR",
    "ar_TN",
    "ar_LB",
    "ar_EG",
    "ru_RU",
]
PROOF = date(2021, 12, 25)

days = st.dates(date(1975, 1, 1), date(2065, 12, 31))


def read_days(*texts: str) -> list[date | str]:
    read = parse.dates(texts)
    return [
        day.astype("datetime64[D]").item() if kind == parse.DATE else kind
        for day, kind in zip(read.day, read.kind, strict=True)
    ]


@given(days, st.sampled_from(LANGUAGES), st.sampled_from(["full", "long", "d MMM y", "y-MM-dd"]))
@settings(max_examples=200, deadline=None)
def test_a_day_with_its_month_in_words_comes_back(day: date, locale: str, form: str) -> None:
    assert read_days(str(format_date(day, form, locale=locale))) == [day]


@given(st.lists(days, min_size=1, max_size=5), st.sampled_from(["dd/MM/y", "MM/dd/y", "y/MM/dd"]))
@settings(max_examples=150, deadline=None)
def test_days_in_digits_come_back_or_are_asked(several: list[date], form: str) -> None:
    texts = [str(format_date(day, form, locale="en")) for day in several]
    read = read_days(*texts, str(format_date(PROOF, form, locale="en")))
    assert read[:-1] == several
    alone = read_days(*texts)
    assert all(found in (day, parse.AMBIGUOUS) for found, day in zip(alone, several, strict=True))


# --- Periods -----------------------------------------------------------------------------------

QUARTERS = [
    *("Q{n} {y}", "{y}Q{n}", "{y}-Q{n}", "Q{n}/{y}", "{n}Q{yy}", "Q{n} '{yy}", "Quarter {n} {y}"),
    *(
        "T{n} {y}",
        "{n}T{y}",
        "{n}T {y}",
        "{n}.º trimestre {y}",
        "{n}º trim. de {y}",
        "Trim. {r} {y}",
    ),
    *("T{n}-{y}", "{n}e trim. {y}", "{n}º trimestre de {y}", "Τ{n} {y}", "{g}' τρίμηνο {y}"),
    *("{n}ο τρίμηνο {y}", "{g}΄ τρίμηνο του {y}", "الربع {a} {y}", "الربع {a} من عام {y}"),
    *("الثلاثي {a} {y}", "{r} квартал {y}", "{n} кв. {y} г.", "{y}-T{n}", "Q{n}.{y}"),
]
HALVES = [
    *("H{n} {y}", "{y}H{n}", "S{n} {y}", "{y}-S{n}", "{n}S{y}", "{n}H{yy}", "Semester {n} {y}"),
    *("{n}º semestre de {y}", "{n}.º semestre {y}", "Semestre {r} {y}", "{n}e semestre {y}"),
    *(
        "{g}' εξάμηνο {y}",
        "{n}ο εξάμηνο {y}",
        "النصف {a} {y}",
        "السداسي {a} {y}",
        "{n} полугодие {y}",
    ),
]
YEARS = [
    *("{y}", "{y}*", "{y}¹", "{y} 1)", "Year {y}", "Año {y}", "Année {y}", "Ano {y}", "Έτος {y}"),
    *("سنة {y}", "السنة {y}", "عام {y}", "{y} م", "{y} г.", "за {y} год", "CY{y}", "({y})", "{y}e"),
]
MONTHS = ["{m}/{y}", "{y}-{m}", "{y}{m}", "{y}M{m}", "{m}-{y}", "{m}.{y}", "{y}/{m}"]
MONTH_NAMES = ["LLLL y", "LLL y", "MMMM y", "LLL-yy", "MMM yy", "MMM. y"]
SPANS = ["LLL y", "LLLL y", "MM/y", "y-MM"]


def spelt(form: str, year: int, number: int) -> str:
    text = form.format(
        y=year,
        yy=f"{year % 100:02}",
        n=number,
        m=f"{number:02}",
        r=["I", "II", "III", "IV"][(number - 1) % 4],
        g="ΑΒΓΔ"[(number - 1) % 4],
        a=["الأول", "الثاني", "الثالث", "الرابع"][(number - 1) % 4],
    )
    return text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) if "ا" in form else text


def months(year: int, first: int, last: int) -> tuple[str, str]:
    """Return the first and the last day of some months of a year."""
    after = date(year + last // 12, last % 12 + 1, 1)
    return date(year, first, 1).isoformat(), (after - timedelta(days=1)).isoformat()


def read_period(text: str) -> tuple[str, str]:
    read = parse.periods([text])
    return str(read.start[0])[:10], str(read.end[0])[:10]


years = st.integers(1971, 2068)


@pytest.mark.parametrize(
    ("forms", "length"),
    [(QUARTERS, 3), (HALVES, 6), (YEARS, 12)],
    ids=["quarters", "halves", "years"],
)
@given(data=st.data(), year=years)
@settings(max_examples=150, deadline=None)
def test_a_part_of_a_year_comes_back(
    forms: list[str], length: int, data: st.DataObject, year: int
) -> None:
    form, number = data.draw(st.sampled_from(forms)), data.draw(st.integers(1, 12 // length))
    expected = months(year, number * length - length + 1, number * length)
    assert read_period(spelt(form, year, number)) == expected


@given(years, st.integers(1, 12), st.sampled_from(MONTHS))
@settings(max_examples=150, deadline=None)
def test_a_month_in_digits_comes_back_or_is_asked(year: int, month: int, form: str) -> None:
    """Only 2011-12 may be two years too."""
    read = read_period(spelt(form, year, month))
    is_open = form == "{y}-{m}" or form == "{y}/{m}"
    if is_open and (year + 1) % 100 == month:
        assert read == ("NaT", "NaT")
    else:
        assert read == months(year, month, month)


@given(years, st.integers(1, 12), st.sampled_from(LANGUAGES), st.sampled_from(MONTH_NAMES))
@settings(max_examples=200, deadline=None)
def test_a_month_in_words_comes_back(year: int, month: int, locale: str, form: str) -> None:
    text = str(format_date(date(year, month, 1), form, locale=locale))
    assert read_period(text) == months(year, month, month), text


@given(years, st.integers(1, 11), st.data(), st.sampled_from(LANGUAGES), st.sampled_from(SPANS))
@settings(max_examples=200, deadline=None)
def test_a_span_of_months_comes_back(
    year: int, first: int, data: st.DataObject, locale: str, form: str
) -> None:
    last = data.draw(st.integers(first + 1, 12))
    ends = [str(format_date(date(year, month, 1), form, locale=locale)) for month in (first, last)]
    assert read_period(" - ".join(ends)) == months(year, first, last), ends


WORDS = [
    "Target",
    "Meta",
    "Réalisé",
    "Στόχος",
    "المستهدف",
    "План",
    "Jobs created",
    "Beneficiaries",
]


@given(
    st.sampled_from([*QUARTERS, *HALVES, "{y}", "Year {y}", "{y}-{m}"]),
    years,
    st.sampled_from(WORDS),
    st.sampled_from(["{w} {p}", "{p} {w}", "{w} ({p})", "{w}: {p}", "{w}, {p}"]),
)
@settings(max_examples=150, deadline=None)
def test_a_period_is_found_beside_words(form: str, year: int, word: str, frame: str) -> None:
    period = spelt(form, year, 2)
    found, rest = parse.find_period(frame.format(w=word, p=period))
    assert read_period(found) == read_period(period)
    assert rest == word


@given(st.one_of(st.text(), st.text("0123456789-/. QTSH'αاJan")))
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_is_a_period_or_is_said_to_be_none(text: str) -> None:
    read = parse.periods([text])
    if read.kind[0] == parse.DATE:
        assert 1800 <= int(str(read.start[0])[:4]) < 2300
    found, rest = parse.find_period(text)
    assert not found or parse.periods([found]).kind[0] != parse.TEXT
    assert len(rest) <= len(text)
