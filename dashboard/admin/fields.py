"""Forms for the rows of the catalogue, made of the declaration of their columns."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

import etl
from dashboard import access
from dashboard.admin import vocabulary
from dashboard.components import forms
from schemas import words
from schemas.findings import finding
from schemas.words import N_

LONG = frozenset({"description", "definition", "verification", "summary", "notice"})
"Texts of several lines."

SAYS_NOTHING = frozenset(
    {
        *(N_("Text."), N_("A number."), N_("A whole number."), N_("A code of the other sheet.")),
        *(N_("Choose from the list."), N_("true or false")),
    }
)
"Explanations that a field gives by itself."


class RowForm(forms.Form):
    """One row, as it was when it was shown (`seen`)."""

    seen = HiddenField()


def field_name(column: etl.catalogue.Column, header: str) -> str:
    """Return the name of the field of a header; no name of a form's own is taken."""
    return f"c_{header}" if column.kind is etl.catalogue.Kind.TEXTS else f"c_{column.name}"


@cache
def _form(table: str, is_new: bool) -> type[RowForm]:
    form = etl.catalogue.forms()[table]
    made: dict[str, Field] = {}
    for column in form.columns:
        if column.is_key and not is_new:
            continue
        for header in column.headers:
            made[field_name(column, header)] = _field(column, header)
    made["is_sure"] = BooleanField(N_("I have looked at what would change, and mean it so."))
    return type("RowForm", (RowForm,), made)


def _field(column: etl.catalogue.Column, header: str) -> Field:
    label = etl.catalogue.label(column)
    told = etl.catalogue.explained(column)
    if told in SAYS_NOTHING or column.kind is etl.catalogue.Kind.TEXTS:
        told = ""
    limit = Length(max=etl.catalogue.LONGEST)
    if column.kind is etl.catalogue.Kind.YES_NO:
        return BooleanField(label, description=told)
    if column.kind is etl.catalogue.Kind.CHOICE:
        return SelectField(label, description=told, choices=[])
    if column.kind is etl.catalogue.Kind.CODE:
        return SelectField(label, description=told, choices=[])
    if column.kind is etl.catalogue.Kind.TEXTS:
        language = header[-2:]
        kind = TextAreaField if column.name in LONG else StringField
        return kind(words.LANGUAGES[language], [limit], render_kw={"lang": language, "dir": "auto"})
    if column.kind in (etl.catalogue.Kind.LIST, etl.catalogue.Kind.CODES):
        return TextAreaField(label, [limit], description=told, render_kw={"dir": "auto"})
    keys = {etl.catalogue.Kind.NUMBER: "decimal", etl.catalogue.Kind.WHOLE: "numeric"}.get(
        column.kind
    )
    more: dict[str, Any] = {"inputmode": keys} if keys else {}
    if column.kind is etl.catalogue.Kind.DAY:
        more = {"type": "date"}
    return StringField(label, [limit], description=told, render_kw=more)


def _choices(column: etl.catalogue.Column, language: str) -> list[SelectChoice]:
    assert column.vocabulary is not None
    named = (
        SelectChoice(code, vocabulary.word(column.vocabulary, code, language))
        for code in column.choices
    )
    return [*_empty(column), *named]


def _empty(column: etl.catalogue.Column) -> list[SelectChoice]:
    return [] if column.is_needed else [SelectChoice("", "–")]


def form_of(
    form: etl.catalogue.Form, rows: etl.catalogue.Rows, row: dict[str, Any] | None, language: str
) -> RowForm:
    """Return the form of a row, None for a new one, with the codes of other tables to choose from."""
    values = etl.catalogue.blank(form) if row is None else row
    data: dict[str, Any] = {}
    for column in form.columns:
        for header in column.headers:
            data[field_name(column, header)] = _shown(column, header, values[column.name])
    made = _form(form.name, row is None)(**data)
    for column in form.columns:
        name = field_name(column, column.name)
        if name not in made:
            continue
        if column.kind is etl.catalogue.Kind.CODE:
            made[name].choices = _codes(column, rows, language)
        elif column.kind is etl.catalogue.Kind.CHOICE:
            made[name].choices = _choices(column, language)
    return made


def _shown(column: etl.catalogue.Column, header: str, value: Any) -> Any:
    if column.kind is etl.catalogue.Kind.TEXTS:
        return (value or {}).get(header[-2:], "")
    if column.kind is etl.catalogue.Kind.YES_NO:
        return bool(value)
    cell = etl.catalogue.cell_of(column, value)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _codes(
    column: etl.catalogue.Column, rows: etl.catalogue.Rows, language: str
) -> list[SelectChoice]:
    of: Any = column.of
    others = rows[of.__tablename__]
    named = (
        SelectChoice(key[0], f"{words.name(row['names'], language)} ({key[0]})")
        for key, row in others.items()
    )
    return [*_empty(column), *named]


def row_of(
    made: RowForm, form: etl.catalogue.Form, row: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Return the row that a form holds; None, and what is wrong in it, where it holds none."""
    found = dict(etl.catalogue.blank(form) if row is None else row)
    is_right = True
    for column in form.columns:
        if column.is_key and row is not None:
            continue
        values: dict[str, Any] = {}
        for header in column.headers:
            name = field_name(column, header)
            try:
                values[header] = etl.catalogue.value_of(column, made[name].data)
                if column.is_key and row is None and isinstance(values[header], str):
                    etl.catalogue.require_code(values[header])
            except etl.catalogue.CellError as error:
                is_right = False
                refuse(made, name, error.code, made[name].data, **error.arguments)
        if not is_right:
            continue
        if column.kind is etl.catalogue.Kind.TEXTS:
            texts = {header[-2:]: text for header, text in values.items()}
            found[column.name] = etl.catalogue.with_texts(column, form, found[column.name], texts)
        else:
            found[column.name] = etl.catalogue.or_default(column, form, values[column.name])
    return found if is_right else None


def refuse(made: RowForm, name: str, code: str, value: object, **arguments: Any) -> None:
    """Say of a field what a check says of its cell."""
    said = words.sentence(finding(code, found=value, **arguments), access.language())
    made.refuse(name, said)


def groups(form: etl.catalogue.Form) -> dict[str, Sequence[str]]:
    """Return the fields that are one text in several languages, by what it is called."""
    return {
        etl.catalogue.label(column): [field_name(column, header) for header in column.headers]
        for column in form.columns
        if column.kind is etl.catalogue.Kind.TEXTS
    }
