"""Everybody's own account: name and language, password, second factor, browsers, data, the end."""

import json
from typing import Any

import segno
from dash import html
from flask import Flask, Response, current_app, redirect, request, session
from flask_login import current_user, logout_user
from wtforms import BooleanField, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from dashboard import access, accounts, documents, queries
from dashboard.accounts import Grant, PasswordError
from dashboard.components import cards, forms, marks, tables
from dashboard.routes import attachment
from schemas import database, words
from schemas.codes import Role
from schemas.tables import Place, Programme, Project
from schemas.words import N_

NEEDED = InputRequired(N_("This is needed."))

ROLES = {
    Role.PARTNER: N_("Partner"),
    Role.EVALUATOR: N_("Evaluator"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.ADMINISTRATOR: N_("Administrator"),
}


class Details(forms.Form):
    """What an owner may change of an account."""

    name = StringField(N_("Name"), [NEEDED, Length(max=120)], render_kw={"autocomplete": "name"})
    language = SelectField(
        N_("Language of pages and mails"),
        choices=[SelectChoice(*one) for one in words.LANGUAGES.items()],
    )


class Password(forms.Form):
    """A new password, by whoever knows the old one."""

    old = PasswordField(N_("Password"), [NEEDED], render_kw={"autocomplete": "current-password"})
    new = PasswordField(
        N_("New password"),
        [NEEDED],
        description=N_("At least 12 characters; several words are easiest to remember."),
        render_kw={"autocomplete": "new-password"},
    )


class Second(forms.Form):
    """A code, which proves that the app is set up."""

    code = StringField(
        N_("Code"),
        [NEEDED, Length(max=40)],
        description=N_("As the app shows it."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class Sure(forms.Form):
    """Something that cannot be taken back."""

    password = PasswordField(
        N_("Password"), [NEEDED], render_kw={"autocomplete": "current-password"}
    )
    is_sure = BooleanField(
        N_("I know that this cannot be taken back."), [InputRequired(N_("Tick this first."))]
    )


class Plain(forms.Form):
    """A button."""


def _text(said: str, **values: Any) -> str:
    return words.text(said, access.language(), **values)


def role_named(conn: Any, grant: Grant, language: str) -> str:
    """Return a role and what it is for, in words."""
    rows = (
        queries.name_of(conn, table, code)
        for table, code in (
            (Programme, grant.programme_code),
            (Project, grant.project_code),
            (Place, grant.place_code),
        )
        if code
    )
    named = [words.name(names, language) for names in rows]
    role = words.text(ROLES[grant.role], language)
    if not named:
        return role
    return words.text("{role}: {what}", language, role=role, what=words.listed(named, language))


def _card(title: str, key: str, *children: Any, lead: str = "") -> html.Section:
    return cards.card(_text(title), key, *children, lead=_text(lead) if lead else None, span=6)


def account(
    *, details: Details | None = None, password: Password | None = None, sure: Sure | None = None
) -> Response:
    """Show the account of who asks; the forms are those that were sent with mistakes."""
    language, reader = access.language(), access.reader()
    if reader.is_demo:
        return _of_demo()
    with database.connect() as conn:
        row = accounts.account(conn, reader.account_id)
        roles = [role_named(conn, grant, language) for grant in reader.grants]
        open_ones = accounts.sittings(conn, reader.account_id, current_user.token)
        spare = accounts.recovery_codes_left(conn, reader.account_id)
    details = details or Details(name=row.name, language=row.language)
    has_mistakes = any(form and form.errors for form in (details, password, sure))
    return documents.page(
        _text("My account"),
        cards.page_head(
            _text("My account"),
            row.email,
            tools=[
                forms.drawn(Plain(), language, N_("Sign out"), action="/sign-out", kind="quiet")
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
                    html.Ul([html.Li(role) for role in roles], className="stack")
                    if roles
                    else html.P(_text("No role was given to you yet; ask your coordinator.")),
                ),
                _card(
                    N_("Password"),
                    "password",
                    forms.drawn(
                        password or Password(), language, N_("Change"), action="/account/password"
                    ),
                    lead=N_("Every other browser is signed out with it."),
                ),
                _second(row, spare, language),
                _browsers(open_ones, language),
                _data(language, sure or Sure()),
            ],
            className="grid",
        ),
        status=400 if has_mistakes else 200,
    )


def _of_demo() -> Response:
    lead = _text(
        "This is a demonstration: whoever visits from this machine acts as its coordinator, without"
        " a password."
    )
    return documents.page(_text("My account"), cards.page_head(_text("My account"), lead))


def _second(row: Any, spare: int, language: str) -> html.Section:
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
                Plain(),
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
        html.P([_text("Or type this into the app:"), " ", html.Code(secret)]),
        forms.drawn(Second(), language, N_("Switch on"), action="/account/second"),
        lead=lead,
    )


def _browsers(found: list[dict[str, Any]], language: str) -> html.Section:
    body: list[list[tables.Cell]] = [
        [
            {
                "t": one["browser"] or _text("A browser"),
                "sub": _text("this one") if one["is_here"] else "",
            },
            words.moment(one["started_at"], language),
            words.moment(one["seen_at"], language),
        ]
        for one in found
    ]
    heads: list[tables.Cell] = [_text("Browser"), _text("Signed in"), _text("Last seen")]
    return _card(
        N_("Where you are signed in"),
        "browsers",
        tables.table(_text("Where you are signed in"), heads, body, is_stacked=True),
        forms.drawn(
            Plain(),
            language,
            N_("Sign out everywhere else"),
            action="/account/sign-out-elsewhere",
            kind="quiet",
        ),
    )


def _data(language: str, sure: Sure) -> html.Section:
    return _card(
        N_("Your data"),
        "data",
        html.P(
            html.A(
                [marks.icon("download"), _text("Everything that is kept of you (JSON)")],
                href="/account/data.json",
                className="tool",
                download="",
            )
        ),
        html.H3(_text("Delete the account")),
        html.P(
            _text(
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
    documents.say(_text(text))
    return redirect("/account", 303)  # type: ignore[return-value]


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
    answer.set_cookie(
        access.COOKIE, form.language.data, 31_536_000, samesite="Lax", secure=request.is_secure
    )
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
        form.refuse("old", error.text)
    else:
        if is_right:
            return _done(N_("The new password is kept; every other browser is signed out."))
        form.refuse("old", N_("This is not your password."))
    return account(password=form)


def change_second() -> Response:
    """Switch the second step on with a code, or off."""
    reader, language = access.reader(), access.language()
    with database.connect() as conn:
        is_on = accounts.is_due_second(conn, reader.account_id)
    if is_on:
        with database.begin() as conn:
            accounts.end_second(conn, reader.account_id, actor=reader.actor)
        return _done(N_("The second step is off."))
    form = Second()
    codes: list[str] = []
    if form.validate_on_submit() and "secret" in session:
        with database.begin() as conn:
            codes = accounts.set_second(
                conn,
                reader.account_id,
                session["secret"],
                form.code.data,
                str(current_app.secret_key),
            )
    if not codes:
        documents.say(_text("This code is not right; the second step is still off."), "error")
        return redirect("/account", 303)  # type: ignore[return-value]
    del session["secret"]
    lead = _text("Each lets you in once when the telephone is lost. They are not shown again.")
    return documents.page(
        _text("Recovery codes"),
        cards.page_head(_text("Recovery codes"), lead),
        html.Section(
            [
                html.Ul([html.Li(html.Code(one)) for one in codes], className="codes"),
                html.P(
                    html.A(
                        words.text("I have kept them", language),
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
    with database.begin() as conn:
        accounts.end_all(conn, access.reader().account_id, but=current_user.token)
    return _done(N_("Every other browser is signed out."))


def own_data() -> Response:
    """Return everything that is kept of who asks."""
    with database.connect() as conn:
        told = accounts.exported(conn, access.reader().account_id)
    text = json.dumps(told, ensure_ascii=False, indent=2, default=str)
    return attachment(text.encode(), "application/json", "medtown-account.json")


def delete() -> Response:
    """Delete the account of who asks."""
    form, reader = Sure(), access.reader()
    if not form.validate_on_submit():
        return account(sure=form)
    try:
        if not accounts.is_password(
            reader.account_id, form.password.data, address=request.remote_addr or ""
        ):
            form.refuse("password", N_("This is not your password."))
    except accounts.EntryError as error:
        form.refuse("password", error.text)
    if form.errors:
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
    documents.say(_text("Your account is deleted."))
    return redirect("/sign-in", 303)  # type: ignore[return-value]


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
        server.add_url_rule(rule, view.__name__, view, methods=["POST"])
