"""In which language a page speaks: the reader's choice, else the browser's, else Traditional Chinese."""

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import translation

from kaohe.core.language import Language, Text, Words
from kaohe.core.language import say as say_words

COOKIE = "kaohe-language"
OF_DJANGO = {Language.ZH_HANT: "zh-hant", Language.ZH_HANS: "zh-hans", Language.EN: "en"}
"""What Django's own catalogues call the languages."""
NAMES = {Language.ZH_HANT: "繁體中文", Language.ZH_HANS: "简体中文", Language.EN: "English"}
IN_ORDER = tuple(Language)
"""The order of the languages wherever something is kept in all three."""
Sayable = Text | Words | Sequence[str] | str | None


def language_of(request: HttpRequest) -> Language:
    """Return the language that a request asks for."""
    user = getattr(request, "user", None)
    for chosen in (getattr(user, "language", ""), request.COOKIES.get(COOKIE, "")):
        if chosen in set(Language):
            return Language(chosen)
    return accepted(request.headers.get("Accept-Language", ""))


def accepted(header: str) -> Language:
    """Return the first language of an ``Accept-Language`` header that kaohe speaks."""
    for entry in header.split(","):
        tag = entry.partition(";")[0].strip().lower()
        if tag.startswith("zh"):
            simplified = any(part in tag.split("-") for part in ("cn", "sg", "my", "hans"))
            return Language.ZH_HANS if simplified else Language.ZH_HANT
        if tag.startswith("en"):
            return Language.EN
    return Language.ZH_HANT


def to(thing: Sayable, language: Language) -> str:
    """Say a thing: a text of the catalogues, words of an author, or what was kept in all languages.

    Args:
        thing: What is said; a sequence holds it in each language, in their order.
        language: The language.
    """
    match thing:
        case None:
            return ""
        case str():
            return thing
        case Text():
            return thing.to(language)
        case Mapping():
            return say_words({Language(key): text for key, text in thing.items()}, language)
    return thing[IN_ORDER.index(language)]


def sentence(english: str, language: Language, gaps: Mapping[str, object]) -> str:
    """Say a sentence that a template has written out."""
    return Text(english, gaps).to(language)


def in_all(text: Text) -> dict[str, str]:
    """Return a text in all languages, as rows of the database keep it."""
    return {language.value: text.to(language) for language in Language}


class LanguageMiddleware:
    """Gives every request its ``language``, and Django's own texts the same one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request in its language."""
        language = language_of(request)
        request.language = language  # type: ignore[attr-defined]
        with translation.override(OF_DJANGO[language]):
            response = self.get_response(request)
            # A page that renders when it is sent speaks the language that it was asked in.
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response.render()
        response.headers.setdefault("Content-Language", language.value)
        return response
