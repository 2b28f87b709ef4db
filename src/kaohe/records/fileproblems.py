"""The kinds of problem that a file may have as a whole: whether it is what it claims to be (R1).

Those of its rows, of mapping files and of the store stand in ``problems.py``.
"""

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Severity

NO_DIRECTORY = Kind(
    "R101",
    Text("There is no records directory or store “{path}”."),
    cure=Text("Check the path. An import makes a new store: kaohe import --into {path} …"),
)
MISSING_TABLE = Kind(
    "R102",
    Text("The table “{table}” is missing."),
    expected=Text("a file {table}.csv or {table}.parquet in this directory"),
    cure=Text("Add the file. A file with only the header row will do if there is nothing to hand in."),
)
TWO_FILES = Kind(
    "R103",
    Text("The table “{table}” is there twice, as CSV and as Parquet."),
    cure=Text("Remove the one that is out of date."),
)
WRONG_ENCODING = Kind(
    "R104",
    Text("This file is not text in {encoding}."),
    expected=Text("{encoding} from the first byte to the last"),
    cure=Text(
        "Save it again in UTF-8 (in Excel: “CSV UTF-8”), or name its encoding when you import it: "
        "--encoding gb18030, big5, utf-16 …"
    ),
)
ANOTHER_ENCODING = Kind(
    "R105",
    Text("This file is not text in {encoding}; it is text in {fitting}."),
    expected=Text("{encoding}"),
    cure=Text(
        "Import it with --encoding {fitting}; in a records directory, save it again in UTF-8 "
        "(in Excel: “CSV UTF-8”)."
    ),
)
EMPTY_FILE = Kind(
    "R106",
    Text("This file is empty."),
    expected=Text("a header row at least"),
    cure=Text("Export it again; a download that broke off often leaves an empty file."),
)
MISSING_COLUMN = Kind(
    "R107",
    Text("The column “{column}” is missing."),
    expected=Text("the columns {columns}"),
    cure=Text("Add it, or export with all columns."),
)
RENAMED_COLUMN = Kind(
    "R108",
    Text("The column “{column}” is missing. Is “{nearest}” meant?"),
    expected=Text("the columns {columns}"),
    cure=Text("Rename “{nearest}” to “{column}” in the header row."),
)
DOUBLE_COLUMN = Kind(
    "R109",
    Text("The column “{column}” is there {count} times."),
    expected=Text("each column once"),
    cure=Text("Remove or rename the columns that are too many."),
)
UNKNOWN_COLUMN = Kind(
    "R110",
    Text("The column “{column}” is not known and is left out."),
    severity=Severity.WARNING,
)
MISSPELT_COLUMN = Kind(
    "R111",
    Text("The column “{column}” is not known and is left out. Is “{nearest}” meant?"),
    cure=Text("If so, rename it to “{nearest}”."),
    severity=Severity.WARNING,
)
OPEN_QUOTE = Kind(
    "R112",
    Text("A quotation mark is opened on this line and never closed; it swallows the rest of the file."),
    expected=Text('every " that opens a cell closed by another, and each " within it doubled'),
    cure=Text(
        "Mend the quotation marks of this line and hand the file in again; until then none of it is in."
    ),
)
NOT_PARQUET = Kind(
    "R113",
    Text("This file cannot be read as Parquet: {reason}"),
    expected=Text("a complete Parquet file"),
    cure=Text("Write or download it again."),
)
FLOAT_MONEY = Kind(
    "R114",
    Text("The column “{column}” holds money as floating-point numbers, which cannot hold cents exactly."),
    expected=Text("decimals with two places, or text"),
    cure=Text("Write the column as decimal(18, 2) or as text."),
)
UNREADABLE = Kind(
    "R115",
    Text("This file cannot be read: {reason}."),
    cure=Text("Check that the file is there and that you may read it."),
)
LONG_RECORD = Kind(
    "R116",
    Text("A row of this file is longer than {megabytes} MB; a quotation mark is probably never closed."),
    cure=Text('Mend the quotation marks; a cell that contains " has every " doubled.'),
)
UNKNOWN_FORMAT = Kind(
    "R117",
    Text("There is no format “{format}”."),
    expected=Text("one of {formats}"),
    cure=Text("For a file of another form, write a mapping file: --format table --mapping FILE.yaml"),
)
SAME_FILE = Kind(
    "R118",
    Text("This file is the same as “{other}”, byte for byte, and is read once."),
    severity=Severity.WARNING,
)
TWO_TABLES = Kind(
    "R119",
    Text("This file is for the table “{table}”, and “{other}” for “{other_table}”."),
    expected=Text("files of one table in one import"),
    cure=Text("Import the tables one after the other."),
)
NO_FILES = Kind("R120", Text("No file is named."), cure=Text("Name one file or more."))
ANOTHER_FORMAT = Kind(
    "R121",
    Text("This file is not {claimed}; it looks like {likeness}."),
    expected=Text("{claimed}"),
    cure=Text("Open it and save it as {claimed}, or give it the suffix that it should have."),
)
NOT_A_WORKBOOK = Kind(
    "R122",
    Text("This workbook cannot be read; it is damaged or was cut off: {reason}"),
    expected=Text("a complete workbook"),
    cure=Text("Export or download it again."),
)
LOCKED_WORKBOOK = Kind(
    "R123",
    Text("This workbook is protected by a password."),
    cure=Text("Save a copy without password, and import that."),
)
ZIP_BOMB = Kind(
    "R124",
    Text("This workbook unpacks to more than {megabytes} MB; it was not opened."),
    cure=Text("Check where it comes from. If it is sound, split it or save it as CSV."),
)
NO_SHEET = Kind(
    "R125",
    Text("There is no sheet “{sheet}”."),
    expected=Text("one of {sheets}"),
)
NO_HEADER = Kind(
    "R126",
    Text("This is not a file of the format {format}: none of its columns is there."),
    expected=Text("a header row with {columns}"),
    cure=Text("Check the format."),
)
SUMS_SKIPPED = Kind(
    "R127",
    Text("{count} rows of sums or averages are left out."),
    severity=Severity.WARNING,
)
UNKNOWN_STATUS = Kind(
    "R128",
    Text("The order status “{word}” is not known; the times and amounts are taken as they stand."),
    severity=Severity.WARNING,
)
NO_CHAT = Kind(
    "R129",
    Text("This is not a 千牛 chat log: no customer's block begins anywhere."),
    expected=Text("the customer's name between two rows of 28 hyphens at the beginning of each block"),
    cure=Text("Check the format; save the log from 千牛 once more."),
)
GROUP_CHAT = Kind(
    "R130",
    Text("{count} lines of group chats are left out."),
    severity=Severity.WARNING,
)
STRAY_LINES = Kind(
    "R131",
    Text("{count} lines stand in no customer's block and are left out."),
    severity=Severity.WARNING,
)
ACCOUNT_BY_NAME = Kind(
    "R132",
    Text(
        "{count} blocks without a line of ours are counted for the account “{account}”, by the file's name."
    ),
    cure=Text("If that is wrong, name the account: --account 'shop:agent'"),
    severity=Severity.WARNING,
)
NO_SHOP = Kind(
    "R133",
    Text("Nothing says whose chats these are: the account “{account}” names no shop."),
    cure=Text("Name the shop (--shop), or the account as “shop:agent” (--account)."),
)
WHICH_TABLE = Kind(
    "R134",
    Text("Nothing says which table this file is."),
    expected=Text("a file named after one of {tables}"),
    cure=Text("Name the table (--table), or a mapping file (--mapping)."),
)
NO_ROWS = Kind(
    "R135",
    Text("This file has no row below its header; nothing comes in."),
    cure=Text("If there should be rows, export it again, and check the days that were chosen."),
    severity=Severity.WARNING,
)
SWALLOWED = Kind(
    "R136",
    Text(
        "A quotation mark that opens on this line is not closed there; it swallows the next rows ({count}) "
        "into one cell."
    ),
    expected=Text('every " that opens a cell closed by another, and each " within it doubled'),
    cure=Text(
        "Mend the quotation marks of this line and hand the file in again; until then none of it is in."
    ),
)
CUT_CHARACTER = Kind(
    "R137",
    Text("This file breaks off on this line, in the middle of a character."),
    expected=Text("a complete file"),
    cure=Text("Export or download it again."),
)
NOT_A_TABLE = Kind(
    "R138",
    Text("This file is no table; it looks like {likeness}."),
    expected=Text("an exported file: CSV, XLSX or Parquet, or a chat log"),
    cure=Text("Choose the file that was exported; if it is packed, unpack it first."),
)
LOOKS_LIKE = Kind(
    "R139",
    Text("This file looks like {likeness}, not like {claimed}."),
    expected=Text("{claimed}"),
    cure=Text("If it is that, {way}."),
)
OTHER_SHOP = Kind(
    "R140",
    Text("The file says that its shop is “{own}”; its rows go to the shop “{shop}”, as --shop says."),
    cure=Text(
        "Name the same shop in every import, or leave --shop out in every one: under two names, the same "
        "chats and orders would count twice."
    ),
    severity=Severity.WARNING,
)
UNUSED_OPTION = Kind(
    "R141",
    Text("{option} means nothing for {what}."),
    expected=Text("one of these options: {options}"),
    cure=Text("Leave it out, or check the format (--format)."),
)
UNKNOWN_ENCODING = Kind(
    "R142",
    Text("There is no encoding “{encoding}”."),
    expected=Text("a name such as utf-8, gb18030, big5 or utf-16"),
    cure=Text("Leave --encoding out; if the file is in another encoding, the import says which."),
)
CHAT_BREAKS_OFF = Kind(
    "R143",
    Text(
        "The log breaks off in the block of “{customer}”, which begins on line {begins}: "
        "no row of 64 equals signs ends it."
    ),
    expected=Text("a row of 64 equals signs at the end of each block"),
    cure=Text("Save the log again if lines are missing; lines that came in already are not doubled."),
    severity=Severity.WARNING,
)
INVENTED_ACCOUNT = Kind(
    "R144",
    Text(
        "{count} blocks without a line of ours are counted for “{account}”, by the file's name, and the "
        "table “accounts” has no such account."
    ),
    expected=Text("one of the known accounts: {accounts}"),
    cure=Text("Name the account: --account '{nearest}', or name the file after it."),
    severity=Severity.WARNING,
)
ORDERS_ELSEWHERE = Kind(
    "R145",
    Text(
        "{count} orders for “{shop}” stand in the store under the shop “{other}” too, "
        "with the same customers and times; they count twice. First: {order}."
    ),
    cure=Text(
        "Name one shop in every import. To set it right, import all files anew into another directory."
    ),
    severity=Severity.WARNING,
)
OTHER_DELIMITER = Kind(
    "R146",
    Text("The cells of this file are separated by “{delimiter}”."),
    expected=Text("commas between the cells"),
    cure=Text("Save it with commas, or take it in with kaohe import, which reads it as it is."),
)
OTHER_TABLE = Kind(
    "R147",
    Text("The mapping fills the table “{mapped}”, and --table says “{table}”."),
    expected=Text("one table"),
    cure=Text("Leave --table out, or choose another mapping file."),
)
