-- ---- The agent writes what follows. --------------------------------------------------------------------

-- Rows whose histogram samples are still to come: an ended visit that is not final, a session that is not over,
-- an ended trajectory with an open step. After a kill the next run makes them.
CREATE TABLE unsampled (
  kind TEXT NOT NULL CHECK (kind IN ('visit', 'session', 'trajectory')),
  id INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
-- agent_state has sampled_attempt, too: the last upload_attempt whose samples are in the histograms.

-- ---- dwell-upload writes what follows. -------------------------------------------------------------------

-- No number is used twice, also when all older attempts have been forgotten.
CREATE TABLE upload_attempt_2 (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time_ms INTEGER NOT NULL,
  report TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
  status INTEGER,                                               -- HTTP; NULL: no answer came
  net_error INTEGER,                                            -- libcurl's code for why; NULL: an answer came
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
INSERT INTO upload_attempt_2 (id, time_ms, report, status, outcome, detail)
SELECT id, time_ms, report, status, outcome, detail FROM upload_attempt;
DROP TABLE upload_attempt;
ALTER TABLE upload_attempt_2 RENAME TO upload_attempt;
