"""What the labels of rows say: of which item, place and group of people each row is."""

from functools import cache

import pytest

from etl import labels
from etl.labels import Label, Line
from etl.reference import Reference, read_files


@cache
def reference() -> Reference:
    return read_files()


def read(*rows: str, notes: tuple[str, ...] = ()) -> list[Label]:
    """Return the labels of rows: "# By sex" is a heading, "> part" a row further in."""
    lines = [
        Line(
            (row.removeprefix("# ").removeprefix("> "),),
            has_values=not row.startswith("# "),
            level=1 if row.startswith("> ") else 0,
        )
        for row in rows
    ]
    return labels.read_labels(lines, reference(), notes)


def label(item: str = "", place: str = "", **breakdown: str) -> Label:
    return Label(item, place, tuple(sorted(breakdown.items())))


def test_women_and_men_belong_to_the_place_above_them() -> None:
    assert read("Batken oblast", "Women", "Men", "Osh oblast", "Women") == [
        label(place="Batken oblast"),
        label(place="Batken oblast", sex="F"),
        label(place="Batken oblast", sex="M"),
        label(place="Osh oblast"),
        label(place="Osh oblast", sex="F"),
    ]


def test_a_heading_names_the_dimension_of_the_rows_below_it() -> None:
    assert read("Osh city", "# By age (in years)", "15-19", "70 and over", "Total") == [
        label(place="Osh city"),
        label(),
        label(age_group="15-19"),
        label(age_group="70+"),
        label(),
    ]


def test_a_heading_of_unknown_words_is_a_dimension_of_its_own() -> None:
    assert read("# Wealth quintile", "Poorest", "Second", "# Urbanisation", "City", "Village") == [
        label(),
        label(wealth_quintile="poorest"),
        label(wealth_quintile="second"),
        label(),
        label(area="urban"),
        label(area="rural"),
    ]


def test_a_heading_that_is_a_place_or_a_category_holds_until_the_next_of_its_kind() -> None:
    assert read(
        "# Boys", "Out of school", "# because of:", "illness", "# Girls", "Out of school"
    ) == [
        label(),
        label("Out of school", sex="M"),
        label(),
        label("Out of school", sex="M", because_of="illness"),
        label(),
        label("Out of school", sex="F"),
    ]
    assert read("# Osh city", "Income", "Costs", "# Naryn oblast", "Income")[1:] == [
        label("Income", "Osh city"),
        label("Costs", "Osh city"),
        label(),
        label("Income", "Naryn oblast"),
    ]


def test_a_heading_that_ends_in_by_sex_names_what_is_counted() -> None:
    rows = read("Victims per 100,000", "Population", "# Number of victims by sex", "Men", "Women")
    assert rows[3:] == [
        label("Number of victims by sex", sex="M"),
        label("Number of victims by sex", sex="F"),
    ]


def test_with_two_items_above_a_group_of_people_belongs_to_neither() -> None:
    """Whether the women are a rate or a number is not said, so the table's title must do."""
    assert read("Rate", "Number", "# By sex", "Women")[3] == label(sex="F")
    assert read("Rate", "# By sex", "Women")[2] == label("Rate", sex="F")


def test_ages_under_which_women_and_men_come_again() -> None:
    assert read("# By age group", "15-19", "Women", "20-24", "Women")[1:] == [
        label(age_group="15-19"),
        label(age_group="15-19", sex="F"),
        label(age_group="20-24"),
        label(age_group="20-24", sex="F"),
    ]


def test_rows_of_one_name_are_told_apart_by_the_row_that_they_are_part_of() -> None:
    rows = read("Women aged 15-24", "> Copied a file", "Women aged 15-49 in all", "> Copied a file")
    assert [row.item for row in rows] == [
        "Women aged 15-24",
        "Women aged 15-24: Copied a file",
        "Women aged 15-49 in all",
        "Women aged 15-49 in all: Copied a file",
    ]
    assert read("Income", "> Costs")[1].item == "Costs"


def test_a_digit_behind_a_word_is_a_footnote_only_where_there_is_one() -> None:
    notes = ("1according to the Electoral Commission",)
    rows = read("Seats in local government1", "Form CO2", notes=notes)
    assert rows[0] == Label(
        "Seats in local government", note="according to the Electoral Commission"
    )
    assert rows[1].item == "Form CO2"


def test_labels_in_several_languages_are_one_label() -> None:
    lines = [Line(("woman", "женщины", "аялдар"), True), Line(("", "мужчины", "эркектер"), True)]
    assert [row.breakdown for row in labels.read_labels(lines, reference())] == [
        (("sex", "F"),),
        (("sex", "M"),),
    ]


@pytest.mark.parametrize(
    ("heading", "dimension"),
    [
        *(("By sex", "sex"), ("по полу", "sex"), ("Жынысы боюнча", "sex"), ("Por sexo", "sex")),
        *(
            ("Ανά ηλικιακή ομάδα", "age_group"),
            ("حسب الجنس", "sex"),
            ("Age (in years)", "age_group"),
        ),
        *(("по возрастным группам, лет:", "age_group"), ("По территории", "place"), ("Donor", "")),
    ],
)
def test_headings_name_dimensions_in_many_languages(heading: str, dimension: str) -> None:
    assert labels.dimension_of(heading, reference()) == dimension


@pytest.mark.parametrize(
    ("item", "unit"),
    [
        ("Gross domestic product (million soms)", "million soms"),
        ("Share of damage (percentage)*", "percentage"),
        ("Victims per 100,000 population, by sex", "per 100,000 population"),
        ("Prone to disasters (landslides, mudslides)", ""),
        ("Unemployed persons", ""),
    ],
)
def test_the_name_of_an_item_may_hold_its_unit(item: str, unit: str) -> None:
    assert labels.unit_of(item) == unit
