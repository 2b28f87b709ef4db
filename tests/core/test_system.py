"""What the operating system refuses is said in our words, in three languages."""

import errno
import os
from pathlib import Path

import pytest

from kaohe.core.document import read_document
from kaohe.core.language import Language, Text
from kaohe.core.system import REFUSALS, refusal


def refused(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", REFUSALS)
def test_a_usual_refusal_is_said_in_every_language_with_the_systems_words_behind(number: int) -> None:
    said = refusal(refused(number))
    assert isinstance(said, Text)
    words = {language: said.to(language) for language in Language}
    assert len(set(words.values())) == len(Language) or number in (errno.ENOENT, errno.EEXIST)
    assert all(os.strerror(number) in one for one in words.values())


def test_an_unusual_refusal_keeps_the_systems_words() -> None:
    assert refusal(refused(errno.EXDEV)) == os.strerror(errno.EXDEV)
    assert refusal(OSError("the disk says no")) == "the disk says no"


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    problem = read_document(tmp_path / "mine.yaml").problems[0]
    assert "沒有這個檔案或資料夾（No such file or directory）" in problem.message.to(Language.ZH_HANT)
    assert "there is no such file or folder (No such" in str(problem.message)
