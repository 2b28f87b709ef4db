"""``signals``: what is worth a look, with the conversations behind it."""

from kaohe.cli.options import (
    AsOfOption,
    CustomerOption,
    LanguageOption,
    ParametersOption,
    PeriodOption,
    PersonOption,
    PolicyOption,
    RecordsOption,
    RulesOption,
)
from kaohe.cli.terminal import OUT, progress
from kaohe.core.language import Text
from kaohe.measures.conversation import Chat
from kaohe.periods import runs
from kaohe.periods.results import evidence_of
from kaohe.statements.terminal import chat as chats
from kaohe.statements.terminal.gaming import worth_a_look

COMPUTING = Text("Computing the measures")
LISTED = 30


def signals(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: AsOfOption,
    language: LanguageOption,
    person: PersonOption = "",
    customer: CustomerOption = "",
    parameters: ParametersOption = None,
    rules: RulesOption = None,
) -> None:
    """Say who does far more often than the others what figures can be moved by; it never counts by itself."""
    request = runs.Request(records, policy, period, as_of, parameters, rules=rules)
    with progress(COMPUTING, language) as moved:
        appraised = runs.run(request, certain=False, progress=moved)
        appraisal = appraised.appraisal
        found = [one for one in appraised.signals if person in ("", one.person, appraisal.name(one.person))]
    OUT.print(worth_a_look(appraisal, found, language, rows=LISTED))
    evidence = evidence_of(appraised)
    asked = [row for one in found for row in one.rows.to_pylist() if customer and row["customer"] == customer]
    for chat in dict.fromkeys(Chat(row["shop"], row["person"], row["customer"], row["day"]) for row in asked):
        assert evidence is not None
        OUT.print(chats.conversation(appraisal, evidence, chat, language))
