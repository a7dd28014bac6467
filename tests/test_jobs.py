"""The tasks do what the calls do: at once without a broker."""

from sqlalchemy import Engine, select

from etl import jobs, store
from schemas import database, tables
from tests.builders import csv_file


def test_without_a_broker_a_task_runs_at_once(seeded_sqlite: Engine) -> None:
    receipt = store.receive(csv_file({}), "f.csv", programme_code="MEDTOWN")
    jobs.accept.delay(receipt.submission_id, "local")
    jobs.withdraw.delay(receipt.submission_id, "local")
    jobs.reinstate.delay(receipt.submission_id, "local")
    with database.connect() as conn:
        actions = conn.execute(select(tables.Decision.action)).scalars().all()
    assert actions == ["accept", "withdraw", "reinstate"]
