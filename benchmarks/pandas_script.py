"""The measures of a month as an analyst would write them in pandas: tables in memory, joins, group-bys.

The same slightly simpler form as ``one_statement.sql``; on the benchmark's records it
gives the same cells as the product.
"""

from datetime import date

import pandas as pd

STREAM = ["shop", "person", "customer", "day"]
NEVER = pd.Timestamp.max
DAY = pd.Timedelta(days=1)


def measures(  # noqa: PLR0913 - three tables, a phrase and a range
    messages: list[str],
    orders: list[str],
    accounts: list[str],
    phrase: str,
    first: date,
    last: date,
) -> pd.DataFrame:
    """Return the sums of the month: person, measure, value in hundredths.

    Args:
        messages: The Parquet files of the chat lines.
        orders: Those of the orders.
        accounts: Those of the accounts.
        phrase: The phrase of the ad filter.
        first: The first day.
        last: The last day.
    """
    held = _read(accounts)
    sold = _orders(_read(orders))
    lines = _lines(_read(messages), held, phrase)
    receptions = _receptions(_consultations(lines), sold)
    in_range = sold[(sold.day >= pd.Timestamp(first)) & (sold.day <= pd.Timestamp(last))]
    return pd.concat([_reception_sums(receptions), _order_sums(_placed(lines, receptions, in_range))])


def _read(files: list[str]) -> pd.DataFrame:
    return pd.read_parquet(files).astype({"shop": "str"})


def _orders(orders: pd.DataFrame) -> pd.DataFrame:
    for column in ("amount", "paid_amount"):
        orders[column] = (orders[column].astype("float64").fillna(0) * 100).round().astype("int64")
    orders["day"] = orders.created_at.dt.normalize()
    return orders


def _lines(lines: pd.DataFrame, held: pd.DataFrame, phrase: str) -> pd.DataFrame:
    """Return the lines of customers and agents with the person who held the account, in order."""
    lines = lines[lines.sender.isin(["customer", "agent"])].copy()
    lines["day"] = lines.sent_at.dt.normalize()
    lines["has_phrase"] = lines.text.str.contains(phrase, regex=False, na=False)
    lines = lines.drop(columns=["text", "seq"]).merge(held, on=["shop", "account"], how="left")
    begins = pd.to_datetime(lines["from"]).fillna(pd.Timestamp.min)
    ends = pd.to_datetime(lines["to"]).fillna(NEVER)
    lines["person"] = lines.person.where((begins <= lines.day) & (lines.day <= ends)).fillna("(unassigned)")
    return lines.sort_values([*STREAM, "sent_at", "place"], ignore_index=True)


def _consultations(lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row per consultation with its counts and rounds."""
    streams = lines.groupby(STREAM, sort=False)
    customer, agent = lines.sender == "customer", lines.sender == "agent"
    lines["opens"] = customer & (streams.sender.shift() != "customer")
    stream = [lines[one] for one in STREAM]
    lines["answered_at"] = lines.sent_at.where(agent).groupby(stream, sort=False).bfill()
    lines["asked_at"] = lines.sent_at.where(customer)
    lines["asked"] = customer
    lines["said"] = agent
    lines["answers"] = agent & (customer.groupby(stream, sort=False).cumsum() > 0)
    lines["phrases"] = lines.has_phrase & agent
    answered = lines.opens & lines.answered_at.notna()
    lines["rounds"] = answered
    lines["waited"] = (lines.answered_at - lines.sent_at).dt.total_seconds().where(answered, 0)
    consultations = (
        lines.groupby(STREAM, sort=False)
        .agg(
            first_customer_at=("asked_at", "min"),
            customer_messages=("asked", "sum"),
            agent_messages=("said", "sum"),
            answers=("answers", "sum"),
            phrases=("phrases", "sum"),
            response_rounds=("rounds", "sum"),
            response_seconds=("waited", "sum"),
        )
        .reset_index()
    )
    return consultations[consultations.customer_messages > 0].reset_index(drop=True)


def _receptions(consultations: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Return the consultations that no filter takes out, with whether each is an inquiry."""
    both = consultations.reset_index().merge(orders, on=["shop", "customer"], suffixes=("", "_order"))
    first = both.first_customer_at
    paid_before = (both.paid_at < first) & (both.paid_at.dt.normalize() >= both.day - 14 * DAY)
    ordered_before = (both.day_order >= both.day - DAY) & (both.created_at < first)
    ordered_after = (both.created_at >= first) & (both.day_order <= both.day + DAY)

    def some(which: pd.Series) -> pd.Series:
        return consultations.index.isin(both["index"][which])

    after_sale = some(paid_before) & ~some(both.day_order == both.day)
    one_line = (consultations.customer_messages == 1) & (consultations.answers >= 3)
    consultations["inquiry"] = some(ordered_after) | ~some(ordered_before)
    return consultations[~after_sale & (consultations.phrases < 2) & ~one_line]


def _placed(lines: pd.DataFrame, receptions: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders with the person of the last agent line before each."""
    said = lines[lines.said].merge(receptions[STREAM], on=STREAM)
    both = orders.merge(said[[*STREAM, "sent_at", "place"]], on=["shop", "customer"], suffixes=("", "_line"))
    near = (both.sent_at <= both.created_at) & (both.day_line >= both.day - DAY)
    return both[near].sort_values(["sent_at", "place"]).drop_duplicates(["shop", "order_id"], keep="last")


def _reception_sums(receptions: pd.DataFrame) -> pd.DataFrame:
    counts = ["customer_messages", "agent_messages", "response_rounds", "response_seconds"]
    sums = receptions.groupby("person")[counts].sum()
    sums["receptions"] = receptions.groupby("person").size()
    sums["inquiries"] = receptions.groupby("person").inquiry.sum()
    return _long(sums * 100)


def _order_sums(placed: pd.DataFrame) -> pd.DataFrame:
    in_time = placed.paid_at.dt.normalize() <= placed.day + 4 * DAY
    placed["sales_amount"] = placed.paid_amount.where(in_time, 0)
    sums = placed.groupby("person")[["amount", "sales_amount"]].sum()
    sums["orders"] = placed.groupby("person").size() * 100
    return _long(sums.rename(columns={"amount": "ordered_amount"}))


def _long(sums: pd.DataFrame) -> pd.DataFrame:
    long = sums.reset_index().melt(id_vars="person", var_name="measure")
    return long[long.value != 0].astype({"value": "int64"})
