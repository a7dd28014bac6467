"""The demonstration: what its workbooks become, and that nobody can take them for real."""

import hashlib
import shutil
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from sqlalchemy import Engine, delete, func, select

from dashboard import accounts, demonstration, frames, queries
from dashboard.views import View
from etl import demo, demo_workbooks, reference, rounds
from etl.reference import Reference
from schemas import database, records, words
from schemas.codes import LANGUAGES, RecordKind, Role, Severity, Status, Timeliness
from schemas.rows import ROWS, empty
from schemas.scope import EVERYTHING, PUBLIC, Scope
from schemas.tables import Account, FindingRow, Observation, RoleGiven, Submission

LISTED: list[dict[str, Any]] = tomllib.loads((demo.FOLDER / "demo.toml").read_text("utf-8"))[
    "workbooks"
]
TOLD: list[dict[str, Any]] = tomllib.loads((demo.FOLDER / demo.RECORDS).read_text("utf-8"))[
    "records"
]
PLANS = {plan["file"]: plan for plan in demo_workbooks.read_plan()}
REJECTED = "PP-JO3_2023-04_2023-09_ar.xlsx"
PUBLIC_ROWS = "ocha_rowca_indicator_achievements_2014.csv"
ALL = EVERYTHING


@pytest.fixture(scope="module")
def catalogue() -> Reference:
    return reference.read_files()


