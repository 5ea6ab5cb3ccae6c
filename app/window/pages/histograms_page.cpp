#include "app/window/pages/histograms_page.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/window/pages/choice.h"
#include "app/window/theme.h"
#include "schemas/histogram_codec.h"

namespace dwell::app {
namespace {

/// What most people come for; chosen at first if it holds something.
constexpr const char* kFirstChoice = "Engagement.ActiveTime";

/// Groups as headings, empty histograms faint, and room between the rows.
class RowStyle : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    return QStyledItemDelegate::sizeHint(option, index) + QSize(0, 6);
  }

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    const QVariant samples = index.data(HistogramTreeModel::kSamplesRole);
    if (!samples.isValid()) {
      option->font = bold(option->font);
    } else if (samples.toLongLong() == 0) {
      option->palette.setBrush(QPalette::Text, option->palette.placeholderText());
    }
  }
};

HistogramSamples samplesOf(const monitor::HistogramCounts* histogram) {
  return histogram == nullptr ? HistogramSamples{} : HistogramSamples{histogram->buckets, histogram->sum};
}

}  // namespace

HistogramsPage::HistogramsPage(QWidget* parent)
    : Page(parent), model_(new HistogramTreeModel(this)), filter_(new HistogramFilter(this)) {
  filter_->setSourceModel(model_);
  auto* halves = new QSplitter;
  halves->setChildrenCollapsible(false);
  halves->addWidget(buildList());
  halves->addWidget(buildDetail());
  halves->setStretchFactor(1, 1);
  halves->setSizes({310, 740});
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->addWidget(halves);

  auto* copy = new QAction(QStringLiteral("Copy as Chrome's text"), this);
  copy->setShortcut(QKeySequence::Copy);
  copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(copy, &QAction::triggered, this, &HistogramsPage::copyText);
  addAction(copy);
  choose(QString::fromLatin1(kFirstChoice));
}

QWidget* HistogramsPage::buildList() {
  search_ = new QLineEdit;
  search_->setPlaceholderText(QStringLiteral("Search histograms"));
  search_->setAccessibleName(QStringLiteral("Search histograms"));
  search_->setClearButtonEnabled(true);
  connect(search_, &QLineEdit::textChanged, this, [this](const QString& text) {
    filter_->setFilterFixedString(text);
    tree_->expandAll();
  });

  groups_ = new QComboBox;
  groups_->setAccessibleName(QStringLiteral("Page group"));
  groups_->setToolTip(QStringLiteral("Pages whose histograms are kept apart, as the settings name them"));
  groups_->addItem(QStringLiteral("All pages"), QStringLiteral("all"));
  connect(groups_, &QComboBox::activated, this,
          [this] { emit groupChosen(groups_->currentData().toString().toStdString()); });

  tree_ = new QTreeView;
  tree_->setModel(filter_);
  tree_->setAccessibleName(QStringLiteral("Histograms"));
  tree_->setUniformRowHeights(true);
  tree_->setFrameShape(QFrame::NoFrame);
  tree_->setItemDelegate(new RowStyle(tree_));
  tree_->setIndentation(14);
  tree_->header()->setStretchLastSection(false);
  tree_->header()->setSectionResizeMode(HistogramTreeModel::kName, QHeaderView::Stretch);
  tree_->header()->setSectionResizeMode(HistogramTreeModel::kSamples, QHeaderView::ResizeToContents);
  tree_->header()->setSectionsMovable(false);
  tree_->expandAll();
  connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          &HistogramsPage::chooseCurrent);
  connect(model_, &QAbstractItemModel::modelReset, this, [this] {
    tree_->expandAll();
    choose(chosen_);
  });

  auto* list = new QWidget;
  list->setMinimumWidth(220);
  auto* column = new QVBoxLayout(list);
  column->setContentsMargins(0, 10, 0, 0);
  auto* fields = new QVBoxLayout;
  fields->setContentsMargins(10, 0, 10, 0);
  fields->addWidget(search_);
  fields->addWidget(groups_);
  column->addLayout(fields);
  column->addWidget(tree_, 1);
  return list;
}

QWidget* HistogramsPage::buildDetail() {
  name_ = new QLabel;
  name_->setFont(bold(scaled(font(), 1.4)));
  name_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  summary_ = new QLabel;
  summary_->setWordWrap(true);
  summary_->setForegroundRole(QPalette::PlaceholderText);
  summary_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  figures_ = new FigureStrip;
  chart_ = new BarChartView;
  notice_ = new Notice;
  drawing_ = new QStackedWidget;
  drawing_->addWidget(chart_);
  drawing_->addWidget(notice_);

  auto* detail = new QWidget;
  detail->setAutoFillBackground(true);
  detail->setBackgroundRole(QPalette::Base);
  auto* column = new QVBoxLayout(detail);
  column->setContentsMargins(20, 14, 16, 10);
  column->setSpacing(8);
  column->addWidget(name_);
  column->addWidget(summary_);
  column->addSpacing(4);
  column->addWidget(figures_);
  column->addWidget(buildControls());
  column->addWidget(drawing_, 1);
  return detail;
}

