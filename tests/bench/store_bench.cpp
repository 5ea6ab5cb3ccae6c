// What a year of a heavy user costs in the store: bytes, queries, and what one flush and one day write.

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <string>

#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "tests/bench/report.h"
#include "tests/bench/store_year.h"

namespace dwell::tests {
namespace {

constexpr int kHistogramsAFlush = 20;
constexpr int kFlushesADay = 8 * 400;  ///< one each 9 s (app/agent/pipeline.h)
constexpr int kWritebackFlushes = 3;   ///< Linux writes dirty pages after 30 s

/// The least CPU milliseconds of some runs: what other work on the machine adds is left out.
double leastMs(const std::function<void()>& work, int runs = 3) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < runs; ++i) {
    const double begin = cpuSeconds();
    work();
    least = std::min(least, (cpuSeconds() - begin) * 1e3);
  }
  return least;
}

void runSql(const SQLite::Database& database, const std::string& sql) {
  SQLite::Statement row(database, sql);
  while (row.executeStep()) {
  }
}

/// What this process has made dirty in files, in bytes: what goes to the device.
double bytesWritten() {
  std::ifstream in("/proc/self/io");
  std::string key;
  double value = 0;
  while (in >> key >> value) {
    if (key == "write_bytes:") return value;
  }
  return 0;
}