@pytest.fixture(scope="module")
def loaded(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database into which the demonstration was loaded once; tests only read it."""
    told = demo_database.with_suffix(".txt").read_text("utf-8").splitlines()
    copy = shutil.copy(demo_database, tmp_path_factory.mktemp("demo"))
    engine = database.make_engine(f"sqlite:///{copy}")
    lines = [f"{entry['file']}: {entry['state']}" for entry in LISTED]
    assert told == [*lines, f"{demo.RECORDS}: {len(TOLD)} records"]
    yield engine
    engine.dispose()


def findings(engine: Engine, severity: Severity) -> dict[str, list[tuple[str, str, str]]]:
    """The findings of one severity as (code, sheet, cell), by file."""
    columns = (FindingRow.code, FindingRow.sheet, FindingRow.cell)
    found: dict[str, list[tuple[str, str, str]]] = {}
    with database.connect(engine) as conn:
        for name, *told in conn.execute(
            select(Submission.file_name, *columns)
            .join(FindingRow, FindingRow.submission_id == Submission.submission_id)
            .where(FindingRow.severity == severity)
        ):
            found.setdefault(name, []).append((told[0], told[1], told[2]))
    return found


def results(engine: Engine, programme: str, by: str, day: date) -> pd.DataFrame:
    with database.connect(engine) as conn:
        view = View(programme=programme, until=day)
        return frames.results(frames.load(conn, ALL, view, "en", breakdowns=True), [by])


# --- The files ---------------------------------------------------------------------------------


def test_every_file_is_listed_and_every_listed_file_is_there() -> None:
    files = {path.name for path in demo.FOLDER.iterdir()} - {
        *("README.md", "demo.toml", "plan.toml", demo.RECORDS)
    }
    assert {entry["file"] for entry in LISTED} == files == {*PLANS, PUBLIC_ROWS}


def test_the_public_rows_are_those_that_were_published() -> None:
    data = (demo.FOLDER / PUBLIC_ROWS).read_bytes()
    published = "2e604e2bc7a6a5226bb73203827d961d807018994c11ad4323e3d373dcb88655"
    assert hashlib.sha256(data).hexdigest() == published


def test_all_languages_occur_and_each_file_says_its_own() -> None:
    assert {plan["language"] for plan in PLANS.values()} == set(LANGUAGES)
    for entry in LISTED:
        if entry["file"] in PLANS:
            assert entry["language"] == PLANS[entry["file"]]["language"]


@pytest.mark.parametrize("name", PLANS)
def test_a_workbook_says_that_it_is_invented_and_holds_what_the_plan_says(
    name: str, catalogue: Reference
) -> None:
    plan = PLANS[name]
    file = openpyxl.load_workbook(demo.FOLDER / name)
    guide, table = file.worksheets[0], file.worksheets[2]
    notice = words.name(catalogue.programmes["MEDTOWN"].notice, plan["language"])
    assert notice in str(guide["B4"].value)
    assert notice in str(table["B3"].value)
    if "overwritten" not in plan:
        cells = dict(demo_workbooks.cells_by_key(table))
        for key, content in demo_workbooks.typed(plan, catalogue).items():
            value = cells[key].value
            assert (value.date() if isinstance(value, datetime) else value) == content


def test_the_same_plan_gives_the_same_bytes(catalogue: Reference) -> None:
    plan = PLANS["PP-PS1_2023-05_2023-09_ar.xlsx"]
    once, twice = (demo_workbooks.filled_workbook(plan, catalogue, empty(ROWS)) for _ in range(2))
    assert once == twice


def test_a_locked_cell_is_not_filled_in(catalogue: Reference) -> None:
    plan = PLANS["PP-PS1_2023-05_2023-09_ar.xlsx"] | {
        "values": {"PPL-IND": {"value": 3, "currency": "EUR"}}
    }
    with pytest.raises(ValueError, match="not to be filled in"):
        demo_workbooks.filled_workbook(plan, catalogue, empty(ROWS))


# --- What becomes of them ----------------------------------------------------------------------


def test_each_fault_of_the_rejected_workbook_has_its_cell(loaded: Engine) -> None:
    errors = findings(loaded, Severity.ERROR)
    assert [*errors] == [REJECTED]
    assert {sheet for _, sheet, _ in errors[REJECTED]} == {"المؤشرات"}
    assert sorted((code, cell) for code, _, cell in errors[REJECTED]) == [
        ("currency_unknown", "K31"),
        ("part_above_total", "P20"),
        ("parts_above_total", "P9"),
        ("period_unlikely", "G9"),
        ("template_not_a_number", "K13"),
        ("template_part_missing", "K15"),
        ("unknown_category", "Q13"),
        ("unknown_place", "K18"),
    ]


def test_warnings_ask_and_do_not_stop(loaded: Engine) -> None:
    asked = {
        (name.split("_")[0], code)
        for name, told in findings(loaded, Severity.WARNING).items()
        for code, _, _ in told
    }
    assert asked == {
        ("DA-ES", "target_moved"),
        ("DA-GR", "target_moved"),
        ("DA-TN", "to_date_falls"),
        ("DA-JO", "share_above_100"),
        ("DA-JO", "target_moved"),
        ("ocha", "value_far_from_series"),  # as published: 426 after 20,091, twice
    }


def test_a_correction_restates_its_slices_and_leaves_the_others(loaded: Engine) -> None:
    def told(indicator: str) -> list[tuple[float | None, str, bool]]:
        with database.connect(loaded) as conn:
            rows = conn.execute(
                select(Observation.value, Submission.file_name, Observation.superseded_at)
                .join(Submission, Submission.submission_id == Observation.submission_id)
                .where(
                    Observation.project_code == "DA-PT",
                    Observation.indicator_code == indicator,
                    Observation.period_start == date(2023, 1, 1),
                    Observation.value_type == "actual",
                    Observation.breakdown_key == "",
                )
                .order_by(Observation.observation_id)
            )
            return [(row[0], row[1], row[2] is None) for row in rows]

    first, second = "DA-PT_2023-S1_pt.xlsx", "DA-PT_2023-S1_pt_corrigido.xlsx"
    assert told("PPL-NEW") == [(39, first, False), (36, second, True)]
    assert told("TRN-ENR") == [(18, first, True)]


def test_what_waits_has_changed_nothing(loaded: Engine) -> None:
    waiting = [entry["file"] for entry in LISTED if entry.get("waits")]
    with database.connect(loaded) as conn:
        rows = conn.execute(
            select(Observation.observation_id)
            .join(Submission, Submission.submission_id == Observation.submission_id)
            .where(Submission.file_name.in_([*waiting, REJECTED]))
        )
        assert len(waiting) == 1
        assert rows.all() == []


def test_a_second_load_has_nothing_to_do(loaded: Engine) -> None:
    assert list(demonstration.load(bind=loaded)) == []


def test_a_demonstration_has_its_visitor(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        conn.execute(delete(RoleGiven))
        conn.execute(delete(Account))
    assert next(demonstration.load()) == f"{PUBLIC_ROWS}: accepted"
    with database.connect() as conn:
        visitor = accounts.demo(conn)
    assert visitor is not None
    assert {grant.role for grant in visitor.grants} == {Role.COORDINATOR, Role.ADMINISTRATOR}


def test_workbooks_were_handed_in_on_their_days_and_accepted_when_they_were_loaded(
    loaded: Engine,
) -> None:
    with database.connect(loaded) as conn:
        rows = list(conn.execute(select(Submission.file_name, Submission.received_at)))
        board = rounds.board(conn, "MEDTOWN", date(2024, 3, 1))
        accepted = conn.execute(select(func.min(Observation.accepted_at))).scalar_one()
    said = {entry["file"]: entry.get("received") for entry in LISTED}
    assert all(at.date() == said[name] for name, at in rows if said[name])
    last = max(day for day in said.values() if day)
    assert all(at.date() > last for name, at in rows if not said[name])
    assert accepted.date() > last
    came = board.tasks[board.tasks["came_on"].notna()]
    assert came["timeliness"].value_counts().to_dict() == {
        Timeliness.ON_TIME: len(came) - 2,
        Timeliness.WITHIN_GRACE: 1,
        Timeliness.LATE: 1,
    }
    assert len(came) > 15


def test_a_past_day_shows_no_value_that_was_not_accepted_by_then(loaded: Engine) -> None:
    """Though the workbook was handed in before."""
    day = datetime(2024, 3, 1, tzinfo=UTC)
    with database.connect(loaded) as conn:
        assert queries.observations(conn, ALL, programme_code="MEDTOWN", as_of=day).empty
        assert queries.submissions(conn, PUBLIC, as_of=day).empty
        there = queries.submissions(conn, ALL, as_of=day)
    assert not {*there["state"]} & {"accepted", "withdrawn"}


# --- What they show ----------------------------------------------------------------------------


def test_every_status_occurs(loaded: Engine) -> None:
    shown = results(loaded, "MEDTOWN", "project_code", date(2023, 12, 31))
    assert {*shown["status"]} == {*map(str, Status), ""}
    assert {
        *("straddles_threshold", "outdated", "baseline_missing", "target_missing"),
        *("not_additive", "target_not_additive"),
    } <= {*shown["status_reason"]}


def test_totals_are_those_worked_by_hand(loaded: Engine) -> None:
    shown = results(loaded, "MEDTOWN", "project_code", date(2023, 12, 31))
    found = {(r.project_code, r.indicator_code): r for r in shown.itertuples()}
    new, taking_part = found["DA-ES", "PPL-NEW"], found["DA-ES", "PPL-DIR"]
    assert (new.low, new.high, new.target) == (177, 177, 210)  # 46 + 38 + 41 + 52
    assert (taking_part.low, taking_part.high) == (80, 272)  # 58 + 60 + 74 + 80
    assert found["DA-PT", "PPL-NEW"].low == 80  # 36, corrected, + 44
    spent = found["DA-TN", "FIN-SPT"]
    assert (spent.low, spent.currency) == (30385.75, "TND")  # 12 480,500 + 17 905,250
    assert found["DA-PS", "PPL-NEW"].low == 59  # ٣٨ + 21


def test_the_public_does_not_see_few_people(loaded: Engine) -> None:
    def told(scope: Scope) -> pd.DataFrame:
        with database.connect(loaded) as conn:
            seen = queries.observations(
                conn, scope, programme_code="MEDTOWN", project_code="PP-PS2", breakdowns=True
            )
        is_jobs = (seen["indicator_code"] == "JOB-NEW") & (seen["value_type"] == "actual")
        return seen[is_jobs]

    assert sorted(told(ALL)["value"]) == [1, 2, 3]
    assert told(PUBLIC).empty


def test_the_public_rows_have_targets_and_ranges(loaded: Engine) -> None:
    shown = results(loaded, "ROWCA2014", "project_code", date(2014, 6, 30))
    found = {(r.project_code, r.indicator_code): r for r in shown.itertuples()}
    assert len(found) == 59
    assert {"achieved", "on_track", "limited_progress"} <= {*shown["status"]}
    helped = found["SEN-14-F-65761", "RW-856"]
    assert (helped.low, helped.high) == (15103, 23037)


# --- What is told in words ------------------------------------------------------------------------


def test_records_are_published_on_their_days_in_the_languages_of_their_territories(
    loaded: Engine,
) -> None:
    with database.connect(loaded) as conn:
        found = queries.published_records(conn, programme_code="MEDTOWN")
        before = queries.published_records(
            conn, programme_code="MEDTOWN", as_of=datetime(2023, 7, 20, 11, tzinfo=UTC)
        )
    published = [one for one in TOLD if "published" in one]
    said = [
        (one["kind"], one.get("project"), one["language"], one["published"]) for one in published
    ]
    assert [
        (row["kind"], row["project_code"], row["language"], row["written_at"].date())
        for row in found
    ] == said
    assert len(before) == sum(one["published"] < date(2023, 7, 20) for one in published)
    assert {row["language"] for row in found} == set(LANGUAGES)
    assert len(published) == len(TOLD) - 2  # a draft, and a story whose teller was not asked yet


def test_records_show_every_kind_of_change_and_leave_one_criterion_unjudged(
    loaded: Engine,
) -> None:
    outcomes = [one for one in TOLD if one["kind"] == "outcome"]
    for project in ("DA-ES", "DA-GR", "DA-JO", "DA-PS", "DA-PT", "DA-TN"):
        assert sum(one.get("project") == project for one in outcomes) == 3
    assert {one["nature"] for one in outcomes} == set(records.NATURES)
    assert {one["side"] for one in outcomes} == set(records.SIDES)
    judged = {one["criterion"] for one in TOLD if one["kind"] == "judgement"}
    assert set(records.CRITERIA) - judged == {"coherence"}
    responses = {one.get("response") for one in TOLD if one["kind"] == "recommendation"}
    assert responses == {None, *records.RESPONSES}
    with database.connect(loaded) as conn:
        steps = queries.published_records(
            conn, programme_code="MEDTOWN", kinds=[RecordKind.STEP], project_code="DA-ES"
        )
    numbers = {row["record_id"] for row in steps}
    led = {number for row in steps for number in row["fields"].get("leads_to", ())}
    assert led < numbers  # only what is put in follows from nothing
