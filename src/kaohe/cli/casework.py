"""``policy test``: worked cases run, each in order or with what differs."""

from fractions import Fraction
from pathlib import Path
from typing import Annotated

from rich.padding import Padding
from rich.text import Text as Line
from typer import Argument, Exit

from kaohe.appraisal.appraise import Appraisal
from kaohe.cli.options import LanguageOption
from kaohe.cli.terminal import OUT, say
from kaohe.core.figure import Figure, Level
from kaohe.core.language import Language, Text
from kaohe.core.number import plain
from kaohe.periods.cases import Differing, Worked, read_cases, work
from kaohe.policy.titles import title
from kaohe.statements.words.sentences import sentence

IN_ORDER, DIFFERS = Text("in order"), Text("differs")


def run_cases(
    name: Annotated[
        str, Argument(metavar="FILE|NAME", help="A policy file, or the name of a shipped policy.")
    ],
    language: LanguageOption,
    cases: Annotated[
        list[Path] | None,
        Argument(help="Files with worked cases; without them, the one beside the policy: NAME.cases.yaml."),
    ] = None,
) -> None:
    """Run the worked cases of a policy: does it still give what somebody computed by hand?"""
    worked = [work(case) for case in read_cases(name, cases or ())]
    for one in worked:
        _print(one, language)
    wrong = sum(bool(one.differing) for one in worked)
    text = (
        Text("Worked cases: {count}, all in order.")
        if not wrong
        else Text("Worked cases: {count}, {wrong} of them differ.")
    )
    say(text.filled(count=len(worked), wrong=wrong), language)
    if wrong:
        raise Exit(1)


def _print(worked: Worked, language: Language) -> None:
    case = worked.case
    if not worked.differing:
        OUT.print(Line.assemble((IN_ORDER.to(language), "green"), f"  {case.name}"), soft_wrap=True)
        return
    head = Line.assemble((DIFFERS.to(language), "bold red"), f"  {case.name}", (f"  {case.place}", "dim"))
    OUT.print(head, soft_wrap=True)
    for one in worked.differing:
        OUT.print(Padding(_differing(worked.appraisal, one, language), (0, 0, 0, 4)))
        if one.got is not None:
            OUT.print(Padding(Line(sentence(worked.appraisal, one.got.key, language)), (0, 0, 0, 6)))
    if case.because:
        because = Text("By hand: {because}").filled(because=case.because).to(language)
        OUT.print(Padding(Line(because, style="italic"), (0, 0, 0, 4)))


def _differing(appraisal: Appraisal, one: Differing, language: Language) -> Line:
    key = one.expected.key
    who = appraisal.name(key.subject) if key.level is Level.PERSON else key.subject
    head = Text("{who}, {figure}, {span}: expected {expected}, got {got}").filled(
        who=who,
        figure=title(key.figure, key.level, appraisal.policy, language),
        span=key.span,
        expected=_wanted(one),
        got=_got(one.got, asks_final=one.expected.final is not None),
    )
    return Line.assemble(head.to(language), (f"  {one.expected.place}", "dim"))


def _wanted(one: Differing) -> Text | str:
    expected = one.expected
    value = _value(expected.value) if expected.asks_value else None
    return _said(value, expected.final)


def _got(figure: Figure | None, *, asks_final: bool) -> Text | str:
    if figure is None:
        return Text("no such figure")
    return _said(_value(figure.value), figure.final if asks_final else None)


def _value(value: Fraction | None) -> Text | str:
    return Text("no value") if value is None else plain(value)


def _said(value: Text | str | None, final: bool | None) -> Text | str:
    """Return a value and whether it is final, as far as either is asked for."""
    state = None if final is None else Text("final") if final else Text("provisional")
    if value is None or state is None:
        return value or state or ""
    return Text("{one}, {other}").filled(one=value, other=state)
