"""What the user says about an import's files: options that are obeyed, contradicted or mean nothing."""

from pathlib import Path

import pytest

from kaohe.core.problem import ProblemsFound, Severity
from kaohe.records.importing import ImportReport, import_files
from kaohe.records.store import open_store
from records.shops import SHANGHAI, imported, told
from records.test_taobao_orders import PAID, UNPAID, as_csv

PEOPLE = "person,name,department,role,regular\nann,Ann,desk,agent,yes\n"
ORDERS = "shop,order_id,customer,created_at,amount\n"
MAPPING = """\
table: orders
columns:
  shop: {SHOP}
  order_id: order_id
  customer: customer
  created_at: created_at
  amount: amount
"""


def taken_in(folder: Path, format_name: str, content: bytes, **options: object) -> ImportReport:
    file = folder / ("people.csv" if format_name == "table" else "file.csv")
    file.write_bytes(content)
    return import_files(folder / "store", format_name, [file], timezone=SHANGHAI, **options)  # type: ignore[arg-type]


def shops(folder: Path) -> set[str]:
    return {row["shop"] for row in open_store(folder / "store", zone=SHANGHAI).orders().to_pylist()}


@pytest.mark.parametrize(
    ("format_name", "option", "content"),
    [
        ("taobao-orders", "mapping", as_csv(PAID)),
        ("taobao-orders", "account", as_csv(PAID)),
        ("taobao-orders", "table", as_csv(PAID)),
        ("qianniu-chat", "mapping", b"x"),
        ("qianniu-chat", "table", b"x"),
        ("table", "account", PEOPLE.encode()),
        ("table", "shop", PEOPLE.encode()),
    ],
)
def test_an_option_that_means_nothing_is_an_error(
    tmp_path: Path, format_name: str, option: str, content: bytes
) -> None:
    value = tmp_path / "mapping.yaml" if option == "mapping" else "people"
    with pytest.raises(ProblemsFound) as caught:
        taken_in(tmp_path, format_name, content, **{option: value})
    (problem,) = caught.value.problems
    assert problem.code == "R141"
    assert told([problem], tmp_path)[0].startswith(f"--{option} means nothing for ")


def test_a_table_that_the_mapping_does_not_fill_is_an_error(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING.replace("{SHOP}", "shop"), encoding="utf-8")
    with pytest.raises(ProblemsFound, match="R147"):
        imported(tmp_path / "store", "x", ORDERS, mapping=mapping, table="people")


def test_the_shop_that_is_told_overrules_the_files_own_with_a_warning_that_names_both(tmp_path: Path) -> None:
    report = taken_in(tmp_path, "taobao-orders", as_csv(PAID, UNPAID), shop="旗艦店")
    assert told(report.problems, tmp_path) == [
        (
            "file.csv, column “店铺名称”: The file says that its shop is “示範旗艦店”; "
            "its rows go to the shop “旗艦店”, as --shop says. [R140]"
        ),
        "  found: 示範旗艦店",
        (
            "  cure: Name the same shop in every import, or leave --shop out in every one: under two names, "
            "the same chats and orders would count twice."
        ),
    ]
    assert shops(tmp_path) == {"旗艦店"}
    assert not taken_in(tmp_path, "taobao-orders", as_csv(PAID), shop="旗艦店 ".strip()).rows_new


@pytest.mark.parametrize("rule", ["shop", "{constant: S}"])
def test_the_shop_of_a_mapping_is_overruled_in_the_same_way(tmp_path: Path, rule: str) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING.replace("{SHOP}", rule), encoding="utf-8")
    body = ORDERS + "S,1,c,2026-10-01 10:00:00,5\n"
    report = imported(tmp_path / "store", "x", body, mapping=mapping, shop="T")
    assert [(one.code, one.found, one.severity) for one in report.problems] == [
        ("R140", "S", Severity.WARNING)
    ]
    assert shops(tmp_path) == {"T"}


def test_the_shop_of_a_plain_table_is_overruled_in_the_same_way(tmp_path: Path) -> None:
    body = ORDERS + "S,1,c,2026-10-01 10:00:00,5\nT,2,c,2026-10-01 10:00:00,5\n"
    report = imported(tmp_path / "store", "orders", body, shop="T")
    assert [(one.code, one.found) for one in report.problems] == [("R140", "S")]
    without = "order_id,customer,created_at,amount\n3,c,2026-10-01 10:00:00,5\n"
    assert not imported(tmp_path / "store", "orders", without, shop="T").problems
    assert shops(tmp_path) == {"T"}


def test_the_same_orders_under_two_shops_are_told(tmp_path: Path) -> None:
    taken_in(tmp_path, "taobao-orders", as_csv(PAID, UNPAID), shop="旗艦店")
    report = taken_in(tmp_path, "taobao-orders", as_csv(PAID, UNPAID))
    assert told(report.problems, tmp_path)[0] == (
        "store/orders: 2 orders for “示範旗艦店” stand in the store under the shop “旗艦店” too, "
        "with the same customers and times; they count twice. First: 2260000000000000001. [R145]"
    )


def test_two_shops_may_use_the_same_number_for_different_orders(tmp_path: Path) -> None:
    imported(tmp_path / "store", "orders", ORDERS + "S,1,c,2026-10-01 10:00:00,5\n")
    report = imported(tmp_path / "store", "orders", ORDERS + "T,1,d,2026-10-01 10:00:00,5\n")
    assert (report.rows_new, report.problems) == (1, ())


def test_a_file_with_nothing_below_its_header_is_told(tmp_path: Path) -> None:
    report = taken_in(tmp_path, "taobao-orders", as_csv())
    assert (report.rows_read, report.rows_quarantined) == (0, 0)
    assert told(report.problems, tmp_path) == [
        "file.csv:1: This file has no row below its header; nothing comes in. [R135]",
        "  cure: If there should be rows, export it again, and check the days that were chosen.",
    ]


@pytest.mark.parametrize("order", [("people", "accounts"), ("accounts", "people")])
def test_a_holder_who_is_missing_from_people_is_told_once_both_are_there(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    bodies = {"people": PEOPLE, "accounts": "shop,account,person\nS,a,ann\nS,b,bob\nS,c,bob\n"}
    first, second = order
    assert not imported(tmp_path / "store", first, bodies[first]).problems
    report = imported(tmp_path / "store", second, bodies[second])
    assert [(one.code, one.found) for one in report.problems] == [("R225", "bob")]
    assert (report.rows_quarantined, report.problems[0].severity) == (0, Severity.WARNING)


def test_a_refund_of_more_than_was_paid_comes_in_with_a_warning(tmp_path: Path) -> None:
    order = {**PAID, "总金额": "100", "买家实际支付金额": "100", "退款金额": "500"}
    report = taken_in(tmp_path, "taobao-orders", as_csv(order))
    assert (report.rows_new, [one.code for one in report.problems]) == (1, ["R234"])
    assert report.problems[0].place.column == "退款金额 (refunded)"
