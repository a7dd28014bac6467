"""The workbook that a partner fills in for a project and a period (`etl.filled` reads it again).

Indicators that are asked by the same categories stand below each other, under the names of those
categories. The sheet says itself what it is: its first cell, its first column and a row above each
such block are hidden and hold keys (which workbook; which indicator, place and part a row is; what
a column is), so that renaming, hiding, moving and copying do no harm. The very hidden sheet
`_medtown` repeats them as they were when the workbook was written.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from etl.book import Book, sheet_name
from etl.reference import Project, Reference
from etl.template.asked import asked_categories, per_year, reported_by, said
from etl.template.keys import INDICATORS, MAP, Identity
from etl.template.pages import write_day, write_guide, write_project
from etl.template.table import Table
from schemas import words
from schemas.words import N_

__all__ = [
    "asked_categories",
    "facts_of",
    "per_year",
    "reported_by",
    "write_day",
    "write_map",
    "write_template",
]


def write_template(
    reference: Reference,
    project_code: str,
    period_start: date,
    period_end: date,
    *,
    language: str,
    known: pd.DataFrame | None = None,
) -> bytes:
    """Return the workbook in which a project reports one period.

    `known` holds current observations, those of the project among them: baselines, targets and the
    last values come from it. KeyError for a project that the reference does not know.
    """
    project = reference.projects[project_code]
    identity = Identity(INDICATORS, project_code, period_start, period_end, words.base(language))
    book = Book(identity.language)
    names = [
        sheet_name(book.text(name))
        for name in (N_("Instructions"), N_("Project"), N_("Indicators"))
    ]
    write_guide(book, names, reference, project, identity)
    write_project(book, names[1], reference, project, identity)
    table = Table(
        book, names[2], reference, project, identity, said(known, project_code, period_end)
    )
    table.write()
    write_map(book, facts_of(identity, project, names[2]), table.keys)
    return book.bytes()


def write_map(
    book: Book, facts: dict[str, str], keys: Iterable[Sequence[str | float | None]]
) -> None:
    """Write the very hidden sheet: facts with their values, then the keys of columns and lines."""
    hidden = book.file.add_worksheet(MAP)
    rows = [*(("fact", name, value) for name, value in facts.items()), *keys]
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value not in (None, ""):
                hidden.write(row, column, value)
    hidden.very_hidden()


def facts_of(identity: Identity, project: Project, sheet: str) -> dict[str, str]:
    """Return what the hidden sheet says of the workbook as a whole."""
    return {
        "template": identity.kind,
        "version": identity.version,
        "programme": project.programme_code,
        "project": identity.project_code,
        "period_start": identity.days[0],
        "period_end": identity.days[1],
        "language": identity.language,
        "sheet": sheet,
        "identity": identity.key,
    }
