"""The catalogue as one workbook: nothing changes by itself, every change is seen before it counts."""

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from etl import catalogue, reference
from etl.catalogue import Act, Proposal
from schemas import audit, database, tables
from schemas.codes import Severity

ADMIN = "account 1"


@pytest.fixture
def conn(seeded_sqlite: Engine) -> Iterator[Connection]:
    """A writing connection on the shipped catalogue."""
    with database.begin(seeded_sqlite) as connection:
        yield connection


@pytest.fixture
def book(conn: Connection) -> openpyxl.Workbook:
    """The catalogue as it was downloaded; every database of a test begins as the same one."""
    if not SHIPPED:
        SHIPPED.append(catalogue.write_catalogue(conn))
    return opened(SHIPPED[0])


SHIPPED: list[bytes] = []


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def checked(conn: Connection, book: openpyxl.Workbook) -> Proposal:
    return catalogue.check_catalogue(conn, saved(book), "catalogue.xlsx")


def cell(book: openpyxl.Workbook, table: str, key: tuple[Any, ...], column: str) -> Any:
    """Return a cell by the key of its row and its header."""
    sheet = book[table]
    heads = [one.value for one in sheet[1]]
    for line in sheet.iter_rows(min_row=3):
        if tuple(one.value for one in line[: len(key)]) == key:
            return line[heads.index(column)]
    raise LookupError(key)


def put(book: openpyxl.Workbook, table: str, key: tuple[Any, ...], column: str, value: Any) -> str:
    """Write into a cell and return its address."""
    found = cell(book, table, key, column)
    found.value = value
    return str(found.coordinate)


def drop(book: openpyxl.Workbook, table: str, key: tuple[Any, ...]) -> None:
    book[table].delete_rows(cell(book, table, key, book[table]["A1"].value).row)


def append(book: openpyxl.Workbook, table: str, **values: Any) -> None:
    heads = [one.value for one in book[table][1]]
    row = book[table].max_row + 1
    for name, value in values.items():
        book[table].cell(row, heads.index(name) + 1, value)


def errors(proposal: Proposal) -> list[tuple[str, str, str]]:
    return [
        (found.code, found.sheet, found.cell)
        for found in proposal.findings
        if found.severity == Severity.ERROR
    ]


def change_row(conn: Connection, table: str, key: tuple[Any, ...], **values: Any) -> Proposal:
    row = catalogue.edited(conn)[table][key]
    return catalogue.check_row(conn, table, key, row | values)


def apply_row(conn: Connection, table: str, key: tuple[Any, ...], **values: Any) -> None:
    proposal = change_row(conn, table, key, **values)
    assert proposal.is_good, proposal.findings
    catalogue.apply_catalogue(conn, proposal, ADMIN)


# --- The workbook ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_shipped_catalogue_comes_back_as_it_went(conn: Connection, language: str) -> None:
    data = catalogue.write_catalogue(conn, language)
    proposal = catalogue.check_catalogue(conn, data, "catalogue.xlsx")
    assert (proposal.changes, proposal.findings) == ([], [])


def test_what_another_program_saved_comes_back_as_it_went(
    conn: Connection, book: openpyxl.Workbook
) -> None:
    proposal = checked(conn, book)
    assert (proposal.changes, proposal.findings) == ([], [])


def test_every_table_that_is_edited_has_a_sheet_with_an_explanation(
    book: openpyxl.Workbook,
) -> None:
    for name, form in catalogue.forms().items():
        heads = [header for column in form.columns for header in column.headers]
        assert [one.value for one in book[name][1]] == heads
        assert all(one.value for one in book[name][2])
    assert book["medtown_catalogue"].sheet_state == "hidden"


def test_a_text_that_looks_like_a_formula_stays_a_text(conn: Connection) -> None:
    evil = '=HYPERLINK("http://x.example","x")'
    apply_row(conn, "theme", ("SSE",), names={"en": evil, "es": "+1", "fr": "@x", "ar": "-1"})
    book = opened(catalogue.write_catalogue(conn))
    found = cell(book, "theme", ("SSE",), "name_en")
    assert (found.data_type, found.value) == ("s", evil)
    assert checked(conn, book).changes == []


