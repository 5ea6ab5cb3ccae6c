#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/sql_file.h"

namespace dwell {

/// What a database file must look like.
struct DatabaseSchema {
  std::string_view what;  ///< for messages: "Dwell's store"
  /// NNNN_*.sql in order, without gaps from 0001. The last number is the version; the file keeps its own in
  /// user_version. A migration that was released never changes.
  std::span<const SqlFile> migrations;
  /// One CREATE VIEW per file, named as the file. Views hold no data: they are made anew when they differ.
  std::span<const SqlFile> views;
  /// Bytes. 1 KiB has half the device writes of 4 KiB where rows are small; large BLOBs want more.
  int pageSize = 1'024;
  /// Gives a connection the SQL functions that the views call; none: they call none of ours.
  void (*addFunctions)(SQLite::Database&) = nullptr;
};

/// A connection is for one thread at a time (SQLite's own locks on it are off).
///
/// Opens `file` for reading and writing, made if absent (0600), and brings it to the schema's version in one
/// exclusive transaction, so that processes that start together don't meet a half-made file.
/// WAL, foreign keys, secure_delete, 5 s busy timeout. What is committed is on the disk (synchronous FULL): a
/// power cut that took a commit back would have reported counts reported again, and numbers given out twice.
/// Errors: a version newer than the schema's is refused; the message says which and what to do. Throws
/// SQLite::Exception when disk or file is broken.
Expected<SQLite::Database> openDatabase(const std::filesystem::path& file, const DatabaseSchema& schema);

/// Opens an existing `file` for reading only, also while another process writes it.
/// Errors: absent, or of another version than the schema's (the writer brings it up).
Expected<SQLite::Database> openDatabaseForReading(const std::filesystem::path& file,
                                                  const DatabaseSchema& schema);

/// The version that `schema` stands for: the number of its last migration.
int schemaVersion(const DatabaseSchema& schema);

}  // namespace dwell
