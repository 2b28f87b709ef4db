"""A correction says which records came, changed or went, whether or not a figure moved."""

import csv
from pathlib import Path

import pytest

from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.closing import Act
from kaohe.periods.books.correcting import Correction, correct
from kaohe.periods.books.kept import opened
from kaohe.periods.books.rowchanges import RowsChanged
from kaohe.periods.books.verifying import at_version
from periods.desks import Desk
from records.shops import imported

ACT = Act("Wu", "2026-11-20T09:00:00+08:00", because="late records")


def corrected(desk: Desk, month: str = "2026-07") -> Correction:
    return correct(desk.shelf, month, desk.store, ACT)


@pytest.fixture
def closed(desk: Desk) -> Desk:
    desk.close("2026-07")
    return desk


def test_refunds_that_move_no_figure_are_said_by_day(closed: Desk) -> None:
    kept = opened(closed.shelf, "2026-07")
    orders = at_version(kept, closed.store).records.orders().to_pylist()
    rows = [one for one in orders if f"{one['created_at']:%Y-%m}" == "2026-07"][:4]
    lines = [
        f"{row['shop']},{row['order_id']},{row['customer']},{row['created_at']},{row['paid_at']},"
        f"{row['amount']},{row['paid_amount']},1.00"
        for row in rows
    ]
    header = "shop,order_id,customer,created_at,paid_at,amount,paid_amount,refunded"
    imported(closed.store, "orders", "\n".join([header, *lines]) + "\n")
    done = corrected(closed)
    assert done.kept is None
    assert [(one.when, one.changed) for one in done.rows] == [("2026-07-03", 3), ("2026-07-11", 1)]
    assert {(one.table, one.came, one.gone, one.columns) for one in done.rows} == {
        ("orders", 0, 0, ("refunded",))
    }


def test_what_came_is_said_with_the_version_that_it_made(closed: Desk) -> None:
    closed.sell([("ann", "2026-07-12", "100.00")])
    closed.praise("cai", "2026-07-20")
    done = corrected(closed)
    assert done.rows == (
        RowsChanged("messages", "2026-07-12", 2, 0, 0),
        RowsChanged("orders", "2026-07-12", 1, 0, 0),
        RowsChanged("entries", "2026-07-20", 1, 0, 0),
    )
    file = closed.shelf.folder("2026-07", 2) / "records-changed.csv"
    assert list(csv.reader(file.read_text("utf-8").splitlines()))[1:] == [
        ["messages", "2026-07-12", "2", "0", "0", ""],
        ["orders", "2026-07-12", "1", "0", "0", ""],
        ["entries", "2026-07-20", "1", "0", "0", ""],
    ]
    assert corrected(closed).rows == ()


def test_a_row_that_says_something_else_is_changed_and_names_its_columns(closed: Desk) -> None:
    imported(closed.store, "people", "person,name,department,role,regular\nann,Anna,Desk,head,yes\n")
    assert corrected(closed).rows == (RowsChanged("people", "", 0, 1, 0, ("name", "role")),)


def test_what_belongs_to_other_periods_is_not_said(closed: Desk) -> None:
    closed.sell([("ann", "2026-09-12", "100.00"), ("ann", "2026-04-01", "5.00")])
    closed.praise("cai", "2026-08-20")
    imported(closed.store, "targets", "person,month,amount\nann,2026-08,10\n")
    assert corrected(closed).rows == ()
    imported(closed.store, "targets", "person,month,amount\nann,2026-07,10\n")
    assert corrected(closed).rows == (RowsChanged("targets", "2026-07", 1, 0, 0),)


def test_a_store_that_never_had_the_version_is_pointed_out(closed: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path / "other")
    other.root.mkdir()
    imported(other.store, "people", "person,name,department,role,regular\nann,Ann,Desk,agent,yes\n")
    imported(other.store, "accounts", "shop,account,person\nS,ann1,ann\n")
    other.sell([("ann", "2026-07-12", "100.00")])
    closed.sell([("ann", "2026-08-12", "1.00")])
    closed.close("2026-08")
    with pytest.raises(ProblemsFound, match="R408"):
        at_version(opened(closed.shelf, "2026-08"), other.store)
    done = correct(closed.shelf, "2026-08", other.store, ACT)
    assert "D242" in [one.code for one in done.problems]
    assert {one.table for one in done.rows} == {"people", "accounts"}
