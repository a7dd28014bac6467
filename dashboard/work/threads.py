"""Discussions: one thread on a page of its own, and where a new one is begun."""

import re
from dataclasses import replace
from typing import Any

from dash import html
from flask import Flask, Response, abort, request
from sqlalchemy import Connection
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired

import etl
from dashboard import access, documents, history, notices, queries
from dashboard.access import Policy
from dashboard.components import cards, forms, threads
from dashboard.queries import Told
from schemas import database, tables, words
from schemas.codes import Subject as Kind
from schemas.words import N_

NEEDED = InputRequired(N_("Write something first."))


class Say(forms.Form):
    """A message, and who is named in it."""

    text = TextAreaField(
        N_("Message"),
        [NEEDED],
        description=N_("At most 4,000 characters. Name somebody with @ and their name."),
        render_kw={"rows": 4, "maxlength": etl.threads.LONGEST, "dir": "auto"},
    )
    mention = forms.Boxes(N_("Tell especially"), coerce=int)


class Begin(Say):
    """The first message of a thread; a remark goes back with the workbook."""

    is_remark = BooleanField(
        N_("A remark: it goes back to the partner in the workbook."),
    )


def named_in(text: str, readers: dict[int, str]) -> set[int]:
    """Return who is named with @ in a text: by the whole name, or by a beginning that is only theirs.

    >>> sorted(named_in("@ana and @Luis Gil", {1: "Ana Ruiz", 2: "Luis Gil", 3: "Luis Paz"}))
    [1, 2]
    """
    found: set[int] = set()
    for part in re.findall(r"@([^@\n]{1,120})", text):
        said = part.casefold()
        whole = [one for one, name in readers.items() if name and said.startswith(name.casefold())]
        if whole:
            found.add(max(whole, key=lambda one: len(readers[one])))
            continue
        word = re.split(r"[\s,.;:!?)]", said, maxsplit=1)[0]
        begun = [one for one, name in readers.items() if word and name.casefold().startswith(word)]
        if len(begun) == 1:
            found.add(begun[0])
    return found


def _others(conn: Connection, row: Any) -> dict[int, str]:
    """Return who else sees a thread: those who may be told of it."""
    found = queries.readers(conn, row)
    found.pop(access.reader().account_id, None)
    return found


def _offer(form: Say, others: dict[int, str]) -> Say:
    form.mention.choices = list(others.items())
    if not others:
        del form.mention
    return form


def _mentions(form: Say, others: dict[int, str]) -> set[int]:
    chosen = set(form.mention.data or ()) if "mention" in form else set()
    return (chosen & others.keys()) | named_in(form.text.data, others)


# --- One thread -----------------------------------------------------------------------------------


def _thread(conn: Connection, thread_id: int) -> Any:
    """Return a thread that whoever asks may see; 404 where there is none."""
    row = queries.thread(conn, access.scope(), thread_id)
    if row is None:
        abort(404)
    return row


def thread(thread_id: int, *, form: Say | None = None) -> Response:
    """Show a thread: what it is about, what was said, and a form to answer."""
    language = access.language()
    with database.connect() as conn:
        row = _thread(conn, thread_id)
        (told,) = queries.told(conn, [row])
        others = _others(conn, row)
        is_writable = access.may(Policy.SUBMIT) and bool(
            queries.thread(conn, access.writing(), thread_id)
        )
        about = subject_named(conn, row)
    own: list[Any] = [html.Section(threads.whole(told, language), className="card")]
    if is_writable:
        own.append(_answer_card(row, form or _offer(Say(), others), language))
    parts: list[Any] = [
        html.Div(own, className="span-8 stack"),
        html.Aside(about_card(row, about, told, others, language), className="span-4"),
    ]
    return documents.page(
        documents.text("Discussion"),
        cards.page_head(
            about[0][1] if about else documents.text("Discussion"),
            crumbs=[(documents.text("Review and discussion"), "/work/review")],
        ),
        html.Div(parts, className="grid"),
        status=400 if form is not None and form.errors else 200,
    )


def about_card(
    row: Any, about: list[tuple[str, Any]], told: Told, others: dict[int, str], language: str
) -> html.Section:
    """Return what a thread is about, its state, and who sees it."""
    facts: list[tuple[str, Any]] = [
        (documents.text("State"), threads.state(told, language)),
        *((term, _way(row, term, value)) for term, value in about),
        (
            documents.text("Kind"),
            documents.text("A remark: it goes back in the workbook") if row.is_remark else "",
        ),
        (
            documents.text("Cell"),
            html.Code("!".join(filter(None, (row.sheet, row.cell))), className="cell")
            if row.cell
            else "",
        ),
        (
            documents.text("Seen by"),
            words.listed([name for name in others.values() if name], language),
        ),
    ]
    return cards.card(documents.text("About"), "thread-about", cards.facts(facts))


def _way(row: Any, term: str, value: str) -> Any:
    ways = {
        documents.text("Indicator"): f"/indicator/{row.indicator_code}",
        documents.text("Project"): f"/project/{row.project_code}",
        documents.text("Workbook"): f"/work/review/{row.submission_id}",
    }
    return html.A(value, href=ways[term]) if term in ways else value


