"""Forms of records, made of the declaration of their fields (`schemas.records`)."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import request
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

import etl
from dashboard import access
from dashboard.components import forms
from dashboard.queries import Catalogue
from schemas import records, words
from schemas.codes import Measure, RecordKind
from schemas.fields import LONGEST, Shape, typed
from schemas.words import N_

NONE = ("", "–")
MANY = 3
"Lines of a text before anything is written."

BLANK, MOST_ROWS = 2, 40
"Rows that are offered to be filled in beside those there are, and rows that there may be."

SHORT = 80
"Characters of a number, a range or a period as it is typed."


class Seen(forms.Form):
    """A button for a record, with the version that it was shown with."""

    seen = HiddenField()


class Sign(Seen):
    """A signature under the inputs of an estimate, as they were shown."""

    fingerprint = HiddenField()
    by = StringField(
        N_("Signed as"),
        [forms.NEEDED, Length(max=LONGEST[Shape.LINE])],
        description=N_("Your function, or your name: it is published with the result."),
        render_kw={"required": True, "dir": "auto", "maxlength": LONGEST[Shape.LINE]},
    )
    agreed = BooleanField(
        N_("I have looked at every input, and answer for all of them as they are."), [forms.NEEDED]
    )


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


def cell_name(name: str, number: int, column: str) -> str:
    """Return the name of a column in a row of fields."""
    return f"{name}-{number}-{column}"


@lru_cache(maxsize=64)
def _form(kind: RecordKind, choice: str, rows: tuple[int, ...]) -> type[Told]:
    """Return the form of a kind, with the fields that its choice brings; `rows` are those of each list."""
    declared, made = records.KINDS[kind], {}
    counts = iter(rows)
    for one in declared.all_fields({declared.by: choice}):
        if one.shape is Shape.ROWS:
            for number in range(next(counts)):
                for column in one.columns:
                    # A row may stay empty; what is needed within one is checked where it is kept.
                    made[field_name(cell_name(one.name, number, column.name))] = _field(
                        column, is_needed=False
                    )
        elif one.name != declared.by:
            made[field_name(one.name)] = _field(one)
    return type("TellForm", (Told,), made)


def _field(one: records.Field, *, is_needed: bool = True) -> Field:
    # Whether something is needed is checked where the record is kept; the mark is the browser's.
    mark = {"required": True} if one.is_needed and is_needed else {}
    said: dict[str, Any] = {"label": one.label, "description": one.hint, "render_kw": mark}
    if one.shape is Shape.YES:
        return BooleanField(**said)
    if one.shape in CHOSEN:
        return SelectField(**said, choices=[])
    if one.shape is Shape.STEPS:
        return forms.Boxes(one.label, description=one.hint, coerce=int)
    if one.shape is Shape.DAY:
        return StringField(**said | {"render_kw": {**mark, "type": "date"}})
    if one.shape in NUMBERS:
        mode = {} if one.shape is Shape.PERIOD else {"inputmode": "decimal"}
        more = {**mark, **mode, "dir": "ltr", "maxlength": SHORT, "autocomplete": "off"}
        return StringField(validators=[Length(max=SHORT)], **said | {"render_kw": more})
    is_long = one.shape is Shape.TEXT
    more = {**mark, "dir": "auto", "maxlength": LONGEST[one.shape]}
    kind = TextAreaField if is_long else StringField
    more |= {"rows": MANY} if is_long else {}
    return kind(validators=[Length(max=LONGEST[one.shape])], **said | {"render_kw": more})


CHOSEN = frozenset({Shape.CHOICE, Shape.INDICATOR, Shape.TERRITORY})
NUMBERS = frozenset({Shape.NUMBER, Shape.COUNT, Shape.YEAR, Shape.SPAN, Shape.PERIOD})


def form_of(kind: RecordKind, row: Any = None, choice: str = "") -> Told:
    """Return the form of a record, of a new one without a row, with its choices in the reader's language.

    `choice` is what a new record's other fields depend on (`Kind.by`).
    """
    language, declared = access.language(), records.KINDS[kind]
    kept = {} if row is None else row.fields
    choice = str(kept.get(declared.by, choice))
    asked = declared.all_fields({declared.by: choice})
    own = words.base(language) if row is None else row.language
    seen = "" if row is None else str(row.record_version_id)
    rows = tuple(_count(one.name, kept) for one in asked if one.shape is Shape.ROWS)
    form = _form(kind, choice, rows)(language=own, seen=seen, **_written(asked, kept))
    form.language.choices = list(words.LANGUAGES.items())
    for name, one in _places(asked, form):
        field = form[name]
        if one.shape is Shape.CHOICE:
            choices = [(code, words.text(word, language)) for code, word in one.choices.items()]
            field.choices = [NONE, *choices]
        elif one.shape is Shape.STEPS:
            field.choices = []
        if one.unit:
            label = words.text(one.label, language)
            field.label.text = f"{label} ({one.unit})"
    if row is not None:
        del form.of, form.place
    return form


def _count(name: str, kept: records.Fields) -> int:
    """Return how many rows of fields a form has: as many as were sent, or those kept and a few more."""
    pattern = re.compile(rf"{re.escape(field_name(name))}-(\d{{1,3}})-")
    sent = [int(match[1]) + 1 for key in request.form if (match := pattern.match(key))]
    return min(max(sent, default=len(kept.get(name, ())) + BLANK), MOST_ROWS)


def _written(asked: tuple[records.Field, ...], kept: records.Fields) -> dict[str, Any]:
    """Return what was kept as somebody would type it again, by the names of the form's fields."""
    told = {}
    for one in asked:
        if one.shape is Shape.ROWS:
            for number, row in enumerate(kept.get(one.name, ())):
                for column in one.columns:
                    name = field_name(cell_name(one.name, number, column.name))
                    told[name] = typed(column, row.get(column.name))
        elif one.name in kept:
            told[field_name(one.name)] = typed(one, kept[one.name])
    return told


