"""Kinds of reports: each an outline in `data/reports/<kind>.toml`, which people can copy and change.

    subject = "country"
    title = "Report on a country"

    [[parts]]
    part = "summary"

    [[parts]]
    part = "charts"
    show = ["statuses", "map"]

`subject` is what the report is on (`Subject`), `title` a sentence of the catalogue or any words of
one's own. The parts come in their order, each by its code in `dashboard.reports.parts.PARTS`, with the
options that it knows; a part may have a `title` of its own.
"""

import difflib
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from dashboard.reports.parts import OPTIONS
from dashboard.reports.subjects import Subject

FOLDER = Path(__file__).parents[2] / "data" / "reports"

Options = Mapping[str, Mapping[str, Collection[str]]]
"The options of each part, with the words that each may have."


class OutlineError(ValueError):
    "An outline of a report cannot be used; the text names file and part"


@dataclass(frozen=True)
class Chosen:
    """A part of an outline, with its options; `title` is empty where it has its usual one."""

    part: str
    title: str = ""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    code: str = ""
    "Tells it from others of the same outline: `roadmap`, `roadmap.2`."


@dataclass(frozen=True)
class Outline:
    """One kind of report: on what, under which title, with which parts."""

    kind: str
    subject: Subject
    title: str
    parts: tuple[Chosen, ...]


def outlines(folder: Path = FOLDER) -> Mapping[str, Outline]:
    """Return every kind of report by its name, as the files are now; those with a fault are left out."""
    return {path.stem: one for path, one in _found(folder) if isinstance(one, Outline)}


def faults(folder: Path = FOLDER) -> Mapping[str, str]:
    """Return what is wrong with the outlines that cannot be used, by their name."""
    return {path.stem: str(one) for path, one in _found(folder) if isinstance(one, OutlineError)}


def _found(folder: Path) -> Iterator[tuple[Path, Outline | OutlineError]]:
    """Yield the files of a folder, each with its outline or its fault."""
    for path in sorted(folder.glob("*.toml")):
        yield path, _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=200)
def _read(path: Path, changed_at: int) -> Outline | OutlineError:
    """Return the outline of a file, or its fault; read once for each of its versions."""
    try:
        return read(path, OPTIONS)
    except OutlineError as error:
        return error


def read(path: Path, known: Options) -> Outline:
    """Return the outline of a file; `known` are the parts there are, with their options."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OutlineError(f"{path.name}: {error}") from error
    _expect(path.name, raw, {"subject": str, "title": str, "parts": list})
    subject = raw["subject"]
    if subject not in set(Subject):
        raise OutlineError(
            f"{path.name}: “{subject}” is no subject; there are {', '.join(Subject)}."
        )
    parts = [_chosen(path.name, number, one, known) for number, one in enumerate(raw["parts"], 1)]
    if not parts or not raw["title"].strip():
        raise OutlineError(f"{path.name}: a report has a title and at least one part.")
    told: set[tuple[str, str]] = set()
    for one in parts:
        words = [word for some in one.options.values() for word in some] or [""]
        for word in words:
            if (one.part, word) in told:
                twice = f"{one.part} ({word})" if word else one.part
                raise OutlineError(f"{path.name}: “{twice}” is there twice.")
            told.add((one.part, word))
    return Outline(path.stem, Subject(subject), raw["title"], tuple(_with_codes(parts)))


def _with_codes(parts: Iterable[Chosen]) -> Iterator[Chosen]:
    """Yield parts, each with a code that no other of the outline has."""
    times: Counter[str] = Counter()
    for one in parts:
        times[one.part] += 1
        count = times[one.part]
        yield replace(one, code=f"{one.part}.{count}" if count > 1 else one.part)


def _chosen(name: str, number: int, raw: Any, known: Options) -> Chosen:
    """Return a part of an outline; OutlineError where there is none such, or no such option."""
    where = f"{name}: part {number}"
    if not isinstance(raw, dict) or not isinstance(raw.get("part"), str):
        raise OutlineError(f"{where} has no “part”.")
    code = raw["part"]
    if code not in known:
        raise OutlineError(f"{where}: “{code}” is no part{_meant(code, known)}")
    options = {key: value for key, value in raw.items() if key not in ("part", "title")}
    for key, value in options.items():
        if key not in known[code]:
            raise OutlineError(f"{where} ({code}): “{key}” is no option{_meant(key, known[code])}")
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise OutlineError(f"{where} ({code}): “{key}” is a list of words.")
        for word in value:
            if word not in known[code][key]:
                raise OutlineError(
                    f"{where} ({code}): “{word}” is nothing to {key}{_meant(word, known[code][key])}"
                )
    title = raw.get("title", "")
    if not isinstance(title, str):
        raise OutlineError(f"{where} ({code}): a title is a text.")
    return Chosen(code, title, {key: tuple(value) for key, value in options.items()})


def _expect(name: str, raw: Mapping[str, Any], wanted: Mapping[str, type]) -> None:
    """Raise OutlineError where a file has not what it must, or something nobody knows."""
    for key, kind in wanted.items():
        if not isinstance(raw.get(key), kind):
            what = "text" if kind is str else "list of tables, [[parts]]"
            raise OutlineError(f"{name}: “{key}” is missing, or no {what}.")
    for key in raw:
        if key not in wanted:
            raise OutlineError(f"{name}: “{key}” is not known{_meant(key, wanted)}")


def _meant(word: str, known: Collection[str]) -> str:
    """Return what may have been meant: the nearest word, or all there are."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f"; did you mean “{close[0]}”?"
    return f"; there are {', '.join(sorted(known))}." if known else "; it has none."
