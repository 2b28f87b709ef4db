"""The words for what evidence and conversations show: why a row does not count, what a line did."""

from collections.abc import Mapping

from kaohe.core.language import Text
from kaohe.measures.conversation import Mark

REASONS: Mapping[str, Text] = {
    "after_sale": Text("filtered: after-sale"),
    "ad": Text("filtered: ad"),
    "one_line": Text("filtered: one line"),
    "ordered_before": Text("no inquiry: ordered before"),
    "no_reply": Text("no reply"),
    "no_first_response": Text("no first response"),
    "no_order": Text("no order"),
    "ordered_later": Text("ordered on a later day"),
    "not_paid_in_time": Text("ordered, not paid in time"),
    "unpaid": Text("not paid"),
    "paid_late": Text("paid too late"),
    "paid_on_a_later_day": Text("paid on a later day"),
    "paid_in_time": Text("paid in time"),
    "may_still_be_paid": Text("not paid yet, still within the time"),
    "lower_score": Text("lower score"),
    "higher_score": Text("higher score"),
    "not_decided": Text("not decided yet"),
    "not_upheld": Text("not upheld"),
}
"""Why a row of ``Evidence.not_counted`` does not count, by its ``reason``."""

MARKS: Mapping[Mark, Text] = {
    Mark.FIRST_LINE: Text("the customer's first line"),
    Mark.ROUND_BEGINS: Text("a round begins"),
    Mark.ANSWERS: Text("answers the round"),
    Mark.QUICK: Text("quick"),
    Mark.UNANSWERED: Text("not answered"),
    Mark.OUTSIDE_HOURS: Text("outside the hours: does not count"),
    Mark.CAPPED: Text("counts as the cap"),
    Mark.AD_PHRASE: Text("the phrase of the ad filter"),
    Mark.PLACED_THROUGH: Text("order placed through this line"),
    Mark.PAID_AFTER: Text("order paid after this line"),
}
"""What the marks of a conversation's lines say."""
