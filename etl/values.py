"""A recognised table becomes typed rows (`schemas.rows.PARSED`), or findings about its cells.

Works by columns: all number columns of one kind are one long column of located cells, whose facts
are columns of texts, each distinct text looked at once.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd

from etl import labels, parse
from etl.layouts import (
    NUMBER_ROLES,
    TEXT_ROLES,
    Column,
    Found,
    Layout,
    Recognition,
    Table,
    compiled,
)
from etl.markup import column_letters
from etl.parse import Texts, fold, meaning, slug, text_of
from etl.reference import Reference
from etl.workbook import Cell, Workbook, address
from schemas.codes import Answer, Basis, ReportedAs, ValueType
from schemas.findings import Finding, finding
from schemas.rows import PARSED, breakdown_key, categories_of, empty

SHOWN = 50
"So many cells with the same fault in one column are told one by one, the rest as a number."

TIDY = [
    *("sheet", "cell", "indicator", "project", "place", "period_start", "period_end"),
    *("value_type", "breakdown", "unit", "qualifier", "value", "raw"),
]
"The columns of `medtown tidy`."

Places = np.ndarray[Any, np.dtype[np.intp]]
Facts = dict[str, Texts]


@dataclass(frozen=True)
class Parsed:
    """The values of a workbook in its own words (`schemas.rows.PARSED`), and the findings."""

    rows: pd.DataFrame
    findings: list[Finding]


def parse_values(workbook: Workbook, recognition: Recognition, reference: Reference) -> Parsed:
    """Return every value that a recognised workbook holds, in the order of its cells.

    The same key may come twice: whether that is a repetition or a contradiction is for the check.
    """
    frames: list[pd.DataFrame] = []
    findings: list[Finding] = []
    if recognition.layout:
        for table in recognition.tables:
            frame, found = _parse_table(table, recognition.layout, workbook, reference)
            frames += [frame] if len(frame) else []
            findings += found
    rows = pd.concat(frames, ignore_index=True) if frames else empty(PARSED)
    return Parsed(rows, findings)


def tidy(rows: pd.DataFrame) -> pd.DataFrame:
    """Return parsed rows with the columns of `medtown tidy`; days in ISO form."""
    frame = rows[TIDY].copy()
    for column in ("period_start", "period_end"):
        frame[column] = frame[column].dt.strftime("%Y-%m-%d").fillna("")
    return frame


def _parse_table(
    table: Table, layout: Layout, workbook: Workbook, reference: Reference
) -> tuple[pd.DataFrame, list[Finding]]:
    rows = _read_rows(table, reference)
    frames: list[pd.DataFrame] = []
    findings: list[Finding] = []
    marks: Counter[str] = Counter()
    for kind, columns in _number_columns(table):
        located = _locate(table, columns, rows.headings)
        numbers = parse.numbers(
            located.cells,
            decimal=kind.decimal or layout.decimal,
            brackets=kind.brackets or layout.brackets,
            percent=_percentages(table, located),
        )
        is_value = _is_value(numbers, kind, table)
        findings += _questions(table, columns, numbers, located, is_value, marks)
        if not is_value.all():
            numbers, located = numbers.take(is_value), located.take(is_value)
        if workbook.kind != "csv":  # where everything is text
            findings += _typed_as_text(table, numbers, located)
        frame, found = _rows_of(table, layout, kind, located, numbers, rows, reference)
        frames.append(frame)
        findings += found
    if marks:
        told = ", ".join(f"{mark} × {times}" for mark, times in marks.most_common(8))
        name = table.sheet.name
        findings.append(finding("marks_without_value", name, found=told, times=marks.total()))
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return empty(PARSED), findings
    together = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled.pop()
    frames.clear()
    frame, found = _choose(together, table)
    frame = _join_parts(frame)
    if not (frame["_row"].is_monotonic_increasing and frame["_row"].is_unique):
        frame = frame.sort_values(["_row", "_column"])
    return frame[list(PARSED.columns)], findings + found


def _number_columns(table: Table) -> list[tuple[Column, list[int]]]:
    """Return the number columns of a table by kind."""
    kinds: dict[int, tuple[Column, list[int]]] = {}
    for c, one in table.columns.items():
        if one.column.role in NUMBER_ROLES:
            kinds.setdefault(id(one.column), (one.column, []))[1].append(c)
    return list(kinds.values())


# --- Rows --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rows:
    """What the cells beside the numbers say, row by row of the body.

    `dimensions` are (code, categories); `keys` whole breakdowns; `headings` rows without values.
    """

    facts: Facts
    dimensions: list[tuple[str, Texts]]
    keys: list[Texts]
    headings: frozenset[int] = frozenset()


def _read_rows(table: Table, reference: Reference) -> _Rows:
    facts: Facts = {}
    dimensions: dict[str, Texts] = {}
    keys: list[Texts] = []
    for c, one in _in_order(table):
        column = one.column
        if column.role == "dimension":
            header = _stripped(one.facts.get("header", ""), column)
            code = column.dimension or labels.dimension_of(header, reference)
            code = code if code and code not in dimensions else slug(header)
            texts = _column_texts(table, c, column)
            dimensions[code] = texts.map(partial(_category, code, reference))
        elif column.role == "breakdown":
            keys.append(_column_texts(table, c, column))
        elif column.role not in (*NUMBER_ROLES, "label", "skip"):
            texts = _column_texts(table, c, column)
            pattern = compiled(column.cells)
            for name in pattern.groupindex:
                _add(facts, name, texts.map(partial(_group, pattern, name)))
            _add(facts, column.role, texts)
    rows = _Rows(facts, list(dimensions.items()), keys)
    has_labels = any(one.column.role == "label" for one in table.columns.values())
    return _with_labels(rows, table, reference) if has_labels else rows


def _in_order(table: Table) -> list[tuple[int, Found]]:
    """Return the columns of a table, those first that are declared first."""
    order = {id(column): place for place, column in enumerate(table.block.columns)}

    def place(item: tuple[int, Found]) -> tuple[int, int]:
        c, one = item
        # The label next to the numbers is in the most widely read language.
        return order[id(one.column)], -c if one.column.role == "label" else c

    return sorted(table.columns.items(), key=place)


def _group(pattern: re.Pattern[str], name: str, word: str) -> str:
    match = pattern.fullmatch(word)
    return (match[name] or "").strip() if match else ""


def _add(facts: Facts, name: str, texts: Texts) -> None:
    """Add a column to the facts; where one has the same name, it fills that one's gaps."""
    if name in facts:
        known, others = facts[name].values(), texts.values()
        texts = Texts.of(np.where(known == "", others, known))
    facts[name] = texts


