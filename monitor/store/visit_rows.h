#pragma once

#include <SQLiteCpp/Statement.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "monitor/store/text_ids.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// A value of one column.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

inline constexpr std::size_t kVisitColumns = 42;
inline constexpr std::size_t kLengthColumn = 3;      ///< length_ms
inline constexpr std::size_t kAccessTypeColumn = 5;  ///< access_type
inline constexpr std::size_t kAttentionColumn = 11;  ///< attention_by_input_age_ms
inline constexpr std::size_t kSearchColumns = 11;
using SearchRow = std::array<Cell, kSearchColumns>;

/// A visit as the store keeps it.
struct VisitRow {
  TextIds::VisitedUrl url;
  std::int32_t day = 0;                   ///< local, on which it began
  std::array<Cell, kVisitColumns> visit;  ///< of table `visit`, in the order of addVisitSql(): id, url, …
  std::optional<SearchRow> search;        ///< of table `visit_search`, in the order of writeSearchSql()
};

/// Writes a row that is new; where there is one of this number, nothing is changed.
std::string addVisitSql();
/// Write over the row that is there: what refers to the visit stays. growVisitSql() leaves alone what an open
/// visit mostly keeps, and with it every index: for two rows of which keepsItsPlace() holds.
std::string changeVisitSql();
std::string growVisitSql();
bool keepsItsPlace(const VisitRow& before, const VisitRow& after);
/// Writes a row, or over the one that is there.
std::string writeSearchSql();
/// May add URLs, terms and contexts to the store; notes the URL as visited.
VisitRow visitRow(const schemas::Visit& visit, TextIds& ids);
/// `cells` must stay until the statement has been run.
void bindCells(SQLite::Statement& statement, std::span<const Cell> cells);

}  // namespace dwell::monitor
