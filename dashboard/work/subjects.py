"""What reports can be on, by their names in the reader's language."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

import etl
from dashboard.queries import Catalogue, Record
from dashboard.reports import outlines
from dashboard.reports.subjects import Subject
from dashboard.work import parts
from schemas import words
from schemas.codes import PlaceKind


def choices(
    conn: Connection, known: Catalogue, subject: Subject, language: str
) -> list[tuple[str, str]]:
    """Return codes and names of everything that a report of a kind can be on, for who asks."""
    if subject is Subject.GOAL:
        return [
            (
                str(goal),
                words.text(
                    "SDG {goal}: {name}",
                    language,
                    goal=str(goal),
                    name=words.name(row.short_names, language),
                ),
            )
            for goal, row in known.goals.items()
        ]
    if subject is Subject.ROUND:
        return [
            (row.round_code, parts.round_name(row))
            for code in parts.programmes(known)
            for row in etl.rounds.rounds(conn, code)
        ]
    own = parts.programmes(known)
    found = (
        (code, words.name(row.names, language))
        for code, row in _rows(known, subject).items()
        if getattr(row, "programme_code", None) in (None, *own)
    )
    return sorted(found, key=lambda one: one[1].casefold())


def programme_of(
    conn: Connection, known: Catalogue, subject: Subject, code: str, chosen: str
) -> str:
    """Return the programme that a report is of: that of what it is on, or the chosen one of several."""
    if subject is Subject.ROUND:
        row = etl.rounds.round_of(conn, code)
    else:
        row = {
            Subject.PROJECT: known.projects,
            Subject.PROGRAMME: known.programmes,
            Subject.INDICATOR: known.indicators,
        }.get(subject, {}).get(code)
    return str(row.programme_code) if row else chosen


def _rows(known: Catalogue, subject: Subject) -> Mapping[str, Any]:
    """Return the rows of the catalogue of a kind of subject; places where something runs alone."""
    if subject in (Subject.COUNTRY, Subject.TERRITORY):
        used = {place for places in known.places_of.values() for place in places}
        if subject is Subject.COUNTRY:
            used = {known.places[place].country_code for place in used}
        return {
            code: row
            for code, row in known.places.items()
            if code in used and (row.kind == PlaceKind.COUNTRY) == (subject is Subject.COUNTRY)
        }
    return {
        Subject.PROJECT: known.projects,
        Subject.PROGRAMME: known.programmes,
        Subject.INDICATOR: known.indicators,
    }[subject]


def name(conn: Connection, known: Catalogue, row: Record, language: str) -> str:
    """Return the name of what a report is on; its code where it is there no more."""
    found = dict(choices(conn, known, outlines()[row.kind].subject, language))
    return found.get(row.code, str(row.code))
