-- The results that a search served, in order of first serving, with the features of their snippets. url NULL: out
-- of scope; clicked: a visit id.
CREATE VIEW search_result_v2 AS
SELECT
  r.search,
  r.position,
  r.rank,
  (SELECT text FROM url WHERE url.id = r.url) AS url,
  r.kind,
  r.seen,
  r.clicked,
  coalesce(json_extract('[' || r.features || ']', '$[0]'), 0) AS above_fold,
  json_extract('[' || r.features || ']', '$[1]') AS bold_words,
  json_extract('[' || r.features || ']', '$[2]') AS height,
  json_extract('[' || r.features || ']', '$[3]') AS images,
  json_extract('[' || r.features || ']', '$[4]') AS organic_rank,
  json_extract('[' || r.features || ']', '$[5]') AS rich_links,
  json_extract('[' || r.features || ']', '$[6]') AS snippet_words,
  json_extract('[' || r.features || ']', '$[7]') AS title_bold_words,
  json_extract('[' || r.features || ']', '$[8]') AS title_query_words,
  json_extract('[' || r.features || ']', '$[9]') AS title_words,
  json_extract('[' || r.features || ']', '$[10]') AS url_hyphens,
  json_extract('[' || r.features || ']', '$[11]') AS url_length,
  json_extract('[' || r.features || ']', '$[12]') AS width,
  json_extract('[' || r.features || ']', '$[13]') AS words,
  json_extract('[' || r.features || ']', '$[14]') AS x,
  json_extract('[' || r.features || ']', '$[15]') AS y
FROM search_result AS r;
