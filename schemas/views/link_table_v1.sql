-- What visits' pages offered: link_table is the number of the table of links, which many visits may share.
CREATE VIEW link_table_v1 AS
SELECT v.visit, v.link_table, t.links
FROM visit_links AS v
LEFT JOIN link_table AS t ON t.id = v.link_table;
