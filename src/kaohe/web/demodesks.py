"""The desks of the demo, as whoever makes their records hands them to the place: it needs no Django."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from kaohe.core.language import Language, Words
from kaohe.web.rights import Role


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """What a desk of the demo is made over.

    Attributes:
        slug: Its name in addresses.
        title: What it is called.
        store: Its records, imported already.
        policy: The shipped policy's name.
        periods: Its periods; all but the last one are closed.
        as_of: The last day whose records are complete.
        parameters: Period → what it overrides in the policy.
        history: Files with figures of earlier periods.
        roles: Account → what it is there, and whom of the people table.
    """

    slug: str
    title: Words
    store: Path
    policy: str
    periods: Sequence[str]
    as_of: date
    parameters: Mapping[str, Path] = field(default_factory=dict)
    history: Sequence[Path] = ()
    roles: Mapping[str, tuple[Role, str]] = field(default_factory=dict)


def written(desks: Sequence[DemoDesk]) -> str:
    """Return desks as JSON."""
    return json.dumps([asdict(one) for one in desks], ensure_ascii=False, default=str)


def read(text: str) -> list[DemoDesk]:
    """Return the desks that were written."""
    return [
        DemoDesk(
            slug=one["slug"],
            title={Language(tag): words for tag, words in one["title"].items()},
            store=Path(one["store"]),
            policy=one["policy"],
            periods=one["periods"],
            as_of=date.fromisoformat(one["as_of"]),
            parameters={period: Path(file) for period, file in one["parameters"].items()},
            history=[Path(file) for file in one["history"]],
            roles={name: (Role(role), person) for name, (role, person) in one["roles"].items()},
        )
        for one in json.loads(text)
    ]
