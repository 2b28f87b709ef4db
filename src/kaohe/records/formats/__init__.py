"""The file formats that can be imported, by the name that the command line gives them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from kaohe.core.language import Text
from kaohe.core.problem import Place, ProblemsFound
from kaohe.records import fileproblems
from kaohe.records.encodings import codec
from kaohe.records.formats.qianniu_chat import open_qianniu_chat
from kaohe.records.formats.reading import Options, Reading, unused
from kaohe.records.formats.table import open_table
from kaohe.records.formats.taobao_orders import open_taobao_orders

FORMATS: Mapping[str, Callable[[Path, Options], Reading]] = {
    "table": open_table,
    "taobao-orders": open_taobao_orders,
    "qianniu-chat": open_qianniu_chat,
}
"""Each opens one file, or raises ProblemsFound."""
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "table": ("--shop", "--table", "--mapping", "--encoding"),
    "taobao-orders": ("--shop", "--encoding"),
    "qianniu-chat": ("--shop", "--account", "--encoding"),
}
"""What the user may say about the files of each format."""
FORMAT = Text("the format {format}")


def checked(format_name: str, options: Options) -> Options:
    """Return the options with their encoding as a codec.

    Raises:
        ProblemsFound: There is no such format or encoding, or an option means nothing for the format.
    """
    if format_name not in FORMATS:
        formats = ", ".join(FORMATS)
        unknown = fileproblems.UNKNOWN_FORMAT.at(Place(), format_name, format=format_name, formats=formats)
        raise ProblemsFound([unknown])
    said = {
        "--shop": options.shop,
        "--account": options.account,
        "--table": options.table,
        "--mapping": options.mapping,
        "--encoding": options.encoding,
    }
    meant = OPTIONS[format_name]
    what = FORMAT.filled(format=format_name)
    found = [unused(option, what, meant) for option, value in said.items() if value and option not in meant]
    encoding = codec(options.encoding) if options.encoding else ""
    if options.encoding and not encoding:
        found.append(fileproblems.UNKNOWN_ENCODING.at(Place(), options.encoding, encoding=options.encoding))
    if found:
        raise ProblemsFound(found)
    return replace(options, encoding=encoding)
