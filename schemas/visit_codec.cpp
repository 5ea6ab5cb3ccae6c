#include "schemas/visit_codec.h"

#include <algorithm>

#include "schemas/event_names.h"
#include "schemas/json_text.h"

namespace dwell::schemas {
namespace {

void addGaps(JsonText& json, const AttentionGaps& gaps) {
  json.key("attention_gaps").beginObject();
  json.member("count", gaps.count).member("sum_ms", gaps.sumMs).member("censored_ms", gaps.censoredMs);
  json.endObject();
}

void addInput(JsonText& json, const InputCounts& input) {
  json.key("input").beginObject();
  json.member("mouse_moves", input.mouseMoves).member("mouse_downs", input.mouseDowns);
  json.member("mouse_ups", input.mouseUps).member("keys", input.keys);
  json.member("browser_keys", input.browserKeys).member("scrolls", input.scrolls);
  json.member("touches", input.touches).member("mouse_distance_px", input.mouseDistancePx);
  json.member("synthetic", input.synthetic);
  json.endObject();
}

void addForm(JsonText& json, const FormCounts& form) {
  json.key("form").beginObject();
  json.member("fields", form.fields).member("characters", form.characters);
  json.member("autofilled", form.autofilled);
  json.endObject();
}

void addSerp(JsonText& json, const std::optional<SerpClick>& serp) {
  json.key("serp");
  if (!serp) {
    json.value(nullptr);
    return;
  }
  json.beginObject().member("visit", serp->visit).member("engine", serp->engine);
  json.member("query", serp->query).member("rank", serp->rank).endObject();
}

void addResultsPage(JsonText& json, const std::optional<ResultsPage>& page) {
  json.key("results_page");
  if (!page) {
    json.value(nullptr);
    return;
  }
  json.beginObject().member("engine", page->engine).member("query", page->query);
  json.member("results", page->results).endObject();
}

void addStep(JsonText& json, const std::optional<TrajectoryStep>& step) {
  json.key("trajectory");
  if (!step) {
    json.value(nullptr);
    return;
  }
  json.beginObject().member("id", step->id).member("step", step->step).endObject();
}

/// Only the values known.
void addVitals(JsonText& json, const std::optional<Vitals>& vitals) {
  json.key("vitals");
  if (!vitals) {
    json.value(nullptr);
    return;
  }
  json.beginObject();
  if (vitals->lcpMs) json.member("lcp_ms", *vitals->lcpMs);
  if (vitals->inpMs) json.member("inp_ms", *vitals->inpMs);
  if (vitals->cls) json.member("cls", *vitals->cls);
  json.endObject();
}

}  // namespace

std::string toJsonText(const Visit& visit, Millis activeThreshold) {
  JsonText json;
  json.beginObject();
  json.member("id", visit.id).member("url", visit.url);
  json.member("source_visit", visit.sourceVisit).member("redirected_from", visit.redirectedFrom);
  json.member("access_type", accessTypeName(visit.accessType));
  json.member("start_ms", visit.start).member("end_ms", visit.end);
  json.key("exit");
  visit.exit == Exit::kOpen ? json.value(nullptr) : json.value(exitName(visit.exit));
  json.member("session", visit.session).member("tab_opened_by", tabOpenedByName(visit.tabOpenedBy));
  json.member("attention_ms", visit.attentionMs);
  json.member("attention_by_input_age_ms", visit.attentionByInputAgeMs);
  json.member("active_ms", activeMs(visit.attentionByInputAgeMs, toMs(activeThreshold)));
  json.member("audible_by_input_age_ms", visit.audibleByInputAgeMs);
  json.member("visible_unattended_ms", visit.visibleUnattendedMs);
  json.member("attention_first_ms", visit.attentionFirst).member("attention_last_ms", visit.attentionLast);
  addGaps(json, visit.attentionGaps);
  addInput(json, visit.input);
  json.member("scroll_depth_percent", visit.scrollDepthPercent);
  addForm(json, visit.form);
  json.member("links_pressed", visit.linksPressed).member("typed_characters", visit.typedCharacters);
  addSerp(json, visit.serp);
  addResultsPage(json, visit.resultsPage);
  json.member("dwell_ms", visit.dwellMs);
  json.member("quick_back", visit.quickBack).member("pogo_stick", visit.pogoStick);
  addStep(json, visit.trajectory);
  json.member("login_form", visit.loginForm).member("label", visit.label);
  addVitals(json, visit.vitals);
  json.member("local_hour", visit.localHour).member("weekday", visit.weekday);
  json.member("revisit", visit.revisit).member("participant", visit.participant);
  json.member("browser", visit.browser).member("utc_offset_min", visit.utcOffset.count());
  json.member("input_source", visit.inputSource);
  return json.endObject().take();
}

std::string toJsonText(const Session& session) {
  JsonText json;
  json.beginObject().member("id", session.id);
  json.member("start_ms", session.start).member("end_ms", session.end);
  json.member("pages", session.pages).member("active_ms", session.activeMs);
  return json.endObject().take();
}

std::string toJsonText(const Trajectory& trajectory) {
  JsonText json;
  json.beginObject().member("id", trajectory.id);
  json.member("login_url", trajectory.loginUrl).member("site", trajectory.site);
  json.member("start_ms", trajectory.start).member("end_ms", trajectory.end).key("end_reason");
  trajectory.endReason.empty() ? json.value(nullptr) : json.value(trajectory.endReason);
  json.member("steps", trajectory.steps).member("distinct_urls", trajectory.distinctUrls);
  json.member("active_ms", trajectory.activeMs);
  return json.endObject().take();
}

std::string toJsonText(const Search& search) {
  JsonText json;
  json.beginObject().member("id", search.id);
  json.member("engine", search.engine).member("query", search.query).member("session", search.session);
  json.member("serp_visits", search.serpVisits).key("results").beginArray();
  for (const SearchResult& result : search.results) {
    json.beginObject().member("rank", result.rank).member("url", result.url).member("kind", result.kind);
    json.member("seen", result.seen).member("clicked", result.clicked).endObject();
  }
  return json.endArray().endObject().take();
}

Json toJson(const Features& features, FeatureRules rules) {
  Json json = Json::object();
  for (std::size_t place = 0; place < rules.size(); ++place) {
    const auto value = features.get(place);
    if (!value) continue;
    Json& out = json[std::string(rules[place].name)];
    switch (rules[place].type) {
      case FeatureRule::Type::kInteger:
        out = *value;
        break;
      case FeatureRule::Type::kFlag:
        out = true;
        break;
      case FeatureRule::Type::kRegion:
        out = regionNames()[static_cast<std::size_t>(*value)];
        break;
    }
  }
  return json;
}

Json toJson(const PageLink& link) {
  return {{"url", link.url.empty() ? Json() : Json(link.url)},
          {"features", toJson(link.features, linkFeatureRules())}};
}

Json toJson(const LinkPress& press) {
  return {{"link", press.link ? Json(*press.link) : Json()},
          {"url", press.url.empty() ? Json() : Json(press.url)},
          {"hover_ms", press.hoverMs}};
}

Json toJson(const Visit& visit, Millis activeThreshold) {
  return Json::parse(toJsonText(visit, activeThreshold));
}
Json toJson(const Session& session) { return Json::parse(toJsonText(session)); }
Json toJson(const Trajectory& trajectory) { return Json::parse(toJsonText(trajectory)); }
Json toJson(const Search& search) { return Json::parse(toJsonText(search)); }

}  // namespace dwell::schemas
