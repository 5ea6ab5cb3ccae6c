#include "collector/report_rows.h"

#include <nlohmann/json.hpp>

#include "schemas/histogram_codec.h"
#include "schemas/visit_codec.h"

namespace dwell::collector {
namespace {

using Json = nlohmann::ordered_json;

template <class Rows, class ToRow>
Json list(const Rows& rows, const ToRow& toRow) {
  Json json = Json::array();
  for (const auto& row : rows) json.push_back(toRow(row));
  return json;
}

Json histogramRow(const schemas::ReportHistogram& histogram) {
  Json json = schemas::histogramToJson(histogram.name, {histogram.buckets, histogram.sum});
  json["group"] = histogram.group;
  json["day"] = histogram.day;
  return json;
}

Json coverageRow(const schemas::CoverageDay& day) {
  return {{"day", day.day},
          {"running_s", day.runningS},
          {"recording_s", day.recordingS},
          {"paused_s", day.pausedS},
          {"without_consent_s", day.withoutConsentS},
          {"browser_connected_s", day.browserConnectedS},
          {"attention_in_scope_ms", day.attentionInScopeMs},
          {"attention_out_of_scope_ms", day.attentionOutOfScopeMs}};
}

template <class T>
Json known(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

/// With the features of its results beside what a search has.
Json searchRow(const schemas::Search& search) {
  Json json = schemas::toJson(search);
  for (std::size_t i = 0; i < search.results.size(); ++i) {
    json["results"][i]["features"] =
        schemas::toJson(search.results[i].features, schemas::resultFeatureRules());
  }
  return json;
}

Json linksRow(const schemas::VisitLinks& links) {
  return {{"visit", links.visit},
          {"links", list(*links.table, [](const schemas::PageLink& link) { return schemas::toJson(link); })}};
}

/// A row per press of a link, of all visits.
Json pressRows(const std::vector<schemas::Visit>& visits) {
  Json json = Json::array();
  for (const schemas::Visit& visit : visits) {
    for (const schemas::LinkPress& press : visit.presses) {
      Json row{{"visit", visit.id}};
      row.update(schemas::toJson(press));
      json.push_back(std::move(row));
    }
  }
  return json;
}

Json environmentRow(const schemas::Report::Environment& environment) {
  return {{"os", environment.os},
          {"agent_version", environment.agentVersion},
          {"locale", environment.locale},
          {"time_zone", environment.timeZone},
          {"input_source", environment.inputSource},
          {"browsers", list(environment.browsers, [](const schemas::BrowserInfo& browser) {
             return Json{{"brand", browser.brand},
                         {"version", browser.version},
                         {"managed", known(browser.managed)},
                         {"metrics_reporting", known(browser.metricsReporting)},
                         {"url_keyed_reporting", known(browser.urlKeyedReporting)}};
           })}};
}

Json settingsRow(const schemas::Report::Settings& settings) {
  return {{"idle_threshold_ms", settings.idleThresholdMs},
          {"session_pause_ms", settings.sessionPauseMs},
          {"url_detail", settings.urlDetail},
          {"include", settings.include},
          {"exclude", settings.exclude},
          {"keep_parameters", settings.keepParameters},
          {"search_words", settings.searchWords},
          {"level", settings.level}};
}

Json consentRow(const schemas::Report::Consent& consent) {
  return {{"text_sha256", consent.textSha256},     {"level", consent.level},
          {"accepted_ms", toMs(consent.accepted)}, {"words", consent.words},
          {"parameters", consent.parameters},      {"participant", known(consent.participant)}};
}

}  // namespace

Json reportRows(const schemas::Report& report) {
  const auto toJson = [](const auto& row) { return schemas::toJson(row); };
  const Millis threshold(report.settings.idleThresholdMs);
  Json json{{"version", schemas::kReportVersion}, {"id", report.id},
            {"sequence", report.sequence},        {"client", report.client},
            {"experiment", report.experiment},    {"arm", report.arm ? Json(*report.arm) : Json()}};
  json["period"] = {{"start_ms", toMs(report.periodStart)}, {"end_ms", toMs(report.periodEnd)}};
  json["environment"] = environmentRow(report.environment);
  json["settings"] = settingsRow(report.settings);
  json["consent"] = consentRow(report.consent);
  json["other_participants"] = list(report.others, [](const auto& other) {
    return Json{{"consent", consentRow(other.consent)}, {"settings", settingsRow(other.settings)}};
  });
  json["histograms"] = list(report.histograms, histogramRow);
  json["visits"] = list(report.visits, [&](const auto& visit) { return schemas::toJson(visit, threshold); });
  json["links"] = list(report.links, linksRow);
  json["presses"] = pressRows(report.visits);
  json["sessions"] = list(report.sessions, toJson);
  json["trajectories"] = list(report.trajectories, toJson);
  json["searches"] = list(report.searches, searchRow);
  json["marks"] = list(report.marks, [](const schemas::ReportMark& mark) {
    return Json{{"time_ms", toMs(mark.time)}, {"name", mark.name}, {"value", mark.value}};
  });
  json["coverage"] = list(report.coverage, coverageRow);
  json["losses"] = report.losses;
  return json;
}

}  // namespace dwell::collector
