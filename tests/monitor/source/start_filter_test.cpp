#include "monitor/source/start_filter.h"

#include <catch2/catch.hpp>

namespace {

using namespace dwell::schemas;
using dwell::monoTime;
using dwell::monitor::StartFilter;

Event at(std::int64_t ms, EventBody body) { return {monoTime(ms), std::move(body)}; }

Navigation typed(const TabId& tab, const std::string& url) {
  Navigation navigation;
  navigation.browser = "b";
  navigation.tab = tab;
  navigation.window = "w";
  navigation.url = url;
  navigation.requestedUrl = "http://asked.test/";
  navigation.transition = Transition::kTyped;
  navigation.qualifiers.fromAddressBar = true;
  return navigation;
}

TEST_CASE("what happened since recording began passes as it came") {
  StartFilter filter(monoTime(1000));
  const auto passed = filter.pass({at(1500, typed("1", "http://a.test/")), at(1000, TabClosed{"b", "2"})});
  REQUIRE(passed.size() == 2);
  CHECK(passed[0].time == monoTime(1500));
  CHECK(std::get<Navigation>(passed[0].body).transition == Transition::kTyped);
  CHECK(filter.leftOut() == 0);
}

TEST_CASE("what happened before is left out; of a tab's pages the last one is there when recording begins") {
  StartFilter filter(monoTime(1000));
  const auto passed =
      filter.pass({at(1200, BrowserConnected{"b", "Chromium", "156"}),
                   at(100, typed("1", "http://private.test/")), at(200, typed("1", "http://now.test/")),
                   at(300, PageFocus{"b", "1", true}), at(900, Input{}), at(1100, TabClosed{"b", "9"})});
  REQUIRE(passed.size() == 3);
  const auto& page = std::get<Navigation>(passed[0].body);
  CHECK(passed[0].time == monoTime(1000));
  CHECK(page.url == "http://now.test/");
  CHECK(page.transition == Transition::kPresent);
  CHECK(page.requestedUrl.empty());
  CHECK_FALSE(page.qualifiers.fromAddressBar);
  CHECK(std::holds_alternative<BrowserConnected>(passed[1].body));
  CHECK(filter.leftOut() == 4);
}

TEST_CASE("a page of a tab that was closed before recording began never appears") {
  StartFilter filter(monoTime(1000));
  CHECK(filter.pass({at(100, typed("1", "http://private.test/")), at(200, TabClosed{"b", "1"})}).empty());
}

}  // namespace
