#pragma once

#include <SQLiteCpp/Database.h>

#include <string>

/// Keeps references right where rows are removed with foreign keys off: SQLite itself would look through a
/// table of visits for every URL that goes.
namespace dwell::monitor {

/// Rows that refer to a row that is gone: the reference becomes NULL where it may, else the row goes, too;
/// and so on. Looks at every foreign key of the schema.
void mendReferences(const SQLite::Database& database);

/// Removes the rows of `table` that no foreign key refers to.
void dropUnreferenced(const SQLite::Database& database, const std::string& table);

}  // namespace dwell::monitor
