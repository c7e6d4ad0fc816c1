"""Manipulations of a sample database, each with the finding that must name it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from klardesk.otrs.source.model import Account, Code, Column, ForeignKey, Index, Table
from tests.otrs.databases.memory import Memory

Alter = Callable[[Memory], None]


@dataclass(frozen=True)
class Manipulation:
    """`kind` is its class; the finding has this code and these parts of a place."""

    kind: str
    name: str
    alter: Alter
    code: str
    place: dict[str, str] = field(default_factory=dict)


ALL: list[Manipulation] = []


def manipulation(kind: str, code: str, **place: str) -> Callable[[Alter], Alter]:
    """Declare one."""

    def declare(alter: Alter) -> Alter:
        ALL.append(Manipulation(kind, alter.__name__, alter, code, place))
        return alter

    return declare


def add(kind: str, name: str, alter: Alter, code: str, **place: str) -> None:
    """The same for a short one."""
    ALL.append(Manipulation(kind, name, alter, code, place))


def hashed(word: str) -> str:
    """As the product stores it by default."""
    return hashlib.sha256(word.encode()).hexdigest()


FILES = "article_data_mime_attachment"
WHEN = "2026-09-01 10:00:00"
AUDIT = {"create_time": WHEN, "create_by": 1, "change_time": WHEN, "change_by": 1}

# Tables and columns

for table in ("ticket_flag", "time_accounting", "calendar_appointment", "link_relation"):
    add("tables", f"{table} dropped", lambda m, t=table: m.drop(t), "schema.table.missing", table=table)
for table, column in (
    ("ticket", "archive_flag"),
    ("article_data_mime", "a_bcc"),
    ("queue", "unlock_timeout"),
    ("users", "title"),
):

    def _drop(m: Memory, t: str = table, c: str = column) -> None:
        del m.schema.tables[t].columns[c]
        m.own(t).pop(c)

    add("columns", f"{table}.{column} dropped", _drop, "schema.column.missing", table=table, column=column)


@manipulation("tables", "schema.table.unknown", table="crm_contract")
def contracts_of_a_vendor(m: Memory) -> None:
    columns = {"id": Column("id", "int"), "ticket_id": Column("ticket_id", "bigint"), "note": Column("note", "text")}
    m.add_table(Table("crm_contract", columns, ("id",)), id=[1, 2], ticket_id=[5, 6], note=["a", "b"])


@manipulation("tables", "schema.table.unknown", table="x_backup_users")
def a_copy_of_the_users(m: Memory) -> None:
    table = Table("x_backup_users", {"login": Column("login", "varchar(200)"), "pw": Column("pw", "varchar(64)")})
    m.add_table(table, login=["a"], pw=[hashed("b")])


@manipulation("tables", "schema.table.other", table="translation_item")
def a_table_of_another_product(m: Memory) -> None:
    m.add_table(Table("translation_item", {"id": Column("id", "int")}, ("id",)), id=[1])


for table, column in (
    ("ticket", "contract_no"),
    ("customer_user", "iban"),
    ("article", "vendor_state"),
    ("ticket_history", "sync_id"),
):

    def _add(m: Memory, t: str = table, c: str = column) -> None:
        m.add_column(t, Column(c, "varchar(50)"), ["x", "y"])

    add("columns", f"{table}.{column} added", _add, "schema.column.unknown", table=table, column=column)
for table, column, changes, code in (
    ("ticket", "tn", {"type": "varchar(20)"}, "schema.column.type"),
    ("article", "id", {"type": "varchar(36)"}, "schema.column.type"),
    ("ticket", "title", {"nullable": False}, "schema.column.null"),
    ("ticket", "archive_flag", {"default": "1"}, "schema.column.default"),
    ("ticket_history", "id", {"automatic": False}, "schema.column.number"),
    ("users", "login", {"type": "varchar(20)"}, "schema.column.type"),
):

    def _change(m: Memory, t: str = table, c: str = column, w: dict[str, object] = changes) -> None:
        m.alter(t, c, **w)

    add("columns", f"{table}.{column} {changes}", _change, code, table=table, column=column)

# Keys and indexes


@manipulation("keys", "schema.key.missing", table="ticket_history")
def no_primary_key(m: Memory) -> None:
    m.schema.tables["ticket_history"].key = ()


@manipulation("keys", "schema.unique.missing", table="ticket", column="tn")
def numbers_may_exist_twice(m: Memory) -> None:
    m.schema.tables["ticket"].indexes = [each for each in m.schema.tables["ticket"].indexes if each.columns != ("tn",)]


@manipulation("keys", "schema.index.missing", table="ticket_history", column="ticket_id")
def no_index(m: Memory) -> None:
    table = m.schema.tables["ticket_history"]
    table.indexes = [each for each in table.indexes if each.columns[0] != "ticket_id"]


@manipulation("keys", "schema.index.unknown", table="users", column="pw")
def an_index_on_passwords(m: Memory) -> None:
    m.schema.tables["users"].indexes.append(Index("fast_login", ("pw",)))


@manipulation("keys", "schema.foreign.missing", table="article", column="ticket_id")
def nothing_watches_articles(m: Memory) -> None:
    table = m.schema.tables["article"]
    table.foreign_keys = [each for each in table.foreign_keys if each.columns != ("ticket_id",)]


@manipulation("keys", "schema.foreign.unknown", table="ticket", column="customer_id")
def tickets_must_have_a_company(m: Memory) -> None:
    key = ForeignKey("vendor_fk", ("customer_id",), "customer_company", ("customer_id",))
    m.schema.tables["ticket"].foreign_keys.append(key)


def _charset(m: Memory) -> None:
    for each in m.schema.tables.values():
        each.charset = "utf8mb3"
    m.schema.tables["article_data_mime"].charset = "latin1"


add("keys", "latin1", _charset, "schema.charset", table="article_data_mime")


def _myisam(m: Memory) -> None:
    m.schema.tables["ticket_history"].engine = "myisam"


add("keys", "myisam", _myisam, "schema.engine", table="ticket_history")

# Code and accounts

for kind, name, table, body, code in (
    (
        "trigger",
        "login_sync",
        "users",
        "AFTER UPDATE ON users INSERT INTO crm VALUES (NEW.login, NEW.pw)",
        "schema.trigger",
    ),
    (
        "trigger",
        "keep_clean",
        "ticket_history",
        "AFTER INSERT DELETE FROM ticket_history WHERE id = 1",
        "schema.trigger",
    ),
    ("procedure", "reset_password", "", "UPDATE users SET pw = 'x'", "schema.routine"),
    ("function", "vendor_key", "", "RETURN 1", "schema.routine"),
    ("event", "nightly", "", "DELETE FROM sessions", "schema.routine"),
):

    def _code(m: Memory, c: Code = Code(kind, name, table, "", body)) -> None:  # noqa: B008
        m.schema.code.append(c)

    add("code", f"{kind} {name}", _code, code, row=name)
add(
    "code",
    "view",
    lambda m: m.schema.code.append(Code("view", "bi_tickets", "", "", "select")),
    "schema.view",
    table="bi_tickets",
)
for name, host, code in (("vendor", "%", "schema.account.open"), ("local", "localhost", "schema.account.local")):

    def _account(m: Memory, a: Account = Account(name, host, ("SELECT", "UPDATE"), False, False)) -> None:  # noqa: B008
        m.schema.accounts = [a]

    add("code", f"account {name}", _account, code, row=f"{name}@{host}")


@manipulation("code", "schema.account.writes", row="crm@10.0.0.9")
def an_account_that_writes(m: Memory) -> None:
    m.schema.accounts = [Account("crm", "10.0.0.9", ("INSERT", "SELECT"), False, True)]


# Rows that point at nothing

add(
    "links",
    "ticket deleted",
    lambda m: m.delete("ticket", id=100),
    "data.article.lost",
    table="article",
    column="ticket_id",
    row="100",
)
add(
    "links",
    "ticket deleted: history",
    lambda m: m.delete("ticket", id=101),
    "data.orphan",
    table="ticket_history",
    row="101",
)
add(
    "links",
    "article deleted",
    lambda m: m.delete("article", id=500),
    "data.orphan",
    table="article_data_mime",
    row="500",
)
add(
    "links",
    "agent deleted",
    lambda m: m.delete("users", id=4),
    "data.orphan",
    table="ticket_history",
    column="owner_id",
    row="4",
)
add(
    "links",
    "queue deleted",
    lambda m: m.delete("queue", id=5),
    "data.orphan",
    table="ticket",
    column="queue_id",
    row="5",
)
add(
    "links",
    "state deleted",
    lambda m: m.delete("ticket_state", id=4),
    "data.orphan",
    table="ticket",
    column="ticket_state_id",
)
add(
    "links",
    "field deleted",
    lambda m: m.delete("dynamic_field", name="Vertragsnummer"),
    "data.orphan",
    table="dynamic_field_value",
)
add(
    "links", "attachment of no article",
    lambda m: m.insert(FILES, {"id": m.columns[FILES]["id"][0]}, id=99999, article_id=88888),
    "data.orphan", table="article_data_mime_attachment", row="88888",
)  # fmt: skip

# Articles and attachments

add(
    "articles",
    "content deleted",
    lambda m: m.delete("article_data_mime", article_id=600),
    "data.article.empty",
    row="600",
)


@manipulation("articles", "data.article.several", row="601")
def a_second_content(m: Memory) -> None:
    m.insert("article_data_mime", {"article_id": 601}, id=99001, a_body="It was all agreed.")


@manipulation("articles", "data.article.message-id", table="article_data_mime")
def another_message_id(m: Memory) -> None:
    rows = m.own("article_data_mime")
    row = next(n for n, value in enumerate(rows["a_message_id_md5"]) if value)
    rows["a_message_id"][row] = "<changed@example.com>"


def _attachment(m: Memory, content: bytes | None) -> None:
    rows = m.own("article_data_mime_attachment")
    row = next(n for n, value in enumerate(rows["content_size"]) if int(str(value or 0)) > 300)
    rows["content"][row] = content if content is None or m.engine != "postgresql" else content.decode()


add("articles", "attachment emptied", lambda m: _attachment(m, None), "data.attachment.empty", column="content")
add("articles", "attachment cut", lambda m: _attachment(m, b"QUJD"), "data.attachment.size", column="content")

# Times

for value, code in (
    ("0000-00-00 00:00:00", "data.time.zero"), ("2026-02-30 10:00:00", "data.time.impossible"),
    ("1970-01-01 00:00:00", "data.time.early"), ("2031-01-01 00:00:00", "data.time.future"),
):  # fmt: skip
    for table, row in (("ticket", 50), ("ticket_history", 900), ("article", 300)):

        def _time(m: Memory, t: str = table, r: int = row, v: str = value) -> None:
            m.set(t, {"id": r}, create_time=v)

        add("times", f"{table} {value}", _time, code, table=table, column="create_time", row=str(row))


def _backdated(m: Memory) -> None:
    m.set("ticket", {"id": 200}, create_time="2026-07-02 08:00:00")


add("times", "ticket back-dated", _backdated, "data.time.order", table="ticket", row="200")


@manipulation("times", "data.time.order", table="ticket_history", row="900")
def history_back_dated(m: Memory) -> None:
    m.set("ticket_history", {"id": 900}, create_time="2026-06-15 08:00:00")


add(
    "times",
    "changed before made",
    lambda m: m.set("queue", {"id": 3}, change_time="2020-01-01 00:00:00"),
    "data.time.reversed",
    table="queue",
    row="3",
)

# Numbers and histories


@manipulation("numbers", "data.number.twice", table="ticket")
def a_number_twice(m: Memory) -> None:
    m.set("ticket", {"id": 60}, tn=m.columns["ticket"]["tn"][m.place("ticket", id=61)])


@manipulation("numbers", "data.number.check", row="2026070127000012")
def a_wrong_check_digit(m: Memory) -> None:
    m.set("ticket", {"id": 2}, tn="2026070127000012")


add("numbers", "odd number", lambda m: m.set("ticket", {"id": 70}, tn="VENDOR-1"), "data.number.odd", row="VENDOR-1")


@manipulation("numbers", "data.number.gap", table="ticket", column="tn")
def tickets_deleted_with_all_they_have(m: Memory) -> None:
    for table in (
        "article",
        "ticket_history",
        "ticket_flag",
        "ticket_watcher",
        "article_search_index",
        "time_accounting",
        "mention",
    ):
        if table in m.columns:
            m.delete(table, ticket_id=81)
    m.delete("ticket", id=81)


def _bulk(m: Memory) -> None:
    rows = m.own("ticket_history")
    keep = [n for n, own in enumerate(rows["id"]) if not 3000 <= int(str(own)) <= 3400]
    m.columns["ticket_history"] = {name: [values[n] for n in keep] for name, values in rows.items()}


add("numbers", "400 history rows", _bulk, "data.ids.gap", table="ticket_history", row="3000")
add("history", "history deleted", lambda m: m.delete("ticket_history", ticket_id=90), "data.history.none", row="90")
add("history", "beginning deleted", lambda m: _without_beginning(m, 91), "data.history.start", row="91")
for column, code, value in (
    ("ticket_state_id", "data.history.state", 2), ("queue_id", "data.history.queue", 3),
    ("user_id", "data.history.owner", 99), ("ticket_priority_id", "data.history.priority", 5),
):  # fmt: skip

    def _silently(m: Memory, c: str = column, v: int = value) -> None:
        row = m.place("ticket", id=95)
        m.own("ticket")[c][row] = v if m.columns["ticket"][c][row] != v else v - 1

    add("history", f"{column} set silently", _silently, code, table="ticket", column=column, row="95")


def _without_beginning(m: Memory, ticket: int) -> None:
    kind = m.columns["ticket_history_type"]["id"][m.place("ticket_history_type", name="NewTicket")]
    m.delete("ticket_history", ticket_id=ticket, history_type_id=kind)


# Texts

for text, code in (
    ("\udcfcberall", "data.text.bytes"), ("fÃ¼r alle", "data.text.twice"), ("a\x07b", "data.text.control"),
    ("M\ufffdller", "data.text.replaced"),
):  # fmt: skip

    def _text(m: Memory, t: str = text) -> None:
        m.set("customer_company", {"customer_id": "K10001"}, name=t)

    add("texts", code, _text, code, table="customer_company", column="name", row="K10001")

# People and passwords


def _admin(m: Memory, **values: object) -> None:
    agent = {
        "id": 8,
        "login": "kmeier",
        "pw": hashed("6w-Ew!pq"),
        "first_name": "Karin",
        "last_name": "Meier",
        "valid_id": 1,
        **AUDIT,
        **values,
    }
    m.insert("users", None, **agent)  # type: ignore[arg-type]
    m.insert("group_user", None, user_id=8, group_id=2, permission_key="rw", **AUDIT)


add("people", "new administrator", _admin, "people.administrator", table="users", row="kmeier")
add("people", "made by nobody", lambda m: _admin(m, create_by=77), "people.administrator.foreign", row="kmeier")
add("people", "a program", lambda m: _admin(m, login="soap_api"), "people.administrator.service", row="soap_api")
add("people", "a vendor", lambda m: _admin(m, last_name="Vendor Support"), "people.administrator.silent", row="kmeier")


@manipulation("people", "people.administrator", row="anowak")
def administrator_by_a_role(m: Memory) -> None:
    m.insert("group_role", None, role_id=2, group_id=2, permission_key="rw", permission_value=1, **AUDIT)


for word, code in (
    ("jgross", "people.password.weak"),
    ("Passwort", "people.password.weak"),
    ("Großmann1", "people.password.weak"),
):
    add("passwords", word, lambda m, w=word: m.set("users", {"id": 3}, pw=hashed(w)), code, column="pw", row="jgross")
for stored, code in (
    ("Kein-Hash!", "people.password.plain"), ("", "people.password.none"),
    (hashlib.sha1(b"jgross", usedforsecurity=False).hexdigest(), "people.password.weak"),
):  # fmt: skip
    add("passwords", code, lambda m, s=stored: m.set("users", {"id": 3}, pw=s), code, column="pw", row="jgross")
add(
    "passwords",
    "root",
    lambda m: m.set("users", {"id": 1}, pw=hashed("root")),
    "people.password.weak-administrator",
    row="root@localhost",
)
add("passwords", "des", lambda m: m.set("users", {"id": 3}, pw="ab1K8UeTNXiuQ"), "people.password.kind", table="users")
add(
    "passwords",
    "md5",
    lambda m: m.set("users", {"id": 3}, pw="$1$tina$" + "a" * 22),
    "people.password.kind",
    table="users",
)
add(
    "passwords", "customer",
    lambda m: m.set("customer_user", {"id": 5}, pw=hashed(str(m.columns["customer_user"]["login"][4]))),
    "people.customers.weak", table="customer_user",
)  # fmt: skip
add(
    "passwords",
    "customer plain",
    lambda m: m.set("customer_user", {"id": 5}, pw="Kunde!"),
    "people.customers.plain",
    table="customer_user",
)
