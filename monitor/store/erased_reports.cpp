#include "monitor/store/erased_reports.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/digest.h"
#include "base/gzip.h"
#include "base/statement.h"
#include "base/url.h"
#include "monitor/record/rebuild.h"
#include "monitor/store/erased_counts.h"
#include "schemas/report_codec.h"

namespace dwell::monitor {
namespace {

using schemas::Report;

/// Our own reports are far below; it only bounds what a damaged store could make of us.
constexpr std::size_t kReportBytes = 512 << 20;
constexpr const char* kReason = "erased";

/// Takes what is to be erased out of a report.
class ReportEraser {
 public:
  ReportEraser(const SQLite::Database& database, const ErasureSelection& selection, const Settings& settings)
      : selection_(selection),
        settings_(settings),
        wasErased_(database, "SELECT 1 FROM erased_visit WHERE id = ?") {}

  /// Gives whether there was anything.
  bool erase(Report& report) {
    changed_ = false;
    gone_.clear();
    eraseVisits(report);
    for (auto& visit : report.visits) forgetErased(visit);
    eraseLinks(report);
    eraseTrajectories(report);
    eraseSearches(report);
    if (!selection_.erasure().host) erasePeriod(report);
    return changed_;
  }

 private:
  bool isErased(std::int64_t visit) {
    if (gone_.count(visit) > 0) return true;
    const bool erased = bound(wasErased_, visit).executeStep();
    wasErased_.reset();
    return erased;
  }

  template <class Rows, class Which>
  void drop(Rows& rows, Which which) {
    changed_ = std::erase_if(rows, which) > 0 || changed_;
  }
  void forget(std::optional<std::int64_t>& visit) {
    if (!visit || !isErased(*visit)) return;
    visit.reset();
    changed_ = true;
  }

  void eraseVisits(Report& report) {
    RowSamples samples(settings_, selection_.offset());
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> ofSession;
    drop(report.visits, [&](const schemas::Visit& visit) {
      if (!selection_.holdsUrl(visit.url) || !selection_.holdsDay(localDay(visit.start, visit.utcOffset)))
        return false;
      gone_.insert(visit.id);
      samples.addEnded(visit);
      samples.addFinal(visit);
      if (visit.session && visit.exit != schemas::Exit::kRedirect) {
        auto& [pages, activeMs] = ofSession[*visit.session];
        ++pages;
        activeMs += schemas::activeMs(visit.attentionByInputAgeMs, report.settings.idleThresholdMs);
      }
      return true;
    });
    if (gone_.empty()) return;
    subtractSamples(report.histograms, samples.take());
    for (auto& session : report.sessions) {
      const auto lost = ofSession.find(session.id);
      if (lost == ofSession.end()) continue;
      session.pages = std::max<std::int64_t>(0, session.pages - lost->second.first);
      session.activeMs = std::max<std::int64_t>(0, session.activeMs - lost->second.second);
    }
  }

  void forgetErased(schemas::Visit& visit) {
    forget(visit.sourceVisit);
    forget(visit.redirectedFrom);
    if (!visit.serp || !isErased(visit.serp->visit)) return;
    visit.serp.reset();
    visit.dwellMs.reset();
    visit.quickBack = visit.pogoStick = false;
    changed_ = true;
  }

  void eraseLinks(Report& report) {
    drop(report.links, [this](const schemas::VisitLinks& links) { return gone_.count(links.visit) > 0; });
    if (selection_.erasure().ofPeriod()) return;
    for (auto& links : report.links) {
      auto table = *links.table;
      bool erased = false;
      for (auto& link : table) {
        if (link.url.empty() || !selection_.holdsUrl(link.url)) continue;
        link.url.clear();
        erased = true;
      }
      if (!erased) continue;
      links.table = std::make_shared<const schemas::LinkTable>(std::move(table));
      changed_ = true;
    }
    for (auto& visit : report.visits) {
      for (auto& press : visit.presses) {
        if (press.url.empty() || !selection_.holdsUrl(press.url)) continue;
        press.url.clear();
        changed_ = true;
      }
    }
  }

  void eraseTrajectories(Report& report) {
    std::set<std::int64_t> dropped;
    drop(report.trajectories, [&](schemas::Trajectory& trajectory) {
      const bool began = selection_.holdsTime(trajectory.start) &&
                         (selection_.holdsHost(trajectory.site) || selection_.holdsUrl(trajectory.loginUrl));
      const auto steps =
          std::erase_if(trajectory.steps, [this](std::int64_t step) { return isErased(step); });
      changed_ = changed_ || steps > 0;
      if (!began && !trajectory.steps.empty()) return false;
      dropped.insert(trajectory.id);
      return true;
    });
    for (auto& visit : report.visits) {
      if (visit.trajectory && dropped.count(visit.trajectory->id) > 0) visit.trajectory.reset();
    }
  }

