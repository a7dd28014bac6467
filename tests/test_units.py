"""Values with their units: singular, plural and the six forms of Arabic; percent; names that say them."""

import csv
import math

import pytest

from schemas import units, words
from schemas.codes import LANGUAGES

UNITS = words.FOLDER.parent / "reference" / "unit.csv"

NOT_COUNTED = {"percent", "money", "kg", "m2", "unstated"}


@pytest.mark.parametrize(
    ("value", "unit", "language", "told"),
    [
        (1, "persons", "en", "1 person"),
        (0, "persons", "en", "0 persons"),
        (1, "spaces", "en", "1 space"),
        (1.5, "hours", "en", "1.5 hours"),
        (1, "personas", "es", "1 persona"),
        (1.5, "horas", "es", "1,5 horas"),
        (0, "personnes", "fr", "0 personne"),
        (1.5, "heures", "fr", "1,5 heure"),
        (2, "heures", "fr", "2 heures"),
        (1, "agregados familiares", "pt", "1 agregado familiar"),
        (1, "μήνες", "el", "1 μήνας"),
        (0, "أشخاص", "ar", "0 شخص"),
        (1, "فضاءات", "ar", "1 فضاء"),
        (2, "اتفاقات", "ar", "2 اتفاقان"),
        (2, "أشخاص", "ar", "2 شخصان"),
        (3, "أشخاص", "ar", "3 أشخاص"),
        (33, "وظائف", "ar", "33 وظيفة"),
        (97, "أشخاص", "ar", "97 شخصاً"),
        (100, "أشخاص", "ar", "100 شخص"),
        (103, "أشخاص", "ar", "103 أشخاص"),
        (97, "أشخاص", "ar-JO", "٩٧ شخصاً"),
        (1.5, "ساعات", "ar", "1,5 ساعة"),
        (3, "مكافئات الدوام الكامل", "ar", "3 مكافئات دوام كامل"),
        (1, "kg", "en", "1 kg"),
        (1, "EUR", "es", "1 EUR"),
        (1, "saplings", "en", "1 saplings"),
        (1, "", "en", "1"),
    ],
)
def test_a_unit_has_the_form_of_its_number(
    value: float, unit: str, language: str, told: str
) -> None:
    assert units.shown(value, value, unit, language) == told


def test_a_range_has_the_form_of_its_higher_end() -> None:
    assert units.shown(1, 2, "persons", "en") == "1–2 persons"
    assert units.shown(1, 1, "persons", "en", qualifier=">=") == "≥ 1 person"
    assert units.shown(5, 12, "أشخاص", "ar") == "\u20665–12\u2069 شخصاً"


def test_a_percentage_is_written_as_the_language_does_it() -> None:
    assert units.shown(74.2, 74.2, "%", "es", decimals=1) == "74,2\u00a0%"
    assert units.shown(74.2, 74.2, "%", "en", decimals=1) == "74.2%"
    assert units.shown(65, 85, "%", "en") == "65%–85%"
    assert units.shown(-22, -22, "%", "ar") == "\u2066-22%\u2069"
    assert units.beside("%", 65, "fr") == ""


def test_a_number_with_a_decimal_of_its_own_is_one_where_the_language_says_so() -> None:
    assert units.shown(1, 1, "hours", "en", decimals=1) == "1.0 hours"
    assert units.shown(1, 1, "horas", "es", decimals=1) == "1,0 hora"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_counted_unit_of_the_catalogue_has_its_forms(language: str) -> None:
    with UNITS.open(encoding="utf-8", newline="") as file:
        names = {row["unit_code"]: row[f"name_{language}"] for row in csv.DictReader(file)}
    known = units._of_name(language)
    assert {code for code, name in names.items() if units._bare(name) not in known} == NOT_COUNTED
    assert len(known) == len(units.COUNTED) == len(names) - len(NOT_COUNTED)


def test_where_there_is_no_value_the_unit_is_that_of_many() -> None:
    assert units.beside("persons", math.nan, "en") == "persons"


def test_a_unit_is_said_once() -> None:
    fte = "full-time equivalents"
    assert units.named(f"Jobs created in {fte}", fte, "en") == f"Jobs created in {fte}"
    assert units.named("Households taking part", "households", "en") == "Households taking part"
    assert units.named("الأسر المعيشية المشاركة", "أسر معيشية", "ar") == "الأسر المعيشية المشاركة"
    arabic = "الوظائف المستحدثة بمكافئ الدوام الكامل"
    assert units.of_name(arabic, "مكافئات الدوام الكامل", "ar") == ""
    assert units.named("People trained", "persons", "en") == "People trained (persons)"
    estimate = units.named("People reached indirectly (estimate)", "persons", "en")
    assert estimate == "People reached indirectly (estimate) – persons"