def _places(asked: tuple[records.Field, ...], form: Told) -> list[tuple[str, records.Field]]:
    """Return the fields of a form with what declares them."""
    columns = {
        (one.name, column.name): column
        for one in asked
        if one.shape is Shape.ROWS
        for column in one.columns
    }
    own = {field_name(one.name): one for one in asked if field_name(one.name) in form}
    cells = {
        name: columns[parts[0], parts[2]]
        for name in form._fields
        if len(parts := name.removeprefix(field_name("")).split("-")) == 3
        and (parts[0], parts[2]) in columns
    }
    return [*own.items(), *cells.items()]


def groups(form: Told, kind: RecordKind, choice: str) -> dict[str, list[str]]:
    """Return the fields of a form that stand together, by the words above them."""
    language, declared = access.language(), records.KINDS[kind]
    found: dict[str, list[str]] = {}
    for one in declared.inputs({declared.by: choice}):
        if one.shape is Shape.ROWS:
            label, number = words.text(one.label, language), 0
            while field_name(cell_name(one.name, number, one.columns[0].name)) in form:
                found[f"{label} {words.number(number + 1, language)}"] = [
                    field_name(cell_name(one.name, number, column.name)) for column in one.columns
                ]
                number += 1
        elif one.legend:
            found.setdefault(one.legend, []).append(field_name(one.name))
    return found


def offer_data(form: Told, kind: RecordKind, choice: str, known: Catalogue) -> None:
    """Let indicators and territories of the catalogue be chosen."""
    language, scope, declared = access.language(), access.scope(), records.KINDS[kind]
    for one in declared.inputs({declared.by: choice}):
        if one.shape is Shape.INDICATOR:
            form[field_name(one.name)].choices = [
                NONE,
                *(
                    (code, words.name(row.names, language))
                    for code, row in known.indicators.items()
                    if scope.reaches(row.programme_code)
                    and row.measure not in (Measure.TEXT, Measure.YES_NO)
                    and one.measure in ("", row.measure)
                ),
            ]
        elif one.shape is Shape.TERRITORY:
            places = [
                (code, words.name(row.names, language))
                for code, row in known.places.items()
                if row.kind == "territory"
            ]
            form[field_name(one.name)].choices = [NONE, *sorted(places, key=lambda place: place[1])]


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
    """Return what a new record is of, as the form says; the first that is offered, where it says no other."""
    offered = [code for code, _ in form.of.choices]
    chosen = form.of.data if form.of.data in offered else offered[0]
    programme, _, project = chosen.partition("/")
    return etl.records.Of(programme, project, form.place.data or "")


def given(form: Told, kind: RecordKind, choice: str = "") -> dict[str, Any]:
    """Return what a form says, by the names of the record's fields."""
    declared = records.KINDS[kind]
    told: dict[str, Any] = {declared.by: choice} if declared.by else {}
    for one in declared.all_fields(told):
        if one.shape is Shape.ROWS:
            told[one.name] = _rows(form, one)
        elif field_name(one.name) in form:
            told[one.name] = form[field_name(one.name)].data
    return told


def _rows(form: Told, one: records.Field) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    while field_name(cell_name(one.name, len(rows), one.columns[0].name)) in form:
        row = {
            column.name: form[field_name(cell_name(one.name, len(rows), column.name))].data
            for column in one.columns
        }
        rows.append(row)
    return rows


def refuse(form: Told, error: etl.records.RecordError) -> list[str]:
    """Say of each field what is not right with it; return what is of none."""
    rest = []
    for name, text in error.wrong.items():
        # Of a list without any row, its first field says so.
        first = next((one for one in form._fields if one.startswith(f"{field_name(name)}-")), "")
        own = next((one for one in (field_name(name), name, first) if one in form), "")
        if own:
            form.refuse(own, text)
        else:
            rest.append(text)
    return rest
