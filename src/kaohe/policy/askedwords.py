"""What people said, as formulas ask for it, in words: ``the score for Service in Assessment``."""

from collections.abc import Mapping

from kaohe.core.language import Language, Text, say
from kaohe.policy.expression import RatersMissing, Reviewed, Reviews, Score
from kaohe.policy.policy import Policy
from kaohe.policy.told import Told

SCORES: Mapping[tuple[bool, bool], Text] = {
    (False, False): Text("the score in {form}"),
    (True, False): Text("the score for {item} in {form}"),
    (False, True): Text("the score in {form} by {raters}"),
    (True, True): Text("the score for {item} in {form} by {raters}"),
}
"""What a score is called, by whether it is for an item and by one role of raters."""


def asked_words(
    expression: Score | RatersMissing | Reviewed | Reviews, policy: Policy, language: Language
) -> str:
    """Return what people call that which a formula asks of them."""

    def titled(told: Told, name: str) -> str:
        return say(told.title, language) or name

    match expression:
        case Score(name, item, role):
            form = policy.forms[name]
            text = SCORES[bool(item), bool(role)].filled(
                form=titled(form.told, name),
                item=titled(form.items[item].told, item) if item else "",
                raters=titled(form.raters[role].told, role) if role else "",
            )
        case RatersMissing(name):
            text = Text("the raters missing in {form}").filled(form=titled(policy.forms[name].told, name))
        case Reviewed(name, item):
            sample = policy.samples[name]
            said = (
                Text("the share of full marks for {item} in {sample}")
                if item
                else Text("the share of full marks in {sample}")
            )
            item_said = titled(sample.items[item].told, item) if item else ""
            text = said.filled(item=item_said, sample=titled(sample.told, name))
        case Reviews(name):
            sample_said = titled(policy.samples[name].told, name)
            text = Text("the conversations reviewed in {sample}").filled(sample=sample_said)
    return text.to(language)
