"""The kinds of problem that an appraisal finds in its facts."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Severity

UNKNOWN_ITEM = Kind(
    "A101",
    Text(
        "The policy does not know the item “{item}” of {count} entries, the first of {day} for {person}. "
        "They do not count."
    ),
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
NOT_APPROVED = Kind(
    "A106",
    Text("The entry “{item}” of {day} for {person} is not approved. It does not count."),
    cure=Text("Let it be approved: who has approved it stands in the column “approved_by”."),
    severity=Severity.WARNING,
)
REVERSES_NOTHING = Kind(
    "A107",
    Text("The entry “{item}” of {day} for {person} takes back more than there is. It does not count."),
    expected=Text("an entry of the same person, day and item before it"),
    cure=Text("Correct the day or the quantity."),
    severity=Severity.WARNING,
)
BEYOND_PERIOD = Kind(
    "A108",
    Text("The entry “{item}” of {day} for {person} goes beyond {most} in the period; {counts} of it count."),
    cure=Text("Nothing to do, unless an entry before it is to be taken back."),
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
UNKNOWN_ROUND = Kind(
    "A111",
    Text("There are scores of the round “{round}”, which the policy does not ask for. They do not count."),
    expected=Text("one of {known}"),
    cure=Text("Correct the round."),
    severity=Severity.WARNING,
)
UNKNOWN_SCORED = Kind(
    "A112",
    Text("{by} has scored the item “{item}” of {subject}, which nothing asks for. It does not count."),
    expected=Text("one of {known}"),
    cure=Text("Correct the item, or add it to the form in the policy."),
    severity=Severity.WARNING,
)
SEVERAL_ROUNDS = Kind(
    "A113",
    Text("{by} has scored “{item}” of {subject}; several forms ask for it. It does not count."),
    expected=Text("as round one of {known}"),
    cure=Text("Say in the round which form is meant."),
    severity=Severity.WARNING,
)
SCORE_OFF_SCALE = Kind(
    "A114",
    Text("{by} has given “{item}” of {subject} in “{name}” a score off its scale. It does not count."),
    expected=Text("a score from {low} to {high}"),
    cure=Text("Ask {by} for the score that was meant."),
    severity=Severity.WARNING,
)
SCORED_AGAIN = Kind(
    "A115",
    Text("{by} has scored “{item}” of {subject} in “{name}” more than once; the last score counts."),
    cure=Text("Nothing to do, if the last one is meant."),
    severity=Severity.WARNING,
)
SCORES_CONTRADICT = Kind(
    "A116",
    Text("{by} has given “{item}” of {subject} in “{name}” two scores at the same time. Neither counts."),
    cure=Text("Ask {by} which one is meant, and hand it in with a later time."),
    severity=Severity.WARNING,
)
NOT_A_RATER = Kind(
    "A117",
    Text("{by} has scored {subjects} in “{name}” without being asked to. Not counted: {count} score(s)."),
    cure=Text("See who is asked in the policy's “raters:”, and who is whose superior in the people table."),
    severity=Severity.WARNING,
)
NOT_RATED = Kind(
    "A118",
    Text("“{name}” is not about {subject}, whom {by} has scored. Not counted: {count} score(s)."),
    expected=Text("one of {known}"),
    cure=Text("Correct the name."),
    severity=Severity.WARNING,
)
SCORED_LATE = Kind(
    "A119",
    Text("{by} handed in {count} score(s) of “{name}” after the due day, {due}. Late scores count."),
    cure=Text("Nothing to do, unless the period is closed already."),
    severity=Severity.WARNING,
)
NOT_WHOLE = Kind(
    "A120",
    Text("{by} has not scored every item of {subject} in “{name}”; what is there does not count yet."),
    expected=Text("a score for: {lacking}"),
    cure=Text("Ask {by} for the rest."),
    severity=Severity.WARNING,
)
NOT_DRAWN = Kind(
    "A122",
    Text("Reviews of {count} conversation(s) not drawn in “{name}” do not count: {cases}."),
    expected=Text("a case of the table “draws” of that round"),
    cure=Text("Correct the case, or take the reviews out: only what was drawn at random is a sample."),
    severity=Severity.WARNING,
)
DRAWN_OF_ANOTHER = Kind(
    "A123",
    Text(
        "The conversation {case} of “{name}” was drawn from {person}, and is reviewed as that of {subject}. "
        "It does not count."
    ),
    cure=Text("Correct the person in the reviews."),
    severity=Severity.WARNING,
)
OWN_REVIEW = Kind(
    "A124",
    Text("{by} has reviewed conversations of their own in “{name}”: {cases}. These reviews do not count."),
    cure=Text("Let somebody else review them."),
    severity=Severity.WARNING,
)
NOT_A_REVIEWER = Kind(
    "A125",
    Text("{by} is not among the reviewers of “{name}”. Not counted: {count} score(s)."),
    expected=Text("one of {known}"),
    cure=Text("Correct the reviewer, or take the person into the group that the policy names."),
    severity=Severity.WARNING,
)
CASE_OF_TWO = Kind(
    "A121",
    Text(
        "The conversation {case} of “{name}” is reviewed as that of {subjects}. It counts for none of them."
    ),
    cure=Text("Correct the person in the reviews."),
    severity=Severity.WARNING,
)
