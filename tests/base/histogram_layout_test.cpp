// The vectors are Chromium's: "asserted" ones stand in its unit tests, the others are runs of its documented
// algorithm.
#include "base/histogram_layout.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

using dwell::BucketLayout;

namespace {

constexpr std::int32_t kEnd = dwell::kSampleEnd;
using Edges = std::vector<std::int32_t>;

/// `first` … `last` by `step`, then `rest`.
Edges counted(std::int32_t first, std::int32_t last, std::int32_t step, const Edges& rest) {
  Edges edges;
  for (std::int32_t edge = first; edge <= last; edge += step) edges.push_back(edge);
  edges.insert(edges.end(), rest.begin(), rest.end());
  return edges;
}

Edges exponential(std::int64_t min, std::int64_t max, std::int64_t buckets) {
  return BucketLayout::exponential(min, max, buckets).value().edges();
}
Edges linear(std::int64_t min, std::int64_t max, std::int64_t buckets) {
  return BucketLayout::linear(min, max, buckets).value().edges();
}

Edges firstOf(const Edges& edges, std::size_t count) {
  return {edges.begin(), edges.begin() + static_cast<std::ptrdiff_t>(count)};
}
Edges lastOf(const Edges& edges, std::size_t count) {
  return {edges.end() - static_cast<std::ptrdiff_t>(count), edges.end()};
}

/// The plain way: the last edge that is not above the value.
std::size_t searched(const Edges& edges, std::int32_t value) {
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()) - 1;
}

}  // namespace

TEST_CASE("exponential edges are Chromium's, as its tests assert them") {
  CHECK(exponential(1, 64, 8) == Edges{0, 1, 2, 4, 8, 16, 32, 64, kEnd});
  CHECK(exponential(1, 32, 15) == Edges{0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 14, 17, 21, 26, 32, kEnd});
  const Edges counts = exponential(10, 100, 50);
  CHECK(std::find(counts.begin(), counts.end(), 20)[1] == 21);
  CHECK(std::find(counts.begin(), counts.end(), 30)[1] == 31);
}

