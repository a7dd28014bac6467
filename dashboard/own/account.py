"""Everybody's own account: name and language, password, second factor, browsers, data, the end."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from dash import html
from flask import Flask, Response, abort, current_app, request, session
from flask_login import current_user, logout_user

from dashboard import access, accounts, documents, trail
from dashboard.access import Policy
from dashboard.accounts import PasswordError
from dashboard.components import cards, forms, marks, roles, tables
from dashboard.own import notices
from dashboard.own.forms import NOT_YOURS, Details, Off, Password, Proved, Second, Sure
from dashboard.own.signing_in import waiting
from dashboard.routes import attachment
from schemas import audit, database, words
from schemas.words import N_


def _card(title: str, key: str, *children: Any, lead: str = "") -> html.Section:
    return cards.card(
        documents.text(title), key, *children, lead=documents.text(lead) if lead else None, span=6
    )


def _has_password() -> bool:
    with database.connect() as conn:
        return bool(accounts.account(conn, access.reader().account_id).password_hash)


def account(
    *,
    details: Details | None = None,
    password: Password | None = None,
    second: Proved | None = None,
    sure: Sure | None = None,
) -> Response:
    """Show the account of who asks; the forms are those that were sent with mistakes."""
    language, reader = access.language(), access.reader()
    if reader.is_demo:
        return _of_demo()
    with database.connect() as conn:
        row = accounts.account(conn, reader.account_id)
        given = [roles.named(conn, grant, language) for grant in reader.grants]
        open_ones = accounts.sittings(conn, reader.account_id, current_user.token)
        spare = accounts.recovery_codes_left(conn, reader.account_id)
        told = notices.card(conn, reader.account_id, row.settings, language)
    details = details or Details(name=row.name, language=row.language)
    has_mistakes = any(form and form.errors for form in (details, password, second, sure))
    return documents.page(
        documents.text("My account"),
        cards.page_head(
            documents.text("My account"),
            row.email,
            tools=[
                *_trail(),
                forms.button(language, N_("Sign out"), "/sign-out", kind="quiet"),
            ],
        ),
        html.Div(
            [
                _card(
                    N_("Name and language"),
                    "details",
                    forms.drawn(details, language, N_("Keep"), action="/account/details"),
                ),
                _card(
                    N_("Roles"),
                    "roles",
                    html.Ul([html.Li(role) for role in given], className="stack")
                    if given
                    else html.P(
                        documents.text("No role was given to you yet; ask your coordinator.")
                    ),
                ),
                *([_password(password or Password(), language)] if row.password_hash else []),
                _second(row, spare, second, language),
                _browsers(open_ones, language),
                _data(language, sure or Sure(bool(row.password_hash))),
                told,
            ],
            className="grid",
        ),
        status=400 if has_mistakes else 200,
    )


def _trail() -> list[html.A]:
    """Return the way to the audit trail, for those who administer."""
    if not access.may(Policy.ADMINISTER):
        return []
    return [html.A(documents.text("Audit trail"), href="/admin/audit", className="tool")]


def _of_demo() -> Response:
    lead = documents.text(
        "This is a demonstration: whoever visits from this machine acts as its coordinator, without"
        " a password."
    )
    tools = [html.A(documents.text("Notices"), href="/notices", className="tool"), *_trail()]
    head = cards.page_head(documents.text("My account"), lead, tools=tools)
    return documents.page(documents.text("My account"), head)


def _password(form: Password, language: str) -> html.Section:
    return _card(
        N_("Password"),
        "password",
        forms.drawn(form, language, N_("Change the password"), action="/account/password"),
        lead=N_("Every other browser is signed out with it."),
    )


def _second(row: Any, spare: int, form: Proved | None, language: str) -> html.Section:
    """Return the second factor: set up, or how to."""
    title, lead = N_("Second step"), N_("A code of an app on your telephone, besides the password.")
    if row.totp_secret:
        left = words.plural(
            "{count} recovery code is left.", "{count} recovery codes are left.", spare, language
        )
        return _card(
            title,
            "second",
            html.P(left),
            forms.drawn(
                form or Off(bool(row.password_hash)),
                language,
                N_("Switch off"),
                action="/account/second",
                kind="danger",
                confirm=N_("Switch the second step off?"),
            ),
            lead=lead,
        )
    secret = session.setdefault("secret", accounts.begin_second())
    address = accounts.address_of(secret, row.email)
    picture = segno.make(address).svg_inline(scale=4, border=2, dark="#000", light="#fff")
    return _card(
        title,
        "second",
        html.Div(className="code-picture", **marks.data(html=picture)),
        html.P([documents.text("Or type this into the app:"), " ", html.Code(secret)]),
        forms.drawn(
            form or Second(bool(row.password_hash)),
            language,
            N_("Switch on"),
            action="/account/second",
        ),
        lead=lead,
    )


def _browsers(found: list[dict[str, Any]], language: str) -> html.Section:
    body: list[list[tables.Cell]] = [
        [
            {
                "t": one["browser"] or documents.text("A browser"),
                "sub": documents.text("this one") if one["is_here"] else "",
            },
            words.moment(one["started_at"], language),
            words.moment(one["seen_at"], language),
        ]
        for one in found
    ]
    heads: list[tables.Cell] = [
        documents.text("Browser"),
        documents.text("Signed in"),
        documents.text("Last seen"),
    ]
    return _card(
        N_("Where you are signed in"),
        "browsers",
        tables.table(documents.text("Where you are signed in"), heads, body, is_stacked=True),
        forms.button(
            language,
            N_("Sign out everywhere else"),
            "/account/sign-out-elsewhere",
            kind="quiet",
        ),
    )


def _data(language: str, sure: Sure) -> html.Section:
    return _card(
        N_("Your data"),
        "data",
        html.P(
            html.A(
                [marks.icon("download"), documents.text("Everything that is kept of you (JSON)")],
                href="/account/data.json",
                className="tool",
                download="",
            )
        ),
        html.H3(documents.text("Delete the account")),
        html.P(
            documents.text(
                "Name, address, password and roles are erased at once. What you handed in or decided"
                " stays, without your name."
            )
        ),
        forms.drawn(
            sure, language, N_("Delete my account"), action="/account/delete", kind="danger"
        ),
    )


# --- What the forms do ----------------------------------------------------------------------------


def _done(text: str) -> Response:
    documents.say(documents.text(text))
    return documents.go("/account")


def change_details() -> Response:
    """Keep name and language."""
    form, reader = Details(), access.reader()
    if not form.validate_on_submit():
        return account(details=form)
    with database.begin() as conn:
        accounts.change(
            conn,
            reader.account_id,
            actor=reader.actor,
            name=" ".join(form.name.data.split()),
            language=form.language.data,
        )
    answer = _done(N_("Kept."))
    access.remember_language(answer, form.language.data)
    return answer


def change_password() -> Response:
    """Keep a new password, where the old one is right."""
    form, reader = Password(), access.reader()
    if not form.validate_on_submit():
        return account(password=form)
    try:
        is_right = accounts.change_password(
            reader.account_id,
            form.old.data,
            form.new.data,
            address=request.remote_addr or "",
            but=current_user.token,
        )
    except PasswordError as error:
        form.refuse("new", error.text)
    except accounts.EntryError as error:
        form.refuse("old", waiting(error))
    else:
        if is_right:
            return _done(N_("The new password is kept; every other browser is signed out."))
        form.refuse("old", NOT_YOURS)
    return account(password=form)


def change_second() -> Response:
    """Switch the second step on with a code, or off."""
    reader = access.reader()
    with database.connect() as conn:
        is_on = accounts.is_due_second(conn, reader.account_id)
    form = Off(_has_password()) if is_on else Second(_has_password())
    if not form.is_proved():
        return account(second=form)
    if is_on:
        with database.begin() as conn:
            accounts.end_second(conn, reader.account_id, actor=reader.actor)
        return _done(N_("The second step is off."))
    codes: list[str] = []
    if "secret" in session:
        with database.begin() as conn:
            codes = accounts.set_second(
                conn,
                reader.account_id,
                session["secret"],
                form.code.data,
                str(current_app.secret_key),
            )
    if not codes:
        form.refuse("code", N_("This code is not right; the second step is still off."))
        return account(second=form)
    del session["secret"]
    return _recovery_codes(codes)


def _recovery_codes(codes: list[str]) -> Response:
    lead = documents.text(
        "Each lets you in once when the telephone is lost. They are not shown again."
    )
    return documents.page(
        documents.text("Recovery codes"),
        cards.page_head(documents.text("Recovery codes"), lead),
        html.Section(
            [
                html.Ul([html.Li(html.Code(one)) for one in codes], className="codes"),
                html.P(
                    html.A(
                        documents.text("I have kept them"),
                        href="/account",
                        className="button",
                    )
                ),
            ],
            className="card card-narrow",
        ),
    )


def sign_out_elsewhere() -> Response:
    """End every other sitting of the account."""
    reader = access.reader()
    with database.begin() as conn:
        accounts.end_all(conn, reader.account_id, but=current_user.token)
        audit.record(conn, reader.actor, "sign_out_elsewhere", reader.actor)
    return _done(N_("Every other browser is signed out."))


def own_data() -> Response:
    """Return everything that is kept of who asks."""
    with database.connect() as conn:
        told = accounts.exported(conn, access.reader().account_id)
    trail.audit_export(access.reader().actor, kind="own data")
    text = json.dumps(told, ensure_ascii=False, indent=2, default=str)
    return attachment(text.encode(), "application/json", "medtown-account.json")


def delete() -> Response:
    """Delete the account of who asks."""
    form, reader = Sure(_has_password()), access.reader()
    if not form.is_proved():
        return account(sure=form)
    with database.begin() as conn:
        if accounts.is_last_administrator(conn, reader.account_id):
            form.refuse(
                "is_sure", N_("You are the only administrator; make somebody else one first.")
            )
        else:
            accounts.delete_account(conn, reader.account_id, actor=reader.actor)
    if form.errors:
        return account(sure=form)
    logout_user()
    session.clear()
    documents.say(documents.text("Your account is deleted."))
    return documents.go("/sign-in")


def _not_of_demo(view: Callable[[], Response]) -> Callable[[], Response]:
    """Return what changes an account, for all but that of a demonstration, which everybody shares."""

    @wraps(view)
    def changed() -> Response:
        return abort(403) if access.reader().is_demo else view()

    return changed


def add(server: Flask) -> None:
    """Add the pages of the own account to the server."""
    server.add_url_rule("/account", "account", account)
    server.add_url_rule("/account/data.json", "own_data", own_data)
    for rule, view in (
        ("/account/details", change_details),
        ("/account/password", change_password),
        ("/account/second", change_second),
        ("/account/sign-out-elsewhere", sign_out_elsewhere),
        ("/account/delete", delete),
    ):
        server.add_url_rule(rule, view.__name__, _not_of_demo(view), methods=["POST"])
