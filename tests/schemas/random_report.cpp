#include "tests/schemas/random_report.h"

#include <algorithm>
#include <map>
#include <memory>

namespace dwell::test {
namespace {

using namespace schemas;

/// Values at random, with a liking for edges.
class Dice {
 public:
  explicit Dice(std::mt19937_64& random) : random_(random) {}

  std::int64_t between(std::int64_t low, std::int64_t high) {
    switch (random_() % 8) {
      case 0:
        return low;
      case 1:
        return high;
      default:
        return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
    }
  }
  bool flag() { return random_() % 2 == 0; }
  std::int64_t count() { return between(0, flag() ? 50 : 9'007'199'254'740'991); }
  std::int64_t id() { return between(1, 1'000'000); }
  WallTime time() { return wallTime(between(0, 253'402'300'799'999)); }
  std::string text() {
    static const std::vector<std::string> kTexts = {"",
                                                    "a",
                                                    "Grüße",
                                                    "漢字 🦉",
                                                    "quote\" back\\slash",
                                                    "line\nbreak\ttab",
                                                    "https://example.org/?q=1&r=2",
                                                    std::string("nul\0inside", 10),
                                                    "/~",
                                                    "ok"};
    return kTexts[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(kTexts.size()) - 1))];
  }
  std::string url() { return "https://example.org/" + std::to_string(between(0, 6)) + text(); }
  double number() { return static_cast<double>(between(0, 1'000'000)) / 7.0; }
  AgeBuckets buckets() {
    AgeBuckets filled{};
    for (auto& bucket : filled) bucket = flag() ? 0 : count();
    return filled;
  }
  std::vector<std::int64_t> ids() {
    std::vector<std::int64_t> list(static_cast<std::size_t>(between(0, 4)));
    for (auto& each : list) each = id();
    return list;
  }
  template <class Make>
  auto maybe(Make make) -> std::optional<decltype(make())> {
    if (flag()) return make();
    return std::nullopt;
  }
  AccessType accessType() {
    static constexpr int kCodes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16};
    return static_cast<AccessType>(kCodes[between(0, 15)]);
  }
  Exit exit() {
    static constexpr Exit kOwn[] = {Exit::kOpen, Exit::kRedirect, Exit::kClosed, Exit::kBrowserClosed,
                                    Exit::kAgentStopped};
    return flag() ? exitBy(accessType()) : kOwn[between(0, 4)];
  }

