"""The forms of one's own account."""

from typing import Any

from flask import request
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from dashboard import access, accounts
from dashboard.components import forms
from dashboard.own.signing_in import waiting
from schemas import words
from schemas.words import N_

NOT_YOURS = N_("This is not your password.")


class Details(forms.Form):
    """What an owner may change of an account."""

    name = StringField(
        N_("Name"), [forms.NEEDED, Length(max=120)], render_kw={"autocomplete": "name"}
    )
    language = SelectField(
        N_("Language of pages and mails"),
        choices=[SelectChoice(tag, name) for tag, name in words.LANGUAGES.items()],
    )


class Password(forms.Form):
    """A new password, by whoever knows the old one."""

    old = PasswordField(
        N_("Password"), [forms.NEEDED], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        N_("New password"),
        [forms.NEEDED],
        description=N_("At least 12 characters; several words are easiest to remember."),
        render_kw={"autocomplete": "new-password"},
    )


def _own_password() -> PasswordField:
    return PasswordField(
        N_("Password"), [forms.NEEDED], render_kw={"autocomplete": "current-password"}
    )


class Proved(forms.Form):
    """Something that only the owner may do: whoever has found an open browser knows no password.

    Whoever signs in by another provider has none, and is not asked for one.
    """

    def __init__(self, has_password: bool, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if not has_password:
            del self.password

    def is_proved(self) -> bool:
        """Return whether all is as it should be, and the password that of who asks."""
        if not self.validate_on_submit():
            return False
        if "password" not in self:
            return True
        try:
            if accounts.is_password(
                access.reader().account_id,
                self.password.data,
                address=request.remote_addr or "",
            ):
                return True
            self.refuse("password", NOT_YOURS)
        except accounts.EntryError as error:
            self.refuse("password", waiting(error))
        return False


class Off(Proved):
    """The end of the second step."""

    password = _own_password()


class Second(Proved):
    """A code, which proves that the app is set up."""

    password = _own_password()
    code = StringField(
        N_("Code"),
        [forms.NEEDED, Length(max=40)],
        description=N_("As the app shows it."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class Sure(Proved):
    """Something that cannot be taken back."""

    password = _own_password()
    is_sure = BooleanField(
        N_("I know that this cannot be taken back."), [InputRequired(N_("Tick this first."))]
    )