def _category(dimension: str, reference: Reference, word: str) -> str:
    if not word or meaning("totals", word):
        return ""
    return labels.category(dimension, [word], reference) or slug(word)


def _body(table: Table, c: int) -> list[Cell]:
    """Return the cells of a column; a merged cell stands in each of its rows."""
    rows = table.sheet.rows
    cells: list[Cell] = [
        line[c] if c < len(line) else None for line in rows[table.first : table.last]
    ]
    for top, left, bottom, right in table.sheet.merged:
        if left <= c <= right and bottom >= table.first and top < table.last:
            value = rows[top][left] if top < len(rows) and left < len(rows[top]) else None
            for r in range(max(top, table.first), min(bottom + 1, table.last)):
                cells[r - table.first] = value
    return cells


def _column_texts(table: Table, c: int, column: Column) -> Texts:
    """Return a column as texts, empty where a cell says nothing."""
    cells = _body(table, c)
    if column.fills_down:
        last: Cell = None
        cells = [last := last if cell is None else cell for cell in cells]
    silent = {fold(word) for word in column.blank}

    def said(word: str) -> str:
        word = _stripped(word, column)
        is_meant = not column.cells or compiled(column.cells).fullmatch(word) is not None
        is_meant = is_meant and not (column.role == "place" and meaning("totals", word))
        return word if is_meant and fold(word) not in silent else ""

    return Texts.of_cells(cells).map(said)


