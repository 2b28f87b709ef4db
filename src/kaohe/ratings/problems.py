"""The kinds of problem with forms, samples and what comes back of them.

F1: rounds and draws. F2: workbooks that come back.
"""

from typing import NoReturn

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Problem, ProblemsFound, Severity

# Rounds

NO_FORMS = Kind(
    "F101",
    Text("The policy has no forms."),
    cure=Text("Write “forms:” into the policy; docs/policy-language.md shows how."),
)
UNKNOWN_FORM = Kind("F102", Text("The policy has no form “{form}”."), expected=Text("one of {known}"))
NO_SUBJECT = Kind(
    "F103",
    Text("The form “{form}” is about nobody in this period."),
    cure=Text("Look at “who” of the form, at its group, and at the people table."),
    severity=Severity.WARNING,
)
NO_RATER = Kind(
    "F104",
    Text("As “{role}” nobody scores {subjects}; the form goes out without it."),
    cure=Text(
        "First fill in who scores, then write the forms anew: the superior in the people table (column "
        "“superior”), the roles of superiors in the parameter superior_roles, or the group or the "
        "parameter of the role."
    ),
    severity=Severity.WARNING,
)
UNKNOWN_RATER = Kind(
    "F105",
    Text("The rater “{rater}” is not in the people table."),
    cure=Text("Correct the id in the policy, or add the person; then write the forms anew."),
    severity=Severity.WARNING,
)
NOT_ASKED = Kind(
    "F106",
    Text("“{rater}” fills in no form of this round."),
    expected=Text("one of {known}"),
)
NOT_A_PAIR = Kind(
    "F107",
    Text("“{text}” does not say a language of a person."),
    expected=Text("PERSON=LANGUAGE with one of {known}"),
)

# Samples

NO_SAMPLES = Kind(
    "F121",
    Text("The policy has no samples."),
    cure=Text("Write “samples:” into the policy; docs/policy-language.md shows how."),
)
UNKNOWN_SAMPLE = Kind("F122", Text("The policy has no sample “{sample}”."), expected=Text("one of {known}"))
WHICH_SAMPLE = Kind(
    "F123", Text("The policy has several samples."), cure=Text("Say which one: --sample {known}.")
)
NO_SIZE = Kind(
    "F124",
    Text("The parameter “{parameter}” does not say how many conversations are drawn."),
    expected=Text("a whole number above zero"),
)
OTHER_SEED = Kind(
    "F125",
    Text("This round was drawn already, with the seed {seed}."),
    cure=Text("Draw with --seed {seed}: what was drawn stays. Drawing until it pleases is no sampling."),
)
TOO_FEW = Kind(
    "F126",
    Text("{person} is {count} conversation(s) short of what is to be drawn."),
    severity=Severity.WARNING,
)
NOTHING_TO_DRAW = Kind(
    "F134",
    Text("Of {people} the records hold no conversation that can be drawn in this period."),
    cure=Text(
        "If they chatted with customers, look at the accounts table; if they did not, there is nothing to do."
    ),
    severity=Severity.WARNING,
)
STILL_RUNNING = Kind(
    "F127",
    Text("The period runs until {last}: what comes after {as_of} cannot be drawn yet."),
    cure=Text("Draw again with the same seed when more is known: what was drawn stays."),
    severity=Severity.WARNING,
)
NOT_A_STORE = Kind(
    "F128",
    Text("“{path}” is no store: a draw has to be kept."),
    cure=Text("Import the records into a store first: kaohe import --into …"),
)
NOT_DRAWN = Kind(
    "F129",
    Text("Nothing was drawn for {round} yet."),
    cure=Text("Draw first: kaohe sample draw … --seed N"),
)
NO_REVIEWERS = Kind(
    "F130",
    Text("There is nobody to review."),
    cure=Text("Name the reviewers: --reviewer, once for each; or “reviewers:” in the policy's sample."),
)
NO_REVIEWER_LEFT = Kind(
    "F131",
    Text(
        "Nobody is left to review {count} case(s): {cases}. No one reviews themself, and a second one is "
        "another."
    ),
    cure=Text("Name more reviewers: --reviewer, once for each."),
    severity=Severity.WARNING,
)
UNKNOWN_REVIEWER = Kind(
    "F132",
    Text(
        "The reviewer “{reviewer}” is not in the people table: nobody can see that it is not their own chat."
    ),
    cure=Text("Write the id as the people table has it."),
    severity=Severity.WARNING,
)
NOT_A_REVIEWER = Kind(
    "F135",
    Text(
        "“{reviewer}” is not in the group of reviewers that the policy names: these reviews will not count."
    ),
    expected=Text("one of {known}"),
    cure=Text("Leave --reviewer out, or take the person into the group."),
    severity=Severity.WARNING,
)
GONE = Kind(
    "F133",
    Text("The conversation of the case {case} is no longer in the records as it was drawn."),
    cure=Text("Look at what was imported since, and at who holds the account."),
    severity=Severity.WARNING,
)

