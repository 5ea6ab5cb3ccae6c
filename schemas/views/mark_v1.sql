-- Marks that the experiment set.
CREATE VIEW mark_v1 AS
SELECT id, time_ms, name, value
FROM mark;
