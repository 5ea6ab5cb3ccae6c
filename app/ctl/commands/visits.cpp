#include <fmt/format.h>

#include "app/ctl/commands/commands.h"
#include "app/ctl/local_day.h"
#include "app/ctl/text_table.h"
#include "monitor/store/reader.h"
#include "schemas/visit_codec.h"

namespace dwell::app {
namespace {

/// Columns of fixed width: no row waits for the others.
std::string line(std::string_view id, std::string_view start, std::string_view accessType,
                 std::string_view attention, std::string_view active, std::string_view exit,
                 std::string_view url) {
  return fmt::format("{:>7}  {:<19}  {:<15}  {:>11}  {:>11}  {:<15}  {}\n", id, start, accessType, attention,
                     active, exit, url);
}

std::string lineOf(const schemas::Visit& visit, Millis threshold) {
  return line(std::to_string(visit.id), timeText(toMs(visit.start)), accessTypeName(visit.accessType),
              durationText(visit.attentionMs),
              durationText(schemas::activeMs(visit.attentionByInputAgeMs, toMs(threshold))),
              visit.exit == schemas::Exit::kOpen ? "(open)" : exitName(visit.exit), visit.url);
}

}  // namespace

/// Printed while they are read: a year of them does not fit into memory.
ExitCode visits(const Context& context, const VisitsOptions& options) {
  const auto settings = context.settings();
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  monitor::VisitQuery query;
  if (options.url) query.urlContains = *options.url;
  if (options.limit) query.limit = static_cast<std::size_t>(*options.limit);
  if (options.since) {
    const auto day = parseLocalDay(*options.since);
    if (!day) return context.fail(day.error(), ExitCode::kBadInput);
    query.since = startOfLocalDay(*day);
  }
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());

  if (context.json) {
    const char* before = "[\n";
    reader->eachVisit(query, [&](schemas::Visit&& visit) {
      context.out << before << schemas::toJsonText(visit, settings->idleThreshold);
      before = ",\n";
    });
    context.out << (*before == '[' ? "[]\n" : "\n]\n");
    return ExitCode::kOk;
  }
  context.out << line("id", "start", "access type", "attention", "active", "exit", "url");
  reader->eachVisit(query,
                    [&](schemas::Visit&& visit) { context.out << lineOf(visit, settings->idleThreshold); });
  return ExitCode::kOk;
}

ExitCode sessions(const Context& context) {
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());
  const auto found = reader->sessions();
  if (context.json) {
    Json document = Json::array();
    for (const auto& session : found) document.push_back(schemas::toJson(session));
    return context.print(document);
  }
  using Align = TextTable::Align;
  TextTable table(
      {{"id", Align::kRight}, {"start"}, {"end"}, {"pages", Align::kRight}, {"active", Align::kRight}});
  for (const auto& session : found) {
    table.add({std::to_string(session.id), timeText(toMs(session.start)), timeText(toMs(session.end)),
               std::to_string(session.pages), durationText(session.activeMs)});
  }
  table.print(context.out);
  return ExitCode::kOk;
}

}  // namespace dwell::app
