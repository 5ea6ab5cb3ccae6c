#pragma once

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>
#include <cstdint>
#include <string>
#include <vector>

#include "monitor/store/reader.h"

namespace dwell::app {

/// The registered histograms by the first part of their name, with their numbers of samples; what the store
/// has beside them as well. Reloading keeps the nodes that stay.
class HistogramTreeModel : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column : int { kName, kSamples, kColumnCount };
  /// The whole name, a QString; of a group "".
  static constexpr int kNameRole = Qt::UserRole;
  /// How many samples, a qlonglong; none for a group.
  static constexpr int kSamplesRole = Qt::UserRole + 1;

  explicit HistogramTreeModel(QObject* parent = nullptr);

  void setHistograms(const std::vector<monitor::HistogramCounts>& histograms);
  /// Of a histogram by its whole name; invalid if there is none.
  QModelIndex indexOf(const QString& name) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 private:
  struct Leaf {
    QString name, shortName;
    std::int64_t samples = 0;
  };
  struct Group {
    QString name;
    std::vector<Leaf> leaves;
  };
  static std::vector<Group> groupsOf(const std::vector<monitor::HistogramCounts>& histograms);
  bool sameNames(const std::vector<Group>& other) const;
  const Leaf* leaf(const QModelIndex& index) const;

  std::vector<Group> groups_;
};

/// Shows the histograms whose name contains a text, below their groups.
class HistogramFilter : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit HistogramFilter(QObject* parent = nullptr);
};

}  // namespace dwell::app
