-- Acts of consent in order, with all their terms; the last one is in force.
CREATE VIEW consent_v2 AS
SELECT id, act, time_ms, text_sha256, level, scope, detail, parameters, words, collector
FROM consent;
