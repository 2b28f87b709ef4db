"""The demo shop's orders: what is bought, when it is paid, and what becomes of it."""

from dataclasses import dataclass
from random import Random

from kaohe.demo.cast import SECONDS_A_DAY, SHELF, YUAN

FREE_POSTAGE_FROM = 99 * YUAN
POSTAGE = 10 * YUAN
PAYMENT_TIMEOUT = 3 * SECONDS_A_DAY
"""After this an unpaid order is closed; the odd one is kept open longer on request."""
ANOTHER_ARTICLE = 0.4
"""The probability that an ordinary basket gets one more article, each time."""
TOO_LATE = 5 * SECONDS_A_DAY
UNPAID_REASON = "订单未及时付款"
REFUND_REASON = "退款"


@dataclass(frozen=True, slots=True)
class Order:
    """One order with its whole life; seconds are local, since 1970; amounts are fen.

    Attributes:
        order_id: The platform's number, nineteen digits.
        customer: Who bought.
        created: When it was placed.
        paid: When it was paid; None: never.
        goods: The price of the goods after discounts.
        postage: What the parcel costs the customer.
        paid_amount: What was paid in the end, coupons deducted; 0 if unpaid.
        refunded: What was given back.
        refund_at: When; None: never.
        title: The articles, as the platform lists them.
        kinds: How many different articles.
        pieces: How many pieces.
    """

    order_id: str
    customer: str
    created: int
    paid: int | None
    goods: int
    postage: int
    paid_amount: int
    refunded: int
    refund_at: int | None
    title: str
    kinds: int
    pieces: int

    @property
    def amount(self) -> int:
        """What was to be paid: goods and postage."""
        return self.goods + self.postage


@dataclass(slots=True)
class Till:
    """Takes orders and numbers them.

    Attributes:
        dice: The source of chance.
        count: How many orders there are so far.
    """

    dice: Random
    count: int = 0

    def order(self, customer: str, created: int, paid: int | None, basket: float) -> Order:
        """Return a new order.

        Args:
            customer: Who orders.
            created: When.
            paid: When it will be paid; None: never.
            basket: How much fuller than usual the basket is, 1 being usual.
        """
        chosen = self._basket(basket)
        total = sum(SHELF[place].price * pieces for place, pieces in chosen.items())
        goods = total - total // 10 // YUAN * YUAN if total > 199 * YUAN else total
        postage = 0 if goods >= FREE_POSTAGE_FROM else POSTAGE
        coupon = 5 * YUAN if self.dice.random() < 0.12 else 0
        paid_amount = 0 if paid is None else goods + postage - coupon
        refunded, refund_at = self._refund(paid, paid_amount)
        self.count += 1
        return Order(
            order_id=f"{3_000_000_000_000_000_000 + self.count * 1_000_003 * 977 + self.dice.randrange(977)}",
            customer=customer,
            created=created,
            paid=paid,
            goods=goods,
            postage=postage,
            paid_amount=paid_amount,
            refunded=refunded,
            refund_at=refund_at,
            title="，".join(SHELF[place].title for place in chosen),
            kinds=len(chosen),
            pieces=sum(chosen.values()),
        )

    def _basket(self, basket: float) -> dict[int, int]:
        """Return pieces by place on the shelf: one article, and more with luck and skill."""
        chosen: dict[int, int] = {}
        chance = ANOTHER_ARTICLE * basket
        while True:
            place = int(self.dice.random() * len(SHELF))
            chosen[place] = chosen.get(place, 0) + 1
            if self.dice.random() >= chance:
                return chosen

    def _refund(self, paid: int | None, paid_amount: int) -> tuple[int, int | None]:
        if paid is None or self.dice.random() >= 0.045:
            return 0, None
        after = paid + int((0.2 + self.dice.random() * 9) * SECONDS_A_DAY)
        if self.dice.random() < 0.6:
            return paid_amount, after
        return min(paid_amount, (5 + int(self.dice.random() * 6) * 5) * YUAN), after


def soon(dice: Random, created: int) -> int:
    """Return when an order is paid that is paid soon: seconds later, at times half an hour."""
    if dice.random() < 0.8:
        return created + 4 + int(dice.random() * 80)
    return created + 60 + int(dice.random() * 2400)


def late(dice: Random, created: int) -> int:
    """Return when an order is paid that is paid late, but in time: one to three days later."""
    return created + SECONDS_A_DAY + int(dice.random() * 2 * SECONDS_A_DAY)


def never_in_time(dice: Random, created: int) -> int | None:
    """Return when an order is paid that counts as lost: mostly never, at times too late."""
    if dice.random() < 0.88:
        return None
    return created + TOO_LATE + int(dice.random() * SECONDS_A_DAY / 2)
