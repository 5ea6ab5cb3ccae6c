#include "app/window/models/texts.h"

#include <catch2/catch.hpp>

using namespace dwell;
using namespace dwell::app;

namespace {

std::string duration(std::int64_t ms) { return durationText(ms).toStdString(); }

}  // namespace

TEST_CASE("A duration is told in the units that a person would use") {
  CHECK(duration(0) == "0 s");
  CHECK(duration(999) == "999 ms");
  CHECK(duration(1'000) == "1 s");
  CHECK(duration(4'250) == "4.2 s");
  CHECK(duration(59'999) == "59 s");
  CHECK(duration(60'000) == "1 min");
  CHECK(duration(64'000) == "1 min 4 s");
  CHECK(duration(3'600'000) == "1 h");
  CHECK(duration(7'500'000) == "2 h 5 min");
  CHECK(duration(3'600'000LL * 1'200) == "1,200 h");
}

TEST_CASE("Numbers keep three digits and lose zeros that say nothing") {
  CHECK(numberText(0) == "0");
  CHECK(numberText(0.25) == "0.25");
  CHECK(numberText(0.5) == "0.5");
  CHECK(numberText(12.34) == "12.3");
  CHECK(numberText(1234.2) == "1,234");
  CHECK(percentText(0) == "0 %");
  CHECK(percentText(0.4097) == "41.0 %");
  CHECK(percentText(1) == "100 %");
  CHECK(percentText(0.0001) == "< 0.1 %");
}

TEST_CASE("A sample is told in its histogram's units") {
  CHECK(sampleText(64'000, "ms") == "1 min 4 s");
  CHECK(sampleText(45, "percent") == "45 %");
  CHECK(sampleText(1'500, "pages") == "1,500");
}

TEST_CASE("A moment of today has no date, another one does") {
  constexpr WallTime kNoon = wallTime(1'800'014'400'000);
  CHECK(momentText(kNoon, kNoon).size() == 5);
  CHECK(momentText(kNoon, kNoon + std::chrono::hours(48)).contains(QStringLiteral("2027")) == false);
  CHECK(momentText(kNoon, kNoon + std::chrono::hours(48)).contains(QStringLiteral("Jan, ")));
}

TEST_CASE("Access types are listed with the most frequent first") {
  using schemas::AccessType;
  CHECK(accessTypesText({{AccessType::kTypedFull, 1}, {AccessType::kLink, 2}}) == "link 2, typed in full 1");
  CHECK(accessTypesText({}).isEmpty());
}

TEST_CASE("Every access type has a name of its own") {
  std::vector<QString> names;
  for (int value = 0; value <= 16; ++value) {
    const auto type = static_cast<schemas::AccessType>(value);
    if (value == 0 || schemas::accessTypeName(type) == "unknown" || schemas::accessTypeName(type).empty())
      continue;
    CHECK(std::find(names.begin(), names.end(), accessTypeText(type)) == names.end());
    names.push_back(accessTypeText(type));
  }
  CHECK(names.size() == 15);
}
