#include "tests/faults/script.h"

#include <algorithm>
#include <string>

#include "app/agent/pipeline.h"
#include "tests/support/trace_builder.h"

namespace dwell::tests {
namespace {

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kFlush = app::kFlushEvery.count();
constexpr std::int64_t kSecondSession = 2'000 * kSecond;  // longer than the session's pause of 30 min

std::vector<schemas::Event> events() {
  Trace person;
  const auto reads = [&](int times) {
    for (int i = 0; i < times; ++i) person.after(900).input().after(700).input(schemas::InputKind::kScroll);
  };
  person.at(500).reading("https://shop.example/");
  reads(4);
  person.after(100).go("t", "https://shop.example/hoses");
  person.add(schemas::Mark{"task", "1"});
  reads(4);
  person.at(21 * kSecond).characters(6).after(300).type("t", "https://find.example/?q=garden+hose");
  person.after(200).serp("t", "garden hose", {"https://a.example/", "https://b.example/"});
  reads(2);
  person.after(100).go("t", "https://a.example/");
  reads(3);
  person.after(200).back("t", "https://find.example/?q=garden+hose");
  reads(1);
  person.at(42 * kSecond).open("u", "t").activate("u").go("u", "https://bank.example/");
  person.after(400).loginForm("u").after(600).characters(5).after(500).submit("u");
  person.after(300).go("u", "https://bank.example/account");
  reads(3);
  person.after(300).close("u").activate("t");
  reads(4);
  person.after(100).focus(std::nullopt);
  person.at(kSecondSession).focus("w").after(100).go("t", "https://shop.example/");
  reads(3);
  person.after(500).add(schemas::Mark{"task", "2"});
  return person.events();
}

}  // namespace

std::vector<Step> script() {
  std::vector<Step> steps;
  for (schemas::Event& event : events()) steps.push_back({event.time, Step::Kind::kEvent, std::move(event)});
  const auto add = [&](std::int64_t ms, Step::Kind kind) { steps.push_back({monoTime(ms), kind}); };
  for (const std::int64_t begin : {std::int64_t{0}, kSecondSession}) {
    const std::int64_t end = begin == 0 ? 70 * kSecond : begin + 10 * kSecond;
    for (std::int64_t ms = begin + kFlush; ms <= end; ms += kFlush) add(ms, Step::Kind::kFlush);
  }
  add(31 * kSecond, Step::Kind::kUpload);
  add(52 * kSecond, Step::Kind::kStop);
  add(61 * kSecond, Step::Kind::kUpload);
  add(kSecondSession - kSecond, Step::Kind::kUpload);
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.time < b.time; });
  return steps;
}

}  // namespace dwell::tests
