"""The demo shop's customers: made-up nicks, some of them as odd as real ones."""

from dataclasses import dataclass, field
from random import Random

ODD_NICKS = (
    "=茶香四溢",
    '愛喝茶的"老王"',
    "茶,友,會",
    "喝茶 的 貓",
    "茶友(北方)",
    "O'茶屋",
    "00123456",
    "+壺底",
    "-茶渣",
    "@茶香",
    "示範旗艦店的老粉",
    "N/A",
    "１２３全形",
    "null",
    "一杯;兩杯",
    "茶'單引號",
    "1e5",
    "丶茶丨人灬",
)
"""What breaks a careless reader: formulas, quotes, separators, numbers that are names."""
ODD_EVERY = 60
HEADS = ("茶", "山", "雲", "竹", "小", "老", "晴", "青", "白", "月", "風", "南", "一", "花")
MIDDLES = ("香", "間", "上", "影", "舍", "友", "葉", "橋", "壺", "語", "田", "裡", "溪")
TAILS = ("客", "人", "居", "記", "儿", "酱", "先生", "_", "lover", "2026", "吖", "")


@dataclass(slots=True)
class Crowd:
    """Hands out customers, none twice.

    Attributes:
        dice: The source of chance.
        count: How many there are so far.
    """

    dice: Random
    count: int = field(default=0)

    def newcomer(self) -> str:
        """Return the nick of someone who was never there before."""
        self.count += 1
        if self.count % ODD_EVERY == ODD_EVERY // 2:
            turn, kind = divmod(self.count // ODD_EVERY, len(ODD_NICKS))
            # The first of each kind stands bare; the later ones need a number to be new.
            return f"{ODD_NICKS[kind]}{turn}" if turn else ODD_NICKS[kind]
        if self.dice.random() < 0.45:
            return f"tb{self.count * 7_919 % 1_000_000_007:09d}"
        choose = self.dice.choice
        return f"{choose(HEADS)}{choose(MIDDLES)}{choose(TAILS)}{self.count}"


def is_traditional(customer: str) -> bool:
    """Return whether the customer writes traditional characters: one in four does."""
    return sum(map(ord, customer)) % 4 == 0
