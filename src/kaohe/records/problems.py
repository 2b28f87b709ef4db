"""The kinds of problem that what a shop hands in may have.

R2: rows. R3: mapping files. R4: the store. (R1, files as a whole: ``fileproblems.py``.)
"""

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Severity

# Rows

WRONG_WIDTH = Kind(
    "R201",
    Text("This row has {count} cells where the header has {expected_count}."),
    expected=Text("as many cells as the header row has"),
    cure=Text("Put cells that contain a comma, a quotation mark or a line break in quotation marks."),
)
BLANK = Kind(
    "R202",
    Text("The cell is blank."),
    expected=Text("a value: this column cannot be blank"),
)
NOT_A_TIME = Kind(
    "R203",
    Text("This is not a time."),
    expected=Text("YYYY-MM-DD HH:MM:SS, such as 2026-10-01 09:30:00, from 00:00:00 to 23:59:59"),
)
NO_SUCH_DAY = Kind(
    "R204",
    Text("There is no such day in the calendar."),
    expected=Text("a day that exists"),
)
SKIPPED_TIME = Kind(
    "R205",
    Text("The clocks of {zone} skipped this time; it is kept as it stands."),
    cure=Text("Check that the time zone is right."),
    severity=Severity.WARNING,
)
NOT_A_DAY = Kind(
    "R206",
    Text("This is not a day."),
    expected=Text("YYYY-MM-DD, such as 2026-10-01"),
)
NOT_A_MONTH = Kind(
    "R207",
    Text("This is not a month."),
    expected=Text("YYYY-MM, such as 2026-10"),
)
NOT_MONEY = Kind(
    "R208",
    Text("This is not an amount."),
    expected=Text("digits with up to two decimal places, such as 1234.50"),
    cure=Text("Leave out thousands separators and currency signs."),
)
TOO_FINE = Kind(
    "R209",
    Text("This amount has more than two decimal places."),
    expected=Text("at most two decimal places"),
)
TOO_LARGE = Kind(
    "R210",
    Text("This number has more than {digits} digits before the point."),
    expected=Text("at most {digits} digits before the point"),
    cure=Text("Check whether an order number or a phone number has slipped into this column."),
)
TOO_MANY_PLACES = Kind(
    "R227",
    Text("This number has more than {places} decimal places."),
    expected=Text("at most {places} decimal places"),
)
NEGATIVE = Kind(
    "R211",
    Text("This number is negative."),
    expected=Text("zero or more"),
)
NOT_A_NUMBER = Kind(
    "R212",
    Text("This is not a number."),
    expected=Text("digits, with a decimal point if need be, such as 4.75"),
)
NOT_A_COUNT = Kind(
    "R213",
    Text("This is not a whole number."),
    expected=Text("a whole number, zero or more"),
)
NOT_POSITIVE = Kind(
    "R214",
    Text("This quantity is not above zero."),
    expected=Text("a number above zero"),
    cure=Text(
        "To take an entry back, add one of the same person, day and item with the quantity below zero "
        "and a note that begins with “reverses”."
    ),
)
NOT_STARS = Kind(
    "R215",
    Text("This rating is not between 1 and 5."),
    expected=Text("1 to 5"),
)
UNKNOWN_WORD = Kind(
    "R216",
    Text("This word is not known here."),
    expected=Text("one of {words}"),
)
NOT_A_SEQ = Kind(
    "R217",
    Text("This is not a number to order lines by."),
    expected=Text("a number, or a blank cell"),
)
PAID_TOO_EARLY = Kind(
    "R218",
    Text("The order was paid before it was created ({earlier})."),
    expected=Text("a time of payment at or after the time of creation"),
)
PAID_WITHOUT_TIME = Kind(
    "R219",
    Text("There is an amount paid but no time of payment."),
    expected=Text("both or neither"),
)
ORDER_TWICE = Kind(
    "R220",
    Text("The order “{order}” stands here in different states, and nothing tells which is the newer."),
    expected=Text("one row per order, its newest state"),
    cure=Text("Keep the row that is right: this one or line {line}."),
)
ROW_TWICE = Kind(
    "R221",
    Text("Two rows that differ stand for the same {key}."),
    expected=Text("one row for each {key}"),
    cure=Text("Keep the row that is right: this one or line {line}."),
)
TWO_HOLDERS = Kind(
    "R222",
    Text("The account “{account}” is held by “{person}” and by “{other_person}” on {day}."),
    expected=Text("one holder of an account on each day"),
    cure=Text("End the earlier holding on the day before the later one begins: this one or line {line}."),
)
GROUP_DIFFERS = Kind(
    "R230",
    Text("Rows that are one row of the table disagree in this column: another one says “{differing}”."),
    expected=Text("the same value in all of them"),
    cure=Text(
        "See line {line}. If the first value counts, list the column under “first” in the mapping file."
    ),
)
LOST_DIGITS = Kind(
    "R229",
    Text("This number is too long for a spreadsheet, which keeps fifteen digits; its last ones are lost."),
    expected=Text("text"),
    cure=Text("Export again, as CSV or with this column as text."),
)
HELD_ALREADY = Kind(
    "R228",
    Text(
        "The account “{account}” is held by “{person}” and, in the store or in another file, "
        "by “{other_person}” on {day}."
    ),
    expected=Text("one holder of an account on each day"),
    cure=Text(
        "End the earlier holding on the day before the later one begins, and import both rows together."
    ),
)
ENDS_TOO_EARLY = Kind(
    "R223",
    Text("The holding ends before it begins ({earlier})."),
    expected=Text("a last day on or after the first"),
)
UNHELD_ACCOUNT = Kind(
    "R224",
    Text(
        "Nobody held the account “{account}” of “{shop}” on {days} of the days with chats, "
        "first on {day}; its chats count for nobody."
    ),
    cure=Text("Add its holder to the table “accounts”."),
    severity=Severity.WARNING,
)
UNKNOWN_HOLDER = Kind(
    "R225",
    Text("“{person}” holds accounts but is missing from people."),
    cure=Text("Add the person to people, or mend the spelling in accounts; names are compared exactly."),
    severity=Severity.WARNING,
)
CUT_LINE = Kind(
    "R231",
    Text("The file breaks off in this line."),
    expected=Text("a complete line"),
    cure=Text("Save the log again and import it; or complete the line here if you know how it ends."),
)
OUT_OF_TIME = Kind(
    "R232",
    Text("This is outside of the time that records can be from."),
    expected=Text("from {first} to {last}"),
    cure=Text("Mend the year; where there is no time or no end, leave the cell blank."),
)
CONTROL_CHARACTER = Kind(
    "R233",
    Text("There is an invisible control character in this name."),
    expected=Text("a name of letters, digits, signs and blanks"),
    cure=Text("Take it out: type the name anew. If many rows have one, export the file again."),
)
REFUND_TOO_HIGH = Kind(
    "R234",
    Text("More is refunded than was paid ({paid}); the row is kept as it stands."),
    cure=Text("Check the amounts; a sum of several orders may have slipped into the column."),
    severity=Severity.WARNING,
)
AND_MORE = Kind(
    "R226",
    Text("{count} more rows have this problem: {message}"),
)

