"""Why somebody who is in the statement is not appraised: the condition of the group that they miss."""

from collections.abc import Iterator

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FactRef, Node
from kaohe.core.language import Language, Text
from kaohe.policy.policy import EMPLOYED
from kaohe.statements.layout import appraised_group
from kaohe.statements.words.conditions import deciding, facts, named_value
from kaohe.statements.words.voice import Voice

GROUPS = "groups."
MISSING = {
    "people.regular": Text("on probation"),
    f"{GROUPS}{EMPLOYED}": Text("not employed in the period"),
}
"""What is said of somebody of whom such a fact does not hold."""


def not_appraised(appraisal: Appraisal, person: str, language: Language, *, brief: bool = False) -> str:
    """Return why nothing sums a person's period up; blank for who is appraised.

    Said are the groups of the policy that set the person apart, such as those who cover,
    and the facts that keep the person out.

    Args:
        appraisal: The appraisal.
        person: Who.
        language: The reader's language.
        brief: Whether a group that sets the person apart is enough said.
    """
    group = appraised_group(appraisal.policy)
    if not group or person in appraisal.people(group):
        return ""
    voice = Voice(appraisal, language)
    apart = voice.clauses(_apart(voice, group, person))
    because = voice.clauses(dict.fromkeys(_reasons(voice, group, person)))
    if apart and because and not brief:
        because = voice.text(Text("{thing} ({note})"), thing=apart, note=because)
    text = Text("not appraised: {because}") if because or apart else Text("not appraised")
    return voice.spaced(voice.text(text, because=(apart or because) if brief else (because or apart)))


def _apart(voice: Voice, group: str, person: str) -> Iterator[str]:
    """Yield the groups that a person shares with nobody of the appraised."""
    appraisal = voice.appraisal
    appraised = set(appraisal.people(group))
    for name, one in appraisal.policy.groups.items():
        members = appraisal.people(name)
        if person in members and appraised.isdisjoint(members) and (title := voice.words(one.told.title)):
            yield title


def _reasons(voice: Voice, group: str, person: str) -> Iterator[str]:
    """Yield what keeps a person out of a group; of a group within it, what keeps them out of that."""
    for node in deciding(voice.appraisal.membership(group, person)):
        ref = node.ref
        name = ref.name if isinstance(ref, FactRef) else ""
        inner = name.removeprefix(GROUPS)
        if node.value is False and name in MISSING:
            yield voice.text(MISSING[name])
        elif name.startswith(GROUPS) and inner in voice.appraisal.policy.groups and node.value is not True:
            yield from _reasons(voice, inner, person)
        elif name.startswith(GROUPS) and node.value is True:
            yield voice.text(Text("belonging to {group}"), group=voice.name(node))
        else:
            yield _fact(voice, node)


def _fact(voice: Voice, node: Node) -> str:
    """Return a fact that decided; that it is another one than was asked for goes without saying."""
    if node.op in ("==", "in") and isinstance(node.args[0].ref, FactRef):
        return named_value(voice, node.args[0])
    return facts(voice, node)
