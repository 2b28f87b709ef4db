"""A conversation on the terminal: who wrote what when, how long it took, what was made of it."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.language import Language, Text
from kaohe.measures.conversation import Chat
from kaohe.statements.evidence import NO_CHAT, SENDERS, WAITED, EvidenceSource, lines
from kaohe.statements.shown import day_said

STYLES = {"customer": "bold", "agent": "", "robot": "dim", "system": "dim"}


def conversation(
    appraisal: Appraisal, evidence: EvidenceSource, chat: Chat, language: Language
) -> RenderableType:
    """Return a conversation as a table: time, sender, text, waiting seconds, and the margin."""
    title = Text("{customer} with {agent}, {day}").filled(
        customer=chat.customer, agent=appraisal.name(chat.person), day=day_said(chat.day, language)
    )
    found = evidence.conversation(chat.shop, chat.person, chat.customer, chat.day)
    if found is None:
        return Group(Line(title.to(language)), Line(NO_CHAT.to(language)))
    table = Table(title=Line(title.to(language)), title_justify="left", box=None, pad_edge=False)
    for heading in (Text("Time"), Text("Sender"), Text("Text")):
        table.add_column(heading.to(language))
    table.add_column(WAITED.to(language), justify="right")
    table.add_column(Text("What was made of it").to(language))
    for line in lines(found, language):
        waited = "" if line.waiting_seconds is None else str(line.waiting_seconds)
        margin = "; ".join((*line.margin, *line.orders))
        sender = SENDERS[line.sender].to(language)
        table.add_row(
            line.sent_at[11:], sender, Line(line.text), waited, Line(margin), style=STYLES[line.sender]
        )
    return table