# Mapping files

UNKNOWN_KEY = Kind(
    "R301",
    Text("“{key}” means nothing here."),
    expected=Text("one of {keys}"),
)
UNKNOWN_TABLE = Kind(
    "R302",
    Text("The mapping does not name a table that there is."),
    expected=Text("table: one of {tables}"),
)
NO_SUCH_COLUMN = Kind("R303", Text("The table “{table}” has no column “{column}”."))
COLUMN_NOT_MAPPED = Kind(
    "R304",
    Text("The table “{table}” needs the column “{column}”, and the mapping does not make it."),
    cure=Text("Add it under “columns”, from a column of the file or as a constant."),
)
ONE_SOURCE = Kind(
    "R305",
    Text("A column comes from one thing."),
    expected=Text("just one of {sources}"),
)
NOT_A_TIME_FORMAT = Kind(
    "R306",
    Text("This is not a way to write times."),
    expected=Text("%Y, %m, %d, %H, %M and %S with what stands between them, each once; or unix, unix_ms"),
)
NO_TIME_HERE = Kind("R307", Text("This column holds no time; a time format has no meaning here."))
NOT_A_MAPPING = Kind("R308", Text("Here belong keys with values, one on a line."))
NOT_A_WORD = Kind("R309", Text("Here belongs a single word, or a list of words."))
NOT_AN_EXPRESSION = Kind("R310", Text("This is not a regular expression: {reason}"))
NOT_A_FACTOR = Kind("R311", Text("This is not a factor."), expected=Text("a number such as 0.01"))
NO_SUCH_ENCODING = Kind(
    "R312",
    Text("This encoding is not known."),
    expected=Text("a name such as utf-8, gb18030 or big5"),
)
NOT_A_DELIMITER = Kind("R313", Text("This is not a delimiter."), expected=Text("one character"))
NOT_A_ROW = Kind(
    "R314", Text("This is not the number of a row."), expected=Text("1 for the first row, and so on")
)
NOT_IN_FILE = Kind(
    "R315",
    Text("The mapping names the column “{column}”, and the file {file} has none of that name."),
    expected=Text("one of {columns}"),
    cure=Text("Mend the name in the mapping file, or export the column."),
)

