"""The statement as one self-contained page: opens from disk, asks the network for nothing.

The page is written in one language and carries its texts in all three; its reasons
stand in it as data and open where somebody asks for one.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.language import Language, Text
from kaohe.core.writing import written_aside
from kaohe.measures.gaming import Signal
from kaohe.statements import labels
from kaohe.statements.changes import Carried
from kaohe.statements.evidence import COLUMNS, NO_CHAT, SENDERS, WAITED, EvidenceSource
from kaohe.statements.layout import departments, desk_named, weekly
from kaohe.statements.remembering import remembering
from kaohe.statements.report.charts import rankings, waterfalls
from kaohe.statements.report.evidence import CarriedRows
from kaohe.statements.report.gaming import chats_behind, worth_a_look
from kaohe.statements.report.graph import Graph
from kaohe.statements.report.people import people
from kaohe.statements.report.said import LANGUAGES, Said, Telling, Texts, plain
from kaohe.statements.report.view import Overview, View, department, findings_and_reviews

LANGUAGE_NAMES = {Language.ZH_HANT: "繁體", Language.ZH_HANS: "简体", Language.EN: "English"}
SCRIPTS = ("vendor/echarts.common.min.js", "words.js", "charts.js", "evidence.js", "reasons.js", "page.js")
DANGEROUS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Characters that could end a script element or a line of a script; JSON may write them as escapes."""


def write_report(  # noqa: PLR0913 - what is stated, and what stands beside it
    appraisal: Appraisal,
    out: Path,
    language: Language,
    *,
    evidence: EvidenceSource | None = None,
    signals: Sequence[Signal] = (),
    corrections: Sequence[Carried] = (),
) -> None:
    """Write ``statement.html``, aside first and then renamed.

    Args:
        appraisal: What is stated.
        out: The file.
        language: The language in which it opens.
        evidence: The rows behind the measures; None where the run was made from
            measures alone, and then the page says so.
        signals: What is worth a look.
        corrections: What earlier periods' corrections add to payslips.
    """
    text = page(appraisal, language, evidence=evidence, signals=signals, corrections=corrections)
    with written_aside(out) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def page(
    appraisal: Appraisal,
    language: Language,
    *,
    evidence: EvidenceSource | None = None,
    signals: Sequence[Signal] = (),
    corrections: Sequence[Carried] = (),
) -> str:
    """Return the page as text; equal appraisals give equal pages."""
    texts = Texts(language)
    texts.put(plain(""))
    telling = Telling(remembering(appraisal), texts)
    carried = CarriedRows(telling, evidence, chats_behind(signals)) if evidence else None
    graph = Graph(telling, carried.of if carried else None)
    view = {
        **_view(graph, corrections),
        "worth": worth_a_look(telling, signals, carried.chats if carried else {}),
    }
    data = {
        **graph.data(),
        **(carried.data() if carried else {"kinds": [], "chats": []}),
        "rankings": rankings(graph),
        "falls": waterfalls(graph, view["falls"]),
        "people": [{"id": f"p{index}", "n": name} for index, name in enumerate(graph.names.values())],
        "ui": {name: texts.put(telling.text(text)) for name, text in _ui().items()},
        "evidence": int(evidence is not None),
    }
    environment = surroundings(telling.texts)
    # The body is rendered first: rendering is what numbers its texts.
    body = environment.get_template("body.html").render(**view, languages=_tongues(), language=language.value)
    payload = data | {
        "languages": [one.value for one in LANGUAGES],
        "language": LANGUAGES.index(language),
        "texts": texts.data(),
    }
    return environment.get_template("page.html").render(
        title=view["title"],
        as_of=view["as_of"],
        language=language.value,
        style=asset("page.css"),
        scripts=[asset(name) for name in SCRIPTS],
        body=body,
        data=json_text(payload),
    )


def _ui() -> Mapping[str, Text]:
    """Return the words that the page's script uses by name."""
    columns = {name: COLUMNS[name] for name in ("counts", "reason")}
    return {**labels.OF_PAGE, **columns, **SENDERS, "waited": WAITED, "no_chat": NO_CHAT}


def _tongues() -> list[tuple[str, str]]:
    return [(one.value, LANGUAGE_NAMES[one]) for one in LANGUAGES]


def _view(graph: Graph, corrections: Sequence[Carried]) -> View:
    telling = graph.telling
    appraisal = telling.appraisal
    overview = Overview(graph)
    found = [department(graph, one) for one in departments(appraisal.policy)]
    falls = [fall for one in found for fall in one["falls"]]
    for number, fall in enumerate(falls):
        fall["number"] = number
    return {
        "title": telling.words(appraisal.policy.title, appraisal.policy.name),
        "about": telling.words(appraisal.policy.about),
        "policy": appraisal.policy,
        "desk": desk_named(appraisal),
        "as_of": telling.as_of(),
        "provisional": telling.provisional(),
        "elapsed": overview.elapsed(),
        "today": telling.text(labels.TODAY_MARK),
        "overview": overview.view(),
        "has_rankings": bool(weekly(appraisal.policy)),
        "trends": labels.TRENDS
        if all(one.each == "week" for one in weekly(appraisal.policy))
        else labels.OVER_TIME,
        "departments": found,
        "falls": falls,
        "people": people(graph, corrections),
        "sure_note": telling.sure_note(),
        "signals": findings_and_reviews(graph),
    }


def surroundings(texts: Texts) -> Environment:
    """Return the templates' surroundings: everything that is not marked as safe is escaped."""
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(asset),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def each(thing: Said | Text) -> Said:
        return tuple(thing.to(language) for language in LANGUAGES) if isinstance(thing, Text) else thing

    def said(thing: Said | Text) -> Markup:
        return texts.html(each(thing))

    def number(thing: Said | Text) -> int:
        return texts.put(each(thing))

    def now(thing: Said | Text) -> str:
        return texts.now(each(thing))

    environment.filters |= {"t": said, "n": number, "now": now, "hash": _hash, "raw": Markup}
    environment.globals["labels"] = labels
    return environment


def asset(name: str) -> str:
    """Return a file of the pages as text."""
    return (
        resources.files("kaohe.statements.report")
        .joinpath("page", *name.split("/"))
        .read_text(encoding="utf-8")
    )


def _hash(text: str) -> str:
    """Return how a content security policy names an inline script or style."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def json_text(data: Mapping[str, object]) -> str:
    """Return data as JSON that can stand in a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character, written in DANGEROUS.items():
        text = text.replace(character, written)
    return text
