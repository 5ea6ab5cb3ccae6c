#include "app/ctl/commands/commands.h"
#include "app/ctl/text_table.h"
#include "base/gzip.h"
#include "monitor/store/reader.h"

namespace dwell::app {
namespace {

/// No report comes near: it is the collector's own limit (design section 9).
constexpr std::size_t kLargestReport = 16 * 1024 * 1024;

Json reportJson(const monitor::SealedReport& report) {
  Json json = {{"id", report.id},
               {"sequence", report.sequence},
               {"state", report.state},
               {"sealed_ms", toMs(report.sealed)},
               {"period_start_ms", toMs(report.periodStart)},
               {"period_end_ms", toMs(report.periodEnd)},
               {"visits", report.visits},
               {"bytes", report.size},
               {"sha256", report.sha256},
               {"attempts", report.attempts},
               {"settled_ms", nullptr},
               {"received_ms", nullptr},
               {"reason", report.reason},
               {"last_attempt", nullptr}};
  if (report.settled) json["settled_ms"] = toMs(*report.settled);
  if (report.received) json["received_ms"] = toMs(*report.received);
  if (const auto& last = report.lastAttempt) {
    json["last_attempt"] = {{"time_ms", toMs(last->time)},
                            {"status", nullptr},
                            {"outcome", last->outcome},
                            {"detail", last->detail}};
    if (last->status) json["last_attempt"]["status"] = *last->status;
  }
  return json;
}

}  // namespace

ExitCode reportList(const Context& context) {
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());
  const auto reports = reader->reports();
  const auto state = reader->uploadState();
  if (context.json) {
    Json list = Json::array();
    for (const auto& report : reports) list.push_back(reportJson(report));
    Json document = {{"next_attempt_ms", nullptr},
                     {"failures", state.failures},
                     {"blocked", state.blocked},
                     {"reports", list}};
    if (state.nextAttempt) document["next_attempt_ms"] = toMs(*state.nextAttempt);
    return context.print(document);
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
               std::to_string(report.visits), std::to_string(report.size),
               !last ? "" : (last->status ? std::to_string(*last->status) + " " : "") + last->outcome,
               report.id});
  }
  table.print(context.out);
  if (!state.blocked.empty()) context.out << "Nothing is sent: " << state.blocked << '\n';
  return ExitCode::kOk;
}

ExitCode reportShow(const Context& context, const std::string& id) {
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());
  const auto body = reader->reportBody(id);
  if (!body)
    return context.fail(
        {"no report with this id, or its bytes are gone", id, "an id from dwellctl report list"},
        ExitCode::kBadInput);
  const auto text = gzipUnpack(*body, kLargestReport);
  if (!text) return context.fail(text.error());
  // As it was sent, byte for byte: for a person `| python3 -m json.tool` folds it out.
  context.out << *text << '\n';
  return ExitCode::kOk;
}

}  // namespace dwell::app
