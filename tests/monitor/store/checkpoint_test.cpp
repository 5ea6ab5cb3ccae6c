#include <SQLiteCpp/Database.h>

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "monitor/record/recorder.h"
#include "monitor/source/present_state.h"
#include "monitor/store/reader.h"
#include "monitor/store/rebuilt_histograms.h"
#include "monitor/store/store.h"
#include "monitor/tracker/tracker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/trace_generator.h"

using namespace dwell;
using namespace dwell::monitor;

namespace {

Settings settings() {
  Settings all;
  all.urlDetail = UrlDetail::kFull;
  all.pageGroups = {{"shop", {"https://*.co.uk/*"}}};
  return all;
}

/// One life of the agent, as its pipeline has it: tracker ▶ recorder ▶ store. Ends without a word, as kill
/// -9.
class Life {
 public:
  Life(const std::filesystem::path& file, const schemas::TraceHeader& header,
       const Settings& kept = settings())
      : wallAtZero_(header.wallStart),
        store_(Store::open(file).value()),
        first_(store_.nextNumbers()),
        tracker_(trackerSettings(header), wallAtZero_, header.utcOffset),
        recorder_(kept, HashKey{}, wallAtZero_, header.utcOffset) {
    recorder_.addLeftOpen(store_.leftOpen());
  }

  void handle(const schemas::Event& event) {
    tracker_.handle(event);
    recorder_.handle(event);
  }
  void checkpoint(MonoTime now) {
    tracker_.advance(now);
    write(now, BatchEnd::kGoesOn);
  }
  void finish(MonoTime now) {
    tracker_.finish(now);
    write(now, BatchEnd::kFinished);
  }
  const NextNumbers& first() const { return first_; }
  /// What the batches so far said that pages offered, by visit.
  const std::map<std::int64_t, schemas::LinkTable>& offered() const { return offered_; }

 private:
  TrackerSettings trackerSettings(const schemas::TraceHeader& header) const {
    TrackerSettings tracker;
    tracker.hook = header.hook;
    tracker.firstVisit = first_.visit;
    tracker.firstSession = first_.session;
    tracker.firstTrajectory = first_.trajectory;
    tracker.firstSearch = first_.search;
    return tracker;
  }
  void write(MonoTime now, BatchEnd end) {
    TrackerOutput output = tracker_.take();
    const Batch batch =
        recorder_.batch(std::move(output), tracker_.openVisits(), wallAtZero_ + now.time_since_epoch(), end);
    for (const auto& [visit, table] : batch.links) REQUIRE(offered_.emplace(visit, *table).second);
    store_.write(batch);
  }

  WallTime wallAtZero_;
  Store store_;
  NextNumbers first_;
  Tracker tracker_;
  Recorder recorder_;
  std::map<std::int64_t, schemas::LinkTable> offered_;
};

/// What pages offered stands in the store as it was told, and every press is of its own visit's links.
void requireLinks(const Reader& reader, const std::map<std::int64_t, schemas::LinkTable>& offered) {
  for (const auto& [visit, table] : offered) REQUIRE(*reader.links(visit)->table == table);
  for (const schemas::Visit& visit : reader.visits()) {
    const auto links = *reader.links(visit.id);
    REQUIRE((links.table != nullptr) == (offered.count(visit.id) == 1));
    REQUIRE(links.presses.size() ==
            std::min<std::size_t>(static_cast<std::size_t>(visit.linksPressed), schemas::kMaxPresses));
    for (const schemas::LinkPress& press : links.presses) {
      if (press.link) REQUIRE(*press.link < static_cast<std::int64_t>(links.table->size()));
    }
  }
}

/// Lives through the events from `next` on that come before `until`, with a checkpoint at each multiple of
/// `interval` at which anything can have changed.
class Clockwork {
 public:
  Clockwork(Millis interval, MonoTime start) : interval_(interval), last_(start) {}

  void upTo(Life& life, MonoTime now) {
    const MonoTime due(now.time_since_epoch() / interval_ * interval_);
    if (due <= last_) return;
    life.checkpoint(due);
    last_ = due;
  }

