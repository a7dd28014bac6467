"""The catalogue: programmes, places, projects, indicators, and what only one page asks of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy import (
    Connection,
    Select,
    select,
)

from dashboard.queries.rows import Record, tidy
from schemas import codes, impact, packed, tables
from schemas.revisions import once_a_revision
from schemas.tables import Place


@dataclass(frozen=True)
class Catalogue:
    """What observations speak of: rows by code, in the order in which pages list them."""

    programmes: dict[str, Record]
    places: dict[str, Record]
    projects: dict[str, Record]
    indicators: dict[str, Record]
    units: dict[str, Record]
    dimensions: dict[str, Record]
    categories: dict[tuple[str, str], Record]
    goals: dict[int, Record]
    places_of: dict[str, tuple[str, ...]]
    "Places by project."
    sdg_targets_of: dict[str, tuple[str, ...]]
    "SDG targets by indicator; a link is not an attribution."
    dimensions_of: dict[str, tuple[str, ...]]
    "Dimensions by indicator."
    project_indicators: pd.DataFrame
    "project_code, indicator_code, level, parent_indicator_code, reported_as, target_basis, sort"

    @cached_property
    def rules(self) -> dict[str, impact.Rules]:
        """The rules of every indicator, by code."""
        return impact.rules_of(self.indicators.values())

    @cached_property
    def disaggregations(self) -> tuple[impact.Dimension, ...]:
        """The dimensions with their complete lists of categories."""
        found = impact.dimensions_of(self.dimensions.values(), self.categories.values())
        return tuple(found.values())

    @cached_property
    def digest(self) -> str:
        """What series are rolled up by, as `rolled_by` has it."""
        return packed.digest(self.rules.values(), self.disaggregations)

    def countries_of(self, project_code: str) -> tuple[str, ...]:
        """Return the countries of a project, each once."""
        places = (self.places[code] for code in self.places_of.get(project_code, ()))
        return tuple(dict.fromkeys(place.country_code for place in places))

    def goals_of(self, indicator_code: str) -> tuple[int, ...]:
        """Return the SDGs that an indicator is linked to, each once."""
        targets = self.sdg_targets_of.get(indicator_code, ())
        return tuple(sorted({int(target.split(".")[0]) for target in targets}))


def _by_code(conn: Connection, table: type[tables.Base], *order: Any) -> dict[Any, Record]:
    """Return the rows of a table by their key, in an order."""
    keys = [column.name for column in table.__table__.primary_key]
    rows = conn.execute(select(table.__table__).order_by(*order))
    if len(keys) == 1:
        return {getattr(row, keys[0]): row for row in rows}
    return {tuple(getattr(row, key) for key in keys): row for row in rows}


def _pairs(conn: Connection, statement: Select[Any, Any]) -> dict[str, tuple[Any, ...]]:
    """Return the second column's values by the first column's."""
    found: dict[str, tuple[Any, ...]] = {}
    for key, value in conn.execute(statement):
        found[key] = (*found.get(key, ()), value)
    return found


@once_a_revision
def catalogue(conn: Connection) -> Catalogue:
    """Return the catalogue as it is now, one statement a table."""
    links = tables.ProjectIndicator
    columns = [
        links.project_code,
        links.indicator_code,
        links.level,
        links.parent_indicator_code,
        links.reported_as,
        links.target_basis,
        links.sort,
    ]
    return Catalogue(
        programmes=_by_code(conn, tables.Programme, tables.Programme.programme_code),
        places={
            row.place_code: row
            for row in conn.execute(
                # Without the aliases: there are hundreds of places, and every page reads them.
                select(
                    Place.place_code,
                    Place.kind,
                    Place.parent_code,
                    Place.country_code,
                    Place.names,
                    Place.latitude,
                    Place.longitude,
                )
            )
        },
        projects=_by_code(conn, tables.Project, tables.Project.kind, tables.Project.project_code),
        indicators=_by_code(
            conn, tables.Indicator, tables.Indicator.sort, tables.Indicator.indicator_code
        ),
        units=_by_code(conn, tables.Unit, tables.Unit.unit_code),
        dimensions=_by_code(conn, tables.Dimension, tables.Dimension.sort),
        categories=_by_code(
            conn, tables.Category, tables.Category.dimension_code, tables.Category.sort
        ),
        goals=_by_code(conn, tables.SdgGoal, tables.SdgGoal.sdg_goal),
        places_of=_pairs(
            conn,
            select(tables.ProjectPlace.project_code, tables.ProjectPlace.place_code).order_by(
                tables.ProjectPlace.place_code
            ),
        ),
        sdg_targets_of=_pairs(
            conn,
            select(tables.IndicatorSdg.indicator_code, tables.IndicatorSdg.sdg_target).order_by(
                tables.IndicatorSdg.sdg_target
            ),
        ),
        dimensions_of=_pairs(
            conn,
            select(
                tables.IndicatorDimension.indicator_code, tables.IndicatorDimension.dimension_code
            ).order_by(tables.IndicatorDimension.sort),
        ),
        project_indicators=tidy(
            conn.execute(select(*columns).order_by(links.sort, links.indicator_code)),
            [column.key for column in columns],
        ),
    )


def name_of(conn: Connection, table: type[tables.Base], key: Any) -> dict[str, str]:
    """Return the names of one row of the catalogue by language; empty where there is none."""
    column = next(iter(table.__table__.primary_key))
    names = table.__table__.c["names"]
    return conn.execute(select(names).where(column == key)).scalar_one_or_none() or {}


def programme_of(conn: Connection, table: type[tables.Base], key: Any) -> str | None:
    """Return the programme of a project or an indicator; None where there is none of the code."""
    column = next(iter(table.__table__.primary_key))
    own = table.__table__.c["programme_code"]
    return conn.execute(select(own).where(column == key)).scalar_one_or_none()


def country_names(conn: Connection, code: str) -> dict[str, str]:
    """Return the names of a country by language; empty where the code is none of a country."""
    statement = select(Place.names).where(
        Place.place_code == code, Place.kind == codes.PlaceKind.COUNTRY
    )
    return conn.execute(statement).scalar_one_or_none() or {}


def organisations_of(conn: Connection, project_code: str) -> list[Record]:
    """Return who runs a project: names, kind, role, source_url."""
    table, link = tables.Organisation, tables.ProjectOrganisation
    return list(
        conn.execute(
            select(table.names, table.kind, link.role, table.source_url)
            .join(link, link.organisation_code == table.organisation_code)
            .where(link.project_code == project_code)
            .order_by(table.organisation_code)
        )
    )


def organisations(conn: Connection, programme_code: str) -> list[Record]:
    """Return who runs a programme's projects, each once: names, kind, country_code, source_url."""
    table, link = tables.Organisation, tables.ProjectOrganisation
    of = select(link.organisation_code).join(
        tables.Project, tables.Project.project_code == link.project_code
    )
    return list(
        conn.execute(
            select(table.names, table.kind, table.country_code, table.source_url)
            .where(
                table.organisation_code.in_(
                    of.where(tables.Project.programme_code == programme_code)
                )
            )
            .order_by(table.country_code, table.organisation_code)
        )
    )


