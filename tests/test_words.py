"""Numbers, periods and sentences in six languages, and the catalogues that translate them."""

import csv
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from schemas import words
from schemas.codes import LANGUAGES
from schemas.findings import SENTENCES, SINGULAR, Argument, finding

TRANSLATED = [language for language in LANGUAGES if language != "en"]


# --- Numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "1,234.5"),
        ("es", "1.234,5"),
        ("fr", "1\u202f234,5"),
        ("pt", "1\u00a0234,5"),
        ("el", "1.234,5"),
        ("ar", "1.234,5"),
    ],
)
def test_a_number_is_written_as_its_readers_write_it(language: str, written: str) -> None:
    assert words.number(1234.5, language) == written


@given(st.sampled_from(LANGUAGES), st.floats(-1e12, 1e12), st.sampled_from([None, 0, 1, 3]))
def test_a_written_number_is_the_number_to_its_last_digit(
    language: str, value: float, decimals: int | None
) -> None:
    written = words.number(value, language, decimals).lstrip("\u200e")
    read = parse_decimal(written, locale=words.LOCALES[language], strict=True)
    last = Decimal(1).scaleb(-(2 if decimals is None else decimals))
    assert read == Decimal(str(value)).quantize(last, ROUND_HALF_UP)


@given(st.sampled_from(LANGUAGES), st.floats(-10, 10))
def test_a_written_percentage_is_the_share(language: str, share: float) -> None:
    marks = r"[%\u00a0\u202f\u200e\u200f\u2066\u2069]"
    written = re.sub(marks, "", words.percent(share, language, 1))
    read = parse_decimal(written, locale=words.LOCALES[language])
    assert read == (Decimal(str(share)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def test_a_half_is_rounded_up_as_in_a_spreadsheet() -> None:
    assert words.percent(0.125, "en") == "13%"
    assert words.number(0.125, "en") == "0.13"


def test_what_rounds_to_zero_is_not_negative() -> None:
    assert words.number(-0.001, "en") == "0"
    assert words.percent(-0.001, "fr") == "0\u00a0%"


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        (23592.64, "EUR", "es", "23.592,64\u00a0€"),
        (12975, "EUR", "en", "€12,975.00"),
        (35000, "JOD", "en", "JOD\u00a035,000.000"),
        (1.5, "TND", "fr", "1,500\u00a0TND"),
        (1.5, "ILS", "el", "1,50\u00a0₪"),
    ],
)
def test_money_has_the_digits_of_its_currency(
    amount: float, currency: str, language: str, written: str
) -> None:
    assert words.money(amount, currency, language) == written


def test_a_range_and_a_qualifier_are_told() -> None:
    assert words.range_(431, 612, "en") == "431–612"
    assert words.range_(431, 431, "en") == "431"
    assert words.range_(300, 300, "en", qualifier=">=") == "≥ 300"
    assert words.range_(20, 20, "en", qualifier="<=") == "≤ 20"
    assert words.range_(450, 450, "es", qualifier="~") == "~450"


def test_a_range_whose_ends_look_alike_is_told_once() -> None:
    assert words.range_(2.001, 2.002, "en") == "2"


def test_ranges_and_marks_run_from_left_to_right_in_arabic_text() -> None:
    assert words.range_(431, 612, "ar") == "\u2066431–612\u2069"
    assert words.range_(300, 300, "ar", qualifier=">=") == "\u2066≥ 300\u2069"
    assert words.range_(-5, -5, "ar") == "\u2066-5\u2069"
    assert words.range_(431, 431, "ar") == "431"


def test_a_percentage_keeps_its_sign_on_its_side_in_arabic_text() -> None:
    assert words.percent(-0.225, "ar", 1) == "\u2066-22,5%\u2069"
    assert words.percent(0.65, "ar-JO") == "\u2067٦٥٪\u2069"
    assert words.percents(0.4, 0.65, "ar") == "\u206640%–65%\u2069"
    assert words.percents(0.4, 0.4, "ar-JO", qualifier=">=") == "\u2066≥ ٤٠٪\u2069"  # not mirrored
    assert words.percents(0.742, 0.742, "es", decimals=1) == "74,2\u00a0%"
    assert words.percents(0.7425, 0.7425, "pt", decimals=None) == "74,25%"


