"""Forms and samples: their shapes become who scores whom, on which items and scales."""

from collections.abc import Mapping
from fractions import Fraction

from kaohe.core.figure import Level
from kaohe.core.language import Text, Words
from kaohe.policy import people_problems, problems
from kaohe.policy.context import Context, Path, words
from kaohe.policy.policy import EVERYONE, Form, FormItem, RaterRole, Sample
from kaohe.policy.shape import FormShape, RaterShape, SampleShape, ScoredItem, TrimmedShape

ROLES = ("superior", "named", "group", "peers", "self")
ONE = Fraction(1)


def read_forms(context: Context) -> Mapping[str, Form]:
    """Return the forms of a policy by name; what is wrong with them is noted."""
    return {name: _form(context, name, one) for name, one in context.shape.forms.items()}


def read_samples(context: Context) -> Mapping[str, Sample]:
    """Return the samples of a policy by name; what is wrong with them is noted."""
    return {name: _sample(context, name, one) for name, one in context.shape.samples.items()}


def _form(context: Context, name: str, shape: FormShape) -> Form:
    path: Path = ("forms", name)
    level = Level(shape.for_)
    if level is Level.DEPARTMENT and shape.who != EVERYONE:
        context.idle("who", Text("in a form with “for: person”"), path)
    if shape.due < shape.opens:
        context.problem(
            people_problems.DUE_TOO_EARLY, (*path, "due"), shape.due, due=shape.due, opens=shape.opens
        )
    trimmed = isinstance(shape.mean, TrimmedShape)
    return Form(
        name=name,
        level=level,
        who=context.group(shape.who, (*path, "who")) if level is Level.PERSON else "",
        items=_items(context, shape.items, path),
        raters={
            role: _role(context, role, one, (*path, "raters", role), level)
            for role, one in shape.raters.items()
        },
        mean="trimmed" if trimmed else "mean",
        trim=shape.mean.trimmed if isinstance(shape.mean, TrimmedShape) else 0,
        order=shape.order,
        missing=shape.missing,
        opens=shape.opens,
        due=shape.due,
        told=context.told(shape, *path),
    )


def _role(context: Context, name: str, shape: RaterShape, path: Path, level: Level) -> RaterRole:
    given = [kind for kind in ROLES if getattr(shape, "self_" if kind == "self" else kind)]
    if len(given) != 1:
        context.problem(problems.ONE_OF, path, ", ".join(given), known=", ".join(ROLES))
    kind = given[0] if given else "superior"
    if kind in ("peers", "self") and level is Level.DEPARTMENT:
        context.problem(people_problems.RATES_PEOPLE, (*path, kind), kind, key=kind)
    by = ""
    if kind == "named":
        by = context.parameter(shape.named, "texts", (*path, "named"))
    elif kind == "group" and shape.group is not None:
        by = context.group(shape.group, (*path, "group"))
    weight = _weight(context, shape.weight, path)
    return RaterRole(name, kind, by, weight, context.told(shape, *path))


def _items(context: Context, shapes: Mapping[str, ScoredItem], path: Path) -> Mapping[str, FormItem]:
    return {name: _item(context, name, one, (*path, "items", name)) for name, one in shapes.items()}


def _item(context: Context, name: str, shape: ScoredItem, path: Path) -> FormItem:
    low, high = context.number(shape.from_, (*path, "from")), context.number(shape.to, (*path, "to"))
    known = low is not None and high is not None
    low, high = low or Fraction(0), high if high is not None else (low or Fraction(0)) + 1
    if known and low >= high:
        key = "from" if shape.to == ScoredItem.model_fields["to"].default else "to"
        context.problem(people_problems.SCALE, (*path, key), name=name, low=shape.from_, high=shape.to)
    return FormItem(
        name=name,
        weight=_weight(context, shape.weight, path),
        low=low,
        high=high,
        anchors=dict(_anchors(context, name, shape, path, (low, high))),
        told=context.told(shape, *path),
    )


def _anchors(
    context: Context, name: str, shape: ScoredItem, path: Path, scale: tuple[Fraction, Fraction]
) -> Mapping[Fraction, Words]:
    """Return what scores mean, highest first; a score that is not on the scale is noted."""
    anchors: dict[Fraction, Words] = {}
    for key, said in shape.anchors.items():
        here = (*path, "anchors", key)
        score = context.number(key, here)
        if score is None:
            continue
        if not scale[0] <= score <= scale[1]:
            gaps = {"key": key, "name": name, "low": shape.from_, "high": shape.to}
            context.problem(people_problems.OFF_SCALE, here, key, **gaps)
        anchors[score] = words(said)
    return dict(sorted(anchors.items(), reverse=True))


def _weight(context: Context, text: str | int, path: Path) -> Fraction:
    weight = context.number(text, (*path, "weight"))
    if weight is not None and weight <= 0:
        context.problem(people_problems.NO_WEIGHT, (*path, "weight"), str(text), key="weight")
        return ONE
    return weight or ONE


def _sample(context: Context, name: str, shape: SampleShape) -> Sample:
    path: Path = ("samples", name)
    share = context.number(shape.second_share, (*path, "second_share")) or Fraction(0)
    if not 0 <= share <= 1:
        context.problem(
            people_problems.NOT_A_SHARE, (*path, "second_share"), str(shape.second_share), key="second_share"
        )
    return Sample(
        name=name,
        who=context.group(shape.who, (*path, "who")),
        size=context.parameter(shape.size, "number", (*path, "size")),
        items=_items(context, shape.items, path),
        reviewers=context.group(shape.reviewers, (*path, "reviewers")) if shape.reviewers else "",
        second_share=share,
        blind=shape.blind,
        # The size is that of each person: whose a conversation is always counts.
        strata=tuple(dict.fromkeys(("person", *shape.strata))),
        told=context.told(shape, *path),
    )
