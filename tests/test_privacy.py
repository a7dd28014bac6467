"""Lists of persons are recognised; lists of places, organisations and numbers are not."""

from collections.abc import Sequence
from itertools import cycle, islice, product
from pathlib import Path

import pytest

from etl import gate, workbook
from etl.privacy import REGISTER, fold, is_iban, is_spanish_id, personal_data
from etl.workbook import Cell, Records, Sheet, Workbook

WORKBOOKS = sorted((Path(__file__).parent / "data" / "workbooks").glob("*.*"))
DEMO = sorted((Path(__file__).parents[1] / "data" / "demo").glob("*.xlsx"))

AGES = [34.0, 27.0, 61.0, 19.0, 45.0, 34.0, 52.0, 23.0, 38.0, 70.0, 29.0, 41.0, 19.0, 56.0, 33.0]
"Of fifteen people, as they came."


def book(*rows: Sequence[Cell]) -> Workbook:
    sheet = Sheet(name="Lista", index=0, is_visible=True, rows=[list(row) for row in rows])
    return Workbook(file_name="f.xlsx", kind="xlsx", sheets=[sheet])


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("Contact", ["ana@example.org", "joao@example.pt"], "e-mail addresses"),
        ("Cuenta", ["ES91 2100 0418 4502 0005 1332", "PT50000201231234567890154"], "bank accounts"),
        ("Contacto", ["+34 600 123 456", "00351 912 345 678"], "telephone numbers"),
        ("Documento", ["12345678Z", "X1234567L"], "identity numbers"),
        ("Teléfono", [600123456.0, 600123457.0], "telephone numbers"),
        ("Ονοματεπώνυμο", ["Μαρία Παππά", "Νίκος Ιωάννου"], "names"),
        ("الاسم الكامل", ["ليلى أحمد", "سمير علي"], "names"),
        ("Nombre y apellidos *", ["Ana Pérez", "Luis Gil"], "names"),
    ],
)
def test_a_list_of_persons_is_refused(header: str, cells: list[str | float], kind: str) -> None:
    found = personal_data(book([None, header], *[[1.0, cell] for cell in cells]))
    assert [(f.code, f.sheet, f.arguments["kind"]) for f in found] == [
        ("personal_data", "Lista", kind)
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["Name"], ["Asociación La Casa de Todos"], ["Beitlo Ladies Charity Association"]],
        [["Indicator", "Email"], ["People", None]],
        [["Write to help@example.org"], ["People", 12.0]],
        [["Year", "Value"], [2019.0, 600123456.0], [2020.0, 600123457.0]],
        [["Code"], ["12345678A"], ["12345678B"]],
        [["Phone", "Total"], [None, 3.0], [None, 4.0]],
        [["Mobile services delivered"], [3.0], [4.0]],
    ],
    ids=[
        "organisations",
        "header only",
        "one address",
        "numbers",
        "bad checksum",
        "empty",
        "topic",
    ],
)
def test_what_is_no_list_of_persons_passes(rows: list[list[str | float | None]]) -> None:
    assert personal_data(book(*rows)) == []


def test_checksums_decide() -> None:
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert not is_iban("GB83 WEST 1234 5698 7654 32")
    assert is_spanish_id("00000000T")
    assert not is_spanish_id("00000001T")


def test_folding_forgives_how_a_header_is_typed() -> None:
    assert fold("  FULL   Name *") == "full name"


def told(*rows: Sequence[Cell]) -> list[tuple[str, str]]:
    found = personal_data(book(*rows))
    assert {f.arguments["kind"] for f in found} <= {REGISTER}
    return [(f.cell, str(f.arguments["header"])) for f in found]


def test_numbers_of_participants_beside_their_ages_are_a_register() -> None:
    rows = [["B00001", "Rural", "20", "74.1"], ["B00002", "Rural", "62", "100.0"]]
    rows += [["B00003", "Urban", "67", "77.8"], ["B00004", "Urban", "46", "61.2"]]
    assert told(["beneficiary_id", "location", "age", "attendance"], *rows) == [
        ("A1", "beneficiary_id")
    ]


@pytest.mark.parametrize(
    ("header", "sex", "cells"),
    [
        ("Código de participante", "Sexo", ["Mujer", "Hombre", "Mujer"]),
        ("Κωδικός ωφελούμενου", "Φύλο", ["Γυναίκα", "Άνδρας", "Γυναίκα"]),
        ("رقم المستفيد", "الجنس", ["أنثى", "ذكر", "أنثى"]),
        ("Code du bénéficiaire", "Sexe", ["F", "H", "F"]),
        ("Código do beneficiário", "Género", ["Mulher", "Homem", "Mulher"]),
        ("ParticipantID", "Gender", ["f", "m", "prefer not to say"]),
    ],
)
def test_numbers_of_participants_beside_their_sex_are_a_register(
    header: str, sex: str, cells: list[str]
) -> None:
    rows: list[list[Cell]] = [[float(number), cell] for number, cell in enumerate(cells, 501)]
    assert told(["Centro"], [header, sex], *rows) == [("A2", header)]


