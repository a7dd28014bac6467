"""What an indicator is: definition, how it adds up, how its status comes about, and who vouches for it."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html

from dashboard import frames, sentences
from dashboard.components import cards, charts, marks, tables
from dashboard.frames import Data
from dashboard.queries import Record
from schemas import impact, words
from schemas.codes import Measure
from schemas.words import N_

Row = Mapping[Any, Any]

FREQUENCIES = {
    "monthly": N_("monthly"),
    "half-yearly": N_("half-yearly"),
    "yearly": N_("yearly"),
    "at start and end": N_("at start and end"),
}

RESPONSIBLE = {
    "reporting organisation": N_("reporting organisation"),
    "partner of the territory": N_("partner of the territory"),
    "local evaluator": N_("local evaluator"),
    "lead organisation": N_("lead organisation"),
}

REPORTED = {
    "in_period": N_("for each period on its own"),
    "to_date": N_("as the total to date"),
}

BASES = {
    "cumulative": N_("a sum to be reached from 0 by its day"),
    "level": N_("a level to be reached from the baseline"),
    "per_period": N_("a sum for each period"),
}


def card(data: Data, row: Record) -> html.Section:
    """Return what an indicator measures, and how its values add up."""
    language = data.language
    dimensions = [
        data.name(data.catalogue.dimensions[code])
        for code in data.catalogue.dimensions_of.get(row.indicator_code, ())
    ]
    scale = ""
    if row.scale_min is not None and row.scale_max is not None:
        scale = words.text(
            "{low} to {high}",
            language,
            low=words.number(row.scale_min, language),
            high=words.number(row.scale_max, language),
        )
    parts: list[tuple[str, Any]] = [
        (words.text("Definition", language), words.name(row.definition, language)),
        (
            words.text("Measure", language),
            words.text(sentences.MEASURES[Measure(row.measure)], language),
        ),
        (words.text("Unit", language), sentences.unit(data, row)),
        (words.text("Result level", language), words.text(sentences.LEVELS[row.level], language)),
        (
            words.text("Direction", language),
            words.text(sentences.DIRECTIONS[row.direction], language),
        ),
        (words.text("Scale", language), scale),
        (words.text("Instrument", language), words.text(row.instrument or "", language)),
        (words.text("Numerator", language), words.name(row.numerator_names or {}, language)),
        (words.text("Denominator", language), words.name(row.denominator_names or {}, language)),
        (words.text("How it adds up", language), " ".join(sentences.adding_up(row, language))),
        (words.text("Disaggregations", language), words.listed(dimensions, language)),
    ]
    return cards.card(
        words.text("What it measures", language), "indicator-facts", cards.facts(parts), span=6
    )


def metadata(data: Data, row: Record) -> html.Section:
    """Return who reports an indicator, how often, how it is verified, and where it comes from."""
    language = data.language
    targets = data.catalogue.sdg_targets_of.get(row.indicator_code, ())
    goals = [
        html.A(
            marks.sdg_tile(goal, is_small=True),
            href=f"/sdg/{goal}",
            **marks.aria(label=f"SDG {goal}"),
        )
        for goal in data.catalogue.goals_of(row.indicator_code)
    ]
    linked = html.Span([*goals, html.Span(words.listed(targets, language))], className="row")
    provenance: Any = words.text(
        N_("Ours: a proposal, not the programme’s own code")
        if row.provenance == "own"
        else N_("Published"),
        language,
    )
    if row.source_url:
        provenance = html.A(provenance, href=row.source_url)
    parts: list[tuple[str, Any]] = [
        (words.text("Code", language), row.indicator_code),
        (words.text("Provenance", language), provenance),
        (
            words.text("Means of verification", language),
            words.name(row.verification, language),
        ),
        (
            words.text("Reported by", language),
            words.text(RESPONSIBLE.get(row.responsible, row.responsible), language)
            if row.responsible
            else "",
        ),
        (
            words.text("Frequency", language),
            words.text(FREQUENCIES.get(row.frequency, row.frequency), language)
            if row.frequency
            else "",
        ),
        (
            words.text("Values are reported", language),
            words.text(REPORTED[row.reported_as], language),
        ),
        (words.text("A target is", language), words.text(BASES[row.target_basis], language)),
        (words.text("Why it is measured", language), words.text(row.reason or "", language)),
        (words.text("Assumptions", language), words.text(row.assumptions or "", language)),
        (words.text("SDG targets (link is ours)", language), linked if targets else ""),
    ]
    return cards.card(
        words.text("Metadata", language), "indicator-metadata", cards.facts(parts), span=6
    )


# --- How the status comes about -------------------------------------------------------------------


def worked(data: Data, row: Row) -> html.Section:
    """Return how the status of a total comes about, step by step with its own numbers."""
    language = data.language
    heading = words.text("How the status comes about", language)
    steps = _steps(data, row)
    verdict = sentences.status_inputs(data, row) if not row["status"] else ""
    return cards.card(
        heading,
        "indicator-status",
        tables.table(
            heading,
            [
                words.text("Step", language),
                {"t": words.text("Number", language), "number": True},
                words.text("How", language),
            ],
            steps,
            is_stacked=True,
            kind="table-compact",
        ),
        html.P(verdict, className="muted") if verdict else None,
        cards.foot(
            [sentences.as_of(data)],
            [
                html.A(
                    words.text("All thresholds", language),
                    href="/method#progress",
                    className="tool",
                )
            ],
        ),
        lead=words.text(
            "Of the projects that have a target and a value on the same footing; the others do not"
            " count here.",
            language,
        ),
        span=8,
    )


def _steps(data: Data, row: Row) -> list[list[tables.Cell]]:
    language = data.language
    low, high = row["compared_low"], row["compared_high"]
    if math.isnan(low):
        low, high = row["low"], row["high"]
    actual = sentences.actual(data, {**row, "low": low, "high": high})
    baseline, target = (sentences.goal(data, row, part) for part in ("baseline", "target"))
    numbers = {"actual": actual, "baseline": baseline, "target": target}
    said: list[tuple[str, str, str]] = [
        (words.text("Baseline", language), baseline, _on(row["baseline_date"], language)),
        (words.text("Target", language), target, _by(row["target_date"], language)),
        (
            words.text("Actual", language),
            actual,
            words.plural(
                "{count} project is compared.",
                "{count} projects are compared.",
                int(row["projects_compared"]),
                language,
            )
            if row["projects_compared"]
            else "",
        ),
    ]
    if not math.isnan(row["progress_low"]):
        said.append(
            (
                words.text("Progress", language),
                sentences.progress(data, row),
                words.text(
                    "({actual} − {baseline}) / ({target} − {baseline})", language, **numbers
                ),
            )
        )
    if not math.isnan(row["expected"]):
        expected = words.percent(row["expected"], language)
        said.append(
            (
                words.text("Expected by now", language),
                expected,
                words.text(
                    "on the straight path to the target, at the end of the last value’s period",
                    language,
                ),
            )
        )
        if not math.isnan(row["ratio"]):
            said.append(
                (
                    words.text("Progress against what is expected", language),
                    words.percent(row["ratio"], language),
                    f"{sentences.progress(data, row)} / {expected}",
                )
            )
    steps: list[list[tables.Cell]] = [
        [name, {"t": number or "–", "number": True}, how] for name, number, how in said
    ]
    word = marks.status_word(str(row["status"]), language)
    verdict: tables.Cell = {"status": row["status"], "t": word}
    steps.append([words.text("Status", language), verdict, _rule(row, data)])
    return steps


def _on(day: Any, language: str) -> str:
    return "" if pd.isna(day) else words.day(pd.Timestamp(day).date(), language)


def _by(day: Any, language: str) -> str:
    said = _on(day, language)
    return words.text("to be reached by {day}", language, day=said) if said else ""


RULES = {
    "achieved": N_("The target has been reached."),
    "maintained": N_("The level was to be kept, and it was."),
    "not_maintained": N_("The level was to be kept, and it was not."),
    "on_track": N_("At least {on_track} of what is expected by now."),
    "acceleration_needed": N_("From {acceleration} to {on_track} of what is expected by now."),
    "limited_progress": N_("Less than {acceleration} of what is expected by now."),
    "moving_away": N_("Further from the target than the baseline was."),
    "partly_achieved": N_(
        "The day of the target has passed, with at least {acceleration} of the way covered."
    ),
    "not_achieved": N_(
        "The day of the target has passed, with less than {acceleration} of the way covered."
    ),
}
"What each status means; the thresholds are those of the settings."


def rule(status: str, settings: impact.Settings, language: str) -> str:
    """Return what a status means, with its thresholds; empty for none."""
    if status not in RULES:
        return ""
    return words.text(
        RULES[status],
        language,
        on_track=words.percent(settings.on_track, language),
        acceleration=words.percent(settings.acceleration, language),
    )


def _rule(row: Row, data: Data) -> str:
    if not row["status"]:
        return sentences.why(str(row["status_reason"]), data.language)
    return rule(str(row["status"]), data.settings, data.language)


# --- To take along --------------------------------------------------------------------------------


def downloads(data: Data, row: Record) -> html.Section:
    """Return all that there is to download of an indicator."""
    language, code = data.language, row.indicator_code
    listed: tuple[tuple[str, str, dict[str, object]], ...] = (
        (words.text("Results by project and place", language), "results", {"by": "project,place"}),
        (words.text("Over time", language), "trend", {"by": ""}),
        (words.text("Every observation, as reported", language), "observations", {}),
    )
    dimensions = [
        dimension
        for dimension in data.catalogue.dimensions_of.get(code, ())
        if len(frames.told_by(data, code, dimension))
    ]
    more: tuple[tuple[str, str, dict[str, object]], ...] = tuple(
        (
            words.text(
                "By {dimension}",
                language,
                dimension=data.name(data.catalogue.dimensions[dimension]).lower(),
            ),
            "categories",
            {"by": dimension},
        )
        for dimension in dimensions
    )
    return cards.card(
        words.text("Downloads", language),
        "indicator-downloads",
        tables.table(
            words.text("Downloads", language),
            [words.text("Table", language), words.text("Files", language)],
            [
                [
                    name,
                    {
                        "links": [
                            {"t": kind, "href": href}
                            for kind, href in charts.files(data, table, **changes).items()
                        ]
                    },
                ]
                for name, table, changes in (*listed, *more)
            ],
        ),
    )
