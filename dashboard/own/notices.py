"""What somebody was told: a list, what to be mailed of, and the way to want no more mails."""

from collections.abc import Sequence
from typing import Any

from dash import html
from flask import Flask, Response, abort
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection
from wtforms import SelectChoice, SelectField

from dashboard import access, accounts, documents, notices
from dashboard.components import cards, forms, marks
from dashboard.notices import Told, When
from schemas import database, words
from schemas.words import N_

LATEST = 5
"Notices on the account's page."


class Choices(forms.Form):
    """When to be mailed, for each kind of notice."""

    submission = SelectField(notices.KINDS["submission"])
    decision = SelectField(notices.KINDS["decision"])
    thread = SelectField(notices.KINDS["thread"])
    round = SelectField(notices.KINDS["round"])
    report = SelectField(notices.KINDS["report"])
    job = SelectField(notices.KINDS["job"])
    other = SelectField(notices.KINDS[notices.OTHER])


def _choices(settings: Any, language: str) -> Choices:
    """Return the form with what an account with such settings has chosen."""
    form = Choices(data={kind: str(when) for kind, when in notices.chosen(settings).items()})
    times = [
        SelectChoice(str(when), words.text(said, language)) for when, said in notices.TIMES.items()
    ]
    for kind in notices.KINDS:
        form[kind].choices = times
    return form


# --- The list -------------------------------------------------------------------------------------


def entries(told: Sequence[Told], language: str) -> Any:
    """Return notices as a list of links, those that wait in bold; a sentence where there are none."""
    if not told:
        return html.P(documents.text("Nothing yet. What concerns your projects will stand here."))
    return html.Ul([_entry(one, language) for one in told], className="notice-list")


def _entry(one: Told, language: str) -> html.Li:
    waits: list[Any] = [] if one.read_at else [marks.hidden(words.text("unread", language)), " "]
    return html.Li(
        html.A(
            [
                html.Span(
                    [*waits, one.sentence(language)], className="" if one.read_at else "is-unread"
                ),
                html.Span(words.moment(one.created_at, language), className="muted"),
            ],
            href=f"/notices/{one.notice_id}",
        )
    )


def card(conn: Connection, account_id: int, settings: Any, language: str) -> html.Section:
    """Return the card of the account's page: the latest notices, and what to be mailed of."""
    return cards.card(
        words.text("Notices", language),
        "notices",
        entries(notices.listed(conn, account_id, LATEST), language),
        html.P(html.A(words.text("All notices", language), href="/notices", className="tool")),
        html.H3(words.text("Mails", language)),
        html.Div(
            forms.drawn(
                _choices(settings, language), language, N_("Keep"), action="/account/notices"
            ),
            className="form-wide",
        ),
        lead=words.text(
            "Here you are told of everything at once; by mail as you choose.", language
        ),
    )


def listed() -> Response:
    """Show what who asks was told, the newest first."""
    language, reader = access.language(), access.reader()
    with database.connect() as conn:
        told = notices.listed(conn, reader.account_id, 100)
    tools = []
    if any(one.read_at is None for one in told):
        read = forms.button(language, N_("Mark all as read"), "/notices/read", kind="quiet")
        tools.append(read)
    return documents.page(
        documents.text("Notices"),
        cards.page_head(
            documents.text("Notices"),
            crumbs=[(documents.text("My account"), "/account")],
            tools=tools,
        ),
        html.Section(entries(told, language), className="card"),
    )


def opened(notice_id: int) -> Response:
    """Lead to what a notice is about, and keep that it was read."""
    reader = access.reader()
    with database.begin() as conn:
        one = notices.one(conn, reader.account_id, notice_id)
        if one is None:
            abort(404)
        if one.read_at is None:
            notices.mark_read(conn, reader.account_id, [notice_id])
    return documents.go(one.link)


def read_all() -> Response:
    """Keep that everything was read."""
    forms.require_button()
    with database.begin() as conn:
        notices.mark_read(conn, access.reader().account_id)
    return documents.go("/notices")


def change_choices() -> Response:
    """Keep when who asks is mailed."""
    reader = access.reader()
    form = _choices({}, access.language())
    if not form.validate_on_submit():
        abort(400)
    wanted = {kind: When(form[kind].data) for kind in notices.KINDS}
    with database.begin() as conn:
        notices.choose(conn, reader.account_id, wanted, actor=reader.actor)
    documents.say(documents.text("Kept."))
    return documents.go("/account#notices-title")


# --- No more mails --------------------------------------------------------------------------------


def unsubscribe(token: str) -> Response:
    """Ask whether somebody wants no more mails; the address itself proves who it is."""
    language = access.language()
    account_id = notices.account_of(token)
    with database.connect() as conn:
        row = accounts.account(conn, account_id) if account_id else None
    if row is None or row.deleted_at:
        abort(404)
    return documents.page(
        documents.text("No more mails"),
        cards.page_head(
            documents.text("No more mails?"),
            documents.text(
                "You will still find everything under “Notices” when you are signed in."
            ),
        ),
        html.Section(
            [
                forms.button(
                    language,
                    N_("No more mails"),
                    f"/notices/unsubscribe/{token}",
                )
            ],
            className="card card-narrow",
        ),
    )


def end_mails(token: str) -> Response:
    """Mail somebody nothing any more: also asked for by mail programs themselves (RFC 8058)."""
    account_id = notices.account_of(token)
    if account_id is None:
        abort(404)
    with database.begin() as conn:
        is_there = notices.unsubscribe(conn, account_id)
    if not is_there:
        abort(404)
    return documents.page(
        documents.text("No more mails"),
        cards.page_head(
            documents.text("You get no more mails"),
            documents.text("Whenever you want them again, choose so in your account."),
        ),
    )


def add(server: Flask, protection: CSRFProtect) -> None:
    """Add the pages of notices; a mail program has no token of ours but the one in the address."""
    server.add_url_rule("/notices", "notices", listed)
    server.add_url_rule("/notices/<int:notice_id>", "notice", opened)
    server.add_url_rule("/notices/read", "read_notices", read_all, methods=["POST"])
    server.add_url_rule("/account/notices", "own_notices", change_choices, methods=["POST"])
    server.add_url_rule("/notices/unsubscribe/<token>", "unsubscribe", unsubscribe)
    server.add_url_rule("/notices/unsubscribe/<token>", "end_mails", end_mails, methods=["POST"])
    protection.exempt(end_mails)
