-- Seconds of each local day in each state, and attention in and out of scope.
CREATE VIEW coverage_v1 AS
SELECT day, running_s, recording_s, paused_s, without_consent_s, browser_connected_s,
  attention_in_scope_ms, attention_out_of_scope_ms
FROM coverage;
