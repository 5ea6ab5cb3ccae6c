#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <string>
#include <vector>

#include "schemas/report.h"
#include "schemas/visit.h"

/// Reading sessions, trajectories, searches and coverage out of their views. The SQL texts are to be followed
/// by WHERE, ORDER BY, LIMIT; the functions take the statement's current row.
namespace dwell::monitor {

std::string readSessionSql();
schemas::Session readSession(SQLite::Statement& statement);

std::string readTrajectorySql();
schemas::Trajectory readTrajectory(SQLite::Statement& statement);

std::string readSearchSql();
/// Without its results.
schemas::Search readSearch(SQLite::Statement& statement);
std::vector<schemas::SearchResult> readResults(const SQLite::Database& database, std::int64_t search);

/// `table`: coverage_v1 or unreported_coverage.
std::string readCoverageSql(const std::string& table);
schemas::CoverageDay readCoverage(SQLite::Statement& statement);

}  // namespace dwell::monitor
