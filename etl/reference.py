"""The catalogue in data/reference/: read it, seed the database with it, look words up in it.

One CSV file per table, named like it. A column in several languages is `name_en`, `name_es` ...
for `names`; a list is written with semicolons. Four short lists stand in the row they belong to
and become tables of their own (`LISTS`). Published figures are in `fact.csv`.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

from rapidfuzz import fuzz, process
from sqlalchemy import JSON, Column, Connection, Table, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from etl import definitions
from etl.parse import fold
from schemas import audit, published, tables
from schemas.money import Rate
from schemas.revisions import once_a_revision
from schemas.tables import Base, Words

FOLDER = Path(__file__).parent.parent / "data" / "reference"

ACTOR = "seed"
"Who the audit trail says it was."

TABLES = published.CATALOGUE

LISTS: dict[type[Base], tuple[type[Base], str, tuple[str, ...]]] = {
    tables.ProjectPlace: (tables.Project, "places", ("place_code",)),
    tables.ProjectOrganisation: (tables.Project, "organisations", ("organisation_code", "role")),
    tables.IndicatorSdg: (tables.Indicator, "sdg_targets", ("sdg_target",)),
    tables.IndicatorDimension: (tables.Indicator, "dimensions", ("dimension_code",)),
}
"Tables written as a list in another one's file: that table, its column, what an item holds (a:b)."

Key = tuple[Any, ...]
Record = dict[str, Any]
Records = dict[type[Base], dict[Key, Record]]
"All rows of the catalogue, by table and primary key."


class ReferenceFileError(Exception):
    "A file of data/reference/ cannot be used"


# --- What the catalogue holds (columns: `schemas.tables`) ---------------------------------------


@dataclass(frozen=True)
class Programme:
    """What projects, indicators and rounds belong to."""

    programme_code: str
    names: Words
    description: Words
    currency: str
    rate_rule: str
    round_months: int
    threshold: int
    sensitive_threshold: int
    is_accepted_at_once: bool
    is_own_accepted: bool
    is_invented: bool
    notice: Words
    facts: list[Record]
    source: str
    source_url: str
    licence: str


@dataclass(frozen=True)
class Place:
    """A country, a region or a territory."""

    place_code: str
    kind: str
    parent_code: str | None
    country_code: str
    names: Words
    aliases: list[str]
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Organisation:
    """A partner, a municipality, a cooperative."""

    organisation_code: str
    names: Words
    kind: str
    country_code: str | None
    source_url: str


@dataclass(frozen=True)
class Theme:
    """A sector that a project works in."""

    theme_code: str
    names: Words
    sort: int


@dataclass(frozen=True)
class Unit:
    """What a number counts."""

    unit_code: str
    names: Words
    aliases: list[str]
    decimals: int


@dataclass(frozen=True)
class Dimension:
    """A disaggregation."""

    dimension_code: str
    names: Words
    aliases: list[str]
    is_exclusive: bool
    is_sensitive: bool
    sort: int
    is_ended: bool = False


@dataclass(frozen=True)
class Category:
    """One answer of a dimension."""

    dimension_code: str
    category_code: str
    names: Words
    aliases: list[str]
    schemes: list[str]
    age_from: int | None
    age_to: int | None
    is_unknown: bool
    is_sensitive: bool
    sort: int
    is_ended: bool = False


@dataclass(frozen=True)
class Indicator:
    """What is measured, and how its values may be added up."""

    indicator_code: str
    programme_code: str
    names: Words
    aliases: list[str]
    definition: Words
    unit_code: str
    measure: str
    time_rule: str
    place_rule: str
    numerator_time_rule: str | None
    denominator_time_rule: str | None
    numerator_names: Words | None
    denominator_names: Words | None
    factor: float
    is_annualised: bool
    is_people: bool
    is_sensitive: bool
    overlap: str
    rests_on: str | None
    direction: str
    level: str
    reported_as: str
    target_basis: str
    instrument: str
    scale_min: float | None
    scale_max: float | None
    verification: Words
    frequency: str
    responsible: str
    assumptions: str
    reason: str
    provenance: str
    source_url: str
    shared_indicator_code: str | None
    is_headline: bool
    sort: int
    is_ended: bool = False
    dimension_codes: tuple[str, ...] = ()
    sdg_targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Project:
    """One demonstrative action or pilot, with its places and its organisations and their roles."""

    project_code: str
    programme_code: str
    kind: str
    names: Words
    aliases: list[str]
    summary: Words
    theme_code: str | None
    start_date: date | None
    end_date: date | None
    budget: float | None
    own_contribution: float | None
    currency: str
    facts: list[Record]
    source_url: str
    place_codes: tuple[str, ...] = ()
    organisations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ProjectIndicator:
    """What a project reports of one indicator, and how."""

    project_code: str
    indicator_code: str
    level: str
    parent_indicator_code: str | None
    reported_as: str
    target_basis: str
    dimensions: list[str]
    sort: int
    is_ended: bool = False


@dataclass(frozen=True)
class Round:
    """One reporting period of a programme."""

    round_code: str
    programme_code: str
    names: Words
    period_start: date
    period_end: date
    due_date: date


# --- Looking words up --------------------------------------------------------------------------

# What `fold` keeps apart and people do not: marks between words, and letters of one sound.
_ALIKE = str.maketrans(
    dict.fromkeys("-_/\\.,:;()[]{}'\"«»“”„!?*&|·،؛؟", " ")
    | dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad")
    | {"ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه"}
)


@lru_cache(maxsize=50_000)  # every reading of the catalogue asks for the same 10,000 words
def spelling(text: str) -> str:
    """Return a text as words of the catalogue are compared: also without marks between words.

    >>> spelling("Al-Koura ") == spelling("al koura"), spelling("الكورة") == spelling("الكوره")
    (True, True)
    """
    return " ".join(fold(text).translate(_ALIKE).split())


class _Row(Protocol):
    """A row of the catalogue that has a code, names and other names."""

    @property
    def names(self) -> Words: ...
    @property
    def aliases(self) -> list[str]: ...


@dataclass(frozen=True)
class _Index:
    """Which codes of the catalogue a spelling may mean; a code goes before a name."""

    codes: dict[str, str] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def add(self, code: str, row: _Row) -> None:
        """Add a row by its code, its names and its other names."""
        self.codes[spelling(code)] = code
        self.written.setdefault(spelling(code), code)
        for word in (*row.names.values(), *row.aliases):
            meant = self.words.setdefault(spelling(word), [])
            if code not in meant:
                meant.append(code)
            self.written.setdefault(spelling(word), word)

    def find(self, text: str) -> list[str]:
        """Return the codes of the rows that a text names, none where it is unknown."""
        folded = spelling(text)
        code = self.codes.get(folded)
        return self.words.get(folded, []) if code is None else [code]

    def only(self, text: str) -> str | None:
        """Return the one code that a text names; None where there is none, or more than one."""
        found = self.find(text)
        return found[0] if len(found) == 1 else None

    def close_to(
        self, text: str, limit: int, scorer: Callable[..., float] = fuzz.WRatio
    ) -> list[str]:
        """Return the spellings closest to a text, as they are written, one of each row."""
        folded = spelling(text)
        # Not the short codes that stand inside any longer word ("TO" in "Timboctou").
        words = [word for word in self.written if 2 * len(word) >= len(folded)]
        matches = process.extract(folded, words, scorer=scorer, score_cutoff=75, limit=20)
        closest: dict[str, str] = {}
        for match, *_ in matches:
            code, *others = self.find(match)
            closest.setdefault(code, code if others else self.written[match])
        return list(closest.values())[:limit]


def _index(rows: Mapping[str, _Row]) -> _Index:
    """Return the index of rows by their codes."""
    index = _Index()
    for code, row in rows.items():
        index.add(code, row)
    return index


def _indexes(rows: Iterable[tuple[Collection[str], str, _Row]]) -> Mapping[str, _Index]:
    """Return an index for each group; rows come with the groups they are in and their code."""
    indexes: dict[str, _Index] = defaultdict(_Index)
    for groups, code, row in rows:
        for group in groups:
            indexes[group].add(code, row)
    return indexes


@dataclass(frozen=True)
class Reference:
    """The catalogue that submissions must agree with, by code; the same from files and database.

    Lookups take a code, a name in any language or an alias, whatever its case, accents, blanks or
    hyphens. They return None for what is unknown or could mean several things. They are as cheap
    as a dictionary, after the first.
    """

    programmes: dict[str, Programme]
    places: dict[str, Place]
    organisations: dict[str, Organisation]
    themes: dict[str, Theme]
    units: dict[str, Unit]
    dimensions: dict[str, Dimension]
    categories: dict[tuple[str, str], Category]
    indicators: dict[str, Indicator]
    projects: dict[str, Project]
    project_indicators: dict[tuple[str, str], ProjectIndicator]
    rounds: dict[str, Round]
    rates: tuple[Rate, ...]

    def find_indicator(self, text: str, programme: str = "") -> str | None:
        """Return the code of an indicator, of one programme or of any."""
        return self._indicators[programme].only(text)

    def find_project(self, text: str, programme: str = "") -> str | None:
        """Return the code of a project, of one programme or of any."""
        return self._projects[programme].only(text)

    def find_unit(self, text: str) -> str | None:
        """Return the code of a unit."""
        return self._units.only(text)

    def find_dimension(self, text: str) -> str | None:
        """Return the code of a dimension."""
        return self._dimensions.only(text)

    def find_category(self, dimension: str, text: str) -> str | None:
        """Return the code of a category of a dimension."""
        return self._categories[dimension].only(text)

    def find_place(
        self, text: str, country: str | None = None, among: Collection[str] = ()
    ) -> str | None:
        """Return the code of a place, in one country or in any; `among` are the likely ones.

        Towns, regions and countries share names (Tunis, Tunisia: تونس). A likely place goes first;
        where a region is named that holds a single likely place, that place is meant. Otherwise the
        widest is: the country, unless `country` says that something inside it is looked for. What
        is around a place may be written behind it ("Sevilla, España").
        """
        found = self._places.find(text)
        if not found and ", " in text:
            name, *outer = text.split(", ")
            known = {code for part in outer for code in self._places.find(part)}
            found = [code for code in self._places.find(name) if known & {*self.around(code)}]
        if country:
            found = [code for code in found if self.places[code].country_code == country]
            found = [code for code in found if code != country] or found
        if likely := [code for code in found if code in among]:
            return likely[0] if len(likely) == 1 else None
        within = {
            inner
            for inner in among
            for code in found
            if self.places[code].kind != "country" and code in self.around(inner)
        }
        if len(within) == 1:
            return within.pop()
        widest = [code for code in found if not any(c in found for c in self.around(code))]
        return widest[0] if len(widest) == 1 else None

    def around(self, place_code: str) -> list[str]:
        """Return the places around one, the nearest first, the country last."""
        codes = []
        while (parent := self.places[place_code].parent_code) is not None:
            codes.append(parent)
            place_code = parent
        return codes

    def categories_in(self, dimension: str) -> list[str]:
        """Return the codes of a dimension's categories, in their order."""
        return self._categories_in.get(dimension, [])

    def suggestions(self, text: str, kind: str, within: str = "", limit: int = 3) -> list[str]:
        """Return what may have been meant, as it can be written; one spelling of each.

        `kind` is indicator, project, place, unit, dimension or category; `within` the programme (for
        a place: where its projects run), or of a category the dimension.
        """
        index: Callable[[str], _Index] = {
            "indicator": self._indicators.__getitem__,
            "project": self._projects.__getitem__,
            "category": self._categories.__getitem__,
            "place": self._places_of.__getitem__,
            "unit": lambda _: self._units,
            "dimension": lambda _: self._dimensions,
        }[kind]
        close = index(within).close_to(text, limit)
        if close or kind != "place":
            return close
        # Of all places of the world, by the whole word: some part of any word is like some country.
        return self._places.close_to(text, limit, fuzz.ratio)

    @cached_property
    def _indicators(self) -> Mapping[str, _Index]:
        return _indexes((("", row.programme_code), c, row) for c, row in self.indicators.items())

    @cached_property
    def _projects(self) -> Mapping[str, _Index]:
        return _indexes((("", row.programme_code), c, row) for c, row in self.projects.items())

    @cached_property
    def _categories(self) -> Mapping[str, _Index]:
        return _indexes(((of,), code, row) for (of, code), row in self.categories.items())

    @cached_property
    def _units(self) -> _Index:
        return _index(self.units)

    @cached_property
    def _dimensions(self) -> _Index:
        return _index(self.dimensions)

    @cached_property
    def _places(self) -> _Index:
        return _index(self.places)

    @cached_property
    def _places_of(self) -> Mapping[str, _Index]:
        """The places where the projects of each programme run."""
        used = {(p.programme_code, c) for p in self.projects.values() for c in p.place_codes}
        return _indexes(((of,), code, self.places[code]) for of, code in sorted(used))

    @cached_property
    def _categories_in(self) -> dict[str, list[str]]:
        listed: dict[str, list[str]] = defaultdict(list)
        for row in sorted(self.categories.values(), key=lambda row: row.sort):
            listed[row.dimension_code].append(row.category_code)
        return dict(listed)


