#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/uploader/uploader_fixture.h"

using namespace dwell;
using namespace dwell::tests;
using uploader::Step;

namespace {

/// What the page of a visit offered: one visit in three told it, some the same as others.
bool tellsLinks(std::int64_t visit) { return visit % 3 == 0; }
schemas::LinkTable tableOf(std::int64_t visit) {
  schemas::LinkTable table;
  for (std::int64_t i = 0; i < visit % 4; ++i)
    table.push_back({"https://shop.example/" + std::to_string(i), {}});
  return table;
}
schemas::Visit endedVisit(std::int64_t id) {
  schemas::Visit visit = closedVisit(id);
  visit.linksPressed = 1;
  visit.presses = {{std::nullopt, "https://shop.example/pressed", id}};
  if (tellsLinks(id) && !tableOf(id).empty()) visit.presses = {{0, "", id}};
  return visit;
}

/// What a collector ends up with: reports by id, as its duplicate detection keeps them.
class Ledger {
 public:
  void take(const std::string& body) {
    const schemas::Report report = UploaderFixture::decoded(body);
    if (!ids_.insert(report.id).second) return;
    sequences.push_back(report.sequence);
    for (const auto& visit : report.visits) {
      ++visits[visit.id];
      presses[visit.id] = visit.presses;
    }
    for (const auto& [visit, table] : report.links) {
      ++links[visit];
      REQUIRE(*table == tableOf(visit));
    }
    for (const auto& session : report.sessions) ++sessions[session.id];
    for (const auto& mark : report.marks) ++marks[mark.value];
    for (const auto& histogram : report.histograms) {
      sum += histogram.sum;
      for (const auto& bucket : histogram.buckets) samples += bucket.count;
    }
    for (const auto& day : report.coverage) runningS += day.runningS;
    for (const auto& [cause, count] : report.losses) losses += count;
  }

  bool has(const std::string& id) const { return ids_.count(id) != 0; }

  std::map<std::int64_t, int> visits, links, sessions;
  std::map<std::int64_t, std::vector<schemas::LinkPress>> presses;
  std::map<std::string, int> marks;
  std::int64_t samples = 0, sum = 0, runningS = 0, losses = 0;
  std::vector<std::int64_t> sequences;

 private:
  std::set<std::string> ids_;
};

template <class Key>
bool eachOnce(const std::map<Key, int>& counts, std::size_t expected) {
  return counts.size() == expected &&
         std::all_of(counts.begin(), counts.end(), [](const auto& entry) { return entry.second == 1; });
}

}  // namespace

