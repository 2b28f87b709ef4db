"""The kinds of problem that the core itself finds: in the rules of the measures."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind

UNKNOWN_KEY = Kind(
    "M101",
    Text("The rules have no key “{key}”."),
    expected=Text("one of {known}"),
    cure=Text("Remove the key, or write it as the list has it."),
)
NOT_A_MAPPING = Kind(
    "M102",
    Text("“{key}” must hold keys with values."),
    expected=Text("keys such as {known}, or null where the filter is to be off"),
)
NOT_A_WHOLE_NUMBER = Kind(
    "M103",
    Text("“{key}” must be a whole number from {least} to {most}."),
    cure=Text("Write it in digits, without quotes."),
)
UNKNOWN_CHOICE = Kind(
    "M104",
    Text("“{key}” cannot be “{value}”."),
    expected=Text("one of {known}"),
)
UNKNOWN_ZONE = Kind(
    "M105",
    Text("There is no time zone “{value}”."),
    expected=Text("a name of the IANA time zone database, such as Asia/Shanghai or Asia/Taipei"),
)
NO_PHRASE = Kind(
    "M106",
    Text("The phrase of the ad filter must be a text that is not empty."),
    cure=Text("Write the phrase in quotes, or “ad: null” to switch the filter off."),
)
NOT_HOURS = Kind(
    "M107",
    Text("“{key}” must be two times of day."),
    expected=Text('the begin and the end, such as ["08:00", "23:00"]; "24:00" may end them'),
)
HOURS_END_EARLY = Kind(
    "M108",
    Text("The hours end before they begin: from {start} to {end}."),
    cure=Text("Let them end later on the same day; hours over midnight are not possible."),
)
CAP_MISSING = Kind(
    "M109",
    Text("“unanswered: cap” needs “cap_seconds”: an unanswered round counts with the length of the cap."),
    cure=Text("Add “cap_seconds: 600” beside it, or write “unanswered: skip”."),
)
CAP_TOO_SHORT = Kind(
    "M110",
    Text("“cap_seconds” is {cap}, but must be longer than “quick_seconds”, {quick}."),
    cure=Text("Raise the cap, or lower “quick_seconds”: else every round would count as quick."),
)
CANNOT_READ = Kind(
    "C101",
    Text("The file cannot be read: {reason}."),
    cure=Text("See that it is there and that you may open it."),
)
NOT_UTF8 = Kind(
    "C102",
    Text("The file is not written in UTF-8."),
    cure=Text("Save it as UTF-8; in most editors: “Save with encoding”."),
)
NOT_YAML = Kind(
    "C103",
    Text("This is not YAML: {reason}."),
    cure=Text("Look at the indentation, the colons and the quotes of this line and the one above."),
)
NOT_A_DOCUMENT = Kind(
    "C104",
    Text("The file must hold keys with values."),
    cure=Text("Write a name, a colon, a space and a value on each line, such as “version: 1”."),
)
TOO_DEEP = Kind("C105", Text("Keys are nested too deeply here."))
KEY_TWICE = Kind(
    "C106",
    Text("The key “{key}” stands here again; it was first given on line {first}."),
    cure=Text("Remove one of the two."),
)
KEY_NOT_TEXT = Kind(
    "C107",
    Text("A key must be a name, not a list or a mapping."),
    cure=Text("Write a name before the colon; look for a stray question mark or bracket."),
)
TAB = Kind(
    "C108",
    Text("The line is indented with a tab."),
    cure=Text("Indent with spaces; most editors can turn tabs into spaces."),
)
TOO_LARGE = Kind(
    "C109",
    Text("The file holds more than {most} values."),
    cure=Text("Look for anchors (“&”) and aliases (“*”) that contain each other."),
)
IS_A_FOLDER = Kind("C110", Text("This is a folder, not a file."), cure=Text("Name the file that lies in it."))
YAML_REASONS = {
    "mapping values are not allowed": Text(
        "a colon stands where no key can be; a text with a colon needs quotes"
    ),
    "could not find expected ':'": Text("the colon after a key is missing"),
    "found unexpected end of stream": Text("a quote that was opened is never closed"),
    "expected <block end>": Text("the indentation does not fit the lines above"),
    "expected ',' or": Text("a bracket that was opened is never closed, or a comma is missing"),
    "expected the node content": Text("something is missing here; a bracket may never have been closed"),
    "found character": Text("a text that begins with a sign such as @, %, ` needs quotes"),
    "found undefined alias": Text("an alias (“*”) stands before its anchor (“&”), or the anchor is missing"),
    "but found another document": Text("the file holds several documents; remove the line “---”"),
    "while parsing": Text("the indentation does not fit the lines above"),
}
"""What the YAML reader says → what it means for the author."""
