#include "monitor/store/page_rows.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/statement.h"
#include "monitor/store/number_text.h"

namespace dwell::monitor {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// The sums while they grow. Numbers of URLs are dense, so that a vector finds them.
class Pages {
 public:
  void add(std::size_t url, int type, std::int64_t visits, std::string_view attention) {
    if (url >= pageOf_.size()) pageOf_.resize(std::max(url + 1, 2 * pageOf_.size()), kNone);
    std::uint32_t& index = pageOf_[url];
    if (index == kNone) {
      index = static_cast<std::uint32_t>(pages_.size());
      pages_.push_back({static_cast<std::int64_t>(url), 0, kNone, {}});
    }
    Page& page = pages_[index];
    page.attention += addBuckets(attention, page.buckets);
    for (std::uint32_t at = page.firstType; at != kNone; at = types_[at].next) {
      if (types_[at].type == type) {
        types_[at].visits += visits;
        return;
      }
    }
    types_.push_back({visits, page.firstType, type});
    page.firstType = static_cast<std::uint32_t>(types_.size() - 1);
  }

  std::vector<PageSum> mostAttended(const SQLite::Database& database, std::size_t limit);

 private:
  struct Page {
    std::int64_t url;
    std::int64_t attention;
    std::uint32_t firstType;
    schemas::AgeBuckets buckets;
  };
  struct Type {
    std::int64_t visits;
    std::uint32_t next;
    int type;
  };
  std::vector<std::uint32_t> pageOf_;  ///< by number of the URL
  std::vector<Page> pages_;
  std::vector<Type> types_;  ///< lists, one a page
};

std::vector<PageSum> Pages::mostAttended(const SQLite::Database& database, std::size_t limit) {
  std::vector<std::uint32_t> order(pages_.size());
  std::iota(order.begin(), order.end(), 0U);
  const std::size_t wanted = limit == 0 ? order.size() : std::min(limit, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(wanted), order.end(),
                    [this](std::uint32_t a, std::uint32_t b) {
                      return pages_[a].attention != pages_[b].attention
                                 ? pages_[a].attention > pages_[b].attention
                                 : pages_[a].url < pages_[b].url;
                    });
  SQLite::Statement text(database, "SELECT text FROM url WHERE id = ?");
  std::vector<PageSum> sums;
  sums.reserve(wanted);
  for (std::size_t i = 0; i < wanted; ++i) {
    const Page& page = pages_[order[i]];
    PageSum& sum = sums.emplace_back();
    if (bound(text, page.url).executeStep()) sum.url = text.getColumn(0).getString();
    sum.attentionByInputAgeMs = page.buckets;
    for (std::uint32_t at = page.firstType; at != kNone; at = types_[at].next) {
      sum.visits += types_[at].visits;
      sum.accessTypes.push_back({static_cast<schemas::AccessType>(types_[at].type), types_[at].visits});
    }
    std::sort(sum.accessTypes.begin(), sum.accessTypes.end(),
              [](const auto& a, const auto& b) { return a.type < b.type; });
  }
  return sums;
}

}  // namespace

std::vector<PageSum> readPages(const SQLite::Database& database, const DayRange& days, std::size_t limit) {
  constexpr std::int64_t kNever = std::numeric_limits<std::int32_t>::max();
  SQLite::Statement row(database,
                        "SELECT url, access_type, visits, attention_by_input_age_ms FROM page_day "
                        "WHERE day BETWEEN ? AND ? AND visits > 0");
  bound(row, days.first ? std::int64_t{*days.first} : -kNever, days.last ? std::int64_t{*days.last} : kNever);
  Pages pages;
  while (row.executeStep()) {
    const SQLite::Column attention = row.getColumn(3);
    const char* const text = attention.getText();
    pages.add(static_cast<std::size_t>(row.getColumn(0).getInt64()), row.getColumn(1).getInt(),
              row.getColumn(2).getInt64(), {text, static_cast<std::size_t>(attention.getBytes())});
  }
  return pages.mostAttended(database, limit);
}

}  // namespace dwell::monitor
