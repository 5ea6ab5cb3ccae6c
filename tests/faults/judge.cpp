#include "tests/faults/judge.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <map>
#include <set>

#include "base/digest.h"
#include "base/gzip.h"
#include "schemas/report_codec.h"

namespace dwell::tests {
namespace {

constexpr std::size_t kReportBytes = 64 << 20;

class Judging {
 public:
  explicit Judging(const RunFolders& folders)
      : store_((folders.machine / "store.sqlite").string(), SQLite::OPEN_READWRITE),
        spool_((folders.collector / "collector.sqlite").string(), SQLite::OPEN_READWRITE),
        ledger_(Ledger(folders.ledger).read()) {
    for (const auto& entry : std::filesystem::directory_iterator(folders.machine)) {
      if (entry.path().filename().string().find("damaged") != std::string::npos)
        note(verdict_.unwhole, 1, "the store was salvaged");
    }
  }

  Verdict verdict() {
    for (auto* database : {&store_, &spool_}) {
      const auto found = database->execAndGet("PRAGMA integrity_check(1)").getString();
      if (found != "ok") note(verdict_.unwhole, 1, "damaged: " + found);
    }
    readReports();
    judgeReports();
    judgeVisits();
    judgeCounts();
    verdict_.attentionMs =
        store_.execAndGet("SELECT coalesce(sum(attention_ms), 0) FROM visit_v1").getInt64();
    return verdict_;
  }

 private:
  void note(std::int64_t& number, std::int64_t count, const std::string& what) {
    number += count;
    verdict_.faults.push_back(what);
  }

  void readReports() {
    SQLite::Statement row(spool_, "SELECT client, id, sequence, body FROM report ORDER BY entry");
    std::map<std::string, std::set<std::int64_t>> sequences;
    while (row.executeStep()) {
      const std::string id = row.getColumn(1).getString(), body = row.getColumn(3).getString();
      if (!stored_.emplace(id, sha256Hex(body)).second)
        note(verdict_.strayReports, 1, "the collector has " + id + " twice");
      if (!sequences[row.getColumn(0).getString()].insert(row.getColumn(2).getInt64()).second)
        note(verdict_.strayReports, 1, "two reports have the number " + row.getColumn(2).getString());
      const auto report = schemas::decodeReport(gzipUnpack(body, kReportBytes).value()).value();
      for (const auto& visit : report.visits) ++reportedVisits_[visit.id];
      add(reportedCounts_, report.histograms);
      const auto early = report.losses.find("report.before_consent");
      if (early != report.losses.end()) verdict_.beforeConsent += early->second;
    }
    if (sequences.size() > 1) note(verdict_.strayReports, 1, "the machine sent as more than one client");
    for (const auto& [client, numbers] : sequences) {
      if (*numbers.rbegin() != static_cast<std::int64_t>(numbers.size()))
        note(verdict_.strayReports, 1, "the sequence has gaps");
    }
  }

  void judgeReports() {
    for (const auto& [id, digests] : ledger_.acknowledged) {
      for (const std::string& digest : digests) {
        const auto stored = stored_.find(id);
        if (stored == stored_.end() || stored->second != digest)
          note(verdict_.strayReports, 1, "acknowledged and not stored: " + id);
      }
    }
    SQLite::Statement row(store_, "SELECT id, state, sha256 FROM report");
    std::set<std::string> sealed;
    while (row.executeStep()) {
      const std::string id = row.getColumn(0).getString(), state = row.getColumn(1).getString();
      sealed.insert(id);
      if (state != "delivered") note(verdict_.strayReports, 1, "a report is " + state);
      const auto stored = stored_.find(id);
      if (stored == stored_.end() || stored->second != row.getColumn(2).getString())
        note(verdict_.strayReports, 1, "delivered and not stored as it was sealed: " + id);
    }
    for (const auto& [id, digest] : stored_) {
      if (sealed.count(id) == 0)
        note(verdict_.strayReports, 1, "stored, and the machine knows nothing of it: " + id);
    }
  }

  void judgeVisits() {
    std::map<std::int64_t, std::pair<std::int64_t, std::string>> kept;
    SQLite::Statement row(store_, "SELECT id, start_ms, url FROM visit_v1");
    while (row.executeStep())
      kept[row.getColumn(0).getInt64()] = {row.getColumn(1).getInt64(), row.getColumn(2).getString()};
    for (const auto& visit : ledger_.ended) {
      const auto found = kept.find(visit.id);
      if (found == kept.end() || found->second != std::pair(visit.startMs, visit.url))
        note(verdict_.lostVisits, 1, "visit " + std::to_string(visit.id) + " of " + visit.url + " is gone");
    }
    std::int64_t unreported = 0;
    for (const auto& [id, visit] : kept) unreported += reportedVisits_.count(id) == 0 ? 1 : 0;
    if (unreported > verdict_.beforeConsent)
      note(verdict_.lostVisits, unreported, std::to_string(unreported) + " visits are in no report");
    for (const auto& [id, times] : reportedVisits_) {
      if (kept.count(id) == 0) note(verdict_.doubledCounts, 1, "a report has a visit that the store has not");
      if (times > 1)
        note(verdict_.doubledCounts, times - 1, "visit " + std::to_string(id) + " was reported twice");
    }
  }

  void judgeCounts() {
    Counts kept;
    SQLite::Statement row(store_,
                          "SELECT s.name, s.page_group, h.day, h.low, h.count FROM histogram AS h "
                          "JOIN histogram_series AS s ON s.id = h.series");
    while (row.executeStep())
      kept[{row.getColumn(0).getString(), row.getColumn(1).getString(), row.getColumn(2).getInt(),
            row.getColumn(3).getInt64()}] = row.getColumn(4).getInt64();
    compare(reportedCounts_, kept, "the reports");
    // A kill between the commit and its word: the store may have one batch that nobody knows of.
    for (const Counts& unsure : ledger_.unsure) {
      Counts with = ledger_.counts;
      add(with, unsure);
      bool within = true;
      for (const auto& [key, count] : with) within = within && kept[key] >= count;
      if (within) ledger_.counts = with;
    }
    std::erase_if(kept, [](const auto& entry) { return entry.second == 0; });
    compare(kept, ledger_.counts, "the store");
  }

  void compare(const Counts& found, const Counts& expected, const std::string& where) {
    Counts difference = found;
    for (const auto& [key, count] : expected) difference[key] -= count;
    for (const auto& [key, count] : difference) {
      const std::string what = where + " differ by " + std::to_string(count) + " of " + std::get<0>(key);
      if (count > 0) note(verdict_.doubledCounts, count, what);
      if (count < 0) note(verdict_.lostCounts, -count, what);
    }
  }

  SQLite::Database store_, spool_;
  Ledger::Content ledger_;
  Verdict verdict_;
  std::map<std::string, std::string> stored_;  ///< id → SHA-256 of the bytes that are there
  std::map<std::int64_t, int> reportedVisits_;
  Counts reportedCounts_;
};

}  // namespace

Verdict judge(const RunFolders& folders) { return Judging(folders).verdict(); }

}  // namespace dwell::tests
