"""Opening records wherever they are: in a plain directory or in a store."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from kaohe.core.problem import Place, ProblemsFound
from kaohe.records import fileproblems, problems
from kaohe.records.directory import open_directory
from kaohe.records.objects import ObjectPath, Where
from kaohe.records.schema import REQUIRED
from kaohe.records.source import Records
from kaohe.records.store import is_store, open_store


def open_records(path: Where, *, timezone: ZoneInfo, required: Sequence[str] = REQUIRED) -> Records:
    """Open a plain records directory or a store.

    Args:
        path: The directory, or the address of a store in an object store.
        timezone: The zone of the shop's clocks, that of the rules; times with an
            offset are converted to it.
        required: The tables that must be there. Where the measures come from
            elsewhere, ``("people",)`` will do.

    Raises:
        ProblemsFound: With everything that is wrong, if anything keeps the records out.
    """
    if isinstance(path, ObjectPath) and not is_store(path):
        raise ProblemsFound([problems.NO_STORE_THERE.at(Place(str(path)))])
    if isinstance(path, ObjectPath) or (path.is_dir() and is_store(path)):
        return open_store(path, zone=timezone, required=required)
    if not path.is_dir():
        raise ProblemsFound([fileproblems.NO_DIRECTORY.at(Place(str(path)), path=str(path))])
    return open_directory(path, zone=timezone, required=required)
