"""Which cell is what: a layout is data, found on a sheet by its words, and read into typed rows.

A layout says how *facts* reach a value cell, and how the facts make its *roles*:

    the layout itself       facts = { year = "2014" }
    the file's name         file = 'indicator_(?P<goal>\\\\d+)-...'        named groups are facts
    the cells above a table top = ['FinancialYear: *(?P<year>...)']
    the cells of its row    columns with a role that names the fact: `indicator`, `unit`, `month`
    the labels of its row   columns with the role `label`: item, place, categories, by their words
    the header above it     header = ['target q(?P<quarter>[1-4])']     named groups, and `header`

    indicator = ["{code} {item}", "{code}"]      the first template all of whose facts are there
    period = "{year} Q{quarter}"                 `etl.parse.periods` reads the text

The nearest fact wins: header, row, above, file, layout. A column whose role is a number (`value`,
`numerator`, `denominator`, `n`) holds what is read; each of its filled cells is one row of
`schemas.rows.PARSED` (numerator, denominator and n join the value of the same row and key).

Columns are known by the words of their header (`header`, patterns over folded text; `@year` is a
list of words of `data/words/spreadsheets.toml`; `@period` a header that *is* a period) or by their
letter (`at`). A block is found by its required columns, wherever its header row stands, or fixed
to its rows (`first`, `last`, from 1). So the same objects serve a TOML file of `data/layouts/`, a
layout that a program proposes or a partner saves, and our own template:

    Layout("template", blocks=(Block(first=12, last=40, facts={"period": "2023-S1"}, columns=(
        Column("indicator", at="A"), Column("place", at="B"),
        Column("value", at="F", roles={"value_type": ("actual",)}, breakdown={"sex": "F"}),
    )),))
"""

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli_w

from etl import parse
from etl.markup import column_letters, column_number
from etl.parse import fold, meaning, text_of
from etl.workbook import Cell, Sheet, Workbook, address
from schemas.findings import Finding, finding

FOLDER = Path(__file__).parent.parent / "data" / "layouts"
DEPTH = 100
"A header that comes after more rows than this is not looked for, unless the layout repeats."
HEADER_ROWS, LONGEST = 3, 200
"So many rows may stand over a row of headers and be part of it; so long may a header be."

NUMBER_ROLES = ("value", "numerator", "denominator", "n")
TEXT_ROLES = (
    *("indicator", "project", "place", "period", "value_type"),
    *("unit", "currency", "note", "basis", "reported_as"),
)
Templates = Mapping[str, tuple[str, ...]]
"Per role its templates; the first all of whose facts are there is used."


class LayoutError(ValueError):
    "A layout file does not say what a layout must say"