# --- Reading -----------------------------------------------------------------------------------


def read_files(folder: Path = FOLDER) -> Reference:
    """Return the catalogue of a folder; ReferenceFileError names file and line of a fault."""
    return _reference(read_records(folder))


@once_a_revision
def load(conn: Connection) -> Reference:
    """Return the catalogue of the database."""
    needed = [table for table in TABLES if not table.__tablename__.startswith("sdg_")]
    return _reference(stored(conn, needed))


def _reference(records: Records) -> Reference:
    """Return the catalogue made of rows."""

    def rows(
        kind: type[Any], table: type[Base], **lists: Callable[[Record], Any]
    ) -> dict[Any, Any]:
        own = {f.name for f in fields(kind)}
        made = {}
        for key, record in records[table].items():
            given = {name: value for name, value in record.items() if name in own}
            given |= {name: of(record) for name, of in lists.items()}
            made[key[0] if len(key) == 1 else key] = kind(**given)
        return made

    def linked(table: type[Base], column: str, *names: str) -> Callable[[Record], tuple[Any, ...]]:
        grouped: dict[str, list[Any]] = defaultdict(list)
        for _, record in sorted(
            records[table].items(), key=lambda row: (row[1].get("sort", 0), row[0])
        ):
            values = tuple(record[name] for name in names)
            grouped[record[column]].append(values if len(values) > 1 else values[0])
        return lambda record: tuple(grouped[record[column]])

    return Reference(
        programmes=rows(Programme, tables.Programme),
        places=rows(Place, tables.Place),
        organisations=rows(Organisation, tables.Organisation),
        themes=rows(Theme, tables.Theme),
        units=rows(Unit, tables.Unit),
        dimensions=rows(Dimension, tables.Dimension),
        categories=rows(Category, tables.Category),
        indicators=rows(
            Indicator,
            tables.Indicator,
            dimension_codes=linked(tables.IndicatorDimension, "indicator_code", "dimension_code"),
            sdg_targets=linked(tables.IndicatorSdg, "indicator_code", "sdg_target"),
        ),
        projects=rows(
            Project,
            tables.Project,
            place_codes=linked(tables.ProjectPlace, "project_code", "place_code"),
            organisations=linked(
                tables.ProjectOrganisation, "project_code", "organisation_code", "role"
            ),
        ),
        project_indicators=rows(ProjectIndicator, tables.ProjectIndicator),
        rounds=rows(Round, tables.Round),
        rates=tuple(Rate(**record) for _, record in sorted(records[tables.ExchangeRate].items())),
    )