def _stripped(text: str, column: Column) -> str:
    text = compiled(column.strip).sub("", text) if column.strip else text
    return " ".join(text.split())


def _with_labels(rows: _Rows, table: Table, reference: Reference) -> _Rows:
    """Return the rows with what their labels say; preferred labels are those declared first."""
    columns = [c for c, one in _in_order(table) if one.column.role == "label"]
    numbers = [c for _, columns in _number_columns(table) for c in columns]
    texts = [[" ".join(text_of(cell).split()) for cell in _body(table, c)] for c in columns]
    lines = [_line(table, r, columns, numbers, words) for r, *words in _numbered(texts)]
    last = max((r + 1 for r, line in enumerate(lines) if line.has_values), default=0)
    notes = [text for line in lines[last:] for text in line.texts]
    has_sections = table.block.has_sections
    said = labels.read_labels(lines[:last], reference, notes, has_sections=has_sections)
    said += [labels.Label()] * (len(lines) - last)
    for name in ("item", "place", "note"):
        _add(rows.facts, name, Texts.of(getattr(label, name) for label in said))
    general = "" if "unit" in table.facts else labels.unit_of(table.facts.get("title", ""))
    _add(rows.facts, "unit", rows.facts["item"].map(lambda item: labels.unit_of(item) or general))
    keys = Texts.of(breakdown_key(dict(label.breakdown)) for label in said)
    headings = frozenset(r for r, line in enumerate(lines) if not line.has_values)
    return _Rows(rows.facts, rows.dimensions, [*rows.keys, keys], headings)


def _numbered(columns: Sequence[Sequence[str]]) -> Iterable[tuple[Any, ...]]:
    return ((r, *words) for r, words in enumerate(zip(*columns, strict=True)))


def _line(
    table: Table, r: int, columns: Sequence[int], numbers: Sequence[int], words: Sequence[str]
) -> labels.Line:
    """Return a row as its labels show it; words alone among the numbers are a heading too."""
    row = r + table.first
    cells = table.sheet.rows[row]
    filled = [cells[c] for c in numbers if c < len(cells) and text_of(cells[c]).strip()]
    written = {cell for cell in filled if isinstance(cell, str)}
    is_heading = not filled
    if len(filled) == len(written) == 1 and not any(words):
        is_heading = parse.read_number(*written)[0].kind == parse.TEXT
        words = [" ".join(word.split()) for word in written if is_heading]
    level = max(table.sheet.indents.get((row, c), 0) for c in columns)
    is_bold = any((row, c) in table.sheet.bold for c in columns)
    return labels.Line(tuple(words), not is_heading, level + (not is_bold))


# --- Cells -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Located:
    """Filled cells of number columns: row of the body, column of the sheet, what stands there."""

    rows: Places
    columns: Places
    cells: list[Cell]

    def take(self, chosen: Any) -> "_Located":
        """Return some of the cells."""
        cells = [cell for cell, is_chosen in zip(self.cells, chosen, strict=True) if is_chosen]
        return _Located(self.rows[chosen], self.columns[chosen], cells)

    def place(self, table: Table, at: int) -> tuple[int, int]:
        """Return row and column of one of the cells on its sheet."""
        return int(self.rows[at]) + table.first, int(self.columns[at])

    def address(self, table: Table, at: int) -> str:
        """Return what a spreadsheet calls one of the cells."""
        return address(*self.place(table, at))


