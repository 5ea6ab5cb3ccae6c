#include <fmt/format.h>

#include <fstream>

#include "app/ctl/commands/keeping.h"
#include "app/ctl/export_table.h"
#include "app/ctl/local_day.h"
#include "base/clock.h"
#include "monitor/store/reader.h"
#include "monitor/store/view_rows.h"
#include "schemas/data_dictionary.h"
#include "schemas/visit_codec.h"

namespace dwell::app {
namespace {

namespace fs = std::filesystem;
using monitor::ViewValue;

/// What rows of the period are, in the views' own columns; "true": without a period, or where a row has no
/// time.
class Period {
 public:
  explicit Period(const monitor::DayRange& days) : days_(days) {}

  std::string ofDay(const std::string& day) const {
    std::string sql = "true";
    if (days_.first) sql += " AND " + day + " >= " + std::to_string(*days_.first);
    if (days_.last) sql += " AND " + day + " <= " + std::to_string(*days_.last);
    return sql;
  }
  /// By the local time of the visit itself.
  std::string ofVisit() const { return ofDay("((start_ms / 60000 + utc_offset_min) / 1440)"); }
  std::string ofTime(const std::string& column) const {
    std::string sql = "true";
    if (days_.first) sql += " AND " + column + " >= " + std::to_string(toMs(startOfLocalDay(*days_.first)));
    if (days_.last) sql += " AND " + column + " < " + std::to_string(toMs(startOfLocalDay(*days_.last + 1)));
    return sql;
  }
  std::string ofVisitId(const std::string& id) const {
    if (!days_.first && !days_.last) return "true";
    return id + " IN (SELECT id FROM visit_v1 WHERE " + ofVisit() + ")";
  }
  std::string ofSearch(const std::string& id) const {
    if (!days_.first && !days_.last) return "true";
    return id +
           " IN (SELECT s.id FROM search_v1 AS s, json_each(s.serp_visits) AS serp JOIN visit_v1 AS v ON "
           "v.id = serp.value WHERE " +
           ofVisit() + ")";
  }

