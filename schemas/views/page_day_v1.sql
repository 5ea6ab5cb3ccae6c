-- Sums over the visits of one URL and access type that began on one local day (days since 1970-01-01).
CREATE VIEW page_day_v1 AS
SELECT d.day, u.text AS url, a.name AS access_type, d.visits,
  CASE WHEN d.attention_by_input_age_ms IS NULL THEN '[0,0,0,0,0,0,0,0,0,0,0,0,0]'
       ELSE substr(d.attention_by_input_age_ms, 1, length(d.attention_by_input_age_ms) - 1)
            || substr(',0,0,0,0,0,0,0,0,0,0,0,0', 1 + 2 * (json_array_length(d.attention_by_input_age_ms) - 1)) || ']'
  END AS attention_by_input_age_ms
FROM page_day AS d
JOIN url AS u ON u.id = d.url
JOIN access_type AS a ON a.value = d.access_type
WHERE d.visits > 0;
