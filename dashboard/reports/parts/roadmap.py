"""A replication roadmap by MedRiSSE's six headings: what the data know of each, and what nobody wrote yet.

The headings are those that the project published: phases, main resources, key actors, core actions,
enabling context conditions, and risks, each with coping strategies.
"""

from collections.abc import Callable, Iterator

from dashboard import frames, sentences
from dashboard.reports import cells, cover
from dashboard.reports.context import Context
from dashboard.reports.document import (
    Block,
    Bullets,
    Column,
    Fact,
    Facts,
    Group,
    Paragraph,
    Table,
    plain,
)
from schemas import words
from schemas.codes import Level
from schemas.words import N_

TITLES = {
    "phases": N_("Phases"),
    "resources": N_("Main resources"),
    "actors": N_("Key actors"),
    "actions": N_("Core actions"),
    "context": N_("Enabling context conditions"),
    "risks": N_("Risks and coping strategies"),
}

UNWRITTEN = {
    "phases": N_(
        "What each phase was for, and how long it would take elsewhere, is not written yet."
    ),
    "resources": N_("Which people, skills and spaces it took is not written yet."),
    "actors": N_(
        "What each actor contributed, and who would be needed elsewhere, is not written yet."
    ),
    "actions": N_("How these actions were carried out is not written yet."),
    "context": N_("Which conditions made it possible is not written yet."),
    "risks": N_("Coping strategies are not written yet."),
}


def heading(of: Context, *, heading: tuple[str, ...]) -> tuple[Block, ...]:
    """Return what the data know under headings of the roadmap."""
    return tuple(block for one in heading for block in KNOWN[one](of))


def _phases(of: Context) -> Iterator[Block]:
    told = tuple(Fact(of.data.name(row), cover.duration(row, of.language)) for row in of.projects)
    if found := tuple(fact for fact in told if fact.text):
        yield Facts(found)


def _resources(of: Context) -> Iterator[Block]:
    """Yield the money, and what else was put in as far as indicators of input say it."""
    for row in of.projects:
        told = (
            (N_("Budget"), row.budget),
            (N_("Own contribution"), row.own_contribution),
        )
        if facts := tuple(
            Fact(of.text(term), words.money(amount, row.currency, of.language))
            for term, amount in told
            if amount is not None
        ):
            yield Facts(facts)
    yield from _of_levels(of, "resources", (Level.INPUT,))


def _actors(of: Context) -> Iterator[Block]:
    named = dict.fromkeys(name for row in of.projects for name in cover.partners(of, row))
    if named:
        yield Bullets(tuple(map(plain, named)))


def _actions(of: Context) -> Iterator[Block]:
    yield from _of_levels(of, "actions", (Level.OUTPUT,))


def _context(of: Context) -> Iterator[Block]:
    yield from _of_levels(of, "context", (Level.CONTEXT,))


def _of_levels(of: Context, code: str, levels: tuple[Level, ...]) -> Iterator[Block]:
    """Yield what indicators of some result levels say."""
    found = frames.of_level(of.data, of.found[of.found["low"].notna()], levels)
    if found.empty:
        return
    heads = (
        Column(of.text("Indicator"), 2.6, under=of.text("Unit")),
        Column(of.text("Actual"), 1, is_number=True, under=of.text("Period and coverage")),
    )
    rows = tuple(
        (
            cells.named(of.data, str(row["indicator_code"]), sentences.unit_of(of.data, row)),
            cells.actual(of.data, row),
        )
        for row in found.to_dict("records")
    )
    yield Table(f"roadmap-{code}", of.text(TITLES[code]), heads, (Group(rows),))


def _risks(of: Context) -> Iterator[Block]:
    """Yield what has to hold for the results, as the catalogue has it: what fails there is a risk."""
    assumed = dict.fromkeys(
        row.assumptions
        for row in (of.indicator(code) for code in of.found["indicator_code"])
        if row.assumptions
    )
    if assumed:
        yield Paragraph(
            plain(of.text("The results rest on these assumptions; each that fails is a risk:"))
        )
        yield Bullets(tuple(plain(of.text(one)) for one in assumed))


KNOWN: dict[str, Callable[[Context], Iterator[Block]]] = {
    "phases": _phases,
    "resources": _resources,
    "actors": _actors,
    "actions": _actions,
    "context": _context,
    "risks": _risks,
}
