import json
import os
import unittest

from accuracy import pages, peers, situations


class Pages(unittest.TestCase):
    def test_each_situation_leads_to_the_next_and_every_link_has_a_page(self):
        for plan in (situations.QUICK, situations.WHOLE):
            order, extra = situations.pages(plan)
            found = pages.links(order, extra)
            for path, following in zip(order, order[1:]):
                self.assertIn(("next", "Next page", following, False), found[path])
            addresses = {address for boxes in found.values() for _, _, address, route in boxes if not route}
            self.assertLessEqual(addresses, found.keys())

    def test_the_whole_run_has_at_least_twelve_situations(self):
        self.assertGreaterEqual(len(situations.pages(situations.WHOLE)[0]), 12)

    def test_the_peers_are_named_with_the_versions_that_npm_installs(self):
        with open(os.path.join(pages.HERE, "package.json"), encoding="utf-8") as text:
            wanted = json.load(text)["dependencies"]
        self.assertEqual({peer.package for peer in peers.PEERS},
                         {f"{name} {version}" for name, version in wanted.items()})

    def test_the_lock_names_no_registry(self):
        with open(os.path.join(pages.HERE, "package-lock.json"), encoding="utf-8") as text:
            self.assertNotIn("resolved", text.read())

    def test_a_page_carries_the_settings_that_are_printed(self):
        settings = {peer.name: peer.settings for peer in peers.PEERS}
        self.assertIn(json.dumps(settings), pages.render("/reading", [], settings))


if __name__ == "__main__":
    unittest.main()