TEST_CASE(
    "whatever the order of writing, sealing, answers, kills and restarts: each count arrives exactly once") {
  const auto seed = GENERATE(range(1u, 41u));
  std::mt19937_64 random(seed);
  UploaderFixture f;
  Ledger ledger;
  const auto dice = [&](int sides) { return static_cast<int>(random() % static_cast<unsigned>(sides)); };
  f.transport.answer = [&](const FakeTransport::Request& request) -> FakeTransport::Answer {
    switch (dice(7)) {
      case 0:
        return FakeTransport::noAnswer("reset");
      case 1:
        ledger.take(request.body);  // it arrived, but its answer was lost
        return FakeTransport::noAnswer("reset");
      case 2:
        return FakeTransport::status(503);
      case 3:
        ledger.take(request.body);
        return FakeTransport::status(200, "<html>");
      case 4:
        // One that it has it does not find too large: a repeat gets the first receipt again.
        if (!ledger.has(request.header("Dwell-Report-Id")) &&
            UploaderFixture::decoded(request.body).visits.size() > 2) {
          return FakeTransport::status(413);
        }
        [[fallthrough]];
      default:
        ledger.take(request.body);
        return FakeTransport::accepted(request);
    }
  };

  std::int64_t nextVisit = 1, samplesWritten = 0, sumWritten = 0, runningS = 0, losses = 0, session = 0;
  int marks = 0;
  std::vector<std::int64_t> open;
  for (int action = 0; action < 120; ++action) {
    switch (dice(6)) {
      case 0: {  // the agent flushes
        monitor::Batch batch = batchAt(f.now);
        for (int i = dice(4); i > 0; --i) {
          if (tellsLinks(nextVisit)) {
            batch.links.push_back(
                {nextVisit, std::make_shared<const schemas::LinkTable>(tableOf(nextVisit))});
          }
          (dice(3) == 0 ? batch.open : batch.ended).push_back(endedVisit(nextVisit++));
        }
        for (auto& visit : batch.open) {
          visit.exit = schemas::Exit::kOpen;
          open.push_back(visit.id);
        }
        if (!open.empty() && dice(2) == 0) {
          const bool justMade = std::any_of(batch.open.begin(), batch.open.end(),
                                            [&](const auto& visit) { return visit.id == open.front(); });
          if (!justMade) {
            batch.ended.push_back(endedVisit(open.front()));
            open.erase(open.begin());
          }
        }
        const int count = 1 + dice(5);
        batch.histograms = {samples("Engagement.ActiveTime", count), samples("Link.MouseDown", 1)};
        samplesWritten += count + 1;
        sumWritten += count + 1;
        batch.coverage = {{20'833 + dice(3), 10, 10, 0, 0, 0, 0, 0}};
        runningS += 10;
        if (dice(4) == 0) {
          batch.losses = {{"queue.full", 2}};
          losses += 2;
        }
        if (dice(4) == 0) batch.marks = {{f.now, "task", std::to_string(marks++)}};
        if (dice(4) == 0) batch.sessions = {{++session, kMorning, kMorning, 1, 0}};
        f.store.write(batch);
        break;
      }
      case 1:  // the agent is killed and started anew
        f.store = monitor::Store::open(f.file).value();
        break;
      case 2:
        f.now += std::chrono::minutes(dice(400));
        break;
      default:
        f.step();
        break;
    }
  }

  // The collector is well again, all visits end, and time passes.
  monitor::Batch last = batchAt(f.now);
  for (const auto id : open) last.ended.push_back(endedVisit(id));
  last.histograms = {samples("Link.MouseDown", 1)};
  f.store.write(last);
  f.now += std::chrono::hours(48);
  f.transport.answer = [&](const FakeTransport::Request& request) {
    ledger.take(request.body);
    return FakeTransport::accepted(request);
  };
  REQUIRE(f.run().step == Step::kIdle);
  for (const auto& report : f.reader.reports())
    CHECK((report.state == "delivered" || report.state == "replaced"));

  CHECK(eachOnce(ledger.visits, static_cast<std::size_t>(nextVisit - 1)));
  for (const auto& [visit, presses] : ledger.presses) CHECK(presses == endedVisit(visit).presses);
  CHECK(eachOnce(ledger.links, static_cast<std::size_t>((nextVisit - 1) / 3)));
  CHECK(eachOnce(ledger.sessions, static_cast<std::size_t>(session)));
  CHECK(eachOnce(ledger.marks, static_cast<std::size_t>(marks)));
  CHECK(ledger.samples == samplesWritten + 1);
  CHECK(ledger.sum == sumWritten + 1);
  CHECK(ledger.runningS == runningS);
  CHECK(ledger.losses == losses);
  std::sort(ledger.sequences.begin(), ledger.sequences.end());
  for (std::size_t i = 0; i < ledger.sequences.size(); ++i) {
    CHECK(ledger.sequences[i] == static_cast<std::int64_t>(i) + 1);
  }
}

TEST_CASE("sealing while the agent writes loses and doubles nothing") {
  UploaderFixture f;
  Ledger ledger;
  f.transport.answer = [&](const FakeTransport::Request& request) {
    ledger.take(request.body);
    return FakeTransport::accepted(request);
  };
  constexpr std::int64_t kVisits = 300;
  std::atomic<bool> done = false;
  std::thread agent([&] {
    for (std::int64_t id = 1; id <= kVisits; ++id) f.record(id, id);
    done = true;
  });
  while (!done) f.run();
  agent.join();
  f.run();
  CHECK(eachOnce(ledger.visits, kVisits));
  CHECK(ledger.samples == kVisits);
}
