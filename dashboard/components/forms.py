"""Forms that a browser sends itself, without a script: fields with their words, hints and mistakes.

What a form asks for and checks is declared with WTForms; its labels, hints and messages are
sentences of the catalogue.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash import html
from flask import abort, g
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, Field, FileField, RadioField
from wtforms.fields import HiddenField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from dashboard.components import marks
from schemas import words
from schemas.words import N_

NEEDED = InputRequired(N_("This is needed."))
"Something, blanks too."


class Form(FlaskForm):  # type: ignore[misc]
    """A form of ours; a session is what its token lasts for."""

    def refuse(self, name: str, text: str) -> None:
        """Say of a field what is not right with it, after its own checks: a sentence of the catalogue."""
        field = self[name]
        field.errors = [*field.errors, text]


class Plain(Form):
    """A button."""


def sent(form: Form | None, blank: Form) -> Form:
    """Return the form that was sent in place of a blank one, where it is the same; else the blank one."""
    is_same = form is not None and [one.name for one in form] == [one.name for one in blank]
    return form if form is not None and is_same else blank


class Boxes(SelectMultipleField):  # type: ignore[misc]
    """Several of a few, each with its box."""

    widget, option_widget = ListWidget(prefix_label=False), CheckboxInput()


def drawn(
    form: Form,
    language: str,
    submit: str,
    *,
    action: str = "",
    kind: str = "",
    confirm: str = "",
    groups: Mapping[str, Sequence[str]] | None = None,
) -> html.Div:
    """Return a form with a button; `confirm` is asked before it is sent.

    `kind` is that of the button (danger, quiet). A form with a file is sent in parts. `groups` are
    the names of fields that stand together, by the words above them.
    """
    parts = [*_grouped(form, language, groups or {})]
    is_in_parts = any(isinstance(field, FileField) for field in form)
    look = f"button button-{kind}" if kind else "button"
    asking = Markup("")
    if confirm:
        asking = Markup(' data-confirm="{}" data-yes="{}" data-no="{}"').format(
            words.text(confirm, language),
            words.text(submit, language),
            words.text("Cancel", language),
        )
    return html.Div(
        **marks.data(
            html=str(
                Markup(
                    '<form class="form" method="post"{}{} novalidate>{}<p><button class="{}"{}>{}</button></p></form>'
                ).format(
                    Markup(' action="{}"').format(action) if action else "",
                    Markup(' enctype="multipart/form-data"') if is_in_parts else "",
                    Markup("").join(parts),
                    look,
                    asking,
                    words.text(submit, language),
                )
            )
        )
    )


def button(language: str, word: str, action: str, *, kind: str = "", confirm: str = "") -> html.Div:
    """Return a button that does something by itself; what it leads to calls `require_button`."""
    return drawn(Plain(), language, word, action=action, kind=kind, confirm=confirm)


def require_button() -> None:
    """Answer 400 unless a button of ours was pressed."""
    if not Plain().validate_on_submit():
        abort(400)


def asking(form: Any, language: str, submit: str) -> html.Div:
    """Return a form that only asks: what is chosen stands in the address, and nothing is changed.

    The language of the page stays.
    """
    ending = _ending()
    parts = Markup("").join(_field(field, language, ending) for field in form)
    said = Markup(
        '<form class="form" method="get"><div class="form-row">{}</div>'
        '<input type="hidden" name="lang" value="{}">'
        '<p><button class="button">{}</button></p></form>'
    ).format(parts, language, words.text(submit, language))
    return html.Div(**marks.data(html=str(said)))


def _ending() -> str:
    """Return what the ids of a form end with: several on a page ask for the same."""
    g.forms = number = g.get("forms", 0) + 1
    return f"-{number}" if number > 1 else ""


def _grouped(form: Form, language: str, groups: Mapping[str, Sequence[str]]) -> Iterator[Markup]:
    """Yield the fields of a form in their order, each group where its first field is."""
    ending = _ending()
    first = {names[0]: (legend, names) for legend, names in groups.items() if names}
    inside = {name for names in groups.values() for name in names}
    for field in form:
        if field.short_name in first:
            legend, names = first[field.short_name]
            yield Markup('<fieldset class="form-group"><legend>{}</legend>{}</fieldset>').format(
                words.text(legend, language),
                Markup("").join(_field(form[name], language, ending) for name in names),
            )
        elif field.short_name not in inside:
            yield _field(field, language, ending)


def _messages(field: Field, language: str) -> Iterator[str]:
    for one in field.errors:
        yield words.text(str(one), language)


def _field(field: Field, language: str, ending: str) -> Markup:
    key = f"{field.id}{ending}"
    if isinstance(field, HiddenField):  # the token is one, too
        return field.widget(field, id=key)  # type: ignore[no-any-return]
    said = words.text(str(field.description), language) if field.description else ""
    wrong = list(_messages(field, language))
    own: dict[str, Any] = {"class_": "field", "id": key}
    described = [f"{key}-{kind}" for kind, told in (("hint", said), ("error", wrong)) if told]
    if described:
        own["aria-describedby"] = " ".join(described)
    if wrong:
        own["aria-invalid"] = "true"
    label = words.text(field.label.text, language)
    hint = Markup('<small class="form-hint" id="{}-hint">{}</small>').format(key, said)
    error = Markup('<small class="form-error" id="{}-error">{}</small>').format(
        key, " ".join(wrong)
    )
    told = (hint if said else Markup("")) + (error if wrong else Markup(""))
    if isinstance(field, BooleanField):
        own["class_"] = "form-check"
        return Markup(
            '<p class="form-field"><label class="form-box">{} <span>{}</span></label>{}</p>'
        ).format(field(**own), label, told)
    if isinstance(field, (RadioField, Boxes)):
        boxes = Markup("").join(
            Markup('<label class="form-box">{} <span>{}</span></label>').format(
                one(id=f"{one.id}{ending}"), one.label.text
            )
            for one in field
        )
        return Markup('<fieldset class="form-field"><legend>{}</legend>{}{}</fieldset>').format(
            label, boxes, told
        )
    return Markup('<p class="form-field"><label for="{}">{}</label>{}{}</p>').format(
        key, label, field(**own), told
    )
