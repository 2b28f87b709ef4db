"""What a closed version says of itself: a manifest, sealed by its digest.

The seal is the SHA-256 of the manifest's bytes. The manifest names the SHA-256 of every
other file of the version, the seal of the version before it, and the seals of the
versions of earlier periods that its figures were computed from: one seal on paper vouches
for all of it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any

from kaohe.appraisal.resampling import Resampling
from kaohe.core.language import Language, Words

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Waived:
    """Something that blocked the closing, and why it was closed all the same.

    Attributes:
        name: How the books call it, such as ``no_target/p07``.
        says: What it said.
        reason: Why it was passed over.
    """

    name: str
    says: Words
    reason: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A version of an earlier period whose figures were looked at."""

    period: str
    version: int
    seal: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was closed, from what, by whom.

    Attributes:
        period: The period's label.
        first: Its first day.
        last: Its last day.
        version: 1 for a closing, more for a correction.
        as_of: The last day whose records were complete.
        by: Who closed it.
        at: When, ISO 8601 with the offset of the zone.
        because: Why it was corrected; blank for a closing.
        engine: The version of kaohe that computed it.
        policy: The policy's name.
        policy_version: The policy's version.
        policy_digest: A name for the policy's content, overrides included.
        policy_file: How reasons call the policy's file.
        spans: The labels of all spans that its figures stand at.
        totals: The figures that payslips end in.
        rules: A name for the rules of the measures.
        measured: The first and last days of the spans that were measured.
        store: The store's version: table → version.
        waived: What was passed over.
        appeals: The upheld appeals whose entries count in it.
        seen: The versions of earlier periods that its figures were computed from.
        before: The seal of the version before; blank for the first.
        files: Every file of the version but the manifest → its SHA-256.
        certainty: How the intervals that it keeps were found; None: it keeps none.
    """

    period: str
    first: date
    last: date
    version: int
    as_of: date
    by: str
    at: str
    because: str
    engine: str
    policy: str
    policy_version: int
    policy_digest: str
    policy_file: str
    spans: tuple[str, ...]
    totals: tuple[str, ...]
    rules: str
    measured: tuple[tuple[date, date], ...]
    store: Mapping[str, int]
    waived: tuple[Waived, ...] = ()
    appeals: tuple[int, ...] = ()
    seen: tuple[Seen, ...] = ()
    before: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    certainty: Resampling | None = None

    def content(self) -> bytes:
        """Return the manifest as its file holds it; equal manifests give equal bytes."""
        plain = {"format": FORMAT, **asdict(self)}
        return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode() + b"\n"

    def sealing(self, files: Mapping[str, bytes]) -> "Manifest":
        """Return the manifest with the digests of these files."""
        return replace(self, files={name: digest(content) for name, content in sorted(files.items())})


def digest(content: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return sha256(content).hexdigest()


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest that a file holds.

    Raises:
        ValueError: It holds none, or one of a later kaohe.
    """
    try:
        plain: dict[str, Any] = json.loads(content)
        if plain.pop("format") != FORMAT:
            plain = {}
        plain |= {name: date.fromisoformat(plain[name]) for name in ("first", "last", "as_of")}
        plain |= {name: tuple(plain[name]) for name in ("spans", "totals", "appeals")}
        days = [tuple(map(date.fromisoformat, span)) for span in plain["measured"]]
        plain["measured"] = tuple(days)
        plain["seen"] = tuple(Seen(**one) for one in plain["seen"])
        plain["waived"] = tuple(
            Waived(one["name"], {Language(key): text for key, text in one["says"].items()}, one["reason"])
            for one in plain["waived"]
        )
        # A version of an earlier kaohe says nothing of intervals.
        how = plain.get("certainty")
        plain["certainty"] = Resampling(**how) if how else None
        return Manifest(**plain)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from None
