#include "monitor/store/page_rows.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>
#include <utility>

#include "base/statement.h"
#include "monitor/store/number_text.h"

namespace dwell::monitor {
namespace {

void addRow(std::string_view attention, schemas::AccessType type, std::int64_t visits, PageSum& sum) {
  addBuckets(attention, sum.attentionByInputAgeMs);
  sum.visits += visits;
  auto& types = sum.accessTypes;
  const auto found =
      std::find_if(types.begin(), types.end(), [type](const auto& by) { return by.type >= type; });
  if (found != types.end() && found->type == type)
    found->visits += visits;
  else
    types.insert(found, {type, visits});
}

/// The rows of page_day as they were read, and how much attention each URL has by them. Most of the time goes
/// into waiting for memory, so only one number a URL is found at random; the rest is looked at in order, and
/// added up only for the pages that are asked for.
class DailySums {
 public:
  void add(std::size_t url, int type, std::int64_t visits, std::string_view attention) {
    // Numbers of URLs are dense.
    if (url >= attentionOf_.size())
      attentionOf_.resize(std::max(url + 1, 2 * attentionOf_.size()), kNotThere);
    if (attentionOf_[url] == kNotThere) {
      attentionOf_[url] = 0;
      urls_.push_back(static_cast<std::uint32_t>(url));
    }
    attentionOf_[url] += bucketTotal(attention);
    const Row row{static_cast<std::uint32_t>(url), static_cast<std::uint16_t>(type),
                  static_cast<std::uint16_t>(attention.size()), visits};
    char* const bytes = space(sizeof row + attention.size());
    std::memcpy(bytes, &row, sizeof row);
    std::memcpy(bytes + sizeof row, attention.data(), attention.size());
  }

  std::vector<PageSum> mostAttended(const SQLite::Database& database, std::size_t limit);

 private:
  static constexpr std::int64_t kNotThere = -1;
  struct Row {  ///< the text of its attention follows
    std::uint32_t url;
    std::uint16_t type, attentionBytes;
    std::int64_t visits;
  };

  /// Blocks: a vector that grows would copy all there is.
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t used = 0;
  };
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
  char* space(std::size_t size) {
    if (blocks_.empty() || blocks_.back().used + size > kBlockBytes)
      blocks_.push_back({std::unique_ptr<char[]>(new char[std::max(size, kBlockBytes)])});
    return blocks_.back().bytes.get() + std::exchange(blocks_.back().used, blocks_.back().used + size);
  }

  std::vector<std::int64_t> attentionOf_;  ///< by number of the URL
  std::vector<std::uint32_t> urls_;
  std::vector<Block> blocks_;
};

std::vector<PageSum> DailySums::mostAttended(const SQLite::Database& database, std::size_t limit) {
  const std::size_t wanted = limit == 0 ? urls_.size() : std::min(limit, urls_.size());
  std::partial_sort(urls_.begin(), urls_.begin() + static_cast<std::ptrdiff_t>(wanted), urls_.end(),
                    [this](std::uint32_t a, std::uint32_t b) {
                      return attentionOf_[a] != attentionOf_[b] ? attentionOf_[a] > attentionOf_[b] : a < b;
                    });
  std::vector<PageSum> sums(wanted);
  std::vector<PageSum*> sumOf(attentionOf_.size());
  SQLite::Statement text(database, "SELECT text FROM url WHERE id = ?");
  for (std::size_t i = 0; i < wanted; ++i) {
    sumOf[urls_[i]] = &sums[i];
    if (bound(text, urls_[i]).executeStep()) sums[i].url = text.getColumn(0).getString();
  }
  for (const Block& block : blocks_) {
    for (std::size_t at = 0; at < block.used;) {
      Row row;
      std::memcpy(&row, &block.bytes[at], sizeof row);
      at += sizeof row;
      if (PageSum* const sum = sumOf[row.url])
        addRow({&block.bytes[at], row.attentionBytes}, static_cast<schemas::AccessType>(row.type), row.visits,
               *sum);
      at += row.attentionBytes;
    }
  }
  return sums;
}

/// Calls DailySums::add from within SQLite's loop over the rows: to step through a million rows and to ask
/// for each column takes as long as to read them.
class RowTaker {
 public:
  static constexpr const char* kFunction = "take_daily_sum";

  RowTaker(const SQLite::Database& database, DailySums& sums) : database_(database), sums_(sums) {
    check(sqlite3_create_function_v2(database.getHandle(), kFunction, 4, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                     this, nullptr, &step, &final, nullptr));
  }
  ~RowTaker() {
    sqlite3_create_function_v2(database_.getHandle(), kFunction, 4, SQLITE_UTF8, nullptr, nullptr, nullptr,
                               nullptr, nullptr);
  }
  RowTaker(const RowTaker&) = delete;
  RowTaker& operator=(const RowTaker&) = delete;

 private:
  static void step(sqlite3_context* context, int, sqlite3_value** values) {
    try {
      const std::int64_t visits = sqlite3_value_int64(values[2]);
      if (visits <= 0) return;
      const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(values[3]));
      static_cast<RowTaker*>(sqlite3_user_data(context))
          ->sums_.add(static_cast<std::size_t>(sqlite3_value_int64(values[0])), sqlite3_value_int(values[1]),
                      visits, {text, static_cast<std::size_t>(sqlite3_value_bytes(values[3]))});
    } catch (const std::exception& error) {  // no exception may cross SQLite
      sqlite3_result_error(context, error.what(), -1);
    }
  }
  static void final(sqlite3_context* context) { sqlite3_result_null(context); }
  void check(int result) const {
    if (result != SQLITE_OK) throw SQLite::Exception(database_.getHandle(), result);
  }

  const SQLite::Database& database_;
  DailySums& sums_;
};

}  // namespace

std::vector<PageSum> readPages(const SQLite::Database& database, const DayRange& days, std::size_t limit) {
  constexpr std::int64_t kNever = std::numeric_limits<std::int32_t>::max();
  DailySums sums;
  const RowTaker taker(database, sums);
  SQLite::Statement all(database, std::string("SELECT ") + RowTaker::kFunction +
                                      "(url, access_type, visits, attention_by_input_age_ms) FROM page_day "
                                      "WHERE day BETWEEN ? AND ?");
  bound(all, days.first ? std::int64_t{*days.first} : -kNever, days.last ? std::int64_t{*days.last} : kNever)
      .executeStep();
  return sums.mostAttended(database, limit);
}

}  // namespace dwell::monitor