def _locate(table: Table, columns: Iterable[int], headings: frozenset[int]) -> _Located:
    rows: list[Places] = []
    places: list[Places] = []
    cells: list[Cell] = []
    lines = table.sheet.rows[table.first : table.last]
    for c in columns:
        column = [line[c] if c < len(line) else None for line in lines]
        is_filled = np.fromiter((cell is not None and cell != "" for cell in column), bool)
        is_filled[sorted(headings)] = False
        filled = np.flatnonzero(is_filled)
        rows.append(filled)
        places.append(np.full(len(filled), c))
        cells += column if len(filled) == len(column) else [column[r] for r in filled.tolist()]
    none = np.zeros(0, dtype=np.intp)
    return _Located(np.concatenate([none, *rows]), np.concatenate([none, *places]), cells)


def _percentages(table: Table, located: _Located) -> Any:
    """Return which cells are shown as percentages; None where the sheet has none."""
    shown = {place for place, text in table.sheet.formats.items() if "%" in text}
    if not shown:
        return None
    places = zip((located.rows + table.first).tolist(), located.columns.tolist(), strict=True)
    return np.array([place in shown for place in places], dtype=bool)


def _is_value(numbers: parse.Numbers, kind: Column, table: Table) -> Any:
    """Return which cells become rows: numbers, words where words are values, answers in a template."""
    accepted = [parse.NUMBER]
    if kind.is_text:
        accepted += [parse.TEXT, parse.YES, parse.NO]
    if table.block.has_answers:
        accepted += [parse.NOT_APPLICABLE, parse.NOTHING_TO_REPORT]
    return np.logical_or.reduce([numbers.kind == kind for kind in accepted])


def _questions(
    table: Table,
    columns: Sequence[int],
    numbers: parse.Numbers,
    located: _Located,
    is_value: Any,
    marks: Counter[str],
) -> list[Finding]:
    """Return what must be asked or told about the cells that are no values; count the marks."""
    findings: list[Finding] = []
    sheet = table.sheet.name
    unreadable = []
    asked: dict[str, list[int]] = {}
    for place in np.flatnonzero(~is_value).tolist():
        kind = numbers.kind[place]
        found = text_of(located.cells[place]).strip()
        if kind in (parse.AMBIGUOUS, parse.BRACKETED):
            asked.setdefault(kind, []).append(place)
        elif located.place(table, place) in table.sheet.errors:
            pass  # told by those who read the file
        elif kind in (parse.TEXT, parse.DATE, parse.YES, parse.NO):
            unreadable.append((located.address(table, place), found))
        elif found:
            marks[found] += 1
    for kind, places in asked.items():
        code = "ambiguous_numbers" if kind == parse.AMBIGUOUS else "ambiguous_brackets"
        example = text_of(located.cells[places[0]]).strip()
        evidence = numbers.evidence if kind == parse.AMBIGUOUS else {"times": len(places)}
        cell = located.address(table, places[0])
        findings.append(finding(code, sheet, cell, found=example, **evidence))
    findings += [
        finding("unreadable_number", sheet, c, found=text) for c, text in unreadable[:SHOWN]
    ]
    if len(unreadable) > SHOWN:
        letters = ", ".join(map(column_letters, columns))
        more = len(unreadable) - SHOWN
        cell = unreadable[SHOWN][0]
        findings.append(finding("more_unreadable", sheet, cell, found=letters, times=more))
    return findings


def _typed_as_text(table: Table, numbers: parse.Numbers, located: _Located) -> list[Finding]:
    """Return a note on the numbers that somebody typed as text, with how the first one was read."""
    places = [
        place
        for place, (cell, kind) in enumerate(zip(located.cells, numbers.kind, strict=True))
        if isinstance(cell, str) and kind == parse.NUMBER
    ]
    if not places:
        return []
    first = places[0]
    read = text_of(float(numbers.value[first]))
    found = text_of(located.cells[first]).strip()
    cell = located.address(table, first)
    name = table.sheet.name
    return [finding("numbers_as_text", name, cell, found=found, read=read, times=len(places))]


# --- Roles -------------------------------------------------------------------------------------


