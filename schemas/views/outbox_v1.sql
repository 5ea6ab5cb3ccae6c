-- Every sealed report: waiting, delivered, quarantined or replaced, with the last answer. size: gzip bytes.
CREATE VIEW outbox_v1 AS
SELECT r.id, r.client, r.sequence, r.state, r.sealed_ms, r.period_start_ms, r.period_end_ms, r.visits, r.size,
  r.sha256, coalesce(length(r.body), 0) > 0 AS readable, r.attempts, r.settled_ms, r.received_ms, r.reason,
  t.time_ms AS last_attempt_ms, t.status AS last_status, t.outcome AS last_outcome, t.detail AS last_detail
FROM report AS r
LEFT JOIN upload_attempt AS t ON t.id = (SELECT max(id) FROM upload_attempt WHERE report = r.id);
