"""The kinds of problem that the measures find.

M11x: files of rules (M10x, what stands in them, are the core's). M20x: records that do
not fit together. M21x: files of measures.
"""

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Severity

UNREADABLE_RULES = Kind(
    "M111",
    Text("The file of rules cannot be read: {reason}."),
    cure=Text("Check the path and that the file is text in UTF-8."),
)
BROKEN_YAML = Kind(
    "M112",
    Text("The file of rules is no valid YAML: {reason}."),
    cure=Text("Check indentation, colons and quotes on this line and the one above."),
)
DOUBLE_KEY = Kind(
    "M113",
    Text("The key “{key}” stands here twice."),
    cure=Text("Keep one of the two."),
)
NO_MAPPING = Kind(
    "M114",
    Text("The file of rules must hold keys with values."),
    expected=Text("lines such as “payment_days: 4”"),
)

TWO_HOLDERS = Kind(
    "M201",
    Text("Two people hold the account “{account}” of “{shop}” at once: “{one}” and “{two}”, {days}."),
    expected=Text("one holder a day"),
    cure=Text("Let the first one's “to” end before the second one's “from” begins."),
)
NOBODY_HELD = Kind(
    "M202",
    Text("Nobody held the account “{account}” of “{shop}” on {count} day(s) of its use, first on {day}."),
    cure=Text("Its chats count for “(unassigned)”. Add the holder to accounts if there was one."),
    severity=Severity.WARNING,
)
HOLDER_UNKNOWN = Kind(
    "M203",
    Text("“{person}” holds accounts but is missing from people."),
    cure=Text("Add the person to people, or mend the spelling in accounts; names are compared exactly."),
    severity=Severity.WARNING,
)

UNREADABLE_MEASURES = Kind(
    "M211",
    Text("The file of measures cannot be read: {reason}."),
    expected=Text("a CSV file in UTF-8 with the columns {columns}"),
)
MISSING_COLUMN = Kind(
    "M212",
    Text("The column “{column}” is missing."),
    expected=Text("the columns {columns}"),
)
WRONG_WIDTH = Kind(
    "M213",
    Text("This row has {found} cells, the header has {expected}."),
    cure=Text("Put names that hold a comma or a quotation mark in quotation marks."),
)
WRONG_CELL = Kind(
    "M214",
    Text("“{value}” is no {column} of a measure."),
    expected=Text("{form}"),
)
UNKNOWN_MEASURE = Kind(
    "M215",
    Text("There is no measure “{value}”."),
    expected=Text("a measure of docs/measures.md, such as “{nearest}”"),
)
DOUBLE_ROW = Kind(
    "M216",
    Text("This measure stands in the file twice; the first time on line {line}."),
    cure=Text("Keep one of the two rows."),
)
EMPTY_CELL = Kind(
    "M217",
    Text("The cell is empty."),
    expected=Text("{form}"),
)
