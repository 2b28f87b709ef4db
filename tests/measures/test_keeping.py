"""Results are kept: what did not change is not computed again, and what is damaged is not trusted."""

import os
import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kaohe.core.rules import Credit, Rules
from kaohe.measures.compute import Measured, compute
from kaohe.measures.keptfiles import ASIDE, LEFT_BEHIND_SECONDS
from measures.worlds import DAY, SECOND, START, Line, MemoryRecords, Order, World, world_of

LAST = START + 9 * DAY
SHOP = "旗艦店"


def at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"{START + DAY * day} {clock}")


def quiet_world() -> World:
    """Ten days of one customer a day, who asks, orders at once and pays at once."""
    lines = [
        Line(SHOP, "客服1", f"c{day}", at(day, clock), sender, "您好", 2 * day + place)
        for day in range(10)
        for place, (clock, sender) in enumerate([("10:00:00", "customer"), ("10:00:20", "agent")])
    ]
    orders = [
        Order(
            SHOP,
            f"o{day}",
            f"c{day}",
            at(day, "10:30:00"),
            at(day, "10:31:00"),
            Decimal("5.00"),
            Decimal("5.00"),
            Decimal(0),
        )
        for day in range(10)
    ]
    return World(tuple(lines), tuple(orders), ((SHOP, "客服1", "阿強", None, None),), people=("阿強",))


def run(
    world: World, cache: Path, rules: Rules | None = None, *, last: date = LAST, as_of: date = LAST
) -> Measured:
    records = MemoryRecords(world, stored=True)
    return compute(records, rules or Rules(), START, last, as_of, cache=cache)


def assert_same(one: Measured, other: Measured) -> None:
    assert one.daily.equals(other.daily)
    for name in ("receptions", "orders", "outreaches", "later_orders"):
        assert getattr(one, name).to_pylist() == getattr(other, name).to_pylist()


def fresh(world: World, tmp_path: Path, rules: Rules | None = None, *, as_of: date = LAST) -> Measured:
    return run(world, tmp_path / "fresh", rules, as_of=as_of)


def test_where_nothing_changed_nothing_is_computed(tmp_path: Path) -> None:
    first = run(quiet_world(), tmp_path)
    again = run(quiet_world(), tmp_path)
    assert first.kernel_calls == 10
    assert again.kernel_calls == 0
    assert again.computed == {}
    assert_same(first, again)
    assert again.computed == {}


def test_a_new_day_computes_itself_and_what_it_brings_to_the_day_before(tmp_path: Path) -> None:
    world = quiet_world()
    run(world, tmp_path, last=LAST - DAY, as_of=LAST - DAY)
    grown = run(world, tmp_path)
    assert grown.computed == {
        "contents": 1,
        "streams": 1,
        "receptions": 2,
        "linked": 1,
        "credited": 1,
        "outcomes": 2,
    }
    assert_same(grown, fresh(world, tmp_path))


def test_a_late_payment_computes_its_order_and_no_chat_lines(tmp_path: Path) -> None:
    world = quiet_world()
    unpaid = replace(world.orders[3], paid_at=None, paid_amount=None)
    run(world.but(orders=(*world.orders[:3], unpaid, *world.orders[4:])), tmp_path)
    paid = replace(unpaid, paid_at=at(8, "09:00:00"), paid_amount=Decimal("5.00"))
    later = world.but(orders=(*world.orders[:3], paid, *world.orders[4:]))
    measured = run(later, tmp_path)
    # The payment may make the customer's chats of the two weeks after it after-sale: those are judged anew.
    assert measured.computed == {
        "contents": 1,
        "receptions": 2,
        "linked": 1,
        "credited": 1,
        "outcomes": 2,
    }
    assert measured.kernel_calls == 0
    assert_same(measured, fresh(later, tmp_path))


def test_a_late_chat_line_computes_its_day_and_what_the_next_days_orders_find_there(tmp_path: Path) -> None:
    world = quiet_world()
    run(world, tmp_path)
    late = Line(SHOP, "客服1", "c4", at(3, "20:00:00"), "customer", "在嗎", 99)
    grown = world.but(lines=(*world.lines, late))
    measured = run(grown, tmp_path)
    assert measured.computed == {"streams": 1, "receptions": 1, "linked": 2}
    assert_same(measured, fresh(grown, tmp_path))


def test_a_refund_computes_the_sums_of_its_day_alone(tmp_path: Path) -> None:
    world = quiet_world()
    run(world, tmp_path)
    refunded = replace(world.orders[5], refunded=Decimal("5.00"))
    changed = world.but(orders=(*world.orders[:5], refunded, *world.orders[6:]))
    measured = run(changed, tmp_path)
    assert measured.computed["credited"] == 1
    assert "streams" not in measured.computed
    assert_same(measured, fresh(changed, tmp_path))


def test_a_handover_of_an_account_computes_the_days_that_it_moves(tmp_path: Path) -> None:
    world = quiet_world()
    run(world, tmp_path)
    change = START + 7 * DAY
    moved = world.but(
        accounts=((SHOP, "客服1", "阿強", None, change), (SHOP, "客服1", "Zoé", change + DAY, None)),
        people=("阿強", "Zoé"),
    )
    measured = run(moved, tmp_path)
    assert measured.kernel_calls == 2
    assert_same(measured, fresh(moved, tmp_path))


