"""A form as one rater fills it in: what is asked, what was typed, what was handed in, and the page of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kaohe.core.language import Language, say
from kaohe.core.number import plain
from kaohe.core.problem import Problem
from kaohe.policy.policy import FormItem
from kaohe.ratings.distribution import Spread, spreads, whole_steps
from kaohe.ratings.entering import Entered, Given, Typed, Where, entered, given_by, score_of
from kaohe.ratings.owing import State, owed
from kaohe.ratings.rounds import Round
from kaohe.ratings.takein import FORMS
from kaohe.ratings.terminal import STATES
from kaohe.statements.shown import day_said
from kaohe.web.entry import Standing
from kaohe.web.rated import Drafts
from kaohe.web.saying import problem

BY_ITEM = "by_item"


@dataclass
class Filling:
    """A form as one rater fills it in.

    Attributes:
        at: The rater.
        round: The round.
        is_closed: Whether the period takes no more scores.
    """

    at: Standing
    round: Round
    is_closed: bool

    @cached_property
    def subjects(self) -> list[str]:
        """Whom they score."""
        return list(self.round.raters[self.at.person])

    @cached_property
    def asked(self) -> set[Where]:
        """Every cell."""
        return {(subject, item) for subject in self.subjects for item in self.round.form.items}

    @property
    def drafts(self) -> Drafts:
        """What they have typed."""
        return Drafts(self.at.desk, self.at.user, self.round.desk.period.label, self.round.form.name)

    @cached_property
    def typed(self) -> Mapping[Where, Typed]:
        """What was typed and not handed in."""
        return {where: one for where, one in self.drafts.typed().items() if where in self.asked}

    @cached_property
    def read(self) -> Entered:
        """What was typed, held against its scales."""
        return entered(self.round.form.items, self.typed, self.round.desk.name, self.at.language)

    @cached_property
    def given(self) -> Mapping[Where, Given]:
        """What was handed in, with its notes."""
        desk, person = self.round.desk, self.at.person
        noted = given_by(desk.records, FORMS, self.round.name, person)
        return {
            (subject, item): Given(score, noted[subject, item].note if (subject, item) in noted else "")
            for (subject, item, rater), score in self.round.given.items()
            if rater == person
        }

    @property
    def by_item(self) -> bool:
        """Whether a sheet is an item with everybody on it."""
        return self.round.form.order == BY_ITEM

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets, in order."""
        return list(self.round.form.items) if self.by_item else self.subjects

    def sheet_of(self, where: Where) -> str:
        """Return the sheet on which a cell stands."""
        return where[1] if self.by_item else where[0]

    def shown(self, where: Where) -> Typed:
        """Return what a cell shows: what was typed last, else what was handed in."""
        if where in self.typed:
            return self.typed[where]
        given = self.given.get(where)
        return Typed(plain(given.score), given.note) if given else Typed("")

    def left(self, sheet: str = "") -> int:
        """Return how many cells are blank, on a sheet or in all."""
        cells = [where for where in self.asked if sheet in ("", self.sheet_of(where))]
        return sum(not self.shown(where).score.strip() for where in cells)

    def keep(self, where: Where, typed: Typed) -> Problem | None:
        """Keep what was typed; return what is wrong with it."""
        given = self.given.get(where)
        label = f"{self.round.desk.name(where[0])} · {self._titled(where[1])}"
        read = score_of(self.round.form.items[where[1]], typed, label)
        wrong = read if isinstance(read, Problem) else None
        same = wrong is None and read == given
        self.drafts.keep(where, None if same else typed)
        return wrong

    def before(self) -> Mapping[str, object]:
        """Return what stood before in the cells that are handed in now."""
        return {
            f"{subject} {item}": plain(self.given[subject, item].score)
            for subject, item in self.read.scores
            if (subject, item) in self.given
        }

    def page(self, sheet: str) -> Mapping[str, object]:
        """Return what the page shows of a sheet; of none by this name the first with something left."""
        names = self.sheets
        chosen = sheet if sheet in names else next((one for one in names if self.left(one)), names[0])
        number = names.index(chosen)
        after = names[number + 1] if number + 1 < len(names) else ""
        items = self.round.form.items
        done = not self.typed and all(where in self.given for where in self.asked)
        mine = next(one for one in owed(self.round) if one.rater == self.at.person)
        return {
            **head(self.round, self.at),
            "by_item": self.by_item,
            "tabs": [{"name": one, "title": self._sheet_title(one), "left": self.left(one)} for one in names],
            "chosen": chosen,
            "sheet_title": self._sheet_title(chosen),
            "sheet_about": "" if self.by_item else self._beside(chosen),
            "number": number + 1,
            "count": len(names),
            "before": names[number - 1] if number else "",
            "after": after,
            "anchors": anchors(items[chosen], self.at.language) if self.by_item else [],
            "rows": [self._row(where) for where in self._cells(chosen)],
            "left": self.left(),
            "unsent": len(self.typed),
            "is_closed": self.is_closed,
            "state": STATES[mine.state],
            "overdue": mine.state is State.OVERDUE,
            "late": mine.late,
            "problems": [],
            "spreads": [spread(one, self.at) for one in self._spreads()] if done else [],
        }

    def _cells(self, sheet: str) -> list[Where]:
        if self.by_item:
            return [(subject, sheet) for subject in self.subjects]
        return [(sheet, item) for item in self.round.form.items]

    def _row(self, where: Where) -> Mapping[str, object]:
        subject, name = where
        item = self.round.form.items[name]
        return {
            "subject": subject,
            "item": name,
            "title": self.round.desk.name(subject) if self.by_item else self._titled(name),
            "beside": self._beside(subject) if self.by_item else "",
            "anchors": [] if self.by_item else anchors(item, self.at.language),
            **cell(item, self.shown(where), self.read.problems.get(where)),
        }

    def _spreads(self) -> list[Spread]:
        return spreads(self.round.form.items.values(), self.round.marks(), self.at.person)

    def _sheet_title(self, sheet: str) -> str:
        return self._titled(sheet) if self.by_item else self.round.desk.name(sheet)

    def _titled(self, item: str) -> str:
        return say(self.round.form.items[item].told.title, self.at.language) or item

    def _beside(self, subject: str) -> str:
        desk = self.round.desk
        if self.round.form.level == "department":
            return ", ".join(desk.name(head) for head in desk.heads(subject))
        return desk.department(subject)


