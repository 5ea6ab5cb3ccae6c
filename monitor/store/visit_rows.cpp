#include "monitor/store/visit_rows.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

#include "monitor/record/checkpoint.h"
#include "monitor/store/number_text.h"

namespace dwell::monitor {
namespace {

using schemas::Visit;

constexpr std::array<std::string_view, kVisitColumns> kColumns = {"id",
                                                                  "url",
                                                                  "start_ms",
                                                                  "length_ms",
                                                                  "exit",
                                                                  "access_type",
                                                                  "source_back",
                                                                  "redirected_back",
                                                                  "session",
                                                                  "context",
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
                                                                  "trajectory",
                                                                  "trajectory_step",
                                                                  "login_form",
                                                                  "label",
                                                                  "lcp_ms",
                                                                  "inp_ms",
                                                                  "cls",
                                                                  "revisit"};
static_assert(kColumns[kLengthColumn] == "length_ms" && kColumns[kAccessTypeColumn] == "access_type" &&
              kColumns[kAttentionColumn] == "attention_by_input_age_ms");

/// What indices and references to other tables are made of.
constexpr std::array<std::string_view, 7> kPlace = {"id",          "url",     "start_ms", "exit",
                                                    "access_type", "context", "label"};

constexpr bool isOfPlace(std::string_view column) {
  return std::find(kPlace.begin(), kPlace.end(), column) != kPlace.end();
}

constexpr std::array<std::string_view, kSearchColumns> kInSearch = {
    "visit",         "serp_visit",    "serp_engine", "serp_query", "serp_rank", "results_engine",
    "results_query", "results_count", "dwell_ms",    "quick_back", "pogo_stick"};

template <std::size_t N>
std::string insertSql(const std::string& table, const std::array<std::string_view, N>& columns) {
  std::string names, places;
  for (const auto column : columns) {
    names += (names.empty() ? "" : ", ") + std::string(column);
    places += places.empty() ? "?" : ", ?";
  }
  return "INSERT INTO " + table + " (" + names + ") VALUES (" + places + ") ON CONFLICT DO ";
}

/// Of the columns that `takes`; the values are numbered as those of insertSql().
template <class Takes>
std::string updateVisitSql(Takes takes) {
  std::string changes;
  for (std::size_t i = 1; i < kColumns.size(); ++i) {
    if (takes(kColumns[i]))
      changes += (changes.empty() ? "" : ", ") + std::string(kColumns[i]) + " = ?" + std::to_string(i + 1);
  }
  return "UPDATE visit SET " + changes + " WHERE id = ?1";
}

Cell back(std::int64_t from, const std::optional<std::int64_t>& to) { return to ? Cell(from - *to) : Cell(); }

Cell cell(std::int64_t value) { return value; }
template <class T>
Cell cell(const std::optional<T>& value) {
  return value ? Cell(*value) : Cell();
}
Cell offset(const std::optional<WallTime>& time, WallTime from) {
  return time ? Cell(toMs(*time) - toMs(from)) : Cell();
}

std::optional<SearchRow> searchRow(const Visit& v, TextIds& ids) {
  if (!v.serp && !v.resultsPage && !v.dwellMs && !v.quickBack && !v.pogoStick) return std::nullopt;
  return SearchRow{v.id,
                   v.serp ? Cell(v.serp->visit) : Cell(),
                   v.serp ? Cell(ids.term(v.serp->engine)) : Cell(),
                   v.serp ? Cell(v.serp->query) : Cell(),
                   v.serp ? cell(v.serp->rank) : Cell(),
                   v.resultsPage ? Cell(ids.term(v.resultsPage->engine)) : Cell(),
                   v.resultsPage ? Cell(v.resultsPage->query) : Cell(),
                   v.resultsPage ? Cell(v.resultsPage->results) : Cell(),
                   cell(v.dwellMs),
                   std::int64_t{v.quickBack},
                   std::int64_t{v.pogoStick}};
}

}  // namespace

std::string addVisitSql() { return insertSql("visit", kColumns) + "NOTHING"; }
std::string changeVisitSql() {
  return updateVisitSql([](std::string_view) { return true; });
}
std::string growVisitSql() {
  return updateVisitSql([](std::string_view column) { return !isOfPlace(column); });
}

bool keepsItsPlace(const VisitRow& before, const VisitRow& after) {
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    if (isOfPlace(kColumns[i]) && before.visit[i] != after.visit[i]) return false;
  }
  return true;
}

std::string writeSearchSql() {
  std::string changes;
  for (std::size_t i = 1; i < kInSearch.size(); ++i)
    changes += (i == 1 ? "" : ", ") + std::string(kInSearch[i]) + " = excluded." + std::string(kInSearch[i]);
  return insertSql("visit_search", kInSearch) + "UPDATE SET " + changes;
}

VisitRow visitRow(const Visit& v, TextIds& ids) {
  VisitRow row;
  std::size_t used = 0;
  const auto put = [&](Cell value) { row.visit[used++] = std::move(value); };
  row.day = localDay(v.start, v.utcOffset);
  row.url = isCheckpoint(v.url) ? TextIds::VisitedUrl{ids.url(v.url), false} : ids.visitedUrl(v.url, row.day);
  put(v.id);
  put(row.url.id);
  put(toMs(v.start));
  put(toMs(v.end) - toMs(v.start));
  put(cell(static_cast<std::int64_t>(v.exit)));
  put(cell(static_cast<std::int64_t>(v.accessType)));
  put(back(v.id, v.sourceVisit));
  put(back(v.id, v.redirectedFrom));
  put(cell(v.session));
  put(ids.context({v.browser, v.inputSource, v.participant, std::int64_t{v.utcOffset.count()},
                   static_cast<std::int64_t>(v.tabOpenedBy)}));
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
  put(v.trajectory ? Cell(v.trajectory->id) : Cell());
  put(v.trajectory ? Cell(v.trajectory->step) : Cell());
  put(std::int64_t{v.loginForm});
  put(v.label ? Cell(ids.term(*v.label)) : Cell());
  put(v.vitals ? cell(v.vitals->lcpMs) : Cell());
  put(v.vitals ? cell(v.vitals->inpMs) : Cell());
  put(v.vitals ? cell(v.vitals->cls) : Cell());
  put(std::int64_t{v.revisit});
  assert(used == kVisitColumns);
  row.search = searchRow(v, ids);
  return row;
}

void bindCells(SQLite::Statement& statement, std::span<const Cell> cells) {
  statement.tryReset();  // as in bound()
  statement.clearBindings();
  int index = 0;
  for (const Cell& value : cells) {
    ++index;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      statement.bind(index, *integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
      statement.bind(index, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      statement.bindNoCopy(index, *text);
    }
  }
}

}  // namespace dwell::monitor
