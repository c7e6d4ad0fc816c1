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
VERSION = 1
"""Which cleaner this is. Whoever changes what it makes of a document counts on: what is kept is then cleaned again."""


def clean(html: str) -> str:
    """The same document without active content, to be kept and to be given to `present`.

    Pictures from the net lie inert in `data-src`; those of the mail itself keep their `cid:` address. Only links to the
    web, to mail addresses and telephones are kept. Cleaning twice gives the same.
    """
    if is_large(html):
        html = prune(html, _ATTRIBUTES)
    return _TAG.sub(lambda match: _finished(match[0]), _stable(html))


def present(cleaned: str, remote_images: bool = False, cid_url: ContentIdToUrl | None = None) -> str:
    """A cleaned document, fit to stand inside a page: pictures alone are touched, so this costs next to nothing.

    Pictures from the net stay inert until `remote_images` is given. `cid_url` takes a content id (without brackets, in
    small letters) to the address of the attachment, or None; without it such pictures stay empty.
    """
    if "<img" not in cleaned:
        return cleaned
    return _TAG.sub(
        lambda match: _image(match[0], remote_images, cid_url) if match[0].startswith("<img") else match[0], cleaned
    )


def content_ids(cleaned: str) -> set[str]:
    """The content ids (without brackets, in small letters) of the pictures that a cleaned document shows."""
    sources = [_source_of(tag) for tag in _pictures(cleaned)]
    return {_content_id(source) for source in sources if _CONTENT.match(source)}


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


def has_remote_content(cleaned: str) -> bool:
    """Whether a cleaned document has pictures that would be loaded from the net if one allowed it."""
    return any(' data-src="' in tag for tag in _pictures(cleaned))


def _pictures(cleaned: str) -> list[str]:
    """The tags of its pictures; told from what merely looks like one within another tag."""
    return [tag for tag in _TAG.findall(cleaned) if tag.startswith("<img")] if "<img" in cleaned else []


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


def _finished(tag: str) -> str:
    if tag.startswith("<img"):
        return _inert(tag)
    if tag.startswith("<a "):
        # The window that opens must not reach the desk's, nor learn which ticket it came from.
        return tag if ' href="' not in tag else f'{tag[:-1]} target="_blank" rel="noopener noreferrer nofollow">'
    return tag


def _inert(tag: str) -> str:
    """The picture's address where it belongs: `data-src` if it lies on the net, else `src`."""
    attributes = dict(_WRITTEN_ATTRIBUTE.findall(tag))
    source = _source_of(tag)
    attributes.pop("src", "")
    attributes.pop("data-src", "")
    if source:
        remote = bool(_REMOTE.match(source))
        attributes["data-src" if remote else "src"] = source
        if remote:
            attributes["referrerpolicy"] = "no-referrer"
    return _written(attributes)


def _image(tag: str, remote_images: bool, cid_url: ContentIdToUrl | None) -> str:
    """A kept picture as a page shows it."""
    attributes, source = dict(_WRITTEN_ATTRIBUTE.findall(tag)), _source_of(tag)
    if _CONTENT.match(source):
        attributes["src"] = entities.escape((cid_url(_content_id(source)) if cid_url else None) or "")
    elif remote_images and _REMOTE.match(source):
        attributes["src"] = attributes.pop("data-src", source)
    return _written({name: value for name, value in attributes.items() if value or name != "src"})


def _source_of(tag: str) -> str:
    """The address of a picture as it is written in its tag."""
    attributes: dict[str, str] = dict(_WRITTEN_ATTRIBUTE.findall(tag))
    return attributes.get("src") or attributes.get("data-src", "")


def _content_id(source: str) -> str:
    return str(unquote(entities.unescape(source)[4:])).strip().strip("<>").lower()


def _written(attributes: dict[str, str]) -> str:
    return "<img" + "".join(f' {name}="{value}"' for name, value in attributes.items()) + ">"
