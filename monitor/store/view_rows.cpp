#include "monitor/store/view_rows.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <utility>

#include "base/database.h"
#include "monitor/store/store_schema.h"

namespace dwell::monitor {
namespace {

ViewValue valueOf(const SQLite::Column& column) {
  if (column.isInteger()) return column.getInt64();
  if (column.isFloat()) return column.getDouble();
  if (column.isNull()) return {};
  return column.getString();
}

}  // namespace

struct ViewRows::State {
  explicit State(SQLite::Database opened) : database(std::move(opened)), snapshot(database) {}
  SQLite::Database database;
  SQLite::Transaction snapshot;
};

ViewRows::ViewRows(std::unique_ptr<State> state) : state_(std::move(state)) {}
ViewRows::~ViewRows() = default;
ViewRows::ViewRows(ViewRows&&) noexcept = default;
ViewRows& ViewRows::operator=(ViewRows&&) noexcept = default;

Expected<ViewRows> ViewRows::open(const std::filesystem::path& file) {
  auto database = openDatabaseForReading(file, storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  return ViewRows(std::make_unique<State>(std::move(*database)));
}

std::vector<std::string> ViewRows::columns(const std::string& view) const {
  SQLite::Statement row(state_->database, "SELECT * FROM " + view);
  std::vector<std::string> names;
  for (int i = 0; i < row.getColumnCount(); ++i) names.emplace_back(row.getColumnName(i));
  return names;
}

void ViewRows::each(const std::string& view,
                    const std::function<void(const std::vector<ViewValue>&)>& take) const {
  SQLite::Statement row(state_->database, "SELECT * FROM " + view);
  std::vector<ViewValue> values(static_cast<std::size_t>(row.getColumnCount()));
  while (row.executeStep()) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = valueOf(row.getColumn(static_cast<int>(i)));
    take(values);
  }
}

}  // namespace dwell::monitor
