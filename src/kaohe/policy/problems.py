"""The kinds of problem that a policy can have: P1xx as one reads it, P2xx as one thinks it through.

Gaps hold what stands in the file, or a Text where they say something.
"""

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Severity

DID_YOU_MEAN = Text("Did you mean “{nearest}”?")

# The file

NOT_FOUND = Kind(
    "P100",
    Text("There is neither a file nor a shipped policy “{name}”."),
    expected=Text("the path of a policy file, or one of: {known}"),
)
UNKNOWN_KEY = Kind(
    "P101", Text("There is no key “{key}” here."), cure=Text("Remove it, or write one of: {known}.")
)
MISSING_KEY = Kind("P102", Text("The key “{key}” is missing here."), cure=Text("Add it."))
WRONG_SHAPE = Kind("P103", Text("“{key}” holds the wrong kind of thing."), expected=Text("{expected}"))
BAD_NAME = Kind(
    "P104",
    Text("“{name}” cannot be a name."),
    expected=Text("small letters, digits and underscores, beginning with a letter"),
    cure=Text("Write what people call it under “title:”; formulas use the name."),
)
NOT_A_DAY = Kind("P105", Text("There is no day “{day}”."), expected=Text("a day of the calendar, YYYY-MM-DD"))
ONE_OF = Kind(
    "P106",
    Text("This needs exactly one of: {known}."),
    cure=Text("Keep the one you mean and remove the others."),
)
IDLE_KEY = Kind(
    "P107",
    Text("“{key}” has no effect here."),
    expected=Text("it counts {where}"),
    cure=Text("Remove it, or write it where it counts."),
)
CUT_FORMULA = Kind(
    "P141",
    Text("“{key}” looks like the rest of a formula that was cut at its comma."),
    cure=Text("Between {{ and }}, put a formula that holds a comma in quotes, or give it a line of its own."),
)
RULE_ELSEWHERE = Kind(
    "P108",
    Text("A rule “{rule}” cannot stand under “{under}”."),
    expected=Text("under “{under}”: {known}"),
)
ONLY_PEOPLE = Kind(
    "P109",
    Text("“{key}” is for people; this section is about the department."),
    cure=Text("Move the figure to a section with “for: person”."),
)

# Formulas

NOT_A_FORMULA = Kind(
    "P110",
    Text("This cannot be read as a formula."),
    expected=Text("a formula as in a spreadsheet, such as ordered / inquiries"),
    cure=Text("Look for a missing operator, bracket or comma; “equal to” is written ==."),
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
    expected=Text("at most {most} characters, and brackets at most {deepest} deep"),
    cure=Text("Split it into figures with names."),
)
UNKNOWN_NAME = Kind(
    "P113",
    Text("No figure, measure, parameter or group is called “{name}” here."),
    cure=Text("See the list of measures in docs/measures.md, or define the name."),
)
UNKNOWN_FIGURE = Kind(
    "P114",
    Text("{level} has no figure “{name}”."),
    cure=Text("Define it, or correct the name."),
)
UNKNOWN_FACT = Kind(
    "P115",
    Text("A formula cannot read “{name}” from the table “{table}” here."),
    cure=Text("See docs/policy-language.md for the columns that formulas about people may read."),
)
UNKNOWN_ITEM = Kind(
    "P116",
    Text("The ledger has no item “{name}”."),
    cure=Text("Add the item under “ledger:”, or correct the name."),
)
UNKNOWN_INDICATOR = Kind(
    "P143",
    Text("There is no operating indicator “{name}”."),
    cure=Text("Add the indicator under “operating:”, or correct the name."),
)
UNKNOWN_FUNCTION = Kind("P117", Text("There is no function “{name}”."), expected=Text("one of {known}"))
WRONG_ARGUMENTS = Kind(
    "P118",
    Text("“{name}” is used in a way that it does not understand."),
    expected=Text("something like {usage}"),
)
NEEDS_OVER = Kind(
    "P119",
    Text("“{name}” must say what it runs over."),
    expected=Text("{name}(…, over=weeks) or over= a group of people, shops, or named other periods"),
)
UNKNOWN_OVER = Kind("P120", Text("“{name}” is nothing to run over here."), expected=Text("one of {known}"))
WEEKLY_IN_PERIOD = Kind(
    "P121",
    Text("“{name}” is a figure of each week; the month has four of them."),
    cure=Text("Write sum({name}, over=weeks)."),
)
NO_PLACES = Kind(
    "P122",
    Text("“{name}” gives no places."),
    cure=Text("Name a figure that has a rule “places”."),
)
NO_SHOP = Kind(
    "P123",
    Text("“{name}” has no shop's value beside it."),
    cure=Text("Add “shop_beside: yes” to the figure or its section."),
)
NO_VALUE_HERE = Kind(
    "P124",
    Text("“{name}” means the figure that a rule is about; here it is about none."),
    cure=Text("Write the figure's name."),
)
PREVIOUS_WEEKLY = Kind(
    "P125",
    Text("previous(…) looks at the whole {period} before, but “{name}” is computed {each} by {each}."),
    cure=Text("Add “shop_each_period: yes” for the shop's value, or name a figure of the {period}."),
)
ONLY_ROWS = Kind(
    "P126",
    Text("“{part}” cannot stand inside over=shops."),
    expected=Text("first(…) and last(…) of a shop's dated table, parameters and numbers"),
)
FACT_OF_PEOPLE = Kind(
    "P128",
    Text("“{name}” is a fact about a person; this is about the department or the shop."),
    cure=Text("Gather it over a group, as in sum({name}, over=everyone)."),
)
FACT_BESIDE_SHOP = Kind(
    "P129",
    Text("The shop's value beside this figure cannot be computed: “{name}” is known of persons only."),
    cure=Text("Give the shop's own formula under “shop_is:”, or write “shop_beside: no”."),
)

