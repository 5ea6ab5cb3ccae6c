-- A row per visit, with the names of design section 12; what is nested in JSON has both names joined by "_".
-- Arrays have 13 entries: what the table leaves out are zeros. exit is NULL while the visit is open; reported says
-- whether a report holds it. Texts are subqueries rather than joins: a query that asks for none pays for none.
CREATE VIEW visit_v1 AS
SELECT
  v.id,
  (SELECT text FROM url WHERE url.id = v.url) AS url,
  v.id - v.source_back AS source_visit,
  v.id - v.redirected_back AS redirected_from,
  (SELECT name FROM access_type WHERE value = v.access_type) AS access_type,
  v.start_ms,
  v.start_ms + v.length_ms AS end_ms,
  (SELECT name FROM exit_reason WHERE value = v.exit) AS exit,
  v.session,
  (SELECT name FROM tab_opening WHERE value = c.tab_opened_by) AS tab_opened_by,
  v.attention_ms,
  CASE WHEN v.attention_by_input_age_ms IS NULL THEN '[0,0,0,0,0,0,0,0,0,0,0,0,0]'
       ELSE '[' || v.attention_by_input_age_ms || substr(',0,0,0,0,0,0,0,0,0,0,0,0', 1 + 2 * (length(v.attention_by_input_age_ms) - length(replace(v.attention_by_input_age_ms, ',', '')))) || ']'
  END AS attention_by_input_age_ms,
  coalesce((SELECT sum(bucket.value) FROM json_each('[' || v.attention_by_input_age_ms || ']') AS bucket
            WHERE bucket.key < (SELECT value FROM agent_state WHERE key = 'active_buckets')), 0) AS active_ms,
  CASE WHEN v.audible_by_input_age_ms IS NULL THEN '[0,0,0,0,0,0,0,0,0,0,0,0,0]'
       ELSE '[' || v.audible_by_input_age_ms || substr(',0,0,0,0,0,0,0,0,0,0,0,0', 1 + 2 * (length(v.audible_by_input_age_ms) - length(replace(v.audible_by_input_age_ms, ',', '')))) || ']'
  END AS audible_by_input_age_ms,
  v.visible_unattended_ms,
  v.start_ms + v.attention_first_offset_ms AS attention_first_ms,
  v.start_ms + v.attention_last_offset_ms AS attention_last_ms,
  CASE WHEN v.gap_count IS NULL THEN '[0,0,0,0,0,0,0,0,0,0,0,0,0]'
       ELSE '[' || v.gap_count || substr(',0,0,0,0,0,0,0,0,0,0,0,0', 1 + 2 * (length(v.gap_count) - length(replace(v.gap_count, ',', '')))) || ']'
  END AS attention_gaps_count,
  CASE WHEN v.gap_sum_ms IS NULL THEN '[0,0,0,0,0,0,0,0,0,0,0,0,0]'
       ELSE '[' || v.gap_sum_ms || substr(',0,0,0,0,0,0,0,0,0,0,0,0', 1 + 2 * (length(v.gap_sum_ms) - length(replace(v.gap_sum_ms, ',', '')))) || ']'
  END AS attention_gaps_sum_ms,
  v.gap_censored_ms AS attention_gaps_censored_ms,
  v.mouse_moves AS input_mouse_moves,
  v.mouse_downs AS input_mouse_downs,
  v.mouse_ups AS input_mouse_ups,
  v.keys AS input_keys,
  v.browser_keys AS input_browser_keys,
  v.scrolls AS input_scrolls,
  v.touches AS input_touches,
  v.mouse_distance_px AS input_mouse_distance_px,
  v.synthetic AS input_synthetic,
  v.scroll_depth_percent,
  v.form_fields,
  v.form_characters,
  v.form_autofilled,
  v.links_pressed,
  v.typed_characters,
  s.serp_visit,
  (SELECT text FROM term WHERE term.id = s.serp_engine) AS serp_engine,
  s.serp_query,
  s.serp_rank,
  (SELECT text FROM term WHERE term.id = s.results_engine) AS results_page_engine,
  s.results_query AS results_page_query,
  s.results_count AS results_page_results,
  s.dwell_ms,
  coalesce(s.quick_back, 0) AS quick_back,
  coalesce(s.pogo_stick, 0) AS pogo_stick,
  v.trajectory AS trajectory_id,
  v.trajectory_step,
  v.login_form,
  (SELECT text FROM term WHERE term.id = v.label) AS label,
  v.lcp_ms AS vitals_lcp_ms,
  v.inp_ms AS vitals_inp_ms,
  v.cls AS vitals_cls,
  -- Of local time: whole hours and days since 1970-01-01, a Thursday. A week more keeps all above 0.
  (v.start_ms / 60000 + c.utc_offset_min + 10080) / 60 % 24 AS local_hour,
  ((v.start_ms / 60000 + c.utc_offset_min + 10080) / 1440 + 3) % 7 + 1 AS weekday,
  v.revisit,
  c.participant,
  c.browser,
  c.utc_offset_min,
  c.input_source,
  NOT EXISTS (SELECT 1 FROM unreported AS w WHERE w.kind = 1 AND w.id = v.id) AS reported
FROM visit AS v
LEFT JOIN visit_context AS c ON c.id = v.context
LEFT JOIN visit_search AS s ON s.visit = v.id;
