-- A row per visit, with the names of design section 12; what is nested in JSON has both names joined by "_".
-- Arrays have 13 entries. exit is NULL while the visit is open; reported says whether a report holds it.
CREATE VIEW visit_v1 AS
SELECT
  v.id,
  u.text AS url,
  v.source_visit,
  v.redirected_from,
  a.name AS access_type,
  v.start_ms,
  v.start_ms + v.length_ms AS end_ms,
  e.name AS exit,
  v.session,
  o.name AS tab_opened_by,
  v.attention_ms,
  CASE WHEN v.attention_by_input_age_ms IS NULL THEN '[0,0,0,0,0,0,0,0,0,0,0,0,0]'
       ELSE substr(v.attention_by_input_age_ms, 1, length(v.attention_by_input_age_ms) - 1)
            || substr(',0,0,0,0,0,0,0,0,0,0,0,0', 1 + 2 * (json_array_length(v.attention_by_input_age_ms) - 1)) || ']'
  END AS attention_by_input_age_ms,
  coalesce((SELECT sum(bucket.value) FROM json_each(v.attention_by_input_age_ms) AS bucket
            WHERE bucket.key < (SELECT value FROM agent_state WHERE key = 'active_buckets')), 0) AS active_ms,
  CASE WHEN v.audible_by_input_age_ms IS NULL THEN '[0,0,0,0,0,0,0,0,0,0,0,0,0]'
       ELSE substr(v.audible_by_input_age_ms, 1, length(v.audible_by_input_age_ms) - 1)
            || substr(',0,0,0,0,0,0,0,0,0,0,0,0', 1 + 2 * (json_array_length(v.audible_by_input_age_ms) - 1)) || ']'
  END AS audible_by_input_age_ms,
  v.visible_unattended_ms,
  v.start_ms + v.attention_first_offset_ms AS attention_first_ms,
  v.start_ms + v.attention_last_offset_ms AS attention_last_ms,
  CASE WHEN v.gap_count IS NULL THEN '[0,0,0,0,0,0,0,0,0,0,0,0,0]'
       ELSE substr(v.gap_count, 1, length(v.gap_count) - 1)
            || substr(',0,0,0,0,0,0,0,0,0,0,0,0', 1 + 2 * (json_array_length(v.gap_count) - 1)) || ']'
  END AS attention_gaps_count,
  CASE WHEN v.gap_sum_ms IS NULL THEN '[0,0,0,0,0,0,0,0,0,0,0,0,0]'
       ELSE substr(v.gap_sum_ms, 1, length(v.gap_sum_ms) - 1)
            || substr(',0,0,0,0,0,0,0,0,0,0,0,0', 1 + 2 * (json_array_length(v.gap_sum_ms) - 1)) || ']'
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
  v.serp_visit,
  v.serp_engine,
  v.serp_query,
  v.serp_rank,
  v.results_engine AS results_page_engine,
  v.results_query AS results_page_query,
  v.results_count AS results_page_results,
  v.dwell_ms,
  v.quick_back,
  v.pogo_stick,
  v.trajectory AS trajectory_id,
  v.trajectory_step,
  v.login_form,
  l.text AS label,
  v.lcp_ms AS vitals_lcp_ms,
  v.inp_ms AS vitals_inp_ms,
  v.cls AS vitals_cls,
  -- Of local time: whole hours and days since 1970-01-01, a Thursday. A week more keeps all above 0.
  (v.start_ms / 60000 + v.utc_offset_min + 10080) / 60 % 24 AS local_hour,
  ((v.start_ms / 60000 + v.utc_offset_min + 10080) / 1440 + 3) % 7 + 1 AS weekday,
  v.revisit,
  p.text AS participant,
  b.text AS browser,
  v.utc_offset_min,
  i.text AS input_source,
  NOT EXISTS (SELECT 1 FROM unreported AS w WHERE w.kind = 'visit' AND w.id = v.id) AS reported
FROM visit AS v
JOIN url AS u ON u.id = v.url
JOIN access_type AS a ON a.value = v.access_type
LEFT JOIN exit_reason AS e ON e.value = v.exit
JOIN tab_opening AS o ON o.value = v.tab_opened_by
LEFT JOIN term AS l ON l.id = v.label
LEFT JOIN term AS p ON p.id = v.participant
JOIN term AS b ON b.id = v.browser
LEFT JOIN term AS i ON i.id = v.input_source;
