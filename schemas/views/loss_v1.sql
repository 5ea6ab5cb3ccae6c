-- What was dropped or could not count as it stood, by cause.
CREATE VIEW loss_v1 AS
SELECT cause, count
FROM loss;
