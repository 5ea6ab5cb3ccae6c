-- The collector's spool: what was accepted, as it came. Times are milliseconds UTC.

CREATE TABLE experiment (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  code_sha256 BLOB NOT NULL UNIQUE CHECK (length(code_sha256) = 32),  -- of the enrolment code, which is not kept
  revision INTEGER NOT NULL CHECK (revision >= 1),                    -- of the settings
  settings TEXT NOT NULL CHECK (json_type(settings) = 'object'),
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
  token_sha256 BLOB PRIMARY KEY CHECK (length(token_sha256) = 32),  -- the token itself is not kept
  experiment TEXT NOT NULL REFERENCES experiment (id),
  client TEXT,                                                      -- bound by the first report that is accepted
  issued_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE report (
  entry INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of arrival, never used again: readers keep their place by it
  client TEXT NOT NULL,
  id TEXT NOT NULL,
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  experiment TEXT NOT NULL REFERENCES experiment (id),
  received_ms INTEGER NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  body BLOB NOT NULL,                       -- gzip
  UNIQUE (client, id)
) STRICT;

-- What was refused as invalid, for whoever looks for the reason. The newest are kept.
CREATE TABLE quarantine (
  entry INTEGER PRIMARY KEY AUTOINCREMENT,
  experiment TEXT NOT NULL REFERENCES experiment (id),
  client TEXT,
  received_ms INTEGER NOT NULL,
  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
  body BLOB NOT NULL,
  error TEXT NOT NULL,
  pointer TEXT NOT NULL,
  expected TEXT NOT NULL
) STRICT;
