#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>

#include "monitor/store/text_ids.h"
#include "monitor/store/unreported.h"
#include "schemas/report.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// Writes sessions, trajectories, searches and marks. Within a transaction of the caller's.
/// As with visits: the later word counts, until a report holds it; then false is returned.
class RecordWriter {
 public:
  RecordWriter(const SQLite::Database& database, TextIds& ids);

  bool write(const schemas::Session& session);
  /// One without steps was withdrawn: it is removed.
  bool write(const schemas::Trajectory& trajectory);
  bool write(const schemas::Search& search);
  void write(const schemas::ReportMark& mark);

 private:
  enum class Standing { kNew, kUnreported, kReported };
  Standing standing(UnreportedKind kind, SQLite::Statement& find, std::int64_t id);

  TextIds& ids_;
  SQLite::Statement isUnreported_, addUnreported_, removeUnreported_;
  SQLite::Statement findSession_, writeSession_;
  SQLite::Statement findTrajectory_, writeTrajectory_, removeTrajectory_;
  SQLite::Statement findSearch_, writeSearch_, removeResults_, writeResult_;
  SQLite::Statement writeMark_, addUnreportedMark_;
};

}  // namespace dwell::monitor
