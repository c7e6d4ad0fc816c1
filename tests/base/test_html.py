"""Strangers' HTML: inert when shown, readable as text, and never slow."""

from __future__ import annotations

import hashlib
import re

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.base.html import VERSION, clean, content_ids, has_remote_content, present, to_text
from klardesk.base.html.prune import DIRECT_TAGS, MOST_TAGS

ATTACKS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<a href='java\tscript:alert(1)'>x</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<form action=//evil.example><input name=q><button>x",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example>", "<style>@import '//evil.example';</style>", "<base href=//evil.example>",
    "<p style='background:url(//evil.example)'>x</p>", "<p style='width:expression(alert(1))'>x</p>",
    "<p style='position:fixed;top:0'>x</p>", "<p style='behavior:\\75rl(x)'>x</p>", "<object data=x><embed src=x>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>", "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<video poster=//evil.example><source src=//evil.example>",
    "<img srcset='//evil.example 2x'>", "<table background='//evil.example'>", "<p id=x name=y class=z>", "<div onclick=x()>",
)  # fmt: skip
HARMLESS = (
    "<p style='color:red'>a</p>", "<table bgcolor=red><tr><td width=1>x", "<a href='https://x.example'>x</a>",
    "<img src='cid:a' alt=b>", "<img src='https://x.example/a.png'>", "<blockquote><p>x", "<ul><li>1<li>2</ul>",
)  # fmt: skip
FORBIDDEN = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "svg",
    "math",
    "link",
    "meta",
    "base",
    "video",
}


def active(cleaned: str, *, remote: bool = False) -> list[str]:
    """What could act or load, told by a browser's parser."""
    found = []
    for element in html5lib.parseFragment(cleaned, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str) or element.tag in FORBIDDEN:
            found.append(str(element.tag))
            continue
        for name, value in element.attrib.items():
            address = re.sub(r"[\x00-\x20]", "", value).lower()
            harmless = ("http://", "https://", "mailto:", "tel:") if name == "href" else ("data:image/", "/file/")
            if remote and name == "src":
                harmless += ("http://", "https://")
            if name.startswith("on") or name in {"id", "class", "name", "srcset", "background", "action", "srcdoc"}:
                found.append(name)
            if name in {"href", "src"} and not address.startswith(harmless):
                found.append(value)
            if name == "style" and re.search(r"url|expression|position|\\|/\*|@", value, re.IGNORECASE):
                found.append(value)
    return found


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_inert(attack):
    assert active(present(clean(attack))) == []
    assert active(present(clean(attack), remote_images=True), remote=True) == []


PIECES = st.one_of(
    st.sampled_from(ATTACKS),
    st.sampled_from(("<p>", "</p>", "<b>", "<!--", "-->", '"', "'", ">", "<td>", "&lt;")),
    st.text(max_size=12),
)


@given(st.lists(PIECES, max_size=8).map("".join), st.booleans())
def test_anything_is_inert_and_cleaning_twice_changes_nothing(text, remote):
    cleaned = clean(text)
    assert active(present(cleaned, remote_images=remote), remote=remote) == []
    assert clean(cleaned) == cleaned


@given(st.text(max_size=200))
def test_any_text_has_a_plain_form(text):
    assert "\x00" not in to_text(text.replace("\x00", ""))


def test_what_closes_differently_without_what_was_removed_is_settled():
    assert clean("<p><object><p>x") == clean(clean("<p><object><p>x"))


def test_large_documents_are_inert_too():
    padding = "<p>x</p>" * DIRECT_TAGS
    for attack in ATTACKS:
        assert active(clean(padding + attack)) == []


def test_pictures_from_the_net_wait():
    html = '<p>x<img src="https://shop.example/pixel.gif" alt="Logo"></p>'
    waiting = clean(html)
    assert 'data-src="https://shop.example/pixel.gif"' in waiting
    assert " src=" not in waiting
    assert present(waiting) == waiting
    assert ' src="https://shop.example/pixel.gif"' in present(waiting, remote_images=True)
    assert has_remote_content(waiting)


def test_other_pictures_do_not_wait():
    assert not has_remote_content(clean('<img src="cid:a"> <a href="https://x.example">x</a>'))
    assert "data:image/png;base64,AAAA" in clean('<img src="data:image/png;base64,AAAA">')


