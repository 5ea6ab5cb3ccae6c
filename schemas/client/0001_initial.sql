-- Dwell's store on a test machine. Times are milliseconds UTC since 1970 (*_ms), days are local days since
-- 1970-01-01. Each table has one writer, named above it. The views *_v1 are what others read.

-- Persisted enumerations (schemas/visit.h): values never change.
CREATE TABLE access_type (value INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO access_type VALUES
  (0, 'unknown'), (1, 'typed_full'), (2, 'typed_completed'), (3, 'suggestion'), (4, 'pasted'), (5, 'link'),
  (6, 'bookmark'), (7, 'search'), (8, 'form_submit'), (9, 'reload'), (10, 'back_forward'), (11, 'external'),
  (12, 'start_tile'), (13, 'restored'), (15, 'address_bar'), (16, 'resumed');
CREATE TABLE exit_reason (value INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO exit_reason SELECT value, name FROM access_type;
INSERT INTO exit_reason VALUES (100, 'redirect'), (101, 'closed'), (102, 'browser_closed'), (103, 'agent_stopped');
CREATE TABLE tab_opening (value INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO tab_opening VALUES
  (0, 'unknown'), (1, 'button'), (2, 'command'), (3, 'context_menu'), (4, 'link'), (5, 'external'), (6, 'restored');

-- ---- The agent writes what follows. --------------------------------------------------------------------

-- Every URL once. Found by `hash` (32 bits of FNV-1a, then the text is compared): an index on the text would
-- hold every URL a second time.
CREATE TABLE url (
  id INTEGER PRIMARY KEY,
  hash INTEGER NOT NULL,
  text TEXT NOT NULL,
  first_day INTEGER            -- local day of the first visit; NULL: never visited, only a result or a link
) STRICT;
CREATE INDEX url_hash ON url (hash);

-- Short texts that recur: browsers, input sources, participants, labels.
CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

-- One page view in one tab (design section 12). The arrays by input age are JSON arrays without their trailing
-- zeros, NULL when all are zero; lower edges: 0 1 2 3 5 10 15 30 60 120 180 300 900 seconds.
CREATE TABLE visit (
  id INTEGER PRIMARY KEY,
  url INTEGER NOT NULL REFERENCES url (id),
  start_ms INTEGER NOT NULL,
  length_ms INTEGER NOT NULL CHECK (length_ms >= 0),
  exit INTEGER NOT NULL CHECK (exit BETWEEN 0 AND 255),         -- exit_reason; 255: the visit is open
  access_type INTEGER NOT NULL REFERENCES access_type (value),
  source_visit INTEGER,
  redirected_from INTEGER,
  session INTEGER,
  tab_opened_by INTEGER NOT NULL REFERENCES tab_opening (value),
  attention_ms INTEGER NOT NULL CHECK (attention_ms >= 0),
  attention_by_input_age_ms TEXT CHECK (attention_by_input_age_ms IS NULL OR json_valid(attention_by_input_age_ms)),
  audible_by_input_age_ms TEXT CHECK (audible_by_input_age_ms IS NULL OR json_valid(audible_by_input_age_ms)),
  visible_unattended_ms INTEGER NOT NULL CHECK (visible_unattended_ms >= 0),
  attention_first_offset_ms INTEGER,                            -- from start_ms
  attention_last_offset_ms INTEGER,
  gap_count TEXT CHECK (gap_count IS NULL OR json_valid(gap_count)),
  gap_sum_ms TEXT CHECK (gap_sum_ms IS NULL OR json_valid(gap_sum_ms)),
  gap_censored_ms INTEGER NOT NULL,
  mouse_moves INTEGER NOT NULL,
  mouse_downs INTEGER NOT NULL,
  mouse_ups INTEGER NOT NULL,
  keys INTEGER NOT NULL,
  browser_keys INTEGER NOT NULL,
  scrolls INTEGER NOT NULL,
  touches INTEGER NOT NULL,
  mouse_distance_px INTEGER NOT NULL,
  synthetic INTEGER NOT NULL,
  scroll_depth_percent INTEGER NOT NULL CHECK (scroll_depth_percent BETWEEN 0 AND 100),
  form_fields INTEGER NOT NULL,
  form_characters INTEGER NOT NULL,
  form_autofilled INTEGER NOT NULL,
  links_pressed INTEGER NOT NULL,
  typed_characters INTEGER,
  serp_visit INTEGER,                                           -- of a result click
  serp_engine TEXT,
  serp_query TEXT,
  serp_rank INTEGER,
  results_engine TEXT,                                          -- of a results page
  results_query TEXT,
  results_count INTEGER,
  dwell_ms INTEGER,
  quick_back INTEGER NOT NULL CHECK (quick_back IN (0, 1)),
  pogo_stick INTEGER NOT NULL CHECK (pogo_stick IN (0, 1)),
  trajectory INTEGER,
  trajectory_step INTEGER,
  login_form INTEGER NOT NULL CHECK (login_form IN (0, 1)),
  label INTEGER REFERENCES term (id),
  lcp_ms REAL,
  inp_ms REAL,
  cls REAL,
  revisit INTEGER NOT NULL CHECK (revisit IN (0, 1)),
  participant INTEGER REFERENCES term (id),
  browser INTEGER NOT NULL REFERENCES term (id),
  utc_offset_min INTEGER NOT NULL CHECK (utc_offset_min BETWEEN -1440 AND 1440),
  input_source INTEGER REFERENCES term (id)
) STRICT;
CREATE INDEX visit_start ON visit (start_ms);
CREATE INDEX visit_open ON visit (id) WHERE exit = 255;

-- Sums over the visits of one URL that began on one local day, open ones included.
CREATE TABLE page_day (
  day INTEGER NOT NULL,
  url INTEGER NOT NULL REFERENCES url (id),
  access_type INTEGER NOT NULL REFERENCES access_type (value),
  visits INTEGER NOT NULL CHECK (visits >= 0),
  attention_by_input_age_ms TEXT CHECK (attention_by_input_age_ms IS NULL OR json_valid(attention_by_input_age_ms)),
  PRIMARY KEY (day, url, access_type)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL CHECK (end_ms >= start_ms),
  pages INTEGER NOT NULL,
  active_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE trajectory (
  id INTEGER PRIMARY KEY,
  login_url INTEGER REFERENCES url (id),                        -- NULL: out of scope
  site TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  end_reason TEXT,                                              -- NULL: it runs
  steps TEXT NOT NULL CHECK (json_valid(steps)),                -- visit ids in order
  distinct_urls INTEGER NOT NULL,
  active_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE search (
  id INTEGER PRIMARY KEY,
  engine TEXT NOT NULL,
  query TEXT NOT NULL,
  session INTEGER,
  serp_visits TEXT NOT NULL CHECK (json_valid(serp_visits))
) STRICT;
CREATE TABLE search_result (
  search INTEGER NOT NULL REFERENCES search (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,                                    -- in order of first serving, from 1
  rank INTEGER NOT NULL,
  url INTEGER REFERENCES url (id),                              -- NULL: out of scope
  kind TEXT NOT NULL,
  seen INTEGER NOT NULL CHECK (seen IN (0, 1)),
  clicked INTEGER,                                              -- visit id
  PRIMARY KEY (search, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE histogram_series (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  page_group TEXT NOT NULL,
  UNIQUE (name, page_group)
) STRICT;
-- Bucket low ≤ sample < high, per local day; only those that hold something.
CREATE TABLE histogram (
  series INTEGER NOT NULL REFERENCES histogram_series (id),
  day INTEGER NOT NULL,
  low INTEGER NOT NULL,
  high INTEGER NOT NULL CHECK (high > low),
  count INTEGER NOT NULL,
  PRIMARY KEY (series, day, low)
) STRICT, WITHOUT ROWID;
CREATE TABLE histogram_sum (
  series INTEGER NOT NULL REFERENCES histogram_series (id),
  day INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  PRIMARY KEY (series, day)
) STRICT, WITHOUT ROWID;

-- Seconds of a local day in each state: no data must not look like no behaviour.
CREATE TABLE coverage (
  day INTEGER PRIMARY KEY,
  running_s INTEGER NOT NULL,
  recording_s INTEGER NOT NULL,
  paused_s INTEGER NOT NULL,
  without_consent_s INTEGER NOT NULL,
  browser_connected_s INTEGER NOT NULL,
  attention_in_scope_ms INTEGER NOT NULL,
  attention_out_of_scope_ms INTEGER NOT NULL
) STRICT;
-- What was dropped or could not count as it stood, by cause.
CREATE TABLE loss (cause TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE mark (
  id INTEGER PRIMARY KEY,
  time_ms INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE browser (
  brand TEXT NOT NULL,
  version TEXT NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (brand, version)
) STRICT, WITHOUT ROWID;

-- next_visit, next_session, next_trajectory, next_search: numbers are never used twice;
-- last_flush_ms; active_buckets: how many buckets by input age are below the idle threshold.
CREATE TABLE agent_state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- ---- What waits to be reported: the agent adds, the sealer of dwell-upload takes out. --------------------

CREATE TABLE unreported (
  kind TEXT NOT NULL CHECK (kind IN ('visit', 'session', 'trajectory', 'search', 'mark')),
  id INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE unreported_histogram (
  series INTEGER NOT NULL REFERENCES histogram_series (id),
  day INTEGER NOT NULL,
  low INTEGER NOT NULL,
  high INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (series, day, low)
) STRICT, WITHOUT ROWID;
CREATE TABLE unreported_histogram_sum (
  series INTEGER NOT NULL REFERENCES histogram_series (id),
  day INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  PRIMARY KEY (series, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE unreported_coverage (
  day INTEGER PRIMARY KEY,
  running_s INTEGER NOT NULL,
  recording_s INTEGER NOT NULL,
  paused_s INTEGER NOT NULL,
  without_consent_s INTEGER NOT NULL,
  browser_connected_s INTEGER NOT NULL,
  attention_in_scope_ms INTEGER NOT NULL,
  attention_out_of_scope_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE unreported_loss (cause TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- ---- dwell-upload writes what follows. -------------------------------------------------------------------

-- A sealed report never changes; only its state does. `body` is the gzip as sent; it goes a month after
-- delivery, the rest of the row stays as the audit.
CREATE TABLE report (
  id TEXT PRIMARY KEY,                                          -- UUID
  client TEXT NOT NULL,
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'quarantined', 'replaced')),
  sealed_ms INTEGER NOT NULL,
  period_start_ms INTEGER NOT NULL,
  period_end_ms INTEGER NOT NULL,
  visits INTEGER NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  body BLOB,
  attempts INTEGER NOT NULL DEFAULT 0,
  settled_ms INTEGER,                                           -- when it left the outbox
  received_ms INTEGER,                                          -- the collector's time, from its receipt
  reason TEXT,                                                  -- of quarantine or replacement
  CHECK ((state = 'waiting') = (settled_ms IS NULL)),
  CHECK (state = 'delivered' OR body IS NOT NULL)
) STRICT;
CREATE INDEX report_state ON report (state, sequence);
-- A report that was split gives its number to the first of its parts, so that the collector sees no gap.
CREATE UNIQUE INDEX report_sequence ON report (client, sequence) WHERE state <> 'replaced';

CREATE TABLE upload_attempt (
  id INTEGER PRIMARY KEY,
  time_ms INTEGER NOT NULL,
  report TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
  status INTEGER,                                               -- HTTP; NULL: no answer came
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

-- One row. `failures` in a row make the wait longer; `blocked` holds until the machine is enrolled after
-- `blocked_ms`.
CREATE TABLE upload_state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  next_attempt_ms INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  last_success_ms INTEGER,
  blocked TEXT,
  blocked_ms INTEGER
) STRICT;
INSERT INTO upload_state (one) VALUES (1);

-- ---- dwellctl and the window write what follows. ---------------------------------------------------------

-- Acts, in order; the last one says what is in force.
CREATE TABLE consent (
  id INTEGER PRIMARY KEY,
  act TEXT NOT NULL CHECK (act IN ('accept', 'withdraw')),
  time_ms INTEGER NOT NULL,
  text_sha256 TEXT,
  level TEXT,
  scope TEXT,
  detail TEXT,
  collector TEXT,
  CHECK (act = 'withdraw' OR (length(text_sha256) = 64 AND level IS NOT NULL AND scope IS NOT NULL
                              AND detail IS NOT NULL AND collector IS NOT NULL))
) STRICT;

-- One row once consent was given: random, and bound to the machine, so that a cloned one gets its own.
CREATE TABLE identity (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  client TEXT NOT NULL,                                         -- UUID
  machine_sha256 TEXT NOT NULL CHECK (length(machine_sha256) = 64),
  made_ms INTEGER NOT NULL
) STRICT;

-- One row while enrolled. The token is in a file of its own.
CREATE TABLE enrolment (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  collector TEXT NOT NULL,                                      -- origin: "https://research.example:8443"
  experiment TEXT NOT NULL,
  name TEXT NOT NULL,
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  enrolled_ms INTEGER NOT NULL
) STRICT;
