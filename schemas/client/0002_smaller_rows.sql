-- The same values in fewer bytes and fewer pages: 251 bytes a visit become 215, and a flush writes a third.

-- What a visit shares with most others, once.
CREATE TABLE visit_context (
  id INTEGER PRIMARY KEY,
  browser TEXT NOT NULL,
  input_source TEXT,
  participant TEXT,
  utc_offset_min INTEGER NOT NULL CHECK (utc_offset_min BETWEEN -1440 AND 1440),
  tab_opened_by INTEGER NOT NULL REFERENCES tab_opening (value)
) STRICT;
INSERT INTO visit_context (browser, input_source, participant, utc_offset_min, tab_opened_by)
SELECT DISTINCT b.text, i.text, p.text, v.utc_offset_min, v.tab_opened_by
FROM visit AS v
JOIN term AS b ON b.id = v.browser
LEFT JOIN term AS i ON i.id = v.input_source
LEFT JOIN term AS p ON p.id = v.participant;

-- One page view in one tab (design section 12). The arrays by input age are the numbers of a JSON array without
-- its brackets and its trailing zeros, NULL when all are zero; lower edges: 0 1 2 3 5 10 15 30 60 120 180 300 900
-- seconds.
CREATE TABLE visit_2 (
  id INTEGER PRIMARY KEY,
  url INTEGER NOT NULL REFERENCES url (id),
  start_ms INTEGER NOT NULL,
  length_ms INTEGER NOT NULL CHECK (length_ms >= 0),
  exit INTEGER NOT NULL CHECK (exit BETWEEN 0 AND 255),         -- exit_reason; 255: the visit is open
  access_type INTEGER NOT NULL REFERENCES access_type (value),
  source_back INTEGER,                                          -- id - source_visit: mostly one byte
  redirected_back INTEGER,                                      -- id - redirected_from
  session INTEGER,
  context INTEGER NOT NULL REFERENCES visit_context (id),
  attention_ms INTEGER NOT NULL CHECK (attention_ms >= 0),
  attention_by_input_age_ms TEXT CHECK (attention_by_input_age_ms IS NULL
                                        OR json_valid('[' || attention_by_input_age_ms || ']')),
  audible_by_input_age_ms TEXT CHECK (audible_by_input_age_ms IS NULL
                                      OR json_valid('[' || audible_by_input_age_ms || ']')),
  visible_unattended_ms INTEGER NOT NULL CHECK (visible_unattended_ms >= 0),
  attention_first_offset_ms INTEGER,                            -- from start_ms
  attention_last_offset_ms INTEGER,
  gap_count TEXT CHECK (gap_count IS NULL OR json_valid('[' || gap_count || ']')),
  gap_sum_ms TEXT CHECK (gap_sum_ms IS NULL OR json_valid('[' || gap_sum_ms || ']')),
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
  trajectory INTEGER,
  trajectory_step INTEGER,
  login_form INTEGER NOT NULL CHECK (login_form IN (0, 1)),
  label INTEGER REFERENCES term (id),
  lcp_ms REAL,
  inp_ms REAL,
  cls REAL,
  revisit INTEGER NOT NULL CHECK (revisit IN (0, 1))
) STRICT;

-- What a visit was in a search: a results page, a click on a result, or both. One visit in eight has a row.
CREATE TABLE visit_search (
  visit INTEGER PRIMARY KEY REFERENCES visit_2 (id) ON DELETE CASCADE,
  serp_visit INTEGER,                                           -- of a result click
  serp_engine INTEGER REFERENCES term (id),
  serp_query TEXT,
  serp_rank INTEGER,
  results_engine INTEGER REFERENCES term (id),                  -- of a results page
  results_query TEXT,
  results_count INTEGER,
  dwell_ms INTEGER,
  quick_back INTEGER NOT NULL CHECK (quick_back IN (0, 1)),
  pogo_stick INTEGER NOT NULL CHECK (pogo_stick IN (0, 1))
) STRICT;

INSERT INTO visit_2
SELECT v.id, v.url, v.start_ms, v.length_ms, v.exit, v.access_type, v.id - v.source_visit,
  v.id - v.redirected_from, v.session,
  (SELECT c.id FROM visit_context AS c
   WHERE c.browser = b.text AND c.input_source IS i.text AND c.participant IS p.text
     AND c.utc_offset_min = v.utc_offset_min AND c.tab_opened_by = v.tab_opened_by),
  v.attention_ms, trim(v.attention_by_input_age_ms, '[]'), trim(v.audible_by_input_age_ms, '[]'),
  v.visible_unattended_ms, v.attention_first_offset_ms, v.attention_last_offset_ms, trim(v.gap_count, '[]'),
  trim(v.gap_sum_ms, '[]'), v.gap_censored_ms, v.mouse_moves, v.mouse_downs, v.mouse_ups, v.keys,
  v.browser_keys, v.scrolls, v.touches, v.mouse_distance_px, v.synthetic, v.scroll_depth_percent, v.form_fields,
  v.form_characters, v.form_autofilled, v.links_pressed, v.typed_characters, v.trajectory, v.trajectory_step,
  v.login_form, v.label, v.lcp_ms, v.inp_ms, v.cls, v.revisit