@dataclass(frozen=True)
class Column:
    """One kind of column: how it is known, and what its cells say.

    `at` may name several columns ("D E F"); `says` holds, by letters, the facts that a header would.
    `role` is a number role, `label`, `dimension`, `breakdown` (a canonical key), `skip`, or the
    name of a fact. `is_rest` takes the columns that no other kind knows. Of a dimension column,
    `dimension` is the code where the header does not say it. What matches `strip` is cut from header
    and cells; only cells that match `cells` count (its named groups are facts too), and those of
    `blank` say nothing. `fills_down` repeats a cell in the empty ones below it. Of several columns
    with one role, that declared first counts where it is filled.

    Of a number column: `is_text` where words are values too; `breakdown` and `roles` are
    templates over the facts; `span` says which days of its period a value is of ("period", "end",
    or the value type's own); of the columns of one `choice` only the first filled one counts.
    """

    role: str
    header: tuple[str, ...] = ()
    at: str = ""
    is_required: bool = False
    is_rest: bool = False
    dimension: str = ""
    cells: str = ""
    strip: str = ""
    blank: tuple[str, ...] = ()
    fills_down: bool = False
    is_text: bool = False
    span: str = ""
    choice: str = ""
    decimal: str = ""
    brackets: str = ""
    breakdown: Mapping[str, str] = field(default_factory=dict)
    roles: Templates = field(default_factory=dict)
    says: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cue:
    """A pattern that some text of the sheet must match, and the facts that follow from it."""

    text: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """One kind of table: its columns, and the facts that hold for all of it.

    `sheets` (a pattern) limits it to some sheets; where there are `cues`, one of them must be on
    the sheet. `repeats` looks for its header again below itself. `file`, `top` and `notes` are
    patterns over the file's name, the cells above, and all texts of the sheet (there a fact counts
    only if all that is found agrees). With `has_answers`, "not applicable" and "nothing to report"
    are rows; else they count as missing. With `has_sections`, headings of unknown words among the
    labels are chapters, not dimensions.
    """

    columns: tuple[Column, ...]
    sheets: str = ""
    cues: tuple[Cue, ...] = ()
    file: str = ""
    top: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    repeats: bool = False
    first: int = 0
    last: int = 0
    has_answers: bool = False
    has_sections: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    roles: Templates = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """Where things are in a kind of workbook; `version` changes with its text.

    `decimal`, `brackets` (negative, unreliable), `date_order` and `year_starts` (the month in
    which a split year begins) answer what a column cannot prove.
    """

    code: str
    blocks: tuple[Block, ...]
    version: str = ""
    body: str = ""
    title: str = ""
    programme: str = ""
    decimal: str = ""
    brackets: str = ""
    date_order: str = ""
    year_starts: int = 0
    restates: str = "slices"


# --- Layouts as files --------------------------------------------------------------------------

_KEYS = {
    "required": "is_required",
    "rest": "is_rest",
    "fill": "fills_down",
    "text": "is_text",
    "answers": "has_answers",
    "sections": "has_sections",
}
_LISTS = ("header", "top", "notes", "blank")
_PATTERNS = ("header", "top", "notes", "file", "sheets", "cells", "strip", "text")


def read_layouts(folder: Path = FOLDER) -> list[Layout]:
    """Return the layouts of a folder, one TOML file each, by code; LayoutError where one is wrong.

    Files that hold what was answered for a kind of workbook are not among them: `etl.remembered`.
    """
    bodies = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))}
    return [read_layout(body, code) for code, body in bodies.items() if not is_remembered(body)]


def is_remembered(body: str) -> bool:
    """Return whether a file holds the answers for a kind of workbook instead of a layout."""
    return bool(re.search(r"^remembered\s*=", body, re.MULTILINE))


def read_layout(body: str, code: str) -> Layout:
    """Return the layout that a text in TOML describes."""
    try:
        raw = tomllib.loads(body)
        blocks = tuple(_read_block(block) for block in raw.pop("blocks"))
        version = hashlib.sha256(body.encode()).hexdigest()[:12]
        return Layout(**raw, code=code, blocks=blocks, version=version, body=body)
    except (KeyError, TypeError, re.error, tomllib.TOMLDecodeError) as error:
        raise LayoutError(f"layout {code}: {error}") from error


def with_body(layout: Layout) -> Layout:
    """Return a layout that was made by the program, with its text and the version of it."""
    return read_layout(write_layout(layout), layout.code)


def write_layout(layout: Layout) -> str:
    """Return the text in TOML that describes a layout: `read_layout` undone."""
    told = _told(layout, ("code", "version", "body", "blocks"))
    told["blocks"] = []
    for block in layout.blocks:
        columns = [_told(column, ("roles",)) | _roles(column.roles) for column in block.columns]
        cues = [asdict(cue) for cue in block.cues]
        described = _told(block, ("columns", "cues", "roles")) | _roles(block.roles)
        told["blocks"].append(described | ({"cues": cues} if cues else {}) | {"columns": columns})
    return tomli_w.dumps(told)


def _told(part: Any, without: Collection[str]) -> dict[str, Any]:
    """Return the fields of a part of a layout that differ from their defaults, as a file has them."""
    names = {name: key for key, name in _KEYS.items()}
    told = {}
    for member in fields(part):
        value = getattr(part, member.name)
        if member.name in without or not value or value == member.default:
            continue
        key = names.get(member.name, member.name) if not isinstance(part, Layout) else member.name
        told[key] = list(value) if isinstance(value, tuple) else value
    return told