def read_records(folder: Path = FOLDER) -> Records:
    """Return the rows of all files of a folder, as the database stores them."""
    lists = {(of, column) for of, column, _ in LISTS.values()}
    records: Records = {}
    for table in TABLES:
        if table in LISTS:
            parent, column, names = LISTS[table]
            rows = _listed(records[parent].values(), table, column, names)
        else:
            own = {column for of, column in lists if of is table}
            rows = _read(folder / f"{table.__tablename__}.csv", table, own)
        records[table] = _by_key(table, rows)
    for parent, column in lists:
        for record in records[parent].values():
            del record[column]
    _add_facts(records, folder / "fact.csv")
    return records


def _rows(path: Path) -> tuple[list[str], list[tuple[str, dict[str, str]]]]:
    """Return the header of a file, and its rows, each behind the words that say where it is."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows = [(f"{path.name}, line {reader.line_num}", row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReferenceFileError(f"{path.name}: {error}") from error
    for where, row in rows:
        if None in row or None in row.values():
            raise ReferenceFileError(f"{where}: not as many cells as the header")
    return list(reader.fieldnames or []), rows


def _read(path: Path, table: type[Base], lists: set[str]) -> Iterator[Record]:
    """Yield the rows of a table's file; with the lists that become tables of their own."""
    header, rows = _rows(path)
    columns = _table(table).columns
    known = {
        *lists,
        *columns.keys(),
        *(name for c in columns for name in _in_languages(c.name, header)),
    }
    if unknown := sorted(set(header) - known):
        raise ReferenceFileError(f"{path.name}, line 1: unknown column {unknown[0]}")
    readers = {column.name: _reader(column, header) for column in columns}
    for where, row in rows:
        try:
            record = {name: read(row) for name, read in readers.items()}
        except (ValueError, KeyError) as error:
            raise ReferenceFileError(f"{where}: {error}") from error
        yield record | {name: _items(row[name]) for name in lists}


