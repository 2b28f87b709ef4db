"""The kinds of problem that an appraisal finds in its facts."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Severity

UNKNOWN_ITEM = Kind(
    "A101",
    Text("The entry of {day} for {person} has the item “{item}”, which the policy does not know."),
    expected=Text("one of {known}"),
    cure=Text("Correct the item, or add it to the policy's ledger."),
    severity=Severity.WARNING,
)
UNKNOWN_PERSON = Kind(
    "A102",
    Text("The entry of {day} is for {person}, who is not in the people table."),
    cure=Text("Correct the name, or add the person."),
    severity=Severity.WARNING,
)
BAD_QUANTITY = Kind(
    "A103",
    Text("The entry “{item}” of {day} for {person} has an odd quantity."),
    expected=Text("a whole number from 1 to {most}"),
    cure=Text("Correct the entry; it counts as it stands until then."),
    severity=Severity.WARNING,
)
NO_REVIEW = Kind(
    "A104",
    Text("The entry “{item}” of {day} for {person} has no open review in its week, so it costs no points."),
    cure=Text("Look at the week's ratio and the date of the entry."),
    severity=Severity.WARNING,
)
NOT_IN_PEOPLE = Kind(
    "A105",
    Text("{person} served customers but is not in the people table: ranked, but not appraised or paid."),
    cure=Text("Add the person to the people table."),
    severity=Severity.WARNING,
)