def test_a_change_is_seen_with_what_was_before_and_counts_once_it_is_accepted(
    conn: Connection, book: openpyxl.Workbook
) -> None:
    put(book, "theme", ("YOUTH",), "name_en", "Work for young people")
    append(book, "theme", theme_code="OWN", name_en="Ours", sort=10)
    drop(book, "theme", ("CULTURE",))
    proposal = checked(conn, book)
    told = {(one.act, one.key): (one.before, one.after) for one in proposal.changes}
    assert set(told) == {(Act.ADD, ("OWN",)), (Act.CHANGE, ("YOUTH",)), (Act.REMOVE, ("CULTURE",))}
    before, after = told[Act.CHANGE, ("YOUTH",)]
    assert before["names"] | {"en": after["names"]["en"]} == after["names"]
    assert [found.code for found in proposal.findings] == ["catalogue_language_missing"]
    catalogue.apply_catalogue(conn, proposal, ADMIN)
    known = reference.load(conn).themes
    assert known["YOUTH"].names["en"] == "Work for young people"
    assert known["OWN"].names == {"en": "Ours"}
    assert "CULTURE" not in known
    trail = conn.execute(
        select(tables.Audit.action, tables.Audit.subject).where(tables.Audit.actor == ADMIN)
    )
    assert set(map(tuple, trail)) == {
        ("add", "theme OWN"),
        ("change", "theme YOUTH"),
        ("remove", "theme CULTURE"),
    }
    assert audit.verify(conn) == []


def test_a_sheet_or_a_column_that_is_not_there_changes_nothing(
    conn: Connection, book: openpyxl.Workbook
) -> None:
    del book["indicator"]
    book["project"].delete_cols(5)
    proposal = checked(conn, book)
    assert (proposal.changes, proposal.findings) == ([], [])


BROKEN: dict[str, tuple[str, tuple[Any, ...], str, Any]] = {
    "catalogue_not_among": ("indicator", ("JOB-NEW",), "measure", "guess"),
    "catalogue_not_text": ("indicator", ("JOB-NEW",), "sdg_targets", 8.5),
    "catalogue_text_too_long": ("indicator", ("JOB-NEW",), "definition_en", "x" * 5000),
    "catalogue_not_a_number": ("place", ("ES-SE-CAM",), "latitude", "north"),
    "catalogue_not_whole": ("programme", ("MEDTOWN",), "threshold", 5.5),
    "catalogue_not_a_day": ("project", ("PP-ES1",), "start_date", "soon"),
    "catalogue_not_yes_no": ("programme", ("MEDTOWN",), "is_invented", "perhaps"),
    "catalogue_needed": ("indicator", ("JOB-NEW",), "unit_code", None),
    "catalogue_unknown_code": ("project", ("PP-ES1",), "places", "ATLANTIS"),
    "catalogue_item_twice": ("project", ("PP-ES1",), "places", "ES-SE-CAM;ES-SE-CAM"),
    "catalogue_no_role": ("project", ("PP-ES1",), "organisations", "ACPP"),
    "catalogue_circle": ("place", ("ES-SE",), "parent_code", "ES-SE-CAM"),
    "catalogue_below_one": ("programme", ("MEDTOWN",), "round_months", 0),
    "catalogue_below_threshold": ("programme", ("MEDTOWN",), "sensitive_threshold", 2),
    "catalogue_no_currency": ("programme", ("MEDTOWN",), "currency", "euro"),
    "catalogue_not_positive": (
        *("exchange_rate", ("ILS", "period_end", "2011-01-31"), "per_eur", 0),
    ),
    "catalogue_negative": ("project", ("PP-ES1",), "budget", -1),
    "catalogue_only_countries_are_roots": ("place", ("ES-SE",), "parent_code", None),
    "catalogue_not_on_earth": ("place", ("ES-SE-CAM",), "latitude", 91),
    "catalogue_ends_first": ("round", ("MEDTOWN-2022-S1",), "period_end", "2021-01-01"),
    "catalogue_due_first": ("round", ("MEDTOWN-2022-S1",), "due_date", "2022-01-01"),
    "catalogue_above_budget": ("project", ("PP-PS1",), "own_contribution", 10**6),
    "catalogue_scale": ("indicator", ("CUR-ACT",), "scale_max", 1),
    "catalogue_ratio_parts": ("indicator", ("CUR-VEL",), "numerator_time_rule", None),
    "catalogue_decimals": ("unit", ("persons",), "decimals", 9),
    "catalogue_rests_on": ("indicator", ("PPL-CON",), "rests_on", "CUR-VEL"),
    "catalogue_other_programme": ("project", ("DA-ES",), "programme_code", "ROWCA2014"),
    "catalogue_not_its_dimension": (
        *("project_indicator", ("DA-ES", "PPL-NEW"), "dimensions", "sex;area_nowhere"),
    ),
    "catalogue_word_twice": ("unit", ("persons",), "name_en", "hours"),
    "catalogue_code_form": ("theme", ("SSE",), "theme_code", "two words"),
    "catalogue_no_code": ("theme", ("SSE",), "theme_code", None),
    "catalogue_twice": ("theme", ("YOUTH",), "theme_code", "SSE"),
}
"Per finding: table, row, column and what is written there."


