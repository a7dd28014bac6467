"""The parts of reports, by the codes that outlines name them with.

A part is a function: a `Context` (and the options of the outline) in, blocks of a document out; none
where it has nothing to say, unless silence would mislead. To add one, write the function and list it
in `PARTS`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.reports.document import Block
from dashboard.reports.parts import (
    charts,
    estimates,
    indicators,
    method,
    money,
    places,
    quality,
    records,
    results,
    roadmap,
    rounds,
    sources,
    summary,
)
from schemas.words import N_


@dataclass(frozen=True)
class Kind:
    """A part: its usual title, what makes it, and the words that each of its options may have."""

    title: str
    make: Callable[..., Sequence[Block]]
    is_annex: bool = False
    options: Mapping[str, Collection[str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    "The usual title by the first word of an option, where that decides it."

    unwritten: Mapping[str, str] = field(default_factory=dict)
    "What is said where nobody has written, by the first word of an option."

    def title_of(self, **options: tuple[str, ...]) -> str:
        """Return the usual title of the part with its options."""
        return self.titles.get(_first(options), self.title)

    def unwritten_of(self, **options: tuple[str, ...]) -> str:
        """Return what is said where nobody has written; empty where nothing has to be."""
        return self.unwritten.get(_first(options), "")


def _first(options: Mapping[str, tuple[str, ...]]) -> str:
    return next((words[0] for words in options.values() if words), "")


PARTS: dict[str, Kind] = {
    "summary": Kind(N_("Summary"), summary.summary, options={"tell": summary.TOLD}),
    "key_figures": Kind(N_("Key figures"), summary.key_figures),
    "results": Kind(N_("Results framework"), results.framework),
    "by_project": Kind(N_("By project and place"), results.by_project),
    "in_period": Kind(N_("Reported in the period"), indicators.in_period),
    "charts": Kind(N_("At a glance"), charts.shown, options={"show": tuple(charts.SHOWN)}),
    "indicators": Kind(N_("Indicators in detail"), indicators.detail),
    "estimates": Kind(N_("What the methods of evaluation say"), estimates.estimated),
    "money": Kind(N_("Money"), money.spent),
    "goals": Kind(N_("Contribution to the Sustainable Development Goals"), places.goals),
    "targets": Kind(N_("Targets of the goal"), places.targets),
    "territories": Kind(N_("Territories side by side"), places.side_by_side),
    "quality": Kind(N_("Quality of the data"), quality.quality),
    "changes": Kind(N_("Changes since the last report"), method.changes),
    "completeness": Kind(N_("Who has reported"), rounds.completeness),
    "missing": Kind(N_("Values that are missing"), rounds.missing),
    "findings": Kind(N_("Findings of the checks"), rounds.findings),
    "roadmap": Kind(
        N_("Replication roadmap"),
        roadmap.heading,
        options={"heading": tuple(roadmap.TITLES)},
        titles=roadmap.TITLES,
        unwritten=roadmap.UNWRITTEN,
    ),
    "theory_of_change": Kind(N_("Theory of change"), records.theory_of_change),
    "outcomes": Kind(N_("What changed"), records.outcomes),
    "stories": Kind(N_("Stories"), records.stories),
    "judgements": Kind(N_("Evaluation matrix"), records.judgements),
    "lessons": Kind(N_("Lessons"), records.lessons),
    "recommendations": Kind(N_("Recommendations"), records.recommendations),
    "published": Kind(N_("Published figures"), summary.published),
    "method": Kind(N_("How the numbers were made"), method.made),
    "funding": Kind(N_("Funding and disclaimer"), method.funding),
    "definitions": Kind(
        N_("Annex: what the indicators measure"), sources.definitions, is_annex=True
    ),
    "series": Kind(N_("Annex: the indicators over time"), indicators.series, is_annex=True),
    "disaggregations": Kind(
        N_("Annex: the indicators by category"), indicators.disaggregations, is_annex=True
    ),
    "acceptance": Kind(
        N_("Annex: when the values were accepted"), quality.acceptance, is_annex=True
    ),
    "sources": Kind(N_("Annex: the cells behind the numbers"), sources.behind, is_annex=True),
}
"Every part that an outline may name."

OPTIONS = {code: kind.options for code, kind in PARTS.items()}
"The options of each part."
