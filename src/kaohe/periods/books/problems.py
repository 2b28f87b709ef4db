"""The kinds of problem that keeping the books finds."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind, Severity

# The books themselves

NO_BOOKS = Kind(
    "D201",
    Text("There are no books in {folder}."),
    expected=Text("a folder with a file kaohe-books.json"),
    cure=Text("Name the folder that periods were closed into; the first closing makes it."),
)
NOT_EMPTY = Kind(
    "D202",
    Text("{folder} is no books, and holds something else."),
    cure=Text("Name an empty folder, or one that is not there yet."),
)
NEEDS_STORE = Kind(
    "D203",
    Text("A period is closed on a store, which keeps every version of its records; this is a plain folder."),
    cure=Text("Import the files first (kaohe import --into STORE …), then close on the store."),
)
GIVEN_MEASURES = Kind(
    "D204",
    Text("A period is closed on measures that were computed, not on measures that were handed in."),
    cure=Text("Leave out --measures."),
)
NOT_CLOSED = Kind(
    "D205", Text("{label} is not closed in these books."), expected=Text("one of the closed periods: {known}")
)
BOOKS_MOVED = Kind(
    "D206",
    Text("Somebody else wrote into the books meanwhile: a closing, a correction, an appeal or an answer."),
    cure=Text("Run the command again; it then counts what is new."),
)
NO_NAME = Kind("D207", Text("Say who does this."), cure=Text("Add --by NAME."))
NO_REASON = Kind("D208", Text("Say why."), cure=Text("Add the reason; it is kept with the decision."))
CLOSED_OTHERWISE = Kind(
    "D209",
    Text("{figure} of {subject} in {span} was closed as {closed}; what is handed in is left aside."),
    cure=Text("Leave the period out of the file; what was closed goes before what is handed in."),
    severity=Severity.WARNING,
)

# Closing

CLOSED_ALREADY = Kind(
    "D210",
    Text("{label} was closed by {by} at {at}; a closed period is never rewritten."),
    cure=Text("What came later reaches pay by a correction: {command}"),
)
BLOCKED = Kind(
    "D211",
    Text("{label} cannot be closed: “{name}” blocks it. {says}"),
    cure=Text("Mend it, or close all the same with a reason: --waive {waiver}"),
)
BLOCKED_BY_SEVERAL = Kind(
    "D214",
    Text("{label} cannot be closed: {count} of the kind “{name}” block it. {says}"),
    cure=Text(
        "Mend them (kaohe period status lists each), or close all the same with a reason: --waive {waiver} ; "
        "one reason for whatever blocks: --because REASON"
    ),
)
WAIVED_NOTHING = Kind(
    "D212",
    Text("“{name}” blocks nothing."),
    expected=Text("one of {known}"),
    cure=Text("Leave it out, or write what the status lists."),
)
NOT_A_WAIVER = Kind(
    "D213", Text("This is no waiver."), expected=Text("NAME=REASON, as the status lists names")
)

# Verifying

FILE_CHANGED = Kind(
    "D220",
    Text("The file “{name}” is not as it was closed."),
    cure=Text("Take the file from a copy of the books or from the archive of the period."),
)
FILE_MISSING = Kind(
    "D221",
    Text("The file “{name}” is missing."),
    cure=Text("Take the file from a copy of the books or from the archive of the period."),
)
FILE_FOREIGN = Kind("D222", Text("The file “{name}” does not belong here."), cure=Text("Remove it."))
CHAIN_BROKEN = Kind(
    "D223",
    Text("Version {version} of {label} names another version {other} of {of} than the one that is there."),
    cure=Text("Take that version from a copy of the books or from its archive."),
)
FIGURE_DIFFERS = Kind(
    "D224",
    Text("{figure} of {subject} in {span} was closed as {closed}; computed again it is {again}."),
    cure=Text("See by which version of kaohe it was closed, and what else was found."),
)
TABLE_DIFFERS = Kind(
    "D225",
    Text("“{name}”, read from the store at its version, is not what was closed on."),
    cure=Text("See whether this is the store that the period was closed on."),
)
STORE_UNREADABLE = Kind(
    "D226",
    Text("The store cannot be read at the version that was closed on."),
    cure=Text(
        "Name the store that the period was closed on; without --records what the books keep is verified."
    ),
)
ENGINE_DIFFERS = Kind(
    "D227",
    Text("{label} was closed by kaohe {closed}; this is {here}."),
    severity=Severity.WARNING,
)
POLICY_UNREADABLE = Kind("D228", Text("The policy that was closed under cannot be read any more."))
MANIFEST_UNREADABLE = Kind(
    "D229",
    Text("The manifest cannot be read."),
    cure=Text("Take the file from a copy of the books or from the archive of the period."),
)
SEAL_DIFFERS = Kind(
    "D230",
    Text("The seal is not the one that was noted down."),
    expected=Text("{expected}"),
    cure=Text("Somebody put another version in its place: look for a copy of the books."),
)
ARCHIVE_DAMAGED = Kind(
    "D231",
    Text("The archive is damaged at “{name}”."),
    cure=Text("Take another copy of the archive, or write it again from the books."),
)
NOT_AN_ARCHIVE = Kind(
    "D232",
    Text("This is no archive of a period."),
    expected=Text("a file that kaohe period archive wrote"),
)
NOT_ENOUGH = Kind(
    "D233",
    Text("The period does not verify, so it is not archived."),
    cure=Text("Verify it first: {command}"),
)

LINES_DIFFER = Kind(
    "D234",
    Text("The chat lines of {shop} on {day} are not those that were closed on."),
    cure=Text("See whether this is the store that the period was closed on."),
)

ORDERS_DIFFER = Kind(
    "D235",
    Text("The orders of {shop} on {day} are not those that were closed on."),
    cure=Text("See whether this is the store that the period was closed on."),
)

INTERVALS_DIFFER = Kind(
    "D236",
    Text(
        "How sure figures are does not come out again for {count} people ({people}), drawn {replicates} "
        "times with the seed {seed} as at the closing."
    ),
    cure=Text("See whether this is the store that the period was closed on, and the version of kaohe."),
)

# Corrections

EARLIER_AS_OF = Kind(
    "D240",
    Text("{label} was closed as of {closed}; a correction cannot know less."),
    cure=Text("Leave out --as-of, or name that day or a later one."),
)
UPHELD_WITHOUT_EFFECT = Kind(
    "D241",
    Text("Appeal {number} was upheld, but no figure of {person} has changed since."),
    cure=Text("Enter the record that the answer names: {record}"),
    severity=Severity.WARNING,
)

STORE_AS_IT_WAS = Kind(
    "D242",
    Text(
        "The store cannot be read as {label} was closed on it, so nobody can say which chat lines and orders "
        "came since."
    ),
    cure=Text("Name the store that the period was closed on."),
    severity=Severity.WARNING,
)

# Appeals

NO_APPEAL = Kind("D250", Text("There is no appeal {number}."), expected=Text("one of {known}"))
ANSWERED_ALREADY = Kind(
    "D251",
    Text("Appeal {number} was {decision} by {by} at {at}; an answer stands."),
    cure=Text("Whoever disagrees appeals again, against the figure as it stands now: {again}"),
)
OWN_ANSWER = Kind(
    "D252",
    Text("An appeal is answered by somebody else than who opened it or whom it is about."),
    cure=Text("Let another person answer appeal {number}."),
)
NOTHING_MAKES_GOOD = Kind(
    "D253",
    Text("An upheld appeal names what makes it good."),
    cure=Text(
        "Add --entry 'DAY ITEM QUANTITY' for an entry of the ledger, --review 'CASE ITEM SCORE' for a "
        "reviewed conversation, or --record TEXT for a mended record."
    ),
)
REJECTED_YET_GOOD = Kind(
    "D254",
    Text("A rejected appeal changes nothing, so it names nothing that makes it good."),
    cure=Text("Leave out --entry, --review and --record, or uphold appeal {number}."),
)
NOT_PUBLISHED = Kind(
    "D255",
    Text("There are no figures of {label} in these books to appeal against."),
    expected=Text("one of {known}"),
    cure=Text("Publish them first, or close the period: {command}"),
)
NO_SUCH_FIGURE = Kind(
    "D256",
    Text("{person} has no figure “{figure}” in {span}."),
    expected=Text("one of {known}"),
)
APPEALED_ALREADY = Kind(
    "D257",
    Text("Appeal {number} is about this figure and not answered yet."),
    cure=Text("Wait for its answer; whoever then disagrees appeals again."),
)
OPENED_LATE = Kind(
    "D258",
    Text("{label} could be appealed against until {until}."),
    cure=Text("To take it up all the same, say why: --late REASON"),
)
ANSWERED_LATE = Kind(
    "D259",
    Text("Appeal {number} was to be answered by {due}; the answer counts, and is marked as late."),
    severity=Severity.WARNING,
)
APPEALS_BROKEN = Kind(
    "D260",
    Text("The appeals were changed: “{name}” does not follow from the one before it."),
    cure=Text("Take the folder “appeals” from a copy of the books."),
)
NO_DECISION = Kind(
    "D262",
    Text("An answer decides: appeal {number} is upheld or rejected."),
    expected=Text("upheld or rejected"),
)
NOT_AN_ENTRY = Kind(
    "D261",
    Text("This is no entry of the ledger."),
    expected=Text("a day, an item and a quantity, such as “2026-10-12 praise 1”"),
)
NOT_A_REVIEW = Kind(
    "D263",
    Text("This is no score of a reviewed conversation."),
    expected=Text("a case, an item and a score, such as “7Q2K-M4XD courtesy 2”"),
)
DIRECTORY = Text("the directory at the end of the file")
DECISIONS = {"upheld": Text("upheld"), "rejected": Text("rejected"), "undecided": Text("undecided")}

# Policies over time

NO_VERSION_HOLDS = Kind(
    "D270",
    Text("No policy in {folder} holds on {day}, the first day of {label}."),
    expected=Text("a policy with “valid_from” on that day or before; there are: {known}"),
)
TWO_VERSIONS = Kind(
    "D271",
    Text("Two policies hold from {day}: {one} and {other}."),
    cure=Text("Give one of them another “valid_from”, or take it out of the folder."),
)
NO_POLICIES = Kind("D272", Text("There are no policies in {folder}."), expected=Text("files *.yaml"))
OTHER_MEASURES = Kind(
    "D273",
    Text("The changed policy measures otherwise than {label} was closed, so its records are needed."),
    cure=Text("Name the store that the period was closed on: --records STORE"),
)
OTHER_CALENDAR = Kind(
    "D275",
    Text("The changed policy has no period called {label}."),
    expected=Text("a policy whose periods are those that were closed"),
)
NOTHING_CLOSED = Kind(
    "D274",
    Text("There is no closed period in these books yet."),
    cure=Text("Close one first: {command}"),
)
BEHIND_THE_BOOKS = Kind(
    "D276",
    Text("A policy cannot begin to hold on {since}: {label} is closed."),
    cure=Text("Choose a day after the last closed period; what was closed stays under its own policy."),
)
CANNOT_DATE = Kind(
    "D277",
    Text("“version” and “valid_from” cannot be set in this file without touching the rest."),
    cure=Text("Write each of them on a line of its own, as “version: 1”."),
)
