"""Rows that an independent writer wrote are read back as they were, whatever is in them and wherever the pieces end."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.otrs.source import chunks, mysqldump, pgdump
from klardesk.otrs.source.model import Value
from tests.otrs.databases.samples import all_rows, dump

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SQL_TEXT = st.text(st.sampled_from("'\\\"`;,()\n\r\t\0\x1a%_-#/*0xNULL ü€😀a"), max_size=20)
ROW = st.tuples(
    st.integers(-(2**63), 2**63 - 1),
    st.none() | TEXT | SQL_TEXT,
    st.none() | st.binary(max_size=30),
    st.sampled_from(["0000-00-00 00:00:00", "2026-06-01 10:00:00"]),
)
ROWS = st.lists(ROW, min_size=1, max_size=12)
HEAD = b"""-- MySQL dump 10.13
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `t` (
  `id` bigint(20) NOT NULL,
  `text` longtext COMMENT 'a;b''c',
  `blob` longblob,
  `at` datetime NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `t` VALUES """
Row = tuple[int, str | None, bytes | None, str]


def mysql_literal(value: Value, style: str) -> str:
    """As mysqldump writes it, in one of its styles (`hex`, `binary`) or as others do (`doubled`)."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return (
            f"0x{value.hex().upper()}" if style == "hex" and value else f"_binary '{_escaped(value.decode('latin-1'))}'"
        )
    doubled = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'" if style == "doubled" else f"'{_escaped(value)}'"


def _escaped(text: str) -> str:
    for plain, written in (
        ("\\", "\\\\"),
        ("'", "\\'"),
        ('"', '\\"'),
        ("\0", "\\0"),
        ("\n", "\\n"),
        ("\r", "\\r"),
        ("\x1a", "\\Z"),
    ):
        text = text.replace(plain, written)
    return text


def write_mysql(path: Path, rows: list[Row], style: str, *, one_line: bool) -> None:
    """A dump with these rows; binary strings go in as the bytes they are."""
    parts = [HEAD]
    for number, row in enumerate(rows):
        words = [
            mysql_literal(value, style).encode("latin-1" if isinstance(value, bytes) else "utf-8") for value in row
        ]
        parts.append((b"," if number else b"") + (b"" if one_line else b"\n") + b"(" + b",".join(words) + b")")
    parts.append(b";\n-- Dump completed on 2026-01-01  0:00:00\n")
    path.write_bytes(b"".join(parts))


def copy_field(value: Value) -> str:
    """A field of a COPY."""
    if value is None:
        return "\\N"
    text = str(value)
    for plain, written in (
        ("\\", "\\\\"),
        ("\t", "\\t"),
        ("\n", "\\n"),
        ("\r", "\\r"),
        ("\b", "\\b"),
        ("\f", "\\f"),
        ("\v", "\\v"),
    ):
        text = text.replace(plain, written)
    return text


def write_postgres(path: Path, rows: list[Row], *, as_insert: bool) -> None:
    """The same for PostgreSQL, whose texts hold no NUL; bytes are left out."""
    lines = ["--", "-- PostgreSQL database dump", "--", "SET client_encoding = 'UTF8';"]
    lines += [
        "CREATE TABLE public.t (",
        "    id bigint NOT NULL,",
        "    text character varying,",
        "    at timestamp(0) without time zone",
        ");",
    ]
    plain = [(row[0], row[1], row[3]) for row in rows]
    if as_insert:
        for row in plain:
            words = [
                "NULL"
                if value is None
                else str(value)
                if isinstance(value, int)
                else "'" + value.replace("'", "''") + "'"
                for value in row
            ]
            lines.append(f"INSERT INTO public.t VALUES ({', '.join(words)});")
    else:
        lines.append("COPY public.t (id, text, at) FROM stdin;")
        lines += ["\t".join(copy_field(value) for value in row) for row in plain]
        lines.append("\\.")
    lines += [
        "ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);",
        "--",
        "-- PostgreSQL database dump complete",
        "--",
        "",
    ]
    path.write_bytes("\n".join(lines).encode())


