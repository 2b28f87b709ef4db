"""The kinds of problem that a policy can have."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Severity

DID_YOU_MEAN = Text("Did you mean “{nearest}”?")

UNKNOWN_KEY = Kind(
    "P101", Text("There is no key “{key}” here."), cure=Text("Remove it, or write one of: {known}.")
)
MISSING_KEY = Kind("P102", Text("The key “{key}” is missing here."), cure=Text("Add it."))
WRONG_SHAPE = Kind("P103", Text("“{key}” holds the wrong kind of thing."), expected=Text("{expected}"))
NOT_A_FORMULA = Kind(
    "P110",
    Text("This cannot be read as a formula."),
    expected=Text("a formula as in a spreadsheet, such as ordered / inquiries"),
    cure=Text("Look for a missing operator, bracket or comma."),
)
NOT_ALLOWED = Kind(
    "P111",
    Text("“{part}” may not stand in a formula."),
    expected=Text(
        "numbers, names, + − * /, comparisons, and, or, not, … if … else …, and the listed functions"
    ),
)
TOO_LONG = Kind(
    "P112",
    Text("The formula is too long or too deeply nested to be checked by a person."),
    expected=Text("at most {most} characters"),
    cure=Text("Split it into figures with names."),
)
UNKNOWN_NAME = Kind(
    "P113",
    Text("No figure, measure, parameter or group is called “{name}” here."),
    cure=Text("See the list of measures in docs/measures.md, or define the name."),
)
UNKNOWN_FIGURE = Kind(
    "P114",
    Text("No figure is called “{name}” at level {level}."),
    cure=Text("Define it, or correct the name."),
)
UNKNOWN_FACT = Kind(
    "P115",
    Text("A formula cannot read “{name}” from the table “{table}” here."),
    cure=Text("See docs/policy-language.md for the columns that formulas of people may read."),
)
UNKNOWN_ITEM = Kind(
    "P116",
    Text("The ledger has no item “{name}”."),
    cure=Text("Add the item under “ledger:”, or correct the name."),
)
UNKNOWN_FUNCTION = Kind("P117", Text("There is no function “{name}”."), expected=Text("one of {known}"))
WRONG_ARGUMENTS = Kind(
    "P118",
    Text("“{name}” is used in a way that it does not understand."),
    cure=Text("See the functions in docs/policy-language.md."),
)
NEEDS_OVER = Kind(
    "P119",
    Text("“{name}” must say what it runs over."),
    expected=Text("{name}(…, over=weeks) or over= a group of people, shops, or named other periods"),
)
UNKNOWN_OVER = Kind("P120", Text("“{name}” is nothing to run over here."), expected=Text("one of {known}"))
WEEKLY_IN_PERIOD = Kind(
    "P121",
    Text("“{name}” is a figure of each week; the whole period has four of them."),
    cure=Text("Write sum({name}, over=weeks)."),
)
NO_PLACES = Kind(
    "P122",
    Text("“{name}” gives no places, so it offers no points for them."),
    cure=Text("Name figures that have a “places” rule."),
)
BAD_NUMBER = Kind(
    "P123",
    Text("“{key}” must be a number."),
    expected=Text("a number such as 0.5, a percentage such as 80%, or a rate such as 8‰"),
)
BAD_PARAMETER = Kind(
    "P124",
    Text("The parameter “{name}” cannot have this value."),
    expected=Text("{expected}"),
)
UNKNOWN_PARAMETER = Kind(
    "P125",
    Text("The policy has no parameter “{name}”."),
    cure=Text("See “kaohe policy show” for the parameters and their titles."),
)
UNKNOWN_GROUP = Kind("P126", Text("There is no group “{name}”."), cure=Text("Define it under “groups:”."))
NAME_TAKEN = Kind(
    "P127",
    Text("The name “{name}” is already that of {what}."),
    cure=Text("Choose another name."),
)
ONE_OF = Kind(
    "P128",
    Text("This needs exactly one of: {known}."),
    cure=Text("Keep the one you mean and remove the others."),
)
NO_BETTER = Kind(
    "P129",
    Text("“{name}” gives places, but does not say whether higher or lower is better."),
    cure=Text("Add “better: higher” or “better: lower”."),
)
CYCLE = Kind(
    "P130",
    Text("Figures are computed from each other in a circle: {path}."),
    cure=Text("Take one of them out of another's formula."),
)
UNUSED = Kind(
    "P131",
    Text("The {what} “{name}” is used nowhere."),
    cure=Text("Use it or remove it."),
    severity=Severity.WARNING,
)
UNITS = Kind(
    "P140",
    Text("Units do not fit: {left} {op} {right}."),
    cure=Text("Only like may be added to or compared with like; divide or multiply to change the unit."),
)
UNIT_OF_FIGURE = Kind(
    "P141",
    Text("“{name}” is declared as {declared}, but its formula gives {given}."),
    cure=Text("Correct the unit or the formula."),
)
NOT_A_CONDITION = Kind(
    "P142",
    Text("This should be a condition, but it is {given}."),
    expected=Text("something that is true or false, such as value < shop"),
)
BARE_RATIO = Kind(
    "P143",
    Text("A ratio is compared with {number}, which means {percent} %."),
    cure=Text("Write {number}% if you mean per cent, or {number}‰ if you mean per mille."),
)
MIXED_MARKS = Kind(
    "P144",
    Text("Rates per mille and per cent stand in the same rows."),
    cure=Text("Write all of them with ‰, or all with %: a slip here is a factor of ten."),
    severity=Severity.WARNING,
)
BAND_GAP = Kind(
    "P150",
    Text("The bands leave out what lies from {low} to {high}."),
    cure=Text("Add the row: {{from: {low}, to: {high}, give: …}}"),
)
BAND_OVERLAP = Kind(
    "P151",
    Text("Two bands claim what lies from {low} to {high}."),
    cure=Text("Let each band begin where the one before it ends."),
)
BAND_EMPTY = Kind(
    "P152",
    Text("The band from {low} to {high} is empty."),
    cure=Text("The upper border must be the larger one."),
)
BAND_OPEN = Kind(
    "P153",
    Text("The bands leave out everything {side} {border}."),
    cure=Text("Add the row: {row}"),
)
NEVER = Kind(
    "P154",
    Text("This rule can never give anything: {why}."),
    cure=Text("Correct it or remove it."),
)
AFTER_OTHERWISE = Kind(
    "P155", Text("Nothing may follow “otherwise”: it is never reached."), cure=Text("Put “otherwise” last.")
)
POOL_TWICE = Kind(
    "P160",
    Text("The pool “{pool}” is paid out more than once: by “{first}” and by “{name}”."),
    cure=Text("Split the pool into figures of its own, one for each."),
)
PAY_ROUNDING = Kind(
    "P161",
    Text("“{name}” is a line of the payslip, but is not rounded; the lines would not add up to the total."),
    cure=Text("Add “round: 0.01”."),
)
TOTAL_MISSES = Kind(
    "P162",
    Text("The total “{total}” does not add up the line “{name}”."),
    cure=Text("Add the line to the total, or move the figure to another section."),
)
MAY_DIVIDE_BY_ZERO = Kind(
    "P163",
    Text("“{name}” divides by the constant zero."),
    cure=Text("Correct the divisor."),
)
PAY_WITHOUT_VALUE = Kind(
    "P165",
    Text(
        "“{name}” is a line of the payslip, but may come out without a value (a zero base, or nothing known)."
    ),
    cure=Text("Say what it is then: default(…, 0)."),
)
PLACES_WRONG = Kind(
    "P164",
    Text("“{key}” is no place."),
    expected=Text("whole numbers from 1 on, such as {{1: 3, 2: 2, 3: 1}}"),
)
NOT_FOUND = Kind(
    "P170",
    Text("There is neither a file nor a shipped policy “{name}”."),
    expected=Text("the path of a policy file, or one of: {known}"),
)
