"""What was answered to one workbook, kept for the next of its kind.

A kind of workbook is known by its tables: how many rows head each, and the words over its columns
(`signature`), wherever the table stands and however many periods it has. The answers are kept by
those words instead of by letters, so that columns may move and years be added; for another workbook
of the kind they become answers about its own cells again (`etl.questions`).

What belongs to a single workbook is forgotten: of which period its figures are.

As a file (`data/layouts/*.toml`) it begins with its code:

    remembered = "da-gr-1c9b2a7e"
    title = "Quarterly figures of the municipality"
    project = "DA-GR"

    [answers]                                   # of the whole workbook
    "unknown_indicator:New jobs" = "JOB-NEW"

    [[tables]]
    sheet = "Data"                              # tells tables of one kind apart
    header_rows = 1
    headers = ["indicator", "place"]            # of the columns that are no periods
    [tables.answers]                            # question@header; "@" begins a column of periods
    "ambiguous_numbers@@" = ","
    "role@remarks" = "note"
"""

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from etl import parse
from etl.layouts import FOLDER, LayoutError, is_remembered
from etl.markup import column_letters
from etl.parse import fold
from etl.proposals import Proposal, ProposedColumn, ProposedTable
from etl.questions import Answers
from schemas import words

SEPARATOR = " – "
"Between the levels of a header."
PERIOD = "@"
"Begins the name of a column of one period; what else its header says follows."
HEADER, FACT = "header", "fact"
"Questions about a table instead of a column."

Signature = tuple[int, tuple[str, ...]]
"The number of header rows, and the names of the columns that are no periods."


@dataclass(frozen=True)
class KnownTable:
    """A table of a kind of workbook: its signature, and the answers by question and column."""

    sheet: str
    header_rows: int
    headers: tuple[str, ...]
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def signature(self) -> Signature:
        """What another table must have in common with it."""
        return self.header_rows, self.headers


