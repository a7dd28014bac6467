"""One Sustainable Development Goal: the targets that are addressed, by which indicators."""

from typing import Any

from dash import html

from dashboard import access, frames, queries, sentences, views
from dashboard.components import cards, charts, filters, marks, programmes, results, tables
from dashboard.frames import Data
from dashboard.pages import not_found
from dashboard.queries import Record
from dashboard.views import View, address
from schemas import database, words
from schemas import tables as database_tables

DESCRIPTION = "One Sustainable Development Goal: targets addressed, indicators and countries."


def title(language: str, *, goal: str = "") -> str:
    """Return the goal's number and short name; empty where there is none."""
    if not goal.isdecimal() or len(goal) > 2:
        return ""
    with database.connect() as conn:
        names = queries.name_of(conn, database_tables.SdgGoal, int(goal))
    return f"SDG {goal}" if names else ""


def layout(**arguments: Any) -> Any:
    """Return the goal's targets, indicators, statuses and countries."""
    view = views.read(arguments)
    goal = int(view.goal) if view.goal.isdecimal() and len(view.goal) < 3 else 0
    with database.connect() as conn:
        data = frames.load(conn, access.scope(), view, access.language())
        addressed = {
            target
            for row in data.indicators()
            for target in data.catalogue.sdg_targets_of.get(row.indicator_code, ())
            if target.split(".")[0] == str(goal)
        }
        texts = queries.sdg_targets(conn, addressed)
    row = data.catalogue.goals.get(goal)
    if row is None:
        return not_found.layout()
    language = data.language
    return [
        *programmes.head(
            data,
            f"{goal}. {words.name(row.short_names, language)}",
            lead=_lead(row, language),
            crumbs=[
                (
                    words.text("Sustainable Development Goals", language),
                    address("/sdg", View(programme=data.view.programme)),
                )
            ],
            tools=cards.reports("sdg", str(goal), data.view.programme, language),
        ),
        filters.row(
            filters.choice(
                "programme",
                words.text("Programme", language),
                programmes.programme_options(data),
                data.view.programme,
            ),
            filters.until(data, frames.period_ends(data)),
        ),
        html.Div(_parts(data, goal, texts), className="grid"),
        programmes.withheld_note(data),
    ]


def _lead(row: Record, language: str) -> list[Any]:
    official = language not in row.unofficial
    text = words.name(row.names, language)
    note = "" if official else " " + words.text("(unofficial translation)", language)
    return [marks.sdg_tile(row.sdg_goal), " ", text + note]


def _parts(data: Data, goal: int, texts: dict[str, Record]) -> list[Any]:
    language = data.language
    linked = [
        row.indicator_code
        for row in data.indicators()
        if goal in data.catalogue.goals_of(row.indicator_code)
    ]
    if not linked:
        return [
            html.Div(
                cards.empty(
                    words.text("This goal is not addressed", language),
                    words.text("No indicator of the programme is linked to it.", language),
                ),
                className="span-12",
            )
        ]
    totals = frames.results(data, [])
    found = totals[totals["indicator_code"].isin(linked)]
    by_country = frames.results(data, ["country_code"])
    of_goal = by_country[by_country["indicator_code"].isin(linked)]
    heading = words.text("Indicators linked to this goal", language)
    parts: list[Any] = [
        cards.card(
            heading,
            "sdg-results",
            results.table(data, found, heading) if len(found) else programmes.no_values(data),
            cards.foot(
                sentences.about(data, found),
                cards.downloads(charts.files(data, "results", goal=str(goal))),
            ),
            lead=words.text("A link to a goal is ours, and not an attribution.", language),
        ),
        _targets(data, texts),
    ]
    if len(frames.told(of_goal)):
        parts.append(
            charts.statuses(
                data,
                of_goal,
                "country_code",
                {code: data.place_name(code) for code in data.countries()},
                "sdg-statuses",
                title=words.text("Where these indicators stand, by country", language),
            )
        )
    return parts


def _targets(data: Data, texts: dict[str, Record]) -> html.Section:
    """Return the targets of the goal that are addressed, each with our indicators."""
    language = data.language
    by_target: dict[str, list[Any]] = {}
    for row in data.indicators():
        for target in data.catalogue.sdg_targets_of.get(row.indicator_code, ()):
            by_target.setdefault(target, []).append(row)
    rows: list[list[Any]] = [
        [
            code,
            words.name(text.names, language),
            ", ".join(data.name(row) for row in by_target.get(code, [])),
        ]
        for code, text in sorted(texts.items(), key=lambda item: _order(item[0]))
    ]
    heads = [words.text(head, language) for head in ("Target", "Text", "Indicators")]
    heading = words.text("Targets addressed", language)
    return cards.card(heading, "sdg-targets", tables.table(heading, heads, rows, is_stacked=True))


def _order(target: str) -> tuple[int, int, str]:
    """Return the order of a target: 8.2 before 8.10, and 8.a after both."""
    _, part = target.split(".", 1)
    return (0, int(part), "") if part.isdecimal() else (1, 0, part)
