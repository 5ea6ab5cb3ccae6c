#include "app/ctl/export_table.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

namespace dwell::app {
namespace {

using Json = nlohmann::ordered_json;
using monitor::ViewValue;

/// Columns ending in _ms that are moments; the others are lengths.
bool isMoment(const std::string& column) {
  static const std::set<std::string> moments = {"start_ms",          "end_ms",        "attention_first_ms",
                                                "attention_last_ms", "time_ms",       "sealed_ms",
                                                "period_start_ms",   "period_end_ms", "settled_ms",
                                                "received_ms",       "accepted_ms",   "last_attempt_ms"};
  return moments.count(column) > 0;
}

bool isJson(const std::string& column) {
  static const std::set<std::string> arrays = {"attention_by_input_age_ms",
                                               "audible_by_input_age_ms",
                                               "attention_gaps_count",
                                               "attention_gaps_sum_ms",
                                               "serp_visits",
                                               "steps",
                                               "terms"};
  return arrays.count(column) > 0;
}

std::string withoutMs(const std::string& column) { return column.substr(0, column.size() - 3); }

std::string textOf(const ViewValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  return {};
}

Json jsonOf(const ViewValue& value, bool isArray) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) return isArray ? Json::parse(*text) : Json(*text);
  return nullptr;
}

void makePrivate(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "cannot make " + file.string());
  ::close(fd);
}

}  // namespace

std::string isoTime(std::int64_t unixMs) {
  const auto day = std::chrono::floor<std::chrono::days>(wallTime(unixMs));
  const std::int64_t ms = toMs(wallTime(unixMs) - day);
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", isoDay(day.time_since_epoch().count()), ms / 3'600'000,
                     ms / 60'000 % 60, ms / 1'000 % 60, ms % 1'000);
}

std::string isoDay(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string csvCell(const std::string& text, CsvFor reader) {
  const bool formula = reader == CsvFor::kSpreadsheet && text.find_first_of("=+-@\t\r\n") == 0;
  const std::string shown = formula ? "'" + text : text;
  if (!shown.empty() && shown.find_first_of(",\"\r\n") == std::string::npos) return shown;
  std::string cell = "\"";
  for (const char c : shown) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
  return cell + '"';
}

ExportTable::ExportTable(const std::filesystem::path& file, Form form, CsvFor reader,
                         std::vector<std::string> columns)
    : file_(file), form_(form), reader_(reader), columns_(std::move(columns)) {
  std::string header;
  for (const std::string& column : columns_) {
    kinds_.push_back(isMoment(column)  ? Kind::kMoment
                     : column == "day" ? Kind::kDay
                     : isJson(column)  ? Kind::kJson
                                       : Kind::kPlain);
    header += (header.empty() ? "" : ",") + csvCell(column, CsvFor::kPrograms);
    if (kinds_.back() == Kind::kMoment) header += "," + withoutMs(column) + "_utc";
    if (kinds_.back() == Kind::kDay) header += ",date";
  }
  makePrivate(file_);
  out_.exceptions(std::ios::badbit | std::ios::failbit);
  out_.open(file_, std::ios::binary | std::ios::trunc);
  if (form_ == Form::kCsv) out_ << header << "\r\n";
}

void ExportTable::add(const std::vector<ViewValue>& row) {
  addLine(form_ == Form::kCsv ? csvLine(row) : jsonLine(row));
}

void ExportTable::addLine(const std::string& line) {
  out_ << line << (form_ == Form::kCsv ? "\r\n" : "\n");
  ++rows_;
}

void ExportTable::finish() { out_.close(); }

std::string ExportTable::csvLine(const std::vector<ViewValue>& row) const {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line += ',';
    const auto* text = std::get_if<std::string>(&row[i]);
    line += text != nullptr ? csvCell(*text, reader_) : textOf(row[i]);
    const auto* integer = std::get_if<std::int64_t>(&row[i]);
    if (kinds_[i] == Kind::kMoment) line += "," + (integer != nullptr ? isoTime(*integer) : "");
    if (kinds_[i] == Kind::kDay) line += "," + (integer != nullptr ? isoDay(*integer) : "");
  }
  return line;
}

std::string ExportTable::jsonLine(const std::vector<ViewValue>& row) const {
  Json object = Json::object();
  for (std::size_t i = 0; i < row.size(); ++i) {
    object[columns_[i]] = jsonOf(row[i], kinds_[i] == Kind::kJson);
    const auto* integer = std::get_if<std::int64_t>(&row[i]);
    if (kinds_[i] == Kind::kMoment)
      object[withoutMs(columns_[i]) + "_utc"] = integer != nullptr ? Json(isoTime(*integer)) : Json();
    if (kinds_[i] == Kind::kDay) object["date"] = integer != nullptr ? Json(isoDay(*integer)) : Json();
  }
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dwell::app