def _roles(roles: Templates) -> dict[str, Any]:
    return {name: list(templates) for name, templates in roles.items()}


def _read_block(raw: dict[str, Any]) -> Block:
    columns = tuple(Column(**_read_fields(column, Column)) for column in raw.pop("columns"))
    cues = tuple(Cue(**_read_fields(cue, Cue)) for cue in raw.pop("cues", []))
    return Block(columns=columns, cues=cues, **_read_fields(raw, Block))


def _read_fields(raw: dict[str, Any], kind: type) -> dict[str, Any]:
    """Return a TOML table as arguments: lists are tuples, the names of roles are templates."""
    given: dict[str, Any] = {}
    roles = {key: _words(value) for key, value in raw.items() if key in TEXT_ROLES}
    names = {member.name for member in fields(kind)}
    for key, value in raw.items():
        name = _KEYS.get(key, key) if kind is not Cue else key
        if key in roles and "roles" in names:
            given["roles"] = roles
        elif name not in names:
            raise KeyError(key)
        else:
            given[name] = _words(value) if name in _LISTS else value
        for pattern in _words(value) if name in _PATTERNS else ():
            compiled(pattern)
    return given


def _words(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@lru_cache(maxsize=1000)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of a layout, compiled once; case makes no difference."""
    return re.compile(pattern, re.IGNORECASE)


# --- Recognising -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A column of a table: its kind, and the facts in its header."""

    column: Column
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A block on a sheet: rows `top` to `header` are its header, `first` to before `last` its body.

    All are counted from 0; a block that is fixed to its rows has no header (-1).
    """

    sheet: Sheet
    block: Block
    columns: Mapping[int, Found]
    first: int
    last: int
    top: int = -1
    header: int = -1
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recognition:
    """The layout that explains a workbook best, where its tables are, and what is odd about them.

    Without a layout that fits, `layout` is None and `findings` say so. `scores` gives, per layout
    that fits, the share of the header cells that it knows by name.
    """

    layout: Layout | None
    tables: tuple[Table, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    scores: Mapping[str, float] = field(default_factory=dict)


def recognise(
    workbook: Workbook, layouts: Iterable[Layout], *, only: str | None = None
) -> Recognition:
    """Return which layout fits a workbook best and what it finds there; `only` names the one to try."""
    fits: dict[str, tuple[float, Layout, list[Table]]] = {}
    for layout in layouts:
        if only in (None, layout.code) and (tables := _find_tables(workbook, layout)):
            fits[layout.code] = (_score(tables), layout, tables)
    scores = {code: score for code, (score, _, _) in fits.items()}
    if not fits:
        return Recognition(None, (), [finding("layout_unknown")])
    best = max(fits.values(), key=lambda fit: fit[0])
    return Recognition(best[1], tuple(best[2]), _remarks(workbook, best[2]), scores)


def _score(tables: Iterable[Table]) -> float:
    """Return the share of the header cells that are known by name; a fixed block knows all."""
    known = cells = 0
    for table in tables:
        claimed = [f.column for f in table.columns.values() if not f.column.is_rest]
        known += len(claimed)
        line = table.sheet.rows[table.header] if table.header >= 0 else []
        cells += max(len(claimed), sum(cell is not None for cell in line))
    return known / max(cells, 1)


def _find_tables(workbook: Workbook, layout: Layout) -> list[Table]:
    """Return where the blocks of a layout are, sheet by sheet; the first block of a place has it."""
    tables: list[Table] = []
    for sheet in workbook.sheets:
        here: list[Table] = []
        for block in layout.blocks:
            is_meant = re.search(block.sheets, sheet.name) if block.sheets else sheet.is_visible
            if not is_meant:
                continue
            if block.first:
                here.append(_fixed(sheet, block))
            elif not block.cues or _cues(sheet, block):
                taken = [range(t.top, t.last) for t in here if t.header >= 0]
                here += [t for t in _search(sheet, block) if not any(t.header in r for r in taken)]
        tables += [_with_facts(table, here, workbook.file_name) for table in here]
    return tables


def _cues(sheet: Sheet, block: Block) -> list[Cue]:
    """Return the cues of a block that are on a sheet."""
    texts = [c for line in sheet.rows[:DEPTH] for c in line if isinstance(c, str) and c]
    return [cue for cue in block.cues if any(map(compiled(cue.text).search, texts))]


def _fixed(sheet: Sheet, block: Block) -> Table:
    columns = {
        column_number(letters): Found(column, column.says.get(letters, {}))
        for column in block.columns
        for letters in column.at.split()
    }
    last = min(block.last or 10**9, len(sheet.rows))
    return Table(sheet, block, dict(sorted(columns.items())), block.first - 1, last)


def _search(sheet: Sheet, block: Block) -> list[Table]:
    """Return the tables of a block on a sheet, from its header rows."""
    found: list[Table] = []
    for row, line in enumerate(sheet.rows):
        if not found and row >= DEPTH:
            break
        if found and not _may_repeat(found[-1], line):
            continue
        columns = _match(sheet, row, line, block, is_first=not found)
        if columns is None:
            continue
        top = _header_top(sheet, row, columns)
        if found:
            found[-1] = replace(found[-1], last=top)
        first = _skip_tags(sheet, row + 1)
        found.append(Table(sheet, block, columns, first, len(sheet.rows), top, row))
        if not block.repeats:
            break
    return found


def _may_repeat(table: Table, line: Sequence[Cell]) -> bool:
    """Return quickly whether a row may be the header again: its first number column is no number."""
    cell = _get(line, min(_numbers(table.columns)))
    return isinstance(cell, str) or (isinstance(cell, float) and parse.is_year(cell))


def _match(
    sheet: Sheet, row: int, line: Sequence[Cell], block: Block, *, is_first: bool
) -> dict[int, Found] | None:
    """Return the columns that a row would head, None where it is not the header of the block."""
    filled = {c: cell for c, cell in enumerate(line) if _words_of(cell)}
    found: dict[int, Found] = {}
    # Most rows are no header: what must be there is looked for before all the rest.
    for column in sorted(block.columns, key=lambda column: not column.is_required):
        here = _match_column(column, filled, found)
        if column.is_required and not here:
            return None
        found |= here
    if not found or not _is_header(sheet, row, filled, found, is_first):
        return None
    found = _with_rest(sheet, row, filled, found, block)
    return found if _numbers(found) else None


def _words_of(cell: Cell) -> str:
    return "" if cell is None else " ".join(text_of(cell).split())


def _numbers(columns: Mapping[int, Found]) -> list[int]:
    return [c for c, one in columns.items() if one.column.role in NUMBER_ROLES]


def _match_column(
    column: Column, filled: Mapping[int, Cell], taken: Mapping[int, Found]
) -> dict[int, Found]:
    """Return the cells of a row, of those not taken, that head a kind of column."""
    if "@period" in column.header:
        return _match_periods(filled, column)
    found = {}
    for c, cell in filled.items():
        header = _words_of(cell)
        facts = None if c in taken else _match_header(column.header, header)
        if facts is not None:
            found[c] = Found(column, {"header": header, **facts})
    return found


@lru_cache(maxsize=10_000)
def _match_header(patterns: tuple[str, ...], header: str) -> Mapping[str, str] | None:
    """Return the named groups of the first pattern that a whole header matches, or None."""
    if len(header) > LONGEST:
        return None
    folded = fold(header)
    for pattern in patterns:
        if pattern.startswith("@"):
            if meaning("headers", folded) == pattern[1:]:
                return {}
        elif match := compiled(pattern).fullmatch(folded):
            return _named(match)
    return None


def _match_periods(filled: Mapping[int, Cell], column: Column) -> dict[int, Found]:
    """Return the cells of a row that are periods side by side; years must run one way.

    A row of values between 1900 and 2100 is not a row of years: it goes up and down.
    """
    places = list(filled)
    spans, repaired, is_open = parse.header_periods([filled[c] for c in places])
    starts = [span[0] for span in spans if span]
    if starts not in (sorted(set(starts)), sorted(set(starts), reverse=True)):
        return {}
    found = {}
    for place, (c, span) in enumerate(zip(places, spans, strict=True)):
        header = _words_of(filled[c])
        if span:
            facts = {"header": header, "period": f"{span[0].isoformat()}/{span[1].isoformat()}"}
            facts |= {"repaired": "yes"} if place in repaired else {}
            found[c] = Found(column, facts)
        elif place in is_open:  # 2019/20: a period, to be asked about
            found[c] = Found(column, {"header": header, "period": header})
    return found


def _is_header(
    sheet: Sheet, row: int, filled: Mapping[int, Cell], found: Mapping[int, Found], is_first: bool
) -> bool:
    """Return whether a row that has the required columns is no row of data.

    One period alone, or periods again further down, need a known header word beside them, or
    above where their own row has no labels.
    """
    periods = [c for c, one in found.items() if "@period" in one.column.header]
    if not periods:
        return True
    if min(periods) == 0:  # nothing could say what the rows are
        return False
    others = [c for c in filled if c not in found]
    if any(min(periods) < c < max(periods) and not isinstance(filled[c], str) for c in others):
        return False
    if len(found) > len(periods):
        return True
    beside = [filled[c] for c in others if c < min(periods)]
    if is_first and len(periods) > 1:
        return all(isinstance(cell, str) for cell in beside)
    above = sheet.rows[row - 1] if row and not beside else []
    return any(isinstance(cell, str) and meaning("headers", cell) for cell in above)


def _with_rest(
    sheet: Sheet, row: int, filled: Mapping[int, Cell], found: dict[int, Found], block: Block
) -> dict[int, Found]:
    """Return the columns with those that the block takes unnamed.

    Unnamed labels stand left of the first number, unnamed numbers right of the last label.
    """
    numbers = _numbers(found)
    labels = [c for c, one in found.items() if one.column.role == "label"]
    for column in (column for column in block.columns if column.is_rest):
        if column.role == "label":
            places: Iterable[int] = range(min(numbers, default=0))
        elif column.role in NUMBER_ROLES:
            body = sheet.rows[row + 1 : row + 1 + DEPTH]
            places = [c for c in filled if c > max(labels, default=-1) and _any_number(body, c)]
        else:
            places = list(filled)
        for c in places:
            found.setdefault(c, Found(column, {"header": _words_of(filled.get(c))}))
    return dict(sorted(found.items()))


def _header_top(sheet: Sheet, row: int, columns: dict[int, Found]) -> int:
    """Return the first row of a header; what stands over its numbers becomes their fact `above`.

    A text over several columns stands in the first of them only.
    """
    numbers = _numbers(columns)
    top = row
    while top > max(row - HEADER_ROWS, 0):
        line = sheet.rows[top - 1]
        if not any(isinstance(_get(line, c), str) and _words_of(_get(line, c)) for c in numbers):
            break
        top -= 1
        over = ""
        for c in numbers:
            over = _words_of(_get(line, c)) or over
            above = f"{over} {columns[c].facts.get('above', '')}".strip()
            columns[c] = Found(columns[c].column, {**columns[c].facts, "above": above})
    return top


def _any_number(lines: Iterable[Sequence[Cell]], column: int) -> bool:
    """Return whether there is a number in a column, typed or written."""
    for line in lines:
        cell = _get(line, column)
        if isinstance(cell, float):
            return True
        if isinstance(cell, str) and parse.read_number(cell)[0].kind == parse.NUMBER:
            return True
    return False


def _get(line: Sequence[Cell], column: int) -> Cell:
    return line[column] if column < len(line) else None


def _skip_tags(sheet: Sheet, row: int) -> int:
    """Return the first row of a body: below a row of HXL tags or of types there may be one."""
    for line in sheet.rows[row : row + 2]:
        texts = [text for text in map(_words_of, line) if text]
        is_tags = texts and all(text.startswith("#") for text in texts)
        if not is_tags and not (texts and all(meaning("types", text) for text in texts)):
            break
        row += 1
    return row


def _with_facts(table: Table, siblings: Sequence[Table], file_name: str) -> Table:
    """Return a table with the facts of the layout, the file's name and the cells above it."""
    block, rows = table.block, table.sheet.rows
    stem = Path(file_name).stem
    facts = {**block.facts, "file": stem}
    for cue in _cues(table.sheet, block):
        facts |= cue.facts
    if block.file and (match := compiled(block.file).search(stem)):
        facts |= _named(match)
    first = min((other.top for other in siblings if other.header >= 0), default=0)
    facts |= _facts_above(rows[:first], block.top)  # the title of the sheet
    if table.top > first:  # and of a table further down, below the numbers of the one before
        start = next((r + 1 for r in range(table.top)[::-1] if _has_numbers(rows[r])), 0)
        facts |= _facts_above(rows[start : table.top], block.top)
    facts |= _facts_of_notes(table, block.notes)
    return replace(table, facts=facts)


def _has_numbers(line: Sequence[Cell]) -> bool:
    return any(isinstance(cell, float) for cell in line)


def _named(match: re.Match[str]) -> dict[str, str]:
    return {name: text.strip() for name, text in match.groupdict().items() if text}


def _facts_above(lines: Sequence[Sequence[Cell]], patterns: Iterable[str]) -> dict[str, str]:
    """Return what the patterns find: of the first row with a match the last cell that matches.

    Titles stand side by side in several languages, the most widely read one last.
    """
    facts: dict[str, str] = {}
    for pattern in patterns:
        for line in lines:
            matches = [m for text in map(_words_of, line) if (m := compiled(pattern).search(text))]
            if matches:
                facts = _named(matches[-1]) | facts
                break
    return facts


def _facts_of_notes(table: Table, patterns: Iterable[str]) -> dict[str, str]:
    """Return facts that the texts of the whole sheet agree on, each saying the same."""
    said: dict[str, set[str]] = {}
    texts = [c for line in table.sheet.rows for c in line if isinstance(c, str)] if patterns else []
    for pattern in patterns:
        for match in (match for text in texts for match in compiled(pattern).finditer(text)):
            for name, found in _named(match).items():
                said.setdefault(name, set()).add(found)
    return {name: min(found) for name, found in said.items() if len(found) == 1}


def _remarks(workbook: Workbook, tables: Sequence[Table]) -> list[Finding]:
    """Return notes on what a reader may not expect: hidden cells that count, sheets that do not."""
    findings = []
    for sheet in workbook.sheets:
        here = [table for table in tables if table.sheet is sheet]
        if not here and sheet.is_visible and any(map(any, sheet.rows)):
            findings.append(finding("sheet_not_read", sheet.name))
        used = {
            c for table in here for c, one in table.columns.items() if one.column.role != "skip"
        }
        if hidden := sorted(used & sheet.hidden_columns):
            letters = ", ".join(map(column_letters, hidden))
            findings.append(finding("hidden_columns_read", sheet.name, found=letters))
        rows = sum(any(t.first <= r < t.last for t in here) for r in sheet.hidden_rows)
        if rows:
            findings.append(finding("hidden_rows_read", sheet.name, times=rows))
        for table in here:
            findings += _remarks_on_header(table)
    return findings


def _remarks_on_header(table: Table) -> Iterator[Finding]:
    for c, one in table.columns.items():
        if "repaired" in one.facts:
            cell = address(table.header, c)
            period = one.facts["period"][:4]
            found = one.facts["header"]
            yield finding("footnote_in_header", table.sheet.name, cell, found=found, period=period)
    if table.header < 0:
        return
    for c, header in enumerate(table.sheet.rows[table.header]):
        body = table.sheet.rows[table.first : min(table.last, table.first + DEPTH)]
        if c not in table.columns and header is not None and _any_number(body, c):
            cell = address(table.header, c)
            yield finding("column_not_read", table.sheet.name, cell, found=text_of(header))