def rounds(conn: Connection) -> list[Record]:
    """Return the reporting rounds, oldest first."""
    table = tables.Round
    return list(conn.execute(select(table.__table__).order_by(table.period_start)))


def themes(conn: Connection) -> dict[str, Record]:
    """Return the themes by code."""
    return _by_code(conn, tables.Theme, tables.Theme.sort)


def sdg_targets(conn: Connection, sdg_targets: Iterable[str]) -> dict[str, Record]:
    """Return the named SDG targets by code."""
    table = tables.SdgTarget
    rows = conn.execute(select(table.__table__).where(table.sdg_target.in_(sorted(sdg_targets))))
    return {row.sdg_target: row for row in rows}


def rate_sources(conn: Connection) -> list[str]:
    """Return where the exchange rates come from."""
    table = tables.ExchangeRate
    return list(conn.execute(select(table.source).distinct().order_by(table.source)).scalars())


@dataclass(frozen=True)
class Further:
    """What of the catalogue only the search asks for."""

    aliases: dict[str, list[str]]
    "Other names by place."
    themes: dict[str, Record]
    sdg_targets: dict[str, Record]
    organisations: dict[str, Record]
    projects_of: dict[str, tuple[str, ...]]
    "Projects by organisation."


def further(conn: Connection) -> Further:
    """Return what the catalogue holds besides (`catalogue`): other names, SDG targets, organisations."""
    link = tables.ProjectOrganisation
    used = select(tables.ProjectPlace.place_code)
    around = select(Place.country_code).where(Place.place_code.in_(used))
    named = select(Place.place_code, Place.aliases).where(
        Place.place_code.in_(used) | Place.place_code.in_(around)
    )
    return Further(
        aliases={code: list(names) for code, names in conn.execute(named)},
        themes=themes(conn),
        sdg_targets=_by_code(conn, tables.SdgTarget, tables.SdgTarget.sdg_goal),
        organisations=_by_code(conn, tables.Organisation, tables.Organisation.organisation_code),
        projects_of=_pairs(
            conn,
            select(link.organisation_code, link.project_code).order_by(link.project_code),
        ),
    )
