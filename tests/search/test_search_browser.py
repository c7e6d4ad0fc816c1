"""The search box as a combobox: typed, chosen by arrows, opened by Enter."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from klardesk.search import known
from tests.browser import MARKS, opened
from tests.tickets.test_bulk_browser import taken
from tests.world import World

pytestmark = MARKS


def test_suggestions_by_keyboard(browser: Browser, served: str, world: World) -> None:
    for title in ("Dora braucht einen Netzwerkdrucker", "Drucker von Dora druckt nicht"):
        ticket = world.ticket(title)
    known.rebuild()
    page = opened(browser, served, world)
    page.goto("/tickets/")
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search tickets, customers, companies")
    expect(field).to_be_focused()
    field.press_sequentially("dora")
    options = page.get_by_role("option")
    expect(options).to_have_count(4)
    expect(field).to_have_attribute("aria-expanded", "true")
    taken(page, "suggestions")
    expect(field).to_be_focused()
    field.press("ArrowDown")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.nth(0).get_attribute("id")
    field.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", "suggestion-1-1")
    field.press("ArrowUp")
    expect(options.nth(3)).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(options).to_have_count(0)
    field.press("ArrowDown")
    expect(options).to_have_count(4)
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"**/tickets/{ticket.pk}/")
    assert not page.complaints  # type: ignore[attr-defined]


def test_enter_without_a_choice_searches_and_leads_to_the_advanced_search(
    browser: Browser,
    served: str,
    world: World,
) -> None:
    world.ticket("Dora braucht Papier", article=world.article("Papier", "Der Müller hat keins mehr, sagt Dora."))
    known.rebuild()
    page = opened(browser, served, world)
    page.goto("/")
    page.get_by_role("combobox").or_(page.get_by_placeholder("Search tickets, customers, companies")).first.fill("dora")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Customers")).to_be_visible()
    expect(page.locator("mark").first).to_have_text("Dora")
    taken(page, "results")
    page.get_by_role("link", name="Advanced search").click()
    expect(page.get_by_label("Words in the ticket", exact=True)).to_have_value("dora")
    taken(page, "advanced")
    page.get_by_role("spinbutton", name="Created in the last … days").fill("7")
    page.get_by_role("button", name="Show").click()
    expect(
        page.get_by_role("link", name="Dora braucht Papier").or_(page.get_by_text("Dora braucht Papier")).first
    ).to_be_visible()
    taken(page, "list")
    assert not page.complaints  # type: ignore[attr-defined]
