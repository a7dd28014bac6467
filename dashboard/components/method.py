"""The method in words: each rule of arithmetic with an example, the statuses with their thresholds."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dash import html

from dashboard import theme
from dashboard.components import cards, definitions, marks, tables
from schemas import impact, words
from schemas.words import N_


class Rule(NamedTuple):
    """One rule in words, with an example whose numbers are worked out here, not typed."""

    name: str
    said: str
    example: str
    numbers: Mapping[str, float]
    shares: Mapping[str, float] = {}


RULES = (
    Rule(
        N_("Sums"),
        N_(
            "Counts, amounts and quantities: the periods of one project and place, then the places."
        ),
        N_(
            "{a} people in the first half and {b} in the second make {sum}; with {c} of another project, {all}."
        ),
        {"a": 46, "b": 38, "sum": 46 + 38, "c": 63, "all": 46 + 38 + 63},
    ),
    Rule(
        N_("Stocks"),
        N_(
            "What is there at a day is never added over time: the latest value counts, for one round."
        ),
        N_("{a}, then {b}, then {c} households take part: the value is {c}, not {sum}."),
        {"a": 18, "b": 27, "c": 41, "sum": 18 + 27 + 41},
    ),
    Rule(
        N_("Figures to date"),
        N_("A value that already holds what went before replaces it."),
        N_("{a} by December and {b} by June, both to date, make {b}, not {sum}."),
        {"a": 52, "b": 97, "sum": 52 + 97},
    ),
    Rule(
        N_("Ratios"),
        N_("Numerators and denominators are added first. Percentages are never averaged."),
        N_(
            "{a} of {b} and {c} of {d} people complete a course: {above} of {below}, which is {share}."
        ),
        {"a": 17, "b": 22, "c": 29, "d": 40, "above": 17 + 29, "below": 22 + 40},
        {"share": (17 + 29) / (22 + 40)},
    ),
    Rule(
        N_("Scores"),
        N_(
            "Only scores of the same questionnaire are put together, weighted by the number of answers."
        ),
        N_("{a} from {b} answers and {c} from {d} make {mean}."),
        {"a": 3.4, "b": 20, "c": 4, "d": 10, "mean": (3.4 * 20 + 4 * 10) / 30},
    ),
    Rule(
        N_("Ranges"),
        N_(
            "Where the same person may be counted again, a total lies between the largest group that"
            " is surely of different people and the sum. People of different territories are taken to"
            " be different."
        ),
        N_("{a} people in one period and {b} in the next of one place: between {b} and {sum}."),
        {"a": 57, "b": 66, "sum": 57 + 66},
    ),
    Rule(
        N_("Inexact values"),
        N_(
            "“Over 300” and “almost 450” stay what they are, and make a total inexact in the same way."
        ),
        N_("≥ {a} and {b} make ≥ {sum}."),
        {"a": 300, "b": 136, "sum": 300 + 136},
    ),
    Rule(
        N_("Parts and coverage"),
        N_(
            "Parts are never stretched to a whole: a share is of those whose category is known, and"
            " the page says how many that are."
        ),
        N_("{a} women and {b} men of {all} people: {share} women; sex is known for {known}."),
        {"a": 31, "b": 14, "all": 46},
        {"share": 31 / 45, "known": 45 / 46},
    ),
    Rule(
        N_("Progress"),
        N_(
            "(actual − baseline) / (target − baseline), for what should rise and what should fall alike."
        ),
        N_("From {a} down to {b}, now {c}: {share} of the way."),
        {"a": 30, "b": 20, "c": 25},
        {"share": (25 - 30) / (20 - 30)},
    ),
    Rule(
        N_("Status"),
        N_(
            "Progress against what the straight path from the baseline through the milestones to the"
            " target expects by now."
        ),
        N_("{share} of the way is covered, {expected} was expected: that is {ratio} of it."),
        {},
        {"share": 0.45, "expected": 0.5, "ratio": 0.45 / 0.5},
    ),
    Rule(
        N_("Currencies"),
        N_(
            "An amount keeps its currency. Its euros follow the rate rule of the programme, with the"
            " rate, its day and its source beside them. Hours and points are not money."
        ),
        N_("{a} JOD at {rate} JOD for 1 EUR are {euros} EUR."),
        {"a": 100, "rate": 0.75, "euros": 100 / 0.75},
    ),
    Rule(
        N_("Periods"),
        N_(
            "A period has its own first and last day. Periods that overlap are never added, and one"
            " that straddles another is never split."
        ),
        N_(
            "{a} in the first and {b} in the second quarter, then {c} for the half: a finding, not {sum}."
        ),
        {"a": 12, "b": 15, "c": 27, "sum": 12 + 15 + 27},
    ),
)
"What is done with numbers, in the order in which it is done."


def example(rule: Rule, language: str) -> str:
    """Return the example of a rule with its numbers as people write them."""
    numbers = {name: words.number(number, language) for name, number in rule.numbers.items()}
    shares = {name: words.percent(share, language) for name, share in rule.shares.items()}
    return words.text(rule.example, language, **numbers, **shares)


def rules(language: str) -> html.Section:
    """Return every rule with its example."""
    heading = words.text("How numbers are put together", language)
    heads = [words.text(head, language) for head in (N_("Rule"), N_("In words"), N_("Example"))]
    rows: list[list[tables.Cell]] = [
        [words.text(rule.name, language), words.text(rule.said, language), example(rule, language)]
        for rule in RULES
    ]
    return anchored(
        "rules",
        cards.card(
            heading,
            "method-rules",
            tables.table(heading, heads, rows, is_stacked=True, kind="method-table"),
            lead=words.text(
                "Each indicator says which of these rules hold for it; where none allows a number,"
                " none is shown, and the page says why.",
                language,
            ),
        ),
    )


def statuses(settings: impact.Settings, language: str) -> html.Section:
    """Return every status with its mark and what it takes."""
    heading = words.text("The statuses, from best to worst", language)
    heads = [words.text(head, language) for head in (N_("Status"), N_("What it takes"))]
    rows: list[list[tables.Cell]] = [
        [
            {"status": str(status), "t": marks.status_word(str(status), language)},
            definitions.rule(str(status), settings, language),
        ]
        for status in theme.STATUS
    ]
    none = words.text(
        "Baseline or target is missing, too little of the way is expected yet, the value is too old,"
        " or it is not exact enough.",
        language,
    )
    rows.append([{"status": "", "t": marks.status_word("", language)}, none])
    return cards.card(
        heading,
        "method-statuses",
        tables.table(heading, heads, rows, kind="method-table"),
        html.P(
            words.text(
                "The thresholds are those of Open SDG, here on a straight path. Progress is never"
                " averaged over indicators: a country and a goal show how many have which status.",
                language,
            ),
            className="muted",
        ),
        span=8,
    )


def section(
    key: str,
    heading: str,
    texts: tuple[str, ...],
    language: str,
    *,
    span: int = 6,
    said: Mapping[str, object] | None = None,
) -> html.Section:
    """Return some paragraphs with their heading; `key` is where a link to them leads."""
    return anchored(
        key,
        cards.card(
            words.text(heading, language),
            f"method-{key}",
            html.Div(
                [html.P(words.text(text, language, **(said or {}))) for text in texts],
                className="stack",
            ),
            span=span,
        ),
    )


def anchored(key: str, card: html.Section) -> html.Section:
    """Return a card that a link to `#key` leads to."""
    setattr(card, "id", key)  # noqa: B010 (Dash's own types do not know it)
    return card


def embedding(language: str, origin: str) -> html.Section:
    """Return how a chart is shown on another page, with lines to copy."""
    frame = (
        f'<iframe src="{origin}/chart/multiples?indicator=PPL-NEW&by=country&lang={language}"\n'
        '  width="100%" height="560" loading="lazy" title="…"></iframe>'
    )
    image = (
        f'<img src="{origin}/chart/multiples.svg?indicator=PPL-NEW&by=country&lang={language}"\n'
        '  alt="…">'
    )
    found = f"{origin}/oembed?url=…"
    lines = (
        (
            N_(
                "As a page within a page; it can be touched, and follows the reader’s light or dark:"
            ),
            frame,
        ),
        (N_("As an image, which needs nothing else (svg or png):"), image),
        (N_("For editors that ask by themselves (oEmbed):"), found),
    )
    parts: list[Any] = []
    for said, code in lines:
        parts += [
            html.P(words.text(said, language)),
            html.Pre(html.Code(code), dir="ltr", tabIndex="0"),
        ]
    parts.append(
        html.P(
            words.text(
                "Every chart has its own address: “Download” below it leads there. What an address"
                " names stays what it was; the values are those of the day on which it is asked.",
                language,
            ),
            className="muted",
        )
    )
    return anchored(
        "embed",
        cards.card(
            words.text("Charts on other pages", language),
            "method-embed",
            html.Div(parts, className="stack copied"),
        ),
    )
