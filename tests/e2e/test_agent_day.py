"""The day of an agent in a real browser, in both languages, with the mouse and again with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from klardesk.access.models import PersonGrant
from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, OutgoingState, SystemAddress
from klardesk.people.models import Person
from klardesk.texts.actions import save_template
from klardesk.texts.models import Template
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.names import shown_in
from tests.browser import MARKS, PLAIN, leave
from tests.hands import Hands, Keyboard, Mouse
from tests.world import SYSTEM, World

pytestmark = [*MARKS, pytest.mark.slow]
WORDS = {
    "en": {
        "note": "Note", "state": "State", "move": "Move", "owner": "Owner", "priority": "Priority", "merge": "Merge",
        "history": "History", "reply": "Reply", "out": "Log out", "watch": "Watch", "leaves": "The mail leaves in 15 seconds",
        "preview": "Show what would change", "change": "Change 2 tickets", "changed": "2 tickets were changed.",
        "kept": "Draft saved at", "go on": "Go on writing",
        "closed": "state changed from pending reminder to closed successful",
    },
    "de": {
        "note": "Notiz", "state": "Status", "move": "Verschieben", "owner": "Besitzer", "priority": "Priorität",
        "merge": "Zusammenfassen", "history": "Verlauf", "reply": "Antworten", "out": "Abmelden", "watch": "Beobachten",
        "leaves": "Die E-Mail wird in 15 Sekunden gesendet", "preview": "Zeigen, was sich ändern würde",
        "change": "2 Tickets ändern", "changed": "2 Tickets wurden geändert.",
        "kept": "Entwurf um", "go on": "Weiterschreiben",
        "closed": "Status geändert von warten auf Erinnerung auf erfolgreich geschlossen",
    },
}  # fmt: skip


class Desks:
    """Browsers at the desk; whatever a console complains of fails the test, refused forms aside."""

    def __init__(self, browser: Browser, served: str) -> None:
        self.browser, self.served = browser, served
        self.complaints: list[str] = []

    def page(self) -> Page:
        """A browser in which nobody is logged in."""
        context = self.browser.new_context(base_url=self.served, viewport={"width": 1280, "height": 800})
        context.add_init_script(PLAIN)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        return page


@pytest.fixture
def desks(browser: Browser, served: str) -> Iterator[Desks]:
    """As many browsers as somebody wants."""
    desks = Desks(browser, served)
    yield desks
    complaints = list(desks.complaints)
    for context in browser.contexts:
        leave(context)
    assert [line for line in complaints if "409" not in line] == []


class Day:
    """What Anna does from log-in to log-out, step by step."""

    def __init__(self, hands: Hands, world: World, language: str) -> None:
        self.hands, self.world, self.page = hands, world, hands.page
        self.language, self.say = language, WORDS[language]
        self.dock = self.page.locator("#dock")
        self.toolbar = self.page.locator(".ticket-head ~ *, main").locator(".toolbar").first

    def log_in(self, login: str = "anna") -> None:
        self.page.goto("/login/")
        self.hands.fill(self.page.locator("[name=login]"), login)
        self.hands.fill(self.page.locator("[name=password]"), f"{login}-has-a-long-password")
        self.hands.press(self.page.locator(".form-actions [type=submit]").first)
        expect(self.page.locator("summary.user")).to_be_visible()

    def go_to_the_list(self) -> None:
        self.hands.press(self.page.locator('.topnav a[href="/tickets/"]'))
        expect(self.page.locator("tbody tr")).to_have_count(3)

    def choose_a_queue(self) -> None:
        self.hands.press(self.page.locator("#queues").get_by_role("link", name=re.compile("^Sales")))
        expect(self.page.locator("tbody tr")).to_have_count(1)
        self.page.go_back()
        expect(self.page.locator("tbody tr")).to_have_count(3)

    def sort_the_list(self) -> None:
        self.hands.press(self.page.locator("th.column-title a"))
        expect(self.page).to_have_url(re.compile("sort=title"))

    def open_a_ticket(self, ticket: Ticket) -> None:
        self.hands.press(self.page.get_by_role("link", name=ticket.number))
        expect(self.page.locator("h1")).to_have_text(ticket.title)

    def become_the_owner(self) -> None:
        self.tool("owner")
        self.hands.choose(self.dock.locator("[name=owner]"), "Anna Albers")
        self.submit()
        expect(self.page.locator("aside")).to_contain_text("Anna Albers")

    def write_a_note(self) -> None:
        self.tool("note")
        self.hands.fill(self.dock.locator("[name=text]"), "Asked the workshop.")
        self.submit()
        expect(self.page.locator(".message-internal")).to_contain_text("Asked the workshop.")

    def answer_with_a_ready_text_and_wait(self) -> None:
        self.hands.press(self.page.locator(".message").get_by_role("link", name=self.say["reply"], exact=True).first)
        text = self.dock.locator("[name=text]")
        self.hands.fill(text, "::")
        self.page.keyboard.type("Than")
        self.page.keyboard.press("Enter")
        expect(text).to_have_value(re.compile("Thank you for your call."))
        self.hands.choose(self.dock.locator("[name=state]"), self.option("pending reminder"))
        self.hands.fill(self.dock.locator("[name=pending_until]"), "2031-01-02T03:04")
        self.submit()
        expect(self.page.locator("#toasts")).to_contain_text(self.say["leaves"])

    def begin_an_answer(self, text: str) -> None:
        """Type without sending."""
        self.hands.press(self.page.locator(".message").get_by_role("link", name=self.say["reply"], exact=True).first)
        self.hands.fill(self.dock.locator("[name=text]"), "")
        self.page.keyboard.type(text)

    def take_the_answer_back_and_send_it_again(self) -> None:
        self.hands.undo()
        expect(self.page.locator("main [name=text]")).to_have_value(re.compile("Thank you for your call."))
        self.submit()
        expect(self.page.locator("#toasts")).to_contain_text(self.say["leaves"])

    def change_the_priority(self) -> None:
        self.tool("priority")
        self.hands.choose(self.dock.locator("[name=priority]"), self.option("5 very high"))
        self.submit()
        expect(self.page.locator(".ticket-marks")).to_contain_text(self.option("5 very high"))

    def watch(self) -> None:
        self.hands.press(self.page.locator("aside").get_by_role("button", name=self.say["watch"]))
        expect(self.page.locator("#panel-watchers")).to_contain_text("Anna Albers")

    def take_a_call(self) -> Ticket:
        self.hands.press(self.page.locator('.topnav a[href="/tickets/new/phone/"]'))
        self.hands.fill(self.page.locator("[name=customer_login]"), "")
        self.page.keyboard.type("dittr")
        self.hands.press(self.page.locator(".found button"))
        expect(self.page.locator("[name=customer_login]")).to_have_value("dora")
        self.hands.fill(self.page.locator("[name=subject]"), "The same printer")
        self.hands.fill(self.page.locator("[name=text]"), "She calls again.")
        self.hands.choose(self.page.locator("[name=queue]"), "Support")
        self.hands.press(self.page.locator("main form [type=submit]").first)
        expect(self.page.locator("h1")).to_have_text("The same printer")
        return Ticket.all_rows.get(title="The same printer")

    def merge_into(self, ticket: Ticket) -> None:
        self.tool("merge", more=True)
        self.hands.fill(self.dock.locator("[name=number]"), ticket.number)
        self.submit()
        expect(self.dock.locator(".columns")).to_contain_text(ticket.title)
        self.submit()
        expect(self.page.locator("h1")).to_have_text(ticket.title)

    def search(self, ticket: Ticket) -> None:
        box = self.page.locator(".topsearch input")
        self.hands.fill(box, ticket.number)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_contain_text(ticket.title)

    def move_and_undo(self) -> None:
        self.tool("move")
        self.hands.choose(self.dock.locator("[name=queue]"), "Sales")
        self.submit()
        expect(self.page.locator("aside")).to_contain_text("Sales")
        self.hands.undo()
        expect(self.page.locator("aside")).to_contain_text("Support")

    def close(self) -> None:
        self.tool("state")
        self.hands.choose(self.dock.locator("[name=state]"), self.option("closed successful"))
        self.submit()
        expect(self.page.locator(".ticket-marks")).to_contain_text(self.option("closed successful"))

    def read_the_history(self) -> None:
        self.tool("history", more=True)
        expect(self.page.locator("main")).to_contain_text(self.say["closed"])

    def change_two_at_once(self) -> None:
        self.page.goto("/tickets/")
        boxes = self.page.locator("td.column-select input")
        expect(boxes).to_have_count(2)
        self.hands.tick(boxes.nth(0))
        self.hands.tick(boxes.nth(1))
        self.hands.press(self.page.locator(".bulk-bar button"))
        self.hands.choose(self.page.locator("main [name=priority]"), self.option("4 high"))
        self.hands.press(self.page.get_by_role("button", name=self.say["preview"]))
        self.hands.press(self.page.get_by_role("button", name=self.say["change"]))
        expect(self.page.locator("#bulk .alert")).to_contain_text(self.say["changed"])

    def log_out(self) -> None:
        self.hands.press(self.page.locator("summary.user"))
        self.hands.press(self.page.get_by_role("button", name=self.say["out"]))
        expect(self.page).to_have_url(re.compile("/login/$"))

    def tool(self, name: str, more: bool = False) -> None:
        """Open a mask of the ticket's toolbar."""
        if more:
            self.hands.press(self.toolbar.locator("summary"))
        self.hands.press(self.toolbar.get_by_role("link", name=self.say[name], exact=True))

    def submit(self) -> None:
        """Send the mask that is open."""
        self.hands.press(self.page.locator("main .form-actions [type=submit]").first)

    def option(self, name: str) -> str:
        """How a state or a priority is called in the reader's language."""
        return str(shown_in(self.language, name))