# Workbooks that come back

A_FORM, A_REVIEW = Text("rating forms"), Text("reviews of conversations")
NOT_OURS = Kind(
    "F201",
    Text("This workbook is none that kaohe wrote, or its hidden sheet is gone."),
    cure=Text("Fill in the file that was sent out, and hand in that file."),
)
BROKEN_MARK = Kind(
    "F202",
    Text("The hidden sheet was changed: nobody can say any more what was asked."),
    cure=Text("Write the form anew and copy the scores into it."),
)
NEWER_FORMAT = Kind(
    "F203", Text("This workbook was written by another version of kaohe."), cure=Text("Write the form anew.")
)
OTHER_KIND = Kind("F204", Text("This is a workbook for {other}."), expected=Text("one for {expected}"))
OTHER_ROUND = Kind(
    "F205",
    Text("This workbook is of the round {other}."),
    expected=Text("{expected}"),
    cure=Text("Hand in the file of this round; last time's stays where it is."),
)
SHEET_GONE = Kind(
    "F206",
    Text("The sheet “{sheet}” is missing; there are: {sheets}."),
    cure=Text("Give it back its name, or write the form anew."),
)
CHANGED = Kind(
    "F207",
    Text("The cell {cell} was changed: it says what is scored."),
    expected=Text("“{expected}”"),
    cure=Text("Put it back as it was: rows may not be moved, and names may not be changed."),
)
FORMULA = Kind(
    "F208",
    Text("The cell {cell} holds a formula."),
    expected=Text("something typed in, not computed"),
    cure=Text("Type the score or the note itself."),
)
NOT_A_SCORE = Kind(
    "F209",
    Text("The cell {cell} holds no number."),
    expected=Text("a number from {low} to {high}, or nothing"),
    cure=Text("Type the score as a plain number, without an apostrophe or words; words go into the note."),
)
OFF_SCALE = Kind(
    "F210",
    Text("The score in the cell {cell} is not on the scale."),
    expected=Text("a number from {low} to {high}"),
)
TOO_FINE = Kind(
    "F211",
    Text("The score in the cell {cell} has too many decimal places."),
    expected=Text("at most {places} decimal places"),
)
SOMETHING_ELSE = Kind(
    "F212",
    Text("The cell {cell} holds something that the form does not ask for."),
    cure=Text("Empty it; what you want to say goes into the note."),
)
NOT_XLSX = Kind("F213", Text("This is no .xlsx workbook."), cure=Text("Save it as “Excel workbook (.xlsx)”."))
TWO_FILES = Kind(
    "F214",
    Text("{other} holds another score of {rater} for the same, at {cell}: {score}."),
    cure=Text("Hand in only the one that counts."),
)
LATE = Kind(
    "F215",
    Text(
        "The form of {rater} was due on {due} and came {days} day(s) later. It counts, and is marked as late."
    ),
    severity=Severity.WARNING,
)
EARLY = Kind(
    "F216",
    Text(
        "The form of {rater} came before it goes out, on {opens}: it may not see the whole period. It counts."
    ),
    severity=Severity.WARNING,
)
BLANK_FORM = Kind(
    "F217",
    Text("The form of {rater} holds no score yet."),
    severity=Severity.WARNING,
)
NOTE_WITHOUT_SCORE = Kind(
    "F218",
    Text("The cell {cell} holds a note, but its score is blank: nothing is taken in."),
    cure=Text("Give the score, or leave the note out."),
    severity=Severity.WARNING,
)
NOT_IN_DRAW = Kind(
    "F219",
    Text("The case {case} was not drawn in {round}, as far as this store knows."),
    cure=Text("Read it into the store from which it was written."),
)
OWN_CASE = Kind(
    "F220",
    Text("{reviewer} reviews a conversation of their own: {case}."),
    cure=Text("Let somebody else review it."),
)


def refuse(problem: Problem) -> NoReturn:
    """Raise a problem that ends the command."""
    raise ProblemsFound([problem])
