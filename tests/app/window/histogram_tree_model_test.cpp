#include "app/window/models/histogram_tree_model.h"

#include <catch2/catch.hpp>

using namespace dwell;
using namespace dwell::app;

namespace {

monitor::HistogramCounts counts(const std::string& name, std::int64_t samples) {
  return {name, "all", samples, {{1, 2, samples}}};
}

QString samplesOf(const HistogramTreeModel& model, const QString& name) {
  return model.indexOf(name).siblingAtColumn(HistogramTreeModel::kSamples).data().toString();
}

}  // namespace

TEST_CASE("All registered histograms stand below the first part of their name, counted or not") {
  HistogramTreeModel model;
  model.setHistograms({counts("Engagement.ActiveTime", 1234)});
  const QModelIndex active = model.indexOf(QStringLiteral("Engagement.ActiveTime"));
  REQUIRE(active.isValid());
  CHECK(active.data().toString() == "ActiveTime");
  CHECK(active.parent().data().toString() == "Engagement");
  CHECK(samplesOf(model, QStringLiteral("Engagement.ActiveTime")) == "1,234");
  CHECK(samplesOf(model, QStringLiteral("Input.Key")) == "–");
  CHECK_FALSE(model.indexOf(QStringLiteral("No.Such")).isValid());
}

TEST_CASE("New counts keep the chosen histogram") {
  HistogramTreeModel model;
  int resets = 0;
  QObject::connect(&model, &QAbstractItemModel::modelReset, [&] { ++resets; });
  const QPersistentModelIndex chosen = model.indexOf(QStringLiteral("Input.Key"));
  model.setHistograms({counts("Input.Key", 5)});
  CHECK(resets == 0);
  CHECK(chosen.data(HistogramTreeModel::kNameRole).toString() == "Input.Key");
  CHECK(samplesOf(model, QStringLiteral("Input.Key")) == "5");
  // A name that an older version recorded: the tree is another one.
  model.setHistograms({counts("Old.Name", 1)});
  CHECK(resets == 1);
  CHECK(samplesOf(model, QStringLiteral("Input.Key")) == "–");
  CHECK(samplesOf(model, QStringLiteral("Old.Name")) == "1");
}

TEST_CASE("A search shows the histograms whose whole name contains it, below their groups") {
  HistogramTreeModel model;
  HistogramFilter filter;
  filter.setSourceModel(&model);
  filter.setFilterFixedString(QStringLiteral("engagement.act"));
  REQUIRE(filter.rowCount() == 1);
  const QModelIndex group = filter.index(0, 0);
  CHECK(group.data().toString() == "Engagement");
  REQUIRE(filter.rowCount(group) == 1);
  CHECK(filter.index(0, 0, group).data().toString() == "ActiveTime");
}

TEST_CASE("Every index of the tree knows its way up and down") {
  const HistogramTreeModel model;
  for (int group = 0; group < model.rowCount(); ++group) {
    const QModelIndex parent = model.index(group, 0);
    CHECK_FALSE(parent.parent().isValid());
    CHECK_FALSE(model.flags(parent).testFlag(Qt::ItemIsSelectable));
    REQUIRE(model.rowCount(parent) > 0);
    for (int row = 0; row < model.rowCount(parent); ++row) {
      const QModelIndex leaf = model.index(row, 0, parent);
      CHECK(leaf.parent() == parent);
      CHECK(model.rowCount(leaf) == 0);
      CHECK(model.indexOf(leaf.data(HistogramTreeModel::kNameRole).toString()) == leaf);
    }
  }
}
