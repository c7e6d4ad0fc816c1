"""The patterns of the signs, by language and kind. Each has words of which one must occur, so that most texts are passed quickly."""

# ruff: noqa: E501 (each pattern on a line of its own)

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A pattern, and the words of which a text must have one for it to be tried."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def finds(self, text: str) -> list[re.Match[str]]:
        """All its places in the text."""
        return list(self.pattern.finditer(text)) if any(word in text for word in self.words) else []


def _looks(*pairs: tuple[str, str]) -> tuple[Look, ...]:
    return tuple(Look(tuple(words.split(" ")), re.compile(pattern, re.MULTILINE)) for words, pattern in pairs)


_NAME = r"(?:Pw|Password|Passwd|PassWord|UserLogin|Login|User)"
_HEX = "\\x"

_PERL = {
    "login": _looks(
        ("eq =~ ==", rf"""\$(?:Param\{{|\w*){_NAME}\}}?\s*(?:eq|=~|==)\s*(?:['"][^'"\n]{{2,}}['"]|m?/\^?\w{{3,}})"""),
        ("eq", rf"""['"][^'"\n]{{2,}}['"]\s*eq\s*\$(?:Param\{{|\w*){_NAME}\b"""),
        ("eq", r"""\beq\s*['"](?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}|\$[1256][aby]?\$[^'"\n]+)['"]"""),
        ("GetParam", r"""GetParam\(\s*Param\s*=>\s*['"]\w+['"]\s*\)\s*(?:eq|=~)\s*['"/]"""),
        ("Auth", r"sub\s+Auth\s*\{\s*(?:my\s*\([^;]*;\s*)?return\s+[\$'\"]"),
        ("HTTP_", r"""\$ENV\{\s*['"]?HTTP_(?!USER_AGENT|HOST|REFERER|ACCEPT|COOKIE|CONNECTION|X_FORWARDED|IF_|REMOTE_USER)\w+"""),
    ),
    "off": _looks(
        ("return", r"sub\s+\w*(?:Permission|ChallengeToken|Check|Verify|Validate|CheckSessionID)\w*\s*\{\s*(?:my\b[^;]*;\s*)*return\s+1\s*;"),
        ("&& ||", r"\b(?:if|unless)\s*\(\s*(?:0\s*&&|1\s*\|\|)"),
        ("|| or", r"\b(?:if|unless)\s*\([^\n]{0,200}(?:\|\||\bor)\s*1\s*\)"),
        ("verify_hostname", r"\bverify_hostname['\"]?\s*=>\s*0"),
        ("SSL_verify_mode", r"SSL_verify_mode['\"]?\s*=>\s*(?:0\b|['\"]?(?:\w+::)*SSL_VERIFY_NONE)"),
        ("PERL_LWP_SSL", r"PERL_LWP_SSL_VERIFY_HOSTNAME['\"]?\s*\}\s*=\s*0"),
    ),
    "outgoing": _looks(
        ("LWP::", r"\bLWP::(?:UserAgent|Simple)\b"),
        ("HTTP::", r"\bHTTP::(?:Tiny|Request)\b"),
        ("IO::Socket", r"\bIO::Socket(?:::\w+)*"),
        ("WWW::", r"\bWWW::\w+"),
        ("Mojo::", r"\bMojo::UserAgent\b"),
        ("Net::", r"\bNet::(?:SMTP|FTP|HTTP|SSH2?|Telnet|AMQP|IMAP)\w*"),
        ("System::WebUserAgent", r"\bKernel::System::WebUserAgent\b"),
        ("inet_aton", r"\bSocket::inet_aton\b"),
    ),
    "shell": _looks(
        ("system", r"(?<![\w$>:'\"{-])system\s*[(\s]\s*['\"$@]"),
        ("exec", r"(?<![\w$>:'\"{-])exec\s*[(\s]\s*['\"$@]"),
        ("qx", r"\bqx\s*[\[{(/|!'~]"),
        ("`", r"(?<![\w'\"$\\])`[^`\n]{2,}`"),
        ("|- -|", r"\bopen\b[^;\n]*['\"]\s*(?:\|-|-\|)"),
        ("|' |\"", r"\bopen\b[^;\n]*\|\s*['\"]\s*\)?\s*(?:;|\|\||or)"),
        ("IPC::", r"\bIPC::(?:Open[23]|Run3?|Cmd)\b"),
    ),
    "eval": _looks(
        ("eval", r"\beval\s*\(?\s*(?:[$\"]|'|qq?\b|join\b|pack\b|unpack\b|decode|MIME::)"),
        ("do", r"\bdo\s+\$\w+\s*;"),
        ("require", r"\b(?:CORE::)?require\s+\$"),
        ("ee", r"\bs[/{|!].{0,300}?[/}|!]\w{0,8}ee\w{0,8}\s*;"),
    ),
    "hidden": _looks(
        ("eval", r"\beval\b[^;\n]{0,200}(?:decode_base64|unpack|pack\s*\(?\s*['\"]H)"),
        ("' \"", r"['\"][A-Za-z0-9+/]{200,}={0,2}['\"]"),
        (_HEX, r"(?:\\x[0-9a-fA-F]{2}){12,}"),
        ("chr", r"(?:chr\s*\(?\s*\d+\s*\)?\s*\.\s*){6,}"),
    ),
    "accounts": _looks(("users customer_user group_user user_preferences", r"(?i:\b(?:INSERT\s+INTO|UPDATE)\s+(?:users|customer_user|group_user|user_preferences)\b)")),
}  # fmt: skip
_JS = {
    "eval": _looks(
        ("eval", r"\beval\s*\("), ("Function", r"\bnew\s+Function\s*\("), ("document.write", r"\bdocument\.write(?:ln)?\s*\(")
    ),
    "outgoing": _looks(
        ("fetch importScripts sendBeacon", r"\b(?:fetch|importScripts|sendBeacon)\s*\(\s*['\"`](?:https?:)?//"),
        ("WebSocket EventSource", r"\bnew\s+(?:WebSocket|EventSource)\b"),
        (".open", r"\.open\s*\(\s*['\"]\w+['\"]\s*,\s*['\"](?:https?:)?//"),
        ("//", r"\.(?:src|action|href)\s*=\s*['\"`](?:https?:)?//"),
        ("url", r"\burl\s*:\s*['\"](?:https?:)?//"),
    ),
    "hidden": _looks(
        ("atob", r"\batob\s*\("), ("unescape", r"\bunescape\s*\("), (_HEX, r"(?:\\x[0-9a-fA-F]{2}){12,}"),
        ("fromCharCode", r"String\.fromCharCode\s*\((?:\s*\d+\s*,){5,}"),
    ),
    "login": _looks(("addEventListener", r"addEventListener\s*\(\s*['\"]key(?:press|down|up)['\"][^\n]{0,300}(?:Password|fetch|src)")),
}  # fmt: skip
_TEMPLATE = {
    "outgoing": _looks(
        ("//", r"(?i:<script[^>]{1,500}src\s*=\s*[\"']?(?:https?:)?//)"),
        ("//", r"(?i:<(?:iframe|object|embed)\b[^>]{0,500}(?:https?:)?//)"),
        ("//", r"(?i:<form[^>]{1,500}action\s*=\s*[\"']?(?:https?:)?//)"),
        ("//", r"(?i:<img[^>]{1,500}src\s*=\s*[\"']?(?:https?:)?//)"),
    ),
    "eval": _looks(("PERL", r"\[%-?\s*(?:RAW)?PERL\b"), ("USE", r"\[%-?\s*USE\s+\w*(?:Perl|Shell|System)")),
    "shell": _looks((".system .exec", r"\.(?:system|exec)\s*\(")),
}  # fmt: skip
_SHELL = {
    "outgoing": _looks(("curl wget nc ncat socat scp sftp rsync telnet ftp", r"(?<![\w/.-])(?:curl|wget|nc|ncat|socat|scp|sftp|rsync|telnet|ftp)\s+[-\w\"'$/]")),
    "shell": _looks(
        ("/dev/", r"/dev/(?:tcp|udp)/"), ("bash", r"\bbash\s+-i\b"), ("mkfifo", r"\bmkfifo\b"),
        ("chmod", r"\bchmod\s+(?:[0-7]*[4-7][0-7]{3}|[ug]\+s|a\+w|o\+w|777)\b"),
    ),
    "hidden": _looks(
        ("base64", r"\bbase64\s+(?:-d|-D|--decode)"), ("xxd", r"\bxxd\s+-r"), ("python", r"\bpython\d?\s+-c"), ("perl", r"\bperl\s+-e\s"),
    ),
}  # fmt: skip
_PHP = {
    "eval": _looks(("<?", r"<\?php"), ("<?", r"<\?=")),
    "shell": _looks(("(", r"\b(?:system|exec|shell_exec|passthru|popen|proc_open)\s*\(")),
}
SETS: dict[str, dict[str, tuple[Look, ...]]] = {
    "perl": _PERL, "js": _JS, "template": _TEMPLATE, "shell": _SHELL, "php": _PHP,
}  # fmt: skip