@pytest.mark.parametrize(
    ("value", "language", "written"),
    [
        (0.4, "en", "+0.4"),
        (-0.4, "es", "-0,4"),
        (0, "fr", "±0,0"),
        (-0.4, "ar", "\u2066-0,4\u2069"),
        (0.4, "ar", "\u2066+0,4\u2069"),
    ],
)
def test_a_difference_has_the_minus_of_any_other_number(
    value: float, language: str, written: str
) -> None:
    assert words.difference(value, language, 1) == written


def test_the_digits_are_those_of_the_country_of_the_tag() -> None:
    assert words.number(-1234.5, "ar-TN") == words.number(-1234.5, "ar") == "\u200e-1.234,5"
    assert words.number(1234.5, "ar-JO") == words.number(1234.5, "ar-PS") == "١٬٢٣٤٫٥"
    assert words.percent(0.125, "ar-JO", 1) == "\u2067١٢٫٥٪\u2069"
    assert words.money(35000, "JOD", "ar-JO") == "\u200f٣٥٬٠٠٠٫٠٠٠\u00a0د.أ.\u200f"
    assert words.day(date(2023, 6, 30), "ar-PS") == "٣٠ يونيو ٢٠٢٣"
    assert words.period(date(2023, 1, 1), date(2023, 12, 31), "ar-JO") == "٢٠٢٣"
    assert (
        words.period(date(2023, 1, 1), date(2023, 6, 30), "ar-TN") == "يناير\u2009–\u2009يونيو 2023"
    )
    assert words.range_(431, 612, "ar-JO") == "\u2066٤٣١–٦١٢\u2069"
    assert words.text("Target", "ar-JO") == words.text("Target", "ar")
    assert words.is_rtl("ar-JO")
    assert not words.is_rtl("el")


def test_names_are_listed_as_the_language_does_it() -> None:
    names = ["Jordan", "Spain", "Tunisia"]
    assert words.listed(names, "en") == "Jordan, Spain and Tunisia"
    assert words.listed(names[1:], "es") == "Spain y Tunisia"
    assert words.listed(names, "en", most=2) == "Jordan, Spain and 1 other"
    assert words.listed(names * 2, "en", most=2) == "Jordan, Spain and 4 others"
    assert words.listed(names, "en", most=3) == words.listed(names, "en")
    assert words.listed([], "ar") == ""


@pytest.mark.parametrize(
    ("names", "language", "told"),
    [
        (["Cerro-Amate, Sevilla", "Polígono Sur, Sevilla"], "es", "Cerro-Amate, Sevilla; Polígono Sur, Sevilla"),
        (["Castilla y León", "Aragón"], "es", "Castilla y León; Aragón"),
        (["النساء والرجال", "الأردن"], "ar", "النساء والرجال؛ الأردن"),
        (["Άνδρες και γυναίκες", "Ιορδανία"], "el", "Άνδρες και γυναίκες · Ιορδανία"),
        (["Cerro-Amate, Sevilla"], "es", "Cerro-Amate, Sevilla"),
    ],
)  # fmt: skip
def test_names_that_have_joints_of_their_own_are_parted_by_semicolons(
    names: list[str], language: str, told: str
) -> None:
    assert words.listed(names, language) == words.joined(names, language) == told


def test_names_in_a_row_have_the_comma_of_the_language() -> None:
    assert words.joined(["أ", "ب", "ج"], "ar-TN") == "أ، ب، ج"
    assert words.joined(["a", "b"], "fr") == "a, b"
    assert words.listed(["A, b", "C", "D", "E"], "en", most=2) == "A, b; C; 2 others"


