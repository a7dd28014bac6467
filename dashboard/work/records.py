"""Qualitative records: what is told in words beside the numbers, written, published and withdrawn."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dash import html
from flask import Response, abort, request
from sqlalchemy import Connection

import etl
from dashboard import access, accounts, documents, estimates, queries
from dashboard.access import Policy
from dashboard.components import cards, filters, forms, marks, pager, tables
from dashboard.components import estimates as drawn
from dashboard.estimates import Found
from dashboard.queries import Catalogue
from dashboard.work import telling
from schemas import database, evaluation, records, words
from schemas.codes import RecordKind, RecordState
from schemas.evaluation.asked import SOURCE
from schemas.fields import SPAN_HINT, Shape
from schemas.records import KINDS
from schemas.words import N_

STATES = {
    RecordState.DRAFT: N_("Draft"),
    RecordState.PUBLISHED: N_("Published"),
    RecordState.WITHDRAWN: N_("Withdrawn"),
}
BADGES = {
    RecordState.DRAFT: "",
    RecordState.PUBLISHED: "on_track",
    RecordState.WITHDRAWN: "not_maintained",
}
"Shapes and colours, as statuses have them; the word is beside each."

PER_PAGE = 20

SHORT = 120
"Characters of a text that stand for it in a list."

EVALUATORS = {RecordKind.JUDGEMENT, RecordKind.RECOMMENDATION, RecordKind.ESTIMATE}
"What is said of a project: once it is published, those whom it is about cannot withdraw it."

PAGE = "/work/records"
TITLE = N_("Qualitative records")


def crumbs() -> list[tuple[str, str]]:
    """Return the way to the list."""
    return [(documents.text(TITLE), PAGE)]


def short(kind: RecordKind, fields: records.Fields) -> str:
    """Return what names a record in a list."""
    told = " ".join(records.title(kind, fields).split())
    return told if len(told) <= SHORT else f"{told[: SHORT - 1].rstrip()}…"


def _state(row: Any) -> html.Span:
    state = RecordState(row.state)
    return html.Span(
        documents.text(STATES[state]), className=f"status status-{BADGES[state] or 'none'}"
    )


def _of(known: Catalogue, row: Any) -> list[str]:
    """Return of what a record is: its programme or project, and its place."""
    language = access.language()
    project = known.projects.get(row.project_code)
    whole = known.programmes[row.programme_code]
    names = [words.name((project or whole).names, language)]
    if row.place_code in known.places:
        names.append(words.name(known.places[row.place_code].names, language))
    return names


# --- The list -------------------------------------------------------------------------------------


def list_records() -> Response:
    """Show the records that whoever asks sees all of, by what is chosen."""
    language, scope = access.language(), access.scope()
    asked = {name: request.args.get(name, "")[:80] for name in ("kind", "project", "state")}
    wanted = queries.WantedRecords(**asked)
    with database.connect() as conn:
        known = queries.catalogue(conn)
        count = queries.record_count(conn, scope, wanted)
        page = pager.number(request.args.get("page"), count, per_page=PER_PAGE)
        start = (page - 1) * PER_PAGE
        rows = queries.records(conn, scope, wanted, limit=PER_PAGE, offset=start)
    chosen = {name: word for name, word in asked.items() if word}
    ways = pager.pager(
        page,
        count,
        lambda to: f"{PAGE}?{urlencode(chosen | {'page': to})}",
        language,
        per_page=PER_PAGE,
    )
    body: list[Any] = [_list(known, rows, bool(chosen), ways), _new()]
    return documents.page(
        documents.text(TITLE),
        cards.page_head(
            documents.text(TITLE),
            documents.text(
                "What changed and for whom, stories, lessons, recommendations, judgements, the"
                " theory of change and estimates. They stand in reports; published ones on the pages too."
            ),
            tools=[
                html.A(
                    documents.text("Write something new"),
                    href="#new-title",
                    className="tool to-new",
                )
            ],
        ),
        _filters(known, asked, language),
        html.Div(body, className="grid work"),
    )


def _filters(known: Catalogue, asked: dict[str, str], language: str) -> html.Div:
    every = {"": documents.text("All")}
    scope = access.scope()
    projects = {
        code: words.name(row.names, language)
        for code, row in known.projects.items()
        if any(
            scope.reaches(row.programme_code, code, place)
            for place in ("", *known.places_of.get(code, ()))
        )
    }
    kinds = {str(code): documents.text(kind.plural) for code, kind in KINDS.items()}
    states = {str(code): documents.text(word) for code, word in STATES.items()}
    return filters.row(
        filters.choice("kind", documents.text("Kind"), every | kinds, asked["kind"]),
        filters.choice("project", documents.text("Project"), every | projects, asked["project"]),
        filters.choice("state", documents.text("State"), every | states, asked["state"]),
        language=language,
    )


def _new() -> html.Section:
    """Return the ways to a new record of each kind, with what it is."""
    ways = [
        html.Li(
            [
                html.A(
                    [marks.icon("edit"), documents.text(kind.label)],
                    href=f"{PAGE}/new/{code}",
                    className="tool",
                ),
                html.P(documents.text(kind.about), className="muted"),
            ],
            className="task",
        )
        for code, kind in KINDS.items()
        if not kind.of_evaluators or access.may(Policy.EVALUATE)
    ]
    return cards.card(
        documents.text("Write something new"), "new", html.Ul(ways, className="tasks"), span=4
    )


def _list(
    known: Catalogue, rows: list[Any], is_chosen: bool, ways: html.Nav | None
) -> html.Section:
    language, heading = access.language(), documents.text("What was written")
    if not rows:
        nothing = cards.empty(
            documents.text("Nothing of that kind") if is_chosen else documents.text("Nothing yet."),
            documents.text("Choose what to write; it stays a draft until it is published."),
            link=(documents.text("Show all"), PAGE) if is_chosen else None,
        )
        return cards.card(heading, "records", nothing, span=8)
    body: list[list[tables.Cell]] = []
    for row in rows:
        kind, state = RecordKind(row.kind), RecordState(row.state)
        name, *place = _of(known, row)
        body.append(
            [
                {
                    "t": short(kind, row.fields) or documents.text("erased"),
                    "href": f"{PAGE}/{row.record_id}",
                    "className": "as-written",
                },
                documents.text(KINDS[kind].label),
                {"t": name, "sub": place[0]} if place else name,
                words.day(row.written_at.date(), language),
                {"t": documents.text(STATES[state]), "status": BADGES[state]},
            ]
        )
    heads: list[tables.Cell] = [
        documents.text("Text"),
        documents.text("Kind"),
        documents.text("Project"),
        documents.text("Day"),
        documents.text("State"),
    ]
    shown = tables.table(heading, heads, body, is_stacked=True)
    return cards.card(heading, "records", shown, ways, span=8)


# --- One record -----------------------------------------------------------------------------------


def _versions(conn: Connection, record_id: int) -> list[Any]:
    """Return the versions of a record that whoever asks sees all of; 404 where there are none."""
    rows = queries.record(conn, access.scope(), record_id)
    if not rows:
        abort(404)
    return rows


def may_publish(programme_code: str) -> bool:
    """Return whether who asks decides what of a programme is published."""
    return any(
        grant.role in access.ALLOWED[Policy.EVALUATE] and grant.is_of(programme_code)
        for grant in access.reader().grants
    )


def _estimate(conn: Connection, row: Any) -> Found | None:
    """Return what a record says as an estimate, to who asks; None where it is none, or was erased."""
    if row.kind != RecordKind.ESTIMATE:
        return None
    return estimates.find(conn, access.scope(), row._mapping, access.language())


def show_record(record_id: int, *, said: tuple[str, ...] = ()) -> Response:
    """Show a record with all of its versions, and what can be done with it."""
    language = access.language()
    with database.connect() as conn:
        known = queries.catalogue(conn)
        rows = _versions(conn, record_id)
        names = accounts.named(conn, {row.written_by for row in rows})
        steps = {one.record_id: one for one in etl.records.steps(conn, rows[0])}
        found = _estimate(conn, rows[0])
    newest = rows[0]
    kind = KINDS[RecordKind(newest.kind)]
    title = documents.text(kind.label)
    shown = [cards.notice(one, kind="error") for one in said]
    if newest.is_private and newest.fields:
        told = documents.text("Without a noted consent a story is not published.")
        shown.append(cards.notice(told, kind="warning"))
    parts: list[Any] = [
        cards.card(
            title,
            "record",
            html.P(_state(newest)),
            cards.facts(_facts(kind, newest, steps, known)),
            lead=words.listed(_of(known, newest), language),
            span=8,
        ),
        _decide(newest),
        *_told(newest, found),
        _history(rows, names),
    ]
    return documents.page(
        title,
        cards.page_head(
            title,
            html.Span(short(kind.code, newest.fields), className="as-written"),
            crumbs=crumbs(),
        ),
        *shown,
        html.Div(parts, className="grid work"),
        status=400 if said else 200,
    )


def _told(row: Any, found: Found | None) -> list[Any]:
    """Return what an estimate says as it would be published, what it rests on, and who signs for it."""
    if found is None:
        return []
    language = access.language()
    parts: list[Any] = [drawn.answer(found, language)]
    signature = row.fields.get(records.SIGNATURE)
    if found.asked.is_signed and (found.needs_signature or signature):
        parts.append(_signing(row, found, signature))
    return [*parts, drawn.inputs(found, language)]


def _signing(row: Any, found: Found, signature: Any) -> html.Section:
    """Return who signed for the inputs, or the way to do so for who may."""
    language, parts = access.language(), list[Any]()
    if signature:
        day = words.day(date.fromisoformat(signature["at"]), language)
        parts.append(
            cards.facts(
                [
                    (
                        documents.text("Signed by"),
                        html.Span(signature["by"], className="as-written"),
                    ),
                    (documents.text("Day"), day),
                    (
                        documents.text("SHA-256 of the inputs"),
                        html.Code(signature["fingerprint"][:16]),
                    ),
                ]
            )
        )
    if found.needs_signature and may_publish(row.programme_code):
        form = telling.Sign(prefix="sign")
        form.seen.data = str(row.record_version_id)
        form.fingerprint.data = found.fingerprint
        action = f"{PAGE}/{row.record_id}/sign"
        parts.append(forms.drawn(form, language, N_("Sign"), action=action))
    told = documents.text(
        "Nothing of the result is shown until somebody signs for exactly these inputs. Whoever changes one of them takes the signature back."
    )
    return cards.card(
        documents.text("Signature"),
        "signature",
        html.Div(parts, className="told"),
        html.P(told, className="card-foot"),
        span=4,
    )


def _names(one: records.Field, row: Any, known: Catalogue) -> str:
    """Return the name of an indicator or a territory that was chosen."""
    rows = known.indicators if one.shape is Shape.INDICATOR else known.places
    found = rows.get(str(row.fields.get(one.name)))
    return words.name(found.names, access.language()) if found else ""


def _facts(
    kind: records.Kind, row: Any, steps: dict[int, Any], known: Catalogue
) -> list[tuple[str, Any]]:
    language = access.language()
    told: list[tuple[str, Any]] = []
    asked = evaluation.ASKED.get(str(row.fields.get("method")))
    for one in kind.fields + (asked.fields if asked and asked.is_observed else ()):
        text: Any = records.said(one, row.fields, language)
        if one.shape in (Shape.INDICATOR, Shape.TERRITORY):
            text = _names(one, row, known)
        if one.shape is Shape.STEPS:
            led = [steps[number] for number in row.fields.get(one.name, ()) if number in steps]
            text = words.listed([records.title(kind.code, step.fields) for step in led], language)
        if text and one.shape in (Shape.TEXT, Shape.LINE):
            text = html.Span(text, className="as-written", lang=row.language)
        told.append((documents.text(one.label), text))
    return [*told, (documents.text("Language"), words.LANGUAGES[row.language])]


def _decide(row: Any) -> html.Section:
    """Return what whoever asks can do with the newest version of a record."""
    where, language = f"{PAGE}/{row.record_id}", access.language()
    ways: list[Any] = []
    is_theirs = not KINDS[RecordKind(row.kind)].of_evaluators or may_publish(row.programme_code)
    if row.fields and is_theirs:
        ways.append(
            html.A(
                [marks.icon("edit"), documents.text("Edit")],
                href=f"{where}/edit",
                className="button",
            )
        )
    offered = []
    is_open = row.state != RecordState.PUBLISHED and not row.is_private
    if may_publish(row.programme_code) and is_open and row.fields:
        offered.append(("publish", N_("Publish"), "", ""))
    if row.state != RecordState.WITHDRAWN:
        asked = N_("Show it to nobody any more?")
        offered.append(("withdraw", N_("Withdraw"), "quiet", asked))
    if may_publish(row.programme_code) and row.fields:
        asked = N_("Empty this record and all of its versions, for good?")
        offered.append(("erase", N_("Erase"), "danger", asked))
    for name, word, look, asked in offered:
        form = telling.Seen(prefix=name)
        form.seen.data = str(row.record_version_id)
        action = f"{where}/{name}"
        ways.append(forms.drawn(form, language, word, action=action, kind=look, confirm=asked))
    told = documents.text(
        "Coordinators and evaluators publish. What is withdrawn is shown on no day any more."
    )
    return cards.card(
        documents.text("Decide"),
        "decide",
        html.Div(ways, className="task-ways"),
        html.P(told, className="card-foot"),
        span=4,
    )


def _history(rows: list[Any], names: dict[str, str]) -> html.Section:
    language, heading = access.language(), documents.text("Versions")
    body: list[list[tables.Cell]] = [
        [
            words.moment(row.written_at, language),
            {
                "t": documents.text(STATES[RecordState(row.state)]),
                "status": BADGES[RecordState(row.state)],
            },
            names.get(row.written_by, documents.text("Somebody")),
            {
                "t": short(RecordKind(row.kind), row.fields) or documents.text("erased"),
                "className": "as-written",
            },
        ]
        for row in rows
    ]
    heads: list[tables.Cell] = [
        documents.text("When"),
        documents.text("State"),
        documents.text("Who"),
        documents.text("Text"),
    ]
    return cards.card(heading, "versions", tables.table(heading, heads, body, is_stacked=True))


# --- Writing --------------------------------------------------------------------------------------


def new_record(kind: str) -> Response:
    """Write a new record of a kind."""
    if kind not in KINDS:
        abort(404)
    code, choice = RecordKind(kind), request.args.get(KINDS[RecordKind(kind)].by, "")
    if KINDS[code].of_evaluators and not access.may(Policy.EVALUATE):
        abort(403)
    if KINDS[code].by and choice not in KINDS[code].more:
        return _choose(KINDS[code])
    form = telling.form_of(code, choice=choice)
    with database.connect() as conn:
        known = queries.catalogue(conn)
        telling.offer_projects(form, known)
        telling.offer_data(form, code, choice, known)
        asked = request.args.get("project", "")[:80]
        if request.method == "GET" and asked in known.projects:
            form.of.data = f"{known.projects[asked].programme_code}/{asked}"
        if not form.of.choices:
            abort(404)
        of = telling.of_form(form)
        telling.offer_steps(form, code, etl.records.steps(conn, of))
    action = f"{PAGE}/new/{code}" + (f"?{KINDS[code].by}={choice}" if choice else "")
    if not form.validate_on_submit():
        return _written(code, form, action, choice=choice)
    if KINDS[code].of_evaluators and not may_publish(of.programme_code):
        abort(403)
    if not access.scope().reaches(of.programme_code, of.project_code, of.place_code):
        form.refuse("place", N_("Choose a territory of yours."))
        return _written(code, form, action, choice=choice)
    try:
        with database.begin() as conn:
            number = etl.records.write(
                conn,
                code,
                of,
                language=form.language.data,
                given=telling.given(form, code, choice),
                actor=access.reader().actor,
            )
    except etl.records.RecordError as error:
        return _written(code, form, action, telling.refuse(form, error), choice=choice)
    documents.say(documents.text("It is kept as a draft."))
    return documents.go(f"{PAGE}/{number}")


def edit_record(record_id: int) -> Response:
    """Write another version of a record."""
    with database.connect() as conn:
        row = _versions(conn, record_id)[0]
        code = RecordKind(row.kind)
        if KINDS[code].of_evaluators and not may_publish(row.programme_code):
            abort(403)
        choice = str(row.fields.get(KINDS[code].by, ""))
        form = telling.form_of(code, row)
        telling.offer_steps(form, code, etl.records.steps(conn, row))
        telling.offer_data(form, code, choice, queries.catalogue(conn))
    action = f"{PAGE}/{record_id}/edit"
    if not form.validate_on_submit():
        return _written(code, form, action, choice=choice)
    try:
        with database.begin() as conn:
            etl.records.rewrite(
                conn,
                record_id,
                language=form.language.data,
                given=telling.given(form, code, choice),
                seen=_seen(form),
                actor=access.reader().actor,
            )
    except etl.records.RecordError as error:
        form.seen.data = str(row.record_version_id)
        return _written(code, form, action, telling.refuse(form, error), choice=choice)
    documents.say(documents.text("It is kept as a draft."))
    return documents.go(f"{PAGE}/{record_id}")


def _seen(form: telling.Seen) -> int:
    """Return the version that a form was drawn with; 0, which is none, for anything else."""
    word = form.seen.data or ""
    return int(word) if word.isdecimal() and len(word) < 10 else 0


def _choose(kind: records.Kind) -> Response:
    """Show what the form of a new record depends on, to be chosen first: of an estimate, its method."""
    language, title = access.language(), documents.text(kind.label)
    project = request.args.get("project", "")[:80]
    ways = [
        html.Li(
            [
                html.A(
                    [marks.icon("edit"), words.text(one.name, language)],
                    href=f"{PAGE}/new/{kind.code}?"
                    + urlencode({kind.by: code, "project": project}),
                    className="tool",
                ),
                html.P(one.method.explained(language), className="muted"),
                html.P(
                    documents.text("Its figures are read from the accepted data.")
                    if one.is_observed
                    else documents.text("You type its figures, each with where it is from."),
                    className="muted",
                ),
            ],
            className="task",
        )
        for code, one in evaluation.ASKED.items()
    ]
    return documents.page(
        title,
        cards.page_head(title, documents.text(kind.about), crumbs=crumbs()),
        html.Div(
            cards.card(
                documents.text("Choose a method"),
                "choose",
                html.Ul(ways, className="tasks"),
                span=8,
            ),
            className="grid work",
        ),
    )


def _written(
    kind: RecordKind,
    form: telling.Told,
    action: str,
    said: list[str] | None = None,
    *,
    choice: str = "",
) -> Response:
    """Show the form of a record; with what was not right when it was sent."""
    language, declared = access.language(), KINDS[kind]
    title, about = documents.text(declared.label), documents.text(declared.about)
    asked = evaluation.ASKED.get(choice)
    if asked:
        title, about = documents.text(asked.name), asked.method.explained(language)
    hints = _hints(declared.inputs({declared.by: choice}))
    return documents.page(
        title,
        cards.page_head(title, about, crumbs=crumbs()),
        *(cards.notice(documents.text(one), kind="error") for one in said or ()),
        html.Div(
            cards.card(
                documents.text("Write"),
                "write",
                html.P(documents.text("Fields with a * are needed."), className="muted"),
                *(html.P(documents.text(one), className="muted") for one in hints),
                html.Div(
                    forms.drawn(
                        form,
                        language,
                        N_("Keep as a draft"),
                        action=action,
                        groups=telling.groups(form, kind, choice),
                    ),
                    className="told",
                ),
                span=8,
            ),
            className="grid work",
        ),
        status=400 if form.errors or said else 200,
    )


def _hints(asked: Sequence[records.Field]) -> Iterator[str]:
    """Yield what is said once of a form, and not beside each of its fields."""
    every = [*asked, *(column for one in asked for column in one.columns)]
    if any(one.shape is Shape.SPAN for one in every):
        yield SPAN_HINT
    if any(one.label == SOURCE for one in every):
        yield N_("Say of each figure which document, survey or account it is from.")
    if any(one.shape is Shape.ROWS for one in asked):
        yield N_("Rows that stay empty are left out; there are more of them once it is kept.")


# --- Deciding -------------------------------------------------------------------------------------


def publish(record_id: int) -> Response:
    """Show the newest version of a record to everybody."""
    return _done(record_id, "publish", N_("It is published."))


def sign(record_id: int) -> Response:
    """Sign for the inputs of an estimate, as they were shown to who signs."""
    form = telling.Sign(prefix="sign")
    with database.connect() as conn:
        row = _versions(conn, record_id)[0]
        found = _estimate(conn, row)
    if not may_publish(row.programme_code):
        abort(403)
    if found is None or not found.asked.is_signed:
        abort(404)
    if not form.validate_on_submit():
        wrong = {text for field in form for text in field.errors}
        return show_record(record_id, said=tuple(documents.text(str(one)) for one in wrong))
    if form.fingerprint.data != found.fingerprint:
        return show_record(record_id, said=(documents.text(etl.records.MOVED),))
    try:
        with database.begin() as conn:
            etl.records.sign(
                conn,
                record_id,
                by=form.by.data or "",
                fingerprint=found.fingerprint,
                seen=_seen(form),
                actor=access.reader().actor,
            )
    except etl.records.RecordError as error:
        return show_record(record_id, said=tuple(map(documents.text, error.wrong.values())))
    documents.say(documents.text("It is signed."))
    return documents.go(f"{PAGE}/{record_id}")


def withdraw(record_id: int) -> Response:
    """Show a record to nobody any more."""
    return _done(record_id, "withdraw", N_("It is withdrawn."))


def erase(record_id: int) -> Response:
    """Empty all versions of a record."""
    return _done(record_id, "erase", N_("It is erased."))


def _done(record_id: int, what: str, said: str) -> Response:
    form = telling.Seen(prefix=what)
    if not form.validate_on_submit():
        abort(400)
    with database.connect() as conn:
        row = _versions(conn, record_id)[0]
        found = _estimate(conn, row) if what == "publish" else None
    is_evaluators = row.kind in EVALUATORS and row.state == RecordState.PUBLISHED
    if (what != "withdraw" or is_evaluators) and not may_publish(row.programme_code):
        abort(403)
    if found and isinstance(found.answer, evaluation.Refused):
        told = documents.text("Without an answer an estimate is not published.")
        return show_record(record_id, said=(told,))
    do = {
        "publish": etl.records.publish,
        "withdraw": etl.records.withdraw,
        "erase": etl.records.erase,
    }[what]
    try:
        with database.begin() as conn:
            do(conn, record_id, seen=_seen(form), actor=access.reader().actor)
    except etl.records.RecordError as error:
        wrong = tuple(documents.text(one) for one in error.wrong.values())
        return show_record(record_id, said=wrong)
    documents.say(documents.text(said))
    return documents.go(f"{PAGE}/{record_id}")
