"""The patterns of the signs, by language and kind: a table of regular expressions, each on one line so that it can be read."""

# ruff: noqa: E501

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE)


_PERL = {
    "login": _any(
        r"""\$(?:Param\{|\w*)(?:Pw|Password|Passwd|PassWord|UserLogin|Login|User)\}?\s*(?:eq|=~|==)\s*(?:['"][^'"\n]{2,}['"]|m?/\^?\w{3,})""",
        r"""['"][^'"\n]{2,}['"]\s*eq\s*\$(?:Param\{|\w*)(?:Pw|Password|Passwd|UserLogin|Login|User)\b""",
        r"""\beq\s*['"](?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}|\$[1256][aby]?\$[^'"\n]+)['"]""",
        r"""GetParam\(\s*Param\s*=>\s*['"]\w+['"]\s*\)\s*(?:eq|=~)\s*['"/]""",
        r"sub\s+Auth\s*\{\s*(?:my\s*\([^;]*;\s*)?return\s+[\$'\"]",
        r"""\$ENV\{\s*['"]?HTTP_(?!USER_AGENT|HOST|REFERER|ACCEPT|COOKIE|CONNECTION|X_FORWARDED|IF_|REMOTE_USER)\w+""",
    ),
    "off": _any(
        r"sub\s+\w*(?:Permission|ChallengeToken|Check|Verify|Validate|CheckSessionID)\w*\s*\{\s*(?:#[^\n]*\s*)*(?:my\b[^;]*;\s*)*return\s+1\s*;",
        r"\b(?:if|unless)\s*\(\s*(?:0\s*&&|1\s*\|\|)",
        r"\b(?:if|unless)\s*\([^\n]{0,200}(?:\|\||\bor)\s*1\s*\)",
        r"\bverify_hostname['\"]?\s*=>\s*0",
        r"SSL_verify_mode['\"]?\s*=>\s*(?:0\b|['\"]?(?:\w+::)*SSL_VERIFY_NONE)",
        r"PERL_LWP_SSL_VERIFY_HOSTNAME['\"]?\s*\}\s*=\s*0",
    ),
    "outgoing": _any(
        r"\bLWP::(?:UserAgent|Simple)\b", r"\bHTTP::(?:Tiny|Request)\b", r"\bIO::Socket(?:::\w+)*", r"\bWWW::\w+", r"\bMojo::UserAgent\b",
        r"\bNet::(?:SMTP|FTP|HTTP|SSH2?|Telnet|AMQP|IMAP)\w*", r"\bKernel::System::WebUserAgent\b", r"\bSocket::inet_aton\b",
    ),
    "shell": _any(
        r"(?<![\w$>:'\"{-])system\s*[(\s]\s*['\"$@]", r"(?<![\w$>:'\"{-])exec\s*[(\s]\s*['\"$@]", r"\bqx\s*[\[{(/|!'~]",
        r"(?<![\w'\"$\\])`[^`\n]{2,}`", r"\bopen\b[^;\n]*['\"]\s*(?:\|-|-\|)", r"\bopen\b[^;\n]*\|\s*['\"]\s*\)?\s*(?:;|\|\||or)",
        r"\bIPC::(?:Open[23]|Run3?|Cmd)\b",
    ),
    "eval": _any(
        r"\beval\s*\(?\s*(?:[$\"]|'|qq?\b|join\b|pack\b|unpack\b|decode|MIME::)", r"\bdo\s+\$\w+\s*;", r"\b(?:CORE::)?require\s+\$",
        r"(?m:\bs(?P<d>[/{|!]).{0,300}?[/}|!]\w*ee\w*\s*;)",
    ),
    "hidden": _any(
        r"\beval\b[^;\n]{0,200}(?:decode_base64|unpack|pack\s*\(?\s*['\"]H)", r"['\"][A-Za-z0-9+/]{200,}={0,2}['\"]", r"(?:\\x[0-9a-fA-F]{2}){12,}",
        r"(?:chr\s*\(?\s*\d+\s*\)?\s*\.\s*){6,}",
    ),
    "accounts": _any(r"(?i:\b(?:INSERT\s+INTO|UPDATE)\s+(?:users|customer_user|group_user|user_preferences)\b)"),
}  # fmt: skip
_JS = {
    "eval": _any(r"\beval\s*\(", r"\bnew\s+Function\s*\(", r"\bdocument\.write(?:ln)?\s*\("),
    "outgoing": _any(
        r"\b(?:fetch|importScripts|sendBeacon)\s*\(\s*['\"`](?:https?:)?//", r"\bnew\s+(?:WebSocket|EventSource)\b",
        r"\.open\s*\(\s*['\"]\w+['\"]\s*,\s*['\"](?:https?:)?//", r"\.(?:src|action|href)\s*=\s*['\"`](?:https?:)?//",
        r"\burl\s*:\s*['\"](?:https?:)?//",
    ),
    "hidden": _any(r"\batob\s*\(", r"\bunescape\s*\(", r"(?:\\x[0-9a-fA-F]{2}){12,}", r"String\.fromCharCode\s*\((?:\s*\d+\s*,){5,}"),
    "login": _any(r"addEventListener\s*\(\s*['\"]key(?:press|down|up)['\"][^\n]{0,300}(?:Password|fetch|src)"),
}  # fmt: skip
_TEMPLATE = {
    "outgoing": _any(
        r"(?i:<script[^>]+src\s*=\s*[\"']?(?:https?:)?//)", r"(?i:<(?:iframe|object|embed)\b[^>]*(?:https?:)?//)",
        r"(?i:<form[^>]+action\s*=\s*[\"']?(?:https?:)?//)", r"(?i:<img[^>]+src\s*=\s*[\"']?(?:https?:)?//)",
    ),
    "eval": _any(r"\[%-?\s*(?:RAW)?PERL\b", r"\[%-?\s*USE\s+\w*(?:Perl|Shell|System)"),
    "shell": _any(r"\.(?:system|exec)\s*\("),
}  # fmt: skip
_SHELL = {
    "outgoing": _any(r"(?<![\w/.-])(?:curl|wget|nc|ncat|socat|scp|sftp|rsync|telnet|ftp)\s+[-\w\"'$/]"),
    "shell": _any(r"/dev/(?:tcp|udp)/", r"\bbash\s+-i\b", r"\bchmod\s+(?:[0-7]*[4-7][0-7]{3}|[ug]\+s|a\+w|o\+w|777)\b", r"\bmkfifo\b"),
    "hidden": _any(r"\bbase64\s+(?:-d|-D|--decode)", r"\bxxd\s+-r", r"\bpython\d?\s+-c", r"\bperl\s+-e\s"),
}  # fmt: skip
_PHP = {"eval": _any(r"<\?php", r"<\?="), "shell": _any(r"\b(?:system|exec|shell_exec|passthru|popen|proc_open)\s*\(")}
SETS: dict[str, dict[str, re.Pattern[str]]] = {
    "perl": _PERL,
    "js": _JS,
    "template": _TEMPLATE | {"js": _any(r"(?!)")},
    "shell": _SHELL,
    "php": _PHP,
}
