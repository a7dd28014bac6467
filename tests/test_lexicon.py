"""The words of headers, in the languages of the partners."""

import tomllib
from pathlib import Path

import pytest

from etl import lexicon
from etl.lexicon import (
    EDGE,
    INSIDE,
    ROLE_OF,
    WHOLE,
    header_words,
    is_annual,
    is_header_word,
    is_part,
    part_in,
    place_rank,
    plain,
    read_header,
    spaced,
    stem,
    tag_section,
    tag_value_type,
    value_type_in,
)
from etl.reference import Reference, read_files
from etl.roles import ROLES

WORDS = Path(__file__).parent.parent / "data" / "words" / "spreadsheets.toml"


@pytest.fixture(scope="module")
def catalogue() -> Reference:
    return read_files()


def sections() -> dict[str, object]:
    return dict(tomllib.loads(WORDS.read_text("utf-8"))["headers"])


def test_every_section_of_header_words_has_a_role() -> None:
    assert set(ROLE_OF) == set(sections())
    assert set(ROLE_OF.values()) <= set(ROLES)


@pytest.mark.parametrize(
    ("header", "told"),
    [("AnnualTarget_Q1", "Annual Target Q1"), ("time_period", "time period"), ("a \n b", "a b")],
)
def test_words_that_are_written_together_are_parted(header: str, told: str) -> None:
    assert spaced(header) == told


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Target (annual)", "target annual"),
        ("Año", "ano"),
        ("Governorate / المحافظة", "governorate المحافظة"),
        ("Δείκτης:", "δεικτησ"),
        ("[Value]*", "value"),
    ],
)
def test_plain_headers_are_folded_words(header: str, told: str) -> None:
    assert plain(header) == told


@pytest.mark.parametrize(
    ("header", "told"),
    [("name_en", "name"), ("name_fr", "name"), ("Indicator AR", "indicator"), ("en", "en")],
)
def test_the_language_at_the_end_is_no_part_of_the_stem(header: str, told: str) -> None:
    assert stem(header) == told


@pytest.mark.parametrize(
    ("header", "section"),
    [
        ("Indicator", "indicator"),
        ("Indicador", "indicator"),
        ("Indicateur", "indicator"),
        ("Δείκτης", "indicator"),
        ("المؤشر", "indicator"),
        ("Показатель", "indicator"),
        ("Año", "year"),
        ("Année", "year"),
        ("Έτος", "year"),
        ("السنة", "year"),
        ("Unit", "unit"),
        ("Unidad", "unit"),
        ("الوحدة", "unit"),
        ("Value", "value"),
        ("Valeur", "value"),
        ("Quarter", "quarter"),
        ("Trimestre", "quarter"),
        ("Τρίμηνο", "quarter"),
        ("Comments", "note"),
        ("Project", "project"),
    ],
)
def test_a_whole_header_says_what_its_column_is(header: str, section: str) -> None:
    assert header_words(header) == ((section, WHOLE),)


def test_words_within_a_header_weigh_less() -> None:
    edge = dict(header_words("Indicator of the second result"))["indicator"]
    inside = dict(header_words("The second indicator of results"))["indicator"]
    assert INSIDE <= inside < EDGE <= edge < WHOLE


def test_a_header_of_unknown_words_says_nothing() -> None:
    assert header_words("Zebras") == ()
    assert not is_header_word("Zebras")


@pytest.mark.parametrize("text", ["Year", "Target", "Q1", "18-29 years", "Provincia", "خط الأساس"])
def test_words_that_are_headers_by_themselves(text: str) -> None:
    assert is_header_word(text)


