"""The words of the documents that are no figure's: titles of tables, headers, notes.

Translations stand in ``core/translations/report.*.po``.
"""

from collections.abc import Mapping
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.resampling import Resampling
from kaohe.core.language import Language, Text
from kaohe.statements.shown import day_said, short_percent

OVERVIEW = Text("Overview")
RANKINGS = Text("Rankings")
TRENDS = Text("By week")
OVER_TIME = Text("Over time")
LATEST = Text("The last {count}; the workbook holds all.")
PEOPLE = Text("People")
PAYSLIPS = Text("Payslips to print")
FINDINGS = Text("Findings")
REVIEWS = Text("Reviews")
PROBLEMS = Text("Problems")
BASIS = Text("What it rests on")

PERSON = Text("Name")
TO_PAY = Text("To pay")
WEEK = Text("Span")
FIGURE = Text("Figure")
VALUE = Text("Value")
SHOP = Text("The shop")
PLACE = Text("Place")
POINTS = Text("Points")
SENTENCE = Text("Why")
LINE = Text("Line")
AMOUNT = Text("Amount")
TOTAL = Text("Total")
UNTIL_FINAL = Text("Final on")
DEPARTMENTS = Text("Departments")
DEPARTMENT = Text("Department")
SENTENCES = Text("Every figure in a sentence")
POINTS_BY_WEEK = Text("Points by week")
PLACES_WON = Text("Places 1 / 2 / 3")
COSTS_MOST = Text("Costs most")
NOTHING_LOST = Text("nothing deducted")
PARTS_OF = Text("What makes up: {figure}")
PART = Text("Part")
RUNNING = Text("Sum so far")
FLOOR = Text("bounded to what the policy allows")

PROVISIONAL_NOTE = Text("Italics: provisional; the last of it is final on {day}.")
ALL_FINAL = Text("Every figure is final.")
FINAL_BUT_BLOCKED = Text("Every figure is final, unless what still blocks closing changes it.")
AS_OF = Text("{period}, as of {day}")
BLOCKERS = Text("Blocks closing")
NOTHING_BLOCKS = Text("No check of the policy blocks closing.")
REVIEWS_BLOCK = Text("No check of the policy blocks closing; reviews that nobody has decided do.")
NO_FINDINGS = Text("No findings.")
NO_REVIEWS = Text("No reviews.")
NO_PROBLEMS = Text("No problems.")
CONFIRMED = Text("confirmed")
OPEN = Text("open")
TO_OVERVIEW = Text("Back to the overview")

LEDGER = Text("Merit ledger")
DAY = Text("Day")
ITEM = Text("Item")
QUANTITY = Text("Quantity")
NOTE = Text("Note")
NO_ENTRIES = Text("No entries.")
SCORECARD = Text("Scorecard of {name}")
PAYSLIP = Text("Payslip of {name}")

CODE = Text("Code")
WHERE = Text("Where")
MESSAGE = Text("What is wrong")
FOUND = Text("Found")
EXPECTED = Text("Expected")
CURE = Text("Cure")

POLICY = Text("Policy")
VERSION = Text("Version")
DIGEST = Text("Digest")
PARAMETER = Text("Parameter")
READING = Text("Reading")
READINGS = Text("How open points were read")
STANDS_AT = Text("Stands at")
YES = Text("yes")
NO = Text("no")
NOT_SET = Text("not set")
PAGE = Text("Page {page} of {pages}")

SKIP = Text("Skip to the overview")
LANGUAGE = Text("Language")
CONTENTS = Text("Contents")
SIGNALS = Text("Findings and reviews")
NO_SCRIPT = Text("Charts and reasons need JavaScript; tables and sentences stand here without it.")
TODAY_MARK = Text("On the bars of completion, the dashed mark is the part of the period that is over.")
RANK_NOTE = Text("A dot is a person, the line is the shop. A hollow dot is ranked but earns no points.")
SURE_NOTE = Text(
    "Interval, ± half of it: where a value would lie with other conversations of the same kind, {level} "
    "sure. “Sure”: in how many of {count} draws the place earns the same. ≈: chance decides between this "
    "person and the next, who is behind in less than {apart} of the draws. *: joined, left or mostly away. "
    "These are statistics: nothing is paid by them."
)
SURE = Text("Sure")
INTERVAL = Text("Interval")
HIGHLIGHT = Text("Highlight")
LOOK_AT = Text("What to look at")
IDLE = Text("Rules that gave nothing and took nothing")
RULE = Text("Rule")
SHOP_SHORT = Text("shop")
PLACE_SHORT = Text("place")
COLON = Text(": ")
CLOSE = Text("Close")
OF_PAGE: Mapping[str, Text] = {
    "shop": SHOP,
    "person": PERSON,
    "place": PLACE,
    "value": VALUE,
    "points": POINTS,
    "day": DAY,
    "amount": AMOUNT,
    "reading": READING,
    "stands_at": STANDS_AT,
    "until": UNTIL_FINAL,
    "higher": Text("higher is better"),
    "lower": Text("lower is better"),
    "nobody": Text("nobody"),
    "table": Text("As a table"),
    "formula": Text("Formula"),
    "worth": Text("In money"),
    "not_fired": Text("What else could have been"),
    "inputs": Text("Computed from"),
    "interval": INTERVAL,
    "sure": SURE,
    "noise": Text("chance decides between this person and the next"),
    "present": Text("days with customers"),
    "weight": Text("Weight"),
    "places": Text("The whole ranking"),
    "shares": Text("How the pool is shared"),
    "no_days": Text("No day has anything of it."),
    "yes": YES,
    "no": NO,
    "colon": COLON,
    "counted": Text("Counted"),
    "not_counted": Text("Not counted"),
    "all_rows": Text("Show all"),
    "more_rows": Text("and {count} more; “kaohe explain” opens them all"),
    "chat": Text("chat"),
    "elsewhere": Text("The rows behind it are not in this file; “kaohe explain” opens them."),
    "no_evidence": Text("This report was made from measures alone, so the chats and orders are not in it."),
}
"""What the page's script says, by the names that it uses."""


def provisional(appraisal: Appraisal, language: Language) -> str:
    """Return the sentence that says what is provisional, and until when."""
    days = [figure.final_on for figure in appraisal.figures.values() if not figure.final]
    if not days:
        blocked = any(one.blocks_closing for one in appraisal.findings) or any(
            not one.confirmed for one in appraisal.reviews
        )
        return (FINAL_BUT_BLOCKED if blocked else ALL_FINAL).to(language)
    return PROVISIONAL_NOTE.filled(day=day_said(max(days), language, year=True)).to(language)


def sure_note(how: Resampling, language: Language) -> str:
    """Return the sentence that says what the signs beside values and places mean."""
    apart = short_percent(Fraction(str(how.told_apart)))
    level = short_percent(Fraction(str(how.level)))
    return SURE_NOTE.filled(level=level, count=how.replicates, apart=apart).to(language)
