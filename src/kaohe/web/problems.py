"""The kinds of problem that the place and its pages find by themselves (letter W)."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind

PLACE_NOT_EMPTY = Kind(
    "W101",
    Text("This place has accounts or desks already."),
    cure=Text("Restore into a new data folder with an empty database; nothing here was changed."),
)
NO_BACKUP = Kind(
    "W102",
    Text("This is no back-up of a place."),
    expected=Text("a file that the back-up of a place wrote"),
    cure=Text("Choose the file again; if it was copied, copy it whole."),
)
BACKUP_CHANGED = Kind(
    "W103",
    Text("{name} is not what it was when the back-up was made."),
    cure=Text("Take another copy of the back-up; nothing was restored."),
)
NO_KEY = Kind(
    "W104",
    Text("A key is needed where others than this machine can come in."),
    expected=Text("a long random text in KAOHE_SECRET_KEY"),
    cure=Text(
        "Set KAOHE_SECRET_KEY in the environment and keep it; docs/deploying.md shows how to make one."
    ),
)
NOT_A_SLUG = Kind(
    "W111",
    Text("This cannot be a desk's name in addresses."),
    expected=Text("letters a-z, digits, hyphens and underscores"),
    cure=Text("Choose a short name such as our-desk; what people read is the title."),
)
DESK_THERE = Kind(
    "W112",
    Text("There is a desk {slug} already."),
    cure=Text("Choose another name."),
)
NO_TIMEZONE = Kind(
    "W113",
    Text("This is no time zone."),
    expected=Text("a time zone such as Asia/Shanghai"),
    cure=Text("Write the zone of the desk's clocks as the list of time zones has it."),
)
NO_ADMINISTRATOR = Kind(
    "W114",
    Text("Nobody is named to administer the desk."),
    cure=Text("Name an account; it is made if it is missing."),
)
WEAK_PASSWORD = Kind(
    "W115",
    Text("The first password is too weak."),
    expected=Text("at least 10 characters, none of the common passwords"),
    cure=Text("Choose another one."),
)
NO_PANGO = Kind(
    "W301",
    Text("No PDF can be written here: the system lacks the library Pango."),
    cure=Text(
        "Have it installed: libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 and fonts-noto-cjk."
    ),
)
TWO_HEADERS = Kind(
    "W302",
    Text("Two columns are called “{header}”."),
    cure=Text("Call each column otherwise: a payroll program finds them by their names."),
)
NO_HEADER = Kind("W303", Text("Column {number} has no name."), cure=Text("Name it as the payroll does."))
NO_COLUMNS = Kind("W304", Text("The file has no column."), cure=Text("Choose at least one."))
NO_FILES = Kind("W401", Text("No file arrived."), cure=Text("Hand in at least one file."))
TOO_MUCH = Kind(
    "W402",
    Text("That is more than can be handed in at once: {most} MB."),
    cure=Text("Hand the files in a few at a time."),
)
TOO_MANY = Kind(
    "W403",
    Text("That is more than can be handed in at once: {most} files."),
    cure=Text("Hand the files in a few at a time."),
)
NOT_WELCOME = Kind(
    "W404",
    Text("{names}: not taken. A file is CSV, TXT, XLSX, XLS or Parquet."),
    cure=Text("Export the records in one of these forms."),
)
NOT_KNOWN = Kind(
    "W405",
    Text("Nobody knows what {name} is."),
    expected=Text("a format, and for a table its name or a mapping"),
    cure=Text("Say the format; a mapping is made once on the page of the import, and kept."),
)
NO_SUCH_MAPPING = Kind(
    "W406",
    Text("There is no kept mapping “{name}”."),
    expected=Text("one of {known}"),
    cure=Text("A mapping is made on the page of the import, once."),
)
NO_SUCH_TABLE = Kind(
    "W407",
    Text("There is no table “{name}”."),
    expected=Text("one of {known}"),
    cure=Text("The records' tables stand in docs/formats.md."),
)
PERIOD_CLOSED = Kind(
    "W501",
    Text("{period} is closed: what held in it stands in the books."),
    cure=Text("Only a correction changes a closed period, from the records; parameters stay."),
)
CHANGED_MEANWHILE = Kind(
    "W502",
    Text("Somebody else has changed this while you were at it. Nothing was kept."),
    cure=Text("Load the page again, look at what stands there now, and enter yours once more."),
)
