"""What a report can be on, as people say it: a project, a place, a programme, a goal, an indicator, a round."""

import re
from enum import StrEnum

from sqlalchemy import Connection

import etl
from dashboard import queries
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


def is_known(conn: Connection, subject: Subject, code: str) -> bool:
    """Return whether a code is one of a kind of subject."""
    if subject == Subject.ROUND:
        return etl.rounds.round_of(conn, code) is not None
    known = queries.catalogue(conn)
    if subject in (Subject.COUNTRY, Subject.TERRITORY):
        place = known.places.get(code)
        is_country = place is not None and place.kind == PlaceKind.COUNTRY
        return place is not None and is_country == (subject == Subject.COUNTRY)
    return code in {
        Subject.PROJECT: set(known.projects),
        Subject.PROGRAMME: set(known.programmes),
        Subject.GOAL: {str(goal) for goal in known.goals},
        Subject.INDICATOR: set(known.indicators),
    }.get(subject, set())


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