 private:
  std::mt19937_64& random_;
};

Visit randomVisit(Dice& d) {
  Visit v;
  v.id = d.id();
  v.url = d.url();
  v.sourceVisit = d.maybe([&] { return d.id(); });
  v.redirectedFrom = d.maybe([&] { return d.id(); });
  v.accessType = d.accessType();
  v.start = d.time();
  v.end = d.time();
  v.exit = d.exit();
  v.session = d.maybe([&] { return d.id(); });
  v.tabOpenedBy = static_cast<TabOpenedBy>(d.between(0, 6));
  v.attentionMs = d.count();
  v.attentionByInputAgeMs = d.buckets();
  v.audibleByInputAgeMs = d.buckets();
  v.visibleUnattendedMs = d.count();
  v.attentionFirst = d.maybe([&] { return d.time(); });
  v.attentionLast = d.maybe([&] { return d.time(); });
  v.attentionGaps = {d.buckets(), d.buckets(), d.count()};
  v.input = {d.count(), d.count(), d.count(), d.count(), d.count(),
             d.count(), d.count(), d.count(), d.count()};
  v.scrollDepthPercent = static_cast<int>(d.between(0, 100));
  v.form = {d.count(), d.count(), d.count()};
  v.linksPressed = d.count();
  v.typedCharacters = d.maybe([&] { return d.count(); });
  v.serp = d.maybe([&] { return SerpClick{d.id(), d.text(), d.text(), d.maybe([&] { return d.count(); })}; });
  v.resultsPage = d.maybe([&] { return ResultsPage{d.text(), d.text(), d.count()}; });
  v.dwellMs = d.maybe([&] { return d.count(); });
  v.quickBack = d.flag();
  v.pogoStick = d.flag();
  v.trajectory = d.maybe([&] { return TrajectoryStep{d.id(), d.id()}; });
  v.loginForm = d.flag();
  v.label = d.maybe([&] { return d.text(); });
  const auto vital = [&] { return d.maybe([&] { return d.number(); }); };
  v.vitals = d.maybe([&] { return Vitals{vital(), vital(), vital()}; });
  v.localHour = static_cast<int>(d.between(0, 23));
  v.weekday = static_cast<int>(d.between(1, 7));
  v.revisit = d.flag();
  v.participant = d.maybe([&] { return d.text(); });
  v.browser = d.text();
  v.utcOffset = UtcOffset(static_cast<int>(d.between(-1'440, 1'440)));
  v.inputSource = d.maybe([&] { return d.text(); });
  return v;
}

Features randomFeatures(Dice& d, FeatureRules rules) {
  Features features;
  for (std::size_t place = 0; place < rules.size(); ++place) {
    if (d.flag()) setFeature(features, rules, place, d.between(rules[place].min, rules[place].max));
  }
  return features;
}

LinkTable randomTable(Dice& d) {
  LinkTable table(static_cast<std::size_t>(d.between(0, 4)));
  const bool plain = d.flag();
  for (PageLink& link : table) {
    if (d.flag()) link.url = d.url();
    if (!plain) link.features = randomFeatures(d, linkFeatureRules());
  }
  return table;
}

/// Links for half of the visits, some of them shared, and presses of them and of others.
void offerLinks(Dice& d, Report& r) {
  std::shared_ptr<const LinkTable> table;
  std::map<std::int64_t, int> times;  // random numbers may meet, those of visits do not
  for (const Visit& visit : r.visits) ++times[visit.id];
  for (Visit& visit : r.visits) {
    const bool has = times[visit.id] == 1 && d.flag();
    if (has && (!table || d.flag())) table = std::make_shared<const LinkTable>(randomTable(d));
    if (has) r.links.push_back({visit.id, table});
    for (std::int64_t i = d.between(0, 2); i > 0; --i) {
      LinkPress& press = visit.presses.emplace_back();
      press.hoverMs = d.count();
      if (has && !table->empty() && d.flag()) {
        press.link = d.between(0, static_cast<std::int64_t>(table->size()) - 1);
      } else if (d.flag()) {
        press.url = d.url();
      }
    }
  }
}

/// Now and then as the tracker makes them: it began where an earlier one ended, and was attended all the
/// time.
void makeLawful(Dice& d, std::vector<Visit>& visits) {
  for (std::size_t i = 1; i < visits.size(); ++i) {
    if (d.flag()) continue;
    visits[i].sourceVisit = visits[i - 1].id;
    visits[i].start = visits[i - 1].end;
    visits[i].end = std::min(visits[i].start + Millis(visits[i].attentionMs), wallTime(253'402'300'799'999));
    visits[i].input.mouseUps = visits[i].input.mouseDowns;
  }
}

ReportHistogram randomHistogram(Dice& d) {
  ReportHistogram h{d.text(), d.text(), static_cast<std::int32_t>(d.between(0, 2'932'896)), d.count(), {}};
  std::int64_t low = -5;
  for (std::int64_t i = d.between(0, 6); i > 0; --i) {
    const std::int64_t from = low + d.between(0, 3);
    low = from + d.between(1, 100);
    h.buckets.push_back({from, low, d.id()});
  }
  if (d.flag()) h.buckets.push_back({low, 2'147'483'647, d.id()});
  return h;
}

Search randomSearch(Dice& d) {
  Search s{d.id(), d.text(), d.text(), d.maybe([&] { return d.id(); }), d.ids(), {}};
  for (std::int64_t i = d.between(0, 5); i > 0; --i) {
    s.results.push_back({d.count(), d.url(), d.text(), d.flag(), d.maybe([&] { return d.id(); }),
                         d.flag() ? randomFeatures(d, resultFeatureRules()) : Features()});
  }
  return s;
}

}  // namespace

std::string randomUuid(std::mt19937_64& random) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string uuid = "00000000-0000-4000-8000-000000000000";
  for (char& c : uuid) {
    if (c == '0') c = kHex[random() % 16];
  }
  return uuid;
}

Report randomReport(std::mt19937_64& random, int rows) {
  Dice d(random);
  Report r;
  r.id = randomUuid(random);
  r.sequence = d.id();
  r.client = randomUuid(random);
  r.experiment = d.text();
  r.arm = d.maybe([&] { return d.text(); });
  r.periodStart = d.time();
  r.periodEnd = d.time();
  r.environment = {d.text(), d.text(), d.text(), d.text(), d.text(), {}};
  r.settings = {d.count(), d.count(), d.text(), {}, {}, {}, d.text(), d.text()};
  r.consent = {
      std::string(64, 'e'), "measurements", d.time(), d.text(), d.text(), d.maybe([&] { return d.text(); })};
  const auto fill = [&](auto& list, auto make) {
    for (std::int64_t i = d.between(0, rows); i > 0; --i) list.push_back(make());
  };
  fill(r.environment.browsers, [&] {
    const auto known = [&] { return d.maybe([&] { return d.flag(); }); };
    return BrowserInfo{d.text(), d.text(), known(), known(), known()};
  });
  fill(r.others, [&] {
    return Report::Participant{
        {std::string(64, 'd'), "less", d.time(), d.text(), d.text(), d.maybe([&] { return d.text(); })},
        {d.count(), d.count(), d.text(), {d.text()}, {}, {d.text()}, d.text(), d.text()}};
  });
  fill(r.settings.include, [&] { return d.text(); });
  fill(r.settings.exclude, [&] { return d.text(); });
  fill(r.settings.keepParameters, [&] { return d.text(); });
  fill(r.histograms, [&] { return randomHistogram(d); });
  fill(r.visits, [&] { return randomVisit(d); });
  makeLawful(d, r.visits);
  offerLinks(d, r);
  fill(r.sessions, [&] { return Session{d.id(), d.time(), d.time(), d.count(), d.count()}; });
  fill(r.trajectories, [&] {
    return Trajectory{d.id(), d.url(), d.text(), d.time(), d.time(), d.text(), d.ids(), d.count(), d.count()};
  });
  fill(r.searches, [&] { return randomSearch(d); });
  fill(r.marks, [&] { return ReportMark{d.time(), d.text(), d.text()}; });
  fill(r.coverage, [&] {
    return CoverageDay{static_cast<std::int32_t>(d.between(0, 2'932'896)),
                       d.count(),
                       d.count(),
                       d.count(),
                       d.count(),
                       d.count(),
                       d.count(),
                       d.count()};
  });
  for (std::int64_t i = d.between(0, 3); i > 0; --i) r.losses[d.text() + std::to_string(i)] = d.count();
  return r;
}

Report oneVisitReport(std::int64_t sequence, const std::string& client, const std::string& experiment) {
  std::mt19937_64 random(static_cast<std::uint64_t>(sequence) * 7'919 + std::hash<std::string>{}(client));
  Report r;
  r.id = randomUuid(random);
  r.sequence = sequence;
  r.client = client;
  r.experiment = experiment;
  r.consent = {std::string(64, 'c'), "measurements", wallTime(1'700'000'000'000), "off", "", {}};
  r.periodStart = wallTime(1'700'000'100'000);
  r.periodEnd = wallTime(1'700'001'900'000);
  Visit v;
  v.id = sequence;
  v.url = "https://example.org/";
  v.accessType = AccessType::kTypedFull;
  v.start = wallTime(1'700'000'200'000);
  v.end = wallTime(1'700'000'260'000);
  v.exit = Exit::kClosed;
  v.attentionMs = 60'000;
  v.attentionByInputAgeMs[0] = 60'000;
  v.browser = "1";
  r.visits.push_back(v);
  r.histograms.push_back({"Engagement.AttentionTime", "all", 19'675, 60'000, {{58'000, 66'000, 1}}});
  return r;
}

}  // namespace dwell::test
