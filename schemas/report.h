#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/histogram_samples.h"
#include "base/time.h"
#include "schemas/visit.h"

namespace dwell::schemas {

inline constexpr int kReportVersion = 2;
/// The collector takes the last two. Version 1 had no predictions (report_predictions.h) and less of
/// settings, consent and browsers.
inline constexpr int kOldestReportVersion = 1;

/// Buckets `low ≤ v < high` that hold something. The overflow bucket's high is 2147483647, as Chromium's.
using ReportBucket = HistogramBucket;

/// What was counted under one name, in one page group, on one local day since the last report.
struct ReportHistogram {
  std::string name;
  std::string group;     ///< "all" or a page group of the settings
  std::int32_t day = 0;  ///< local day, since 1970-01-01
  std::int64_t sum = 0;
  std::vector<ReportBucket> buckets;
};

struct BrowserInfo {
  std::string brand, version;
  // As far as they could be read on the machine.
  std::optional<bool> managed = std::nullopt;            ///< somebody's policies are in force
  std::optional<bool> metricsReporting = std::nullopt;   ///< the browser's own
  std::optional<bool> urlKeyedReporting = std::nullopt;  ///< the browser sends URLs with its own metrics
};

/// Seconds of one local day in each state (section 7): no data must not look like no behaviour.
struct CoverageDay {
  std::int32_t day = 0;
  std::int64_t runningS = 0, recordingS = 0, pausedS = 0, withoutConsentS = 0, browserConnectedS = 0;
  std::int64_t attentionInScopeMs = 0, attentionOutOfScopeMs = 0;
};

struct ReportMark {
  WallTime time;
  std::string name, value;
};

/// One period's measurements as they are uploaded (section 8). JSON: report.schema.json, in columns.
struct Report {
  std::string id;             ///< UUID
  std::int64_t sequence = 0;  ///< from 1, without gaps, per client
  std::string client;         ///< UUID, random, made after consent
  std::string experiment;     ///< the id that the collector gave at enrolment
  std::optional<std::string> arm;
  WallTime periodStart, periodEnd;

  struct Environment {
    std::string os, agentVersion, locale, timeZone, inputSource;
    std::vector<BrowserInfo> browsers;
  } environment;

  struct Settings {
    std::int64_t idleThresholdMs = 15'000, sessionPauseMs = 1'800'000;
    std::string urlDetail;
    std::vector<std::string> include, exclude;
    std::vector<std::string> keepParameters = {};
    std::string searchWords = "off";  ///< "off", "keyed_hash", "full"
    std::string level = "visits";     ///< "histograms", "origins", "visits"
  } settings;

  struct Consent {
    std::string textSha256, level;
    WallTime accepted;
    std::string words = "off";    ///< of searches: "off", "keyed_hash", "full"
    std::string parameters = {};  ///< of the query that may be kept, as agreed to
    std::optional<std::string> participant =
        std::nullopt;  ///< whose act it is, on a machine that several people use
  } consent;

  /// Where each participant agrees for themselves: what holds for one more of them.
  struct Participant {
    Consent consent;
    Settings settings;
  };
  std::vector<Participant> others;

  /// The act that a visit goes by: the machine's, or that of its own participant. null: theirs is not here.
  const Consent* consentFor(const Visit& visit) const {
    if (!consent.participant || visit.participant == consent.participant) return &consent;
    for (const Participant& other : others) {
      if (visit.participant == other.consent.participant) return &other.consent;
    }
    return nullptr;
  }

  std::vector<ReportHistogram> histograms;
  std::vector<Visit> visits;
  std::vector<VisitLinks> links;  ///< of some of `visits`, in their order
  std::vector<Session> sessions;
  std::vector<Trajectory> trajectories;
  std::vector<Search> searches;
  std::vector<ReportMark> marks;
  std::vector<CoverageDay> coverage;
  std::map<std::string, std::int64_t> losses;  ///< cause → count
};

}  // namespace dwell::schemas
