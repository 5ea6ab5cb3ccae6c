-- Every sending of a report and every receipt that came in a file, with what was sent and to where: the audit.
CREATE VIEW upload_attempt_v1 AS
SELECT t.id, t.time_ms, t.report, r.sequence, r.size, r.sha256, t.collector, t.outcome, t.status, t.net_error,
  t.detail, CASE WHEN t.outcome = 'delivered' THEN r.received_ms END AS received_ms,
  CASE WHEN t.outcome = 'delivered' THEN r.receipt END AS receipt
FROM upload_attempt AS t
JOIN report AS r ON r.id = t.report;
