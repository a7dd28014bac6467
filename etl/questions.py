"""What a workbook cannot prove is asked: one question a column, with what may be answered.

A question is a finding whose code is in `QUESTIONS`. Its `key` names it within the workbook
(`ambiguous_numbers@Hoja1!F`), its answer is a short text, and the answers of a workbook are one
flat mapping from key to text, whoever gave them: the page, the workbook's own list of findings, a
layout that was remembered, or a test. An answer under the bare code (`ambiguous_numbers`) counts for
every column that has no answer of its own.
"""

from collections.abc import Mapping

from schemas.findings import Finding

Answers = Mapping[str, str]
"Question key (or bare code) to answer."

MONTHS = tuple(map(str, range(1, 13)))
SKIP = "skip"
"The answer that leaves a column, or a word, out."

QUESTIONS: dict[str, tuple[str, ...]] = {
    "ambiguous_numbers": (".", ","),
    "ambiguous_brackets": ("negative", "unreliable"),
    "ambiguous_periods": (),
    "ambiguous_dates": ("dmy", "mdy", "ymd"),
    "year_start_unknown": MONTHS,
    "period_unknown": (),
    "role_unknown": (),
    "unknown_indicator": (),
    "unknown_project": (),
    "unknown_place": (),
    "unknown_category": (),
}
"""The codes that ask, and what may be answered; empty where the finding itself says it (its argument
`options`, codes separated by "|") or where the answer is free text, as a period is."""


def is_question(found: Finding) -> bool:
    """Return whether a finding asks something that an answer settles."""
    return found.code in QUESTIONS


def key(found: Finding) -> str:
    """Return the name of a question within its workbook: its code and the column it is about.

    A question about a word (an unknown indicator) is named by the word instead of the column.
    """
    if found.code.startswith("unknown_"):
        return f"{found.code}:{found.found}"
    letters = found.cell.rstrip("0123456789")
    return f"{found.code}@{found.sheet}!{letters}"


def options(found: Finding) -> list[str]:
    """Return what may be answered to a question, in order; empty where any text may be."""
    offered = str(found.arguments.get("options", ""))
    return offered.split("|") if offered else list(QUESTIONS[found.code])


def answer_to(answers: Answers, code: str, sheet: str, letters: str = "") -> str:
    """Return the answer that holds for a column, or for a sheet; empty where there is none."""
    return answers.get(f"{code}@{sheet}!{letters}") or answers.get(code, "")
