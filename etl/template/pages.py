"""The sheets of a template that are read only: instructions, and what is known of the project."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter.worksheet import Worksheet

from etl.book import (
    ACCENT,
    BAND,
    DATE_FORMATS,
    INPUT,
    KNOWN,
    MUTED,
    SHUT,
    WHITE,
    WRONG,
    Book,
    Guide,
    lines_of,
)
from etl.reference import Project, Reference
from etl.template.keys import Identity
from schemas.codes import ProjectKind
from schemas.words import N_


def write_guide(
    book: Book, names: Sequence[str], reference: Reference, project: Project, identity: Identity
) -> None:
    """Write the sheet of instructions."""
    text = book.text
    programme = book.name(reference.programmes[project.programme_code].names)
    period = book.period(identity.period_start, identity.period_end)
    choose = N_("Leave the number empty and choose “{answer}” in the column “{column}”.")
    instead = text("Instead of a number")
    guide = Guide(book, names[0], book.name(project.names), f"{period} · {programme}")
    guide.heading(text("What to do"))
    guide.steps(
        [
            text(
                "Open the sheet “{sheet}”. Each row is one indicator of your project.",
                sheet=names[2],
            ),
            text(
                "Fill in the tinted cells for the period {period}: first the total, then the parts that you know.",
                period=period,
            ),
            text(
                "Look at what turns red: a part is above its total, or two answers contradict each other."
            ),
            text(
                "Save the file under any name. You may hide columns and write beside the table, but do not delete the hidden first column."
            ),
            text(
                "Upload the file. You see at once what was understood; nothing is published before it is accepted."
            ),
        ]
    )
    guide.heading(text("What the colours mean"))
    guide.colours(
        [
            (INPUT, text("Write here.")),
            (KNOWN, text("Known from before: complete it, or correct it where it is wrong.")),
            (WHITE, text("For your information; locked.")),
            (SHUT, text("Not asked for here; locked.")),
            (WRONG, text("Does not fit together: please look again.")),
        ]
    )
    guide.heading(text("How to say it"))
    guide.sayings(
        [
            (
                text("None: it was counted, and the result is zero"),
                text("Write 0. Zero is a value; an empty cell is not zero."),
            ),
            (
                text("Nothing to report in this period"),
                text(choose, answer=text("nothing to report"), column=instead),
            ),
            (
                text("The indicator does not apply to your project"),
                text(choose, answer=text("not applicable"), column=instead),
            ),
            (
                text("Not known yet"),
                text("Leave the row empty. What was accepted before stays as it is."),
            ),
            (
                text("Only some parts are known"),
                text(
                    "Write those. The parts need not cover the total; do not share out what you do not know."
                ),
            ),
            (
                text("Over 300, almost 450"),
                text(
                    "Write the number and choose “{at_least}” or “{about}” beside it.",
                    at_least=text("at least"),
                    about=text("about"),
                ),
            ),
            (
                text("A percentage or another ratio"),
                text(
                    "Write the two numbers that it is made of, in the two rows below it; it is computed from them."
                ),
            ),
            (
                text("The mean of a questionnaire"),
                text("Write the mean and, in the row below it, how many people answered."),
            ),
            (
                text("The same person came several times"),
                text(
                    "Count each person once in the period. Sessions have an indicator of their own."
                ),
            ),
            (
                text("Money"),
                text(
                    "Write the amount in the currency in which it was paid and choose that currency; do not convert it."
                ),
            ),
            (
                text("Something that needs a word"),
                text(
                    "Write it in the column “{column}”: an estimate, another way of counting, a late start.",
                    column=text("Note"),
                ),
            ),
        ]
    )
    contacts = [
        reference.organisations[c].names for c, role in project.organisations if role == "lead"
    ]
    names_ = ", ".join([*map(book.name, contacts), programme])
    guide.heading(text("Please keep in mind"))
    guide.sentences(
        [
            text(
                "Write no names, telephone numbers, addresses or other personal data anywhere in this file. A file that holds them is refused and deleted."
            ),
            text(
                "The sheets are locked against slips, without a password: you can unlock them at any time."
            ),
            text("Questions? Your contact: {names}.", names=names_),
        ]
    )


def write_project(
    book: Book, name: str, reference: Reference, project: Project, identity: Identity
) -> None:
    """Write what the catalogue knows of the project; for its readers only."""
    text = book.text
    sheet = book.sheet(name, MUTED)
    programme = reference.programmes[project.programme_code]
    kinds = {
        ProjectKind.DEMONSTRATIVE_ACTION: text("Demonstrative action"),
        ProjectKind.PILOT: text("Pilot project"),
        ProjectKind.OTHER: text("Other project"),
    }
    places = [reference.places[code] for code in project.place_codes]
    countries = {
        code: book.name(reference.places[code].names) for code in {p.country_code for p in places}
    }
    facts: list[tuple[str, str | date | None]] = [
        (text("Code"), project.project_code),
        (text("Name"), book.name(project.names)),
        (text("Programme"), book.name(programme.names)),
        (text("Kind"), kinds[ProjectKind(project.kind)]),
        (
            text("Theme"),
            book.name(reference.themes[project.theme_code].names if project.theme_code else None),
        ),
        (
            text("Territory"),
            "\n".join(f"{book.name(p.names)} ({countries[p.country_code]})" for p in places),
        ),
        (
            text("Organisations"),
            "\n".join(
                book.name(reference.organisations[code].names) for code, _ in project.organisations
            ),
        ),
        (text("Start"), project.start_date),
        (text("End"), project.end_date),
        (text("Summary"), book.name(project.summary)),
        (text("Period of this report"), book.period(identity.period_start, identity.period_end)),
    ]
    for column, width in enumerate((2, 26, 92)):
        sheet.set_column(column, column, width, book.style())
    sheet.set_row(1, 28)
    sheet.write(1, 1, text("Project"), book.style(bold=True, font_size=16, font_color=ACCENT))
    look = {"text_wrap": True, "valign": "top", "align": book.start}
    row = 3
    for title, value in facts:
        sheet.write(row, 1, title, book.boxed(bold=True, bg_color=BAND, **look))
        if isinstance(value, date):
            write_day(book, sheet, row, 2, value, **look)
        else:
            sheet.write(row, 2, value or "–", book.boxed(**look))
            sheet.set_row(row, 5 + 13 * lines_of(value or "", 92))
        row += 1
    hints = [
        text(
            "These facts come from the catalogue. If one is wrong, tell the coordinator: what is written here is not read."
        ),
        book.name(programme.notice),
    ]
    for hint in filter(None, hints):
        row += 1
        sheet.merge_range(row, 1, row, 2, hint, book.style(text_wrap=True, font_color=MUTED))
        sheet.set_row(row, 8 + 13 * lines_of(hint, 116))


def write_day(book: Book, sheet: Worksheet, row: int, column: int, day: date, **look: Any) -> None:
    """Write a day into a cell of a table, in the form of the workbook's language."""
    style = book.boxed(num_format=DATE_FORMATS[book.language], **look)
    sheet.write_datetime(row, column, datetime(day.year, day.month, day.day), style)  # noqa: DTZ001