 private:
  Millis interval_;
  MonoTime last_;
};

std::map<std::string, HistogramSamples> byName(const std::vector<schemas::ReportHistogram>& deltas) {
  std::map<std::string, HistogramSamples> sums;
  for (const auto& delta : deltas)
    REQUIRE(sums[delta.group + "/" + delta.name].merge({delta.buckets, delta.sum}));
  return sums;
}

/// What the store counted of what its rows can tell.
std::map<std::string, HistogramSamples> counted(const Reader& reader) {
  std::map<std::string, HistogramSamples> sums;
  for (const std::string group : {"all", "shop"}) {
    HistogramQuery query;
    query.group = group;
    for (auto& counts : reader.histograms(query)) {
      const auto from = schemas::histogramInfo(*schemas::histogramFromName(counts.name)).from;
      if (from == schemas::HistogramSource::kEvent || from == schemas::HistogramSource::kProcess) continue;
      sums[group + "/" + counts.name] = {std::move(counts.buckets), counts.sum};
    }
  }
  return sums;
}

void requireRebuilt(const Reader& reader, UtcOffset offset) {
  const auto rebuilt = byName(rebuiltHistograms(reader, settings(), offset));
  const auto kept = counted(reader);
  for (const auto& [name, samples] : rebuilt) {
    INFO(name);
    const auto found = kept.find(name);
    REQUIRE(found != kept.end());
    REQUIRE(found->second == samples);
  }
  REQUIRE(kept.size() == rebuilt.size());
}

std::map<std::string, std::int64_t> attentionByUrl(const Reader& reader) {
  std::map<std::string, std::int64_t> sums;
  for (const schemas::Visit& visit : reader.visits()) sums[visit.url] += visit.attentionMs;
  return sums;
}

}  // namespace

TEST_CASE("a kill at any moment loses at most the time since the last checkpoint, and doubles nothing") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    INFO("seed " << seed);
    const auto trace = tests::generateTrace(seed);
    std::mt19937 random(seed);
    const Millis interval(std::array{10'000, 60'000, 600'000}[random() % 3]);
    const std::size_t killAt = random() % trace.events.size();
    const MonoTime end = trace.events.back().time;
    // Some time before the first event that is not lived to see.
    const MonoTime before = killAt == 0 ? MonoTime() : trace.events[killAt - 1].time;
    const MonoTime killed =
        before + (trace.events[killAt].time - before) * static_cast<int>(random() % 4) / 3;

    tests::TempDir dir;
    Life whole(dir.path() / "whole.sqlite", trace.header);
    for (const schemas::Event& event : trace.events) whole.handle(event);
    whole.finish(end);

    const auto file = dir.path() / "killed.sqlite";
    PresentState present;
    Clockwork clock(interval, MonoTime());
    std::set<std::int64_t> numbers;
    std::map<std::int64_t, schemas::LinkTable> offered;
    {
      Life life(file, trace.header);
      for (std::size_t i = 0; i < killAt; ++i) {
        clock.upTo(life, trace.events[i].time);
        life.handle(trace.events[i]);
        present.handle(trace.events[i]);
      }
      clock.upTo(life, killed);
      offered = life.offered();
    }
    requireLinks(Reader::open(file).value(), offered);
    for (const schemas::Visit& visit : Reader::open(file).value().visits()) numbers.insert(visit.id);

    Life life(file, trace.header);
    for (const std::int64_t number : numbers) REQUIRE(number < life.first().visit);
    for (const schemas::EventBody& body : present.events()) life.handle({killed, body});
    for (std::size_t i = killAt; i < trace.events.size(); ++i) {
      clock.upTo(life, trace.events[i].time);
      life.handle(trace.events[i]);
    }
    life.finish(end);
    offered.insert(life.offered().begin(), life.offered().end());

    const Reader killedReader = Reader::open(file).value();
    requireLinks(killedReader, offered);
    const auto expected = attentionByUrl(Reader::open(dir.path() / "whole.sqlite").value());
    std::int64_t lost = 0;
    for (const auto& [url, attention] : attentionByUrl(killedReader)) {
      INFO(url);
      REQUIRE(attention <= expected.at(url));
      lost -= attention;
    }
    for (const auto& [url, attention] : expected) lost += attention;
    REQUIRE(lost >= 0);
    REQUIRE(lost <= toMs(interval));
    requireRebuilt(killedReader, trace.header.utcOffset);
    REQUIRE(Store::open(file).value().leftOpen().visits.empty());
  }
}

