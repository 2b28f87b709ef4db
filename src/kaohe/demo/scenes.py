"""The kinds of conversation at the demo desk, each from its first line to its last."""

from kaohe.demo.cast import Agent
from kaohe.demo.talk import AGENT, CUSTOMER, Chat, Topic, filter_phrase

ROBOT_SHARE = 0.4


def opening(chat: Chat, topic: Topic) -> bool:
    """Play the first round of any conversation; return whether the customer was answered."""
    hello = chat.kind("hello") if chat.dice.random() < 0.45 else ""
    chat.asks(topic, first=True, opening=hello)
    if chat.dice.random() < ROBOT_SHARE:
        chat.robot_greets()
    if chat.dice.random() < chat.agent.silence * chat.haste:
        return False
    chat.answers(topic, greeting=chat.dice.random() < 0.35)
    return True


def rounds(chat: Chat, topics: tuple[Topic, ...], more: float) -> None:
    """Play further rounds: another one comes with probability ``more``, less each time."""
    topic = chat.dice.choice(topics)
    while chat.dice.random() < more:
        chat.pause(8, 70)
        chat.asks(topic, first=False)
        chat.answers(topic)
        more -= 0.12
        topic = chat.dice.choice(topics)


def thanks(chat: Chat) -> None:
    """Let the customer say thanks, and the agent mostly say good-bye."""
    if chat.dice.random() < 0.5:
        chat.pause(5, 50)
        chat.says(chat.kind("thanks"))
        if chat.dice.random() < 0.93:
            chat.replies(chat.kind("farewell"))


def inquiry(chat: Chat) -> bool:
    """Play a talk before an order, up to where the customer decides; return whether it was answered."""
    topics = tuple(chat.words.topics)
    topic = chat.dice.choice(topics)
    if not opening(chat, topic):
        return False
    rounds(chat, topics, 0.78)
    if chat.dice.random() < chat.agent.lines - 1:
        chat.clock += 4
        chat.write(AGENT, chat.kind("closing"))
    return True


def goes_without(chat: Chat) -> None:
    """Let the customer leave without an order."""
    chat.pause(10, 90)
    chat.says(chat.kind("hesitate"))
    if chat.dice.random() < 0.93:
        chat.replies(chat.kind("farewell"))


def after_order(chat: Chat) -> None:
    """Let the customer tell of the order just placed, and the agent confirm it."""
    chat.pause(5, 60)
    chat.says(chat.kind("placed"))
    chat.replies(chat.kind("confirm"))
    thanks(chat)


def nudge(chat: Chat) -> None:
    """Let the agent ask why the order is not paid yet."""
    chat.clock += 300 + int(chat.dice.random() * 900)
    chat.write(AGENT, chat.kind("nudge"))


def settled(chat: Chat) -> None:
    """Play a question about an order placed a while ago on the same day."""
    topic = chat.dice.choice(chat.words.settled)
    if opening(chat, topic):
        rounds(chat, tuple(chat.words.settled), 0.45)
        thanks(chat)


def after_sale(chat: Chat) -> None:
    """Play a question about goods that came."""
    topics = tuple(chat.words.after)
    topic = chat.dice.choice(topics)
    if opening(chat, topic):
        rounds(chat, topics, 0.7)
        thanks(chat)


def return_to_pay(chat: Chat) -> None:
    """Play the return of someone whose order waits for payment."""
    chat.says(chat.kind("return_to_pay"))
    chat.replies(chat.kind("can_pay"))
    if chat.dice.random() < 0.5:
        chat.pause(5, 40)
        chat.says(chat.kind("thanks"))


def outreach(chat: Chat) -> None:
    """Let the agent write first: a reminder to pay."""
    chat.write(AGENT, chat.kind("remind"))


def advert(chat: Chat) -> None:
    """Play an advertiser's one line, mostly rebuffed with the phrase, twice."""
    chat.says(chat.dice.choice(chat.words.advert))
    if chat.dice.random() < 0.2:
        chat.robot_greets()
    if chat.dice.random() < 0.12:
        chat.replies(chat.kind("greeting"))
        return
    rebuff(chat)


def rebuff(chat: Chat) -> None:
    """Let the agent send the filter phrase twice, which takes the chat out of the receptions."""
    chat.replies(filter_phrase(), f"{filter_phrase()}！")


def nagging(chat: Chat) -> None:
    """Play a customer's single line that is answered with one line after another."""
    topic = chat.dice.choice(chat.words.topics)
    chat.says(chat.dice.choice(topic.ask))
    chat.replies(chat.kind("greeting"), chat.dice.choice(topic.answer), chat.kind("extra"))
    for _ in range(1 + int(chat.dice.random() * 2)):
        chat.clock += 90 + int(chat.dice.random() * 200)
        chat.write(AGENT, chat.kind("nag"))


def hand_over(chat: Chat, agent: Agent, account: str) -> Chat:
    """Pass a conversation on to a colleague; return the talk that goes on there.

    Before passing it on the first agent mostly answers, sometimes not; the customer
    says a line to the colleague, who then holds a consultation too.
    """
    topic = chat.dice.choice(chat.words.topics)
    chat.asks(topic, first=True)
    chat.clock += int(chat.agent.delay_seconds)
    if chat.dice.random() < 0.9:
        chat.write(AGENT, chat.kind("hand_over").replace("{name}", agent.name))
    taken = Chat(chat.dice, agent, account, chat.customer, chat.clock, chat.haste, chat.lines)
    taken.pause(4, 20)
    taken.write(CUSTOMER, taken.dice.choice(topic.more))
    taken.replies(taken.kind("taken_over"), taken.dice.choice(topic.answer))
    return taken
