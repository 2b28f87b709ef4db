"""The kinds of problem that the measures find.

M20x: records that do not fit together. M21x: files of measures. M22x: engines. (M10x, rules,
are the core's.)
"""

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Severity

TWO_HOLDERS = Kind(
    "M201",
    Text("Two people hold the account “{account}” of “{shop}” at once: “{one}” and “{two}”, {days}."),
    expected=Text("one holder a day"),
    cure=Text("Let the first one's “to” end before the second one's “from” begins."),
)
NOBODY_HELD = Kind(
    "M202",
    Text("Nobody held the account “{account}” of “{shop}” on {count} day(s) of its use, first on {day}."),
    cure=Text("Its chats count for nobody. Add the holder to accounts if there was one."),
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
    Text("This row has {cells} cells, the header has {columns}."),
    cure=Text("Put names that hold a comma or a quotation mark in quotation marks."),
)
WRONG_CELL = Kind(
    "M214",
    Text("The cell “{column}” cannot be read."),
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
NOT_THE_SHOP = Kind(
    "M218",
    Text("At level shop the subject is the shop, here “{shop}”."),
    cure=Text("Write the shop as the subject, or the level as “person”."),
)
NOT_A_PERSONS = Kind(
    "M219",
    Text("“{measure}” is a measure of the shop, not of a person."),
    cure=Text("Write the level as “shop” and the shop as the subject."),
)

NO_SPARK = Kind(
    "M221",
    Text("Spark is not installed here."),
    expected=Text("kaohe with its extra “spark”, and Java 17 or newer"),
    cure=Text("Install them: pip install “kaohe[spark]”, and Java from your system's packages."),
)
NO_JAVA = Kind(
    "M222",
    Text("Spark could not start its Java: {reason}"),
    expected=Text("Java 17 or newer, as “java” on the path or under JAVA_HOME"),
    cure=Text("Install it, or set JAVA_HOME to where it is."),
)
NO_CLUSTER = Kind(
    "M223",
    Text("No Spark session could be had at “{master}”: {reason}"),
    cure=Text("See that the master runs, that this machine reaches it, and that it reaches this machine."),
)
NEEDS_STORE = Kind(
    "M224",
    Text("Several machines can only work on a store."),
    expected=Text("a store, where every one of them finds it under the same name"),
    cure=Text("Import the records into a store: kaohe import --into STORE"),
)
STORE_OUT_OF_REACH = Kind(
    "M225",
    Text("A Spark worker does not find the store."),
    expected=Text("a folder that all machines share, under the same name on each"),
    cure=Text("Mount the folder on every machine."),
)
OTHER_SOFTWARE = Kind(
    "M226",
    Text("A Spark worker has kaohe {there}, this machine has {here}."),
    expected=Text("the same version everywhere"),
    cure=Text("Install the same version on every machine."),
)
WORKER_FAILED = Kind(
    "M227",
    Text("Spark gave up after several tries; the last worker said: {reason}"),
    cure=Text("What was computed is kept: run again to go on. The whole story stands in the worker's log."),
)