def test_answers_to_a_form_are_a_register_where_they_tell_ages() -> None:
    rows: list[list[Cell]] = [["2023-05-02 10:12", "18-29", "Yes", 6.0]]
    rows += [["2023-05-02 11:40", "30-44", "No", 0.0], ["2023-05-03 09:05", "60+", "Yes", 10.0]]
    header = ["Timestamp", "Q1. Age group", "Are you a member?", "Hours per week"]
    assert told(header, *rows) == [("A1", "Timestamp")]
    counted: list[list[Cell]] = [[*row, 12.0] for row in rows]
    assert told([*header, "Number of participants"], *counted) == []


def test_ages_in_no_order_beside_the_sex_of_each_are_a_register_where_nothing_is_counted() -> None:
    rows: list[list[Cell]] = [
        [age, sex, "Murcia"] for age, sex in zip(AGES, cycle("MHH"), strict=False)
    ]
    assert told(["Edad", "Sexo", "Municipio"], *rows) == [("A1", "Edad")]
    assert told(["Edad", "Sexo", "Municipio"], *rows[:14]) == []
    assert told(["Edad", "Sexo", "Municipio"], *sorted(rows, key=str)) == []
    deaths: list[list[Cell]] = [[*row, 12.0 + place * place] for place, row in enumerate(rows)]
    assert told(["Edad", "Sexo", "Municipio", "Defunciones"], *deaths) == []


def test_statistics_by_age_and_sex_are_no_register() -> None:
    spans = ["0-14", "15-29", "30-64", "65+"]
    places = ["Sfax", "Tunis", "Gabès"]
    years: list[list[Cell]] = [
        [p, float(a), s, 7.0 * a] for p, a, s in product(places, range(101), "FM")
    ]
    groups: list[list[Cell]] = [
        [p, a, s, 7.0] for p, a, s in product(places, spans, ["Female", "Male", "Total"])
    ]
    numbered: list[list[Cell]] = [[float(n), *year[1:]] for n, year in enumerate(years, 1)]
    assert told(["Place", "Age", "Sex", "Persons"], *years) == []
    assert told(["Place", "Age", "Sex", "Persons"], *years[::-1]) == []
    assert told(["Place", "Age group", "Sex", "Persons"], *groups) == []
    assert told(["id", "Age", "Sex", "Value"], *numbered) == []


@pytest.mark.parametrize(
    "header",
    [
        ["Beneficiary ID", "Country", "Grant"],
        ["Number of participants", "Age group", "Sex"],
        ["_submission_time", "enum_sex", "enumerator age"],
    ],
    ids=["grant holders", "counts", "who asked"],
)
def test_a_row_that_is_nobody_is_no_register(header: list[str]) -> None:
    cells: dict[str, list[Cell]] = {
        "Beneficiary ID": ["G-1", "G-2", "G-3"],
        "Country": ["Jordan", "Spain", "Tunisia"],
        "Grant": [1000.0, 2000.0, 1500.0],
        "Number of participants": [12.0, 15.0, 9.0],
        "Age group": ["15-29", "30-64", "65+"],
        "Sex": ["F", "F", "F"],
        "_submission_time": ["2021-12-02T07:36:31", "2021-12-02T07:45:30", "2021-12-06T07:24:41"],
        "enum_sex": ["female", "male", "female"],
        "enumerator age": [31.0, 40.0, 28.0],
    }
    assert told(header, *zip(*(cells[word] for word in header), strict=True)) == []


def test_a_text_file_is_searched_by_its_columns() -> None:
    rows = Records()
    for record in [["List"], ["", "Id", "Mail"], ["", "1", "ana@example.org"], []]:
        rows.append(record)
    rows.append(["", "2", "joao@example.pt", "late"])
    sheet = Sheet(name="", index=0, is_visible=True, rows=rows.closed())
    (found,) = personal_data(Workbook(file_name="f.csv", kind="csv", sheets=[sheet]))
    assert (found.cell, found.arguments["header"]) == ("C3", "Mail")


def test_rows_of_different_lengths_keep_their_places() -> None:
    found = personal_data(book([], ["List"], ["a", "Mail"], [], ["b", "x@y.org"], ["c", "z@y.org"]))
    assert [f.cell for f in found] == ["B5"]


@pytest.mark.parametrize(
    "path", [*WORKBOOKS, *islice(DEMO, 0, None, 4)], ids=lambda path: path.stem
)
def test_no_published_table_is_taken_for_persons(path: Path) -> None:
    data = path.read_bytes()
    assert personal_data(workbook.read(data, gate.examine(data, path.name))) == []
