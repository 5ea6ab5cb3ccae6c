#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/time.h"
#include "monitor/store/view_rows.h"

namespace dwell::app {

/// "2026-11-22T10:05:03.120Z" of milliseconds since 1970.
std::string isoTime(std::int64_t unixMs);
/// "2026-11-22" of days since 1970-01-01.
std::string isoDay(std::int64_t day);

/// Text as a CSV cell (RFC 4180). kSpreadsheet: a ' before text that begins with = + - @, a tab or a line's
/// end, which spreadsheets take for a formula.
enum class CsvFor { kPrograms, kSpreadsheet };
std::string csvCell(const std::string& text, CsvFor reader);

/// A table being written to a file (0600), row by row; throws std::system_error when it can't be.
///
/// CSV: a header, lines ending in CR LF, NULL as nothing and an empty text as "". JSON Lines: an object a
/// row. In both, a column NAME_ms that is a moment is followed by NAME_utc, and `day` by `date`: the same in
/// ISO 8601. JSON Lines have arrays as arrays.
class ExportTable {
 public:
  enum class Form { kCsv, kJsonLines };
  ExportTable(const std::filesystem::path& file, Form form, CsvFor reader, std::vector<std::string> columns);

  void add(const std::vector<monitor::ViewValue>& row);
  /// A line that is written as it is, without its end.
  void addLine(const std::string& line);
  void finish();
  std::int64_t rows() const { return rows_; }

 private:
  enum class Kind { kPlain, kMoment, kDay, kJson };
  std::string csvLine(const std::vector<monitor::ViewValue>& row) const;
  std::string jsonLine(const std::vector<monitor::ViewValue>& row) const;

  std::filesystem::path file_;
  Form form_;
  CsvFor reader_;
  std::vector<std::string> columns_;
  std::vector<Kind> kinds_;
  std::ofstream out_;
  std::int64_t rows_ = 0;
};

}  // namespace dwell::app
