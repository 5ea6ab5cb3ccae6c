import base64
import json
import unittest
import urllib.parse

from accuracy import peers


def snowplow(kind, view, seconds, page="/p"):
    co = json.dumps({"data": [{"schema": "iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0",
                               "data": {"id": view}}]})
    return json.dumps({"data": [{"tna": "sp", "e": kind, "co": co, "dtm": str(seconds * 1000),
                                         "url": f"http://x.test{page}"}]}).encode()


class ReadingOfReports(unittest.TestCase):
    def test_snowplow_s_engaged_time_is_its_own_model_s(self):
        found = peers.read_snowplow([snowplow("pv", "a", 100), snowplow("pp", "a", 105), snowplow("pp", "a", 106),
                                     snowplow("pp", "a", 115), snowplow("pv", "b", 200, "/q")], "sp", 5, 10)
        self.assertEqual((found["/p"].ms, found["/p"].views), (15000, 1))
        self.assertIsNone(found["/q"].ms)

    def test_plausible_s_engagements_add_up(self):
        def body(name, **more):
            return json.dumps({"n": name, "u": "http://x.test/p", **more}).encode()
        found = peers.read_plausible([body("pageview"), body("engagement", e=3000), body("engagement", e=500)])
        self.assertEqual((found["/p"].ms, found["/p"].views), (3500, 1))

    def test_of_timeme_s_cumulative_times_the_last_of_each_load_counts(self):
        def body(load, seconds):
            return json.dumps({"load": load, "pages": [{"pageName": "/p", "timeOnPage": seconds}]}).encode()
        found = peers.read_timeme([body("one", 1), body("one", 2.5), body("two", 4)])
        self.assertEqual((found["/p"].ms, found["/p"].views), (6500, 2))

    def test_posthog_s_durations_belong_to_the_page_before_and_come_as_json_or_as_a_form(self):
        def event(name, **properties):
            return {"event": name, "properties": {"$current_url": "http://x.test/q", **properties}}
        view = event("$pageview", **{"$prev_pageview_duration": 2, "$prev_pageview_pathname": "/p"})
        leave = event("$pageleave", **{"$prev_pageview_duration": 3, "$prev_pageview_pathname": "/q"})
        form = b"data=" + urllib.parse.quote_from_bytes(
            base64.b64encode(json.dumps({"batch": [leave]}).encode())).encode()
        found = peers.read_posthog([json.dumps({"batch": [view]}).encode(), form])
        self.assertEqual((found["/p"].ms, found["/q"].ms, found["/q"].views), (2000, 3000, 1))


if __name__ == "__main__":
    unittest.main()
