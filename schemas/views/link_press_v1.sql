-- The links that were pressed during a visit, in order. link: its place in the visit's table, NULL: not known
-- there; url: where it leads, of those without a place.
CREATE VIEW link_press_v1 AS
SELECT p.visit, p.press, p.link, (SELECT text FROM url WHERE url.id = p.url) AS url, p.hover_ms
FROM link_press AS p;
