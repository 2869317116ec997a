"""The catalogue's tables, as numbered migrations."""

import sqlite3

from store.migrations import run

_FIRST = """
CREATE TABLE manifest (field TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;

-- pending: stored here, not yet in the vectors. live: everywhere. dead: to be removed everywhere.
CREATE TABLE page (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('pending', 'live', 'dead')),
    origin TEXT NOT NULL,
    source TEXT NOT NULL,
    raw TEXT NOT NULL,
    encoding TEXT NOT NULL,
    issue_date INTEGER,
    publication TEXT NOT NULL,
    page TEXT NOT NULL,
    stored_at TEXT NOT NULL
);
CREATE INDEX page_unsettled ON page (state) WHERE state <> 'live';

-- The ingest ledger: which page each origin holds, and the moves that are still to be made.
CREATE TABLE origin (
    origin TEXT PRIMARY KEY,
    page_id TEXT NOT NULL REFERENCES page (id),
    ingested_at TEXT NOT NULL
);
CREATE INDEX origin_of_page ON origin (page_id);
CREATE TABLE move (
    number INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    page_id TEXT NOT NULL REFERENCES page (id)
);

CREATE TABLE article (
    id TEXT PRIMARY KEY,
    page_id TEXT NOT NULL REFERENCES page (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    headline TEXT NOT NULL,
    kicker TEXT NOT NULL,
    byline TEXT NOT NULL,
    dateline TEXT NOT NULL,
    text TEXT NOT NULL,
    source_map TEXT NOT NULL,
    issue_date INTEGER,
    event_date INTEGER,
    date_inferred INTEGER NOT NULL,
    publication TEXT NOT NULL,
    page TEXT NOT NULL,
    source TEXT NOT NULL,
    source_id TEXT,
    url TEXT
);
CREATE INDEX article_of_page ON article (page_id);
CREATE INDEX article_by_date ON article (issue_date);

CREATE TABLE chunk (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    context TEXT NOT NULL
);
CREATE INDEX chunk_of_article ON chunk (article_id, ordinal);

-- Vectors as float32: of every chunk, so that a repair needs no model; and of other texts.
CREATE TABLE chunk_vector (
    number INTEGER PRIMARY KEY REFERENCES chunk (number) ON DELETE CASCADE,
    key TEXT NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX chunk_vector_by_key ON chunk_vector (key);
CREATE TABLE remembered_vector (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    vector BLOB NOT NULL
);

-- One row a live chunk, rowid = chunk.number. The columns hold tokens parted by spaces, which the
-- ascii tokenizer takes as they are: every character beyond ASCII belongs to a token.
CREATE VIRTUAL TABLE lexical USING fts5 (body, context, tokenize = "ascii tokenchars '.%'");
CREATE VIRTUAL TABLE lexical_terms USING fts5vocab (lexical, row);
"""

# The lexical index lies in a folder beside the catalogue; here stands which, and its last commit
# that counts. Without a row, it is made from the live chunks.
_SECOND = """
DROP TABLE lexical_terms;
DROP TABLE lexical;
CREATE TABLE lexical_index (folder TEXT NOT NULL, stamp INTEGER NOT NULL);
"""

# Each change of what is live, so that whoever holds live chunks in memory can follow it.
_THIRD = """
CREATE INDEX article_by_publication ON article (publication, issue_date);
CREATE TABLE page_change (number INTEGER PRIMARY KEY, page_id TEXT NOT NULL);
CREATE TRIGGER page_changed AFTER UPDATE OF state ON page BEGIN
    INSERT INTO page_change (page_id) VALUES (new.id);
END;
"""

# Packed token vectors of every chunk, empty where the model gives none. Apart from the vectors:
# these are read by the thousand, those for a few chunks at a time, and rows of many pages are slow
# to scan. A chunk stored before has those of its model's revision, which gave none.
_FOURTH = """
CREATE TABLE chunk_tokens (
    number INTEGER PRIMARY KEY REFERENCES chunk (number) ON DELETE CASCADE,
    tokens BLOB NOT NULL
);
INSERT INTO chunk_tokens (number, tokens) SELECT number, x'' FROM chunk_vector;
"""

# What was read, so that it isn't read again unchanged: files as they were, web addresses with what
# their servers name their versions by. And what could not be read. hints: what was said with it.
_FIFTH = """
CREATE TABLE scan (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    digest TEXT NOT NULL,
    hints TEXT NOT NULL,
    pages INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE visit (
    url TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    pages INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE failure (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL UNIQUE,
    input TEXT NOT NULL,
    hints TEXT NOT NULL,
    reason TEXT NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    tries INTEGER NOT NULL
);
CREATE INDEX failure_of_input ON failure (input);
"""

# Which articles print the same news, both ways round, and the sketches that they are found by.
# Articles that were stored before have none: a reindex stores them anew.
_SIXTH = """
CREATE TABLE sketch (
    hash INTEGER NOT NULL,
    article_id TEXT NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    PRIMARY KEY (hash, article_id)
) WITHOUT ROWID;
CREATE INDEX sketch_of_article ON sketch (article_id);
CREATE TABLE copy (
    article_id TEXT NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    other_id TEXT NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    PRIMARY KEY (article_id, other_id)
) WITHOUT ROWID;
CREATE INDEX copy_of_other ON copy (other_id);
"""

# Where an article's lines stand on its page, and what reading it left in doubt. Articles stored
# before come from files without a layout.
_SEVENTH = """
ALTER TABLE article ADD COLUMN boxes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE article ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
"""

# How sure a page's split into articles is, and what of it is in none. Pages stored before were read
# by a reader that didn't say: NULL.
_EIGHTH = """
ALTER TABLE page ADD COLUMN split_confidence REAL;
ALTER TABLE page ADD COLUMN split_reasons TEXT NOT NULL DEFAULT '[]';
ALTER TABLE page ADD COLUMN split_signals TEXT NOT NULL DEFAULT '[]';
ALTER TABLE page ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]';
"""

# What the jump lines of articles say, as labels of pages; and the joined article, where there is
# one, by its first part and the place in it, from 0. unclear: several articles may be the other
# part, and none was taken.
_NINTH = """
CREATE TABLE jump (
    article_id TEXT PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE,
    goes_to TEXT NOT NULL,
    comes_from TEXT NOT NULL,
    first_id TEXT REFERENCES article (id) ON DELETE SET NULL,
    ordinal INTEGER NOT NULL DEFAULT 0,
    unclear INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX jump_by_first ON jump (first_id, ordinal);
"""

MIGRATIONS: tuple[str, ...] = (
    *(_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH, _SIXTH, _SEVENTH),
    *(_EIGHTH, _NINTH),
)


def migrate(database: sqlite3.Connection) -> None:
    """Brings a catalogue to the last migration, as `migrations.run` does."""
    run(database, MIGRATIONS, "the catalogue")
