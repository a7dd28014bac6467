"""What stays when the catalogue changes: values, meanings, what is withheld, what others did."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from dashboard import queries
from dashboard.app import create_app
from etl import catalogue, reference, rollup, template
from etl.catalogue import Act, CatalogueMovedError
from etl.reference import FOLDER
from schemas import database, tables
from schemas.scope import PUBLIC
from tests.observed import INDICATOR, PROJECT, observe, submit
from tests.test_catalogue import ADMIN, apply_row, change_row, checked, drop, opened, put

FAR = {"REMOTE_ADDR": "192.0.2.7"}


def reported(conn: Connection, *rows: dict[str, Any]) -> list[int]:
    """Return the ids of observations that were accepted."""
    return observe(conn, submit(conn), *rows)


def seen_by_public(conn: Connection, ids: list[int]) -> set[int]:
    frame = queries.observations(conn, PUBLIC, project_code=PROJECT, breakdowns=True)
    return set(frame["observation_id"]) & set(ids)


def rows_of(conn: Connection, table: Any) -> list[Any]:
    return list(conn.execute(select(table.__table__)).all())


# --- On both databases -------------------------------------------------------------------------


def test_a_workbook_changes_adds_and_removes_on_both_databases(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        book = opened(catalogue.write_catalogue(conn))
        put(book, "indicator", ("JOB-NEW",), "dimensions", "sex")
        put(book, "project", ("PP-ES1",), "places", "ES-SE-CAM;ES-H-DV")
        drop(book, "theme", ("CULTURE",))
        proposal = checked(conn, book)
        assert proposal.is_good, proposal.findings
        catalogue.apply_catalogue(conn, proposal, ADMIN)
    with database.begin(seeded) as conn:
        known = reference.load(conn)
        assert known.indicators["JOB-NEW"].dimension_codes == ("sex",)
        assert known.projects["PP-ES1"].place_codes == ("ES-H-DV", "ES-SE-CAM")
        assert "CULTURE" not in known.themes
        asked = [
            row for row in known.project_indicators.values() if row.indicator_code == "JOB-NEW"
        ]
        assert all(set(row.dimensions) <= {"sex"} for row in asked)
        # What the workbook said is there now, and dropping it in again asks for nothing.
        assert checked(conn, book).changes == []
        # What a start of the server does undoes none of it.
        assert not rollup.seed(conn)
        assert reference.load(conn) == known


def test_a_proposal_of_an_earlier_catalogue_is_not_applied(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        late = change_row(conn, "theme", ("SSE",), sort=9)
    with database.begin(seeded) as conn:
        apply_row(conn, "round", ("MEDTOWN-2022-S1",), names={"en": "Theirs"})
    with pytest.raises(CatalogueMovedError), database.begin(seeded) as conn:
        catalogue.apply_catalogue(conn, late, ADMIN)
    with database.connect(seeded) as conn:
        assert reference.load(conn).themes["SSE"].sort != 9


def test_a_raised_threshold_hides_at_once_and_lowering_it_reveals_nothing(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        ids = reported(conn, {"value": 6.0}, {"indicator_code": "JOB-NEW", "value": 40.0})
        apply_row(conn, "programme", ("MEDTOWN",), threshold=5, sensitive_threshold=9)
        assert seen_by_public(conn, ids) == set(ids)
        apply_row(conn, "programme", ("MEDTOWN",), threshold=8)
        assert seen_by_public(conn, ids) == {ids[1]}
    client = create_app().server.test_client()
    hidden = client.get(f"/value/{ids[0]}", environ_overrides=FAR).text
    shown = client.get(f"/value/{ids[1]}", environ_overrides=FAR).text
    assert "There is no such value" in hidden
    assert "There is no such value" not in shown
    with database.begin(seeded) as conn:
        proposal = change_row(conn, "programme", ("MEDTOWN",), threshold=2)
        assert [found.code for found in proposal.findings] == ["catalogue_threshold_lowered"]
        catalogue.apply_catalogue(conn, proposal, ADMIN)
        assert seen_by_public(conn, ids) == {ids[1]}


def test_an_indicator_that_becomes_one_of_people_is_protected_at_once(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        known = reference.load(conn).indicators
        rested_on = {row.rests_on for row in known.values()}
        code = next(
            row.indicator_code
            for row in known.values()
            if row.is_people
            and row.programme_code == "MEDTOWN"
            and row.indicator_code not in rested_on
        )
        apply_row(conn, "indicator", (code,), is_people=False, rests_on=None)
        ids = reported(conn, {"indicator_code": code, "value": 2.0})
        assert seen_by_public(conn, ids) == set(ids)
        apply_row(conn, "indicator", (code,), is_people=True)
        assert seen_by_public(conn, ids) == set()


def test_series_are_rolled_up_by_the_new_rules(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        rollup.renew_outdated(conn)
        before = {row.programme_code: row.rules for row in rows_of(conn, tables.Rolled)}
        apply_row(conn, "indicator", (INDICATOR,), time_rule="max")
        after = {row.programme_code: row.rules for row in rows_of(conn, tables.Rolled)}
        assert rollup.renew_outdated(conn) == []
    assert before.keys() == after.keys()
    assert before["MEDTOWN"] != after["MEDTOWN"]


# --- Meanings ----------------------------------------------------------------------------------


@pytest.fixture
def conn(seeded_sqlite: Engine) -> Any:
    with database.begin(seeded_sqlite) as connection:
        yield connection


def versions(conn: Connection, code: str = INDICATOR) -> list[int]:
    return [row.version for row in queries.definitions(conn, code)]


def test_a_new_meaning_is_a_new_version_and_the_earlier_one_stays(conn: Connection) -> None:
    known = reference.load(conn).indicators[INDICATOR]
    assert versions(conn) == [1]
    apply_row(conn, "indicator", (INDICATOR,), definition={**known.definition, "en": "Another."})
    apply_row(conn, "indicator", (INDICATOR,), dimensions=["sex"])
    newest, between, first = queries.definitions(conn, INDICATOR)
    assert [row.version for row in (newest, between, first)] == [3, 2, 1]
    assert first.definition == known.definition
    assert between.definition["en"] == "Another."
    assert (set(between.dimensions), newest.dimensions) == (set(known.dimension_codes), ["sex"])
    assert (first.actor, newest.actor) == ("seed", ADMIN)


@pytest.mark.parametrize(
    "change",
    [
        {"unit_code": "contacts"},
        {"measure": "quantity"},
        {"time_rule": "max"},
        {"place_rule": "none"},
        {"overlap": "none"},
        {"dimensions": []},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_makes_a_new_meaning(conn: Connection, change: dict[str, Any]) -> None:
    apply_row(conn, "indicator", (INDICATOR,), **change)
    assert versions(conn) == [2, 1]


@pytest.mark.parametrize(
    "change",
    [{"sort": 99}, {"names": {"en": "People, new"}}, {"is_headline": True}, {"aliases": []}],
)
def test_what_is_the_same_meaning_still(conn: Connection, change: dict[str, Any]) -> None:
    apply_row(conn, "indicator", (INDICATOR,), **change)
    assert versions(conn) == [1]


def test_a_text_in_a_further_language_is_no_new_meaning(conn: Connection) -> None:
    known = reference.load(conn).indicators[INDICATOR].definition
    fewer = {language: text for language, text in known.items() if language != "el"}
    apply_row(conn, "indicator", (INDICATOR,), definition=fewer)
    assert versions(conn) == [2, 1]
    apply_row(conn, "indicator", (INDICATOR,), definition=known)
    assert versions(conn) == [2, 1]


def test_pages_say_that_the_definition_changed(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        known = reference.load(conn).indicators[INDICATOR].definition
        before, after = submit(conn), None
        (old,) = observe(conn, before, {"value": 60.0})
    client = create_app().server.test_client()
    told = "Definition changed on"
    assert told not in client.get(f"/indicator/{INDICATOR}").text
    assert "collected under" not in client.get(f"/value/{old}").text
    with database.begin(seeded_sqlite) as conn:
        apply_row(conn, "indicator", (INDICATOR,), definition={**known, "en": "Another."})
        (version,) = [row for row in queries.definitions(conn, INDICATOR) if row.version == 2]
        later = version.valid_from + timedelta(seconds=1)
        after = submit(conn, received_at=later, decided_at=later)
        (new,) = observe(
            conn, after, {"indicator_code": INDICATOR, "cell": "L13", "value_type": "target"}
        )
        conn.execute(
            update(tables.Observation)
            .where(tables.Observation.observation_id == new)
            .values(accepted_at=later)
        )
    page = client.get(f"/indicator/{INDICATOR}").text
    assert told in page
    assert known["en"].split(".")[0] in page
    assert "collected under" in client.get(f"/value/{old}").text
    assert "collected under" not in client.get(f"/value/{new}").text


# --- Nothing that values rest on goes ------------------------------------------------------------


def test_what_values_were_reported_by_is_ended_instead_of_removed(conn: Connection) -> None:
    ids = reported(conn, {"breakdown_key": ""}, {"breakdown_key": "sex=F", "value": 90.0})
    conn.execute(
        insert(tables.BreakdownCategory),
        [{"breakdown_key": "sex=F", "dimension_code": "sex", "category_code": "F"}],
    )
    before = rows_of(conn, tables.Observation)
    book = opened(catalogue.write_catalogue(conn))
    drop(book, "indicator", (INDICATOR,))
    proposal = checked(conn, book)
    acts = {(one.table, one.key): one.act for one in proposal.changes}
    assert acts == {("indicator", (INDICATOR,)): Act.END}
    assert "catalogue_will_end" in {found.code for found in proposal.findings}
    catalogue.apply_catalogue(conn, proposal, ADMIN)
    known = reference.load(conn)
    assert known.indicators[INDICATOR].is_ended
    asked = {one.indicator_code for one in template.reported_by(known, PROJECT)}
    assert INDICATOR not in asked
    assert rows_of(conn, tables.Observation) == before
    assert seen_by_public(conn, ids) == set(ids)
    proposal = catalogue.check_row(conn, "category", ("sex", "F"), None)
    assert [one.act for one in proposal.changes] == [Act.END]
    proposal = catalogue.check_row(conn, "programme", ("MEDTOWN",), None)
    assert "catalogue_in_use" in {found.code for found in proposal.findings}


def test_an_indicator_without_values_goes_with_what_projects_say_of_it(conn: Connection) -> None:
    code = "CUR-ACT"
    proposal = catalogue.check_row(conn, "indicator", (code,), None)
    gone = [one for one in proposal.changes if one.act is Act.REMOVE]
    assert {one.table for one in gone} == {"indicator", "project_indicator"}
    assert all(one.is_consequence for one in gone if one.table == "project_indicator")
    if proposal.is_good:
        catalogue.apply_catalogue(conn, proposal, ADMIN)
        assert code not in reference.load(conn).indicators
        assert versions(conn, code) == [1]


def test_what_others_refer_to_cannot_be_removed(conn: Connection) -> None:
    proposal = catalogue.check_row(conn, "unit", ("hours",), None)
    assert not proposal.is_good
    assert {found.code for found in proposal.findings} == {"catalogue_unknown_code"}
    proposal = catalogue.check_row(conn, "programme", ("MEDTOWN",), None)
    assert not proposal.is_good


def test_a_programme_of_values_stays_that_of_its_indicator(conn: Connection) -> None:
    reported(conn, {})
    proposal = change_row(conn, "indicator", (INDICATOR,), programme_code="ROWCA2014")
    assert "catalogue_fixed" in {found.code for found in proposal.findings}


# --- Two hands -----------------------------------------------------------------------------------


def test_what_others_changed_since_the_download_is_not_undone(conn: Connection) -> None:
    book = opened(catalogue.write_catalogue(conn))
    apply_row(conn, "theme", ("SSE",), sort=70)
    apply_row(conn, "project", ("PP-ES1",), places=["ES-SE-CAM"])
    removed = catalogue.check_row(conn, "theme", ("CULTURE",), None)
    catalogue.apply_catalogue(conn, removed, ADMIN)
    new = catalogue.blank(catalogue.forms()["theme"]) | {"theme_code": "OWN", "names": {"en": "X"}}
    catalogue.apply_catalogue(conn, catalogue.check_row(conn, "theme", ("OWN",), new), ADMIN)
    put(book, "theme", ("SSE",), "name_en", "Ours")
    proposal = checked(conn, book)
    assert proposal.is_good, proposal.findings
    assert [(one.table, one.key, [*one.after]) for one in proposal.changes] == [
        ("theme", ("SSE",), ["names"])
    ]


def test_where_two_changed_the_same_it_is_said_and_theirs_stays(conn: Connection) -> None:
    book = opened(catalogue.write_catalogue(conn))
    apply_row(conn, "theme", ("SSE",), sort=70)
    place = put(book, "theme", ("SSE",), "sort", 80)
    proposal = checked(conn, book)
    assert [(one.code, one.sheet, one.cell) for one in proposal.findings] == [
        ("catalogue_changed_meanwhile", "theme", place)
    ]
    assert not proposal.is_good
    assert proposal.changes == []


def test_a_workbook_of_another_database_is_compared_with_what_is_there(conn: Connection) -> None:
    book = opened(catalogue.write_catalogue(conn))
    book["medtown_catalogue"]["B3"] = "f" * 64
    assert [one.code for one in checked(conn, book).findings] == ["catalogue_other_database"]


# --- A start of the server -----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(FOLDER, tmp_path / "reference")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_seeding_leaves_what_others_changed_and_brings_the_rest(
    conn: Connection, folder: Path
) -> None:
    apply_row(conn, "theme", ("YOUTH",), sort=70)
    edit(folder / "theme.csv", "Youth employment", "Work for young people")
    edit(folder / "theme.csv", "YOUTH,", "YOUTH,")
    changes = reference.seed(conn, folder)
    assert changes.changed == {"theme": ["YOUTH: names"]}
    found = reference.load(conn).themes["YOUTH"]
    assert (found.sort, found.names["en"]) == (70, "Work for young people")
    apply_row(conn, "theme", ("YOUTH",), names={"en": "Ours"})
    edit(folder / "theme.csv", "Work for young people", "Something else")
    assert not reference.seed(conn, folder)
    assert reference.load(conn).themes["YOUTH"].names == {"en": "Ours"}


def test_a_seeding_does_not_bring_back_what_others_removed(conn: Connection, folder: Path) -> None:
    removed = catalogue.check_row(conn, "theme", ("CULTURE",), None)
    catalogue.apply_catalogue(conn, removed, ADMIN)
    assert not reference.seed(conn)
    # A new project that names what was removed does not stop the server from starting.
    path = folder / "project.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    line = next(line for line in lines if line.startswith("PP-ES1,"))
    known = reference.load(conn).projects["PP-ES1"].theme_code
    new = line.replace("PP-ES1,", "PP-NEW,", 1).replace(f",{known},", ",CULTURE,", 1)
    path.write_text("".join([*lines, new]), "utf-8")
    reference.seed(conn, folder)
    assert "PP-NEW" not in reference.load(conn).projects


def test_a_row_that_others_changed_stays_though_it_left_the_files(
    conn: Connection, folder: Path
) -> None:
    apply_row(conn, "theme", ("CULTURE",), sort=70)
    path = folder / "theme.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(one for one in lines if not one.startswith("CULTURE,")), "utf-8")
    assert not reference.seed(conn, folder)
    assert "CULTURE" in reference.load(conn).themes
