#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace dwell::app {

/// A table for people: columns as wide as their widest cell, numbers to the right.
class TextTable {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print(std::ostream& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// "1.2 s", "3 min 4 s", "2 h 5 min".
std::string durationText(std::int64_t ms);
/// Local time: "2026-11-22 10:05:03".
std::string timeText(std::int64_t unixMs);

}  // namespace dwell::app
