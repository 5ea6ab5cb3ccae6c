-- ---- The agent writes what follows. --------------------------------------------------------------------

-- The links that pages offered, a row per distinct content. Found by `hash`, then the content is compared.
-- content: gzip of {"url":[…],"features":[[…],…]}: the links in the order of the page, their URLs (NULL: out of
-- scope), and a column per feature in the persisted order of schemas/features.cpp (empty: no link has it). URLs
-- stand in it rather than in `url`: most are of no visit, and a site's links share their beginning.
CREATE TABLE link_table (
  id INTEGER PRIMARY KEY,
  hash INTEGER NOT NULL,
  links INTEGER NOT NULL CHECK (links >= 0),
  content BLOB NOT NULL
) STRICT;
CREATE INDEX link_table_hash ON link_table (hash);

-- Which of them a visit's page offered. One without a row told nothing of its links.
CREATE TABLE visit_links (
  visit INTEGER PRIMARY KEY REFERENCES visit (id) ON DELETE CASCADE,
  link_table INTEGER NOT NULL REFERENCES link_table (id)
) STRICT;
CREATE INDEX visit_links_table ON visit_links (link_table);

-- The links that were pressed during a visit, the first 100.
CREATE TABLE link_press (
  visit INTEGER NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
  press INTEGER NOT NULL,                                       -- from 1
  link INTEGER,                                                 -- place in the visit's link_table, from 0
  url INTEGER REFERENCES url (id),                              -- NULL: `link` tells it, or it is out of scope
  hover_ms INTEGER NOT NULL CHECK (hover_ms >= 0),
  PRIMARY KEY (visit, press)
) STRICT, WITHOUT ROWID;

-- The features of a result: the numbers of a JSON array without its brackets, in the persisted order of
-- schemas/features.cpp, without what is unknown at the end.
ALTER TABLE search_result ADD COLUMN features TEXT CHECK (features IS NULL OR json_valid('[' || features || ']'));

-- The landmark that a link is in (schemas/features.cpp): values never change.
CREATE TABLE link_region (value INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO link_region VALUES
  (0, 'header'), (1, 'nav'), (2, 'main'), (3, 'aside'), (4, 'footer'), (5, 'search'), (6, 'other');
