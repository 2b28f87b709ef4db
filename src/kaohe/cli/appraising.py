"""``measures``, ``appraise`` and ``explain``."""

from pathlib import Path

from kaohe.cli.options import (
    AsOfOption,
    CertaintyName,
    CertaintyOption,
    CertaintySeedOption,
    CustomerOption,
    DepthOption,
    EngineOption,
    FigureOption,
    FirstOption,
    HistoryBooksOption,
    HistoryOption,
    LanguageOption,
    LastOption,
    MeasuresOption,
    OutOption,
    ParametersOption,
    PeriodOption,
    PersonOption,
    PolicyOption,
    RecordsOption,
    RulesOption,
    SpanOption,
    SparkConfigOption,
    SparkMasterOption,
)
from kaohe.cli.terminal import OUT, print_problems, progress, say
from kaohe.core.language import Language, Text
from kaohe.measures.engine_choice import EngineName, engine_of
from kaohe.periods import runs
from kaohe.periods.books.publishing import publish
from kaohe.periods.books.shelf import open_shelf
from kaohe.periods.lookup import conversations, find_figures
from kaohe.periods.results import evidence_of, write_measures, write_results
from kaohe.statements import terminal
from kaohe.statements.explain import explain as explained
from kaohe.statements.terminal import chat as chats
from kaohe.statements.terminal import reasons
from kaohe.statements.terminal.changes import to_pay
from kaohe.statements.terminal.gaming import worth_a_look

COMPUTING = Text("Computing the measures")
WRITING = Text("Writing the statements")
WRITTEN = Text("Written into {folder}: figures.csv, figures.json, statement.xlsx, statement.html.")


def measures(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    first: FirstOption,
    last: LastOption,
    as_of: AsOfOption,
    out: OutOption,
    language: LanguageOption,
    rules: RulesOption = None,
    engine: EngineOption = EngineName.LOCAL,
    spark_master: SparkMasterOption = "",
    spark_config: SparkConfigOption = None,
) -> None:
    """Compute the measures of a range of days, with the receptions and orders behind them."""
    with (
        engine_of(engine, spark_master, {one.name: one.value for one in spark_config or ()}) as hands,
        progress(COMPUTING, language) as moved,
    ):
        measured = runs.measure(records, rules, first, last, as_of, out=out, progress=moved, engine=hands)
    print_problems(measured.problems, language)
    write_measures(measured, out)
    say(Text("Written into {folder}.").filled(folder=out), language)


def appraise(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: AsOfOption,
    out: OutOption,
    language: LanguageOption,
    parameters: ParametersOption = None,
    history: HistoryOption = None,
    measures: MeasuresOption = None,
    books: HistoryBooksOption = None,
    certainty: CertaintyOption = CertaintyName.NINETY_FIVE,
    seed: CertaintySeedOption = 0,
) -> None:
    """Appraise a period by a policy: figures with their reasons, a workbook, a report."""
    earlier, how = tuple(history or ()), certainty.resampling(seed)
    request = runs.Request(records, policy, period, as_of, parameters, earlier, measures, out, books, how)
    appraised = appraise_into(out, request, language)
    if books is not None:
        publish(open_shelf(books), appraised.appraisal)
    print_problems(appraised.problems, language)
    OUT.print(terminal.overview(appraised.appraisal, language))
    if appraised.signals:
        OUT.print(worth_a_look(appraised.appraisal, appraised.signals, language, rows=0))
    if appraised.carried:
        OUT.print(to_pay(appraised.appraisal, appraised.carried, language))
    say(WRITTEN.filled(folder=out), language)


def appraise_into(out: Path, request: runs.Request, language: Language) -> runs.Appraised:
    """Run an appraisal and write its results into a folder, under progress bars."""
    with progress(COMPUTING, language) as moved:
        appraised = runs.run(request, progress=moved)
    with progress(WRITING, language) as moved:
        write_results(appraised, out, language, progress=moved)
    return appraised


def explain(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: AsOfOption,
    figure: FigureOption,
    language: LanguageOption,
    person: PersonOption = "",
    span: SpanOption = "",
    customer: CustomerOption = "",
    depth: DepthOption = 2,
    parameters: ParametersOption = None,
    history: HistoryOption = None,
    measures: MeasuresOption = None,
    books: HistoryBooksOption = None,
    certainty: CertaintyOption = CertaintyName.NINETY_FIVE,
    seed: CertaintySeedOption = 0,
) -> None:
    """Say why a figure has its value: the sentence, the rule, the inputs, the rows and the chats."""
    earlier, how = tuple(history or ()), certainty.resampling(seed)
    request = runs.Request(
        records, policy, period, as_of, parameters, earlier, measures, books=books, resampling=how
    )
    with progress(COMPUTING, language) as moved:
        appraised = runs.run(request, certain=False, progress=moved)
    keys = find_figures(appraised.appraisal, figure, person, span)
    appraised = runs.sure(appraised, request.resampling, keys)
    appraisal, evidence = appraised.appraisal, evidence_of(appraised)
    for key in keys:
        told = explained(appraisal, key, language, evidence=evidence)
        OUT.print(reasons.explanation(told, language, depth=depth))
        OUT.print()
    if customer:
        for chat in conversations(appraised, keys, customer):
            assert evidence is not None
            OUT.print(chats.conversation(appraisal, evidence, chat, language))