def test_a_name_that_begins_with_digits_stands_apart_in_arabic() -> None:
    assert words.apart("30-54 سنة", "ar") == "\u206830-54 سنة\u2069"
    assert words.apart("غير معروف", "ar") == "غير معروف"
    assert words.apart("30-54 años", "es") == "30-54 años"


# --- Periods ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-S1", date(2025, 1, 1), date(2025, 6, 30)),
        ("2025-S2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2025-Q2", date(2025, 4, 1), date(2025, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-05-31", date(2025, 5, 31), date(2025, 5, 31)),
        ("2022-10-01/2023-05-31", date(2022, 10, 1), date(2023, 5, 31)),
        ("2022-07-01/2023-06-30", date(2022, 7, 1), date(2023, 6, 30)),
        ("2025-02-01/2025-04-30", date(2025, 2, 1), date(2025, 4, 30)),
    ],
)
def test_a_period_has_one_short_code(code: str, start: date, end: date) -> None:
    assert words.period_code(start, end) == code
    assert words.parse_period_code(code) == (start, end)


@given(st.dates(), st.dates())
def test_a_period_comes_back_from_its_code(one: date, other: date) -> None:
    start, end = sorted((one, other))
    assert words.parse_period_code(words.period_code(start, end)) == (start, end)


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)), st.sampled_from([1, 3, 6, 12]))
def test_a_whole_part_of_a_year_comes_back_from_its_code(first: date, months: int) -> None:
    start = date(first.year, 1 + (first.month - 1) // months * months, 1)
    end = date(first.year + (start.month + months > 12), (start.month + months - 1) % 12 + 1, 1)
    end -= timedelta(days=1)
    code = words.period_code(start, end)
    assert len(code) <= len("2025-Q2")
    assert words.parse_period_code(code) == (start, end)


@pytest.mark.parametrize(
    "code",
    ["", "25", "2025-13", "2025-00", "2025-S3", "2025-Q5", "2025-2-1", "20250101", "2025-W01-1",
     "2025-02-30", "2025-06-30/2025-01-01", "2025-01-01/", "/2025-01-01", "2025-01/2025-02", "٢٠٢٥",
     "0000"],
)  # fmt: skip
def test_what_is_no_period_is_refused_in_plain_words(code: str) -> None:
    with pytest.raises(ValueError, match="is not a period: write 2023, 2023-S1"):
        words.parse_period_code(code)


@pytest.mark.parametrize(
    ("start", "end", "language", "written"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), "el", "2023"),
        (date(2023, 1, 1), date(2023, 6, 30), "en", "Jan – Jun 2023"),
        (date(2023, 1, 1), date(2023, 6, 30), "es", "ene–jun 2023"),
        (date(2022, 7, 1), date(2023, 6, 30), "fr", "juil. 2022 – juin 2023"),
        (date(2023, 5, 1), date(2023, 5, 31), "el", "Μαΐ 2023"),
        (date(2023, 5, 17), date(2023, 5, 17), "pt", "17 mai. 2023"),
        (date(2023, 1, 1), date(2023, 6, 30), "ar", "يناير – يونيو 2023"),
        (date(2022, 10, 3), date(2023, 5, 30), "en", "3 Oct 2022 – 30 May 2023"),
    ],
)
def test_a_period_is_told_as_people_say_it(
    start: date, end: date, language: str, written: str
) -> None:
    assert words.period(start, end, language).replace("\u2009", " ") == written


# --- Sentences ----------------------------------------------------------------------------------


def test_a_name_falls_back_to_english_and_then_to_any() -> None:
    names = {"en": "Lisbon", "pt": "Lisboa"}
    assert words.name(names, "pt") == "Lisboa"
    assert words.name(names, "el") == "Lisbon"
    assert words.name({"ar": "تونس"}, "en") == "تونس"
    assert words.name(None, "en") == words.name({}, "en") == ""


