"""Review: the queue of what waits, and one workbook beside what counts, with the decision."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import html
from flask import Flask, Response, abort, request
from markupsafe import Markup
from sqlalchemy import Connection
from wtforms import HiddenField, TextAreaField

import etl
from dashboard import access, documents, frames, queries, sentences
from dashboard.access import Policy
from dashboard.components import (
    cards,
    forms,
    marks,
    pager,
    previews,
    reviews,
    threads,
)
from dashboard.components.reviews import Part
from dashboard.frames import Data
from dashboard.queries import Told
from dashboard.views import View
from dashboard.work import deciding
from schemas import database, words
from schemas.codes import Subject as Kind
from schemas.codes import SubmissionState
from schemas.words import N_

PER_PAGE = 60
"Values on one page."

DECIDABLE = (SubmissionState.READY, SubmissionState.RETURNED)
RETURNABLE = (SubmissionState.READY, SubmissionState.REJECTED, SubmissionState.RETURNED)


class Decision(forms.Form):
    """What is said with a decision, and the last decision that whoever decides knows of."""

    seen = HiddenField()
    text = TextAreaField(
        N_("Message to the partner"),
        description=N_("Needed where something goes back."),
        render_kw={"rows": 4, "maxlength": etl.threads.LONGEST, "dir": "auto"},
    )


# --- One workbook ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Under:
    """A workbook under review, with all that is said of it."""

    row: Any
    seen: int
    found: pd.DataFrame
    problem: Any
    data: Data
    parts: list[Part]
    told: list[Told]
    linked: list[tuple[str, Any]]

    @property
    def may_decide(self) -> bool:
        """Whether whoever asks decides about its programme."""
        return access.may_review(self.row.programme_code or "")


def _under(submission_id: int) -> Under:
    """Return a workbook that whoever asks sees all of; 404 where there is none."""
    language, scope = access.language(), access.scope()
    with database.connect() as conn:
        row = queries.submission(conn, scope, submission_id)
        if row is None or not row.is_own:
            abort(404)
        programme = row.programme_code or ""
        seen = etl.last_decision(conn, programme)
        found, problem = _compared(conn, submission_id)
        codes = sorted(set(found["indicator_code"])) if len(found) else []
        view = View(programme=programme)
        data = frames.load(conn, scope, view, language, indicator_codes=codes, breakdowns=True)
        parts = _parts(conn, submission_id, programme, found)
        subject = etl.threads.Subject(kind=Kind.SUBMISSION, submission_id=submission_id)
        told = queries.threads_about(conn, scope, subject)
        return Under(row, seen, found, problem, data, parts, told, _linked(conn, submission_id))


def review(submission_id: int, *, form: Decision | None = None, said: Any = None) -> Response:
    """Show a workbook beside what counts; whoever decides about its programme decides here."""
    under = _under(submission_id)
    row, language = under.row, access.language()
    form = form or Decision(formdata=None)
    form.seen.data = str(under.seen)
    aside: list[Any] = [
        _about(row, under.linked, language),
        _decide(row, form) if under.may_decide else None,
        _talk(row, under.told, language, may_write=access.may(Policy.SUBMIT)),
    ]
    main = [*_preview(under.data, row, under.found), _values(under, language)]
    return documents.page(
        row.file_name,
        cards.page_head(
            row.file_name,
            _lead(under.parts, language),
            crumbs=[(documents.text("Review and discussion"), "/work/review")],
            tools=_tools(row, may_decide=under.may_decide),
        ),
        *(one for one in (said, under.problem) if one),
        html.Div(
            [
                html.Div(main, className="review-main"),
                html.Aside(aside, className="review-aside"),
            ],
            className="review",
        ),
        status=409 if said else 400 if form.errors else 200,
    )


def _values(under: Under, language: str) -> html.Section:
    """Return the values one by one, those of this part of the list."""
    shown, page, chosen = _shown(under.parts)
    count = len(_chosen(under.parts, chosen))
    title = html.H2(documents.text("Value by value"), className="card-title")
    drawn = [
        reviews.value(
            under.data,
            part,
            n,
            submission_id=under.row.submission_id,
            may_decide=under.may_decide and under.row.state in DECIDABLE,
            may_write=access.may(Policy.SUBMIT),
        )
        for n, part in enumerate(shown, 1)
    ]
    return html.Section(
        [
            html.Div([title, _choice(chosen, language)], className="card-head"),
            html.Div(drawn, className="review-values"),
            _kept_ticks(under.parts, shown) if under.may_decide else None,
            pager.pager(page, count, _page(chosen), language, per_page=PER_PAGE),
        ],
        className="card",
    )


def _compared(conn: Connection, submission_id: int) -> tuple[pd.DataFrame, Any]:
    """Return what a workbook says beside what counts, or why that cannot be told."""
    try:
        return etl.review.comparison(conn, submission_id), None
    except etl.DecisionError as error:
        told = words.sentence(error.finding, access.language())
        return pd.DataFrame(columns=["indicator_code"]), cards.notice(told, kind="warning")


def _parts(conn: Connection, submission_id: int, programme: str, found: pd.DataFrame) -> list[Part]:
    """Return the slices of a workbook with what the checks, people and former versions say of each."""
    if found.empty:
        return []
    scope = access.scope()
    by_cell: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in queries.findings(conn, scope, submission_id).to_dict("records"):
        by_cell[one["sheet"], one["cell"]].append(one)
    versions: dict[Any, list[Any]] = defaultdict(list)
    for one in queries.histories(conn, scope, programme, set(found["indicator_code"])):
        versions[etl.slices.of_row(one)].append(one)
    talk: dict[Any, list[Told]] = defaultdict(list)
    for told in queries.threads_on_values(conn, scope, programme, set(found["indicator_code"])):
        talk[etl.slices.of_row(told.thread)].append(told)
    returned = {etl.slices.of_row(one) for one in queries.returned_values(conn, scope)}
    keyed = found.assign(slice=list(map(str, etl.slices.of_frame(found))))
    return [
        Part(
            key=str(key),
            rows=rows,
            findings=[
                said
                for place in zip(rows["sheet"], rows["cell"], strict=True)
                for said in by_cell.get(place, ())
            ],
            told=talk.get(one, ()),
            versions=versions.get(one, ()),
            is_returned=one in returned,
        )
        for key, rows in keyed.groupby("slice", sort=False)
        for one in [etl.slices.read(str(key).split("|"))]
    ]


CHOICES = {"told": N_("What changes or was remarked on"), "all": N_("All values")}


def _chosen(parts: list[Part], chosen: str) -> list[Part]:
    return parts if chosen == "all" else [part for part in parts if part.is_told]


def _shown(parts: list[Part]) -> tuple[list[Part], int, str]:
    """Return the values of this part of the list, its number, and which values are listed."""
    chosen = "all" if request.args.get("show") == "all" else "told"
    listed = _chosen(parts, chosen)
    page = pager.number(request.args.get("page"), len(listed), per_page=PER_PAGE)
    return listed[(page - 1) * PER_PAGE : page * PER_PAGE], page, chosen


def _page(chosen: str) -> Any:
    return lambda to: f"{request.path}?{urlencode({'show': chosen, 'page': to})}"


def _choice(chosen: str, language: str) -> html.P:
    ways: list[Any] = []
    for code, word in CHOICES.items():
        current = marks.aria(current="true") if code == chosen else {}
        ways.append(
            html.A(
                words.text(word, language),
                href=f"{request.path}?show={code}",
                className="button button-quiet",
                **current,
            )
        )
    return html.P(ways, className="review-ways")


def _kept_ticks(parts: list[Part], shown: list[Part]) -> html.Div:
    """Return the values with open remarks that stand on other parts of the list: they are given back too."""
    here = {part.key for part in shown}
    others = [
        part.key
        for part in parts
        if part.key not in here
        and any(one.thread.is_remark and not one.thread.resolved_at for one in part.told)
    ]
    fields = Markup("").join(
        Markup('<input type="hidden" name="leaving" value="{}" form="{}">').format(
            key, reviews.FORM
        )
        for key in others
    )
    return html.Div(**marks.data(html=str(fields)))


def _lead(parts: list[Part], language: str) -> str:
    count = sum(len(part.rows) for part in parts)
    return words.plural("{count} value", "{count} values", count, language)


def _preview(data: Data, row: Any, found: pd.DataFrame) -> list[Any]:
    if found.empty or row.state == SubmissionState.ACCEPTED:
        return []
    return [previews.card(data, found)]


def _tools(row: Any, *, may_decide: bool) -> list[Any]:
    ways = [
        (N_("Findings and file"), f"/submissions/{row.submission_id}", False),
        (N_("Workbook with remarks"), f"/submission/{row.submission_id}/annotated", True),
    ]
    if not row.has_file:
        ways.pop()
    if may_decide and row.state in RETURNABLE:  # on a phone it stands below the values
        ways.insert(0, (N_("To the decision"), "#review-decision-title", False))
    return [
        html.A(
            [marks.icon("download"), documents.text(word)] if is_file else documents.text(word),
            href=where,
            className="button button-quiet",
            download="" if is_file else None,
        )
        for word, where, is_file in ways
    ]


def _linked(conn: Connection, submission_id: int) -> list[tuple[str, Any]]:
    """Return the returned workbook that one follows, and those that follow it."""
    earlier, later = etl.review.before_and_after(conn, submission_id)
    return [
        (term, one)
        for term, ids in ((N_("Follows"), earlier), (N_("Followed by"), later))
        for number in ids
        if (one := queries.submission(conn, access.scope(), number)) is not None
    ]


def _about(row: Any, linked: list[tuple[str, Any]], language: str) -> html.Section:
    facts: list[tuple[str, Any]] = [
        (
            documents.text("State"),
            html.Span(
                documents.text(sentences.STATES[row.state]), className=f"badge badge-{row.state}"
            ),
        ),
        (documents.text("Received"), words.moment(row.received_at, language)),
        (
            documents.text("Decided"),
            words.moment(row.decided_at, language) if row.decided_at else "",
        ),
        (documents.text("Values found"), words.number(row.values_found, language)),
        *(
            (documents.text(term), html.A(one.file_name, href=f"/work/review/{one.submission_id}"))
            for term, one in linked
        ),
    ]
    return cards.card(documents.text("The workbook"), "review-about", cards.facts(facts))


def _talk(row: Any, told: list[Told], language: str, *, may_write: bool) -> html.Section:
    own = [one for one in told if one.thread.kind == Kind.SUBMISSION]
    begin = threads.address(submission=row.submission_id) if may_write else ""
    title = documents.text("Remarks on the whole and on rows")
    return threads.card(own, language, "review-talk", begin=begin, title=title)


# --- The decision ---------------------------------------------------------------------------------


def _decide(row: Any, form: Decision) -> html.Section | html.Div:
    buttons = []
    if row.state in DECIDABLE:
        buttons += [
            ("accept", N_("Accept all"), ""),
            ("part", N_("Accept, give ticked values back"), " button-quiet"),
        ]
    if row.state in RETURNABLE:
        buttons.append(("return", N_("Return the workbook"), " button-danger"))
    if not buttons:
        return html.Div()
    drawn = Markup("").join(
        Markup('<button class="button{}" name="decision" value="{}">{}</button>').format(
            look, value, documents.text(word)
        )
        for value, word, look in buttons
    )
    text = form.text
    wrong = " ".join(documents.text(str(one)) for one in text.errors)
    error = Markup('<small class="form-error" id="text-error">{}</small>').format(wrong)
    body = Markup(
        '<form class="form" id="{}" method="post" action="/work/review/{}/decide" novalidate>{}{}'
        '<p class="form-field"><label for="text">{}</label>'
        '<small class="form-hint" id="text-hint">{}</small>{}{}</p>'
        '<p class="review-ways">{}</p></form>'
    ).format(
        reviews.FORM,
        row.submission_id,
        form.csrf_token,
        form.seen(),
        documents.text(text.label.text),
        documents.text(str(text.description)),
        text(
            class_="field",
            **{
                "aria-describedby": "text-hint text-error" if wrong else "text-hint",
                **({"aria-invalid": "true"} if wrong else {}),
            },
        ),
        error if wrong else "",
        drawn,
    )
    return cards.card(
        documents.text("Decision"), "review-decision", html.Div(**marks.data(html=str(body)))
    )


def decide(submission_id: int) -> Response:
    """Accept all, accept part, or return; what happened meanwhile is shown instead of decided over."""
    with database.connect() as conn:
        row = queries.submission(conn, access.scope(), submission_id)
    if row is None or not row.is_own:
        abort(404)
    if not access.may_review(row.programme_code or ""):
        abort(403)
    form = Decision()
    if not form.validate_on_submit():
        return review(submission_id, form=form)
    asked = request.form.get("decision", "")
    seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else 0
    try:
        done = _done(submission_id, asked, form.text.data or "", seen)
    except etl.threads.TextError as error:
        form.refuse("text", str(error))
        return review(submission_id, form=form)
    except etl.ConflictError as error:
        return review(submission_id, form=form, said=_meanwhile(error))
    except etl.DecisionError as error:
        told = words.sentence(error.finding, access.language())
        return review(submission_id, form=form, said=cards.notice(told, kind="error"))
    documents.say(documents.text(done))
    return documents.go(f"/work/review/{submission_id}")


def _done(submission_id: int, asked: str, text: str, seen: int) -> str:
    """Do what is asked, and return what was done."""
    if asked == "accept":
        deciding.accept(submission_id, seen=seen)
        return N_("Accepted: every value counts.")
    if asked == "part":
        if not (leaving := _leaving()):
            raise etl.threads.TextError(N_("Tick the values that go back first."))
        deciding.accept(submission_id, leaving, text, seen=seen)
        return N_("Accepted, but for the values that go back.")
    if asked == "return":
        deciding.send_back(submission_id, text)
        return N_("Returned: the workbook goes back with every remark in its cells.")
    return abort(400)


def _leaving() -> list[etl.Slice]:
    try:
        return [etl.slices.read(one.split("|")) for one in request.form.getlist("leaving")[:5000]]
    except ValueError:
        abort(400)


def _meanwhile(error: etl.ConflictError) -> html.Div:
    """Return what happened while somebody looked at a comparison that is now out of date."""
    ways = [
        html.Li(
            html.A(documents.text("Number {number}", number=number), href=f"/work/review/{number}")
        )
        for number in error.submissions
    ]
    return cards.notice(
        words.sentence(error.finding, access.language()), html.Ul(ways), kind="warning"
    )


def add(server: Flask) -> None:
    """Add the pages of review to the server."""
    server.add_url_rule("/work/review/<int:submission_id>", "review", review)
    server.add_url_rule(
        "/work/review/<int:submission_id>/decide", "decide", decide, methods=["POST"]
    )