def _listed(
    parents: Iterable[Record], table: type[Base], column: str, names: tuple[str, ...]
) -> Iterator[Record]:
    """Yield the rows of a table that is written as a list in each row of another."""
    columns = _table(table).columns
    own, *_ = [c.name for c in columns if c.primary_key and c.name not in names]
    for parent in parents:
        for place, item in enumerate(parent[column], start=1):
            given = dict(zip(names, item.split(":"), strict=True)) | {
                own: parent[own],
                "sort": place,
            }
            yield {c.name: given[c.name] if c.name in given else _default(c) for c in columns}


def listed(parents: Iterable[Record], table: type[Base]) -> dict[Key, Record]:
    """Return the rows of a table that is written as a list (`LISTS`) in each row of another."""
    _, column, names = LISTS[table]
    return _by_key(table, _listed(parents, table, column, names))


def _by_key(table: type[Base], rows: Iterable[Record]) -> dict[Key, Record]:
    """Return rows by their primary key; ReferenceFileError where two have the same."""
    keyed: dict[Key, Record] = {}
    for row in rows:
        key = key_of(table, row)
        if key in keyed:
            raise ReferenceFileError(
                f"{table.__tablename__}: {' '.join(map(str, key))} is there twice"
            )
        keyed[key] = row
    return keyed


