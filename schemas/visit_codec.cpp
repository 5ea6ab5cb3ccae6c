#include "schemas/visit_codec.h"

#include <algorithm>

#include "schemas/event_names.h"

namespace dwell::schemas {
namespace {

template <class T>
Json orNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json orNull(const std::optional<WallTime>& time) { return time ? Json(toMs(*time)) : Json(nullptr); }

Json gapsJson(const AttentionGaps& gaps) {
  return {{"count", gaps.count}, {"sum_ms", gaps.sumMs}, {"censored_ms", gaps.censoredMs}};
}

Json inputJson(const InputCounts& input) {
  return {{"mouse_moves", input.mouseMoves},   {"mouse_downs", input.mouseDowns},
          {"mouse_ups", input.mouseUps},       {"keys", input.keys},
          {"browser_keys", input.browserKeys}, {"scrolls", input.scrolls},
          {"touches", input.touches},          {"mouse_distance_px", input.mouseDistancePx},
          {"synthetic", input.synthetic}};
}

Json formJson(const FormCounts& form) {
  return {{"fields", form.fields}, {"characters", form.characters}, {"autofilled", form.autofilled}};
}

Json serpJson(const std::optional<SerpClick>& serp) {
  if (!serp) return nullptr;
  return {
      {"visit", serp->visit}, {"engine", serp->engine}, {"query", serp->query}, {"rank", orNull(serp->rank)}};
}

Json resultsPageJson(const std::optional<ResultsPage>& page) {
  if (!page) return nullptr;
  return {{"engine", page->engine}, {"query", page->query}, {"results", page->results}};
}

Json stepJson(const std::optional<TrajectoryStep>& step) {
  if (!step) return nullptr;
  return {{"id", step->id}, {"step", step->step}};
}

/// Only the values known.
Json vitalsJson(const std::optional<Vitals>& vitals) {
  if (!vitals) return nullptr;
  Json json = Json::object();
  if (vitals->lcpMs) json["lcp_ms"] = *vitals->lcpMs;
  if (vitals->inpMs) json["inp_ms"] = *vitals->inpMs;
  if (vitals->cls) json["cls"] = *vitals->cls;
  return json;
}

template <class T>
Json listJson(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(toJson(value));
  return list;
}

}  // namespace

Json toJson(const Visit& visit, Millis activeThreshold) {
  return {
      {"id", visit.id},
      {"url", visit.url},
      {"source_visit", orNull(visit.sourceVisit)},
      {"redirected_from", orNull(visit.redirectedFrom)},
      {"access_type", accessTypeName(visit.accessType)},
      {"start_ms", toMs(visit.start)},
      {"end_ms", toMs(visit.end)},
      {"exit", visit.exit == Exit::kOpen ? Json(nullptr) : Json(exitName(visit.exit))},
      {"session", orNull(visit.session)},
      {"tab_opened_by", tabOpenedByName(visit.tabOpenedBy)},
      {"attention_ms", visit.attentionMs},
      {"attention_by_input_age_ms", visit.attentionByInputAgeMs},
      {"active_ms", activeMs(visit.attentionByInputAgeMs, toMs(activeThreshold))},
      {"audible_by_input_age_ms", visit.audibleByInputAgeMs},
      {"visible_unattended_ms", visit.visibleUnattendedMs},
      {"attention_first_ms", orNull(visit.attentionFirst)},
      {"attention_last_ms", orNull(visit.attentionLast)},
      {"attention_gaps", gapsJson(visit.attentionGaps)},
      {"input", inputJson(visit.input)},
      {"scroll_depth_percent", visit.scrollDepthPercent},
      {"form", formJson(visit.form)},
      {"links_pressed", visit.linksPressed},
      {"typed_characters", orNull(visit.typedCharacters)},
      {"serp", serpJson(visit.serp)},
      {"results_page", resultsPageJson(visit.resultsPage)},
      {"dwell_ms", orNull(visit.dwellMs)},
      {"quick_back", visit.quickBack},
      {"pogo_stick", visit.pogoStick},
      {"trajectory", stepJson(visit.trajectory)},
      {"login_form", visit.loginForm},
      {"label", orNull(visit.label)},
      {"vitals", vitalsJson(visit.vitals)},
      {"local_hour", visit.localHour},
      {"weekday", visit.weekday},
      {"revisit", visit.revisit},
      {"participant", orNull(visit.participant)},
      {"browser", visit.browser},
      {"utc_offset_min", visit.utcOffset.count()},
      {"input_source", orNull(visit.inputSource)},
  };
}

Json toJson(const Session& session) {
  return {{"id", session.id},
          {"start_ms", toMs(session.start)},
          {"end_ms", toMs(session.end)},
          {"pages", session.pages},
          {"active_ms", session.activeMs}};
}

Json toJson(const Trajectory& trajectory) {
  return {{"id", trajectory.id},
          {"login_url", trajectory.loginUrl},
          {"site", trajectory.site},
          {"start_ms", toMs(trajectory.start)},
          {"end_ms", toMs(trajectory.end)},
          {"end_reason", trajectory.endReason.empty() ? Json(nullptr) : Json(trajectory.endReason)},
          {"steps", trajectory.steps},
          {"distinct_urls", trajectory.distinctUrls},
          {"active_ms", trajectory.activeMs}};
}

Json toJson(const Search& search) {
  Json results = Json::array();
  for (const SearchResult& result : search.results) {
    results.push_back({{"rank", result.rank},
                       {"url", result.url},
                       {"kind", result.kind},
                       {"seen", result.seen},
                       {"clicked", orNull(result.clicked)}});
  }
  return {{"id", search.id},
          {"engine", search.engine},
          {"query", search.query},
          {"session", orNull(search.session)},
          {"serp_visits", search.serpVisits},
          {"results", std::move(results)}};
}

Json replayDocument(const std::vector<Visit>& visits, const std::vector<Session>& sessions,
                    const std::vector<Trajectory>& trajectories, const std::vector<Search>& searches,
                    Json histograms, Millis activeThreshold) {
  Json visitList = Json::array();
  for (const Visit& visit : visits) visitList.push_back(toJson(visit, activeThreshold));
  return {{"visits", std::move(visitList)},
          {"sessions", listJson(sessions)},
          {"trajectories", listJson(trajectories)},
          {"searches", listJson(searches)},
          {"histograms", std::move(histograms)}};
}

}  // namespace dwell::schemas
