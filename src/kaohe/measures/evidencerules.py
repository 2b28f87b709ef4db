"""How each measure follows from rows: the definitions once more, as conditions on rows.

The stages compute the measures; these rules find the rows behind one. A test holds
that the rows add up to the measure, for every measure. Expressions are SQL over the
columns of ``receptions``, ``orders`` … as ``evidence`` prepares them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kaohe.core.rules import Credit, Rules
from kaohe.measures.daily import COUNTED_LINES
from kaohe.measures.receptions import FILTERS


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """How a measure follows from rows.

    Attributes:
        source: The rows: ``receptions``, ``inquiries`` (receptions with their orders),
            ``outreaches``, ``orders``, ``ratings``, ``complaints`` or ``traffic``.
        person: Whose a row is; blank for measures of the shop. A null is nobody.
        where: Which rows count.
        counts: What a counted row adds.
        beside: Which of the other rows are worth showing as not counted.
        reason: Why such a row does not count.
        order: In which order rows are shown.
    """

    source: str
    person: str = "person"
    where: str = "true"
    counts: str = "1"
    beside: str = "false"
    reason: str = "NULL"
    order: str = '"day"'

    @property
    def adds(self) -> str:
        """What any row adds, whether it counts or not, looked at together with those that do not."""
        alone = self.counts.replace(NUMBERED, f"{NUMBERED}coalesce({self.where}, false), ")
        return f"CASE WHEN {self.where} THEN {alone} ELSE 0 END"


PLACING = '"placing"'
NUMBERED = "row_number() OVER (PARTITION BY "
"""How rows that count once are numbered, each among those that count."""
BY_CHAT = '"day", first_customer_at, customer, person'
BY_CREATION = "created_at, order_id"
RECEPTION = '"filter" IS NULL'
INQUIRY = '"filter" IS NULL AND inquiry'
IS_LATE = "CASE WHEN paid_at IS NULL THEN 'unpaid' ELSE 'paid_late' END"
SAME_DAY = 'paid_at IS NOT NULL AND CAST(paid_at AS DATE) = "day"'
NOT_SAME_DAY = "CASE WHEN paid_at IS NULL THEN 'unpaid' ELSE 'paid_on_a_later_day' END"
FINAL = '"day" <= last_final_day'
SELLERS = {
    Credit.PLACED: PLACING,
    Credit.PAID: "paying",
    Credit.PLACED_FIRST: f"coalesce({PLACING}, paying)",
}


def evidence_rule(measure: str, rules: Rules) -> EvidenceRule:
    """Return how a measure follows from rows under these rules."""
    return {
        **_of_receptions(),
        **_of_inquiries(),
        **_of_placed_orders(),
        **_of_sales(rules.credit),
        **_of_shop(),
        **_of_events(),
    }[measure]


def _once(person: str = "") -> str:
    """Return what counts a customer's rows of a day as one: the first as 1, the others as 0."""
    group = ", ".join(name for name in ("shop", '"day"', person, "customer") if name)
    number = f"{NUMBERED}{group} ORDER BY created_at, order_id)"
    return f"CASE WHEN {number} = 1 THEN 1 ELSE 0 END"


def _of_receptions() -> Mapping[str, EvidenceRule]:
    consulted = EvidenceRule("receptions", order=BY_CHAT)
    received = replace(consulted, where=RECEPTION, beside="true", reason='"filter"')
    responded = replace(
        received,
        where=f"{RECEPTION} AND first_response_seconds IS NOT NULL",
        reason="""coalesce("filter", 'no_first_response')""",
    )
    return {
        "consultations": consulted,
        "receptions": received,
        "outreaches": EvidenceRule("outreaches", order="first_agent_at, customer, person"),
        "replied_receptions": replace(
            received, where=f"{RECEPTION} AND replied", reason="""coalesce("filter", 'no_reply')"""
        ),
        "first_responses": responded,
        "first_response_seconds": replace(responded, counts="first_response_seconds"),
        **{f"filtered_{reason}": replace(consulted, where=f"\"filter\" = '{reason}'") for reason in FILTERS},
        **{
            name: replace(
                received,
                where=f"{RECEPTION} AND {name} > 0",
                counts=name,
                beside='"filter" IS NOT NULL',
            )
            for name in COUNTED_LINES
        },
    }


def _of_inquiries() -> Mapping[str, EvidenceRule]:
    inquired = EvidenceRule(
        "inquiries",
        where=INQUIRY,
        beside="true",
        reason="""coalesce("filter", 'ordered_before')""",
        # Those who did not order come first: they are the ones to look at.
        order=f"len(orders) > 0, {BY_CHAT}",
    )
    ordered = replace(inquired, where=f"{INQUIRY} AND len(orders) > 0", beside=INQUIRY, reason="'no_order'")
    return {
        "inquiries": inquired,
        "ordered": ordered,
        "ordered_same_day": replace(
            ordered,
            where=f"{INQUIRY} AND ordered_same_day",
            reason="CASE WHEN len(orders) = 0 THEN 'no_order' ELSE 'ordered_later' END",
        ),
        "converted": replace(
            ordered,
            where=f"{INQUIRY} AND converted",
            reason="CASE WHEN len(orders) = 0 THEN 'no_order' ELSE 'not_paid_in_time' END",
        ),
    }


