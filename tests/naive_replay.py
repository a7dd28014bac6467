"""What counts on any day, told a second time with plain loops: the twin of `etl.store`.

A decision is (moment, "accept", "withdraw", "reinstate" or "return", submission, slices left out); a
submission is a dict from slice to a dict from breakdown to value. Who is reinstated is back in the
place of its acceptance, without what that left out; to return something changes no value.
Nothing here knows how the program stores anything.
"""

from collections.abc import Hashable, Sequence
from typing import TypeAlias

Slice: TypeAlias = Hashable
Submission: TypeAlias = dict[Slice, dict[str, float]]
Decision: TypeAlias = tuple[int, str, int] | tuple[int, str, int, frozenset[Slice]]


def what_counts(
    submissions: dict[int, Submission], decisions: Sequence[Decision], moment: int
) -> dict[tuple[Slice, str], tuple[float, int]]:
    """Return (value, submission) per slice and breakdown as known at a moment."""
    accepted_when: dict[int, int] = {}
    withdrawn: dict[int, int] = {}
    left_out: dict[int, frozenset[Slice]] = {}
    for when, action, submission, *left in sorted(decisions, key=lambda decision: decision[0]):
        if when > moment:
            break
        if action == "return":
            continue
        if action == "accept":
            accepted_when[submission] = when
            left_out[submission] = left[0] if left else frozenset()
        elif action == "withdraw":
            withdrawn[submission] = accepted_when.pop(submission)
        else:
            accepted_when[submission] = withdrawn.pop(submission)
    counts: dict[tuple[Slice, str], tuple[float, int]] = {}
    every_slice = {one for submission in submissions.values() for one in submission}
    for one in every_slice:
        newest = None
        for submission, when in accepted_when.items():
            if one not in submissions[submission] or one in left_out[submission]:
                continue
            if newest is None or when > accepted_when[newest]:
                newest = submission
        if newest is not None:
            for breakdown, value in submissions[newest][one].items():
                counts[one, breakdown] = (value, newest)
    return counts
