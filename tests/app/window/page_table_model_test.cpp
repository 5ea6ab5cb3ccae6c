#include "app/window/models/page_table_model.h"

#include <catch2/catch.hpp>

using namespace dwell;
using namespace dwell::app;

namespace {

/// Attended for `seconds` with an input age of 7 s, and 20 s with one of half a minute.
monitor::PageSum page(const std::string& url, std::int64_t seconds, std::int64_t visits = 1) {
  monitor::PageSum sum;
  sum.url = url;
  sum.visits = visits;
  sum.attentionByInputAgeMs[4] = seconds * 1000;
  sum.attentionByInputAgeMs[7] = 20'000;
  sum.accessTypes = {{schemas::AccessType::kLink, visits}};
  return sum;
}

QString cell(const QAbstractItemModel& model, int row, int column) {
  return model.index(row, column).data().toString();
}

}  // namespace

TEST_CASE("A page's row tells visits, attention, active time and how it was reached") {
  PageTableModel model;
  model.setPages({page("https://a.example/", 64, 3)});
  REQUIRE(model.rowCount() == 1);
  CHECK(cell(model, 0, PageTableModel::kUrl) == "https://a.example/");
  CHECK(cell(model, 0, PageTableModel::kVisits) == "3");
  CHECK(cell(model, 0, PageTableModel::kAttention) == "1 min 24 s");
  CHECK(cell(model, 0, PageTableModel::kActive) == "1 min 4 s");
  CHECK(cell(model, 0, PageTableModel::kAccessTypes) == "link 3");
}

TEST_CASE("Another idle threshold changes active time at once, and nothing else") {
  PageTableModel model;
  model.setPages({page("https://a.example/", 64)});
  QList<int> columns;
  QObject::connect(
      &model, &QAbstractItemModel::dataChanged,
      [&](const QModelIndex& from, const QModelIndex& to) { columns << from.column() << to.column(); });
  model.setIdleThreshold(std::chrono::seconds(5));
  CHECK(columns == QList<int>{PageTableModel::kActive, PageTableModel::kActive});
  CHECK(cell(model, 0, PageTableModel::kActive) == "0 s");
  model.setIdleThreshold(std::chrono::seconds(60));
  CHECK(cell(model, 0, PageTableModel::kActive) == "1 min 24 s");
}

TEST_CASE("The thresholds to choose from are the edges from one second to fifteen minutes") {
  const auto thresholds = idleThresholds();
  CHECK(thresholds.size() == 12);
  CHECK(thresholds.front() == std::chrono::seconds(1));
  CHECK(thresholds.back() == std::chrono::minutes(15));
}

TEST_CASE("Reloading keeps the rows that stay, changes their values, adds and removes the others") {
  PageTableModel model;
  int resets = 0;
  QObject::connect(&model, &QAbstractItemModel::modelReset, [&] { ++resets; });
  model.setPages(
      {page("https://a.example/", 1), page("https://b.example/", 2), page("https://c.example/", 3)});
  const QPersistentModelIndex selected = model.index(1, 0);
  // In another order, as the store's order by attention changes.
  model.setPages(
      {page("https://d.example/", 9), page("https://b.example/", 8), page("https://a.example/", 1)});
  CHECK(resets == 0);
  REQUIRE(selected.isValid());
  CHECK(selected.data().toString() == "https://b.example/");
  CHECK(cell(model, selected.row(), PageTableModel::kActive) == "8 s");
  CHECK(model.rowCount() == 3);
  CHECK(cell(model, 2, PageTableModel::kUrl) == "https://d.example/");
  model.setPages({});
  CHECK(model.rowCount() == 0);
  CHECK_FALSE(selected.isValid());
}

TEST_CASE("Pages are sorted by numbers, not by the texts that tell them") {
  PageTableModel model;
  PageFilter filter;
  filter.setSourceModel(&model);
  model.setPages({page("https://nine.example/", 9), page("https://hundred.example/", 100)});
  filter.sort(PageTableModel::kAttention, Qt::DescendingOrder);
  CHECK(cell(filter, 0, PageTableModel::kUrl) == "https://hundred.example/");
  filter.sort(PageTableModel::kUrl, Qt::AscendingOrder);
  CHECK(cell(filter, 0, PageTableModel::kUrl) == "https://hundred.example/");
}

TEST_CASE("A search narrows the rows and the totals, in whatever case it is typed") {
  PageTableModel model;
  PageFilter filter;
  filter.setSourceModel(&model);
  model.setPages({page("https://shop.example/cart", 10, 2), page("https://news.example/", 30, 5)});
  CHECK(totalsOf(model, filter).visits == 7);
  filter.setFilterFixedString(QStringLiteral("SHOP"));
  const PageTotals totals = totalsOf(model, filter);
  CHECK(totals.pages == 1);
  CHECK(totals.visits == 2);
  CHECK(totals.attentionMs == 30'000);
  CHECK(schemas::activeMs(totals.attentionByInputAgeMs, 15'000) == 10'000);
}