FROM visit AS v
JOIN term AS b ON b.id = v.browser
LEFT JOIN term AS i ON i.id = v.input_source
LEFT JOIN term AS p ON p.id = v.participant
ORDER BY v.id;

INSERT OR IGNORE INTO term (text)
SELECT serp_engine FROM visit WHERE serp_engine IS NOT NULL
UNION SELECT results_engine FROM visit WHERE results_engine IS NOT NULL;
INSERT INTO visit_search
SELECT v.id, v.serp_visit, s.id, v.serp_query, v.serp_rank, r.id, v.results_query, v.results_count, v.dwell_ms,
  v.quick_back, v.pogo_stick
FROM visit AS v
LEFT JOIN term AS s ON s.text = v.serp_engine
LEFT JOIN term AS r ON r.text = v.results_engine
WHERE v.serp_visit IS NOT NULL OR v.results_count IS NOT NULL OR v.dwell_ms IS NOT NULL OR v.quick_back
  OR v.pogo_stick
ORDER BY v.id;

DROP TABLE visit;
ALTER TABLE visit_2 RENAME TO visit;
CREATE INDEX visit_start ON visit (start_ms);
CREATE INDEX visit_open ON visit (id) WHERE exit = 255;

-- 24 bits find a URL as well as 32 did: a wrong one in 40 look-ups among 450,000, and the text decides.
UPDATE url SET hash = (hash & 0xFFFFFF) - 0x800000;

-- Sums over the visits of one URL that began on one local day, open ones included; the array as in `visit`.
CREATE TABLE page_day_2 (
  day INTEGER NOT NULL,
  url INTEGER NOT NULL REFERENCES url (id),
  access_type INTEGER NOT NULL REFERENCES access_type (value),
  visits INTEGER NOT NULL CHECK (visits >= 0),
  attention_by_input_age_ms TEXT CHECK (attention_by_input_age_ms IS NULL
                                        OR json_valid('[' || attention_by_input_age_ms || ']')),
  PRIMARY KEY (day, url, access_type)
) STRICT, WITHOUT ROWID;
INSERT INTO page_day_2
SELECT day, url, access_type, visits, trim(attention_by_input_age_ms, '[]')
FROM page_day
ORDER BY day, url, access_type;
DROP TABLE page_day;
ALTER TABLE page_day_2 RENAME TO page_day;

-- Bucket low ≤ sample < high, per local day; only those that hold something. The day comes first: what a flush
-- changes lies together. `reported`: how much of the count reports hold already.
CREATE TABLE histogram_2 (
  day INTEGER NOT NULL,
  series INTEGER NOT NULL REFERENCES histogram_series (id),
  low INTEGER NOT NULL,
  high INTEGER NOT NULL CHECK (high > low),
  count INTEGER NOT NULL,
  reported INTEGER NOT NULL,
  PRIMARY KEY (day, series, low)
) STRICT, WITHOUT ROWID;
INSERT INTO histogram_2
SELECT h.day, h.series, h.low, h.high, h.count, h.count - coalesce(w.count, 0)
FROM histogram AS h
LEFT JOIN unreported_histogram AS w ON w.series = h.series AND w.day = h.day AND w.low = h.low
ORDER BY h.day, h.series, h.low;
DROP TABLE unreported_histogram;
DROP TABLE histogram;
ALTER TABLE histogram_2 RENAME TO histogram;

CREATE TABLE histogram_sum_2 (
  day INTEGER NOT NULL,
  series INTEGER NOT NULL REFERENCES histogram_series (id),
  sum INTEGER NOT NULL,
  reported INTEGER NOT NULL,
  PRIMARY KEY (day, series)
) STRICT, WITHOUT ROWID;
INSERT INTO histogram_sum_2
SELECT h.day, h.series, h.sum, h.sum - coalesce(w.sum, 0)
FROM histogram_sum AS h
LEFT JOIN unreported_histogram_sum AS w ON w.series = h.series AND w.day = h.day
ORDER BY h.day, h.series;
DROP TABLE unreported_histogram_sum;
DROP TABLE histogram_sum;
ALTER TABLE histogram_sum_2 RENAME TO histogram_sum;

-- What waits to be reported. kind: 1 visit, 2 session, 3 trajectory, 4 search, 5 mark.
CREATE TABLE unreported_2 (
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
  id INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO unreported_2
SELECT CASE kind WHEN 'visit' THEN 1 WHEN 'session' THEN 2 WHEN 'trajectory' THEN 3 WHEN 'search' THEN 4
                 WHEN 'mark' THEN 5 END AS number, id
FROM unreported
ORDER BY number, id;
DROP TABLE unreported;
ALTER TABLE unreported_2 RENAME TO unreported;