def subject_named(conn: Connection, row: Any) -> list[tuple[str, str]]:
    """Return what a thread is about, in words: the most telling first."""
    language = access.language()
    named = []
    for term, table, code in (
        (N_("Indicator"), tables.Indicator, row.indicator_code),
        (N_("Project"), tables.Project, row.project_code),
        (N_("Place"), tables.Place, row.place_code),
    ):
        if code and (names := queries.name_of(conn, table, code)):
            named.append((documents.text(term), words.name(names, language)))
    if row.period_start:
        named.append(
            (documents.text("Period"), words.period(row.period_start, row.period_end, language))
        )
    if row.submission_id:
        found = queries.submission(conn, access.scope(), row.submission_id)
        if found is not None:
            workbook = (documents.text("Workbook"), found.file_name)
            named.insert(0 if row.kind == Kind.SUBMISSION else len(named), workbook)
    return named


def _answer_card(row: Any, form: Say, language: str) -> html.Section:
    is_open = row.resolved_at is None
    where = f"/work/threads/{row.thread_id}"
    turn = N_("Mark as resolved") if is_open else N_("Open again")
    return cards.card(
        documents.text("Answer"),
        "thread-answer",
        forms.drawn(form, language, N_("Send"), action=f"{where}/say"),
        forms.drawn(forms.Form(), language, turn, action=f"{where}/turn", kind="quiet"),
        span=8,
    )


def _writable(conn: Connection, thread_id: int) -> Any:
    """Return a thread that whoever asks may take part in; 404 or 403 where not."""
    row = _thread(conn, thread_id)
    if not queries.thread(conn, access.writing(), thread_id):
        abort(403)
    return row


def say(thread_id: int) -> Response:
    """Keep a message in a thread, and tell those whom it concerns."""
    reader = access.reader()
    with database.begin() as conn:
        row = _writable(conn, thread_id)
        others = _others(conn, row)
        form = _offer(Say(), others)
        if not form.validate_on_submit():
            return thread(thread_id, form=form)
        mentions = _mentions(form, others)
        before = {one.author for one in etl.threads.messages_of(conn, [thread_id])}
        try:
            etl.threads.add_message(
                conn, thread_id, form.text.data, author=reader.account_id, mentions=mentions
            )
        except etl.threads.TextError as error:
            form.refuse("text", str(error))
            return thread(thread_id, form=form)
        _tell(conn, thread_id, mentions, {one for one in before if one in others})
    documents.say(documents.text(N_("Sent.")))
    return documents.go(f"/work/threads/{thread_id}")


def _tell(conn: Connection, thread_id: int, mentions: set[int], others: set[int | None]) -> None:
    """Tell those who are named, and those who take part, of a message."""
    reader, link = access.reader(), f"/work/threads/{thread_id}"
    named = sorted(mentions)
    notices.tell(
        conn,
        named,
        "thread",
        N_("{name} named you in a discussion."),
        link=link,
        name=reader.actor,
    )
    rest = sorted({one for one in others if one} - mentions)
    notices.tell(
        conn, rest, "thread", N_("{name} wrote in a discussion."), link=link, name=reader.actor
    )


def turn(thread_id: int) -> Response:
    """Mark a thread as resolved, or open it again."""
    account_id = access.reader().account_id
    form = forms.Form()
    if not form.validate_on_submit():
        abort(400)
    with database.begin() as conn:
        row = _writable(conn, thread_id)
        change = etl.threads.reopen if row.resolved_at else etl.threads.resolve
        change(conn, thread_id, actor=account_id)
    documents.say(
        documents.text(N_("Opened again.") if row.resolved_at else N_("Marked as resolved."))
    )
    return documents.go(f"/work/threads/{thread_id}")


# --- A new thread ---------------------------------------------------------------------------------


def _number(name: str) -> int:
    word = request.args.get(name, "")
    return int(word) if word.isdecimal() and len(word) < 10 else 0


def asked_subject(conn: Connection) -> etl.threads.Subject:
    """Return what a new thread is to be about, as its address says; 404 for what the reader has not."""
    scope = access.scope()
    if number := _number("observation"):
        return _of_observation(conn, number)
    if number := _number("submission"):
        row = queries.submission(conn, scope, number)
        if row is None or not row.is_own:
            abort(404)
        return _of_submission(conn, row)
    for kind, table in ((Kind.PROJECT, tables.Project), (Kind.INDICATOR, tables.Indicator)):
        code = request.args.get(str(kind), "")[:80]
        if code:
            owner = queries.programme_of(conn, table, code)
            if owner is None:
                abort(404)
            subject = etl.threads.Subject(kind=kind, programme_code=owner)
            return replace(subject, **{f"{kind}_code": code})  # type: ignore[arg-type]
    return abort(404)