  void eraseSearches(Report& report) {
    drop(report.searches, [&](const schemas::Search& search) {
      return std::any_of(search.serpVisits.begin(), search.serpVisits.end(),
                         [this](std::int64_t serp) { return isErased(serp); });
    });
    for (auto& search : report.searches) {
      for (auto& result : search.results) {
        forget(result.clicked);
        if (selection_.erasure().ofPeriod() || result.url.empty() || !selection_.holdsUrl(result.url))
          continue;
        result.url.clear();
        changed_ = true;
      }
    }
  }

  void erasePeriod(Report& report) {
    drop(report.sessions, [this](const auto& session) {
      return selection_.holdsTime(session.start) || selection_.holdsTime(session.end);
    });
    drop(report.histograms, [this](const auto& histogram) { return selection_.holdsDay(histogram.day); });
    drop(report.coverage, [this](const auto& coverage) { return selection_.holdsDay(coverage.day); });
    drop(report.marks, [this](const auto& mark) { return selection_.holdsTime(mark.time); });
  }

  const ErasureSelection& selection_;
  const Settings& settings_;
  SQLite::Statement wasErased_;
  std::set<std::int64_t> gone_;
  bool changed_ = false;
};

std::vector<std::string> readableReports(const SQLite::Database& database) {
  SQLite::Statement row(database,
                        "SELECT id FROM report WHERE length(body) > 0 ORDER BY sealed_ms, sequence");
  std::vector<std::string> ids;
  while (row.executeStep()) ids.push_back(row.getColumn(0).getString());
  return ids;
}

/// No connection was made for any of the attempts to send it (libcurl: no proxy, no host, no connection).
bool neverSent(const SQLite::Database& database, const std::string& id) {
  SQLite::Statement row(database,
                        "SELECT attempts - (SELECT count(*) FROM upload_attempt WHERE report = ?1 AND "
                        "status IS NULL AND net_error IN (5, 6, 7)) FROM report WHERE id = ?1");
  return bound(row, id).executeStep() && row.getColumn(0).getInt64() == 0;
}

void sealInstead(const SQLite::Database& database, const std::string& id, Report report) {
  report.id = newUuid();
  const std::string body = gzipPack(schemas::encodeReport(report));
  SQLite::Statement insert(
      database,
      "INSERT INTO report (id, client, sequence, state, sealed_ms, period_start_ms, period_end_ms, visits, "
      "size, sha256, body) SELECT ?2, client, sequence, 'waiting', sealed_ms, period_start_ms, "
      "period_end_ms, "
      "?3, ?4, ?5, ?6 FROM report WHERE id = ?1");
  bound(insert, id, report.id, report.visits.size(), body.size(), sha256Hex(body));
  insert.bind(6, body.data(), static_cast<int>(body.size()));
  insert.exec();
}

/// What is sent has its bytes no more. An empty body: only a delivered report may have none (0001_initial).
void giveUp(const SQLite::Database& database, const std::string& id, const char* state, WallTime now) {
  executeOnce(database,
              "UPDATE report SET state = ?2, settled_ms = ?3, reason = ?4, body = x'' WHERE id = ?1", id,
              state, now, kReason);
}

}  // namespace

std::int64_t eraseReports(const SQLite::Database& database, const ErasureSelection& selection,
                          const Settings& settings, WallTime now) {
  ReportEraser eraser(database, selection, settings);
  SQLite::Statement row(database, "SELECT state, body FROM report WHERE id = ?");
  std::int64_t erased = 0;
  for (const std::string& id : readableReports(database)) {
    bound(row, id).executeStep();
    const bool waits = row.getColumn(0).getString() == "waiting";
    const std::string body = row.getColumn(1).getString();
    row.reset();
    std::optional<Report> rest;
    if (!selection.erasure().everything()) {
      const auto text = gzipUnpack(body, kReportBytes);
      if (auto report = text ? schemas::decodeReport(*text) : failure("damaged")) rest = std::move(*report);
      if (rest && !eraser.erase(*rest)) continue;
    }
    ++erased;
    if (!waits) {
      executeOnce(database, "UPDATE report SET body = x'' WHERE id = ?", id);
    } else if (rest && neverSent(database, id)) {
      giveUp(database, id, "replaced", now);
      sealInstead(database, id, std::move(*rest));
    } else {
      giveUp(database, id, "quarantined", now);
      for (const char* table : {"loss", "unreported_loss"}) {
        executeOnce(database, std::string("INSERT INTO ") + table +
                                  " (cause, count) VALUES ('report.erased', 1) "
                                  "ON CONFLICT DO UPDATE SET count = count + 1");
      }
    }
  }
  return erased;
}

}  // namespace dwell::monitor