@dataclass(frozen=True)
class Remembered:
    """The answers for a kind of workbook of one partner; `answers` are those about its words."""

    code: str
    title: str
    tables: tuple[KnownTable, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    project_code: str = ""

    @cached_property
    def version(self) -> str:
        """The first digits of the SHA-256 of its file."""
        return hashlib.sha256(to_toml(self).encode()).hexdigest()[:12]


# --- The words over the columns ----------------------------------------------------------------


def signature(table: ProposedTable) -> Signature:
    """Return what tells the kind of a table; two workbooks of a kind have it in common."""
    names = tuple(name for name in names_of(table).values() if not name.startswith(PERIOD))
    return _header_rows(table), names


def _header_rows(table: ProposedTable) -> int:
    rows = range(table.header_top, table.first)
    return sum(table.rows.get(row) == HEADER for row in rows)


def names_of(table: ProposedTable) -> dict[str, str]:
    """Return the name of each column by its letters; the second "total" is "total#2"."""
    times: Counter[str] = Counter()
    names: dict[str, str] = {}
    for column in table.columns:
        name = _name(column)
        times[name] += 1
        is_again = times[name] > 1 and not name.startswith(PERIOD)
        names[column_letters(column.column)] = f"{name}#{times[name]}" if is_again else name
    return names


def _name(column: ProposedColumn) -> str:
    """Return the folded words over a column, without the period that may be among them."""
    has_period = bool(column.says.get("period") or column.says.get("part"))
    rests: list[str] = []
    for level in column.header.split(SEPARATOR):
        period, rest = parse.find_period(level)
        if not period and parse.partial_period(level):
            period, rest = level, ""
        has_period |= bool(period)
        rests.append(fold(rest if period else level))
    told = " – ".join(rest for rest in rests if rest and not rest.isdigit())
    return PERIOD + told if has_period else fold(column.header)


# --- Answers by words, and by cells again ------------------------------------------------------


def remember(
    proposal: Proposal, answers: Answers, title: str, project_code: str = ""
) -> Remembered:
    """Return the answers to a workbook as those of its kind.

    `proposal` is what the program made of the workbook before anything was answered: as it will
    make of the next.
    """
    tables = tuple(_known(table, answers) for table in proposal.tables)
    about = "\n".join(
        f"{rows}|{'|'.join(names)}" for rows, names in map(signature, proposal.tables)
    )
    digest = hashlib.sha256(about.encode()).hexdigest()[:8]
    kept = {
        key: text
        for key, text in answers.items()
        if text and (_is_of_words(key) or key.startswith("hidden_sheet@"))
    }
    code = f"{project_code or 'any'}-{digest}".lower()
    return Remembered(code, " ".join(title.split()), tables, kept, project_code)


def _is_of_words(key: str) -> bool:
    """Return whether an answer is about a word, or holds for every column."""
    return "@" not in key.partition(":")[0]


def _is_of_one_workbook(code: str, name: str, text: str) -> bool:
    """Return whether an answer says of which period the figures are."""
    if code == "period_unknown" or (code == FACT and name == "period"):
        return True
    try:
        words.parse_period_code(text)
    except ValueError:
        return False
    return code.startswith("ambiguous_")


def _known(table: ProposedTable, answers: Answers) -> KnownTable:
    """Return a table with the answers about its columns, by their names."""
    names = names_of(table)
    kept: dict[str, str] = {}
    contradicted: set[str] = set()
    for key, text in answers.items():
        code, at, place = key.partition("@")
        sheet, _, column = place.rpartition("!")
        if not at or ":" in code or sheet != table.sheet or not text:
            continue
        if _is_of_one_workbook(code, column, text):
            continue
        if code == HEADER:
            first = column_letters(table.columns[0].column)
            if column == first and (told := _from_top(text, table.header_top)):
                kept[f"{HEADER}@"] = told
        elif code == FACT or not column:
            kept[f"{code}@!{column}"] = text
        elif column in names:
            name = f"{code}@{names[column]}"
            if kept.setdefault(name, text) != text:
                contradicted.add(name)  # two columns of periods that differ in nothing else
    kept = {name: text for name, text in kept.items() if name not in contradicted}
    rows, headers = signature(table)
    return KnownTable(table.sheet, rows, headers, kept)


def _from_top(rows: str, top: int) -> str:
    """Return header rows ("4-6", as people count) counted from where the header was seen."""
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", rows)
    return f"{int(found[1]) - 1 - top}..{int(found[2] or found[1]) - 1 - top}" if found else ""


def answers_for(remembered: Iterable[Remembered], proposal: Proposal) -> Answers | None:
    """Return what is remembered for a workbook, about its own cells; None for a new kind.

    A workbook is of a kind when each of its tables has the signature of a known one. Where several
    kinds of different partners look alike, only what they agree on counts.
    """
    told = [_answers(one, proposal) for one in fitting(remembered, proposal)]
    if not told:
        return None
    first, *others = told
    return {key: text for key, text in first.items() if all(o.get(key) == text for o in others)}


def fitting(remembered: Iterable[Remembered], proposal: Proposal) -> list[Remembered]:
    """Return the remembered kinds that a workbook may be of."""
    seen = {signature(table) for table in proposal.tables}
    return [one for one in remembered if seen and seen <= {table.signature for table in one.tables}]


def _answers(remembered: Remembered, proposal: Proposal) -> dict[str, str]:
    answers = dict(remembered.answers)
    for table in proposal.tables:
        for name, text in _shared(_candidates(remembered, table)).items():
            answers |= _about(table, name, text)
    return answers


def _candidates(remembered: Remembered, table: ProposedTable) -> list[KnownTable]:
    """Return the known tables that a table may be: that of its sheet, else all that look alike."""
    alike = [known for known in remembered.tables if known.signature == signature(table)]
    same = [known for known in alike if fold(known.sheet) == fold(table.sheet)]
    return same or alike


def _shared(known: Sequence[KnownTable]) -> dict[str, str]:
    """Return the answers that several tables have in common."""
    first, *others = [table.answers for table in known]
    return {name: text for name, text in first.items() if all(o.get(name) == text for o in others)}


def _about(table: ProposedTable, name: str, text: str) -> dict[str, str]:
    """Return an answer as those about the cells of a table."""
    code, _, column = name.partition("@")
    if code == HEADER:
        first, last = (int(part) + table.header_top + 1 for part in text.split(".."))
        letters = column_letters(table.columns[0].column)
        return {f"{HEADER}@{table.sheet}!{letters}": f"{first}-{last}"} if first > 0 else {}
    if column.startswith("!"):
        return {f"{code}@{table.sheet}{column}": text}
    return {
        f"{code}@{table.sheet}!{letters}": text
        for letters, own in names_of(table).items()
        if own == column
    }


# --- As files ----------------------------------------------------------------------------------


def to_toml(remembered: Remembered) -> str:
    """Return a remembered kind as the text of its file."""
    lines = [
        f"remembered = {_quoted(remembered.code)}",
        f"title = {_quoted(remembered.title)}",
        f"project = {_quoted(remembered.project_code)}",
        *_section("answers", remembered.answers),
    ]
    for table in remembered.tables:
        headers = ", ".join(map(_quoted, table.headers))
        lines += [
            "",
            "[[tables]]",
            f"sheet = {_quoted(table.sheet)}",
            f"header_rows = {table.header_rows}",
            f"headers = [{headers}]",
            *_section("tables.answers", table.answers, is_first=False),
        ]
    return "\n".join(lines) + "\n"


def _section(name: str, answers: Mapping[str, str], *, is_first: bool = True) -> list[str]:
    if not answers:
        return []
    told = [f"{_quoted(key)} = {_quoted(text)}" for key, text in sorted(answers.items())]
    return [*([""] if is_first else []), f"[{name}]", *told]


def _quoted(text: str) -> str:
    """Return a text as TOML writes it, which is as JSON does, but for one sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def from_toml(body: str) -> Remembered:
    """Return the remembered kind that a file describes; LayoutError where it does not say all."""
    try:
        raw = tomllib.loads(body)
        tables = tuple(
            KnownTable(
                str(table["sheet"]),
                int(table["header_rows"]),
                tuple(map(str, table["headers"])),
                _texts(table.get("answers", {})),
            )
            for table in raw["tables"]
        )
        return Remembered(
            str(raw["remembered"]),
            str(raw.get("title", "")),
            tables,
            _texts(raw.get("answers", {})),
            str(raw.get("project", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LayoutError(f"remembered layout: {error}") from error


def _texts(raw: Mapping[str, object]) -> dict[str, str]:
    return {key: str(text) for key, text in raw.items()}


def read_remembered(folder: Path = FOLDER) -> list[Remembered]:
    """Return the remembered kinds among the files of a folder, by name."""
    bodies = [path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))]
    return [from_toml(body) for body in bodies if is_remembered(body)]
