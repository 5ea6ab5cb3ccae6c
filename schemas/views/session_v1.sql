-- A row per session (design section 5.5).
CREATE VIEW session_v1 AS
SELECT id, start_ms, end_ms, pages, active_ms
FROM session;