/// Descriptors of database and WAL for syncing them. Closed at the end only: that lets go of locks.
class Files {
 public:
  explicit Files(const std::filesystem::path& file)
      : descriptors_{::open(file.c_str(), O_RDONLY | O_CLOEXEC),
                     ::open((file.string() + "-wal").c_str(), O_RDONLY | O_CLOEXEC)} {}
  ~Files() {
    for (const int descriptor : descriptors_) ::close(descriptor);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  void sync() const {
    for (const int descriptor : descriptors_) ::fdatasync(descriptor);
  }

 private:
  std::array<int, 2> descriptors_;
};

/// A store with so many days of `year` in it, its WAL empty.
void fill(const std::filesystem::path& file, StoreYear& year, int days) {
  auto store = monitor::Store::open(file).value();
  store.noteIdleThreshold(std::chrono::seconds(15));
  constexpr int kAtOnce = 250;
  for (int i = 0; i < days * StoreYear::kVisitsADay / kAtOnce; ++i) {
    store.write(year.flush(kAtOnce, kHistogramsAFlush));
  }
}

double bytesAVisit(const std::filesystem::path& file, const StoreYear& year) {
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  return static_cast<double>(std::filesystem::file_size(file)) / static_cast<double>(year.visits());
}

/// What visits cost beside their own bytes where pages tell their links.
void measureLinks(Report& report, const std::filesystem::path& scratch, bool quick) {
  const auto file = scratch / "links.sqlite";
  StoreYear year(StoreYear::kUsual);
  constexpr int kChanges = 300;
  year.tellLinks(kChanges);
  const double begin = cpuSeconds();
  fill(file, year, quick ? 1 : 10);
  const double ms = (cpuSeconds() - begin) * 1e3 / static_cast<double>(year.visits());
  const double bytes = bytesAVisit(file, year);
  SQLite::Database database(file.string());
  const auto number = [&](const char* sql) { return database.execAndGet(sql).getDouble(); };
  const double tables = number("SELECT count(*) FROM link_table");
  report.fact("with links, of pages that change on three visits in ten",
              text("%.0f B a visit", bytes) +
                  text(", %.2f tables a visit", tables / static_cast<double>(year.visits())) +
                  text(" of %.0f links", number("SELECT avg(links) FROM link_table")) +
                  text(" and %.0f B", number("SELECT avg(length(content)) FROM link_table")) +
                  text(", %.2f ms a visit (with making them up)", ms));
}

void measureQueries(Report& report, const std::filesystem::path& file, const StoreYear& year) {
  const SQLite::Database plain(file.string());
  const monitor::Reader reader = monitor::Reader::open(file).value();
  const auto visits = static_cast<double>(year.visits());
  const monitor::DayRange month{year.day() - 30, year.day() - 1};

  const double scan = leastMs([&] { runSql(plain, "SELECT sum(length(id) + length(revisit)) FROM visit"); });
  report.fact("floor: sqlite3 scans the visits", text("%.2f us a row", scan * 1e3 / visits));
  const double rows = leastMs([&] { reader.eachVisit({}, [](auto&&) {}); }, 2);
  report.target("rows as dwellctl reads them", rows * 1e3 / visits, "%.2f us a row", Report::Bound::kAtMost,
                4);
  report.ratio("rows by the floor", rows / scan, Report::Bound::kAtMost, 20);
  const double latest = leastMs([&] { (void)reader.visits({{}, "", 100}); });
  report.fact("the latest 100 visits", text("%.1f ms", latest));

  const double sums = leastMs([&] {
    runSql(plain,
           "SELECT sum(length(day) + url + access_type + visits + length(attention_by_input_age_ms)) "
           "FROM page_day");
  });
  report.fact("floor: sqlite3 scans the daily sums", text("%.0f ms", sums));
  const double yearPages = leastMs([&] { (void)reader.pages({}, 1'000); });
  report.target("sums of the year per URL, the 1,000 most attended", yearPages, "%.0f ms",
                Report::Bound::kAtMost, 300);
  report.ratio("sums of the year by the floor", yearPages / sums, Report::Bound::kAtMost, 4);
  const double allPages = leastMs([&] { (void)reader.pages(); }, 1);
  report.fact("sums of the year, every URL with its text", text("%.0f ms", allPages));
  const double monthPages = leastMs([&] { (void)reader.pages(month); });
  report.target("sums of a month per URL, every URL", monthPages, "%.0f ms", Report::Bound::kAtMost, 200);
  const double monthHistograms = leastMs([&] { (void)reader.histograms({"", "all", month}); });
  report.target("histograms of a month", monthHistograms, "%.0f ms", Report::Bound::kAtMost, 200);
  const std::string inMonth =
      " FROM visit_v1 WHERE start_ms >= " + std::to_string(std::int64_t{*month.first} * 86'400'000) +
      " AND start_ms < " + std::to_string(std::int64_t{year.day()} * 86'400'000);
  const double monthVisits = leastMs([&] { runSql(plain, "SELECT count(*), sum(attention_ms)" + inMonth); });
  report.target("visits and attention of a month from visit_v1", monthVisits, "%.0f ms",
                Report::Bound::kAtMost, 200);
  report.fact("a month of visit_v1, every column",
              text("%.0f ms", leastMs([&] { runSql(plain, "SELECT *" + inMonth); }, 1)));
}

void measureFlushes(Report& report, const std::filesystem::path& file, StoreYear& year, bool quick) {
  auto store = monitor::Store::open(file).value();
  std::vector<double> ms;
  for (int i = 0; i < (quick ? 100 : 1'000); ++i) {
    const auto batch = year.flush(5, kHistogramsAFlush);
    const double begin = cpuSeconds();
    store.write(batch);
    ms.push_back((cpuSeconds() - begin) * 1e3);
  }
  report.target("a flush of 20 histograms and 5 visits, median", median(ms), "%.2f ms",
                Report::Bound::kAtMost, 1);
  const Files files(file);
  files.sync();
  const double before = bytesWritten();
  for (int i = 0, ended = 0; i < kFlushesADay; ++i) {
    const int visits = static_cast<int>(std::int64_t{i + 1} * StoreYear::kVisitsADay / kFlushesADay) - ended;
    ended += visits;
    store.write(year.flush(visits, kHistogramsAFlush));
    if (i % kWritebackFlushes == 0) files.sync();
  }
  files.sync();
  report.alwaysJudged("written in a day of 8 h, a flush each 9 s", (bytesWritten() - before) / 1e6, "%.0f MB",
                      Report::Bound::kAtMost, 130);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A year of a heavy user (5,000 visits a day) in the store: bytes, queries, flushes.");
  bool quick = false;
  std::filesystem::path bin, scratch = std::filesystem::temp_directory_path();
  app.add_flag("--quick", quick, "a week instead of a year");
  app.add_option("--bin", bin, "folder of the programs (none is used)");
  app.add_option("--scratch", scratch, "an empty folder; a year takes 450 MB");
  CLI11_PARSE(app, argc, argv);

  Report report(quick);
  const auto file = scratch / "year.sqlite";
  const auto worst = scratch / "worst.sqlite";
  StoreYear year(StoreYear::kUsual);
  const double begin = cpuSeconds();
  fill(file, year, quick ? 7 : 365);
  report.fact("visits written",
              std::to_string(year.visits()) + ", " + std::to_string(year.urls()) + " URLs of " +
                  text("%.0f", year.meanUrlBytes()) + " B, " +
                  text("%.0f", (cpuSeconds() - begin) * 1e6 / static_cast<double>(year.visits())) +
                  " us each (with making them up)");
  report.alwaysJudged("bytes a visit with its URL, nothing reported yet", bytesAVisit(file, year), "%.0f B",
                      Report::Bound::kAtMost, 230);
  {
    StoreYear allNew(StoreYear::kAllNew);
    fill(worst, allNew, quick ? 2 : 20);
    report.fact("the same where every visit has a URL of its own",
                text("%.0f B", bytesAVisit(worst, allNew)));
  }
  measureLinks(report, scratch, quick);
  measureQueries(report, file, year);
  measureFlushes(report, file, year, quick);
  return report.exitCode();
}

}  // namespace dwell::tests

int main(int argc, char** argv) { return dwell::tests::main(argc, argv); }
