-- A row per log-in trajectory (design section 5.6). steps: JSON array of visit ids; end_reason NULL: it runs.
CREATE VIEW trajectory_v1 AS
SELECT t.id, u.text AS login_url, t.site, t.start_ms, t.end_ms, t.end_reason, t.steps, t.distinct_urls, t.active_ms
FROM trajectory AS t
LEFT JOIN url AS u ON u.id = t.login_url;
