"""`klardesk user …`: the owner's keys. Every use is in the ledger, under the name of the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from klardesk.access.actor import Actor

FAILED = 1
RIGHTS = "ro, move_into, create, note, owner, priority, rw, or a right of your own"
Verb = Callable[[argparse.Namespace], int]


class Wrong(Exception):
    """What was asked for cannot be done; the message says why and what to do. Nothing was changed."""


def add_commands(commands: Any) -> None:
    """Add `user` and its verbs to the command line."""
    user = commands.add_parser("user", help="agents and customers: create, grant, reset passwords, list")
    verbs = user.add_subparsers(required=True, metavar="VERB")
    _add_create(verbs)
    _add_rights(verbs)
    _add_passwords(verbs)
    listing = _verb(verbs, "list", "list everybody", list_users)
    listing.add_argument("--json", action="store_true", help="one JSON list")
    listing.add_argument("--realm", choices=("agent", "customer"), help="only these")
    _add_person(_verb(verbs, "reset-factors", "take away the second factors of somebody who lost them", reset_factors))
    ending = _verb(verbs, "end-sessions", "log somebody out everywhere", end_sessions)
    _add_person(ending)


def create(options: argparse.Namespace) -> int:
    """`user create LOGIN`: a new agent or customer; prints a one-time link unless the password comes on stdin."""
    from django.db import transaction

    from klardesk.people import actions

    if options.administrator and options.realm == "customer":
        raise Wrong("a customer cannot be an administrator; leave out --administrator or --realm customer")
    by = _by()
    password = _password_from_stdin() if options.password_stdin else None
    names = {"first_name": options.first_name, "last_name": options.last_name, "email": options.email}
    with transaction.atomic():
        person = actions.create_person(options.realm, options.login, by=by, **names)
        _join_companies(person, options.company, by)
        if options.administrator:
            _make_administrator(person, by)
        if password is not None:
            actions.set_password(person, password, by=by)
        token = actions.reset_password(person, by=by) if password is None else None
    print(f"created {person.realm} {person.login}")
    _print_link(token)
    return 0


def grant(options: argparse.Namespace) -> int:
    """`user grant LOGIN GROUP RIGHT…`: give rights on a group; with --role, to a role of that name."""
    return _change_rights(options, "granted to")


def revoke(options: argparse.Namespace) -> int:
    """`user revoke LOGIN GROUP RIGHT…`: take rights on a group."""
    return _change_rights(options, "revoked from")


def reset_password(options: argparse.Namespace) -> int:
    """`user reset-password LOGIN`: at once, of any account. By default prints a link that sets a new one."""
    from klardesk.people import actions

    person, by = _person(options), _by()
    if options.password_stdin:
        actions.set_password(person, _password_from_stdin(), by=by)
        print(f"password of {person.login} set; all sessions ended, access tokens revoked")
    elif options.print_password:
        print(actions.generate_password(person, by=by))
    else:
        _print_link(actions.reset_password(person, by=by))
        print("all sessions ended, access tokens revoked")
    return 0


def reset_factors(options: argparse.Namespace) -> int:
    """`user reset-factors LOGIN`: take the second factors of somebody away who lost them."""
    from klardesk.people import actions

    print(f"{actions.reset_factors(_person(options), by=_by())} second factors taken away; all sessions ended")
    return 0


def list_users(options: argparse.Namespace) -> int:
    """`user list`: realm, login, name, address, whether valid, whether a password is set."""
    from klardesk.people.models import Person

    found = Person.objects.filter(**({"realm": options.realm} if options.realm else {})).order_by("realm", "login_key")
    rows = [_facts(person) for person in found.iterator()]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        notes = [
            note for note, shown in (("invalid", not row["valid"]), ("no password", not row["password_set"])) if shown
        ]
        print("\t".join([row["realm"], row["login"], row["name"], row["email"], ", ".join(notes)]).rstrip())
    return 0


def end_sessions(options: argparse.Namespace) -> int:
    """`user end-sessions LOGIN`: log somebody out everywhere."""
    from klardesk.people import actions

    print(f"{actions.end_sessions(_person(options), by=_by())} sessions ended")
    return 0


def _verb(verbs: Any, name: str, text: str, run: Verb) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=text)
    parser.set_defaults(run=lambda options: _told(run, options))
    return parser


def _told(run: Verb, options: argparse.Namespace) -> int:
    """Run a verb; what a person can mend is said in one sentence, with exit code 1."""
    from django.core.exceptions import ValidationError

    try:
        return run(options)
    except Wrong as error:
        print(f"klardesk: {error}", file=sys.stderr)
    except ValidationError as error:
        print(f"klardesk: {' '.join(error.messages)} Nothing was changed.", file=sys.stderr)
    return FAILED


def _add_person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN")
    parser.add_argument("--realm", choices=("agent", "customer"), default="agent", help="default: agent")


def _add_create(verbs: Any) -> None:
    parser = _verb(verbs, "create", "a new agent or customer", create)
    _add_person(parser)
    parser.add_argument("--email", default="")
    parser.add_argument("--first-name", default="")
    parser.add_argument("--last-name", default="")
    parser.add_argument("--administrator", action="store_true", help="with rw on the administrators' group")
    parser.add_argument(
        "--company", metavar="NUMBER", action="append", default=[], help="a customer's company; may be repeated"
    )
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _add_rights(verbs: Any) -> None:
    for name, text, run in (("grant", "give rights on a group", grant), ("revoke", "take rights on a group", revoke)):
        parser = _verb(verbs, name, text, run)
        _add_person(parser)
        parser.add_argument("group", metavar="GROUP")
        parser.add_argument("rights", metavar="RIGHT", nargs="+", help=RIGHTS)
        parser.add_argument("--role", action="store_true", help="LOGIN is the name of a role")


def _add_passwords(verbs: Any) -> None:
    parser = _verb(verbs, "reset-password", "withdraw a password at once and print a one-time link", reset_password)
    _add_person(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--password-stdin", action="store_true", help="set the password read from standard input")
    how.add_argument("--print-password", action="store_true", help="set a random password and print it")


def _by() -> Actor:
    return Actor.system("command line")


def _person(options: argparse.Namespace) -> Any:
    from klardesk.people.models import Person

    person = Person.objects.by_login(options.realm, options.login)
    if person is None:
        raise Wrong(f"no {options.realm} has the login {options.login}; `klardesk user list` shows all")
    return person


def _password_from_stdin() -> str:
    """The first line of standard input, without its line end."""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Wrong("no password came on standard input")
    return password


def _join_companies(person: Any, numbers: list[str], by: Actor) -> None:
    from klardesk.people import actions
    from klardesk.people.models import Company, login_key

    companies = []
    for number in numbers:
        company = Company.objects.filter(number_key=login_key(number)).first()
        if company is None:
            raise Wrong(f"no company has the number {number}")
        companies.append(company)
    if companies:
        actions.set_companies(person, companies, by=by)


def _make_administrator(person: Any, by: Actor) -> None:
    from klardesk.access.actions import grant_right
    from klardesk.access.models import ADMIN_GROUP, Group

    group = Group.objects.filter(builtin=ADMIN_GROUP).first()
    if group is None:
        raise Wrong("this desk has no administrators' group yet; start it once with `klardesk up`")
    grant_right(person, group, "rw", by=by)


def _change_rights(options: argparse.Namespace, done: str) -> int:
    from django.db import transaction

    from klardesk.access.actions import grant_right, revoke_right
    from klardesk.access.models import Group

    holder, by = _role(options.login) if options.role else _person(options), _by()
    group = Group.objects.filter(name=options.group).first()
    if group is None:
        raise Wrong(f"no group is called {options.group}")
    change = grant_right if done.startswith("granted") else revoke_right
    with transaction.atomic():
        for right in options.rights:
            change(holder, group, right, by=by)
    print(f"{', '.join(options.rights)} on {group.name} {done} {options.login}")
    return 0


def _role(name: str) -> Any:
    from klardesk.access.models import Role

    role = Role.objects.filter(name=name).first()
    if role is None:
        raise Wrong(f"no role is called {name}")
    return role


def _facts(person: Any) -> dict[str, Any]:
    return {
        "realm": person.realm, "login": person.login, "name": person.full_name, "email": person.email,
        "valid": person.valid, "password_set": person.has_usable_password(),
    }  # fmt: skip


def _print_link(token: str | None) -> None:
    if token is None:
        return
    from django.conf import settings
    from django.urls import reverse

    print(
        f"set the password here, once, within 24 hours: {settings.KLARDESK_URL}{reverse('password_link', args=[token])}"
    )
