#include "app/window/models/axis_ticks.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "base/histogram_layout.h"

using namespace dwell;
using namespace dwell::app;

namespace {

std::vector<HistogramBucket> bucketsOf(const BucketLayout& layout) {
  std::vector<HistogramBucket> buckets;
  for (std::size_t i = 0; i < layout.bucketCount(); ++i)
    buckets.push_back({layout.edge(i), layout.edge(i + 1), 0});
  return buckets;
}

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> texts;
  texts.reserve(ticks.size());
  for (const Tick& tick : ticks) texts.push_back(tick.label.toStdString());
  return texts;
}

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("Ticks of a time axis stand at round times, in order, apart from each other") {
  const auto buckets = bucketsOf(*BucketLayout::exponential(1, 3'600'000, 50));
  const auto ticks = sampleTicks(buckets, "ms", 10);
  CHECK(ticks.size() >= 5);
  CHECK(ticks.size() <= 11);
  for (std::size_t i = 1; i < ticks.size(); ++i) CHECK(ticks[i].at - ticks[i - 1].at >= 5);
  const auto texts = labels(ticks);
  CHECK(std::find(texts.begin(), texts.end(), "1 min") != texts.end());
}

TEST_CASE("A percent axis has a tick at every ten") {
  const auto ticks = sampleTicks(bucketsOf(*BucketLayout::linear(1, 101, 102)), "percent", 11);
  CHECK(labels(ticks) ==
        Labels{"0 %", "10 %", "20 %", "30 %", "40 %", "50 %", "60 %", "70 %", "80 %", "90 %", "100 %"});
  // In the middle of the bucket of exactly 50.
  CHECK(ticks[5].at == 50.5);
}

TEST_CASE("A round value inside a wide bucket has its tick where it lies") {
  const auto ticks = sampleTicks({{50, 150, 1}}, "pages", 1);
  REQUIRE(labels(ticks) == Labels{"100"});
  CHECK(ticks[0].at == 0.5);
}

TEST_CASE("No label appears twice, whatever the layout") {
  for (const char* units : {"ms", "percent", "pages"}) {
    for (const std::size_t most : {std::size_t{3}, std::size_t{12}, std::size_t{1000}}) {
      const auto texts =
          labels(sampleTicks(bucketsOf(*BucketLayout::exponential(1, 1'000'000, 100)), units, most));
      CHECK(std::set<std::string>(texts.begin(), texts.end()).size() == texts.size());
    }
  }
}

TEST_CASE("A linear count axis ends at a round number that holds the peak") {
  const CountAxis axis = countAxis(57, 420, CountScale::kLinear, CountUnit::kCount);
  CHECK(axis.end == 60);
  CHECK(labels(axis.ticks) == Labels{"0", "10", "20", "30", "40", "50", "60"});
}

TEST_CASE("A count axis has no fractions of samples") {
  CHECK(labels(countAxis(1, 1, CountScale::kLinear, CountUnit::kCount).ticks) == Labels{"0", "1"});
}

TEST_CASE("A percent axis has the same bars under other labels") {
  const CountAxis axis = countAxis(50, 200, CountScale::kLinear, CountUnit::kPercent);
  CHECK(labels(axis.ticks).back() == "25 %");
  CHECK(axis.ticks.back().at == Approx(50));
}

TEST_CASE("On a logarithmic axis one sample can be seen, and none can not") {
  CHECK(barLength(0, CountScale::kLogarithmic) == 0);
  CHECK(barLength(1, CountScale::kLogarithmic) == Approx(std::log10(2)));
  const CountAxis axis = countAxis(1'000'000, 2'000'000, CountScale::kLogarithmic, CountUnit::kCount);
  CHECK(labels(axis.ticks) == Labels{"1", "10", "100", "1,000", "10,000", "100,000", "1,000,000"});
  CHECK(axis.end > barLength(1'000'000, CountScale::kLogarithmic));
  CHECK(axis.ticks[0].at == barLength(1, CountScale::kLogarithmic));
}
