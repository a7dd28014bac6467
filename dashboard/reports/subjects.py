"""What a report can be on, as people say it: a project, a place, a programme, a goal, an indicator, a round."""

import re
from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import Connection

import etl
from dashboard import queries
from dashboard.queries import Catalogue, Record
from schemas import words
from schemas.codes import PlaceKind

GOAL = re.compile(r"(?:sdgs?|ods|odd|goal)?[\s.-]*(\d{1,2})", re.IGNORECASE)

LAST_GOAL = 17


class Subject(StrEnum):
    """What a report is on."""

    PROJECT = "project"
    TERRITORY = "territory"
    COUNTRY = "country"
    PROGRAMME = "programme"
    GOAL = "goal"
    INDICATOR = "indicator"
    ROUND = "round"


NAMED = {
    Subject.PROJECT: "a project (DA-GR)",
    Subject.TERRITORY: "a territory (Paggaio)",
    Subject.COUNTRY: "a country (GRC, Greece)",
    Subject.PROGRAMME: "a programme (MEDTOWN)",
    Subject.GOAL: "a goal (8, SDG 8)",
    Subject.INDICATOR: "an indicator (JOB-NEW)",
    Subject.ROUND: "a round (MEDTOWN-2023-S2)",
}


def rows(known: Catalogue, subject: Subject) -> Mapping[str, Record]:
    """Return the rows of the catalogue that a report can be on, by code; rounds are in none."""
    if subject in (Subject.COUNTRY, Subject.TERRITORY):
        is_country = subject == Subject.COUNTRY
        return {
            code: row
            for code, row in known.places.items()
            if (row.kind == PlaceKind.COUNTRY) == is_country
        }
    if subject == Subject.GOAL:
        return {str(goal): row for goal, row in known.goals.items()}
    return {
        Subject.PROJECT: known.projects,
        Subject.PROGRAMME: known.programmes,
        Subject.INDICATOR: known.indicators,
    }[subject]


def row(conn: Connection, known: Catalogue, subject: Subject, code: str) -> Record | None:
    """Return the row that a code names; None where it is none of a kind of subject."""
    if subject == Subject.ROUND:
        return etl.rounds.round_of(conn, code)
    return rows(known, subject).get(code)


def is_known(conn: Connection, subject: Subject, code: str) -> bool:
    """Return whether a code is one of a kind of subject."""
    return row(conn, queries.catalogue(conn), subject, code) is not None


def name(subject: Subject, row: Record, language: str) -> str:
    """Return the name of what a report is on: “SDG 8: Decent work”; a round without one has its period."""
    if subject == Subject.GOAL:
        own = words.name(row.short_names, language)
        return words.text("SDG {goal}: {name}", language, goal=str(row.sdg_goal), name=own)
    own = words.name(row.names, language)
    if subject == Subject.ROUND:
        return own or words.period(row.period_start, row.period_end, language)
    return own


def named(conn: Connection, known: Catalogue, subject: Subject, code: str, language: str) -> str:
    """Return the name of what a code names; the code where it is there no more."""
    found = row(conn, known, subject, code)
    return name(subject, found, language) if found else code


def code_of(conn: Connection, subject: Subject, word: str) -> str:
    """Return the code of a subject as people say it: “Greece” is GRC where a country is meant.

    LookupError, with what may have been meant, where it is none, or something else.
    """
    word = word.strip()
    goal = GOAL.fullmatch(word)
    if goal and not 1 <= int(goal[1]) <= LAST_GOAL:
        raise LookupError(f"There is no SDG {int(goal[1])}; they go from 1 to {LAST_GOAL}.")
    known = etl.load_reference(conn)
    named = _named(conn, known, word)
    if subject in named:
        return named[subject]
    if named:
        others = ", and ".join(NAMED[one] for one in named)
        raise LookupError(f"“{word}” is {others}; this report is on {NAMED[subject]}.")
    close = _suggestions(known, subject, word)
    hint = f"; did you mean {' or '.join(f'“{one}”' for one in close)}?" if close else "."
    raise LookupError(f"“{word}” is not {NAMED[subject]}{hint}")


def _named(conn: Connection, known: etl.Reference, word: str) -> dict[Subject, str]:
    """Return the code of everything that a word names: Paggaio is a territory, and an action there."""
    goal, place = GOAL.fullmatch(word), known.find_place(word)
    is_country = place is not None and known.places[place].kind == PlaceKind.COUNTRY
    found: dict[Subject, str | None] = {
        Subject.GOAL: str(int(goal[1])) if goal else None,
        Subject.PROJECT: known.find_project(word),
        Subject.TERRITORY: None if is_country else place,
        Subject.COUNTRY: place if is_country else None,
    }
    for subject in (Subject.PROGRAMME, Subject.INDICATOR, Subject.ROUND):
        code = word if subject == Subject.ROUND else word.upper()
        found[subject] = code if is_known(conn, subject, code) else None
    return {subject: code for subject, code in found.items() if code}


def _suggestions(known: etl.Reference, subject: Subject, word: str) -> list[str]:
    """Return codes and names of a kind of subject that look like a word."""
    if subject in (Subject.COUNTRY, Subject.TERRITORY):
        return [
            name
            for name in known.suggestions(word, "place")
            if (code := known.find_place(name))
            and (known.places[code].kind == PlaceKind.COUNTRY) == (subject == Subject.COUNTRY)
        ]
    kind = {Subject.PROJECT: "project", Subject.INDICATOR: "indicator"}.get(subject)
    return known.suggestions(word, kind) if kind else []
