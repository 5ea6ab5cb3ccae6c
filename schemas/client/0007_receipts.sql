-- ---- dwell-upload writes what follows. -------------------------------------------------------------------

ALTER TABLE report ADD COLUMN receipt TEXT;                       -- the collector's answer, as it came
ALTER TABLE upload_attempt ADD COLUMN collector TEXT;             -- origin; NULL: a receipt in a file, or older