def test_what_is_not_translated_is_said_in_english() -> None:
    assert words.text("No catalogue has {this}.", "el", this="that") == "No catalogue has that."


@pytest.mark.parametrize(
    ("count", "language", "told"),
    [
        (1, "en", "1 error"),
        (2, "en", "2 errors"),
        (0, "fr", "0 erreur"),
        (1, "pt", "1 erro"),
        (2, "el", "2 σφάλματα"),
        (0, "ar", "لا أخطاء"),
        (1, "ar", "خطأ واحد"),
        (2, "ar", "خطآن"),
        (3, "ar", "3 أخطاء"),
        (11, "ar", "11 خطأً"),
        (11, "ar-JO", "١١ خطأً"),
        (100, "ar", "100 خطأ"),
        (2000, "es", "2.000 errores"),
    ],
)
def test_things_are_counted_by_the_plurals_of_the_language(
    count: int, language: str, told: str
) -> None:
    assert words.plural("{count} error", "{count} errors", count, language) == told


def test_a_finding_says_its_numbers_in_the_language() -> None:
    found = finding("file_too_large", size=21.5, limit=20)
    assert "has 21.5 MB; at most 20 MB" in words.sentence(found, "en")
    far = finding("too_many_cells", limit=2_000_000, found="3,000,000")
    assert "2,000,000" in words.sentence(far, "en")


def test_words_quoted_in_an_arabic_sentence_keep_their_direction() -> None:
    told = words.sentence(finding("unknown_ending", found="datos.pdf"), "ar")
    assert "\u2068datos.pdf\u2069" in told


@pytest.mark.parametrize(
    ("times", "language", "told"),
    [
        (1, "en", "1 row of the table is hidden."),
        (2, "en", "2 rows of the table are hidden."),
        (1200, "es", "1.200 filas de la tabla están ocultas."),
        (1, "fr", "1 ligne du tableau est masquée."),
        (2, "pt", "2 linhas da tabela estão ocultas."),
        (1, "el", "1 γραμμή του πίνακα είναι κρυφή."),
        (1, "ar", "في الجدول صف واحد مخفي."),
        (2, "ar", "في الجدول صفان مخفيان."),
        (3, "ar", "في الجدول 3 صفوف مخفية."),
        (11, "ar", "في الجدول 11 صفاً مخفياً."),
        (100, "ar", "في الجدول 100 صف مخفي."),
    ],
)
def test_a_finding_counts_by_the_plurals_of_the_language(
    times: int, language: str, told: str
) -> None:
    assert words.sentence(finding("hidden_rows_read", times=times), language).startswith(told)


def test_a_finding_says_words_of_ours_in_the_language() -> None:
    phones = finding("personal_data", header="Tel.", kind="telephone numbers")
    assert "(números de teléfono)" in words.sentence(phones, "es")
    groups = finding("unexpected_disaggregation", indicator="JOBS", dimension="age_group, sex")
    assert "by age group, sex." in words.sentence(groups, "en")
    assert "«\u00a0groupe d’âge, sexe\u00a0»" in words.sentence(groups, "fr")
    unit = finding("unit_unknown", found="unid.", expected="money, in the currency stated")
    assert words.sentence(unit, "pt").endswith(": montante, na moeda indicada.")
    own = finding("unit_unknown", found="?", expected="saplings")
    assert words.sentence(own, "el").endswith(": saplings.")


def test_a_finding_says_days_as_people_write_them() -> None:
    moved = finding("target_moved", found="8", before=5.0, day="2023-12-31", since="2023-02-03")
    assert "para 31 dic 2023 era 5 (desde 3 feb 2023)" in words.sentence(moved, "es")
    late = finding("target_postponed", found="2022-12-31", before="2023-12-31", day="2024-12-31")
    assert "“2022-12-31” was due on 31 Dec 2023" in words.sentence(late, "en")  # as the cell has it
    odd = finding("period_unlikely", found="2203-12-31 – 2203-12-31")
    assert words.quoted(odd, "fr") == "31 déc. 2203 – 31 déc. 2203"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["target_moved", "baseline_moved"])