@pytest.fixture
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dump") / "dump.sql"


@pytest.fixture(params=[64, 1 << 20], ids=["small pieces", "large pieces"])
def _pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces so small that every token ends in another one somewhere."""
    for module, name in ((chunks, "PIECE"), (mysqldump, "LOOK"), (pgdump, "LOOK")):
        monkeypatch.setattr(module, name, request.param if name == "PIECE" else 700)


@pytest.mark.usefixtures("_pieces")
@pytest.mark.parametrize("style", ["hex", "binary", "doubled"])
def test_rows_of_a_mysqldump_are_read_as_they_were_written(
    style: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("dump") / "dump.sql"

    @given(ROWS, st.booleans())
    def holds(rows: list[Row], one_line: bool) -> None:
        write_mysql(path, rows, style, one_line=one_line)
        database = dump(path)
        assert all_rows(database)["t"] == rows
        assert database.problems == []
        assert database.schema.tables["t"].rows == len(rows)

    holds()


@pytest.mark.usefixtures("_pieces")
@pytest.mark.parametrize("as_insert", [False, True], ids=["COPY", "INSERT"])
def test_rows_of_a_pg_dump_are_read_as_they_were_written(
    as_insert: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("dump") / "dump.sql"
    no_nul = ROWS.filter(lambda rows: not any("\0" in (row[1] or "") for row in rows))

    @given(no_nul)
    def holds(rows: list[Row]) -> None:
        write_postgres(path, rows, as_insert=as_insert)
        database = dump(path)
        assert all_rows(database)["t"] == [(row[0], row[1], row[3]) for row in rows]
        assert database.problems == []
        assert database.schema.tables["t"].key == ("id",)

    holds()


@given(data=st.data())
def test_a_dump_that_is_cut_off_gives_what_was_whole_and_says_so(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("dump") / "dump.sql"
    rows = data.draw(ROWS)
    write_mysql(path, rows, "hex", one_line=False)
    content = path.read_bytes()
    start = content.index(b"VALUES ") + 7
    path.write_bytes(content[: data.draw(st.integers(start, len(content) - 60))])
    database = dump(path)
    read = all_rows(database).get("t", [])
    assert read == rows[: len(read)]
    assert {problem.code for _table, problem in database.problems} & {"dump-cut", "dump-unfinished"} or len(
        read
    ) == len(rows)


def test_a_gzip_that_is_cut_off_gives_the_rows_before(file: Path) -> None:
    rows: list[Row] = [
        (number, f"text {number * 7919 % 10007}", b"\0\1", "2026-06-01 10:00:00") for number in range(5000)
    ]
    write_mysql(file, rows, "hex", one_line=False)
    packed = gzip.compress(file.read_bytes())
    file.write_bytes(packed[: len(packed) // 2])
    database = dump(file)
    read = all_rows(database)["t"]
    assert 1000 < len(read) < 5000
    assert read == rows[: len(read)]
    assert [(table, problem.code) for table, problem in database.problems] == [("t", "dump-cut")]
    assert not database.schema.tables["t"].complete


def test_damage_within_a_table_costs_that_table_and_no_other(file: Path) -> None:
    rows: list[Row] = [(number, "it's", None, "2026-06-01 10:00:00") for number in range(50)]
    write_mysql(file, rows, "hex", one_line=False)
    content = file.read_bytes().replace(b"(20,'it\\'s',NULL", b"(20,'it\\'s,NULL")
    content += b"CREATE TABLE `u` (\n  `id` int(11) NOT NULL\n);\nINSERT INTO `u` VALUES (1),(2);\n"
    content += b"-- Dump completed on 2026-01-01\n"
    file.write_bytes(content)
    database = dump(file)
    read = all_rows(database)
    assert read["u"] == [(1,), (2,)]
    assert read["t"][:20] == rows[:20]
    assert {table for table, _problem in database.problems} == {"t"}