 private:
  monitor::DayRange days_;
};

struct Table {
  std::string name, view;  ///< of the file, and what it is read from
};

std::vector<Table> tables(const Period& in) {
  return {
      {"visits", "visit_v1 WHERE " + in.ofVisit() + " ORDER BY start_ms, id"},
      {"sessions", "session_v1 WHERE " + in.ofTime("start_ms") + " ORDER BY id"},
      {"trajectories", "trajectory_v1 WHERE " + in.ofTime("start_ms") + " ORDER BY id"},
      {"searches", "search_v1 WHERE " + in.ofSearch("id") + " ORDER BY id"},
      {"search_results", "search_result_v2 WHERE " + in.ofSearch("search") + " ORDER BY search, position"},
      {"links", "link_v1 WHERE link_table IN (SELECT link_table FROM link_table_v1 WHERE " +
                    in.ofVisitId("visit") + ") ORDER BY link_table, link"},
      {"link_tables", "link_table_v1 WHERE " + in.ofVisitId("visit") + " ORDER BY visit"},
      {"link_presses", "link_press_v1 WHERE " + in.ofVisitId("visit") + " ORDER BY visit, press"},
      {"page_days", "page_day_v1 WHERE " + in.ofDay("day") + " ORDER BY day, url, access_type"},
      {"histograms", "histogram_v1 WHERE " + in.ofDay("day") + " ORDER BY name, page_group, day, low"},
      {"histogram_sums", "histogram_sum_v1 WHERE " + in.ofDay("day") + " ORDER BY name, page_group, day"},
      {"coverage", "coverage_v1 WHERE " + in.ofDay("day") + " ORDER BY day"},
      {"losses", "loss_v1 ORDER BY cause"},
      {"marks", "mark_v1 WHERE " + in.ofTime("time_ms") + " ORDER BY id"},
      {"reports", "outbox_v1 WHERE " + in.ofTime("sealed_ms") + " ORDER BY sealed_ms, sequence"},
      {"upload_attempts", "upload_attempt_v1 WHERE " + in.ofTime("time_ms") + " ORDER BY id"},
      {"consents", "consent_v3 ORDER BY id"}};
}

/// "2026-11-22 10:05:03.120" in UTC: what webtrackR reads as it is.
std::string webtrackTime(std::int64_t unixMs) {
  std::string text = isoTime(unixMs);
  text[10] = ' ';
  text.pop_back();
  return text;
}

/// One CSV as webtrackR wants it (panelist_id, url, timestamp), with what it would have to estimate: the
/// seconds measured. A visit that ended in a redirect is no page that was seen.
std::int64_t writeWebtrack(const monitor::ViewRows& views, const Period& in, const fs::path& file,
                           CsvFor reader) {
  ExportTable table(file, ExportTable::Form::kCsv, reader,
                    {"panelist_id", "url", "timestamp", "duration", "attention_seconds", "active_seconds",
                     "access_type", "visit_id"});
  views.each(
      "(SELECT coalesce(participant, (SELECT client FROM outbox_v1 LIMIT 1), 'local'), url, start_ms, "
      "end_ms, "
      "attention_ms, active_ms, access_type, id, utc_offset_min FROM visit_v1 WHERE exit IS NOT 'redirect' "
      "AND " +
          in.ofVisit() + " ORDER BY 1, start_ms, id)",
      [&](const std::vector<ViewValue>& row) {
        const auto number = [&](std::size_t i) { return std::get<std::int64_t>(row[i]); };
        const auto seconds = [](std::int64_t ms) { return fmt::format("{}.{:03}", ms / 1'000, ms % 1'000); };
        const auto text = [&](std::size_t i) { return csvCell(std::get<std::string>(row[i]), reader); };
        table.addLine(text(0) + "," + text(1) + "," + webtrackTime(number(2)) + "," +
                      seconds(number(3) - number(2)) + "," + seconds(number(4)) + "," + seconds(number(5)) +
                      "," + text(6) + "," + std::to_string(number(7)));
      });
  table.finish();
  return table.rows();
}

bool holds(const monitor::DayRange& days, std::int32_t day) {
  return (!days.first || day >= *days.first) && (!days.last || day <= *days.last);
}

Expected<void> mayWrite(const fs::path& file, bool force) {
  if (force || !fs::exists(file)) return {};
  return failure("is there already", file.string(), "another place, or --force");
}

}  // namespace

ExitCode exportData(const Context& context, const ExportOptions& options) {
  const auto days = parseDays(options.from, options.to);
  if (!days) return context.fail(days.error(), ExitCode::kBadInput);
  const Period period(*days);
  const auto views = monitor::ViewRows::open(context.paths.store());
  if (!views) return context.fail(views.error());
  const auto store = monitor::Reader::open(context.paths.store());
  if (!store) return context.fail(store.error());
  const auto settings = context.settings();
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  const CsvFor reader = options.spreadsheet ? CsvFor::kSpreadsheet : CsvFor::kPrograms;
  Json written = Json::object();
  if (options.format == "webtrackr") {
    if (const auto may = mayWrite(options.out, options.force); !may)
      return context.fail(may.error(), ExitCode::kBadInput);
    written[options.out.string()] = writeWebtrack(*views, period, options.out, reader);
  } else {
    const auto form = options.format == "csv" ? ExportTable::Form::kCsv : ExportTable::Form::kJsonLines;
    if (!fs::exists(options.out)) {
      if (const auto made = makePrivateFolder(options.out); !made) return context.fail(made.error());
    }
    const auto fileOf = [&](const Table& table) { return options.out / (table.name + "." + options.format); };
    for (const Table& table : tables(period)) {
      if (const auto may = mayWrite(fileOf(table), options.force); !may)
        return context.fail(may.error(), ExitCode::kBadInput);
    }
    for (const Table& table : tables(period)) {
      if (!context.json) context.err << "Writing " << fileOf(table).string() << '\n';
      ExportTable rows(fileOf(table), form, reader, views->columns(table.view));
      if (table.name == "visits" && form == ExportTable::Form::kJsonLines) {
        store->eachVisit({}, [&](schemas::Visit&& visit) {
          if (holds(*days, localDay(visit.start, visit.utcOffset)))
            rows.addLine(schemas::toJsonText(visit, settings->idleThreshold));
        });
      } else {
        views->each(table.view, [&](const std::vector<ViewValue>& row) { rows.add(row); });
      }
      rows.finish();
      written[fileOf(table).string()] = rows.rows();
    }
    std::ofstream dictionary(options.out / "data_dictionary.md");
    dictionary << schemas::dataDictionary().front().sql;
  }
  if (context.json) return context.print(written);
  for (const auto& [file, rows] : written.items()) context.out << rows << " rows in " << file << '\n';
  return ExitCode::kOk;
}

}  // namespace dwell::app
