"""The report as a browser shows it: opened from disk, at a desk's width and a phone's, in three languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kaohe.core.language import Language
from kaohe.periods.results import evidence_of
from kaohe.statements.report import write_report
from statements.appraised import LANGUAGES, from_records, presale
from statements.strange import strange

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK, PHONE = (1280, 900), (375, 700)
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
WEEKLY = {Language.ZH_HANT: "每週指標", Language.ZH_HANS: "每周指标", Language.EN: "Weekly metrics"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("There is no Chromium here; `make browser` installs it.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    appraised = from_records()
    write_report(presale("presale-3"), folder / "presale.html", Language.ZH_HANT)
    write_report(strange(), folder / "strange.html", Language.EN)
    write_report(appraised.appraisal, folder / "records.html", Language.EN, evidence=evidence_of(appraised))
    return {file.stem: file for file in folder.iterdir()}


class Reader:
    """Opens reports and remembers everything the browser complains about."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith("file://"):
            self.complaints.append(f"asked for {request.url}")

    def open(self, file: Path, fragment: str = "") -> Page:
        self.page.goto(file.as_uri() + fragment)
        expect(self.page.locator("html[data-ready=yes]")).to_be_attached()
        return self.page

    def reads_in(self, language: Language) -> None:
        self.page.locator(f"button[data-language][lang='{language.value}']").click()
        expect(self.page.locator(f"html[lang='{language.value}']")).to_be_attached()

    def is_within_the_page(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture
def desk(browser: Browser) -> Iterator[Reader]:
    yield from _reader(browser, DESK)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Reader]:
    yield from _reader(browser, PHONE)


def _reader(browser: Browser, size: tuple[int, int]) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    reader = Reader(context)
    yield reader
    context.close()
    assert reader.complaints == []


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_reads_in_every_language_within_its_page(
    browser: Browser, reports: dict[str, Path], size: tuple[int, int], language: Language
) -> None:
    for reader in _reader(browser, size):
        page = reader.open(reports["presale"])
        reader.reads_in(language)
        page.locator("#people details.person").first.locator("summary").first.click()
        expect(page.get_by_role("heading", name=WEEKLY[language]).first).to_be_visible()
        assert reader.is_within_the_page()


@pytest.mark.parametrize("name", ["strange", "records"])
def test_long_and_hostile_names_do_not_break_the_page(
    phone: Reader, reports: dict[str, Path], name: str
) -> None:
    page = phone.open(reports[name])
    page.evaluate("document.querySelectorAll('details.person').forEach((one) => { one.open = true; })")
    assert phone.is_within_the_page()
    assert page.title().startswith("Pre-sale service desk")


def test_every_chart_is_drawn_and_says_what_it_shows(desk: Reader, reports: dict[str, Path]) -> None:
    page = desk.open(reports["presale"])
    page.evaluate("Charts.drawAll()")
    charts = page.locator(".chart")
    assert charts.count() == 11 + 11 + 1
    for chart in charts.all():
        assert chart.locator("svg path").count() > 0
        assert len(chart.get_attribute("aria-label") or "") > 20
    ranked = page.locator("#ranks article").nth(1)
    people = page.evaluate("Page.data.rankings[0].metrics[1].w[3].rows.length")
    assert ranked.locator("tbody tr").count() == people + 1


def test_another_week_shows_another_ranking(desk: Reader, reports: dict[str, Path]) -> None:
    page = desk.open(reports["presale"])
    ranking = page.locator("#ranks article").nth(1).locator("table")
    last = ranking.inner_text()
    page.locator("#weeks button").first.click()
    expect(page.locator("#weeks button").first).to_have_attribute("aria-pressed", "true")
    assert ranking.inner_text() != last


def test_a_payslip_line_opens_to_its_reason_and_on_to_the_days_of_a_measure(
    desk: Reader, reports: dict[str, Path]
) -> None:
    page = desk.open(reports["presale"], "#p0")
    line = page.locator("#p0 .slip > details").filter(has_text="績效獎金").first
    line.locator("summary").first.click()
    expect(line.locator(".said").first).to_contain_text("個人考核得分")
    for deeper in ("個人考核得分", "顧客下單率得分", "顧客下單率", "詢單人數"):
        line = (
            line.locator(":scope > .inside > details")
            .filter(has=page.locator(":scope > summary .what", has_text=re.compile(f"^{deeper}( · .*)?$")))
            .first
        )
        line.locator("summary").first.click()
    expect(line.locator(":scope > .inside > table").first).to_contain_text("10 月 1 日")


def test_a_figure_opens_its_reason_in_a_panel_that_a_link_leads_back_to(
    desk: Reader, reports: dict[str, Path]
) -> None:
    page = desk.open(reports["presale"])
    page.locator(".people button.fig").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_visible()
    shown = page.locator("#panel-title").inner_text()
    expect(page).to_have_url(re.compile("#f"))
    address = page.url
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("#"))
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#panel-title")).to_have_text(shown)