def _of_observation(conn: Connection, number: int) -> etl.threads.Subject:
    found = history.lineage(conn, access.scope(), [number])
    if found.empty:
        abort(404)
    row = found.iloc[0].to_dict()
    if not access.scope().reaches(row["programme_code"], row["project_code"], row["place_code"]):
        abort(404)
    where = {name: row[name] for name in ("sheet", "cell")}
    one = etl.slices.of_frame(found)[0]
    return etl.threads.of_slice(
        row["programme_code"], one, submission_id=int(row["submission_id"]), **where
    )


def _of_submission(conn: Connection, row: Any) -> etl.threads.Subject:
    """Return a submission as the subject, or one of its values, or the row that it stands in."""
    whole = etl.threads.Subject(
        kind=Kind.SUBMISSION,
        submission_id=row.submission_id,
        programme_code=row.programme_code or "",
        project_code=row.project_code or "",
    )
    word = request.args.get("slice", "")[:500]
    if not word:
        return whole
    try:
        wanted = etl.slices.read(word.split("|"))
        found = etl.review.comparison(conn, row.submission_id)
    except (ValueError, etl.DecisionError):
        abort(404)
    own = found[etl.slices.within(found, [wanted])]
    own = own[own["cell"] != ""]
    if own.empty:
        abort(404)
    first = own.sort_values("breakdown_key").iloc[0]
    if request.args.get("row"):
        there = found[found["sheet"] == first["sheet"]]["cell"]
        return replace(whole, sheet=first["sheet"], cell=row_of(first["cell"], list(there)))
    return etl.threads.of_slice(
        whole.programme_code,
        wanted,
        submission_id=row.submission_id,
        sheet=first["sheet"],
        cell=first["cell"],
    )


def row_of(cell: str, cells: list[str]) -> str:
    """Return the cells of the row that a cell stands in, up to the last that holds a value.

    >>> row_of("F14", ["F14", "AB14", "G2"])
    'A14:AB14'
    """
    parts = [re.fullmatch(r"([A-Z]+)(\d+)", one) for one in (cell, *cells)]
    own = parts[0]
    if own is None:
        return cell
    letters = [one[1] for one in parts if one and one[2] == own[2]]
    return f"A{own[2]}:{max(letters, key=lambda one: (len(one), one))}{own[2]}"


def new() -> Response:
    """Begin a thread: the form, and what it does."""
    language, reader = access.language(), access.reader()
    with database.begin() as conn:
        subject = asked_subject(conn)
        if reader.account_id not in queries.readers(conn, subject):
            abort(404)
        others = _others(conn, subject)
        form = _form(subject, others)
        if form.is_submitted() and form.validate():
            mentions = _mentions(form, others)
            try:
                thread_id = etl.threads.open_thread(
                    conn,
                    subject,
                    form.text.data,
                    author=reader.account_id,
                    is_remark="is_remark" in form and bool(form.is_remark.data),
                    mentions=mentions,
                )
            except etl.threads.TextError as error:
                form.refuse("text", str(error))
            else:
                # What may be seen need not be what one may take part in.
                if not queries.thread(conn, access.writing(), thread_id):
                    abort(403)
                _tell(conn, thread_id, mentions, set())
                where = _back(subject) or f"/work/threads/{thread_id}"
                documents.say(documents.text(N_("Sent.")))
                return documents.go(where)
        about = subject_named(conn, subject)
    facts = cards.facts([*about, (documents.text("Cell"), subject.cell)])
    seen_by = words.listed([name for name in others.values() if name], language)
    return documents.page(
        documents.text("Start a discussion"),
        cards.page_head(
            about[0][1] if about else documents.text("Start a discussion"),
            documents.text("Seen by: {names}", names=seen_by) if seen_by else "",
            crumbs=[(documents.text("Review and discussion"), "/work/review")],
        ),
        html.Div(
            [
                cards.card(documents.text("About"), "thread-about", facts, span=4),
                cards.card(
                    documents.text("What you want to say"),
                    "thread-new",
                    forms.drawn(form, language, N_("Send"), action=request.full_path.rstrip("?")),
                    span=8,
                ),
            ],
            className="grid",
        ),
        status=400 if form.errors else 200,
    )


def _form(subject: etl.threads.Subject, others: dict[int, str]) -> Begin:
    form = Begin()
    _offer(form, others)
    if not (subject.submission_id and access.may_review(subject.programme_code)):
        del form.is_remark
    elif request.method == "GET" and request.args.get("submission"):
        form.is_remark.data = True
    return form


def _back(subject: etl.threads.Subject) -> str:
    """Return the review page that a remark was made on."""
    return f"/work/review/{subject.submission_id}" if request.args.get("submission") else ""


def add(server: Flask) -> None:
    """Add the pages of discussions to the server."""
    server.add_url_rule("/work/threads/new", "new_thread", new, methods=["GET", "POST"])
    server.add_url_rule("/work/threads/<int:thread_id>", "thread", thread)
    for name, view in (("say", say), ("turn", turn)):
        rule = f"/work/threads/<int:thread_id>/{name}"
        server.add_url_rule(rule, f"{name}_thread", view, methods=["POST"])
