#include "tests/support/reference/page_facts.h"

#include <algorithm>
#include <map>
#include <string>

#include "tests/support/reference/url.h"

namespace dwell::tests::reference {
namespace {

void countInput(const Event& event, std::size_t i, const Lives& lives, PageFacts& facts) {
  const TabLife& tab = lives.tab(lives.attendedTab[i]);
  const std::string kind = event.fields.at("kind");
  const std::int64_t n = fieldOr<std::int64_t>(event, "count", 1);
  if (kind == "key") {
    const bool page = tab.keyboard.after(i);
    if (page && tab.password.after(i)) return;
    (page ? facts.keys : facts.browserKeys) += n;
  }
  if (kind == "mouse_move") facts.mouseMoves += n;
  if (kind == "mouse_down") facts.mouseDowns += n;
  if (kind == "mouse_up") facts.mouseUps += n;
  if (kind == "scroll") facts.scrolls += n;
  if (kind == "touch") facts.touches += n;
  facts.mouseDistancePx += fieldOr<std::int64_t>(event, "distance_px", 0);
  if (fieldOr(event, "synthetic", false)) facts.synthetic += n;
}

void take(const Event& event, PageFacts& facts) {
  if (event.type == EventType::form) {
    facts.formFields += fieldOr<std::int64_t>(event, "fields", 0);
    facts.formCharacters += fieldOr<std::int64_t>(event, "characters", 0);
    facts.formAutofilled += fieldOr<std::int64_t>(event, "autofilled", 0);
  } else if (event.type == EventType::scrollDepth) {
    facts.scrollDepthPercent =
        std::max(facts.scrollDepthPercent, event.fields.at("percent").get<std::int64_t>());
  } else if (event.type == EventType::linkPressed) {
    ++facts.linksPressed;
  } else if (event.type == EventType::loginForm) {
    facts.loginForm = true;
  } else if (event.type == EventType::pageLabel) {
    facts.label = event.fields.value("label", nlohmann::json());
  } else if (event.type == EventType::pageVitals) {
    facts.vitals = nlohmann::json::object();
    for (const char* name : {"lcp_ms", "inp_ms", "cls"}) {
      const nlohmann::json value = event.fields.value(name, nlohmann::json());
      if (!value.is_null()) facts.vitals[name] = value;
    }
  }
}

std::int64_t floorDivide(std::int64_t value, std::int64_t by) {
  return value >= 0 ? value / by : -((-value + by - 1) / by);
}

}  // namespace

std::int64_t localMinute(const Trace& trace, std::int64_t t) {
  return floorDivide(trace.wallStart + t, 60'000) + trace.utcOffsetMin;
}

std::int64_t localDay(const Trace& trace, std::int64_t t) {
  return floorDivide(localMinute(trace, t), 24 * 60);
}

std::vector<PageFacts> collectFacts(const Trace& trace, const Lives& lives) {
  std::vector<PageFacts> all(lives.visits.size());
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    const Event& event = trace.events[i];
    const bool input = event.type == EventType::input;
    const int visit = input ? lives.attendedVisit[i] : lives.visitOf(i);
    if (visit == kNone) continue;
    PageFacts& facts = all[static_cast<std::size_t>(visit)];
    if (input) {
      countInput(event, i, lives, facts);
    } else {
      take(event, facts);
    }
  }
  std::map<std::string, std::int64_t> firstDayOfUrl;
  nlohmann::json participant;
  std::size_t read = 0;
  for (std::size_t v = 0; v < all.size(); ++v) {
    const VisitLife& visit = lives.visits[v];
    for (; read < visit.start; ++read) {
      const Event& event = trace.events[read];
      if (event.type == EventType::participant) participant = event.fields.value("label", nlohmann::json());
    }
    all[v].participant = participant;
    const std::int64_t day = localDay(trace, trace.timeOf(visit.start));
    const auto first = firstDayOfUrl.emplace(withoutFragment(visit.url), day).first;
    all[v].revisit = first->second < day;
  }
  return all;
}

}  // namespace dwell::tests::reference
