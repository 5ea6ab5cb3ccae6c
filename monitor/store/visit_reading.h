#pragma once

#include <SQLiteCpp/Statement.h>

#include <string>

#include "schemas/visit.h"

namespace dwell::monitor {

/// "SELECT … FROM visit AS v …", to be followed by WHERE, ORDER BY, LIMIT. Conditions may name the columns of
/// `visit` (v), `url` (u), `visit_context` (c) and `visit_search` (s; NULL where the visit has no such row).
/// What visit_v1 tells, from the tables themselves: the view's texts would be made only to be parsed again.
std::string readVisitSql();
/// The visit at the statement's current row.
schemas::Visit readVisit(SQLite::Statement& statement);

}  // namespace dwell::monitor
