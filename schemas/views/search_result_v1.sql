-- The results that a search served, in order of first serving. url NULL: out of scope; clicked: a visit id.
CREATE VIEW search_result_v1 AS
SELECT r.search, r.position, r.rank, u.text AS url, r.kind, r.seen, r.clicked
FROM search_result AS r
LEFT JOIN url AS u ON u.id = r.url;
