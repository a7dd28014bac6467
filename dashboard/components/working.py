"""How far a job is; `assets/js/jobs.js` asks every second, without scripts the page loads anew."""

from typing import Any

from dash import html

from dashboard.components import cards, marks
from dashboard.queries import Record
from schemas import words
from schemas.codes import JobKind, JobState, Severity
from schemas.findings import Finding
from schemas.words import N_

AGAIN = '<noscript><meta http-equiv="refresh" content="3"></noscript>'

READING = (N_("The workbook is being opened."), N_("The values are being checked."))
"By how many steps are done."


def text(row: Record, language: str) -> str:
    """Return in a sentence how far a job is, or why it failed."""
    if row.state == JobState.FAILED:
        arguments = dict(row.code_arguments)
        found = arguments.pop("found", "")
        why = Finding("", "", row.code, Severity.ERROR, str(found), arguments)
        return words.sentence(why, language)
    if row.state == JobState.DONE:
        return words.text(N_("Done."), language)
    if row.state == JobState.WAITING:
        return words.text(N_("Waiting for its turn."), language)
    if row.kind == JobKind.INGEST:
        return words.text(READING[min(row.done, len(READING) - 1)], language)
    if row.kind == JobKind.REPORT and row.total > 1:
        return words.text(
            N_("The file is being made: {done} of {all} parts."),
            language,
            done=words.number(row.done, language),
            all=words.number(row.total, language),
        )
    return words.text(N_("The file is being made."), language)


def card(row: Record, language: str, heading: str) -> html.Section:
    """Return how far a job is, as a card that keeps itself up to date."""
    said: Any
    if row.state in (JobState.FAILED, JobState.DONE):
        kind = "error" if row.state == JobState.FAILED else "success"
        return cards.card(heading, "job", cards.notice(text(row, language), kind=kind))
    said = [
        html.P(text(row, language), className="job-text", role="status"),
        html.Progress(
            value=str(row.done),
            max=str(row.total),
            className="job-progress",
            **marks.aria(label=heading),
        ),
        html.P(words.text(N_("You may leave this page; the work goes on."), language)),
        html.Div(**marks.data(html=AGAIN)),
    ]
    return cards.card(
        heading, "job", html.Div(said, className="job", **marks.data(job=str(row.job_id)))
    )