def prepared(world: World, language: str) -> tuple[Ticket, Ticket, Ticket]:
    """Three tickets, a ready text and a sender address; Anna reads the language."""
    Person.objects.filter(realm="agent").update(language=language, time_zone="Europe/Berlin")
    save_setting(SystemAddress(address="support@desk.example", queue=world.support), by=SYSTEM)
    thanks = Template(name="Thanks", purpose="answer", text="Thank you for your call.")
    save_template(thanks, [world.support], [], by=world.actor("root"))
    mail = world.article("Printer is on fire", channel="email", from_text="Dora Dittrich <dora@nordlicht.example>")
    return (
        world.ticket("Printer is on fire", article=mail),
        world.ticket("Paper is out"),
        world.ticket("An offer", queue=world.sales),
    )


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", [Mouse, Keyboard])
def test_the_day_of_an_agent(desks: Desks, world: World, language: str, kind: type[Mouse | Keyboard]) -> None:
    fire, paper, offer = prepared(world, language)
    day = Day(kind(desks.page()), world, language)
    day.log_in()
    day.go_to_the_list()
    day.choose_a_queue()
    day.sort_the_list()
    day.open_a_ticket(fire)
    day.become_the_owner()
    day.write_a_note()
    day.answer_with_a_ready_text_and_wait()
    day.take_the_answer_back_and_send_it_again()
    day.change_the_priority()
    day.watch()
    call = day.take_a_call()
    day.merge_into(fire)
    day.search(fire)
    day.move_and_undo()
    day.close()
    day.read_the_history()
    day.change_two_at_once()
    day.log_out()
    fire.refresh_from_db()
    call.refresh_from_db()
    assert (fire.owner, fire.priority.level, fire.state.name) == (world.anna, 5, "closed successful")
    assert call.merged_into == fire
    assert OutgoingMail.objects.get(state=OutgoingState.WAITING).article.ticket == fire
    assert {paper.pk, offer.pk} == set(Ticket.all_rows.filter(priority__level=4).values_list("pk", flat=True))


