"""The engines by name: this process's own threads, or a cluster if what it needs is installed."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum

from kaohe.core.problem import Place, ProblemsFound
from kaohe.measures import problems
from kaohe.measures.engines import Engine

SPARKS_PACKAGES = ("pyspark", "py4j")


class EngineName(StrEnum):
    """The engines that there are."""

    LOCAL = "local"
    """The threads of this process, and no others."""
    SPARK = "spark"
    """A cluster of Apache Spark."""


def engine_of(
    name: EngineName, master: str = "", settings: Mapping[str, str] | None = None
) -> AbstractContextManager[Engine | None]:
    """Return an engine, which is to be closed after use.

    Args:
        name: Its name.
        master: For Spark: the cluster; blank: all cores of this machine.
        settings: For Spark: its settings by name.

    Raises:
        ProblemsFound: It is not installed.
    """
    if name is EngineName.LOCAL:
        return nullcontext()
    try:
        from kaohe.measures import spark  # noqa: PLC0415 - an extra, not installed everywhere
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in SPARKS_PACKAGES:
            raise
        raise ProblemsFound([problems.NO_SPARK.at(Place())]) from None
    return spark.SparkEngine(master or spark.LOCAL, settings)
