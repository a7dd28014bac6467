"""Tables as programs read them: one value a column, numbers as numbers, codes beside names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from dashboard.reports.document import Cell, Column, Group, Table
from schemas import words

Value = str | float | date | None


@dataclass(frozen=True)
class Flat:
    """One column: its title, its values, and how a spreadsheet shows each."""

    title: str
    values: tuple[Value, ...]
    patterns: tuple[str, ...]
    width: float
    is_number: bool = False
    is_verbatim: bool = False


def columns(table: Table, language: str) -> list[Flat]:
    """Return the columns of a table.

    What the groups are has a column, with their codes where they have any. What may be a range has two
    columns; codes, qualifiers and the smaller lines of cells have one of their own where there are any.
    """
    found = list(_of_groups(table, language))
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows]
        found += _of_column(
            column,
            cells,
            language,
            is_first=place == 0 and not any(group.code for group in table.groups),
        )
    return found


def _of_groups(table: Table, language: str) -> Iterable[Flat]:
    pairs = [group for group in table.groups for _ in group.rows]

    def told(title: str, of: Callable[[Group], str], width: float) -> Flat:
        return _texts(title, [of(group) for group in pairs], width)

    if any(group.code for group in pairs):
        yield told(words.text("Code", language), lambda group: group.code, 1)
    if any(group.title for group in pairs):
        title = table.grouped_by or words.text("Group", language)
        yield told(title, lambda group: group.title, 2)


def _of_column(
    column: Column, cells: list[Cell], language: str, *, is_first: bool
) -> Iterable[Flat]:
    title = column.title
    if any(_is_period(cell) for cell in cells):
        yield _texts(title, ["" if cell.text == "–" else cell.text for cell in cells], column.width)
        days = [words.parse_period_code(cell.code) if cell.code else (None, None) for cell in cells]
        yield _numbers(words.text("From", language), [day[0] for day in days], cells, 1)
        yield _numbers(words.text("Until", language), [day[1] for day in days], cells, 1)
        return
    if any(cell.code for cell in cells):
        code = words.text("Code", language)
        named = code if is_first else f"{title}: {code.lower()}"
        yield _texts(named, [cell.code for cell in cells], 1)
    numbers = [cell.value for cell in cells]
    has_ends = column.has_ends or any(cell.high is not None for cell in cells)
    is_number = column.has_ends or any(value is not None for value in numbers)
    if not is_number:
        told = ["" if cell.text == "–" else cell.text for cell in cells]
        yield _texts(title, told, column.width, any(cell.is_verbatim for cell in cells))
    elif has_ends:
        ends = {
            words.text("{title}, lower end", language, title=title): numbers,
            words.text("{title}, upper end", language, title=title): [
                cell.value if cell.high is None else cell.high for cell in cells
            ],
        }
        yield from (_numbers(name, values, cells, column.width) for name, values in ends.items())
    else:
        yield _numbers(title, numbers, cells, column.width)
    if is_number and any(cell.value is None and cell.text != "–" for cell in cells):
        said = ["" if cell.value is not None or cell.text == "–" else cell.text for cell in cells]
        yield _texts(words.text("{title}, in words", language, title=title), said, column.width)
    if any(cell.qualifier for cell in cells):
        named = f"{title}: {words.text('Qualifier', language).lower()}"
        yield _texts(named, [cell.qualifier for cell in cells], 0.6)
    if any(cell.under for cell in cells):
        below = column.under or f"{title}: {words.text('Note', language).lower()}"
        yield _texts(below, [" · ".join(cell.under) for cell in cells], column.width)


def _is_period(cell: Cell) -> bool:
    """Return whether a cell is a period, whose code names its days."""
    return cell.pattern == "yyyy-mm-dd" and cell.value is None and bool(cell.code)


def _texts(title: str, values: list[str], width: float, is_verbatim: bool = False) -> Flat:
    return Flat(title, tuple(values), ("",) * len(values), width, is_verbatim=is_verbatim)


def _numbers(
    title: str, values: Iterable[float | date | None], cells: list[Cell], width: float
) -> Flat:
    return Flat(title, tuple(values), tuple(cell.pattern for cell in cells), width, is_number=True)


def unique(titles: Iterable[str]) -> list[str]:
    """Return titles that differ: what comes again has a number behind it.

    >>> unique(["Actual", "Actual", "Note"])
    ['Actual', 'Actual 2', 'Note']
    """
    told: list[str] = []
    for title in titles:
        times = sum(one == title or one.startswith(f"{title} ") for one in told)
        told.append(f"{title} {times + 1}" if title in told else title)
    return told
