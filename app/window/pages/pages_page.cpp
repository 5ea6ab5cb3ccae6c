#include "app/window/pages/pages_page.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

#include "app/window/models/texts.h"
#include "app/window/theme.h"

namespace dwell::app {
namespace {

/// Of a list the beginning counts, of a URL beginning and end.
class ElideRight : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    option->textElideMode = Qt::ElideRight;
  }
};

}  // namespace

PagesPage::PagesPage(Millis idleThreshold, QWidget* parent)
    : Page(parent), model_(new PageTableModel(this)), filter_(new PageFilter(this)) {
  filter_->setSourceModel(model_);
  buildTable();
  totals_ = new FigureStrip;
  notice_ = new Notice;
  body_ = new QStackedWidget;
  body_->addWidget(table_);
  body_->addWidget(notice_);

  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(0);
  all->addWidget(buildHead());
  all->addWidget(body_, 1);

  const auto thresholds = idleThresholds();
  const auto found = std::find(thresholds.begin(), thresholds.end(), idleThreshold);
  threshold_->setValue(static_cast<int>(found - thresholds.begin()));
  setThreshold(threshold_->value());
}

QWidget* PagesPage::buildHead() {
  search_ = new QLineEdit;
  search_->setPlaceholderText(QStringLiteral("Search pages"));
  search_->setAccessibleName(QStringLiteral("Search pages"));
  search_->setClearButtonEnabled(true);
  connect(search_, &QLineEdit::textChanged, this, [this](const QString& text) {
    filter_->setFilterFixedString(text);
    showTotals();
  });

  auto* label = new QLabel(QStringLiteral("Idle after"));
  threshold_ = new QSlider(Qt::Horizontal);
  threshold_->setRange(0, static_cast<int>(idleThresholds().size()) - 1);
  threshold_->setPageStep(1);
  threshold_->setTickPosition(QSlider::TicksBelow);
  threshold_->setTickInterval(1);
  threshold_->setFixedWidth(200);
  threshold_->setAccessibleName(QStringLiteral("Idle after"));
  threshold_->setToolTip(
      QStringLiteral("Attention counts as active while the last input is younger than this"));
  label->setBuddy(threshold_);
  thresholdText_ = new QLabel;
  thresholdText_->setFont(bold(font()));
  thresholdText_->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("15 min 0")));
  connect(threshold_, &QSlider::valueChanged, this, &PagesPage::setThreshold);

  auto* head = new QWidget;
  auto* column = new QVBoxLayout(head);
  column->setContentsMargins(16, 10, 16, 12);
  column->setSpacing(12);
  auto* row = new QHBoxLayout;
  row->setSpacing(10);
  row->addWidget(search_, 1);
  row->addSpacing(16);
  row->addWidget(label);
  row->addWidget(threshold_);
  row->addWidget(thresholdText_);
  column->addLayout(row);
  column->addWidget(totals_);
  return head;
}

void PagesPage::buildTable() {
  table_ = new QTableView;
  table_->setModel(filter_);
  table_->setAccessibleName(QStringLiteral("Pages"));
  table_->setFrameShape(QFrame::NoFrame);
  table_->setShowGrid(false);
  table_->setAlternatingRowColors(true);
  table_->setWordWrap(false);
  table_->setTextElideMode(Qt::ElideMiddle);
  table_->setItemDelegateForColumn(PageTableModel::kAccessTypes, new ElideRight(table_));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setTabKeyNavigation(false);
  table_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->verticalHeader()->setMinimumSectionSize(fontMetrics().height());
  table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
  table_->setSortingEnabled(true);
  table_->sortByColumn(PageTableModel::kAttention, Qt::DescendingOrder);

  auto* header = table_->horizontalHeader();
  header->setHighlightSections(false);
  header->setSectionResizeMode(QHeaderView::Interactive);
  header->setSectionResizeMode(PageTableModel::kUrl, QHeaderView::Stretch);
  header->setMinimumSectionSize(60);
  const auto widthOf = [this](const char* text) {
    return fontMetrics().horizontalAdvance(QLatin1String(text)) + 24;
  };
  table_->setColumnWidth(PageTableModel::kVisits, widthOf("Visits 000"));
  table_->setColumnWidth(PageTableModel::kAttention, widthOf("Attention 0000"));
  table_->setColumnWidth(PageTableModel::kActive, widthOf("Active (15 min) 00"));
  table_->setColumnWidth(PageTableModel::kAccessTypes, widthOf("completed 12, typed in full 10, bookmark"));

  auto* copy = new QAction(QStringLiteral("Copy rows"), this);
  copy->setShortcut(QKeySequence::Copy);
  copy->setShortcutContext(Qt::WidgetShortcut);
  connect(copy, &QAction::triggered, this, &PagesPage::copyRows);
  table_->addAction(copy);
}

void PagesPage::showSnapshot(const StoreSnapshot& snapshot) {
  model_->setPages(snapshot.pages);
  showTotals();
}

void PagesPage::focusSearch() {
  search_->setFocus(Qt::ShortcutFocusReason);
  search_->selectAll();
}

void PagesPage::setThreshold(int position) {
  const Millis threshold = idleThresholds()[static_cast<std::size_t>(position)];
  thresholdText_->setText(durationText(toMs(threshold)));
  model_->setIdleThreshold(threshold);
  showTotals();
}

void PagesPage::showTotals() {
  const PageTotals totals = totalsOf(*model_, *filter_);
  const auto active = [&](std::int64_t ms) {
    return durationText(schemas::activeMs(totals.attentionByInputAgeMs, ms));
  };
  std::vector<Figure> figures{{QStringLiteral("Pages"), countText(totals.pages)},
                              {QStringLiteral("Visits"), countText(totals.visits)},
                              {QStringLiteral("Attention"), durationText(totals.attentionMs)}};
  // Section 5.3: four are always shown beside each other; the chosen one as well, in its place.
  std::set<std::int64_t> thresholds{5'000, 15'000, 30'000, 60'000};
  thresholds.insert(toMs(model_->idleThreshold()));
  for (const std::int64_t ms : thresholds) {
    figures.push_back({QStringLiteral("Active at %1").arg(durationText(ms)), active(ms)});
  }
  totals_->setFigures(figures);

  if (model_->rowCount() == 0) {
    notice_->setNotice(
        QStringLiteral("No pages yet"),
        QStringLiteral("Open a page in a browser that has the Dwell extension; it appears here within 10 "
                       "seconds, with the time that you looked at it."));
  } else if (totals.pages == 0) {
    notice_->setNotice(QStringLiteral("No page matches"),
                       QStringLiteral("No address contains what you search for."));
  }
  body_->setCurrentWidget(totals.pages == 0 ? static_cast<QWidget*>(notice_) : table_);
}

void PagesPage::copyRows() const {
  QString text;
  for (const QModelIndex& row : table_->selectionModel()->selectedRows()) {
    for (int column = 0; column < PageTableModel::kColumnCount; ++column) {
      if (column > 0) text += QLatin1Char('\t');
      text += row.siblingAtColumn(column).data().toString();
    }
    text += QLatin1Char('\n');
  }
  QGuiApplication::clipboard()->setText(text);
}

}  // namespace dwell::app
