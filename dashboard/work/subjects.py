"""What reports can be on, by their names in the reader's language."""

from collections.abc import Iterable

from sqlalchemy import Connection

import etl
from dashboard.queries import Catalogue, Record
from dashboard.reports import subjects
from dashboard.reports.subjects import Subject
from dashboard.work import parts


def choices(
    conn: Connection, known: Catalogue, subject: Subject, language: str
) -> list[tuple[str, str]]:
    """Return codes and names of everything that a report of a kind can be on, for who asks."""
    found = [
        (code, subjects.name(subject, row, language))
        for code, row in _offered(conn, known, subject)
    ]
    if subject in (Subject.GOAL, Subject.ROUND):  # these have an order of their own
        return found
    return sorted(found, key=lambda one: one[1].casefold())


def _offered(conn: Connection, known: Catalogue, subject: Subject) -> Iterable[tuple[str, Record]]:
    """Return codes and rows of the programmes of who asks; places where something runs alone."""
    own = parts.programmes(known)
    if subject is Subject.ROUND:
        return [(row.round_code, row) for code in own for row in etl.rounds.rounds(conn, code)]
    rows = subjects.rows(known, subject)
    if subject in (Subject.COUNTRY, Subject.TERRITORY):
        used = {place for places in known.places_of.values() for place in places}
        used |= {known.places[place].country_code for place in used}
        return [(code, row) for code, row in rows.items() if code in used]
    return [
        (code, row)
        for code, row in rows.items()
        if getattr(row, "programme_code", None) in (None, *own)
    ]


def programme_of(
    conn: Connection, known: Catalogue, subject: Subject, code: str, chosen: str
) -> str:
    """Return the programme that a report is of: that of what it is on, or the chosen one of several."""
    row = subjects.row(conn, known, subject, code)
    return str(getattr(row, "programme_code", chosen))
