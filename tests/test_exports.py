"""Files to download: text stays text, numbers stay numbers, whatever a workbook said."""

import csv
import io
import zipfile
from datetime import date

import openpyxl
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import exports
from schemas import published

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
starts = st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "＝", "\u200b=", ""])
texts = st.builds(lambda start, rest: start + rest, starts, words)


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@given(texts, texts)
def test_no_text_of_a_csv_starts_a_formula(heading: str, text: str) -> None:
    rows = read_csv(exports.as_csv(pd.DataFrame({heading: [text]}, dtype=str)))

    for found, original in [(rows[0][0], heading), (rows[1][0] if rows[1] else "", text)]:
        assert not published.is_formula_like(found)
        assert found.removeprefix("'") == original.removeprefix("'")


@settings(max_examples=40, deadline=None)
@given(texts, texts)
def test_no_text_of_a_workbook_becomes_a_formula_or_a_link(heading: str, text: str) -> None:
    data = exports.as_xlsx(pd.DataFrame({heading: [text]}, dtype=str), title=text, notes=[text])

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if "worksheets/" in name:
                assert b"<f>" not in archive.read(name)
                assert b"hyperlink" not in archive.read(name)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert all(cell.data_type in "sn" for sheet in book for row in sheet for cell in row)


def test_numbers_dates_and_what_is_missing_keep_their_kind() -> None:
    frame = pd.DataFrame(
        {
            "name": ["Seville", ""],
            "value": [-5.5, float("nan")],
            "people": [1250.0, 3.0],
            "day": pd.Series([pd.Timestamp("2023-06-30"), pd.NaT], dtype="datetime64[s]"),
        }
    )

    assert read_csv(exports.as_csv(frame)) == [
        ["name", "value", "people", "day"],
        ["Seville", "-5.5", "1250", "2023-06-30"],
        ["", "", "3", ""],
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(exports.as_xlsx(frame, title="Results"))).worksheets[
        0
    ]
    assert [cell.value for cell in sheet[2]][:3] == ["Seville", -5.5, 1250]
    assert sheet["D2"].value.date() == date(2023, 6, 30)
    assert [cell.value for cell in sheet[3]] == [None, None, 3, None]


def test_a_workbook_says_where_its_numbers_come_from() -> None:
    data = exports.as_xlsx(pd.DataFrame({"a": [1]}), title="Results", notes=["Source: files"])

    about = openpyxl.load_workbook(io.BytesIO(data))["About"]
    assert [row[0].value for row in about.rows] == ["Results", "Source: files"]


def test_a_file_name_holds_no_path() -> None:
    name = exports.file_name("results", "../../etc/passwd", 'x"\r\nSet-Cookie', file_format="csv")

    assert name == "medtown-results-etc-passwd-x-Set-Cookie.csv"
