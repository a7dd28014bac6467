"""Lists of persons are recognised; lists of places, organisations and numbers are not."""

from collections.abc import Sequence

import pytest

from etl.privacy import fold, is_iban, is_spanish_id, personal_data
from etl.workbook import Sheet, Workbook


def book(*rows: Sequence[str | float | None]) -> Workbook:
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