def test_a_day_that_nobody_knows_is_not_told(code: str, language: str) -> None:
    unknown = finding(code, found="8", before=5.0, day="2023-12-31", since=words.UNKNOWN)
    told = words.sentence(unknown, language)
    assert "–" not in told
    assert "(" not in told
    assert "8" in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code", [code for code, (_, told) in SENTENCES.items() if "{suggestion}" in told]
)
def test_where_nothing_is_alike_nothing_is_offered(code: str, language: str) -> None:
    bare, offered = (
        words.sentence(
            finding(code, found="xyzzy", times=2, dimension="sex", suggestion=suggestion), language
        )
        for suggestion in (words.UNKNOWN, "A Apple")
    )
    assert offered.startswith(bare)
    assert "A Apple" in offered
    assert "xyzzy" in bare
    assert bare.endswith(".")
    assert not set(bare) & set("–?؟;…")


def test_a_finding_names_what_is_meant_in_the_language() -> None:
    names = {"suggestion": "M Men / F Women", "suggestion_es": "M Hombres / F Mujeres"}
    asked = finding("unknown_category", found="boys", times=1, dimension="sex", **names)
    assert "M Hombres / F Mujeres" in words.sentence(asked, "es")
    assert "M Men / F Women" in words.sentence(asked, "en")
    assert "M Men / F Women" in words.sentence(asked, "el")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_that_lacks_an_argument_is_told_all_the_same(language: str) -> None:
    for code, (_, said) in SENTENCES.items():
        told = words.sentence(finding(code), language)
        assert ("…" in told) == bool(set(places(said)) - {"found"}), code
        odd: dict[str, Argument] = dict.fromkeys(places(said), float("nan"))
        assert words.sentence(replace(finding(code), arguments=odd), language)


# --- The catalogues -----------------------------------------------------------------------------


def fields(sentence: str) -> list[tuple[str, str | None, str | None]]:
    """Return the places of a sentence, with how each is to be written."""
    return sorted(
        {
            (name, spec, conversion)
            for _, name, spec, conversion in Formatter().parse(sentence)
            if name is not None
        },
        key=str,
    )


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_finding_has_its_sentence_in_every_language(language: str) -> None:
    catalogue = sentences(language)
    for code, (_, many) in SENTENCES.items():
        one = SINGULAR.get(code)
        forms = catalogue.get((one, many) if one else (many,), [])
        assert len(forms) == (1 if one is None else 6 if language == "ar" else 2), code
        for form in forms:
            assert form not in ("", one, many), code
            left_out = {("times", "", None)} if one else set()
            assert set(fields(many)) - set(fields(form)) <= left_out, (code, form)
            assert set(fields(form)) <= set(fields(many)), (code, form)


def test_a_finding_that_counts_has_a_sentence_for_one() -> None:
    for code, one in SINGULAR.items():
        many = SENTENCES[code][1]
        assert one != many
        assert "times" in places(many)
        assert set(fields(many)) - {("times", "", None)} <= set(fields(one)) <= set(fields(many))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_calls_groups_and_units_what_the_catalogue_calls_them(language: str) -> None:
    reference = words.FOLDER.parent / "reference"
    with (reference / "unit.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            told = words.sentence(finding("unit_unknown", expected=row["name_en"]), language)
            assert row[f"name_{language}"] in told
    if language == "en":
        return  # where the code itself is read
    with (reference / "dimension.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            told = words.sentence(
                finding("unknown_category", dimension=row["dimension_code"]), language
            )
            assert row[f"name_{language}"].lower() in told.lower()


def places(sentence: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(sentence) if name is not None})


