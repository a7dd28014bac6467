"""Territories: where the projects of a programme run, and which of them are alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.frames import Data, results
from dashboard.queries import Record
from dashboard.views import View, address
from schemas.codes import PlaceKind

MOST_ALIKE = 4
"Territories that are proposed for comparing."


def is_territory(data: Data, place_code: str) -> bool:
    """Return whether a code is one of a place within a country."""
    place = data.catalogue.places.get(place_code)
    return place is not None and place.kind != PlaceKind.COUNTRY


def page_of(data: Data, place_code: str) -> str:
    """Return the address of a place: of its territory, or of its country where it is one."""
    view = View(programme=data.view.programme, until=data.view.until, as_of=data.view.as_of)
    kind = "territory" if is_territory(data, place_code) else "country"
    return address(f"/{kind}/{place_code}", view)


def projects_at(data: Data, place_code: str) -> list[Record]:
    """Return the projects of the programme that run in a place."""
    places_of = data.catalogue.places_of
    return [row for row in data.projects() if place_code in places_of.get(row.project_code, ())]


def of_projects(data: Data, projects: Iterable[Record]) -> list[str]:
    """Return the territories of projects, by name."""
    places_of = data.catalogue.places_of
    codes = {code for row in projects for code in places_of.get(row.project_code, ())}
    return sorted((code for code in codes if is_territory(data, code)), key=data.place_name)


def within(data: Data, country_code: str) -> list[str]:
    """Return the territories of a country in which projects of the programme run, by name."""
    places = data.catalogue.places
    return [
        code
        for code in of_projects(data, data.projects())
        if places[code].country_code == country_code
    ]


@dataclass(frozen=True)
class Alike:
    """A territory with what it has in common with another."""

    place_code: str
    themes: tuple[str, ...]
    kinds: tuple[str, ...]
    indicators: tuple[str, ...]
    "Indicators that both have reported."


def alike(data: Data, place_code: str, *, most: int = MOST_ALIKE) -> list[Alike]:
    """Return the territories that have most in common with one: themes first, then indicators.

    Those that share neither a theme nor an indicator with it are not among them.
    """
    reported = _reported(data)
    own_projects, own = projects_at(data, place_code), reported.get(place_code, set())
    order = {code: number for number, code in enumerate(data.catalogue.indicators)}
    found = []
    for code in of_projects(data, data.projects()):
        projects = projects_at(data, code)
        themes = _shared(projects, own_projects, "theme_code")
        indicators = sorted(own & reported.get(code, set()), key=order.__getitem__)
        if code != place_code and (themes or indicators):
            kinds = _shared(projects, own_projects, "kind")
            found.append(Alike(code, themes, kinds, tuple(indicators)))
    found.sort(key=lambda one: (-len(one.themes), -len(one.indicators), -len(one.kinds)))
    return found[:most]


def _shared(some: list[Record], others: list[Record], name: str) -> tuple[str, ...]:
    """Return the values of a column that rows on both sides have."""
    here, there = ({getattr(row, name) for row in rows} for rows in (some, others))
    return tuple(sorted(here & there - {None, ""}))


def _reported(data: Data) -> dict[str, set[str]]:
    """Return the indicators with a value, by place."""
    found = results(data, ["place_code"])
    told = found[found["low"].notna()]
    reported: dict[str, set[str]] = {}
    for place, code in zip(told["place_code"], told["indicator_code"], strict=True):
        reported.setdefault(place, set()).add(code)
    return reported
