"""What counts on any day, told a second time with plain loops: the twin of `etl.store`.

A decision is (moment, "accept", "withdraw" or "reinstate", submission); a submission is a dict from
slice to a dict from breakdown to value. Who is reinstated is back in the place of its acceptance.
Nothing here knows how the program stores anything.
"""

from collections.abc import Hashable
from typing import TypeAlias

Slice: TypeAlias = Hashable
Submission: TypeAlias = dict[Slice, dict[str, float]]
Decision: TypeAlias = tuple[int, str, int]


def what_counts(
    submissions: dict[int, Submission], decisions: list[Decision], moment: int
) -> dict[tuple[Slice, str], tuple[float, int]]:
    """Return (value, submission) per slice and breakdown as known at a moment."""
    accepted_when: dict[int, int] = {}
    withdrawn: dict[int, int] = {}
    for when, action, submission in sorted(decisions):
        if when > moment:
            break
        if action == "accept":
            accepted_when[submission] = when
        elif action == "withdraw":
            withdrawn[submission] = accepted_when.pop(submission)
        else:
            accepted_when[submission] = withdrawn.pop(submission)
    counts: dict[tuple[Slice, str], tuple[float, int]] = {}
    every_slice = {one for submission in submissions.values() for one in submission}
    for one in every_slice:
        newest = None
        for submission, when in accepted_when.items():
            if one in submissions[submission] and (newest is None or when > accepted_when[newest]):
                newest = submission
        if newest is not None:
            for breakdown, value in submissions[newest][one].items():
                counts[one, breakdown] = (value, newest)
    return counts