# Spans of time

WEEKS_OF_A_MONTH = Kind(
    "P160",
    Text("Quarters are the weeks of a month, but the period is a {period}."),
    expected=Text("one of iso, iso_cut, none"),
    cure=Text("Write “weeks: iso”: from Monday to Sunday, those that straddle a border whole."),
)
NO_WEEKS = Kind(
    "P161",
    Text("The period of this policy is not cut into weeks."),
    cure=Text("Write “each: period”, or cut the period by “weeks:”."),
)
SINCE_TOO_SHORT = Kind(
    "P162",
    Text("The running {since} holds no period before this one: a period is a {period}."),
    expected=Text("something longer than a period"),
    cure=Text("Name a longer one, or count “periods:” back."),
)
FINER_IN_SPAN = Kind(
    "P163",
    Text("“{name}” is a figure of each {each}; there are several of them here."),
    cure=Text("Write sum({name}, over={over})."),
)
NOT_OF_SPAN = Kind(
    "P164",
    Text("“{name}” is a figure of each {each}; a {span} has none of its own."),
    cure=Text("Write its formula instead of its name, or move the figure to such a section."),
)
DAYS_BEYOND = Kind(
    "P165",
    Text("A week may reach beyond the period, where “{name}” has no days."),
    cure=Text("Write “weeks: iso_cut”, or its formula instead of its name."),
)
CUT_WEEK_BEFORE = Kind(
    "P167",
    Text("A week that is cut has one name in two periods; “{name}” of another period would be mistaken."),
    cure=Text("Sum it up in a figure of the period, and gather that one over the periods."),
)
MONTHLY_TABLE = Kind(
    "P166",
    Text("The table “{table}” is kept by month; a week has no row of it."),
    cure=Text("Choose a period of months, or set the amount of a week as a parameter."),
)

# Names, numbers, parameters

