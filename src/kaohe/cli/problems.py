"""The kinds of problem that the command line finds in how it was called."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Severity

OPTION_MISSING = Kind(
    "U101", Text("The option {name} is missing."), cure=Text("What there is to say: {command} --help")
)
ARGUMENT_MISSING = Kind(
    "U102", Text("{name} is missing."), cure=Text("What there is to say: {command} --help")
)
NO_OPTION = Kind(
    "U103", Text("There is no option {name}."), cure=Text("What there is to say: {command} --help")
)
NO_COMMAND = Kind(
    "U104", Text("There is no command “{name}”."), cure=Text("What there is to say: {command} --help")
)
WRONG_VALUE = Kind("U105", Text("{name} cannot have this value."), expected=Text("{expected}"))
VALUE_MISSING = Kind(
    "U106", Text("A value must follow {name}."), cure=Text("What there is to say: {command} --help")
)
NO_VALUE = Kind("U107", Text("{name} takes no value."), cure=Text("Write the option alone."))
TOO_MUCH = Kind(
    "U108",
    Text("“{name}” is one word too many."),
    cure=Text("Put a value that holds a space in quotation marks. What there is to say: {command} --help"),
)
COMMAND_MISSING = Kind(
    "U109", Text("A command must follow {command}."), cure=Text("What there is to say: {command} --help")
)
WRONG_USAGE = Kind(
    "U110",
    Text("The command line cannot be read: {reason}"),
    cure=Text("What there is to say: {command} --help"),
)
CANNOT_USE = Kind(
    "U120",
    Text("The file or folder cannot be used: {reason}."),
    cure=Text("See that it is there, that you may read and write it, and that the disk has room."),
)
CANNOT_WRITE = Kind(
    "U121",
    Text("The file cannot be written: {reason}."),
    cure=Text("See that the folder is there and open to you."),
)
NOT_THE_DEMOS = Kind(
    "U122",
    Text("The folder holds something that the demo did not make; it is left as it is."),
    expected=Text("a folder that is empty, not there yet, or of an earlier demo"),
    cure=Text("Choose another one: kaohe demo --into FOLDER"),
)
NO_DEMO = Kind(
    "U123",
    Text("There is no made-up month for a scheme “{scheme}”."),
    expected=Text("one of: {known}"),
    cure=Text("Choose one of these; the demo without --scheme shows the first."),
)
UNKNOWN_LANGUAGE = Kind(
    "U124",
    Text("The variable {variable} names no language that kaohe speaks; it speaks {spoken}."),
    expected=Text("one of {known}"),
    severity=Severity.WARNING,
)
NEEDS_RECORDS = Kind(
    "U130",
    Text("{period} is not closed, so its figures have to be computed."),
    cure=Text("Add --records, --policy and --as-of."),
)
ARCHIVE_OR_BOOKS = Kind("U131", Text("Name an archive, or the books with --books; not both, not neither."))
