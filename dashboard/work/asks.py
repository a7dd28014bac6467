"""What the workspace asks for: the forms of rounds, answers and requests."""

from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from dashboard import documents
from dashboard.components import forms
from schemas.codes import Calendar
from schemas.words import N_

SAID = DataRequired(N_("This is needed."))
"Words, not blanks alone."


class Reason(forms.Form):
    """Why a round does not apply."""

    reason = TextAreaField(N_("Why it does not apply"), [SAID, Length(max=1000)])


class More(forms.Form):
    """A request for more time."""

    wanted_until = DateField(N_("Until which day"), [forms.NEEDED])
    reason = TextAreaField(N_("Why more time is needed"), [SAID, Length(max=1000)])


class Decided(forms.Form):
    """What is decided on a request: a day, or none for no."""

    granted_until = DateField(N_("Granted until"), [forms.NEEDED])
    remark = StringField(N_("Remark"), [Length(max=1000)])


KINDS = {
    Calendar.SIX_MONTHS: N_("Every six months"),
    Calendar.QUARTERS: N_("Every quarter"),
    Calendar.PROJECTS: N_("By the dates of each project"),
}

MOST_DAYS = 366


def _days(label: str, hint: str = "") -> IntegerField:
    return IntegerField(
        label,
        [forms.NEEDED, NumberRange(0, MOST_DAYS)],
        description=hint,
        render_kw={"inputmode": "numeric", "min": 0, "max": MOST_DAYS},
    )


class New(forms.Form):
    """A calendar of rounds."""

    kind = SelectField(N_("Rounds"))
    start = DateField(
        N_("First day"), [Optional()], description=N_("Not needed for rounds by project.")
    )
    end = DateField(N_("Until"), [Optional()])
    due_days = _days(N_("Days until it is due"), N_("After the end of the period."))
    grace_days = _days(N_("Days of grace"), N_("What comes within them is not late."))


class Days(forms.Form):
    """When a round is due."""

    due_date = DateField(N_("Due on"), [forms.NEEDED])
    grace_days = _days(N_("Days of grace"), N_("What comes within them is not late."))


def new_form() -> New:
    """Return the form of a new calendar, with its choices in the language of whoever asks."""
    form = New(prefix="new")
    form.kind.choices = [(kind.value, documents.text(said)) for kind, said in KINDS.items()]
    if form.due_days.data is None and not form.is_submitted():
        form.due_days.data, form.grace_days.data = 31, 14
    return form
