"""What is told in words beside the numbers: each kind of record, declared as its fields. Pure.

Forms, checks, pages and parts of reports follow from these declarations. Where their frames come from:

- outcomes: Outcome Harvesting (Ricardo Wilson-Grau and Heather Britt, Ford Foundation, 2012): a change in
  what somebody does, described first, then how the project contributed, why it matters, and what
  shows it; intended or not, positive or negative. That changes of policy are told apart is MedTOWN's own way
  of evaluating: it looks at intentional, unintentional and political changes.
- judgements: the six criteria of the OECD's Development Assistance Committee as revised in 2019 ("Better
  Criteria for Better Evaluation"): relevance, coherence, effectiveness, efficiency, impact, sustainability.
- steps of a theory of change: the results chain of logical frameworks, from inputs to impact; an
  assumption belongs to the step that rests on it.
- recommendations with a management response, stories and lessons: as evaluation reports commonly
  have them; their fields are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.codes import RecordKind
from schemas.evaluation import asked
from schemas.fields import LONGEST, Field, Fields, Shape, said
from schemas.words import N_


@dataclass(frozen=True)
class Kind:
    """One kind of record; `title` is the field that names it.

    Where there is a field `consent`, a record without its tick is shown to those whose it is alone.
    The choice of the field `by` says which fields (`more`) it has besides; it never changes. What
    is `of_evaluators` is written by those alone who decide what is published.
    """

    code: RecordKind
    label: str
    plural: str
    about: str
    fields: tuple[Field, ...]
    title: str
    consent: str = ""
    by: str = ""
    more: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    of_evaluators: bool = False

    def field(self, name: str) -> Field:
        """Return a field by its name."""
        return next(one for one in self.fields if one.name == name)

    def all_fields(self, fields: Fields) -> tuple[Field, ...]:
        """Return the fields of a record, with those that its own choice brings."""
        return self.fields + self.inputs(fields)

    def inputs(self, fields: Fields) -> tuple[Field, ...]:
        """Return the fields that the choice of a record brings."""
        return self.more.get(str(fields.get(self.by, "")), ())


__all__ = [
    "CRITERIA",
    "KINDS",
    "LONGEST",
    "NATURES",
    "PRIORITIES",
    "SIGNATURE",
    "STAGES",
    "UNPUBLISHED",
    "Field",
    "Fields",
    "Kind",
    "Shape",
    "is_private",
    "said",
    "still_signed",
    "title",
]

NATURES = {
    "intended": N_("Intended"),
    "unintended": N_("Unintended"),
    "policy": N_("Change of policy"),
}
SIDES = {"positive": N_("Positive"), "negative": N_("Negative")}
PRIORITIES = {"high": N_("High"), "medium": N_("Medium"), "low": N_("Low")}
RESPONSES = {
    "accepted": N_("Fully accepted"),
    "partly": N_("Partly accepted"),
    "rejected": N_("Rejected"),
}
PROGRESS = {
    "not_begun": N_("Not begun"),
    "under_way": N_("Under way"),
    "done": N_("Done"),
}
STRENGTHS = {"strong": N_("Strong"), "moderate": N_("Moderate"), "weak": N_("Weak")}
CRITERIA = {
    "relevance": N_("Relevance"),
    "coherence": N_("Coherence"),
    "effectiveness": N_("Effectiveness"),
    "efficiency": N_("Efficiency"),
    "impact": N_("Impact"),
    "sustainability": N_("Sustainability"),
}
"The six criteria, in the order of the OECD."

STAGES = {
    "inputs": N_("Inputs"),
    "activities": N_("Activities"),
    "outputs": N_("Outputs"),
    "outcomes": N_("Outcomes"),
    "impact": N_("Impact"),
}
"The chain of a theory of change, in its order."

NO_NAMES = N_("A role or a pseudonym, never a person's name.")

KINDS: dict[RecordKind, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            RecordKind.OUTCOME,
            N_("Outcome"),
            N_("Outcomes"),
            N_("What somebody does differently since the project, and how that is known."),
            (
                Field(
                    "change",
                    N_("What changed"),
                    is_needed=True,
                    hint=N_("Who does what differently now: a practice, a relation, a rule."),
                ),
                Field("whom", N_("For whom"), Shape.LINE, is_needed=True),
                Field("when", N_("When"), Shape.LINE, hint=N_("As exactly as it is known.")),
                Field("where", N_("Where"), Shape.LINE),
                Field("nature", N_("Kind of change"), Shape.CHOICE, True, choices=NATURES),
                Field("side", N_("Good or bad"), Shape.CHOICE, True, choices=SIDES),
                Field(
                    "contribution",
                    N_("Contribution of the project"),
                    is_needed=True,
                    hint=N_("What the project did towards it, and what others did."),
                ),
                Field("significance", N_("Why it matters"), is_needed=True),
                Field("evidence", N_("What shows it"), is_needed=True),
                Field("source", N_("Source of the evidence"), Shape.LINE, hint=NO_NAMES),
            ),
            "change",
        ),
        Kind(
            RecordKind.STORY,
            N_("Story"),
            N_("Stories"),
            N_("Somebody's own words. Without a noted consent it is never published."),
            (
                Field("text", N_("The story"), is_needed=True),
                Field("teller", N_("Who tells it"), Shape.LINE, is_needed=True, hint=NO_NAMES),
                Field(
                    "has_consent",
                    N_("Whoever tells it has agreed that it is published"),
                    Shape.YES,
                ),
                Field(
                    "consent",
                    N_("How and when consent was given"),
                    Shape.LINE,
                    hint=N_("For example: signed form, 12 May 2023. It is not published."),
                    needed_where=("has_consent", frozenset({True})),
                ),
            ),
            "text",
            consent="has_consent",
        ),
        Kind(
            RecordKind.LESSON,
            N_("Lesson"),
            N_("Lessons"),
            N_("What others should know who do the like."),
            (
                Field("learned", N_("What was learned"), is_needed=True),
                Field("context", N_("In what situation"), is_needed=True),
                Field("whom", N_("For whom it is useful"), Shape.LINE),
            ),
            "learned",
        ),
        Kind(
            RecordKind.RECOMMENDATION,
            N_("Recommendation"),
            N_("Recommendations"),
            N_("What should be done, and what those who are asked answer to it."),
            (
                Field("text", N_("What should be done"), is_needed=True),
                Field("addressed", N_("Addressed to"), Shape.LINE, is_needed=True),
                Field("priority", N_("Priority"), Shape.CHOICE, True, choices=PRIORITIES),
                Field("response", N_("Management response"), Shape.CHOICE, choices=RESPONSES),
                Field(
                    "reasons",
                    N_("Reasons"),
                    hint=N_("Needed where it is not accepted, or only in part."),
                    needed_where=("response", frozenset({"partly", "rejected"})),
                ),
                Field("action", N_("What will be done")),
                Field("who", N_("Who does it"), Shape.LINE, hint=NO_NAMES),
                Field("due", N_("Until when"), Shape.DAY),
                Field("progress", N_("How far it is"), Shape.CHOICE, choices=PROGRESS),
            ),
            "text",
        ),
        Kind(
            RecordKind.JUDGEMENT,
            N_("Judgement"),
            N_("Judgements"),
            N_("An answer to a question of the evaluation, by one of the OECD's six criteria."),
            (
                Field("criterion", N_("Criterion"), Shape.CHOICE, True, choices=CRITERIA),
                Field("question", N_("Question"), is_needed=True),
                Field("judgement", N_("Judgement"), is_needed=True),
                Field("evidence", N_("What it rests on"), is_needed=True),
                Field("strength", N_("Strength of the evidence"), Shape.CHOICE, True, choices=STRENGTHS),
                Field("limitations", N_("Limitations")),
            ),
            "question",
        ),
        Kind(
            RecordKind.STEP,
            N_("Step of the theory of change"),
            N_("Theory of change"),
            N_("How what is put in is thought to lead to a change, step by step."),
            (
                Field("stage", N_("Stage"), Shape.CHOICE, True, choices=STAGES),
                Field("text", N_("Text"), Shape.LINE, is_needed=True),
                Field("leads_to", N_("Leads to"), Shape.STEPS),
                Field(
                    "assumption",
                    N_("Assumption"),
                    hint=N_("What has to be so for the next step to follow."),
                ),
            ),
            "text",
        ),
        Kind(
            RecordKind.ESTIMATE,
            N_("Estimate"),
            N_("Estimates"),
            N_("What a method of evaluation says, with its range, its assumptions and its inputs."),
            (
                Field(
                    "question",
                    N_("What is estimated"),
                    Shape.LINE,
                    is_needed=True,
                    hint=N_("A question or a title, without its answer: that is computed."),
                ),
                Field("method", N_("Method"), Shape.CHOICE, True, choices=asked.NAMES),
                Field(
                    "limitations",
                    N_("Limitations"),
                    hint=N_("What a reader should know who wants to rely on it."),
                ),
            ),
            "question",
            by="method",
            more={code: one.fields for code, one in asked.ASKED.items()},
            of_evaluators=True,
        ),
    )
}  # fmt: skip
"Every kind of record, in the order in which they are offered."

ON_PAGES = (RecordKind.OUTCOME, RecordKind.STORY, RecordKind.LESSON)
"What stands on a page of everybody's; the rest is for reports."

UNPUBLISHED = frozenset({"consent"})
"Fields that are never told to others than those whose a record is."


def is_private(kind: RecordKind, fields: Fields) -> bool:
    """Return whether a record must not be shown to others than those whose it is.

    >>> is_private(RecordKind.STORY, {"text": "I found work."})
    True
    """
    consent = KINDS[kind].consent
    return bool(consent) and fields.get(consent) is not True


def title(kind: RecordKind, fields: Fields) -> str:
    """Return what names a record, in the words of who wrote it."""
    return str(fields.get(KINDS[kind].title, ""))


SIGNATURE = "signature"
"Under which name a version keeps who signed for its inputs; no form asks for it."


def still_signed(kind: RecordKind, before: Fields, after: Fields) -> dict[str, Any]:
    """Return fields with the signature of those before, where no input has changed since."""
    inputs = KINDS[kind].inputs(after)
    is_same = all(before.get(one.name) == after.get(one.name) for one in inputs)
    kept = {SIGNATURE: before[SIGNATURE]} if SIGNATURE in before and is_same else {}
    return {**after, **kept}
