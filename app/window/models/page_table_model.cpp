#include "app/window/models/page_table_model.h"

#include <numeric>
#include <unordered_set>

#include "app/window/models/texts.h"

namespace dwell::app {
namespace {

std::int64_t attentionMs(const monitor::PageSum& page) {
  return std::accumulate(page.attentionByInputAgeMs.begin(), page.attentionByInputAgeMs.end(),
                         std::int64_t{0});
}

QString thresholdText(Millis threshold) { return durationText(toMs(threshold)); }

}  // namespace

std::vector<Millis> idleThresholds() {
  std::vector<Millis> thresholds;
  for (const std::int64_t edge : schemas::kAgeEdgesMs) {
    if (edge > 0) thresholds.emplace_back(edge);
  }
  return thresholds;
}

void PageTableModel::setPages(std::vector<monitor::PageSum> pages) {
  std::unordered_set<std::string> urls;
  for (const auto& page : pages) urls.insert(page.url);
  for (int row = rowCount() - 1; row >= 0; --row) {
    if (urls.contains(page(row).url)) continue;
    beginRemoveRows({}, row, row);
    pages_.erase(pages_.begin() + row);
    endRemoveRows();
  }
  rowOfUrl_.clear();
  for (std::size_t row = 0; row < pages_.size(); ++row) rowOfUrl_[pages_[row].url] = row;

  std::vector<monitor::PageSum> added;
  for (auto& page : pages) {
    const auto known = rowOfUrl_.find(page.url);
    if (known == rowOfUrl_.end()) {
      added.push_back(std::move(page));
    } else {
      pages_[known->second] = std::move(page);
    }
  }
  if (!pages_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumnCount - 1));
  if (added.empty()) return;
  beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(added.size()) - 1);
  for (auto& page : added) {
    rowOfUrl_[page.url] = pages_.size();
    pages_.push_back(std::move(page));
  }
  endInsertRows();
}

void PageTableModel::setIdleThreshold(Millis threshold) {
  if (threshold == idleThreshold_) return;
  idleThreshold_ = threshold;
  emit headerDataChanged(Qt::Horizontal, kActive, kActive);
  if (!pages_.empty()) emit dataChanged(index(0, kActive), index(rowCount() - 1, kActive));
}

int PageTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(pages_.size());
}

int PageTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumnCount;
}

QVariant PageTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const monitor::PageSum& row = page(index.row());
  switch (role) {
    case Qt::DisplayRole:
      return text(row, index.column());
    case kSortRole:
      return sortKey(row, index.column());
    case Qt::ToolTipRole:
      return toolTip(row, index.column());
    case Qt::TextAlignmentRole: {
      const bool number = index.column() != kUrl && index.column() != kAccessTypes;
      return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft)));
    }
    default:
      return {};
  }
}

QVariant PageTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    const bool number = section != kUrl && section != kAccessTypes;
    return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft)));
  }
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
  const bool tip = role == Qt::ToolTipRole;
  switch (section) {
    case kUrl:
      return tip ? QStringLiteral("The page's address, in the detail that was agreed to")
                 : QStringLiteral("Page");
    case kVisits:
      return tip ? QStringLiteral("How often it was shown anew in a tab") : QStringLiteral("Visits");
    case kAttention:
      return tip ? QStringLiteral("Time in the active tab of the focused window")
                 : QStringLiteral("Attention");
    case kActive:
      return tip ? QStringLiteral("Attention with the last input less than %1 ago")
                       .arg(thresholdText(idleThreshold_))
                 : QStringLiteral("Active (%1)").arg(thresholdText(idleThreshold_));
    case kAccessTypes:
      return tip ? QStringLiteral("How its visits were reached") : QStringLiteral("Reached by");
    default:
      return {};
  }
}

QString PageTableModel::text(const monitor::PageSum& page, int column) const {
  switch (column) {
    case kUrl:
      return QString::fromStdString(page.url);
    case kVisits:
      return countText(page.visits);
    case kAttention:
      return durationText(attentionMs(page));
    case kActive:
      return durationText(schemas::activeMs(page.attentionByInputAgeMs, toMs(idleThreshold_)));
    case kAccessTypes:
      return accessTypesText(page.accessTypes);
    default:
      return {};
  }
}

QVariant PageTableModel::sortKey(const monitor::PageSum& page, int column) const {
  switch (column) {
    case kVisits:
      return static_cast<qlonglong>(page.visits);
    case kAttention:
      return static_cast<qlonglong>(attentionMs(page));
    case kActive:
      return static_cast<qlonglong>(schemas::activeMs(page.attentionByInputAgeMs, toMs(idleThreshold_)));
    default:
      return text(page, column);
  }
}

QString PageTableModel::toolTip(const monitor::PageSum& page, int column) const {
  if (column == kUrl || column == kAccessTypes) return text(page, column);
  if (column != kActive) return {};
  QString tip = QStringLiteral("Active when idle begins after");
  for (const std::int64_t seconds : {5, 15, 30, 60}) {
    tip += QStringLiteral("\n%1 s: %2")
               .arg(seconds)
               .arg(durationText(schemas::activeMs(page.attentionByInputAgeMs, seconds * 1000)));
  }
  return tip;
}

PageFilter::PageFilter(QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(PageTableModel::kSortRole);
  setFilterKeyColumn(PageTableModel::kUrl);
  setFilterCaseSensitivity(Qt::CaseInsensitive);
  setDynamicSortFilter(true);
}

PageTotals totalsOf(const PageTableModel& pages, const QAbstractProxyModel& shown) {
  PageTotals totals;
  for (int row = 0; row < shown.rowCount(); ++row) {
    const auto& page = pages.page(shown.mapToSource(shown.index(row, 0)).row());
    ++totals.pages;
    totals.visits += page.visits;
    totals.attentionMs += attentionMs(page);
    for (std::size_t i = 0; i < page.attentionByInputAgeMs.size(); ++i) {
      totals.attentionByInputAgeMs[i] += page.attentionByInputAgeMs[i];
    }
  }
  return totals;
}

}  // namespace dwell::app