QWidget* HistogramsPage::buildControls() {
  auto* controls = new QWidget;
  auto* row = new QHBoxLayout(controls);
  row->setContentsMargins(0, 4, 0, 0);
  row->setSpacing(12);
  auto* scale = new Choice(QStringLiteral("Axis of samples"),
                           {QStringLiteral("Linear"), QStringLiteral("Logarithmic")});
  connect(scale, &Choice::chosen, this, [this](int position) {
    chart_->setScale(position == 0 ? CountScale::kLinear : CountScale::kLogarithmic);
  });
  row->addWidget(scale);
  auto* unit = new Choice(QStringLiteral("Bars show"), {QStringLiteral("Count"), QStringLiteral("Percent")});
  connect(unit, &Choice::chosen, this,
          [this](int position) { chart_->setUnit(position == 0 ? CountUnit::kCount : CountUnit::kPercent); });
  row->addWidget(unit);
  row->addStretch();
  auto* copy = new QToolButton;
  copy->setText(QStringLiteral("Copy as text"));
  copy->setToolTip(QStringLiteral("Copies it in the form of chrome://histograms (Ctrl+C)"));
  connect(copy, &QToolButton::clicked, this, &HistogramsPage::copyText);
  row->addWidget(copy);
  return controls;
}

void HistogramsPage::showSnapshot(const StoreSnapshot& snapshot) {
  const bool first = histograms_.empty();
  histograms_ = snapshot.histograms;
  showGroups(snapshot.groups);
  model_->setHistograms(histograms_);
  // Rather one with samples than an empty one, as long as nobody has chosen.
  if (first && chosen() == nullptr && !histograms_.empty() && chosen_ == QLatin1String(kFirstChoice)) {
    choose(QString::fromStdString(histograms_.front().name));
  }
  showChosen();
}

void HistogramsPage::showGroups(const std::vector<std::string>& groups) {
  for (const std::string& group : groups) {
    const QString name = QString::fromStdString(group);
    if (groups_->findData(name) < 0) groups_->addItem(name, name);
  }
  groups_->setVisible(groups_->count() > 1);
}

void HistogramsPage::focusSearch() {
  search_->setFocus(Qt::ShortcutFocusReason);
  search_->selectAll();
}

void HistogramsPage::choose(const QString& name) {
  chosen_ = name;
  const QModelIndex index = filter_->mapFromSource(model_->indexOf(name));
  if (index.isValid()) tree_->setCurrentIndex(index);
  showChosen();
}

void HistogramsPage::chooseCurrent() {
  const QString name = tree_->currentIndex().data(HistogramTreeModel::kNameRole).toString();
  // A search that hides the chosen one leaves it on show.
  if (name.isEmpty() || name == chosen_) return;
  chosen_ = name;
  showChosen();
}

const monitor::HistogramCounts* HistogramsPage::chosen() const {
  const std::string name = chosen_.toStdString();
  const auto found =
      std::find_if(histograms_.begin(), histograms_.end(), [&](const auto& h) { return h.name == name; });
  return found == histograms_.end() ? nullptr : &*found;
}

void HistogramsPage::showChosen() {
  const auto* info = histogramInfoOf(chosen_.toStdString());
  const HistogramSamples samples = samplesOf(chosen());
  name_->setText(chosen_);
  summary_->setText(info == nullptr ? QStringLiteral("This version of Dwell does not record it.")
                                    : QString::fromUtf8(info->summary.data(),
                                                        static_cast<qsizetype>(info->summary.size())));
  const auto figures = histogramFigures(samples, info);
  figures_->setFigures(figures);
  if (samples.buckets.empty()) {
    notice_->setNotice(
        QStringLiteral("No samples yet"),
        histograms_.empty()
            ? QStringLiteral("Nothing has been measured so far. Open a page in a browser that has the Dwell "
                             "extension; what is measured appears here within 10 seconds.")
            : QStringLiteral("Nothing has been recorded under this name. It appears here by itself."));
    drawing_->setCurrentWidget(notice_);
    return;
  }
  chart_->setHistogram(histogramChart(samples, info));
  QString description;
  for (const Figure& figure : figures)
    description += figure.name + QLatin1Char(' ') + figure.value + QLatin1String(". ");
  chart_->setAccessibleName(chosen_);
  chart_->setAccessibleDescription(description);
  drawing_->setCurrentWidget(chart_);
}

void HistogramsPage::copyText() const {
  const std::string text = schemas::histogramToText(chosen_.toStdString(), samplesOf(chosen()));
  QGuiApplication::clipboard()->setText(QString::fromStdString(text));
}

}  // namespace dwell::app