def cell(item: FormItem, shown: Typed, wrong: Problem | None) -> Mapping[str, object]:
    """Return what is to be typed into for an item, with what stands there and what is wrong with it."""
    steps = [plain(one) for one in whole_steps(item)]
    return {
        "steps": [*steps, shown.score] if steps and shown.score and shown.score not in steps else steps,
        "low": plain(item.low),
        "high": plain(item.high),
        "score": shown.score,
        "note": shown.note,
        "problem": problem(wrong) if wrong else None,
    }


def anchors(item: FormItem, language: Language) -> list[Mapping[str, str]]:
    """Return what the scores of an item mean, the best first."""
    pairs = sorted(item.anchors.items(), reverse=True)
    return [{"score": plain(score), "words": say(words, language)} for score, words in pairs]


def spread(one: Spread, at: Standing) -> Mapping[str, object]:
    """Return how an item was scored by me and by all others."""
    own, others = (sum(getattr(part, who) for part in one.parts) for who in ("own", "others"))
    return {
        "title": say(one.item.told.title, at.language) or one.item.name,
        "own_mean": plain(one.own, 2) if one.own is not None else "",
        "others_mean": plain(one.others, 2) if one.others is not None else "",
        "own": own,
        "others": others,
        "parts": one.parts,
    }


def head(round_: Round, at: Standing) -> Mapping[str, object]:
    """Return what stands at the head of a form."""
    language = at.language
    return {
        "name": round_.form.name,
        "title": say(round_.form.told.title, language) or round_.form.name,
        "opens": day_said(round_.opens, language, year=True),
        "due": day_said(round_.due, language, year=True),
    }