@pytest.mark.parametrize("language", ["en", "de"])
def test_two_agents_on_one_ticket(desks: Desks, world: World, language: str) -> None:
    fire, _paper, _offer = prepared(world, language)
    PersonGrant.objects.create(person=world.ben, group=world.support_group, right="rw")
    anna, ben = (Day(Mouse(desks.page()), world, language) for _agent in range(2))
    for day, login in ((anna, "anna"), (ben, "ben")):
        day.log_in(login)
        day.page.goto(f"/tickets/{fire.pk}/")
    anna.begin_an_answer("The fire brigade is on its way.")
    expect(anna.dock.locator("[data-draft-status]")).not_to_be_empty()
    ben.write_a_note()
    expect(ben.page.locator("main")).to_contain_text("Anna Albers")  # her draft is told to colleagues
    anna.submit()
    expect(anna.dock.locator(".news")).to_contain_text("Asked the workshop.")
    expect(anna.dock.locator("[name=text]")).to_have_value(re.compile("The fire brigade is on its way."))
    assert not OutgoingMail.objects.exists()
    anna.submit()
    expect(anna.page.locator("#toasts")).to_contain_text(anna.say["leaves"])
    ben.page.reload()
    expect(ben.page.locator("main")).to_contain_text("The fire brigade is on its way.")
    assert OutgoingMail.objects.count() == 1
    assert Article.all_rows.filter(ticket=fire).count() == 3


def kill(page: Page) -> None:
    """End the page's process, as a crash does: nothing of the page runs any more."""
    with suppress(Error):
        page.goto("chrome://crash", timeout=3_000)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_browser_dies_in_the_middle_of_an_answer(desks: Desks, world: World, language: str) -> None:
    fire, _paper, _offer = prepared(world, language)
    day = Day(Mouse(desks.page()), world, language)
    day.log_in()
    day.page.goto(f"/tickets/{fire.pk}/")
    day.begin_an_answer("Please do not pour water on it, since")
    expect(day.dock.locator("[data-draft-status]")).to_contain_text(day.say["kept"])
    kill(day.page)
    again = Day(Mouse(desks.page()), world, language)
    again.log_in()
    again.page.goto(f"/tickets/{fire.pk}/")
    again.hands.press(again.page.locator("main").get_by_role("link", name=again.say["go on"]))
    text = again.page.locator("main [name=text]")
    expect(text).to_have_value(re.compile("Please do not pour water on it, since"))
    expect(again.page.locator("main [name=to]")).to_have_value(re.compile("dora@nordlicht.example"))
    again.submit()
    expect(again.page.locator("#toasts")).to_contain_text(again.say["leaves"])
    [answer] = OutgoingMail.objects.filter(article__ticket=fire)  # beside it Anna is told of the new device
    assert "Please do not pour water" in answer.article.text
