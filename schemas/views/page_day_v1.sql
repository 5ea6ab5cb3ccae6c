-- Sums over the visits of one URL and access type that began on one local day (days since 1970-01-01).
CREATE VIEW page_day_v1 AS
SELECT d.day, (SELECT text FROM url WHERE url.id = d.url) AS url,
  (SELECT name FROM access_type WHERE value = d.access_type) AS access_type, d.visits,
  CASE WHEN d.attention_by_input_age_ms IS NULL THEN '[0,0,0,0,0,0,0,0,0,0,0,0,0]'
       ELSE '[' || d.attention_by_input_age_ms || substr(',0,0,0,0,0,0,0,0,0,0,0,0', 1 + 2 * (length(d.attention_by_input_age_ms) - length(replace(d.attention_by_input_age_ms, ',', '')))) || ']'
  END AS attention_by_input_age_ms
FROM page_day AS d
WHERE d.visits > 0;