def sentences(language: str) -> dict[tuple[str, ...], list[str]]:
    """Return the translations (one, or the plurals) of each sentence (one, or singular and plural)."""

    def tuple_of(told: object) -> tuple[str, ...]:
        return (told,) if isinstance(told, str) else tuple(told) if isinstance(told, tuple) else ()

    with (words.FOLDER / f"{language}.po").open("rb") as file:
        found = read_po(file, locale=language, abort_invalid=True)
    return {tuple_of(m.id): list(tuple_of(m.string)) for m in found if m.id and not m.fuzzy}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_whole_and_its_places_agree(language: str) -> None:
    for said, told in sentences(language).items():
        assert all(told), said
        if len(said) == 1:
            assert [places(one) for one in told] == [places(said[0])], said
        else:  # "one month" may do without its number
            assert len(told) == (6 if language == "ar" else 2), said
            assert all(set(places(one)) <= set(places(said[1])) for one in told), said


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_translated_twice(language: str) -> None:
    source = (words.FOLDER / f"{language}.po").read_text(encoding="utf-8")
    said = re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)
    assert sorted(said) == sorted(set(said))


def test_arabic_counts_from_11_to_99_in_the_accusative_and_hundreds_in_the_genitive() -> None:
    for said, told in sentences("ar").items():
        if len(said) == 2 and told[4] != told[5]:
            assert told[4].count("\u064b") > told[5].count("\u064b"), said


def test_all_catalogues_have_the_same_sentences() -> None:
    for language in TRANSLATED[1:]:
        assert set(sentences(language)) == set(sentences(TRANSLATED[0])), language


# From the glossary of EU and UN terms, es, fr, pt, el, ar; below, what machines write instead.
TERMS = {
    "Baseline": ("valor de referencia", "valeur de référence", "valor de referência", "τιμή βάσης", "خط الأساس"),
    "Target": ("meta", "valeur cible", "meta", "τιμή-στόχος", "القيمة المستهدفة"),
    "Output": ("producto", "produit", "realização", "εκροή", "مُخرَج"),
    "Outcome": ("efecto directo", "effet direct", "resultado", "αποτέλεσμα", "نتيجة"),
    "Impact": ("impacto", "impact", "impacto", "αντίκτυπος", "أثر"),
    "Indicator": ("indicador", "indicateur", "indicador", "δείκτης", "مؤشر"),
    "On track": ("en curso según lo previsto", "en bonne voie", "no bom caminho", "εντός πορείας", "على المسار الصحيح"),
    "Achieved": ("alcanzada", "atteinte", "atingida", "επιτεύχθηκε", "تحققت"),
    "Moving away from the target": ("se aleja de la meta", "s’éloigne de la cible", "afasta-se da meta", "απομακρύνεται από την τιμή-στόχο", "يبتعد عن القيمة المستهدفة"),
    "Accepted": ("aceptado", "accepté", "aceite", "εγκρίθηκε", "مقبول"),
    "not reported": ("sin dato comunicado", "non communiqué", "não comunicado", "δεν υποβλήθηκε", "لم يُبلَّغ عنه"),
    "Not applicable": ("no procede", "sans objet", "não aplicável", "δεν ισχύει", "لا ينطبق"),
    "withheld": ("no se publica", "non publié", "não publicado", "δεν δημοσιεύεται", "محجوب"),
}  # fmt: skip

WRONG = {
    "es": [
        "línea base",
        "hembra",
        "minusválid",
        "sumisión",
        "divisa",
        "sin reportar",
        "en la pista",
    ],
    "fr": [
        "ligne de base",
        "femelle",
        "soumission",
        "désagrég",
        "étape importante",
        "sur la piste",
    ],
    "pt": [
        "linha base",
        "fêmea",
        "submissão",
        "portadores de",
        "aceito",
        "usuário",
        "marco histórico",
    ],
    "el": [
        "γραμμή βάσης",
        "γραμμή βάσ",
        "θηλυκ",
        "υποταγή",
        "στην πίστα",
        "διάσπαση",
        "αποσύνθεση",
    ],
    "ar": ["القاعدة", "استهداف", "خضوع", "المعاقون", "تفكيك", "محتجز", "عملة مجانية"],
}


