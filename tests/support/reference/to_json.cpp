#include "tests/support/reference/to_json.h"

#include <algorithm>
#include <set>
#include <string>

#include "tests/support/reference/url.h"

namespace dwell::tests::reference {
namespace {

using Json = nlohmann::ordered_json;

/// Everything is numbered from 1; none is null.
Json number(int index) { return index == kNone ? Json() : Json(index + 1); }

std::int64_t active(const Outcome& all, int visit) {
  return all.attention.ofVisit[static_cast<std::size_t>(visit)].activeBelow(
      all.settings.idleThreshold.count());
}

Json utc(const Outcome& all, std::int64_t t) { return t == kNone ? Json() : Json(all.trace.wallStart + t); }

std::string exitOf(const Outcome& all, const VisitLife& visit) {
  switch (visit.ending) {
    case Ending::navigation:
      return all.access.ofNavigation[static_cast<std::size_t>(visit.endedBy)].exitName();
    case Ending::resumed:
      return "resumed";
    case Ending::closed:
      return "closed";
    case Ending::browserClosed:
      return "browser_closed";
    case Ending::agentStopped:
      return "agent_stopped";
  }
  return {};
}

Json inputJson(const PageFacts& facts) {
  return {{"mouse_moves", facts.mouseMoves},   {"mouse_downs", facts.mouseDowns},
          {"mouse_ups", facts.mouseUps},       {"keys", facts.keys},
          {"browser_keys", facts.browserKeys}, {"scrolls", facts.scrolls},
          {"touches", facts.touches},          {"mouse_distance_px", facts.mouseDistancePx},
          {"synthetic", facts.synthetic}};
}

Json trajectoryOf(const Outcome& all, int visit) {
  Json found;
  for (std::size_t i = 0; i < all.trajectories.size(); ++i) {
    const std::vector<int>& steps = all.trajectories[i].steps;
    const auto step = std::find(steps.begin(), steps.end(), visit);
    if (step != steps.end()) found = {{"id", i + 1}, {"step", step - steps.begin() + 1}};
  }
  return found;
}

void putSearch(const Outcome& all, std::size_t index, Json& json) {
  const auto click = std::find_if(all.searches.clicks.begin(), all.searches.clicks.end(),
                                  [&](const Click& one) { return one.visit == static_cast<int>(index); });
  const bool clicked = click != all.searches.clicks.end();
  json["serp"] = nullptr;
  if (clicked) {
    json["serp"] = {{"visit", number(click->serpVisit)}, {"engine", click->engine}, {"query", click->query}};
    json["serp"]["rank"] = click->matched ? Json(click->matched->rank) : Json();
  }
  const std::optional<Serp>& shown = all.searches.shownBy[index];
  json["results_page"] = nullptr;
  if (shown) {
    json["results_page"] = {
        {"engine", shown->engine}, {"query", shown->query}, {"results", shown->results.size()}};
  }
  json["dwell_ms"] = clicked && click->dwell ? Json(*click->dwell) : Json();
  json["quick_back"] = clicked && click->quickBack;
  json["pogo_stick"] = clicked && click->pogoStick;
}

Json visitJson(const Outcome& all, std::size_t index) {
  const VisitLife& visit = all.lives.visits[index];
  const Arrival& arrival = all.access.ofVisit[index];
  const Attention& attention = all.attention.ofVisit[index];
  const PageFacts& facts = all.facts[index];
  const std::int64_t start = all.trace.timeOf(visit.start);
  constexpr std::int64_t kDayMinutes = 1'440;
  const std::int64_t day = localDay(all.trace, start);

  Json json;
  json["id"] = index + 1;
  json["url"] = fullDetail(visit.url);
  json["source_visit"] = number(arrival.source);
  json["redirected_from"] = number(arrival.redirectedFrom);
  json["access_type"] = arrival.type;
  json["start_ms"] = utc(all, start);
  json["end_ms"] = utc(all, all.trace.timeOf(visit.end));
  json["exit"] = exitOf(all, visit);
  json["session"] = number(all.sessions.of(visit));
  json["tab_opened_by"] = visit.how;
  json["attention_ms"] = attention.total;
  json["attention_by_input_age_ms"] = attention.byInputAge;
  json["active_ms"] = active(all, static_cast<int>(index));
  json["audible_by_input_age_ms"] = attention.audible;
  json["visible_unattended_ms"] = attention.visibleUnattended;
  json["attention_first_ms"] = utc(all, attention.first);
  json["attention_last_ms"] = utc(all, attention.last);
  json["attention_gaps"] = {
      {"count", attention.gapCount}, {"sum_ms", attention.gapSum}, {"censored_ms", attention.censored}};
  json["input"] = inputJson(facts);
  json["scroll_depth_percent"] = facts.scrollDepthPercent;
  json["form"] = {{"fields", facts.formFields},
                  {"characters", facts.formCharacters},
                  {"autofilled", facts.formAutofilled}};
  json["links_pressed"] = facts.linksPressed;
  json["typed_characters"] = arrival.typedCharacters ? Json(*arrival.typedCharacters) : Json();
  putSearch(all, index, json);
  json["trajectory"] = trajectoryOf(all, static_cast<int>(index));
  json["login_form"] = facts.loginForm;
  json["label"] = facts.label;
  json["vitals"] = facts.vitals;
  json["local_hour"] = (localMinute(all.trace, start) - day * kDayMinutes) / 60;
  json["weekday"] = ((day + 3) % 7 + 7) % 7 + 1;  // day 0 was a Thursday
  json["revisit"] = facts.revisit;
  json["participant"] = facts.participant;
  json["browser"] = all.lives.tab(visit.tab).browser;
  json["utc_offset_min"] = all.trace.utcOffsetMin;
  json["input_source"] = nullptr;
  return json;
}

Json sessionJson(const Outcome& all, std::size_t index) {
  const Session& session = all.sessions.all()[index];
  std::int64_t pages = 0, activeMs = 0;
  for (std::size_t v = 0; v < all.lives.visits.size(); ++v) {
    const VisitLife& visit = all.lives.visits[v];
    if (all.sessions.of(visit) != static_cast<int>(index)) continue;
    if (exitOf(all, visit) != "redirect") ++pages;
    activeMs += active(all, static_cast<int>(v));
  }
  return {{"id", index + 1},
          {"start_ms", utc(all, session.start)},
          {"end_ms", utc(all, session.end)},
          {"pages", pages},
          {"active_ms", activeMs}};
}

Json trajectoryJson(const Outcome& all, std::size_t index) {
  const Trajectory& trajectory = all.trajectories[index];
  const VisitLife& login = all.lives.visit(trajectory.loginVisit);
  std::set<std::string> urls;
  std::int64_t activeMs = 0;
  Json steps = Json::array();
  for (const int step : trajectory.steps) {
    urls.insert(withoutFragment(all.lives.visit(step).url));
    activeMs += active(all, step);
    steps.push_back(number(step));
  }
  return {{"id", index + 1},
          {"login_url", fullDetail(login.url)},
          {"site", trajectory.site},
          {"start_ms", utc(all, all.trace.timeOf(login.start))},
          {"end_ms", utc(all, trajectory.end)},
          {"end_reason", trajectory.endReason},
          {"steps", steps},
          {"distinct_urls", urls.size()},
          {"active_ms", activeMs}};
}

Json searchJson(const Outcome& all, std::size_t index) {
  const Search& search = all.searches.searches[index];
  Json visits = Json::array();
  for (const int visit : search.serpVisits) visits.push_back(number(visit));
  Json rows = Json::array();
  for (const SearchRow& row : search.rows) {
    Json json{{"rank", row.result.rank}, {"url", fullDetail(row.result.url)}};
    json["kind"] = row.result.kind;
    json["seen"] = row.seen;
    json["clicked"] = number(row.clicked);
    rows.push_back(json);
  }
  return {{"id", index + 1},       {"engine", search.engine},
          {"query", search.query}, {"session", number(search.session)},
          {"serp_visits", visits}, {"results", rows}};
}

template <typename One>
Json list(const Outcome& all, std::size_t size, One one) {
  Json json = Json::array();
  for (std::size_t i = 0; i < size; ++i) json.push_back(one(all, i));
  return json;
}

}  // namespace

nlohmann::ordered_json toJson(const Outcome& outcome) {
  Json json;
  json["visits"] = list(outcome, outcome.lives.visits.size(), visitJson);
  json["sessions"] = list(outcome, outcome.sessions.all().size(), sessionJson);
  json["trajectories"] = list(outcome, outcome.trajectories.size(), trajectoryJson);
  json["searches"] = list(outcome, outcome.searches.searches.size(), searchJson);
  return json;
}

}  // namespace dwell::tests::reference
