#include <SQLiteCpp/Database.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "app/agent/pipeline.h"
#include "base/database.h"
#include "base/gzip.h"
#include "base/url.h"
#include "monitor/record/scope.h"
#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "monitor/store/store_schema.h"
#include "tests/support/temp_dir.h"
#include "tests/support/trace_generator.h"
#include "uploader/sealer.h"

/// Nothing that the settings do not allow leaves the pipeline: random traffic in which everything that may be
/// secret carries a word that nothing else has, and a search for these words in every byte that is written.

using namespace dwell;
using namespace dwell::tests;
using app::Pipeline;

namespace {

constexpr const char* kUser = "zquser";
constexpr const char* kPassword = "zqpass";
constexpr const char* kFragment = "zqfragment";
constexpr const char* kQuery = "zqquery";
constexpr const char* kParameter = "zqparameter";
constexpr const char* kPath = "zqpath";
constexpr const char* kAddress = "zqaddress";
constexpr const char* kWords = "zqwords";
constexpr const char* kLabel = "zqlabel";  ///< that a page in scope gives itself
constexpr const char* kMark = "zqmark";
constexpr const char* kHost = "shop.example";  ///< of addresses in scope
constexpr const char* kOutside = "zqoutside";  ///< in URLs, searches and labels of pages out of scope

const std::vector<std::string> kInclude = {"https://search.example/*", "https://*.shop.example.co.uk/*",
                                           "https://id.example/*"};

/// The trace with secrets in it.
class Marked {
 public:
  explicit Marked(GeneratedTrace trace) : trace_(std::move(trace)) {
    const auto middle = trace_.events.begin() + static_cast<std::ptrdiff_t>(trace_.events.size() / 2);
    trace_.events.insert(middle, {middle->time, schemas::Mark{"task", ""}});
    for (auto& event : trace_.events) std::visit([this](auto& body) { mark(body); }, event.body);
  }
  const GeneratedTrace& trace() const { return trace_; }

 private:
  std::string marked(const std::string& url) const {
    if (!url::isHttp(url)) return url;
    const url::Parts parts = url::split(url);
    std::string text = std::string(parts.scheme) + "://" + kUser + ":" + kPassword + "@";
    text += std::string(parts.host) + (parts.port.empty() ? "" : ":" + std::string(parts.port));
    text += std::string(parts.path) + "/" + kPath + "/" + kAddress + "%40shop.example";
    if (!include_.match(url)) text += std::string("/") + kOutside;
    text += "?" + std::string(parts.query) + "&secret=" + kQuery + "&variant=" + kParameter;
    return text + "#" + kFragment;
  }
  template <class Body>
  bool outside(const Body& body) const {
    return outside_.count({body.browser, body.tab}) > 0;
  }

  void mark(schemas::Navigation& body) {
    const bool out = !body.error && url::isHttp(body.url) && !include_.match(body.url);
    if (out)
      outside_.insert({body.browser, body.tab});
    else
      outside_.erase({body.browser, body.tab});
    body.url = marked(body.url);
    if (!body.requestedUrl.empty()) body.requestedUrl = marked(body.requestedUrl);
  }
  void mark(schemas::TabClosed& body) { outside_.erase({body.browser, body.tab}); }
  void mark(schemas::BrowserDisconnected& body) {
    std::erase_if(outside_, [&](const auto& tab) { return tab.first == body.browser; });
  }
  void mark(schemas::PageLabel& body) { body.label += outside(body) ? kOutside : kLabel; }
  void mark(schemas::Mark& body) { body.value += kMark; }
  void mark(schemas::LinkPressed& body) { body.url = marked(body.url); }
  void mark(schemas::Links& body) {
    schemas::LinkTable table = *body.links;
    for (auto& link : table) link.url = marked(link.url);
    body.links = std::make_shared<const schemas::LinkTable>(std::move(table));
  }
  void mark(schemas::Serp& body) {
    body.query += outside(body) ? kOutside : kWords;
    for (auto& result : body.results) result.url = marked(result.url);
  }
  template <class Body>
  void mark(Body&) {}

