"""The Jinja2 environment of every page: translations, addresses, icons and the reader's formats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from klardesk.web import formats, quick
from klardesk.web.drawn import DrawnExtension
from klardesk.web.icons import ICONS
from klardesk.web.slots import keys_of
from klardesk.web.static_files import static

_ICONS = frozenset(ICONS)


class UnknownIcon(LookupError):
    """A template names an icon that the sprite does not have."""


def icon(name: str, label: str | None = None, size: str = "") -> Markup:
    """An icon of the sprite. With `label` it speaks to screen readers, without it is decoration; `size`: "", "small", "large"."""
    return _drawing(name, label and str(label), size, static("web/icons.svg"))


@lru_cache(maxsize=1024)
def _drawing(name: str, label: str | None, size: str, sprite: str) -> Markup:
    if name not in _ICONS:
        raise UnknownIcon(
            f"The sprite has no icon {name!r}: add it to klardesk/web/icons.py and run tools/build_icons.py."
        )
    kind = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    style = f"icon icon-{size}" if size else "icon"
    return Markup('<svg class="{}"{}><use href="{}#{}"></use></svg>').format(style, kind, sprite, name)


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named page. One that is made of keys alone is worked out once and then only filled in."""
    if kwargs or any(type(arg) is not int for arg in args):
        return reverse(name, args=args or None, kwargs=kwargs or None)
    shape = _shape(name, len(args), get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return shape % args


@lru_cache(maxsize=1024)
def _shape(name: str, count: int, urlconf: str, _prefix: str) -> str:
    """The address with `%d` in the place of each of its `count` keys."""
    marks = [7_310_000_017 + place for place in range(count)]
    address = reverse(name, urlconf=urlconf, args=marks or None).replace("%", "%%")
    for mark in marks:
        address = address.replace(str(mark), "%d")
    return address


def query(parameters: QueryDict | Mapping[str, object] | None = None, **changes: object) -> str:
    """A query string `?a=1&b=2` of these parameters with some changed; a change to None takes the parameter away."""
    lists = parameters.lists() if isinstance(parameters, QueryDict) else (parameters or {}).items()
    given = tuple((key, tuple(map(str, value if isinstance(value, list | tuple) else [value]))) for key, value in lists)
    return _query(given, tuple((key, None if value is None else str(value)) for key, value in changes.items()))


@lru_cache(maxsize=1024)
def _query(given: tuple[tuple[str, tuple[str, ...]], ...], changes: tuple[tuple[str, str | None], ...]) -> str:
    pairs = dict(given)
    for key, value in changes:
        pairs.pop(key, None) if value is None else pairs.__setitem__(key, (value,))
    return "?" + urlencode([(key, value) for key, values in pairs.items() for value in values])


def _translations(environment: Environment) -> None:
    install = environment.install_gettext_callables  # type: ignore[attr-defined]
    install(
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    environment.globals |= {"gettext": quick.gettext, "_": quick.gettext}


def environment(**options: Any) -> Environment:
    """The environment, as named in the settings. A variable that a page does not give is an error, never a blank."""
    extensions: Iterable[str] = ("jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols")
    options |= {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    result = Environment(extensions=[*extensions, DrawnExtension], **options)  # noqa: S701 (autoescape is on)
    result.template_class, result.context_class = quick.QuickTemplate, quick.QuickContext
    result.policies["ext.i18n.trimmed"] = True  # as klardesk.base.i18n extracts them
    _translations(result)
    result.globals |= {"url": url, "static": static, "icon": icon, "query": query, "keys_of": keys_of}
    result.filters |= {
        "datetime": formats.moment,
        "date": formats.day,
        "ago": formats.ago,
        "filesize": formats.filesize,
        "number": formats.number,
        "initials": formats.initials,
        "hue": formats.hue,
    }
    return result
