#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "schemas/event.h"
#include "schemas/features.h"

/// What the tracker makes: visits, sessions, trajectories and searches (design sections 5 and 12). Values,
/// without behaviour. They stand among the contracts, since their JSON form is one: replay, dwellctl, export
/// and report share it.
namespace dwell::schemas {

/// How a visit was reached (5.4). A persisted enum: values never change, names are those of the JSON.
enum class AccessType : std::uint8_t {
  kUnknown = 0,
  kTypedFull = 1,
  kTypedCompleted = 2,
  kSuggestion = 3,
  kPasted = 4,
  kLink = 5,
  kBookmark = 6,
  kSearch = 7,
  kFormSubmit = 8,
  kReload = 9,
  kBackForward = 10,
  kExternal = 11,
  kStartTile = 12,
  kRestored = 13,
  kAddressBar = 15,
  kResumed = 16,
};
std::string_view accessTypeName(AccessType type);
std::optional<AccessType> accessTypeFromName(std::string_view name);

/// What ended a visit: the access type of the next one, or one of these. Persisted: 0–99 are access types.
enum class Exit : std::uint8_t {
  kOpen = 255,  ///< the visit has not ended
  kRedirect = 100,
  kClosed = 101,
  kBrowserClosed = 102,
  kAgentStopped = 103,
};
constexpr Exit exitBy(AccessType next) { return static_cast<Exit>(next); }
std::string_view exitName(Exit exit);  ///< "" for kOpen
std::optional<Exit> exitFromName(std::string_view name);

/// Lower edges of the input age buckets, in ms; the last bucket has no end (5.3). An age before the first
/// input is ∞.
inline constexpr std::size_t kAgeBuckets = 13;
inline constexpr std::array<std::int64_t, kAgeBuckets> kAgeEdgesMs = {
    0, 1'000, 2'000, 3'000, 5'000, 10'000, 15'000, 30'000, 60'000, 120'000, 180'000, 300'000, 900'000};
using AgeBuckets = std::array<std::int64_t, kAgeBuckets>;

/// Sum of the buckets below `threshold` ms, which must be one of the edges (or beyond the last: all).
constexpr std::int64_t activeMs(const AgeBuckets& buckets, std::int64_t threshold) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < kAgeBuckets && kAgeEdgesMs[i] < threshold; ++i) sum += buckets[i];
  return sum;
}

struct AttentionGaps {
  AgeBuckets count{};
  AgeBuckets sumMs{};
  std::int64_t censoredMs = 0;
};

struct InputCounts {
  std::int64_t mouseMoves = 0, mouseDowns = 0, mouseUps = 0, keys = 0, browserKeys = 0, scrolls = 0,
               touches = 0;
  std::int64_t mouseDistancePx = 0, synthetic = 0;
};

struct FormCounts {
  std::int64_t fields = 0, characters = 0, autofilled = 0;
};

/// A click on a result: which SERP visit it came from.
struct SerpClick {
  std::int64_t visit = 0;
  std::string engine, query;
  std::optional<std::int64_t> rank;
};

struct ResultsPage {
  std::string engine, query;
  std::int64_t results = 0;
};

struct TrajectoryStep {
  std::int64_t id = 0;
  std::int64_t step = 0;  ///< from 1
};

struct Vitals {
  std::optional<double> lcpMs, inpMs, cls;
};

/// Longer URLs of links are left out, as the extension does; what else is told of the link stays.
inline constexpr std::size_t kMaxLinkUrl = 2'048;
/// Presses of links kept of one visit; all are counted.
inline constexpr std::size_t kMaxPresses = 100;

/// A press of a link of the visit's page.
struct LinkPress {
  std::optional<std::int64_t> link;  ///< its place in the visit's link table, from 0; none: not known there
  std::string url;                   ///< where it leads; empty where `link` tells it, and out of scope
  std::int64_t hoverMs = 0;          ///< how long the pointer had been on it
  friend bool operator==(const LinkPress&, const LinkPress&) = default;
};

/// The links that a visit's page offered. Pages that are visited again often have the same table: it is
/// shared.
struct VisitLinks {
  std::int64_t visit = 0;
  std::shared_ptr<const LinkTable> table;  ///< never null
};

/// One page view in one tab. Milliseconds; times are UTC. Fields in the order of design section 12.
struct Visit {
  std::int64_t id = 0;
  std::string url;  ///< without fragment, user and password
  std::optional<std::int64_t> sourceVisit;
  std::optional<std::int64_t> redirectedFrom;
  AccessType accessType = AccessType::kUnknown;
  WallTime start;
  WallTime end;  ///< of an open visit: as far as it has been followed
  Exit exit = Exit::kOpen;
  std::optional<std::int64_t> session;
  TabOpenedBy tabOpenedBy = TabOpenedBy::kUnknown;
  std::int64_t attentionMs = 0;
  AgeBuckets attentionByInputAgeMs{};
  AgeBuckets audibleByInputAgeMs{};
  std::int64_t visibleUnattendedMs = 0;
  std::optional<WallTime> attentionFirst, attentionLast;
  AttentionGaps attentionGaps;
  InputCounts input;
  int scrollDepthPercent = 0;
  FormCounts form;
  std::int64_t linksPressed = 0;
  std::optional<std::int64_t> typedCharacters;
  std::optional<SerpClick> serp;
  std::optional<ResultsPage> resultsPage;
  std::optional<std::int64_t> dwellMs;
  bool quickBack = false;
  bool pogoStick = false;
  std::optional<TrajectoryStep> trajectory;
  bool loginForm = false;
  std::optional<std::string> label;
  std::optional<Vitals> vitals;
  int localHour = 0;
  int weekday = 1;
  bool revisit = false;
  std::optional<std::string> participant;
  BrowserId browser;
  UtcOffset utcOffset{0};
  std::optional<std::string> inputSource;  ///< "x11", "page", …; none in a replay
  std::vector<LinkPress> presses;          ///< in order, at most kMaxPresses; not in the JSON of section 12
};

/// A stretch of use without a pause of 30 min (5.5).
struct Session {
  std::int64_t id = 0;
  WallTime start;
  WallTime end;
  std::int64_t pages = 0;
  std::int64_t activeMs = 0;
};

/// The pages that follow a log-in (5.6).
struct Trajectory {
  std::int64_t id = 0;
  std::string loginUrl;
  std::string site;
  WallTime start;
  WallTime end;
  std::string endReason;
  std::vector<std::int64_t> steps;
  std::int64_t distinctUrls = 0;
  std::int64_t activeMs = 0;
};

struct SearchResult {
  std::int64_t rank = 0;
  std::string url;
  std::string kind;
  bool seen = false;
  std::optional<std::int64_t> clicked;
  Features features{};  ///< of resultFeatureRules(); not in the JSON of section 12
};

/// One query on one engine within a session (5.7).
struct Search {
  std::int64_t id = 0;
  std::string engine, query;
  std::optional<std::int64_t> session;
  std::vector<std::int64_t> serpVisits;
  std::vector<SearchResult> results;
};

}  // namespace dwell::schemas
