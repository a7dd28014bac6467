"""Words are looked for in the catalogue: in every language at once, with or without accents and slips."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection

import etl
from dashboard import queries
from dashboard.queries import Catalogue, Further, Record
from schemas import words
from schemas.codes import PlaceKind
from schemas.words import N_

KINDS = {
    "indicator": N_("Indicators"),
    "project": N_("Projects"),
    "territory": N_("Territories"),
    "country": N_("Countries"),
    "goal": N_("Goals"),
    "target": N_("SDG targets"),
    "organisation": N_("Organisations"),
}
"What can be found, in the order in which equally good hits stand."

OWN, NAME, ALIAS, TEXT, RELATED = 1.0, 0.92, 0.9, 0.5, 0.45
"What a word counts: in the name that the reader sees, in another language, in what stands around."


class Field(NamedTuple):
    """One text of an entry: what a word in it counts, and its language."""

    weight: float
    language: str
    text: str


@dataclass(frozen=True)
class Entry:
    """What can be found: where it leads, what it is within, and every text that may name it."""

    kind: str
    code: str
    names: Mapping[str, str]
    href: str
    fields: tuple[Field, ...]
    within: tuple[Mapping[str, str], ...] = ()
    projects: tuple[str, ...] = ()


class Hit(NamedTuple):
    """An entry, how well it fits, the words that fitted, and the text that shows why.

    `because` is None where the name that the reader sees shows it already.
    """

    entry: Entry
    score: float
    matched: frozenset[str]
    because: Field | None


@dataclass(frozen=True)
class Found:
    """What was found, best first; `is_near` where nothing has all of the words."""

    hits: tuple[Hit, ...]
    is_near: bool = False
    suggestion: str = ""
    "Other words to look for, where nothing was found."


# --- Words ----------------------------------------------------------------------------------------

ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")
"What Arabic writes together with the word that follows: the, and the, for the ..."

SHORTEST_STEM = 3


def stem(word: str) -> str:
    """Return a word of a spelling without the article that Arabic writes with it."""
    for article in ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= SHORTEST_STEM:
            return word[len(article) :]
    return word


WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=50_000)  # every search reads the same texts
def stems(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared, in their order."""
    return tuple(map(stem, WORD.findall(etl.spelling(text))))


