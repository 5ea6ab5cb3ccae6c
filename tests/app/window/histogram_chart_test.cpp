#include "app/window/models/histogram_chart.h"

#include <catch2/catch.hpp>

#include "base/histogram.h"

using namespace dwell;
using namespace dwell::app;

namespace {

HistogramSamples counted(const char* name, const std::vector<std::int64_t>& values) {
  Histogram histogram(schemas::histogramLayout(*schemas::histogramFromName(name)));
  for (const auto value : values) histogram.add(value);
  return histogram.total();
}

HistogramChart chartOf(const char* name, const std::vector<std::int64_t>& values) {
  return histogramChart(counted(name, values), histogramInfoOf(name));
}

}  // namespace

TEST_CASE("A range shows the buckets that hold something, those between, and one at each side") {
  const auto chart = chartOf("Engagement.ScrollDepth", {40, 42, 42});
  REQUIRE(chart.bars.size() == 5);
  CHECK(chart.shape == HistogramChart::Shape::kRange);
  CHECK(chart.bars[0].count == 0);
  CHECK(chart.bars[1].label == "40 %");
  CHECK(chart.bars[2].count == 0);
  CHECK(chart.bars[3].count == 2);
  CHECK(chart.bars[3].share == Approx(2.0 / 3));
  CHECK(chart.bars[3].below == Approx(1.0 / 3));
  CHECK(chart.peak == 2);
  CHECK(chart.total == 3);
}

TEST_CASE("A range stays within its layout at both ends") {
  const auto chart = chartOf("Engagement.ScrollDepth", {0, 1'000});
  CHECK(chart.bars.size() == 102);
  CHECK(chart.bars.back().label == "101 % and more");
}

TEST_CASE("An enumeration shows all its values by name, counted or not") {
  const auto chart = chartOf("Navigation.AccessType", {1, 5, 5});
  CHECK(chart.shape == HistogramChart::Shape::kCategories);
  CHECK(chart.bars.size() == 16);
  CHECK(chart.bars[1].label == "typed in full");
  CHECK(chart.bars[5].label == "link");
  CHECK(chart.bars[5].count == 2);
}

TEST_CASE("A value that the enumeration does not know is shown as a number") {
  HistogramSamples samples = counted("Navigation.AccessType", {1});
  samples.buckets.push_back({40, 41, 3});
  const auto chart = histogramChart(samples, histogramInfoOf("Navigation.AccessType"));
  CHECK(chart.bars.back().label == "value 40");
  CHECK(chart.bars.back().count == 3);
}

TEST_CASE("A sparse histogram shows its most frequent values, in order") {
  HistogramSamples samples;
  for (std::int64_t value = 0; value < 100; ++value) samples.buckets.push_back({value, value + 1, 1 + value});
  const auto chart = histogramChart(samples, histogramInfoOf("Store.CommitResult"));
  REQUIRE(chart.bars.size() == kMostCategories);
  CHECK(chart.bars.front().label == "76");
  CHECK(chart.bars.back().label == "99");
}

TEST_CASE(
    "A histogram that is not registered, or counted under another layout, is shown by its own buckets") {
  const HistogramSamples samples{{{7, 9, 2}, {20, 33, 1}}, 40};
  CHECK(histogramChart(samples, nullptr).bars.size() == 2);
  CHECK(histogramChart(samples, histogramInfoOf("Engagement.ScrollDepth")).bars.size() == 2);
}

TEST_CASE("The figures of a range are samples, mean and percentiles in its units") {
  const auto figures = histogramFigures(counted("Engagement.ActiveTime", {30'000, 30'000, 90'000}),
                                        histogramInfoOf("Engagement.ActiveTime"));
  REQUIRE(figures.size() == 5);
  CHECK(figures[0].value == "3");
  CHECK(figures[1].name == "Mean");
  CHECK(figures[1].value == "50 s");
  CHECK(figures[4].name == "p99");
}

TEST_CASE("Names have no mean: the figures tell the most frequent") {
  const auto figures = histogramFigures(counted("Navigation.AccessType", {5, 5, 1, 1, 5}),
                                        histogramInfoOf("Navigation.AccessType"));
  REQUIRE(figures.size() == 2);
  CHECK(figures[1].value == "link (60 %)");
}

TEST_CASE("Without samples there is no chart and no mean") {
  CHECK(chartOf("Engagement.ActiveTime", {}).bars.empty());
  CHECK(histogramFigures({}, histogramInfoOf("Engagement.ActiveTime")).size() == 1);
}
