#include "monitor/store/visit_reading.h"

#include <SQLiteCpp/Column.h>

#include <optional>
#include <utility>

#include "base/statement.h"
#include "monitor/store/number_text.h"

namespace dwell::monitor {
namespace {

using schemas::Visit;

/// Reads the columns of a row one after the other.
class Columns {
 public:
  explicit Columns(SQLite::Statement& statement) : statement_(statement) {}

  std::int64_t integer() { return next().getInt64(); }
  bool flag() { return integer() != 0; }
  std::string text() { return next().getString(); }
  WallTime time() { return wallTime(integer()); }
  schemas::AgeBuckets buckets() {
    const SQLite::Column column = next();
    return bucketsFromText({column.getText(), static_cast<std::size_t>(column.getBytes())});
  }
  std::optional<std::int64_t> maybeInteger() { return optionalInt(next()); }
  std::optional<double> maybeReal() { return optionalReal(next()); }
  std::optional<std::string> maybeText() { return optionalText(next()); }
  std::optional<WallTime> maybeTimeFrom(WallTime origin) {
    const auto offset = maybeInteger();
    return offset ? std::optional(origin + Millis(*offset)) : std::nullopt;
  }

 private:
  SQLite::Column next() { return statement_.getColumn(index_++); }

  SQLite::Statement& statement_;
  int index_ = 0;
};

schemas::InputCounts readInput(Columns& columns) {
  schemas::InputCounts input;
  input.mouseMoves = columns.integer();
  input.mouseDowns = columns.integer();
  input.mouseUps = columns.integer();
  input.keys = columns.integer();
  input.browserKeys = columns.integer();
  input.scrolls = columns.integer();
  input.touches = columns.integer();
  input.mouseDistancePx = columns.integer();
  input.synthetic = columns.integer();
  return input;
}

std::optional<schemas::SerpClick> readClick(Columns& columns) {
  const auto visit = columns.maybeInteger();
  auto engine = columns.maybeText();
  auto query = columns.maybeText();
  const auto rank = columns.maybeInteger();
  if (!visit) return std::nullopt;
  return schemas::SerpClick{*visit, engine.value_or(""), query.value_or(""), rank};
}

std::optional<schemas::ResultsPage> readResultsPage(Columns& columns) {
  auto engine = columns.maybeText();
  auto query = columns.maybeText();
  const auto results = columns.maybeInteger();
  if (!results) return std::nullopt;
  return schemas::ResultsPage{engine.value_or(""), query.value_or(""), *results};
}

std::optional<schemas::TrajectoryStep> readStep(Columns& columns) {
  const auto id = columns.maybeInteger();
  const auto step = columns.maybeInteger();
  if (!id || !step) return std::nullopt;
  return schemas::TrajectoryStep{*id, *step};
}

std::optional<schemas::Vitals> readVitals(Columns& columns) {
  schemas::Vitals vitals;
  vitals.lcpMs = columns.maybeReal();
  vitals.inpMs = columns.maybeReal();
  vitals.cls = columns.maybeReal();
  if (!vitals.lcpMs && !vitals.inpMs && !vitals.cls) return std::nullopt;
  return vitals;
}

void readSearch(Columns& columns, Visit& v) {
  v.serp = readClick(columns);
  v.resultsPage = readResultsPage(columns);
  v.dwellMs = columns.maybeInteger();
  v.quickBack = columns.flag();
  v.pogoStick = columns.flag();
}

}  // namespace

std::string readVisitSql() {
  return "SELECT v.id, u.text, v.id - v.source_back, v.id - v.redirected_back, v.access_type, v.start_ms, "
         "v.length_ms, v.exit, v.session, c.tab_opened_by, v.attention_ms, v.attention_by_input_age_ms, "
         "v.audible_by_input_age_ms, v.visible_unattended_ms, v.attention_first_offset_ms, "
         "v.attention_last_offset_ms, v.gap_count, v.gap_sum_ms, v.gap_censored_ms, v.mouse_moves, "
         "v.mouse_downs, v.mouse_ups, v.keys, v.browser_keys, v.scrolls, v.touches, v.mouse_distance_px, "
         "v.synthetic, v.scroll_depth_percent, v.form_fields, v.form_characters, v.form_autofilled, "
         "v.links_pressed, v.typed_characters, v.trajectory, v.trajectory_step, v.login_form, l.text, "
         "v.lcp_ms, v.inp_ms, v.cls, v.revisit, c.participant, c.browser, c.utc_offset_min, c.input_source, "
         "s.visit, s.serp_visit, se.text, s.serp_query, s.serp_rank, re.text, s.results_query, "
         "s.results_count, s.dwell_ms, s.quick_back, s.pogo_stick "
         "FROM visit AS v JOIN url AS u ON u.id = v.url JOIN visit_context AS c ON c.id = v.context "
         "LEFT JOIN visit_search AS s ON s.visit = v.id LEFT JOIN term AS l ON l.id = v.label "
         "LEFT JOIN term AS se ON se.id = s.serp_engine LEFT JOIN term AS re ON re.id = s.results_engine";
}

Visit readVisit(SQLite::Statement& statement) {
  Columns columns(statement);
  Visit v;
  v.id = columns.integer();
  v.url = columns.text();
  v.sourceVisit = columns.maybeInteger();
  v.redirectedFrom = columns.maybeInteger();
  v.accessType = static_cast<schemas::AccessType>(columns.integer());
  v.start = columns.time();
  v.end = v.start + Millis(columns.integer());
  v.exit = static_cast<schemas::Exit>(columns.integer());
  v.session = columns.maybeInteger();
  v.tabOpenedBy = static_cast<schemas::TabOpenedBy>(columns.integer());
  v.attentionMs = columns.integer();
  v.attentionByInputAgeMs = columns.buckets();
  v.audibleByInputAgeMs = columns.buckets();
  v.visibleUnattendedMs = columns.integer();
  v.attentionFirst = columns.maybeTimeFrom(v.start);
  v.attentionLast = columns.maybeTimeFrom(v.start);
  v.attentionGaps.count = columns.buckets();
  v.attentionGaps.sumMs = columns.buckets();
  v.attentionGaps.censoredMs = columns.integer();
  v.input = readInput(columns);
  v.scrollDepthPercent = static_cast<int>(columns.integer());
  v.form.fields = columns.integer();
  v.form.characters = columns.integer();
  v.form.autofilled = columns.integer();
  v.linksPressed = columns.integer();
  v.typedCharacters = columns.maybeInteger();
  v.trajectory = readStep(columns);
  v.loginForm = columns.flag();
  v.label = columns.maybeText();
  v.vitals = readVitals(columns);
  v.revisit = columns.flag();
  v.participant = columns.maybeText();
  v.browser = columns.text();
  v.utcOffset = UtcOffset(static_cast<std::int32_t>(columns.integer()));
  v.inputSource = columns.maybeText();
  v.localHour = localHour(v.start, v.utcOffset);
  v.weekday = localWeekday(v.start, v.utcOffset);
  if (columns.maybeInteger()) readSearch(columns, v);
  return v;
}

}  // namespace dwell::monitor
