#pragma once

#include <cstdint>

#include "schemas/report.h"
#include "schemas/report_predictions.h"

/// The one list of a report's fields: their names in JSON, where they live, what they may hold. The encoder
/// and the decoder both walk it (report_encode.cpp, report_decode.cpp), so that they cannot disagree.
/// report.schema.json says the same for others; tests/schemas/report_fuzz_test.cpp compares the two.
///
/// An `Object` holds single values, a `Table` one array (column) per field, with an entry per row.
/// Inside the codec only.
namespace dwell::schemas::report_fields {

struct Range {
  std::int64_t min, max;
};
enum class TextRule { kAny, kNotEmpty, kUuid, kSha256 };

/// The largest integer that every JSON reader keeps exact (2^53 - 1).
inline constexpr std::int64_t kExact = 9'007'199'254'740'991;
inline constexpr Range kCount{0, kExact};
inline constexpr Range kId{1, kExact};
inline constexpr Range kDifference{-kExact, kExact};
inline constexpr Range kTime{0, 253'402'300'799'999};           // the year 9999
inline constexpr Range kDay{0, 2'932'896};                      // the same in days
inline constexpr Range kSample{-2'147'483'648, 2'147'483'648};  // edges of 32-bit values, the last one beyond
inline constexpr double kNumberMax = 1e15;

/// Rows of one table. A full report of half an hour has some hundreds; this bounds what a hostile one costs.
inline constexpr std::size_t kMaxRows = 65'536;

inline bool isAccessType(std::int64_t code) {
  return code >= 0 && code < 100 && !accessTypeName(static_cast<AccessType>(code)).empty();
}
inline bool isExit(std::int64_t code) {
  return code == static_cast<std::int64_t>(Exit::kOpen) ||
         (code >= 0 && code < 255 && !exitName(static_cast<Exit>(code)).empty());
}
inline bool isTabOpenedBy(std::int64_t code) {
  return code >= 0 && code <= static_cast<std::int64_t>(TabOpenedBy::kRestored);
}

/// What stands alike in both versions.
inline constexpr auto kOtherVisitFields = [](auto& t) {
  t.integer("scroll_depth_percent", &Visit::scrollDepthPercent, Range{0, 100});
  t.group("form", &Visit::form, [](auto& form) {
    form.integer("fields", &FormCounts::fields, kCount);
    form.integer("characters", &FormCounts::characters, kCount);
    form.integer("autofilled", &FormCounts::autofilled, kCount);
  });
  t.integer("links_pressed", &Visit::linksPressed, kCount);
  t.optionalInteger("typed_characters", &Visit::typedCharacters, kCount);
  t.optional("serp", &Visit::serp, [](auto& serp) {
    serp.integer("visit", &SerpClick::visit, kId);
    serp.text("engine", &SerpClick::engine);
    serp.text("query", &SerpClick::query);
    serp.optionalInteger("rank", &SerpClick::rank, kCount);
  });
  t.optional("results_page", &Visit::resultsPage, [](auto& page) {
    page.text("engine", &ResultsPage::engine);
    page.text("query", &ResultsPage::query);
    page.integer("results", &ResultsPage::results, kCount);
  });
  t.optionalInteger("dwell_ms", &Visit::dwellMs, kCount);
  t.flag("quick_back", &Visit::quickBack);
  t.flag("pogo_stick", &Visit::pogoStick);
  t.optional("trajectory", &Visit::trajectory, [](auto& step) {
    step.integer("id", &TrajectoryStep::id, kId);
    step.integer("step", &TrajectoryStep::step, kId);
  });
  t.flag("login_form", &Visit::loginForm);
  t.optionalText("label", &Visit::label);
  t.optional("vitals", &Visit::vitals, [](auto& vitals) {
    vitals.optionalNumber("lcp_ms", &Vitals::lcpMs);
    vitals.optionalNumber("inp_ms", &Vitals::inpMs);
    vitals.optionalNumber("cls", &Vitals::cls);
  });
  t.integer("local_hour", &Visit::localHour, Range{0, 23});
  t.integer("weekday", &Visit::weekday, Range{1, 7});
  t.flag("revisit", &Visit::revisit);
  t.optionalText("participant", &Visit::participant);
  t.text("browser", &Visit::browser);
  t.integer("utc_offset_min", &Visit::utcOffset, Range{-1'440, 1'440});
  t.optionalText("input_source", &Visit::inputSource);
  if (t.since(2)) {
    t.children("presses", &Visit::presses, [](auto& press) {
      press.optionalInteger("link", &LinkPress::link, kCount);
      press.optionalUrl("url", &LinkPress::url);
      press.integer("hover_ms", &LinkPress::hoverMs, kCount);
    });
  }
};

/// As in version 1: each column by itself.
inline constexpr auto kVisitFields1 = [](auto& t) {
  t.difference("id", &Visit::id, kId);
  t.url("url", &Visit::url);
  t.optionalInteger("source_visit", &Visit::sourceVisit, kId);
  t.optionalInteger("redirected_from", &Visit::redirectedFrom, kId);
  t.code("access_type", &Visit::accessType, isAccessType);
  t.difference("start_ms", &Visit::start, kTime);
  t.offset("end_ms", &Visit::end, &Visit::start);
  t.code("exit", &Visit::exit, isExit);
  t.optionalInteger("session", &Visit::session, kId);
  t.code("tab_opened_by", &Visit::tabOpenedBy, isTabOpenedBy);
  t.integer("attention_ms", &Visit::attentionMs, kCount);
  t.buckets("attention_by_input_age_ms", &Visit::attentionByInputAgeMs);
  t.buckets("audible_by_input_age_ms", &Visit::audibleByInputAgeMs);
  t.integer("visible_unattended_ms", &Visit::visibleUnattendedMs, kCount);
  t.optionalOffset("attention_first_ms", &Visit::attentionFirst, &Visit::start);
  t.optionalOffset("attention_last_ms", &Visit::attentionLast, &Visit::start);
  t.group("attention_gaps", &Visit::attentionGaps, [](auto& gaps) {
    gaps.buckets("count", &AttentionGaps::count);
    gaps.buckets("sum_ms", &AttentionGaps::sumMs);
    gaps.integer("censored_ms", &AttentionGaps::censoredMs, kCount);
  });
  t.group("input", &Visit::input, [](auto& input) {
    input.integer("mouse_moves", &InputCounts::mouseMoves, kCount);
    input.integer("mouse_downs", &InputCounts::mouseDowns, kCount);
    input.integer("mouse_ups", &InputCounts::mouseUps, kCount);
    input.integer("keys", &InputCounts::keys, kCount);
    input.integer("browser_keys", &InputCounts::browserKeys, kCount);
    input.integer("scrolls", &InputCounts::scrolls, kCount);
    input.integer("touches", &InputCounts::touches, kCount);
    input.integer("mouse_distance_px", &InputCounts::mouseDistancePx, kCount);
    input.integer("synthetic", &InputCounts::synthetic, kCount);
  });
  kOtherVisitFields(t);
};

/// What most visits have alike stands as the difference to what the columns before it let expect; a reader
/// takes them in this order.
inline constexpr auto kVisitFields = [](auto& t) {
  t.difference("id", &Visit::id, kId);
  t.url("url", &Visit::url);
  t.optionalBack("source_visit", &Visit::sourceVisit, &Visit::id, kId);
  t.optionalBack("redirected_from", &Visit::redirectedFrom, &Visit::id, kId);
  t.code("access_type", &Visit::accessType, isAccessType);
  t.code("exit", &Visit::exit, isExit);
  t.optionalInteger("session", &Visit::session, kId);
  t.code("tab_opened_by", &Visit::tabOpenedBy, isTabOpenedBy);
  t.group("attention_gaps", &Visit::attentionGaps, [](auto& gaps) {
    gaps.ages("count", &AttentionGaps::count, [](const AttentionGaps&) { return AgeBuckets{}; });
    gaps.ages("sum_ms", &AttentionGaps::sumMs, leastGapSums);
  });
  t.ages("attention_by_input_age_ms", &Visit::attentionByInputAgeMs, agesOfGaps);
  t.ages("audible_by_input_age_ms", &Visit::audibleByInputAgeMs, [](const Visit&) { return AgeBuckets{}; });
  t.rest(
      "attention_ms", [](auto& visit) -> auto& { return visit.attentionMs; }, attentionOfAges, kCount);
  t.rest(
      "censored_ms", [](auto& visit) -> auto& { return visit.attentionGaps.censoredMs; }, censoredOfAges,
      kCount);
  t.startAndEnd("start_ms", "end_ms");
  t.optionalOffset("attention_first_ms", &Visit::attentionFirst, &Visit::start);
  t.optionalOffset("attention_last_ms", &Visit::attentionLast, &Visit::end);
  t.integer("visible_unattended_ms", &Visit::visibleUnattendedMs, kCount);
  t.group("input", &Visit::input, [](auto& input) {
    input.integer("mouse_moves", &InputCounts::mouseMoves, kCount);
    input.integer("mouse_downs", &InputCounts::mouseDowns, kCount);
    input.rest(
        "mouse_ups", [](auto& counts) -> auto& { return counts.mouseUps; },
        [](const InputCounts& counts) { return counts.mouseDowns; }, kCount);
    input.integer("keys", &InputCounts::keys, kCount);
    input.integer("browser_keys", &InputCounts::browserKeys, kCount);
    input.integer("scrolls", &InputCounts::scrolls, kCount);
    input.integer("touches", &InputCounts::touches, kCount);
    input.integer("mouse_distance_px", &InputCounts::mouseDistancePx, kCount);
    input.integer("synthetic", &InputCounts::synthetic, kCount);
  });
  kOtherVisitFields(t);
};

inline constexpr auto kHistogramFields = [](auto& t) {
  t.text("name", &ReportHistogram::name);
  t.text("group", &ReportHistogram::group);
  t.integer("day", &ReportHistogram::day, kDay);
  t.integer("sum", &ReportHistogram::sum, kDifference);
  t.children("buckets", &ReportHistogram::buckets, [](auto& bucket) {
    bucket.integer("low", &ReportBucket::low, kSample);
    bucket.integer("high", &ReportBucket::high, kSample);
    bucket.integer("count", &ReportBucket::count, kId);
  });
};

inline constexpr auto kSessionFields = [](auto& t) {
  t.difference("id", &Session::id, kId);
  t.difference("start_ms", &Session::start, kTime);
  t.offset("end_ms", &Session::end, &Session::start);
  t.integer("pages", &Session::pages, kCount);
  t.integer("active_ms", &Session::activeMs, kCount);
};

inline constexpr auto kTrajectoryFields = [](auto& t) {
  t.difference("id", &Trajectory::id, kId);
  t.url("login_url", &Trajectory::loginUrl);
  t.text("site", &Trajectory::site);
  t.difference("start_ms", &Trajectory::start, kTime);
  t.offset("end_ms", &Trajectory::end, &Trajectory::start);
  t.text("end_reason", &Trajectory::endReason);
  t.integers("steps", &Trajectory::steps, kId);
  t.integer("distinct_urls", &Trajectory::distinctUrls, kCount);
  t.integer("active_ms", &Trajectory::activeMs, kCount);
};

inline constexpr auto kSearchFields = [](auto& t) {
  t.difference("id", &Search::id, kId);
  t.text("engine", &Search::engine);
  t.text("query", &Search::query);
  t.optionalInteger("session", &Search::session, kId);
  t.integers("serp_visits", &Search::serpVisits, kId);
  t.children("results", &Search::results, [](auto& result) {
    result.integer("rank", &SearchResult::rank, kCount);
    result.url("url", &SearchResult::url);
    result.text("kind", &SearchResult::kind);
    result.flag("seen", &SearchResult::seen);
    result.optionalInteger("clicked", &SearchResult::clicked, kId);
    if (result.since(2)) result.features("features", &SearchResult::features, resultFeatureRules());
  });
};

inline constexpr auto kMarkFields = [](auto& t) {
  t.difference("time_ms", &ReportMark::time, kTime);
  t.text("name", &ReportMark::name);
  t.text("value", &ReportMark::value);
};

inline constexpr auto kCoverageFields = [](auto& t) {
  t.integer("day", &CoverageDay::day, kDay);
  t.integer("running_s", &CoverageDay::runningS, kCount);
  t.integer("recording_s", &CoverageDay::recordingS, kCount);
  t.integer("paused_s", &CoverageDay::pausedS, kCount);
  t.integer("without_consent_s", &CoverageDay::withoutConsentS, kCount);
  t.integer("browser_connected_s", &CoverageDay::browserConnectedS, kCount);
  t.integer("attention_in_scope_ms", &CoverageDay::attentionInScopeMs, kCount);
  t.integer("attention_out_of_scope_ms", &CoverageDay::attentionOutOfScopeMs, kCount);
};

inline constexpr auto kLinkFields = [](auto& t) {
  t.optionalUrl("url", &PageLink::url);
  t.features("features", &PageLink::features, linkFeatureRules());
};

inline constexpr auto kSettingsFields = [](auto& settings, auto& from) {
  settings.integer("idle_threshold_ms", from.idleThresholdMs, kCount);
  settings.integer("session_pause_ms", from.sessionPauseMs, kCount);
  settings.text("url_detail", from.urlDetail, TextRule::kAny);
  settings.texts("include", from.include);
  settings.texts("exclude", from.exclude);
  if (settings.since(2)) {
    settings.texts("keep_parameters", from.keepParameters);
    settings.text("search_words", from.searchWords, TextRule::kAny);
    settings.text("level", from.level, TextRule::kAny);
  }
};

inline constexpr auto kConsentFields = [](auto& consent, auto& from) {
  consent.text("text_sha256", from.textSha256, TextRule::kSha256);
  consent.text("level", from.level, TextRule::kNotEmpty);
  consent.integer("accepted_ms", from.accepted, kTime);
  if (consent.since(2)) {
    consent.text("words", from.words, TextRule::kAny);
    consent.text("parameters", from.parameters, TextRule::kAny);
    consent.optionalText("participant", from.participant);
  }
};

/// `Reported` is Report or const Report.
template <class Object, class Reported>
void describe(Object& o, Reported& report) {
  o.version("version");
  o.text("id", report.id, TextRule::kUuid);
  o.integer("sequence", report.sequence, kId);
  o.text("client", report.client, TextRule::kUuid);
  o.text("experiment", report.experiment, TextRule::kAny);
  o.optionalText("arm", report.arm);
  o.object("period", [&](auto& period) {
    period.integer("start_ms", report.periodStart, kTime);
    period.integer("end_ms", report.periodEnd, kTime);
  });
  o.object("environment", [&](auto& environment) {
    auto& from = report.environment;
    environment.text("os", from.os, TextRule::kAny);
    environment.text("agent_version", from.agentVersion, TextRule::kAny);
    environment.text("locale", from.locale, TextRule::kAny);
    environment.text("time_zone", from.timeZone, TextRule::kAny);
    environment.text("input_source", from.inputSource, TextRule::kAny);
    environment.table("browsers", from.browsers, [](auto& browser) {
      browser.text("brand", &BrowserInfo::brand);
      browser.text("version", &BrowserInfo::version);
      if (browser.since(2)) {
        browser.optionalFlag("managed", &BrowserInfo::managed);
        browser.optionalFlag("metrics_reporting", &BrowserInfo::metricsReporting);
        browser.optionalFlag("url_keyed_reporting", &BrowserInfo::urlKeyedReporting);
      }
    });
  });
  o.object("settings", [&](auto& settings) { kSettingsFields(settings, report.settings); });
  o.object("consent", [&](auto& consent) { kConsentFields(consent, report.consent); });
  if (o.since(2)) {
    o.optionalObjects("other_participants", report.others, [](auto& participant, auto& other) {
      participant.object("consent", [&](auto& consent) { kConsentFields(consent, other.consent); });
      participant.object("settings", [&](auto& settings) { kSettingsFields(settings, other.settings); });
    });
  }
  o.urls("urls");
  o.table("histograms", report.histograms, kHistogramFields);
  o.versionedTable("visits", report.visits, kVisitFields1, kVisitFields);
  if (o.since(2)) o.links("links", report.visits, report.links);
  o.table("sessions", report.sessions, kSessionFields);
  o.table("trajectories", report.trajectories, kTrajectoryFields);
  o.table("searches", report.searches, kSearchFields);
  o.table("marks", report.marks, kMarkFields);
  o.table("coverage", report.coverage, kCoverageFields);
  o.counts("losses", report.losses, kCount);
}

}  // namespace dwell::schemas::report_fields
