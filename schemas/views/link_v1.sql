-- The links of each table, in the order of the page from 0, with their features. url NULL: out of scope. The
-- function link_rows() is Dwell's own (monitor/store/link_text.h): other tools read this view only without it.
CREATE VIEW link_v1 AS
SELECT
  t.id AS link_table,
  l.key AS link,
  json_extract(l.value, '$[0]') AS url,
  coalesce(json_extract(l.value, '$[1]'), 0) AS above_fold,
  json_extract(l.value, '$[2]') AS contrast_percent,
  json_extract(l.value, '$[3]') AS font_px,
  json_extract(l.value, '$[4]') AS font_weight,
  coalesce(json_extract(l.value, '$[5]'), 0) AS grey,
  coalesce(json_extract(l.value, '$[6]'), 0) AS heading,
  json_extract(l.value, '$[7]') AS height,
  coalesce(json_extract(l.value, '$[8]'), 0) AS image,
  json_extract(l.value, '$[9]') AS image_ratio_percent,
  coalesce(json_extract(l.value, '$[10]'), 0) AS in_text,
  coalesce(json_extract(l.value, '$[11]'), 0) AS italic,
  json_extract(l.value, '$[12]') AS list_rank,
  coalesce(json_extract(l.value, '$[13]'), 0) AS new_tab,
  coalesce(json_extract(l.value, '$[14]'), 0) AS nofollow,
  (SELECT name FROM link_region WHERE value = json_extract(l.value, '$[15]')) AS region,
  coalesce(json_extract(l.value, '$[16]'), 0) AS same_host,
  coalesce(json_extract(l.value, '$[17]'), 0) AS same_site,
  coalesce(json_extract(l.value, '$[18]'), 0) AS underline,
  json_extract(l.value, '$[19]') AS url_hyphens,
  coalesce(json_extract(l.value, '$[20]'), 0) AS url_in_url,
  json_extract(l.value, '$[21]') AS url_length,
  coalesce(json_extract(l.value, '$[22]'), 0) AS url_shorter,
  json_extract(l.value, '$[23]') AS width,
  json_extract(l.value, '$[24]') AS words,
  json_extract(l.value, '$[25]') AS x,
  json_extract(l.value, '$[26]') AS y
FROM link_table AS t, json_each(link_rows(t.content)) AS l;
