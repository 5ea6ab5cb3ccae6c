#include "monitor/store/visit_rows.h"

#include <SQLiteCpp/Column.h>

#include <cassert>
#include <optional>
#include <utility>

#include "base/statement.h"
#include "monitor/store/number_text.h"
#include "schemas/event_names.h"

namespace dwell::monitor {
namespace {

using schemas::Visit;

constexpr std::array<std::string_view, kVisitColumns> kColumns = {"id",
                                                                  "url",
                                                                  "start_ms",
                                                                  "length_ms",
                                                                  "exit",
                                                                  "access_type",
                                                                  "source_visit",
                                                                  "redirected_from",
                                                                  "session",
                                                                  "tab_opened_by",
                                                                  "attention_ms",
                                                                  "attention_by_input_age_ms",
                                                                  "audible_by_input_age_ms",
                                                                  "visible_unattended_ms",
                                                                  "attention_first_offset_ms",
                                                                  "attention_last_offset_ms",
                                                                  "gap_count",
                                                                  "gap_sum_ms",
                                                                  "gap_censored_ms",
                                                                  "mouse_moves",
                                                                  "mouse_downs",
                                                                  "mouse_ups",
                                                                  "keys",
                                                                  "browser_keys",
                                                                  "scrolls",
                                                                  "touches",
                                                                  "mouse_distance_px",
                                                                  "synthetic",
                                                                  "scroll_depth_percent",
                                                                  "form_fields",
                                                                  "form_characters",
                                                                  "form_autofilled",
                                                                  "links_pressed",
                                                                  "typed_characters",
                                                                  "serp_visit",
                                                                  "serp_engine",
                                                                  "serp_query",
                                                                  "serp_rank",
                                                                  "results_engine",
                                                                  "results_query",
                                                                  "results_count",
                                                                  "dwell_ms",
                                                                  "quick_back",
                                                                  "pogo_stick",
                                                                  "trajectory",
                                                                  "trajectory_step",
                                                                  "login_form",
                                                                  "label",
                                                                  "lcp_ms",
                                                                  "inp_ms",
                                                                  "cls",
                                                                  "revisit",
                                                                  "participant",
                                                                  "browser",
                                                                  "utc_offset_min",
                                                                  "input_source"};
static_assert(kColumns[kLengthColumn] == "length_ms");

/// The columns of visit_v1 in the order that readVisit() takes them.
constexpr std::string_view kViewColumns =
    "id, url, source_visit, redirected_from, access_type, start_ms, end_ms, exit, session, tab_opened_by, "
    "attention_ms, attention_by_input_age_ms, audible_by_input_age_ms, visible_unattended_ms, "
    "attention_first_ms, attention_last_ms, attention_gaps_count, attention_gaps_sum_ms, "
    "attention_gaps_censored_ms, input_mouse_moves, input_mouse_downs, input_mouse_ups, input_keys, "
    "input_browser_keys, input_scrolls, input_touches, input_mouse_distance_px, input_synthetic, "
    "scroll_depth_percent, form_fields, form_characters, form_autofilled, links_pressed, typed_characters, "
    "serp_visit, serp_engine, serp_query, serp_rank, results_page_engine, results_page_query, "
    "results_page_results, dwell_ms, quick_back, pogo_stick, trajectory_id, trajectory_step, login_form, "
    "label, vitals_lcp_ms, vitals_inp_ms, vitals_cls, local_hour, weekday, revisit, participant, browser, "
    "utc_offset_min, input_source";

Cell cell(std::int64_t value) { return value; }
template <class T>
Cell cell(const std::optional<T>& value) {
  return value ? Cell(*value) : Cell();
}
Cell offset(const std::optional<WallTime>& time, WallTime from) {
  return time ? Cell(toMs(*time) - toMs(from)) : Cell();
}

/// Reads the columns of a row one after the other.
class Columns {
 public:
  explicit Columns(SQLite::Statement& statement) : statement_(statement) {}

