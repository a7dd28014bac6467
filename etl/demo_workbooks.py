"""Writes the workbooks of the demonstration again: `python -m etl.demo_workbooks`.

Each is a real template, filled in cell by cell as `data/demo/plan.toml` says, in its order: what
an earlier workbook told is already in the next one, as it is for partners. The same plan gives the
same bytes.
"""

import io
import re
import tomllib
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from etl import intake, reference, template
from etl.reference import Reference
from etl.template import keys
from schemas import words
from schemas.codes import Measure, Severity
from schemas.rows import ROWS, SLICE, empty

FOLDER = Path(__file__).parent.parent / "data" / "demo"
PLAN = FOLDER / "plan.toml"
MADE = datetime(2024, 1, 15, tzinfo=UTC)
"When the files say that they were made; otherwise each run would give other bytes."

NOTICE_FONT = Font(name="Arial", size=11, bold=True, color="B3261E")
GUIDE_ROW, TABLE_ROW = 4, 3
"Where there is room for the notice: on the instructions, and above the table."

Plan = dict[str, Any]
"A workbook of the plan."

Key = tuple[str, str, str, str]
"Indicator, place, part of the indicator, and the key of a column."


def main() -> None:
    """Write every workbook of the plan."""
    for name, data in demo_workbooks(reference.read_files()):
        (FOLDER / name).write_bytes(data)
        print(f"{name}: {len(data):,} bytes")


def read_plan() -> list[Plan]:
    """Return the workbooks of the plan, in their order."""
    plans: list[Plan] = tomllib.loads(PLAN.read_text("utf-8"))["workbooks"]
    return plans


def demo_workbooks(catalogue: Reference) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each workbook of the plan."""
    known = empty(ROWS)
    for plan in read_plan():
        data = filled_workbook(plan, catalogue, known)
        yield plan["file"], data
        known = _known_after(data, plan["file"], catalogue, known)


def filled_workbook(plan: Plan, catalogue: Reference, known: pd.DataFrame) -> bytes:
    """Return one workbook of the plan; `known` are the observations that count before it."""
    start, end = words.parse_period_code(plan["period"])
    project, language = plan["project"], plan["language"]
    blank = template.write_template(catalogue, project, start, end, language=language, known=known)
    file = openpyxl.load_workbook(io.BytesIO(blank), rich_text=True)
    table = next(s for s in file.worksheets if str(s["A1"].value).startswith(keys.MARK))
    _write_notice(file.worksheets[0], GUIDE_ROW, plan, catalogue)
    _write_notice(table, TABLE_ROW, plan, catalogue)
    cells = dict(cells_by_key(table))
    for key, content in typed(plan, catalogue).items():
        if cells[key].protection.locked:
            raise ValueError(f"{plan['file']}: {key} is not to be filled in")
        cells[key].value = content
    for written, over in plan.get("overwritten", {}).items():
        _overwrite_keys(table, written, over)
    file.properties.created = MADE.replace(tzinfo=None)
    return _packed_again(file)


def _write_notice(sheet: Worksheet, row: int, plan: Plan, catalogue: Reference) -> None:
    """Say on a sheet that its values are invented, before whatever its cell says already."""
    programme = catalogue.programmes[catalogue.projects[plan["project"]].programme_code]
    cell = sheet.cell(row, 2)
    notice = words.name(programme.notice, plan["language"])
    cell.value = " ".join(str(text) for text in (notice, cell.value) if text)
    cell.font = NOTICE_FONT


def cells_by_key(table: Worksheet) -> Iterator[tuple[Key, Cell]]:
    """Yield the cells of a table that have a key of their row and one of their column."""
    names: dict[int, str] = {}
    for first, *others in table.iter_rows():
        if first.value == keys.COLUMNS:
            names = {cell.column: str(cell.value) for cell in others if cell.value}
        elif line := keys.Line.of(str(first.value)):
            for cell in others:
                if cell.column in names and not isinstance(cell, MergedCell):
                    at = (line.indicator_code, line.place_code, line.part, names[cell.column])
                    yield at, cell


def typed(plan: Plan, catalogue: Reference) -> dict[Key, Any]:
    """Return what is to be typed into which cell."""
    places = catalogue.projects[plan["project"]].place_codes
    found: dict[Key, Any] = {}
    for name, told in plan["values"].items():
        code, _, place = name.partition(" ")
        told = told if isinstance(told, dict) else {"value": told}
        measure = catalogue.indicators[code].measure
        for (part, column), content in _parts(told, measure, plan["language"]):
            found[code, place or places[0], part, column] = content
    return found


def _parts(
    told: dict[str, Any], measure: str, language: str
) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield ((part, column), content) of all that is told of one indicator."""
    parts = {
        Measure.RATIO: (keys.NUMERATOR, keys.DENOMINATOR),
        Measure.SCORE: (keys.VALUE, keys.ANSWERED),
    }.get(Measure(measure), (keys.VALUE,))
    first = keys.SHARE if measure == Measure.RATIO else keys.VALUE
    lists: dict[str, dict[str, str]] = {
        keys.QUALIFIER: {code.value: word for word, code in keys.QUALIFIERS.items()},
        keys.ANSWER: {code.value: word for word, code in keys.ANSWERS.items()},
    }
    for name, content in told.items():
        if name == keys.VALUE:
            yield from _numbers(parts, keys.VALUE, content)
        elif name in (keys.BASELINE, keys.TARGET):
            value, day = content
            yield (first, name), value
            yield (first, f"{name}_date"), day
        elif name in lists:
            yield (first, name), words.text(lists[name][content], language)
        elif name in (keys.CURRENCY, keys.NOTE):
            yield (first, name), content
        else:  # a dimension
            for category, number in content.items():
                yield from _numbers(parts, f"{keys.VALUE}:{name}={category}", number)


def _numbers(
    parts: tuple[str, ...], column: str, content: Any
) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield a number, or the two of a pair, each for its part; one alone is the first."""
    numbers = content if isinstance(content, list) else [content]
    for part, number in zip(parts, numbers, strict=False):
        yield (part, column), number


def _overwrite_keys(table: Worksheet, written: str, over: str) -> None:
    """Type over hidden keys, as somebody does who has found them."""
    for row in table.iter_rows():
        is_of_columns = row[0].value == keys.COLUMNS
        for cell in row if is_of_columns else row[:1]:
            if isinstance(cell.value, str) and cell.value.startswith(written):
                cell.value = over + cell.value.removeprefix(written)


def _packed_again(file: openpyxl.Workbook) -> bytes:
    """Return a workbook's bytes without the hour of the day: openpyxl writes it in two ways."""
    stream, packed = io.BytesIO(), io.BytesIO()
    file.save(stream)
    moment = f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment, part)
            info = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            new.writestr(info, part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _known_after(
    data: bytes, file_name: str, catalogue: Reference, known: pd.DataFrame
) -> pd.DataFrame:
    """Return the observations that count once a workbook is accepted, if it can be."""
    taken = intake.take(
        data,
        file_name,
        catalogue,
        [],
        lambda _, codes: known[known["indicator_code"].isin(list(codes))],
    )
    if any(found.severity == Severity.ERROR for found in taken.findings):
        return known
    restated = set(taken.rows[SLICE].itertuples(index=False, name=None))
    stays = [row not in restated for row in known[SLICE].itertuples(index=False, name=None)]
    return pd.concat([known[stays], taken.rows], ignore_index=True)


if __name__ == "__main__":
    main()
