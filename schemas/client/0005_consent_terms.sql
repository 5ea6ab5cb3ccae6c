-- ---- dwellctl and the window write what follows. ---------------------------------------------------------

-- The terms of an act as they are compared: {"within": [[pattern, …], …], "exclude": [pattern, …],
-- "groups": [[name, [pattern, …]], …]}; `scope` says the first two to people.
ALTER TABLE consent ADD COLUMN terms TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(terms));
ALTER TABLE consent ADD COLUMN end_ms INTEGER;                    -- NULL: without end
ALTER TABLE consent ADD COLUMN participant TEXT;                  -- whose act it is; NULL: the machine's
-- Of text and terms together, as they were shown: sha256 of monitor/record/consent.h, consentDocument().
ALTER TABLE consent ADD COLUMN document_sha256 TEXT;

-- ---- dwell-upload writes what follows. -------------------------------------------------------------------

-- One row once the settings were fetched anew after the enrolment, which forgets it.
CREATE TABLE experiment_settings (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  experiment TEXT NOT NULL,
  revision INTEGER NOT NULL,
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  fetched_ms INTEGER NOT NULL
) STRICT;

-- ---- The agent writes agent_state: paused (1 while it is), resume_ms (0: by hand). -----------------------