@pytest.mark.parametrize("text", ["", "Number", "No", "x" * 41])
def test_words_that_stand_in_labels_as_often_are_no_headers(text: str) -> None:
    assert not is_header_word(text)


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("Target", "target", ""),
        ("Annual Target", "target", "annual"),
        ("Meta 2023", "target", "2023"),
        ("Línea base", "baseline", ""),
        ("Réalisé", "actual", ""),
        ("Τιμή βάσης", "baseline", ""),
        ("Στόχος", "target", ""),
        ("المستهدف", "target", ""),
        ("факт", "actual", ""),
        ("Households reached", "actual", "households"),
        ("Members", "", "Members"),
    ],
)
def test_the_kind_of_value_in_a_header(text: str, kind: str, rest: str) -> None:
    assert value_type_in(text) == (kind, rest)


@pytest.mark.parametrize(
    ("text", "part", "rest"),
    [
        ("Q1", "Q1", ""),
        ("T2", "Q2", ""),
        ("Meta T1", "Q1", "Meta"),
        ("Q3 target", "Q3", "target"),
        ("March", "M03", ""),
        ("March of women", "", "March of women"),
        ("Τρίμηνο Β'", "Q2", ""),
        ("Women", "", "Women"),
    ],
)
def test_the_part_of_a_year_in_a_header(text: str, part: str, rest: str) -> None:
    assert part_in(text) == (part, rest)


def test_parts_of_a_year_are_told_from_periods() -> None:
    assert [is_part(text) for text in ("Q1", "M03", "S2", "2023", "2023-Q1")] == [
        *(True, True, True, False, False)
    ]


def test_whole_years_among_quarters() -> None:
    assert is_annual("Annual Target")
    assert not is_annual("Target Q1")


@pytest.mark.parametrize(
    ("tag", "section"),
    [
        ("#adm1+name", "region"),
        ("#adm2 +name", "place"),
        ("#adm1+code", "code"),
        ("#country", "country"),
        ("#indicator+name", "indicator"),
        ("#indicator+value+num", "count"),
        ("#date+start", "start"),
        ("#date +end", "end"),
        ("#date+year", "date"),
        ("#affected+f", "count"),
        ("#sector", "group"),
        ("#geo+lat", "code"),
        ("#meta+source", "updated"),
        ("#unheard+of", ""),
    ],
)
def test_what_a_tag_stands_for(tag: str, section: str) -> None:
    assert tag_section(tag) == section
    assert section in ("", *ROLE_OF)


def test_a_tag_of_those_targeted_is_a_target() -> None:
    assert tag_value_type("#targeted +f") == "target"
    assert tag_value_type("#reached") == ""


def test_the_finer_place_ranks_higher() -> None:
    ranks = [place_rank("Country", ""), place_rank("Region", ""), place_rank("Municipality", "")]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 3
    assert (place_rank("admin3Name", ""), place_rank("", "#adm3+name")) == (3, 3)
    assert place_rank("Zebras", "") == -1


def test_the_levels_of_a_header_together(catalogue: Reference) -> None:
    says = read_header(["2023", "Q1", "Women", "Target"], catalogue)
    assert (says.period, says.value_type, says.categories, says.head) == (
        "2023 Q1",
        "target",
        (("sex", "F"),),
        "",
    )


def test_what_remains_of_a_header_is_what_it_counts(catalogue: Reference) -> None:
    says = read_header(["Persons trained (female)", "Actual 2022"], catalogue)
    assert (says.head, says.categories, says.period) == ("Persons trained", (("sex", "F"),), "2022")


def test_a_total_is_no_category(catalogue: Reference) -> None:
    says = read_header(["2023", "Total"], catalogue)
    assert (says.is_total, says.categories, says.head) == (True, (), "")


def test_a_span_that_the_row_proves_counts_more_than_the_text(catalogue: Reference) -> None:
    says = read_header(["20231"], catalogue, {"20231": "2023-01-01/2023-12-31"})
    assert says.period == "2023"


def test_the_unit_in_brackets() -> None:
    assert lexicon.unit_of(["Rates", "Employment rate (%)"]) == "%"
    assert lexicon.unit_of(["Members (all)"]) == ""
