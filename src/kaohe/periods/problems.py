"""The kinds of problem that a run finds in what it was asked and handed."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind

CANNOT_READ = Kind(
    "D101",
    Text("The file cannot be read: {reason}."),
    expected=Text("a CSV file in UTF-8, as figures.csv is written"),
    cure=Text("See that it is there, and save it as CSV UTF-8."),
)
MISSING_COLUMNS = Kind(
    "D102",
    Text("The file lacks columns: {missing}."),
    expected=Text("the columns {expected}"),
    cure=Text("Hand in a figures.csv that kaohe wrote, or add the columns."),
)
UNKNOWN_LEVEL = Kind("D103", Text("There is no such level."), expected=Text("one of {known}"))
NOT_A_NUMBER = Kind(
    "D104",
    Text("The value is not a number."),
    expected=Text("a decimal such as 0.3955, or blank for no value"),
)
TWO_VALUES = Kind(
    "D105",
    Text("“{figure}” has another value at {first}."),
    cure=Text("Keep the row that was paid, remove the other."),
)
NOT_A_PERIOD = Kind(
    "D110",
    Text("“{label}” is no appraisal period."),
    expected=Text("{form}"),
)
NOT_A_DAY = Kind("D111", Text("“{text}” is no day."), expected=Text("a day such as 2026-10-31"))
TURNED_ROUND = Kind(
    "D112",
    Text("The range ends before it begins: {first} to {last}."),
    cure=Text("Exchange the two days."),
)
NOT_BEGUN = Kind(
    "D113",
    Text("On {as_of}, the last day that is known, {first} to {last} has not begun: there is nothing to say."),
    expected=Text("a day from {first} on"),
    cure=Text("Hand in a later --as-of, or ask for earlier days."),
)
NOT_A_FOLDER = Kind(
    "D114",
    Text("Results need a folder; {file} is a file."),
    cure=Text("Name a folder; it is made if it is not there yet."),
)
CANNOT_WRITE = Kind(
    "D115",
    Text("Nothing can be written there: {reason}."),
    cure=Text("Name a folder in which you may make files, such as one in your home."),
)

# Questions about a figure

NO_FIGURE = Kind(
    "D120",
    Text("There is no figure “{figure}” for {person} in {span}."),
    expected=Text("one of {known}"),
    cure=Text("figures.csv of the period lists all of them."),
)
NO_PERSON = Kind("D121", Text("There is nobody called “{person}”."), expected=Text("one of {known}"))
OF_NOBODY = Kind(
    "D122",
    Text("{level} has the figure “{figure}”; no person has it."),
    cure=Text("Ask without --person."),
)
OF_PEOPLE = Kind(
    "D123",
    Text("“{figure}” is a figure of people, not of the department."),
    expected=Text("--person with one of {known}"),
)
NOT_OF_SPAN = Kind(
    "D124",
    Text("“{figure}” has no value of {span}."),
    expected=Text("one of {known}"),
)
NOT_OF_GROUP = Kind(
    "D125",
    Text("“{figure}” is a figure of the group “{group}”; {person} was not in it in {period}."),
    expected=Text("one of {known}"),
)
NO_CHAT = Kind(
    "D126",
    Text("No conversation with “{customer}” lies behind this figure."),
    expected=Text("a customer of the lists above; {count} are known here"),
)
CHATS_UNKNOWN = Kind(
    "D127",
    Text("The conversations are not known: the measures were handed in."),
    cure=Text("Leave out --measures, so that they are computed from the chats."),
)
SEVERAL_PEOPLE = Kind(
    "D128",
    Text("Several people are called “{person}”."),
    expected=Text("one of {known}"),
    cure=Text("Name the person by the id."),
)
MORE = Text("{known} … ({count} more)")

# Worked cases

NO_CASES = Kind(
    "D130",
    Text("“{name}” has no worked cases."),
    expected=Text("the file {file}"),
    cure=Text("Write them into that file, or name the files to run."),
)
CASE_KEY = Kind(
    "D131", Text("There is no key “{key}” here."), cure=Text("Remove it, or write one of: {known}.")
)
CASE_KEY_MISSING = Kind("D132", Text("The key “{key}” is missing here."), cure=Text("Add it."))
CASE_SHAPE = Kind("D133", Text("“{key}” holds the wrong kind of thing."), expected=Text("{expected}"))
CASE_TWICE = Kind(
    "D134",
    Text("Another case is called “{name}” too, on line {first}."),
    cure=Text("Give each case a name of its own."),
)
CASE_SPAN = Kind(
    "D135",
    Text("“{text}” is no span of time."),
    expected=Text("{form}, a week such as {week}, or a day such as 2026-10-31"),
)
CASE_MEASURE = Kind("D136", Text("There is no measure “{name}”."), expected=Text("one of {known}"))
CASE_OF_SHOP = Kind(
    "D137",
    Text("“{name}” is a measure of the shop, not of a person."),
    cure=Text("Write it under “shops:”, with the shop's name."),
)
CASE_OF_PERSON = Kind(
    "D138",
    Text("“{name}” is a measure of people: the shop's is their sum."),
    cure=Text("Write it under “daily:”; what nobody is responsible for, under “(unassigned)”."),
)
CASE_FIGURE = Kind(
    "D139",
    Text("{level} has no figure “{name}” in this policy."),
    expected=Text("one of {known}"),
)
CASE_NOBODY = Kind(
    "D140",
    Text("Nobody in this case is called “{name}”."),
    expected=Text("one of {known}, “department” or “shop”"),
    cure=Text("Write the name as it stands under “people:”."),
)
CASE_VALUE = Kind(
    "D141",
    Text("This is not the value of a figure."),
    expected=Text("a number such as 0.3955, 39.55%, 5‰ or 1/3, or none"),
)
CASE_ITEM = Kind(
    "D142", Text("The policy has no item “{name}” of the ledger."), expected=Text("one of {known}")
)
CASE_AFTER = Kind(
    "D144",
    Text("There is no case “{name}” before this one."),
    expected=Text("the name of a case further up, whose figures are this one's history"),
)
CASE_AFTER_PERIOD = Kind(
    "D145",
    Text("The case “{name}” is of {period}, which is not before this one's period."),
    cure=Text("Let the periods of a chain of cases follow each other."),
)
CASE_ASKED = Kind("D146", Text("The policy has no form or sample “{name}”."), expected=Text("one of {known}"))
CASE_NOT_OF_SPAN = Kind(
    "D143",
    Text("“{name}” has no value of {span}."),
    expected=Text("one of {known}"),
)

NOT_OF_THE_DESK = Kind(
    "D150",
    Text("Nobody of this name stands in the people table."),
    expected=Text("somebody of the list"),
)
OUTSIDE_PERIOD = Kind(
    "D151",
    Text("The day does not lie in the period."),
    expected=Text("a day from {first} to {last}"),
)
ODD_QUANTITY = Kind("D152", Text("This quantity cannot be."), expected=Text("a whole number above zero"))
QUANTITY_BEYOND = Kind(
    "D153", Text("This quantity cannot be."), expected=Text("a whole number from 1 to {most}")
)
STANDS_ALREADY = Kind(
    "D154",
    Text("The very same entry stands in the ledger already."),
    cure=Text("If it happened once more, raise the quantity, or let the evidence say what is different."),
)
OWN_ENTRY = Kind(
    "D155",
    Text("Nobody approves an entry of their own, or one about themselves."),
    cure=Text("Ask somebody else who may approve."),
)
NO_SUCH_ENTRY = Kind(
    "D156",
    Text("There is no such entry in this period's ledger."),
    cure=Text("Load the page again; somebody may have changed the ledger."),
)
NOTHING_LEFT = Kind(
    "D157",
    Text("Nothing is left of this entry: it was taken back already, or takes another one back."),
)
