"""The database's shape: what the migrations make is what the nouns say; newer is refused, older is copied first."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlmodel import SQLModel

from assay.base.errors import Refused, Unavailable
from assay.model.plan import SamplingPlan
from assay.workspace import migrate
from assay.workspace.tables import TABLES
from assay.workspace.workspace import Workspace

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_the_migrations_make_exactly_the_tables_of_the_nouns(workspace):
    engine = create_engine(f"sqlite:///{workspace / 'workspace.sqlite3'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
        found = inspect(connection)
        assert set(found.get_table_names()) == {one.__tablename__ for one in TABLES} | {"alembic_version"}
        for noun in TABLES:
            columns = {column["name"]: column["nullable"] for column in found.get_columns(noun.__tablename__)}
            assert columns == {column.name: column.nullable for column in noun.__table__.columns}
            indexes = {tuple(index["column_names"]) for index in found.get_indexes(noun.__tablename__)}
            assert indexes == {
                tuple(column.name for column in index.columns) for index in noun.__table__.indexes
            }
    engine.dispose()


def test_the_database_is_written_through_and_checks_its_references(workspace):
    made = Workspace.open(workspace)
    with made._engine.connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert made.soundness() == "ok"
    made.close()


def set_revision(folder, revision):
    with closing(sqlite3.connect(folder / "workspace.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        database.commit()


@pytest.mark.parametrize("revision", ["0002", "0999"])
def test_a_workspace_of_a_newer_program_is_refused_and_left_as_it_was(workspace, revision):
    set_revision(workspace, revision)
    before = (workspace / "workspace.sqlite3").read_bytes()
    with pytest.raises(Refused) as refused:
        Workspace.open(workspace)
    assert (
        str(refused.value)
        == "A newer Assay made this workspace. Update Assay to open it; nothing was changed."
    )
    assert (workspace / "workspace.sqlite3").read_bytes() == before
    assert not list(workspace.glob("*before*"))


def test_an_older_workspace_is_copied_whole_before_it_is_brought_up_to_date(workspace, monkeypatch):
    """Also what still stands in the write-ahead log, as after a crash, is in the copy."""
    crashed = sqlite3.connect(workspace / "workspace.sqlite3")
    crashed.execute("INSERT INTO remembered (name, value) VALUES ('mood', 'calm')")
    crashed.commit()
    assert (workspace / "workspace.sqlite3-wal").stat().st_size > 0
    upgraded = []
    monkeypatch.setattr(migrate, "HEAD", "0002")
    monkeypatch.setattr(migrate, "_upgrade", upgraded.append)
    opened = Workspace.open(workspace)
    assert len(upgraded) == 1
    with closing(sqlite3.connect(workspace / "workspace.before-0002.sqlite3")) as copy:
        assert copy.execute("SELECT value FROM remembered WHERE name = 'mood'").fetchall() == [("calm",)]
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    crashed.close()
    opened.close()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Not a database at all, just words. " * 100, "The workspace's database is damaged."),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "The workspace's database is damaged."),
    ],
)
def test_a_damaged_database_is_said_to_be_so(tmp_path, content, sentence):
    (tmp_path / "workspace.sqlite3").write_bytes(content)
    with pytest.raises(Unavailable, match=sentence):
        Workspace.open(tmp_path)
    assert (tmp_path / "workspace.sqlite3").read_bytes() == content


def test_an_empty_database_file_becomes_a_workspace(tmp_path):
    (tmp_path / "workspace.sqlite3").touch()
    made = Workspace.open(tmp_path)
    assert made.rubrics.all() == []
    made.close()


def test_a_workspace_is_opened_only_where_there_is_one(tmp_path):
    (tmp_path / "file").write_text("x")
    for place in (tmp_path, tmp_path / "none", tmp_path / "file"):
        with pytest.raises(Refused, match="There is no workspace in"):
            Workspace.open(place)
    with pytest.raises(Unavailable, match="cannot be made"):
        Workspace.create(tmp_path / "file")


def test_a_plan_begins_once_and_goes_on_in_versions(workspace):
    made = Workspace.open(workspace)
    first = made.plans.latest("daily")
    assert made.plans.begin(SamplingPlan(name="daily", seed="other", created_at=NOW)).seed == first.seed
    assert made.plans.add(SamplingPlan(name="daily", seed="other", size=5, created_at=NOW)).version == 2
    assert (made.plans.latest("daily").size, made.plans.names()) == (5, ["daily"])
    made.close()


def test_a_rubric_of_the_same_words_is_no_new_version(workspace):
    made = Workspace.open(workspace)
    rubric = made.rubrics.latest("pass-fail")
    assert made.rubrics.put("pass-fail", "Other title", rubric.criteria, NOW).version == 1
    reworded = [rubric.criteria[0].model_copy(update={"question": "Is it good?"})]
    assert made.rubrics.put("pass-fail", "", reworded, NOW).version == 2
    assert made.rubrics.version("pass-fail", 1).criteria == rubric.criteria
    made.close()
