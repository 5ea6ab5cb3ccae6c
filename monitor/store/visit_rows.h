#pragma once

#include <SQLiteCpp/Statement.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "monitor/store/text_ids.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// A value of one column.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

inline constexpr std::size_t kVisitColumns = 56;
inline constexpr std::size_t kLengthColumn = 3;  ///< length_ms
/// A row of the table `visit`, in the order of writeVisitSql(): id, url, start, length, …
using VisitRow = std::array<Cell, kVisitColumns>;

/// "INSERT OR REPLACE INTO visit (…) VALUES (…)".
std::string writeVisitSql();
/// May add URLs and terms to the store.
VisitRow visitRow(const schemas::Visit& visit, TextIds& ids);
void bindVisit(SQLite::Statement& statement, const VisitRow& row);

/// "SELECT … FROM visit_v1", to be followed by WHERE, ORDER BY, LIMIT.
std::string readVisitSql();
/// The visit at the statement's current row.
schemas::Visit readVisit(SQLite::Statement& statement);

}  // namespace dwell::monitor