def compose(templates: Sequence[str], constants: Mapping[str, str], facts: Facts) -> Texts:
    """Return a column of texts: of each row the first template all of whose facts are there.

    `facts` are columns of one length, which go before the constants of the same name.
    """
    names = {name for template in templates for name in _names(template)}
    columns = {name: facts[name] for name in sorted(names) if name in facts}
    known = {name: constants.get(name, "") for name in names}

    def written(words: Mapping[str, str]) -> str:
        said = known | {name: word for name, word in words.items() if word}
        for template in templates:
            if all(said[name] for name in _names(template)):
                return " ".join(template.format_map(said).split())
        return ""

    return _combined(columns, written)


def _names(template: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(template) if name]


def _combined(columns: Mapping[str, Texts], written: Callable[[Mapping[str, str]], str]) -> Texts:
    """Return a column made from the words of others, each combination of words once.

    Without columns, one word for all rows: its codes are a single 0, which numpy repeats.
    """
    if not columns:
        return Texts(np.zeros(1, dtype=np.intp), [written({})])
    codes: Places = np.zeros(1, dtype=np.intp)
    size = 1
    for texts in columns.values():
        if size * len(texts.words) >= 2**62:  # or the codes of a wide list would overflow
            distinct, codes = np.unique(codes, return_inverse=True)
            size = len(distinct)
        codes = codes * len(texts.words) + texts.codes
        size *= max(len(texts.words), 1)
    if len(columns) == 1:
        [(name, texts)] = columns.items()
        return Texts(texts.codes, [written({name: word}) for word in texts.words])
    _, firsts, places = np.unique(codes, return_index=True, return_inverse=True)
    places = places.astype(np.int32)
    rows = firsts.tolist()
    words = [
        written({name: texts.words[texts.codes[row]] for name, texts in columns.items()})
        for row in rows
    ]
    return Texts(places, words)


