"""What a policy's author says of a thing, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kaohe.core.language import Words
from kaohe.core.problem import Place


@dataclass(frozen=True, slots=True)
class Told:
    """What the author says of a thing.

    Attributes:
        title: What people call it.
        reading: How an open text was read here.
        place: Where it stands.
        keys: Where each of its keys stands.
    """

    title: Words = field(default_factory=dict)
    reading: Words = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    keys: Mapping[str, Place] = field(default_factory=dict)

    def at(self, *keys: str) -> Place:
        """Return where the first of these keys that is there stands; the thing itself where none is."""
        return next((self.keys[key] for key in keys if key in self.keys), self.place)
