"""Filters: each a choice that is written into the address, so that a view can be shared."""

from collections.abc import Mapping, Sequence
from datetime import date

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, clientside_callback, html

from dashboard.frames import Data
from schemas import words

FILTER = "filter"
LOCATION = "_pages_location"
"Dash's own, which every page is drawn from."

ALL_OF_IT = "-"
"What stands for no choice: a Select's value cannot be empty."


def choice(name: str, label: str, options: Mapping[str, str], value: str) -> html.Div:
    """Return a choice; `name` is that of the address's argument, options are words by value."""
    chosen = value if value in options and value else ALL_OF_IT
    return html.Div(
        dmc.Select(
            # What was chosen when the page was drawn tells a reader's choice from the page's own.
            id={"type": FILTER, "name": name, "drawn": chosen},
            label=label,
            data=[{"value": key or ALL_OF_IT, "label": word} for key, word in options.items()],
            value=chosen,
            allowDeselect=False,
            searchable=len(options) > 12,
            checkIconPosition="right",
            # The list closes by the keyboard and keeps the focus where it was.
            comboboxProps={"shadow": "md"},
        ),
        className="filter",
    )


def row(*choices: html.Div) -> html.Div:
    """Return the filters of a page."""
    return html.Div(list(choices), className="filters", role="search")


def until(data: Data, ends: Sequence[date]) -> html.Div:
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


# In the browser: no round trip but the page's own, and the back button undoes a choice.
clientside_callback(
    """
    function show_choice(values, ids, search) {
        const address = new URLSearchParams(search || "");
        ids.forEach((id, place) => {
            if (values[place] === id.drawn) return;
            if (values[place] === "-" || !values[place]) address.delete(id.name);
            else address.set(id.name, values[place]);
        });
        if (!ids.some((id, place) => values[place] !== id.drawn))
            return window.dash_clientside.no_update;
        return address.toString() ? "?" + address.toString() : "";
    }
    """,
    Output(LOCATION, "search"),
    Input({"type": FILTER, "name": ALL, "drawn": ALL}, "value"),
    State({"type": FILTER, "name": ALL, "drawn": ALL}, "id"),
    State(LOCATION, "search"),
    prevent_initial_call=True,
)