def _rows_of(
    table: Table,
    layout: Layout,
    kind: Column,
    located: _Located,
    numbers: parse.Numbers,
    rows: _Rows,
    reference: Reference,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the rows of the located values of one kind of column, and what is odd about them."""
    whole = np.array_equal(located.rows, np.arange(table.last - table.first))
    facts = {n: texts if whole else texts.take(located.rows) for n, texts in rows.facts.items()}
    facts |= _header_facts(table, located)
    constants = table.facts

    def role(name: str) -> Texts:
        default = ("{value_type}", ValueType.ACTUAL) if name == "value_type" else (f"{{{name}}}",)
        templates = kind.roles.get(name) or table.block.roles.get(name) or default
        texts = compose(templates, constants, facts)
        return Texts(np.broadcast_to(texts.codes, len(located.rows)), texts.words)

    size = len(located.rows)
    shared: dict[str, Any] = {}

    def series(texts: Texts) -> Any:
        """Return a column of the frame; columns of one word are one array."""
        if len(texts.words) > 1:
            return pd.Series(pd.array(texts.values(), dtype="str"), copy=False)
        word = texts.words[0] if texts.words else ""
        if word not in shared:
            shared[word] = pd.array(parse.repeated(word, size), dtype="str")
        return pd.Series(shared[word], copy=False)

    def constant(word: str) -> Any:
        return series(Texts(np.zeros(1, np.intp), [word]))

    frame = pd.DataFrame(index=range(size))
    for name in TEXT_ROLES:
        if name != "period":
            frame[name] = series(role(name).map(_once) if name == "place" else role(name))
    frame["sheet"] = constant(table.sheet.name)
    frame["cell"] = pd.Series(_addresses(table, located), copy=False)
    frame["breakdown"] = _breakdowns(kind, table, facts, located, rows, reference)
    frame["raw"] = pd.Series(_raw_texts(numbers, located.cells), copy=False)
    _add_numbers(frame, kind, numbers, located.cells)
    frame["_row"] = (located.rows + table.first).astype(np.int32)
    frame["_column"] = located.columns.astype(np.int16)
    frame["_role"], frame["_choice"] = constant(kind.role), constant(kind.choice)
    frame["_order"] = np.full(size, table.block.columns.index(kind), np.int16)
    findings = _add_value_types(frame)
    findings += _add_periods(frame, role("period"), layout, kind)
    is_read = frame.pop("_is_read")
    return frame if is_read.all() else frame[is_read], findings


def _addresses(table: Table, located: _Located) -> Any:
    """Return what a spreadsheet calls each of the cells."""
    letters = {c: column_letters(c) for c in np.unique(located.columns).tolist()}
    addresses = np.empty(len(located.rows), dtype=object)
    for place, (r, c) in enumerate(zip(located.rows, located.columns, strict=True)):
        addresses[place] = f"{letters[int(c)]}{int(r) + table.first + 1}"
    return pd.array(addresses, dtype="str")


def _raw_texts(numbers: parse.Numbers, cells: Sequence[Cell]) -> Any:
    """Return the cells as their author sees them: a share with its percent sign."""
    raw = np.empty(len(cells), dtype=object)
    raw[:] = [
        text_of(value) + "%" if unit == "%" and not isinstance(cell, str) else text_of(cell).strip()
        for cell, value, unit in zip(cells, numbers.value.tolist(), numbers.unit, strict=True)
    ]
    return pd.array(raw, dtype="str")


def _once(place: str) -> str:
    """Return a place and those around it without repetition: the town Gao in the region Gao."""
    return ", ".join(dict.fromkeys(place.split(", ")))


def _header_facts(table: Table, located: _Located) -> Facts:
    """Return the facts of the headers above the located cells."""
    columns, codes = np.unique(located.columns, return_inverse=True)
    headers = [table.columns[c].facts for c in columns.tolist()]
    names = {name for header in headers for name in header}
    return {name: Texts(codes, [header.get(name, "") for header in headers]) for name in names}


def _breakdowns(
    kind: Column,
    table: Table,
    facts: Facts,
    located: _Located,
    rows: _Rows,
    reference: Reference,
) -> Any:
    """Return the canonical breakdown of each located value."""
    columns = {f"={d}": texts.take(located.rows) for d, texts in rows.dimensions}
    columns |= {f"|{i}": texts.take(located.rows) for i, texts in enumerate(rows.keys)}
    for dimension, template in kind.breakdown.items():
        texts = compose((template,), table.facts, facts)
        texts = Texts(np.broadcast_to(texts.codes, len(located.rows)), texts.words)
        columns[f"={dimension}"] = texts.map(partial(_category, dimension, reference))

    def key(words: Mapping[str, str]) -> str:
        categories: dict[str, str] = {}
        for name, word in words.items():
            if name[0] == "=":
                categories |= {name[1:]: word} if word else {}
            else:
                categories |= categories_of(word)
        return breakdown_key(categories)

    return np.broadcast_to(_combined(columns, key).values(), len(located.rows))


def _add_numbers(
    frame: pd.DataFrame, kind: Column, numbers: parse.Numbers, cells: Sequence[Cell]
) -> None:
    """Fill in what the cells themselves say: number, unit, qualifier, words, answers."""
    none = pd.Series(np.full(len(cells), np.nan))
    for name in NUMBER_ROLES:
        frame[name] = pd.Series(numbers.value, copy=False) if name == kind.role else none
    frame["qualifier"] = pd.Series(numbers.qualifier, dtype="str", copy=False)
    for name in ("unit", "currency", "note"):
        told = getattr(numbers, name)
        if (told != "").any():
            said = pd.Series(told, dtype="str")
            frame[name] = frame[name].where(frame[name] != "", said)
    is_answer = (numbers.kind == parse.NOT_APPLICABLE) | (numbers.kind == parse.NOTHING_TO_REPORT)
    is_words = np.isnan(numbers.value) & ~is_answer
    texts = parse.repeated("", len(cells))
    for place in np.flatnonzero(is_words).tolist():
        texts[place] = text_of(cells[place]).strip()
    frame["text"] = pd.Series(texts, dtype="str")
    answers = parse.repeated(Answer.VALUE.value, len(cells))
    answers[is_answer] = numbers.kind[is_answer]
    frame["answer"] = pd.Series(answers, dtype="str")
    usual = parse.repeated(Basis.MEASURED.value, len(cells))
    usual[numbers.note == "estimated"] = Basis.ESTIMATED.value
    frame["basis"] = frame["basis"].where(
        frame["basis"].isin([word.value for word in Basis]), pd.Series(usual, dtype="str")
    )
    known = frame["reported_as"].isin(["", *[word.value for word in ReportedAs]])
    if not known.all():
        frame["reported_as"] = frame["reported_as"].where(known, "")


def _each_word(
    frame: pd.DataFrame, words: "pd.Series[str]", wrong: Any, code: str
) -> list[Finding]:
    """Return one finding for each distinct wrong word, at the first of its cells."""
    if not wrong.any():
        return []
    findings = []
    for word, group in frame[wrong].groupby(words[wrong], sort=False):
        first = group.iloc[0]
        findings.append(finding(code, first["sheet"], first["cell"], found=word, times=len(group)))
    return findings


def _add_value_types(frame: pd.DataFrame) -> list[Finding]:
    """Bring the value types into codes; rows whose type is not understood are not read."""
    words = frame["value_type"]
    codes = {
        word: word if word in list(ValueType) else meaning("value_types", word)
        for word in words.unique()
    }
    if any(word != code for word, code in codes.items()):
        frame["value_type"] = words.map(codes)
    frame["_is_read"] = frame["value_type"] != ""
    return _each_word(frame, words, ~frame["_is_read"], "unknown_value_type")


def _add_periods(frame: pd.DataFrame, texts: Texts, layout: Layout, kind: Column) -> list[Finding]:
    """Fill in the first and the last day, none where the period is not understood.

    A baseline and a target stand on one day, unless the column says that theirs is a period.
    """
    read = parse.periods(texts, order=layout.date_order, year_starts=layout.year_starts)
    if kind.span != "period":
        on_a_day = (frame["value_type"] != ValueType.ACTUAL).to_numpy()
        read.start[on_a_day] = read.end[on_a_day]
    frame["period_start"] = pd.Series(read.start, copy=False)
    frame["period_end"] = pd.Series(read.end, copy=False)
    if (read.kind == parse.DATE).all():
        return []
    words = pd.Series(texts.values(), index=frame.index, dtype="str")
    findings: list[Finding] = []
    for code, wrong in (
        (
            "unreadable_period",
            (read.kind == parse.TEXT) | ((read.kind == parse.MISSING) & (words != "")),
        ),
        ("ambiguous_periods", read.kind == parse.AMBIGUOUS),
        ("year_start_unknown", read.kind == parse.UNANCHORED),
    ):
        findings += _each_word(frame, words, np.asarray(wrong, dtype=bool), code)
    return findings


# --- Rows together -----------------------------------------------------------------------------


def _choose(frame: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the rows without those for which a column that goes before holds a value too."""
    if (frame["_choice"] == "").all():
        return frame, []
    chosen = frame[frame["_choice"] != ""].sort_values("_order")
    passed = chosen[chosen.duplicated(["_row", "_choice"])]
    if passed.empty:
        return frame, []
    first = passed.sort_values(["_row", "_column"]).iloc[0]
    note = finding(
        "value_passed_over", table.sheet.name, first["cell"], found=first["raw"], times=len(passed)
    )
    return frame.drop(index=passed.index), [note]


def _join_parts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with numerator, denominator and n beside the value of the same row and key."""
    if (frame["_role"] == "value").all():
        return frame
    key = ["_row", "indicator", "project", "place", "period_start", "period_end"]
    key += ["value_type", "breakdown"]
    frame["_order"] = frame["_role"].map(list(NUMBER_ROLES).index)
    frame = frame.sort_values("_order")
    together = frame.groupby(key, dropna=False, sort=False)
    whole = together.head(1).set_index(key)
    for name in NUMBER_ROLES:  # `first` skips what is missing
        whole[name] = together[name].first()
    return whole.reset_index()
