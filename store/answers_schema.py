"""The tables of the answers' file, as numbered migrations."""

import sqlite3

from store.migrations import run

_FIRST = """
-- One row an answer, the latest has the highest number; body: the whole record, as JSON.
CREATE TABLE answer (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    asked_at TEXT NOT NULL,
    question TEXT NOT NULL,
    refused INTEGER NOT NULL,
    mode TEXT NOT NULL,
    model TEXT,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost_usd REAL,
    calls INTEGER NOT NULL,
    cached_calls INTEGER NOT NULL,
    size INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX answer_size ON answer (number, size);

-- What answers used, counted as they come: it outlives their records. model: empty where no
-- language model was asked. unpriced: answers whose cost isn't known.
CREATE TABLE answer_usage (
    day INTEGER NOT NULL,
    model TEXT NOT NULL,
    answers INTEGER NOT NULL,
    refusals INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    unpriced INTEGER NOT NULL,
    PRIMARY KEY (day, model)
) WITHOUT ROWID;

-- What a language model wrote; key: a hash of all that it was asked with.
CREATE TABLE reply (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL,
    finish_reason TEXT NOT NULL,
    size INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX reply_size ON reply (number, size);
"""

# Totals get a last day, so that old ones can be added up by month and by year.
_SECOND = """
ALTER TABLE answer ADD COLUMN estimated_calls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answer ADD COLUMN broken_off INTEGER NOT NULL DEFAULT 0;

-- What answers and the understanding of follow-up questions used, counted as they come: it outlives
-- the records. model: empty where no language model was asked. unpriced: those whose cost isn't
-- known. estimated: those with calls whose tokens no server counted.
CREATE TABLE usage_total (
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    model TEXT NOT NULL,
    answers INTEGER NOT NULL,
    follow_ups INTEGER NOT NULL,
    refusals INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    unpriced INTEGER NOT NULL,
    estimated INTEGER NOT NULL,
    PRIMARY KEY (first_day, last_day, model)
) WITHOUT ROWID;
INSERT INTO usage_total
    SELECT day, day, model, answers, 0, refusals, cached, prompt_tokens, completion_tokens,
        cost_usd, unpriced, 0
    FROM answer_usage;
DROP TABLE answer_usage;
ALTER TABLE usage_total RENAME TO answer_usage;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND)


def migrate(database: sqlite3.Connection) -> None:
    """Brings the answers' file to the last migration, as `migrations.run` does."""
    run(database, MIGRATIONS, "the file of answers")
