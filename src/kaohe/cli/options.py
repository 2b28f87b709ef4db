"""The options of the commands; several share most of them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from typer import Option

from kaohe.appraisal.resampling import REPLICATES, Resampling
from kaohe.cli.terminal import default_language
from kaohe.cli.usage import WrongValue
from kaohe.core.language import Language, Text
from kaohe.measures.engine_choice import EngineName
from kaohe.policy.context import day as day_of
from kaohe.records.objects import where


def day(text: str) -> date:
    """Return the day that an option names; anything else is wrong usage."""
    named = day_of(text)
    if named is None:
        raise WrongValue(text, Text("a day such as 2026-10-31"))
    return named


@dataclass(frozen=True, slots=True)
class SparkSetting:
    """A setting of Spark."""

    name: str
    value: str

    @classmethod
    def of(cls, text: str) -> "SparkSetting":
        """Return the setting that an option gives; anything else is wrong usage."""
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise WrongValue(text, Text("a name and a value, such as spark.executor.memory=4g"))
        return cls(name, value)


class CertaintyName(StrEnum):
    """How sure intervals are, in per cent, or that there are none."""

    NINETY = "90"
    NINETY_FIVE = "95"
    NINETY_NINE = "99"
    OFF = "off"

    def resampling(self, seed: int, replicates: int = REPLICATES) -> Resampling | None:
        """Return how it is found out how sure figures and places are; None: not at all."""
        if self is CertaintyName.OFF:
            return None
        return Resampling(level=int(self) / 100, replicates=replicates, seed=seed)


LanguageOption = Annotated[
    Language,
    Option(
        "--language",
        default_factory=default_language,
        show_default="the terminal's",
        metavar="LANGUAGE",
        help="What is printed and written is in zh-Hant, zh-Hans or en.",
    ),
]


def in_language(language: LanguageOption) -> None:
    """Let a group of commands be asked in a language: what speaks it was settled before it is called."""
    del language


# Any: Typer knows no unions. It is a ``Where``, as its parser says.
RecordsOption = Annotated[
    Any,
    Option(
        "--records",
        parser=where,
        metavar="PATH",
        help="A records directory, or a store: a folder, or an address such as s3://bucket/store.",
    ),
]
StoreOption = Annotated[
    Any,
    Option(
        "--into",
        parser=where,
        metavar="PATH",
        help="The store: a folder, or an address such as s3://bucket/store; made if it is missing.",
    ),
]
OutOption = Annotated[Path, Option("--out", help="The folder to write into.")]
FirstOption = Annotated[date, Option("--from", parser=day, metavar="DAY", help="The first day.")]
LastOption = Annotated[date, Option("--to", parser=day, metavar="DAY", help="The last day.")]
AsOfOption = Annotated[
    date,
    Option("--as-of", parser=day, metavar="DAY", help="The last day whose records are complete."),
]
RulesOption = Annotated[Path | None, Option("--rules", help="The rules of the measures (YAML).")]
EngineOption = Annotated[
    EngineName,
    Option("--engine", metavar="ENGINE", help="Who computes: local (this process) or spark (a cluster)."),
]
SparkMasterOption = Annotated[
    str,
    Option(
        "--spark-master", help="For the engine spark: the cluster, such as spark://host:7077 or local[2]."
    ),
]
SparkConfigOption = Annotated[
    list[SparkSetting] | None,
    Option(
        "--spark-config",
        parser=SparkSetting.of,
        metavar="NAME=VALUE",
        help="For the engine spark: a setting of Spark; may be repeated.",
    ),
]
PolicyOption = Annotated[str, Option("--policy", help="A policy file, or a shipped policy's name.")]
PeriodOption = Annotated[str, Option("--period", help="The appraisal period, such as 2026-10.")]
ParametersOption = Annotated[
    Path | None, Option("--parameters", help="Parameters of the policy for this run (YAML).")
]
HistoryOption = Annotated[
    list[Path] | None,
    Option(
        "--history", help="Figures of earlier periods, such as last month's figures.csv; may be repeated."
    ),
]
MeasuresOption = Annotated[
    Path | None, Option("--measures", help="Take the measures from this file instead of computing them.")
]
FigureOption = Annotated[str, Option("--figure", help="The figure: pay.total, order_rate.points, pool …")]
PersonOption = Annotated[
    str, Option("--person", help="Whose: a person's id or name; without it, the department's.")
]
SpanOption = Annotated[str, Option("--span", help="A span such as 2026-10-W2; without it, all of them.")]
CustomerOption = Annotated[str, Option("--customer", help="Show the chats with this customer behind it.")]
DepthOption = Annotated[int, Option("--depth", min=0, max=9, help="How many levels of inputs to open.")]
CertaintyOption = Annotated[
    CertaintyName,
    Option(
        "--certainty",
        metavar="LEVEL",
        help="How sure intervals are, in per cent: 90, 95 or 99; off: figures and places without them.",
    ),
]
CertaintySeedOption = Annotated[int, Option("--seed", min=0, help="What the draws by chance begin with.")]
HistoryBooksOption = Annotated[
    Path | None,
    Option("--books", help="Books whose closed figures are the history; go before --history."),
]
