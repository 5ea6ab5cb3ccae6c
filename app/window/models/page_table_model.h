#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "monitor/store/reader.h"

namespace dwell::app {

/// The idle thresholds that a person can choose: the edges of section 5.3 but 0.
std::vector<Millis> idleThresholds();

/// A row per URL. Reloading keeps the rows that stay, so selection and scroll position stay, too.
class PageTableModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column : int { kUrl, kVisits, kAttention, kActive, kAccessTypes, kColumnCount };
  /// What a column is sorted by; of kUrl the text, of kAccessTypes how many types.
  static constexpr int kSortRole = Qt::UserRole;

  using QAbstractTableModel::QAbstractTableModel;

  void setPages(std::vector<monitor::PageSum> pages);
  /// One of idleThresholds().
  void setIdleThreshold(Millis threshold);
  Millis idleThreshold() const { return idleThreshold_; }
  const monitor::PageSum& page(int row) const { return pages_[static_cast<std::size_t>(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString text(const monitor::PageSum& page, int column) const;
  QVariant sortKey(const monitor::PageSum& page, int column) const;
  QString toolTip(const monitor::PageSum& page, int column) const;

  std::vector<monitor::PageSum> pages_;
  std::unordered_map<std::string, std::size_t> rowOfUrl_;
  Millis idleThreshold_ = std::chrono::seconds(15);
};

/// Sorts pages, and shows those whose URL contains a text.
class PageFilter : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit PageFilter(QObject* parent = nullptr);
};

/// Sums over the rows that are shown.
struct PageTotals {
  std::int64_t pages = 0, visits = 0, attentionMs = 0;
  schemas::AgeBuckets attentionByInputAgeMs{};
};
PageTotals totalsOf(const PageTableModel& pages, const QAbstractProxyModel& shown);

}  // namespace dwell::app
