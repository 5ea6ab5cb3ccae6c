-- Acts of consent in order, with all their terms. The last one of a participant (NULL: of the machine) is in
-- force for them.
CREATE VIEW consent_v3 AS
SELECT id, act, time_ms, participant, text_sha256, document_sha256, level, scope, detail, parameters, words, terms,
  collector, end_ms
FROM consent;
