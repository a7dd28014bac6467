"""The tiles of the Sustainable Development Goals, with the statuses of what is linked to them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from dash import html
from markupsafe import Markup

from dashboard import frames
from dashboard.components import cards, marks
from dashboard.frames import Data
from dashboard.queries import Record
from dashboard.views import View, address
from schemas import words
from schemas.codes import GOOD
from schemas.words import N_


def lead(language: str) -> str:
    """Return what the numbers beside the tiles are."""
    return words.text(
        "Indicators linked to each goal: achieved, maintained or on track, of all that report. Grey"
        " goals are not addressed. A link is not an attribution.",
        language,
    )


def tiles(data: Data, counts: pd.DataFrame) -> html.Div:
    """Return the 17 goals; `counts` is `impact.status_counts` by sdg_goal."""
    by_goal: dict[int, dict[str, int]] = {}
    for row in counts.to_dict("records"):
        by_goal.setdefault(int(row["sdg_goal"]), {})[str(row["status"])] = int(row["count"])
    return html.Div(
        [_tile(data, goal, by_goal.get(goal, {})) for goal in data.catalogue.goals],
        className="sdgs",
    )


def _tile(data: Data, goal: int, counts: dict[str, int]) -> html.A:
    every = sum(counts.values())
    good = sum(count for status, count in counts.items() if status in GOOD)
    name = words.name(data.catalogue.goals[goal].short_names, data.language)
    spoken = words.text(
        "{good} of {all} indicators achieved or on track", data.language, good=good, all=every
    )
    return html.A(
        [
            marks.sdg_tile(goal),
            html.Span(name, className="sdg-name"),
            html.Span(f"{good} / {every}" if every else "–", className="sdg-count"),
        ],
        href=address(f"/sdg/{goal}", View(programme=data.view.programme)),
        className=f"sdg sdg-{goal}" if every else f"sdg sdg-{goal} is-off",
        title=f"{name}: {spoken}" if every else name,
    )


# --- One goal ---------------------------------------------------------------------------------------


def wording(row: Record, language: str) -> list[Any]:
    """Return the United Nations' wording of a goal; where the translation is not theirs, that."""
    parts: list[Any] = [words.name(row.names, language)]
    if words.base(language) in row.unofficial:
        parts += [" ", html.Span(words.text("unofficial translation", language), className="role")]
    return parts


def banner(data: Data, row: Record, linked: Sequence[str]) -> html.Section:
    """Return a goal in its colour: how many indicators, countries and territories are linked to it."""
    language = data.language
    found = frames.told(frames.results(data, ["place_code"]))
    found = found[found["indicator_code"].isin(linked) & found["low"].notna()]
    places = set(found["place_code"])
    countries = {data.catalogue.places[code].country_code for code in places}
    targets = {
        target
        for code in linked
        for target in data.catalogue.sdg_targets_of.get(code, ())
        if target.split(".")[0] == str(row.sdg_goal)
    }
    counts = (
        words.plural("{count} target", "{count} targets", len(targets), language),
        words.plural("{count} indicator", "{count} indicators", len(linked), language),
        words.plural("{count} country", "{count} countries", len(countries), language),
        words.plural("{count} territory", "{count} territories", len(places), language),
    )
    return html.Section(
        [
            html.Span(
                words.number(row.sdg_goal, language),
                className=f"sdg-tile sdg-tile-large sdg-{row.sdg_goal}",
                **marks.aria(hidden="true"),
            ),
            html.Ul([html.Li(count) for count in counts], className="goal-counts"),
        ],
        className=f"card span-12 goal sdg-{row.sdg_goal}",
        **marks.aria(label=words.text("What is linked to this goal", language)),
    )


def targets(data: Data, goal: Record, texts: Mapping[str, Record]) -> html.Section:
    """Return the targets of a goal that are addressed, each with its wording and our indicators."""
    language = data.language
    is_official = words.base(language) not in goal.unofficial
    of = data.catalogue.sdg_targets_of
    items = []
    for code, text in sorted(texts.items(), key=lambda item: order(item[0])):
        own = [row for row in data.indicators() if code in of.get(row.indicator_code, ())]
        joint = words.joint((data.name(row) for row in own), language)
        links = Markup.escape(joint).join(
            Markup('<a href="{}">{}</a>').format(
                address(f"/indicator/{row.indicator_code}", data.view, goal=""), data.name(row)
            )
            for row in own
        )
        items.append(
            Markup("<dt>{}</dt><dd>{}<p>{}</p></dd>").format(code, _text(text, language), links)
        )
    listed = Markup('<dl class="targets">{}</dl>').format(Markup("").join(items))
    return cards.card(
        words.text("Targets addressed", language),
        "sdg-targets",
        html.Div(**marks.data(html=str(listed))),
        lead=words.text(
            N_("In the wording of the United Nations.")
            if is_official
            else N_("In our translation: there is no official wording in this language."),
            language,
        ),
    )


def _text(row: Record, language: str) -> Markup:
    """Return the wording of a target; in English where there is no official one in the language."""
    base = words.base(language)
    if base in row.names or base not in words.LANGUAGES:
        return Markup("<p>{}</p>").format(words.name(row.names, language))
    note = words.text("There is no official wording in this language.", language)
    return Markup('<p lang="en" dir="ltr">{}</p><p class="muted">{}</p>').format(
        words.name(row.names, "en"), note
    )


def order(target: str) -> tuple[int, int, str]:
    """Return the order of a target: 8.2 before 8.10, and 8.a after both.

    >>> sorted(["8.a", "8.10", "8.2"], key=order)
    ['8.2', '8.10', '8.a']
    """
    _, part = target.split(".", 1)
    return (0, int(part), "") if part.isdecimal() else (1, 0, part)


def territories(data: Data, linked: Sequence[str]) -> html.Section:
    """Return the territories that report indicators of a goal, with how many of them stand well."""
    language = data.language
    found = frames.told(frames.results(data, ["place_code"]))
    found = found[found["indicator_code"].isin(linked) & found["low"].notna()]
    items = []
    for code in sorted(set(found["place_code"]), key=data.place_name):
        own = found[found["place_code"] == code]
        good = int(own["status"].isin(GOOD).sum())
        said = words.plural(
            "{good} of {count} indicator achieved, maintained or on track",
            "{good} of {count} indicators achieved, maintained or on track",
            len(own),
            language,
            good=words.number(good, language),
        )
        country = data.place_name(data.catalogue.places[code].country_code)
        items.append(
            Markup('<li><a href="{}">{}</a> <small>{}</small><span>{}</span></li>').format(
                address(f"/territory/{code}", View(programme=data.view.programme)),
                data.place_name(code),
                country,
                said,
            )
        )
    listed = Markup('<ul class="goal-places">{}</ul>').format(Markup("").join(items))
    return cards.card(
        words.text("Territories that report", language),
        "sdg-territories",
        html.Div(**marks.data(html=str(listed))),
        span=6,
    )
