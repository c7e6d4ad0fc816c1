"""Attachments in files: folders that no article has, and mails whose folder is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from klardesk.otrs.inspect.checks.data import stores
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.inspect.settings import Layer
from klardesk.otrs.source.home import open_home
from klardesk.otrs.source.model import Column, Schema, Table
from tests.otrs.databases.inspected import AT, _releases
from tests.otrs.databases.memory import Memory

SETTING = "Ticket::Article::Backend::MIMEBase::ArticleStorage"


def database() -> Memory:
    """The tables that must be there, and three articles, of which two are mails."""
    names = ("ticket", "article", "ticket_history", "users", "queue", "valid", "article_data_mime")
    tables = {name: Table(name, {"id": Column("id", "bigint")}, ("id",)) for name in names}
    for name in ("ticket_id", "create_time"):
        tables["article"].columns[name] = Column(name, "bigint" if name == "ticket_id" else "datetime")
    mime = {
        "article_id": [1, 2, 3],
        "content_path": ["2026/07/01"] * 3,
        "a_message_id": ["<a>", "<b>", None],
        "a_message_id_md5": [None] * 3,
    }
    tables["article_data_mime"].columns |= {
        name: Column(name, "bigint" if name == "article_id" else "text") for name in mime
    }
    columns = {
        "article": {"id": [1, 2, 3], "ticket_id": [1, 1, 1], "create_time": ["2026-07-01 10:00:00"] * 3},
        "article_data_mime": {"id": [1, 2, 3], **mime},
    }
    return Memory("mariadb", Schema(tables), columns)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder in (
        "Kernel/System",
        "var/article/2026/07/01/1",
        "var/article/2026/07/02/99",
        "var/article/2026/07/cache",
    ):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def found(home: Path, storage: str) -> list[tuple[str, str, str]]:
    """Codes with file and row."""
    inspection = Inspection(at=AT, releases=_releases, home=open_home(home), database=database())
    inspection.settings.add_layer(
        Layer.DATABASE, {SETTING: f"Kernel::System::Ticket::Article::Backend::MIMEBase::{storage}"}
    )
    return [(each.code, each.place.file, each.place.row) for each in stores(inspection)]


def test_a_folder_that_no_article_has_is_named(home: Path) -> None:
    assert found(home, "ArticleStorageDB") == [("data.attachment.stray", "var/article/2026/07/02/99", "")]


def test_a_mail_whose_folder_is_gone_is_named_where_files_are_kept_in_folders(home: Path) -> None:
    assert found(home, "ArticleStorageFS")[1:] == [("data.attachment.missing", "", "2")]