def key_of(table: type[Base], row: Any) -> Key:
    """Return the primary key of a row."""
    return tuple(row[column.name] for column in _table(table).primary_key)


def _table(table: type[Base]) -> Table:
    return Base.metadata.tables[table.__tablename__]


_PARSERS: dict[type, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: {"true": True, "false": False}.__getitem__,
    date: date.fromisoformat,
}


def _reader(column: Column[Any], header: list[str]) -> Callable[[dict[str, str]], Any]:
    """Return what takes the value of a column from a row; its default where that says nothing."""
    name = column.name
    if languages := _in_languages(name, header):
        nothing = (lambda: None) if column.nullable else dict
        return lambda row: (
            {cell[-2:]: _unstretched(row[cell]) for cell in languages if row[cell]} or nothing()
        )
    if isinstance(column.type, JSON):
        return lambda row: _items(row.get(name, ""))
    if name not in header:  # of what was done since: no file says it
        return lambda _row: _default(column)
    parse = _PARSERS[column.type.python_type]
    return lambda row: parse(row[name]) if row.get(name) else _default(column)


def _in_languages(column: str, header: list[str]) -> list[str]:
    """Return the columns of a file that hold one column of a table in several languages."""
    stem = column.removesuffix("s") if column.endswith("names") else column
    return [name for name in header if name[:-3] == stem and name[-3:-2] == "_"]


def _unstretched(text: str) -> str:
    """Return a text without the strokes (tatweel) that stretch Arabic words in justified print.

    The official texts of the SDGs are full of them. One that ends a prefix before a number stays.
    """
    return re.sub("(?<=[\u0620-\u065f])\u0640+(?=[\u0620-\u065f])", "", text)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(";") if item.strip()]


