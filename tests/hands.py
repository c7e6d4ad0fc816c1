"""Two ways to use a page, with the same words: with the mouse, and with the keyboard alone."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page, expect

MOST_STEPS = 250
"""So often is Tab pressed before a thing counts as out of reach."""


class Hands(Protocol):
    """What somebody does with a page."""

    page: Page

    def press(self, thing: Locator) -> None:
        """A link, a button, the head of a menu."""

    def fill(self, field: Locator, text: str) -> None:
        """Put a text into a field, in the place of what stands there."""

    def choose(self, field: Locator, label: str) -> None:
        """An option of a field."""

    def tick(self, box: Locator) -> None:
        """A checkbox."""

    def undo(self) -> None:
        """What was done last, as long as the page offers it."""


class Mouse:
    """Clicks on what is seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, thing: Locator) -> None:
        """Click it, once the scripts are there: before, a link leads to a page of its own."""
        expect(thing).to_be_visible()
        self.page.wait_for_load_state()
        thing.click()

    def fill(self, field: Locator, text: str) -> None:
        """Click into it, then type."""
        field.click()
        field.fill(text)

    def choose(self, field: Locator, label: str) -> None:
        """Take it from the list."""
        field.select_option(label=label)

    def tick(self, box: Locator) -> None:
        """Click it."""
        box.click()

    def undo(self) -> None:
        """Click what is offered in the corner."""
        self.page.locator("#toasts [data-undo]").click()


class Keyboard:
    """Tab up to a thing, then a key: what Tab does not come to is out of reach, and fails the test."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, thing: Locator) -> None:
        """Enter on it, once the scripts are there."""
        self._reach(thing)
        self.page.wait_for_load_state()
        self.page.keyboard.press("Enter")

    def fill(self, field: Locator, text: str) -> None:
        """Mark what is there and type over it; a moment is typed part by part, as its field wants it."""
        self._reach(field)
        if field.get_attribute("type") == "datetime-local":
            field.fill(text)  # its parts stand in the browser's own order, which is none of ours
            return
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, field: Locator, label: str) -> None:
        """Go down from the first option to this one."""
        self._reach(field)
        self.page.keyboard.press("Home")
        for _step in range(MOST_STEPS):
            if field.locator("option:checked").inner_text() == label:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the field has no option {label!r}")

    def tick(self, box: Locator) -> None:
        """Space on it."""
        self._reach(box)
        self.page.keyboard.press("Space")

    def undo(self) -> None:
        """The key for it."""
        expect(self.page.locator("#toasts [data-undo]")).to_be_visible()
        self.page.wait_for_load_state()  # before the scripts are there the key leads to a page that asks
        self.page.keyboard.press("z")

    def _reach(self, thing: Locator) -> None:
        expect(thing).to_be_visible()
        for _step in range(MOST_STEPS):
            if thing.evaluate("thing => thing === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {thing}")
