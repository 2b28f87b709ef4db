"""``serve``: the web application, until Ctrl-C."""

from pathlib import Path
from typing import Annotated

import typer

from kaohe.cli.options import LanguageOption
from kaohe.cli.terminal import say
from kaohe.core.language import Language, Text
from kaohe.periods.folders import see_writable
from kaohe.web.serving import Serving
from kaohe.web.serving import serve as served


def serve(
    data: Annotated[Path, typer.Option("--data", help="The folder with everything that it keeps.")],
    language: LanguageOption,
    host: Annotated[str, typer.Option("--host", help="The address that it listens on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="The port.")] = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="Name the demo's accounts at the sign-in.")] = False,
) -> None:
    """Serve the web application: pages for everyone at the desk, and the worker that does the jobs."""
    see_writable(data)
    data.mkdir(parents=True, exist_ok=True)
    serve_place(Serving(data, host, port, demo=demo), language)


def serve_place(serving: Serving, language: Language) -> None:
    """Serve a place until somebody stops it, and say where it is."""

    def ready() -> None:
        text = Text("The web application: {address} (Ctrl-C ends it)")
        say(text.filled(address=serving.address), language)

    served(serving, ready=ready)
