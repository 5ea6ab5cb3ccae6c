-- Acts of consent in order; the last one is in force.
CREATE VIEW consent_v1 AS
SELECT id, act, time_ms, text_sha256, level, scope, detail, collector
FROM consent;
