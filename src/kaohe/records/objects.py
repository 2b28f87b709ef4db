"""Folders and files of an object store that speaks S3, used as paths of this machine are.

An address such as ``s3://bucket/folder`` stands wherever a store's folder may. Where the
service is and who is asking for it is said by the environment, in the names that Delta
Lake's own library takes: ``AWS_ENDPOINT_URL``, ``AWS_REGION``, ``AWS_ACCESS_KEY_ID``,
``AWS_SECRET_ACCESS_KEY``, ``AWS_ALLOW_HTTP``, ``AWS_CONDITIONAL_PUT`` …

A file here is written whole or not at all, and there are no folders but by their names.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Self

import obstore
import pyarrow as pa
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import ObjectStore, S3Store

from kaohe.core.problem import Place, ProblemsFound
from kaohe.records import problems

SCHEME = "s3://"
RETRIES, RETRY_SECONDS = 4, 20
"""A service that is not there is told of in seconds; one that is busy gets another chance."""


@dataclass(frozen=True, slots=True, order=True)
class ObjectPath:
    """A folder or a file of an object store; it travels as its address.

    Attributes:
        address: s3://bucket/name, without a slash at its end.
    """

    address: str

    @classmethod
    def of(cls, address: str) -> Self:
        """Return the path at an address.

        Raises:
            ProblemsFound: It names no bucket.
        """
        bucket, _, key = address.removeprefix(SCHEME).partition("/")
        if not address.startswith(SCHEME) or not bucket:
            raise ProblemsFound([problems.NOT_AN_ADDRESS.at(Place(), address)])
        return cls(f"{SCHEME}{bucket}/{key}".rstrip("/"))

    def __truediv__(self, name: str) -> "ObjectPath":
        return ObjectPath(f"{self.address}/{name}")

    def __str__(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        """The last part of the address."""
        return self.address.rpartition("/")[2]

    @property
    def _bucket(self) -> str:
        return self.address.removeprefix(SCHEME).partition("/")[0]

    @property
    def _key(self) -> str:
        return self.address.removeprefix(SCHEME).partition("/")[2]

    @property
    def _service(self) -> ObjectStore:
        said = tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))
        return _service(self._bucket, said)

    def absolute(self) -> Self:
        """Return the address itself: it is the same everywhere."""
        return self

    def exists(self) -> bool:
        """Return whether there is a file at this address."""
        with self._told():
            try:
                obstore.head(self._service, self._key)
            except FileNotFoundError:
                return False
            return True

    is_file = exists

    def read_bytes(self) -> bytes:
        """Return a file's content.

        Raises:
            FileNotFoundError: There is none.
        """
        with self._told():
            return bytes(obstore.get(self._service, self._key).bytes())

    def ranges(self, begins: Sequence[int], ends: Sequence[int]) -> list[pa.Buffer]:
        """Return parts of a file, those that lie near each other in one request.

        Raises:
            FileNotFoundError: There is none.
        """
        with self._told():
            found = obstore.get_ranges(self._service, self._key, starts=begins, ends=ends)
            return [pa.py_buffer(one) for one in found]

    def part(self, offset: int, size: int) -> pa.Buffer:
        """Return a part of a file; fewer bytes where it ends before.

        Raises:
            FileNotFoundError: There is none.
        """
        with self._told():
            return pa.py_buffer(obstore.get_range(self._service, self._key, start=offset, length=size))

    def write_bytes(self, content: bytes | Path) -> None:
        """Write a file; until it is whole, what was there before stands."""
        with self._told(absent_too=True):
            obstore.put(self._service, self._key, content)

    def unlink(self) -> None:
        """Remove a file."""
        with self._told():
            obstore.delete(self._service, self._key)

    def below(self) -> Iterator[tuple["ObjectPath", float]]:
        """Yield every file below this address, with the seconds since 1970 (UTC) when it was written."""
        with self._told():
            for batch in obstore.list(self._service, self._key):
                for one in batch:
                    yield (
                        ObjectPath(f"{SCHEME}{self._bucket}/{one['path']}"),
                        one["last_modified"].timestamp(),
                    )

    @contextmanager
    def _told(self, *, absent_too: bool = False) -> Iterator[None]:
        """Tell what the service refuses as a problem; a file that is not there stays an error of Python's."""
        try:
            yield
        except BaseError as error:
            if isinstance(error, NotFoundError) and not absent_too:
                raise
            reason = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
            raise ProblemsFound([problems.OUT_OF_REACH.at(Place(self.address), reason=reason)]) from error


Where = Path | ObjectPath
"""Where a store may lie."""


def where(text: str) -> Where:
    """Return the place that a text names: an address of an object store, or a path of this machine.

    Raises:
        ProblemsFound: It is an address of something else.
    """
    return ObjectPath.of(text) if "://" in text else Path(text)


def moved(file: Path, target: Where) -> None:
    """Move a complete file of this machine to where it belongs; it is there whole or not at all."""
    if isinstance(target, Path):
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
        return
    target.write_bytes(file)
    file.unlink()


@lru_cache(maxsize=16)
def _service(bucket: str, said: tuple[tuple[str, str], ...]) -> ObjectStore:
    """Return the service that holds a bucket; who asks, and where, it takes from the environment itself."""
    plain = dict(said).get("AWS_ALLOW_HTTP", "").lower() in {"1", "true", "yes"}
    return S3Store(
        bucket,
        client_options={"allow_http": plain},
        retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=RETRY_SECONDS)},
    )
