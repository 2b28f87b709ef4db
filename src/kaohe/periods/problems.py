"""The kinds of problem that a run finds in what it was asked and handed."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind

CANNOT_READ = Kind(
    "D101",
    Text("The file cannot be read."),
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
    expected=Text("a month such as 2026-10"),
)
NOT_A_DAY = Kind("D111", Text("“{text}” is no day."), expected=Text("a day such as 2026-10-31"))
TURNED_ROUND = Kind(
    "D112",
    Text("The range ends before it begins: {first} to {last}."),
    cure=Text("Exchange the two days."),
)
NO_FIGURE = Kind(
    "D120",
    Text("There is no figure “{figure}” for {person} in {span}."),
    expected=Text("one of {known}"),
)
NO_PERSON = Kind("D121", Text("There is nobody called “{person}”."), expected=Text("one of {known}"))