  monitor::UrlPatterns include_{kInclude};
  std::set<std::pair<std::string, std::string>> outside_;
  GeneratedTrace trace_;
};

/// Every byte that a run of the pipeline under `settings` left, by where: the files of the store as they are
/// while it is open, the unpacked reports, and the trace.
std::map<std::string, std::string> written(const GeneratedTrace& trace, const Settings& settings) {
  const TempDir dir;
  const auto file = dir.path() / "store.sqlite";
  std::map<std::string, std::string> bytes;
  auto store = monitor::Store::open(file).value();
  Pipeline::Setup setup;
  setup.settings = settings;
  setup.key = newHashKey();
  setup.hook = trace.header.hook;
  setup.wallAtZero = trace.header.wallStart;
  setup.offset = trace.header.utcOffset;
  Pipeline pipeline(std::move(setup));
  // The agent takes no trace where only counts are kept.
  if (settings.level != Level::kHistograms) {
    std::string& recorded = bytes["trace"];
    pipeline.startTrace(
        1, [&recorded](const std::string& lines) { recorded += lines; }, monoTime(0));
  }
  const auto wall = [&](MonoTime time) { return trace.header.wallStart + time.time_since_epoch(); };
  // In the agent's rhythm, which does not depend on how much happens.
  MonoTime now{}, flushed{};
  std::vector<schemas::Event> some;
  for (const auto& event : trace.events) {
    now = event.time;
    some.push_back(event);
    if (now - flushed < std::chrono::seconds(10)) continue;
    flushed = now;
    pipeline.add(std::exchange(some, {}), now);
    store.write(pipeline.batch(now, wall(now)));
  }
  pipeline.add(std::move(some), now);
  pipeline.endTrace(1, now);
  store.write(pipeline.finish(now + Millis(1'000), wall(now)));

  auto database = openDatabase(file, monitor::storeSchema()).value();
  const WallTime later = wall(now) + std::chrono::hours(1);
  uploader::seal(database,
                 {newUuid(), "experiment", {std::string(64, 'a'), "full visits", wallTime(0)}, {}, settings},
                 later);
  const auto reader = monitor::Reader::open(file).value();
  for (const auto& report : reader.reports())
    bytes["report"] += gzipUnpack(reader.reportBody(report.id).value(), 100'000'000).value();
  SQLite::Statement packed(database, "SELECT content FROM link_table");
  while (packed.executeStep()) {
    bytes["links"] += gzipUnpack(packed.getColumn(0).getString(), 100'000'000).value();
  }
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    std::ifstream in(entry.path(), std::ios::binary);
    bytes[entry.path().filename()].assign(std::istreambuf_iterator<char>(in), {});
  }
  return bytes;
}

}  // namespace

namespace {

/// Which secrets `settings` allow: the others must be nowhere.
std::map<std::string, bool> allowedUnder(const Settings& settings) {
  const bool rows = settings.level != Level::kHistograms;
  const bool addresses = settings.level == Level::kVisits;
  const bool full = addresses && settings.urlDetail == UrlDetail::kFull;
  const bool readable = full || (addresses && settings.urlDetail == UrlDetail::kWithoutQuery);
  const bool keeps = !settings.keepParameters.empty();
  return {{kUser, false},
          {kPassword, false},
          {kFragment, false},
          {kOutside, false},
          {kQuery, full},
          {kAddress, full},
          {kPath, readable},
          {kParameter, full || (readable && keeps)},
          {kHost, rows && settings.urlDetail != UrlDetail::kKeyedHash},
          {kLabel, rows},
          {kMark, rows},
          {kWords, rows && settings.searchWords == SearchWords::kFull}};
}

void requireOnlyAllowed(const Settings& settings) {
  const auto allowed = allowedUnder(settings);
  std::map<std::string, std::set<std::string>> found;
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    for (const auto& [where, bytes] : written(Marked(generateTrace(seed, 80)).trace(), settings)) {
      // Settings and groups name pages themselves, in the report's own settings.
      for (const auto& [secret, isAllowed] : allowed) {
        const bool named = secret == kHost && where == "report";
        if (!named && bytes.find(secret) != std::string::npos) found[secret].insert(where);
        if (named && bytes.find("\"https://www.shop.example") != std::string::npos)
          found[secret].insert(where);
      }
    }
  }
  INFO(levelName(settings.level) << ", " << urlDetailName(settings.urlDetail) << ", words "
                                 << searchWordsName(settings.searchWords)
                                 << (settings.keepParameters.empty() ? "" : ", variant kept"));
  for (const auto& [secret, isAllowed] : allowed) {
    std::string places;
    for (const auto& place : found[secret]) places += place + " ";
    INFO(secret << " in " << places);
    CHECK(found[secret].empty() == !isAllowed);
    if (isAllowed && secret != kHost) {
      CHECK(found[secret].count("report") == 1);
      CHECK(found[secret].count("trace") == 1);
    }
  }
}

}  // namespace

TEST_CASE("of random traffic no byte is written that the settings do not allow, and all that they do") {
  for (const auto level : {Level::kHistograms, Level::kOrigins, Level::kVisits}) {
    for (const auto detail :
         {UrlDetail::kFull, UrlDetail::kWithoutQuery, UrlDetail::kOrigin, UrlDetail::kKeyedHash}) {
      for (const auto words : {SearchWords::kOff, SearchWords::kKeyedHash, SearchWords::kFull}) {
        for (const bool keeps : {false, true}) {
          // Origins are a level; counts alone are the same whatever would be kept of words.
          const bool same =
              (level == Level::kOrigins && detail != UrlDetail::kKeyedHash && detail != UrlDetail::kFull) ||
              (level != Level::kVisits && keeps) ||
              (level == Level::kHistograms && words != SearchWords::kFull);
          if (same) continue;
          Settings settings;
          settings.level = level;
          settings.include = kInclude;
          settings.pageGroups = {{"checkout", {"*/zqpath*", "https://*.co.uk/*"}}};
          settings.urlDetail = detail;
          settings.searchWords = words;
          if (keeps) settings.keepParameters = {"variant"};
          requireOnlyAllowed(settings);
        }
      }
    }
  }
}

namespace {

/// A log-in with a password of so many keys, pressed within the same time.
GeneratedTrace logInWith(int keys) {
  GeneratedTrace trace;
  trace.header.wallStart = wallTime(1'800'000'000'000);
  trace.header.hook = true;
  const auto at = [&trace](std::int64_t ms, schemas::EventBody body) {
    trace.events.push_back({monoTime(ms), std::move(body)});
  };
  schemas::Navigation page;
  page.browser = "b";
  page.tab = "1";
  page.window = "w";
  page.url = "https://id.example/login";
  page.transition = schemas::Transition::kTyped;
  at(1'000, schemas::BrowserConnected{"b", "Chromium", "156"});
  at(1'000, schemas::TabActivated{"b", "1", "w"});
  at(1'000, schemas::WindowFocus{"b", "w"});
  at(1'000, page);
  at(1'100, schemas::PageFocus{"b", "1", true});
  at(1'200, schemas::PasswordFocus{"b", "1", true});
  for (int key = 0; key < keys; ++key)
    at(2'000 + 900 * key / (keys - 1),
       schemas::Input{schemas::InputKind::kKey, schemas::KeyClass::kCharacter});
  at(4'000, schemas::PasswordFocus{"b", "1", false});
  at(20'000, schemas::TabClosed{"b", "1"});
  return trace;
}

/// What a reader of the files finds, without what is random in every run.
std::map<std::string, std::string> told(const GeneratedTrace& trace, const Settings& settings) {
  auto bytes = written(trace, settings);
  std::erase_if(bytes, [](const auto& file) { return file.first != "report" && file.first != "trace"; });
  bytes["report"] =
      std::regex_replace(bytes["report"], std::regex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "");
  return bytes;
}

}  // namespace

TEST_CASE("nothing that is written tells how long a password is") {
  for (const auto level : {Level::kHistograms, Level::kVisits}) {
    Settings settings;
    settings.level = level;
    const auto shortOne = told(logInWith(4), settings);
    CHECK_FALSE(shortOne.at("report").empty());
    for (const int keys : {5, 12, 31}) {
      INFO(keys);
      CHECK(told(logInWith(keys), settings) == shortOne);
    }
  }
}