BAD_NUMBER = Kind(
    "P130",
    Text("“{key}” must be a number."),
    expected=Text("a number such as 0.5, a percentage such as 80%, or a rate such as 8‰"),
)
NOT_ABOVE_ZERO = Kind("P131", Text("“{key}” must be above zero."), expected=Text("a step such as 0.01"))
BAD_PARAMETER = Kind(
    "P132",
    Text("The parameter “{name}” cannot have this value."),
    expected=Text("{expected}"),
)
UNKNOWN_PARAMETER = Kind(
    "P133",
    Text("The policy has no parameter “{name}”."),
    cure=Text("See “kaohe policy show” for the parameters and their titles."),
)
WRONG_TYPE = Kind(
    "P134",
    Text("The parameter “{name}” is of type {given}."),
    expected=Text("a parameter of type {wanted}"),
)
DAY_TWICE = Kind(
    "P135",
    Text("The parameter “{name}” has two values from {day} on."),
    cure=Text("Keep one of them."),
)
UNKNOWN_GROUP = Kind("P136", Text("There is no group “{name}”."), cure=Text("Define it under “groups:”."))
NAME_TAKEN = Kind(
    "P137",
    Text("The name “{name}” is already that of {what}."),
    cure=Text("Choose another name."),
)
PLACES_WRONG = Kind(
    "P138",
    Text("“{key}” is no place."),
    expected=Text("whole numbers from 1 on, such as {{1: 3, 2: 2, 3: 1}}"),
)
NO_BETTER = Kind(
    "P139",
    Text("“{name}” gives places, but does not say whether higher or lower is better."),
    cure=Text("Add “better: higher” or “better: lower”."),
)
NO_DEPARTMENT = Kind(
    "P140",
    Text("There are figures of a department or shop, but “department:” does not say which."),
    cure=Text("Add “department:” with “subject:” and “members:”."),
)

# Units

UNITS = Kind(
    "P201",
    Text("Units do not fit: {left} {op} {right}."),
    cure=Text("Only like may be added to or compared with like; divide or multiply to change the unit."),
)
UNIT_OF_FIGURE = Kind(
    "P202",
    Text("“{name}” is declared as {declared}, but this gives {given}."),
    cure=Text("Correct the unit or the formula."),
)
NOT_A_CONDITION = Kind(
    "P203",
    Text("This should be a condition, but it is {given}."),
    expected=Text("something that is true or false, such as value < shop"),
)
NOT_A_NUMBER = Kind(
    "P204",
    Text("This should be a number, but it is {given}."),
    expected=Text("a measure, a figure, a number, or what is computed from them"),
)
NOT_A_TEXT = Kind(
    "P205",
    Text("This should be a text, but it is {given}."),
    expected=Text("a parameter of type text, or a text in quotes within quotes"),
)
BARE_RATIO = Kind(
    "P206",
    Text("A ratio meets the bare number {number}, which means {percent} %."),
    cure=Text("Write {number}% if you mean per cent, or {number}‰ if you mean per mille."),
)
MIXED_MARKS = Kind(
    "P207",
    Text("Rates per mille and per cent stand in the same rows."),
    cure=Text("Write all of them with ‰, or all with %: a slip here is a factor of ten."),
    severity=Severity.WARNING,
)

# Rules

BAND_GAP = Kind(
    "P211",
    Text("The bands leave out what lies from {low} to {high}."),
    cure=Text("Add the row: {{from: {low}, to: {high}, {key}: …}}"),
)
BAND_OVERLAP = Kind(
    "P212",
    Text("Two bands claim what lies from {low} to {high}."),
    cure=Text("Let each band begin where the one before it ends."),
)
BAND_EMPTY = Kind(
    "P213",
    Text("The band from {low} to {high} is empty."),
    cure=Text("The upper border must be the larger one."),
)
BAND_OPEN_BELOW = Kind(
    "P214",
    Text("The bands leave out everything below {border}."),
    cure=Text("Add the row: {{to: {border}, {key}: …}}"),
)
BAND_OPEN_ABOVE = Kind(
    "P215",
    Text("The bands leave out everything from {border} up."),
    cure=Text("Add the row: {{from: {border}, {key}: …}}"),
)
NEVER = Kind(
    "P216",
    Text("This rule can never give anything: {why}."),
    cure=Text("Correct it or remove it."),
)
AFTER_OTHERWISE = Kind(
    "P217", Text("Nothing may follow “otherwise”: it is never reached."), cure=Text("Put “otherwise” last.")
)
PLACES_ORDER = Kind(
    "P218",
    Text("Place {worse} earns more than place {better}."),
    cure=Text("Let the better place earn at least as much."),
    severity=Severity.WARNING,
)
DIVIDES_BY_ZERO = Kind("P219", Text("This divides by the constant zero."), cure=Text("Correct the divisor."))
CAP_OF_A_LOSS = Kind(
    "P220",
    Text("“at_most” beside a negative “give” would make a small loss larger, not a large one smaller."),
    cure=Text("Write “at_least:” to limit what can be lost, such as at_least: -6."),
)
FLOOR_OF_A_GAIN = Kind(
    "P225",
    Text("“at_least” beside a positive “give” would make a small gain larger, not a loss smaller."),
    cure=Text("Write “at_most:” to limit what can be gained, or leave it out."),
)
LEAST_ABOVE_MOST = Kind(
    "P226",
    Text("At least {least} is more than at most {most}."),
    cure=Text("Let “at_least” be the smaller one."),
)

