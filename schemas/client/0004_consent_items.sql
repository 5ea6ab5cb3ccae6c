-- ---- dwellctl and the window write what follows. ---------------------------------------------------------

-- Two items more of an act of consent. Who agreed before agreed to neither.
ALTER TABLE consent ADD COLUMN parameters TEXT NOT NULL DEFAULT '';  -- names of a query's parameters that are kept
ALTER TABLE consent ADD COLUMN words TEXT NOT NULL DEFAULT 'off' CHECK (words IN ('off', 'keyed_hash', 'full'));