def test_an_open_reason_follows_the_language(desk: Reader, reports: dict[str, Path]) -> None:
    page = desk.open(reports["presale"], "#p0")
    line = page.locator("#p0 .slip > details").first
    line.locator("summary").first.click()
    expect(line.locator(".said")).to_contain_text("基本工資")
    desk.reads_in(Language.EN)
    expect(line.locator(".said")).to_contain_text("base pay")


def test_the_rows_behind_a_lost_point_are_listed(desk: Reader, reports: dict[str, Path]) -> None:
    page = desk.open(reports["records"])
    number = page.evaluate("""Page.data.figures.findIndex((row) =>
        row.i && row.i.some(([kind, one]) => kind === "m" && Page.data.measures[one].e))""")
    page.evaluate(f"Reasons.show({number})")
    measure = page.evaluate(f"""Page.data.figures[{number}].i.filter(([kind]) => kind !== "a")
        .findIndex(([kind, one]) => kind === "m" && Page.data.measures[one].e)""")
    page.locator("#reason > .inside > details.node").nth(measure).locator("summary").first.click()
    expect(page.locator("#reason .evidence tbody tr").first).to_be_visible()


def test_a_row_opens_to_the_lines_of_its_chat_and_closes_again(
    desk: Reader, reports: dict[str, Path]
) -> None:
    page = desk.open(reports["records"])
    page.evaluate("""() => {
        const { figures, measures, kinds } = Page.data;
        const opens = (list) => list && list.r.length && kinds[list.k].chats[list.r[0]] !== undefined;
        const chats = ([kind, one]) => kind === "m" && opens(measures[one].e?.c);
        const measured = (row) => (row.i || []).find(chats);
        Reasons.show(figures.findIndex(measured));
    }""")
    for node in page.locator("#reason > .inside > details.node > summary").all():
        node.click()
    opener = page.locator("#reason .chat-opener").first
    opener.click()
    expect(page.locator("#reason .chat-lines li").first).to_be_visible()
    assert violations(page) == []
    opener.click()
    expect(page.locator("#reason .chat-lines")).to_have_count(0)


def test_many_rows_come_when_they_are_asked_for(desk: Reader, reports: dict[str, Path]) -> None:
    page = desk.open(reports["records"])
    counted = page.evaluate("""() => {
        const { figures, measures } = Page.data;
        const long = ([kind, one]) => kind === "m" && (measures[one].e?.c?.r.length || 0) > 20;
        const number = figures.findIndex((row) => (row.i || []).some(long));
        Reasons.show(number);
        return measures[figures[number].i.find(long)[1]].e.c.r.length;
    }""")
    for node in page.locator("#reason > .inside > details.node > summary").all():
        node.click()
    listed = page.locator("#reason .evidence tbody").evaluate_all(
        "(all) => all.map((one) => one.rows.length)"
    )
    at = listed.index(20)
    page.locator("#reason button.more").first.click()
    expect(page.locator("#reason .evidence tbody").nth(at).locator("tr")).to_have_count(counted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_weeks_bears_its_name(
    desk: Reader, reports: dict[str, Path], language: Language
) -> None:
    page = desk.open(reports["presale"])
    desk.reads_in(language)
    page.evaluate("Charts.drawAll()")
    names = page.evaluate("Page.data.people.map((one) => one.n)")
    for chart in page.locator("#lines .chart").all():
        texts = chart.locator("svg text").evaluate_all("(all) => all.map((one) => one.textContent)")
        assert set(names) <= set(texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_no_barrier_that_axe_can_find(
    desk: Reader, reports: dict[str, Path], language: Language
) -> None:
    page = desk.open(reports["presale"], "#p0")
    desk.reads_in(language)
    page.locator("#p0 .slip > details summary").first.click()
    page.locator("#lines details summary").first.click()
    page.evaluate("Charts.drawAll()")
    assert violations(page) == []


def test_neither_phone_nor_panel_has_a_barrier_that_axe_can_find(
    phone: Reader, reports: dict[str, Path]
) -> None:
    page = phone.open(reports["strange"], "#p0")
    assert violations(page) == []
    page.evaluate("Reasons.show(0)")
    assert violations(page) == []
    assert phone.is_within_the_page()


def test_the_page_prints_every_person(desk: Reader, reports: dict[str, Path], tmp_path: Path) -> None:
    page = desk.open(reports["presale"])
    page.pdf(path=tmp_path / "statement.pdf", format="A4")
    assert (tmp_path / "statement.pdf").stat().st_size > 50_000
    assert page.evaluate("[...document.querySelectorAll('.person')].every((one) => one.open)")
