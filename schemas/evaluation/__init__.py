"""Methods of evaluation: pure functions from frozen inputs to an estimate, or to why there is none.

Each answer has a sentence, a paragraph that a mayor understands, assumptions and what a chart draws,
in six languages. The statistics are those of scipy and statsmodels, which are imported where they
are used: reading them takes seconds, and a page that computes nothing should not wait.
"""

from schemas.evaluation.answers import (
    Answer,
    Estimate,
    Interval,
    Mark,
    Method,
    Refused,
    Unit,
)
from schemas.evaluation.asked import ASKED, Asked
from schemas.evaluation.circulation import (
    CurrencyMultiplier,
    LocalSpending,
    Recirculation,
    Velocity,
    currency_multiplier,
    local_multiplier,
    recirculation,
    velocity,
)
from schemas.evaluation.comparing import (
    BaselineChange,
    BeforeAfter,
    before_after,
    change_since_baseline,
)
from schemas.evaluation.differences import DiffInDiff, Group, difference_in_differences
from schemas.evaluation.inputs import Known, Mean, Money, Share, Signature, Span, exactly, signed
from schemas.evaluation.observed import (
    baseline_change_of,
    cost_effectiveness_of,
    diff_in_diff_of,
    monthly_series_of,
)
from schemas.evaluation.returns import (
    CostEffectiveness,
    Outcome,
    SocialReturn,
    cost_effectiveness,
    sensitivity,
    social_return,
)
from schemas.evaluation.series import MonthlySeries, Segments, interrupted_series, segmented

__all__ = [
    "ASKED",
    "Answer",
    "Asked",
    "BaselineChange",
    "BeforeAfter",
    "CostEffectiveness",
    "CurrencyMultiplier",
    "DiffInDiff",
    "Estimate",
    "Group",
    "Interval",
    "Known",
    "LocalSpending",
    "Mark",
    "Mean",
    "Method",
    "Money",
    "MonthlySeries",
    "Outcome",
    "Recirculation",
    "Refused",
    "Segments",
    "Share",
    "Signature",
    "SocialReturn",
    "Span",
    "Unit",
    "Velocity",
    "baseline_change_of",
    "before_after",
    "change_since_baseline",
    "cost_effectiveness",
    "cost_effectiveness_of",
    "currency_multiplier",
    "diff_in_diff_of",
    "difference_in_differences",
    "exactly",
    "interrupted_series",
    "local_multiplier",
    "monthly_series_of",
    "recirculation",
    "segmented",
    "sensitivity",
    "signed",
    "social_return",
    "velocity",
]
