"""Reasons of what people said: who gave what, down to each score, and who has not said anything yet."""

from collections.abc import Sequence
from fractions import Fraction

from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.formulas import Lens
from kaohe.appraisal.marks import HUNDRED, Asked
from kaohe.appraisal.ratings import Rated, SampleReviews, Seen
from kaohe.core.figure import FactRef, Node, Unit
from kaohe.core.language import Language, Text, Words, say
from kaohe.policy.expression import RatersMissing, Reviewed, Reviews, Score
from kaohe.policy.policy import Form, FormItem

ONE = Fraction(1)


def asked_node(
    evaluator: Evaluator, expression: Score | RatersMissing | Reviewed | Reviews, lens: Lens, subject: str
) -> Node:
    """Return the computation behind what people said of a subject."""
    whose = evaluator.whose(lens.level, lens.level, subject)
    match expression:
        case Score():
            return _score(evaluator, expression, lens, whose)
        case RatersMissing(name):
            form = evaluator.ratings.form(name, lens.period)
            missing = (*form.missing(whose), *form.unfilled(whose))
            return _count(f"raters.{name}", missing, whose, lens)
        case Reviewed(name, item):
            return _reviewed(evaluator.ratings.sample(name, lens.period), item, lens, whose)
        case Reviews(name):
            seen = evaluator.ratings.sample(name, lens.period).seen(whose)
            return _count(f"reviews.{name}", [one.case for one in seen], whose, lens)


def _count(name: str, those: Sequence[str], subject: str, lens: Lens) -> Node:
    span = lens.period.label
    args = tuple(Node("fact", value=True, ref=FactRef(name, subject, span, one)) for one in those)
    return Node("count", Fraction(len(those)), args, unit=Unit.COUNT)


# Forms


def _score(evaluator: Evaluator, score: Score, lens: Lens, subject: str) -> Node:
    """The mean of the raters, each with the scores behind what they gave."""
    form = evaluator.ratings.form(score.form, lens.period)
    opinion = form.opinion(subject, score.item, score.role)
    name = f"scores.{score.form}"

    def node(rated: Rated) -> Node:
        if score.item:
            return _leaf(f"{name}.{score.item}", subject, lens, rated.rater, rated.score)
        ref = FactRef(name, subject, lens.period.label, rated.rater)
        items = []
        for one, item in form.asked.items.items():
            leaf = _leaf(f"{name}.{one}", subject, lens, rated.rater, rated.items[one])
            items.append((item.weight, _scaled(form.asked, one, leaf)))
        return Node("rated", rated.score, (_mean(items),), ref=ref)

    if not opinion.kept:
        whole = f"{name}.{score.item}" if score.item else name
        return Node("fact", None, ref=FactRef(whole, subject, lens.period.label))
    mean = _mean([(one.weight, node(one)) for one in opinion.kept])
    if not opinion.dropped:
        return mean
    return Node("trimmed", mean.value, (mean, *map(node, opinion.dropped)))


def _leaf(name: str, subject: str, lens: Lens, by: str, score: Fraction) -> Node:
    return Node("fact", score, ref=FactRef(name, subject, lens.period.label, by))


def _scaled(asked: Asked, item: str, leaf: Node) -> Node:
    """Return a score as it is averaged: as it stands where all items have one scale, else of 100."""
    if len({(one.low, one.high) for one in asked.items.values()}) == 1:
        return leaf
    hundred = Node("literal", HUNDRED)
    part = _part(asked.items[item], leaf)
    return Node("*", _number(part) * HUNDRED, (part, hundred))


def _part(item: FormItem, leaf: Node) -> Node:
    """Return which part of full marks a score is."""
    above = leaf
    if item.low:
        above = Node("-", _number(leaf) - item.low, (leaf, Node("literal", item.low)))
    width = item.high - item.low
    if width == ONE:
        return above
    return Node("/", _number(above) / width, (above, Node("literal", width)), unit=Unit.RATIO)


def _mean(weighed: Sequence[tuple[Fraction, Node]]) -> Node:
    """Return a weighted mean; where all weigh alike, a plain one."""
    if len({weight for weight, _ in weighed}) <= 1:
        nodes = tuple(node for _, node in weighed)
        values = [_number(node) for node in nodes]
        mean = sum(values, Fraction(0)) / len(values) if values else None
        return Node("mean", mean, nodes, unit=nodes[0].unit if nodes else None)
    terms = tuple(
        Node("*", weight * _number(node), (Node("literal", weight), node)) for weight, node in weighed
    )
    total = sum((_number(term) for term in terms), Fraction(0))
    weights = sum((weight for weight, _ in weighed), Fraction(0))
    return Node("/", total / weights, (Node("sum", total, terms), Node("literal", weights)))


def _number(node: Node) -> Fraction:
    assert isinstance(node.value, Fraction)
    return node.value


# Samples


def _reviewed(sample: SampleReviews, item: str, lens: Lens, person: str) -> Node:
    """The mean of a person's conversations, each with its reviewers."""
    nodes = [(ONE, _conversation(sample, one, item, lens, person)) for one in sample.seen(person, item)]
    if not nodes:
        return Node("fact", None, ref=FactRef(f"reviews.{sample.sample.name}", person, lens.period.label))
    return _mean(nodes)


def _conversation(sample: SampleReviews, seen: Seen, item: str, lens: Lens, person: str) -> Node:
    ref = FactRef(f"reviews.{sample.sample.name}", person, lens.period.label, seen.case)
    reviewers = [(ONE, _review(sample, seen, item, lens, person, by)) for by in seen.reviewers]
    return Node("rated", seen.mean, (_mean(reviewers),), ref=ref, unit=Unit.RATIO)


def _review(  # noqa: PLR0913 - one score of one reviewer has so many names
    sample: SampleReviews, seen: Seen, item: str, lens: Lens, person: str, by: str
) -> Node:
    name = f"reviews.{sample.sample.name}"
    scores = sample.sheet.of(person, seen.case)[by]
    wanted = [item] if item else list(sample.asked.items)
    parts = [
        (
            sample.asked.items[one].weight,
            _part(sample.asked.items[one], _leaf(f"{name}.{one}", person, lens, by, scores[one])),
        )
        for one in wanted
    ]
    return _mean(parts)


# Who has not said anything


def unheard(evaluator: Evaluator, form: Form, raters: Sequence[str], roles: Sequence[str]) -> Words:
    """Return the sentence on who has not filled in a form, in every language."""
    return {language: _unheard(evaluator, form, raters, roles, language) for language in Language}


def _unheard(
    evaluator: Evaluator, form: Form, raters: Sequence[str], roles: Sequence[str], language: Language
) -> str:
    titled = say(form.told.title, language) or form.name
    comma = Text(", ").to(language)
    named = [evaluator.facts.cell("people", "name", one, "") or one for one in raters]
    nobody = [
        Text("{role} (nobody)").filled(role=say(form.raters[one].told.title, language) or one).to(language)
        for one in roles
    ]
    listed = comma.join([*map(str, named), *nobody])
    return Text("“{form}” is not filled in yet by {raters}").filled(form=titled, raters=listed).to(language)