def test_pictures_of_the_mail_get_their_address():
    html = '<img src="cid:foto%40nordlicht"><img src="cid:gone">'
    kept = clean(html)
    assert content_ids(kept) == {"foto@nordlicht", "gone"}
    shown = present(kept, cid_url=lambda key: f"/file/{key}" if key == "foto@nordlicht" else None)
    assert shown == '<img src="/file/foto@nordlicht"><img>'


@pytest.mark.parametrize(
    "trick",
    [
        '<p title="<img " lang="x>y" dir="><script>alert(1)</script>">x</p>',
        "<p title='<img src=cid:a onerror=alert(1)>'>x</p>",
        '<a title="<img data-src=" href="https://x.example/?&quot;><svg onload=alert(1)>">x</a>',
        '<img alt="><script>alert(1)</script>" src="cid:a&quot;onerror=alert(1)">',
        "<img src=\"cid:a'onerror='x\" alt='<img src=\"https://y.example\">'>",
    ],
)
def test_showing_kept_pictures_opens_no_door(trick):
    kept = clean(trick)
    for remote in (False, True):
        assert active(present(kept, remote_images=remote, cid_url=lambda key: f"/file/{key}"), remote=remote) == []


def test_an_attribute_that_looks_like_a_tag_stays_one():
    html = '<a title="<img src=" href="https://x.example">x</a><p title=\'<img src="https://y.example">\'>y</p>'
    assert active(clean(html)) == []
    assert clean(clean(html)) == clean(html)


def test_links_open_elsewhere_and_tell_nothing():
    assert clean('<a href="https://x.example">x</a>') == (
        '<a href="https://x.example" target="_blank" rel="noopener noreferrer nofollow">x</a>'
    )
    assert clean('<a href="/admin/delete">x</a>') == "<a>x</a>"


def test_harmless_styles_stay():
    assert clean("<p style=\"COLOR: red; margin: -9px; font-family: 'Arial'\">x</p>") == (
        "<p style=\"color: red; font-family: 'Arial'\">x</p>"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ('<a href="https://x.example/a">here</a>', "here <https://x.example/a>"),
        ('<a href="https://www.x.example/">x.example</a>', "x.example"),
        ('<a href="mailto:a@x.example">write</a>', "write <a@x.example>"),
        ("<ul><li>a<li>b<ol><li>c<li>d</ol></ul>", "- a\n- b\n  1. c\n  2. d"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n>> b\n\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a &amp;&nbsp;b &lt;c&gt;", "a & b <c>"),
        ("<style>p{}</style><script>x</script><title>t</title>a<!-- b -->", "a"),
        ('<div style="display:none">preview</div>a', "a"),
        ("1 < 2", "1 < 2"),
        ('<img alt="Logo" src=x>', "[Logo]"),
        ("", ""),
    ],
)
def test_plain_text(html, text):
    assert to_text(html) == text


def test_what_would_take_the_square_of_time_is_read_flat():
    """Each of these keeps the sanitiser alone busy for minutes; the depth that is left shows that it never saw them so."""
    for bomb in ("<div>" * 200_000, "<ul><li>" * 100_000, "<title>" * 100_000, "<p><font size=1>" * 50_000):
        assert clean(bomb + "text").count("<div>") <= 150
        assert to_text(bomb + "text").strip("- ").endswith("text")


def test_many_ampersands_read_as_few_do():
    piece = "a & b &amp; &lt;i&gt; &copy; &amp;lt; &x; <a href='https://x.example?a=1&amp;b=2&c=3'>x</a> "
    assert clean(piece * 1000) == clean(piece) * 1000


def test_beyond_the_limit_of_tags_the_text_is_kept():
    assert clean("<i></i>" * MOST_TAGS + "<b>end</b>").endswith("end")


def test_another_cleaner_bears_another_version():
    """What version 1 makes of these. If it makes something else of them now, count VERSION on and write it down here."""
    digest = hashlib.sha256("\n".join(clean(each) for each in (*ATTACKS, *HARMLESS)).encode()).hexdigest()
    assert (VERSION, digest) == (1, "f1ebc4e70d89d30b8b9fcc9f05f953ae23c356b5445f700427f158ba6afb3b40")
