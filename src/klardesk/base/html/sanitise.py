"""HTML of strangers without active content: no script, no form, no style sheet, nothing that loads by itself."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote

import nh3

from klardesk.base.html.prune import is_large, prune
from klardesk.base.html.style import clean_style
from klardesk.base.html.tokens import UNSEEN

_PLAIN = (
    "abbr acronym address article aside b bdi bdo big blockquote br caption center cite code dd del dfn div dl dt em "
    "figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i ins kbd main mark nav p pre q rp rt ruby s samp section "
    "small span strike strong sub sup tbody tfoot thead time tt u ul var wbr"
)
_CELL = {"align", "valign", "width", "height", "bgcolor", "colspan", "rowspan", "nowrap"}
_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set[str]() for tag in _PLAIN.split()},
    "*": {"style", "title", "dir", "lang", "align"},
    "a": {"href"},
    "img": {"src", "data-src", "alt", "width", "height", "border", "hspace", "vspace"},
    "font": {"color", "face", "size"},
    "table": {"width", "height", "border", "cellpadding", "cellspacing", "bgcolor"},
    "tr": {"valign", "bgcolor"},
    "td": _CELL,
    "th": _CELL | {"scope"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
}
_TAGS = set(_ATTRIBUTES) - {"*"}
_GONE_WITH_CONTENT = set(UNSEEN)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_CONTENT = re.compile(r"cid:", re.IGNORECASE)
_REMOTE = re.compile(r"https?://", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp);base64,[a-z0-9+/=\s]*", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]+")
# The sanitiser writes attributes in double quotes and nothing else in them, so a tag can be told from its text.
_TAG = re.compile(r"<[^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*>")
_WRITTEN_ATTRIBUTE = re.compile(r" ([a-z-]+)=\"([^\"]*)\"")

_ROUNDS = 4
_MOST_AMPERSANDS, _STAND_IN = 5_000, "\ue0a6"
_REFERENCE = re.compile(r"&(?:#?[0-9a-zA-Z]{1,32};?)?")
_NEVER_NESTED = frozenset(("*", "br", "img", "hr", "wbr", "div", "span"))
"""Elements that mean the same wherever they stand; a document that settles on nothing else keeps these."""

ContentIdToUrl = Callable[[str], str | None]


def clean(html: str, remote_images: bool = False, cid_url: ContentIdToUrl | None = None) -> str:
    """The same document without active content, fit to stand inside a page.

    Pictures from the net lie inert in `data-src` until `remote_images` is given. `cid_url` takes a content id (without
    brackets) to the address of the attachment, or None; without it such pictures stay empty. Only links to the web,
    to mail addresses and telephones are kept. Cleaning twice gives the same.
    """
    if is_large(html):
        html = prune(html, _ATTRIBUTES)
    cleaned = _stable(html)
    return _TAG.sub(lambda match: _finished(match[0], remote_images, cid_url), cleaned)


def _stable(html: str) -> str:
    """Sanitised until it is what a browser makes of it: what is left out can let others close or nest differently, and
    an attack may count on that.
    """
    cleaned = _sanitised(html)
    for _round in range(_ROUNDS):
        again = _sanitised(cleaned)
        if again == cleaned:
            return cleaned
        cleaned = again
    return _sanitised(prune(cleaned, {tag: names for tag, names in _ATTRIBUTES.items() if tag in _NEVER_NESTED}))


def _sanitised(html: str) -> str:
    # The sanitiser's time grows with the square of the number of ampersands; beyond some, a stand-in goes through it.
    many = html.count("&") > _MOST_AMPERSANDS
    if many:
        html = _REFERENCE.sub(lambda match: _stand_in(match[0]), html.replace(_STAND_IN, ""))
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_GONE_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel", "data", "cid"},
    )
    return cleaned.replace(_STAND_IN, "&amp;") if many else cleaned


@lru_cache(maxsize=1024)
def _stand_in(reference: str) -> str:
    meant = entities.unescape(reference)
    return f"{_STAND_IN}{meant[1:]}" if meant.startswith("&") else reference


def has_remote_content(html: str) -> bool:
    """Whether the document, cleaned or not, has pictures that would be loaded from the net if one allowed it."""
    if not _REMOTE.search(html):
        return False
    return any(tag.startswith("<img") and ' data-src="' in tag for tag in _TAG.findall(clean(html)))


def _keep(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return clean_style(value) or None
    if name == "href":
        return _link(value)
    if name in {"src", "data-src"} and tag == "img":
        return _source(value)
    return value


def _link(value: str) -> str | None:
    stripped = _INVISIBLE.sub("", value[:20]) + value[20:]
    return stripped.strip() if _LINK.match(stripped) else None


def _source(value: str) -> str | None:
    value = value.strip()
    if value.startswith("//"):
        value = f"https:{value}"
    return value if _REMOTE.match(value) or _CONTENT.match(value) or _PICTURE.fullmatch(value) else None


def _finished(tag: str, remote_images: bool, cid_url: ContentIdToUrl | None) -> str:
    if tag.startswith("<img"):
        return _image(tag, remote_images, cid_url)
    if tag.startswith("<a "):
        # The window that opens must not reach the desk's, nor learn which ticket it came from.
        return tag if ' href="' not in tag else f'{tag[:-1]} target="_blank" rel="noopener noreferrer nofollow">'
    return tag


def _image(tag: str, remote_images: bool, cid_url: ContentIdToUrl | None) -> str:
    """Move the picture's address to where it belongs: `src` if it may load, `data-src` if it must not yet."""
    attributes = dict(_WRITTEN_ATTRIBUTE.findall(tag))
    waiting = attributes.pop("data-src", "")
    source = attributes.pop("src", "") or waiting
    if _CONTENT.match(source):
        content_id = unquote(entities.unescape(source)[4:]).strip().strip("<>")
        source = entities.escape((cid_url(content_id) if cid_url else None) or "")
    if source:
        remote = bool(_REMOTE.match(source))
        attributes["data-src" if remote and not remote_images else "src"] = source
        if remote:
            attributes["referrerpolicy"] = "no-referrer"
    return "<img" + "".join(f' {name}="{value}"' for name, value in attributes.items()) + ">"
