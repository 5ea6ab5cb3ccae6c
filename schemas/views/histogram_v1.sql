-- Buckets low ≤ sample < high that hold something, per page group and local day (days since 1970-01-01).
CREATE VIEW histogram_v1 AS
SELECT s.name, s.page_group, h.day, h.low, h.high, h.count
FROM histogram AS h
LEFT JOIN histogram_series AS s ON s.id = h.series;
