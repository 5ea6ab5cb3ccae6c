#include "app/ctl/commands/commands.h"
#include "app/ctl/text_table.h"
#include "base/gzip.h"
#include "monitor/store/reader.h"

namespace dwell::app {
namespace {

/// No report comes near: it is the collector's own limit (design section 9).
constexpr std::size_t kLargestReport = 16 << 20;

template <class T>
Json orNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}
Json orNull(const std::optional<WallTime>& time) { return time ? Json(toMs(*time)) : Json(); }

Json reportJson(const monitor::SealedReport& report) {
  Json json = {{"id", report.id},
               {"sequence", report.sequence},
               {"state", report.state},
               {"sealed_ms", toMs(report.sealed)},
               {"period_start_ms", toMs(report.periodStart)},
               {"period_end_ms", toMs(report.periodEnd)},
               {"visits", report.visits},
               {"bytes", report.size},
               {"readable", report.readable},
               {"sha256", report.sha256},
               {"attempts", report.attempts},
               {"settled_ms", orNull(report.settled)},
               {"received_ms", orNull(report.received)},
               {"reason", report.reason},
               {"last_attempt", nullptr}};
  if (const auto& last = report.lastAttempt) {
    json["last_attempt"] = {{"time_ms", toMs(last->time)},
                            {"status", orNull(last->status)},
                            {"outcome", last->outcome},
                            {"detail", last->detail}};
  }
  return json;
}

Json attemptJson(const monitor::AuditEntry& attempt) {
  return {{"time_ms", toMs(attempt.time)},
          {"report", attempt.report},
          {"sequence", attempt.sequence},
          {"bytes", attempt.size},
          {"sha256", attempt.sha256},
          {"collector", orNull(attempt.collector)},
          {"outcome", attempt.outcome},
          {"status", orNull(attempt.status)},
          {"net_error", orNull(attempt.netError)},
          {"detail", attempt.detail},
          {"received_ms", orNull(attempt.received)},
          {"receipt", orNull(attempt.receipt)}};
}

std::string answerText(const std::optional<std::int64_t>& status, const std::string& outcome) {
  return (status ? std::to_string(*status) + " " : "") + outcome;
}

}  // namespace

ExitCode outboxList(const Context& context) {
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());
  const auto reports = reader->reports();
  const auto state = reader->uploadState();
  if (context.json) {
    Json list = Json::array();
    for (const auto& report : reports) list.push_back(reportJson(report));
    return context.print({{"next_attempt_ms", orNull(state.nextAttempt)},
                          {"failures", state.failures},
                          {"blocked", state.blocked},
                          {"reports", list}});
  }
  using Align = TextTable::Align;
  TextTable table({{"no.", Align::kRight},
                   {"state"},
                   {"sealed"},
                   {"visits", Align::kRight},
                   {"bytes", Align::kRight},
                   {"last answer"},
                   {"id"}});
  for (const auto& report : reports) {
    const auto& last = report.lastAttempt;
    table.add({std::to_string(report.sequence), report.state, timeText(toMs(report.sealed)),
               std::to_string(report.visits),
               std::to_string(report.size) + (report.readable ? "" : " (gone)"),
               last ? answerText(last->status, last->outcome) : "", report.id});
  }
  table.print(context.out);
  if (!state.blocked.empty()) context.out << "Nothing is sent: " << state.blocked << '\n';
  return ExitCode::kOk;
}

ExitCode outboxShow(const Context& context, const std::string& id, bool raw) {
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());
  const auto body = reader->reportBody(id);
  if (!body || body->empty()) {
    return context.fail({"no report with this id, or its bytes are gone", id, "an id from dwellctl outbox"},
                        ExitCode::kBadInput);
  }
  if (raw) {
    context.out << *body;
    return ExitCode::kOk;
  }
  const auto text = gzipUnpack(*body, kLargestReport);
  if (!text) return context.fail(text.error());
  // As it was sent, byte for byte: for a person `| python3 -m json.tool` folds it out.
  context.out << *text << '\n';
  return ExitCode::kOk;
}

ExitCode audit(const Context& context) {
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());
  const auto attempts = reader->audit();
  if (context.json) {
    Json list = Json::array();
    for (const auto& attempt : attempts) list.push_back(attemptJson(attempt));
    return context.print(list);
  }
  TextTable table({{"time"},
                   {"no.", TextTable::Align::kRight},
                   {"bytes", TextTable::Align::kRight},
                   {"to"},
                   {"answer"},
                   {"received (collector's clock)"},
                   {"SHA-256"},
                   {"detail"}});
  for (const auto& attempt : attempts) {
    table.add({timeText(toMs(attempt.time)), std::to_string(attempt.sequence), std::to_string(attempt.size),
               attempt.collector.value_or("by file"), answerText(attempt.status, attempt.outcome),
               attempt.received ? timeText(toMs(*attempt.received)) : "", attempt.sha256.substr(0, 12),
               attempt.detail});
  }
  table.print(context.out);
  if (attempts.empty()) context.out << "Nothing was sent yet\n";
  return ExitCode::kOk;
}

}  // namespace dwell::app
