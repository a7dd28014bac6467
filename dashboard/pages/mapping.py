"""What the program saw in a workbook: the sheet with its roles, the questions, and what comes of it."""

import json
from pathlib import PurePath
from typing import Any

from dash import html

from dashboard import access, queries
from dashboard.components import cards, marks
from dashboard.components.sheets import FAMILIES, FAMILY_WORDS
from dashboard.pages import not_found
from dashboard.queries import Record
from schemas import database, words
from schemas.codes import SubmissionState
from schemas.words import N_

DESCRIPTION = N_("What the program saw in a workbook, and the questions that it leaves open.")

UNDECIDED = (SubmissionState.RECEIVED, SubmissionState.REJECTED, SubmissionState.READY)

WORDS = {
    "column": N_("What column {letters} is"),
    "why": N_("Why column {letters} is read so"),
    "role": N_("What it is"),
    "sure": N_("How sure"),
    "for": N_("What speaks for it"),
    "against": N_("What speaks against it"),
    "no_reasons": N_("Nothing in particular."),
    "take_back": N_("Take the answer back"),
    "close": N_("Close"),
    "more": N_("Show more rows"),
    "hidden": N_("{count} rows of the table are not shown."),
    "headers": N_("Header rows"),
    "first": N_("First header row"),
    "last": N_("Last header row"),
    "facts": N_("What holds for the whole sheet"),
    "as_read": N_("As read: {said}"),
    "period_hint": N_("2023, 2023-S1, 2023-Q2, 2023-05 or 2023-04-01/2023-09-30"),
    "choose": N_("Choose or type"),
    "suggested": N_("Suggested"),
    "all": N_("The catalogue"),
    "leave_out": N_("Leave it out"),
    "nothing": N_("Nothing is called so."),
    "answered": N_("Answered"),
    "open": N_("Open"),
    "all_words": N_("Show all ({count})"),
    "none_open": N_("No question is open."),
    "no_words": N_("All words of the sheet are known."),
    "no_values": N_("No value can be read yet."),
    "reading": N_("Reading…"),
    "failed": N_("The answer did not arrive. Please try again."),
    "changed": N_("Changed, not saved yet"),
    "saved": N_("As saved"),
    "row": N_("Row"),
    "file": N_("Download the file for data/layouts/"),
    "picture": N_("The rows of {title}, with what each row and column is"),
}
"What `assets/js/mapping.js` says, by the names that it knows."


def _number(submission: str) -> int:
    return int(submission) if submission.isdecimal() and len(submission) < 19 else 0


def title(language: str, *, submission: str = "") -> str:
    """Return what the page is about; empty where there is no such submission for the reader."""
    scope = access.scope()
    with database.connect() as conn:
        row = queries.submission(conn, scope, _number(submission))
    if row is None or not row.is_own:
        return ""
    return words.text("What the program saw in {file}", language, file=row.file_name)


def layout(submission: str = "", **_arguments: Any) -> Any:
    """Return the places that the script fills with what the program saw; nothing for the public."""
    language, scope = access.language(), access.scope()
    number = _number(submission) if isinstance(submission, str) else 0
    with database.connect() as conn:
        row = queries.submission(conn, scope, number)
    if row is None or not row.is_own or not row.has_file:
        return not_found.layout()
    can_answer = row.state in UNDECIDED
    return [
        cards.page_head(
            words.text("What the program saw", language),
            words.text(
                "What each row and column was taken for, and why. Whatever is not right can be"
                " changed here; below stands what comes of it.",
                language,
            ),
            crumbs=[
                (words.text("Submissions", language), "/submissions"),
                (row.file_name, f"/submissions/{number}"),
            ],
        ),
        _bar(row, language, can_answer=can_answer),
        html.Div(
            [
                _card(
                    "questions",
                    N_("Questions"),
                    N_("Each is asked once for a whole column."),
                    language,
                ),
                html.Div(id="mapping-sheets", className="stack span-12"),
                _card(
                    "preview",
                    N_("As it would be read"),
                    N_("The first values, each with its cell."),
                    language,
                ),
                _card(
                    "words",
                    N_("Words that the catalogue does not know"),
                    N_("Nothing is replaced in silence: suggestions are only offered."),
                    language,
                ),
                *([_remember(row, language)] if can_answer else []),
            ],
            id="mapping",
            className="grid mapping",
            **marks.data(
                url=f"/submission/{number}",
                words=json.dumps(
                    {
                        **{name: words.text(said, language) for name, said in WORDS.items()},
                        "families": {
                            name: words.text(FAMILY_WORDS[name], language) for name in FAMILIES
                        },
                    },
                    ensure_ascii=False,
                ),
                is_open="1" if can_answer else "",
            ),
        ),
    ]


def _card(key: str, heading: str, lead: str, language: str) -> html.Section:
    return cards.card(
        words.text(heading, language),
        f"mapping-{key}",
        html.Div(id=f"mapping-{key}"),
        lead=words.text(lead, language),
    )


def _bar(row: Record, language: str, *, can_answer: bool) -> Any:
    """Return what is always in sight: how much would be read, and the button that saves."""
    if not can_answer:
        text = N_("This workbook was decided on: what is seen here cannot be changed any more.")
        return cards.notice(words.text(text, language))
    return html.Div(
        [
            html.Div(html.Ul(id="mapping-tally", className="tally"), role="status"),
            html.Span(id="mapping-state", className="muted", role="status"),
            html.Button(
                [marks.icon("check"), words.text("Save and check again", language)],
                id="mapping-save",
                className="button",
            ),
        ],
        className="mapping-bar",
    )


def _remember(row: Record, language: str) -> html.Section:
    return cards.card(
        words.text("Remember for this partner", language),
        "mapping-remember",
        html.Div(
            id="mapping-remember",
            **marks.data(
                title=PurePath(row.file_name).stem,
                title_label=words.text("Name of this kind of workbook", language),
                project_label=words.text("Project", language),
                button=words.text("Remember", language),
            ),
        ),
        lead=words.text(
            "The next workbook with the same headers is then read without these questions. Only its"
            " period is asked again where it does not say it.",
            language,
        ),
    )
