"""The SQL of the store: one text for both databases, which differ in three types alone.

Who writes does one thing at a time (`BEGIN IMMEDIATE` in SQLite, an advisory lock in PostgreSQL),
so that numbers are given once and nothing that a new run refers to is taken away meanwhile.
"""

from __future__ import annotations

import re
from string import Template

LAYOUT = 1
"""Of the tables below. A store of a higher one was written by a newer slopt. It rises when a table
changes; a new table is added to the stores that do not have it yet.
"""

SQLITE_TYPES = {"number": "INTEGER PRIMARY KEY AUTOINCREMENT", "bytes": "BLOB", "real": "REAL"}
POSTGRESQL_TYPES = {
    "number": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "bytes": "BYTEA",
    "real": "DOUBLE PRECISION",
}

TABLES = (
    "CREATE TABLE IF NOT EXISTS slopt_layout (version INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS slopt_contents ("
    " hash TEXT PRIMARY KEY, size BIGINT NOT NULL, data $bytes NOT NULL)",
    "CREATE TABLE IF NOT EXISTS slopt_runs ("
    " number $number,"
    " start TEXT NOT NULL, repeat INTEGER NOT NULL, question TEXT NOT NULL,"
    " made TEXT NOT NULL, made_by TEXT NOT NULL, command TEXT NOT NULL,"
    " label TEXT NOT NULL, named TEXT NOT NULL, case_hash TEXT NOT NULL,"
    " inputs_kept INTEGER NOT NULL, overrides TEXT NOT NULL, options TEXT NOT NULL,"
    " versions TEXT NOT NULL, seed BIGINT NOT NULL, model TEXT NOT NULL, status TEXT NOT NULL,"
    " service_cost $real, lost_sales $real, total_cost $real, seconds $real,"
    " document $bytes NOT NULL, plans $bytes,"
    " UNIQUE (start, repeat))",
    "CREATE TABLE IF NOT EXISTS slopt_inputs ("
    " run BIGINT NOT NULL REFERENCES slopt_runs (number) ON DELETE CASCADE,"
    " role TEXT NOT NULL, hash TEXT NOT NULL REFERENCES slopt_contents (hash),"
    " PRIMARY KEY (run, role))",
    "CREATE INDEX IF NOT EXISTS slopt_inputs_hash ON slopt_inputs (hash)",
    "CREATE TABLE IF NOT EXISTS slopt_tags ("
    " tag TEXT PRIMARY KEY,"
    " run BIGINT NOT NULL REFERENCES slopt_runs (number) ON DELETE CASCADE)",
    "CREATE TABLE IF NOT EXISTS slopt_studies ("
    " run BIGINT NOT NULL REFERENCES slopt_runs (number) ON DELETE CASCADE,"
    " study TEXT NOT NULL, PRIMARY KEY (run, study))",
    "CREATE TABLE IF NOT EXISTS slopt_points ("
    " study TEXT NOT NULL, point TEXT NOT NULL, payload $bytes NOT NULL,"
    " PRIMARY KEY (study, point))",
)

TABLE_NAMES = tuple(re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", " ".join(TABLES)))

RUN_FIELDS = (
    "start", "repeat", "question", "made", "made_by", "command", "label", "named", "case_hash",
    "inputs_kept", "overrides", "options", "versions", "seed", "model", "status", "service_cost",
    "lost_sales", "total_cost", "seconds",
)  # fmt: skip
"""What a line about a run is made of; the document and the plans are read on their own."""

GET_LAYOUT = "SELECT version FROM slopt_layout"
PUT_LAYOUT = "INSERT INTO slopt_layout (version) VALUES (:version)"

HAS_CONTENT = "SELECT hash FROM slopt_contents WHERE hash = :hash"
PUT_CONTENT = "INSERT INTO slopt_contents (hash, size, data) VALUES (:hash, :size, :data)"
GET_CONTENTS = (
    "SELECT role, slopt_contents.hash, data FROM slopt_inputs"
    " JOIN slopt_contents ON slopt_contents.hash = slopt_inputs.hash WHERE run = :run"
)
DROP_UNUSED = "DELETE FROM slopt_contents WHERE hash NOT IN (SELECT hash FROM slopt_inputs)"

LAST_REPEAT = "SELECT COALESCE(MAX(repeat), 0) FROM slopt_runs WHERE start = :start"
PUT_RUN = (
    f"INSERT INTO slopt_runs ({', '.join(RUN_FIELDS)}, document, plans)"
    f" VALUES ({', '.join(f':{name}' for name in RUN_FIELDS)}, :document, :plans)"
    " RETURNING number"
)
PUT_INPUT = "INSERT INTO slopt_inputs (run, role, hash) VALUES (:run, :role, :hash)"
GET_RUNS = f"SELECT number, {', '.join(RUN_FIELDS)} FROM slopt_runs ORDER BY number DESC"
GET_ANSWER = "SELECT document, plans FROM slopt_runs WHERE number = :run"
DROP_RUN = "DELETE FROM slopt_runs WHERE number = :run"

GET_TAGS = "SELECT tag, run FROM slopt_tags ORDER BY tag"
PUT_TAG = "INSERT INTO slopt_tags (tag, run) VALUES (:tag, :run)"
DROP_TAG = "DELETE FROM slopt_tags WHERE tag = :tag"

PUT_POINT = (
    "INSERT INTO slopt_points (study, point, payload) VALUES (:study, :point, :payload)"
    " ON CONFLICT (study, point) DO NOTHING"
)
GET_POINTS = "SELECT point, payload FROM slopt_points WHERE study = :study"
PUT_STUDY = "INSERT INTO slopt_studies (run, study) VALUES (:run, :study)"
GET_STUDIES = "SELECT study FROM slopt_studies WHERE run = :run"
DROP_UNUSED_POINTS = (
    "DELETE FROM slopt_points WHERE study = :study"
    " AND study NOT IN (SELECT study FROM slopt_studies)"
)
DROP_POINT = "DELETE FROM slopt_points WHERE study = :study AND point = :point"
DROP_POINTS = "DELETE FROM slopt_points WHERE study = :study"


def tables(types: dict[str, str]) -> list[str]:
    """The statements that make the tables, with the types of one database."""
    return [Template(statement).substitute(types) for statement in TABLES]
