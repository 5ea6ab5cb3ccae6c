#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "monitor/store/text_ids.h"
#include "monitor/store/visit_rows.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// Writes visits and keeps the daily sums per URL in step with them. Within a transaction of the caller's.
class VisitWriter {
 public:
  VisitWriter(const SQLite::Database& database, TextIds& ids);

  /// Writes a visit, new or again: the later word counts. An open one that was written before and has gone on
  /// in nothing but its length is left as it stands. What a report holds never changes: such a visit is
  /// skipped, and false returned.
  bool write(const schemas::Visit& visit);
  /// Of a visit of which only a checkpoint was kept: nothing stays.
  void remove(std::int64_t visit);
  /// Brings the daily sums up to what was written; before the transaction's commit.
  void finish();
  /// Makes all daily sums anew from the visits.
  void sumAnew();
  /// After a transaction that was rolled back.
  void forget();

 private:
  using SumKey = std::tuple<std::int64_t, std::int64_t, std::int64_t>;  ///< day, url, access type
  struct Sum {
    std::int64_t visits = 0;
    schemas::AgeBuckets attention{};
  };
  void addSum(const SumKey& key, std::int64_t sign, const schemas::AgeBuckets& attention);
  /// What the sums have of the visit as it stood.
  void takeSum(const schemas::Visit& visit, const SumKey& key, const schemas::AgeBuckets& attention);
  /// The same of a visit that is in the store. False: a report holds it.
  bool takeOldSum(const schemas::Visit& visit);

  const SQLite::Database& database_;
  TextIds& ids_;
  SQLite::Statement find_, add_, change_, grow_, writeSearch_, removeSearch_, writePress_, isUnreported_,
      addUnreported_, findSum_, writeSum_, remove_, removeUnreported_;
  std::unordered_map<std::int64_t, VisitRow> open_;  ///< open visits as they stand in the store
  std::map<SumKey, Sum> changes_;
  std::unordered_set<std::int64_t> firstVisited_;  ///< URLs since finish(), of which there are no sums yet
};

}  // namespace dwell::monitor
