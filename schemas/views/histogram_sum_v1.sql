-- The sum of the samples of one histogram, page group and local day.
CREATE VIEW histogram_sum_v1 AS
SELECT s.name, s.page_group, h.day, h.sum
FROM histogram_sum AS h
LEFT JOIN histogram_series AS s ON s.id = h.series;
