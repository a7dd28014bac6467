"""What pages read: the scope decides what is seen, the moment decides what was known."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, insert, select

from dashboard import history, queries
from schemas import database, tables
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests.observed import INDICATOR, NOW, PLACE, PROJECT, S2, observe, submit, withhold


@pytest.fixture
def known(seeded: Engine) -> Iterator[Connection]:
    with database.begin(seeded) as conn:
        yield conn


def values(conn: Connection, scope: Scope = EVERYTHING, **chosen: object) -> list[float]:
    frame = queries.observations(conn, scope, **chosen)  # type: ignore[arg-type]
    return sorted(frame["value"])


def test_observations_come_as_a_tidy_frame(known: Connection) -> None:
    observe(known, submit(known), {"project_code": None, "value": 12.5})

    frame = queries.observations(known, PUBLIC)

    assert list(frame.columns) == queries.OBSERVATION
    row = frame.iloc[0].to_dict()
    assert (row["project_code"], row["place_code"], row["country_code"]) == ("", PLACE, "ESP")
    assert (row["value"], row["currency"], row["text"]) == (12.5, "", "")
    assert frame["period_end"].dtype == "datetime64[s]"
    assert frame["numerator"].isna().all()


def test_a_frame_without_rows_has_the_same_types(known: Connection) -> None:
    empty = queries.observations(known, PUBLIC)
    observe(known, submit(known), {})

    assert empty.dtypes.drop("observation_id").equals(
        queries.observations(known, PUBLIC).dtypes.drop("observation_id")
    )


def test_the_public_never_gets_what_is_withheld(known: Connection) -> None:
    shown, hidden, part = observe(
        known,
        submit(known),
        {"value": 60.0},
        {"value": 3.0, "period_start": S2[0], "period_end": S2[1]},
        {"value": 1.0, "breakdown_key": "sex=F"},
    )
    withhold(known, hidden, part)

    assert values(known, PUBLIC, breakdowns=True) == [60.0]
    assert values(known, PUBLIC, breakdowns=True, as_of=NOW + timedelta(days=1)) == [60.0]
    assert list(history.lineage(known, PUBLIC, [shown, hidden, part])["observation_id"]) == [shown]
    assert values(known, EVERYTHING, breakdowns=True) == [1.0, 3.0, 60.0]
    assert len(history.lineage(known, EVERYTHING, [shown, hidden, part])) == 3


def test_the_public_is_told_how_many_values_are_withheld_and_no_value(known: Connection) -> None:
    withhold(known, *observe(known, submit(known), {"value": 3.0}))

    told = queries.withheld(known, PUBLIC, programme_code="MEDTOWN").to_dict("records")

    assert told == [
        {
            "project_code": PROJECT,
            "place_code": PLACE,
            "indicator_code": INDICATOR,
            "is_total": True,
            "values": 1,
        }
    ]
    assert queries.withheld(known, EVERYTHING, programme_code="MEDTOWN").empty


def test_a_past_day_shows_what_was_known_then(known: Connection) -> None:
    later = NOW + timedelta(days=30)
    first = submit(known)
    observe(known, first, {"value": 100.0, "superseded_at": later})
    observe(known, first, {"value": 136.0, "accepted_at": later})

    assert values(known) == [136.0]
    assert values(known, as_of=NOW + timedelta(days=1)) == [100.0]
    assert values(known, as_of=later) == [136.0]
    assert values(known, as_of=NOW - timedelta(days=1)) == []


def test_parts_are_read_where_a_total_may_rest_on_them(known: Connection) -> None:
    cross = "age_group=18-29|sex=F"
    other = {"period_start": S2[0], "period_end": S2[1]}
    observe(
        known,
        submit(known),
        {"value": 60.0},
        {"value": 35.0, "breakdown_key": "sex=F"},
        {"value": 10.0, "breakdown_key": cross},
        {"value": 7.0, "breakdown_key": cross, **other},
    )

    assert values(known) == [7.0, 35.0, 60.0]  # one total, one plain part, one slice in parts only
    assert values(known, breakdowns=True) == [7.0, 10.0, 35.0, 60.0]


def test_parts_that_no_total_needs_are_left_out_of_wide_views(known: Connection) -> None:
    jobs = {"indicator_code": "JOB-NEW"}
    observe(
        known,
        submit(known),
        {"value": 60.0, **jobs},
        {"value": 35.0, "breakdown_key": "sex=F", **jobs},
    )

    assert values(known) == [60.0]
    assert values(known, indicator_codes=["JOB-NEW"]) == [35.0, 60.0]


def test_observations_are_those_of_the_view(known: Connection) -> None:
    observe(
        known,
        submit(known),
        {"value": 1.0},
        {"value": 2.0, "project_code": "DA-TN", "place_code": "TUN"},
        {"value": 3.0, "indicator_code": "JOB-NEW"},
    )

    assert values(known, project_code="DA-TN") == [2.0]
    assert values(known, country_code="ESP") == [1.0, 3.0]
    assert values(known, indicator_codes=["JOB-NEW"]) == [3.0]
    assert values(known, indicator_codes=[]) == []
    assert values(known, programme_code="ROWCA2014") == []


def test_a_value_leads_to_file_sheet_cell_and_day(known: Connection) -> None:
    (number,) = observe(known, submit(known), {})

    (row,) = history.lineage(known, EVERYTHING, [number]).to_dict("records")

    assert (row["file_name"], row["sheet"], row["cell"]) == (
        "Seville 2023-S1.xlsx",
        "Indicators",
        "L12",
    )
    assert row["accepted_at"] == NOW
    assert row["raw"] == "136 people"
    assert history.lineage(known, PUBLIC, [number])["raw"].tolist() == [""]


def test_more_ids_than_a_statement_takes_are_asked_for_in_turns(known: Connection) -> None:
    (number,) = observe(known, submit(known), {})
    ids = [*range(10_000, 10_000 + 3 * queries.AT_ONCE), number]

    assert list(history.lineage(known, PUBLIC, ids)["observation_id"]) == [number]


def test_the_public_sees_decided_submissions_and_no_finding(known: Connection) -> None:
    accepted, rejected = submit(known), submit(known, state="rejected", decided_at=None)
    finding = {
        "submission_id": rejected,
        "code": "empty_file",
        "severity": "error",
        "sheet": "",
        "cell": "",
        "found": "3",
        "arguments": {},
    }
    known.execute(insert(tables.FindingRow), [finding])

    both = queries.submissions(known, EVERYTHING)
    assert list(both["submission_id"]) == [rejected, accepted]
    assert list(both["errors"]) == [1, 0]
    assert list(queries.submissions(known, PUBLIC)["submission_id"]) == [accepted]
    assert queries.submission(known, PUBLIC, rejected) is None
    assert queries.submission(known, EVERYTHING, rejected).state == "rejected"
    assert queries.findings(known, PUBLIC, rejected).empty
    assert list(queries.findings(known, EVERYTHING, rejected)["code"]) == ["empty_file"]


def test_a_received_file_is_not_for_the_public(known: Connection) -> None:
    number = submit(known)

    assert queries.workbook(known, EVERYTHING, number) == ("Seville 2023-S1.xlsx", b"xls")
    assert queries.workbook(known, PUBLIC, number) is None
    known.execute(tables.Workbook.__table__.update().values(content=None))  # type: ignore[attr-defined]
    assert queries.workbook(known, EVERYTHING, number) is None
    assert not queries.submission(known, EVERYTHING, number).has_file


def test_freshness_is_the_last_decision(known: Connection) -> None:
    nothing = queries.freshness(known, programme_code="MEDTOWN")
    assert (nothing.accepted_at, nothing.workbooks) == (None, 0)

    submit(known)
    submit(known, state="withdrawn", decided_at=datetime(2024, 3, 1, tzinfo=UTC))

    fresh = queries.freshness(known, programme_code="MEDTOWN")
    assert (fresh.accepted_at, fresh.workbooks) == (datetime(2024, 3, 1, tzinfo=UTC), 1)


def test_the_catalogue_knows_what_belongs_together(known: Connection) -> None:
    catalogue = queries.catalogue(known)

    assert catalogue.countries_of(PROJECT) == ("ESP",)
    assert PLACE in catalogue.places_of[PROJECT]
    assert set(catalogue.goals_of(INDICATOR)) == {
        int(target.split(".")[0]) for target in catalogue.sdg_targets_of[INDICATOR]
    }
    assert len(catalogue.goals) == 17
    assert list(catalogue.indicators) == [
        *known.execute(
            select(tables.Indicator.indicator_code).order_by(
                tables.Indicator.sort, tables.Indicator.indicator_code
            )
        ).scalars()
    ]
