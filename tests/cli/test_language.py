"""Whatever kaohe says, mistakes and help too, it says in the language that was chosen."""

import re
from collections.abc import Iterator

import pytest
from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

from cli.calling import called
from kaohe.cli.commands import app
from kaohe.cli.speaking import paragraphs, spoken
from kaohe.cli.terminal import language_of
from kaohe.core.language import Language, catalogue
from kaohe.records.formats import FORMATS

CHINESE = (Language.ZH_HANT, Language.ZH_HANS)
HAN = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile("[a-z]+ [a-z]+ [a-z]+")
"""Three words in a row are a sentence left in English; a command or an option is no such thing."""


def helped(command: TyperGroup) -> Iterator[str]:
    """Yield every paragraph of help of a command and of those below it."""
    commands = [command]
    while commands:
        one = commands.pop()
        asks_help = one.get_help_option(Context(one))
        parameters = [*one.params, *([asks_help] if asks_help else [])]
        yield from paragraphs(one.help or "")
        for parameter in parameters:
            yield from paragraphs(getattr(parameter, "help", "") or "")
        commands += getattr(one, "commands", {}).values()


@pytest.mark.parametrize("language", CHINESE)
def test_every_paragraph_of_help_is_translated(language: Language) -> None:
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    texts = {text for text in helped(command) if text}
    assert len(texts) > 50
    assert not texts - catalogue(language).keys()
    assert all(HAN.search(text) for text in helped(spoken(app, language)) if text)


def named(command: TyperGroup, *above: str) -> Iterator[tuple[str, ...]]:
    """Yield the words that call a command, and those below it."""
    yield above
    for name, one in command.commands.items():
        if isinstance(one, TyperGroup):
            yield from named(one, *above, name)
        else:
            yield *above, name


@pytest.mark.parametrize("language", Language)
def test_help_fits_a_terminal_of_eighty_columns(language: Language) -> None:
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    for words in named(command):
        page = called(*words, "--help", "--language", language.value, COLUMNS="80").out
        usage = {"en": "Usage: ", "zh-Hant": "用法：", "zh-Hans": "用法："}[language.value]
        assert f" {usage}{' '.join(('kaohe', *words))} " in page
        assert "…" not in re.sub(r"(pay.total|pool) …", "", page), page


def test_the_language_can_be_said_to_any_command_of_the_line() -> None:
    said = {
        called(*words).out
        for words in (
            ("--language", "zh-Hant", "policy", "list"),
            ("policy", "--language", "zh-Hant", "list"),
            ("policy", "list", "--language", "zh-Hant"),
        )
    }
    assert len(said) == 1
    assert HAN.search(said.pop())


def test_a_language_of_the_environment_that_there_is_not_is_told_and_the_command_runs() -> None:
    listed = called("policy", "list", KAOHE_LANGUAGE="xx", LANG="zh_TW.UTF-8")
    assert (listed.status, listed.out) == (0, called("policy", "list", "--language", "zh-Hant").out)
    assert "[U124]" in listed.said
    assert all(one.value in listed.said for one in Language)
    assert HAN.search(listed.said)
    assert called("policy", "list", KAOHE_LANGUAGE="zh-Hans").said == ""


def test_the_help_of_import_names_every_format() -> None:
    page = called("import", "--help", COLUMNS="200").out
    assert all(name in page for name in FORMATS)


USAGE = (
    ("appraise",),
    ("apraise",),
    ("policy", "lint"),
    ("policy", "lint", "a", "b"),
    ("measures", "--from", "2026-10-32"),
    ("measures", "--as-of", "20261031"),
    ("import", "--into", "x", "--format", "taobao", "y"),
    ("import", "--timezone", "Asia/Shanghia", "y"),
    ("explain", "--languag", "en"),
    ("explain", "--depth", "x"),
    ("explain", "--depth", "99"),
    ("demo", "--scale", "0"),
    ("demo", "--scale", "big"),
    ("policy", "list", "--language"),
    ("appraise", "--version=3"),
    ("period", "--language", "zh-Hantt", "list"),
    ("import", "--into", "x", "--format", "table", "--encoding", "klingon", "y"),
)


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_wrong_usage_is_told_in_the_chosen_language_with_status_two(arguments: tuple[str, ...]) -> None:
    for language in Language:
        wrong = called(*arguments, KAOHE_LANGUAGE=language.value)
        assert wrong.status == 2
        assert wrong.out == ""
        first = wrong.said.splitlines()[0]
        assert re.search(r"\[U1\d\d\]$", first)
        assert bool(HAN.search(first)) is (language is not Language.EN)
        if language is not Language.EN:
            assert not ENGLISH.search(wrong.said.replace("kaohe policy lint --help", "")), wrong.said


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (("apraise",), "appraise"),
        (("import", "--into", "x", "--format", "taobao-order", "y"), "taobao-orders"),
        (("import", "--timezone", "Asia/Shanghia", "y"), "Asia/Shanghai"),
        (("explain", "--languag", "en"), "--language"),
    ],
)
def test_a_slip_of_the_keyboard_is_mended_by_its_cure(wrong: tuple[str, ...], right: str) -> None:
    assert f"Did you mean “{right}”?" in called(*wrong).said


def test_problems_that_end_a_command_are_told_in_its_language() -> None:
    for language, said in (
        (Language.ZH_HANT, "錯誤："),
        (Language.ZH_HANS, "错误："),
        (Language.EN, "error: "),
    ):
        asked = ("policy", "lint", "nowhere", f"--language={language.value}")
        assert called(*asked, LANG="zh_TW.UTF-8").said.startswith(said)


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ((), {}, Language.EN),
        ((), {"LANG": "zh_TW.UTF-8"}, Language.ZH_HANT),
        ((), {"LANG": "zh_CN.UTF-8"}, Language.ZH_HANS),
        ((), {"LANG": "zh_CN.UTF-8", "KAOHE_LANGUAGE": "zh-Hant"}, Language.ZH_HANT),
        ((), {"LANG": "zh_CN.UTF-8", "KAOHE_LANGUAGE": "Klingon"}, Language.ZH_HANS),
        (("--language", "en"), {"KAOHE_LANGUAGE": "zh-Hant"}, Language.EN),
        (("--language=zh-Hans",), {}, Language.ZH_HANS),
        (("--language", "Klingon"), {"LANG": "zh_HK"}, Language.ZH_HANT),
    ],
)
def test_the_command_line_counts_before_the_environment(
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    language: Language,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "KAOHE_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of(arguments) is language
