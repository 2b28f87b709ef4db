import os
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from demo.plain import chats, orders, table
from kaohe.demo.shop import Shop, write_shop
from kaohe.policy.loader import lint

SMALL = 0.02


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    write_shop(tmp_path / "once", scale=SMALL)
    script = "import sys; from pathlib import Path; from kaohe.demo.shop import write_shop; "
    script += f"write_shop(Path(sys.argv[1]), scale={SMALL})"
    for hash_seed in ("1", "2"):
        again = tmp_path / hash_seed
        subprocess.run(
            [sys.executable, "-c", script, str(again)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "America/New_York"},
        )
        assert digests(again) == digests(tmp_path / "once")


def test_another_seed_gives_other_chats_and_orders(tmp_path: Path) -> None:
    once = write_shop(tmp_path / "once", scale=SMALL)
    other = write_shop(tmp_path / "other", scale=SMALL, seed=7)
    assert {line.text for line in chats(once)} != {line.text for line in chats(other)}
    assert orders(once).keys() != orders(other).keys()


def test_writing_twice_into_one_folder_leaves_one_shop(tmp_path: Path) -> None:
    write_shop(tmp_path, scale=SMALL)
    before = digests(tmp_path)
    write_shop(tmp_path, scale=SMALL)
    assert digests(tmp_path) == before


def test_every_file_in_the_folder_is_listed_or_is_no_record(shop: Shop) -> None:
    listed = {file.path for file in shop.files} | {file.mapping for file in shop.files if file.mapping}
    others = {shop.folder / "README.txt", shop.history, *shop.parameters.values()}
    assert listed | others == {file for file in shop.folder.rglob("*") if file.is_file()}


def test_files_are_listed_in_the_order_to_import_them(shop: Shop) -> None:
    formats = [file.format for file in shop.files]
    assert formats == sorted(formats, key=["table", "taobao-orders", "qianniu-chat"].index)
    exports = [file.path for file in shop.files if file.format == "taobao-orders"]
    assert [file.stem[-12:] for file in exports] == sorted(file.stem[-12:] for file in exports)


def test_a_tenth_of_the_shop_has_about_a_tenth_of_the_lines_and_orders(shop: Shop) -> None:
    for month in shop.months:
        assert 8_500 < len(chats(shop, month)) < 13_000
        slashed = f"{month[:4]}/{int(month[5:])}/"
        assert 500 < sum(row["订单创建时间"].startswith(slashed) for row in orders(shop).values()) < 700


def test_the_scale_moves_volume_and_targets_alike(tmp_path: Path) -> None:
    small = write_shop(tmp_path / "small", scale=SMALL)
    large = write_shop(tmp_path / "large", scale=SMALL * 4)
    assert 3 < len(chats(large)) / len(chats(small)) < 5
    ratio = float(table(large, "targets")[0]["amount"]) / float(table(small, "targets")[0]["amount"])
    assert 3.8 < ratio < 4.2


def test_months_campaigns_and_progress_are_the_callers_choice(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    campaign = date(2027, 2, 14)
    shop = write_shop(
        tmp_path,
        months=["2027-02"],
        scale=SMALL * 5,
        campaign_days=[campaign],
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(day, 28) for day in range(1, 29)]
    said = chats(shop)
    assert {f"{line.at:%Y-%m}" for line in said} == {"2027-02"}
    by_day = {day: sum(line.at.day == day for line in said) for day in range(1, 29)}
    assert max(by_day, key=lambda day: by_day[day]) == campaign.day
    assert 'campaign_days: ["2027-02-14"]' in shop.parameters["2027-02"].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "months", [[], ["2026-9"], ["2026-13"], ["2026-10", "2026-09"], ["2026-08", "2026-10"]]
)
def test_months_that_are_none_or_do_not_follow_each_other_are_refused(
    tmp_path: Path, months: list[str]
) -> None:
    with pytest.raises(ValueError):
        write_shop(tmp_path, months=months, scale=SMALL)


def test_the_readme_speaks_three_languages(shop: Shop) -> None:
    text = (shop.folder / "README.txt").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    for words in ("一切皆為虛構", "一切皆为虚构", "everything is made up"):
        assert words in text.decode("utf-8-sig")


def test_the_parameters_fit_the_shipped_policy(shop: Shop) -> None:
    for month, file in shop.parameters.items():
        linted = lint("presale-desk", file)
        assert linted.policy is not None
        assert [problem for problem in linted.problems if problem.place.file == file.name] == [], month
        assert linted.policy.rules.ad_phrase == "非誠勿擾，示範旗艦店期待您的再次光臨"
