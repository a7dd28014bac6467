"""What a partner wrote into the list of findings that was added to their workbook.

The sheet is known by a marker in a hidden column, whatever it is called; each of its lines says
there, for the program, what it is about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson

from etl.workbook import Cell, Sheet, Workbook

MARKER = "medtown:findings:1"
"Stands in the first row of the hidden column; the title that the sheet was given stands below it."

ANSWER, REASON, MARKED = 5, 6, 7
"The columns, from 0, of answers, of reasons, and of what each line says for the program."

_MOST_ABOVE = 20


@dataclass(frozen=True)
class Line:
    """One line of the list: what it says for the program, and what was written beside it."""

    about: Mapping[str, Any]
    answer: str
    reason: str


def find(workbook: Workbook) -> Sheet | None:
    """Return the list of findings in a workbook, if it has one."""
    return next((sheet for sheet in workbook.sheets if _marked(sheet)), None)


def without_findings(workbook: Workbook) -> Workbook:
    """Return a workbook without the list of findings, and without findings on it."""
    sheet = find(workbook)
    if sheet is None:
        return workbook
    return replace(
        workbook,
        sheets=[other for other in workbook.sheets if other is not sheet],
        findings=[found for found in workbook.findings if found.sheet != sheet.name],
    )


def read_answers(workbook: Workbook) -> dict[str, str]:
    """Return the answers that were chosen or written in the list, by the keys of their questions."""
    return {
        line.about["key"]: _code(line)
        for line in lines(workbook)
        if line.answer and isinstance(line.about.get("key"), str)
    }


def justifications(workbook: Workbook) -> dict[tuple[str, str, str], str]:
    """Return the reasons that were written, by sheet, cell and code of the finding."""
    return {
        (str(line.about["sheet"]), str(line.about["cell"]), str(line.about["code"])): line.reason
        for line in lines(workbook)
        if line.reason and {"sheet", "cell", "code"} <= line.about.keys()
    }


def thread_answers(workbook: Workbook) -> dict[int, str]:
    """Return what was written beside remarks, by the numbers of their discussions."""
    return {
        line.about["thread"]: line.answer
        for line in lines(workbook)
        if line.answer
        and type(line.about.get("thread")) is int
        and 0 < line.about["thread"] < 2**31
    }


def title(workbook: Workbook) -> str:
    """Return the name that the list was given, empty where there is none."""
    sheet = find(workbook)
    place = _marked(sheet) if sheet else None
    if not sheet or not place:
        return ""
    return _text(sheet, place[0] + 1, place[1])


def lines(workbook: Workbook) -> Iterator[Line]:
    """Yield the lines of the list; what somebody made unreadable is passed over."""
    sheet = find(workbook)
    place = _marked(sheet) if sheet else None
    if not sheet or not place:
        return
    column = place[1]
    for r in range(place[0] + 2, len(sheet.rows)):
        try:
            about = orjson.loads(_text(sheet, r, column))
        except orjson.JSONDecodeError:
            continue
        if isinstance(about, dict):
            answer = _text(sheet, r, column - MARKED + ANSWER)
            yield Line(about, answer, _text(sheet, r, column - MARKED + REASON))


def _marked(sheet: Sheet) -> tuple[int, int] | None:
    for r, row in enumerate(sheet.rows[:_MOST_ABOVE]):
        if MARKER in row:
            return r, row.index(MARKER)
    return None


def _text(sheet: Sheet, r: int, c: int) -> str:
    row = sheet.rows[r] if r < len(sheet.rows) else []
    return written(row[c]) if 0 <= c < len(row) else ""


def written(cell: Cell) -> str:
    """Return what stands in a cell as somebody would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        cell = cell.date()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def _code(line: Line) -> str:
    """Return the answer that a label stands for; what is none of the labels, as it is written."""
    codes, labels = line.about.get("codes"), line.about.get("labels")
    if isinstance(codes, list) and isinstance(labels, list):
        for code, label in zip(codes, labels, strict=False):
            if line.answer.casefold() in (str(label).casefold(), str(code).casefold()):
                return str(code)
    return line.answer