@lru_cache(maxsize=50_000)
def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as they are compared: no case, accents or article.

    >>> words_of("Οικονομία, Économie") == words_of("ΟΙΚΟΝΟΜΙΑ economie")
    True
    """
    return frozenset(stems(text))


def asked_for(query: str) -> list[str]:
    """Return the words to look for; those of one or two letters only where there are no others."""
    asked = list(dict.fromkeys(stems(query)))
    return [word for word in asked if len(word) > 2 or word.isdecimal()] or asked


EXACT, BEGINNING, SHORTENED = 1.0, 0.88, 0.8
SLIP, SLIPPED_BEGINNING = 0.85, 0.6

SHORTEST, LONGEST_ENDING = 4, 2
"Letters of a word that a longer one may be a form of (job, jobs: too short), and of the ending."


def _slips(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    return 0 if len(word) < 4 or word.isdecimal() else 1 if len(word) < 7 else 2


def likenesses(word: str, vocabulary: Sequence[str]) -> dict[str, float]:
    """Return the words that a word of a query may mean, and how likely.

    Slips of the pen are thought of only where no word is or begins like this one.
    """
    if word.isdecimal() or len(word) < 2:
        return {word: EXACT} if word in vocabulary else {}
    plain = {known: BEGINNING for known in vocabulary if known.startswith(word)}
    if word in plain:
        plain[word] = EXACT
    endings = range(max(SHORTEST, len(word) - LONGEST_ENDING), len(word))
    shorter = {word[:end] for end in endings}
    shortened = {known: SHORTENED for known in vocabulary if known in shorter}
    return shortened | (plain or _slipped(word, vocabulary))


def _slipped(word: str, vocabulary: Sequence[str]) -> dict[str, float]:
    most = _slips(word)
    if not most:
        return {}
    size = len(word)
    beginnings = {known: known[:size] for known in vocabulary if len(known) > size}
    found = {
        known: SLIPPED_BEGINNING
        for _, _, known in process.extract(
            word, beginnings, scorer=OSA.distance, score_cutoff=1, limit=None
        )
    }
    whole = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=most, limit=None)
    return found | {known: SLIP - 0.1 * (slips - 1) for known, slips, _ in whole}


# --- Finding --------------------------------------------------------------------------------------


def find(entries: Sequence[Entry], query: str, language: str) -> Found:
    """Return what fits a query best; all of its words, else as many as anything has."""
    asked = asked_for(query)
    if not asked:
        return Found(())
    language = words.base(language)
    told = [[(field, words_of(field.text)) for field in entry.fields] for entry in entries]
    vocabulary = sorted(frozenset().union(*(own for fields in told for _, own in fields)))
    means = [likenesses(word, vocabulary) for word in asked]
    ranked = [
        hit
        for entry, fields in zip(entries, told, strict=True)
        if (hit := _hit(entry, fields, asked, means, language))
    ]
    whole = [hit for hit in ranked if hit.score >= 1]
    hits = whole or ranked
    if not hits:
        return Found((), suggestion=_suggestion(asked, vocabulary))
    order = list(KINDS)
    hits.sort(key=lambda hit: (-hit.score, order.index(hit.entry.kind)))
    return Found(tuple(hits), is_near=not whole)


def _hit(
    entry: Entry,
    fields: Sequence[tuple[Field, frozenset[str]]],
    asked: Sequence[str],
    means: Sequence[Mapping[str, float]],
    language: str,
) -> Hit | None:
    """Return how well an entry fits: from 1 where it has all of the words, below for half of them."""
    matched: set[str] = set()
    scores = []
    best: tuple[float, Field | None] = (0.0, None)
    for meant in means:
        score = 0.0
        for field, known in fields:
            if known.isdisjoint(meant):
                continue
            common = known & meant.keys()
            matched |= common
            own = _weight(field, language) * max(meant[word] for word in common)
            score = max(score, own)
            best = max(best, (own, field), key=lambda pair: pair[0])
        scores.append(score)
    told = [score for score in scores if score]
    if not told or 2 * len(told) < len(scores):
        return None
    mean = sum(told) / len(scores)
    if len(told) == len(scores):
        score = 1 + mean + _as_a_whole(entry, " ".join(asked), language)
    else:
        score = mean * len(told) / len(scores)
    is_seen = words_of(words.name(entry.names, language)) & matched
    return Hit(entry, score, frozenset(matched), None if is_seen else best[1])


def _weight(field: Field, language: str) -> float:
    return OWN if field.weight == NAME and field.language in (language, "") else field.weight


def _as_a_whole(entry: Entry, phrase: str, language: str) -> float:
    """Return what it counts that the words stand together in a text, or are all of it."""
    most = 0.0
    for field in entry.fields:
        text = " ".join(stems(field.text))
        share = 1.0 if text == phrase else 0.3 if text.startswith(phrase) else 0.0
        if not share and len(phrase) > 2 and phrase in text:
            share = 0.1
        most = max(most, share * _weight(field, language))
    return most


LEAST_ALIKE = 60


def _suggestion(asked: Sequence[str], vocabulary: Sequence[str]) -> str:
    """Return the words of a query, each as the catalogue has one like it; empty where it has none."""
    likely = []
    for word in asked:
        found = process.extractOne(
            word, [w for w in vocabulary if len(w) > 3], scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE
        )
        if found:
            likely.append(str(found[0]))
    return " ".join(likely)


CHUNK = re.compile(r"[\w\u0300-\u036f\u064b-\u065f\u0670]+")
"A word as it is written, with its accents and vowel marks."


def marked(text: str, matched: Iterable[str]) -> list[tuple[str, bool]]:
    """Return a text in parts, with whether each is one of the words that fitted.

    >>> marked("Jobs created", {"jobs"})
    [('Jobs', True), (' created', False)]
    """
    known = frozenset(matched)
    parts: list[tuple[str, bool]] = []
    end = 0
    for chunk in CHUNK.finditer(text):
        if words_of(chunk[0]) & known:
            parts += [(text[end : chunk.start()], False), (chunk[0], True)]
            end = chunk.end()
    return [(part, is_hit) for part, is_hit in [*parts, (text[end:], False)] if part]


LONGEST_EXTRACT = 150


def extract(text: str, matched: Iterable[str]) -> str:
    """Return the part of a long text around the first word that fitted."""
    if len(text) <= LONGEST_EXTRACT:
        return text
    before = 0
    for part, is_hit in marked(text, matched):
        if is_hit:
            break
        before += len(part)
    start = max(0, min(before - LONGEST_EXTRACT // 3, len(text) - LONGEST_EXTRACT))
    start = text.find(" ", start) + 1 if start else 0
    shown = text[start : start + LONGEST_EXTRACT]
    if start + LONGEST_EXTRACT < len(text):
        shown = shown.rpartition(" ")[0] + " …"
    return f"… {shown}" if start else shown


# --- What there is --------------------------------------------------------------------------------


def _names(names: Mapping[str, str] | None, weight: float) -> tuple[Field, ...]:
    return tuple(Field(weight, tag, text) for tag, text in (names or {}).items() if text)


def _aliases(listed: Iterable[str]) -> tuple[Field, ...]:
    return tuple(Field(ALIAS, "", text) for text in listed if text)


def _code(code: str) -> tuple[Field, ...]:
    return (Field(NAME, "", code),)


def _indicators(known: Catalogue) -> Iterable[Entry]:
    for code, row in known.indicators.items():
        fields = (
            *_names(row.names, NAME),
            *_code(code),
            *_aliases(row.aliases),
            *_names(row.definition, TEXT),
        )
        yield Entry("indicator", code, row.names, f"/indicator/{code}", fields)


def _projects(known: Catalogue, further: Further) -> Iterable[Entry]:
    for code, row in known.projects.items():
        places = [known.places[place] for place in known.places_of.get(code, ())]
        countries = [known.places[country] for country in known.countries_of(code)]
        theme = further.themes.get(row.theme_code)
        around = [*places, *countries, *([theme] if theme else [])]
        fields = (
            *_names(row.names, NAME),
            *_code(code),
            *_aliases(row.aliases),
            *_names(row.summary, TEXT),
            *(field for one in around for field in _names(one.names, RELATED)),
        )
        within = tuple(one.names for one in (*places, *countries))
        yield Entry("project", code, row.names, f"/project/{code}", fields, within)


def _places(known: Catalogue, further: Further) -> Iterable[Entry]:
    """Yield the places where projects run, and their countries."""
    used = {code for places in known.places_of.values() for code in places}
    used |= {known.places[code].country_code for code in used}
    for code in sorted(used, key=list(known.places).index):
        row = known.places[code]
        is_country = row.kind == PlaceKind.COUNTRY
        around = _around(known, row)
        fields = (
            *_names(row.names, NAME),
            *_code(code),
            *_aliases(further.aliases.get(code, ())),
            *(field for one in around for field in _names(one.names, RELATED)),
        )
        kind, way = ("country", "country") if is_country else ("territory", "territory")
        within = tuple(one.names for one in around)
        yield Entry(kind, code, row.names, f"/{way}/{code}", fields, within)


def _around(known: Catalogue, row: Record) -> list[Record]:
    """Return the places around a place, the nearest first."""
    around = []
    while row.parent_code and row.parent_code in known.places:
        row = known.places[row.parent_code]
        around.append(row)
    return around


ABBREVIATIONS = ("SDG", "ODS", "ODD", "ΣΒΑ", "هدف")
"What people write before the number of a goal, in six languages."


def _goals(known: Catalogue, further: Further) -> Iterable[Entry]:
    for goal, row in known.goals.items():
        numbered = (f"{short} {goal}" for short in ABBREVIATIONS)
        fields = (
            *_names(row.short_names, NAME),
            *_names(row.names, NAME),
            *_code(str(goal)),
            *_aliases(numbered),
        )
        yield Entry("goal", str(goal), row.short_names, f"/sdg/{goal}", fields)
    for code, row in further.sdg_targets.items():
        within = (known.goals[row.sdg_goal].short_names,)
        fields = (*_names(row.names, ALIAS), *_code(code))
        yield Entry("target", code, row.names, f"/sdg/{row.sdg_goal}", fields, within)


def _organisations(known: Catalogue, further: Further) -> Iterable[Entry]:
    for code, row in further.organisations.items():
        country = known.places.get(row.country_code or "")
        fields = (
            *_names(row.names, NAME),
            *_code(code),
            *(_names(country.names, RELATED) if country else ()),
        )
        projects = further.projects_of.get(code, ())
        href = f"/project/{projects[0]}" if len(projects) == 1 else ""
        within = (country.names,) if country else ()
        yield Entry("organisation", code, row.names, href, fields, within, projects)


def entries(known: Catalogue, further: Further) -> list[Entry]:
    """Return everything that can be found."""
    return [
        *_indicators(known),
        *_projects(known, further),
        *_places(known, further),
        *_goals(known, further),
        *_organisations(known, further),
    ]


def load(conn: Connection) -> list[Entry]:
    """Return everything that can be found in a database."""
    return entries(queries.catalogue(conn), queries.further(conn))
