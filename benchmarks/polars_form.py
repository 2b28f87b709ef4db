"""The measures of a month in Polars, lazily and streamed: what a fast library gives with the same thinking.

The same slightly simpler form as ``one_statement.sql``; on the benchmark's records it
gives the same cells as the product.
"""

from datetime import date

import polars as pl

STREAM = ["shop", "person", "customer", "day"]


def measures(  # noqa: PLR0913 - three tables, a phrase and a range
    messages: list[str],
    orders: list[str],
    accounts: list[str],
    phrase: str,
    first: date,
    last: date,
) -> pl.DataFrame:
    """Return the sums of the month: person, measure, value in hundredths.

    Args:
        messages: The Parquet files of the chat lines.
        orders: Those of the orders.
        accounts: Those of the accounts.
        phrase: The phrase of the ad filter.
        first: The first day.
        last: The last day.
    """
    sold = pl.scan_parquet(orders, hive_partitioning=True).with_columns(
        day=pl.col("created_at").dt.date(),
        amount=(pl.col("amount") * 100).cast(pl.Int64),
        paid_amount=(pl.col("paid_amount") * 100).cast(pl.Int64),
    )
    held = pl.scan_parquet(accounts)
    lines = _lines(pl.scan_parquet(messages, hive_partitioning=True), held, phrase)
    receptions = _receptions(_consultations(lines), sold)
    placed = _placed(lines, receptions, sold.filter(pl.col("day").is_between(first, last)))
    sums = [_reception_sums(receptions), _order_sums(placed)]
    return pl.concat(pl.collect_all(sums, engine="streaming"))


def _lines(lines: pl.LazyFrame, held: pl.LazyFrame, phrase: str) -> pl.LazyFrame:
    """Return the lines of customers and agents with the person who held the account."""
    day = pl.col("sent_at").dt.date()
    holder = (pl.col("from").is_null() | (pl.col("from") <= day)) & (
        pl.col("to").is_null() | (pl.col("to") >= day)
    )
    return (
        lines.filter(pl.col("sender").is_in(["customer", "agent"]))
        .join(held, on=["shop", "account"], how="left")
        .select(
            "shop",
            "customer",
            "sent_at",
            "place",
            day=day,
            said=pl.col("sender") == "agent",
            has_phrase=pl.col("text").str.contains(phrase, literal=True),
            person=pl.when(holder).then("person").fill_null("(unassigned)"),
        )
    )


def _consultations(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per consultation with its counts and rounds."""
    said, at = pl.col("said"), pl.col("sent_at")
    opens = ~said & said.shift(fill_value=True)
    answered_at = pl.when(said).then(at).backward_fill()
    asked = ~said
    return (
        lines.sort("sent_at", "place")
        .group_by(STREAM, maintain_order=True)
        .agg(
            first_customer_at=at.filter(asked).min(),
            customer_messages=asked.sum(),
            agent_messages=said.sum(),
            answers=(said & (asked.cum_sum() > 0)).sum(),
            phrases=(said & pl.col("has_phrase")).sum(),
            response_rounds=(opens & answered_at.is_not_null()).sum(),
            response_seconds=(answered_at - at).dt.total_seconds().filter(opens).sum(),
        )
        .filter(pl.col("customer_messages") > 0)
    )


def _receptions(consultations: pl.LazyFrame, orders: pl.LazyFrame) -> pl.LazyFrame:
    """Return the consultations that no filter takes out, with whether each is an inquiry."""
    first, day, ordered = pl.col("first_customer_at"), pl.col("day"), pl.col("day_right")
    flags = (
        consultations.join(orders, on=["shop", "customer"])
        .group_by(STREAM)
        .agg(
            paid_before=(
                (pl.col("paid_at") < first) & (pl.col("paid_at").dt.date() >= day.dt.offset_by("-14d"))
            ).any(),
            created_today=(ordered == day).any(),
            ordered_before=((ordered >= day.dt.offset_by("-1d")) & (pl.col("created_at") < first)).any(),
            ordered_after=((ordered <= day.dt.offset_by("1d")) & (pl.col("created_at") >= first)).any(),
        )
    )
    names = ("paid_before", "created_today", "ordered_before", "ordered_after")
    some = {name: pl.col(name).fill_null(value=False) for name in names}
    after_sale = some["paid_before"] & ~some["created_today"]
    one_line = (pl.col("customer_messages") == 1) & (pl.col("answers") >= 3)
    return (
        consultations.join(flags, on=STREAM, how="left")
        .filter(~after_sale & (pl.col("phrases") < 2) & ~one_line)
        .with_columns(inquiry=some["ordered_after"] | ~some["ordered_before"])
    )


def _placed(lines: pl.LazyFrame, receptions: pl.LazyFrame, orders: pl.LazyFrame) -> pl.LazyFrame:
    """Return the orders with the person of the last agent line before each."""
    said = lines.filter("said").join(receptions.select(STREAM), on=STREAM, how="semi")
    near = (pl.col("sent_at") <= pl.col("created_at")) & (
        pl.col("day_right") >= pl.col("day").dt.offset_by("-1d")
    )
    return (
        orders.join(said, on=["shop", "customer"])
        .filter(near)
        .group_by("shop", "order_id")
        .agg(
            pl.col("person").sort_by("sent_at", "place").last(),
            pl.col("amount", "paid_amount", "paid_at", "day").first(),
        )
    )


def _reception_sums(receptions: pl.LazyFrame) -> pl.LazyFrame:
    counts = ("customer_messages", "agent_messages", "response_rounds", "response_seconds")
    return _long(
        receptions.group_by("person").agg(
            receptions=pl.len().cast(pl.Int64) * 100,
            inquiries=pl.col("inquiry").sum().cast(pl.Int64) * 100,
            **{name: pl.col(name).sum().cast(pl.Int64) * 100 for name in counts},
        )
    )


def _order_sums(placed: pl.LazyFrame) -> pl.LazyFrame:
    in_time = pl.col("paid_at").dt.date() <= pl.col("day").dt.offset_by("4d")
    return _long(
        placed.group_by("person").agg(
            orders=pl.len().cast(pl.Int64) * 100,
            ordered_amount=pl.col("amount").sum(),
            sales_amount=pl.col("paid_amount").filter(in_time).sum(),
        )
    )


def _long(sums: pl.LazyFrame) -> pl.LazyFrame:
    return sums.unpivot(index="person", variable_name="measure", value_name="value").filter(
        pl.col("value") != 0
    )