def _default(column: Column[Any]) -> Any:
    if column.default is not None and column.default.is_scalar:
        return column.default.arg  # type: ignore[attr-defined]
    if column.nullable:
        return None
    raise ValueError(f"{column.name} is missing")


def _add_facts(records: Records, path: Path) -> None:
    """Add the published figures to the programmes and projects that they are about."""
    owners = {**records[tables.Programme], **records[tables.Project]}
    units = records[tables.Unit]
    header, rows = _rows(path)
    texts = _in_languages("text", header)
    for where, row in rows:
        owner, unit = owners.get((row["code"],)), units.get((row["unit"],))
        if owner is None:
            raise ReferenceFileError(f"{where}: no programme or project {row['code']}")
        owner["facts"].append(
            {
                "text": {name[-2:]: row[name] for name in texts},
                "value": float(row["value"]) if row["value"] else None,
                "qualifier": row["qualifier"],
                "unit": unit["names"] if unit else row["unit"],
                "date": row["date"],
                "source_url": row["source_url"],
            }
        )


# --- Seeding -----------------------------------------------------------------------------------


@dataclass
class Changes:
    """What a seeding did, by table: how many rows are new, which changed, went, or had to stay."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    removed: dict[str, list[str]] = field(default_factory=dict)
    kept: dict[str, list[str]] = field(default_factory=dict)
    "No longer in the files, but something in the database refers to it."

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def seed(conn: Connection, folder: Path = FOLDER) -> Changes:
    """Bring the database to the files and return what that changed; nothing the second time.

    Every change is in the audit trail, and by it what others changed stays as they left it: the
    columns that they set, the rows that they added, and those that they removed. A row that was
    seeded and is no longer in the files goes, unless something refers to it.
    """
    changes = Changes()
    files, there = read_records(folder), stored(conn, TABLES)
    others = _set_by_others(conn)
    for table in TABLES:
        kept = {key: row for key, row in files[table].items() if not others.has(table, key, WHOLE)}
        files[table] = _standing(table, kept, there, files)
        _insert(conn, table, files[table], there[table], changes)
        _update(conn, table, files[table], there[table], others, changes)
    for table in reversed(TABLES):
        gone = there[table].keys() - files[table].keys()
        ours = {key: there[table][key] for key in sorted(gone) if not others.any(table, key)}
        if ours:
            _remove(conn, table, ours, changes)
    definitions.keep(conn, ACTOR)
    return changes


WHOLE = "*"
"Stands for all columns of a row that others added or removed."


@dataclass(frozen=True)
class _Others:
    """Which columns of which rows were set by others than a seeding, by subject (`theme SSE`)."""

    columns: dict[str, set[str]]

    def of(self, table: type[Base], key: Key) -> set[str]:
        """Return the columns of a row that others have set."""
        return self.columns.get(f"{table.__tablename__} {row_name(key)}", set())

    def has(self, table: type[Base], key: Key, column: str) -> bool:
        """Return whether others have set a column of a row."""
        return column in self.of(table, key)

    def any(self, table: type[Base], key: Key) -> bool:
        """Return whether others have set anything of a row."""
        return bool(self.of(table, key))


def _set_by_others(conn: Connection) -> _Others:
    trail = tables.Audit
    query = select(trail.subject, trail.action, trail.after).where(
        trail.actor != ACTOR, trail.action.in_(("add", "change", "remove"))
    )
    columns: dict[str, set[str]] = defaultdict(set)
    for subject, action, after in conn.execute(query):
        columns[subject] |= set(after or ()) if action == "change" else {WHOLE}
    return _Others(columns)


def _standing(
    table: type[Base], rows: dict[Key, Record], stored: Records, files: Records
) -> dict[Key, Record]:
    """Return the rows of a file without new ones that refer to what others have removed."""
    links = [
        (column.name, other)
        for column in _table(table).columns
        for foreign in column.foreign_keys
        for other in TABLES
        if foreign.column.table is _table(other)
    ]
    standing = dict(rows)
    while True:
        there = {other: stored[other].keys() | files[other].keys() for _, other in links}
        there |= {table: stored[table].keys() | standing.keys()} if table in there else {}
        fallen = [
            key
            for key, row in standing.items()
            if key not in stored[table]
            and any(row[name] is not None and (row[name],) not in there[o] for name, o in links)
        ]
        if not fallen:
            return standing
        for key in fallen:
            del standing[key]


def stored(conn: Connection, wanted: Iterable[type[Base]]) -> Records:
    """Return the rows of tables of the database, by primary key."""
    return {
        table: {
            key_of(table, row): dict(row) for row in conn.execute(select(_table(table))).mappings()
        }
        for table in wanted
    }


def row_name(key: Key) -> str:
    """Return a key as the audit trail has it."""
    return " ".join(map(str, key))


def _insert(
    conn: Connection,
    table: type[Base],
    files: dict[Key, Record],
    stored: dict[Key, Record],
    changes: Changes,
) -> None:
    new = {key: row for key, row in files.items() if key not in stored}
    if new:
        name = table.__tablename__
        conn.execute(insert(table), parents_first(table, new))
        changes.added[name] = len(new)
        audit.record(conn, ACTOR, "add", name, after={"added": [*map(row_name, new)]})


def parents_first(table: type[Base], rows: dict[Key, Record]) -> list[Record]:
    """Return rows so that each stands after the row of its own table that it refers to."""
    own = [
        column.name
        for column in _table(table).columns
        for foreign in column.foreign_keys
        if foreign.column.table is _table(table)
    ]
    ordered: dict[Key, Record] = {}

    def place(key: Key) -> None:
        if key in rows and key not in ordered:
            for column in own:
                place((rows[key][column],))
            ordered[key] = rows[key]

    for key in rows:
        place(key)
    return [*ordered.values()]


def _update(
    conn: Connection,
    table: type[Base],
    files: dict[Key, Record],
    stored: dict[Key, Record],
    others: _Others,
    changes: Changes,
) -> None:
    for key, row in files.items():
        old, set_by_others = stored.get(key, row), others.of(table, key)
        different = [name for name in row if row[name] != old[name] and name not in set_by_others]
        if different:
            after = {name: row[name] for name in different}
            try:
                # What the files say may not go together with what others have set.
                with conn.begin_nested():
                    conn.execute(update(table).where(is_row(table, key)).values(after))
            except IntegrityError:
                changes.kept.setdefault(table.__tablename__, []).append(row_name(key))
                continue
            before = {name: old[name] for name in different}
            subject = f"{table.__tablename__} {row_name(key)}"
            changes.changed.setdefault(table.__tablename__, []).append(
                f"{row_name(key)}: {', '.join(different)}"
            )
            audit.record(conn, ACTOR, "change", subject, before, after)


def is_row(table: type[Base], key: Key) -> Any:
    """Return the condition that a row is the one of a key."""
    columns = _table(table).primary_key
    return and_(*(column == value for column, value in zip(columns, key, strict=True)))


def _remove(conn: Connection, table: type[Base], gone: dict[Key, Record], changes: Changes) -> None:
    name = table.__tablename__
    seeded = _seeded(conn, name)
    for key, row in gone.items():
        if row_name(key) not in seeded:
            continue
        try:
            # The foreign keys know best what is in use; a category has none (`breakdown_category`).
            with conn.begin_nested():
                if table is tables.Category and _is_reported(conn, key):
                    raise IntegrityError("", None, ValueError("reported by this category"))
                conn.execute(delete(table).where(is_row(table, key)))
        except IntegrityError:
            changes.kept.setdefault(name, []).append(row_name(key))
        else:
            changes.removed.setdefault(name, []).append(row_name(key))
            audit.record(conn, ACTOR, "remove", f"{name} {row_name(key)}", before=row)


def _is_reported(conn: Connection, category: Key) -> bool:
    used = tables.BreakdownCategory
    query = select(used.breakdown_key).where(
        used.dimension_code == category[0], used.category_code == category[1]
    )
    return conn.execute(query.limit(1)).first() is not None


def _seeded(conn: Connection, name: str) -> set[str]:
    """Return the rows of a table that a seeding has put into the database."""
    query = select(tables.Audit.after).where(
        tables.Audit.actor == ACTOR, tables.Audit.action == "add", tables.Audit.subject == name
    )
    return {code for after in conn.scalars(query) for code in after["added"]}
