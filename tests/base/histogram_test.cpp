// Behaviour that Chromium's unit tests assert of its histograms.
#include "base/histogram.h"

#include <catch2/catch.hpp>
#include <limits>

#include "base/histogram_text.h"

using namespace dwell;

namespace {

Histogram exponential(std::int64_t min, std::int64_t max, std::int64_t buckets) {
  return Histogram(std::make_shared<BucketLayout>(*BucketLayout::exponential(min, max, buckets)));
}
Histogram linear(std::int64_t min, std::int64_t max, std::int64_t buckets) {
  return Histogram(std::make_shared<BucketLayout>(*BucketLayout::linear(min, max, buckets)));
}

std::int64_t countAt(const HistogramSamples& samples, std::int64_t low) {
  for (const HistogramBucket& bucket : samples.buckets) {
    if (bucket.low == low) return bucket.count;
  }
  return 0;
}

}  // namespace

TEST_CASE("each sample is in exactly one delta, and the total has them all") {
  Histogram histogram = exponential(1, 64, 8);
  for (const int value : {1, 10, 50}) histogram.add(value);
  const HistogramSamples first = histogram.snapshotDelta();
  CHECK(first.count() == 3);
  CHECK(first.sum == 61);
  CHECK(histogram.snapshotDelta() == HistogramSamples{});
  histogram.add(10);
  histogram.add(10);
  const HistogramSamples second = histogram.snapshotDelta();
  CHECK(second.count() == 2);
  CHECK(second.sum == 20);
  CHECK(histogram.total().count() == 5);
  CHECK(histogram.total().sum == 81);
  CHECK(countAt(histogram.total(), 8) == 3);
}