@pytest.mark.parametrize("term", TERMS)
def test_the_terms_are_those_of_the_glossary(term: str) -> None:
    for language, word in zip(TRANSLATED, TERMS[term], strict=True):
        assert word in words.text(term, language).lower()


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_term_is_the_one_a_machine_would_write(language: str) -> None:
    told = [one for forms in sentences(language).values() for one in forms]
    assert [one for one in told if any(wrong in one.lower() for wrong in WRONG[language])] == []


GLOSSARY = {
    r"baselines?": ("referencia", "référence", "referência", "βάσης", "الأساس"),
    r"milestones?": ("hito", "intermédiaire", "intermédi", "ορόσημ|οροσήμ", "مرحلي"),
    r"targets?(?! group)": (r"\bmetas?\b", "cible", r"\bmetas?\b", r"τιμ\w+.στόχ|υποστόχ", "مستهدف|غاي"),
    r"indicators?": ("indicador", "indicateur", "indicador", "δείκτ|δεικτ", "مؤشر"),
    r"outputs?": ("producto", "produit", "realizaç", "εκρο", "مخرج"),
    r"results framework": ("marco de res", "cadre de rés", "quadro de res", "πλαίσιο απ", "إطار النتائج"),
    r"withheld": ("no se publica|sin publicar|no publicad", "non publié|pas publié", "não publicad|não se publica|não (é|são|foi|foram) publicad", "δεν δημοσι|μη δημοσι", "حجب|محجوب"),
    r"disaggregat\w+": ("desglos", "ventil", "desagreg", "κατανομ|κατανεμη", "تصنيف|مصنف"),
    r"submissions?": ("envío", "envoi", "envio", "υποβολ", "تقديم"),
    r"workbooks?": ("libro", "classeur", "livro", "βιβλί", "مصنف"),
    r"findings?": ("observaci", "constat", "observaç", "εύρημα|ευρήματ|ευρημάτ", "ملاحظ"),
    r"coverage": ("cobertura", "couverture", "cobertura", "κάλυψη", "تغطية"),
    r"territor(y|ies)": ("territori", "territoire", "territóri", "περιοχ", "منطق|مناطق"),
    r"own contribution": ("contribución propia", "contribution propre", "contribuição própria", "ίδι(α|ας) συμμετοχή|ιδί(α|ας) συμμετοχή", "المساهمة الذاتية"),
    r"households?": ("hogar", "ménage", "agregado", "νοικοκυρ", "أسر"),
    r"on track": ("según lo previsto", "en bonne voie", "no bom caminho", "εντός πορείας", "المسار الصحيح"),
    r"moving away": ("aleja", "éloign", "afasta", "απομακρ", "بتعد"),
    r"co-production": ("coproducción", "coproduction", "coprodução", "συμπαραγωγ", "الإنتاج المشترك"),
}  # fmt: skip
"What every sentence that has the English term has in es, fr, pt, el and ar: stems, for words bend."

VOWEL_MARKS = re.compile("[\u064b-\u0652]")


@pytest.mark.parametrize("term", GLOSSARY)
def test_a_term_is_translated_alike_in_every_sentence(term: str) -> None:
    for language, stem in zip(TRANSLATED, GLOSSARY[term], strict=True):
        for said, told in sentences(language).items():
            if re.search(rf"\b{term}\b", re.sub(r"{.*?}", "", said[-1]), re.IGNORECASE):
                for form in told:
                    plain = VOWEL_MARKS.sub("", form)
                    assert re.search(stem, plain, re.IGNORECASE), (language, said, form)


def test_a_range_of_shares_is_told_once_and_runs_from_left_to_right() -> None:
    assert words.percents(0.4, 0.4, "en") == "40%"
    assert words.percents(0.65, 0.85, "en") == "65%–85%"
    told = words.percents(0.65, 0.85, "ar")
    assert (told[0], told[-1]) == ("\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}")
