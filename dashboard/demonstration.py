"""The demonstration whole: its workbooks, and the account that whoever visits it acts as."""

from collections.abc import Iterator

from sqlalchemy import Engine

import etl
from dashboard import accounts
from schemas import database


def load(*, bind: Engine | None = None) -> Iterator[str]:
    """Make the demonstration in a seeded database, and yield a line for each workbook.

    What is there already stays.
    """
    with database.begin(bind) as conn:
        accounts.add_demo(conn)
    yield from etl.load_demo(bind=bind)
