"""How the portal looks: by options alone, readable, and no file that could run."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from klardesk.admin.actions import change_option, change_options
from klardesk.base.options import option
from klardesk.portal.colours import DARK_GROUND, ENOUGH, contrast, style_sheet, unreadable
from tests.matrix import client_of
from tests.world import SYSTEM, World

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_every_pair_of_a_taken_colour_is_readable(colour: str) -> None:
    sheet = style_sheet(colour)
    pairs = dict(re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", sheet))
    (solid, _), (ink, dark_ink), (soft, dark_soft), (link, dark_link) = (
        pairs[name].split(", ") for name in ("accent-solid", "accent-ink", "accent-soft", "link")
    )
    assert contrast(ink, soft) >= ENOUGH
    assert contrast(dark_ink, dark_soft) >= ENOUGH
    assert contrast(link, "#f5f6f8") >= ENOUGH
    assert contrast(dark_link, DARK_GROUND) >= ENOUGH
    assert (contrast(solid, "#ffffff") >= ENOUGH) == (unreadable(colour) == "")


@pytest.mark.django_db
class TestLook:
    """The portal's pages."""

    def test_name_texts_links_and_colour_stand_where_customers_look(self, world: World) -> None:
        change_options({
            "portal.name": "Nordhilfe", "portal.accent": "#7a1f5c", "portal.welcome_en": "Hello there",
            "portal.welcome_de": "Moin",
            "portal.footer_en": "Nordhilfe Ltd", "portal.imprint_url": "https://www.example.com/imprint",
        }, by=SYSTEM)  # fmt: skip
        for page in (Client().get("/customer/login/"), client_of(world.dora).get("/portal/")):
            said = page.content.decode()
            for word in ("Nordhilfe Ltd", "Hello there", "https://www.example.com/imprint", "/portal/look/7a1f5c.css"):
                assert word in said
        german = Client().get("/customer/login/", headers={"Accept-Language": "de"}).content.decode()
        assert "Moin" in german
        agents = Client().get("/login/").content.decode()
        assert "Nordhilfe" not in agents
        assert "--accent-solid: light-dark(#7a1f5c" in Client().get("/portal/look/7a1f5c.css").content.decode()

    @pytest.mark.parametrize("accent", ["#ffee00", "red", "#12345", "#1d5bb8;}body{"])
    def test_an_unreadable_colour_is_refused(self, accent: str, world: World) -> None:
        with pytest.raises(ValueError, match=r"colour|contrast"):
            change_option("portal.accent", accent, by=SYSTEM)
        assert client_of(world.root).post("/admin/portal/", {"accent": accent}).status_code == 422

    def test_no_style_for_a_colour_that_is_none(self, world: World) -> None:
        for colour in ("ffee00", "x", "1d5bb8}"):
            assert Client().get(f"/portal/look/{colour}.css").status_code == 404

    def test_a_logo_is_uploaded_shown_and_taken_away(self, world: World) -> None:
        root = client_of(world.root)
        assert root.post("/admin/portal/", {"logo_file": SimpleUploadedFile("logo.png", PNG)}).status_code == 302
        name = option("portal.logo")
        answer = Client().get(f"/portal/look/{name}")
        assert (answer["Content-Type"], answer.content) == ("image/png", PNG)
        assert "sandbox" in answer["Content-Security-Policy"]
        assert f"/portal/look/{name}" in Client().get("/customer/login/").content.decode()
        assert root.post("/admin/portal/", {"remove_logo": "on"}).status_code == 302
        assert Client().get(f"/portal/look/{name}").status_code == 404

    @pytest.mark.parametrize(
        "content",
        [
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"<html>",
            b"GIF89a",
            PNG + b"\0" * 600_000,
        ],
        ids=["svg", "html", "gif", "large"],
    )
    def test_what_is_no_safe_picture_is_refused(self, content: bytes, world: World) -> None:
        answer = client_of(world.root).post("/admin/portal/", {"logo_file": SimpleUploadedFile("logo.png", content)})
        assert answer.status_code == 422
        assert option("portal.logo") == ""

    def test_the_logos_address_opens_no_other_blob(self, world: World) -> None:
        from klardesk.base import blobs

        digest = blobs.put(b"secret of a ticket")
        for name in (f"{digest}.png", f"{digest}.webp"):
            assert Client().get(f"/portal/look/{name}").status_code == 404

    def test_the_account_page_still_works_for_customers(self, world: World) -> None:
        assert client_of(world.dora).get("/account/").status_code == 200