TEST_CASE("exponential edges are Chromium's, as its algorithm gives them") {
  CHECK(exponential(1, 100, 8) == Edges{0, 1, 2, 4, 9, 20, 45, 100, kEnd});
  CHECK(exponential(1, 1'000, 10) == Edges{0, 1, 2, 5, 12, 29, 70, 170, 412, 1'000, kEnd});
  CHECK(exponential(1, 100, 50) == counted(0, 26, 1, {28, 30, 32, 34, 36, 38, 40, 42, 45, 48, 51,  54,
                                                      57, 60, 64, 68, 72, 76, 80, 85, 90, 95, 100, kEnd}));
  CHECK(exponential(1, 1'000, 50) ==
        counted(0, 12, 1, {14,  16,  18,  20,  23,  26,  29,  33,  37,  42,  47,    53,  60,
                           67,  75,  84,  95,  107, 120, 135, 152, 171, 192, 216,   243, 273,
                           307, 345, 388, 437, 492, 554, 623, 701, 789, 888, 1'000, kEnd}));
  CHECK(exponential(1, 10'000, 50) ==
        counted(0, 8, 1, {10,    12,    14,    17,    20,    24,    29,    34,     40,    48,    57,
                          68,    81,    96,    114,   135,   160,   190,   226,    268,   318,   378,
                          449,   533,   633,   752,   894,   1'062, 1'262, 1'500,  1'782, 2'117, 2'516,
                          2'990, 3'553, 4'222, 5'017, 5'961, 7'083, 8'416, 10'000, kEnd}));
  CHECK(exponential(1, 180'000, 50) ==
        counted(0, 6, 1,
                {8,      10,     13,     16,     20,     25,     32,     41,      52,      66,      84,
                 107,    136,    173,    220,    280,    356,    452,    574,     729,     926,     1'177,
                 1'496,  1'901,  2'415,  3'069,  3'900,  4'955,  6'296,  8'000,   10'165,  12'916,  16'411,
                 20'852, 26'495, 33'665, 42'775, 54'351, 69'059, 87'747, 111'493, 141'664, 180'000, kEnd}));
  CHECK(exponential(10, 180'000, 50) ==
        Edges{0,      10,     12,     15,      18,      22,      27,     33,     41,     50,     61,
              75,     92,     113,    139,     171,     210,     258,    317,    389,    477,    585,
              718,    881,    1'081,  1'326,   1'627,   1'996,   2'449,  3'005,  3'687,  4'524,  5'551,
              6'812,  8'359,  10'257, 12'586,  15'444,  18'951,  23'255, 28'536, 35'016, 42'968, 52'725,
              64'698, 79'390, 97'419, 119'542, 146'689, 180'000, kEnd});
  CHECK(exponential(1, 3'600'000, 50) ==
        counted(0, 5, 1,
                {7,       10,      14,      19,        26,        35,        47,        64,        87,
                 118,     160,     217,     294,       398,       539,       730,       989,       1'340,
                 1'816,   2'460,   3'333,   4'516,     6'118,     8'289,     11'230,    15'215,    20'614,
                 27'929,  37'840,  51'267,  69'459,    94'106,    127'499,   172'742,   234'039,   317'087,
                 429'605, 582'049, 788'588, 1'068'417, 1'447'542, 1'961'199, 2'657'126, 3'600'000, kEnd}));
  CHECK(exponential(1, 86'400'000, 50) ==
        Edges{0,          1,          2,         3,         4,          6,          9,          13,
              19,         28,         41,        60,        87,         126,        183,        266,
              386,        561,        815,       1'184,     1'720,      2'498,      3'628,      5'270,
              7'654,      11'117,     16'147,    23'453,    34'065,     49'478,     71'865,     104'381,
              151'610,    220'208,    319'844,   464'562,   674'759,    980'062,    1'423'504,  2'067'587,
              3'003'093,  4'361'881,  6'335'469, 9'202'033, 13'365'610, 19'413'050, 28'196'731, 40'954'701,
              59'485'176, 86'400'000, kEnd});
  CHECK(exponential(1, 600, 30) == counted(0, 7, 1, {9,  11,  13,  16,  20,  24,  29,  35,  43,  53,  65,  80,
                                                     98, 120, 147, 180, 220, 269, 329, 402, 491, 600, kEnd}));
  Edges tens = counted(10, 34, 1, {});
  tens.insert(tens.begin(), 0);
  const Edges twos = counted(36, 56, 2, {59, 62, 65, 68, 71, 74, 77, 80, 84, 88, 92, 96, 100, kEnd});
  tens.insert(tens.end(), twos.begin(), twos.end());
  CHECK(exponential(10, 100, 50) == tens);
}

TEST_CASE("the ends of further exponential layouts are Chromium's") {
  CHECK(lastOf(exponential(1, 43'200, 50), 4) == Edges{28'629, 35'168, 43'200, kEnd});
  CHECK(firstOf(exponential(2'500, 600'000, 50), 6) == Edges{0, 2'500, 2'802, 3'141, 3'521, 3'947});
  CHECK(lastOf(exponential(2'500, 600'000, 50), 4) == Edges{477'501, 535'258, 600'000, kEnd});
  CHECK(firstOf(exponential(10, 3'600'000, 100), 10) == Edges{0, 10, 11, 13, 15, 17, 19, 22, 25, 28});
  CHECK(lastOf(exponential(10, 3'600'000, 100), 4) == Edges{2'773'316, 3'159'737, 3'600'000, kEnd});
  CHECK(lastOf(exponential(1, 64'000, 100), 4) == Edges{52'496, 57'963, 64'000, kEnd});
  CHECK(firstOf(exponential(1'000, 500'000, 50), 5) == Edges{0, 1'000, 1'138, 1'295, 1'474});
  CHECK(lastOf(exponential(1'000, 500'000, 50), 4) == Edges{385'928, 439'277, 500'000, kEnd});
}

TEST_CASE("linear, boolean and enumeration edges are Chromium's") {
  CHECK(linear(1, 7, 8) == Edges{0, 1, 2, 3, 4, 5, 6, 7, kEnd});
  CHECK(linear(1, 6, 5) == Edges{0, 1, 3, 4, 6, kEnd});
  CHECK(linear(1, 10, 5) == Edges{0, 1, 4, 7, 10, kEnd});
  CHECK(firstOf(linear(1, 100, 80), 10) == Edges{0, 1, 2, 4, 5, 6, 7, 9, 10, 11});
  CHECK(BucketLayout::boolean().edges() == Edges{0, 1, 2, kEnd});
  CHECK(BucketLayout::enumeration(3)->edges() == Edges{0, 1, 2, 3, 4, kEnd});
  CHECK(BucketLayout::enumeration(0)->edges() == Edges{0, 1, 2, kEnd});
}

TEST_CASE("arguments are corrected where Chromium corrects them silently and refused where it flags them") {
  CHECK(exponential(0, 100, 8) == exponential(1, 100, 8));
  CHECK(exponential(0, kEnd, 8) == exponential(1, kEnd - 1, 8));
  CHECK(linear(-5, 100, 8) == linear(1, 100, 8));
  for (const auto make : {BucketLayout::exponential, BucketLayout::linear}) {
    CHECK_FALSE(make(64, 1, 8));
    CHECK_FALSE(make(5, 5, 3));
    CHECK_FALSE(make(0, 0, 3));
    CHECK_FALSE(make(1, 64, 2));
    CHECK_FALSE(make(1, 5, 7));
    CHECK(make(1, 5, 6));
    CHECK_FALSE(make(1, 1'000'000, 1'003));
    CHECK(make(1, 1'000'000, 1'002));
    CHECK_FALSE(make(1, 64, -1));
  }
  CHECK(BucketLayout::exponential(1, 64, 2).error().message() ==
        "wrong number of buckets (expected 3 to 65)");
  CHECK_FALSE(BucketLayout::enumeration(2'000));
}

TEST_CASE("every value falls into the bucket that a plain search finds") {
  std::vector<BucketLayout> layouts = {BucketLayout::boolean(),
                                       *BucketLayout::enumeration(16),
                                       *BucketLayout::linear(1, 101, 102),
                                       *BucketLayout::linear(1, 100, 80),
                                       *BucketLayout::linear(1, 1'000'000, 1'002),
                                       *BucketLayout::linear(7, 90, 5)};
  std::mt19937 random(3);
  for (const std::int64_t max : {2, 64, 100, 1'000, 10'000, 180'000, 3'600'000, 86'400'000, kEnd - 1}) {
    for (const std::int64_t buckets : {3, 8, 50, 100, 1'002}) {
      for (const std::int64_t min : {1, 10, 1'000}) {
        if (const auto layout = BucketLayout::exponential(min, max, buckets)) layouts.push_back(*layout);
      }
    }
  }
  CHECK(layouts.size() > 80);
  std::size_t wrong = 0;
  for (const BucketLayout& layout : layouts) {
    const auto check = [&](std::int64_t value) {
      if (value < 0 || value > dwell::kMaxSample) return;
      const auto sample = static_cast<std::int32_t>(value);
      wrong += layout.bucketOf(sample) != searched(layout.edges(), sample);
    };
    for (const std::int64_t edge : layout.edges()) {
      for (std::int64_t value = edge - 2; value <= edge + 2; ++value) check(value);
    }
    for (int octave = 0; octave < 31; ++octave) {
      for (std::int64_t off = -1; off <= 1; ++off) check((std::int64_t{1} << octave) + off);
      for (int i = 0; i < 50; ++i) check(static_cast<std::int64_t>(random() >> (octave + 1)));
    }
    for (std::int64_t value = 0; value < 300; ++value) check(value);
  }
  CHECK(wrong == 0);
}
