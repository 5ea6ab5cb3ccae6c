#include "app/window/models/histogram_tree_model.h"

#include <algorithm>
#include <map>

#include "app/window/models/histogram_chart.h"
#include "app/window/models/texts.h"

namespace dwell::app {
namespace {

/// internalId of a group; a leaf's is its group's row.
constexpr quintptr kGroup = ~quintptr{0};

QString text(std::string_view view) {
  return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

}  // namespace

HistogramTreeModel::HistogramTreeModel(QObject* parent) : QAbstractItemModel(parent), groups_(groupsOf({})) {}

std::vector<HistogramTreeModel::Group> HistogramTreeModel::groupsOf(
    const std::vector<monitor::HistogramCounts>& histograms) {
  std::map<std::string_view, std::int64_t> samples;
  for (const auto& info : schemas::histogramInfos()) samples.emplace(info.name, 0);
  for (const auto& histogram : histograms) {
    samples[histogram.name] = HistogramSamples{histogram.buckets, histogram.sum}.count();
  }
  std::vector<Group> groups;
  for (const auto& [name, count] : samples) {
    const auto dot = name.find('.');
    const QString group = text(name.substr(0, dot));
    if (groups.empty() || groups.back().name != group) groups.push_back({group, {}});
    const auto rest = dot == std::string_view::npos ? name : name.substr(dot + 1);
    groups.back().leaves.push_back({text(name), text(rest), count});
  }
  return groups;
}

bool HistogramTreeModel::sameNames(const std::vector<Group>& other) const {
  const auto sameLeaf = [](const Leaf& a, const Leaf& b) { return a.name == b.name; };
  return std::equal(
      groups_.begin(), groups_.end(), other.begin(), other.end(), [&](const Group& a, const Group& b) {
        return a.name == b.name &&
               std::equal(a.leaves.begin(), a.leaves.end(), b.leaves.begin(), b.leaves.end(), sameLeaf);
      });
}

void HistogramTreeModel::setHistograms(const std::vector<monitor::HistogramCounts>& histograms) {
  auto groups = groupsOf(histograms);
  if (!sameNames(groups)) {
    beginResetModel();
    groups_ = std::move(groups);
    endResetModel();
    return;
  }
  groups_ = std::move(groups);
  for (int row = 0; row < rowCount(); ++row) {
    const QModelIndex group = index(row, 0);
    emit dataChanged(index(0, 0, group), index(rowCount(group) - 1, kColumnCount - 1, group));
  }
}

QModelIndex HistogramTreeModel::indexOf(const QString& name) const {
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const auto& leaves = groups_[group].leaves;
    const auto found =
        std::find_if(leaves.begin(), leaves.end(), [&](const Leaf& l) { return l.name == name; });
    if (found != leaves.end()) return createIndex(static_cast<int>(found - leaves.begin()), 0, group);
  }
  return {};
}

QModelIndex HistogramTreeModel::index(int row, int column, const QModelIndex& parent) const {
  if (row < 0 || column < 0 || row >= rowCount(parent) || column >= kColumnCount) return {};
  return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) : kGroup);
}

QModelIndex HistogramTreeModel::parent(const QModelIndex& child) const {
  if (!child.isValid() || child.internalId() == kGroup) return {};
  return createIndex(static_cast<int>(child.internalId()), 0, kGroup);
}

int HistogramTreeModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(groups_.size());
  if (parent.internalId() != kGroup || parent.column() != 0) return 0;
  return static_cast<int>(groups_[static_cast<std::size_t>(parent.row())].leaves.size());
}

int HistogramTreeModel::columnCount(const QModelIndex&) const { return kColumnCount; }

const HistogramTreeModel::Leaf* HistogramTreeModel::leaf(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == kGroup) return nullptr;
  return &groups_[index.internalId()].leaves[static_cast<std::size_t>(index.row())];
}

QVariant HistogramTreeModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Leaf* histogram = leaf(index);
  if (histogram == nullptr) {
    const Group& group = groups_[static_cast<std::size_t>(index.row())];
    return role == Qt::DisplayRole && index.column() == kName ? QVariant(group.name) : QVariant();
  }
  switch (role) {
    case Qt::DisplayRole:
      if (index.column() == kName) return histogram->shortName;
      return histogram->samples == 0 ? QStringLiteral("–") : countText(histogram->samples);
    case Qt::ToolTipRole: {
      const auto* info = histogramInfoOf(histogram->name.toStdString());
      return info == nullptr ? histogram->name : histogram->name + QLatin1Char('\n') + text(info->summary);
    }
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(
          Qt::Alignment(Qt::AlignVCenter | (index.column() == kSamples ? Qt::AlignRight : Qt::AlignLeft)));
    case Qt::AccessibleTextRole:
      return QStringLiteral("%1, %2 samples").arg(histogram->name, countText(histogram->samples));
    case kNameRole:
      return histogram->name;
    case kSamplesRole:
      return static_cast<qlonglong>(histogram->samples);
    default:
      return {};
  }
}

QVariant HistogramTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole && section == kSamples) {
    return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
  }
  if (role != Qt::DisplayRole) return {};
  return section == kName ? QStringLiteral("Histogram") : QStringLiteral("Samples");
}

Qt::ItemFlags HistogramTreeModel::flags(const QModelIndex& index) const {
  // A group is a heading: it folds, but shows nothing by itself.
  return leaf(index) == nullptr ? Qt::ItemIsEnabled
                                : Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

HistogramFilter::HistogramFilter(QObject* parent) : QSortFilterProxyModel(parent) {
  setRecursiveFilteringEnabled(true);
  setFilterRole(HistogramTreeModel::kNameRole);
  setFilterKeyColumn(HistogramTreeModel::kName);
  setFilterCaseSensitivity(Qt::CaseInsensitive);
}

}  // namespace dwell::app
