"""What a report can be on, as people say it: a project, a country or an SDG."""

import re

from sqlalchemy import Connection

import etl
from dashboard import queries
from schemas.codes import PlaceKind

GOAL = re.compile(r"(?:sdgs?|ods|odd|goal)?[\s.-]*(\d{1,2})", re.IGNORECASE)


def kind_of(conn: Connection, subject: str) -> tuple[str, str]:
    """Return kind and code of a subject: DA-GR, GRC, GR, Greece, 8 or “SDG 8”.

    LookupError, with what may have been meant, where it is none of them.
    """
    word = subject.strip()
    if match := GOAL.fullmatch(word):
        goal = int(match[1])
        if goal in queries.catalogue(conn).goals:
            return "sdg", str(goal)
        raise LookupError(f"There is no SDG {goal}; they go from 1 to 17.")
    known = etl.load_reference(conn)
    if project := known.find_project(word):
        return "project", project
    place = known.find_place(word)
    if place and known.places[place].kind == PlaceKind.COUNTRY:
        return "country", place
    if place:
        country = known.places[place].country_code
        raise LookupError(
            f"“{word}” is a place within a country, which has no report of its own; did you mean “{country}”?"
        )
    close = known.suggestions(word, "project") or [
        name
        for name in known.suggestions(word, "place")
        if (code := known.find_place(name)) and known.places[code].kind == PlaceKind.COUNTRY
    ]
    hint = f"; did you mean {' or '.join(f'“{one}”' for one in close)}?" if close else "."
    raise LookupError(
        f"“{word}” is no project (DA-GR), no country (GRC, Greece) and no goal (8, SDG 8){hint}"
    )
