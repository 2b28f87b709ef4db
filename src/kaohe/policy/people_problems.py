"""The kinds of problem of what a policy says of people and departments beside each other."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind

# Several departments, forms and samples

WHICH_DEPARTMENT = Kind(
    "P142",
    Text("There are several departments: the shop's value cannot tell whose “{name}” is meant."),
    cure=Text("Leave it out of the shop's formula, or give the shop one of its own under “shop_is:”."),
)

RATES_PEOPLE = Kind(
    "P150",
    Text("“{key}” rates people; this form is about departments."),
    cure=Text("Remove it, or write “for: person”."),
)
SCALE = Kind(
    "P151",
    Text("The scale of “{name}” runs from {low} to {high}."),
    expected=Text("a lower end below the upper one"),
)
OFF_SCALE = Kind(
    "P152",
    Text("“{key}” is not on the scale of “{name}”."),
    expected=Text("a number from {low} to {high}"),
)
NO_WEIGHT = Kind(
    "P153",
    Text("“{key}” must be above zero."),
    cure=Text("Correct it, or leave it out: then all weigh alike."),
)
DUE_TOO_EARLY = Kind(
    "P154",
    Text("The form is due {due} day(s) after the period, but goes out only after {opens}."),
    cure=Text("Let it be due on a later day than it goes out, or on the same."),
)
NOT_A_SHARE = Kind("P155", Text("“{key}” must be a share."), expected=Text("from 0% to 100%"))

REST_LAST = Kind(
    "P172",
    Text("The last row of a quota must take the rest, and only the last."),
    cure=Text("Write “rest: yes” in the last row, and “best” in all others."),
)
BEST_RISES = Kind(
    "P173",
    Text("This row adds nobody: the row above it already goes as far."),
    expected=Text("shares that rise from row to row; each counts from the very best on"),
)
SEATS_OF_ONE = Kind(
    "P174",
    Text("The seats cannot depend on one of those who compete for them."),
    expected=Text("a number, parameters, sums over a group, or with “within: department” the department's"),
)
UNKNOWN_FORM = Kind("P156", Text("There is no form “{name}”."), cure=Text("Define it under “forms:”."))
UNKNOWN_SAMPLE = Kind("P157", Text("There is no sample “{name}”."), cure=Text("Define it under “samples:”."))
UNKNOWN_SCORED_ITEM = Kind(
    "P158", Text("“{form}” has no item “{name}”."), cure=Text("Add it under “items:”, or correct the name.")
)
UNKNOWN_RATERS = Kind(
    "P159",
    Text("“{form}” has no raters “{name}”."),
    cure=Text("Add the role under “raters:”, or correct the name."),
)
SCORE_OF_PEOPLE = Kind(
    "P170",
    Text("“{name}” is about people; this is not about one person."),
    cure=Text("Gather it over a group, as in mean(score(…), over=everyone)."),
)
SCORE_OF_DEPARTMENT = Kind(
    "P171",
    Text("“{name}” is about departments; this is not about one."),
    cure=Text("Make it a figure in a section with “for: department”, and read that one as department.…"),
)
