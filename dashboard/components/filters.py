"""Filters: native controls in a form that is sent by GET, so that a view is an address.

Without a script the form has a button; with one, a choice is written into the address at once and
the page is drawn again (`assets/js/filters.js`). The controls are HTML of our own: Dash has no native
input, and the choices that a page was drawn with must come back with the page.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from dash import html
from markupsafe import Markup

from dashboard.components import marks
from dashboard.frames import Data
from schemas import words

LOCATION = "_pages_location"
"Dash's own, which every page is drawn from."


def _options(options: Mapping[str, str], value: str) -> Markup:
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            key, Markup(" selected") if key == value else "", word
        )
        for key, word in options.items()
    )


def choice(name: str, label: str, options: Mapping[str, str], value: str) -> Markup:
    """Return a choice; `name` is that of the address's argument, options are words by value.

    The empty value, where it is among the options, is what the address need not say.
    """
    return Markup(
        '<label class="filter"><span>{}</span><select name="{}">{}</select></label>'
    ).format(label, name, _options(options, value))


def grouped(name: str, label: str, groups: Mapping[str, Mapping[str, str]], value: str) -> Markup:
    """Return a choice among options that stand in groups, by the name of the group."""
    listed = Markup("").join(
        Markup('<optgroup label="{}">{}</optgroup>').format(group, _options(options, value))
        for group, options in groups.items()
    )
    return Markup(
        '<label class="filter"><span>{}</span><select name="{}">{}</select></label>'
    ).format(label, name, listed)


def text(name: str, label: str, value: str, *, hint: str = "") -> Markup:
    """Return a field for a few words."""
    return Markup(
        '<label class="filter filter-wide"><span>{}</span>'
        '<input type="search" name="{}" value="{}" placeholder="{}" autocomplete="off"></label>'
    ).format(label, name, value, hint)


def checks(
    name: str, label: str, options: Mapping[str, str], chosen: Collection[str], *, most: int
) -> Markup:
    """Return several choices of which at most so many can be made, in the order of the options."""
    boxes = Markup("").join(
        Markup(
            '<label class="check"><input type="checkbox" name="{}" value="{}"{}><span>{}</span></label>'
        ).format(name, key, Markup(" checked") if key in chosen else "", word)
        for key, word in options.items()
    )
    return Markup(
        '<fieldset class="checks" data-most="{}"><legend>{}</legend><div>{}</div></fieldset>'
    ).format(most, label, boxes)


def row(
    *choices: Markup, language: str, kept: Iterable[tuple[str, str]] = (), show: str = ""
) -> html.Div:
    """Return the filters of a page; `kept` is what the address says besides, `show` the button's word."""
    hidden = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in kept
        if value
    )
    form = Markup(
        '<form class="filters" method="get" role="search" aria-label="{}">{}{}'
        '<button type="submit" class="button no-script">{}</button></form>'
    ).format(
        words.text("Filters", language),
        Markup("").join(choices),
        hidden,
        show or words.text("Show", language),
    )
    return html.Div(**marks.data(html=str(form)))


def programmes(data: Data) -> dict[str, str]:
    """Return the names of the programmes by code."""
    return {code: data.name(row) for code, row in data.catalogue.programmes.items()}


def programme(data: Data) -> Markup:
    """Return the choice of a programme."""
    label = words.text("Programme", data.language)
    return choice("programme", label, programmes(data), data.view.programme)


def until(data: Data, ends: Iterable[date]) -> Markup:
    """Return the choice up to which reported period values are shown."""
    return choice(
        "until",
        words.text("Periods up to", data.language),
        {
            "": words.text("The latest", data.language),
            **{end.isoformat(): words.day(end, data.language) for end in ends},
        },
        data.view.until.isoformat() if data.view.until else "",
    )