@pytest.mark.thorough(6)
@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_cell_is_named(conn: Connection, book: openpyxl.Workbook, code: str) -> None:
    table, key, column, value = BROKEN[code]
    if table == "exchange_rate":
        sheet = book[table]
        place = f"D{3}"
        sheet[place] = value
    else:
        if code == "catalogue_scale":
            put(book, table, key, "scale_min", 1)
        place = put(book, table, key, column, value)
    found = [(one.sheet, one.cell) for one in checked(conn, book).findings if one.code == code]
    # A row whose programme is another one has its faults where others name it.
    wanted = ("project_indicator", None) if code == "catalogue_other_programme" else (table, place)
    assert any(one == wanted or (wanted[1] is None and one[0] == wanted[0]) for one in found), found


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("nonsense", "catalogue_unknown_column"),
        ("theme_code", "catalogue_column_twice"),
        ("", "catalogue_missing_column"),
    ],
)
def test_a_broken_header_is_named(
    conn: Connection, book: openpyxl.Workbook, header: str, code: str
) -> None:
    book["theme"]["B1" if header else "A1"] = header or None
    proposal = checked(conn, book)
    assert (code, "theme", "B1" if header else "A1") in errors(proposal)
    assert proposal.changes == []


def test_another_file_is_refused_in_words(conn: Connection) -> None:
    other = openpyxl.Workbook()
    other.active["A1"] = "x"  # type: ignore[index]
    assert errors(checked(conn, other)) == [("catalogue_not_ours", "", "")]
    proposal = catalogue.check_catalogue(conn, b"PK nothing", "catalogue.xlsx")
    assert not proposal.is_good


def test_a_proposal_with_errors_is_never_applied(conn: Connection) -> None:
    proposal = change_row(conn, "programme", ("MEDTOWN",), threshold=0)
    with pytest.raises(ValueError, match="errors"):
        catalogue.apply_catalogue(conn, proposal, ADMIN)


# --- Small edits, and a naive twin --------------------------------------------------------------


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["SSE", "YOUTH", "CULTURE", "NEW1", "NEW2"]),
        st.one_of(st.none(), st.integers(0, 3)),
        st.sampled_from(["x", "=1+1", " y ", "ع", "a;b", "2024-01-01", "1", "true"]),
    ),
    max_size=6,
)


LENIENT = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=3, deadline=None, suppress_health_check=LENIENT)
@given(edits=EDITS)
def test_some_edits_do_what_a_naive_twin_does(
    conn: Connection, edits: list[tuple[str, int | None, str]]
) -> None:
    do_what_a_naive_twin_does(conn, edits)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=LENIENT)
@given(edits=EDITS)
def test_any_small_edits_do_what_a_naive_twin_does(
    conn: Connection, edits: list[tuple[str, int | None, str]]
) -> None:
    do_what_a_naive_twin_does(conn, edits)


def do_what_a_naive_twin_does(conn: Connection, edits: list[tuple[str, int | None, str]]) -> None:
    """The twin keeps a dictionary: a sort of None removes a theme, anything else sets it."""
    with conn.begin_nested() as inside:
        before = {row.theme_code: (row.sort, row.names["en"]) for row in themes(conn)}
        rows = {**catalogue.edited(conn)["theme"]}
        wanted = dict(before)
        used = set(conn.execute(select(tables.Project.theme_code)).scalars())
        for code, sort, text in edits:
            if sort is None:
                if code not in used:
                    wanted.pop(code, None)
            else:
                wanted[code] = (sort, text.strip())
        book = opened(catalogue.write_catalogue(conn))
        sheet = book["theme"]
        sheet.delete_rows(3, sheet.max_row)
        for place, (code, (sort, text)) in enumerate(sorted(wanted.items()), 3):
            former = rows.get((code,), {"names": {}})["names"]
            for head in sheet[1]:
                name = str(head.value)
                value = {"theme_code": code, "sort": sort, "name_en": text, "is_ended": "false"}
                written = sheet.cell(place, head.col_idx, value.get(name, former.get(name[-2:])))  # type: ignore[union-attr]
                written.data_type = "n" if head.value == "sort" else "s"
        proposal = checked(conn, book)
        assert proposal.is_good, proposal.findings
        expected = {code for code in {*before, *wanted} if before.get(code) != wanted.get(code)}
        assert {one.key[0] for one in proposal.changes} == expected
        catalogue.apply_catalogue(conn, proposal, ADMIN)
        after = {row.theme_code: (row.sort, row.names["en"]) for row in themes(conn)}
        assert after == wanted
        inside.rollback()


def themes(conn: Connection) -> Any:
    return conn.execute(select(tables.Theme.__table__)).all()
