#include "schemas/histogram_registry.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "schemas/event_names.h"
#include "schemas/histogram_codec.h"
#include "schemas/visit.h"

using namespace dwell;
using namespace dwell::schemas;

TEST_CASE("every registered histogram is found by its name and has buckets") {
  CHECK(histogramInfos().size() == kHistogramCount);
  for (const HistogramInfo& info : histogramInfos()) {
    INFO(info.name);
    CHECK(histogramFromName(info.name) == info.id);
    CHECK((histogramLayout(info.id) == nullptr) == (info.kind == HistogramKind::kSparse));
    CHECK_FALSE(info.summary.empty());
  }
  CHECK(histogramInfo(hist::kInputKey).name == "Input.Key");
  CHECK_FALSE(histogramFromName("Input.Nothing"));
}

TEST_CASE("Navigation.AccessType counts the access types under their own values") {
  std::set<std::int64_t> values;
  for (const HistogramEnumValue& value : histogramInfo(hist::kNavigationAccessType).values) {
    const auto type = accessTypeFromName(value.name);
    REQUIRE(type);
    CHECK(static_cast<std::int64_t>(*type) == value.value);
    values.insert(value.value);
  }
  for (int value = 0; value < 100; ++value) {
    const bool named = !accessTypeName(static_cast<AccessType>(value)).empty();
    CHECK(named == (values.count(value) == 1));
  }
  CHECK(histogramLayout(hist::kNavigationAccessType)->bucketCount() == 18);
}

TEST_CASE("Tab.NewTab counts the ways a tab is opened under their own values") {
  const auto values = histogramInfo(hist::kTabNewTab).values;
  CHECK(values.size() == 7);
  for (const HistogramEnumValue& value : values) {
    const auto how = tabOpenedByFromName(value.name);
    REQUIRE(how);
    CHECK(static_cast<std::int64_t>(*how) == value.value);
  }
}

TEST_CASE("a histogram's JSON has the fields of design section 12") {
  const HistogramSamples samples{{{5, 6, 2}, {15, 16, 1}}, 25};
  CHECK(histogramToJson("Navigation.AccessType", samples).dump() ==
        R"({"name":"Navigation.AccessType","kind":"enumeration","count":3,"sum":25,"buckets":[)"
        R"({"low":5,"high":6,"count":2},{"low":15,"high":16,"count":1}]})");
  CHECK(histogramToJson("Gone.Histogram", {}).dump() ==
        R"({"name":"Gone.Histogram","kind":null,"count":0,"sum":0,"buckets":[]})");
}

TEST_CASE("a histogram's description has its edges or, where it is sparse, none") {
  const auto share = describeHistogram(hist::kEngagementActiveTime);
  CHECK(share["kind"] == "exponential");
  CHECK(share["min"] == 1);
  CHECK(share["max"] == 3'600'000);
  CHECK(share["bucket_count"] == 50);
  CHECK(share["edges"].size() == 51);
  CHECK(share["units"] == "ms");
  CHECK(share["enum"].is_null());
  const auto codes = describeHistogram(hist::kStoreCommitResult);
  CHECK(codes["edges"].is_null());
  const auto types = describeHistogram(hist::kNavigationAccessType);
  CHECK(types["values"]["typed_full"] == 1);
  CHECK(types["units"].is_null());
}

TEST_CASE("the text form of a registered histogram shows its empty buckets as dots") {
  const std::string text = histogramToText("Search.PogoStick", {{{1, 2, 3}}, 3});
  CHECK(text == "Histogram: Search.PogoStick recorded 3 samples, mean = 1.0\n0  O" + std::string(72, ' ') +
                    " (0 = 0.0%)\n1  ---O" + std::string(69, ' ') + " (3 = 100.0%) {0.0%}\n2  O" +
                    std::string(72, ' ') + " (0 = 0.0%) {100.0%}\n");
}

TEST_CASE("the days of a group are added up, other groups left out") {
  const std::vector<ReportHistogram> rows = {{"Session.Pages", "all", 2, 3, {{1, 2, 1}, {2, 3, 1}}},
                                             {"Session.Pages", "all", 3, 4, {{2, 3, 2}}},
                                             {"Session.Pages", "shop", 3, 4, {{2, 3, 2}}},
                                             {"Search.PogoStick", "all", 3, 1, {{1, 2, 1}}}};
  const auto added = addUpDays(rows, "all");
  REQUIRE(added);
  CHECK(
      histogramsToJson(*added).dump() ==
      R"([{"name":"Search.PogoStick","kind":"boolean","count":1,"sum":1,"buckets":[{"low":1,"high":2,"count":1}]},)"
      R"({"name":"Session.Pages","kind":"exponential","count":4,"sum":7,"buckets":[)"
      R"({"low":1,"high":2,"count":1},{"low":2,"high":3,"count":3}]}])");
  CHECK_FALSE(addUpDays({rows[0], {"Session.Pages", "all", 3, 4, {{2, 4, 2}}}}, "all"));
}