# The whole

CYCLE = Kind(
    "P221",
    Text("Figures are computed from each other in a circle: {path}."),
    cure=Text("Take one of them out of another's formula."),
)
GROUP_CYCLE = Kind(
    "P222",
    Text("Groups are defined by each other in a circle: {path}."),
    cure=Text("Take one of them out of another's condition."),
)
UNUSED = Kind(
    "P223",
    Text("{what} “{name}” is used nowhere."),
    cure=Text("Use it or remove it."),
    severity=Severity.WARNING,
)
POINTS_UNCOUNTED = Kind(
    "P224",
    Text("The points of “{name}” are counted nowhere, while those of other figures are."),
    cure=Text("Add {name}.points to the sum of points, or remove its rules."),
    severity=Severity.WARNING,
)
POOL_TWICE = Kind(
    "P231",
    Text("The pool “{pool}” is paid out more than once: by “{first}” and by “{name}”."),
    cure=Text("Split the pool into figures of its own, one for each."),
)
POOL_OVERSPENT = Kind(
    "P232",
    Text("More than the pool “{pool}” is paid out: {names} add up to {percent} % of it."),
    cure=Text("Let the shares add up to 100 % at most."),
)
POOL_EACH_WEEK = Kind(
    "P233",
    Text("“{name}” pays out the pool “{pool}” of the {period} again each {each}."),
    cure=Text("Move the figure to a section with “each: period”."),
)
PAY_ROUNDING = Kind(
    "P234",
    Text("“{name}” is a line of the payslip, but is not rounded; the lines would not add up to the total."),
    cure=Text("Add “round: 0.01”."),
)
TOTAL_MISSES = Kind(
    "P235",
    Text("The total “{total}” does not add up the line “{name}”."),
    cure=Text("Add the line to the total, or move the figure to another section."),
)
TOTAL_TWICE = Kind(
    "P236",
    Text("The total “{total}” counts the line “{name}” more than once."),
    cure=Text("Keep it once."),
)
TOTAL_NOT_A_SUM = Kind(
    "P237",
    Text("The total “{total}” is not the plain sum of its lines, so the payslip would not add up."),
    expected=Text("figures joined by + and − alone, and no rounding"),
    cure=Text("Give the rest a line of its own."),
)
PAY_WITHOUT_VALUE = Kind(
    "P238",
    Text(
        "“{name}” is a line of the payslip, but may come out without a value (a zero base, or nothing known)."
    ),
    cure=Text("Say what it is then: default(…, 0)."),
)

# Copies

BAD_POLICY_NAME = Kind(
    "P301",
    Text("“{name}” cannot be the name of a policy."),
    expected=Text("small letters, digits and hyphens, beginning with a letter, such as my-desk"),
    cure=Text("What people call it goes under “title:”, in any letters."),
)
CANNOT_RENAME = Kind(
    "P302",
    Text("“{name}” cannot be copied under another name."),
    expected=Text("“policy:” and “version:” on lines of their own"),
    cure=Text("Copy the file yourself, and change the two."),
)
FILE_THERE = Kind(
    "P303",
    Text("The file is there already; it is not overwritten."),
    cure=Text("Choose another name for the new file."),
)
CANNOT_WRITE = Kind(
    "P304",
    Text("The file cannot be written: {reason}."),
    cure=Text("See that the folder is there and open to you."),
)
