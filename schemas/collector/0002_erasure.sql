-- Clients whose data was erased at their request, and what went. What comes of them later is refused.
CREATE TABLE erased_client (
  client TEXT PRIMARY KEY,
  erased_ms INTEGER NOT NULL,
  reports INTEGER NOT NULL,
  quarantined INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX token_client ON token (client);

-- Refused bytes of a machine that had no accepted report yet are known by its token alone.
ALTER TABLE quarantine ADD COLUMN token_sha256 BLOB;
