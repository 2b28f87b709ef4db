"""A server that speaks S3 over HTTP, as a process of this machine, on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from urllib.error import URLError
from urllib.request import Request, urlopen

BUCKET = "kaohe"
PATIENCE_SECONDS = 30


@contextmanager
def object_store() -> Iterator[str]:
    """Run the server with one bucket, the environment saying where it is; yield the bucket's address."""
    port = _free_port()
    program = Path(sys.executable).with_name("moto_server")
    server = subprocess.Popen(
        [program, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _make_bucket(address)
        with patch.dict(os.environ, environment(address)):
            yield f"s3://{BUCKET}"
    finally:
        server.terminate()
        server.wait()


def environment(address: str) -> dict[str, str]:
    """What the environment says of a service."""
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "anybody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_ALLOW_HTTP": "true",
        "AWS_CONDITIONAL_PUT": "etag",
    }


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _make_bucket(address: str) -> None:
    begun = time.monotonic()
    while True:
        try:
            urlopen(Request(f"{address}/{BUCKET}", method="PUT")).close()
        except URLError:
            if time.monotonic() - begun > PATIENCE_SECONDS:
                raise
            time.sleep(0.05)
        else:
            return
