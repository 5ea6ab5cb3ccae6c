-- A row per search (design section 5.7). serp_visits: JSON array of visit ids.
CREATE VIEW search_v1 AS
SELECT id, engine, query, session, serp_visits
FROM search;
