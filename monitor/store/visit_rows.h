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
inline constexpr std::size_t kLengthColumn = 3;  ///< length_ms
inline constexpr std::size_t kSearchColumns = 11;
using SearchRow = std::array<Cell, kSearchColumns>;

/// A visit as the store keeps it.
struct VisitRow {
  std::array<Cell, kVisitColumns> visit;  ///< of table `visit`, in the order of writeVisitSql(): id, url, …
  std::optional<SearchRow> search;        ///< of table `visit_search`, in the order of writeSearchSql()
};

/// Write a row, or over the one that is there: what refers to the visit stays.
std::string writeVisitSql();
std::string writeSearchSql();
/// May add URLs, terms and contexts to the store.
VisitRow visitRow(const schemas::Visit& visit, TextIds& ids);
void bindCells(SQLite::Statement& statement, std::span<const Cell> cells);

}  // namespace dwell::monitor