TEST_CASE("what is out of bounds falls into the underflow and overflow buckets") {
  Histogram histogram = exponential(10, 100, 50);
  for (const int value : {5, -50, 100, 10'000}) histogram.add(value);
  const HistogramSamples total = histogram.total();
  CHECK(total.buckets == std::vector<HistogramBucket>{{0, 10, 2}, {100, kSampleEnd, 2}});
  CHECK(total.sum == 5 + 0 + 100 + 10'000);
}

TEST_CASE("a sample is clamped for its bucket and for the sum") {
  Histogram histogram = exponential(1, 64, 8);
  histogram.add(std::numeric_limits<std::int64_t>::min());
  CHECK(histogram.total().sum == 0);
  histogram.add(std::numeric_limits<std::int64_t>::max());
  CHECK(histogram.total().sum == kMaxSample);
  CHECK(countAt(histogram.total(), 64) == 1);
}

TEST_CASE("powers of two fall into their buckets") {
  Histogram histogram = exponential(1, 64, 8);
  histogram.add(0);
  for (int i = 1; i <= 7; ++i) histogram.add(std::int64_t{1} << (i - 1), i + 1);
  const auto buckets = histogram.total().buckets;
  REQUIRE(buckets.size() == 8);
  for (std::size_t i = 0; i < 8; ++i) CHECK(buckets[i].count == static_cast<std::int64_t>(i) + 1);
}

TEST_CASE("samples can be added several at a time") {
  Histogram histogram = exponential(10, 100, 50);
  histogram.add(20, 15);
  histogram.add(30, 14);
  CHECK(histogram.total().count() == 29);
  histogram.add(20, 25);
  histogram.add(30, 24);
  CHECK(histogram.total().buckets == std::vector<HistogramBucket>{{20, 21, 40}, {30, 31, 38}});
}

TEST_CASE("sums of large values do not overflow") {
  Histogram histogram = exponential(10, 1'000'000'000, 50);
  histogram.add(200'000'000, 40);
  histogram.add(300'000'000, 38);
  CHECK(histogram.total().sum == 19'400'000'000);
}

TEST_CASE("counts beyond 32 bits are kept exactly") {
  Histogram histogram = exponential(1, 64, 8);
  constexpr std::int64_t kMany = (std::int64_t{1} << 30) - 1;
  for (int i = 0; i < 10; ++i) {
    histogram.add(42, kMany);
    CHECK(histogram.snapshotDelta().count() == kMany);
  }
  CHECK(histogram.total().count() == 10 * kMany);
}

TEST_CASE("buckets come in ascending order whatever the order of the samples") {
  Histogram histogram = exponential(10, 100, 50);
  histogram.add(30, 28);
  histogram.add(20, 30);
  const HistogramSamples total = histogram.total();
  CHECK(total.count() == 58);
  CHECK(total.sum == 1'440);
  CHECK(total.buckets == std::vector<HistogramBucket>{{20, 21, 30}, {30, 31, 28}});
}

TEST_CASE("a sparse histogram counts each value by itself, signed values too") {
  SparseHistogram histogram;
  for (const int value : {404, 200, 200, -3}) histogram.add(value);
  CHECK(histogram.total().buckets == std::vector<HistogramBucket>{{-3, -2, 1}, {200, 201, 2}, {404, 405, 1}});
  CHECK(histogram.total().sum == 801);
  CHECK(histogram.snapshotDelta().count() == 4);
  CHECK(histogram.snapshotDelta() == HistogramSamples{});
  histogram.add(std::numeric_limits<std::int64_t>::max());
  CHECK(histogram.snapshotDelta().buckets == std::vector<HistogramBucket>{{kMaxSample, kSampleEnd, 1}});
}

TEST_CASE("merging the halves gives the whole") {
  Histogram first = exponential(1, 1'000, 50);
  Histogram second = exponential(1, 1'000, 50);
  Histogram whole = exponential(1, 1'000, 50);
  for (int i = 0; i < 500; ++i) {
    const int value = i * i % 1'300;
    whole.add(value);
    (i % 3 == 0 ? first : second).add(value);
  }
  HistogramSamples merged = first.total();
  REQUIRE(merged.merge(second.total()));
  CHECK(merged == whole.total());
  REQUIRE(first.add(second.total()));
  CHECK(first.total() == whole.total());
  SparseHistogram sparse;
  sparse.add(7);
  REQUIRE(sparse.add(HistogramSamples{{{5, 6, 2}}, 10}));
  CHECK(sparse.total().sum == 17);
}

TEST_CASE("merging refuses an unequal layout and changes nothing") {
  Histogram mine = exponential(1, 64, 8);
  mine.add(10);
  Histogram other = exponential(1, 100, 8);
  other.add(10);
  HistogramSamples merged = mine.total();
  CHECK_FALSE(merged.merge(other.total()));
  CHECK(merged == mine.total());
  CHECK_FALSE(mine.add(other.total()));
  CHECK(mine.total() == merged);
  SparseHistogram sparse;
  CHECK_FALSE(sparse.add(other.total()));
  CHECK(sparse.total() == HistogramSamples{});
}

TEST_CASE("percentiles spread the samples evenly within a bucket") {
  Histogram histogram = linear(1, 101, 11);  // 0, 1, 12, 23, …
  CHECK(histogram.total().percentile(50) == 0);
  histogram.add(15, 10);
  CHECK(histogram.total().percentile(50) == Approx(12 + 11 * 0.5));
  CHECK(histogram.total().percentile(0) == Approx(12));
  CHECK(histogram.total().percentile(100) == Approx(23));
  histogram.add(0, 10);
  CHECK(histogram.total().percentile(25) == 0);
  CHECK(histogram.total().percentile(75) == Approx(17.5));
  histogram.add(5'000, 80);
  CHECK(histogram.total().percentile(99) == 101);
}

TEST_CASE("the text form is Chrome's") {
  Histogram histogram = linear(1, 10, 5);
  histogram.add(4, 5);
  CHECK(histogramText("AsciiOut", &histogram.layout(), histogram.total()) ==
        "Histogram: AsciiOut recorded 5 samples, mean = 4.0\n"
        "0  ... \n"
        "4  -----O" +
            std::string(67, ' ') +
            " (5 = 100.0%) {0.0%}\n"
            "7  ... \n");
}

TEST_CASE("bars of the text form are scaled to 72 characters") {
  Histogram histogram = linear(1, 100, 80);
  histogram.add(4, 80);
  histogram.add(5, 40);
  CHECK(histogramText("Scaled", &histogram.layout(), histogram.total()) ==
        "Histogram: Scaled recorded 120 samples, mean = 4.3\n"
        "0  ... \n"
        "4  " +
            std::string(72, '-') +
            "O (80 = 66.7%) {0.0%}\n"
            "5  " +
            std::string(36, '-') + "O" + std::string(36, ' ') +
            " (40 = 33.3%) {66.7%}\n"
            "6  ... \n");
}

TEST_CASE("the text form of an empty histogram has no mean, that of a sparse one no braces") {
  CHECK(histogramText("None", nullptr, {}) == "Histogram: None recorded 0 samples\n");
  SparseHistogram sparse;
  sparse.add(200, 2);
  sparse.add(-1, 1);
  CHECK(histogramText("Codes", nullptr, sparse.total()) ==
        "Histogram: Codes recorded 3 samples, mean = 133.0\n"
        "-1   -O" +
            std::string(71, ' ') +
            " (1 = 33.3%)\n"
            "200  --O" +
            std::string(70, ' ') + " (2 = 66.7%)\n");
}