namespace {

/// Lives through a trace with a kill before one of its events.
void liveWithKill(const std::filesystem::path& file, const tests::GeneratedTrace& trace, std::size_t killAt,
                  const Settings& kept) {
  PresentState present;
  Clockwork clock(Millis(10'000), MonoTime());
  const auto liveUpTo = [&](Life& life, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      clock.upTo(life, trace.events[i].time);
      life.handle(trace.events[i]);
      present.handle(trace.events[i]);
    }
  };
  {
    Life life(file, trace.header, kept);
    liveUpTo(life, 0, killAt);
  }
  Life life(file, trace.header, kept);
  const MonoTime again = killAt == 0 ? MonoTime() : trace.events[killAt - 1].time;
  for (const schemas::EventBody& body : present.events()) life.handle({again, body});
  liveUpTo(life, killAt, trace.events.size());
  life.finish(trace.events.back().time);
}

/// Of `sums`, those that a visit yields when it ends, of what its URL does not tell: a kill costs the others,
/// where there are no rows.
std::map<std::string, HistogramSamples> ofEndedVisits(const std::map<std::string, HistogramSamples>& sums) {
  std::map<std::string, HistogramSamples> ended;
  for (const auto& [name, samples] : sums) {
    if (name.find("/Engagement.") != std::string::npos || name.find("/Input.") != std::string::npos ||
        name.find("/Navigation.AccessType") != std::string::npos)
      ended[name] = samples;
  }
  return ended;
}

}  // namespace

TEST_CASE(
    "where only counts are kept they are those that visits give, also after a kill, and no row is left") {
  Settings countsOnly = settings();
  countsOnly.level = Level::kHistograms;
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    INFO("seed " << seed);
    const auto trace = tests::generateTrace(seed);
    const std::size_t killAt = std::mt19937(seed)() % trace.events.size();
    tests::TempDir dir;
    const auto at = [&](const char* name) { return dir.path() / name; };
    for (const bool kill : {false, true}) {
      for (const bool rows : {false, true}) {
        const auto file = at(rows ? (kill ? "rows killed" : "rows") : (kill ? "counts killed" : "counts"));
        if (kill) {
          liveWithKill(file, trace, killAt, rows ? settings() : countsOnly);
        } else {
          Life life(file, trace.header, rows ? settings() : countsOnly);
          Clockwork clock(Millis(10'000), MonoTime());
          for (const auto& event : trace.events) {
            clock.upTo(life, event.time);
            life.handle(event);
          }
          life.finish(trace.events.back().time);
        }
      }
    }
    const auto countsOf = [&](const char* name) { return counted(Reader::open(at(name)).value()); };
    REQUIRE(countsOf("counts") == countsOf("rows"));
    REQUIRE(ofEndedVisits(countsOf("counts killed")) == ofEndedVisits(countsOf("rows killed")));

    for (const char* name : {"counts", "counts killed"}) {
      SQLite::Database database(at(name).string());
      for (const char* table : {"visit", "visit_search", "page_day", "session", "trajectory", "search",
                                "mark", "search_result", "unreported", "unsampled"}) {
        INFO(table);
        REQUIRE(database.execAndGet(std::string("SELECT COUNT(*) FROM ") + table).getInt() == 0);
      }
      REQUIRE(database.execAndGet("SELECT COUNT(*) FROM url WHERE text NOT LIKE 'groups:%'").getInt() == 0);
    }
  }
}