def _of_placed_orders() -> Mapping[str, EvidenceRule]:
    placed = EvidenceRule("orders", PLACING, order=BY_CREATION)
    in_time = replace(placed, where="paid_in_time", beside="true", reason=IS_LATE)
    same_day = replace(placed, where=SAME_DAY, counts=_once(PLACING), beside="true", reason=NOT_SAME_DAY)
    paid = f"CASE WHEN {FINAL} THEN paid_in_time ELSE {SAME_DAY} END"
    why_not = f"CASE WHEN {FINAL} THEN {IS_LATE} ELSE {NOT_SAME_DAY} END"
    lost = replace(
        placed,
        where=f"{FINAL} AND NOT paid_in_time",
        beside="true",
        reason="CASE WHEN paid_in_time THEN 'paid_in_time' ELSE 'may_still_be_paid' END",
    )
    return {
        "orders": placed,
        "ordered_amount": replace(placed, counts="amount"),
        "orderers": replace(placed, counts=_once(PLACING)),
        "payers_same_day": same_day,
        "payers_final": replace(in_time, counts=_once(PLACING)),
        "payers": replace(same_day, where=paid, reason=why_not),
        "paid_orders": in_time,
        "paid_amount": replace(in_time, counts="paid_amount"),
        "lost_orderers": replace(
            lost,
            where=f"{FINAL} AND NOT customer_paid_in_time",
            counts=_once(PLACING),
            reason="CASE WHEN customer_paid_in_time THEN 'paid_in_time' ELSE 'may_still_be_paid' END",
        ),
        "lost_amount": replace(lost, counts="amount"),
    }


def _of_sales(credit: Credit) -> Mapping[str, EvidenceRule]:
    sales = EvidenceRule(
        "orders", SELLERS[credit], where="paid_in_time", beside="true", reason=IS_LATE, order=BY_CREATION
    )
    assisted = replace(
        sales,
        person="paying",
        where=f"paid_in_time AND {PLACING} IS NOT NULL AND paying <> {PLACING}",
        beside=f"{PLACING} IS NOT NULL AND paying <> {PLACING}",
    )
    followed = replace(assisted, where=f"paid_in_time AND {PLACING} IS NULL", beside=f"{PLACING} IS NULL")
    return {
        "sales_orders": sales,
        "sales_amount": replace(sales, counts="paid_amount"),
        "assisted_orders": assisted,
        "assisted_amount": replace(assisted, counts="paid_amount"),
        "followed_orders": followed,
        "followed_amount": replace(followed, counts="paid_amount"),
        "refunded_amount": replace(
            sales, where="paid_in_time AND refunded > 0", counts="refunded", beside="false"
        ),
    }


def _of_shop() -> Mapping[str, EvidenceRule]:
    created = EvidenceRule("orders", "", order=BY_CREATION)
    in_time = replace(created, where="paid_in_time", beside="true", reason=IS_LATE)
    silent = replace(in_time, where=f"paid_in_time AND {PLACING} IS NULL", beside=f"{PLACING} IS NULL")
    traffic = EvidenceRule("traffic", "")
    return {
        "shop_orders": created,
        "shop_paid_orders": in_time,
        "shop_paid_amount": replace(in_time, counts="paid_amount"),
        "shop_payers": replace(in_time, counts=_once()),
        "silent_orders": silent,
        "silent_amount": replace(silent, counts="paid_amount"),
        "pv": replace(traffic, counts="pv"),
        "uv": replace(traffic, counts="uv"),
        "traffic_sales": replace(traffic, where="sales IS NOT NULL", counts="sales"),
    }


def _of_events() -> Mapping[str, EvidenceRule]:
    ratings = EvidenceRule("ratings", order="rated_at, customer")
    complaints = EvidenceRule("complaints", order="filed_at, customer")
    return {
        "ratings": ratings,
        "rating_sum": replace(ratings, counts="score"),
        "good_ratings": replace(ratings, where="score >= 4", beside="true", reason="'lower_score'"),
        "bad_ratings": replace(ratings, where="score <= 2", beside="true", reason="'higher_score'"),
        "complaints": complaints,
        "complaints_upheld": replace(
            complaints,
            where="upheld",
            beside="true",
            reason="CASE WHEN upheld IS NULL THEN 'not_decided' ELSE 'not_upheld' END",
        ),
    }