# The store

NO_SUCH_VERSION = Kind(
    "R408",
    Text("The table “{table}” of this store has no version {version}."),
    cure=Text("See whether this is the store that is meant."),
)
NEVER_IMPORTED = Kind(
    "R401",
    Text("The table “{table}” has never been imported into this store."),
    cure=Text(
        "Import it: kaohe import --into … --format table {table}.csv; "
        "千牛 chat logs with --format qianniu-chat, Taobao's orders with --format taobao-orders."
    ),
)
OTHER_ZONE = Kind(
    "R402",
    Text("This store's times were converted into the time zone {stored}, and {zone} is asked for."),
    cure=Text("Use the time zone {stored}, or import the files anew into another store."),
)
NOT_WHOLE = Kind(
    "R403",
    Text("The table “{table}” is never handed in whole: chat lines and orders only ever come in."),
    cure=Text("Leave the option out. To begin anew, import into another directory."),
)
CHANGED_MEANWHILE = Kind(
    "R409",
    Text("Somebody else has changed the table “{table}” since you opened it; nothing of yours is in."),
    cure=Text("Load the page again, see what was changed, and enter yours once more."),
)
OTHER_IMPORT = Kind(
    "R404",
    Text("Another import came in while this one was under way; nothing of this one is in."),
    cure=Text("Import the files again. One import after the other, they never get into each other's way."),
)
CAME_AFTER = Kind(
    "R410",
    Text("Something came into the table “{table}” after this import: it cannot be taken back alone."),
    cure=Text("Take back what came after it first, the newest first; or import a corrected file."),
)
NO_STORE_THERE = Kind(
    "R405",
    Text("There is no store at this address."),
    expected=Text("an address that something was imported into, such as s3://bucket/store"),
    cure=Text("Check bucket and name, or import first: kaohe import --into s3://bucket/store"),
)
NOT_AN_ADDRESS = Kind(
    "R406",
    Text("This is not an address where a store can lie."),
    expected=Text("a folder of this machine, or an address such as s3://bucket/store"),
)
OUT_OF_REACH = Kind(
    "R407",
    Text("The object store does not do what it is asked: {reason}"),
    cure=Text(
        "Check the address, and what the environment says of the service: AWS_ENDPOINT_URL, AWS_REGION, "
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ALLOW_HTTP."
    ),
)