  std::int64_t integer() { return next().getInt64(); }
  bool flag() { return integer() != 0; }
  std::string text() { return next().getString(); }
  WallTime time() { return wallTime(integer()); }
  schemas::AgeBuckets buckets() { return bucketsFromText(text()); }
  std::optional<std::int64_t> maybeInteger() { return optionalInt(next()); }
  std::optional<double> maybeReal() { return optionalReal(next()); }
  std::optional<std::string> maybeText() { return optionalText(next()); }
  std::optional<WallTime> maybeTime() { return optionalTime(next()); }

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

}  // namespace

std::string writeVisitSql() {
  std::string names, places;
  for (const auto column : kColumns) {
    names += (names.empty() ? "" : ", ") + std::string(column);
    places += places.empty() ? "?" : ", ?";
  }
  return "INSERT OR REPLACE INTO visit (" + names + ") VALUES (" + places + ")";
}

VisitRow visitRow(const Visit& v, TextIds& ids) {
  VisitRow row;
  std::size_t used = 0;
  const auto put = [&](Cell value) { row[used++] = std::move(value); };
  const auto term = [&](const std::optional<std::string>& text) {
    return text ? Cell(ids.term(*text)) : Cell();
  };
  put(v.id);
  put(ids.url(v.url));
  put(toMs(v.start));
  put(toMs(v.end) - toMs(v.start));
  put(cell(static_cast<std::int64_t>(v.exit)));
  put(cell(static_cast<std::int64_t>(v.accessType)));
  put(cell(v.sourceVisit));
  put(cell(v.redirectedFrom));
  put(cell(v.session));
  put(cell(static_cast<std::int64_t>(v.tabOpenedBy)));
  put(v.attentionMs);
  put(cell(bucketText(v.attentionByInputAgeMs)));
  put(cell(bucketText(v.audibleByInputAgeMs)));
  put(v.visibleUnattendedMs);
  put(offset(v.attentionFirst, v.start));
  put(offset(v.attentionLast, v.start));
  put(cell(bucketText(v.attentionGaps.count)));
  put(cell(bucketText(v.attentionGaps.sumMs)));
  for (const std::int64_t count :
       {v.attentionGaps.censoredMs, v.input.mouseMoves, v.input.mouseDowns, v.input.mouseUps, v.input.keys,
        v.input.browserKeys, v.input.scrolls, v.input.touches, v.input.mouseDistancePx, v.input.synthetic,
        std::int64_t{v.scrollDepthPercent}, v.form.fields, v.form.characters, v.form.autofilled,
        v.linksPressed}) {
    put(count);
  }
  put(cell(v.typedCharacters));
  put(v.serp ? Cell(v.serp->visit) : Cell());
  put(v.serp ? Cell(v.serp->engine) : Cell());
  put(v.serp ? Cell(v.serp->query) : Cell());
  put(v.serp ? cell(v.serp->rank) : Cell());
  put(v.resultsPage ? Cell(v.resultsPage->engine) : Cell());
  put(v.resultsPage ? Cell(v.resultsPage->query) : Cell());
  put(v.resultsPage ? Cell(v.resultsPage->results) : Cell());
  put(cell(v.dwellMs));
  put(std::int64_t{v.quickBack});
  put(std::int64_t{v.pogoStick});
  put(v.trajectory ? Cell(v.trajectory->id) : Cell());
  put(v.trajectory ? Cell(v.trajectory->step) : Cell());
  put(std::int64_t{v.loginForm});
  put(term(v.label));
  put(v.vitals ? cell(v.vitals->lcpMs) : Cell());
  put(v.vitals ? cell(v.vitals->inpMs) : Cell());
  put(v.vitals ? cell(v.vitals->cls) : Cell());
  put(std::int64_t{v.revisit});
  put(term(v.participant));
  put(ids.term(v.browser));
  put(std::int64_t{v.utcOffset.count()});
  put(term(v.inputSource));
  assert(used == kVisitColumns);
  return row;
}

void bindVisit(SQLite::Statement& statement, const VisitRow& row) {
  statement.tryReset();  // as in bound()
  statement.clearBindings();
  int index = 0;
  for (const Cell& value : row) {
    ++index;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      statement.bind(index, *integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
      statement.bind(index, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      statement.bind(index, *text);
    }
  }
}

std::string readVisitSql() { return "SELECT " + std::string(kViewColumns) + " FROM visit_v1"; }

Visit readVisit(SQLite::Statement& statement) {
  Columns columns(statement);
  Visit v;
  v.id = columns.integer();
  v.url = columns.text();
  v.sourceVisit = columns.maybeInteger();
  v.redirectedFrom = columns.maybeInteger();
  v.accessType = schemas::accessTypeFromName(columns.text()).value_or(schemas::AccessType::kUnknown);
  v.start = columns.time();
  v.end = columns.time();
  const auto exit = columns.maybeText();
  v.exit = exit ? schemas::exitFromName(*exit).value_or(schemas::Exit::kOpen) : schemas::Exit::kOpen;
  v.session = columns.maybeInteger();
  v.tabOpenedBy = schemas::tabOpenedByFromName(columns.text()).value_or(schemas::TabOpenedBy::kUnknown);
  v.attentionMs = columns.integer();
  v.attentionByInputAgeMs = columns.buckets();
  v.audibleByInputAgeMs = columns.buckets();
  v.visibleUnattendedMs = columns.integer();
  v.attentionFirst = columns.maybeTime();
  v.attentionLast = columns.maybeTime();
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
  v.serp = readClick(columns);
  v.resultsPage = readResultsPage(columns);
  v.dwellMs = columns.maybeInteger();
  v.quickBack = columns.flag();
  v.pogoStick = columns.flag();
  v.trajectory = readStep(columns);
  v.loginForm = columns.flag();
  v.label = columns.maybeText();
  v.vitals = readVitals(columns);
  v.localHour = static_cast<int>(columns.integer());
  v.weekday = static_cast<int>(columns.integer());
  v.revisit = columns.flag();
  v.participant = columns.maybeText();
  v.browser = columns.text();
  v.utcOffset = UtcOffset(static_cast<std::int32_t>(columns.integer()));
  v.inputSource = columns.maybeText();
  return v;
}

}  // namespace dwell::monitor