@pytest.mark.parametrize(
    ("rules", "lines_again"),
    [
        (Rules(quick_seconds=5), 10),
        (Rules(ad_phrase="您好", ad_times=1), 10),
        (Rules(one_line_agent_lines=1), 10),
        (Rules(after_sale_days=3), 0),
        (Rules(prior_order_days=2), 0),
        (Rules(credit=Credit.PAID), 0),
        (Rules(payment_days=2), 0),
    ],
)
def test_a_changed_rule_computes_the_stages_that_look_at_it(
    rules: Rules, lines_again: int, tmp_path: Path
) -> None:
    run(quiet_world(), tmp_path)
    measured = run(quiet_world(), tmp_path, rules)
    assert measured.kernel_calls == lines_again
    assert measured.computed["credited"] == 10
    assert_same(measured, fresh(quiet_world(), tmp_path, rules))


def test_a_later_as_of_computes_no_settled_day(tmp_path: Path) -> None:
    world = quiet_world()
    run(world, tmp_path)
    later = run(world, tmp_path, as_of=LAST + 30 * DAY)
    assert later.kernel_calls == 0
    assert later.computed == {}
    assert_same(later, fresh(world, tmp_path, as_of=LAST + 30 * DAY))


def test_a_part_of_the_range_reads_no_lines_when_the_whole_was_computed(tmp_path: Path) -> None:
    run(quiet_world(), tmp_path)
    records = MemoryRecords(quiet_world(), stored=True)
    part = compute(records, Rules(), START + 3 * DAY, START + 4 * DAY, LAST, cache=tmp_path)
    assert part.kernel_calls == 0
    assert records.read == []


@pytest.mark.parametrize("seed", range(6))
def test_kept_results_of_any_history_give_what_a_fresh_run_gives(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    world = world_of(dice)
    for step in range(5):
        change = dice.choice(["line", "pay", "refund", "nothing", "rules"])
        if change == "line" and world.lines:
            line = dice.choice(world.lines)
            world = world.but(
                lines=(*world.lines, replace(line, place=1000 + step, sent_at=line.sent_at + SECOND))
            )
        elif change == "pay" and world.orders:
            order = dice.choice(world.orders)
            paid = replace(order, paid_at=order.created_at + timedelta(days=step), paid_amount=order.amount)
            world = world.but(orders=(*(one for one in world.orders if one is not order), paid))
        rules = Rules(order_days=2, payment_days=1, credit=dice.choice(list(Credit)))
        first, as_of = START + DAY * dice.randint(0, 2), START + DAY * dice.randint(3, 8)
        records = MemoryRecords(world, stored=True)
        kept = compute(records, rules, first, START + 4 * DAY, as_of, cache=tmp_path / "kept")
        assert_same(kept, compute(records, rules, first, START + 4 * DAY, as_of))


def test_a_damaged_file_is_computed_again_wherever_the_damage_is(tmp_path: Path) -> None:
    whole = run(quiet_world(), tmp_path)
    stages = [stage for stage in tmp_path.iterdir() if stage.name != ASIDE]
    one_of_each_stage = [min(stage.rglob("*.arrow")) for stage in stages]
    assert len(one_of_each_stage) == 6
    for path in one_of_each_stage:
        good = path.read_bytes()
        for damaged in (
            good[: len(good) // 2],
            b"",
            _flipped(good, 3),
            _flipped(good, 20),
            _flipped(good, -70),
        ):
            # A new file, as damage by a copy or a disk is; the tables of the first run lie in the old one.
            path.unlink()
            path.write_bytes(damaged)
            again = run(quiet_world(), tmp_path)
            assert_same(whole, again)
            stage = path.relative_to(tmp_path).parts[0]
            # Nothing looks at the agents of orders whose sums are kept.
            assert set(again.computed) == {stage} or (stage == "linked" and not again.computed)


def _flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)


def test_the_folder_holds_whole_files_only_and_does_not_grow_with_changes(tmp_path: Path) -> None:
    world = quiet_world()
    run(world, tmp_path)
    before = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    for step in range(3):
        late = Line(SHOP, "客服1", "c4", at(4, "20:00:00"), "customer", "在嗎", 100 + step)
        world = world.but(lines=(*world.lines, late))
        run(world, tmp_path)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == before
    assert {path.suffix for path in before} == {".arrow"}


def test_what_a_killed_process_left_aside_is_removed_and_what_is_under_way_is_not(tmp_path: Path) -> None:
    run(quiet_world(), tmp_path)
    left, under_way = tmp_path / ASIDE / "elsewhere-1-1", tmp_path / ASIDE / "elsewhere-2-2"
    for file in (left, under_way):
        file.write_bytes(b"half a file")
    state = left.stat()
    os.utime(left, (state.st_atime, state.st_mtime - LEFT_BEHIND_SECONDS - 1))
    run(quiet_world(), tmp_path)
    assert list((tmp_path / ASIDE).iterdir()) == [under_way]


def test_records_without_content_ids_are_not_kept(tmp_path: Path) -> None:
    records = MemoryRecords(quiet_world())
    for _ in range(2):
        assert compute(records, Rules(), START, LAST, LAST, cache=tmp_path).kernel_calls == 10
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_where_it_said_that_it_would(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    records = MemoryRecords(quiet_world(), stored=True)
    compute(
        records, Rules(), START, LAST, LAST, cache=tmp_path, progress=lambda done, of: told.append((done, of))
    )
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert {of for _, of in told} == {len(told)}
