"""Forms of records, made of the declaration of their fields (`schemas.records`)."""

from functools import cache
from typing import Any

from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

import etl
from dashboard import access
from dashboard.components import forms
from dashboard.queries import Catalogue
from schemas import records, words
from schemas.codes import RecordKind
from schemas.records import LONGEST, Shape
from schemas.words import N_

NONE = ("", "–")
MANY = 3
"Lines of a text before anything is written."


class Seen(forms.Form):
    """A button for a record, with the version that it was shown with."""

    seen = HiddenField()


class Told(Seen):
    """A record; a new one says what it is of."""

    of = SelectField(
        N_("Project"), description=N_("Project, territory and kind cannot be changed later.")
    )
    place = SelectField(N_("Territory"), description=N_("Where it is of one territory alone."))
    language = SelectField(N_("Language in which it is written"))


def field_name(name: str) -> str:
    """Return the name of the form's field for one of a record's; no name of a form's own is taken."""
    return f"r_{name}"


@cache
def _form(kind: RecordKind) -> type[Told]:
    made = {field_name(one.name): _field(one) for one in records.KINDS[kind].fields}
    return type("TellForm", (Told,), made)


def _field(one: records.Field) -> Field:
    # Whether something is needed is checked where the record is kept; the mark is the browser's.
    mark = {"required": True} if one.is_needed else {}
    said: dict[str, Any] = {"label": one.label, "description": one.hint, "render_kw": mark}
    if one.shape is Shape.YES:
        return BooleanField(**said)
    if one.shape is Shape.CHOICE:
        return SelectField(**said, choices=[])
    if one.shape is Shape.STEPS:
        return forms.Boxes(one.label, description=one.hint, coerce=int)
    if one.shape is Shape.DAY:
        return StringField(**said | {"render_kw": {**mark, "type": "date"}})
    is_long = one.shape is Shape.TEXT
    more = {**mark, "dir": "auto", "maxlength": LONGEST[one.shape]}
    kind = TextAreaField if is_long else StringField
    more |= {"rows": MANY} if is_long else {}
    return kind(validators=[Length(max=LONGEST[one.shape])], **said | {"render_kw": more})


def form_of(kind: RecordKind, row: Any = None) -> Told:
    """Return the form of a record, of a new one without a row, with its choices in the reader's language."""
    language = access.language()
    told = {} if row is None else {field_name(name): value for name, value in row.fields.items()}
    own = words.base(language) if row is None else row.language
    seen = "" if row is None else str(row.record_version_id)
    form = _form(kind)(language=own, seen=seen, **told)
    form.language.choices = list(words.LANGUAGES.items())
    for one in records.KINDS[kind].fields:
        field = form[field_name(one.name)]
        if one.shape is Shape.CHOICE:
            choices = [(code, words.text(word, language)) for code, word in one.choices.items()]
            field.choices = [NONE, *choices]
        elif one.shape is Shape.STEPS:
            field.choices = []
    if row is not None:
        del form.of, form.place
    return form


def offer_steps(form: Told, kind: RecordKind, steps: list[Any]) -> None:
    """Let a step lead to others of its chain; without any there is nothing to choose."""
    for one in records.KINDS[kind].fields:
        if one.shape is Shape.STEPS and steps:
            form[field_name(one.name)].choices = [
                (step.record_id, records.title(kind, step.fields)) for step in steps
            ]
        elif one.shape is Shape.STEPS:
            del form[field_name(one.name)]


def offer_projects(form: Told, known: Catalogue) -> None:
    """Let a new record be of what the reader sees all of: programmes, projects, and their territories."""
    language, scope = access.language(), access.scope()
    offered: list[tuple[str, str]] = []
    places: dict[str, str] = {}
    for programme, row in known.programmes.items():
        if scope.reaches(programme):
            said = words.text(
                "{programme}, as a whole", language, programme=words.name(row.names, language)
            )
            offered.append((f"{programme}/", said))
        for code, project in known.projects.items():
            if project.programme_code != programme:
                continue
            own = [
                place
                for place in known.places_of.get(code, ())
                if scope.reaches(programme, code, place)
            ]
            if own or scope.reaches(programme, code):
                offered.append((f"{programme}/{code}", words.name(project.names, language)))
                places |= {one: words.name(known.places[one].names, language) for one in own}
    form.of.choices = offered
    form.place.choices = [NONE, *sorted(places.items(), key=lambda one: one[1])]


def of_form(form: Told) -> etl.records.Of:
    """Return what a new record is of, as the form says; the first that is offered, where it says nothing."""
    programme, _, project = str(form.of.data or form.of.choices[0][0]).partition("/")
    return etl.records.Of(programme, project, form.place.data or "")


def given(form: Told, kind: RecordKind) -> dict[str, Any]:
    """Return what a form says, by the names of the record's fields."""
    names = (one.name for one in records.KINDS[kind].fields)
    return {name: form[field_name(name)].data for name in names if field_name(name) in form}


def refuse(form: Told, error: etl.records.RecordError) -> list[str]:
    """Say of each field what is not right with it; return what is of none."""
    rest = []
    for name, text in error.wrong.items():
        own = next((one for one in (field_name(name), name) if one in form), "")
        if own:
            form.refuse(own, text)
        else:
            rest.append(text)
    return rest
